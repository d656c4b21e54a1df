//! The trace: what happened, in order, each entry with the entry that caused it.
//!
//! Log, animation, diagrams, exports and checks all read the same entries.
//! Payloads are kept as they are, and become text only when someone looks.

use std::collections::VecDeque;
use std::fmt;

use crate::{
    Described, EntryId, Fault, Fingerprint, MessageId, NodeId, Payload, Process, Time, TimerId,
};

/// What is recorded while a world runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// Nothing: the fastest. There is no fingerprint, and entries have no ids.
    Off,
    /// The fingerprint and the ids of entries, but not the entries.
    Fingerprint,
    /// The entries too; of those not yet drained, at most `limit` are kept, the latest.
    Full {
        /// The most entries kept.
        limit: usize,
    },
}

impl Recording {
    /// Full recording with room for 65,536 entries between two drains.
    pub const FULL: Self = Self::Full { limit: 1 << 16 };
}

/// Something that happened.
#[derive(Clone)]
pub struct Entry<P: Process> {
    /// Which entry, from 1; equal in every replay of the run.
    pub id: EntryId,
    /// The entry that led to this one: for a delivery its sending, for a sending the delivery,
    /// timer, command or start that the node was handling; `None` for faults.
    pub cause: Option<EntryId>,
    /// When.
    pub time: Time,
    /// Where; `None` for what concerns the network.
    pub node: Option<NodeId>,
    /// What.
    pub kind: Kind<P>,
}

/// What happened.
#[derive(Clone)]
pub enum Kind<P: Process> {
    /// The node started for the first time.
    Started,
    /// The node sent a message.
    Sent {
        /// The message.
        id: MessageId,
        /// To whom.
        to: NodeId,
        /// When it will arrive; `None` if the network lost it.
        arrives: Option<Time>,
        /// What it says.
        message: P::Message,
    },
    /// The node received a message.
    Delivered {
        /// The message.
        id: MessageId,
        /// From whom.
        from: NodeId,
        /// What it says.
        message: P::Message,
    },
    /// A message was lost: at the sender if the network lost it, else at the receiver.
    Dropped {
        /// The message.
        id: MessageId,
        /// To whom.
        to: NodeId,
        /// Why.
        why: DropReason,
    },
    /// The network made a copy of a message.
    Duplicated {
        /// The copy.
        id: MessageId,
        /// The message it is a copy of.
        original: MessageId,
        /// To whom.
        to: NodeId,
        /// When the copy will arrive.
        arrives: Time,
    },
    /// A message in flight was held back by a fault.
    Delayed {
        /// The message.
        id: MessageId,
        /// To whom.
        to: NodeId,
        /// When it will arrive now.
        arrives: Time,
    },
    /// The node set a timer, or set it again.
    TimerSet {
        /// The timer.
        id: TimerId,
        /// When it is due.
        due: Time,
        /// What it carries; `None` when it is set again.
        timer: Option<P::Timer>,
    },
    /// The node cancelled a timer.
    TimerCancelled {
        /// The timer.
        id: TimerId,
    },
    /// A timer fired.
    TimerFired {
        /// The timer.
        id: TimerId,
        /// What it carried.
        timer: P::Timer,
    },
    /// A user asked the node to do something.
    Commanded {
        /// What.
        command: P::Command,
    },
    /// A user asked something of a node that is down.
    Unheard {
        /// What.
        command: P::Command,
    },
    /// The node wrote to its disk.
    DiskWritten,
    /// The node noted something.
    Noted {
        /// What.
        text: String,
    },
    /// A fault happened: a crash, restart, pause, resume, partition or any other.
    Faulted {
        /// Which.
        fault: Fault,
    },
}

/// Why a message was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum DropReason {
    /// The link lost it by chance.
    Loss,
    /// A partition or a cut link was in its way.
    Partition,
    /// A rule said so.
    Rule,
    /// The receiver is down.
    NodeDown,
    /// A user dropped it in flight.
    Fault,
    /// There is no such receiver.
    NoSuchNode,
    /// There are too many messages in flight.
    Overflow,
}

impl DropReason {
    /// The reason in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            DropReason::Loss => "lost on the link",
            DropReason::Partition => "cut off",
            DropReason::Rule => "dropped by a rule",
            DropReason::NodeDown => "receiver is down",
            DropReason::Fault => "dropped in flight",
            DropReason::NoSuchNode => "no such node",
            DropReason::Overflow => "too many in flight",
        }
    }
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<P: Process> Kind<P> {
    /// A stable name for exports and filters.
    pub const fn name(&self) -> &'static str {
        match self {
            Kind::Started => "started",
            Kind::Sent { .. } => "sent",
            Kind::Delivered { .. } => "delivered",
            Kind::Dropped { .. } => "dropped",
            Kind::Duplicated { .. } => "duplicated",
            Kind::Delayed { .. } => "delayed",
            Kind::TimerSet { .. } => "timer_set",
            Kind::TimerCancelled { .. } => "timer_cancelled",
            Kind::TimerFired { .. } => "timer_fired",
            Kind::Commanded { .. } => "command",
            Kind::Unheard { .. } => "unheard",
            Kind::DiskWritten => "disk_written",
            Kind::Noted { .. } => "noted",
            Kind::Faulted { fault } => fault.name(),
        }
    }

    /// The message it is about.
    pub const fn message_id(&self) -> Option<MessageId> {
        match self {
            Kind::Sent { id, .. }
            | Kind::Delivered { id, .. }
            | Kind::Dropped { id, .. }
            | Kind::Duplicated { id, .. }
            | Kind::Delayed { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The payload it carries.
    pub fn payload(&self) -> Option<&dyn Payload> {
        match self {
            Kind::Sent { message, .. } | Kind::Delivered { message, .. } => Some(message),
            Kind::TimerSet { timer, .. } => timer.as_ref().map(|timer| timer as &dyn Payload),
            Kind::TimerFired { timer, .. } => Some(timer),
            Kind::Commanded { command } | Kind::Unheard { command } => Some(command),
            _ => None,
        }
    }
}

/// One line for a log: `sent 2.17 to 3: Ping n=1`.
impl<P: Process> fmt::Display for Kind<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Kind::Sent { id, to, .. } => write!(f, " {id} to {to}")?,
            Kind::Delivered { id, from, .. } => write!(f, " {id} from {from}")?,
            Kind::Dropped { id, to, why } => write!(f, " {id} to {to}: {why}")?,
            Kind::Duplicated { id, original, .. } => write!(f, " {original} as {id}")?,
            Kind::Delayed { id, arrives, .. } => write!(f, " {id} until {arrives}")?,
            Kind::TimerSet { due, .. } => write!(f, " for {due}")?,
            Kind::Noted { text } => write!(f, ": {text}")?,
            _ => {}
        }
        match self.payload() {
            Some(payload) => write!(f, ": {}", Described(payload)),
            None => Ok(()),
        }
    }
}

/// One line: `17 <- 12 at 250ms on 2: sent 2.17 to 3: Ping n=1`.
impl<P: Process> fmt::Display for Entry<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)?;
        if let Some(cause) = self.cause {
            write!(f, " <- {cause}")?;
        }
        write!(f, " at {}", self.time)?;
        if let Some(node) = self.node {
            write!(f, " on {node}")?;
        }
        write!(f, ": {}", self.kind)
    }
}

impl<P: Process> fmt::Debug for Entry<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<P: Process> fmt::Debug for Kind<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a timeline needs to know of an entry.
pub trait TraceEntry {
    /// Which entry.
    fn id(&self) -> EntryId;
    /// When.
    fn time(&self) -> Time;
}

impl<P: Process> TraceEntry for Entry<P> {
    fn id(&self) -> EntryId {
        self.id
    }

    fn time(&self) -> Time {
        self.time
    }
}

/// The entry that caused something, if entries are counted; half the size of an
/// `Option<EntryId>`, because entry ids start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cause(u64);

impl Cause {
    pub(crate) const NONE: Self = Self(0);

    fn entry(self) -> Option<EntryId> {
        (self != Self::NONE).then_some(EntryId(self.0))
    }
}

/// The part of an entry that every recording folds into the fingerprint.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    /// Names the kind; never renumber.
    pub(crate) tag: u8,
    pub(crate) node: Option<NodeId>,
    pub(crate) words: [u64; 2],
}

/// Takes what happens, and keeps as much of it as was asked for.
pub(crate) struct Recorder<P: Process> {
    recording: Recording,
    fingerprint: Fingerprint,
    next: u64,
    /// Entries with a smaller id are known already and not kept.
    keep_from: u64,
    entries: VecDeque<Entry<P>>,
    overflowed: u64,
}

/// A clone continues the numbering and the fingerprint; it holds no entries.
impl<P: Process> Clone for Recorder<P> {
    fn clone(&self) -> Self {
        Self {
            recording: self.recording,
            fingerprint: self.fingerprint,
            next: self.next,
            keep_from: self.keep_from,
            entries: VecDeque::new(),
            overflowed: 0,
        }
    }
}

impl<P: Process> Recorder<P> {
    pub(crate) fn new(recording: Recording) -> Self {
        Self {
            recording,
            fingerprint: Fingerprint::new(),
            next: 1,
            keep_from: 0,
            entries: VecDeque::new(),
            overflowed: 0,
        }
    }

    #[inline]
    pub(crate) fn is_on(&self) -> bool {
        self.recording != Recording::Off
    }

    pub(crate) fn recording(&self) -> Recording {
        self.recording
    }

    pub(crate) fn fingerprint(&self) -> u64 {
        self.fingerprint.value()
    }

    pub(crate) fn next_id(&self) -> EntryId {
        EntryId(self.next)
    }

    pub(crate) fn keep_from(&mut self, id: EntryId) {
        self.keep_from = id.0;
    }

    pub(crate) fn overflowed(&self) -> u64 {
        self.overflowed
    }

    /// Bytes held for entries, in use or not, without what payloads hold outside themselves.
    pub(crate) fn size_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry<P>>()
    }

    pub(crate) fn drain(&mut self, into: &mut Vec<Entry<P>>) {
        into.extend(self.entries.drain(..));
    }

    /// Records what happened. `kind` is only called if entries are kept.
    /// Not inlined, so that the callers' fast path with recording off stays small.
    #[inline(never)]
    pub(crate) fn record(
        &mut self,
        time: Time,
        cause: Cause,
        mark: Mark,
        payload: Option<&dyn Payload>,
        kind: impl FnOnce() -> Kind<P>,
    ) -> Cause {
        let id = EntryId(self.next);
        self.next += 1;
        let fingerprint = &mut self.fingerprint;
        fingerprint.word(time.as_nanos());
        fingerprint
            .word(u64::from(mark.tag) << 32 | u64::from(mark.node.map_or(u32::MAX, |n| n.0)));
        fingerprint.word(mark.words[0]);
        fingerprint.word(mark.words[1]);
        fingerprint.word(cause.0);
        if let Some(payload) = payload {
            payload.fold(fingerprint);
        }
        if let Recording::Full { limit } = self.recording
            && id.0 >= self.keep_from
        {
            if self.entries.len() >= limit {
                self.entries.pop_front();
                self.overflowed += 1;
            }
            if limit > 0 {
                self.entries.push_back(Entry {
                    id,
                    cause: cause.entry(),
                    time,
                    node: mark.node,
                    kind: kind(),
                });
            }
        }
        Cause(id.0)
    }
}

/// Numbers of the kinds in the fingerprint; never renumber.
pub(crate) mod tag {
    pub(crate) const START: u8 = 1;
    pub(crate) const SEND: u8 = 2;
    pub(crate) const DELIVER: u8 = 3;
    pub(crate) const DROP: u8 = 4;
    pub(crate) const DUPLICATE: u8 = 5;
    pub(crate) const DELAY: u8 = 6;
    pub(crate) const TIMER_SET: u8 = 7;
    pub(crate) const TIMER_CANCEL: u8 = 8;
    pub(crate) const TIMER_FIRE: u8 = 9;
    pub(crate) const COMMAND: u8 = 10;
    pub(crate) const UNHEARD: u8 = 11;
    pub(crate) const DISK: u8 = 12;
    pub(crate) const NOTE: u8 = 13;
    pub(crate) const FAULT: u8 = 14;
}
