//! The sliding log: the time of every request that passed is kept for a window's length, and a
//! request passes if fewer than the capacity are kept (Hayes, "Better rate limiting with Redis
//! sorted sets", ClassDojo 2015; it keeps refused requests as well, this does not).
//!
//! In every window, wherever it begins, no more than the capacity pass. A request exactly a
//! window's length ago does not count any more.

use std::collections::VecDeque;

use super::{Policy, TOKEN, Ticks};

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SlidingLog {
    passed: VecDeque<u128>,
}

impl SlidingLog {
    /// Takes note of a request that passes.
    pub(super) fn note(&mut self, full: u128, now: u128) {
        self.forget(full, now);
        self.passed.push_back(now);
    }

    fn forget(&mut self, full: u128, now: u128) {
        while self.passed.front().is_some_and(|first| first + full <= now) {
            self.passed.pop_front();
        }
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.passed.capacity() * size_of::<u128>()
    }
}

impl Policy for SlidingLog {
    fn admit(&mut self, full: u128, now: u128) -> Ticks {
        self.forget(full, now);
        match self.passed.front() {
            Some(first) if self.passed.len() as u128 * TOKEN >= full => Ticks::Refuse {
                retry_after: first + full - now,
            },
            _ => {
                self.passed.push_back(now);
                Ticks::Pass { wait: 0 }
            }
        }
    }

    fn level(&self, full: u128, at: u128) -> u128 {
        let kept = self.passed.iter().filter(|one| **one + full > at);
        kept.count() as u128 * TOKEN
    }

    fn bends(&self, full: u128) -> Vec<u128> {
        self.passed.iter().map(|one| one + full).collect()
    }
}
