//! What is pending: messages that arrive, timers, and what waits for a paused node.

use crate::queue::{Key, Order, SLOTS_MAX, Subject};
use crate::trace::{Cause, DropReason, Kind};
use crate::world::kernel::{Kernel, Packet};
use crate::world::{Outcome, Status, Stop};
use crate::{MessageId, NodeId, Payload, Span, Time, TimerId};

/// What a queue entry turned out to be.
pub(crate) enum Arrival<T> {
    /// No event: the entry was replaced, or its subject is gone.
    Stale,
    /// An event that needs no handler: a loss, or something that waits for a paused node.
    Handled,
    /// For the node's handler.
    Take(T),
}

impl Kernel {
    /// What `set_timer` gives when there are too many timers; it names none.
    pub(crate) const NO_TIMER: TimerId = TimerId::new(u32::MAX, u32::MAX);

    /// Ends a run of events: counts them and moves the clock, unless the budget ran out.
    pub(super) fn pass(&mut self, until: Time, events: u64, max_events: u64) -> Outcome {
        self.events += events;
        self.settle();
        let stop = if events == max_events {
            Stop::Budget
        } else if self.queue.next_time().is_some() {
            Stop::Time
        } else {
            Stop::Idle
        };
        if stop != Stop::Budget && until != Time::MAX {
            self.now = self.now.max(until);
        }
        Outcome { events, stop }
    }

    /// Takes an arriving message off the network.
    #[inline]
    pub(super) fn arrive(&mut self, time: Time, order: Order) -> Arrival<(MessageId, NodeId)> {
        if self.stopped > 0 || !self.network.is_plain() {
            return self.arrive_among_faults(time, order);
        }
        let wanted = |packet: &Packet| packet.order == order;
        match self.packets.remove_if(order.slot(), wanted) {
            Some(packet) => {
                self.now = time;
                self.note_delivery(&packet)
            }
            None => Arrival::Stale,
        }
    }

    /// The same, when the receiver may be down or paused, or the network cut.
    #[inline(never)]
    fn arrive_among_faults(&mut self, time: Time, order: Order) -> Arrival<(MessageId, NodeId)> {
        let Some(packet) = self.packets.get(order.slot()) else {
            return Arrival::Stale;
        };
        if packet.order != order {
            return Arrival::Stale;
        }
        self.now = time;
        let (id, to) = (packet.id, packet.to);
        let status = self.hosts[to.index()].status;
        if status == Status::Paused {
            self.hosts[to.index()].held.push(order);
            return Arrival::Handled;
        }
        let Some(packet) = self.packets.remove(order.slot()) else {
            return Arrival::Stale;
        };
        let why = if self.network.is_cut(id.from, to) {
            DropReason::Partition
        } else if status == Status::Down {
            DropReason::NodeDown
        } else {
            return self.note_delivery(&packet);
        };
        self.record_drop(id, to, (to, 1.0), packet.cause, why);
        Arrival::Handled
    }

    #[inline]
    fn note_delivery(&mut self, packet: &Packet) -> Arrival<(MessageId, NodeId)> {
        self.counts.delivered += 1;
        self.cause = packet.cause;
        Arrival::Take((packet.id, packet.to))
    }

    /// Sets a timer; the caller keeps what it carries.
    #[inline]
    pub(crate) fn set_timer(&mut self, node: NodeId, after: Span) -> TimerId {
        let due = self.now + after;
        let at = (due, self.next_sequence());
        let set = self.timers.set(&mut self.queue, at, node);
        set.unwrap_or(Self::NO_TIMER)
    }

    /// Records that a timer was set; true if the caller is to keep what it carries for the entry
    /// too.
    #[inline(never)]
    pub(crate) fn record_timer(
        &mut self,
        node: NodeId,
        id: TimerId,
        after: Span,
        timer: &dyn Payload,
    ) -> bool {
        let due = self.now + after;
        let recorded = self.record(Some(node), Kind::TimerSet { id, due }, Some(timer));
        self.timers.set_cause(id, recorded.cause);
        recorded.keep_payload
    }

    #[inline]
    pub(crate) fn reset_timer(&mut self, node: NodeId, id: TimerId, after: Span) -> bool {
        let due = self.now + after;
        let sequence = self.next_sequence();
        if !self.timers.reset(&mut self.queue, (due, sequence), id) {
            return false;
        }
        if self.trace.is_on() {
            let recorded = self.record(Some(node), Kind::TimerSet { id, due }, None);
            self.timers.set_cause(id, recorded.cause);
        }
        true
    }

    pub(crate) fn cancel_timer(&mut self, node: NodeId, id: TimerId) -> bool {
        if !self.timers.cancel(id) {
            return false;
        }
        self.record(Some(node), Kind::TimerCancelled { id }, None);
        true
    }

    /// Takes a timer whose queue entry surfaced.
    #[inline]
    pub(super) fn fire(&mut self, time: Time, order: Order) -> Arrival<(TimerId, NodeId)> {
        let Some(node) = self.timers.surface(&mut self.queue, Key { time, order }) else {
            return Arrival::Stale;
        };
        self.now = time;
        if self.stopped > 0 && self.hosts[node.index()].status == Status::Paused {
            self.hosts[node.index()].held.push(order);
            return Arrival::Handled;
        }
        let Some(fired) = self.timers.take_due(order) else {
            return Arrival::Stale;
        };
        self.cause = fired.cause;
        Arrival::Take((fired.id, fired.node))
    }

    /// Makes room for a command that waits until its paused node resumes.
    pub(super) fn hold_command(&mut self, node: NodeId) -> Option<u32> {
        let slot = self.waiting.next_slot();
        if slot >= SLOTS_MAX {
            return None;
        }
        self.waiting.insert(node);
        let order = Order::new(self.next_sequence(), Subject::Command, slot);
        self.hosts[node.index()].held.push(order);
        Some(slot)
    }

    /// The node of a command that waited for it to resume; it goes on waiting if the node is
    /// paused again.
    #[inline(never)]
    pub(super) fn resume_command(&mut self, time: Time, order: Order) -> Arrival<NodeId> {
        let Some(&node) = self.waiting.get(order.slot()) else {
            return Arrival::Handled;
        };
        self.now = time;
        let host = &mut self.hosts[node.index()];
        if host.status == Status::Paused {
            host.held.push(order);
            return Arrival::Handled;
        }
        let up = host.status == Status::Up;
        self.waiting.remove(order.slot());
        if up {
            self.cause = Cause::NONE;
            Arrival::Take(node)
        } else {
            Arrival::Handled
        }
    }

    /// Puts all that waited for a paused node into the queue, in order, to run now.
    pub(super) fn release_held(&mut self, node: NodeId) {
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
    pub(super) fn lose_held(&mut self, node: NodeId) {
        for order in std::mem::take(&mut self.hosts[node.index()].held) {
            match order.subject() {
                Subject::Message => {
                    let wanted = |packet: &Packet| packet.order == order;
                    if let Some(packet) = self.packets.remove_if(order.slot(), wanted) {
                        let why = DropReason::NodeDown;
                        self.record_drop(packet.id, node, (node, 1.0), packet.cause, why);
                    }
                }
                Subject::Timer => {}
                Subject::Command => {
                    self.waiting.remove(order.slot());
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
