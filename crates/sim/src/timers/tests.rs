//! Timers against a plain list of what is set.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{Purpose, Span, Stream};

const NODE: NodeId = NodeId(0);

/// The timers and their queue, driven as a world does.
struct Bench {
    timers: Timers,
    /// What they carry, by slot, as a world keeps it.
    carried: BTreeMap<u32, u32>,
    queue: Queue,
    sequence: u64,
    now: Time,
}

impl Bench {
    fn new() -> Self {
        Self {
            timers: Timers::new(),
            carried: BTreeMap::new(),
            queue: Queue::default(),
            sequence: 0,
            now: Time::ZERO,
        }
    }

    fn at(&mut self, after: Span) -> (Time, u64) {
        self.sequence += 1;
        (self.now + after, self.sequence)
    }

    fn set(&mut self, after: Span, payload: u32) -> TimerId {
        let at = self.at(after);
        let id = self.timers.set(&mut self.queue, at, NODE);
        let id = id.expect("there is room");
        self.carried.insert(id.slot(), payload);
        id
    }

    fn reset(&mut self, id: TimerId, after: Span) -> bool {
        let at = self.at(after);
        self.timers.reset(&mut self.queue, at, id)
    }

    /// The next timer that fires.
    fn fire(&mut self) -> Option<(Time, TimerId, u32)> {
        while let Some(key) = self.queue.pop_until(Time::MAX) {
            if self.timers.surface(&mut self.queue, key).is_some() {
                let fired = self.timers.take_due(key.order)?;
                self.now = key.time;
                let payload = self.carried.remove(&fired.id.slot())?;
                return Some((key.time, fired.id, payload));
            }
        }
        None
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..Default::default()
    })]

    /// Whatever is set, cancelled and set again, earlier or later: the same timers fire at the
    /// same times in the same order as from a list that is kept sorted.
    #[test]
    fn timers_fire_as_from_a_sorted_list(seed in any::<u64>(), turns in 1..600u32) {
        let mut dice = Stream::derive(seed, Purpose::Chaos, 0);
        let mut bench = Bench::new();
        let mut list: BTreeMap<(Time, u64), (TimerId, u32)> = BTreeMap::new();
        let mut known: Vec<TimerId> = Vec::new();
        for payload in 0..turns {
            // Coarse, so that many are due at the same time.
            let after = Span(dice.range(0, 20) * 1_000);
            let old = (!known.is_empty()).then(|| known[dice.index(known.len())]);
            let place = old.and_then(|old| {
                list.iter().find(|(_, (id, _))| *id == old).map(|(place, _)| *place)
            });
            match (dice.range(0, 9), old) {
                (0..=3, _) | (_, None) => {
                    let id = bench.set(after, payload);
                    list.insert((bench.now + after, bench.sequence), (id, payload));
                    known.push(id);
                }
                (4..=6, Some(old)) => {
                    prop_assert_eq!(bench.reset(old, after), place.is_some());
                    if let Some(timer) = place.and_then(|place| list.remove(&place)) {
                        list.insert((bench.now + after, bench.sequence), timer);
                    }
                }
                (7, Some(old)) => {
                    let expected = place.and_then(|place| list.remove(&place));
                    prop_assert_eq!(bench.timers.cancel(old), expected.is_some());
                }
                _ => {
                    let expected = list.pop_first().map(|((at, _), (id, n))| (at, id, n));
                    prop_assert_eq!(bench.fire(), expected);
                }
            }
            prop_assert_eq!(bench.timers.iter().count(), list.len());
        }
        while let Some(((at, _), (id, payload))) = list.pop_first() {
            prop_assert_eq!(bench.fire(), Some((at, id, payload)));
        }
        prop_assert_eq!(bench.fire(), None);
        prop_assert_eq!((bench.timers.stale, bench.queue.len()), (0, 0));
    }
}

#[test]
fn moving_a_timer_later_costs_no_queue_entry() {
    let mut bench = Bench::new();
    let id = bench.set(Span(10), 1);
    for after in 11..1_000 {
        assert!(bench.reset(id, Span(after)));
    }
    assert_eq!(bench.queue.len(), 1);
    assert_eq!(bench.fire(), Some((Time(999), id, 1)));
    assert!(!bench.reset(id, Span(1)), "it has fired");
}

#[test]
fn useless_entries_do_not_pile_up() {
    let mut bench = Bench::new();
    // Each is set for next year, cancelled, and its slot used for an earlier one.
    for turn in 0..100_000 {
        let far = bench.set(Span::from_secs(31_536_000 - turn), 0);
        assert!(bench.timers.cancel(far));
    }
    assert!(bench.queue.len() < 200, "{} entries", bench.queue.len());
    // And of a timer that always moves to an earlier time.
    let id = bench.set(Span::from_secs(1), 0);
    for turn in 0..100_000 {
        assert!(bench.reset(id, Span(1_000_000 - turn)));
    }
    assert!(bench.queue.len() < 200, "{} entries", bench.queue.len());
}
