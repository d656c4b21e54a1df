//! What there is to see: the breaker's state machine, the clients and their server, who was in
//! which state when, calls second by second, and the last calls.

use faultline_sim::{Flight, NodeId, Status, Time};
use faultline_view::{
    Column, Figure, Label, Lane, LaneSpan, LaneWeight, Lanes, MachineProgress, MachineState,
    MachineTransition, Panel, Series, SeriesLine, StateMachine, Table, Tone, Topology,
    TopologyNode, View,
};

use super::Breaker;
use super::client::{ATTEMPTS, FAILED, OK, RETRIES, SPARED, TIMEOUTS};
use super::machine::{self, State};
use super::message::{Line, Message, Outcome};
use super::process::{Machine, SERVER, SHOWN};
use super::report::{breaker, clients_in, counter, ok_percent};
use super::watch::{BUCKET, Bucket, Role};
use crate::text::grouped;
use crate::{Scene, System as _, topology};

/// Rows of the table of calls, the latest.
const CALL_ROWS: usize = 6;
/// Up to so many clients each says the state of its breaker.
const CAPTIONS_MAX: u32 = 8;
/// The part of the picture that clients stand in, from the left.
const CLIENTS_WIDTH: f32 = 0.55;
/// So many clients stand above each other before there is a second column.
const COLUMN: u32 = 6;
/// How much higher than wide the block of clients is.
const BLOCK: f64 = 1.3;

pub(super) fn view(scene: &Scene<Breaker>) -> View {
    let machine = breaker(scene, SHOWN).map(|breaker| state_machine(scene, breaker));
    let panels = [
        machine.map(Panel::StateMachine),
        Some(Panel::Topology(cluster(scene))),
        Some(Panel::Lanes(history(scene))),
        Some(Panel::Series(course(scene))),
        Some(Panel::Table(last_calls(scene))),
    ];
    View {
        title: scene.system.title.clone(),
        subtitle: scene.system.subtitle.clone(),
        figures: figures(scene),
        panels: panels.into_iter().flatten().collect(),
    }
}

fn figures(scene: &Scene<Breaker>) -> Vec<Figure> {
    let count = |name| counter(scene, name);
    let first = if scene.world.config().breaker.is_some() {
        Figure {
            value: grouped(count(SPARED)).into(),
            unit: "calls spared".into(),
            detail: format!("{} reached the server", grouped(count(ATTEMPTS))).into(),
        }
    } else {
        Figure {
            value: grouped(count(ATTEMPTS)).into(),
            unit: "calls sent".into(),
            detail: format!(
                "{} of them retries · {} timed out",
                grouped(count(RETRIES)),
                grouped(count(TIMEOUTS))
            )
            .into(),
        }
    };
    let over = count(OK) + count(FAILED);
    let after = scene.system.watch.failed_after_recovery();
    let second = Figure {
        value: format!("{:.0}", ok_percent(scene)).into(),
        unit: "% succeed".into(),
        detail: match after {
            Some(after) => format!(
                "{} of {} · failures up to {:.1} s after the recovery",
                grouped(count(OK)),
                grouped(over),
                after.as_secs_f64()
            ),
            None => format!("{} of {}", grouped(count(OK)), grouped(over)),
        }
        .into(),
    };
    vec![first, second]
}

/// The breaker of the first client.
fn state_machine(scene: &Scene<Breaker>, breaker: &machine::Breaker) -> StateMachine {
    let clients = scene.world.node_count() - 1;
    let down = scene.world.status(SHOWN) == Some(Status::Down);
    let state = |label: &str, caption: &str, tone, of: State| MachineState {
        label: label.into(),
        caption: caption.into(),
        note: match clients {
            1 => Label::default(),
            many => format!("{} of {many} clients", clients_in(scene, of)).into(),
        },
        tone,
        place: None,
    };
    let probes = breaker.settings().probes;
    let tries = match probes {
        1 => "one call tries".to_owned(),
        many => format!("{many} calls try"),
    };
    let ways = WAYS.map(|(from, to)| {
        let is_now = from == breaker.state() && !down;
        MachineTransition {
            from: from as u32,
            to: to as u32,
            label: condition(from, to, breaker.settings()).into(),
            progress: progress(from, to, breaker, scene.world.now()).filter(|_| is_now),
            taken: scene.system.watch.last_change() == Some((from, to)),
        }
    });
    let title = match clients {
        1 => "The client's circuit breaker".into(),
        _ => format!("The circuit breaker of {}", scene.system.node_name(SHOWN)),
    };
    StateMachine {
        title: title.into(),
        node: scene.system.node_name(SHOWN),
        states: vec![
            state("CLOSED", "calls pass", Tone::Ok, State::Closed),
            state("OPEN", "calls fail at once", Tone::Bad, State::Open),
            state("HALF-OPEN", &tries, Tone::Accent, State::HalfOpen),
        ],
        transitions: ways.to_vec(),
        current: (!down).then_some(breaker.state() as u32),
    }
}

/// The changes there are.
const WAYS: [(State, State); 4] = [
    (State::Closed, State::Open),
    (State::Open, State::HalfOpen),
    (State::HalfOpen, State::Closed),
    (State::HalfOpen, State::Open),
];

/// When a change is made.
fn condition(from: State, to: State, settings: &machine::Settings) -> String {
    match (from, to, settings) {
        (State::Closed, ..) => match settings.threshold {
            1 => "a failure".into(),
            many => format!("{many} failures in a row"),
        },
        (State::Open, ..) => format!("a call after more than {}", settings.recovery),
        (_, State::Closed, _) => match settings.probes {
            1 => "the probe succeeds".into(),
            many => format!("{many} probes succeed"),
        },
        _ => "a probe fails".into(),
    }
}

/// How near a breaker is to a change from its present state.
fn progress(
    from: State,
    to: State,
    breaker: &machine::Breaker,
    now: Time,
) -> Option<MachineProgress> {
    let counted = |count: u32, of: u32| MachineProgress {
        share: count as f32 / of as f32,
        steps: of,
        text: format!("{count} of {of}").into(),
    };
    let settings = breaker.settings();
    match (from, to) {
        (State::Closed, _) => Some(counted(breaker.failures(), settings.threshold)),
        (State::Open, _) => {
            let left = breaker.remaining(now)?.as_secs_f64();
            let whole = settings.recovery.as_secs_f64();
            Some(MachineProgress {
                share: (1.0 - left / whole) as f32,
                steps: 0,
                text: if left > 0.0 {
                    format!("{left:.1} s left")
                } else {
                    "with the next call".into()
                }
                .into(),
            })
        }
        (_, State::Closed) => Some(counted(breaker.probes_passed(), settings.probes)),
        _ => None,
    }
}

/// How a state is called and coloured.
fn tone(state: State) -> (&'static str, Tone) {
    match state {
        State::Closed => ("closed", Tone::Ok),
        State::Open => ("open", Tone::Bad),
        State::HalfOpen => ("half-open", Tone::Accent),
    }
}

/// Clients in columns at the left, the server at the right.
fn place(node: NodeId, clients: u32) -> (f32, f32) {
    if node == SERVER {
        // At the foot, so that no link crosses what stands beneath it.
        return (1.0, if clients == 1 { 0.5 } else { 1.0 });
    }
    let columns = match clients {
        0..=COLUMN => 1,
        many => libm::ceil(libm::sqrt(f64::from(many)) / BLOCK) as u32,
    };
    let rows = clients.div_ceil(columns);
    let (column, row) = ((node.0 - 1) / rows, (node.0 - 1) % rows);
    let share = |index: u32, of: u32, alone: f32| match of {
        1 => alone,
        many => index as f32 / (many - 1) as f32,
    };
    let x = share(column, columns, 0.0) * CLIENTS_WIDTH;
    (x, share(row, rows, 0.5))
}

fn cluster(scene: &Scene<Breaker>) -> Topology {
    let world = &scene.world;
    let clients = world.node_count() - 1;
    let node = |id: NodeId| {
        let down = world.status(id) == Some(Status::Down);
        let (caption, tone, filled): (Label, Tone, bool) = match world.node(id) {
            _ if down => ("down".into(), Tone::Muted, false),
            Machine::Server(server) => {
                let mode = if server.failing() {
                    "failing"
                } else {
                    "healthy"
                };
                let mut caption = format!("server, {mode}");
                let waiting = server.station().waiting();
                if waiting > 0 {
                    caption += &format!(", {waiting} wait");
                }
                match server.waiting_in_vain(world) {
                    0 => {}
                    all if all == waiting => caption += " in vain",
                    some => caption += &format!(", {some} in vain"),
                }
                let tone = if server.failing() {
                    Tone::Bad
                } else {
                    Tone::Ok
                };
                (caption.into(), tone, !server.failing())
            }
            Machine::Client(client) => match client.breaker() {
                Some(breaker) => {
                    let (word, tone) = tone(breaker.state());
                    let caption = match clients {
                        1 => format!("client, {word}"),
                        _ => word.into(),
                    };
                    (caption.into(), tone, breaker.state() == State::Closed)
                }
                None if clients == 1 => ("client".into(), Tone::Ink, false),
                None => (Label::default(), Tone::Ink, false),
            },
        };
        let named = clients <= CAPTIONS_MAX || id == SERVER;
        // Short enough for a small circle; the caption has the name.
        let label = match (id, clients) {
            (SERVER, _) => "S".into(),
            (_, 1) => "C".into(),
            _ => scene.system.node_name(id),
        };
        Some(TopologyNode {
            label,
            caption: if named { caption } else { Label::default() },
            tone,
            filled,
            place: Some(place(id, clients)),
            ..TopologyNode::default()
        })
    };
    let waits = |client: NodeId, number| {
        let client = world.node(client).client();
        client.is_some_and(|client| client.waits_for(number))
    };
    let message_tone = |flight: &Flight<'_, Message>| match *flight.message {
        Message::Call { .. } => Tone::Ink,
        // What comes too late is no use to anybody.
        Message::Reply { number, .. } if !waits(flight.to, number) => Tone::Muted,
        Message::Reply {
            outcome: Outcome::Healthy,
            ..
        } => Tone::Ok,
        Message::Reply { .. } => Tone::Bad,
    };
    let names = &scene.system.names;
    let title = if clients == 1 {
        "Client and server"
    } else {
        "Clients and server"
    };
    let mut picture = topology::<Machine>(world, names, title.into(), node, message_tone);
    // Clients do not talk to each other.
    picture
        .links
        .retain(|link| link.a == SERVER.0 || link.b == SERVER.0);
    picture
}

/// What the server and the first clients were when.
fn history(scene: &Scene<Breaker>) -> Lanes {
    let (watch, now) = (&scene.system.watch, scene.world.now());
    let words = [
        "works",
        "fails",
        "frozen",
        "down",
        "closed",
        "open",
        "half-open",
    ];
    let [works, fails, frozen, down, closed, open, half_open] = words.map(Label::from);
    let lane = |node: NodeId| {
        let span = |(role, from, to): (Role, Time, Time)| {
            let (label, tone, weight) = match role {
                Role::Works => (&works, Tone::Ok, LaneWeight::Thin),
                Role::Fails => (&fails, Tone::Bad, LaneWeight::Thick),
                Role::Paused => (&frozen, Tone::Ink, LaneWeight::Broken),
                Role::Down => (&down, Tone::Hair, LaneWeight::Thin),
                Role::Breaker(State::Closed) => (&closed, Tone::Ok, LaneWeight::Thin),
                Role::Breaker(State::Open) => (&open, Tone::Bad, LaneWeight::Thick),
                Role::Breaker(State::HalfOpen) => (&half_open, Tone::Accent, LaneWeight::Thick),
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
            label: scene.system.node_name(node),
            spans: watch.roles_of(node, now).map(span).collect(),
        }
    };
    // Clients without a breaker have nothing to tell.
    let (title, lanes) = match scene.world.config().breaker {
        Some(_) => ("Failing or open (thick)", watch.watched()),
        None => ("Failing (thick)", 1),
    };
    Lanes {
        title: title.into(),
        x_label: "s".into(),
        to: now.as_secs_f64(),
        lanes: (0..lanes).map(NodeId).map(lane).collect(),
    }
}

/// What happened to calls, per second.
fn course(scene: &Scene<Breaker>) -> Series {
    let buckets = || scene.system.watch.buckets();
    let per_second = 1.0 / BUCKET.as_secs_f64();
    let line = |label: &str, tone, value: &dyn Fn(&Bucket) -> u64| SeriesLine {
        label: label.into(),
        tone,
        points: buckets()
            .map(|bucket| {
                let from = bucket.end.since(Time::ZERO + BUCKET);
                (from.as_secs_f64(), value(bucket) as f64 * per_second)
            })
            .collect(),
        step: true,
        expected: false,
    };
    let mut lines = vec![
        line("succeed", Tone::Ok, &|bucket| bucket.ok),
        line("sent to the server", Tone::Ink, &|bucket| bucket.attempts),
    ];
    // What a breaker is for, or what becomes of the server's work where there is none.
    lines.push(match scene.world.config().breaker {
        Some(_) => line("spared", Tone::Accent, &|bucket| bucket.spared),
        None => line("answered too late", Tone::Bad, &|bucket| bucket.late),
    });
    Series {
        title: "Calls".into(),
        x_label: "time (s)".into(),
        y_label: "per second".into(),
        lines,
        marks: Vec::new(),
    }
}

fn last_calls(scene: &Scene<Breaker>) -> Table {
    let column = |label: &str, numeric| Column {
        label: label.into(),
        numeric,
    };
    let row = |(at, node, line): &(Time, NodeId, Line)| {
        let Line::Over { end, took, .. } = line else {
            return None;
        };
        let row = [
            format!("{:.2}", at.as_secs_f64()),
            scene.system.node_name(*node).to_string(),
            end.to_string(),
            format!("{:.0}", took.as_millis_f64()),
        ];
        Some(row.map(Label::from).to_vec())
    };
    let log = scene.system.watch.log().rev();
    let mut rows: Vec<Vec<Label>> = log.filter_map(row).take(CALL_ROWS).collect();
    rows.reverse();
    let mut columns = vec![
        column("end (s)", true),
        column("client", false),
        column("result", false),
        column("took (ms)", true),
    ];
    if scene.world.node_count() == 2 {
        columns.remove(1);
        for row in &mut rows {
            row.remove(1);
        }
    }
    Table {
        title: "The last calls".into(),
        columns,
        rows,
    }
}
