//! The queue against the standard library's heap.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use proptest::prelude::*;

use super::*;
use crate::{Purpose, Stream};

/// How far ahead events are scheduled.
#[derive(Clone, Copy, Debug)]
enum Habit {
    Now,
    Constant,
    Uniform,
    MostlyNear,
    Bursts,
    Never,
}

fn delay(habit: Habit, dice: &mut Stream) -> u64 {
    match habit {
        Habit::Now => 0,
        Habit::Constant => 1_000_000,
        Habit::Uniform => dice.range(1_000, 10_000_000),
        Habit::MostlyNear if dice.chance(0.02) => dice.range(0, 1 << 50),
        Habit::MostlyNear => dice.range(0, 5_000),
        Habit::Bursts => dice.range(0, 3) * 1_000_000_000,
        Habit::Never => u64::MAX,
    }
}

fn habits() -> impl Strategy<Value = Vec<(Habit, u32, u32)>> {
    use Habit::{Bursts, Constant, MostlyNear, Never, Now, Uniform};
    let habit = prop::sample::select(vec![Now, Constant, Uniform, MostlyNear, Bursts, Never]);
    prop::collection::vec((habit, 0..400u32, 0..3000u32), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..Default::default()
    })]

    /// The same order as the standard library's heap, whatever the pattern.
    #[test]
    fn order_is_by_time_then_sequence(seed in any::<u64>(), phases in habits()) {
        let mut dice = Stream::derive(seed, Purpose::Chaos, 0);
        let mut queue = Queue::default();
        let mut heap = BinaryHeap::new();
        let (mut now, mut sequence) = (Time::ZERO, 0);
        for (habit, puts, turns) in phases {
            for turn in 0..puts + turns {
                // First some are put in, then each that is taken out puts in another.
                if turn >= puts {
                    let until = now + crate::Span(dice.range(0, 1 << 40));
                    let expected = heap
                        .peek()
                        .copied()
                        .filter(|Reverse((time, _))| *time <= until);
                    let peeked = queue.peek().map(|key| (key.time, key.order));
                    prop_assert_eq!(peeked, heap.peek().map(|key| key.0));
                    let found = queue.pop_until(until).map(|key| (key.time, key.order));
                    prop_assert_eq!(found, expected.map(|key| key.0));
                    match found {
                        Some(key) => {
                            heap.pop();
                            now = key.0;
                        }
                        // The clock can move without an event.
                        None => now = until,
                    }
                }
                if dice.chance(if turn >= puts { 0.97 } else { 1.0 }) {
                    sequence += 1;
                    let time = now + crate::Span(delay(habit, &mut dice));
                    let order = Order::new(sequence, Subject::Timer, 0);
                    queue.push(Key { time, order });
                    heap.push(Reverse((time, order)));
                }
                prop_assert_eq!(queue.len(), heap.len());
            }
            // Every other event is removed.
            let keep = |time: Time| time.as_nanos().is_multiple_of(2);
            queue.retain(|key| keep(key.time));
            heap.retain(|key| keep(key.0.0));
        }
        while let Some(Reverse(expected)) = heap.pop() {
            let found = queue.pop_until(Time::MAX).map(|key| (key.time, key.order));
            prop_assert_eq!(found, Some(expected));
        }
        prop_assert!(queue.is_empty());
        prop_assert_eq!(queue.pop_until(Time::MAX), None);
    }
}
