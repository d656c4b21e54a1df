//! `faultline run --seeds`: the same run over many seeds, summed up.

use std::io::{self, IsTerminal, Write};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use faultline_course::sweep::{Outcome, metrics};
use faultline_course::{Course, Run};
use faultline_sim::Time;
use faultline_systems::Values;
use rayon::prelude::*;
use serde::Serialize;

use crate::execute::execute;
use crate::failure::Failure;
use crate::output::sweep::{Pane, Sweep};
use crate::output::{self, Plain};

/// Seeds in one sweep: each keeps a number per metric until the end.
const SEEDS_MAX: u64 = 100_000;

/// A range of seeds, both ends included.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Seeds {
    /// The first.
    pub from: u64,
    /// The last.
    pub to: u64,
}

impl Seeds {
    /// How many; at most [`SEEDS_MAX`].
    pub fn count(self) -> u64 {
        self.to - self.from + 1
    }
}

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (from, to) = text
            .split_once("..")
            .and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)))
            .ok_or_else(|| format!("{text:?} is not a range of seeds such as 1..200"))?;
        if from > to {
            return Err(format!(
                "{text} is empty: the first seed comes first, such as 1..200"
            ));
        }
        if to - from >= SEEDS_MAX {
            return Err(format!(
                "{text} has too many seeds: at most {SEEDS_MAX} are allowed"
            ));
        }
        Ok(Self { from, to })
    }
}

/// Runs every seed and writes what came of it.
pub fn command(
    course: &Course,
    run: &Run,
    program: &str,
    seeds: Seeds,
    format: Plain,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    // The first seed alone, before any thread starts: it refuses what every seed would refuse.
    let first = execute(course, with_seed(run, seeds.from), program)?;
    let system = first.system().name;
    let heads: Vec<(String, Values)> = (0..first.pane_count())
        .map(|pane| {
            (
                first.pane_id(pane).to_owned(),
                first.lab(pane).values().clone(),
            )
        })
        .collect();
    drop(first);

    let progress = Progress::new(seeds.count());
    let samples = (seeds.from..=seeds.to)
        .into_par_iter()
        .map(|seed| {
            let session = execute(course, with_seed(run, seed), program)?;
            progress.one_more();
            Ok(Outcome::of(&session))
        })
        .collect::<Result<Vec<_>, Failure>>();
    progress.clear();
    let samples = samples?;

    let panes = heads
        .into_iter()
        .enumerate()
        .map(|(index, (id, params))| Pane {
            id,
            params,
            metrics: metrics(&samples, index),
        })
        .collect::<Vec<_>>();
    let sweep = Sweep {
        system,
        seeds,
        end: Time::from_nanos(run.at),
        panes,
    };
    output::sweep::write(&sweep, format, out)
}

fn with_seed(run: &Run, seed: u64) -> Run {
    Run {
        seed,
        ..run.clone()
    }
}

/// How far the sweep is, on standard error, where a person watches.
struct Progress {
    total: u64,
    done: AtomicU64,
    watched: bool,
}

impl Progress {
    fn new(total: u64) -> Self {
        Self {
            total,
            done: AtomicU64::new(0),
            watched: io::stderr().is_terminal(),
        }
    }

    fn one_more(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let every = (self.total / 100).max(1);
        if self.watched && done.is_multiple_of(every) {
            // A progress that cannot be shown is no reason to stop.
            let _ = write!(io::stderr(), "\r{done} of {} seeds", self.total);
        }
    }

    /// Takes the line away again.
    fn clear(&self) {
        if self.watched {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_include_both_ends_and_have_a_limit() {
        let seeds: Seeds = "1..200".parse().unwrap();
        assert_eq!(seeds.count(), 200);
        assert_eq!("7..7".parse::<Seeds>().unwrap().count(), 1);
        for bad in [
            "",
            "1",
            "1..",
            "..2",
            "2..1",
            "-1..2",
            "a..b",
            "1..100001",
            "0..18446744073709551615",
        ] {
            assert!(bad.parse::<Seeds>().is_err(), "{bad}");
        }
        assert!("1..100000".parse::<Seeds>().is_ok());
    }
}
