//! What is known of a run: messages with their fates, faults, and what nodes did by themselves.
//!
//! Everything is in the order of the trace, so that forgetting from a time on cuts off the ends;
//! changes of older messages are journalled, to be undone.

use std::collections::VecDeque;

use faultline_sim::{Entry, EntryId, Kind, MessageId, NodeId, Time};
use faultline_view::{Label, MessageFate, OTHERS};
use litemap::LiteMap;

use super::records::{Carried, Change, Flown, Local, LocalKind, Seen, lost};
use crate::commands::{Names, fault_text};

/// Moments with entries that are kept, the latest.
const MOMENTS_MAX: usize = 1 << 16;
/// Messages that are kept, and as many things that nodes did by themselves.
const MESSAGES_MAX: usize = 1 << 17;
/// The least ranks of the messages that are listed apart as well: about one of 16, of 64 and
/// of 256.
const SPARSE: [u32; 3] = [4, 6, 8];

/// What is known of a run.
#[derive(Clone, Debug)]
pub struct History {
    names: Vec<Label>,
    lanes: LiteMap<Label, u32>,
    since: Vec<Time>,
    next_id: u64,
    known: Time,
    /// Since when everything is kept.
    kept_from: Time,
    /// Since when all faults are known from the trace.
    traced_from: Time,
    /// Each moment at which something happened, with its first entry.
    moments: VecDeque<(Time, u64)>,
    messages: VecDeque<Flown>,
    /// The number of the first message kept: those before are forgotten.
    first: u64,
    /// The numbers of those of at least a rank, see [`SPARSE`].
    sparse: [VecDeque<u64>; SPARSE.len()],
    journal: VecDeque<Change>,
    /// Of a thousand lanes ten are shown.
    by_lane: Vec<Lane>,
    /// The lane of each of the lanes' locals, in the order of the trace.
    locals: VecDeque<u32>,
    /// What somebody asked.
    asked: VecDeque<Local>,
    faults: Vec<Seen>,
    /// The longest that any message was on its way.
    longest_ns: u64,
}

/// What concerns one node.
#[derive(Clone, Debug, Default)]
struct Lane {
    /// The numbers of the messages that it sent or is to receive.
    messages: VecDeque<u64>,
    /// What it did by itself.
    locals: VecDeque<Local>,
}

impl Default for History {
    fn default() -> Self {
        Self {
            names: Vec::new(),
            lanes: LiteMap::new(),
            since: Vec::new(),
            next_id: 1,
            known: Time::ZERO,
            kept_from: Time::ZERO,
            traced_from: Time::ZERO,
            moments: VecDeque::new(),
            messages: VecDeque::new(),
            first: 0,
            sparse: Default::default(),
            journal: VecDeque::new(),
            by_lane: Vec::new(),
            locals: VecDeque::new(),
            asked: VecDeque::new(),
            faults: Vec::new(),
            longest_ns: 0,
        }
    }
}

impl History {
    pub fn next_id(&self) -> u64 {
        self.next_id
    }

    pub fn known(&self) -> Time {
        self.known
    }

    pub fn kept_from(&self) -> Time {
        self.kept_from
    }

    pub fn traced_from(&self) -> Time {
        self.traced_from
    }

    pub fn names(&self) -> Names<'_> {
        Names(&self.names)
    }

    pub fn since(&self, lane: u32) -> Time {
        self.since.get(lane as usize).copied().unwrap_or_default()
    }

    pub fn lane(&self, name: &str) -> Option<u32> {
        self.lanes.get(name).copied()
    }

    pub fn faults(&self) -> &[Seen] {
        &self.faults
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub fn know_until(&mut self, time: Time) {
        self.known = self.known.max(time);
    }

    /// The messages on their way at some time in a window, in the order of their sending.
    pub fn messages(&self, from: Time, to: Time) -> impl Iterator<Item = &Flown> {
        let earliest = Time(from.0.saturating_sub(self.longest_ns));
        let (start, end) = (self.sent_before(earliest), self.sent_until(to));
        let all = self.messages.range(start..end.max(start));
        all.filter(move |one| self.is_under_way(one, from))
    }

    /// Of the messages on their way in a window, those of at least a rank of which there are
    /// likely so many: among a hundred thousand that is soon said.
    pub fn some_messages(&self, from: Time, to: Time, enough: usize) -> Vec<&Flown> {
        let all = self.count(from, to);
        for (least, numbers) in SPARSE.iter().zip(&self.sparse).rev() {
            if all >> least <= enough {
                continue;
            }
            let found = self.in_window(numbers, from, to);
            let found = found.filter_map(|number| self.numbered(*number));
            return found.filter(|one| self.is_under_way(one, from)).collect();
        }
        self.messages(from, to).collect()
    }

    /// The messages of some lanes on their way in a window, in the order of their sending.
    pub fn messages_of(&self, lanes: &[u32], from: Time, to: Time) -> Vec<&Flown> {
        if lanes.len() >= self.names.len() {
            return self.messages(from, to).collect();
        }
        let lanes = lanes
            .iter()
            .filter_map(|lane| self.by_lane.get(*lane as usize));
        let mut found: Vec<u64> = lanes
            .flat_map(|lane| self.in_window(&lane.messages, from, to))
            .copied()
            .collect();
        found.sort_unstable();
        found.dedup();
        let found = found.into_iter().filter_map(|number| self.numbered(number));
        found.filter(|one| self.is_under_way(one, from)).collect()
    }

    /// Of the numbers of some messages, those that may be on their way in a window.
    fn in_window<'n>(
        &self,
        numbers: &'n VecDeque<u64>,
        from: Time,
        to: Time,
    ) -> impl Iterator<Item = &'n u64> + use<'n> {
        let earliest = Time(from.0.saturating_sub(self.longest_ns));
        let sent = |number: &u64| self.numbered(*number).map_or(Time::ZERO, |one| one.sent);
        let start = numbers.partition_point(|number| sent(number) < earliest);
        let end = numbers.partition_point(|number| sent(number) <= to);
        numbers.range(start..end.max(start))
    }

    /// How many messages were sent in a window.
    pub fn count(&self, from: Time, to: Time) -> usize {
        self.sent_until(to).saturating_sub(self.sent_before(from))
    }

    fn sent_before(&self, time: Time) -> usize {
        self.messages.partition_point(|one| one.sent < time)
    }

    fn sent_until(&self, time: Time) -> usize {
        self.messages.partition_point(|one| one.sent <= time)
    }

    /// Whether a message that was sent is still on its way at a time.
    fn is_under_way(&self, one: &Flown, at: Time) -> bool {
        match one.fate {
            // It may be waiting for a paused node.
            MessageFate::InFlight => one.end().max(self.known) >= at,
            _ => one.end() >= at,
        }
    }

    fn numbered(&self, number: u64) -> Option<&Flown> {
        let index = number.checked_sub(self.first)?;
        self.messages.get(usize::try_from(index).ok()?)
    }

    /// A message by its name.
    pub fn message(&self, id: &str) -> Option<&Flown> {
        let id = self.names().read_message(id).ok()?;
        self.messages.iter().rev().find(|one| one.id == id)
    }

    /// When an entry was written; the moment, of those kept, that it belongs to.
    pub fn when(&self, entry: u64) -> Option<Time> {
        let after = self.moments.partition_point(|moment| moment.1 <= entry);
        let moment = self.moments.get(after.checked_sub(1)?)?;
        (entry < self.next_id).then_some(moment.0)
    }

    /// What somebody asked in a window.
    pub fn asked(&self, from: Time, to: Time) -> impl Iterator<Item = &Local> {
        let start = self.asked.partition_point(|one| one.at < from);
        let end = self.asked.partition_point(|one| one.at <= to);
        self.asked.range(start..end.max(start))
    }

    /// What a node did by itself in a window, by the stretches of time it falls into: those that
    /// hold something, each with its first, the one that names it (a note before others), its
    /// last, and how many they are. Nothing in between is looked at.
    pub fn locals(
        &self,
        lane: u32,
        (from, to): (Time, Time),
        stretch_ns: u64,
    ) -> impl Iterator<Item = ([&Local; 3], usize)> {
        let locals = self.by_lane.get(lane as usize).map(|lane| &lane.locals);
        let before = move |time: Time| {
            locals.map_or(0, |locals| locals.partition_point(|one| one.at < time))
        };
        let mut next = before(from);
        core::iter::from_fn(move || {
            let locals = locals?;
            let first = locals.get(next).filter(|one| one.at <= to)?;
            let stretch = first.at.as_nanos() / stretch_ns;
            let end = (stretch + 1).saturating_mul(stretch_ns);
            let end = Time(end.min(to.as_nanos().saturating_add(1)));
            let start = next;
            next = before(end).max(start + 1);
            let last = locals.get(next - 1)?;
            let noted = first.notes - u32::from(first.is_note());
            let named = if last.notes > noted {
                locals.get(locals.partition_point(|one| one.notes <= noted))?
            } else {
                first
            };
            Some(([first, named, last], next - start))
        })
    }

    /// Learns the names of nodes, in the kernel's order; nodes only ever join at the end.
    pub fn learn_names(&mut self, names: &[Label]) {
        for name in names.iter().skip(self.names.len()) {
            self.lanes.insert(name.clone(), self.names.len() as u32);
            self.names.push(name.clone());
            self.by_lane.push(Lane::default());
            self.since.push(Time::ZERO);
        }
    }

    /// Takes in the next entry.
    pub fn take(&mut self, entry: &Entry) {
        if entry.id.0 != self.next_id {
            // What came before is not to be had any more.
            let names = core::mem::take(&mut self.names);
            self.clear();
            self.learn_names(&names);
            self.kept_from = entry.time;
            self.traced_from = entry.time;
        }
        self.next_id = entry.id.0 + 1;
        self.known = self.known.max(entry.time);
        if self.moments.back().is_none_or(|last| last.0 != entry.time) {
            self.moments.push_back((entry.time, entry.id.0));
        }
        let carries = || Carried(entry.payload.clone());
        match &entry.kind {
            Kind::Started => {
                let lane = entry.node.map(NodeId::index);
                if let Some(since) = lane.and_then(|lane| self.since.get_mut(lane)) {
                    *since = entry.time;
                }
            }
            Kind::Sent { id, to, arrives } => {
                let flown = self.flown(entry, *id, *to, *arrives);
                self.push(flown);
            }
            Kind::Duplicated {
                id,
                original,
                to,
                arrives,
            } => {
                let mut copy = self.flown(entry, *id, *to, Some(*arrives));
                copy.original = Some(*original);
                // A fault's copy follows the entry of the fault.
                let fault = self.faults.last();
                copy.by_fault = fault.is_some_and(|fault| fault.entry + 1 == entry.id.0);
                if copy.carries.0.is_none() {
                    let copied = entry.cause.and_then(|cause| self.by_entry(cause));
                    copy.carries = copied.map(|one| one.carries.clone()).unwrap_or_default();
                }
                self.push(copy);
            }
            Kind::Delivered { id, .. } => self.change(entry, *id, |message| {
                message.fate = MessageFate::Delivered {
                    at_ns: entry.time.as_nanos(),
                };
            }),
            Kind::Dropped { id, to, why } => self.change(entry, *id, |message| {
                message.fate = lost(entry.time, *why, entry.node == Some(*to));
            }),
            Kind::Delayed { id, arrives, .. } => self.change(entry, *id, |message| {
                message.planned = message.planned.or(message.arrives);
                message.arrives = Some(*arrives);
            }),
            Kind::TimerFired { .. } => self.local(entry, LocalKind::Timer, carries()),
            Kind::Noted { text } => {
                let note = LocalKind::Note(text.as_str().into());
                self.local(entry, note, Carried::default());
            }
            Kind::DiskWritten => self.local(entry, LocalKind::Disk, Carried::default()),
            Kind::Commanded | Kind::Unheard => self.asked.push_back(Local {
                entry: entry.id.0,
                at: entry.time,
                kind: LocalKind::Command,
                carries: carries(),
                notes: 0,
            }),
            Kind::TimerSet { .. } | Kind::TimerCancelled { .. } => {}
            Kind::Faulted { fault } => self.faults.push(Seen {
                entry: entry.id.0,
                at: entry.time,
                text: fault_text(fault, self.names()).into(),
            }),
        }
        let crowded = |history: &Self| {
            history.moments.len() > MOMENTS_MAX
                || history.messages.len() > MESSAGES_MAX
                || history.locals.len() > MESSAGES_MAX
                || history.asked.len() > MESSAGES_MAX
        };
        while crowded(self) && self.moments.len() > 1 {
            self.drop_oldest();
        }
    }

    /// A message that begins its way.
    fn flown(&self, entry: &Entry, id: MessageId, to: NodeId, arrives: Option<Time>) -> Flown {
        Flown {
            entry: entry.id.0,
            id,
            from: self.lane_of(entry.node),
            to: self.lane_of(Some(to)),
            sent: entry.time,
            arrives,
            planned: None,
            carries: Carried(entry.payload.clone()),
            fate: MessageFate::InFlight,
            original: None,
            by_fault: false,
        }
    }

    fn push(&mut self, message: Flown) {
        self.longest_ns = self.longest_ns.max(message.length_ns());
        let number = self.first + self.messages.len() as u64;
        for (least, numbers) in SPARSE.iter().zip(&mut self.sparse) {
            if message.rank() >= *least {
                numbers.push_back(number);
            }
        }
        for lane in lanes_of(&message) {
            if let Some(lane) = self.by_lane.get_mut(lane) {
                lane.messages.push_back(number);
            }
        }
        self.messages.push_back(message);
    }

    /// Changes a message that is on its way, and remembers what it was.
    fn change(&mut self, entry: &Entry, id: MessageId, change: impl FnOnce(&mut Flown)) {
        let Some(index) = self.on_its_way(entry.cause, id) else {
            return;
        };
        let message = &mut self.messages[index];
        self.journal.push_back(Change {
            at: entry.time,
            message: self.first + index as u64,
            arrives: message.arrives,
            planned: message.planned,
            fate: message.fate.clone(),
        });
        change(message);
        self.longest_ns = self.longest_ns.max(message.length_ns());
    }

    /// The index of the message to which something happened.
    fn on_its_way(&self, cause: Option<EntryId>, id: MessageId) -> Option<usize> {
        if let Some(EntryId(cause)) = cause {
            // What becomes of a message was mostly caused by its sending.
            let index = self.messages.partition_point(|one| one.entry < cause);
            if self.messages.get(index).is_some_and(|one| one.id == id) {
                return Some(index);
            }
            if cause < self.messages.front()?.entry {
                return None;
            }
        }
        let is = |one: &Flown| one.fate == MessageFate::InFlight && one.id == id;
        self.messages.iter().rposition(is)
    }

    fn local(&mut self, entry: &Entry, kind: LocalKind, carries: Carried) {
        let index = self.lane_of(entry.node);
        let Some(lane) = self.by_lane.get_mut(index as usize) else {
            return;
        };
        let mut local = Local {
            entry: entry.id.0,
            at: entry.time,
            kind,
            carries,
            notes: lane.locals.back().map_or(0, |last| last.notes),
        };
        local.notes += u32::from(local.is_note());
        lane.locals.push_back(local);
        self.locals.push_back(index);
    }

    /// The lane of a node whose name is known.
    fn lane_of(&self, node: Option<NodeId>) -> u32 {
        let known = node.filter(|node| node.index() < self.names.len());
        known.map_or(OTHERS, |node| node.0)
    }

    fn by_entry(&self, EntryId(entry): EntryId) -> Option<&Flown> {
        let index = self.messages.partition_point(|one| one.entry < entry);
        self.messages.get(index).filter(|one| one.entry == entry)
    }

    /// Forgets what happened at a time and after it.
    pub fn forget_from(&mut self, at: Time) {
        if at <= self.kept_from {
            self.clear();
            return;
        }
        if at > self.known {
            return;
        }
        while let Some(change) = pop_back_if(&mut self.journal, |change| change.at >= at) {
            let Some(index) = change.message.checked_sub(self.first) else {
                continue;
            };
            if let Some(message) = self.messages.get_mut(index as usize) {
                message.arrives = change.arrives;
                message.planned = change.planned;
                message.fate = change.fate;
            }
        }
        let messages = self.sent_before(at);
        self.messages.truncate(messages);
        let next = self.first + messages as u64;
        let lanes = self.by_lane.iter_mut().map(|lane| &mut lane.messages);
        for numbers in self.sparse.iter_mut().chain(lanes) {
            while pop_back_if(numbers, |number| *number >= next).is_some() {}
        }
        while let Some(&lane) = self.locals.back() {
            let lane = self.by_lane.get_mut(lane as usize);
            if lane.is_some_and(|lane| pop_back_if(&mut lane.locals, |one| one.at >= at).is_none())
            {
                break;
            }
            self.locals.pop_back();
        }
        let asked = self.asked.partition_point(|one| one.at < at);
        self.asked.truncate(asked);
        self.faults.retain(|one| one.at < at);
        while let Some((_, id)) = pop_back_if(&mut self.moments, |moment| moment.0 >= at) {
            self.next_id = id;
        }
        // Nodes that started later may never start now.
        let there = self
            .since
            .partition_point(|since| *since < at || *since == Time::ZERO);
        for name in self.names.drain(there..) {
            self.lanes.remove(&name);
        }
        self.by_lane.truncate(there);
        self.since.truncate(there);
        self.known = Time(at.0 - 1);
    }

    /// Forgets the oldest moment.
    fn drop_oldest(&mut self) {
        self.moments.pop_front();
        let Some(&(from, _)) = self.moments.front() else {
            return;
        };
        self.kept_from = from;
        // This is done at every moment of a busy run: what goes is at the front, and little.
        while let Some(one) = self.messages.front() {
            let crowded = self.messages.len() > MESSAGES_MAX;
            if one.sent >= from || one.end() >= from && !crowded {
                break;
            }
            for lane in lanes_of(one) {
                if let Some(lane) = self.by_lane.get_mut(lane) {
                    pop_front_while(&mut lane.messages, |number| *number <= self.first);
                }
            }
            self.messages.pop_front();
            self.first += 1;
        }
        let first = self.first;
        for numbers in &mut self.sparse {
            pop_front_while(numbers, |number| *number < first);
        }
        while let Some(&lane) = self.locals.front() {
            let lane = self.by_lane.get_mut(lane as usize);
            if lane.is_some_and(|lane| !pop_front_if(&mut lane.locals, |one| one.at < from)) {
                break;
            }
            self.locals.pop_front();
        }
        pop_front_while(&mut self.asked, |one| one.at < from);
        pop_front_while(&mut self.journal, |one| one.at < from);
    }
}

/// The lanes that a message goes between, each once.
fn lanes_of(message: &Flown) -> impl Iterator<Item = usize> + use<> {
    let (from, to) = (message.from as usize, message.to as usize);
    [from].into_iter().chain((to != from).then_some(to))
}

/// Takes the first ones off, while they are so.
fn pop_front_while<T>(queue: &mut VecDeque<T>, is_so: impl Fn(&T) -> bool) {
    while pop_front_if(queue, &is_so) {}
}

/// Takes the first off, if it is so; whether it was.
fn pop_front_if<T>(queue: &mut VecDeque<T>, is_so: impl FnOnce(&T) -> bool) -> bool {
    queue.front().is_some_and(is_so) && queue.pop_front().is_some()
}

/// Takes the last off, if it is so.
fn pop_back_if<T>(queue: &mut VecDeque<T>, is_so: impl FnOnce(&T) -> bool) -> Option<T> {
    if is_so(queue.back()?) {
        queue.pop_back()
    } else {
        None
    }
}
