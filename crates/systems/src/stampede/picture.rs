//! What there is to see: the herd at the database's door, the queue and the latencies over time,
//! and what the application did last.

use faultline_sim::{Described, Flight, NodeId, Span};
use faultline_view::{
    Column, Figure, Label, Panel, QueueJob, QueueLane, QueueLoss, QueueMessage, QueueMessageKind,
    QueueSource, QueueWorker, Queues, Series, SeriesLine, Table, Tone, View,
};

use super::Stampede;
use super::app::App;
use super::clients::ANSWERED;
use super::message::{Key, Line, Message, Source};
use super::process::{APP, CLIENTS, DATABASE};
use super::report::{at_the_door, latency_ms, total};
use super::watch::{Look, counter, duplicates, queries, requests};
use crate::commands::Names;
use crate::text::grouped;
use crate::{Scene, System as _, status};

/// Rows of the table, the latest.
const ROWS: usize = 8;
/// Up to so many messages each has an id and says what it is.
const DESCRIBED_MAX: usize = 300;
/// A lost message is shown for so long.
const LOSS_SHOWN: Span = Span::from_millis(600);

pub(super) fn view(scene: &Scene<Stampede>) -> View {
    View {
        title: scene.system.title.clone(),
        subtitle: scene.system.subtitle.clone(),
        figures: figures(scene),
        panels: vec![
            Panel::Queues(door(scene)),
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
            detail: if counter(&scene.world, ANSWERED) == 0 {
                "nobody has an answer so far".into()
            } else {
                let (half, most) = (seconds(0.5), seconds(0.99));
                format!("half within {half:.2} s · 99 % within {most:.2} s").into()
            },
        },
    ]
}

/// The clients, the application, and the database with its connections and its line.
fn door(scene: &Scene<Stampede>) -> Queues {
    let world = &scene.world;
    let open = world
        .node(CLIENTS)
        .clients()
        .map_or(0, |one| one.calls().open());
    let clients = QueueSource {
        name: scene.system.node_name(CLIENTS),
        label: grouped(open as u64).into(),
        caption: match open {
            1 => "one waits".into(),
            many => format!("{} wait", grouped(many as u64)).into(),
        },
        status: status(world, CLIENTS),
    };
    let inner = world.node(APP).app();
    let waiters = inner.map_or(0, App::waiters);
    let app = QueueSource {
        name: scene.system.node_name(APP),
        label: grouped(waiters as u64).into(),
        caption: inner.map_or(String::new(), |app| cached(scene, app)).into(),
        status: status(world, APP),
    };
    let (_, waiting) = at_the_door(scene);
    let database = QueueLane {
        name: scene.system.node_name(DATABASE),
        caption: match world.config().connections {
            1 => "one connection".into(),
            many => format!("{many} connections").into(),
        },
        status: status(world, DATABASE),
        tone: Tone::Series(0),
        workers: connections(scene),
        waiting,
        ..QueueLane::default()
    };
    Queues {
        title: Label::default(),
        sources: vec![clients, app],
        lanes: vec![database],
        lined: true,
        worded: false,
        messages: messages(scene),
        losses: losses(scene),
    }
}

/// What the application holds, or how many share a query.
fn cached(scene: &Scene<Stampede>, app: &App) -> String {
    let keys = scene.world.config().keys;
    let fresh = app.cache().fresh(scene.world.now()) as u32;
    match (app.sharing() as u64, keys, fresh) {
        (0, 1, 1) => format!("{} is fresh", Key(0)),
        (0, 1, _) => format!("{} has expired", Key(0)),
        (0, keys, fresh) => format!("{fresh} of {keys} keys fresh"),
        (1, ..) => "one shares a query".into(),
        (many, ..) => format!("{} share a query", grouped(many)),
    }
}

fn connections(scene: &Scene<Stampede>) -> Vec<QueueWorker> {
    let world = &scene.world;
    let Some(database) = world.node(DATABASE).database() else {
        return Vec::new();
    };
    let station = database.station();
    let now = world.own_time(DATABASE);
    let job = |progress: f64| QueueJob {
        progress: progress as f32,
        given_up: false,
    };
    let one = |worker: u32| QueueWorker {
        serving: station.load(worker) as u32,
        jobs: station
            .serving(worker, now)
            .map(|(_, progress)| job(progress))
            .collect(),
    };
    (0..station.plan().workers).map(one).collect()
}

/// The lane of a message from one machine to another, and whether it goes back.
fn way(from: NodeId, to: NodeId) -> (Option<u32>, bool) {
    let lane = (from.max(to) == DATABASE).then_some(0);
    (lane, to < from)
}

fn messages(scene: &Scene<Stampede>) -> Vec<QueueMessage> {
    let world = &scene.world;
    let described = world.counts().in_flight as usize <= DESCRIBED_MAX;
    let names = scene.node_names();
    let none = Label::default();
    let one = |flight: Flight<'_, Message>| {
        let (lane, back) = way(flight.from, flight.to);
        let whole = flight.arrives.since(flight.sent).as_nanos().max(1);
        let gone = world.now().since(flight.sent).as_nanos();
        let (id, label) = if described {
            let id = Names(&names).message(flight.id);
            (id.into(), Described(flight.message).to_string().into())
        } else {
            (none.clone(), none.clone())
        };
        let stale = matches!(
            flight.message,
            Message::Value {
                source: Source::Stale,
                ..
            }
        );
        QueueMessage {
            id,
            lane,
            back,
            progress: (gone as f64 / whole as f64).min(1.0) as f32,
            label,
            kind: if stale {
                QueueMessageKind::Late
            } else {
                QueueMessageKind::Plain
            },
        }
    };
    world.in_flight().map(one).collect()
}

fn losses(scene: &Scene<Stampede>) -> Vec<QueueLoss> {
    let now = scene.world.now();
    let shown = scene.world.losses().filter_map(|loss| {
        let gone = now.since(loss.at);
        let (lane, back) = way(loss.id.from, loss.to);
        (gone < LOSS_SHOWN).then(|| QueueLoss {
            lane,
            back,
            way: loss.way,
            age: (gone.as_secs_f64() / LOSS_SHOWN.as_secs_f64()) as f32,
        })
    });
    shown.collect()
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
