//! Gossip: every node tells a random other what it knows, once a period, and news reaches all.
//!
//! The state is a version vector ([`versions`]): for each node the number of its updates. The
//! nodes ([`process`]) push, pull or do both; the books ([`watch`]) say who knows the last
//! update, beside what an epidemic is expected to do ([`theory`]).

mod info;
mod inspect;
pub mod message;
mod picture;
pub mod process;
mod report;
pub mod theory;
pub mod versions;
pub mod watch;

use std::rc::Rc;

use faultline_sim::{Network, NodeId, Property, Span, Time, World};
use faultline_view::{Label, View};

use crate::commands::{Names, Words};
use crate::text::excerpt;
use crate::{CommandError, Holdings, Metrics, Scene, System, SystemInfo, Values};
use message::Update;
use process::{FORGOTTEN, Mode, Node, Setup};
use theory::Epidemic;
use versions::Versions;
use watch::Watch;

pub use info::INFO;

/// How long a message takes, at least and at most, in mean latencies.
const LATENCY: (f64, f64) = (0.5, 1.5);

/// What the run keeps besides its nodes.
#[derive(Clone)]
pub struct Gossip {
    names: Rc<[Label]>,
    title: Label,
    subtitle: Label,
    epidemic: Epidemic,
    first_update: Span,
    watch: Watch,
}

/// The system's own commands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// Counts up a node's version.
    Update(NodeId),
    /// The run's own first update, which only happens if no user came before it.
    FirstUpdate,
}

impl Gossip {
    /// The run's books.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// What theory expects.
    pub fn epidemic(&self) -> Epidemic {
        self.epidemic
    }
}

impl System for Gossip {
    type Process = Node;
    type Command = Command;

    fn info() -> &'static SystemInfo {
        &INFO
    }

    fn build(values: &Values, seed: u64) -> (Self, World<Node>) {
        // The ranges of the parameters keep these in bounds.
        let count = |name: &str| u32::try_from(values.int(name)).unwrap_or(1);
        let unless_zero = |span: Span| (span > Span::ZERO).then_some(span);
        let nodes = count("nodes");
        let (mode, way) = match values.choice("mode") {
            "pull" => (Mode::Pull, "pull from"),
            "push-pull" => (Mode::PushPull, "push and pull with"),
            _ => (Mode::Push, "push to"),
        };
        let setup = Setup {
            mode,
            period: values.span("period"),
            timeout: values.span("timeout"),
            fanout: count("fanout"),
            hot_rounds: Some(count("hot_rounds")).filter(|rounds| *rounds > 0),
            anti_entropy: unless_zero(values.span("anti_entropy")),
            keep_larger: values.choice("merge") == "larger",
            blank: Versions::none(nodes),
        };
        let others = match setup.fanout {
            1 => "one random other".into(),
            many => format!("{many} random others"),
        };
        let system = Self {
            names: (1..=nodes).map(|id| id.to_string().into()).collect(),
            title: format!("{nodes} nodes").into(),
            subtitle: format!("{way} {others} every {}", setup.period).into(),
            epidemic: Epidemic::of(&setup, nodes),
            first_update: values.span("first_update"),
            watch: Watch::default(),
        };
        let latency = values.span("latency");
        let network = Network::uniform(latency.scaled(LATENCY.0), latency.scaled(LATENCY.1));
        (system, World::new(setup, nodes, network, seed))
    }

    fn script(&self) -> Vec<(Time, Command)> {
        let first = (self.first_update > Span::ZERO).then_some(self.first_update);
        first
            .map(|after| (Time::ZERO + after, Command::FirstUpdate))
            .into_iter()
            .collect()
    }

    fn node_name(&self, node: NodeId) -> Label {
        self.names.get(node.index()).cloned().unwrap_or_default()
    }

    fn read(&self, words: &Words, names: Names) -> Option<Result<Command, CommandError>> {
        match words.verb() {
            "update" => Some(
                words
                    .arguments("update <node>")
                    .and_then(|[node]| names.node(node))
                    .map(Command::Update),
            ),
            "curl" => Some(self.read_curl(words).map(Command::Update)),
            _ => None,
        }
    }

    fn write(&self, command: &Command) -> String {
        match command {
            Command::Update(node) => format!("update {}", self.node_name(*node)),
            Command::FirstUpdate => "update 1".into(),
        }
    }

    fn apply(scene: &mut Scene<Self>, command: &Command) -> Result<(), CommandError> {
        let node = match *command {
            Command::Update(node) => node,
            Command::FirstUpdate if scene.system.watch.news().is_none() => NodeId(0),
            Command::FirstUpdate => return Ok(()),
        };
        if scene.world.command(node, Update) {
            Ok(())
        } else {
            let name = scene.system.node_name(node);
            Err(CommandError(format!("node {name} is down")))
        }
    }

    fn observe(&mut self, world: &World<Node>) {
        self.watch.observe(world);
    }

    fn properties() -> Vec<(Property<Scene<Self>>, &'static str)> {
        vec![
            (
                Property::always("nothing_forgotten", |scene: &Scene<Self>| {
                    !scene.world.counters().contains_key(FORGOTTEN)
                }),
                "No running node replaces a version by an older one",
            ),
            (
                Property::eventually("everyone_informed", |scene: &Scene<Self>| {
                    scene.system.watch.spread_at().is_some()
                }),
                "An update reaches every live node",
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

impl Gossip {
    /// Reads the workshop's way to update a node: `curl -X POST http://localhost:7001/update`.
    fn read_curl(&self, words: &Words) -> Result<NodeId, CommandError> {
        let port = words
            .rest()
            .strip_prefix("-X POST ")
            .and_then(|url| url.trim().strip_prefix("http://localhost:"))
            .and_then(|rest| rest.strip_suffix("/update"))
            .and_then(|port| port.parse::<u32>().ok());
        (0..self.names.len() as u32)
            .map(NodeId)
            .find(|&node| port == Some(report::port(node)))
            .ok_or_else(|| {
                CommandError(format!(
                    "'curl {}' reaches no node; use curl -X POST http://localhost:<port>/update \
                     with a port from {} to {}",
                    excerpt(words.rest()),
                    report::port(NodeId(0)),
                    report::port(NodeId(self.names.len() as u32 - 1)),
                ))
            })
    }
}

#[cfg(test)]
mod tests;
