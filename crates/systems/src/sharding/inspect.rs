//! A machine from close by.

use faultline_sim::NodeId;

use super::Sharding;
use super::process::{Disk, Machine};
use crate::text::listed;
use crate::{Holdings, Scene};

pub(super) fn node(scene: &Scene<Sharding>, id: NodeId, into: &mut Holdings) {
    let disk = scene.world.disk(id);
    match scene.world.node(id) {
        Machine::Client(client) => {
            into.state("look-ups waiting", &client.waiting());
            match client.last_asked() {
                None => into.state("last look-up", &"none yet"),
                Some(asked) => {
                    let found = match asked.found {
                        Some(true) => "found",
                        Some(false) => "not there",
                        None => "no answer yet",
                    };
                    into.state("last look-up", &format!("{}: {found}", asked.key));
                }
            }
            list(disk, into);
        }
        Machine::Store(store) => {
            into.state("keys to hand over", &store.to_hand_over());
            list(disk, into);
            into.disk("keys", &disk.held.len());
        }
    }
}

fn list(disk: &Disk, into: &mut Holdings) {
    match &disk.cluster {
        None => into.disk("list of nodes", &"none"),
        Some(cluster) => {
            into.disk("list of nodes", &listed(cluster.placement.members(), "and"));
            into.disk("epoch", &cluster.epoch);
        }
    }
}
