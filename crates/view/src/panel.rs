//! Panels: plain data that says what there is to see, not where on the screen it goes.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::number::push_plain;

/// Text on a panel. Shared, so that a view made sixty times a second copies no strings.
pub type Label = Rc<str>;

/// A moment of a run: the figures that matter, set large, and the panels beneath them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// What the stage shows, e.g. "Modulo".
    pub title: Label,
    /// The title's second half, set quieter, e.g. "hash mod n".
    pub subtitle: Label,
    /// One or two figures that answer the lesson's question. The first is the headline.
    pub figures: Vec<Figure>,
    /// The pictures. The first is the stage; the others stand beside it as read-outs.
    pub panels: Vec<Panel>,
}

/// A measured figure, e.g. `74.6 % moved`, with what stands beneath it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The number as text, rounded for reading, e.g. "74.6".
    pub value: Label,
    /// What follows the number, e.g. "% moved".
    pub unit: Label,
    /// The line beneath: raw counts and the theory's expectation,
    /// e.g. "746 of 1000 · expected 75.0 %".
    pub detail: Label,
}

/// A picture of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Panel {
    /// Nodes, links and messages in flight.
    Topology(Topology),
    /// A hash ring with its virtual nodes and keys.
    Ring(Ring),
    /// Items sorted into containers, e.g. keys into nodes.
    Bins(Bins),
    /// One bar per thing, with the expected value marked.
    Bars(Bars),
    /// Rows and columns.
    Table(Table),
    /// Values over time.
    Series(Series),
    /// What things were over time, e.g. whom each node followed.
    Lanes(Lanes),
    /// States with the ways between them, and where the machine stands.
    StateMachine(StateMachine),
    /// Requests on their way to nodes, waiting in line, and being served.
    Queues(Queues),
    /// Requests that pass a gate or are refused, over the gate's level.
    Gates(Gates),
}

/// The colour of a thing by its role; the theme decides how it looks.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Text and strong lines.
    #[default]
    Ink,
    /// Quiet text and marks.
    Muted,
    /// Hairlines.
    Hair,
    /// The one thing to look at now.
    Accent,
    /// Good, alive, held.
    Ok,
    /// Bad, down, broken.
    Bad,
    /// The background.
    Paper,
    /// The background of a panel.
    Surface,
    /// A member of a data series, from 0; the palette (Okabe-Ito) repeats after its last.
    Series(u8),
}

/// Whether a node works, told by shape and label as well as by tone.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeStatus {
    /// Running.
    #[default]
    Up,
    /// Crashed.
    Down,
    /// Paused: alive, but handling nothing.
    Paused,
}

/// Nodes, links and messages in flight.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Topology {
    /// Above the picture; empty for none.
    pub title: Label,
    /// Every node, in the kernel's order.
    pub nodes: Vec<TopologyNode>,
    /// Links worth drawing, as pairs of indexes into `nodes`.
    pub links: Vec<TopologyLink>,
    /// Messages in flight now.
    pub messages: Vec<TopologyMessage>,
    /// Messages that were lost a moment ago.
    pub losses: Vec<TopologyLoss>,
    /// While the network is split: on which side of the split each node is, in the order of
    /// `nodes`. Empty while it is whole.
    pub sides: Vec<u32>,
}

/// A node of a [`Topology`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TopologyNode {
    /// The name commands use, e.g. "D" or "3".
    pub name: Label,
    /// Within the node's circle, e.g. "3".
    pub label: Label,
    /// Beneath the label, within the circle, e.g. "term 3"; may be empty.
    pub state: Label,
    /// Beneath the node, e.g. "246 keys"; may be empty.
    pub caption: Label,
    /// What the node holds, in a row beneath its caption; may be empty.
    pub cells: Vec<TopologyCell>,
    /// Working, crashed or paused.
    pub status: NodeStatus,
    /// The node's own tone.
    pub tone: Tone,
    /// Place in the picture, each from 0 to 1; none: the painter sets nodes on a circle.
    pub place: Option<(f32, f32)>,
    /// Drawn with a second outline and a star: leader, coordinator, current target.
    pub lead: bool,
    /// Filled with its tone: it has what the picture is about, e.g. the news.
    pub filled: bool,
}

/// A thing that a node holds: an entry of its log, a number of its version vector.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TopologyCell {
    /// A few characters.
    pub label: Label,
    /// Its tone.
    pub tone: Tone,
    /// Filled: up to date, committed. Else it has a broken outline.
    pub solid: bool,
}

/// A link of a [`Topology`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TopologyLink {
    /// Index of one end in `nodes`.
    pub a: u32,
    /// Index of the other end in `nodes`.
    pub b: u32,
    /// Messages do not pass.
    pub cut: bool,
}

/// A message in flight in a [`Topology`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TopologyMessage {
    /// The message's number among those of its sender; see [`push_message_id`].
    pub number: u32,
    /// It is a copy, and its number is one among its sender's copies.
    pub copy: bool,
    /// Index of the sender in `nodes`.
    pub from: u32,
    /// Index of the receiver in `nodes`.
    pub to: u32,
    /// How far it has come, from 0 (just sent) to 1 (arriving): elapsed over latency.
    pub progress: f32,
    /// What it is, e.g. "Transfer key_7".
    pub label: Label,
    /// Its tone, e.g. its sender's.
    pub tone: Tone,
}

/// Adds the id of a message to a text, as commands name it: "2.17", or "2.c3" for a copy.
///
/// The stage names thousands of messages sixty times a second, so their ids are not kept but
/// written where they are wanted, without formatting by the standard library.
pub fn push_message_id(out: &mut String, sender: &str, number: u32, copy: bool) {
    out.push_str(sender);
    out.push_str(if copy { ".c" } else { "." });
    push_plain(out, u64::from(number));
}

/// A message that was lost a moment ago in a [`Topology`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TopologyLoss {
    /// Index of the sender in `nodes`.
    pub from: u32,
    /// Index of the receiver in `nodes`.
    pub to: u32,
    /// How much of its way it had gone, from 0 to 1.
    pub way: f32,
    /// How much of the time in which it is shown has gone, from 0 to 1: it fades.
    pub age: f32,
    /// The tone it had in flight.
    pub tone: Tone,
}

/// A hash ring: positions are fractions of a turn, clockwise from the top.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ring {
    /// Above the picture; empty for none.
    pub title: Label,
    /// The nodes that own parts of the ring.
    pub owners: Vec<RingOwner>,
    /// Virtual nodes, ascending by `at`; each owns the arc that ends at it.
    pub points: Vec<RingPoint>,
    /// Keys, in no particular order.
    pub keys: Vec<RingKey>,
    /// What each owner holds, where one of `keys` stands for several; else empty.
    pub held: Vec<Held>,
    /// A key being looked up, with its path.
    pub lookup: Option<RingLookup>,
}

/// How many items something holds, and how many of them it got in the last change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// All of them.
    pub items: u32,
    /// Those that changed their place.
    pub moved: u32,
}

impl Ring {
    /// What an owner holds, by its index.
    pub fn held(&self, owner: usize) -> Held {
        if let Some(held) = self.held.get(owner) {
            return *held;
        }
        let mut held = Held::default();
        for key in self.keys.iter().filter(|key| key.owner as usize == owner) {
            held.items += 1;
            held.moved += u32::from(key.moved);
        }
        held
    }

    /// How many keys there are.
    pub fn count(&self) -> usize {
        match &self.held[..] {
            [] => self.keys.len(),
            held => held.iter().map(|held| held.items as usize).sum(),
        }
    }
}

/// A node on a [`Ring`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RingOwner {
    /// E.g. "A".
    pub label: Label,
    /// The node's own tone.
    pub tone: Tone,
    /// Drawn stronger: it joined in the last change.
    pub joined: bool,
}

/// A virtual node on a [`Ring`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RingPoint {
    /// Fraction of a turn, in [0, 1).
    pub at: f64,
    /// Index into `owners`.
    pub owner: u32,
}

/// A key on a [`Ring`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RingKey {
    /// Fraction of a turn, in [0, 1).
    pub at: f64,
    /// Index into `owners` of the node that holds it.
    pub owner: u32,
    /// It changed its owner in the last change.
    pub moved: bool,
}

/// The path of a key look-up on a [`Ring`]: from the key's place clockwise to a virtual node.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RingLookup {
    /// The key's text.
    pub key: Label,
    /// Where its hash falls, fraction of a turn.
    pub at: f64,
    /// Where the first virtual node clockwise stands, fraction of a turn.
    pub point_at: f64,
    /// The virtual node's label, e.g. "Node B-17".
    pub point: Label,
    /// Index into `owners`.
    pub owner: u32,
}

/// Items in containers: each item is a dot, a moved one is lit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bins {
    /// Above the picture; empty for none.
    pub title: Label,
    /// What one item is, in the singular, e.g. "key".
    pub item: Label,
    /// The containers, left to right.
    pub bins: Vec<Bin>,
}

/// A container of [`Bins`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// E.g. "Node A".
    pub label: Label,
    /// Its own tone.
    pub tone: Tone,
    /// One entry per dot: whether its item changed its place in the last change.
    pub moved: Vec<bool>,
    /// What it holds, where a dot stands for several items; else none.
    pub held: Option<Held>,
    /// Index of a dot to point at, e.g. of an item that was looked up.
    pub highlight: Option<u32>,
}

impl Bin {
    /// What it holds.
    pub fn held(&self) -> Held {
        let moved = self.moved.iter().filter(|moved| **moved);
        self.held.unwrap_or_else(|| Held {
            items: self.moved.len() as u32,
            moved: moved.count() as u32,
        })
    }
}

/// One bar per thing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bars {
    /// E.g. "Load per node".
    pub title: Label,
    /// Unit of the values, e.g. "keys".
    pub unit: Label,
    /// Top to bottom.
    pub bars: Vec<Bar>,
}

/// A bar of [`Bars`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// E.g. "A".
    pub label: Label,
    /// Its own tone.
    pub tone: Tone,
    /// Length, at least 0.
    pub value: f64,
    /// The value as text, e.g. "273".
    pub text: Label,
    /// Where theory expects its end; none where there is no theory.
    pub expected: Option<f64>,
}

/// Rows and columns of text. The first column names the row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// E.g. "Moves from (row) to (column)".
    pub title: Label,
    /// Column heads.
    pub columns: Vec<Column>,
    /// Cells, one vector per row, as many as there are columns.
    pub rows: Vec<Vec<Label>>,
}

/// A column of a [`Table`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its head.
    pub label: Label,
    /// Numbers are set flush right with tabular figures.
    pub numeric: bool,
}

/// Values over time, drawn as a chart with axes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// E.g. "Keys in place".
    pub title: Label,
    /// Name and unit of the horizontal axis, e.g. "time (s)".
    pub x_label: Label,
    /// Name and unit of the vertical axis, e.g. "keys".
    pub y_label: Label,
    /// The lines.
    pub lines: Vec<SeriesLine>,
    /// Moments to mark on the horizontal axis, e.g. faults.
    pub marks: Vec<SeriesMark>,
}

/// A line of a [`Series`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeriesLine {
    /// Its name in the legend.
    pub label: Label,
    /// Its tone; the painter adds a dash so that tone is never alone.
    pub tone: Tone,
    /// Points, ascending in x.
    pub points: Vec<(f64, f64)>,
    /// The value jumps: each holds until the next point, as a count does. Otherwise points are
    /// joined by straight lines.
    pub step: bool,
    /// Theory rather than measurement: drawn dashed.
    pub expected: bool,
}

/// A marked moment of a [`Series`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeriesMark {
    /// Where on the horizontal axis.
    pub x: f64,
    /// What happened, e.g. "join D".
    pub label: Label,
}

/// What each of several things was over time, drawn as one lane each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lanes {
    /// E.g. "Who leads".
    pub title: Label,
    /// Name and unit of the axis, e.g. "time (s)".
    pub x_label: Label,
    /// Where the axis ends; it begins at 0.
    pub to: f64,
    /// Top to bottom.
    pub lanes: Vec<Lane>,
}

/// A lane of [`Lanes`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// E.g. "Node 3".
    pub label: Label,
    /// What it was, ascending in time; gaps are allowed.
    pub spans: Vec<LaneSpan>,
}

/// A stretch of a [`Lane`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LaneSpan {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// What it was, in words, e.g. "leads".
    pub label: Label,
    /// Its tone.
    pub tone: Tone,
    /// How it stands out, whatever its tone.
    pub weight: LaneWeight,
}

/// How a [`LaneSpan`] is drawn.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LaneWeight {
    /// What the picture is about.
    Thick,
    /// The rest.
    #[default]
    Thin,
    /// Down, frozen, unknown.
    Broken,
}

/// States with the ways between them; one of them is the present one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StateMachine {
    /// Above the picture; empty for none.
    pub title: Label,
    /// Whose machine it is, as commands name it, e.g. "client"; empty if it is no node's.
    pub node: Label,
    /// The states. Unless they say where they are, they stand on an ellipse, clockwise from the
    /// upper left.
    pub states: Vec<MachineState>,
    /// The ways from state to state.
    pub transitions: Vec<MachineTransition>,
    /// Index into `states` of the present one; none: it is in no state, e.g. its node is down.
    pub current: Option<u32>,
}

/// A state of a [`StateMachine`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MachineState {
    /// E.g. "OPEN".
    pub label: Label,
    /// Beneath it, what it means, e.g. "calls fail at once"; may be empty.
    pub caption: Label,
    /// Beside it, e.g. "12 of 20 clients"; may be empty.
    pub note: Label,
    /// Its tone while it is the present one.
    pub tone: Tone,
    /// Place in the picture, each from 0 to 1; none: the painter chooses.
    pub place: Option<(f32, f32)>,
}

/// A way from one state of a [`StateMachine`] to another, or to the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MachineTransition {
    /// Index into `states`.
    pub from: u32,
    /// Index into `states`.
    pub to: u32,
    /// When it is taken, e.g. "3 failures in a row".
    pub label: Label,
    /// How near the machine is to taking it; none where it is not under way.
    pub progress: Option<MachineProgress>,
    /// It was the last one taken.
    pub taken: bool,
}

/// How near a [`StateMachine`] is to a transition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MachineProgress {
    /// From 0 to 1.
    pub share: f32,
    /// So many equal steps lead to it, e.g. 3 failures; 0: it goes evenly, as time does.
    pub steps: u32,
    /// In words, e.g. "2 of 3" or "2.3 s left".
    pub text: Label,
}

/// Requests on their way from a source to nodes, one lane per node: in flight, in line, with a
/// worker.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Queues {
    /// Above the picture; empty for none.
    pub title: Label,
    /// Whom requests pass before a lane, in order: a client, then perhaps a balancer.
    pub sources: Vec<QueueSource>,
    /// The nodes, top to bottom.
    pub lanes: Vec<QueueLane>,
    /// Whether requests may wait in line in front of the workers: then there is room for it.
    pub lined: bool,
    /// Messages in flight now.
    pub messages: Vec<QueueMessage>,
    /// Whether messages stay in flight for long enough to be read: then a few of them have their
    /// labels beside them.
    pub worded: bool,
    /// Messages that were lost a moment ago.
    pub losses: Vec<QueueLoss>,
}

/// Whom requests of [`Queues`] come from or pass.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueueSource {
    /// The name commands use, e.g. "client".
    pub name: Label,
    /// Within its circle, e.g. how many answers it waits for; may be empty.
    pub label: Label,
    /// Beneath its name, e.g. "60 requests/s"; may be empty.
    pub caption: Label,
    /// Working, crashed or paused.
    pub status: NodeStatus,
}

/// A node of [`Queues`] with its workers and the line in front of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueueLane {
    /// The name commands use, e.g. "2".
    pub name: Label,
    /// Beneath its name, e.g. "localhost:5002"; may be empty.
    pub caption: Label,
    /// Working, crashed or paused.
    pub status: NodeStatus,
    /// Its own tone.
    pub tone: Tone,
    /// What it holds, e.g. "user_123 = Alice", where nothing is shared out; may be empty.
    pub holds: Label,
    /// Its part of all requests of late, from 0 to 1; none where nothing is shared out.
    pub share: Option<f32>,
    /// The part that theory expects; none where there is no theory.
    pub expected: Option<f32>,
    /// Its workers.
    pub workers: Vec<QueueWorker>,
    /// Requests in line in front of them.
    pub waiting: u32,
    /// It gets no requests, e.g. because it failed its health checks.
    pub out: bool,
}

/// A worker of a [`QueueLane`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueueWorker {
    /// How many requests it serves.
    pub serving: u32,
    /// Those of them that are worth drawing, the first to be done first.
    pub jobs: Vec<QueueJob>,
}

/// A request with a [`QueueWorker`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueueJob {
    /// How far it is, from 0 to 1.
    pub progress: f32,
    /// Nobody waits for its answer any more.
    pub given_up: bool,
}

/// A message in flight in [`Queues`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueueMessage {
    /// The message's id as commands name it, e.g. "client.17".
    pub id: Label,
    /// Index into `lanes`; none between two sources.
    pub lane: Option<u32>,
    /// It goes back to where requests come from.
    pub back: bool,
    /// How far it has come, from 0 (just sent) to 1 (arriving).
    pub progress: f32,
    /// What it is, e.g. "Put key_7".
    pub label: Label,
    /// What it stands for.
    pub kind: QueueMessageKind,
}

/// What a [`QueueMessage`] stands for, told by its shape.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QueueMessageKind {
    /// A request, or an answer that says yes.
    #[default]
    Plain,
    /// An answer that says no: refused, not found.
    Failed,
    /// One that nobody waits for any more.
    Late,
    /// A question whether a node is well, and the answer.
    Check,
}

/// A message that was lost a moment ago in [`Queues`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueueLoss {
    /// Index into `lanes`; none between two sources.
    pub lane: Option<u32>,
    /// It was on its way back.
    pub back: bool,
    /// How much of its way it had gone, from 0 to 1.
    pub way: f32,
    /// How much of the time in which it is shown has gone, from 0 to 1: it fades.
    pub age: f32,
}

impl QueueLane {
    /// How many requests its workers serve.
    #[must_use]
    pub fn serving(&self) -> u32 {
        self.workers.iter().map(|worker| worker.serving).sum()
    }

    /// How many requests it has, served or in line.
    #[must_use]
    pub fn active(&self) -> u32 {
        self.serving() + self.waiting
    }
}

/// Clients whose requests come to a server through a gate each: what passed and what was refused
/// over time, above the gate's level. Time ends at the server, and what is in flight is beyond.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gates {
    /// Above the picture; empty for none.
    pub title: Label,
    /// Name and unit of the axis, e.g. "s".
    pub x_label: Label,
    /// The stretch of time shown ends now; it may begin before 0.
    pub from: f64,
    /// Now.
    pub to: f64,
    /// The level that a gate has at most.
    pub capacity: f64,
    /// What the level counts, e.g. "tokens".
    pub unit: Label,
    /// Top to bottom.
    pub gates: Vec<Gate>,
}

/// A gate of [`Gates`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// Two nodes, the server and the client, with the messages between them.
    pub way: Topology,
    /// What has passed and what was refused, in words, e.g. "54 passed, 45 refused".
    pub count: Label,
    /// The level in words, e.g. "0.5 of 5 tokens".
    pub level_text: Label,
    /// The level over time, as corners of a line, ascending in time.
    pub level: Vec<(f64, f64)>,
    /// The requests, ascending in time.
    pub marks: Vec<GateMark>,
}

/// A request that came to a [`Gate`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GateMark {
    /// When.
    pub at: f64,
    /// What became of it.
    pub kind: GateMarkKind,
}

/// What became of a request at a [`Gate`].
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GateMarkKind {
    /// It passed at once: a disc.
    #[default]
    Passed,
    /// It passed after a wait: a ring.
    Waited,
    /// It was refused: a cross.
    Refused,
}
