//! Playing a lesson through: whether its steps do what they promise.

use faultline_sim::Span;
use toml::Spanned;

use super::Draft;
use super::fault::Faults;
use super::manifest::{ActionEntry, StepEntry};
use crate::lesson::{Action, Course, Lesson};
use crate::recording::Engine;
use crate::session::Session;

/// Events one button may take; a browser takes seconds for that many.
const MAX_EVENTS: u64 = 20_000_000;

/// Does every step's actions in order. A step's checks must not hold before them and all hold
/// after them: after the first, or after the first two, and so on; actions beyond that are
/// alternatives, which must be possible.
///
/// A step that is done by code is done by the solution, and not by the program before.
pub(super) fn play(
    course: &Course,
    draft: &Draft,
    engine: Option<&dyn Engine>,
    faults: &mut Faults,
) {
    let Lesson {
        steps,
        failures,
        code,
        ..
    } = &draft.lesson;
    let asks = |action: &Action| !action.code.is_empty();
    let mut actions = steps.iter().flat_map(|step| &step.actions).chain(failures);
    let by_code = code.as_ref().is_some_and(|code| !code.starter.is_empty()) || actions.any(asks);
    if by_code && engine.is_none() {
        // Whoever builds the page has no engine; the lint has one.
        return;
    }
    let mut player = Player {
        draft,
        engine,
        faults,
    };
    let Some(mut session) = player.open(course) else {
        return;
    };
    for (index, step) in draft.manifest.steps.get_ref().iter().enumerate() {
        if !player.step(&mut session, index, step) {
            // What follows would be faulted for this step's sake.
            return;
        }
    }
    for (failure, action) in draft.manifest.failures.iter().zip(&draft.lesson.failures) {
        let Some(mut session) = player.open(course) else {
            return;
        };
        player.act(&mut session, failure, action);
    }
}

struct Player<'a, 'd, 'f> {
    draft: &'a Draft<'d>,
    engine: Option<&'a dyn Engine>,
    faults: &'f mut Faults,
}

impl Player<'_, '_, '_> {
    fn at<T>(&mut self, place: &Spanned<T>, message: String) {
        self.faults.add(&self.draft.toml, place.span(), message);
    }

    fn open(&mut self, course: &Course) -> Option<Session> {
        match Session::open(course, self.draft.lesson.opening()) {
            Ok(mut session) if session.is_settled() => {
                let opens = self.record(&mut session, &self.draft.manifest.system);
                opens.then_some(session)
            }
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
        if step.by_code
            && step.actions.is_empty()
            && !session.seek(session.end(), MAX_EVENTS).reached
        {
            self.at(&step.id, format!("takes more than {MAX_EVENTS} events"));
            return false;
        }
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
        let actions = &self.draft.lesson.steps[index].actions;
        for (entry, action) in step.actions.iter().zip(actions) {
            if done {
                good &= self.alternative(session, entry, action);
                continue;
            }
            if !self.act(session, entry, action) {
                return false;
            }
            done = session.step_status()[index].holds;
        }
        if step.by_code {
            if done {
                let message = "this step is done by its buttons: then it is not by_code";
                self.at(&step.id, message.to_owned());
                return false;
            }
            if !self.write(session, step) {
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
    fn act(&mut self, session: &mut Session, entry: &ActionEntry, action: &Action) -> bool {
        let span = match session.act(action) {
            Ok(span) => span,
            Err(error) => {
                self.at(&entry.label, format!("this button does not work: {error}"));
                return false;
            }
        };
        if !self.record(session, &entry.label) {
            return false;
        }
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
    fn alternative(&mut self, session: &mut Session, entry: &ActionEntry, action: &Action) -> bool {
        match session.act(action) {
            Ok(_) => {
                let works = self.record(session, &entry.label);
                session.undo() && self.record(session, &entry.label) && works
            }
            Err(error) => {
                self.at(&entry.label, format!("this button does not work: {error}"));
                false
            }
        }
    }
}

impl Player<'_, '_, '_> {
    /// Has the program asked what it was not asked yet; false if it fails.
    fn record<T>(&mut self, session: &mut Session, place: &Spanned<T>) -> bool {
        let Some(recording) = session.recording(session.end().max(session.opens_at())) else {
            return true;
        };
        let Some(engine) = self.engine else {
            return false;
        };
        let played = match engine.record(&recording) {
            Ok(recorded) => session.play(recorded).map_err(|error| error.to_string()),
            Err(fault) => Err(format!("its program fails at {fault}")),
        };
        if let Err(why) = played {
            self.at(place, why);
            return false;
        }
        true
    }

    /// Writes the solution, and runs it to the end; false if it fails.
    fn write(&mut self, session: &mut Session, step: &StepEntry) -> bool {
        let solution = self
            .draft
            .lesson
            .code
            .as_ref()
            .map_or("", |code| &code.solution);
        if let Err(error) = session.set_code(solution) {
            self.at(&step.id, format!("the solution cannot be run: {error}"));
            return false;
        }
        if !self.record(session, &step.id) {
            return false;
        }
        if !session.seek(session.end(), MAX_EVENTS).reached {
            self.at(&step.id, format!("takes more than {MAX_EVENTS} events"));
            return false;
        }
        true
    }
}

fn found(found: Option<&crate::check::Found>) -> String {
    match found {
        Some(found) => format!(" (found: {found})"),
        None => " (there is no such value then)".to_owned(),
    }
}
