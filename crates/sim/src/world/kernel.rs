//! All of the world that does not depend on what its nodes are, and how messages are sent.
//!
//! It is one type for all processes: compiled once, however many systems there are.

use litemap::LiteMap;

use crate::counts::{Counts, Summary};
use crate::network::Fate;
use crate::queue::{Key, Order, Queue, SLOTS_MAX, Subject};
use crate::slab::Slab;
use crate::timers::Timers;
use crate::trace::{Cause, DropReason, Kind, Recorded, Recorder, Recording};
use crate::world::Status;
use crate::world::losses::{Loss, Losses};
use crate::{MessageId, Network, NodeId, Payload, Purpose, Span, Stream, Time};

/// Where on its way a message is shown to be lost by the network.
const LOST_AT: f32 = 0.5;

/// What the world keeps of a node besides its own state and its disk.
#[derive(Clone)]
pub(crate) struct Host {
    pub(crate) status: Status,
    /// How many messages it sent, for their numbers.
    sent: u32,
    /// How many copies the network made of its messages.
    copies: u32,
    pub(crate) random: Stream,
    /// What waits while the node is paused, in order.
    pub(super) held: Vec<Order>,
    /// Since when it is paused, if it is.
    paused_at: Time,
    /// For how long it was paused before.
    stood_still: Span,
}

/// A message on its way; what it says is in a store of the same slots.
#[derive(Clone)]
pub(crate) struct Packet {
    /// Its queue entry; any other entry for its slot is of no more use.
    pub(crate) order: Order,
    pub(crate) id: MessageId,
    pub(crate) to: NodeId,
    pub(crate) sent: Time,
    pub(crate) arrives: Time,
    pub(crate) cause: Cause,
}

/// What became of a message that was sent.
pub(crate) struct Posted {
    pub(crate) id: MessageId,
    /// Whether its trace entry waits for what it says.
    pub(crate) keep_payload: bool,
    /// Where to keep what it says; `None` if it was lost at once.
    pub(crate) slot: Option<u32>,
    /// Where to keep it again, for the copy that the network made.
    pub(crate) copy: Option<u32>,
}

#[derive(Clone)]
pub(crate) struct Kernel {
    pub(crate) now: Time,
    sequence: u64,
    pub(crate) events: u64,
    pub(crate) seed: u64,
    pub(crate) queue: Queue,
    pub(crate) packets: Slab<Packet>,
    pub(crate) timers: Timers,
    /// The nodes of commands that wait for them while they are paused, or have been put into
    /// the queue by their resuming.
    pub(super) waiting: Slab<NodeId>,
    pub(crate) hosts: Vec<Host>,
    /// How many nodes are down or paused; while it is none, nobody needs to look.
    pub(super) stopped: u32,
    pub(crate) network: Network,
    pub(crate) counts: Counts,
    pub(crate) counters: LiteMap<&'static str, u64>,
    pub(crate) samples: LiteMap<&'static str, Summary>,
    pub(crate) losses: Losses,
    pub(crate) trace: Recorder,
    /// The entry of what is being handled.
    pub(crate) cause: Cause,
}

impl Kernel {
    pub(crate) fn new(network: Network, seed: u64, recording: Recording) -> Self {
        Self {
            now: Time::ZERO,
            sequence: 0,
            events: 0,
            seed,
            queue: Queue::default(),
            packets: Slab::new(),
            timers: Timers::new(),
            waiting: Slab::new(),
            hosts: Vec::new(),
            stopped: 0,
            network,
            counts: Counts::default(),
            counters: LiteMap::new(),
            samples: LiteMap::new(),
            losses: Losses::default(),
            trace: Recorder::new(recording),
            cause: Cause::NONE,
        }
    }

    /// Makes room for one more node.
    pub(crate) fn add_host(&mut self) -> NodeId {
        let id = NodeId(self.hosts.len() as u32);
        self.hosts.push(Host {
            status: Status::Up,
            sent: 0,
            copies: 0,
            random: Stream::derive(self.seed, Purpose::Node, u64::from(id.0)),
            held: Vec::new(),
            paused_at: Time::ZERO,
            stood_still: Span::ZERO,
        });
        id
    }

    pub(crate) fn set_status(&mut self, node: NodeId, status: Status) {
        let host = &mut self.hosts[node.index()];
        let before = std::mem::replace(&mut host.status, status);
        if before == Status::Paused {
            host.stood_still += self.now.since(host.paused_at);
        }
        if status == Status::Paused {
            host.paused_at = self.now;
        }
        self.stopped += u32::from(status != Status::Up);
        self.stopped -= u32::from(before != Status::Up);
    }

    /// The time by a node's own clock, which stands still while the node is paused.
    pub(crate) fn own_time(&self, node: NodeId) -> Time {
        let host = &self.hosts[node.index()];
        let now = if host.status == Status::Paused {
            host.paused_at
        } else {
            self.now
        };
        now - host.stood_still
    }

    #[inline]
    pub(crate) fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// Records an entry caused by what is being handled.
    pub(crate) fn record(
        &mut self,
        node: Option<NodeId>,
        kind: Kind,
        payload: Option<&dyn Payload>,
    ) -> Recorded {
        if !self.trace.is_on() {
            return Recorded::NOTHING;
        }
        self.trace.record(self.now, self.cause, node, kind, payload)
    }

    /// Records the entry of what is to be handled now.
    pub(crate) fn begin(
        &mut self,
        node: NodeId,
        kind: Kind,
        payload: Option<&dyn Payload>,
    ) -> Recorded {
        let recorded = self.record(Some(node), kind, payload);
        self.cause = recorded.cause;
        recorded
    }

    /// Sends a message; the caller keeps what it says.
    #[inline]
    pub(crate) fn post(
        &mut self,
        from: NodeId,
        to: NodeId,
        message: &dyn Payload,
        latency: Option<Span>,
    ) -> Posted {
        let host = &mut self.hosts[from.index()];
        host.sent = MessageId::next_number(host.sent);
        let id = MessageId {
            from,
            number: host.sent,
        };
        self.counts.sent += 1;
        if !self.network.is_plain() || to.index() >= self.hosts.len() {
            return self.post_by_verdict(id, to, message, latency);
        }
        let latency = match latency {
            Some(latency) => latency,
            None => self.network.plain_latency(self.seed, id),
        };
        let at = self.now + latency;
        let recorded = self.record_sent(id, to, Some(at), message);
        Posted {
            id,
            keep_payload: recorded.keep_payload,
            slot: self.schedule(id, to, at, recorded.cause),
            copy: None,
        }
    }

    #[inline(never)]
    fn post_by_verdict(
        &mut self,
        id: MessageId,
        to: NodeId,
        message: &dyn Payload,
        latency: Option<Span>,
    ) -> Posted {
        let why = if to.index() < self.hosts.len() {
            let label = || message.label();
            let (seed, now) = (self.seed, self.now);
            match self.network.fate(seed, now, id, to, &label, latency) {
                Fate::Arrives { at, copy_at } => {
                    let recorded = self.record_sent(id, to, Some(at), message);
                    let slot = self.schedule(id, to, at, recorded.cause);
                    let copy = copy_at.and_then(|at| self.duplicate(id, to, at, recorded.cause));
                    return Posted {
                        id,
                        keep_payload: recorded.keep_payload,
                        slot,
                        copy,
                    };
                }
                Fate::Cut => DropReason::Partition,
                Fate::Ruled => DropReason::Rule,
                Fate::Lost => DropReason::Loss,
            }
        } else {
            DropReason::NoSuchNode
        };
        let recorded = self.record_sent(id, to, None, message);
        self.record_drop(id, to, (id.from, LOST_AT), recorded.cause, why);
        Posted {
            id,
            keep_payload: recorded.keep_payload,
            slot: None,
            copy: None,
        }
    }

    #[inline]
    fn record_sent(
        &mut self,
        id: MessageId,
        to: NodeId,
        arrives: Option<Time>,
        message: &dyn Payload,
    ) -> Recorded {
        if !self.trace.is_on() {
            return Recorded::NOTHING;
        }
        self.record(Some(id.from), Kind::Sent { id, to, arrives }, Some(message))
    }

    /// Counts and records a loss, at a node and after that much of the way; `cause` is the entry
    /// of the sending.
    pub(crate) fn record_drop(
        &mut self,
        id: MessageId,
        to: NodeId,
        (node, way): (NodeId, f32),
        cause: Cause,
        why: DropReason,
    ) {
        self.counts.dropped += 1;
        let at = self.now;
        self.losses.push(Loss { id, to, at, way });
        let handling = std::mem::replace(&mut self.cause, cause);
        self.record(Some(node), Kind::Dropped { id, to, why }, None);
        self.cause = handling;
    }

    /// Makes a copy of a message, with an id and a slot of its own.
    pub(crate) fn duplicate(
        &mut self,
        original: MessageId,
        to: NodeId,
        at: Time,
        cause: Cause,
    ) -> Option<u32> {
        let host = &mut self.hosts[original.from.index()];
        host.copies = MessageId::next_number(host.copies);
        let id = MessageId {
            from: original.from,
            number: MessageId::COPIES_ABOVE + host.copies,
        };
        self.counts.duplicated += 1;
        let handling = std::mem::replace(&mut self.cause, cause);
        let kind = Kind::Duplicated {
            id,
            original,
            to,
            arrives: at,
        };
        let recorded = self.record(Some(id.from), kind, None);
        self.cause = handling;
        self.schedule(id, to, at, recorded.cause)
    }

    /// Puts a message on its way; `None` if there are too many.
    #[inline]
    fn schedule(&mut self, id: MessageId, to: NodeId, at: Time, cause: Cause) -> Option<u32> {
        let slot = self.packets.next_slot();
        if slot >= SLOTS_MAX {
            self.record_drop(id, to, (id.from, 0.0), cause, DropReason::Overflow);
            return None;
        }
        let order = Order::new(self.next_sequence(), Subject::Message, slot);
        self.packets.insert(Packet {
            order,
            id,
            to,
            sent: self.now,
            arrives: at,
            cause,
        });
        self.queue.push(Key { time: at, order });
        Some(slot)
    }

    /// About how many bytes a clone takes besides the value itself.
    pub(crate) fn size_bytes(&self) -> usize {
        self.hosts.capacity() * size_of::<Host>()
            + self.queue.size_bytes()
            + self.packets.size_bytes()
            + self.timers.size_bytes()
            + self.network.size_bytes()
            + self.losses.size_bytes()
    }
}
