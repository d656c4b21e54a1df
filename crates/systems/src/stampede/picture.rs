//! What there is to see: the herd at the database's door, the queue and the latencies over time,
//! and what the application did last.

use faultline_sim::{Flight, NodeId, Status};
use faultline_view::{
    Column, Figure, Label, Panel, Series, SeriesLine, Table, Tone, Topology, TopologyCell,
    TopologyNode, View,
};

use super::Stampede;
use super::message::{Key, Line, Message, Source};
use super::process::{APP, CLIENTS, DATABASE, Machine};
use super::report::{at_the_door, latency_ms, total};
use super::watch::{Look, duplicates, queries, requests};
use crate::text::grouped;
use crate::{Scene, topology};

/// Rows of the table, the latest.
const ROWS: usize = 8;
/// Connections that are drawn one by one.
const CELLS_MAX: u32 = 12;

pub(super) fn view(scene: &Scene<Stampede>) -> View {
    View {
        title: scene.system.title.clone(),
        subtitle: scene.system.subtitle.clone(),
        figures: figures(scene),
        panels: vec![
            Panel::Topology(door(scene)),
            Panel::Series(queue(scene)),
            Panel::Series(latency(scene)),
            Panel::Table(last_lines(scene)),
        ],
    }
}

fn figures(scene: &Scene<Stampede>) -> Vec<Figure> {
    let seconds = |share| latency_ms(scene, share) / 1e3;
    let queries = queries(&scene.world);
    vec![
        Figure {
            value: grouped(queries).into(),
            unit: if queries == 1 {
                "database query"
            } else {
                "database queries"
            }
            .into(),
            detail: format!(
                "for {} requests · {} in vain",
                grouped(requests(&scene.world)),
                grouped(duplicates(&scene.world))
            )
            .into(),
        },
        Figure {
            value: format!("{:.2}", total(scene).as_secs_f64()).into(),
            unit: "s the longest wait".into(),
            detail: format!(
                "half within {:.2} s · 99 % within {:.2} s",
                seconds(0.5),
                seconds(0.99)
            )
            .into(),
        },
    ]
}

fn door(scene: &Scene<Stampede>) -> Topology {
    let world = &scene.world;
    let (serving, waiting) = at_the_door(scene);
    let node = |id: NodeId| {
        let down = world.status(id) == Some(Status::Down);
        let (label, caption, tone): (Label, Label, Tone) = match world.node(id) {
            _ if down => ("".into(), "down".into(), Tone::Muted),
            Machine::Clients(clients) => {
                let open = clients.calls().open();
                let caption = format!("clients, {} wait", grouped(open as u64));
                let tone = if open > 0 { Tone::Accent } else { Tone::Ink };
                (grouped(open as u64).into(), caption.into(), tone)
            }
            Machine::App(app) => {
                let fresh = app.cache().fresh(world.now()) as u32;
                let mut caption = match (world.config().keys, fresh) {
                    (1, 1) => format!("{} is fresh", Key(0)),
                    (1, _) => format!("{} has expired", Key(0)),
                    (keys, fresh) => format!("{fresh} of {keys} keys fresh"),
                };
                let shared = app.sharing();
                if shared > 0 {
                    caption += &format!(", {} share a query", grouped(shared as u64));
                }
                let whole = fresh == world.config().keys;
                let tone = if whole { Tone::Ok } else { Tone::Bad };
                ("app".into(), caption.into(), tone)
            }
            Machine::Database(_) => {
                let caption = format!("{serving} queries run, {} in line", grouped(waiting.into()));
                let tone = if waiting > 0 { Tone::Bad } else { Tone::Ink };
                ("db".into(), caption.into(), tone)
            }
        };
        let place = match id {
            CLIENTS => 0.0,
            APP => 0.5,
            _ => 1.0,
        };
        Some(TopologyNode {
            label,
            caption,
            cells: if id == DATABASE {
                connections(world.config().connections, serving)
            } else {
                Vec::new()
            },
            tone,
            place: Some((place, 0.5)),
            ..TopologyNode::default()
        })
    };
    let message_tone = |flight: &Flight<'_, Message>| match flight.message {
        Message::Query { .. } | Message::Row { .. } => Tone::Accent,
        Message::Value {
            source: Source::Stale,
            ..
        } => Tone::Bad,
        Message::Get { .. } | Message::Value { .. } => Tone::Ink,
    };
    let names = &scene.system.names;
    let mut picture = topology::<Machine>(world, names, "".into(), node, message_tone);
    // The clients do not see the database.
    picture
        .links
        .retain(|link| link.a == APP.0 || link.b == APP.0);
    picture
}

/// A cell for each connection, full while it is busy.
fn connections(of: u32, busy: u32) -> Vec<TopologyCell> {
    let cell = |index: u32| TopologyCell {
        label: Label::default(),
        tone: if index < busy {
            Tone::Accent
        } else {
            Tone::Muted
        },
        solid: index < busy,
    };
    (0..of.min(CELLS_MAX)).map(cell).collect()
}

fn looks(scene: &Scene<Stampede>) -> impl Iterator<Item = (f64, &Look)> {
    let looks = scene.system.watch.looks().iter();
    looks.map(|look| (look.at.as_secs_f64(), look))
}

/// The database's queue over time.
fn queue(scene: &Scene<Stampede>) -> Series {
    let (now, last) = (scene.world.now().as_secs_f64(), scene.system.watch.last());
    let since = last.at.as_secs_f64();
    let line = |label: &str, tone, of: fn(&Look) -> u32| {
        let points = looks(scene).map(|(at, look)| (at, f64::from(of(look))));
        let level = f64::from(of(last));
        let points = points.filter(|(at, _)| *at < since);
        SeriesLine {
            label: label.into(),
            tone,
            points: points.chain([(since, level), (now, level)]).collect(),
            step: true,
            expected: false,
        }
    };
    Series {
        title: "Queries at the database".into(),
        x_label: "time (s)".into(),
        y_label: "queries".into(),
        lines: vec![
            line("run", Tone::Accent, |look| look.serving),
            line("in line", Tone::Bad, |look| look.waiting),
        ],
        marks: Vec::new(),
    }
}

/// How long answers took of late.
fn latency(scene: &Scene<Stampede>) -> Series {
    let line = |label: &str, tone, of: fn(&Look) -> Option<f64>| SeriesLine {
        label: label.into(),
        tone,
        points: looks(scene)
            .filter_map(|(at, look)| Some((at, of(look)?)))
            .collect(),
        step: false,
        expected: false,
    };
    Series {
        title: "Latency of the last 5 s".into(),
        x_label: "time (s)".into(),
        y_label: "s".into(),
        lines: vec![
            line("p50", Tone::Series(0), |look| {
                Some(look.latency?.p50.as_secs_f64())
            }),
            line("p95", Tone::Series(1), |look| {
                Some(look.latency?.p95.as_secs_f64())
            }),
            line("p99", Tone::Series(2), |look| {
                Some(look.latency?.p99.as_secs_f64())
            }),
        ],
        marks: Vec::new(),
    }
}

fn last_lines(scene: &Scene<Stampede>) -> Table {
    let column = |label: &str, numeric| Column {
        label: label.into(),
        numeric,
    };
    let log = scene.system.watch.log().rev().take(ROWS);
    let mut rows: Vec<Vec<Label>> = log
        .map(|(at, line)| {
            let (who, what) = match line {
                Line::Queries { asked, query, .. } => {
                    (Some(asked.client), format!("makes query {query}"))
                }
                Line::Waits(asked) => (Some(asked.client), "waits for that".into()),
                Line::Stale(asked) => (Some(asked.client), "gets the old value".into()),
                Line::Cached { query, answers, .. } => {
                    (None, format!("query {query} is back: {answers} answered"))
                }
            };
            let who = who.map_or_else(|| "db".into(), |client| format!("client {}", client + 1));
            [format!("{:.3}", at.as_secs_f64()), who, what]
                .map(Label::from)
                .to_vec()
        })
        .collect();
    rows.reverse();
    Table {
        title: "At the application".into(),
        columns: vec![
            column("time (s)", true),
            column("who", false),
            column("what", false),
        ],
        rows,
    }
}
