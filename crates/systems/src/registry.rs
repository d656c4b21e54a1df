//! Service discovery: nodes register, heartbeats keep their entries alive, and who falls silent
//! is struck out.
//!
//! The registry ([`table`]), the nodes ([`service`]) and a client that looks them up ([`client`])
//! are machines of one kind ([`process`]); the books ([`watch`]) compare the table with who
//! really runs, and what lost heartbeats did with what theory expects ([`theory`]).

pub mod client;
mod info;
mod inspect;
pub mod message;
mod picture;
pub mod process;
mod report;
pub mod service;
pub mod table;
pub mod theory;
pub mod watch;

use std::rc::Rc;

use faultline_sim::{Fault, Latency, Link, Network, NodeId, Property, Time, World};
use faultline_view::{Label, View};

use crate::commands::{Names, Words};
use crate::{CommandError, Holdings, Metrics, Scene, System, SystemInfo, Values};
use process::{Machine, Setup};
use watch::Watch;

pub use info::INFO;

/// How long a message takes, at least and at most, in mean latencies.
const LATENCY: (f64, f64) = (0.5, 1.5);
/// When the scenario's node freezes, and when it goes on.
const FREEZE: (Time, Time) = (Time::from_secs(22), Time::from_secs(32));

/// What the run keeps besides its machines.
#[derive(Clone)]
pub struct Registry {
    names: Rc<[Label]>,
    title: Label,
    subtitle: Label,
    freezes: bool,
    watch: Watch,
}

/// What the scenario does; users have the commands that every system knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// A node freezes.
    Pause(NodeId),
    /// It goes on.
    Resume(NodeId),
}

impl Registry {
    /// The run's books.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }
}

impl System for Registry {
    type Process = Machine;
    type Command = Command;

    fn info() -> &'static SystemInfo {
        &INFO
    }

    fn build(values: &Values, seed: u64) -> (Self, World<Machine>) {
        // The range of the parameter keeps it in bounds.
        let nodes = u32::try_from(values.int("nodes")).unwrap_or(1);
        let setup = Setup {
            nodes,
            heartbeat_every: values.span("heartbeat_every"),
            ttl: values.span("ttl"),
            prune_every: values.span("prune_every"),
            timeout: values.span("timeout"),
            call_every: values.span("call_every"),
            tells_unknown: values.choice("unknown_heartbeat") == "404",
        };
        let latency = values.span("latency");
        let mut link = Link::new(Latency::Uniform {
            min: latency.scaled(LATENCY.0),
            max: latency.scaled(LATENCY.1),
        });
        link.loss_percent = values.float("loss");
        let names = setup.nodes().map(|node| process::name(node).into());
        let system = Self {
            names: std::iter::once("registry".into())
                .chain(names)
                .chain(["client".into()])
                .collect(),
            // Two registries side by side differ in this.
            title: format!("{} to unknown nodes", values.choice("unknown_heartbeat")).into(),
            subtitle: format!(
                "TTL {}, a heartbeat every {}",
                setup.ttl, setup.heartbeat_every
            )
            .into(),
            freezes: values.choice("scenario") == "freeze",
            watch: Watch::new(nodes),
        };
        let world = World::new(setup, nodes + 2, Network::new(link), seed);
        (system, world)
    }

    fn script(&self) -> Vec<(Time, Command)> {
        if !self.freezes {
            return Vec::new();
        }
        // Between the registry and the client are the nodes.
        let last = NodeId(self.names.len() as u32 - 2);
        let (from, to) = FREEZE;
        vec![(from, Command::Pause(last)), (to, Command::Resume(last))]
    }

    fn node_name(&self, node: NodeId) -> Label {
        self.names.get(node.index()).cloned().unwrap_or_default()
    }

    fn read(&self, _: &Words, _: Names) -> Option<Result<Command, CommandError>> {
        None
    }

    fn write(&self, command: &Command) -> String {
        match *command {
            Command::Pause(node) => format!("pause {}", self.node_name(node)),
            Command::Resume(node) => format!("resume {}", self.node_name(node)),
        }
    }

    fn apply(scene: &mut Scene<Self>, command: &Command) -> Result<(), CommandError> {
        let fault = match *command {
            Command::Pause(node) => Fault::Pause { node },
            Command::Resume(node) => Fault::Resume { node },
        };
        let refused = |_| CommandError("the node is down or was paused before".into());
        scene.world.apply(&fault).map_err(refused)
    }

    fn observe(&mut self, world: &World<Machine>) {
        self.watch.observe(world);
    }

    fn properties() -> Vec<(Property<Scene<Self>>, &'static str)> {
        vec![
            (
                Property::always("no_false_expiry", |scene: &Scene<Self>| {
                    scene.system.watch.expired_running() == 0
                }),
                "No node expires while it runs",
            ),
            (
                Property::always("nobody_forgotten", |scene: &Scene<Self>| {
                    !scene.system.watch.forgotten()
                }),
                "A node that runs is listed again within three heartbeats",
            ),
            (
                Property::eventually("everyone_listed", |scene: &Scene<Self>| {
                    scene.system.watch.complete()
                }),
                "All nodes that run are listed",
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
        size_of::<Self>() + self.watch.size_bytes()
    }
}

#[cfg(test)]
mod tests;
