//! A machine from close by.

use faultline_sim::NodeId;

use super::balancer::Balancer;
use super::process::Machine;
use super::server::Server;
use super::{Service, report};
use crate::{Holdings, Scene, System as _};

/// So many of a balancer's nodes, and of a server's keys, are listed.
const LISTED_MAX: usize = 12;

pub(super) fn node(scene: &Scene<Service>, id: NodeId, into: &mut Holdings) {
    match scene.world.node(id) {
        Machine::Client(client) => {
            let calls = client.calls();
            into.state("makes", &report::traffic(&scene.system.setup));
            into.state("waits for", &calls.open());
            into.state("sent", &calls.sent());
            into.state("answered in time", &calls.answered());
            into.state("given up", &calls.timed_out());
        }
        Machine::Balancer(balancer) => workers(scene, balancer, into),
        Machine::Server(one) => server(scene, id, one, into),
    }
    into.disk("keeps", &"nothing of use: all is in memory");
}

fn workers(scene: &Scene<Service>, balancer: &Balancer, into: &mut Holdings) {
    into.state("policy", &report::policy_name(scene.system.setup.policy));
    let all = scene.system.servers(&scene.world).count();
    let taking = balancer.workers().len();
    into.state("nodes in", &format!("{taking} of {all}"));
    for worker in balancer.workers().iter().take(LISTED_MAX) {
        let name = scene.system.node_name(worker.node);
        let text = format!(
            "node {name}: {} under way, {:.1} ms on average",
            worker.active, worker.average_ms
        );
        into.state("knows", &text);
    }
}

fn server(scene: &Scene<Service>, id: NodeId, server: &Server, into: &mut Holdings) {
    let setup = &scene.system.setup;
    let station = server.station();
    let (served, refused) = server.served();
    into.state("load factor", &setup.load_factor(id));
    into.state(
        "workers busy",
        &format!("{} of {}", station.busy(), station.plan().workers),
    );
    into.state("in progress", &station.active());
    into.state("in line", &station.waiting());
    into.state("most at once", &server.peak());
    into.state("served", &served);
    into.state("refused", &refused);
    for (worker, store) in server.stores().iter().enumerate() {
        let whose = if server.stores().len() == 1 {
            String::new()
        } else {
            format!("worker {}: ", worker + 1)
        };
        for (key, value) in store.iter().take(LISTED_MAX) {
            into.state("holds", &format!("{whose}{key} = {value}"));
        }
    }
}
