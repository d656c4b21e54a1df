//! A machine from close by.

use faultline_sim::NodeId;

use super::RateLimit;
use super::client::Heard;
use super::process::{Machine, SERVER};
use super::report::level;
use crate::{Holdings, Scene};

pub(super) fn node(scene: &Scene<RateLimit>, id: NodeId, into: &mut Holdings) {
    let now = scene.world.now();
    match scene.world.node(id) {
        Machine::Server(server) => {
            for client in scene.world.config().clients() {
                let name = &scene.system.names[client.index()];
                into.state("gate", &format!("{name}: {}", level(scene, client)));
            }
            into.state("waiting requests", &server.waiting());
        }
        Machine::Client(client) => {
            into.state("open requests", &client.open());
            into.state("heard", &client.heard().map_or("nothing yet".into(), heard));
            if let Some(until) = client.held_until().filter(|until| *until > now) {
                into.state("holds back until", &until);
            }
        }
    }
    if id == SERVER {
        into.disk("disk", &"none: a restart forgets all counts");
    }
}

/// An answer in words.
pub(super) fn heard(heard: Heard) -> String {
    match heard {
        Heard::Ok(latency) => format!("200 after {:.0} ms", latency.as_millis_f64()),
        Heard::TooMany(seconds) => format!("429, retry after {seconds} s"),
        Heard::Nothing => "no answer".into(),
    }
}
