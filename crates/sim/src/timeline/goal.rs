//! Where a timeline goes.

use super::Model;
use crate::Time;

/// A point of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// All events and commands up to and including a time.
    Time(Time),
    /// Just after this many events.
    Event(u64),
    /// Just after this many events and commands.
    Step(u64),
}

/// Events and commands up to a state.
pub(super) fn steps<M: Model>(model: &M, applied: usize) -> u64 {
    model.event_count() + applied as u64
}

impl Goal {
    /// Whether a run that stands here can reach the goal by going forwards.
    pub(super) fn is_at_or_after<M: Model>(self, model: &M, applied: usize) -> bool {
        match self {
            Goal::Time(time) => model.now() <= time,
            // A command after the event may have been applied already.
            Goal::Event(n) => model.event_count() < n || steps(model, applied) == 0,
            Goal::Step(n) => steps(model, applied) <= n,
        }
    }

    /// How many events or commands at most are between here and the goal.
    pub(super) fn steps_left<M: Model>(self, model: &M, applied: usize) -> u64 {
        match self {
            Goal::Time(_) => u64::MAX,
            Goal::Event(n) => n.saturating_sub(model.event_count()),
            Goal::Step(n) => n.saturating_sub(steps(model, applied)),
        }
    }
}
