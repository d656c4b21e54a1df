//! All of the world but the nodes' own state: the kernel, and the values of the process' types
//! that go with what the kernel keeps.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use crate::trace::{Kind, Recording};
use crate::world::kernel::Kernel;
use crate::{Entry, MessageId, Network, NodeId, Payload, Process, Span, TimerId};

/// Values by the slots that the kernel gives out.
///
/// A slot that the kernel frees keeps its value until it is used again: that is seldom long,
/// and what frees slots need not know the values' type.
#[derive(Clone)]
pub(crate) struct Store<T>(Vec<Option<T>>);

impl<T> Store<T> {
    /// Keeps a value. New slots come in order.
    #[inline]
    fn put(&mut self, slot: u32, value: T) {
        match self.0.get_mut(slot as usize) {
            Some(place) => *place = Some(value),
            None => self.0.push(Some(value)),
        }
    }

    #[inline]
    pub(crate) fn get(&self, slot: u32) -> Option<&T> {
        self.0.get(slot as usize)?.as_ref()
    }

    #[inline]
    pub(super) fn take(&mut self, slot: u32) -> Option<T> {
        self.0.get_mut(slot as usize)?.take()
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.0.capacity() * size_of::<Option<T>>()
    }
}

/// The payload of a trace entry that was kept.
enum Load<P: Process> {
    Message(P::Message),
    Timer(P::Timer),
    Command(P::Command),
}

impl<P: Process> Load<P> {
    fn share(self) -> Rc<dyn Payload> {
        match self {
            Load::Message(message) => Rc::new(message),
            Load::Timer(timer) => Rc::new(timer),
            Load::Command(command) => Rc::new(command),
        }
    }
}

pub(crate) struct Core<P: Process> {
    pub(crate) config: Arc<P::Config>,
    pub(crate) kernel: Kernel,
    pub(crate) disks: Vec<P::Disk>,
    pub(crate) messages: Store<P::Message>,
    pub(crate) timers: Store<P::Timer>,
    pub(super) commands: Store<P::Command>,
    /// The payloads of the entries that the kernel has recorded, in the same order.
    loads: VecDeque<Load<P>>,
}

/// A clone holds no trace entries.
impl<P: Process> Clone for Core<P> {
    fn clone(&self) -> Self {
        Self {
            config: Arc::clone(&self.config),
            kernel: self.kernel.clone(),
            disks: self.disks.clone(),
            messages: self.messages.clone(),
            timers: self.timers.clone(),
            commands: self.commands.clone(),
            loads: VecDeque::new(),
        }
    }
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
            kernel: Kernel::new(network, seed, recording),
            disks: Vec::new(),
            messages: Store(Vec::new()),
            timers: Store(Vec::new()),
            commands: Store(Vec::new()),
            loads: VecDeque::new(),
        }
    }

    /// Keeps the payload of the entry that was recorded last.
    // Apart, to keep the unrecorded way short.
    #[inline(never)]
    fn keep_load(&mut self, load: Load<P>) {
        self.loads.push_back(load);
        self.trim_loads();
    }

    fn trim_loads(&mut self) {
        let overflowed = self.kernel.trace.take_payloads_overflowed();
        self.loads.drain(..overflowed.min(self.loads.len()));
    }

    pub(crate) fn drain_entries(&mut self, into: &mut Vec<Entry>) {
        self.trim_loads();
        let loads = &mut self.loads;
        self.kernel
            .trace
            .drain(into, &mut || loads.pop_front().map(Load::share));
    }

    /// Bytes held for entries that were not drained.
    pub(crate) fn recorded_bytes(&self) -> usize {
        self.kernel.trace.size_bytes() + self.loads.capacity() * size_of::<Load<P>>()
    }

    #[inline]
    pub(crate) fn send(
        &mut self,
        from: NodeId,
        to: NodeId,
        message: P::Message,
        latency: Option<Span>,
    ) -> MessageId {
        let posted = self.kernel.post(from, to, &message, latency);
        if posted.keep_payload {
            self.keep_load(Load::Message(message.clone()));
        }
        match (posted.slot, posted.copy) {
            (Some(slot), Some(copy)) => {
                self.messages.put(slot, message.clone());
                self.messages.put(copy, message);
            }
            (Some(slot), None) | (None, Some(slot)) => self.messages.put(slot, message),
            (None, None) => {}
        }
        posted.id
    }

    /// Keeps what the copy of a message says.
    pub(super) fn copy_message(&mut self, original: u32, copy: u32) {
        if let Some(message) = self.messages.get(original) {
            self.messages.put(copy, message.clone());
        }
    }

    #[inline]
    pub(crate) fn set_timer(&mut self, node: NodeId, timer: P::Timer, after: Span) -> TimerId {
        let id = self.kernel.set_timer(node, after);
        if self.kernel.trace.is_on() && self.kernel.record_timer(node, id, after, &timer) {
            self.keep_load(Load::Timer(timer.clone()));
        }
        if id != Kernel::NO_TIMER {
            self.timers.put(id.slot(), timer);
        }
        id
    }

    /// Takes out what an arriving message says.
    #[inline]
    pub(super) fn receive(&mut self, to: NodeId, id: MessageId, slot: u32) -> Option<P::Message> {
        let message = self.messages.take(slot)?;
        if self.kernel.trace.is_on() {
            let kind = Kind::Delivered { id, from: id.from };
            if self.kernel.begin(to, kind, None).keep_payload {
                self.keep_load(Load::Message(message.clone()));
            }
        }
        Some(message)
    }

    /// Takes out what a timer that fires carries.
    #[inline]
    pub(super) fn expire(&mut self, node: NodeId, id: TimerId) -> Option<P::Timer> {
        let timer = self.timers.take(id.slot())?;
        if self.kernel.trace.is_on() {
            let kind = Kind::TimerFired { id };
            if self.kernel.begin(node, kind, None).keep_payload {
                self.keep_load(Load::Timer(timer.clone()));
            }
        }
        Some(timer)
    }

    /// Keeps a command until its paused node resumes.
    pub(super) fn hold_command(&mut self, node: NodeId, command: P::Command) {
        if let Some(slot) = self.kernel.hold_command(node) {
            self.commands.put(slot, command);
        }
    }

    /// Records a command that is handled now, or is not heard.
    pub(super) fn record_command(&mut self, node: NodeId, kind: Kind, command: &P::Command) {
        if self.kernel.begin(node, kind, Some(command)).keep_payload {
            self.keep_load(Load::Command(command.clone()));
        }
    }
}
