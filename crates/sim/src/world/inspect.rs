//! Looking at a world without changing it.

use litemap::LiteMap;

use crate::counts::{Counts, Summary};
use crate::world::{Flight, Loss, Status, World};
use crate::{Entry, EntryId, Network, NodeId, Process, Purpose, Recording, Stream, Time, TimerId};

impl<P: Process> World<P> {
    /// The time.
    pub fn now(&self) -> Time {
        self.core.kernel.now
    }

    /// How many events have run: deliveries, losses on arrival, timers, and what came to wait
    /// for a paused node.
    pub fn event_count(&self) -> u64 {
        self.core.kernel.events
    }

    /// When the next event runs; `None` if nothing is pending.
    pub fn next_time(&self) -> Option<Time> {
        self.core.kernel.queue.next_time()
    }

    /// The settings of the run.
    pub fn config(&self) -> &P::Config {
        &self.core.config
    }

    /// The seed of the run.
    pub fn seed(&self) -> u64 {
        self.core.kernel.seed
    }

    /// A random stream of this run for a purpose of the caller's, such as arrivals from outside.
    pub fn stream(&self, purpose: Purpose, index: u64) -> Stream {
        Stream::derive(self.core.kernel.seed, purpose, index)
    }

    /// How many nodes there are, up or down.
    pub fn node_count(&self) -> u32 {
        self.processes.len() as u32
    }

    /// All nodes' ids.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<P> {
        (0..self.node_count()).map(NodeId)
    }

    /// A node's state; of a node that is down, as it was when it crashed.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn node(&self, id: NodeId) -> &P {
        &self.processes[id.index()]
    }

    /// All nodes' states, in the order of ids.
    pub fn nodes(&self) -> &[P] {
        &self.processes
    }

    /// Whether a node runs; `None` if there is no such node.
    pub fn status(&self, id: NodeId) -> Option<Status> {
        self.core
            .kernel
            .hosts
            .get(id.index())
            .map(|host| host.status)
    }

    /// The time by a node's own clock, which stands still while the node is paused.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn own_time(&self, id: NodeId) -> Time {
        self.core.kernel.own_time(id)
    }

    /// A node's disk.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn disk(&self, id: NodeId) -> &P::Disk {
        &self.core.disks[id.index()]
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.core.kernel.network
    }

    /// The network, to set it up before the run; what changes it during a run is a
    /// [`Fault`](crate::Fault), so that it is part of the run.
    pub fn network_mut(&mut self) -> &mut Network {
        &mut self.core.kernel.network
    }

    /// The messages on their way, in no particular but always the same order.
    pub fn in_flight(&self) -> impl Iterator<Item = Flight<'_, P::Message>> {
        let packets = self.core.kernel.packets.iter();
        packets.filter_map(|(slot, packet)| {
            Some(Flight {
                id: packet.id,
                from: packet.id.from,
                to: packet.to,
                sent: packet.sent,
                arrives: packet.arrives,
                message: self.core.messages.get(slot)?,
                duplicate: packet.id.is_copy(),
            })
        })
    }

    /// The latest messages that were lost, the oldest first.
    pub fn losses(&self) -> impl Iterator<Item = &Loss> {
        self.core.kernel.losses.iter()
    }

    /// The timers that a node has set, with the moment each is due.
    pub fn timers(&self, node: NodeId) -> impl Iterator<Item = (TimerId, &P::Timer, Time)> {
        let timers = self.core.kernel.timers.iter();
        timers
            .filter(move |&(_, owner, _)| owner == node)
            .filter_map(|(id, _, due)| Some((id, self.core.timers.get(id.slot())?, due)))
    }

    /// What became of the messages.
    pub fn counts(&self) -> Counts {
        Counts {
            in_flight: self.core.kernel.packets.len() as u64,
            ..self.core.kernel.counts
        }
    }

    /// The counters that nodes keep through [`Outbox::count`](crate::Outbox::count).
    pub fn counters(&self) -> &LiteMap<&'static str, u64> {
        &self.core.kernel.counters
    }

    /// The summaries that nodes keep through [`Outbox::sample`](crate::Outbox::sample).
    pub fn samples(&self) -> &LiteMap<&'static str, Summary> {
        &self.core.kernel.samples
    }

    /// A hash of all that happened so far, equal on every platform; see
    /// [`Fingerprint`](crate::Fingerprint). The same whether or not entries are kept.
    pub fn fingerprint(&self) -> u64 {
        self.core.kernel.trace.fingerprint()
    }

    /// What is recorded.
    pub fn recording(&self) -> Recording {
        self.core.kernel.trace.recording()
    }

    /// The id that the next trace entry will get.
    pub fn next_entry(&self) -> EntryId {
        self.core.kernel.trace.next_id()
    }

    /// Does not keep entries before this one, because the caller has them from an earlier pass.
    pub fn keep_entries_from(&mut self, id: EntryId) {
        self.core.kernel.trace.keep_from(id);
    }

    /// Moves the recorded entries to the end of a list.
    pub fn drain_entries(&mut self, into: &mut Vec<Entry>) {
        self.core.drain_entries(into);
    }

    /// How many entries were pushed out of the recorder because nobody drained them in time.
    pub fn entries_overflowed(&self) -> u64 {
        self.core.kernel.trace.overflowed()
    }

    /// About how many bytes the recorded entries take that were not drained yet; at most the
    /// limit of [`Recording::Full`] times the size of an entry.
    pub fn recorded_bytes(&self) -> usize {
        self.core.recorded_bytes()
    }

    /// About how many bytes a clone of this world takes.
    pub fn size_bytes(&self) -> usize {
        let nodes: usize = self.processes.iter().map(P::size_bytes).sum();
        let disks: usize = self.core.disks.iter().map(P::disk_size_bytes).sum();
        size_of::<Self>()
            + nodes
            + disks
            + self.core.messages.size_bytes()
            + self.core.timers.size_bytes()
            + self.core.kernel.size_bytes()
    }
}
