//! Every way admits what its definition says, at the boundaries and for arrivals at random.

use faultline_sim::{Span, Time};
use proptest::prelude::*;

use super::{Algorithm, Decision, Gate, Limiter, Quota};
use faultline_sim::NodeId;

const ALL: [Algorithm; 5] = [
    Algorithm::TokenBucket,
    Algorithm::LeakyBucket,
    Algorithm::FixedWindow,
    Algorithm::SlidingLog,
    Algorithm::SlidingCounter,
];

/// The workshop's quota: a window of a second.
const FIVE: Quota = Quota {
    capacity: 5,
    per_s: 5,
};

fn fresh(algorithm: Algorithm, quota: Quota) -> Gate {
    Gate::fresh(algorithm, quota, Time::ZERO)
}

fn passes(gate: &mut Gate, at: Time) -> bool {
    matches!(gate.allow(at), Decision::Pass { .. })
}

/// How many of so many requests at one moment pass.
fn burst(gate: &mut Gate, requests: u32, at: Time) -> usize {
    (0..requests).filter(|_| passes(gate, at)).count()
}

#[test]
fn five_of_a_burst_of_twelve_pass_whatever_the_way() {
    for algorithm in ALL {
        let mut gate = fresh(algorithm, FIVE);
        let count = burst(&mut gate, 12, Time::from_millis(3_300));
        assert_eq!(count, 5, "{algorithm:?}");
    }
}

#[test]
fn a_token_comes_back_at_its_nanosecond() {
    let mut gate = fresh(Algorithm::TokenBucket, FIVE);
    let at = Time::from_secs(1);
    assert_eq!(burst(&mut gate, 6, at), 5);
    let fifth = Span::from_millis(200);
    assert!(!passes(&mut gate, Time((at + fifth).0 - 1)));
    assert!(passes(&mut gate, at + fifth));
    // It never holds more than its capacity, however long nobody asks.
    assert_eq!(burst(&mut gate, 12, Time::from_secs(1_000)), 5);
}

#[test]
fn a_leaky_bucket_lets_requests_out_evenly() {
    let mut gate = fresh(Algorithm::LeakyBucket, FIVE);
    let waits: Vec<Decision> = (0..6).map(|_| gate.allow(Time::from_secs(1))).collect();
    for (index, decision) in (0..5).zip(&waits) {
        let wait = Span::from_millis(200 * index);
        assert_eq!(*decision, Decision::Pass { wait });
    }
    let retry_after = Span::from_millis(200);
    assert_eq!(waits[5], Decision::Refuse { retry_after });
}

#[test]
fn a_fixed_window_passes_twice_its_limit_around_a_boundary() {
    let boundary = Time::from_secs(7);
    let mut gate = fresh(Algorithm::FixedWindow, FIVE);
    assert_eq!(burst(&mut gate, 12, Time(boundary.0 - 1)), 5);
    assert_eq!(burst(&mut gate, 12, boundary), 5);
    // The others do not.
    for (algorithm, after) in [
        (Algorithm::TokenBucket, 0),
        (Algorithm::LeakyBucket, 0),
        (Algorithm::SlidingLog, 0),
        (Algorithm::SlidingCounter, 0),
    ] {
        let mut gate = fresh(algorithm, FIVE);
        assert_eq!(burst(&mut gate, 12, Time(boundary.0 - 1)), 5);
        assert_eq!(burst(&mut gate, 12, boundary), after, "{algorithm:?}");
    }
}

#[test]
fn a_sliding_window_ends_exactly_its_length_after_a_request() {
    let mut gate = fresh(Algorithm::SlidingLog, FIVE);
    let first = Time::from_millis(2_345);
    assert_eq!(burst(&mut gate, 6, first), 5);
    let end = first + Span::from_secs(1);
    assert!(!passes(&mut gate, Time(end.0 - 1)));
    assert_eq!(burst(&mut gate, 6, end), 5);
}

#[test]
fn a_sliding_counter_frees_the_window_before_bit_by_bit() {
    let mut gate = fresh(Algorithm::SlidingCounter, FIVE);
    assert_eq!(burst(&mut gate, 12, Time::from_millis(3_999)), 5);
    // Of five in the window before, a fifth is gone after a fifth of this one.
    assert!(!passes(&mut gate, Time(Time::from_millis(4_200).0 - 1)));
    assert!(passes(&mut gate, Time::from_millis(4_200)));
    assert!(!passes(&mut gate, Time::from_millis(4_399)));
    assert!(passes(&mut gate, Time::from_millis(4_400)));
    assert!((gate.level(Time::from_millis(4_500)) - 4.5).abs() < 1e-9);
}

#[test]
fn each_client_has_its_own_gate_unless_it_is_shared() {
    for (shared, second) in [(false, true), (true, false)] {
        let mut limiter = Limiter::new(Algorithm::TokenBucket, FIVE, shared);
        let pass = |decision| matches!(decision, Decision::Pass { .. });
        for _ in 0..5 {
            assert!(pass(limiter.allow(NodeId(1), Time::ZERO)));
        }
        assert!(!pass(limiter.allow(NodeId(1), Time::ZERO)));
        assert_eq!(pass(limiter.allow(NodeId(2), Time::ZERO)), second);
    }
}

/// Requests that passed, with their times and waits.
fn run(algorithm: Algorithm, quota: Quota, times: &[Time]) -> Vec<(Time, Option<Span>)> {
    let mut gate = fresh(algorithm, quota);
    let decide = |at: &Time| match gate.allow(*at) {
        Decision::Pass { wait } => (*at, Some(wait)),
        Decision::Refuse { .. } => (*at, None),
    };
    times.iter().map(decide).collect()
}

fn quotas() -> impl Strategy<Value = Quota> {
    (1_u32..8, 1_u32..20).prop_map(|(capacity, per_s)| Quota { capacity, per_s })
}

/// Times in order, with gaps from none to a few windows, many of them at round moments.
fn times() -> impl Strategy<Value = Vec<Time>> {
    let gap = prop_oneof![
        3 => Just(0_u64),
        3 => (0_u64..20).prop_map(|tenths| tenths * 100_000_000),
        4 => 0_u64..400_000_000,
        1 => 0_u64..5_000_000_000,
    ];
    prop::collection::vec(gap, 1..60).prop_map(|gaps| {
        let mut at = 0;
        let mut next = |gap| {
            at += gap;
            Time(at)
        };
        gaps.into_iter().map(&mut next).collect()
    })
}

/// A window is `capacity / per_s` seconds, so a moment is `nanos * per_s / (capacity * 10^9)`
/// windows: numerator and denominator.
fn windows(quota: Quota, at: Time) -> (u128, u128) {
    let numerator = u128::from(at.0) * u128::from(quota.per_s);
    (numerator, u128::from(quota.capacity) * 1_000_000_000)
}

proptest! {
    #[test]
    fn in_any_time_a_token_bucket_passes_its_capacity_and_its_rate_at_most(
        quota in quotas(), times in times()
    ) {
        let passed = run(Algorithm::TokenBucket, quota, &times);
        let passed: Vec<Time> = passed.iter().filter(|one| one.1.is_some()).map(|one| one.0).collect();
        for (first, from) in passed.iter().enumerate() {
            for (last, to) in passed.iter().enumerate().skip(first) {
                let tokens = u128::from(quota.capacity) * 1_000_000_000
                    + u128::from((*to - *from).0) * u128::from(quota.per_s);
                prop_assert!((last - first + 1) as u128 * 1_000_000_000 <= tokens);
            }
        }
    }

    #[test]
    fn a_leaky_bucket_admits_as_a_token_bucket_and_spaces_what_passes(
        quota in quotas(), times in times()
    ) {
        let tokens = run(Algorithm::TokenBucket, quota, &times);
        let leaky = run(Algorithm::LeakyBucket, quota, &times);
        let admitted = |run: &[(Time, Option<Span>)]| -> Vec<bool> {
            run.iter().map(|one| one.1.is_some()).collect()
        };
        prop_assert_eq!(admitted(&tokens), admitted(&leaky));
        let out: Vec<Time> = leaky.iter().filter_map(|(at, wait)| Some(*at + (*wait)?)).collect();
        for two in out.windows(2) {
            // A wait is rounded up to the nanosecond.
            let apart = u128::from((two[1] - two[0]).0 + 1) * u128::from(quota.per_s);
            prop_assert!(apart >= 1_000_000_000, "{:?}", two);
        }
    }

    #[test]
    fn a_fixed_window_admits_the_first_of_each_window_and_no_more(
        quota in quotas(), times in times()
    ) {
        let mut seen = std::collections::BTreeMap::new();
        for (at, wait) in run(Algorithm::FixedWindow, quota, &times) {
            let (numerator, denominator) = windows(quota, at);
            let count = seen.entry(numerator / denominator).or_insert(0);
            *count += 1;
            prop_assert_eq!(wait.is_some(), *count <= quota.capacity);
        }
    }

    #[test]
    fn a_sliding_log_admits_exactly_while_fewer_than_its_capacity_passed_in_the_last_window(
        quota in quotas(), times in times()
    ) {
        let mut passed: Vec<Time> = Vec::new();
        for (at, wait) in run(Algorithm::SlidingLog, quota, &times) {
            let counts = |before: &&Time| {
                let (gone, window) = windows(quota, Time((at - **before).0));
                gone < window
            };
            let fewer = passed.iter().filter(counts).count() < quota.capacity as usize;
            prop_assert_eq!(wait.is_some(), fewer);
            if fewer {
                passed.push(at);
            }
        }
    }

    #[test]
    fn a_sliding_counter_admits_exactly_while_its_estimate_has_room(
        quota in quotas(), times in times()
    ) {
        let mut passed: std::collections::BTreeMap<u128, u128> = std::collections::BTreeMap::new();
        for (at, wait) in run(Algorithm::SlidingCounter, quota, &times) {
            let (numerator, window) = windows(quota, at);
            let (index, into) = (numerator / window, numerator % window);
            let count = |index: Option<u128>| {
                index.and_then(|index| passed.get(&index)).copied().unwrap_or(0)
            };
            let estimate = count(index.checked_sub(1)) * (window - into) + count(Some(index)) * window;
            let room = estimate + window <= u128::from(quota.capacity) * window;
            prop_assert_eq!(wait.is_some(), room);
            if room {
                *passed.entry(index).or_insert(0) += 1;
            }
        }
    }

    #[test]
    fn a_refused_request_passes_after_the_time_it_was_told_and_not_before(
        quota in quotas(), times in times()
    ) {
        for algorithm in ALL {
            let mut gate = fresh(algorithm, quota);
            for at in &times {
                let Decision::Refuse { retry_after } = gate.allow(*at) else {
                    continue;
                };
                prop_assert!(retry_after > Span::ZERO);
                let then = *at + retry_after;
                prop_assert!(!passes(&mut gate.clone(), Time(then.0 - 1)), "{:?} too early", algorithm);
                prop_assert!(passes(&mut gate.clone(), then), "{:?} too late", algorithm);
            }
        }
    }

    #[test]
    fn levels_stay_between_nothing_and_the_capacity_and_bend_where_they_say(
        quota in quotas(), times in times()
    ) {
        for algorithm in ALL {
            let mut gate = fresh(algorithm, quota);
            for two in times.windows(2) {
                gate.allow(two[0]);
                let mut corners = vec![two[0]];
                corners.extend(gate.bends(two[0], two[1]));
                corners.push(two[1]);
                for ends in corners.windows(2) {
                    // Between two corners the level is a straight line.
                    let (from, to) = (ends[0], Time(ends[1].0.saturating_sub(1)));
                    if to <= from {
                        continue;
                    }
                    let middle = Time(from.0 + (to.0 - from.0) / 2);
                    let level = |at| gate.level(at);
                    let mean = (level(from) + level(to)) / 2.0;
                    prop_assert!((level(middle) - mean).abs() < 1e-6, "{:?} {:?}", algorithm, ends);
                    let range = 0.0..=f64::from(quota.capacity);
                    prop_assert!(range.contains(&level(middle)));
                }
            }
        }
    }
}
