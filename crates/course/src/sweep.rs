//! The same run over many seeds: what a metric does, and by which seed.
//!
//! The command line runs seeds side by side, the page one after the other in bites or, where a
//! program is asked, by its engine; all sum up by the same code, and so come to the same figures.

use litemap::LiteMap;
use std::ops::RangeInclusive;

use faultline_sim::Time;
use faultline_systems::Lab;
use serde::{Deserialize, Serialize};

use crate::samples::{Number, seek_all};
use crate::session::{RunError, Session};
use crate::statistics::{Summary, summarise};

/// Starting a run takes about as long as so many events.
const START_EVENTS: u64 = 200;

/// The numbers that a run came to, apart from its labs.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Outcome {
    /// The run's seed.
    pub seed: u64,
    /// For each pane, its numeric metrics.
    pub panes: Vec<Numbers>,
}

/// The metrics of a pane that are numbers, by name.
pub type Numbers = Vec<(String, Number)>;

/// What a run has come to at its cursor.
pub fn numbers(lab: &dyn Lab) -> Numbers {
    let metrics = lab.metrics().into_iter();
    metrics
        .filter_map(|(name, value)| Some((name.to_string(), Number::of(&value)?)))
        .collect()
}

impl Outcome {
    /// Of a session's runs, as they are at its cursor.
    pub fn of(session: &Session) -> Self {
        let panes = 0..session.pane_count();
        Self::at(session.seed(), panes.map(|pane| session.lab(pane)))
    }

    fn at<'a>(seed: u64, labs: impl Iterator<Item = &'a dyn Lab>) -> Self {
        Self {
            seed,
            panes: labs.map(numbers).collect(),
        }
    }

    /// A number of a pane.
    pub fn number(&self, pane: usize, metric: &str) -> Option<Number> {
        let metrics = self.panes.get(pane)?;
        let found = metrics.iter().find(|(name, _)| name == metric);
        found.map(|(_, number)| *number)
    }
}

/// A metric over all seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Its name.
    pub name: String,
    /// Every value is a count.
    pub whole: bool,
    /// Its distribution.
    pub summary: Summary,
}

/// The numeric metrics of a pane, in the order in which the runs first gave them.
pub fn metrics(outcomes: &[Outcome], pane: usize) -> Vec<Metric> {
    let mut names: Vec<&str> = Vec::new();
    let mut values: LiteMap<&str, Vec<(u64, Number)>> = LiteMap::new();
    for outcome in outcomes {
        for (name, number) in outcome.panes.get(pane).into_iter().flatten() {
            let seen = values.entry(name).or_default();
            if seen.is_empty() {
                names.push(name);
            }
            seen.push((outcome.seed, *number));
        }
    }
    let metric = |name: &str| {
        let numbers = &values[&name];
        let pairs: Vec<_> = numbers
            .iter()
            .map(|(seed, number)| (*seed, number.value()))
            .collect();
        Some(Metric {
            name: name.to_owned(),
            whole: numbers
                .iter()
                .all(|(_, number)| matches!(number, Number::Int(_))),
            summary: summarise(&pairs)?,
        })
    };
    names.into_iter().filter_map(metric).collect()
}

/// Starts all panes of a run with a seed.
type Start = Box<dyn Fn(u64) -> Result<Vec<Box<dyn Lab>>, RunError>>;

/// A session's run over many seeds, in bites. A run with a program is for its engine: see
/// [`Session::recording_of_seeds`].
pub struct Sweep {
    start: Start,
    seeds: RangeInclusive<u64>,
    until: Time,
    /// The run on its way, with its seed.
    now: Option<(u64, Vec<Box<dyn Lab>>)>,
    outcomes: Vec<Outcome>,
}

impl Sweep {
    /// Begins: the run as it is now, each time with another seed and up to the same moment.
    pub fn new(session: &Session, seeds: RangeInclusive<u64>, until: Time) -> Self {
        Self {
            start: Box::new(session.starter()),
            seeds,
            until,
            now: None,
            outcomes: Vec::new(),
        }
    }

    /// Goes on by about `max_events` events; true when all seeds are through.
    ///
    /// # Errors
    /// A command that is refused under a seed.
    pub fn step(&mut self, max_events: u64) -> Result<bool, RunError> {
        let mut left = max_events.max(1);
        while left > 0 {
            let (seed, mut labs) = match self.now.take() {
                Some(now) => now,
                None => match self.seeds.next() {
                    Some(seed) => (seed, (self.start)(seed)?),
                    None => return Ok(true),
                },
            };
            if !seek_all(&mut labs, self.until, &mut left) {
                self.now = Some((seed, labs));
                return Ok(false);
            }
            let outcome = Outcome::at(seed, labs.iter().map(|lab| &**lab));
            self.outcomes.push(outcome);
            // Also a run without any event takes a while to start.
            left = left.saturating_sub(START_EVENTS);
        }
        Ok(self.now.is_none() && self.seeds.is_empty())
    }

    /// The runs that are through.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }
}
