//! Takes what happens, and keeps as much of it as was asked for.

use std::collections::VecDeque;

use super::{Entry, Kind, Recording};
use crate::{EntryId, Fingerprint, NodeId, Payload, Process, Time};

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
