//! A node from close by.

use faultline_sim::NodeId;

use super::Bully;
use crate::commands::Names;
use crate::{Holdings, Scene};

/// It remembers nothing over a crash, so its disk holds nothing.
pub(super) fn node(scene: &Scene<Bully>, id: NodeId, into: &mut Holdings) {
    let node = scene.world.node(id);
    let names = scene.node_names();
    let leader = match node.leader() {
        Some(leader) if leader == id => "itself".to_owned(),
        Some(leader) => Names(&names).of(leader),
        None => "not known".to_owned(),
    };
    into.state("leader", &leader);
    into.state("election", &node.election_stage());
    into.state("polls sent", &node.polls());
    into.state("runs since", &node.started_at());
}
