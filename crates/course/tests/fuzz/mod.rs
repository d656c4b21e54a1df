//! Deterministic inputs for tests, and the command that replays one of them.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every platform.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to, not including, `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// Up to `most` characters out of `alphabet`.
    pub fn text(&mut self, alphabet: &[char], most: usize) -> String {
        (0..self.below(most + 1))
            .map(|_| *self.pick(alphabet))
            .collect()
    }
}

/// Runs `check` on the cases `0..count`, each with a random stream of its own. A failing case
/// prints the command that runs it alone: with `FUZZ_CASE` set, only that one is run.
pub fn for_each_case(test: &str, count: u64, check: impl Fn(u64, &mut Random)) {
    let only: Option<u64> = std::env::var("FUZZ_CASE")
        .ok()
        .and_then(|case| case.parse().ok());
    let cases = only.map_or(0..count, |case| case..case + 1);
    for case in cases {
        let outcome = catch_unwind(AssertUnwindSafe(|| check(case, &mut Random::new(case))));
        if outcome.is_err() {
            let binary = module_path!().split("::").next().unwrap_or_default();
            panic!(
                "case {case} fails; replay it with:\n  \
                 FUZZ_CASE={case} cargo test -p faultline-course --test {binary} {test}"
            );
        }
    }
}
