//! Moving the cursor: all panes stand at the same time.
//!
//! Events have one order over all panes: by time, then by pane, then as the pane has them. A
//! session has always processed a beginning of that order; a step takes one more or one less.

use faultline_sim::Time;
use faultline_systems::{Lab, Progress};

use super::{SETTLE_EVENTS, Session};
use crate::link::MAX_STEPS;

impl Session {
    /// Where the cursor stands; on the way to a far place, how far the foremost pane is.
    pub fn now(&self) -> Time {
        self.panes
            .iter()
            .map(|pane| pane.lab.now())
            .max()
            .unwrap_or(Time::ZERO)
    }

    /// Events processed up to the cursor, in all panes.
    pub fn events(&self) -> u64 {
        self.panes.iter().map(|pane| pane.lab.events()).sum()
    }

    /// When the next event or command is due in any pane; none when all are over.
    pub fn next_time(&self) -> Option<Time> {
        self.panes
            .iter()
            .filter_map(|pane| pane.lab.next_time())
            .min()
    }

    /// Moves the cursor to `to`, forward or back, processing at most about `max_events`; call
    /// again until it is reached. Everything due at `to` has happened then. Between two events
    /// of one instant, a move to that same instant changes nothing.
    pub fn seek(&mut self, to: Time, max_events: u64) -> Progress {
        if self.within_instant && to == self.now() {
            return Progress {
                events: 0,
                reached: true,
            };
        }
        self.wanted = Some(to);
        self.settle(max_events)
    }

    /// Goes on to where the cursor was last sent.
    pub fn settle(&mut self, max_events: u64) -> Progress {
        let Some(to) = self.wanted else {
            return Progress {
                events: 0,
                reached: true,
            };
        };
        self.within_instant = false;
        let share = (max_events / self.panes.len() as u64).max(1);
        let mut all = Progress {
            events: 0,
            reached: true,
        };
        for pane in &mut self.panes {
            let progress = pane.lab.seek(to, share);
            all.events += progress.events;
            all.reached &= progress.reached;
        }
        if all.reached {
            self.wanted = None;
        }
        all
    }

    /// Whether the cursor stands where it was sent.
    pub fn is_settled(&self) -> bool {
        self.wanted.is_none()
    }

    /// Where the cursor stands or, on its way, where it was sent.
    pub(super) fn target(&self) -> Time {
        self.wanted.unwrap_or_else(|| self.now())
    }

    /// Brings the cursor to `to` after a change.
    pub(super) fn return_to(&mut self, to: Time) {
        self.wanted = Some(to);
        self.settle(SETTLE_EVENTS);
    }

    /// Brings the cursor to where a run says.
    pub(super) fn open_at(&mut self, at: Time, steps: u64) {
        if steps == 0 || at == Time::ZERO {
            return self.return_to(at);
        }
        self.return_to(Time::from_nanos(at.as_nanos() - 1));
        for _ in 0..steps.min(MAX_STEPS) {
            if self.next_time() != Some(at) || !self.step() {
                // Fewer events than the run was shared with: all of the instant, then.
                return self.return_to(at);
            }
        }
    }

    /// Lets the next event or command of any pane happen, and moves the cursor to its time;
    /// false when there is none.
    pub fn step(&mut self) -> bool {
        if !self.settle(SETTLE_EVENTS).reached {
            return false;
        }
        let Some(at) = self.next_time() else {
            return false;
        };
        // Of panes with events at the same time, the first one steps.
        let next = self
            .panes
            .iter_mut()
            .find(|pane| pane.lab.next_time() == Some(at));
        if !next.is_some_and(|pane| pane.lab.step()) {
            return false;
        }
        self.align(at);
        true
    }

    /// Takes the last event or command of any pane back, restoring the exact state; false when
    /// nothing happened after the first instant.
    pub fn step_back(&mut self) -> bool {
        if !self.settle(SETTLE_EVENTS).reached {
            return false;
        }
        let last: Vec<Option<Time>> = self
            .panes
            .iter_mut()
            .map(|p| last_time(&mut *p.lab))
            .collect();
        let at = match last.iter().flatten().max() {
            Some(&at) if at > Time::ZERO => at,
            _ => return false,
        };
        let Some(index) = last.iter().rposition(|&time| time == Some(at)) else {
            return false;
        };
        let lab = &mut *self.panes[index].lab;
        lab.step_back();
        let before = last_time(lab);
        let others = last.iter().enumerate().filter(|&(other, _)| other != index);
        let now = others
            .filter_map(|(_, &time)| time)
            .chain(before)
            .max()
            .unwrap_or(Time::ZERO);
        self.align(now);
        true
    }

    /// Moves the clock of every pane to `at`, but processes nothing that is due there.
    fn align(&mut self, at: Time) {
        self.within_instant = false;
        for pane in &mut self.panes {
            if pane.lab.next_time().is_some_and(|next| next <= at) {
                self.within_instant = true;
            } else {
                pane.lab.seek(at, u64::MAX);
            }
        }
    }

    /// How many steps the cursor is into its instant; 0 where all of it has happened.
    pub(super) fn steps_within_instant(&self) -> u64 {
        if !self.within_instant {
            return 0;
        }
        let now = self.now();
        let mut steps = 0;
        for pane in &self.panes {
            let mut past = pane.lab.fork();
            while steps < MAX_STEPS && past.step_back() && past.next_time() == Some(now) {
                steps += 1;
            }
        }
        steps
    }
}

/// When the last thing happened in a run; none at its start.
fn last_time(lab: &mut dyn Lab) -> Option<Time> {
    if !lab.step_back() {
        return None;
    }
    let at = lab.next_time();
    lab.step();
    at
}
