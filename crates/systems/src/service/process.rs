//! The machines of the service: a client, perhaps a balancer, and servers.

use std::rc::Rc;

use faultline_sim::{NodeId, Outbox, Process, Span};
use faultline_view::Label;

use super::balancer::Balancer;
use super::client::Client;
use super::message::{Ask, Message, Timer};
use super::policy::Policy;
use super::server::Server;
use crate::code::Program;
use crate::traffic::{Arrivals, Demand, Plan};

/// The client's number in the kernel.
pub const CLIENT: NodeId = NodeId(0);
/// The balancer's number, where there is one; servers follow.
pub const BALANCER: NodeId = NodeId(1);

/// Node 1 listens at 5001, and so on.
const PORTS_ABOVE: u32 = 5_000;

/// A client or balancer that has lost its memory numbers its requests from far above those of
/// its life before, so that no answer is taken for another's.
pub(super) fn numbers_of_life(lives: u32) -> u32 {
    lives.wrapping_sub(1).wrapping_mul(1 << 24)
}

/// What the client's own requests are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// All of them store a value.
    Puts,
    /// The first stores a value, the others ask for it.
    PutThenGets,
}

/// What all machines know from the start.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Whom the client asks: the balancer, or the one server there is.
    pub asks: NodeId,
    /// How the balancer chooses.
    pub policy: Policy,
    /// What it asks if the policy is a learner's own.
    pub program: Option<Rc<dyn Program>>,
    /// When the client makes requests.
    pub arrivals: Arrivals,
    /// How much work they are.
    pub demand: Demand,
    /// What they are.
    pub workload: Workload,
    /// The key that is asked for.
    pub key: Label,
    /// The keys under which the client stores.
    pub keys: Vec<Label>,
    /// What it stores.
    pub value: Label,
    /// How long it waits for an answer.
    pub timeout: Span,
    /// How long a message takes on average.
    pub latency: Span,
    /// What a server is like.
    pub plan: Plan,
    /// Whether each worker of a server has a memory of its own.
    pub memory_per_worker: bool,
    /// From one health check of the balancer to the next; zero: it makes none.
    pub health_check: Span,
    /// How heavy requests are: the argument of the workshop's Fibonacci function.
    pub load_factor: u32,
    /// A server whose requests are of another weight: its number, its load factor, and how many times
    /// as long they take there.
    pub slow: Option<(u32, u32, f64)>,
    /// Whether there is a balancer.
    pub balanced: bool,
    /// Whether the first server is called 2, as in the workshop's scaling journey, which begins
    /// with node 2 alone.
    pub begins_with_two: bool,
}

/// What survives a crash.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// How often the machine has started.
    lives: u32,
}

/// A machine.
#[derive(Clone, Debug)]
pub enum Machine {
    /// It makes requests.
    Client(Client),
    /// It hands them on.
    Balancer(Balancer),
    /// It serves them.
    Server(Server),
}

impl Setup {
    /// The first server's number in the kernel.
    pub fn first_server(&self) -> NodeId {
        NodeId(BALANCER.0 + u32::from(self.balanced))
    }

    /// What a server is called: 1, 2 and so on.
    pub fn number(&self, node: NodeId) -> u32 {
        match node.0.saturating_sub(self.first_server().0) {
            0 if self.begins_with_two => 2,
            1 if self.begins_with_two => 1,
            index => index + 1,
        }
    }

    /// The port at which a server listens.
    pub fn port(&self, node: NodeId) -> u32 {
        PORTS_ABOVE + self.number(node)
    }

    /// Where a server is reached.
    pub fn url(&self, node: NodeId) -> String {
        format!("http://localhost:{}", self.port(node))
    }

    /// Whether the balancer asks servers how they are.
    pub fn has_health_checks(&self) -> bool {
        self.health_check > Span::ZERO
    }

    /// Whether the client makes no requests by itself.
    pub fn is_by_hand(&self) -> bool {
        matches!(self.arrivals, Arrivals::Batches { size: 0, .. })
    }

    /// How many times as long a server takes as the usual one, whatever a user does to it.
    pub fn slowness(&self, node: NodeId) -> f64 {
        match self.slow {
            Some((slow, _, factor)) if slow == self.number(node) => factor,
            _ => 1.0,
        }
    }

    /// How heavy a server's requests are.
    pub fn load_factor(&self, node: NodeId) -> u32 {
        match self.slow {
            Some((slow, load_factor, _)) if slow == self.number(node) => load_factor,
            _ => self.load_factor,
        }
    }
}

impl Process for Machine {
    type Config = Rc<Setup>;
    type Message = Message;
    type Timer = Timer;
    type Disk = Disk;
    type Command = Ask;

    fn boot(setup: &Rc<Setup>, id: NodeId) -> Self {
        if id == CLIENT {
            Self::Client(Client::boot(setup))
        } else if id == BALANCER && setup.balanced {
            Self::Balancer(Balancer::boot(setup))
        } else {
            Self::Server(Server::boot(setup))
        }
    }

    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        if matches!(self, Self::Server(_)) {
            return;
        }
        let lives = out.write_disk(|disk| {
            disk.lives = disk.lives.wrapping_add(1);
            disk.lives
        });
        match self {
            Self::Client(client) => client.start(lives, out),
            Self::Balancer(balancer) => balancer.start(lives, out),
            Self::Server(_) => {}
        }
    }

    fn on_message(&mut self, from: NodeId, message: Message, out: &mut Outbox<'_, Self>) {
        match (self, message) {
            (Self::Client(client), Message::Reply(reply)) => client.reply(reply, out),
            (Self::Balancer(balancer), Message::Request(request)) => balancer.request(request, out),
            (Self::Balancer(balancer), Message::Reply(reply)) => balancer.reply(reply, out),
            (Self::Balancer(balancer), Message::Alive { number }) => balancer.alive(number, out),
            (Self::Server(server), Message::Request(request)) => server.request(from, request, out),
            (Self::Server(_), Message::Check { number }) => {
                out.send(from, Message::Alive { number });
            }
            // Nobody sends the rest.
            _ => {}
        }
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Outbox<'_, Self>) {
        match (self, timer) {
            (Self::Client(client), Timer::Send) => client.send(out),
            (Self::Client(client), Timer::GiveUp) => client.give_up(out),
            (Self::Balancer(balancer), Timer::GiveUp) => balancer.give_up(out),
            (Self::Balancer(balancer), Timer::Check) => balancer.check(out),
            (Self::Server(server), Timer::Done) => server.done(out),
            _ => {}
        }
    }

    fn on_pace(&mut self, out: &mut Outbox<'_, Self>) {
        if let Self::Server(server) = self {
            server.on_pace(out);
        }
    }

    fn on_command(&mut self, ask: Ask, out: &mut Outbox<'_, Self>) {
        match (self, ask) {
            (Self::Client(client), Ask::Call(to, rpc)) => client.call_by_hand(to, rpc, out),
            (Self::Balancer(balancer), Ask::Join(node)) => {
                let setup = Rc::clone(out.config());
                balancer.join(node, &setup);
            }
            _ => {}
        }
    }

    fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Client(client) => client.size_bytes(),
                Self::Balancer(balancer) => balancer.size_bytes(),
                Self::Server(server) => server.size_bytes(),
            }
    }
}
