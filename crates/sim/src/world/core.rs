//! All of the world but the nodes' own state, and how messages are sent.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::counts::{Counts, Summary};
use crate::network::Fate;
use crate::queue::{Key, Order, Queue, SLOTS_MAX, Subject};
use crate::slab::Slab;
use crate::timers::Timers;
use crate::trace::{Cause, DropReason, Kind, Mark, Recorder, Recording, tag};
use crate::world::Status;
use crate::{MessageId, Network, NodeId, Payload, Process, Purpose, Span, Stream, Time};

/// What the world keeps of a node besides its own state.
#[derive(Clone)]
pub(crate) struct Host<P: Process> {
    pub(crate) status: Status,
    /// How many messages it sent, for their numbers.
    sent: u32,
    /// How many copies the network made of its messages.
    copies: u32,
    pub(crate) random: Stream,
    pub(crate) disk: P::Disk,
    /// What waits while the node is paused, in order.
    pub(super) held: Vec<Order>,
}

/// A message on its way.
#[derive(Clone)]
pub(crate) struct Packet<M> {
    /// Its queue entry; any other entry for its slot is of no more use.
    pub(crate) order: Order,
    pub(crate) id: MessageId,
    pub(crate) to: NodeId,
    pub(crate) sent: Time,
    pub(crate) arrives: Time,
    pub(crate) cause: Cause,
    pub(crate) message: M,
}

#[derive(Clone)]
pub(crate) struct Core<P: Process> {
    pub(crate) config: Arc<P::Config>,
    pub(crate) now: Time,
    sequence: u64,
    pub(crate) events: u64,
    pub(crate) seed: u64,
    pub(crate) queue: Queue,
    pub(crate) packets: Slab<Packet<P::Message>>,
    pub(crate) timers: Timers<P::Timer>,
    /// Commands that wait for a paused node, or have been put into the queue by its resuming.
    pub(super) commands: Slab<(NodeId, P::Command)>,
    pub(crate) hosts: Vec<Host<P>>,
    /// How many nodes are down or paused; while it is none, nobody needs to look.
    pub(super) stopped: u32,
    pub(crate) network: Network,
    pub(crate) counts: Counts,
    pub(crate) counters: BTreeMap<&'static str, u64>,
    pub(crate) samples: BTreeMap<&'static str, Summary>,
    pub(crate) trace: Recorder<P>,
    /// The entry of what is being handled.
    pub(crate) cause: Cause,
}

impl<P: Process> Core<P> {
    pub(crate) fn new(
        config: Arc<P::Config>,
        network: Network,
        seed: u64,
        recording: Recording,
    ) -> Self {
        Self {
            config,
            now: Time::ZERO,
            sequence: 0,
            events: 0,
            seed,
            queue: Queue::default(),
            packets: Slab::new(),
            timers: Timers::new(),
            commands: Slab::new(),
            hosts: Vec::new(),
            stopped: 0,
            network,
            counts: Counts::default(),
            counters: BTreeMap::new(),
            samples: BTreeMap::new(),
            trace: Recorder::new(recording),
            cause: Cause::NONE,
        }
    }

    pub(crate) fn add_host(&mut self, id: NodeId) {
        self.hosts.push(Host {
            status: Status::Up,
            sent: 0,
            copies: 0,
            random: Stream::derive(self.seed, Purpose::Node, u64::from(id.0)),
            disk: P::Disk::default(),
            held: Vec::new(),
        });
    }

    pub(crate) fn set_status(&mut self, node: NodeId, status: Status) {
        let before = std::mem::replace(&mut self.hosts[node.index()].status, status);
        self.stopped += u32::from(status != Status::Up);
        self.stopped -= u32::from(before != Status::Up);
    }

    #[inline]
    pub(crate) fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// Records an entry caused by what is being handled.
    #[inline]
    pub(crate) fn record(
        &mut self,
        node: Option<NodeId>,
        tag: u8,
        words: [u64; 2],
        payload: Option<&dyn Payload>,
        kind: impl FnOnce() -> Kind<P>,
    ) -> Cause {
        if !self.trace.is_on() {
            return Cause::NONE;
        }
        let mark = Mark { tag, node, words };
        self.trace.record(self.now, self.cause, mark, payload, kind)
    }

    #[inline]
    pub(crate) fn send(
        &mut self,
        from: NodeId,
        to: NodeId,
        message: P::Message,
        latency: Option<Span>,
    ) -> MessageId {
        let host = &mut self.hosts[from.index()];
        host.sent = MessageId::next_number(host.sent);
        let id = MessageId {
            from,
            number: host.sent,
        };
        self.counts.sent += 1;
        if self.network.is_plain() && to.index() < self.hosts.len() {
            let latency = match latency {
                Some(latency) => latency,
                None => self.network.plain_latency(self.seed, id),
            };
            let at = self.now + latency;
            let cause = self.record_sent(id, to, Some(at), &message);
            self.schedule(id, to, at, cause, message);
        } else {
            self.send_by_verdict(id, to, message, latency);
        }
        id
    }

    fn send_by_verdict(
        &mut self,
        id: MessageId,
        to: NodeId,
        message: P::Message,
        latency: Option<Span>,
    ) {
        let fate = if to.index() < self.hosts.len() {
            let label = || message.label();
            self.network
                .fate(self.seed, self.now, id, to, &label, latency)
        } else {
            return self.lose_at_once(id, to, &message, DropReason::NoSuchNode);
        };
        match fate {
            Fate::Arrives { at, copy_at } => {
                let cause = self.record_sent(id, to, Some(at), &message);
                let copy = copy_at.map(|at| (at, message.clone()));
                self.schedule(id, to, at, cause, message);
                if let Some((at, message)) = copy {
                    self.duplicate(id, to, at, cause, message);
                }
            }
            Fate::Cut => self.lose_at_once(id, to, &message, DropReason::Partition),
            Fate::Ruled => self.lose_at_once(id, to, &message, DropReason::Rule),
            Fate::Lost => self.lose_at_once(id, to, &message, DropReason::Loss),
        }
    }

    #[inline]
    fn record_sent(
        &mut self,
        id: MessageId,
        to: NodeId,
        arrives: Option<Time>,
        message: &P::Message,
    ) -> Cause {
        let words = [
            id.as_u64() ^ u64::from(to.0).rotate_left(48),
            arrives.map_or(u64::MAX, Time::as_nanos),
        ];
        self.record(Some(id.from), tag::SEND, words, Some(message), || {
            Kind::Sent {
                id,
                to,
                arrives,
                message: message.clone(),
            }
        })
    }

    fn lose_at_once(&mut self, id: MessageId, to: NodeId, message: &P::Message, why: DropReason) {
        let cause = self.record_sent(id, to, None, message);
        self.record_drop(id, to, id.from, cause, why);
    }

    /// Counts and records a loss; `cause` is the entry of the sending.
    pub(crate) fn record_drop(
        &mut self,
        id: MessageId,
        to: NodeId,
        at: NodeId,
        cause: Cause,
        why: DropReason,
    ) {
        self.counts.dropped += 1;
        let handling = std::mem::replace(&mut self.cause, cause);
        let words = [id.as_u64(), why as u64];
        self.record(Some(at), tag::DROP, words, None, || Kind::Dropped {
            id,
            to,
            why,
        });
        self.cause = handling;
    }

    /// Makes a copy of a message, with an id of its own.
    pub(crate) fn duplicate(
        &mut self,
        original: MessageId,
        to: NodeId,
        at: Time,
        cause: Cause,
        message: P::Message,
    ) {
        let host = &mut self.hosts[original.from.index()];
        host.copies = MessageId::next_number(host.copies);
        let id = MessageId {
            from: original.from,
            number: MessageId::COPIES_ABOVE + host.copies,
        };
        self.counts.duplicated += 1;
        let handling = std::mem::replace(&mut self.cause, cause);
        let words = [original.as_u64(), at.as_nanos()];
        let cause = self.record(Some(id.from), tag::DUPLICATE, words, None, || {
            Kind::Duplicated {
                id,
                original,
                to,
                arrives: at,
            }
        });
        self.cause = handling;
        self.schedule(id, to, at, cause, message);
    }

    #[inline]
    fn schedule(&mut self, id: MessageId, to: NodeId, at: Time, cause: Cause, message: P::Message) {
        let slot = self.packets.next_slot();
        if slot >= SLOTS_MAX {
            return self.record_drop(id, to, id.from, cause, DropReason::Overflow);
        }
        let order = Order::new(self.next_sequence(), Subject::Message, slot);
        self.packets.insert(Packet {
            order,
            id,
            to,
            sent: self.now,
            arrives: at,
            cause,
            message,
        });
        self.queue.push(Key { time: at, order });
    }
}
