//! Three fixed workloads that measure the kernel.
//!
//! They run through the real world, network, timers and outbox, with recording as asked, and are
//! defined to the bit, so that independent programs give the same figures.
//! Beside each stands a *limit*: a bare loop over the standard library's binary heap that
//! computes the same figures with no abstraction at all.
//!
//! There is no clock in here: the caller passes one.

mod mm1;
mod pingring;
mod sfc32;
mod timers;

pub use sfc32::Sfc32;

use serde::Serialize;
use thiserror::Error;

use crate::{Recording, Time};

/// The names of the workloads.
pub const NAMES: [&str; 3] = ["mm1", "pingring", "timers"];

/// The seed for which the reference values are known.
pub const SEED: u32 = 42;

/// How to run a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Record the full trace, bounded in memory.
    pub trace: bool,
    /// Customers of `mm1`, deliveries of `pingring`, nodes of `timers`; `None` for the size of
    /// the reference values: 1,000,000, 2,000,000 and 10,000.
    pub n: Option<u32>,
    /// Also run the bare loop, turn about with the kernel.
    pub limit: bool,
    /// How many times to run each; the quickest counts. At least 1.
    pub rounds: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            trace: false,
            n: None,
            limit: false,
            rounds: 1,
        }
    }
}

impl Options {
    fn recording(&self) -> Recording {
        if self.trace {
            Recording::FULL
        } else {
            Recording::Off
        }
    }
}

/// There is no such workload.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no workload \"{given}\": allowed are mm1, pingring, timers")]
pub struct UnknownWorkload {
    /// The name as given.
    pub given: String,
}

/// What a workload computes; equal on every platform.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Check {
    /// Of `mm1`.
    Mm1 {
        /// Mean time from arrival to departure, in seconds; theory says 10.
        mean_wait: f64,
        /// The last departure.
        end_ns: u64,
    },
    /// Of `pingring`.
    Pingring {
        /// The last delivery.
        end_ns: u64,
        /// The nodes' delivery counts, folded in the order of nodes.
        hash: u32,
    },
    /// Of `timers`.
    Timers {
        /// Heartbeats sent.
        heartbeats: u64,
        /// Heartbeats received.
        deliveries: u64,
        /// Time-outs that fired.
        timeouts: u64,
        /// The nodes' delivery counts, folded in the order of nodes.
        hash: u32,
    },
}

/// One run of the kernel or of the bare loop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Measured {
    events: u64,
    seconds: f64,
    setup_s: f64,
    peak_bytes: u64,
    check: Check,
}

/// The bare loop's figures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Limit {
    /// Wall time of its event loop.
    pub seconds: f64,
    /// Its speed.
    pub events_per_s: f64,
    /// The kernel's speed as a share of it.
    pub ratio: f64,
    /// Whether it computed the same figures as the kernel.
    pub agrees: bool,
}

/// What is reported of a workload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Its name.
    pub workload: &'static str,
    /// How many events ran.
    pub events: u64,
    /// Wall time of the event loop, of the quickest round.
    pub seconds: f64,
    /// Events divided by seconds.
    pub events_per_s: f64,
    /// Wall time of building the world, of the quickest round.
    pub setup_s: f64,
    /// What the world held, in bytes, recorded entries included; its stores only grow, so this
    /// is the peak.
    pub peak_bytes: u64,
    /// The values to compare with the reference.
    pub check: Check,
    /// Whether the full trace was recorded.
    pub trace: bool,
    /// The bare loop, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
}

type Run = fn(u32, &Options, &mut dyn FnMut() -> f64) -> Measured;

/// Runs a workload. `clock` gives seconds from any fixed moment on.
///
/// # Errors
/// If there is no workload of that name.
pub fn run(
    name: &str,
    seed: u32,
    options: &Options,
    clock: &mut dyn FnMut() -> f64,
) -> Result<Report, UnknownWorkload> {
    let (workload, kernel, bare): (_, Run, Run) = match name {
        "mm1" => ("mm1", mm1::kernel, mm1::bare),
        "pingring" => ("pingring", pingring::kernel, pingring::bare),
        "timers" => ("timers", timers::kernel, timers::bare),
        _ => {
            return Err(UnknownWorkload {
                given: name.to_owned(),
            });
        }
    };
    let mut best = kernel(seed, options, clock);
    let mut best_bare = options.limit.then(|| bare(seed, options, clock));
    for _ in 1..options.rounds {
        best = quicker(best, kernel(seed, options, clock));
        best_bare = best_bare.map(|so_far| quicker(so_far, bare(seed, options, clock)));
    }
    let speed = |measured: &Measured| measured.events as f64 / measured.seconds;
    Ok(Report {
        workload,
        events: best.events,
        seconds: best.seconds,
        events_per_s: speed(&best),
        setup_s: best.setup_s,
        peak_bytes: best.peak_bytes,
        check: best.check,
        trace: options.trace,
        limit: best_bare.map(|bare| Limit {
            seconds: bare.seconds,
            events_per_s: speed(&bare),
            ratio: speed(&best) / speed(&bare),
            agrees: bare.check == best.check,
        }),
    })
}

fn quicker(one: Measured, other: Measured) -> Measured {
    Measured {
        setup_s: one.setup_s.min(other.setup_s),
        ..if other.seconds < one.seconds {
            other
        } else {
            one
        }
    }
}

/// Folds delivery counts in the order of nodes.
fn hash(counts: impl Iterator<Item = u32>) -> u32 {
    counts.fold(0u32, |hash, count| {
        hash.wrapping_mul(31).wrapping_add(count)
    })
}

/// An entry of the bare loops' heap, with the payload in the key.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Bare {
    time: Time,
    sequence: u64,
    what: u32,
    extra: u32,
}

impl Ord for Bare {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // The other way round, because the standard heap gives the greatest first.
        (other.time, other.sequence).cmp(&(self.time, self.sequence))
    }
}

impl PartialOrd for Bare {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, n: Option<u32>, trace: bool) -> (u64, Check) {
        let options = Options {
            n,
            trace,
            limit: true,
            rounds: 1,
        };
        let report = run(name, SEED, &options, &mut || 0.0).unwrap();
        assert!(report.limit.unwrap().agrees, "{name}");
        (report.events, report.check)
    }

    #[test]
    fn mm1_gives_the_reference_values() {
        let (events, Check::Mm1 { mean_wait, end_ns }) = check("mm1", None, false) else {
            panic!("wrong check");
        };
        assert_eq!(events, 2_000_000);
        assert!((mean_wait - 10.139_346_401).abs() < 1e-6, "{mean_wait}");
        assert_eq!(end_ns, 1_111_191_149_030_321);
    }

    #[test]
    fn pingring_gives_the_reference_values() {
        let expected = Check::Pingring {
            end_ns: 11_005_757_529,
            hash: 2_822_956_032,
        };
        assert_eq!(check("pingring", None, false), (2_000_000, expected));
    }

    #[test]
    fn timers_gives_the_reference_values() {
        let expected = Check::Timers {
            heartbeats: 1_000_002,
            deliveries: 997_169,
            timeouts: 51_416,
            hash: 1_883_658_961,
        };
        assert_eq!(check("timers", None, false), (2_048_587, expected));
    }

    #[test]
    fn recording_changes_nothing() {
        for (name, n) in [("mm1", 1_000), ("pingring", 5_000), ("timers", 50)] {
            assert_eq!(check(name, Some(n), true), check(name, Some(n), false));
        }
    }

    #[test]
    fn unknown_names_are_refused() {
        let refused = run("mm2", SEED, &Options::default(), &mut || 0.0);
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("mm1, pingring, timers")
        );
    }
}
