//! What happened in a moving window of time.

use std::collections::VecDeque;

use faultline_sim::{Span, Time};

/// A window is cut into so many slices; the oldest goes as a whole.
const SLICES: u64 = 10;

/// A value for each slice of a moving window, in the order of time. The window holds the slice
/// that has begun and the nine before it.
///
/// Slices in which nothing happened take no room.
#[derive(Clone, Debug)]
pub struct Slices<T> {
    slice: Span,
    kept: VecDeque<(u64, T)>,
}

/// How often each of several things happened in a moving window.
#[derive(Clone, Debug)]
pub struct Shares {
    slices: Slices<Vec<u32>>,
}

impl<T> Slices<T> {
    /// An empty window of this length.
    pub fn new(window: Span) -> Self {
        Self {
            slice: Span((window.as_nanos() / SLICES).max(1)),
            kept: VecDeque::new(),
        }
    }

    /// The window's length.
    pub fn window(&self) -> Span {
        Span(self.slice.as_nanos().saturating_mul(SLICES))
    }

    /// How many slices are kept, some of which may have left the window since.
    pub fn kept(&self) -> usize {
        self.kept.len()
    }

    fn number(&self, at: Time) -> u64 {
        at.as_nanos() / self.slice.as_nanos()
    }

    /// The slice of a moment, which must not be before that of an earlier call; a new one if
    /// nothing has happened in it. What has left the window is gone.
    pub fn at(&mut self, now: Time, fresh: impl FnOnce() -> T) -> &mut T {
        let number = self.number(now);
        while self
            .kept
            .front()
            .is_some_and(|(old, _)| old + SLICES <= number)
        {
            self.kept.pop_front();
        }
        if self.kept.back().is_none_or(|(last, _)| *last < number) {
            self.kept.push_back((number, fresh()));
        }
        let last = self.kept.len() - 1;
        &mut self.kept[last].1
    }

    /// What the window holds at a moment, the oldest first.
    pub fn live(&self, now: Time) -> impl Iterator<Item = &T> {
        let number = self.number(now);
        let kept = self.kept.iter();
        kept.filter(move |(old, _)| old + SLICES > number)
            .map(|(_, value)| value)
    }
}

impl Shares {
    /// Counts in a window of this length.
    pub fn new(window: Span) -> Self {
        Self {
            slices: Slices::new(window),
        }
    }

    /// The window's length.
    pub fn window(&self) -> Span {
        self.slices.window()
    }

    /// Something happened: things are numbered from 0.
    pub fn record(&mut self, now: Time, thing: usize) {
        let counts = self.slices.at(now, Vec::new);
        if counts.len() <= thing {
            counts.resize(thing + 1, 0);
        }
        counts[thing] = counts[thing].saturating_add(1);
    }

    /// How often each of so many things happened in the window.
    pub fn counts(&self, now: Time, things: usize) -> Vec<u32> {
        let mut sums = vec![0; things];
        for counts in self.slices.live(now) {
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        sums
    }

    /// About how many bytes the counts hold, besides the value itself.
    pub fn size_bytes(&self) -> usize {
        let kept = self.slices.kept.iter();
        let counts = kept.map(|(_, counts)| counts.capacity() * size_of::<u32>());
        counts.sum::<usize>() + self.slices.kept.capacity() * size_of::<(u64, Vec<u32>)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_window_is_not_counted() {
        let mut shares = Shares::new(Span::from_secs(10));
        for second in 0..30 {
            shares.record(Time::from_millis(second * 1_000 + 500), 1);
        }
        shares.record(Time::from_secs(30), 0);
        assert_eq!(shares.counts(Time::from_secs(30), 3), [1, 9, 0]);
        assert_eq!(shares.counts(Time::from_millis(35_900), 3), [1, 4, 0]);
        assert_eq!(shares.counts(Time::from_secs(40), 3), [0, 0, 0]);
        assert!(shares.size_bytes() < 1_000);
    }

    #[test]
    fn a_long_silence_empties_the_window() {
        let mut shares = Shares::new(Span::from_secs(1));
        for _ in 0..5 {
            shares.record(Time::ZERO, 4);
        }
        shares.record(Time::from_secs(1_000), 0);
        assert_eq!(shares.counts(Time::from_secs(1_000), 5), [1, 0, 0, 0, 0]);
        assert_eq!(shares.slices.kept.len(), 1);
    }
}
