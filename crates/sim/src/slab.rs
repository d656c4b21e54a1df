//! A list whose elements keep their places: what is pending lives here, apart from the keys
//! that the event queue moves about.

/// Elements by slot; freed slots are used again, the latest first, while they are in the cache.
#[derive(Clone, Debug)]
pub(crate) struct Slab<T> {
    slots: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Slab<T> {
    pub(crate) const fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
        }
    }

    /// How many elements there are.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// The slot that the next element will get.
    #[inline]
    pub(crate) fn next_slot(&self) -> u32 {
        self.free.last().copied().unwrap_or(self.slots.len() as u32)
    }

    /// Puts an element into the next slot.
    #[inline]
    pub(crate) fn insert(&mut self, element: T) {
        match self.free.pop() {
            Some(slot) => self.slots[slot as usize] = Some(element),
            None => self.slots.push(Some(element)),
        }
    }

    #[inline]
    pub(crate) fn get(&self, slot: u32) -> Option<&T> {
        self.slots.get(slot as usize)?.as_ref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, slot: u32) -> Option<&mut T> {
        self.slots.get_mut(slot as usize)?.as_mut()
    }

    #[inline]
    pub(crate) fn remove(&mut self, slot: u32) -> Option<T> {
        let element = self.slots.get_mut(slot as usize)?.take()?;
        self.free.push(slot);
        Some(element)
    }

    /// Removes the element in a slot if it is the wanted one.
    #[inline]
    pub(crate) fn remove_if(&mut self, slot: u32, wanted: impl FnOnce(&T) -> bool) -> Option<T> {
        let place = self.slots.get_mut(slot as usize)?;
        if !place.as_ref().is_some_and(wanted) {
            return None;
        }
        self.free.push(slot);
        place.take()
    }

    /// All elements with their slots, in the order of slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0u32..)
            .zip(&self.slots)
            .filter_map(|(slot, element)| Some((slot, element.as_ref()?)))
    }

    /// Bytes held, in use or not.
    pub(crate) fn size_bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Option<T>>() + self.free.capacity() * size_of::<u32>()
    }
}
