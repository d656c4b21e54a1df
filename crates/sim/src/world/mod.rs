//! The world: nodes, their disks and timers, the network, and what is pending.
//!
//! Order of events: by time, then in the order in which they were scheduled.

mod core;
mod faults;
mod inspect;
mod kernel;
mod losses;
mod pending;

pub use self::losses::Loss;

pub(crate) use self::core::Core;
use self::pending::Arrival;

use std::sync::Arc;

use crate::queue::{Key, Order, Subject};
use crate::trace::{Cause, Kind, Recording};
use crate::{Network, NodeId, Outbox, Process, Time};

/// Whether a node runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It runs.
    Up,
    /// It crashed.
    Down,
    /// It stands still.
    Paused,
}

/// Why [`World::run_until`] came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Every event up to the given time has run, and later ones are pending.
    Time,
    /// Nothing is pending any more.
    Idle,
    /// The given number of events has run.
    Budget,
}

/// What [`World::run_until`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How many events ran.
    pub events: u64,
    /// Why it stopped.
    pub stop: Stop,
}

/// A message in flight.
#[derive(Clone, Copy, Debug)]
pub struct Flight<'a, M> {
    /// The message.
    pub id: crate::MessageId,
    /// Its sender.
    pub from: NodeId,
    /// Its receiver.
    pub to: NodeId,
    /// When it was sent.
    pub sent: Time,
    /// When it arrives; in the past if it waits for a paused node.
    pub arrives: Time,
    /// What it says.
    pub message: &'a M,
    /// Whether it is a copy that the network made.
    pub duplicate: bool,
}

/// A running system.
///
/// A clone is a checkpoint: it goes on exactly as the original does.
/// Recorded entries that were not drained are not cloned.
#[derive(Clone)]
pub struct World<P: Process> {
    /// Apart from the core, so that a handler can hold its node and the outbox at once.
    processes: Vec<P>,
    core: Core<P>,
}

impl<P: Process> World<P> {
    /// Boots and starts `nodes` nodes at time 0, in order, recording in full.
    pub fn new(config: P::Config, nodes: u32, network: Network, seed: u64) -> Self {
        Self::with_recording(config, nodes, network, seed, Recording::FULL)
    }

    /// Like [`new`](Self::new), with a choice of what is recorded.
    pub fn with_recording(
        config: P::Config,
        nodes: u32,
        network: Network,
        seed: u64,
        recording: Recording,
    ) -> Self {
        let core = Core::new(Arc::new(config), network, seed, recording);
        let mut world = Self {
            processes: Vec::new(),
            core,
        };
        // All nodes are there before the first starts, so that it can send to any.
        for _ in 0..nodes {
            world.boot();
        }
        for node in 0..nodes {
            world.start(NodeId(node));
        }
        world
    }

    fn boot(&mut self) -> NodeId {
        let id = self.core.kernel.add_host();
        self.processes.push(P::boot(&self.core.config, id));
        self.core.disks.push(P::Disk::default());
        id
    }

    fn start(&mut self, id: NodeId) {
        self.core.kernel.cause = Cause::NONE;
        self.core.kernel.begin(id, Kind::Started, None);
        self.processes[id.index()].on_start(&mut Outbox::new(&mut self.core, id));
        self.core.kernel.settle();
    }

    /// Adds a node, which starts now.
    pub fn spawn(&mut self) -> NodeId {
        let id = self.boot();
        self.start(id);
        id
    }

    /// Runs the next event; false if nothing is pending.
    pub fn step(&mut self) -> bool {
        self.run_until(Time::MAX, 1).events == 1
    }

    /// Runs every event up to and including a time, at most `max_events` of them.
    ///
    /// Unless the budget ran out, the time is `until` afterwards (or, for [`Time::MAX`], the
    /// time of the last event).
    pub fn run_until(&mut self, until: Time, max_events: u64) -> Outcome {
        let mut events = 0;
        while events < max_events
            && let Some(Key { time, order }) = self.core.kernel.queue.pop_until(until)
        {
            events += u64::from(self.handle(time, order));
        }
        self.core.kernel.pass(until, events, max_events)
    }

    /// Handles a queue entry; false if it turned out to be no event.
    #[inline]
    fn handle(&mut self, time: Time, order: Order) -> bool {
        match order.subject() {
            Subject::Message => match self.core.kernel.arrive(time, order) {
                Arrival::Stale => return false,
                Arrival::Handled => {}
                Arrival::Take((id, to)) => {
                    if let Some(message) = self.core.receive(to, id, order.slot()) {
                        let out = &mut Outbox::new(&mut self.core, to);
                        self.processes[to.index()].on_message(id.from, message, out);
                    }
                }
            },
            Subject::Timer => match self.core.kernel.fire(time, order) {
                Arrival::Stale => return false,
                Arrival::Handled => {}
                Arrival::Take((id, node)) => {
                    if let Some(timer) = self.core.expire(node, id) {
                        let out = &mut Outbox::new(&mut self.core, node);
                        self.processes[node.index()].on_timer(timer, out);
                    }
                }
            },
            Subject::Command => {
                if let Arrival::Take(node) = self.core.kernel.resume_command(time, order)
                    && let Some(command) = self.core.commands.take(order.slot())
                {
                    self.hand_over(node, command);
                }
            }
        }
        true
    }

    /// Asks a node to do something, now.
    /// A paused node does it when it resumes; a node that is down, or not there, never does.
    /// False if it was not heard.
    pub fn command(&mut self, node: NodeId, command: P::Command) -> bool {
        self.core.kernel.cause = Cause::NONE;
        match self.status(node) {
            Some(Status::Up) => {
                self.hand_over(node, command);
                self.core.kernel.settle();
                true
            }
            Some(Status::Paused) => {
                self.core.hold_command(node, command);
                true
            }
            Some(Status::Down) | None => {
                self.core.record_command(node, Kind::Unheard, &command);
                false
            }
        }
    }

    fn hand_over(&mut self, node: NodeId, command: P::Command) {
        self.core.record_command(node, Kind::Commanded, &command);
        self.processes[node.index()].on_command(command, &mut Outbox::new(&mut self.core, node));
    }
}
