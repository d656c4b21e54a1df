//! A machine from close by.

use faultline_sim::NodeId;

use super::Stampede;
use super::message::Key;
use super::process::Machine;
use crate::{Holdings, Scene};

/// Keys that are shown one by one.
const KEYS_MAX: u32 = 8;

pub(super) fn node(scene: &Scene<Stampede>, id: NodeId, into: &mut Holdings) {
    let (world, now) = (&scene.world, scene.world.now());
    match world.node(id) {
        Machine::Clients(clients) => {
            into.state("clients", &world.config().clients);
            into.state("wait for answers", &clients.calls().open());
            into.state("longest wait", &clients.longest_so_far(now));
        }
        Machine::App(app) => {
            for key in 0..world.config().keys.min(KEYS_MAX) {
                let held = match app.cache().get(key) {
                    Some(entry) if now < entry.fresh_until => {
                        format!("fresh until {}", entry.fresh_until)
                    }
                    Some(entry) => format!("expired at {}", entry.fresh_until),
                    None => "not cached".to_owned(),
                };
                into.state("key", &format!("{}: {held}", Key(key)));
            }
            into.state("queries under way", &app.flights().count());
            into.state("requests that wait for them", &app.waiters());
        }
        Machine::Database(database) => {
            let station = database.station();
            let serving = station.active() - station.waiting() as u32;
            let connections = world.config().connections;
            into.state("connections busy", &format!("{serving} of {connections}"));
            into.state("in line", &station.waiting());
        }
    }
    into.disk("restarts", world.disk(id));
}
