//! The picture of a world's nodes and messages, the same for every system.

use faultline_sim::{Described, Flight, MessageId, Network, NodeId, Payload, Process, Status};
use faultline_sim::{Time, World};
use faultline_view::{
    Label, NodeStatus, Tone, Topology, TopologyLink, TopologyMessage, TopologyNode,
};

use crate::commands::Names;

/// Beyond this many nodes only links with messages on them are drawn.
const MESH_NODES_MAX: usize = 12;

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
    let mut picture = Picture::new(world.now(), names);
    for id in world.ids() {
        if let Some(shown) = node(id) {
            picture.add_node(id, shown, world.status(id));
        }
    }
    for flight in world.in_flight() {
        let sent = (flight.sent, flight.arrives);
        picture.add_message(flight.id, flight.to, sent, flight.message, tone(&flight));
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
}

impl<'a> Picture<'a> {
    fn new(now: Time, names: &'a [Label]) -> Self {
        Self {
            now,
            names,
            ids: Vec::new(),
            nodes: Vec::new(),
            messages: Vec::new(),
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
            self.messages.push(TopologyMessage {
                id: Names(self.names).message(id).into(),
                from,
                to,
                progress: progress(self.now, sent, arrives),
                label: Described(message).to_string().into(),
                tone,
            });
        }
    }

    fn finish(self, title: Label, network: &Network) -> Topology {
        let links = self.links(network);
        Topology {
            title,
            nodes: self.nodes,
            links,
            messages: self.messages,
        }
    }

    /// All links of a small cluster; of a large one those with messages.
    fn links(&self, network: &Network) -> Vec<TopologyLink> {
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        if self.ids.len() <= MESH_NODES_MAX {
            let count = self.ids.len() as u32;
            for a in 0..count {
                pairs.extend((a + 1..count).map(|b| (a, b)));
            }
        } else {
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

fn progress(now: Time, sent: Time, arrives: Time) -> f32 {
    let whole = arrives.since(sent).as_nanos();
    let gone = now.since(sent).as_nanos();
    if gone >= whole {
        1.0
    } else {
        (gone as f64 / whole as f64) as f32
    }
}
