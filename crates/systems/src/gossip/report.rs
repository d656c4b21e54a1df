//! The run in numbers and in the rows of the workshop's visualiser.

use std::fmt::Write;

use faultline_sim::{NodeId, Span, Time};

use super::Gossip;
use super::process::{FORGOTTEN, TIMEOUTS, UPDATES};
use super::watch::is_live;
use crate::{MetricValue, Metrics, Scene};

/// The port of the node before the first.
const PORTS_AFTER: u32 = 7_000;
/// The most rows of the text.
const ROWS_MAX: u32 = 50;

/// The port a node listens on, as the workshop numbers them.
pub(super) fn port(node: NodeId) -> u32 {
    PORTS_AFTER + node.0 + 1
}

/// What a row says of a node: its versions, or that it is down.
pub(super) fn state(scene: &Scene<Gossip>, node: NodeId) -> String {
    if is_live(&scene.world, node) {
        scene.world.node(node).versions().to_string()
    } else {
        "[OFFLINE]".into()
    }
}

/// The time between two moments, the second being now if it has not come.
fn so_far(from: Time, to: Option<Time>, now: Time) -> Span {
    to.unwrap_or(now).since(from)
}

/// How long the last update has taken to reach every live node, so far.
pub(super) fn spread(scene: &Scene<Gossip>) -> Option<Span> {
    let watch = &scene.system.watch;
    let from = watch.news()?.at;
    Some(so_far(from, watch.spread_at(), scene.world.now()))
}

pub(super) fn metrics(scene: &Scene<Gossip>) -> Metrics {
    let (world, watch) = (&scene.world, &scene.system.watch);
    let census = watch.census(world);
    let millis = |span: Option<Span>| MetricValue::Float(span.map_or(0.0, Span::as_millis_f64));
    let int = |value: u64| MetricValue::Int(i64::try_from(value).unwrap_or(i64::MAX));
    let counter = |name: &str| int(world.counters().get(name).copied().unwrap_or(0));
    let catch_up = watch
        .catching_up()
        .map(|(from, to)| so_far(from, to, world.now()));
    vec![
        ("spread_ms".into(), millis(spread(scene))),
        (
            "spread_expected_ms".into(),
            MetricValue::Float(scene.system.epidemic.spread_s() * 1_000.0),
        ),
        ("informed".into(), int(census.informed.into())),
        ("nodes_up".into(), int(census.live.into())),
        ("updates".into(), counter(UPDATES)),
        ("agreed".into(), int(census.agreed.into())),
        ("catch_up_ms".into(), millis(catch_up)),
        ("forgotten".into(), counter(FORGOTTEN)),
        ("timeouts".into(), counter(TIMEOUTS)),
        ("messages_sent".into(), int(world.counts().sent)),
    ]
}

/// The rows of the workshop's visualiser, and how the last update spread.
pub(super) fn text(scene: &Scene<Gossip>) -> String {
    let (world, watch) = (&scene.world, &scene.system.watch);
    let mut out = String::new();
    for id in world.ids().take(ROWS_MAX as usize) {
        let row = state(scene, id);
        let _ = writeln!(out, "Node {} | {} | {row}", id.0 + 1, port(id));
    }
    if let Some(more @ 1..) = world.node_count().checked_sub(ROWS_MAX) {
        let _ = writeln!(out, "... and {more} more nodes");
    }
    let census = watch.census(world);
    let _ = match (watch.news(), watch.spread_at()) {
        (None, _) => writeln!(out, "\nNo node has been updated."),
        (Some(news), Some(at)) => writeln!(
            out,
            "\nUpdate {}:{} reached every live node in {:.2} s (expected {:.2} s).",
            news.node.0 + 1,
            news.version,
            at.since(news.at).as_secs_f64(),
            scene.system.epidemic.spread_s(),
        ),
        (Some(news), None) => writeln!(
            out,
            "\nUpdate {}:{} is known to {} of {} live nodes after {:.2} s.",
            news.node.0 + 1,
            news.version,
            census.informed,
            census.live,
            world.now().since(news.at).as_secs_f64(),
        ),
    };
    out
}
