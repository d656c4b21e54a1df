//! Checkpoints: clones of the model along the run, evenly spread, bounded in number and bytes.

use std::sync::Arc;

use super::goal::{Goal, steps};
use super::{Limits, Model};
use crate::Time;

/// The most steps between two looks at what was recorded, so that the recorder stays small.
const BITE_STEPS_MAX: u64 = 4096;

pub(super) struct Checkpoint<M> {
    /// Shared by forks; never changed.
    pub(super) model: Arc<M>,
    /// How many commands are applied to it.
    pub(super) applied: usize,
    /// Events and commands up to it.
    pub(super) steps: u64,
    bytes: usize,
}

impl<M> Clone for Checkpoint<M> {
    fn clone(&self) -> Self {
        Self {
            model: Arc::clone(&self.model),
            ..*self
        }
    }
}

#[derive(Clone)]
pub(super) struct Checkpoints<M> {
    /// By steps; the first is the start of the run.
    list: Vec<Checkpoint<M>>,
    interval_steps: u64,
    bytes: usize,
    limits: Limits,
}

impl<M: Model> Checkpoints<M> {
    pub(super) fn new(start: &M, limits: Limits) -> Self {
        let mut checkpoints = Self {
            list: Vec::new(),
            interval_steps: limits.interval_steps.max(1),
            bytes: 0,
            limits,
        };
        checkpoints.push(start, 0);
        checkpoints
    }

    fn push(&mut self, model: &M, applied: usize) {
        let bytes = model.size_bytes();
        self.bytes += bytes;
        self.list.push(Checkpoint {
            model: Arc::new(model.clone()),
            applied,
            steps: steps(model, applied),
            bytes,
        });
    }

    /// The latest checkpoint from which a goal can be reached by going forwards.
    pub(super) fn latest(&self, goal: Goal) -> &Checkpoint<M> {
        let reachable = self
            .list
            .partition_point(|point| goal.is_at_or_after(point.model.as_ref(), point.applied));
        // The start of the run is before every goal.
        &self.list[reachable.saturating_sub(1)]
    }

    fn last_steps(&self) -> u64 {
        self.list.last().map_or(0, |last| last.steps)
    }

    /// After how many steps the run should stop to be looked at.
    pub(super) fn steps_to_next(&self, steps: u64) -> u64 {
        (self.last_steps() + self.interval_steps)
            .saturating_sub(steps)
            .clamp(1, BITE_STEPS_MAX)
    }

    /// Takes a checkpoint if the last one is long enough ago.
    pub(super) fn offer(&mut self, model: &M, applied: usize) {
        if steps(model, applied) < self.last_steps() + self.interval_steps {
            return;
        }
        self.push(model, applied);
        while self.list.len() > 1 && self.is_too_much() {
            self.thin();
        }
    }

    fn is_too_much(&self) -> bool {
        self.list.len() > self.limits.checkpoints || self.bytes > self.limits.checkpoint_bytes
    }

    /// Removes every other checkpoint, but never the first.
    fn thin(&mut self) {
        let mut odd = true;
        self.list.retain(|_| {
            odd = !odd;
            !odd
        });
        self.bytes = self.list.iter().map(|point| point.bytes).sum();
        self.interval_steps = self.interval_steps.saturating_mul(2);
    }

    /// Forgets the checkpoints after a change of the commands from `index` on, at a time; also
    /// those at that time, whose entries are forgotten.
    pub(super) fn forget(&mut self, index: usize, at: Time) {
        let keep = self
            .list
            .partition_point(|point| point.applied <= index && point.model.now() < at);
        self.list.truncate(keep.max(1));
        self.bytes = self.list.iter().map(|point| point.bytes).sum();
    }

    /// How many there are, and how many bytes they hold.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.list.len(), self.bytes)
    }
}
