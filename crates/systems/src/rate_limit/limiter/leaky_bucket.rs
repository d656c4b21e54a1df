//! The leaky bucket as a queue: requests wait in it and leave one by one at a steady rate; one
//! that finds it full is refused (Turner, "New directions in communications", 1986; the form
//! that shapes traffic, as nginx's `limit_req` does).
//!
//! It admits what a token bucket admits that is as large, but what passes is spread out evenly:
//! never two closer than `1 / rate`.

use super::{Policy, TOKEN, Ticks};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct LeakyBucket {
    /// Ticks in it at `at`.
    water: u128,
    at: u128,
}

impl LeakyBucket {
    pub(super) fn empty(at: u128) -> Self {
        Self { water: 0, at }
    }
}

impl Policy for LeakyBucket {
    fn admit(&mut self, full: u128, now: u128) -> Ticks {
        self.water = self.level(full, now);
        self.at = now;
        let after = self.water + TOKEN;
        if after <= full {
            let wait = std::mem::replace(&mut self.water, after);
            Ticks::Pass { wait }
        } else {
            Ticks::Refuse {
                retry_after: after - full,
            }
        }
    }

    fn level(&self, _full: u128, at: u128) -> u128 {
        self.water.saturating_sub(at.saturating_sub(self.at))
    }

    fn bends(&self, _full: u128) -> Vec<u128> {
        vec![self.at + self.water]
    }
}
