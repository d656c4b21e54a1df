//! The run in numbers, and in the words of the workshop's visualiser.

use std::fmt::Write;

use faultline_sim::{NodeId, Span};

use super::Breaker;
use super::client::{ATTEMPTS, CALLS, CLOSED, FAILED, LATE, OK, OPENED, RETRIES, SPARED, TIMEOUTS};
use super::machine::{self, State};
use super::process::{PORT, SERVER, SHOWN};
use crate::{MetricValue, Metrics, Scene, System as _};

/// A state as the metrics name it.
pub(super) fn state_word(state: State) -> &'static str {
    match state {
        State::Closed => "closed",
        State::Open => "open",
        State::HalfOpen => "half-open",
    }
}

/// A client's breaker; none if clients have none.
pub(super) fn breaker(scene: &Scene<Breaker>, client: NodeId) -> Option<&machine::Breaker> {
    scene.world.node(client).client()?.breaker()
}

/// How many clients have their breaker in a state.
pub(super) fn clients_in(scene: &Scene<Breaker>, state: State) -> usize {
    let breakers = scene.world.ids().filter_map(|id| breaker(scene, id));
    breakers.filter(|breaker| breaker.state() == state).count()
}

/// A counter of the run.
pub(super) fn counter(scene: &Scene<Breaker>, name: &str) -> u64 {
    scene.world.counters().get(name).copied().unwrap_or(0)
}

/// Share of the calls that are over which succeeded; all while none is over.
pub(super) fn ok_percent(scene: &Scene<Breaker>) -> f64 {
    let (ok, failed) = (counter(scene, OK), counter(scene, FAILED));
    match ok + failed {
        0 => 100.0,
        over => ok as f64 * 100.0 / over as f64,
    }
}

/// How many calls wait at the server.
pub(super) fn queue(scene: &Scene<Breaker>) -> usize {
    let server = scene.world.node(SERVER).server();
    server.map_or(0, |server| server.station().waiting())
}

pub(super) fn metrics(scene: &Scene<Breaker>) -> Metrics {
    let (world, watch) = (&scene.world, &scene.system.watch);
    let int = |value: u64| MetricValue::Int(i64::try_from(value).unwrap_or(i64::MAX));
    let millis = |span: Span| MetricValue::Float(span.as_millis_f64());
    let shown = breaker(scene, SHOWN);
    let state = shown.map_or("none", |breaker| state_word(breaker.state()));
    let failures = shown.map_or(0, machine::Breaker::failures);
    let after = watch.failed_after_recovery().unwrap_or(Span::ZERO);
    let count = |name: &'static str| (name.into(), int(counter(scene, name)));
    vec![
        ("state".into(), MetricValue::Text(state.into())),
        ("failures".into(), int(failures.into())),
        (
            "clients_open".into(),
            int(clients_in(scene, State::Open) as u64),
        ),
        count(OPENED),
        count(CLOSED),
        count(CALLS),
        count(OK),
        count(FAILED),
        ("ok_percent".into(), MetricValue::Float(ok_percent(scene))),
        count(SPARED),
        count(ATTEMPTS),
        count(RETRIES),
        count(TIMEOUTS),
        count(LATE),
        ("queue".into(), int(queue(scene) as u64)),
        ("queue_max".into(), int(watch.queue_max().into())),
        ("waited_ms".into(), millis(watch.waited())),
        ("failed_after_recovery_ms".into(), millis(after)),
        ("messages_sent".into(), int(world.counts().sent)),
    ]
}

/// A client's row in the visualiser.
pub(super) fn row(scene: &Scene<Breaker>, client: NodeId) -> &'static str {
    match breaker(scene, client).map(machine::Breaker::state) {
        Some(State::Closed) => "🟢 CLOSED (Healthy)",
        Some(State::Open) => "🔴 OPEN (Failing - Fast Fail)",
        Some(State::HalfOpen) => "🟡 HALF-OPEN (Testing Recovery)",
        None => "no circuit breaker",
    }
}

/// Rows of the visualiser at most.
const ROWS_MAX: usize = 10;

/// The clients' logs, and the visualiser's rows at the end.
pub(super) fn text(scene: &Scene<Breaker>) -> String {
    let mut out = String::new();
    for (at, node, line) in scene.system.watch.log() {
        let name = scene.system.node_name(*node);
        let _ = writeln!(out, "{:8.3} s [{name}] {line}", at.as_secs_f64());
    }
    out.push('\n');
    let server = scene.world.node(SERVER).server();
    let failing = server.is_some_and(super::server::Server::failing);
    let mode = if failing { "failing" } else { "healthy" };
    let _ = writeln!(out, "server | {PORT} | {mode}");
    let clients: Vec<NodeId> = scene.world.ids().filter(|id| *id != SERVER).collect();
    for &id in clients.iter().take(ROWS_MAX) {
        let name = scene.system.node_name(id);
        let failures = breaker(scene, id).map_or(0, machine::Breaker::failures);
        let row = row(scene, id);
        let _ = writeln!(out, "{name} | {row} | failures: {failures}");
    }
    if clients.len() > ROWS_MAX {
        let _ = writeln!(out, "and {} more clients", clients.len() - ROWS_MAX);
    }
    let _ = writeln!(
        out,
        "\n{} calls, {} ok, {} failed, {} spared",
        counter(scene, CALLS),
        counter(scene, OK),
        counter(scene, FAILED),
        counter(scene, SPARED)
    );
    out
}
