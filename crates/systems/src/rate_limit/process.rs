//! The machines: a server with its limiter, and clients.

use std::rc::Rc;

use faultline_sim::{NodeId, Outbox, Process, Span, Time};

use super::client::Client;
use super::learner;
use super::limiter::{Algorithm, Decision, Limiter, Quota};
use super::message::{Burst, Message, Timer};
use crate::code::{Program, Turn};
use crate::traffic::Arrivals;

/// The server's number in the kernel; the clients follow.
pub const SERVER: NodeId = NodeId(0);
/// Counters of the run.
pub(super) const DECISIONS: &str = "decisions";

/// A client, as it is set up.
#[derive(Clone, Debug)]
pub struct Profile {
    /// How commands name it.
    pub name: &'static str,
    /// As the workshop's visualiser calls it.
    pub title: &'static str,
    /// The counters of its requests: sent, allowed and rejected. They are metrics too.
    pub counters: [&'static str; 3],
    /// When it makes a request by itself, if it does.
    pub arrivals: Option<Arrivals>,
    /// When it makes how many at once.
    pub bursts: Vec<(Span, u32)>,
}

/// What all machines know from the start.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How requests are limited.
    pub algorithm: Algorithm,
    /// What is asked if a learner's program decides.
    pub program: Option<Rc<dyn Program>>,
    /// To how many.
    pub quota: Quota,
    /// Whether all clients count as one.
    pub shared: bool,
    /// Whether a client that was refused waits as long as it was told.
    pub honours: bool,
    /// The clients: the first has number 1 in the kernel.
    pub clients: Vec<Profile>,
}

impl Setup {
    /// A client's profile.
    pub fn profile(&self, node: NodeId) -> Option<&Profile> {
        self.clients.get(node.index().checked_sub(1)?)
    }

    /// The clients' numbers.
    pub fn clients(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (1..=self.clients.len() as u32).map(NodeId)
    }
}

/// What the server last decided.
#[derive(Clone, Copy, Debug)]
pub struct Decided {
    /// On whose request.
    pub client: NodeId,
    /// When.
    pub at: Time,
    /// How.
    pub decision: Decision,
}

/// The server.
#[derive(Clone, Debug)]
pub struct Server {
    limiter: Limiter,
    last: Option<Decided>,
    waiting: u32,
    /// When its life began, and what it has asked a learner's program since.
    born: Time,
    asked: u64,
}

impl Server {
    /// What it decides by.
    pub fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    /// What it decided last.
    pub fn last(&self) -> Option<Decided> {
        self.last
    }

    /// How many requests wait in its buckets.
    pub fn waiting(&self) -> u32 {
        self.waiting
    }

    fn decide(&mut self, client: NodeId, out: &Outbox<'_, Machine>) -> Decision {
        let (setup, now) = (out.config(), out.now());
        if setup.algorithm != Algorithm::Custom {
            return self.limiter.allow(client, now);
        }
        let name = setup.profile(client).map_or("", |profile| profile.name);
        let turn = Turn {
            node: out.me().0,
            life: self.born,
            number: self.asked,
        };
        self.asked += 1;
        let decision = match &setup.program {
            Some(program) => learner::allow(&**program, turn, name, now),
            None => Decision::Refuse {
                retry_after: Span::ZERO,
            },
        };
        if matches!(decision, Decision::Pass { .. }) {
            self.limiter.note(client, now);
        }
        decision
    }

    fn take(&mut self, client: NodeId, number: u32, out: &mut Outbox<'_, Machine>) {
        let at = out.now();
        let decision = self.decide(client, out);
        self.last = Some(Decided {
            client,
            at,
            decision,
        });
        out.count(DECISIONS, 1);
        match decision {
            Decision::Pass { wait: Span::ZERO } => {
                out.send(client, Message::Ok { number });
            }
            Decision::Pass { wait } => {
                self.waiting += 1;
                out.set_timer(Timer::Serve { client, number }, wait);
            }
            Decision::Refuse { retry_after } => {
                let message = Message::TooMany {
                    number,
                    retry_after: retry_after.as_nanos().div_ceil(SECOND),
                };
                out.send(client, message);
            }
        }
    }
}

/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// A machine.
#[derive(Clone, Debug)]
pub enum Machine {
    /// It answers requests.
    Server(Server),
    /// It makes them.
    Client(Client),
}

impl Process for Machine {
    type Config = Rc<Setup>;
    type Message = Message;
    type Timer = Timer;
    /// How often a client has restarted; unused on the server.
    type Disk = u32;
    type Command = Burst;

    fn boot(setup: &Rc<Setup>, id: NodeId) -> Self {
        match setup.profile(id) {
            Some(profile) => Self::Client(Client::new(profile)),
            None => Self::Server(Server {
                limiter: Limiter::new(setup.algorithm, setup.quota, setup.shared),
                last: None,
                waiting: 0,
                born: Time::ZERO,
                asked: 0,
            }),
        }
    }

    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        if let Self::Client(client) = self {
            client.start(out);
        }
    }

    fn on_restart(&mut self, out: &mut Outbox<'_, Self>) {
        match self {
            Self::Client(client) => client.restart(out),
            Self::Server(server) => server.born = out.now(),
        }
    }

    fn on_message(&mut self, from: NodeId, message: Message, out: &mut Outbox<'_, Self>) {
        match (self, message) {
            (Self::Server(server), Message::Request { number }) => server.take(from, number, out),
            (Self::Client(client), Message::Ok { number }) => client.passed(number, out),
            (
                Self::Client(client),
                Message::TooMany {
                    number,
                    retry_after,
                },
            ) => client.refused(number, retry_after, out),
            // Only clients ask, and only the server answers.
            _ => {}
        }
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Outbox<'_, Self>) {
        match (self, timer) {
            (Self::Server(server), Timer::Serve { client, number }) => {
                server.waiting = server.waiting.saturating_sub(1);
                out.send(client, Message::Ok { number });
            }
            (Self::Client(client), Timer::Next) => client.next(out),
            (Self::Client(client), Timer::Burst(requests)) => client.burst(requests, out),
            (Self::Client(client), Timer::Timeout) => client.give_up(out),
            _ => {}
        }
    }

    fn on_command(&mut self, Burst(requests): Burst, out: &mut Outbox<'_, Self>) {
        if let Self::Client(client) = self {
            client.burst(requests, out);
        }
    }

    fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Server(server) => server.limiter.size_bytes(),
                Self::Client(client) => client.size_bytes(),
            }
    }
}
