//! A learner's program beside what is built in, on the same arrivals.
//!
//! Where a parameter's choice asks for a program (`policy=custom`), its other choices are what the
//! program is ranked against: the same run with each of them, up to the same moment. One run may
//! be luck, so they can also be ranked over many seeds, by whoever has the engine.

use faultline_sim::Time;
use faultline_systems::{Lab, ParamKind, SystemInfo, Values};

use crate::recording::{Recording, RecordingPane};
use crate::samples::{Number, seek_all};
use crate::session::{RunError, Session};
use crate::sweep::{Outcome, metrics};

/// A choice with what it came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// The choice, e.g. "round-robin".
    pub value: &'static str,
    /// Its label, e.g. "Round-robin".
    pub label: &'static str,
    /// The metric it is ranked by; none if the run has no such number.
    pub score: Option<Number>,
}

/// Runs on their way.
pub struct Ranking {
    metric: &'static str,
    until: Time,
    waiting: Vec<(&'static str, &'static str, Box<dyn Lab>)>,
    ranked: Vec<Ranked>,
}

/// The parameter one of whose choices asks for a program.
fn parameter(info: &SystemInfo, values: &Values) -> Option<&'static str> {
    let needs = info.code.as_ref()?.needs;
    needs(values)?;
    let mut params = info.params.iter();
    let found = params.find(|param| {
        let ParamKind::Choice { default, .. } = param.kind else {
            return false;
        };
        let mut others = values.differences();
        others.retain(|(name, _)| name != param.name);
        others.push((param.name.to_owned(), default.to_owned()));
        Values::parse(info.params, &others).is_ok_and(|values| needs(&values).is_none())
    });
    found.map(|param| param.name)
}

/// A choice: its value, its label, and the run's parameters with it.
type Choice = (&'static str, &'static str, Values);

/// What a pane's program is ranked by and against, itself included; none where nothing is to be
/// ranked.
fn choices(
    session: &Session,
    pane: usize,
) -> Result<Option<(&'static str, Vec<Choice>)>, RunError> {
    let (info, values) = (session.system(), session.lab(pane).values());
    let metric = info.code.as_ref().and_then(|code| code.rank_by);
    let (Some(metric), Some(name)) = (metric, parameter(info, values)) else {
        return Ok(None);
    };
    let options = info.params.iter().find_map(|param| match param.kind {
        ParamKind::Choice { options, .. } if param.name == name => Some(options),
        _ => None,
    });
    let mut choices = Vec::new();
    for (value, label) in options.unwrap_or_default() {
        let mut params = values.differences();
        params.retain(|(other, _)| other != name);
        params.push((name.to_owned(), (*value).to_owned()));
        choices.push((*value, *label, Values::parse(info.params, &params)?));
    }
    Ok(Some((metric, choices)))
}

fn sort(ranked: &mut [Ranked]) {
    let order = |one: &Ranked| one.score.map_or(f64::INFINITY, Number::value);
    ranked.sort_by(|one, other| order(one).total_cmp(&order(other)));
}

/// The same over many seeds.
pub struct SeedRanking {
    metric: &'static str,
    choices: Vec<(&'static str, &'static str)>,
    /// The run for the engine: each choice is a pane.
    pub recording: Recording,
}

impl SeedRanking {
    /// Of the run of a pane from its start to the end; none where nothing is to be ranked.
    ///
    /// # Errors
    /// None that the run's own opening did not have.
    pub fn new(session: &Session, pane: usize) -> Result<Option<Self>, RunError> {
        let recording = session.recording_of_seeds(session.end());
        let (Some(mut recording), Some((metric, choices))) = (recording, choices(session, pane)?)
        else {
            return Ok(None);
        };
        let own = recording.panes.get(pane).cloned().unwrap_or_default();
        let like = |(.., values): &Choice| RecordingPane {
            params: values.differences(),
            commands: own.commands.clone(),
        };
        recording.panes = choices.iter().map(like).collect();
        let choices = choices.into_iter().map(|(value, label, _)| (value, label));
        Ok(Some(Self {
            metric,
            choices: choices.collect(),
            recording,
        }))
    }

    /// The choices by the mean of what they came to, the best first.
    pub fn ranked(&self, outcomes: &[Outcome]) -> Vec<Ranked> {
        let ranked = |(pane, (value, label)): (usize, &(&'static str, &'static str))| {
            let metrics = metrics(outcomes, pane);
            let found = metrics.iter().find(|metric| metric.name == self.metric);
            Ranked {
                value,
                label,
                score: found.map(|metric| Number::Float(metric.summary.mean)),
            }
        };
        let mut ranked: Vec<_> = self.choices.iter().enumerate().map(ranked).collect();
        sort(&mut ranked);
        ranked
    }

    /// The metric that they are ranked by.
    pub fn metric(&self) -> &'static str {
        self.metric
    }
}

impl Ranking {
    /// Begins, with the run of a pane up to its cursor or, from the start, to the end; none where
    /// nothing is to be ranked.
    ///
    /// # Errors
    /// A command that is refused under another choice.
    pub fn new(session: &Session, pane: usize) -> Result<Option<Self>, RunError> {
        let Some((metric, choices)) = choices(session, pane)? else {
            return Ok(None);
        };
        let mut waiting = Vec::new();
        for (value, label, values) in choices {
            waiting.push((value, label, session.like(pane, &values)?));
        }
        waiting.reverse();
        Ok(Some(Self {
            metric,
            until: session.end(),
            waiting,
            ranked: Vec::new(),
        }))
    }

    /// Goes on by about `max_events` events; true when all are through.
    pub fn step(&mut self, max_events: u64) -> bool {
        let mut left = max_events.max(1);
        while let Some((value, label, lab)) = self.waiting.pop() {
            let mut labs = vec![lab];
            let through = seek_all(&mut labs, self.until, &mut left);
            let Some(lab) = labs.pop() else {
                return true;
            };
            if !through {
                self.waiting.push((value, label, lab));
                return false;
            }
            let metrics = lab.metrics();
            let found = metrics.iter().find(|(name, _)| &**name == self.metric);
            self.ranked.push(Ranked {
                value,
                label,
                score: found.and_then(|(_, value)| Number::of(value)),
            });
        }
        sort(&mut self.ranked);
        true
    }

    /// Those that are through; when all are, the best first.
    pub fn ranked(&self) -> &[Ranked] {
        &self.ranked
    }

    /// How many there are in all.
    pub fn count(&self) -> usize {
        self.waiting.len() + self.ranked.len()
    }

    /// The metric that they are ranked by.
    pub fn metric(&self) -> &'static str {
        self.metric
    }
}
