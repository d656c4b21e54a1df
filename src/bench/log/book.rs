//! The entries of a run's trace as rows: read in pages, filtered and searched bit by bit.

use std::collections::BTreeMap;

use faultline_systems::{Lab, LogEntry, PlacedCommand, Values};

use super::row::{Kinds, contains};

/// Entries read at a time for showing.
const PAGE: u64 = 128;
/// Pages kept.
const PAGES_MAX: usize = 64;
/// Entries that one frame filters and searches; what is left waits for the next.
pub const ENTRIES_PER_FRAME: usize = 4_000;
/// How far back something is looked for, entries.
const LOOK_BACK: u64 = 50_000;

/// Which rows are to be seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Only of this node; empty: of all.
    pub node: String,
    /// Only of these kinds.
    pub kinds: Kinds,
}

impl Filter {
    fn passes(&self, entry: &LogEntry) -> bool {
        let node = self.node.is_empty()
            || entry.node.as_deref() == Some(&*self.node)
            || entry.peer.as_deref() == Some(&*self.node);
        node && self.kinds.has(entry.kind)
    }

    fn is_open(&self) -> bool {
        *self == Self::default()
    }
}

/// What a run's trace is a function of, beside the cursor.
#[derive(Clone, Debug, PartialEq)]
struct RunKey {
    system: &'static str,
    values: Values,
    seed: u64,
    commands: Vec<PlacedCommand>,
}

impl RunKey {
    fn of(lab: &dyn Lab) -> Self {
        let commands = lab.commands().into_iter();
        Self {
            system: lab.info().name,
            values: lab.values().clone(),
            seed: lab.seed(),
            // Whether one was refused is known only once it has applied.
            commands: commands
                .map(|command| PlacedCommand {
                    refused: None,
                    ..command
                })
                .collect(),
        }
    }
}

/// The rows of a run's log.
#[derive(Debug, Default)]
pub struct Book {
    run: Option<RunKey>,
    pages: BTreeMap<u64, Vec<LogEntry>>,
    filter: Filter,
    /// What is searched for, in small letters; empty: nothing.
    needle: String,
    /// The entries kept up to the cursor.
    first: u64,
    last: u64,
    /// Those that pass the filter; not kept while it is open.
    rows: Vec<u64>,
    /// Those of them with the needle.
    found: Vec<u64>,
    /// The next entry to filter and search.
    next: u64,
}

impl Book {
    /// Takes in what is new, as far as a frame allows; whether there is more.
    pub fn update(&mut self, lab: &dyn Lab) -> bool {
        let run = RunKey::of(lab);
        if self.run.as_ref() != Some(&run) {
            self.run = Some(run);
            self.forget();
        }
        self.last = lab.last_entry();
        self.first = lab.trace(1, 1).first().map_or(self.last + 1, |one| one.id);
        self.next = self.next.max(self.first);
        if self.filter.is_open() && self.needle.is_empty() {
            return false;
        }
        let page = lab.trace(self.next, ENTRIES_PER_FRAME);
        let whole = page.len() == ENTRIES_PER_FRAME;
        for entry in page {
            self.next = entry.id + 1;
            if !self.filter.passes(&entry) {
                continue;
            }
            if !self.filter.is_open() {
                self.rows.push(entry.id);
            }
            if contains(&entry, &self.needle) {
                self.found.push(entry.id);
            }
        }
        whole
    }

    fn forget(&mut self) {
        self.pages.clear();
        self.rows.clear();
        self.found.clear();
        self.next = 1;
    }

    /// Shows other rows, or searches for something else.
    pub fn ask(&mut self, filter: Filter, needle: &str) {
        let needle = needle.to_ascii_lowercase();
        if (&filter, &needle) != (&self.filter, &self.needle) {
            self.filter = filter;
            self.needle = needle;
            self.rows.clear();
            self.found.clear();
            self.next = 1;
        }
    }

    /// Which rows are to be seen.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// What is searched for.
    pub fn needle(&self) -> &str {
        &self.needle
    }

    /// How many rows there are up to the cursor.
    pub fn count(&self) -> usize {
        if self.filter.is_open() {
            return (self.last + 1).saturating_sub(self.first) as usize;
        }
        self.seen(&self.rows).len()
    }

    /// The entries of a list that are kept, up to the cursor.
    fn seen<'a>(&self, list: &'a [u64]) -> &'a [u64] {
        let from = list.partition_point(|id| *id < self.first);
        let to = list.partition_point(|id| *id <= self.last);
        list.get(from..to).unwrap_or_default()
    }

    /// The entry of a row.
    pub fn id(&self, row: usize) -> Option<u64> {
        if self.filter.is_open() {
            let id = self.first + row as u64;
            return (id <= self.last).then_some(id);
        }
        self.seen(&self.rows).get(row).copied()
    }

    /// The row of an entry; none if it is filtered away.
    pub fn row(&self, id: u64) -> Option<usize> {
        if !(self.first..=self.last).contains(&id) {
            return None;
        }
        if self.filter.is_open() {
            return Some((id - self.first) as usize);
        }
        self.seen(&self.rows).binary_search(&id).ok()
    }

    /// How many rows have the needle, and which of them an entry is.
    pub fn matches(&self, id: Option<u64>) -> (usize, Option<usize>) {
        let found = self.seen(&self.found);
        let place = id.and_then(|id| found.binary_search(&id).ok());
        (found.len(), place)
    }

    /// The nearest row with the needle after an entry, or before it; around the end if there is
    /// none.
    pub fn next_match(&self, from: Option<u64>, forward: bool) -> Option<u64> {
        let found = self.seen(&self.found);
        let from = from.unwrap_or(if forward { 0 } else { u64::MAX });
        if forward {
            let next = found.get(found.partition_point(|id| *id <= from));
            next.or(found.first()).copied()
        } else {
            let place = found.partition_point(|id| *id < from);
            let before = place.checked_sub(1).and_then(|place| found.get(place));
            before.or(found.last()).copied()
        }
    }

    /// An entry.
    pub fn entry(&mut self, lab: &dyn Lab, id: u64) -> Option<LogEntry> {
        let number = id.checked_sub(1)? / PAGE;
        let known = self.pages.get(&number).and_then(|page| find(page, id));
        if let Some(known) = known {
            return Some(known.clone());
        }
        // The last page grows; of an old one the beginning may be gone.
        let mut page = lab.trace(number * PAGE + 1, PAGE as usize);
        page.retain(|entry| (entry.id - 1) / PAGE == number);
        let entry = find(&page, id).cloned();
        while self.pages.len() >= PAGES_MAX {
            self.pages.pop_first();
        }
        self.pages.insert(number, page);
        entry
    }

    /// The latest entry, up to the cursor, that is so; not looked for very far back.
    pub fn latest(&self, lab: &dyn Lab, is_so: impl Fn(&LogEntry) -> bool) -> Option<u64> {
        let mut end = self.last + 1;
        let least = self.first.max(end.saturating_sub(LOOK_BACK));
        while end > least {
            let start = end.saturating_sub(ENTRIES_PER_FRAME as u64).max(least);
            let page = lab.trace(start, (end - start) as usize);
            let found = page.iter().rev().find(|entry| is_so(entry));
            if let Some(found) = found {
                return Some(found.id);
            }
            end = start;
        }
        None
    }
}

/// An entry of a page, whose ids follow one another.
fn find(page: &[LogEntry], id: u64) -> Option<&LogEntry> {
    let first = page.first()?.id;
    page.get(usize::try_from(id.checked_sub(first)?).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultline_sim::Time;

    /// A run of the sharding system that has gone on for a while.
    fn lab(until_ms: u64) -> Box<dyn Lab> {
        let info = faultline_systems::find("sharding").expect("the system");
        let mut lab = (info.start)(&Values::defaults(info.params), 42);
        assert!(
            lab.seek(Time::from_nanos(until_ms * 1_000_000), 10_000_000)
                .reached
        );
        lab
    }

    fn all(book: &mut Book, lab: &dyn Lab) {
        while book.update(lab) {}
    }

    fn rows(book: &Book) -> Vec<u64> {
        (0..book.count()).filter_map(|row| book.id(row)).collect()
    }

    #[test]
    fn every_entry_is_a_row_and_is_read_by_pages() {
        let lab = lab(3_000);
        let mut book = Book::default();
        all(&mut book, &*lab);
        let trace = lab.trace(1, usize::MAX);
        assert_eq!(book.count(), trace.len());
        for entry in trace.iter().step_by(37) {
            assert_eq!(book.entry(&*lab, entry.id).as_ref(), Some(entry));
            let row = book.row(entry.id).expect("a row");
            assert_eq!(book.id(row), Some(entry.id));
        }
        assert!(book.pages.len() <= PAGES_MAX);
        assert_eq!(book.entry(&*lab, trace.len() as u64 + 1), None);
        assert_eq!(book.entry(&*lab, 0), None);
    }

    #[test]
    fn the_filter_and_the_search_find_what_a_plain_look_finds() {
        let lab = lab(3_000);
        let mut book = Book::default();
        let filter = Filter {
            node: "B".into(),
            kinds: Kinds::Messages,
        };
        book.ask(filter.clone(), "KEY_7");
        all(&mut book, &*lab);
        let trace = lab.trace(1, usize::MAX);
        let passing = trace.iter().filter(|entry| filter.passes(entry));
        let expected: Vec<u64> = passing.clone().map(|entry| entry.id).collect();
        assert!(expected.len() > 10);
        assert_eq!(rows(&book), expected);
        let with = passing.filter(|entry| contains(entry, "key_7"));
        let with: Vec<u64> = with.map(|entry| entry.id).collect();
        assert!(with.len() > 1);
        assert_eq!(book.matches(Some(with[1])), (with.len(), Some(1)));
        assert_eq!(book.next_match(None, true), with.first().copied());
        assert_eq!(book.next_match(Some(with[0]), true), Some(with[1]));
        assert_eq!(book.next_match(Some(with[1]), false), Some(with[0]));
        // Around the end.
        assert_eq!(book.next_match(with.last().copied(), true), Some(with[0]));
    }

    #[test]
    fn going_back_hides_what_comes_later_and_a_command_changes_it() {
        let mut lab = lab(3_000);
        let mut book = Book::default();
        book.ask(
            Filter {
                kinds: Kinds::Messages,
                ..Filter::default()
            },
            "",
        );
        all(&mut book, &*lab);
        let before = rows(&book);
        lab.seek(Time::from_nanos(1_050_000_000), u64::MAX);
        all(&mut book, &*lab);
        let earlier = rows(&book);
        assert!(earlier.len() < before.len());
        assert_eq!(before[..earlier.len()], earlier);
        lab.seek(Time::from_nanos(3_000_000_000), u64::MAX);
        all(&mut book, &*lab);
        assert_eq!(rows(&book), before);
        lab.insert(Time::from_nanos(1_050_000_000), "crash B")
            .expect("a command");
        all(&mut book, &*lab);
        let kinds = Kinds::Messages;
        let trace = lab.trace(1, usize::MAX);
        let expected = trace.iter().filter(|entry| kinds.has(entry.kind));
        assert_eq!(
            rows(&book),
            expected.map(|entry| entry.id).collect::<Vec<_>>()
        );
    }

    #[test]
    fn the_latest_of_a_kind_is_found() {
        let lab = lab(3_000);
        let mut book = Book::default();
        all(&mut book, &*lab);
        let trace = lab.trace(1, usize::MAX);
        let sent = trace.iter().rev().find(|entry| entry.kind == "sent");
        let latest = book.latest(&*lab, |entry| entry.kind == "sent");
        assert_eq!(latest, sent.map(|entry| entry.id));
        assert_eq!(book.latest(&*lab, |entry| entry.kind == "none"), None);
    }
}
