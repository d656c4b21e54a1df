//! A machine from close by.

use faultline_sim::NodeId;

use super::process::Machine;
use super::{Breaker, report};
use crate::{Holdings, Scene};

pub(super) fn node(scene: &Scene<Breaker>, id: NodeId, into: &mut Holdings) {
    match scene.world.node(id) {
        Machine::Server(server) => {
            let mode = if server.failing() {
                "failing"
            } else {
                "healthy"
            };
            into.state("mode", &mode);
            let station = server.station();
            into.state("in service", &(station.active() - station.waiting() as u32));
            into.state("queue", &station.waiting());
            into.state("of them in vain", &server.waiting_in_vain(&scene.world));
        }
        Machine::Client(client) => {
            if let Some(breaker) = client.breaker() {
                into.state("breaker", &report::state_word(breaker.state()));
                into.state("failures in a row", &breaker.failures());
                into.state("since", &breaker.since());
                if let Some(left) = breaker.remaining(scene.world.now()) {
                    into.state("no call passes for", &left);
                }
            }
            into.state("calls begun", &client.begun());
            into.state("waits for replies", &client.calls().open());
            if let Some(since) = client.waits_since() {
                into.state("the oldest since", &since);
            }
            into.disk("restarts", scene.world.disk(id));
        }
    }
}
