//! The picture of a world's nodes and messages, the same for every system.

use std::collections::BTreeMap;

use faultline_sim::{Described, Flight, NodeId, Payload, Process, Status, World};
use faultline_view::{
    Label, NodeStatus, Tone, Topology, TopologyLink, TopologyMessage, TopologyNode,
};

use crate::commands::Names;

/// Beyond this many nodes only links with messages on them are drawn.
const MESH_NODES_MAX: usize = 12;

/// A node's status in the picture.
pub fn status<P: Process>(world: &World<P>, node: NodeId) -> NodeStatus {
    match world.status(node) {
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
    let mut index = BTreeMap::new();
    let mut nodes = Vec::new();
    for id in world.ids() {
        let Some(mut shown) = node(id) else { continue };
        index.insert(id, nodes.len() as u32);
        shown.name = names.get(id.index()).cloned().unwrap_or_default();
        shown.status = status(world, id);
        nodes.push(shown);
    }
    let place = |id: NodeId| index.get(&id).copied();
    let messages: Vec<TopologyMessage> = world
        .in_flight()
        .filter_map(|flight| {
            Some(TopologyMessage {
                id: Names(names).message(flight.id).into(),
                from: place(flight.from)?,
                to: place(flight.to)?,
                progress: progress(world, &flight),
                label: label(flight.message),
                tone: tone(&flight),
            })
        })
        .collect();
    let links = links(world, &index, &messages);
    Topology {
        title,
        nodes,
        links,
        messages,
    }
}

fn progress<P: Process>(world: &World<P>, flight: &Flight<'_, P::Message>) -> f32 {
    let whole = flight.arrives.since(flight.sent).as_nanos();
    let gone = world.now().since(flight.sent).as_nanos();
    if gone >= whole {
        1.0
    } else {
        (gone as f64 / whole as f64) as f32
    }
}

fn label(message: &impl Payload) -> Label {
    Described(message).to_string().into()
}

/// All links of a small cluster; of a large one those with messages.
fn links<P: Process>(
    world: &World<P>,
    index: &BTreeMap<NodeId, u32>,
    messages: &[TopologyMessage],
) -> Vec<TopologyLink> {
    let ids: Vec<NodeId> = index.keys().copied().collect();
    let mut pairs: Vec<(u32, u32)> = if ids.len() <= MESH_NODES_MAX {
        let count = ids.len() as u32;
        (0..count)
            .flat_map(|a| (a + 1..count).map(move |b| (a, b)))
            .collect()
    } else {
        let ends = |one: &TopologyMessage| (one.from.min(one.to), one.from.max(one.to));
        messages.iter().map(ends).collect()
    };
    pairs.sort_unstable();
    pairs.dedup();
    pairs
        .into_iter()
        .map(|(a, b)| {
            let (from, to) = (ids[a as usize], ids[b as usize]);
            let cut = world.network().is_cut(from, to) || world.network().is_cut(to, from);
            TopologyLink { a, b, cut }
        })
        .collect()
}
