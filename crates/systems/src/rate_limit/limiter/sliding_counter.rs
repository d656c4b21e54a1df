//! The sliding counter: the count of the window before, by the share of it that a sliding window
//! would still cover, and the count of this window stand for the requests of the last window's
//! length (Desgats, "How we built rate limiting capable of scaling to millions of domains",
//! Cloudflare 2017). Two numbers are all its memory.
//!
//! A request passes if the estimate with it is not above the capacity. The estimate is exact if
//! the window before had its requests spread evenly, and wrong otherwise, either way.

use super::{Policy, TOKEN, Ticks};

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SlidingCounter {
    /// Which window, from 0.
    window: u128,
    /// Requests that passed in the window before, and in this one.
    before: u32,
    count: u32,
}

impl SlidingCounter {
    /// The two counts as they stand in a window.
    fn counts_in(&self, window: u128) -> (u128, u128) {
        let (before, count) = match window - self.window.min(window) {
            0 => (self.before, self.count),
            1 => (self.count, 0),
            _ => (0, 0),
        };
        (before.into(), count.into())
    }

    /// How long after a window's begin a request passes for the first time, if none passes
    /// before it; none if not in this window.
    fn opens(full: u128, (before, count): (u128, u128)) -> Option<u128> {
        // before * (full - into) + (count + 1) * full <= capacity * full
        let room = (full / TOKEN).checked_sub(count + 1)? * full;
        let covered = (before * full).saturating_sub(room);
        if before == 0 {
            return Some(0);
        }
        let into = covered.div_ceil(before);
        (into < full).then_some(into)
    }
}

impl Policy for SlidingCounter {
    fn admit(&mut self, full: u128, now: u128) -> Ticks {
        let window = now / full;
        let (before, count) = self.counts_in(window);
        // They are never above the capacity, which is a u32.
        (self.window, self.before, self.count) = (window, before as u32, count as u32);
        let begin = window * full;
        match Self::opens(full, (before, count)) {
            Some(into) if begin + into <= now => {
                self.count += 1;
                Ticks::Pass { wait: 0 }
            }
            Some(into) => Ticks::Refuse {
                retry_after: begin + into - now,
            },
            None => {
                let into = Self::opens(full, (count, 0)).unwrap_or(full);
                Ticks::Refuse {
                    retry_after: begin + full + into - now,
                }
            }
        }
    }

    fn level(&self, full: u128, at: u128) -> u128 {
        let (before, count) = self.counts_in(at / full);
        before * (full - at % full) / (full / TOKEN) + count * TOKEN
    }

    fn bends(&self, full: u128) -> Vec<u128> {
        vec![(self.window + 1) * full, (self.window + 2) * full]
    }
}
