//! Quorums and availability: N nodes hold a copy each, a read waits for R of them and a write
//! for W.
//!
//! The client and the nodes ([`process`], [`client`]) run the protocol; the books ([`ledger`])
//! judge from outside whether a read was older than the last acknowledged write.

pub mod client;
mod info;
mod inspect;
pub mod ledger;
pub mod message;
mod picture;
pub mod process;
mod report;

use std::rc::Rc;

use faultline_sim::{Fault, Latency, Link, Network, NodeId, Property, Span, Time, World};
use faultline_view::{Label, View};

use crate::commands::{Names, Words};
use crate::text::excerpt;
use crate::{CommandError, Holdings, Metrics, Scene, System, SystemInfo, Values};
use client::READS_OK;
use ledger::Ledger;
use message::{Ask, Versioned};
use process::{CLIENT, Machine, Setup, Workload};

pub use info::INFO;

/// How long a message takes on a calm network, at least and at most.
const LATENCY: (Span, Span) = (Span::from_millis(5), Span::from_millis(15));
/// On an unlucky one: at least this, and on average so much on top.
const UNLUCKY_LATENCY: (Span, Span) = (Span::from_millis(2), Span::from_millis(40));
/// Share of messages that an unlucky network loses, percent.
const UNLUCKY_LOSS_PERCENT: f64 = 5.0;
/// The longest value that can be written, characters.
const VALUE_CHARS_MAX: usize = 40;

/// What the workshop's program does, in seconds: three reads, with a node killed before the
/// second and before the third.
const GUIDE: [(u64, Command); 5] = [
    (3, Command::Read),
    (6, Command::Kill(NodeId(2))),
    (7, Command::Read),
    (10, Command::Kill(NodeId(3))),
    (11, Command::Read),
];

/// What the run keeps besides its machines.
#[derive(Clone)]
pub struct Quorum {
    setup: Rc<Setup>,
    names: Rc<[Label]>,
    title: Label,
    subtitle: Label,
    guided: bool,
    /// Whether the text ends with totals.
    totals: bool,
    ledger: Ledger,
}

/// The system's own commands.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// The client reads.
    Read,
    /// The client writes.
    Write(Label),
    /// A node crashes, as the scenario has it.
    Kill(NodeId),
}

impl Quorum {
    /// The run's books.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Every node with what is on its disk.
    pub fn copies<'a>(
        &self,
        world: &'a World<Machine>,
    ) -> impl Iterator<Item = (NodeId, &'a Versioned)> + use<'a> {
        (1..=self.setup.n)
            .map(NodeId)
            .map(|node| (node, &world.disk(node).held))
    }
}

impl System for Quorum {
    type Process = Machine;
    type Command = Command;

    fn info() -> &'static SystemInfo {
        &INFO
    }

    fn build(values: &Values, seed: u64) -> (Self, World<Machine>) {
        // The ranges of the parameters keep these in bounds.
        let count = |name: &str| u32::try_from(values.int(name)).unwrap_or(1);
        let (n, r, w) = (count("n"), count("r"), count("w"));
        let scenario = values.choice("scenario");
        let initial = Versioned {
            version: 1,
            value: "value_1".into(),
        };
        let setup = Rc::new(Setup {
            n,
            r,
            w,
            timeout: values.span("timeout"),
            read_repair: values.bool("read_repair"),
            hinted_handoff: values.bool("hinted_handoff"),
            workload: workload(scenario),
            initial: initial.clone(),
        });
        let network = if scenario == "stale" {
            let (floor, mean) = UNLUCKY_LATENCY;
            let mut link = Link::new(Latency::Exponential { floor, mean });
            link.loss_percent = UNLUCKY_LOSS_PERCENT;
            Network::new(link)
        } else {
            Network::uniform(LATENCY.0, LATENCY.1)
        };
        let nodes = (1..=n).map(|node| node.to_string().into());
        let system = Self {
            names: std::iter::once("client".into()).chain(nodes).collect(),
            title: format!("R {r}, W {w}").into(),
            subtitle: format!("of N {n} copies").into(),
            guided: scenario == "guide",
            totals: scenario != "guide",
            ledger: Ledger::new(n + 1, initial.version),
            setup: Rc::clone(&setup),
        };
        (system, World::new(setup, n + 1, network, seed))
    }

    fn script(&self) -> Vec<(Time, Command)> {
        let steps = GUIDE.iter().filter(|_| self.guided);
        steps
            .filter(|(_, command)| match command {
                Command::Kill(node) => node.0 <= self.setup.n,
                _ => true,
            })
            .map(|(at, command)| (Time::from_secs(*at), command.clone()))
            .collect()
    }

    fn node_name(&self, node: NodeId) -> Label {
        self.names.get(node.index()).cloned().unwrap_or_default()
    }

    fn read(&self, words: &Words, _names: Names) -> Option<Result<Command, CommandError>> {
        match words.verb() {
            "read" => Some(words.arguments::<0>("read").map(|_| Command::Read)),
            "write" => Some(read_value(words).map(Command::Write)),
            _ => None,
        }
    }

    fn write(&self, command: &Command) -> String {
        match command {
            Command::Read => "read".into(),
            Command::Write(value) => format!("write {value}"),
            Command::Kill(node) => format!("crash {}", self.node_name(*node)),
        }
    }

    fn apply(scene: &mut Scene<Self>, command: &Command) -> Result<(), CommandError> {
        let ask = match command {
            Command::Read => Ask::Read,
            Command::Write(value) => Ask::Write(value.clone()),
            Command::Kill(node) => {
                let fault = Fault::Crash { node: *node };
                let error = |_| CommandError(format!("node {node} is down"));
                return scene.world.apply(&fault).map_err(error);
            }
        };
        if scene.world.command(CLIENT, ask) {
            Ok(())
        } else {
            Err(CommandError("the client is down".into()))
        }
    }

    fn observe(&mut self, world: &World<Machine>) {
        self.ledger.observe(world);
    }

    fn properties() -> Vec<(Property<Scene<Self>>, &'static str)> {
        vec![
            (
                Property::always("no_stale_read", |scene: &Scene<Self>| {
                    scene.system.ledger.stale_reads() == 0
                }),
                "No read returns older than the last acknowledged write",
            ),
            (
                Property::always("acknowledged_kept", |scene: &Scene<Self>| {
                    let newest = scene
                        .system
                        .copies(&scene.world)
                        .map(|(_, held)| held.version);
                    newest.max() >= Some(scene.system.ledger.version())
                }),
                "The last acknowledged write is on some disk",
            ),
            (
                Property::eventually("a_read_succeeds", |scene: &Scene<Self>| {
                    scene.world.counters().contains_key(READS_OK)
                }),
                "A read succeeds",
            ),
        ]
    }

    fn title(scene: &Scene<Self>) -> Label {
        scene.system.title.clone()
    }

    fn view(scene: &Scene<Self>) -> View {
        picture::view(scene)
    }

    fn inspect(scene: &Scene<Self>, node: NodeId, into: &mut Holdings) {
        inspect::node(scene, node, into);
    }

    fn metrics(scene: &Scene<Self>) -> Metrics {
        report::metrics(scene)
    }

    fn text(scene: &Scene<Self>) -> String {
        report::text(scene)
    }

    fn size_bytes(&self) -> usize {
        size_of::<Self>() + self.ledger.size_bytes()
    }
}

fn workload(scenario: &str) -> Option<Workload> {
    match scenario {
        "workload" => Some(Workload {
            pause: Span::from_millis(400),
            think: Span::from_millis(400),
        }),
        // The read follows its write at once.
        "stale" => Some(Workload {
            pause: Span::from_millis(100),
            think: Span::ZERO,
        }),
        _ => None,
    }
}

fn read_value(words: &Words) -> Result<Label, CommandError> {
    let value = words.rest();
    if value.is_empty() {
        return Err(CommandError(
            "'write' is not complete; use write <value>".into(),
        ));
    }
    if value.chars().count() > VALUE_CHARS_MAX {
        return Err(CommandError(format!(
            "value '{}' is too long; use at most {VALUE_CHARS_MAX} characters",
            excerpt(value)
        )));
    }
    Ok(value.into())
}

#[cfg(test)]
mod tests;
