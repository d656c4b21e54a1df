//! What is pending: messages that arrive, timers, and what waits for a paused node.

use crate::queue::{Key, Order, SLOTS_MAX, Subject};
use crate::timers::Fired;
use crate::trace::{Cause, DropReason, Kind, tag};
use crate::world::Status;
use crate::world::core::{Core, Packet};
use crate::{NodeId, Process, Span, Time, TimerId};

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

impl<P: Process> Core<P> {
    /// Takes an arriving message off the network.
    #[inline]
    pub(crate) fn arrive(&mut self, time: Time, order: Order) -> Arrival<Packet<P::Message>> {
        if self.stopped > 0 || !self.network.is_plain() {
            return self.arrive_among_faults(time, order);
        }
        let wanted = |packet: &Packet<P::Message>| packet.order == order;
        match self.packets.remove_if(order.slot(), wanted) {
            Some(packet) => {
                self.now = time;
                self.note_delivery(packet)
            }
            None => Arrival::Stale,
        }
    }

    /// The same, when the receiver may be down or paused, or the network cut.
    fn arrive_among_faults(&mut self, time: Time, order: Order) -> Arrival<Packet<P::Message>> {
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
            return self.note_delivery(packet);
        };
        self.record_drop(id, to, to, packet.cause, why);
        Arrival::Handled
    }

    #[inline]
    fn note_delivery(&mut self, packet: Packet<P::Message>) -> Arrival<Packet<P::Message>> {
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

    // Apart, to keep the unrecorded way short.
    #[inline(never)]
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
        if self.stopped > 0 && self.hosts[node.index()].status == Status::Paused {
            self.hosts[node.index()].held.push(order);
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
