//! The outbox: the only way for a node to do anything.

use crate::trace::Kind;
use crate::world::Core;
use crate::{MessageId, NodeId, Process, Span, Stream, Time, TimerId};

/// What a handler may do, besides changing its own state.
pub struct Outbox<'a, P: Process> {
    core: &'a mut Core<P>,
    me: NodeId,
}

impl<'a, P: Process> Outbox<'a, P> {
    #[inline]
    pub(crate) fn new(core: &'a mut Core<P>, me: NodeId) -> Self {
        Self { core, me }
    }

    /// The time.
    #[inline]
    pub fn now(&self) -> Time {
        self.core.kernel.now
    }

    /// The time by the node's own clock, which stands still while the node is paused: work that
    /// takes so long is done when this clock says so.
    #[inline]
    pub fn own_time(&self) -> Time {
        self.core.kernel.own_time(self.me)
    }

    /// The node whose handler this is.
    #[inline]
    pub fn me(&self) -> NodeId {
        self.me
    }

    /// How many nodes there are, up or down; their ids are below this number.
    #[inline]
    pub fn node_count(&self) -> u32 {
        self.core.kernel.hosts.len() as u32
    }

    /// All other nodes, up or down.
    pub fn others(&self) -> impl Iterator<Item = NodeId> + use<P> {
        let me = self.me;
        (0..self.node_count())
            .map(NodeId)
            .filter(move |&id| id != me)
    }

    /// The settings of the run.
    #[inline]
    pub fn config(&self) -> &P::Config {
        &self.core.config
    }

    /// How many times as slowly as usual this node works, for service times; 1 is normal. When
    /// that changes, [`Process::on_pace`] is called.
    pub fn slowness(&self) -> f64 {
        self.core.kernel.network.slowness(self.me)
    }

    /// Sends a message. Whether and when it arrives is the network's affair.
    #[inline]
    pub fn send(&mut self, to: NodeId, message: P::Message) -> MessageId {
        self.core.send(self.me, to, message, None)
    }

    /// Sends a message whose latency the sender knows, instead of one drawn from the link's
    /// distribution; faults, rules and partitions apply as to any other.
    #[inline]
    pub fn send_taking(&mut self, latency: Span, to: NodeId, message: P::Message) -> MessageId {
        self.core.send(self.me, to, message, Some(latency))
    }

    /// Sets a timer that calls `on_timer` after a span.
    #[inline]
    pub fn set_timer(&mut self, timer: P::Timer, after: Span) -> TimerId {
        self.core.set_timer(self.me, timer, after)
    }

    /// Cancels a timer; false if it has fired or was cancelled before.
    #[inline]
    pub fn cancel_timer(&mut self, id: TimerId) -> bool {
        self.core.kernel.cancel_timer(self.me, id)
    }

    /// Makes a timer that has not fired yet due after a span from now; the id stays.
    /// False, and nothing happens, if it has fired or was cancelled.
    ///
    /// Much cheaper than cancelling it and setting another.
    #[inline]
    pub fn reset_timer(&mut self, id: TimerId, after: Span) -> bool {
        self.core.kernel.reset_timer(self.me, id, after)
    }

    /// What is on the node's disk.
    #[inline]
    pub fn disk(&self) -> &P::Disk {
        &self.core.disks[self.me.index()]
    }

    /// Writes to the node's disk, which survives a crash.
    pub fn write_disk<R>(&mut self, write: impl FnOnce(&mut P::Disk) -> R) -> R {
        let result = write(&mut self.core.disks[self.me.index()]);
        self.core
            .kernel
            .record(Some(self.me), Kind::DiskWritten, None);
        result
    }

    /// Notes something for the log. `text` is only called when entries are recorded, so it must
    /// only read; the fingerprint knows that something was noted, not what.
    pub fn note<T: Into<String>>(&mut self, text: impl FnOnce() -> T) {
        let kernel = &mut self.core.kernel;
        let text = if kernel.trace.keeps() {
            text().into()
        } else {
            String::new()
        };
        kernel.record(Some(self.me), Kind::Noted { text }, None);
    }

    /// Adds to a counter of the run.
    pub fn count(&mut self, name: &'static str, by: u64) {
        *self.core.kernel.counters.entry(name).or_default() += by;
    }

    /// Takes a value into a summary of the run.
    pub fn sample(&mut self, name: &'static str, value: f64) {
        self.core.kernel.samples.entry(name).or_default().add(value);
    }

    /// The node's own random numbers; they go on over a crash.
    #[inline]
    pub fn random(&mut self) -> &mut Stream {
        &mut self.core.kernel.hosts[self.me.index()].random
    }
}
