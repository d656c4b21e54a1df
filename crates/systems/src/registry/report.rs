//! The run in numbers and in the lines of the workshop's registry and visualiser.

use std::fmt::Write;

use faultline_sim::{Span, Time};
use faultline_view::Label;

use super::Registry;
use super::client::{CALLS, CALLS_FAILED, CALLS_OK};
use super::process::{EXPIRED, REGISTRATIONS, name, port};
use super::table::{Entry, Table};
use super::watch::{Role, Step, table};
use crate::text::grouped;
use crate::{MetricValue, Metrics, Scene};

/// What the visualiser shows when nobody is listed.
pub(super) const NOBODY: &str = "No active nodes registered.";
/// The most steps that the text tells.
const STEPS_MAX: usize = 24;
/// The most rows of the text.
const ROWS_MAX: usize = 50;

/// How long ago a node was heard of: "1.3s ago".
pub(super) fn age(now: Time, entry: &Entry) -> String {
    format!("{:.1}s ago", now.since(entry.last_seen).as_secs_f64())
}

/// A counter's value.
pub(super) fn counter(scene: &Scene<Registry>, name: &str) -> u64 {
    scene.world.counters().get(name).copied().unwrap_or(0)
}

pub(super) fn metrics(scene: &Scene<Registry>) -> Metrics {
    let (world, watch) = (&scene.world, &scene.system.watch);
    let int = |value: u64| MetricValue::Int(i64::try_from(value).unwrap_or(i64::MAX));
    let count = |name: &'static str| (Label::from(name), int(counter(scene, name)));
    let detected = watch.detected().map_or(0.0, Span::as_millis_f64);
    vec![
        ("registered".into(), int(watch.listed().into())),
        (
            "running".into(),
            int((watch.count(Role::Listed) + watch.count(Role::Missing)).into()),
        ),
        ("dead_entries".into(), int(watch.count(Role::Dead).into())),
        ("missing".into(), int(watch.count(Role::Missing).into())),
        count(EXPIRED),
        (
            "expired_running".into(),
            int(watch.expired_running().into()),
        ),
        (
            "expired_running_expected".into(),
            MetricValue::Float(watch.expired_running_expected(world.now())),
        ),
        count(REGISTRATIONS),
        ("detected_ms".into(), MetricValue::Float(detected)),
        count(CALLS),
        count(CALLS_OK),
        count(CALLS_FAILED),
        ("calls_to_dead".into(), int(watch.calls_to_dead().into())),
        ("messages_sent".into(), int(world.counts().sent)),
    ]
}

/// What the workshop's registry has printed, and then the visualiser's rows.
pub(super) fn text(scene: &Scene<Registry>) -> String {
    let mut out = String::new();
    let (story, steps) = scene.system.watch.story();
    let told = story.len().min(STEPS_MAX);
    if let earlier @ 1.. = steps as usize - told {
        let _ = writeln!(out, "... {} earlier lines ...", grouped(earlier as u64));
    }
    for step in story.iter().skip(story.len() - told) {
        let _ = match *step {
            Step::Registered(node) => {
                writeln!(
                    out,
                    "✅ Node {} registered on port {}",
                    name(node),
                    port(node)
                )
            }
            Step::Expired(node) => writeln!(out, "💀 Node {} expired (No heartbeat)", name(node)),
        };
    }
    out.push('\n');
    rows(scene, &mut out);
    let calls = (counter(scene, CALLS), counter(scene, CALLS_FAILED));
    let _ = writeln!(
        out,
        "\nExpired: {}, of which {} were running. Calls: {}, of which {} failed.",
        grouped(counter(scene, EXPIRED)),
        grouped(scene.system.watch.expired_running().into()),
        grouped(calls.0),
        grouped(calls.1),
    );
    out
}

fn rows(scene: &Scene<Registry>, out: &mut String) {
    let entries = table(&scene.world).map_or(&[] as &[Entry], Table::entries);
    if entries.is_empty() {
        let _ = writeln!(out, "{NOBODY}");
    }
    for entry in entries.iter().take(ROWS_MAX) {
        let (node, seen) = (entry.node, age(scene.world.now(), entry));
        let _ = writeln!(out, "{} | {} | {seen}", name(node), port(node));
    }
    if let Some(more @ 1..) = entries.len().checked_sub(ROWS_MAX) {
        let _ = writeln!(out, "... and {more} more nodes");
    }
}
