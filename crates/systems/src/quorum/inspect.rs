//! A machine from close by.

use faultline_sim::NodeId;

use super::Quorum;
use super::client::{Client, Kind, Operation};
use super::message::Versioned;
use super::process::{KEY, Machine, Setup};
use crate::{Holdings, Scene, System as _};

pub(super) fn node(scene: &Scene<Quorum>, id: NodeId, into: &mut Holdings) {
    let disk = scene.world.disk(id);
    match scene.world.node(id) {
        Machine::Store => {
            into.state("in memory", &"nothing: all is on the disk");
            into.disk(KEY, &held(&disk.held));
        }
        Machine::Client(client) => {
            operations(client, &scene.system.setup, into);
            into.disk("highest version", &disk.issued);
            for (node, missed) in &disk.hints {
                let name = scene.system.node_name(*node);
                into.disk("hint", &format!("node {name} missed {}", held(missed)));
            }
        }
    }
}

fn operations(client: &Client, setup: &Setup, into: &mut Holdings) {
    let text = |one: &Operation| {
        let needed = match one.kind {
            Kind::Read => setup.r,
            Kind::Write(_) => setup.w,
        };
        let replies = one.replies.len();
        format!("{}, {replies} of {needed} replies", what(&one.kind))
    };
    for one in client.open() {
        into.state("waits", &text(one));
    }
    match client.decided() {
        Some(last) => {
            let outcome = match &last.answer {
                Some(answer) => held(answer),
                None => "failed".to_owned(),
            };
            into.state("last", &format!("{}: {outcome}", what(&last.kind)));
        }
        None => into.state("last", &"no operation yet"),
    }
}

fn what(kind: &Kind) -> String {
    match kind {
        Kind::Read => "read".to_owned(),
        Kind::Write(new) => format!("write {}", held(new)),
    }
}

fn held(one: &Versioned) -> String {
    match one.version {
        0 => "nothing".to_owned(),
        version => format!("{} (version {version})", one.value),
    }
}
