//! The event queue: the pending events in the order of (time, sequence).
//!
//! Three stores, because most events are near and few are far:
//! - `near`, a short sorted list, holds what comes next;
//! - the *wheel* holds the events of the coming window of time, unsorted in buckets of equal
//!   width; a bucket is sorted into `near` when its turn comes (a calendar queue: Brown 1988);
//! - `far`, a four-ary heap, holds what lies beyond the window, and whatever would make the
//!   others slow.
//!
//! With few events there is only `near`.
//! The widths adapt to the events; they decide how quick the queue is, never its order.

use crate::Time;
use crate::heap::Heap;
use crate::wheel::{Shape, Wheel};

/// When an event runs, and where what it is about is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) time: Time,
    pub(crate) order: Order,
}

impl Key {
    #[inline]
    pub(crate) fn is_before(&self, other: &Key) -> bool {
        self.time < other.time || (self.time == other.time && self.order < other.order)
    }
}

/// A sequence number (38 bits), a slot (24 bits) and what kind of slot (2 bits).
///
/// The sequence number is on top, so that comparing two orders compares their sequence.
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

/// The longest `near` gets by insertion; moving this many keys costs as much as a heap would.
const NEAR_MAX: usize = 32;
/// With fewer events than this, `near` alone is quickest.
const SMALL: usize = 16;
/// The queue looks at its shape after this many events, or twice as many as are pending.
const REVIEW_MIN: u64 = 4096;

#[derive(Clone, Debug)]
pub(crate) struct Queue {
    /// Sorted, the next event last.
    near: Vec<Key>,
    /// Every key in the wheel is at or after this time; keys before it go to `near`.
    limit: Time,
    wheel: Wheel,
    far: Heap,
    /// Events taken since the last review.
    taken: u64,
    /// Of the keys put in since the last review, how many went to `far`.
    far_put: u64,
    /// The time at the last review.
    reviewed: Time,
    /// The next review is due when this many events have been taken.
    review_after: u64,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            near: Vec::with_capacity(NEAR_MAX),
            limit: Time::MAX,
            wheel: Wheel::default(),
            far: Heap::default(),
            taken: 0,
            far_put: 0,
            reviewed: Time::ZERO,
            review_after: REVIEW_MIN,
        }
    }
}

impl Queue {
    pub(crate) fn len(&self) -> usize {
        self.near.len() + self.wheel.len() + self.far.len()
    }

    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    // Measured: with its callers it is quickest as one piece.
    #[inline(always)]
    pub(crate) fn push(&mut self, key: Key) {
        if key.time < self.limit {
            self.insert_near(key);
        } else {
            self.push_later(key);
        }
    }

    #[inline(never)]
    fn push_later(&mut self, key: Key) {
        if !self.wheel.put(key) {
            self.far_put += 1;
            self.far.push(key);
        }
    }

    #[inline(always)]
    fn insert_near(&mut self, key: Key) {
        if self.near.len() >= NEAR_MAX {
            return self.crowded(key);
        }
        self.near.push(key);
        let mut place = self.near.len() - 1;
        while place > 0 && self.near[place - 1].is_before(&key) {
            self.near[place] = self.near[place - 1];
            place -= 1;
        }
        self.near[place] = key;
    }

    /// `near` is full: time for a wheel, or if there is one, for the heap.
    #[cold]
    fn crowded(&mut self, key: Key) {
        self.far_put += 1;
        self.far.push(key);
        if self.limit == Time::MAX {
            self.spread();
        }
    }

    /// Takes out the next event, unless it is after `until`.
    #[inline]
    pub(crate) fn pop_until(&mut self, until: Time) -> Option<Key> {
        loop {
            if let Some(&key) = self.near.last() {
                if let Some(far) = self.far.first()
                    && far.is_before(&key)
                {
                    if far.time > until {
                        return None;
                    }
                    self.taken += 1;
                    return self.far.pop();
                }
                if key.time > until {
                    return None;
                }
                self.taken += 1;
                return self.near.pop();
            }
            if !self.refill() {
                return None;
            }
        }
    }

    /// Fills `near`, which is empty; false if there is nothing to fill it with.
    fn refill(&mut self) -> bool {
        if self.taken >= self.review_after {
            self.review();
            if !self.near.is_empty() {
                return true;
            }
        }
        let far = self.far.first().map(|key| key.time);
        match self.wheel.first() {
            // What is far could still come before the wheel's next bucket.
            Some(bucket) if far.is_none_or(|far| far >= bucket.start) => {
                self.limit = self.wheel.take(bucket, &mut self.near);
                sort_later_first(&mut self.near);
            }
            _ => {
                let Some(key) = self.far.pop() else {
                    // Empty: begin again as small.
                    self.limit = Time::MAX;
                    return false;
                };
                if self.limit != Time::MAX {
                    self.limit = self.wheel.advance_past(key.time);
                }
                self.near.push(key);
            }
        }
        true
    }

    /// Looks whether the wheel still fits the events, and builds another if not.
    /// `near` is empty.
    fn review(&mut self) {
        let pending = self.len();
        if self.limit == Time::MAX || pending < SMALL {
            self.spread();
        } else {
            let passed = self.limit.since(self.reviewed).as_nanos();
            let shape = Shape::new(passed / self.taken.max(1), pending);
            if !self.wheel.shape().is_like(shape) {
                self.fill_again(shape);
            } else if self.far_put > self.taken / 8 {
                self.fill_again(self.wheel.shape().stretched());
            }
        }
        self.begin_review();
    }

    fn begin_review(&mut self) {
        self.reviewed = if self.limit == Time::MAX {
            Time::ZERO
        } else {
            self.limit
        };
        self.taken = 0;
        self.far_put = 0;
        self.review_after = REVIEW_MIN.max(2 * self.len() as u64);
    }

    /// Puts everything where it belongs by a guess: into `near` if it is little, else over a
    /// wheel whose width is guessed from the pending events' own distances.
    fn spread(&mut self) {
        let pending = self.len();
        if pending < SMALL {
            let mut all = self.take_all();
            all.sort_unstable_by(later_first);
            self.near = all;
            self.wheel = Wheel::default();
            self.limit = Time::MAX;
            return;
        }
        let mut all = self.take_all();
        all.sort_unstable_by(later_first);
        // Most of the pending events, without the few that may be very far.
        let first = all[pending - 1].time;
        let most = all[pending / 4].time;
        let gap = most.since(first).as_nanos() / (pending as u64 * 3 / 4).max(1);
        self.fill(Shape::new(gap, pending), all);
        self.begin_review();
    }

    fn fill_again(&mut self, shape: Shape) {
        let all = self.take_all();
        self.fill(shape, all);
    }

    /// Empties all three stores.
    fn take_all(&mut self) -> Vec<Key> {
        let mut all = std::mem::take(&mut self.near);
        self.wheel.take_all(&mut all);
        self.far.take_all(&mut all);
        all
    }

    fn fill(&mut self, shape: Shape, all: Vec<Key>) {
        let first = all.iter().map(|key| key.time).min().unwrap_or(Time::ZERO);
        self.limit = self.wheel.reshape(shape, first);
        for &key in &all {
            if !self.wheel.put(key) {
                self.far.push(key);
            }
        }
        // Keep the allocation.
        self.near = all;
        self.near.clear();
    }

    /// The time of the next event.
    pub(crate) fn next_time(&self) -> Option<Time> {
        self.peek().map(|key| key.time)
    }

    /// The next event.
    pub(crate) fn peek(&self) -> Option<Key> {
        let near = self.near.last().copied().or_else(|| self.wheel.peek());
        match (near, self.far.first()) {
            (Some(near), Some(far)) => Some(if far.is_before(&near) { *far } else { near }),
            (near, far) => near.or(far.copied()),
        }
    }

    /// Keeps only the events for which `keep` holds.
    pub(crate) fn retain(&mut self, keep: impl Fn(Key) -> bool) {
        let mut all = self.take_all();
        all.retain(|&key| keep(key));
        if self.limit == Time::MAX {
            for key in all {
                self.push(key);
            }
        } else {
            self.fill(self.wheel.shape(), all);
        }
    }

    /// Bytes held, in use or not.
    pub(crate) fn size_bytes(&self) -> usize {
        self.near.capacity() * size_of::<Key>() + self.wheel.size_bytes() + self.far.size_bytes()
    }
}

/// The next event last.
fn later_first(a: &Key, b: &Key) -> std::cmp::Ordering {
    (b.time, b.order).cmp(&(a.time, a.order))
}

/// Sorts with the next event last; most buckets hold a few.
#[inline]
fn sort_later_first(keys: &mut [Key]) {
    if keys.len() > SMALL {
        return keys.sort_unstable_by(later_first);
    }
    for end in 1..keys.len() {
        let key = keys[end];
        let mut place = end;
        while place > 0 && keys[place - 1].is_before(&key) {
            keys[place] = keys[place - 1];
            place -= 1;
        }
        keys[place] = key;
    }
}

#[cfg(test)]
mod tests;
