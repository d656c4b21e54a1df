//! A node from close by.

use faultline_sim::NodeId;

use super::Gossip;
use crate::{Holdings, Scene};

pub(super) fn node(scene: &Scene<Gossip>, id: NodeId, into: &mut Holdings) {
    let node = scene.world.node(id);
    let versions = node.versions();
    into.state("own version", &versions.of(id.0));
    into.state("versions", versions);
    into.state("exchanges begun", &node.exchanges());
    into.state("waits for answers", &node.waiting());
    if let Some(at) = node.updated_at() {
        into.state("updated at", &at);
    }
    if scene.world.config().hot_rounds.is_some() {
        into.state("rounds until silent", &node.hot());
    }
    match scene.world.disk(id) {
        Some(versions) => into.disk("versions", versions),
        None => into.disk("versions", &"none"),
    }
}
