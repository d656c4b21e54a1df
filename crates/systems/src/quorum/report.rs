//! The run in numbers and in the words of the workshop guide.

use std::fmt::Write;

use faultline_sim::NodeId;
use faultline_view::Label;

use super::Quorum;
use super::client::{
    HINTS_DELIVERED, Kind, Operation, READ_MS, READS_FAILED, READS_OK, REPAIRS, WRITE_MS,
    WRITES_FAILED, WRITES_OK,
};
use super::ledger::Step;
use super::process::{CLIENT, KEY, Setup};
use crate::text::grouped;
use crate::{MetricValue, Metrics, Scene};

/// The most steps that the text tells.
const STEPS_MAX: usize = 24;

pub(super) fn metrics(scene: &Scene<Quorum>) -> Metrics {
    let (world, ledger) = (&scene.world, &scene.system.ledger);
    let int = |value: u64| MetricValue::Int(i64::try_from(value).unwrap_or(i64::MAX));
    let counter = |name: &'static str| {
        let value = world.counters().get(name).copied().unwrap_or(0);
        (Label::from(name), int(value))
    };
    let mean = |name: &'static str| {
        let mean = world.samples().get(name).and_then(|summary| summary.mean());
        (Label::from(name), MetricValue::Float(mean.unwrap_or(0.0)))
    };
    let mut metrics: Metrics = [READS_OK, READS_FAILED, WRITES_OK, WRITES_FAILED]
        .map(counter)
        .into();
    metrics.push(("stale_reads".into(), int(ledger.stale_reads().into())));
    metrics.push(("version".into(), int(ledger.version().into())));
    for (node, held) in scene.system.copies(world) {
        let name = format!("node.{}.version", node.0);
        metrics.push((name.into(), int(held.version.into())));
    }
    let behind = |held: u32| held < ledger.version();
    let behind = scene
        .system
        .copies(world)
        .filter(|(_, held)| behind(held.version));
    metrics.extend([
        ("nodes_behind".into(), int(behind.count() as u64)),
        mean(READ_MS),
        mean(WRITE_MS),
        counter(REPAIRS),
        ("hints".into(), int(world.disk(CLIENT).hints.len() as u64)),
        counter(HINTS_DELIVERED),
        ("messages_sent".into(), int(world.counts().sent)),
    ]);
    metrics
}

/// The last line of an operation, as the guide's program prints it.
pub(super) fn result(one: &Operation, setup: &Setup) -> String {
    let (letter, quorum) = match one.kind {
        Kind::Read => ("R", setup.r),
        Kind::Write(_) => ("W", setup.w),
    };
    let (count, all) = (one.replies.len() as u32, setup.n);
    if let (Kind::Write(new), true) = (&one.kind, one.refused) {
        return format!(
            "Result: FAILURE. Version {} is older than what the nodes hold.",
            new.version
        );
    }
    let Some(answer) = &one.answer else {
        return format!(
            "Result: FAILURE. Only {count}/{all} nodes alive. {letter}={quorum} not met."
        );
    };
    let met = if count < all { " (Quorum Met)" } else { "" };
    let (verb, at) = match one.kind {
        Kind::Read => ("Got", "from"),
        Kind::Write(_) => ("Stored", "on"),
    };
    let names: Vec<String> = replied(one)
        .iter()
        .map(|node| format!("'Node {node}'"))
        .collect();
    format!(
        "Result: SUCCESS{met}. {verb} Version {} {at} [{}]",
        answer.version,
        names.join(", ")
    )
}

/// The nodes that replied, by number.
pub(super) fn replied(one: &Operation) -> Vec<NodeId> {
    let mut nodes: Vec<NodeId> = one.replies.iter().map(|(node, _)| *node).collect();
    nodes.sort_unstable();
    nodes
}

/// What the guide's program prints, for whatever happened in this run.
pub(super) fn text(scene: &Scene<Quorum>) -> String {
    let system = &scene.system;
    let story = system.ledger.story();
    let skipped = story.len().saturating_sub(STEPS_MAX);
    let told = &story[skipped..];
    let shown = told.iter().filter(|step| matches!(step, Step::Done { .. }));
    let earlier = system.ledger.operations() as usize - shown.count();
    let mut out = String::new();
    if earlier > 0 {
        let _ = writeln!(
            out,
            "... {} earlier operations ...",
            grouped(earlier as u64)
        );
    } else if !matches!(told.first(), Some(Step::Crashed { .. })) {
        out.push_str("--- SYSTEM HEALTHY ---\n");
    }
    for step in told {
        tell(step, system, &mut out);
    }
    if system.totals {
        let counter = |name: &str| scene.world.counters().get(name).copied().unwrap_or(0);
        let _ = writeln!(
            out,
            "\nReads: {} ok, {} failed, {} stale. Writes: {} ok, {} failed.",
            counter(READS_OK),
            counter(READS_FAILED),
            system.ledger.stale_reads(),
            counter(WRITES_OK),
            counter(WRITES_FAILED),
        );
    }
    out
}

fn tell(step: &Step, system: &Quorum, out: &mut String) {
    let name = |node: NodeId| match node {
        CLIENT => "THE CLIENT".to_string(),
        node => format!("NODE {node}"),
    };
    let blank = if out.is_empty() { "" } else { "\n" };
    let _ = match step {
        Step::Crashed { node, first } => {
            let word = if *first { "DISASTER" } else { "CATASTROPHE" };
            writeln!(out, "{blank}--- 💥 {word}: KILLING {} ---", name(*node))
        }
        Step::Restarted(node) => {
            writeln!(
                out,
                "{blank}--- 🔄 RECOVERY: RESTARTING {} ---",
                name(*node)
            )
        }
        Step::Done { operation, stale } => {
            write_operation(operation, *stale, system, out);
            Ok(())
        }
    };
}

fn write_operation(one: &Operation, stale: Option<u32>, system: &Quorum, out: &mut String) {
    let setup = &system.setup;
    let _ = match &one.kind {
        Kind::Read => writeln!(
            out,
            "Requesting key '{KEY}' from all nodes (R={})...",
            setup.r
        ),
        Kind::Write(new) => writeln!(
            out,
            "Writing key '{KEY}' = '{}' as Version {} to all nodes (W={})...",
            new.value, new.version, setup.w
        ),
    };
    let replied = replied(one);
    for node in (1..=setup.n).map(NodeId) {
        if !replied.contains(&node) {
            let _ = writeln!(out, "  ❌ Node {node} is DOWN");
        }
    }
    let _ = writeln!(out, "{}", result(one, setup));
    if let Some(version) = stale {
        let _ = writeln!(out, "  ⚠️ STALE: Version {version} had been acknowledged");
    }
}
