//! All of the world but the nodes' own state: what an outbox acts on.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::counts::{Counts, Summary};
use crate::network::Fate;
use crate::queue::{Key, Order, Queue, SLOTS_MAX, Subject};
use crate::slab::Slab;
use crate::timers::{Fired, Timers};
use crate::trace::{Cause, DropReason, Kind, Mark, Recorder, Recording, tag};
use crate::world::Status;
use crate::{MessageId, Network, NodeId, Payload, Process, Purpose, Span, Stream, Time, TimerId};

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
    held: Vec<Order>,
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

/// What a queue entry turned out to be.
pub(crate) enum Arrival<T> {
    /// No event: the entry was replaced, or its subject is gone.
    Stale,
    /// An event that needs no handler: a loss, or something that waits for a paused node.
    Handled,
    /// For the node's handler.
    Take(T),
}

/// What `set_timer` gives when there are too many timers; it names none.
const NO_TIMER: TimerId = TimerId::new(u32::MAX, u32::MAX);

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
    commands: Slab<(NodeId, P::Command)>,
    pub(crate) hosts: Vec<Host<P>>,
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

    /// Takes an arriving message off the network.
    #[inline]
    pub(crate) fn arrive(&mut self, time: Time, order: Order) -> Arrival<Packet<P::Message>> {
        let Some(packet) = self.packets.get(order.slot()) else {
            return Arrival::Stale;
        };
        if packet.order != order {
            return Arrival::Stale;
        }
        self.now = time;
        let (id, to) = (packet.id, packet.to);
        let host = &mut self.hosts[to.index()];
        if host.status == Status::Paused {
            host.held.push(order);
            return Arrival::Handled;
        }
        let up = host.status == Status::Up;
        let Some(packet) = self.packets.remove(order.slot()) else {
            return Arrival::Stale;
        };
        let cut = !self.network.is_plain() && self.network.is_cut(id.from, to);
        if !up || cut {
            let why = if cut {
                DropReason::Partition
            } else {
                DropReason::NodeDown
            };
            self.record_drop(id, to, to, packet.cause, why);
            return Arrival::Handled;
        }
        self.counts.delivered += 1;
        self.cause = packet.cause;
        let words = [packet.id.as_u64(), 0];
        self.cause = self.record(Some(packet.to), tag::DELIVER, words, None, || {
            Kind::Delivered {
                id: packet.id,
                from: packet.id.from,
                message: packet.message.clone(),
            }
        });
        Arrival::Take(packet)
    }

    #[inline]
    pub(crate) fn set_timer(&mut self, node: NodeId, timer: P::Timer, after: Span) -> TimerId {
        let due = self.now + after;
        let at = (due, self.next_sequence());
        if self.trace.is_on() {
            return self.set_timer_recorded(node, timer, at);
        }
        self.timers
            .set(&mut self.queue, at, node, timer)
            .unwrap_or(NO_TIMER)
    }

    fn set_timer_recorded(&mut self, node: NodeId, timer: P::Timer, at: (Time, u64)) -> TimerId {
        let id = self
            .timers
            .set(&mut self.queue, at, node, timer.clone())
            .unwrap_or(NO_TIMER);
        let words = [id.as_u64(), at.0.as_nanos()];
        let cause = self.record(Some(node), tag::TIMER_SET, words, Some(&timer), || {
            Kind::TimerSet {
                id,
                due: at.0,
                timer: Some(timer.clone()),
            }
        });
        self.timers.set_cause(id, cause);
        id
    }

    #[inline]
    pub(crate) fn reset_timer(&mut self, node: NodeId, id: TimerId, after: Span) -> bool {
        let due = self.now + after;
        let sequence = self.next_sequence();
        if !self.timers.reset(&mut self.queue, (due, sequence), id) {
            return false;
        }
        let words = [id.as_u64(), due.as_nanos()];
        let entry = self.record(Some(node), tag::TIMER_SET, words, None, || Kind::TimerSet {
            id,
            due,
            timer: None,
        });
        if entry != Cause::NONE {
            self.timers.set_cause(id, entry);
        }
        true
    }

    #[inline]
    pub(crate) fn cancel_timer(&mut self, node: NodeId, id: TimerId) -> bool {
        if self.timers.cancel(id).is_none() {
            return false;
        }
        let words = [id.as_u64(), 0];
        self.record(Some(node), tag::TIMER_CANCEL, words, None, || {
            Kind::TimerCancelled { id }
        });
        true
    }

    /// Takes a timer whose queue entry surfaced.
    #[inline]
    pub(crate) fn fire(&mut self, time: Time, order: Order) -> Arrival<Fired<P::Timer>> {
        let Some(node) = self.timers.surface(&mut self.queue, Key { time, order }) else {
            return Arrival::Stale;
        };
        self.now = time;
        let host = &mut self.hosts[node.index()];
        if host.status == Status::Paused {
            host.held.push(order);
            return Arrival::Handled;
        }
        let Some(fired) = self.timers.take_due(order) else {
            return Arrival::Stale;
        };
        self.cause = fired.cause;
        let words = [fired.id.as_u64(), 0];
        self.cause = self.record(Some(node), tag::TIMER_FIRE, words, None, || {
            Kind::TimerFired {
                id: fired.id,
                timer: fired.timer.clone(),
            }
        });
        Arrival::Take(fired)
    }

    /// Keeps a command until its paused node resumes.
    pub(crate) fn hold_command(&mut self, node: NodeId, command: P::Command) {
        let slot = self.commands.next_slot();
        if slot >= SLOTS_MAX {
            return;
        }
        self.commands.insert((node, command));
        let order = Order::new(self.next_sequence(), Subject::Command, slot);
        self.hosts[node.index()].held.push(order);
    }

    /// Takes out a command whose node has resumed; `None` if it is paused again.
    pub(crate) fn take_command(
        &mut self,
        time: Time,
        order: Order,
    ) -> Option<(NodeId, P::Command)> {
        let &(node, _) = self.commands.get(order.slot())?;
        self.now = time;
        let host = &mut self.hosts[node.index()];
        match host.status {
            Status::Paused => {
                host.held.push(order);
                None
            }
            Status::Down => {
                self.commands.remove(order.slot());
                None
            }
            Status::Up => self.commands.remove(order.slot()),
        }
    }

    /// Puts all that waited for a paused node into the queue, in order, to run now.
    pub(crate) fn release_held(&mut self, node: NodeId) {
        let held = std::mem::take(&mut self.hosts[node.index()].held);
        for order in held {
            let sequence = self.next_sequence();
            let now = self.now;
            match order.subject() {
                Subject::Message => {
                    if let Some(packet) = self.packets.get_mut(order.slot())
                        && packet.order == order
                    {
                        packet.order = Order::new(sequence, Subject::Message, order.slot());
                        let order = packet.order;
                        self.queue.push(Key { time: now, order });
                    }
                }
                Subject::Timer => self.timers.requeue(&mut self.queue, order, now, sequence),
                Subject::Command => {
                    let order = Order::new(sequence, Subject::Command, order.slot());
                    self.queue.push(Key { time: now, order });
                }
            }
        }
    }

    /// Loses all that waited for a paused node that crashes.
    pub(crate) fn lose_held(&mut self, node: NodeId) {
        for order in std::mem::take(&mut self.hosts[node.index()].held) {
            match order.subject() {
                Subject::Message => {
                    if self
                        .packets
                        .get(order.slot())
                        .is_some_and(|packet| packet.order == order)
                        && let Some(packet) = self.packets.remove(order.slot())
                    {
                        let why = DropReason::NodeDown;
                        self.record_drop(packet.id, node, node, packet.cause, why);
                    }
                }
                Subject::Timer => {}
                Subject::Command => {
                    self.commands.remove(order.slot());
                }
            }
        }
    }

    /// Removes entries that are no events from the head of the queue, so that its head is the
    /// next event: for [`World::next_time`](crate::World::next_time).
    pub(crate) fn settle(&mut self) {
        while let Some(key) = self.queue.peek() {
            let slot = key.order.slot();
            match key.order.subject() {
                Subject::Message => {
                    let live = self.packets.get(slot).is_some_and(|p| p.order == key.order);
                    if live {
                        return;
                    }
                    self.queue.pop_until(Time::MAX);
                }
                Subject::Timer => {
                    if self.timers.is_due_entry(key.order) {
                        return;
                    }
                    self.queue.pop_until(Time::MAX);
                    self.timers.surface(&mut self.queue, key);
                }
                Subject::Command => return,
            }
        }
    }
}
