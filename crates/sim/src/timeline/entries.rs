//! The trace entries that a timeline keeps: a contiguous range of ids, bounded in number.

use std::collections::VecDeque;

use super::Model;
use crate::{Entry, EntryId, Time};

#[derive(Clone)]
pub(super) struct Entries {
    list: VecDeque<Entry>,
    limit: usize,
    /// Kept between uses, to save the allocation.
    scratch: Vec<Entry>,
}

impl Entries {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            list: VecDeque::new(),
            limit,
            scratch: Vec::new(),
        }
    }

    /// The ids kept, the end excluded; `None` when there are none.
    fn ids(&self) -> Option<(u64, u64)> {
        let first = self.list.front()?.id.0;
        Some((first, first + self.list.len() as u64))
    }

    /// Takes over what a model has recorded.
    pub(super) fn take_from<M: Model>(&mut self, model: &mut M) {
        model.drain_entries(&mut self.scratch);
        self.take_scratch();
    }

    /// The entries drained have ids without a gap among them.
    fn take_scratch(&mut self) {
        let Some(from) = self.scratch.first().map(|entry| entry.id.0) else {
            return;
        };
        let mut known = 0;
        if let Some((first, end)) = self.ids() {
            if (first..=end).contains(&from) {
                // From an earlier pass.
                known = ((end - from) as usize).min(self.scratch.len());
            } else {
                // Before what is kept, or after a gap: the range starts anew here.
                self.list.clear();
            }
        }
        let fresh = self.scratch.len() - known;
        // A busy run has a thousand entries a frame: the oldest make room for all of them at once.
        let skipped = fresh.saturating_sub(self.limit);
        let excess = (self.list.len() + fresh - skipped).saturating_sub(self.limit);
        self.list.drain(..excess);
        self.list
            .extend(self.scratch.drain(..).skip(known + skipped));
    }

    /// The first id that a model which stands at `next` must record.
    pub(super) fn resume_from(&self, next: EntryId) -> EntryId {
        match self.ids() {
            Some((first, end)) if (first..=end).contains(&next.0) => EntryId(end),
            _ => EntryId(0),
        }
    }

    /// Forgets entries from an id on, because the past has changed.
    pub(super) fn forget_from(&mut self, id: EntryId) {
        if let Some((first, _)) = self.ids() {
            self.list.truncate(id.0.saturating_sub(first) as usize);
        }
    }

    /// Forgets entries from a time on, except those before an id.
    pub(super) fn forget_at(&mut self, time: Time, id: EntryId) {
        let first = self.list.partition_point(|entry| entry.time < time);
        if let Some(entry) = self.list.get(first) {
            self.forget_from(entry.id.max(id));
        }
    }

    /// The entries from an id up to another, the end excluded.
    pub(super) fn range(
        &self,
        from: EntryId,
        end: EntryId,
    ) -> impl DoubleEndedIterator<Item = &Entry> {
        let (first, all_end) = self.ids().unwrap_or((0, 0));
        let from = from.0.clamp(first, all_end);
        let end = end.0.clamp(from, all_end);
        self.list
            .range((from - first) as usize..(end - first) as usize)
    }

    /// The entries from one time to another, both included.
    pub(super) fn between(&self, from: Time, to: Time) -> impl DoubleEndedIterator<Item = &Entry> {
        let start = self.list.partition_point(|entry| entry.time < from);
        let end = self.list.partition_point(|entry| entry.time <= to);
        self.list.range(start..end.max(start))
    }

    pub(super) fn get(&self, id: EntryId) -> Option<&Entry> {
        let (first, _) = self.ids()?;
        self.list
            .get(usize::try_from(id.0.checked_sub(first)?).ok()?)
    }

    /// How many entries before an id are not kept.
    pub(super) fn dropped(&self, next: EntryId) -> u64 {
        let recorded = next.0.saturating_sub(1);
        match self.ids() {
            Some((first, _)) => (first - 1).min(recorded),
            None => recorded,
        }
    }
}
