//! The machines of the breaker system: a flaky server, and clients that call it.

use std::rc::Rc;

use faultline_sim::{NodeId, Outbox, Process, Span};

use super::client::Client;
use super::machine;
use super::message::{Ask, Message, Timer};
use super::server::Server;
use crate::traffic::{Arrivals, Demand};

/// The server's number in the kernel; the clients follow.
pub const SERVER: NodeId = NodeId(0);
/// The client whose breaker is drawn.
pub const SHOWN: NodeId = NodeId(1);
/// The server's port, as in the workshop.
pub const PORT: u32 = 9_001;

/// How the server fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// It answers every call with an error, at once.
    Error,
    /// It takes calls into its queue and works on none.
    Hang,
}

/// How long a client waits before it tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backoff {
    /// Not at all.
    None,
    /// Twice as long after each try.
    Exponential,
    /// Up to twice as long after each try, at random: "full jitter" (Brooker, "Exponential
    /// Backoff and Jitter", 2015).
    Jitter,
}

/// What all machines know from the start.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The breaker of every client; none: they have none.
    pub breaker: Option<machine::Settings>,
    /// How the server fails when it does.
    pub failing: Failing,
    /// When each client makes calls.
    pub arrivals: Arrivals,
    /// How much work a call is.
    pub demand: Demand,
    /// How long a client waits for a reply.
    pub timeout: Span,
    /// How often a call that failed is tried again.
    pub retries: u32,
    /// How long to wait before that.
    pub backoff: Backoff,
    /// The first such wait.
    pub retry_pause: Span,
    /// How many calls the server works on at once.
    pub workers: u32,
    /// How many more may wait.
    pub queue: u32,
    /// Clients draw their calls from streams of their own, so that a retry moves no later call.
    pub seed: u64,
}

/// A machine.
#[derive(Clone, Debug)]
pub enum Machine {
    /// It answers calls, or fails.
    Server(Server),
    /// It makes calls.
    Client(Client),
}

impl Machine {
    /// The server it is; none if it is a client.
    pub fn server(&self) -> Option<&Server> {
        match self {
            Self::Server(server) => Some(server),
            Self::Client(_) => None,
        }
    }

    /// The client it is; none if it is the server.
    pub fn client(&self) -> Option<&Client> {
        match self {
            Self::Client(client) => Some(client),
            Self::Server(_) => None,
        }
    }
}

impl Process for Machine {
    type Config = Rc<Setup>;
    type Message = Message;
    type Timer = Timer;
    /// How often a client has restarted.
    type Disk = u32;
    type Command = Ask;

    fn boot(setup: &Rc<Setup>, id: NodeId) -> Self {
        if id == SERVER {
            Self::Server(Server::new(setup))
        } else {
            Self::Client(Client::new(setup, id, 0))
        }
    }

    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        if let Self::Client(client) = self {
            client.start(out);
        }
    }

    fn on_restart(&mut self, out: &mut Outbox<'_, Self>) {
        if let Self::Client(client) = self {
            let lives = out.write_disk(|lives| {
                *lives = lives.wrapping_add(1);
                *lives
            });
            *client = Client::new(&Rc::clone(out.config()), out.me(), lives);
            client.start(out);
        }
    }

    fn on_message(&mut self, from: NodeId, message: Message, out: &mut Outbox<'_, Self>) {
        match self {
            Self::Server(server) => server.hear(from, message, out),
            Self::Client(client) => client.hear(message, out),
        }
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Outbox<'_, Self>) {
        match (self, timer) {
            (Self::Server(server), _) => server.done(out),
            (Self::Client(client), Timer::Next) => client.next(out),
            (Self::Client(client), Timer::Deadline) => client.give_up(out),
            (Self::Client(client), Timer::Retry(one)) => client.again(one, out),
            // Only the server has this one.
            (Self::Client(_), Timer::Done) => {}
        }
    }

    fn on_command(&mut self, ask: Ask, out: &mut Outbox<'_, Self>) {
        if let Self::Server(server) = self {
            server.asked(ask, out);
        }
    }

    fn on_pace(&mut self, out: &mut Outbox<'_, Self>) {
        if let Self::Server(server) = self {
            server.schedule(out);
        }
    }

    fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Server(server) => server.station().size_bytes(),
                Self::Client(client) => client.size_bytes(),
            }
    }
}
