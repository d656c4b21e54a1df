//! Playing a lesson through: whether its steps do what they promise.

use faultline_sim::Span;
use toml::Spanned;

use super::Draft;
use super::fault::Faults;
use super::folder::action;
use super::manifest::{ActionEntry, StepEntry};
use crate::lesson::Course;
use crate::session::Session;

/// Events one button may take; a browser takes seconds for that many.
const MAX_EVENTS: u64 = 20_000_000;

/// Does every step's actions in order. A step's checks must not hold before them and all hold
/// after them: after the first, or after the first two, and so on; actions beyond that are
/// alternatives, which must be possible.
pub(super) fn play(course: &Course, draft: &Draft, faults: &mut Faults) {
    let mut player = Player { draft, faults };
    let Some(mut session) = player.open(course) else {
        return;
    };
    for (index, step) in draft.manifest.steps.get_ref().iter().enumerate() {
        if !player.step(&mut session, index, step) {
            // What follows would be faulted for this step's sake.
            return;
        }
    }
    for failure in &draft.manifest.failures {
        let Some(mut session) = player.open(course) else {
            return;
        };
        player.act(&mut session, failure);
    }
}

struct Player<'a, 'd, 'f> {
    draft: &'a Draft<'d>,
    faults: &'f mut Faults,
}

impl Player<'_, '_, '_> {
    fn at<T>(&mut self, place: &Spanned<T>, message: String) {
        self.faults.add(&self.draft.toml, place.span(), message);
    }

    fn open(&mut self, course: &Course) -> Option<Session> {
        match Session::open(course, self.draft.lesson.opening()) {
            Ok(session) if session.is_settled() => Some(session),
            Ok(_) => {
                let message = "the opening takes too many events: open earlier, or make it smaller";
                self.at(&self.draft.manifest.system, message.to_owned());
                None
            }
            Err(error) => {
                self.at(
                    &self.draft.manifest.system,
                    format!("does not open: {error}"),
                );
                None
            }
        }
    }

    /// Plays one step; false if it does not work.
    fn step(&mut self, session: &mut Session, index: usize, step: &StepEntry) -> bool {
        session.go_to_step(step.id.get_ref());
        let mut good = true;
        let before = &session.step_status()[index].checks;
        for (check, status) in step.checks.iter().zip(before) {
            if status.holds && !check.already {
                good = false;
                let message = format!(
                    "this holds before the step's action{}: check what the action changes, or \
                     mark it already = true",
                    found(status.found.as_ref())
                );
                self.at(&check.metric, message);
            }
        }
        let mut done = false;
        for entry in &step.actions {
            if done {
                good &= self.alternative(session, entry);
                continue;
            }
            if !self.act(session, entry) {
                return false;
            }
            done = session.step_status()[index].holds;
        }
        if !done {
            let after = &session.step_status()[index].checks;
            for (check, status) in step.checks.iter().zip(after) {
                if !status.holds {
                    let message = format!(
                        "this does not hold after the step's actions{}",
                        found(status.found.as_ref())
                    );
                    self.at(&check.metric, message);
                }
            }
        }
        good && done
    }

    /// Presses a button and plays for as long as it says; false if that is not possible.
    fn act(&mut self, session: &mut Session, entry: &ActionEntry) -> bool {
        let span = match session.act(&action(entry)) {
            Ok(span) => span,
            Err(error) => {
                self.at(&entry.label, format!("this button does not work: {error}"));
                return false;
            }
        };
        let to = session.now() + span;
        if span > Span::ZERO && to > session.end() {
            let message = format!("plays to {to}, past the lesson's end at {}", session.end());
            self.at(&entry.label, message);
            return false;
        }
        if !session.is_settled() || !session.seek(to, MAX_EVENTS).reached {
            self.at(&entry.label, format!("takes more than {MAX_EVENTS} events"));
            return false;
        }
        true
    }

    /// Presses a button that a learner may press instead, and takes it back.
    fn alternative(&mut self, session: &mut Session, entry: &ActionEntry) -> bool {
        match session.act(&action(entry)) {
            Ok(_) => session.undo(),
            Err(error) => {
                self.at(&entry.label, format!("this button does not work: {error}"));
                false
            }
        }
    }
}

fn found(found: Option<&crate::check::Found>) -> String {
    match found {
        Some(found) => format!(" (found: {found})"),
        None => " (there is no such value then)".to_owned(),
    }
}
