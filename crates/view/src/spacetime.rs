//! The space-time diagram as plain data: a lane for each node, an arrow for each message.
//!
//! Times are whole nanoseconds from the start of the run.
//! What is known ends at `known_ns`, which may lie after the cursor: a run that was taken back
//! still shows what came next.

use serde::Serialize;

use crate::panel::{Label, NodeStatus, Tone};

/// The lane number of nodes that have no lane of their own; see [`SpaceTime::others`].
pub const OTHERS: u32 = u32::MAX;

/// What happened between the nodes in a window of time.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SpaceTime {
    /// Above the picture; empty for none.
    pub title: Label,
    /// The nodes shown, top to bottom.
    pub lanes: Vec<SpaceTimeLane>,
    /// How many nodes have no lane of their own. One lane beneath the others, whose number is
    /// [`OTHERS`], stands for them all.
    pub others: u32,
    /// Where the window begins.
    pub from_ns: u64,
    /// Where the window ends.
    pub to_ns: u64,
    /// Where the cursor stands.
    pub cursor_ns: u64,
    /// How far the run is known; what is beyond is greyed.
    pub known_ns: u64,
    /// Since when it is known: of a long run the beginning may be gone; what was before is
    /// greyed.
    pub since_ns: u64,
    /// Messages on their way in the window, in the order of their sending.
    pub messages: Vec<SpaceTimeMessage>,
    /// What the nodes did by themselves.
    pub events: Vec<LaneEvent>,
    /// Faults and commands, by time.
    pub marks: Vec<SpaceTimeMark>,
    /// When the network was split.
    pub partitions: Vec<PartitionSpan>,
    /// Messages in the window that were left out, because there are too many.
    pub hidden: u64,
    /// What the reader looks at.
    pub selected: Selection,
}

/// A node of a [`SpaceTime`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SpaceTimeLane {
    /// The name commands use, e.g. "D" or "3".
    pub name: Label,
    /// Beside the lane, e.g. "D".
    pub label: Label,
    /// The node's own tone.
    pub tone: Tone,
    /// When the node first started.
    pub since_ns: u64,
    /// When it did not work, in order and apart.
    pub stops: Vec<StatusSpan>,
}

/// A time in which a node did not work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct StatusSpan {
    /// Since when.
    pub from_ns: u64,
    /// Until when; none while it lasts.
    pub to_ns: Option<u64>,
    /// Crashed or paused.
    pub status: NodeStatus,
}

/// A message of a [`SpaceTime`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SpaceTimeMessage {
    /// How commands name it, e.g. "A.17".
    pub id: Label,
    /// The sender's lane.
    pub from: u32,
    /// The receiver's lane.
    pub to: u32,
    /// When it was sent.
    pub sent_ns: u64,
    /// When it reaches the receiver, or would have; none if the network lost it at once.
    pub arrives_ns: Option<u64>,
    /// When it would have reached the receiver if no command had held it back; none if none did.
    pub planned_ns: Option<u64>,
    /// What it is, e.g. "Transfer key_7".
    pub label: Label,
    /// Its tone, e.g. its sender's.
    pub tone: Tone,
    /// What became of it, as far as is known.
    pub fate: MessageFate,
    /// A copy of another message.
    pub copy: bool,
    /// The command on the timeline that dropped, delayed or copied it, if one did.
    pub command: Option<u64>,
}

impl SpaceTimeMessage {
    /// When it is over: handled, lost, or due; its sending if it was lost at once.
    #[must_use]
    pub fn end_ns(&self) -> u64 {
        match self.fate {
            MessageFate::InFlight => self.arrives_ns.unwrap_or(self.sent_ns),
            MessageFate::Delivered { at_ns } | MessageFate::Dropped { at_ns, .. } => at_ns,
        }
    }
}

/// What became of a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "fate")]
pub enum MessageFate {
    /// On its way, or waiting for a receiver that is paused.
    #[default]
    InFlight,
    /// The receiver handled it.
    Delivered {
        /// When.
        at_ns: u64,
    },
    /// It was lost.
    Dropped {
        /// When.
        at_ns: u64,
        /// Why, e.g. "receiver is down".
        why: Label,
        /// Where.
        place: DropPlace,
    },
}

/// Where a message was lost.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DropPlace {
    /// Between the nodes.
    #[default]
    OnTheWay,
    /// Where the network is cut.
    AtTheCut,
    /// At the receiver.
    AtTheReceiver,
}

/// Something that a node did by itself; several that lie close together count as one.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LaneEvent {
    /// The trace entry, of several the first.
    pub id: u64,
    /// The node's lane.
    pub lane: u32,
    /// When, of several the first.
    pub from_ns: u64,
    /// When the last.
    pub to_ns: u64,
    /// How many.
    pub count: u32,
    /// What, e.g. "timer Announce"; of several the first.
    pub label: Label,
    /// The node noted something: stands out among timers.
    pub note: bool,
}

/// A fault or a command of a [`SpaceTime`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SpaceTimeMark {
    /// Names it in this diagram: a command's id, e.g. "3", or a trace entry's, e.g. "e120".
    pub id: Label,
    /// The node it happens to; none if it concerns several, or the network.
    pub lane: Option<u32>,
    /// When.
    pub at_ns: u64,
    /// What kind of thing.
    pub kind: MarkKind,
    /// What, e.g. "crash B".
    pub label: Label,
    /// The command on the timeline; none for what happened by itself, e.g. a planned change.
    pub command: Option<u64>,
    /// Why it did nothing; none if it did something, or has not applied yet.
    pub refused: Option<Label>,
}

/// What a mark stands for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    /// A node crashed.
    Crash,
    /// A node started again.
    Restart,
    /// A node froze.
    Pause,
    /// A frozen node went on.
    Resume,
    /// The network was split.
    Partition,
    /// The network was joined.
    Heal,
    /// Something was done to one message.
    Message,
    /// Another change of the network: loss, latency, a slow node.
    Network,
    /// A command of the system's own.
    #[default]
    Command,
}

/// A time in which the network was split.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PartitionSpan {
    /// Since when.
    pub from_ns: u64,
    /// Until when; none while it lasts.
    pub to_ns: Option<u64>,
    /// E.g. "A,B|C,D".
    pub label: Label,
    /// The side on which each lane is: nodes of different sides do not reach each other.
    pub sides: Vec<u32>,
}

/// What the reader looks at.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "selected", content = "id")]
pub enum Selection {
    /// Nothing in particular.
    #[default]
    None,
    /// A message, by its id.
    Message(Label),
    /// A mark, by its id.
    Mark(Label),
    /// A node, by its name.
    Node(Label),
}

impl Selection {
    /// Whether it is this message.
    #[must_use]
    pub fn is_message(&self, id: &str) -> bool {
        matches!(self, Self::Message(one) if &**one == id)
    }

    /// Whether it is this mark.
    #[must_use]
    pub fn is_mark(&self, id: &str) -> bool {
        matches!(self, Self::Mark(one) if &**one == id)
    }

    /// Whether it is this node.
    #[must_use]
    pub fn is_node(&self, name: &str) -> bool {
        matches!(self, Self::Node(one) if &**one == name)
    }
}

impl SpaceTime {
    /// The name of a lane, "other nodes" for [`OTHERS`].
    #[must_use]
    pub fn lane_name(&self, lane: u32) -> &str {
        match self.lanes.get(lane as usize) {
            Some(lane) => &lane.name,
            None => "other nodes",
        }
    }

    /// The selected message, if it is in the window.
    #[must_use]
    pub fn selected_message(&self) -> Option<&SpaceTimeMessage> {
        self.messages
            .iter()
            .find(|message| self.selected.is_message(&message.id))
    }

    /// The selected mark, if there is one.
    #[must_use]
    pub fn selected_mark(&self) -> Option<&SpaceTimeMark> {
        self.marks
            .iter()
            .find(|mark| self.selected.is_mark(&mark.id))
    }
}

/// Which of many lanes are shown: those that must be, then the busiest, then the first.
///
/// `lanes` says of each whether it must be shown, and how busy it is.
/// At most `most` are chosen; the answer has an entry for each lane.
#[must_use]
pub fn choose_lanes(lanes: &[(bool, u32)], most: usize) -> Vec<bool> {
    let mut order: Vec<usize> = (0..lanes.len()).collect();
    // Stable: among equals the first stay first.
    order.sort_by_key(|&index| core::cmp::Reverse(lanes[index]));
    let mut chosen = vec![false; lanes.len()];
    for index in order.into_iter().take(most) {
        chosen[index] = true;
    }
    chosen
}
