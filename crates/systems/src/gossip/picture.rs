//! What there is to see: who knows the news, the spread beside the logistic curve, the rows of
//! the workshop's visualiser.

use faultline_sim::{Flight, NodeId, Time};
use faultline_view::{
    Bar, Bars, Column, Figure, Label, NodeStatus, Panel, Series, SeriesLine, SeriesMark, Table,
    Tone, Topology, TopologyCell, TopologyNode, View,
};

use super::message::Message;
use super::process::Node;
use super::watch::{Census, is_live};
use super::{Gossip, report};
use crate::text::grouped;
use crate::{Scene, topology};

/// Up to so many nodes each has a caption and a row of its own.
const ROWS_MAX: u32 = 16;
/// Up to so many nodes each shows its version vector.
const CELLS_MAX: u32 = 6;
/// Points of the logistic curve.
const CURVE_POINTS: u32 = 64;
/// The curve goes on so far beyond its expected end.
const CURVE_BEYOND: f64 = 1.25;

pub(super) fn view(scene: &Scene<Gossip>) -> View {
    let census = scene.system.watch.census(&scene.world);
    let nodes = scene.world.node_count();
    let rows = if nodes <= ROWS_MAX {
        Panel::Table(table(scene))
    } else {
        Panel::Bars(shares(nodes, census))
    };
    View {
        title: scene.system.title.clone(),
        subtitle: scene.system.subtitle.clone(),
        figures: figures(scene, census),
        panels: vec![
            Panel::Topology(cluster(scene)),
            Panel::Series(curve(scene)),
            rows,
        ],
    }
}

fn figures(scene: &Scene<Gossip>, census: Census) -> Vec<Figure> {
    let system = &scene.system;
    let expected = system.epidemic.spread_s();
    let news = system.watch.news();
    let informed = Figure {
        value: grouped(census.informed.into()).into(),
        unit: format!("of {} informed", grouped(census.live.into())).into(),
        detail: match news {
            Some(news) => format!("of version {} of node {}", news.version, news.node.0 + 1),
            None => "no node has been updated yet".into(),
        }
        .into(),
    };
    let seconds = report::spread(scene).map_or(0.0, |span| span.as_secs_f64());
    let spread = Figure {
        value: format!("{seconds:.1}").into(),
        unit: match (news, system.watch.spread_at()) {
            (Some(_), None) => "s so far",
            _ => "s to reach all",
        }
        .into(),
        detail: format!("expected {expected:.1} s").into(),
    };
    vec![informed, spread]
}

/// What each node would know if it knew all that any live node knows.
fn newest(scene: &Scene<Gossip>) -> Vec<u32> {
    let world = &scene.world;
    let nodes = world.node_count();
    let known = |of: u32| {
        let live = world.ids().filter(|&id| is_live(world, id));
        live.map(|id| world.node(id).versions().of(of)).max()
    };
    (0..nodes).map(|of| known(of).unwrap_or(0)).collect()
}

/// A node's version vector: a number for each node, full where nobody knows better.
fn cells(node: &Node, newest: &[u32]) -> Vec<TopologyCell> {
    let cell = |(of, newest): (u32, &u32)| {
        let version = node.versions().of(of);
        let fresh = version > 0 && version >= *newest;
        TopologyCell {
            label: version.to_string().into(),
            tone: if fresh { Tone::Ok } else { Tone::Muted },
            solid: fresh,
        }
    };
    (0..).zip(newest).map(cell).collect()
}

fn cluster(scene: &Scene<Gossip>) -> Topology {
    let world = &scene.world;
    let news = scene.system.watch.news();
    let nodes = world.node_count();
    let newest = if nodes <= CELLS_MAX {
        newest(scene)
    } else {
        Vec::new()
    };
    // One text for all nodes that are told apart by their fill alone.
    let [none, down, knows, not_yet, source] =
        ["", "down", "knows", "not yet", "the source"].map(Label::from);
    let node = |id: NodeId| {
        let state = world.node(id);
        let informed = news.is_some_and(|news| news.is_known_to(state));
        let live = is_live(world, id);
        let (caption, tone) = match news {
            _ if !live => (&down, Tone::Muted),
            None => (&none, Tone::Ink),
            Some(news) if news.node == id && informed => (&source, Tone::Ok),
            Some(_) if informed => (&knows, Tone::Ok),
            Some(_) => (&not_yet, Tone::Muted),
        };
        // Without `..default()`, whose texts are new ones each time: there may be thousands.
        Some(TopologyNode {
            name: none.clone(),
            label: scene.system.names[id.index()].clone(),
            caption: if nodes <= ROWS_MAX { caption } else { &none }.clone(),
            cells: if live {
                cells(state, &newest)
            } else {
                Vec::new()
            },
            state: none.clone(),
            status: NodeStatus::Up,
            tone,
            place: None,
            lead: false,
            filled: informed && live,
        })
    };
    // What brings the news to a node that has not heard it stands out.
    let message_tone = |flight: &Flight<'_, Message>| match (flight.message.versions(), news) {
        (Some(versions), Some(news))
            if versions.of(news.node.0) >= news.version
                && !news.is_known_to(world.node(flight.to)) =>
        {
            Tone::Accent
        }
        _ => Tone::Muted,
    };
    let names = &scene.system.names;
    topology::<Node>(world, names, none.clone(), node, message_tone)
}

fn table(scene: &Scene<Gossip>) -> Table {
    let column = |label: &str, numeric| Column {
        label: label.into(),
        numeric,
    };
    let row = |id: NodeId| {
        vec![
            format!("Node {}", id.0 + 1).into(),
            report::port(id).to_string().into(),
            report::state(scene, id).into(),
        ]
    };
    Table {
        title: "What each node knows".into(),
        columns: vec![
            column("node", false),
            column("port", true),
            column("state", false),
        ],
        rows: scene.world.ids().map(row).collect(),
    }
}

/// A large cluster in three numbers.
fn shares(nodes: u32, census: Census) -> Bars {
    let bar = |label: &str, tone, value: u32| Bar {
        label: label.into(),
        tone,
        value: value.into(),
        text: grouped(value.into()).into(),
        expected: None,
    };
    Bars {
        title: "What nodes know".into(),
        unit: "nodes".into(),
        bars: vec![
            bar("informed", Tone::Ok, census.informed),
            bar("not yet", Tone::Muted, census.live - census.informed),
            bar("offline", Tone::Bad, nodes - census.live),
        ],
    }
}

/// The informed over time, beside the logistic curve of the last update.
fn curve(scene: &Scene<Gossip>) -> Series {
    let (system, now) = (&scene.system, scene.world.now());
    let watch = &system.watch;
    let mut lines = Vec::new();
    if let (Some(news), Some(&(_, last))) = (watch.news(), watch.chart().last()) {
        let point = |&(at, informed): &(Time, u32)| (at.as_secs_f64(), f64::from(informed));
        let mut points: Vec<(f64, f64)> = watch.chart().iter().map(point).collect();
        points.push((now.as_secs_f64(), f64::from(last)));
        lines.push(SeriesLine {
            label: "informed".into(),
            tone: Tone::Accent,
            points,
            step: true,
            expected: false,
        });
        let from = news.at.as_secs_f64();
        let length =
            (now.since(news.at).as_secs_f64()).max(system.epidemic.spread_s() * CURVE_BEYOND);
        let point = |index: u32| {
            let seconds = length * f64::from(index) / f64::from(CURVE_POINTS);
            (from + seconds, system.epidemic.informed(seconds))
        };
        lines.push(SeriesLine {
            label: "expected (logistic)".into(),
            tone: Tone::Muted,
            points: (0..=CURVE_POINTS).map(point).collect(),
            step: false,
            expected: true,
        });
    }
    let marks = watch.marks().iter().map(|(at, label)| SeriesMark {
        x: at.as_secs_f64(),
        label: label.clone(),
    });
    Series {
        title: "Informed nodes".into(),
        x_label: "time (s)".into(),
        y_label: "nodes".into(),
        lines,
        marks: marks.collect(),
    }
}
