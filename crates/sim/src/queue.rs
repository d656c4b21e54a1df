//! The event queue: the pending events in the order of (time, sequence).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::Time;

/// When an event runs, and where what it is about is kept.
///
/// `order` holds the sequence number above the slot, so that comparing it compares the sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) time: Time,
    pub(crate) order: Order,
}

/// A sequence number (38 bits), a slot (24 bits) and what kind of slot (2 bits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Order(u64);

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Message,
    Timer,
    Command,
}

/// The most slots of a kind: 16,777,216 messages in flight, as many timers.
pub(crate) const SLOTS_MAX: u32 = 1 << 24;
const SEQUENCE_SHIFT: u32 = 26;
/// The most events a run can schedule: 2.7e11, hours at full speed.
const SEQUENCE_MAX: u64 = 1 << (64 - SEQUENCE_SHIFT);

impl Order {
    /// No event's order: sequence numbers start at 1.
    pub(crate) const NONE: Self = Self(0);

    #[inline]
    pub(crate) fn new(sequence: u64, subject: Subject, slot: u32) -> Self {
        assert!(
            sequence < SEQUENCE_MAX,
            "a run schedules at most 2^38 events"
        );
        debug_assert!(slot < SLOTS_MAX);
        Self(sequence << SEQUENCE_SHIFT | (slot as u64) << 2 | subject as u64)
    }

    #[inline]
    pub(crate) const fn slot(self) -> u32 {
        (self.0 >> 2) as u32 & (SLOTS_MAX - 1)
    }

    #[inline]
    pub(crate) const fn subject(self) -> Subject {
        match self.0 & 3 {
            0 => Subject::Message,
            1 => Subject::Timer,
            _ => Subject::Command,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    heap: BinaryHeap<Reverse<Key>>,
}

impl Queue {
    pub(crate) fn len(&self) -> usize {
        self.heap.len()
    }

    #[inline]
    pub(crate) fn push(&mut self, key: Key) {
        self.heap.push(Reverse(key));
    }

    #[inline]
    pub(crate) fn peek(&mut self) -> Option<Key> {
        self.heap.peek().map(|key| key.0)
    }

    pub(crate) fn next_time(&self) -> Option<Time> {
        self.heap.peek().map(|key| key.0.time)
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Key> {
        self.heap.pop().map(|key| key.0)
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(Key) -> bool) {
        self.heap.retain(|key| keep(key.0));
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.heap.capacity() * size_of::<Key>()
    }
}
