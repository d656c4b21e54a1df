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
    /// No pane has this name or number.
    #[error("there is no pane {given:?}; allowed: {allowed}")]
    NoPane {
        /// As given.
        given: String,
        /// The panes there are.
        allowed: String,
    },
    /// A second fork.
    #[error("the run is forked already: keep one of its two panes before the next fork")]
    Forked,
    /// One pane was named where there is no fork.
    #[error("only the panes of a fork differ in what is done to them; fork the run first")]
    NotForked,
    /// A command of one pane before the fork.
    #[error(
        "the panes share what is before their fork at {from}: in one pane alone, change what is \
         at {from} or later, not at {at}"
    )]
    Shared {
        /// When the command applies.
        at: Time,
        /// When the panes part.
        from: Time,
    },
    /// A parameter that a lesson's pane sets for itself.
    #[error("{name} is what makes this the pane {pane:?}; set it in the other pane alone")]
    PaneOwn {
        /// The parameter.
        name: String,
        /// The pane.
        pane: String,
    },
    /// A program for a system that runs none.
    #[error("{system} takes no program: open the run without it")]
    NoProgram {
        /// The system's name.
        system: &'static str,
    },
    /// Parameters that need a program.
    #[error("{name}={value} needs a program with {usage}")]
    NeedsProgram {
        /// The function, as it is written.
        usage: &'static str,
        /// The parameter that asks for it.
        name: String,
        /// Its value.
        value: String,
    },
    /// A run over other seeds where there is no engine to ask its program.
    #[error("a run with a program is recorded for each seed by itself")]
    OtherSeeds,
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
