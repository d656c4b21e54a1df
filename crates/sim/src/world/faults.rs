//! Faults at work on a world.

use crate::network::{Latency, RULES_MAX};
use crate::queue::{Key, Order, Subject};
use crate::trace::{Cause, DropReason, Kind};
use crate::world::kernel::Kernel;
use crate::world::{Status, World};
use crate::{Fault, FaultError, MessageAction, MessageId, NodeId, Outbox, Process, Span};

/// What a fault leaves to whoever knows the processes' types.
enum Rest {
    Nothing,
    /// A node is to boot.
    Boot {
        node: NodeId,
        empty_disk: bool,
    },
    /// A message was copied from one slot to another.
    Copy {
        original: u32,
        copy: u32,
    },
}

impl<P: Process> World<P> {
    /// Applies a fault, now.
    ///
    /// # Errors
    /// If the fault makes no sense here: an unknown node, a number out of range, a crash of what
    /// is down, a message that is not in flight. Nothing has changed then, nor is it recorded.
    pub fn apply(&mut self, fault: &Fault) -> Result<(), FaultError> {
        match self.core.kernel.apply(fault)? {
            Rest::Nothing => self.tell_pace(fault),
            Rest::Boot { node, empty_disk } => {
                if empty_disk {
                    self.core.disks[node.index()] = P::Disk::default();
                }
                self.processes[node.index()] = P::boot(&self.core.config, node);
                self.processes[node.index()].on_restart(&mut Outbox::new(&mut self.core, node));
            }
            Rest::Copy { original, copy } => self.core.copy_message(original, copy),
        }
        self.core.kernel.settle();
        Ok(())
    }

    /// Tells a node that runs of a fault that changes how fast it works.
    fn tell_pace(&mut self, fault: &Fault) {
        if let Fault::Slow { node, .. } | Fault::Resume { node } = *fault
            && self.status(node) == Some(Status::Up)
        {
            self.processes[node.index()].on_pace(&mut Outbox::new(&mut self.core, node));
        }
    }
}

impl Kernel {
    fn apply(&mut self, fault: &Fault) -> Result<Rest, FaultError> {
        fault.check(self.hosts.len() as u32)?;
        self.refuse_what_changes_nothing(fault)?;
        self.cause = Cause::NONE;
        let kind = Kind::Faulted {
            fault: fault.clone(),
        };
        self.cause = self.record(fault.node(), kind, None).cause;
        match fault {
            Fault::Crash { node } => self.crash(*node),
            Fault::Restart { node, empty_disk } => {
                let (node, empty_disk) = (*node, *empty_disk);
                if self.hosts[node.index()].status != Status::Down {
                    self.crash(node);
                }
                self.set_status(node, Status::Up);
                return Ok(Rest::Boot { node, empty_disk });
            }
            Fault::Pause { node } => self.set_status(*node, Status::Paused),
            Fault::Resume { node } => {
                self.set_status(*node, Status::Up);
                self.release_held(*node);
            }
            Fault::Message { id, action } => return Ok(self.act_on_message(*id, *action)),
            _ => self.change_network(fault),
        }
        Ok(Rest::Nothing)
    }

    fn refuse_what_changes_nothing(&self, fault: &Fault) -> Result<(), FaultError> {
        let status = |node: NodeId| self.hosts[node.index()].status;
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
            Fault::Message { id, .. } if self.slot_of(id).is_none() => {
                Err(FaultError::NotInFlight { id })
            }
            Fault::AddRule { .. } if self.network.rules().count() >= RULES_MAX => {
                Err(FaultError::TooManyRules { limit: RULES_MAX })
            }
            _ => Ok(()),
        }
    }

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

    fn act_on_message(&mut self, id: MessageId, action: MessageAction) -> Rest {
        let Some(slot) = self.slot_of(id) else {
            return Rest::Nothing;
        };
        match action {
            MessageAction::Drop => {
                if let Some(packet) = self.packets.remove(slot) {
                    let (cause, to) = (self.cause, packet.to);
                    let whole = packet.arrives.since(packet.sent).as_nanos().max(1);
                    let gone = self.now.since(packet.sent).as_nanos().min(whole);
                    let way = (gone as f64 / whole as f64) as f32;
                    self.record_drop(id, to, (to, way), cause, DropReason::Fault);
                }
            }
            MessageAction::Delay(span) => self.delay(slot, span),
            MessageAction::Duplicate => {
                if let Some(packet) = self.packets.get(slot) {
                    let (to, at) = (packet.to, packet.arrives.max(self.now));
                    if let Some(copy) = self.duplicate(id, to, at, packet.cause) {
                        let original = slot;
                        return Rest::Copy { original, copy };
                    }
                }
            }
        }
        Rest::Nothing
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
        let arrives = at;
        self.record(Some(to), Kind::Delayed { id, to, arrives }, None);
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
