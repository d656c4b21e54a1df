//! How far a learner is through the steps of a lesson.

use super::Session;
use crate::check::{Found, Moment};
use crate::lesson::{Check, Step};

/// How a step stands at the cursor.
#[derive(Clone, Debug, PartialEq)]
pub struct StepStatus {
    /// The step's id.
    pub id: String,
    /// It was done, at any time in this session or before.
    pub done: bool,
    /// It is the step to do now.
    pub current: bool,
    /// What it asks for holds at the cursor.
    pub holds: bool,
    /// Its checks, in order.
    pub checks: Vec<CheckStatus>,
}

/// How a check stands at the cursor.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckStatus {
    /// It holds.
    pub holds: bool,
    /// What it found; none when the pane or the metric is not there.
    pub found: Option<Found>,
}

impl Session {
    /// How every step stands; empty without a lesson.
    pub fn step_status(&self) -> Vec<StepStatus> {
        let Some(lesson) = &self.setup.lesson else {
            return Vec::new();
        };
        let moments: Vec<Moment> = self.panes.iter().map(|p| Moment::of(&*p.lab)).collect();
        let current = self.current_step();
        let status = |step: &Step| {
            let checks: Vec<_> = step
                .checks
                .iter()
                .map(|check| self.check_status(&moments, check))
                .collect();
            let holds = if checks.is_empty() {
                self.acted.contains(&step.id)
            } else {
                checks.iter().all(|check| check.holds)
            };
            StepStatus {
                id: step.id.clone(),
                done: self.is_done(&step.id),
                current: step.id == current,
                holds,
                checks,
            }
        };
        lesson.steps.iter().map(status).collect()
    }

    fn check_status(&self, moments: &[Moment], check: &Check) -> CheckStatus {
        let pane = match check.pane.as_str() {
            "" => Some(0),
            id => self.panes.iter().position(|pane| pane.id == id),
        };
        match pane.and_then(|pane| moments.get(pane)) {
            Some(moment) => CheckStatus {
                holds: moment.holds(check),
                found: moment.find(&check.metric),
            },
            None => CheckStatus {
                holds: false,
                found: None,
            },
        }
    }

    /// Ticks the current step if what it asks for holds at the cursor, and goes on to the next
    /// one that is not done. Returns the id of the step that was ticked. Steps tick in their
    /// order, since what a later step asks for may also hold before it was begun.
    pub fn tick(&mut self) -> Option<String> {
        let status = self.step_status();
        let index = status.iter().position(|step| step.current)?;
        let step = &status[index];
        if step.done || !step.holds {
            return None;
        }
        self.done.push(step.id.clone());
        let open = |step: &&StepStatus| !self.done.contains(&step.id);
        let next = status[index..]
            .iter()
            .find(open)
            .or_else(|| status.iter().find(open));
        if let Some(next) = next {
            self.run.step.clone_from(&next.id);
        }
        Some(step.id.clone())
    }

    /// Whether a step is done.
    pub fn is_done(&self, id: &str) -> bool {
        self.done.iter().any(|done| done == id)
    }

    /// The id of the step to do now: the one gone to, else the first. Empty without steps.
    pub fn current_step(&self) -> &str {
        let steps = self
            .lesson()
            .map(|lesson| &lesson.steps[..])
            .unwrap_or_default();
        let step = steps
            .iter()
            .find(|step| step.id == self.run.step)
            .or(steps.first());
        step.map_or("", |step| &step.id)
    }

    /// Makes a step the current one; false when the lesson has none of that id.
    pub fn go_to_step(&mut self, id: &str) -> bool {
        let known = self
            .lesson()
            .is_some_and(|l| l.steps.iter().any(|step| step.id == id));
        if known {
            self.run.step = id.to_owned();
        }
        known
    }

    /// Marks steps as done, as a device remembers them; ids that the lesson does not have are
    /// left out.
    pub fn mark_done<'a>(&mut self, ids: impl IntoIterator<Item = &'a str>) {
        let Some(lesson) = &self.setup.lesson else {
            return;
        };
        let known = ids
            .into_iter()
            .filter(|id| lesson.steps.iter().any(|step| step.id == *id));
        self.done.extend(known.map(str::to_owned));
    }

    /// Forgets which steps were done, and goes to the first.
    pub fn forget_progress(&mut self) {
        self.done.clear();
        self.acted.clear();
        self.run.step.clear();
    }
}
