//! What there is to see: client and nodes with their versions, whether the quorums overlap, the
//! last operations, and how many reads were stale.

use faultline_sim::{Flight, NodeId, Time};
use faultline_view::{
    Bar, Bars, Column, Figure, Label, Panel, Series, SeriesLine, Table, Tone, Topology,
    TopologyCell, TopologyNode, View,
};

use super::client::{Kind, Operation, READS_FAILED, READS_OK, WRITES_FAILED, WRITES_OK};
use super::ledger::Step;
use super::message::{Message, Versioned};
use super::process::{CLIENT, Machine};
use super::{Quorum, report};
use crate::text::{grouped, listed, shortened};
use crate::{Scene, status, topology};

/// Operations that are shown, the latest.
const OPERATION_ROWS: usize = 8;
/// Up to so many nodes stand in a row beneath the client.
const ROW_MAX: u32 = 5;
/// How far the row's middle of a node reaches to either side, and how much higher its ends are.
const ROW_WIDTH: f32 = 0.62;
const ROW_RISE: f32 = 0.7;
/// Characters of a value that stand beneath a node.
const VALUE_CHARS_SHOWN: usize = 12;
/// Nodes that replied are named up to so many.
const REPLIES_LISTED_MAX: u32 = 4;

pub(super) fn view(scene: &Scene<Quorum>) -> View {
    View {
        title: scene.system.title.clone(),
        subtitle: scene.system.subtitle.clone(),
        figures: vec![overlap(scene), reads(scene)],
        panels: vec![
            Panel::Topology(machines(scene)),
            Panel::Bars(sum(scene)),
            Panel::Table(sets(scene)),
            Panel::Table(operations(scene)),
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

/// The operation in progress, or the last one, with the number of replies that it needs.
fn latest(scene: &Scene<Quorum>) -> Option<(&Operation, usize)> {
    let Machine::Client(client) = scene.world.node(CLIENT) else {
        return None;
    };
    let one = client.latest()?;
    let setup = &scene.system.setup;
    let needed = match one.kind {
        Kind::Read => setup.r,
        Kind::Write(_) => setup.w,
    };
    Some((one, needed as usize))
}

/// What the client is about: "writes v3, 1 of 2 stored".
fn client_caption(scene: &Scene<Quorum>) -> String {
    let setup = &scene.system.setup;
    let Some((one, needed)) = latest(scene) else {
        return format!("client, R {} W {}", setup.r, setup.w);
    };
    let count = one.replies.len().min(needed);
    match &one.kind {
        Kind::Read => format!("reads, {count} of {needed}"),
        Kind::Write(new) => format!("writes v{}, {count} of {needed}", new.version),
    }
}

/// What a node did for the last operation: in its quorum, too late for it, or nothing yet.
fn part(latest: Option<(&Operation, usize)>, node: NodeId) -> &'static str {
    let Some((one, needed)) = latest else {
        return "";
    };
    match one.replies.iter().position(|(other, _)| *other == node) {
        Some(order) if order >= needed => "late",
        Some(_) if one.kind == Kind::Read => "read",
        Some(_) => "stored",
        None => "",
    }
}

fn machines(scene: &Scene<Quorum>) -> Topology {
    let system = &scene.system;
    let latest = latest(scene);
    let node = |id: NodeId| {
        if id == CLIENT {
            return Some(TopologyNode {
                label: "C".into(),
                caption: client_caption(scene).into(),
                tone: Tone::Ink,
                place: Some(client_place(system.setup.n)),
                ..TopologyNode::default()
            });
        }
        let held = &scene.world.disk(id).held;
        let fresh = held.version >= system.ledger.version();
        Some(TopologyNode {
            label: system.names[id.index()].clone(),
            state: part(latest, id).into(),
            caption: if held.version == 0 {
                "empty".into()
            } else {
                shortened(&held.value, VALUE_CHARS_SHOWN).into()
            },
            cells: vec![TopologyCell {
                label: format!("v{}", held.version).into(),
                tone: tone(scene, held),
                solid: fresh,
            }],
            tone: tone(scene, held),
            place: Some(node_place(id.0 - 1, system.setup.n)),
            ..TopologyNode::default()
        })
    };
    let message_tone = |flight: &Flight<'_, Message>| match flight.message {
        Message::Write { .. } | Message::Repair { .. } | Message::Hint { .. } => Tone::Accent,
        // A reply that says something old is what makes a read stale.
        Message::ReadReply { held, .. } => tone(scene, held),
        Message::WriteReply { .. } | Message::HintReply { .. } => Tone::Ok,
        Message::Read { .. } => Tone::Series(0),
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

/// The client stands above its nodes; among many, in their middle.
fn client_place(count: u32) -> (f32, f32) {
    let y = if count <= ROW_MAX { 0.0 } else { 0.5 };
    (0.5, y)
}

/// The place of one of `count` nodes: in a hanging row, or, of many, on a circle from the top
/// clockwise.
fn node_place(position: u32, count: u32) -> (f32, f32) {
    if count <= ROW_MAX {
        let x = (position as f32 + 0.5) / count.max(1) as f32;
        // The outer ones hang higher, so that all are about as far from the client.
        let aside = 2.0 * x - 1.0;
        return (0.5 + aside * ROW_WIDTH, 1.0 - ROW_RISE * aside * aside);
    }
    let turn = f64::from(position) / f64::from(count);
    let angle = turn * 2.0 * std::f64::consts::PI;
    let (x, y) = (libm::sin(angle), -libm::cos(angle));
    ((0.5 + 0.5 * x) as f32, (0.5 + 0.5 * y) as f32)
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

/// R + W beside N: the longer bar decides whether a read can miss a write.
fn sum(scene: &Scene<Quorum>) -> Bars {
    let setup = &scene.system.setup;
    let (both, n) = (setup.r + setup.w, setup.n);
    let bar = |label: String, tone, value: u32| Bar {
        label: label.into(),
        tone,
        value: f64::from(value),
        text: value.to_string().into(),
        expected: None,
    };
    let tone = if both > n { Tone::Ok } else { Tone::Bad };
    Bars {
        title: if both > n {
            "R + W is more than N: they overlap"
        } else {
            "R + W is not more than N: they may miss"
        }
        .into(),
        unit: "nodes".into(),
        bars: vec![
            bar("R + W".into(), tone, both),
            bar("N".into(), Tone::Muted, n),
        ],
    }
}

/// Which nodes made up the last write and the last read, and which were in both.
fn sets(scene: &Scene<Quorum>) -> Table {
    let setup = &scene.system.setup;
    let last = |read: bool| {
        let story = scene.system.ledger.story().iter().rev();
        let mut operations = story.filter_map(|step| match step {
            Step::Done { operation, .. } => Some(&**operation),
            _ => None,
        });
        operations.find(|one| (one.kind == Kind::Read) == read)
    };
    let (write, read) = (last(false), last(true));
    let order = |one: Option<&Operation>, node: NodeId| {
        let replies = &one?.replies;
        replies.iter().position(|(other, _)| *other == node)
    };
    let row = |name: &str, one: Option<&Operation>, needed: u32| {
        let cell = |node: NodeId| match order(one, node) {
            Some(order) if order < needed as usize => "●",
            Some(_) => "late",
            None => "–",
        };
        row_of(name, setup.n, cell)
    };
    let within = |one, node, needed: u32| order(one, node).is_some_and(|it| it < needed as usize);
    let both = |node: NodeId| {
        let met = within(write, node, setup.w) && within(read, node, setup.r);
        if met { "●" } else { "–" }
    };
    let nodes = (1..=setup.n).map(|node| column(&node.to_string(), false));
    Table {
        title: "Who made up the last quorums".into(),
        columns: std::iter::once(column("node", false))
            .chain(nodes)
            .collect(),
        rows: vec![
            row("write", write, setup.w),
            row("read", read, setup.r),
            row_of("both", setup.n, both),
        ],
    }
}

fn row_of(name: &str, n: u32, cell: impl Fn(NodeId) -> &'static str) -> Vec<Label> {
    let cells = (1..=n).map(|node| cell(NodeId(node)).into());
    std::iter::once(name.into()).chain(cells).collect()
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
    let line = |label: &str, tone, value: fn(&(Time, u32, u32)) -> u32| {
        let point = |one: &(Time, u32, u32)| (one.0.as_secs_f64(), f64::from(value(one)));
        let mut points: Vec<(f64, f64)> = chart.iter().map(point).collect();
        points.extend(points.last().map(|(_, level)| (now, *level)));
        SeriesLine {
            label: label.into(),
            tone,
            points,
            step: true,
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
