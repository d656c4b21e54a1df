//! Takes what happens, and keeps as much of it as was asked for.

use std::collections::VecDeque;
use std::rc::Rc;

use super::{Entry, Kind, Recording};
use crate::{EntryId, Fingerprint, NodeId, Payload, Time};

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

/// What became of an entry.
#[derive(Clone, Copy)]
pub(crate) struct Recorded {
    /// For what it leads to.
    pub(crate) cause: Cause,
    /// Whether it is kept and has a payload, which the caller must keep then.
    pub(crate) keep_payload: bool,
}

impl Recorded {
    /// With recording off.
    pub(crate) const NOTHING: Self = Self {
        cause: Cause::NONE,
        keep_payload: false,
    };
}

/// An entry but for its payload.
struct Bare {
    id: EntryId,
    cause: Cause,
    time: Time,
    node: Option<NodeId>,
    kind: Kind,
    has_payload: bool,
}

/// Takes what happens, and keeps as much of it as was asked for.
///
/// Payloads of kept entries are kept apart, by the world that knows their types, in the same
/// order.
pub(crate) struct Recorder {
    recording: Recording,
    fingerprint: Fingerprint,
    next: u64,
    /// Entries with a smaller id are known already and not kept.
    keep_from: u64,
    entries: VecDeque<Bare>,
    overflowed: u64,
    /// How many of the oldest payloads are of entries that were pushed out.
    payloads_overflowed: usize,
}

/// A clone continues the numbering and the fingerprint; it holds no entries.
impl Clone for Recorder {
    fn clone(&self) -> Self {
        Self {
            recording: self.recording,
            fingerprint: self.fingerprint,
            next: self.next,
            keep_from: self.keep_from,
            entries: VecDeque::new(),
            overflowed: 0,
            payloads_overflowed: 0,
        }
    }
}

impl Recorder {
    pub(crate) fn new(recording: Recording) -> Self {
        Self {
            recording,
            fingerprint: Fingerprint::new(),
            next: 1,
            keep_from: 0,
            entries: VecDeque::new(),
            overflowed: 0,
            payloads_overflowed: 0,
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

    /// Bytes held for entries, in use or not, without their payloads.
    pub(crate) fn size_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Bare>()
    }

    /// Whether the next entry will be kept.
    pub(crate) fn keeps(&self) -> bool {
        matches!(self.recording, Recording::Full { limit } if limit > 0)
            && self.next >= self.keep_from
    }

    /// How many of the oldest payloads are no longer wanted, since this was last asked.
    pub(crate) fn take_payloads_overflowed(&mut self) -> usize {
        std::mem::take(&mut self.payloads_overflowed)
    }

    /// Moves the entries to the end of a list; `payload` gives the oldest payload.
    pub(crate) fn drain(
        &mut self,
        into: &mut Vec<Entry>,
        payload: &mut dyn FnMut() -> Option<Rc<dyn Payload>>,
    ) {
        into.extend(self.entries.drain(..).map(|bare| Entry {
            id: bare.id,
            cause: bare.cause.entry(),
            time: bare.time,
            node: bare.node,
            kind: bare.kind,
            payload: if bare.has_payload { payload() } else { None },
        }));
    }

    /// Records what happened. `payload` goes into the fingerprint; what is delivered or fires
    /// has gone into it already, when it was sent or set.
    /// Not inlined, so that the callers' fast path with recording off stays small.
    #[inline(never)]
    pub(crate) fn record(
        &mut self,
        time: Time,
        cause: Cause,
        node: Option<NodeId>,
        kind: Kind,
        payload: Option<&dyn Payload>,
    ) -> Recorded {
        let keep = self.keeps();
        let id = EntryId(self.next);
        self.next += 1;
        let fingerprint = &mut self.fingerprint;
        let (tag, words) = mark(&kind);
        fingerprint.word(time.as_nanos());
        fingerprint.word(u64::from(tag) << 32 | u64::from(node.map_or(u32::MAX, |n| n.0)));
        fingerprint.word(words[0]);
        fingerprint.word(words[1]);
        fingerprint.word(cause.0);
        if let Some(payload) = payload {
            payload.fold(fingerprint);
        }
        if let Kind::Faulted { fault } = &kind {
            fault.fold(fingerprint);
        }
        let has_payload =
            payload.is_some() || matches!(kind, Kind::Delivered { .. } | Kind::TimerFired { .. });
        if keep {
            self.keep(Bare {
                id,
                cause,
                time,
                node,
                kind,
                has_payload,
            });
        }
        Recorded {
            cause: Cause(id.0),
            keep_payload: keep && has_payload,
        }
    }

    fn keep(&mut self, bare: Bare) {
        if let Recording::Full { limit } = self.recording
            && self.entries.len() >= limit
            && let Some(oldest) = self.entries.pop_front()
        {
            self.overflowed += 1;
            self.payloads_overflowed += usize::from(oldest.has_payload);
        }
        self.entries.push_back(bare);
    }
}

/// What the fingerprint folds of a kind besides its payload: a number that names it, and two
/// words. Never renumber.
fn mark(kind: &Kind) -> (u8, [u64; 2]) {
    match kind {
        Kind::Started => (1, [0, 0]),
        Kind::Sent { id, to, arrives } => {
            let first = id.as_u64() ^ u64::from(to.0).rotate_left(48);
            (2, [first, arrives.map_or(u64::MAX, Time::as_nanos)])
        }
        Kind::Delivered { id, .. } => (3, [id.as_u64(), 0]),
        Kind::Dropped { id, why, .. } => (4, [id.as_u64(), *why as u64]),
        Kind::Duplicated {
            original, arrives, ..
        } => (5, [original.as_u64(), arrives.as_nanos()]),
        Kind::Delayed { id, arrives, .. } => (6, [id.as_u64(), arrives.as_nanos()]),
        Kind::TimerSet { id, due } => (7, [id.as_u64(), due.as_nanos()]),
        Kind::TimerCancelled { id } => (8, [id.as_u64(), 0]),
        Kind::TimerFired { id } => (9, [id.as_u64(), 0]),
        Kind::Commanded => (10, [0, 0]),
        Kind::Unheard => (11, [0, 0]),
        Kind::DiskWritten => (12, [0, 0]),
        Kind::Noted { .. } => (13, [0, 0]),
        Kind::Faulted { .. } => (14, [0, 0]),
    }
}
