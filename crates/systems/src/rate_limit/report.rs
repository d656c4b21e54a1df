//! The run in numbers and in the lines of the workshop's visualiser.

use std::fmt::Write;

use faultline_sim::{NodeId, Span};
use faultline_view::Label;

use super::RateLimit;
use super::client::{HELD, TIMED_OUT};
use super::process::{Profile, Setup};
use super::watch::Verdict;
use crate::text::grouped;
use crate::{MetricValue, Metrics, Scene};

/// The client that the workshop's visualiser calls vulnerable to if its requests pass.
const BAD: &str = "bad";

/// A counter's value.
pub(super) fn counter(scene: &Scene<RateLimit>, name: &str) -> u64 {
    scene.world.counters().get(name).copied().unwrap_or(0)
}

/// How many requests of a client were sent, allowed and rejected.
pub(super) fn tally(scene: &Scene<RateLimit>, profile: &Profile) -> [u64; 3] {
    profile.counters.map(|name| counter(scene, name))
}

/// How many requests one client may have had passed at most until now.
pub(super) fn allowance(scene: &Scene<RateLimit>) -> f64 {
    let Setup { quota, .. } = **scene.world.config();
    let seconds = scene.world.now().as_secs_f64();
    f64::from(quota.capacity) + f64::from(quota.per_s) * seconds
}

pub(super) fn metrics(scene: &Scene<RateLimit>) -> Metrics {
    let watch = &scene.system.watch;
    let int = |value: u64| MetricValue::Int(i64::try_from(value).unwrap_or(i64::MAX));
    let count = |name: &'static str| (Label::from(name), int(counter(scene, name)));
    let mut metrics: Metrics = Vec::new();
    for profile in &scene.world.config().clients {
        metrics.extend(profile.counters.map(count));
    }
    let percentiles = watch.latencies().percentiles().unwrap_or_default();
    let millis = |span: Span| MetricValue::Float(span.as_millis_f64());
    metrics.extend([
        ("allowance".into(), MetricValue::Float(allowance(scene))),
        (
            "passed_per_window_max".into(),
            int(watch.window_max().into()),
        ),
        ("passed_at_once_max".into(), int(watch.at_once_max().into())),
        count(HELD),
        count(TIMED_OUT),
        ("latency_ms_p50".into(), millis(percentiles.p50)),
        ("latency_ms_p95".into(), millis(percentiles.p95)),
        ("messages_sent".into(), int(scene.world.counts().sent)),
    ]);
    metrics
}

/// What the workshop's visualiser prints, and each client's sums.
pub(super) fn text(scene: &Scene<RateLimit>) -> String {
    let setup = scene.world.config();
    let (story, told) = scene.system.watch.story();
    let mut out = String::new();
    if let earlier @ 1.. = told - story.len() as u64 {
        let _ = writeln!(out, "... {} earlier requests ...", grouped(earlier));
    }
    for (client, verdict) in story {
        if let Some(profile) = setup.profile(*client) {
            let _ = writeln!(out, "{}: {}", profile.title, line(profile, *verdict));
        }
    }
    out.push('\n');
    for profile in &setup.clients {
        let [sent, allowed, rejected] = tally(scene, profile).map(grouped);
        let _ = writeln!(
            out,
            "{} | {sent} sent | {allowed} allowed (200) | {rejected} rejected (429)",
            profile.title
        );
    }
    out
}

fn line(profile: &Profile, verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Refused => "⛔ BLOCKED (429) - Rate Limit Working!",
        _ if profile.name == BAD => "✅ SUCCESS (200) - Server Vulnerable!",
        Verdict::Passed | Verdict::Waited => "✅ SUCCESS (200)",
    }
}

/// A client's level in words: "0.5 of 5 tokens".
pub(super) fn level(scene: &Scene<RateLimit>, client: NodeId) -> String {
    let wording = &scene.system.wording;
    let trace = scene.system.watch.trace(client);
    let level = trace.map_or(0.0, |trace| trace.level_now(scene.world.now()));
    let capacity = scene.world.config().quota.capacity;
    format!(
        "{level:.*} of {capacity} {}",
        wording.decimals, wording.level
    )
}
