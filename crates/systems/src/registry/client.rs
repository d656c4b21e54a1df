//! The client: for each call it asks the registry who is there, and calls one of them.

use faultline_sim::{NodeId, Outbox, Span, TimerId};

use super::message::{Message, Timer};
use super::process::{Machine, REGISTRY};

/// Counters of the run.
pub(super) const CALLS: &str = "calls";
pub(super) const CALLS_OK: &str = "calls_ok";
pub(super) const CALLS_FAILED: &str = "calls_failed";
/// Calls that were sent to a node.
pub(super) const CALLS_SENT: &str = "calls_sent";

/// How the client's last call stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// There was no call yet.
    #[default]
    None,
    /// It asks the registry.
    Asks,
    /// It has called this node.
    Calls(NodeId),
    /// This node has answered.
    Answered(NodeId),
    /// This node has not.
    Silent(NodeId),
    /// The registry has not.
    RegistrySilent,
    /// Nobody is listed.
    Nobody,
}

/// The client.
#[derive(Clone, Debug, Default)]
pub struct Client {
    requests: u32,
    /// Calls under way: which, the node once one is chosen, and the time-out.
    open: Vec<(u32, Option<NodeId>, TimerId)>,
    outcome: Outcome,
    target: Option<NodeId>,
}

impl Client {
    /// How the last call stands.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The node called last.
    pub fn target(&self) -> Option<NodeId> {
        self.target
    }

    /// How many calls are under way.
    pub fn open(&self) -> usize {
        self.open.len()
    }

    pub(super) fn start(&self, out: &mut Outbox<'_, Machine>) {
        let every = out.config().call_every;
        if every > Span::ZERO {
            out.set_timer(Timer::Next, every);
        }
    }

    pub(super) fn next(&mut self, out: &mut Outbox<'_, Machine>) {
        self.start(out);
        self.requests = self.requests.wrapping_add(1);
        let request = self.requests;
        out.count(CALLS, 1);
        out.send(REGISTRY, Message::Lookup { request });
        let timer = out.set_timer(Timer::Timeout { request }, out.config().timeout);
        self.open.push((request, None, timer));
        self.outcome = Outcome::Asks;
    }

    fn position(&self, request: u32) -> Option<usize> {
        self.open.iter().position(|(one, ..)| *one == request)
    }

    /// The registry has said who is listed: one of them is called.
    pub(super) fn choose(&mut self, request: u32, nodes: &[NodeId], out: &mut Outbox<'_, Machine>) {
        let Some(place) = self.position(request) else {
            return;
        };
        let (_, chosen, timer) = &mut self.open[place];
        // The network may deliver an answer twice.
        if chosen.is_some() {
            return;
        }
        let Some(&node) = nodes.get(out.random().index(nodes.len())) else {
            out.cancel_timer(*timer);
            self.open.swap_remove(place);
            self.outcome = Outcome::Nobody;
            out.count(CALLS_FAILED, 1);
            return;
        };
        *chosen = Some(node);
        out.reset_timer(*timer, out.config().timeout);
        out.send(node, Message::Call { request });
        out.count(CALLS_SENT, 1);
        self.target = Some(node);
        self.outcome = Outcome::Calls(node);
    }

    pub(super) fn answered(&mut self, from: NodeId, request: u32, out: &mut Outbox<'_, Machine>) {
        if let Some(place) = self.position(request) {
            let (.., timer) = self.open.swap_remove(place);
            out.cancel_timer(timer);
            out.count(CALLS_OK, 1);
            self.outcome = Outcome::Answered(from);
        }
    }

    pub(super) fn give_up(&mut self, request: u32, out: &mut Outbox<'_, Machine>) {
        if let Some(place) = self.position(request) {
            let (_, chosen, _) = self.open.swap_remove(place);
            out.count(CALLS_FAILED, 1);
            self.outcome = match chosen {
                Some(node) => Outcome::Silent(node),
                None => Outcome::RegistrySilent,
            };
        }
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.open.capacity() * size_of::<(u32, Option<NodeId>, TimerId)>()
    }
}
