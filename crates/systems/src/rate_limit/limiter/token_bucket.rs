//! The token bucket: it gains tokens at a steady rate until it is full, and a request takes one
//! (RFC 2697, "A single rate three color marker", section 3.1: its committed bucket).
//!
//! A full bucket passes a burst of its capacity at once. In any time `t` no more than
//! `capacity + rate * t` pass.

use super::{Policy, TOKEN, Ticks};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct TokenBucket {
    /// Ticks in it at `at`.
    level: u128,
    at: u128,
}

impl TokenBucket {
    pub(super) fn full(full: u128, at: u128) -> Self {
        Self { level: full, at }
    }
}

impl Policy for TokenBucket {
    fn admit(&mut self, full: u128, now: u128) -> Ticks {
        self.level = self.level(full, now);
        self.at = now;
        match self.level.checked_sub(TOKEN) {
            Some(left) => {
                self.level = left;
                Ticks::Pass { wait: 0 }
            }
            None => Ticks::Refuse {
                retry_after: TOKEN - self.level,
            },
        }
    }

    fn level(&self, full: u128, at: u128) -> u128 {
        full.min(self.level + at.saturating_sub(self.at))
    }

    fn bends(&self, full: u128) -> Vec<u128> {
        vec![self.at + (full - self.level)]
    }
}
