//! A run with a learner's program, as it goes to whoever has the engine, and what comes back.

use std::rc::Rc;

use faultline_systems::code::{Program, Tape};
use faultline_systems::{Lab, SystemInfo, Values};
use serde::{Deserialize, Serialize};

use crate::session::{RunError, listed, place_on};
use crate::sweep::Outcome;

/// What is to be run so that its program is asked all that it will be asked: plain data, without
/// a lesson.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// The system's name.
    pub system: String,
    /// The program.
    pub code: String,
    /// The seed of all panes.
    pub seed: u64,
    /// Up to which time, nanoseconds.
    pub until: u64,
    /// The panes, in order. Each has the program for itself.
    pub panes: Vec<RecordingPane>,
}

/// A pane's run.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordingPane {
    /// Its parameters that differ from the system's own, as text, by name.
    pub params: Vec<(String, String)>,
    /// Its commands, (time in nanoseconds, text), in the order they apply.
    pub commands: Vec<(u64, String)>,
}

/// What came of a recording.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// Up to which time, nanoseconds.
    pub until: u64,
    /// The panes' tapes, in their order.
    pub panes: Vec<RecordedPane>,
}

/// What is wrong with a program, and where.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct ProgramFault {
    /// Where it begins: the line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// Where it ends: the line, from 1.
    pub end_line: u32,
    /// The character after the last one, from 1.
    pub end_column: u32,
    /// In words for a beginner: one or two sentences, without a full stop at the end.
    pub message: String,
    /// What the program printed before.
    pub printed: Vec<String>,
}

/// Whoever can run learner code.
pub trait Engine {
    /// Runs all panes and writes down what their programs answer.
    ///
    /// # Errors
    /// What is wrong with the program.
    fn record(&self, recording: &Recording) -> Result<Recorded, ProgramFault>;
}

/// What a pane's program answered.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedPane {
    /// Its answers.
    pub tape: Tape,
    /// The fingerprint of the run at its end: the one that plays the tape has the same there.
    pub fingerprint: u64,
    /// Steps that the program took.
    pub steps: u64,
    /// What it printed, line by line.
    pub printed: Vec<String>,
}

/// What the page asks of the worker that has the engine.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Order {
    /// To run all panes.
    Record(Recording),
    /// To run all panes with seed after seed, from the recording's on, for what they come to.
    Outcomes {
        /// The run with its first seed.
        recording: Recording,
        /// The last seed.
        to: u64,
    },
    /// To read a program without running it.
    Check(String),
}

/// What the worker says to it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Report {
    /// What came of a recording.
    Recorded(Result<Recorded, ProgramFault>),
    /// What runs came to, one for each seed, as far as the engine has come by now.
    Outcomes {
        /// In the order of their seeds; the page asks for what is missing.
        outcomes: Vec<Outcome>,
        /// What is wrong with the program, which showed under the seed after them.
        fault: Option<ProgramFault>,
    },
    /// What is wrong with a text; none if it is a program.
    Checked(Option<ProgramFault>),
    /// The order was none: the page and its worker are of two versions.
    Unknown,
}

impl Recording {
    /// Starts a pane's run, with its commands placed. `systems` are those there are.
    ///
    /// # Errors
    /// A system, parameter or command that is not there: nothing that a session asks for.
    pub fn start(
        &self,
        systems: &[&'static SystemInfo],
        pane: usize,
        program: Rc<dyn Program>,
    ) -> Result<Box<dyn Lab>, RunError> {
        let info = systems.iter().find(|info| info.name == self.system);
        let code = info.and_then(|info| Some((info, info.code.as_ref()?)));
        let (info, code) = code.ok_or_else(|| RunError::UnknownLesson {
            given: self.system.clone(),
            allowed: listed(systems.iter().map(|info| info.name)),
        })?;
        let pane = self.panes.get(pane).ok_or_else(|| RunError::NoPane {
            given: pane.to_string(),
            allowed: self.panes.len().to_string(),
        })?;
        let values = Values::parse(info.params, &pane.params)?;
        let lab = (code.start)(&values, self.seed, program);
        place_on(lab, &pane.commands)
    }
}
