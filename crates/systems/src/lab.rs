//! The face that the page, the worker and the command line hold.

use faultline_sim::{Span, Time};
use faultline_view::paint::Painter;
use faultline_view::{Label, View};
use serde::Serialize;

use crate::code::CodeSpec;
use crate::{ParamSpec, Values};

mod inspect;
mod log;
mod running;
mod scene;
mod sim_lab;
mod spacetime;
mod system;
mod topology;
mod watched;

pub use inspect::{
    Field, Holdings, MessageEnd, MessageReport, NetworkReport, NodeReport, TimerReport,
};
pub use scene::Scene;
pub use sim_lab::{COMMANDS_MAX, SimLab, SimRun, start, start_with};
pub use spacetime::{MessageEdit, SpaceTimeModel, Window, message_command, space_time};
pub use system::{Programmable, System};
pub use topology::{status, topology};

/// What a system is: the registry's entry. All of it is plain data but `start`.
pub struct SystemInfo {
    /// The public, stable name used by the command line and links, e.g. "sharding".
    pub name: &'static str,
    /// E.g. "Sharding and consistent hashing".
    pub title: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Parameters in the order shown.
    pub params: &'static [ParamSpec],
    /// The system's own commands; the commands every system knows are in
    /// [`COMMON_COMMANDS`](crate::COMMON_COMMANDS).
    pub commands: &'static [CommandSpec],
    /// Metrics in the order shown.
    pub metrics: &'static [MetricSpec],
    /// Names in `metrics` of those that are worth a chart over time, best first.
    pub charts: &'static [&'static str],
    /// Who paints the first panel of its view: one for each kind of panel that may stand there.
    /// Other kinds are read rather than watched, and can wait for who paints them all.
    pub stage: &'static [Painter],
    /// How long a run lasts when nobody says otherwise.
    pub duration: Span,
    /// What it asks of a learner's program; none if it takes none.
    pub code: Option<CodeSpec>,
    /// Builds a run at time 0.
    pub start: fn(values: &Values, seed: u64) -> Box<dyn Lab>,
}

/// A command: something a user does to a run, typed or by a button.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CommandSpec {
    /// Words and places, e.g. `crash <node>` or `lookup <key>`.
    pub usage: &'static str,
    /// A button's text, e.g. "Look up a key".
    pub label: &'static str,
    /// One sentence.
    pub help: &'static str,
}

/// A metric's name, unit and meaning.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MetricSpec {
    /// Public and stable, e.g. "keys_moved" or `node.<name>.keys`, where `<name>` is any node.
    pub name: &'static str,
    /// Unit; empty for a count.
    pub unit: &'static str,
    /// One sentence.
    pub help: &'static str,
}

impl MetricSpec {
    /// Whether a metric of this name is one of these: `node.A.keys` is one of
    /// `node.<name>.keys`.
    pub fn describes(&self, name: &str) -> bool {
        let (mut names, mut parts) = (name.split('.'), self.name.split('.'));
        loop {
            match (names.next(), parts.next()) {
                (None, None) => return true,
                (Some(name), Some(part)) => {
                    let is_place = part.starts_with('<') && part.ends_with('>');
                    if name != part && (!is_place || name.is_empty()) {
                        return false;
                    }
                }
                _ => return false,
            }
        }
    }
}

/// A metric's value at a moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum MetricValue {
    /// A count.
    Int(i64),
    /// A measure; finite.
    Float(f64),
    /// A name or state.
    Text(Label),
}

/// Metrics at a moment, in the registry's order, e.g. `("node.A.keys", Int(273))`.
pub type Metrics = Vec<(Label, MetricValue)>;

/// A command placed on the timeline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlacedCommand {
    /// Names it for [`Lab::remove`] and `edit`; unique within the run.
    pub id: u64,
    /// It applies when no event at or before this time is pending.
    pub at: Time,
    /// As typed, in its normal form, e.g. "crash 2".
    pub text: String,
    /// Why it did nothing when it last applied, e.g. "node 2 is down"; none if it did something
    /// or has not applied yet.
    pub refused: Option<String>,
}

/// Why a command was refused, with what is allowed instead.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct CommandError(pub String);

/// A trace entry as text, for the log, the diagram and exports.
#[derive(Clone, Debug, PartialEq)]
pub struct LogEntry {
    /// Position in the trace.
    pub id: u64,
    /// The entry that caused it.
    pub cause: Option<u64>,
    /// When.
    pub at: Time,
    /// The node it happened at, as the lesson shows it.
    pub node: Option<Label>,
    /// What happened, e.g. "sent", "delivered", "dropped", "crashed", "noted".
    pub kind: &'static str,
    /// The message's id, e.g. "2.17".
    pub message: Option<Label>,
    /// The other node of a message.
    pub peer: Option<Label>,
    /// When a message that was sent, copied or delayed is to arrive; none if the network lost it.
    pub arrives: Option<Time>,
    /// The payload's short kind, e.g. "Transfer", or the note's text.
    pub label: Label,
    /// The payload's fields.
    pub fields: Vec<(&'static str, Label)>,
}

/// How a property stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum PropertyState {
    /// Always: no violation so far. Eventually, sometimes: not seen so far.
    Open,
    /// Eventually, sometimes: seen at this time.
    Held {
        /// When first.
        at: Time,
    },
    /// Always: violated at this time.
    Violated {
        /// When first.
        at: Time,
    },
}

/// A property with its state at the cursor.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PropertyReport {
    /// Stable name used by checks, e.g. "every_key_has_one_holder".
    pub name: &'static str,
    /// A sentence, e.g. "Every key has exactly one holder".
    pub text: &'static str,
    /// When it must hold: "always", "eventually" or "sometimes".
    pub kind: &'static str,
    /// How it stands.
    #[serde(flatten)]
    pub state: PropertyState,
}

/// How far a bounded call came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Progress {
    /// Events processed by this call.
    pub events: u64,
    /// The asked-for place was reached; otherwise call again.
    pub reached: bool,
}

/// A run: a system with its parameters and seed, a cursor in virtual time, and the commands on
/// its timeline. The same calls give the same state on every platform.
pub trait Lab {
    /// The registry's entry.
    fn info(&self) -> &'static SystemInfo;
    /// The parameters it was started with.
    fn values(&self) -> &Values;
    /// The seed it was started with.
    fn seed(&self) -> u64;

    /// Where the cursor stands.
    fn now(&self) -> Time;
    /// Events processed up to the cursor.
    fn events(&self) -> u64;
    /// The furthest time the run has been computed to.
    fn furthest(&self) -> Time;
    /// When the next event or command is due; none when the run is over.
    fn next_time(&self) -> Option<Time>;

    /// Moves the cursor to `to`, forward or back, processing at most `max_events`.
    fn seek(&mut self, to: Time, max_events: u64) -> Progress;
    /// Moves one event forward; false when there is none.
    fn step(&mut self) -> bool;
    /// Moves one event back, restoring the exact state; false at the start.
    fn step_back(&mut self) -> bool;

    /// The commands on the timeline, in the order they apply.
    fn commands(&self) -> Vec<PlacedCommand>;
    /// Places a command. The cursor stays; the future recomputes.
    fn insert(&mut self, at: Time, text: &str) -> Result<u64, CommandError>;
    /// Takes a command off the timeline; false when there is none of that id.
    fn remove(&mut self, id: u64) -> bool;

    /// What there is to see at the cursor.
    fn view(&self) -> View;
    /// The metrics at the cursor.
    fn metrics(&self) -> Metrics;
    /// Names of the nodes, in the kernel's order.
    fn node_names(&self) -> Vec<Label>;
    /// A hash of the trace's meaning up to the cursor, equal on every platform.
    fn fingerprint(&self) -> u64;
    /// The run itself, for the methods that look at it from close by.
    fn run(&self) -> &SimRun;
    /// The same, to be changed.
    fn run_mut(&mut self) -> &mut SimRun;
}

/// What a run is asked from close by. These methods are not among those that every holder of a
/// `dyn Lab` carries along, so that a page's first look at a run goes without them.
impl<'a> dyn Lab + 'a {
    /// A second run with the same past and its cursor at the same place.
    pub fn fork(&self) -> Box<dyn Lab> {
        Box::new(SimLab::<()>::from(self.run().clone()))
    }

    /// The properties at the cursor.
    pub fn properties(&self) -> Vec<PropertyReport> {
        self.run().properties()
    }

    /// Moves or rewrites a command.
    pub fn edit(&mut self, id: u64, at: Time, text: &str) -> Result<(), CommandError> {
        self.run_mut().edit(id, at, text)
    }

    /// The title of what there is to see at the cursor.
    pub fn title(&self) -> Label {
        self.run().title()
    }

    /// Up to `limit` trace entries from id `from` on, none later than the cursor.
    pub fn trace(&self, from: u64, limit: usize) -> Vec<LogEntry> {
        self.run().trace(from, limit)
    }

    /// The first entry after the one of id `after`, up to the cursor, that is worth a stop: a
    /// note, a fault, a command, a node that started.
    pub fn notable_after(&self, after: u64) -> Option<LogEntry> {
        self.run().notable_after(after)
    }

    /// The last such entry earlier than a time, of those up to the cursor that are kept.
    pub fn notable_before(&self, before: Time) -> Option<LogEntry> {
        self.run().notable_before(before)
    }

    /// How many checkpoints are kept, and how many bytes they hold.
    pub fn checkpoint_size(&self) -> (usize, usize) {
        self.run().checkpoint_size()
    }

    /// The id of the last trace entry up to the cursor, kept or not; 0 before the first.
    pub fn last_entry(&self) -> u64 {
        self.run().last_entry()
    }

    /// A node from close by, by its name; none if there is no such node.
    pub fn inspect(&self, node: &str) -> Option<NodeReport> {
        self.run().inspect(node)
    }

    /// A message from close by, by its id; none if it was not sent yet, or so long ago that
    /// nothing of it is kept.
    pub fn message(&self, id: &str) -> Option<MessageReport> {
        self.run().message(id)
    }

    /// What is in force for all links.
    pub fn network(&self) -> NetworkReport {
        self.run().network()
    }

    /// The run as the command line's text output.
    pub fn text(&self) -> String {
        self.run().text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_described_by_its_pattern() {
        let spec = |name| MetricSpec {
            name,
            unit: "",
            help: "",
        };
        let (keys, moved) = (spec("node.<name>.keys"), spec("keys_moved"));
        assert!(moved.describes("keys_moved"));
        assert!(keys.describes("node.A.keys"));
        for name in [
            "node..keys",
            "node.A",
            "node.A.keys.x",
            "nodes.A.keys",
            "",
            "keys_move",
        ] {
            assert!(!keys.describes(name), "{name}");
            assert!(!moved.describes(name), "{name}");
        }
    }
}
