//! Runs with a learner's program: what is to be recorded, and playing what was.
//!
//! A session never has an engine. It plays the tapes of the last recording; as soon as the run is
//! another than was recorded, or goes on for longer, it [needs](Session::needs_recording) a new
//! one. Until that comes, what it shows means nothing.

use std::rc::Rc;

use faultline_sim::Time;
use faultline_systems::code::{CodeSpec, Player, Tape};
use faultline_systems::{Lab, ParamKind, ParamSpec, Values};

use super::{RunError, Session, SessionPane, Setup, place_on};
use crate::recording::{Recorded, Recording, RecordingPane};
use crate::run::Run;

/// What was recorded last.
#[derive(Clone)]
pub(super) struct Played {
    /// The run, without its cursor and step.
    run: Run,
    /// Up to when.
    until: Time,
}

impl Session {
    /// The run's program; empty for none.
    pub fn code(&self) -> &str {
        &self.run.code
    }

    /// The program whose answers the panes' runs play; empty before one was recorded.
    pub fn played_code(&self) -> &str {
        self.played.as_ref().map_or("", |played| &played.run.code)
    }

    /// Gives the run another program, or none. It [needs a recording](Session::needs_recording)
    /// then, and can be [taken back](Session::take_back) if the program fails.
    ///
    /// # Errors
    /// A program that is too long for a link, and a system that takes none.
    pub fn set_code(&mut self, code: &str) -> Result<(), RunError> {
        self.change(|run| code.clone_into(&mut run.code))
    }

    /// Whether the run has a program whose answers are not all known.
    pub fn needs_recording(&self) -> bool {
        !self.run.code.is_empty() && !self.is_recorded(self.end())
    }

    fn is_recorded(&self, until: Time) -> bool {
        let played = self.played.as_ref();
        played.is_some_and(|played| played.until >= until && played.run == self.recorded_run())
    }

    /// The run apart from what does not matter to a program.
    fn recorded_run(&self) -> Run {
        Run {
            step: String::new(),
            ..self.doings()
        }
    }

    /// What is to be recorded; none if the run has no program, or all is known up to then.
    pub fn recording(&self, until: Time) -> Option<Recording> {
        let known = self.run.code.is_empty() || self.is_recorded(until);
        (!known).then(|| self.recorded_as(until))
    }

    /// The run for whoever has the engine, to be run with other seeds up to a time; none if it has
    /// no program.
    pub fn recording_of_seeds(&self, until: Time) -> Option<Recording> {
        (!self.run.code.is_empty()).then(|| self.recorded_as(until))
    }

    fn recorded_as(&self, until: Time) -> Recording {
        let pane = |pane: &SessionPane| {
            let commands = pane.lab.commands().into_iter();
            RecordingPane {
                params: pane.lab.values().differences(),
                commands: commands.map(|one| (one.at.as_nanos(), one.text)).collect(),
            }
        };
        Recording {
            system: self.setup.info.name.to_owned(),
            code: self.run.code.clone(),
            seed: self.run.seed,
            until: until.as_nanos(),
            panes: self.panes.iter().map(pane).collect(),
        }
    }

    /// Whether the run has a program and asked it nothing.
    pub fn asked_nothing(&self) -> bool {
        let nothing = |tape: &Rc<Tape>| tape.each.is_empty() && tape.turns.is_empty();
        !self.run.code.is_empty() && !self.needs_recording() && self.setup.tapes.iter().all(nothing)
    }

    /// The choice with which the run would ask a program: a parameter, and the value's name and
    /// label. None where there is no such choice.
    pub fn asking_choice(&self) -> Option<(&'static ParamSpec, (&'static str, &'static str))> {
        let (info, values) = (self.setup.info, self.values());
        let needs = info.code.as_ref()?.needs;
        info.params.iter().find_map(|param| {
            let ParamKind::Choice { options, .. } = param.kind else {
                return None;
            };
            let asks = |(value, _): &&(&str, &str)| {
                let mut params = values.differences();
                params.retain(|(name, _)| name != param.name);
                params.push((param.name.to_owned(), (*value).to_owned()));
                Values::parse(info.params, &params).is_ok_and(|values| needs(&values).is_some())
            };
            Some((param, *options.iter().find(asks)?))
        })
    }

    /// Where the cursor is to go once the run is recorded.
    pub fn opens_at(&self) -> Time {
        match self.opening {
            Some((at, _)) => at,
            None => self.target(),
        }
    }

    /// Plays what was recorded of this run, with the cursor where it stood or, after opening,
    /// where the run says.
    ///
    /// # Errors
    /// None for what was recorded of this very run.
    pub fn play(&mut self, recorded: Recorded) -> Result<(), RunError> {
        let cursor = self.target();
        self.setup.tapes = recorded
            .panes
            .into_iter()
            .map(|pane| Rc::new(pane.tape))
            .collect();
        self.restart(&self.doings())?;
        self.played = Some(Played {
            run: self.recorded_run(),
            until: Time::from_nanos(recorded.until),
        });
        match self.opening.take() {
            Some((at, steps)) => self.open_at(at, steps),
            None => self.return_to(cursor),
        }
        Ok(())
    }

    /// A pane's run with other parameters, at its start with its commands placed. If it asks a
    /// program, that is the pane's own, whose answers are right for the pane's own run alone.
    ///
    /// # Errors
    /// A command that is refused under the parameters.
    pub(crate) fn like(&self, pane: usize, values: &Values) -> Result<Box<dyn Lab>, RunError> {
        let lab = self.setup.start(&self.run, pane, values)?;
        let commands = self.lab(pane).commands().into_iter();
        let commands: Vec<_> = commands.map(|one| (one.at.as_nanos(), one.text)).collect();
        place_on(lab, &commands)
    }

    /// Forgets the last change, after which the program failed: the run is again what it was
    /// before, and what was recorded of that holds. False when there was no change.
    pub fn take_back(&mut self) -> bool {
        let Some(before) = self.undo.pop() else {
            return false;
        };
        self.restore(&before).is_ok()
    }
}

impl Setup {
    /// Starts a pane's run. With a program, it plays the pane's tape.
    pub(super) fn start(
        &self,
        run: &Run,
        pane: usize,
        values: &Values,
    ) -> Result<Box<dyn Lab>, RunError> {
        let code = self.info.code.as_ref();
        if run.code.is_empty() {
            return match code.and_then(|code| Some((code, (code.needs)(values)?))) {
                Some((code, function)) => Err(self.lacks(code, function, values)),
                None => Ok((self.info.start)(values, run.seed)),
            };
        }
        let code = code.ok_or(RunError::NoProgram {
            system: self.info.name,
        })?;
        let tape: Option<&Rc<Tape>> = self.tapes.get(pane);
        let player = Player::new(tape.cloned().unwrap_or_default());
        Ok((code.start)(values, run.seed, Rc::new(player)))
    }

    /// Says which parameter needs a program: the first without which there would be no need.
    fn lacks(&self, code: &CodeSpec, function: &'static str, values: &Values) -> RunError {
        let mut usages = code.functions.iter().map(|spec| (spec.name(), spec.usage));
        let usage = usages.find(|(name, _)| *name == function);
        let params = values.differences();
        let without = |index: usize| {
            let mut others = params.clone();
            others.remove(index);
            let values = Values::parse(self.info.params, &others).ok()?;
            (code.needs)(&values)
                .is_none()
                .then(|| params[index].clone())
        };
        let (name, value) = (0..params.len()).find_map(without).unwrap_or_default();
        RunError::NeedsProgram {
            usage: usage.map_or(function, |(_, usage)| usage),
            name,
            value,
        }
    }
}
