//! Faults at work on a world.

use crate::network::{Latency, RULES_MAX};
use crate::queue::{Key, Order, Subject};
use crate::trace::{Cause, DropReason, Kind, tag};
use crate::world::{Core, Status, World};
use crate::{Fault, FaultError, MessageAction, MessageId, NodeId, Outbox, Process, Span};

impl<P: Process> World<P> {
    /// Applies a fault, now.
    ///
    /// # Errors
    /// If the fault makes no sense here: an unknown node, a number out of range, a crash of what
    /// is down, a message that is not in flight. Nothing has changed then, nor is it recorded.
    pub fn apply(&mut self, fault: &Fault) -> Result<(), FaultError> {
        fault.check(self.node_count())?;
        self.refuse_what_changes_nothing(fault)?;
        self.core.cause = Cause::NONE;
        let words = [0, 0];
        self.core.cause = self
            .core
            .record(fault.node(), tag::FAULT, words, Some(fault), || {
                Kind::Faulted {
                    fault: fault.clone(),
                }
            });
        match fault {
            Fault::Crash { node } => self.core.crash(*node),
            Fault::Restart { node, empty_disk } => self.restart(*node, *empty_disk),
            Fault::Pause { node } => self.core.set_status(*node, Status::Paused),
            Fault::Resume { node } => {
                self.core.set_status(*node, Status::Up);
                self.core.release_held(*node);
            }
            Fault::Message { id, action } => self.core.act_on_message(*id, *action),
            _ => self.core.change_network(fault),
        }
        self.core.settle();
        Ok(())
    }

    fn refuse_what_changes_nothing(&self, fault: &Fault) -> Result<(), FaultError> {
        let status = |node: NodeId| self.core.hosts[node.index()].status;
        match *fault {
            Fault::Crash { node } | Fault::Pause { node } if status(node) == Status::Down => {
                Err(FaultError::Down { node })
            }
            Fault::Pause { node } if status(node) == Status::Paused => {
                Err(FaultError::AlreadyPaused { node })
            }
            Fault::Resume { node } if status(node) != Status::Paused => {
                Err(FaultError::NotPaused { node })
            }
            Fault::Message { id, .. } if self.core.slot_of(id).is_none() => {
                Err(FaultError::NotInFlight { id })
            }
            Fault::AddRule { .. } if self.core.network.rules().count() >= RULES_MAX => {
                Err(FaultError::TooManyRules { limit: RULES_MAX })
            }
            _ => Ok(()),
        }
    }

    fn restart(&mut self, node: NodeId, empty_disk: bool) {
        if self.core.hosts[node.index()].status != Status::Down {
            self.core.crash(node);
        }
        self.core.set_status(node, Status::Up);
        if empty_disk {
            self.core.hosts[node.index()].disk = P::Disk::default();
        }
        self.processes[node.index()] = P::boot(&self.core.config, node);
        self.processes[node.index()].on_restart(&mut Outbox::new(&mut self.core, node));
    }
}

impl<P: Process> Core<P> {
    fn crash(&mut self, node: NodeId) {
        self.set_status(node, Status::Down);
        self.lose_held(node);
        self.timers.clear_node(node);
    }

    /// The slot of a message in flight.
    fn slot_of(&self, id: MessageId) -> Option<u32> {
        self.packets
            .iter()
            .find(|(_, packet)| packet.id == id)
            .map(|(slot, _)| slot)
    }

    fn act_on_message(&mut self, id: MessageId, action: MessageAction) {
        let Some(slot) = self.slot_of(id) else {
            return;
        };
        match action {
            MessageAction::Drop => {
                if let Some(packet) = self.packets.remove(slot) {
                    let cause = self.cause;
                    self.record_drop(id, packet.to, packet.to, cause, DropReason::Fault);
                }
            }
            MessageAction::Delay(span) => self.delay(slot, span),
            MessageAction::Duplicate => {
                if let Some(packet) = self.packets.get(slot) {
                    let (to, at) = (packet.to, packet.arrives.max(self.now));
                    let (cause, message) = (packet.cause, packet.message.clone());
                    self.duplicate(id, to, at, cause, message);
                }
            }
        }
    }

    /// Makes a message arrive later than planned, and never before now.
    fn delay(&mut self, slot: u32, span: Span) {
        let sequence = self.next_sequence();
        let now = self.now;
        let Some(packet) = self.packets.get_mut(slot) else {
            return;
        };
        let at = (packet.arrives + span).max(now);
        packet.arrives = at;
        // The old queue entry, or the wait for a paused node, is of no more use.
        packet.order = Order::new(sequence, Subject::Message, slot);
        let (id, to, order) = (packet.id, packet.to, packet.order);
        self.queue.push(Key { time: at, order });
        let words = [id.as_u64(), at.as_nanos()];
        self.record(Some(to), tag::DELAY, words, None, || Kind::Delayed {
            id,
            to,
            arrives: at,
        });
    }

    /// Applies a fault that concerns only the network.
    fn change_network(&mut self, fault: &Fault) {
        let network = &mut self.network;
        let mut link = *network.default_link();
        match fault {
            Fault::Partition { groups } => network.partition(groups),
            Fault::Heal => network.heal(),
            Fault::Slow { node, factor } => network.set_slowness(*node, *factor),
            Fault::Link { from, to, change } => network.change_link(*from, *to, change),
            Fault::AddRule { rule } => network.add_rule(rule.clone()),
            Fault::ClearRules => network.clear_rules(),
            Fault::Loss { percent } => {
                link.loss_percent = *percent;
                network.set_default_link(link);
            }
            Fault::Latency { min, max } => {
                link.latency = Latency::Uniform {
                    min: *min,
                    max: *max,
                };
                network.set_default_link(link);
            }
            Fault::Duplicate { percent } => {
                link.duplicate_percent = *percent;
                network.set_default_link(link);
            }
            Fault::Reorder { percent, by } => {
                link.reorder_percent = *percent;
                link.reorder_by = *by;
                network.set_default_link(link);
            }
            Fault::Crash { .. }
            | Fault::Restart { .. }
            | Fault::Pause { .. }
            | Fault::Resume { .. }
            | Fault::Message { .. } => {}
        }
    }
}
