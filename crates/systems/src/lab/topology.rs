//! The picture of a world's nodes and messages, the same for every system.

use std::fmt::Write;

use faultline_sim::{Described, Flight, Latency, Loss, MessageId, Network, NodeId, Payload};
use faultline_sim::{Process, Span, Status, Time, World};
use faultline_view::{
    Label, NodeStatus, Tone, Topology, TopologyLink, TopologyLoss, TopologyMessage, TopologyNode,
};

use crate::commands::Names;

/// Up to this many nodes every link is drawn.
const MESH_NODES_MAX: usize = 12;
/// Up to this many nodes links with messages on them are drawn; beyond, they would be all there
/// is to see.
const LINKED_NODES_MAX: usize = 64;
/// Up to this many messages each says all that it carries; beyond, only what kind it is.
const DESCRIBED_MESSAGES_MAX: usize = 60;
/// A lost message is shown for so many times as long as messages usually take.
const LOSS_SHOWN_LATENCIES: f64 = 4.0;

/// A node's status in the picture.
pub fn status<P: Process>(world: &World<P>, node: NodeId) -> NodeStatus {
    shown_status(world.status(node))
}

pub(super) fn shown_status(status: Option<Status>) -> NodeStatus {
    match status {
        Some(Status::Up) => NodeStatus::Up,
        Some(Status::Paused) => NodeStatus::Paused,
        Some(Status::Down) | None => NodeStatus::Down,
    }
}

/// Nodes and messages. `node` describes each node that is shown; name and status are filled in
/// here. `tone` colours a message.
pub fn topology<P: Process>(
    world: &World<P>,
    names: &[Label],
    title: Label,
    node: impl Fn(NodeId) -> Option<TopologyNode>,
    tone: impl Fn(&Flight<'_, P::Message>) -> Tone,
) -> Topology {
    // What depends on the process is only this: all else is compiled once.
    let flights = world.counts().in_flight as usize;
    let mut picture = Picture::new(world.now(), names, flights);
    for id in world.ids() {
        if let Some(shown) = node(id) {
            picture.add_node(id, shown, world.status(id));
        }
    }
    for flight in world.in_flight() {
        let sent = (flight.sent, flight.arrives);
        picture.add_message(flight.id, flight.to, sent, flight.message, tone(&flight));
    }
    for loss in world.losses() {
        picture.add_loss(loss, world.network());
    }
    picture.finish(title, world.network())
}

struct Picture<'a> {
    now: Time,
    names: &'a [Label],
    /// The nodes shown, in the order of ids.
    ids: Vec<NodeId>,
    nodes: Vec<TopologyNode>,
    messages: Vec<TopologyMessage>,
    losses: Vec<TopologyLoss>,
    /// Whether messages say all that they carry.
    described: bool,
    /// Where descriptions are written before they are shared.
    buffer: String,
    /// The kinds of messages, each named once.
    kinds: Vec<Label>,
}

impl<'a> Picture<'a> {
    fn new(now: Time, names: &'a [Label], flights: usize) -> Self {
        Self {
            now,
            names,
            ids: Vec::with_capacity(names.len()),
            nodes: Vec::with_capacity(names.len()),
            messages: Vec::with_capacity(flights),
            losses: Vec::new(),
            described: flights <= DESCRIBED_MESSAGES_MAX,
            buffer: String::new(),
            kinds: Vec::new(),
        }
    }

    fn add_node(&mut self, id: NodeId, mut shown: TopologyNode, status: Option<Status>) {
        shown.name = self.names.get(id.index()).cloned().unwrap_or_default();
        shown.status = shown_status(status);
        self.ids.push(id);
        self.nodes.push(shown);
    }

    /// The place of a node in the picture.
    fn place(&self, id: NodeId) -> Option<u32> {
        // Where every node is shown, a node's place is its number.
        if self.ids.get(id.index()) == Some(&id) {
            return Some(id.0);
        }
        self.ids.binary_search(&id).ok().map(|place| place as u32)
    }

    fn add_message(
        &mut self,
        id: MessageId,
        to: NodeId,
        (sent, arrives): (Time, Time),
        message: &dyn Payload,
        tone: Tone,
    ) {
        if let (Some(from), Some(to)) = (self.place(id.from), self.place(to)) {
            let label = self.label(message);
            self.messages.push(TopologyMessage {
                number: Names::number(id),
                copy: id.is_copy(),
                from,
                to,
                progress: progress(self.now, sent, arrives),
                label,
                tone,
            });
        }
    }

    fn label(&mut self, message: &dyn Payload) -> Label {
        if self.described {
            self.buffer.clear();
            // Writing to a text does not fail.
            let _ = write!(self.buffer, "{}", Described(message));
            return self.buffer.as_str().into();
        }
        let kind = message.label();
        if let Some(known) = self.kinds.iter().find(|known| ***known == *kind) {
            return known.clone();
        }
        let label: Label = kind.as_ref().into();
        self.kinds.push(label.clone());
        label
    }

    fn add_loss(&mut self, loss: &Loss, network: &Network) {
        let shown = usual_latency(network).scaled(LOSS_SHOWN_LATENCIES);
        let gone = self.now.since(loss.at);
        if let (Some(from), Some(to)) = (self.place(loss.id.from), self.place(loss.to))
            && gone < shown
        {
            self.losses.push(TopologyLoss {
                from,
                to,
                way: loss.way,
                age: (gone.as_nanos() as f64 / shown.as_nanos() as f64) as f32,
                tone: Tone::Bad,
            });
        }
    }

    fn finish(self, title: Label, network: &Network) -> Topology {
        let links = self.links(network);
        let sides = if network.is_partitioned() {
            let side = |id: &NodeId| network.group(*id).map_or(0, |group| group + 1);
            self.ids.iter().map(side).collect()
        } else {
            Vec::new()
        };
        Topology {
            title,
            nodes: self.nodes,
            links,
            messages: self.messages,
            losses: self.losses,
            sides,
        }
    }

    /// All links of a small cluster; of a larger one those with messages; of a large one none.
    fn links(&self, network: &Network) -> Vec<TopologyLink> {
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        if self.ids.len() <= MESH_NODES_MAX {
            let count = self.ids.len() as u32;
            for a in 0..count {
                pairs.extend((a + 1..count).map(|b| (a, b)));
            }
        } else if self.ids.len() <= LINKED_NODES_MAX {
            let ends = |one: &TopologyMessage| (one.from.min(one.to), one.from.max(one.to));
            pairs.extend(self.messages.iter().map(ends));
            pairs.sort_unstable();
            pairs.dedup();
        }
        pairs
            .into_iter()
            .map(|(a, b)| {
                let (from, to) = (self.ids[a as usize], self.ids[b as usize]);
                let cut = network.is_cut(from, to) || network.is_cut(to, from);
                TopologyLink { a, b, cut }
            })
            .collect()
    }
}

/// How long messages take on most links, on average.
fn usual_latency(network: &Network) -> Span {
    match network.default_link().latency {
        Latency::Constant(mean) | Latency::Normal { mean, .. } => mean,
        Latency::Uniform { min, max } => (min + max).scaled(0.5),
        Latency::Exponential { floor, mean } => floor + mean,
    }
}

fn progress(now: Time, sent: Time, arrives: Time) -> f32 {
    let whole = arrives.since(sent).as_nanos();
    let gone = now.since(sent).as_nanos();
    if gone >= whole {
        1.0
    } else {
        (gone as f64 / whole as f64) as f32
    }
}
