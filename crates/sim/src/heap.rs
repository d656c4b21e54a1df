//! A four-ary heap of keys: half as deep as a binary one, with the four children of a parent
//! side by side in memory.

use crate::queue::Key;

const ARITY: usize = 4;

#[derive(Clone, Debug, Default)]
pub(crate) struct Heap {
    keys: Vec<Key>,
}

impl Heap {
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    #[inline]
    pub(crate) fn first(&self) -> Option<&Key> {
        self.keys.first()
    }

    pub(crate) fn push(&mut self, key: Key) {
        let mut place = self.keys.len();
        self.keys.push(key);
        while place > 0 {
            let parent = (place - 1) / ARITY;
            if !key.is_before(&self.keys[parent]) {
                break;
            }
            self.keys[place] = self.keys[parent];
            place = parent;
        }
        self.keys[place] = key;
    }

    pub(crate) fn pop(&mut self) -> Option<Key> {
        let last = self.keys.pop()?;
        let Some(&first) = self.keys.first() else {
            return Some(last);
        };
        // The gap left by the first sinks to where the last fits.
        let mut place = 0;
        loop {
            let children = place * ARITY + 1;
            let end = (children + ARITY).min(self.keys.len());
            let Some(least) = least(&self.keys, children, end) else {
                break;
            };
            if !self.keys[least].is_before(&last) {
                break;
            }
            self.keys[place] = self.keys[least];
            place = least;
        }
        self.keys[place] = last;
        Some(first)
    }

    pub(crate) fn take_all(&mut self, into: &mut Vec<Key>) {
        into.append(&mut self.keys);
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.keys.capacity() * size_of::<Key>()
    }
}

/// The place of the least key in a range; `None` if the range is empty.
#[inline]
fn least(keys: &[Key], start: usize, end: usize) -> Option<usize> {
    let mut least = start;
    for place in start + 1..end {
        if keys[place].is_before(&keys[least]) {
            least = place;
        }
    }
    (start < end).then_some(least)
}
