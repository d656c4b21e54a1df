//! The trace: what happened, in order, each entry with the entry that caused it.
//!
//! Log, animation, diagrams, exports and checks all read the same entries.
//! Payloads are kept as they are, and become text only when someone looks.

mod recorder;

pub(crate) use recorder::{Cause, Recorded, Recorder};

use std::fmt;
use std::rc::Rc;

use crate::{Described, EntryId, Fault, MessageId, NodeId, Payload, Time, TimerId};

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
///
/// It is of one type for all processes, so that whatever keeps and shows entries need not be
/// compiled for each of them.
#[derive(Clone)]
pub struct Entry {
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
    pub kind: Kind,
    /// The message that was sent or delivered, what the timer carries (none when it is set
    /// again), or what the user asked.
    pub payload: Option<Rc<dyn Payload>>,
}

/// What happened.
#[derive(Clone)]
pub enum Kind {
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
    },
    /// The node received a message.
    Delivered {
        /// The message.
        id: MessageId,
        /// From whom.
        from: NodeId,
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
    },
    /// A user asked the node to do something.
    Commanded,
    /// A user asked something of a node that is down.
    Unheard,
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

impl Kind {
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
            Kind::Commanded => "command",
            Kind::Unheard => "unheard",
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
}

/// Without the payload: `sent 2.17 to 3`.
impl fmt::Display for Kind {
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
        Ok(())
    }
}

/// One line: `17 <- 12 at 250ms on 2: sent 2.17 to 3: Ping n=1`.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)?;
        if let Some(cause) = self.cause {
            write!(f, " <- {cause}")?;
        }
        write!(f, " at {}", self.time)?;
        if let Some(node) = self.node {
            write!(f, " on {node}")?;
        }
        write!(f, ": {}", self.kind)?;
        match &self.payload {
            Some(payload) => write!(f, ": {}", Described(payload.as_ref())),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
