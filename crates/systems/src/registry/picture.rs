//! What there is to see: the registry amid its nodes, its table with the times counting, and
//! when which node was listed.

use faultline_sim::{Flight, NodeId, Span, Time};
use faultline_view::{
    Bar, Bars, Column, Figure, Label, Lane, LaneSpan, LaneWeight, Lanes, Panel, Series, SeriesLine,
    Table, Tone, Topology, TopologyCell, TopologyNode, View,
};

use super::Registry;
use super::client::{CALLS, CALLS_FAILED, Outcome};
use super::message::Message;
use super::process::{EXPIRED, Machine, NOT_FOUND, REGISTRY, name, port};
use super::report::{NOBODY, age, counter};
use super::table::Entry;
use super::watch::{Role, table};
use crate::text::grouped;
use crate::{Scene, topology};

/// Up to so many nodes each has a caption, a row and a lane of its own.
const ROWS_MAX: u32 = 16;
/// Up to so many nodes the stage says when each was heard of; of more, only the table does.
const AGES_MAX: u32 = 6;
/// From so many heartbeats without one on, an entry looks old.
const OLD_HEARTBEATS: f64 = 1.25;
/// How much of the circle the nodes share, turns; the client stands in the rest.
const ARC: f64 = 0.75;
/// Up to so many nodes stand at the registry's sides, a little lower.
const ROW_MAX: u32 = 2;
const ROW_Y: f32 = 0.15;

pub(super) fn view(scene: &Scene<Registry>) -> View {
    let over_time = if scene.world.config().nodes <= ROWS_MAX {
        Panel::Lanes(history(scene))
    } else {
        Panel::Series(course(scene))
    };
    View {
        title: scene.system.title.clone(),
        subtitle: scene.system.subtitle.clone(),
        figures: vec![listed(scene), calls(scene)],
        panels: vec![
            Panel::Topology(machines(scene)),
            Panel::Table(entries(scene)),
            over_time,
            Panel::Bars(expiries(scene)),
        ],
    }
}

fn plural(count: u32, one: &str, many: &str) -> String {
    let word = if count == 1 { one } else { many };
    format!("{} {word}", grouped(count.into()))
}

fn listed(scene: &Scene<Registry>) -> Figure {
    let watch = &scene.system.watch;
    let (listed, missing) = (watch.count(Role::Listed), watch.count(Role::Missing));
    let dead = plural(watch.count(Role::Dead), "dead entry", "dead entries");
    Figure {
        value: grouped(listed.into()).into(),
        unit: format!(
            "of {} listed",
            plural(listed + missing, "running node", "running nodes")
        )
        .into(),
        detail: format!(
            "{dead} · {} expired, {} of them running",
            grouped(counter(scene, EXPIRED)),
            grouped(watch.expired_running().into())
        )
        .into(),
    }
}

fn calls(scene: &Scene<Registry>) -> Figure {
    let dead = scene.system.watch.calls_to_dead();
    Figure {
        value: grouped(counter(scene, CALLS_FAILED)).into(),
        unit: format!("of {} calls failed", grouped(counter(scene, CALLS))).into(),
        detail: format!("{} went to the dead or frozen", grouped(dead.into())).into(),
    }
}

/// The registry in the middle, the client beneath it, one or two nodes at the registry's sides,
/// more in an arc above it.
fn place(node: NodeId, nodes: u32) -> (f32, f32) {
    if node == REGISTRY {
        return if nodes <= ROW_MAX {
            (0.5, 0.0)
        } else {
            (0.5, 0.45)
        };
    }
    if node.0 <= nodes && nodes <= ROW_MAX {
        return (if node.0 == 1 { 0.0 } else { 1.0 }, ROW_Y);
    }
    let turn = if node.0 > nodes {
        0.5
    } else {
        // An even number of places, so that none is at the top: there the registry would stand
        // in the client's way.
        let places = f64::from(nodes.next_multiple_of(2));
        (f64::from(node.0) - 0.5) / places * ARC - ARC / 2.0
    };
    let angle = turn * 2.0 * std::f64::consts::PI;
    let (x, y) = (libm::sin(angle), -libm::cos(angle));
    ((0.5 + 0.5 * x) as f32, (0.5 + 0.5 * y) as f32)
}

/// Whether an entry has missed a heartbeat.
fn is_old(scene: &Scene<Registry>, entry: &Entry) -> bool {
    let fresh = scene.world.config().heartbeat_every.scaled(OLD_HEARTBEATS);
    scene.world.now().since(entry.last_seen) > fresh
}

fn machines(scene: &Scene<Registry>) -> Topology {
    let (world, system) = (&scene.world, &scene.system);
    let nodes = world.config().nodes;
    let few = nodes <= ROWS_MAX;
    let table = table(world);
    let node = |id: NodeId| {
        let mut shown = TopologyNode {
            place: Some(place(id, nodes)),
            ..TopologyNode::default()
        };
        match world.node(id) {
            Machine::Registry(_) => {
                shown.label = "R".into();
                let entries = plural(system.watch.listed(), "entry", "entries");
                shown.caption = format!("registry, {entries}").into();
            }
            Machine::Client(client) => {
                let outcome = client.outcome();
                shown.label = "C".into();
                shown.caption = format!("client: {}", super::inspect::outcome(outcome)).into();
                shown.tone = match outcome {
                    Outcome::Silent(_) | Outcome::RegistrySilent | Outcome::Nobody => Tone::Bad,
                    _ => Tone::Series(0),
                };
            }
            Machine::Node(_) => {
                let (tone, words) = match system.watch.role(id) {
                    Some(Role::Listed) => (Tone::Ok, "listed"),
                    Some(Role::Dead) => (Tone::Bad, "still listed"),
                    Some(Role::Missing) => (Tone::Accent, "not listed"),
                    Some(Role::Gone) | None => (Tone::Muted, "not listed"),
                };
                shown.tone = tone;
                shown.filled = tone == Tone::Ok;
                shown.label = id.0.to_string().into();
                if few {
                    shown.caption = format!("{}, {words}", name(id)).into();
                }
                if nodes <= AGES_MAX {
                    shown.cells = cells(scene, table.and_then(|table| table.get(id)));
                }
            }
        }
        Some(shown)
    };
    let message_tone = |flight: &Flight<'_, Message>| match flight.message {
        Message::Register | Message::Registered => Tone::Accent,
        Message::Heartbeat => Tone::Ok,
        Message::HeartbeatReply { status } if *status == NOT_FOUND => Tone::Bad,
        Message::HeartbeatReply { .. } => Tone::Muted,
        Message::Lookup { .. } | Message::Entries { .. } => Tone::Series(0),
        Message::Call { .. } | Message::CallReply { .. } => Tone::Ink,
    };
    let mut picture =
        topology::<Machine>(world, &system.names, Label::default(), node, message_tone);
    // Nodes speak to the registry, and the client to all; nodes do not speak to each other.
    let client = world.config().client().0;
    let ends = |a: u32, b: u32| a == REGISTRY.0 || b == client || b == REGISTRY.0 || a == client;
    picture.links.retain(|link| ends(link.a, link.b));
    picture
}

/// How long ago the registry has heard of a node.
fn cells(scene: &Scene<Registry>, entry: Option<&Entry>) -> Vec<TopologyCell> {
    let cell = |entry: &Entry| {
        let old = is_old(scene, entry);
        TopologyCell {
            label: age(scene.world.now(), entry).into(),
            tone: if old { Tone::Bad } else { Tone::Ok },
            solid: !old,
        }
    };
    entry.map(cell).into_iter().collect()
}

/// The table as the workshop's visualiser shows it; of a long one, who was not heard of longest.
fn entries(scene: &Scene<Registry>) -> Table {
    let column = |label: &str, numeric| Column {
        label: label.into(),
        numeric,
    };
    let now = scene.world.now();
    let mut entries: Vec<&Entry> = table(&scene.world)
        .map(|table| table.entries().iter().collect())
        .unwrap_or_default();
    let all = entries.len();
    if all > ROWS_MAX as usize {
        entries.sort_by_key(|entry| (entry.last_seen, entry.node));
        entries.truncate(ROWS_MAX as usize);
    }
    let row = |entry: &&Entry| -> Vec<Label> {
        let ttl = scene.world.config().ttl;
        let left = (entry.last_seen + ttl).since(now);
        vec![
            name(entry.node).into(),
            port(entry.node).to_string().into(),
            age(now, entry).into(),
            if left == Span::ZERO {
                "at the next look".into()
            } else {
                format!("in {:.1}s", left.as_secs_f64()).into()
            },
        ]
    };
    Table {
        title: match all {
            0 => NOBODY.into(),
            all if all > entries.len() => {
                format!("The {} of {all} entries longest unheard of", entries.len()).into()
            }
            _ => "What the registry knows".into(),
        },
        columns: vec![
            column("node", false),
            column("port", true),
            column("last seen", true),
            column("expires", true),
        ],
        rows: entries.iter().map(row).collect(),
    }
}

/// When which node ran, and when it was listed.
fn history(scene: &Scene<Registry>) -> Lanes {
    let now = scene.world.now();
    let [listed, dead, missing, gone] =
        ["listed", "dead, still listed", "runs, not listed", "off"].map(Label::from);
    let lane = |node: NodeId| {
        let span = |(role, from, to): (Role, Time, Time)| {
            let (label, tone, weight) = match role {
                Role::Listed => (&listed, Tone::Ok, LaneWeight::Thick),
                Role::Dead => (&dead, Tone::Bad, LaneWeight::Thick),
                Role::Missing => (&missing, Tone::Accent, LaneWeight::Broken),
                Role::Gone => (&gone, Tone::Hair, LaneWeight::Thin),
            };
            LaneSpan {
                from: from.as_secs_f64(),
                to: to.as_secs_f64(),
                label: label.clone(),
                tone,
                weight,
            }
        };
        Lane {
            label: name(node).into(),
            spans: scene.system.watch.roles_of(node, now).map(span).collect(),
        }
    };
    Lanes {
        title: "When each node was listed".into(),
        x_label: "s".into(),
        to: now.as_secs_f64(),
        lanes: scene.world.config().nodes().map(lane).collect(),
    }
}

/// How many were listed over time, beside how many ran.
fn course(scene: &Scene<Registry>) -> Series {
    let now = scene.world.now().as_secs_f64();
    let chart = scene.system.watch.chart();
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
        title: "Listed and running nodes".into(),
        x_label: "time (s)".into(),
        y_label: "nodes".into(),
        lines: vec![
            line("listed", Tone::Accent, |one| one.1),
            line("running", Tone::Muted, |one| one.2),
        ],
        marks: Vec::new(),
    }
}

/// Whom the registry took out rightly, and whom wrongly beside what theory expects.
fn expiries(scene: &Scene<Registry>) -> Bars {
    let watch = &scene.system.watch;
    let wrong = u64::from(watch.expired_running());
    let right = counter(scene, EXPIRED) - wrong;
    let expected = watch.expired_running_expected(scene.world.now());
    let bar = |label: &str, tone, value: u64, expected| Bar {
        label: label.into(),
        tone,
        value: value as f64,
        text: grouped(value).into(),
        expected,
    };
    Bars {
        title: "Entries that expired".into(),
        unit: "entries".into(),
        bars: vec![
            bar("stopped", Tone::Ok, right, None),
            bar("running", Tone::Bad, wrong, Some(expected)),
        ],
    }
}
