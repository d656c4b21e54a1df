//! The machines: the registry, the nodes that register with it, and a client that asks it.
//!
//! An entry is a lease (Gray and Cheriton, "Leases", 1989): it holds for a time from the last
//! heartbeat, and nobody has to say good-bye. A registry that keeps nothing on a disk learns all
//! anew from who registers, as Eureka and Consul agents do; so a node must notice that it is not
//! listed any more. Here the answer to its heartbeat says so.

use std::convert::Infallible;

use faultline_sim::{NodeId, Outbox, Process, Span};

use super::client::Client;
use super::message::{Message, Timer};
use super::service::Service;
use super::table::Table;

/// The registry's number in the kernel; node1 is number 1, and so on, and the client the last.
pub const REGISTRY: NodeId = NodeId(0);
/// The answer to a node that is listed.
pub const OK: u16 = 200;
/// The answer to a node that is not.
pub const NOT_FOUND: u16 = 404;

/// Counters of the run.
pub(super) const REGISTRATIONS: &str = "registrations";
pub(super) const EXPIRED: &str = "expired";

/// The port of the node before the first.
const PORTS_AFTER: u32 = 6_000;

/// A node's name, as the workshop has it.
pub fn name(node: NodeId) -> String {
    format!("node{}", node.0)
}

/// The port that a node listens on, as the workshop numbers them.
pub fn port(node: NodeId) -> u32 {
    PORTS_AFTER + node.0
}

/// What all machines know from the start.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How many nodes there are, besides the registry and the client.
    pub nodes: u32,
    /// From one heartbeat of a node to its next.
    pub heartbeat_every: Span,
    /// How long an entry lives from the last heartbeat.
    pub ttl: Span,
    /// From one look for old entries to the next.
    pub prune_every: Span,
    /// How long nodes and the client wait for an answer.
    pub timeout: Span,
    /// From one call of the client to its next; zero: it makes none.
    pub call_every: Span,
    /// Whether a heartbeat of a node that is not listed is answered 404 rather than 200.
    pub tells_unknown: bool,
}

impl Setup {
    /// The client's number in the kernel.
    pub fn client(&self) -> NodeId {
        NodeId(self.nodes + 1)
    }

    /// The nodes' numbers.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (1..=self.nodes).map(NodeId)
    }
}

/// A machine.
#[derive(Clone, Debug)]
pub enum Machine {
    /// It lists who is there.
    Registry(Table),
    /// It registers, and answers calls.
    Node(Service),
    /// It looks nodes up and calls them.
    Client(Client),
}

fn prune(table: &mut Table, out: &mut Outbox<'_, Machine>) {
    out.set_timer(Timer::Prune, out.config().prune_every);
    let ttl = out.config().ttl;
    table.prune(out.now(), ttl, |node| {
        out.note(|| format!("💀 Node {} expired (No heartbeat)", name(node)));
        out.count(EXPIRED, 1);
    });
}

fn register(table: &mut Table, node: NodeId, out: &mut Outbox<'_, Machine>) {
    table.register(node, out.now());
    out.note(|| format!("✅ Node {} registered on port {}", name(node), port(node)));
    out.count(REGISTRATIONS, 1);
    out.send(node, Message::Registered);
}

fn hear(table: &mut Table, node: NodeId, out: &mut Outbox<'_, Machine>) {
    let known = table.hear(node, out.now());
    let status = if known || !out.config().tells_unknown {
        OK
    } else {
        NOT_FOUND
    };
    out.send(node, Message::HeartbeatReply { status });
}

impl Process for Machine {
    type Config = Setup;
    type Message = Message;
    type Timer = Timer;
    type Disk = ();
    type Command = Infallible;

    fn boot(setup: &Setup, id: NodeId) -> Self {
        if id == REGISTRY {
            Self::Registry(Table::default())
        } else if id == setup.client() {
            Self::Client(Client::default())
        } else {
            Self::Node(Service::default())
        }
    }

    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        match self {
            Self::Registry(_) => {
                out.set_timer(Timer::Prune, out.config().prune_every);
            }
            Self::Node(node) => node.start(out),
            Self::Client(client) => client.start(out),
        }
    }

    fn on_restart(&mut self, out: &mut Outbox<'_, Self>) {
        match self {
            Self::Node(node) => node.register(out),
            _ => self.on_start(out),
        }
    }

    fn on_message(&mut self, from: NodeId, message: Message, out: &mut Outbox<'_, Self>) {
        match (self, message) {
            (Self::Registry(table), Message::Register) => register(table, from, out),
            (Self::Registry(table), Message::Heartbeat) => hear(table, from, out),
            (Self::Registry(table), Message::Lookup { request }) => {
                let nodes = table.entries().iter().map(|entry| entry.node).collect();
                out.send(from, Message::Entries { request, nodes });
            }
            (Self::Node(node), Message::Registered) => node.registered(out),
            (Self::Node(node), Message::HeartbeatReply { status }) => node.answered(status, out),
            (Self::Node(_), Message::Call { request }) => {
                out.send(from, Message::CallReply { request });
            }
            (Self::Client(client), Message::Entries { request, nodes }) => {
                client.choose(request, &nodes, out);
            }
            (Self::Client(client), Message::CallReply { request }) => {
                client.answered(from, request, out);
            }
            // Nobody sends the rest.
            _ => {}
        }
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Outbox<'_, Self>) {
        match (self, timer) {
            (Self::Registry(table), Timer::Prune) => prune(table, out),
            (Self::Node(node), Timer::Begin) => node.register(out),
            (Self::Node(node), Timer::Retry) => node.retry(out),
            (Self::Node(node), Timer::Heartbeat) => node.beat(out),
            (Self::Client(client), Timer::Next) => client.next(out),
            (Self::Client(client), Timer::Timeout { request }) => client.give_up(request, out),
            _ => {}
        }
    }

    fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Registry(table) => table.size_bytes(),
                Self::Node(_) => 0,
                Self::Client(client) => client.size_bytes(),
            }
    }
}
