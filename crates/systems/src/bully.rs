//! Leader election by the bully algorithm: the highest node that runs leads.
//!
//! Followers poll their leader; who misses it asks all higher nodes, and leads if none answers
//! ([`process`]). The books ([`watch`]) say how long nobody led, and whether two did at once.

mod info;
mod inspect;
pub mod message;
mod picture;
pub mod process;
mod report;
pub mod watch;

use std::convert::Infallible;
use std::rc::Rc;

use faultline_sim::{Latency, Link, Network, NodeId, Property, Span, World};
use faultline_view::{Label, View};

use crate::commands::{Names, Words};
use crate::{CommandError, Holdings, Metrics, Scene, System, SystemInfo, Values};
use process::{Node, Setup};
use watch::Watch;

pub use info::INFO;

/// How long a message takes, at least and at most, in mean latencies.
const LATENCY: (f64, f64) = (0.5, 1.5);
/// How long it takes on a slow link, in time-outs: there and back is always too long.
const SLOW_TIMEOUTS: (f64, f64) = (0.6, 0.9);

/// What the run keeps besides its nodes.
#[derive(Clone)]
pub struct Bully {
    names: Rc<[Label]>,
    subtitle: Label,
    watch: Watch,
}

impl Bully {
    /// The run's books.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }
}

impl System for Bully {
    type Process = Node;
    /// There are no commands but those that every system knows.
    type Command = Infallible;

    fn info() -> &'static SystemInfo {
        &INFO
    }

    fn build(values: &Values, seed: u64) -> (Self, World<Node>) {
        // The range of the parameter keeps it in bounds.
        let nodes = u32::try_from(values.int("nodes")).unwrap_or(3);
        let setup = Setup {
            poll_every: values.span("poll_every"),
            timeout: values.span("timeout"),
            coordinator_wait: values.span("coordinator_wait"),
            polls_ask_role: values.choice("polls_ask") == "leadership",
        };
        let latency = values.span("latency");
        let calm = Network::uniform(latency.scaled(LATENCY.0), latency.scaled(LATENCY.1));
        let (network, trouble) = network(values.choice("trouble"), calm, nodes, setup.timeout);
        let system = Self {
            names: (1..=nodes).map(|id| id.to_string().into()).collect(),
            subtitle: format!("{nodes} nodes{trouble}").into(),
            watch: Watch::new(nodes),
        };
        (system, World::new(setup, nodes, network, seed))
    }

    fn node_name(&self, node: NodeId) -> Label {
        self.names.get(node.index()).cloned().unwrap_or_default()
    }

    fn read(&self, _: &Words, _: Names) -> Option<Result<Infallible, CommandError>> {
        None
    }

    fn write(&self, command: &Infallible) -> String {
        match *command {}
    }

    fn apply(_: &mut Scene<Self>, command: &Infallible) -> Result<(), CommandError> {
        match *command {}
    }

    fn observe(&mut self, world: &World<Node>) {
        self.watch.observe(world);
    }

    fn properties() -> Vec<(Property<Scene<Self>>, &'static str)> {
        vec![
            (
                Property::always("one_leader", |scene: &Scene<Self>| {
                    !scene.system.watch.overlapped()
                }),
                "Two nodes never lead at once for longer than the time-out",
            ),
            (
                Property::eventually("everyone_agrees", |scene: &Scene<Self>| {
                    scene.system.watch.agreed()
                }),
                "All running nodes follow the same leader",
            ),
            (
                Property::sometimes("two_leaders", |scene: &Scene<Self>| {
                    scene.system.watch.leaders_max() > 1
                }),
                "Two nodes lead at once, if only for a moment",
            ),
        ]
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

/// A calm network with this trouble, and how to call that.
fn network(
    trouble: &str,
    mut network: Network,
    nodes: u32,
    timeout: Span,
) -> (Network, &'static str) {
    let highest = NodeId(nodes - 1);
    match trouble {
        "slow-link" => {
            let slow = Link::new(Latency::Uniform {
                min: timeout.scaled(SLOW_TIMEOUTS.0),
                max: timeout.scaled(SLOW_TIMEOUTS.1),
            });
            for other in (0..highest.0).map(NodeId) {
                network.set_link(highest, other, slow);
                network.set_link(other, highest, slow);
            }
            (network, ", the highest is slow to reach")
        }
        "lost-answers" => {
            // The node below the highest, for it must answer when that is gone; of two, the
            // highest itself.
            let silent = NodeId(highest.0.saturating_sub(1).max(1));
            let mut link = *network.default_link();
            link.loss_percent = 100.0;
            network.set_link(silent, NodeId(0), link);
            (network, ", node 1 hears no answers")
        }
        _ => (network, ""),
    }
}

#[cfg(test)]
mod tests;
