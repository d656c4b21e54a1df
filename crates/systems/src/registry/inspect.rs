//! A machine from close by.

use faultline_sim::NodeId;

use super::Registry;
use super::client::Outcome;
use super::process::{Machine, name};
use super::report::age;
use crate::{Holdings, Scene};

pub(super) fn node(scene: &Scene<Registry>, id: NodeId, into: &mut Holdings) {
    match scene.world.node(id) {
        Machine::Registry(table) => {
            into.state("entries", &table.entries().len());
            for entry in table.entries() {
                let seen = age(scene.world.now(), entry);
                into.state("entry", &format!("{} seen {seen}", name(entry.node)));
            }
        }
        Machine::Node(node) => {
            let words = match (node.is_listed(), node.is_registering()) {
                (_, true) => "waits for the registry",
                (true, false) => "it is listed",
                (false, false) => "it is not listed",
            };
            into.state("believes that", &words);
        }
        Machine::Client(client) => {
            into.state("calls under way", &client.open());
            into.state("last call", &outcome(client.outcome()));
        }
    }
    into.disk("disk", &"none: all is in memory");
}

/// A call's outcome in words.
pub(super) fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::None => "no call yet".into(),
        Outcome::Asks => "asks the registry".into(),
        Outcome::Calls(node) => format!("calls {}", name(node)),
        Outcome::Answered(node) => format!("{} answered", name(node)),
        Outcome::Silent(node) => format!("{} did not answer", name(node)),
        Outcome::RegistrySilent => "no registry".into(),
        Outcome::Nobody => "nobody is listed".into(),
    }
}
