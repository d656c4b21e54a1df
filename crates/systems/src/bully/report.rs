//! The run in numbers, in the nodes' own words and in the rows of the workshop's visualiser.

use std::fmt::Write;

use faultline_sim::{NodeId, Span};

use super::Bully;
use super::message::id;
use super::process::ELECTIONS;
use super::watch::{followers, is_up, leaders, running};
use crate::{MetricValue, Metrics, Scene};

/// The port of the node before the first.
const PORTS_AFTER: u32 = 8_000;

/// The port a node listens on, as the workshop numbers them.
pub(super) fn port(node: NodeId) -> u32 {
    PORTS_AFTER + id(node)
}

/// A node's role as the visualiser shows it.
pub(super) fn role(scene: &Scene<Bully>, node: NodeId) -> String {
    if !is_up(&scene.world, node) {
        return "[OFFLINE]".into();
    }
    let state = scene.world.node(node);
    let role = if state.leader() == Some(node) {
        "LEADER 👑"
    } else {
        "FOLLOWER"
    };
    let election = if state.in_election() {
        " (✍️ Election!)"
    } else {
        ""
    };
    format!("{role}{election}")
}

pub(super) fn metrics(scene: &Scene<Bully>) -> Metrics {
    let (world, watch) = (&scene.world, &scene.system.watch);
    let int = |value: u64| MetricValue::Int(i64::try_from(value).unwrap_or(i64::MAX));
    let millis = |span: Span| MetricValue::Float(span.as_millis_f64());
    let leader = leaders(world).last();
    let elections = world.counters().get(ELECTIONS).copied().unwrap_or(0);
    vec![
        ("leader".into(), int(leader.map_or(0, id).into())),
        ("leaders".into(), int(leaders(world).count() as u64)),
        ("leaders_max".into(), int(watch.leaders_max().into())),
        (
            "followers".into(),
            int(leader.map_or(0, |node| followers(world, node)).into()),
        ),
        ("nodes_up".into(), int(running(world).into())),
        ("elections".into(), int(elections)),
        (
            "leaderless_ms".into(),
            millis(watch.leaderless(world.now())),
        ),
        ("two_leaders_ms".into(), millis(watch.doubled(world.now()))),
        ("messages_sent".into(), int(world.counts().sent)),
    ]
}

/// The nodes' logs, and the visualiser's rows at the end.
pub(super) fn text(scene: &Scene<Bully>) -> String {
    let mut out = String::new();
    for (at, node, line) in scene.system.watch.log() {
        let _ = writeln!(
            out,
            "{:8.3} s [Node {}] {line}",
            at.as_secs_f64(),
            id(*node)
        );
    }
    out.push('\n');
    for node in scene.world.ids() {
        let role = role(scene, node);
        let _ = writeln!(out, "Node {} | {} | {role}", id(node), port(node));
    }
    out
}
