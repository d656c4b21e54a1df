//! What there is to see: the nodes with their leader, who led when, how many led over time, and
//! the last lines of the log.

use faultline_sim::{Flight, NodeId, Status, Time};
use faultline_view::{
    Column, Figure, Label, Lane, LaneSpan, LaneWeight, Lanes, Panel, Series, SeriesLine, Table,
    Tone, Topology, TopologyNode, View,
};

use super::Bully;
use super::message::{Message, id};
use super::process::{Node, Stage};
use super::watch::{Role, followers, leaders, running};
use crate::text::listed;
use crate::{Scene, topology};

/// Nodes' colours, without the palette's grey.
const COLOURS: u32 = 7;
/// Lines of the log that are shown, the latest.
const LOG_ROWS: usize = 8;

pub(super) fn view(scene: &Scene<Bully>) -> View {
    // Two clusters side by side differ in this.
    let title = if scene.world.config().polls_ask_role {
        "Polls ask who leads"
    } else {
        "Polls ask for life"
    };
    View {
        title: title.into(),
        subtitle: scene.system.subtitle.clone(),
        figures: figures(scene),
        panels: vec![
            Panel::Topology(cluster(scene)),
            Panel::Lanes(history(scene)),
            Panel::Series(course(scene)),
            Panel::Table(log(scene)),
        ],
    }
}

fn figures(scene: &Scene<Bully>) -> Vec<Figure> {
    let (world, watch) = (&scene.world, &scene.system.watch);
    let found: Vec<NodeId> = leaders(world).collect();
    let running = running(world);
    let leader = match found.as_slice() {
        [] => Figure {
            value: "No node".into(),
            unit: "leads".into(),
            detail: format!("{running} nodes run").into(),
        },
        [one] => Figure {
            value: format!("Node {}", id(*one)).into(),
            unit: "leads".into(),
            detail: format!("{} of {running} follow it", followers(world, *one)).into(),
        },
        several => Figure {
            value: several.len().to_string().into(),
            unit: "leaders at once".into(),
            detail: format!("nodes {}", listed(several.iter().copied().map(id), "and")).into(),
        },
    };
    let seconds = |span: faultline_sim::Span| span.as_secs_f64();
    let without = Figure {
        value: format!("{:.1}", seconds(watch.leaderless(world.now()))).into(),
        unit: "s without a leader".into(),
        detail: format!(
            "{:.1} s with two or more",
            seconds(watch.doubled(world.now()))
        )
        .into(),
    };
    vec![leader, without]
}

/// Every node has a colour, and who follows it wears it: two camps show as two colours.
fn colour(leader: NodeId) -> Tone {
    Tone::Series((leader.0 % COLOURS) as u8)
}

fn cluster(scene: &Scene<Bully>) -> Topology {
    let world = &scene.world;
    let node = |node: NodeId| {
        let state = world.node(node);
        let down = world.status(node) == Some(Status::Down);
        let leads = !down && state.leader() == Some(node);
        let (caption, tone): (Label, Tone) = match (state.stage(), state.leader()) {
            _ if down => ("down".into(), Tone::Muted),
            (_, Some(_)) if leads => ("leader".into(), colour(node)),
            (Stage::Asking, _) => ("asks above".into(), Tone::Accent),
            (Stage::Waiting, _) => ("waits for a leader".into(), Tone::Accent),
            (Stage::None, Some(leader)) => {
                (format!("follows {}", id(leader)).into(), colour(leader))
            }
            (Stage::None, None) => ("no leader".into(), Tone::Muted),
        };
        Some(TopologyNode {
            label: scene.system.names[node.index()].clone(),
            caption,
            tone,
            lead: leads,
            ..TopologyNode::default()
        })
    };
    let message_tone = |flight: &Flight<'_, Message>| match flight.message {
        Message::Election => Tone::Accent,
        Message::Answer => Tone::Ink,
        Message::Coordinator => colour(flight.from),
        Message::Poll { .. } | Message::PollReply { .. } => Tone::Muted,
    };
    let names = &scene.system.names;
    topology::<Node>(world, names, Label::default(), node, message_tone)
}

fn column(label: &str, numeric: bool) -> Column {
    Column {
        label: label.into(),
        numeric,
    }
}

/// Who led when, and whom the others followed.
fn history(scene: &Scene<Bully>) -> Lanes {
    let now = scene.world.now();
    let [leads, searches, paused, down] =
        ["leads", "knows no leader", "frozen", "down"].map(Label::from);
    let lane = |node: NodeId| {
        let spans = scene.system.watch.roles_of(node, now);
        let span = |(role, from, to): (Role, Time, Time)| {
            let (label, tone, weight) = match role {
                Role::Leads => (leads.clone(), colour(node), LaneWeight::Thick),
                Role::Follows(leader) => {
                    let label = format!("follows {}", id(leader)).into();
                    (label, colour(leader), LaneWeight::Thin)
                }
                Role::Searches => (searches.clone(), Tone::Accent, LaneWeight::Broken),
                Role::Paused => (paused.clone(), Tone::Ink, LaneWeight::Broken),
                Role::Down => (down.clone(), Tone::Hair, LaneWeight::Thin),
            };
            LaneSpan {
                from: from.as_secs_f64(),
                to: to.as_secs_f64(),
                label,
                tone,
                weight,
            }
        };
        Lane {
            label: format!("Node {}", id(node)).into(),
            spans: spans.map(span).collect(),
        }
    };
    // The highest on top, as it is in rank.
    let nodes = (0..scene.world.node_count()).rev().map(NodeId);
    Lanes {
        title: "Who leads (thick), and who follows whom".into(),
        x_label: "s".into(),
        to: now.as_secs_f64(),
        lanes: nodes.map(lane).collect(),
    }
}

fn log(scene: &Scene<Bully>) -> Table {
    let log = scene.system.watch.log();
    let last = &log[log.len().saturating_sub(LOG_ROWS)..];
    let row = |(at, node, line): &(Time, NodeId, _)| {
        vec![
            format!("{:.2}", at.as_secs_f64()).into(),
            format!("Node {}", id(*node)).into(),
            super::message::Line::to_string(line).into(),
        ]
    };
    Table {
        title: "What the nodes say".into(),
        columns: vec![
            column("time (s)", true),
            column("node", false),
            column("line", false),
        ],
        rows: last.iter().map(row).collect(),
    }
}

/// How many led over time, beside the one there should be.
fn course(scene: &Scene<Bully>) -> Series {
    let now = scene.world.now().as_secs_f64();
    let mut points: Vec<(f64, f64)> = Vec::new();
    for &(at, count) in scene.system.watch.chart() {
        points.push((at.as_secs_f64(), f64::from(count)));
    }
    points.extend(points.last().map(|(_, level)| (now, *level)));
    let line = |label: &str, tone, points, expected: bool| SeriesLine {
        label: label.into(),
        tone,
        points,
        // A node leads at once.
        step: !expected,
        expected,
    };
    Series {
        title: "Leaders".into(),
        x_label: "time (s)".into(),
        y_label: "leaders".into(),
        lines: vec![
            line("leaders", Tone::Accent, points, false),
            line(
                "at most one",
                Tone::Muted,
                vec![(0.0, 1.0), (now, 1.0)],
                true,
            ),
        ],
        marks: Vec::new(),
    }
}
