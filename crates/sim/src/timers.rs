//! Timers, made for being set again before they fire.
//!
//! A timer has at most one *good* entry in the event queue.
//! Moving a timer to a later moment leaves the entry where it is: when it surfaces too early,
//! it is put back at the moment the timer is due by then.
//! So a time-out that every message pushes back costs one queue entry per time-out and not one
//! per message, and setting it again is two stores.
//! The order of events is the same as if every setting had an entry of its own, because the
//! entry is put back with the sequence number of the latest setting.

use crate::queue::{Key, Order, Queue, SLOTS_MAX, Subject};
use crate::trace::Cause;
use crate::{NodeId, Time, TimerId};

#[derive(Clone, Debug)]
struct Slot {
    /// When the timer is due, with the order of its latest setting.
    due: Key,
    /// The good entry in the queue, `Order::NONE` when there is none. Never after `due`.
    queued: Key,
    /// The entry of the latest setting.
    cause: Cause,
    node: NodeId,
    generation: u32,
    /// False while the slot is free.
    armed: bool,
}

impl Slot {
    /// Makes the timer due at a moment, with a new queue entry only if need be.
    /// True if an entry of an earlier setting is of no more use.
    #[inline(always)]
    fn make_due(&mut self, queue: &mut Queue, index: u32, time: Time, sequence: u64) -> bool {
        self.due = Key {
            time,
            order: Order::new(sequence, Subject::Timer, index),
        };
        let queued = self.queued.order != Order::NONE;
        if queued && self.queued.time <= time {
            return false;
        }
        self.queued = self.due;
        queue.push(self.due);
        queued
    }
}

/// A timer taken out because it fires.
pub(crate) struct Fired {
    pub(crate) id: TimerId,
    pub(crate) node: NodeId,
    pub(crate) cause: Cause,
}

#[derive(Clone, Debug)]
pub(crate) struct Timers {
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// Entries in the queue that are of no more use.
    stale: usize,
}

/// Below this many useless entries, sweeping the queue is not worth it.
const STALE_MIN: usize = 64;

impl Timers {
    pub(crate) const fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            stale: 0,
        }
    }

    /// Sets a timer; `None` when there are too many.
    // Measured: with its caller it is quickest as one piece.
    #[inline(always)]
    pub(crate) fn set(
        &mut self,
        queue: &mut Queue,
        (time, sequence): (Time, u64),
        node: NodeId,
    ) -> Option<TimerId> {
        let index = match self.free.pop() {
            Some(index) => index,
            None => self.grow(node)?,
        };
        let slot = &mut self.slots[index as usize];
        slot.node = node;
        slot.armed = true;
        slot.cause = Cause::NONE;
        let generation = slot.generation;
        if slot.make_due(queue, index, time, sequence) {
            self.stale += 1;
            self.sweep(queue);
        }
        Some(TimerId::new(index, generation))
    }

    /// Adds a slot.
    #[cold]
    fn grow(&mut self, node: NodeId) -> Option<u32> {
        let index = self.slots.len() as u32;
        if index >= SLOTS_MAX {
            return None;
        }
        self.slots.push(Slot {
            due: NO_KEY,
            queued: NO_KEY,
            cause: Cause::NONE,
            node,
            generation: 0,
            armed: false,
        });
        Some(index)
    }

    /// Sets a timer again that has not fired; false if it has, or was cancelled.
    #[inline(always)]
    pub(crate) fn reset(
        &mut self,
        queue: &mut Queue,
        (time, sequence): (Time, u64),
        id: TimerId,
    ) -> bool {
        let Some(slot) = self.armed(id) else {
            return false;
        };
        if slot.make_due(queue, id.slot(), time, sequence) {
            self.stale += 1;
            self.sweep(queue);
        }
        true
    }

    /// Says which trace entry set a timer.
    pub(crate) fn set_cause(&mut self, id: TimerId, cause: Cause) {
        if let Some(slot) = self.armed(id) {
            slot.cause = cause;
        }
    }

    /// Cancels a timer; false if it fired or was cancelled before.
    #[inline]
    pub(crate) fn cancel(&mut self, id: TimerId) -> bool {
        let Some(slot) = self.armed(id) else {
            return false;
        };
        slot.generation = slot.generation.wrapping_add(1);
        slot.armed = false;
        self.free.push(id.slot());
        true
    }

    #[inline]
    fn armed(&mut self, id: TimerId) -> Option<&mut Slot> {
        let slot = self.slots.get_mut(id.slot() as usize)?;
        (slot.generation == id.generation() && slot.armed).then_some(slot)
    }

    /// Looks at the timer of an entry that was just taken off the queue: its node if it is due,
    /// `None` if the entry came early and was put back, or is of no more use.
    #[inline(always)]
    pub(crate) fn surface(&mut self, queue: &mut Queue, key: Key) -> Option<NodeId> {
        let slot = self.slots.get_mut(key.order.slot() as usize)?;
        if slot.queued.order != key.order {
            self.stale -= 1;
            return None;
        }
        slot.queued.order = Order::NONE;
        if !slot.armed {
            return None;
        }
        if slot.due.order == key.order {
            return Some(slot.node);
        }
        slot.queued = slot.due;
        queue.push(slot.due);
        None
    }

    /// Whether a queue entry is a timer's good one, and not too early.
    pub(crate) fn is_due_entry(&self, order: Order) -> bool {
        self.slots
            .get(order.slot() as usize)
            .is_some_and(|slot| slot.due.order == order && slot.armed)
    }

    /// Takes out a timer that surfaced as due.
    #[inline(always)]
    pub(crate) fn take_due(&mut self, order: Order) -> Option<Fired> {
        let slot = self.slots.get_mut(order.slot() as usize)?;
        if slot.due.order != order || !slot.armed {
            return None;
        }
        slot.armed = false;
        let id = TimerId::new(order.slot(), slot.generation);
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(order.slot());
        Some(Fired {
            id,
            node: slot.node,
            cause: slot.cause,
        })
    }

    /// Puts a timer that fell due on a paused node back into the queue.
    pub(crate) fn requeue(&mut self, queue: &mut Queue, order: Order, time: Time, sequence: u64) {
        let Some(slot) = self.slots.get_mut(order.slot() as usize) else {
            return;
        };
        // While its node stood still, the timer cannot have been set again; it can only be gone.
        if slot.armed && slot.due.order == order {
            self.stale += usize::from(slot.make_due(queue, order.slot(), time, sequence));
        }
    }

    /// Cancels all timers of a node that crashed.
    pub(crate) fn clear_node(&mut self, node: NodeId) {
        for (index, slot) in (0u32..).zip(&mut self.slots) {
            if slot.node == node && slot.armed {
                slot.armed = false;
                slot.generation = slot.generation.wrapping_add(1);
                self.free.push(index);
            }
        }
    }

    /// Removes useless entries when they are most of the queue, so that it stays small also
    /// for a process that keeps moving its timers to earlier moments.
    #[cold]
    fn sweep(&mut self, queue: &mut Queue) {
        if self.stale < STALE_MIN || self.stale * 2 < queue.len() {
            return;
        }
        let slots = &self.slots;
        queue.retain(|key| {
            key.order.subject() != Subject::Timer
                || slots[key.order.slot() as usize].queued.order == key.order
        });
        self.stale = 0;
    }

    /// The timers that are set, with their nodes and when they are due, in the order of slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (TimerId, NodeId, Time)> {
        (0u32..).zip(&self.slots).filter_map(|(index, slot)| {
            let id = TimerId::new(index, slot.generation);
            slot.armed.then_some((id, slot.node, slot.due.time))
        })
    }

    /// Bytes held, in use or not.
    pub(crate) fn size_bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>() + self.free.capacity() * size_of::<u32>()
    }
}

const NO_KEY: Key = Key {
    time: Time::ZERO,
    order: Order::NONE,
};

#[cfg(test)]
mod tests;
