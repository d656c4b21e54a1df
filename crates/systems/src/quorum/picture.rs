//! What there is to see: client and nodes with their versions, whether the quorums overlap, the
//! last operations, and how many reads were stale.

use faultline_sim::{Flight, NodeId};
use faultline_view::{
    Bar, Bars, Column, Figure, Label, Panel, Series, SeriesLine, Table, Tone, Topology,
    TopologyNode, View,
};

use super::client::{Kind, Operation, READS_FAILED, READS_OK, WRITES_FAILED, WRITES_OK};
use super::ledger::Step;
use super::message::{Message, Versioned};
use super::process::{CLIENT, Machine};
use super::{Quorum, report};
use crate::text::{grouped, listed};
use crate::{Scene, status, topology};

/// Operations that are shown, the latest.
const OPERATION_ROWS: usize = 8;
/// Nodes that replied are named up to so many.
const REPLIES_LISTED_MAX: u32 = 4;

pub(super) fn view(scene: &Scene<Quorum>) -> View {
    View {
        title: "Quorum".into(),
        subtitle: scene.system.subtitle.clone(),
        figures: vec![overlap(scene), reads(scene)],
        panels: vec![
            Panel::Topology(machines(scene)),
            Panel::Table(operations(scene)),
            Panel::Bars(versions(scene)),
            Panel::Series(course(scene)),
            Panel::Table(copies(scene)),
        ],
    }
}

/// Whether every read must meet the last write.
fn overlap(scene: &Scene<Quorum>) -> Figure {
    let setup = &scene.system.setup;
    let (n, r, w) = (setup.n, setup.r, setup.w);
    let (sign, unit, detail) = if r > n || w > n {
        (
            ">",
            "more than there are",
            "no node can stand in for one that does not exist",
        )
    } else if r + w > n {
        (">", "R + W > N", "every read meets the last write")
    } else {
        ("≤", "R + W ≤ N", "a read can miss the last write")
    };
    let value = if r > n {
        format!("R {r} {sign} N {n}")
    } else if w > n {
        format!("W {w} {sign} N {n}")
    } else {
        format!("{r} + {w} {sign} {n}")
    };
    Figure {
        value: value.into(),
        unit: unit.into(),
        detail: detail.into(),
    }
}

fn reads(scene: &Scene<Quorum>) -> Figure {
    let counter = |name: &str| scene.world.counters().get(name).copied().unwrap_or(0);
    let of = |ok: &str, failed: &str| {
        let ok = counter(ok);
        (grouped(ok), grouped(ok + counter(failed)))
    };
    let (read, reads) = of(READS_OK, READS_FAILED);
    let (written, writes) = of(WRITES_OK, WRITES_FAILED);
    let stale = u64::from(scene.system.ledger.stale_reads());
    // Where nothing writes of its own accord, the question is whether reads succeed at all.
    if scene.system.setup.workload.is_some() {
        let unit = if stale == 1 {
            "stale read"
        } else {
            "stale reads"
        };
        Figure {
            value: grouped(stale).into(),
            unit: unit.into(),
            detail: format!("{read} of {reads} reads ok · {written} of {writes} writes ok").into(),
        }
    } else {
        Figure {
            value: read.into(),
            unit: format!("of {reads} reads ok").into(),
            detail: format!("{} stale · {written} of {writes} writes ok", grouped(stale)).into(),
        }
    }
}

/// A copy's tone: as new as the last acknowledged write, or behind it.
fn tone(scene: &Scene<Quorum>, held: &Versioned) -> Tone {
    if held.version >= scene.system.ledger.version() {
        Tone::Ok
    } else {
        Tone::Bad
    }
}

fn machines(scene: &Scene<Quorum>) -> Topology {
    let system = &scene.system;
    let node = |id: NodeId| {
        if id == CLIENT {
            let setup = &system.setup;
            return Some(TopologyNode {
                label: "C".into(),
                caption: format!("client, R {} W {}", setup.r, setup.w).into(),
                tone: Tone::Ink,
                place: Some((0.5, 0.5)),
                ..TopologyNode::default()
            });
        }
        let held = &scene.world.disk(id).held;
        Some(TopologyNode {
            label: system.names[id.index()].clone(),
            caption: format!("version {}", held.version).into(),
            tone: tone(scene, held),
            place: Some(around(id.0 - 1, system.setup.n)),
            ..TopologyNode::default()
        })
    };
    let message_tone = |flight: &Flight<'_, Message>| match flight.message {
        Message::Write { .. } | Message::Repair { .. } | Message::Hint { .. } => Tone::Accent,
        Message::ReadReply { .. } | Message::WriteReply { .. } | Message::HintReply { .. } => {
            Tone::Ok
        }
        Message::Read { .. } => Tone::Ink,
    };
    let mut picture = topology::<Machine>(
        &scene.world,
        &system.names,
        Label::default(),
        node,
        message_tone,
    );
    // The client is the first; nodes do not speak to each other.
    picture.links.retain(|link| link.a == 0 || link.b == 0);
    picture
}

/// The place of one of `count` nodes on a circle, the first at the top, clockwise.
fn around(position: u32, count: u32) -> (f32, f32) {
    const RADIUS: f64 = 0.5;
    let turn = f64::from(position) / f64::from(count.max(1));
    let angle = turn * 2.0 * std::f64::consts::PI;
    let (x, y) = (
        0.5 + RADIUS * libm::sin(angle),
        0.5 - RADIUS * libm::cos(angle),
    );
    (x as f32, y as f32)
}

fn column(label: &str, numeric: bool) -> Column {
    Column {
        label: label.into(),
        numeric,
    }
}

/// The last operations, the latest first.
fn operations(scene: &Scene<Quorum>) -> Table {
    let done = scene.system.ledger.story().iter().rev();
    let mut done: Vec<(&Operation, Option<u32>)> = done
        .filter_map(|step| match step {
            Step::Done { operation, stale } => Some((&**operation, *stale)),
            _ => None,
        })
        .take(OPERATION_ROWS)
        .collect();
    done.sort_by_key(|(one, _)| std::cmp::Reverse((one.started, one.request)));
    let row = |(one, stale): (&Operation, Option<u32>)| -> Vec<Label> {
        let result = match (&one.kind, &one.answer, stale) {
            (Kind::Read, Some(answer), None) => format!("version {}", answer.version),
            (Kind::Read, Some(answer), Some(newer)) => {
                format!("stale: {}, not {newer}", answer.version)
            }
            (Kind::Read, None, _) => "failed".into(),
            (Kind::Write(new), Some(_), _) => format!("stored {}", new.version),
            (Kind::Write(new), None, _) => format!("failed {}", new.version),
        };
        let kind = match one.kind {
            Kind::Read => "read",
            Kind::Write(_) => "write",
        };
        vec![
            format!("{:.2}", one.started.as_secs_f64()).into(),
            kind.into(),
            result.into(),
            replies(one, scene.system.setup.n).into(),
        ]
    };
    Table {
        title: "Operations, the latest first".into(),
        columns: vec![
            column("time (s)", true),
            column("operation", false),
            column("result", false),
            column("replies from", false),
        ],
        rows: done.into_iter().map(row).collect(),
    }
}

/// The nodes that replied, in few words.
fn replies(one: &Operation, n: u32) -> String {
    let replied = report::replied(one);
    match replied.len() as u32 {
        0 => "none".into(),
        count if count == n => format!("all {n}"),
        1..=REPLIES_LISTED_MAX => listed(replied, "and"),
        count => format!("{count} of {n}"),
    }
}

fn versions(scene: &Scene<Quorum>) -> Bars {
    let expected = f64::from(scene.system.ledger.version());
    let bar = |(node, held): (NodeId, &Versioned)| Bar {
        label: format!("Node {node}").into(),
        tone: tone(scene, held),
        value: f64::from(held.version),
        text: held.version.to_string().into(),
        expected: Some(expected),
    };
    Bars {
        title: "Version on each disk".into(),
        unit: Label::default(),
        bars: scene.system.copies(&scene.world).map(bar).collect(),
    }
}

fn copies(scene: &Scene<Quorum>) -> Table {
    let row = |(node, held): (NodeId, &Versioned)| -> Vec<Label> {
        let status = match status(&scene.world, node) {
            faultline_view::NodeStatus::Up => "up",
            faultline_view::NodeStatus::Down => "down",
            faultline_view::NodeStatus::Paused => "paused",
        };
        vec![
            format!("Node {node}").into(),
            status.into(),
            held.version.to_string().into(),
            held.value.clone(),
        ]
    };
    Table {
        title: "Copies".into(),
        columns: vec![
            column("node", false),
            column("status", false),
            column("version", true),
            column("value", false),
        ],
        rows: scene.system.copies(&scene.world).map(row).collect(),
    }
}

/// Reads and stale reads over time.
fn course(scene: &Scene<Quorum>) -> Series {
    let now = scene.world.now().as_secs_f64();
    let chart = scene.system.ledger.chart();
    let line = |label: &str, tone, value: fn(&(faultline_sim::Time, u32, u32)) -> u32| {
        let mut points: Vec<(f64, f64)> = Vec::with_capacity(chart.len() * 2 + 1);
        for one in chart {
            let at = one.0.as_secs_f64();
            points.extend(points.last().map(|(_, level)| (at, *level)));
            points.push((at, f64::from(value(one))));
        }
        points.extend(points.last().map(|(_, level)| (now, *level)));
        SeriesLine {
            label: label.into(),
            tone,
            points,
            expected: false,
        }
    };
    Series {
        title: "Reads".into(),
        x_label: "time (s)".into(),
        y_label: "reads".into(),
        lines: vec![
            line("answered", Tone::Accent, |one| one.1),
            line("stale", Tone::Bad, |one| one.2),
        ],
        marks: Vec::new(),
    }
}
