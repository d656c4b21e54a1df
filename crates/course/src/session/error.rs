//! Why a run cannot be opened or changed.

use faultline_sim::Time;
use faultline_systems::{CommandError, ParamError};

use crate::link::LinkError;

/// Why a run cannot be opened or changed; one line, with what is allowed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RunError {
    /// No lesson and no system has this name.
    #[error("{given:?} is neither a lesson nor a system; allowed: {allowed}")]
    UnknownLesson {
        /// The name given.
        given: String,
        /// The names there are.
        allowed: String,
    },
    /// A parameter that is not there or may not have this value.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// A command that a pane refuses; it was placed in none.
    #[error("{} {why}", at_and_pane(.at, .pane))]
    Command {
        /// When it was to apply.
        at: Time,
        /// As given.
        text: String,
        /// The pane that refuses it; none where there is only one.
        pane: Option<String>,
        /// The pane's answer.
        why: CommandError,
    },
    /// No command has this id.
    #[error("no command on the timeline has the number {id}")]
    NoCommand {
        /// The id given.
        id: u64,
    },
    /// A program for a system that runs none.
    #[error("{system} takes no program: open the run without it")]
    NoProgram {
        /// The system's name.
        system: &'static str,
    },
    /// More than a link can hold.
    #[error(transparent)]
    Limit(#[from] LinkError),
}

fn at_and_pane(at: &Time, pane: &Option<String>) -> String {
    match pane {
        Some(pane) => format!("at {at}, in {pane}:"),
        None => format!("at {at}:"),
    }
}
