//! What there is to see: each client's requests over the level of its bucket, with what passed
//! and what was refused, and the sums.

use faultline_sim::{Flight, NodeId};
use faultline_view::{
    Bar, Bars, Column, Figure, Gate, GateMark, GateMarkKind, Gates, Label, Panel, Table, Tone,
    TopologyNode, View,
};

use super::RateLimit;
use super::message::Message;
use super::process::{Machine, Profile, SERVER};
use super::report::{self, allowance, tally};
use super::watch::Verdict;
use crate::text::grouped;
use crate::{Scene, topology};

pub(super) fn view(scene: &Scene<RateLimit>) -> View {
    View {
        title: scene.system.title.clone(),
        subtitle: scene.system.subtitle.clone(),
        figures: figures(scene),
        panels: vec![
            Panel::Gates(gates(scene)),
            Panel::Bars(answers(scene)),
            Panel::Table(clients(scene)),
        ],
    }
}

/// Of the client that asks most, how many passed beside how many may; and of the one that the
/// lesson is about.
fn figures(scene: &Scene<RateLimit>) -> Vec<Figure> {
    let setup = scene.world.config();
    let mut figures = Vec::new();
    for profile in setup.clients.iter().rev() {
        let [_, allowed, rejected] = tally(scene, profile);
        let all = grouped(allowed + rejected);
        let figure = match profile.name {
            "good" if figures.len() < 2 => Figure {
                value: grouped(rejected).into(),
                unit: format!("of good's {all} refused").into(),
                detail: if setup.shared {
                    "counted with the others"
                } else {
                    "counted alone"
                }
                .into(),
            },
            "bad" => Figure {
                value: grouped(allowed).into(),
                unit: format!("of bad's {all} passed").into(),
                detail: format!(
                    "at most {:.0} by now: {} + {}/s",
                    libm::floor(allowance(scene)),
                    setup.quota.capacity,
                    setup.quota.per_s
                )
                .into(),
            },
            "burst" => Figure {
                value: grouped(allowed).into(),
                unit: format!("of burst's {all} passed").into(),
                detail: format!(
                    "capacity {}, most at once {}",
                    setup.quota.capacity,
                    scene.system.watch.at_once_max()
                )
                .into(),
            },
            _ => continue,
        };
        figures.push(figure);
    }
    figures
}

/// A client's tone.
fn tone(client: NodeId) -> Tone {
    Tone::Series((client.0.saturating_sub(1) % 8) as u8)
}

fn gates(scene: &Scene<RateLimit>) -> Gates {
    let (system, now) = (&scene.system, scene.world.now());
    let quota = scene.world.config().quota;
    let shown = system.watch.shown();
    Gates {
        title: Label::default(),
        x_label: "s".into(),
        from: now.as_secs_f64() - shown.as_secs_f64(),
        to: now.as_secs_f64(),
        capacity: quota.capacity.into(),
        unit: system.wording.level.into(),
        gates: scene
            .world
            .config()
            .clients()
            .zip(&scene.world.config().clients)
            .map(|(client, profile)| gate(scene, client, profile))
            .collect(),
    }
}

fn gate(scene: &Scene<RateLimit>, client: NodeId, profile: &Profile) -> Gate {
    let (world, system) = (&scene.world, &scene.system);
    let now = world.now();
    let node = |id: NodeId| {
        (id == SERVER || id == client).then(|| TopologyNode {
            label: system.names[id.index()].clone(),
            tone: if id == SERVER { Tone::Ink } else { tone(id) },
            ..TopologyNode::default()
        })
    };
    let message_tone = |flight: &Flight<'_, Message>| match flight.message {
        Message::Request { .. } => tone(client),
        Message::Ok { .. } => Tone::Ok,
        Message::TooMany { .. } => Tone::Bad,
    };
    let names = &system.names;
    let way = topology::<Machine>(world, names, Label::default(), node, message_tone);
    let [_, allowed, rejected] = tally(scene, profile).map(grouped);
    let from = now.as_secs_f64() - system.watch.shown().as_secs_f64();
    let trace = system.watch.trace(client);
    let kind = |verdict| match verdict {
        Verdict::Passed => GateMarkKind::Passed,
        Verdict::Waited => GateMarkKind::Waited,
        Verdict::Refused => GateMarkKind::Refused,
    };
    Gate {
        way,
        count: format!("{allowed} passed, {rejected} refused").into(),
        level_text: report::level(scene, client).into(),
        level: trace.map_or_else(Vec::new, |trace| {
            let line = trace.level(now).into_iter();
            let mut line: Vec<(f64, f64)> =
                line.map(|(at, level)| (at.as_secs_f64(), level)).collect();
            // Of what lies before the stretch shown, one corner is enough.
            let before = line.iter().take_while(|(at, _)| *at < from).count();
            line.drain(..before.saturating_sub(1));
            line
        }),
        marks: trace.map_or_else(Vec::new, |trace| {
            let marks = trace.marks().map(|(at, verdict)| GateMark {
                at: at.as_secs_f64(),
                kind: kind(verdict),
            });
            marks.filter(|mark| mark.at >= from).collect()
        }),
    }
}

/// What each client heard, as bars.
fn answers(scene: &Scene<RateLimit>) -> Bars {
    let bars = scene.world.config().clients.iter().flat_map(|profile| {
        let [_, allowed, rejected] = tally(scene, profile);
        let bar = |status: &str, tone, value: u64| Bar {
            label: format!("{} {status}", profile.name).into(),
            tone,
            value: value as f64,
            text: grouped(value).into(),
            expected: None,
        };
        [
            bar("200", Tone::Ok, allowed),
            bar("429", Tone::Bad, rejected),
        ]
    });
    Bars {
        title: "Answers".into(),
        unit: "requests".into(),
        bars: bars.collect(),
    }
}

fn clients(scene: &Scene<RateLimit>) -> Table {
    let column = |label: &str, numeric| Column {
        label: label.into(),
        numeric,
    };
    let setup = scene.world.config();
    let row = |(client, profile): (NodeId, &Profile)| -> Vec<Label> {
        let [sent, allowed, rejected] = tally(scene, profile).map(grouped);
        let heard = match scene.world.node(client) {
            Machine::Client(client) => client.heard(),
            Machine::Server(_) => None,
        };
        vec![
            profile.name.into(),
            sent.into(),
            allowed.into(),
            rejected.into(),
            heard
                .map_or("nothing yet".into(), super::inspect::heard)
                .into(),
        ]
    };
    Table {
        title: "Clients".into(),
        columns: vec![
            column("client", false),
            column("sent", true),
            column("200", true),
            column("429", true),
            column("last answer", false),
        ],
        rows: setup.clients().zip(&setup.clients).map(row).collect(),
    }
}
