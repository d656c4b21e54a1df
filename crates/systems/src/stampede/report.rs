//! The run in numbers, and in the words of the workshop's program.

use std::fmt::Write;

use faultline_sim::Span;

use super::Stampede;
use super::app::{EARLY, WAITED};
use super::clients::{ANSWERED, HITS, LATENCY_MS, STALE};
use super::process::{APP, CLIENTS, DATABASE};
use super::watch::{counter, duplicates, queries, requests};
use crate::{MetricValue, Metrics, Scene};

/// How long the slowest request took.
pub(super) fn total(scene: &Scene<Stampede>) -> Span {
    let clients = scene.world.node(CLIENTS).clients();
    clients.map_or(Span::ZERO, |clients| {
        clients.longest_so_far(scene.world.now())
    })
}

/// The latency in milliseconds that this share of all answers did not exceed; 0 before the first.
pub(super) fn latency_ms(scene: &Scene<Stampede>, share: f64) -> f64 {
    let all = scene.world.samples().get(LATENCY_MS);
    all.and_then(|all| all.quantile(share)).unwrap_or(0.0)
}

/// Queries that the database works on, and those in line.
pub(super) fn at_the_door(scene: &Scene<Stampede>) -> (u32, u32) {
    let database = scene.world.node(DATABASE).database();
    database.map_or((0, 0), |database| {
        let station = database.station();
        let waiting = station.waiting() as u32;
        (station.active() - waiting, waiting)
    })
}

pub(super) fn metrics(scene: &Scene<Stampede>) -> Metrics {
    let (world, watch) = (&scene.world, &scene.system.watch);
    let int = |value: u64| MetricValue::Int(i64::try_from(value).unwrap_or(i64::MAX));
    let millis = |span: Span| MetricValue::Float(span.as_millis_f64());
    let count = |name: &str| int(counter(world, name));
    let latency = |share| MetricValue::Float(latency_ms(scene, share));
    let (serving, waiting) = at_the_door(scene);
    let app = world.node(APP).app();
    let fresh = app.map_or(0, |app| app.cache().fresh(world.now()));
    vec![
        ("db_queries".into(), int(queries(world))),
        ("total_ms".into(), millis(total(scene))),
        ("duplicate_queries".into(), int(duplicates(world))),
        ("early_queries".into(), count(EARLY)),
        ("requests".into(), int(requests(world))),
        ("answered".into(), count(ANSWERED)),
        ("hits".into(), count(HITS)),
        ("waited".into(), count(WAITED)),
        ("stale_served".into(), count(STALE)),
        ("keys_fresh".into(), int(fresh as u64)),
        ("db_active".into(), int(serving.into())),
        ("db_queue".into(), int(waiting.into())),
        ("db_queue_max".into(), int(watch.queue_max().into())),
        ("db_active_max".into(), int(watch.active_max().into())),
        ("latency_ms_p50".into(), latency(0.50)),
        ("latency_ms_p95".into(), latency(0.95)),
        ("latency_ms_p99".into(), latency(0.99)),
        ("messages_sent".into(), int(world.counts().sent)),
    ]
}

/// The application's log, and the workshop's totals.
pub(super) fn text(scene: &Scene<Stampede>) -> String {
    let system = &scene.system;
    let mut out = format!("{}: {}\n\n", system.title, system.subtitle);
    for (at, line) in system.watch.log() {
        let _ = writeln!(out, "{:8.3} s {line}", at.as_secs_f64());
    }
    let _ = writeln!(out, "\nTOTAL DB QUERIES: {}", queries(&scene.world));
    let _ = writeln!(out, "TOTAL TIME: {:.2}s", total(scene).as_secs_f64());
    out
}
