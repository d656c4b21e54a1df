//! The run in numbers, and in the words of the workshop guide.

use std::fmt::Write;

use faultline_sim::{NodeId, Span};
use faultline_view::Label;

use super::Service;
use super::client::{LATE, Outcome};
use super::message::Body;
use super::policy::Policy;
use super::process::{Machine, Setup};
use crate::text::grouped;
use crate::traffic::Arrivals;
use crate::{MetricValue, Metrics, Scene, System as _};

/// In the text, a block of a bar is so many percent.
const PERCENT_PER_BLOCK: f64 = 2.0;
/// The text has a row for each of so many servers at most, those with the most requests.
const ROWS_MAX: usize = 20;

/// What a policy is called.
pub(super) fn policy_name(policy: Policy) -> &'static str {
    match policy {
        Policy::Random => "Random",
        Policy::RoundRobin => "Round-Robin",
        Policy::LeastConnections => "Least Connections",
        Policy::PowerOfTwo => "Power of Two Choices",
        Policy::Weighted => "Weighted",
        Policy::Adaptive => "Adaptive",
        Policy::Custom => "Your Own",
    }
}

/// Title and subtitle of a run.
pub(super) fn titles(setup: &Setup, servers: u32) -> (Label, Label) {
    let nodes = match servers {
        1 => format!("Node {}", setup.number(setup.first_server())),
        many => format!("{} nodes", grouped(many.into())),
    };
    let workers = match setup.plan.workers {
        1 => "1 worker".to_owned(),
        many => format!("{many} workers"),
    };
    let each = if servers == 1 { "" } else { " each" };
    let rest = format!("{workers}{each}, {}", traffic(setup));
    match setup.balanced {
        // What tells runs side by side apart stands first.
        true => (
            policy_title(setup.policy),
            format!("{nodes}, {rest}").into(),
        ),
        false => (nodes.into(), rest.into()),
    }
}

/// A policy as the title of a picture: "Least connections".
fn policy_title(policy: Policy) -> Label {
    if policy == Policy::Custom {
        return "Your policy".into();
    }
    let name = policy_name(policy);
    let (first, rest) = name.split_at(1);
    format!("{first}{}", rest.to_ascii_lowercase()).into()
}

/// "5 at a time", "60 requests/s", or "asks by hand".
pub(super) fn traffic(setup: &Setup) -> String {
    match setup.arrivals {
        Arrivals::Batches { size: 0, .. } => "asks by hand".to_owned(),
        Arrivals::Batches { size, .. } => format!("{size} at a time"),
        Arrivals::Poisson(gap) | Arrivals::Every(gap) => {
            format!("{} requests/s", rate_text(gap))
        }
    }
}

fn rate_text(gap: Span) -> String {
    let rate = 1.0 / gap.as_secs_f64();
    if rate >= 10.0 {
        grouped(libm::round(rate) as u64)
    } else {
        // Two digits are enough, and 2.5 reads better than 2.50.
        let hundredths = libm::round(rate * 100.0) / 100.0;
        format!("{hundredths}")
    }
}

fn int(value: u64) -> MetricValue {
    MetricValue::Int(i64::try_from(value).unwrap_or(i64::MAX))
}

fn ms(span: Option<Span>) -> MetricValue {
    MetricValue::Float(span.map_or(0.0, Span::as_millis_f64))
}

pub(super) fn metrics(scene: &Scene<Service>) -> Metrics {
    let (system, world) = (&scene.system, &scene.world);
    let watch = &system.watch;
    let all = watch.latencies().percentiles();
    let now = world.now();
    let late = world.counters().get(LATE).copied().unwrap_or(0);
    let recent = f64::from(watch.answers(now));
    let window = watch.window().as_secs_f64().min(now.as_secs_f64());
    let throughput = if window > 0.0 { recent / window } else { 0.0 };
    let servers: Vec<_> = system.servers(world).collect();
    let peak = servers.iter().map(|(_, server)| server.peak()).max();
    let peak = peak.unwrap_or(0).max(watch.active_max());
    let mut metrics: Metrics = vec![
        ("latency_ms_p50".into(), ms(all.map(|all| all.p50))),
        ("latency_ms_p95".into(), ms(all.map(|all| all.p95))),
        ("latency_ms_p99".into(), ms(all.map(|all| all.p99))),
        ("latency_ms_mean".into(), ms(watch.latencies().mean())),
        ("latency_expected_ms".into(), ms(system.theory.latency)),
        ("active_max".into(), int(peak.into())),
        ("requests_sent".into(), int(watch.sent())),
        ("requests_ok".into(), int(watch.ok())),
        ("misses".into(), int(watch.misses())),
        ("refused".into(), int(watch.refused())),
        ("timeouts".into(), int(watch.timeouts())),
        ("late".into(), int(late)),
        ("throughput_per_s".into(), MetricValue::Float(throughput)),
        ("nodes_in".into(), int(nodes_in(scene) as u64)),
    ];
    let shares = shares(scene, servers.len());
    let mut name = String::new();
    for ((id, server), share) in servers.iter().zip(shares) {
        let book = watch.node(*id);
        let p50 = book.and_then(|book| book.latency_ms.quantile(0.5));
        let active = if super::picture::is_down(scene, *id) {
            0
        } else {
            server.station().active()
        };
        let number = system.setup.number(*id);
        let mut add = |what: &str, value| {
            name.clear();
            // Writing to a text does not fail.
            let _ = write!(name, "node.{number}.{what}");
            metrics.push((name.as_str().into(), value));
        };
        add("share_percent", MetricValue::Float(share * 100.0));
        add("latency_ms_p50", MetricValue::Float(p50.unwrap_or(0.0)));
        add("active", int(active.into()));
    }
    answer_metrics(scene, &mut metrics);
    metrics.push(("messages_sent".into(), int(world.counts().sent)));
    metrics
}

/// How the last request by hand ended.
fn answer_metrics(scene: &Scene<Service>, metrics: &mut Metrics) {
    let last = scene.system.watch.by_hand();
    let reply = last.and_then(|outcome| outcome.reply.as_ref());
    let node = reply.map_or_else(Label::default, |reply| scene.system.node_name(reply.node));
    let value = match reply.map(|reply| &reply.body) {
        Some(Body::Data(_, value)) => value.clone(),
        _ => Label::default(),
    };
    let end = last.map_or_else(Label::default, |outcome| status(outcome).into());
    metrics.push(("answer".into(), MetricValue::Text(end)));
    metrics.push(("answer_node".into(), MetricValue::Text(node)));
    metrics.push(("answer_value".into(), MetricValue::Text(value)));
}

/// A request's end in short: "200" or "timed out".
pub(super) fn status(outcome: &Outcome) -> String {
    match &outcome.reply {
        Some(reply) => reply.status().to_string(),
        None => "timed out".to_owned(),
    }
}

/// How many servers the balancer gives requests to.
pub(super) fn nodes_in(scene: &Scene<Service>) -> usize {
    match scene.world.node(super::process::BALANCER) {
        Machine::Balancer(balancer) => balancer.workers().len(),
        _ => 1,
    }
}

/// Each server's part of the requests in the window, 0 to 1.
pub(super) fn shares(scene: &Scene<Service>, servers: usize) -> Vec<f64> {
    let counts = scene.system.watch.counts(scene.world.now(), servers);
    let all: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    let share = |count: &u32| f64::from(*count) / (all.max(1)) as f64;
    counts.iter().map(share).collect()
}

/// A request's end as the guide's client prints it.
pub(super) fn line(outcome: &Outcome, setup: &Setup) -> String {
    let asked = |node: NodeId| {
        if node < setup.first_server() {
            "the balancer".to_owned()
        } else {
            setup.url(node)
        }
    };
    match &outcome.reply {
        None => format!(
            "❌ Failed to reach {}: timed out after {}",
            asked(outcome.asked.to),
            outcome.latency
        ),
        Some(reply) => format!(
            "{} [{}] {} | Latency: {:.2}ms | Active: {}",
            if reply.status() == 200 { "✅" } else { "❌" },
            asked(reply.node),
            reply.status(),
            outcome.latency.as_millis_f64(),
            reply.active
        ),
    }
}

/// What a user who asks by hand is answered.
pub(super) fn answer(outcome: &Outcome, setup: &Setup) -> String {
    let Some(reply) = &outcome.reply else {
        return line(outcome, setup);
    };
    let (node, active) = (setup.number(reply.node), reply.active);
    match &reply.body {
        Body::Health => {
            format!(r#"{{"status":"ok","node_id":{node},"active_requests":{active}}}"#)
        }
        Body::Stats { load_factor } => format!(
            r#"{{"node_id":{node},"active_requests":{active},"load_factor":{load_factor}}}"#
        ),
        Body::Stored(key, value) => {
            format!(r#"{{"status":"stored","node_id":{node},"key":"{key}","value":"{value}"}}"#)
        }
        Body::Data(key, value) => {
            format!(r#"{{"node_id":{node},"key":"{key}","value":"{value}"}}"#)
        }
        Body::Missing(key) => {
            format!(r#"404 {{"detail":"Key '{key}' not found on Node {node}"}}"#)
        }
        Body::Refused if reply.node < setup.first_server() => {
            r#"503 {"detail":"No node takes requests"}"#.to_owned()
        }
        Body::Refused => format!(r#"503 {{"detail":"Node {node} is full"}}"#),
    }
}

/// What the guide's programs print: the client's lines, and the bars of the load balancing view.
pub(super) fn text(scene: &Scene<Service>) -> String {
    let (system, setup) = (&scene.system, &scene.system.setup);
    let servers: Vec<_> = system.servers(&scene.world).map(|(id, _)| id).collect();
    let mut out = String::new();
    let _ = match setup.arrivals {
        Arrivals::Batches { size, .. } if size > 0 => {
            writeln!(out, "🚀 Starting Client with {size} threads.")
        }
        Arrivals::Batches { .. } => Ok(()),
        _ => writeln!(out, "🚀 Starting Client with {}.", traffic(setup)),
    };
    let _ = if setup.balanced {
        let policy = policy_name(setup.policy);
        writeln!(out, "🔄 {policy} across {} nodes.", servers.len())
    } else {
        writeln!(out, "🎯 Targeting: {}", setup.url(setup.first_server()))
    };
    let (ends, story) = system.watch.story();
    let earlier = ends - story.len() as u64;
    if earlier > 0 {
        let _ = writeln!(out, "... {} earlier requests ...", grouped(earlier));
    }
    for outcome in story {
        let _ = writeln!(out, "{}", line(outcome, setup));
    }
    if !system.guided {
        if setup.balanced {
            out.push('\n');
            rows(scene, &servers, &mut out);
        }
        totals(scene, &mut out);
    }
    out
}

/// A row for each server: its requests in the window as a bar.
fn rows(scene: &Scene<Service>, servers: &[NodeId], out: &mut String) {
    let watch = &scene.system.watch;
    let counts = watch.counts(scene.world.now(), servers.len());
    let shares = shares(scene, servers.len());
    let mut rows: Vec<_> = servers.iter().zip(counts).zip(shares).collect();
    if rows.len() > ROWS_MAX {
        rows.sort_by_key(|((id, count), _)| (std::cmp::Reverse(*count), **id));
    }
    for ((id, count), share) in rows.iter().take(ROWS_MAX) {
        let percent = share * 100.0;
        let blocks = libm::round(percent / PERCENT_PER_BLOCK) as usize;
        let _ = writeln!(
            out,
            "{} | {count:3} reqs ({percent:5.1}%) | {}",
            scene.system.setup.url(**id),
            "█".repeat(blocks)
        );
    }
    if rows.len() > ROWS_MAX {
        let _ = writeln!(
            out,
            "... and {} more nodes",
            grouped((rows.len() - ROWS_MAX) as u64)
        );
    }
}

fn totals(scene: &Scene<Service>, out: &mut String) {
    let watch = &scene.system.watch;
    let _ = writeln!(
        out,
        "\nRequests: {} ok, {} not found, {} refused, {} timed out.",
        grouped(watch.ok()),
        grouped(watch.misses()),
        grouped(watch.refused()),
        grouped(watch.timeouts()),
    );
    if let Some(all) = watch.latencies().percentiles() {
        let _ = writeln!(
            out,
            "Latency: p50 {:.1}ms, p95 {:.1}ms, p99 {:.1}ms.",
            all.p50.as_millis_f64(),
            all.p95.as_millis_f64(),
            all.p99.as_millis_f64(),
        );
    }
}
