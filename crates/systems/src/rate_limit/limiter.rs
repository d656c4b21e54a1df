//! Who may pass, and when: five ways to hold requests to a quota, all in whole numbers.
//!
//! The face is [`Limiter::allow`]: a client, a moment, a decision. What is beneath it keeps a
//! [`Gate`] for each key that requests are counted by, and counts in *ticks*: a quota of `r`
//! requests a second gains `r` ticks every nanosecond, and a request is worth [`TOKEN`] of them.
//! So levels, windows and waiting times are exact for every rate, and the same on every platform.

use faultline_sim::{NodeId, Span, Time};
use litemap::LiteMap;

mod fixed_window;
mod leaky_bucket;
mod sliding_counter;
mod sliding_log;
mod token_bucket;

use fixed_window::FixedWindow;
use leaky_bucket::LeakyBucket;
use sliding_counter::SlidingCounter;
use sliding_log::SlidingLog;
use token_bucket::TokenBucket;

/// Ticks that a request is worth: the nanoseconds of a second, so that a quota of one request a
/// second gains one tick every nanosecond.
pub const TOKEN: u128 = 1_000_000_000;

/// How much may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many requests may pass at once: a full bucket, or the limit of a window. At least 1.
    pub capacity: u32,
    /// How many may pass a second in the long run. At least 1.
    pub per_s: u32,
}

impl Quota {
    /// A moment in ticks.
    pub fn ticks(&self, at: Time) -> u128 {
        u128::from(at.as_nanos()) * u128::from(self.per_s)
    }

    /// The capacity in ticks, which is a window's length too: in a window as many may pass as
    /// the capacity says, so it lasts as long as a bucket takes to fill.
    fn full(&self) -> u128 {
        u128::from(self.capacity) * TOKEN
    }

    /// A length of time, rounded up to the nanosecond.
    fn span(&self, ticks: u128) -> Span {
        let nanos = ticks.div_ceil(u128::from(self.per_s));
        Span(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// The first nanosecond that is not before a moment in ticks.
    fn time(&self, ticks: u128) -> Time {
        Time::ZERO + self.span(ticks)
    }

    /// How long a window is.
    pub fn window(&self) -> Span {
        self.span(self.full())
    }
}

/// Which of the ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Tokens come at a steady rate; a request takes one.
    TokenBucket,
    /// Requests queue in a bucket that leaks at a steady rate.
    LeakyBucket,
    /// Requests are counted in windows of the clock.
    FixedWindow,
    /// The times of the last requests are kept.
    SlidingLog,
    /// The counts of two windows stand for a sliding one.
    SlidingCounter,
    /// A learner's program decides; what passed is written down in a log, for the picture.
    Custom,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It passes after this wait, which only a leaky bucket asks for.
    Pass {
        /// How long it waits in the bucket.
        wait: Span,
    },
    /// It is refused.
    Refuse {
        /// When a request would pass, if none passed before it.
        retry_after: Span,
    },
}

/// The same in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ticks {
    Pass { wait: u128 },
    Refuse { retry_after: u128 },
}

/// What every way has to answer. `full` is the quota's capacity in ticks.
trait Policy {
    /// Decides on a request, and takes note of it if it passes.
    fn admit(&mut self, full: u128, now: u128) -> Ticks;

    /// How full the bucket or the window is at a moment not before the last request, in ticks.
    fn level(&self, full: u128, at: u128) -> u128;

    /// When the level turns or jumps after the last request, if none comes.
    fn bends(&self, full: u128) -> Vec<u128>;
}

/// What is kept for one key.
#[derive(Clone, Debug, PartialEq)]
enum Kept {
    TokenBucket(TokenBucket),
    LeakyBucket(LeakyBucket),
    FixedWindow(FixedWindow),
    SlidingLog(SlidingLog),
    SlidingCounter(SlidingCounter),
}

/// What stands between the requests of one key and the server.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    quota: Quota,
    kept: Kept,
}

impl Gate {
    /// A gate that no request has come to.
    pub fn fresh(algorithm: Algorithm, quota: Quota, now: Time) -> Self {
        let at = quota.ticks(now);
        let kept = match algorithm {
            Algorithm::TokenBucket => Kept::TokenBucket(TokenBucket::full(quota.full(), at)),
            Algorithm::LeakyBucket => Kept::LeakyBucket(LeakyBucket::empty(at)),
            Algorithm::FixedWindow => Kept::FixedWindow(FixedWindow::default()),
            Algorithm::SlidingLog | Algorithm::Custom => Kept::SlidingLog(SlidingLog::default()),
            Algorithm::SlidingCounter => Kept::SlidingCounter(SlidingCounter::default()),
        };
        Self { quota, kept }
    }

    fn policy(&self) -> &dyn Policy {
        match &self.kept {
            Kept::TokenBucket(one) => one,
            Kept::LeakyBucket(one) => one,
            Kept::FixedWindow(one) => one,
            Kept::SlidingLog(one) => one,
            Kept::SlidingCounter(one) => one,
        }
    }

    /// Decides on a request. Times must not go back.
    pub fn allow(&mut self, now: Time) -> Decision {
        let policy: &mut dyn Policy = match &mut self.kept {
            Kept::TokenBucket(one) => one,
            Kept::LeakyBucket(one) => one,
            Kept::FixedWindow(one) => one,
            Kept::SlidingLog(one) => one,
            Kept::SlidingCounter(one) => one,
        };
        match policy.admit(self.quota.full(), self.quota.ticks(now)) {
            Ticks::Pass { wait } => Decision::Pass {
                wait: self.quota.span(wait),
            },
            Ticks::Refuse { retry_after } => Decision::Refuse {
                retry_after: self.quota.span(retry_after),
            },
        }
    }

    /// How full it is, in requests, at a moment not before the last request: tokens that are
    /// left in a token bucket, requests that wait in a leaky one or count in a window.
    pub fn level(&self, at: Time) -> f64 {
        let ticks = self.policy().level(self.quota.full(), self.quota.ticks(at));
        ticks as f64 / TOKEN as f64
    }

    /// When the level turns or jumps from one moment up to another, if no request comes.
    pub fn bends(&self, from: Time, to: Time) -> Vec<Time> {
        let bends = self.policy().bends(self.quota.full());
        let times = bends.into_iter().map(|ticks| self.quota.time(ticks));
        times.filter(|at| (from..=to).contains(at)).collect()
    }

    fn size_bytes(&self) -> usize {
        let more = match &self.kept {
            Kept::SlidingLog(log) => log.size_bytes(),
            _ => 0,
        };
        size_of::<Self>() + more
    }
}

/// Holds every key's requests to the same quota.
#[derive(Clone, Debug)]
pub struct Limiter {
    algorithm: Algorithm,
    quota: Quota,
    shared: bool,
    gates: LiteMap<NodeId, Gate>,
}

impl Limiter {
    /// A limiter that has seen no request. A shared one counts all clients as one.
    pub fn new(algorithm: Algorithm, quota: Quota, shared: bool) -> Self {
        Self {
            algorithm,
            quota,
            shared,
            gates: LiteMap::new(),
        }
    }

    /// What a client's requests are counted by.
    fn key(&self, client: NodeId) -> NodeId {
        if self.shared { NodeId(0) } else { client }
    }

    /// Decides on a client's request. Times must not go back.
    pub fn allow(&mut self, client: NodeId, now: Time) -> Decision {
        let (algorithm, quota) = (self.algorithm, self.quota);
        let fresh = || Gate::fresh(algorithm, quota, now);
        let gate = self.gates.entry(self.key(client)).or_insert_with(fresh);
        gate.allow(now)
    }

    /// Takes note of a client's request that passed without being asked about.
    pub fn note(&mut self, client: NodeId, now: Time) {
        let (algorithm, quota) = (self.algorithm, self.quota);
        let fresh = || Gate::fresh(algorithm, quota, now);
        let gate = self.gates.entry(self.key(client)).or_insert_with(fresh);
        if let Kept::SlidingLog(log) = &mut gate.kept {
            log.note(quota.full(), quota.ticks(now));
        }
    }

    /// The gate of a client's key; none before its first request.
    pub fn gate(&self, client: NodeId) -> Option<&Gate> {
        self.gates.get(&self.key(client))
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.gates.values().map(Gate::size_bytes).sum()
    }
}

#[cfg(test)]
mod tests;
