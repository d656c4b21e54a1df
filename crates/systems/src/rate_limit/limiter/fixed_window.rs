//! The fixed window: time is cut into windows from the clock's zero on, and no more than the
//! capacity pass in each (the pattern "Rate limiter 1" of INCR in the Redis documentation).
//!
//! The flaw: twice the capacity can pass around a boundary, half of it before and half after.

use super::{Policy, TOKEN, Ticks};

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FixedWindow {
    /// Which window, from 0.
    window: u128,
    count: u32,
}

impl FixedWindow {
    fn count_in(&self, window: u128) -> u32 {
        if window == self.window { self.count } else { 0 }
    }
}

impl Policy for FixedWindow {
    fn admit(&mut self, full: u128, now: u128) -> Ticks {
        let window = now / full;
        self.count = self.count_in(window);
        self.window = window;
        if u128::from(self.count) * TOKEN < full {
            self.count += 1;
            Ticks::Pass { wait: 0 }
        } else {
            Ticks::Refuse {
                retry_after: (window + 1) * full - now,
            }
        }
    }

    fn level(&self, full: u128, at: u128) -> u128 {
        u128::from(self.count_in(at / full)) * TOKEN
    }

    fn bends(&self, full: u128) -> Vec<u128> {
        vec![(self.window + 1) * full]
    }
}
