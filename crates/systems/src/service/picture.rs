//! What there is to see: requests in lanes, who gets how many, and how long they take.

use faultline_sim::{Flight, NodeId, Span, Status};
use faultline_view::{
    Bar, Bars, Column, Figure, Label, Panel, QueueJob, QueueLane, QueueLoss, QueueMessage,
    QueueMessageKind, QueueSource, QueueWorker, Queues, Series, SeriesLine, Table, Tone, View,
};

use super::client::Outcome;
use super::message::{Body, Message, Rpc};
use super::policy::Policy;
use super::process::{BALANCER, CLIENT, Machine};
use super::server::{Pending, Server, Store};
use super::{Service, report};
use crate::commands::Names;
use crate::text::grouped;
use crate::traffic::{Discipline, Job, Percentiles};
use crate::{Scene, status};

/// Up to so many servers each has a bar and a row of its own.
const ROWS_MAX: usize = 16;
/// Up to so many servers the progress of each request is shown.
const DETAILED_MAX: usize = 64;
/// Of a worker's requests, so many have their progress shown.
const PROGRESS_MAX: usize = 24;
/// So many of the last answers are listed.
const ANSWERS_MAX: usize = 8;
/// A node's keys are listed up to so many.
const HELD_MAX: usize = 2;
/// Messages that take so long on average can be read in flight.
const READABLE_FROM: Span = Span::from_millis(50);
/// So many messages are shown at most.
const MESSAGES_MAX: usize = 4_000;
/// Up to so many messages each has an id and says what it is.
const DESCRIBED_MAX: usize = 300;
/// A lost message is shown for so long.
const LOSS_SHOWN: Span = Span::from_millis(600);

pub(super) fn view(scene: &Scene<Service>) -> View {
    let servers: Vec<_> = scene.system.servers(&scene.world).collect();
    let shares = report::shares(scene, servers.len());
    let expected = expected_shares(scene, &servers);
    let stage = queues(scene, &servers, &shares, &expected);
    let mut panels = vec![Panel::Queues(stage)];
    if !scene.system.setup.balanced {
        panels.push(Panel::Table(answers(scene)));
    } else if servers.len() > 1 {
        panels.push(Panel::Bars(if servers.len() <= ROWS_MAX {
            share_bars(scene, &servers, &shares, &expected)
        } else {
            spread_bars(&shares)
        }));
    }
    if !scene.system.setup.is_by_hand() {
        panels.push(Panel::Series(latencies(scene)));
    }
    if !has_stores(scene, servers.len()) {
        panels.push(Panel::Table(table(scene, &servers, &shares)));
    }
    View {
        title: scene.system.title.clone(),
        subtitle: scene.system.subtitle.clone(),
        figures: figures(scene),
        panels,
    }
}

/// Whether a machine has crashed.
pub(super) fn is_down(scene: &Scene<Service>, node: NodeId) -> bool {
    scene.world.status(node) == Some(Status::Down)
}

/// A length of time in milliseconds, rounded for reading.
fn ms_text(span: Span) -> String {
    let ms = span.as_millis_f64();
    if ms >= 100.0 {
        grouped(libm::round(ms) as u64)
    } else {
        format!("{ms:.1}")
    }
}

fn figures(scene: &Scene<Service>) -> Vec<Figure> {
    let (system, watch) = (&scene.system, &scene.system.watch);
    if system.setup.is_by_hand() {
        return vec![answer(scene)];
    }
    let all = watch.latencies().percentiles();
    let detail = match (all, system.theory.latency, watch.latencies().mean()) {
        (None, _, _) => "no request has been answered yet".to_owned(),
        (Some(all), Some(expected), Some(mean)) => format!(
            "p95 {} ms · mean {} ms · expected {} ms ({})",
            ms_text(all.p95),
            ms_text(mean),
            ms_text(expected),
            system.theory.name
        ),
        (Some(all), _, _) => {
            format!("p95 {} ms · p99 {} ms", ms_text(all.p95), ms_text(all.p99))
        }
    };
    let latency = Figure {
        value: all.map_or("–".into(), |all| ms_text(all.p50)).into(),
        unit: "ms median latency".into(),
        detail: detail.into(),
    };
    let failed = watch.timeouts() + watch.refused() + watch.misses();
    let ends = watch.ok() + failed;
    let ok = Figure {
        value: grouped(watch.ok()).into(),
        unit: format!("of {} ok", grouped(ends)).into(),
        detail: failures(scene).into(),
    };
    vec![latency, ok]
}

/// The last answer, as who asked by hand sees it.
fn answer(scene: &Scene<Service>) -> Figure {
    let setup = &scene.system.setup;
    let Some(last) = scene.system.watch.by_hand() else {
        return Figure {
            value: "–".into(),
            unit: "no answer yet".into(),
            detail: "".into(),
        };
    };
    let after = ms_text(last.latency);
    match &last.reply {
        Some(reply) => Figure {
            value: report::status(last).into(),
            unit: format!("from node {} after {after} ms", setup.number(reply.node)).into(),
            // The status stands in large figures already.
            detail: report::answer(last, setup)
                .trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ')
                .into(),
        },
        None => Figure {
            value: "–".into(),
            unit: format!("no answer for {after} ms").into(),
            detail: format!("the client has given up on {}", request(&last.asked.rpc)).into(),
        },
    }
}

/// "2 timed out · 1 refused", or how many were under way at most.
fn failures(scene: &Scene<Service>) -> String {
    let watch = &scene.system.watch;
    let kinds = [
        (watch.timeouts(), "timed out"),
        (watch.refused(), "refused"),
        (watch.misses(), "not found"),
    ];
    let kinds = kinds.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = kinds
        .map(|(count, what)| format!("{} {what}", grouped(*count)))
        .collect();
    if parts.is_empty() {
        format!(
            "none failed · at most {} active at a node",
            watch.active_max()
        )
    } else {
        parts.join(" · ")
    }
}

/// Each server's expected part of the requests, where there is a theory.
fn expected_shares(scene: &Scene<Service>, servers: &[(NodeId, &Server)]) -> Vec<Option<f64>> {
    let setup = &scene.system.setup;
    let Machine::Balancer(balancer) = scene.world.node(BALANCER) else {
        return vec![None; servers.len()];
    };
    let weight = |node: NodeId| match setup.policy {
        Policy::Weighted => 1.0 / setup.slowness(node),
        _ => 1.0,
    };
    let fair = match setup.policy {
        Policy::Random | Policy::RoundRobin | Policy::Weighted => true,
        // Of equals, each gets the same.
        Policy::LeastConnections | Policy::PowerOfTwo | Policy::Adaptive => setup.slow.is_none(),
        Policy::Custom => false,
    };
    let taking = balancer.workers().iter().map(|worker| weight(worker.node));
    let all: f64 = taking.sum();
    let expected = |node: NodeId| {
        let part = if balancer.is_in(node) {
            weight(node)
        } else {
            0.0
        };
        fair.then(|| if all > 0.0 { part / all } else { 0.0 })
    };
    servers.iter().map(|(node, _)| expected(*node)).collect()
}

fn tone(index: usize) -> Tone {
    Tone::Series(index as u8 % 6)
}

fn queues(
    scene: &Scene<Service>,
    servers: &[(NodeId, &Server)],
    shares: &[f64],
    expected: &[Option<f64>],
) -> Queues {
    let (system, world) = (&scene.system, &scene.world);
    let [client, balancer, none] = ["client", "balancer", ""].map(Label::from);
    let under_way = match world.node(CLIENT) {
        Machine::Client(client) => grouped(client.calls().open() as u64),
        _ => String::new(),
    };
    let mut sources = vec![QueueSource {
        name: client,
        label: under_way.into(),
        caption: report::traffic(&system.setup).into(),
        status: status(world, CLIENT),
    }];
    if system.setup.balanced {
        sources.push(QueueSource {
            name: balancer,
            label: none.clone(),
            caption: report::policy_name(system.setup.policy)
                .to_ascii_lowercase()
                .into(),
            status: status(world, BALANCER),
        });
    }
    let detailed = servers.len() <= DETAILED_MAX;
    let has_stores = has_stores(scene, servers.len());
    let lane = |(index, (id, server)): (usize, &(NodeId, &Server))| {
        let names = system.names(*id);
        QueueLane {
            name: names.map_or_else(|| none.clone(), |names| names.name.clone()),
            caption: names.map_or_else(|| none.clone(), |names| names.port.clone()),
            status: status(world, *id),
            tone: if detailed {
                tone(index)
            } else {
                Tone::Series(0)
            },
            holds: if has_stores && !is_down(scene, *id) {
                held(server).into()
            } else {
                none.clone()
            },
            share: system.setup.balanced.then(|| shares[index] as f32),
            expected: expected[index].map(|part| part as f32),
            workers: if is_down(scene, *id) {
                idle(server)
            } else {
                workers(scene, *id, server, detailed)
            },
            waiting: if is_down(scene, *id) {
                0
            } else {
                server.station().waiting() as u32
            },
            out: is_out(scene, *id),
        }
    };
    Queues {
        title: none.clone(),
        sources,
        lanes: servers.iter().enumerate().map(lane).collect(),
        lined: system.setup.plan.discipline == Discipline::Fifo,
        messages: messages(scene),
        worded: system.setup.latency >= READABLE_FROM,
        losses: losses(scene),
    }
}

fn is_out(scene: &Scene<Service>, node: NodeId) -> bool {
    match scene.world.node(BALANCER) {
        Machine::Balancer(balancer) => !balancer.is_in(node),
        _ => false,
    }
}

fn idle(server: &Server) -> Vec<QueueWorker> {
    let workers = server.station().plan().workers as usize;
    vec![QueueWorker::default(); workers]
}

fn workers(
    scene: &Scene<Service>,
    id: NodeId,
    server: &Server,
    detailed: bool,
) -> Vec<QueueWorker> {
    let station = server.station();
    let now = scene.world.own_time(id);
    let one = |worker: u32| {
        let serving = station.serving(worker, now).take(PROGRESS_MAX);
        QueueWorker {
            serving: station.load(worker) as u32,
            jobs: if detailed {
                let job = |(job, progress): (&Job<Pending>, f64)| QueueJob {
                    progress: progress as f32,
                    given_up: job.about.is_given_up(&scene.world),
                };
                serving.map(job).collect()
            } else {
                Vec::new()
            },
        }
    };
    (0..station.plan().workers).map(one).collect()
}

/// Where a message goes: its lane, and whether back to where requests come from; none if it
/// goes between no two that the picture has.
fn way(scene: &Scene<Service>, from: NodeId, to: NodeId) -> (Option<u32>, bool) {
    let first = scene.system.setup.first_server();
    if to >= first {
        (Some(to.0 - first.0), false)
    } else if from >= first {
        (Some(from.0 - first.0), true)
    } else {
        (None, to < from)
    }
}

fn messages(scene: &Scene<Service>) -> Vec<QueueMessage> {
    let world = &scene.world;
    let count = world.counts().in_flight as usize;
    let described = count <= DESCRIBED_MAX;
    let Machine::Client(client) = world.node(CLIENT) else {
        return Vec::new();
    };
    let names = if described {
        scene.node_names()
    } else {
        Vec::new()
    };
    let none = Label::from("");
    let mut buffer = String::new();
    let mut one = |flight: Flight<'_, Message>| {
        let (lane, back) = way(scene, flight.from, flight.to);
        let (id, label) = if described {
            buffer.clear();
            Names(&names).write_message(flight.id, &mut buffer);
            let id = Label::from(buffer.as_str());
            (id, describe(flight.message).into())
        } else {
            (none.clone(), none.clone())
        };
        let whole = flight.arrives.since(flight.sent).as_nanos();
        let gone = world.now().since(flight.sent).as_nanos();
        let kind = match flight.message {
            Message::Check { .. } | Message::Alive { .. } => QueueMessageKind::Check,
            Message::Reply(reply)
                if flight.to == CLIENT && client.calls().get(reply.number).is_none() =>
            {
                QueueMessageKind::Late
            }
            Message::Reply(reply) if reply.status() != 200 => QueueMessageKind::Failed,
            _ => QueueMessageKind::Plain,
        };
        QueueMessage {
            id,
            lane,
            back,
            progress: if gone >= whole {
                1.0
            } else {
                (gone as f64 / whole as f64) as f32
            },
            label,
            kind,
        }
    };
    world.in_flight().take(MESSAGES_MAX).map(&mut one).collect()
}

/// A message in a few words: "Put user_7" or "200".
fn describe(message: &Message) -> String {
    match message {
        Message::Request(asked) => request(&asked.rpc),
        Message::Reply(reply) => match reply.status() {
            200 => match &reply.body {
                Body::Data(_, value) => format!("200 OK: {value}"),
                _ => "200 OK".to_owned(),
            },
            404 => "404 Not Found".to_owned(),
            _ => "503 Service Unavailable".to_owned(),
        },
        Message::Check { .. } => "health check".to_owned(),
        Message::Alive { .. } => "alive".to_owned(),
    }
}

/// What is asked, in a few words: "GET user_7".
fn request(rpc: &Rpc) -> String {
    match rpc {
        Rpc::Health => "GET /health".to_owned(),
        Rpc::Stats => "GET /stats".to_owned(),
        Rpc::Get(key) => format!("GET {key}"),
        Rpc::Put(key, _) => format!("PUT {key}"),
    }
}

fn losses(scene: &Scene<Service>) -> Vec<QueueLoss> {
    let now = scene.world.now();
    let recent = scene
        .world
        .losses()
        .filter(|loss| now.since(loss.at) < LOSS_SHOWN);
    recent
        .map(|loss| {
            let (lane, back) = way(scene, loss.id.from, loss.to);
            let age = now.since(loss.at).as_nanos() as f64 / LOSS_SHOWN.as_nanos() as f64;
            QueueLoss {
                lane,
                back,
                way: loss.way,
                age: age as f32,
            }
        })
        .collect()
}

fn share_bars(
    scene: &Scene<Service>,
    servers: &[(NodeId, &Server)],
    shares: &[f64],
    expected: &[Option<f64>],
) -> Bars {
    let bar = |(index, (id, _)): (usize, &(NodeId, &Server))| Bar {
        label: format!("Node {}", scene.system.setup.number(*id)).into(),
        tone: tone(index),
        value: shares[index] * 100.0,
        text: format!("{:.1}", shares[index] * 100.0).into(),
        expected: expected[index].map(|part| part * 100.0),
    };
    Bars {
        title: format!("Share of the last {}", scene.system.watch.window()).into(),
        unit: "%".into(),
        bars: servers.iter().enumerate().map(bar).collect(),
    }
}

/// Of many servers: how far their shares are apart.
fn spread_bars(shares: &[f64]) -> Bars {
    let mut sorted: Vec<f64> = shares.to_vec();
    sorted.sort_by(f64::total_cmp);
    let fair = 1.0 / sorted.len().max(1) as f64;
    let at = |part: f64| {
        let index = libm::round((sorted.len() - 1) as f64 * part) as usize;
        sorted.get(index).copied().unwrap_or(0.0) / fair
    };
    let bar = |(label, part): (&str, f64)| Bar {
        label: label.into(),
        tone: Tone::Series(0),
        value: at(part),
        text: format!("{:.2}", at(part)).into(),
        expected: Some(1.0),
    };
    let rows = [
        ("busiest", 1.0),
        ("upper tenth", 0.9),
        ("middle", 0.5),
        ("lower tenth", 0.1),
        ("idlest", 0.0),
    ];
    Bars {
        title: "Share of a node".into(),
        unit: "times the fair share".into(),
        bars: rows.map(bar).into(),
    }
}

/// The percentiles in the moving window, over time.
fn latencies(scene: &Scene<Service>) -> Series {
    let watch = &scene.system.watch;
    let line = |label: &str, tone, of: fn(&Percentiles) -> Span| {
        let points = watch.chart().iter().filter_map(|(at, found)| {
            let found = found.as_ref()?;
            Some((at.as_secs_f64(), of(found).as_millis_f64()))
        });
        SeriesLine {
            label: label.into(),
            tone,
            points: points.collect(),
            step: false,
            expected: false,
        }
    };
    Series {
        title: format!("Latency in the last {}", watch.window()).into(),
        x_label: "time (s)".into(),
        y_label: "ms".into(),
        lines: vec![
            line("p50", Tone::Series(0), |found| found.p50),
            line("p95", Tone::Series(5), |found| found.p95),
            line("p99", Tone::Series(2), |found| found.p99),
        ],
        marks: Vec::new(),
    }
}

/// Each server in a row; of many those with the most requests.
fn table(scene: &Scene<Service>, servers: &[(NodeId, &Server)], shares: &[f64]) -> Table {
    let column = |label: &str, numeric| Column {
        label: label.into(),
        numeric,
    };
    let mut rows: Vec<usize> = (0..servers.len()).collect();
    let many = servers.len() > ROWS_MAX;
    if many {
        let active = |index: &usize| servers[*index].1.station().active();
        rows.sort_by_key(|index| (std::cmp::Reverse(active(index)), *index));
        rows.truncate(ROWS_MAX);
    }
    let row = |index: &usize| {
        let (id, server) = servers[*index];
        let station = server.station();
        let book = scene.system.watch.node(id);
        let quantile = |share: f64| {
            let found = book.and_then(|book| book.latency_ms.quantile(share));
            found.map_or("–".to_owned(), |ms| {
                ms_text(Span::from_millis(1).scaled(ms))
            })
        };
        let state = match (is_down(scene, id), is_out(scene, id)) {
            (true, _) => "down".to_owned(),
            (_, true) => "out".to_owned(),
            _ => station.active().to_string(),
        };
        vec![
            format!("Node {}", scene.system.setup.number(id)).into(),
            state.into(),
            format!("{:.1}", shares[*index] * 100.0).into(),
            quantile(0.5).into(),
            quantile(0.95).into(),
        ]
    };
    Table {
        title: if many { "The busiest nodes" } else { "Nodes" }.into(),
        columns: vec![
            column("node", false),
            column("active", true),
            column("share %", true),
            column("p50 ms", true),
            column("p95 ms", true),
        ],
        rows: rows.iter().map(row).collect(),
    }
}

/// Whether what the servers hold is of more interest than how many requests each gets: where a
/// user asks one server or another.
fn has_stores(scene: &Scene<Service>, servers: usize) -> bool {
    !scene.system.setup.balanced && (2..=ROWS_MAX).contains(&servers)
}

/// What a server holds, in a few words: "user_123 = Alice" or "10 keys", and which of its workers
/// holds it if each has a memory of its own.
fn held(server: &Server) -> String {
    let all = server.stores();
    let keys: usize = all.iter().map(Store::len).sum();
    if keys == 0 {
        return "empty".to_owned();
    }
    if keys > HELD_MAX {
        return format!("{} keys", grouped(keys as u64));
    }
    let of_worker = |(worker, store): (usize, &Store)| {
        let entry = |(key, value): (&Label, &Label)| {
            if all.len() == 1 {
                format!("{key} = {value}")
            } else {
                format!("{key} on worker {}", worker + 1)
            }
        };
        store.iter().map(entry).collect::<Vec<_>>().join(", ")
    };
    let full = all
        .iter()
        .enumerate()
        .filter(|(_, store)| !store.is_empty());
    full.map(of_worker).collect::<Vec<_>>().join(", ")
}

/// The last requests that are over, the latest first.
fn answers(scene: &Scene<Service>) -> Table {
    let column = |label: &str, numeric| Column {
        label: label.into(),
        numeric,
    };
    let setup = &scene.system.setup;
    let row = |outcome: &Outcome| {
        let node = |node: NodeId| setup.number(node).to_string();
        let (from, active) = match &outcome.reply {
            Some(reply) => (node(reply.node), reply.active.to_string()),
            None => (node(outcome.asked.to), "–".to_owned()),
        };
        vec![
            request(&outcome.asked.rpc).into(),
            from.into(),
            report::status(outcome).into(),
            ms_text(outcome.latency).into(),
            active.into(),
        ]
    };
    let (_, story) = scene.system.watch.story();
    Table {
        title: "Last answers".into(),
        columns: vec![
            column("request", false),
            column("node", true),
            column("answer", false),
            column("ms", true),
            column("Active", true),
        ],
        rows: story.iter().rev().take(ANSWERS_MAX).map(row).collect(),
    }
}
