//! Latencies as percentiles, over everything and over a moving window.

use faultline_sim::{Span, Time};
use hdrhistogram::Histogram;

use super::Slices;

/// A histogram counts in units of so many nanoseconds: 10 µs.
const UNIT_NS: u64 = 10_000;
/// What takes longer than ten minutes counts as ten minutes.
const UNITS_MAX: u64 = 60_000_000;
/// Two significant digits: a percentile is right to 1 %.
const DIGITS: u8 = 2;

/// Measured latencies. About 10 KB for all of them and as much for each tenth of the window in
/// which there were any, so it is for a client or a run; for each of a thousand nodes take
/// [`Summary`](faultline_sim::Summary).
#[derive(Clone, Debug)]
pub struct Latencies {
    all: Histogram<u32>,
    recent: Slices<Histogram<u32>>,
    sum: u128,
}

/// The percentiles that are shown together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Percentiles {
    /// Half of the latencies are no longer.
    pub p50: Span,
    /// 95 % are no longer.
    pub p95: Span,
    /// 99 % are no longer.
    pub p99: Span,
}

impl Percentiles {
    fn of(histogram: &Histogram<u32>) -> Option<Self> {
        (!histogram.is_empty()).then(|| Self {
            p50: quantile(histogram, 0.50),
            p95: quantile(histogram, 0.95),
            p99: quantile(histogram, 0.99),
        })
    }
}

fn empty() -> Histogram<u32> {
    Histogram::new_with_bounds(1, UNITS_MAX, DIGITS).expect("the bounds are in order")
}

fn quantile(histogram: &Histogram<u32>, share: f64) -> Span {
    let units = histogram.value_at_quantile(share);
    // The middle of the bucket rather than its upper end.
    Span(histogram.median_equivalent(units).saturating_mul(UNIT_NS))
}

impl Latencies {
    /// Nothing measured, with a moving window of this length.
    pub fn new(window: Span) -> Self {
        Self {
            all: empty(),
            recent: Slices::new(window),
            sum: 0,
        }
    }

    /// Takes in a latency.
    pub fn record(&mut self, now: Time, latency: Span) {
        let units = latency.as_nanos().saturating_add(UNIT_NS / 2) / UNIT_NS;
        self.all.saturating_record(units);
        self.recent.at(now, empty).saturating_record(units);
        self.sum += u128::from(latency.as_nanos());
    }

    /// How many latencies there were.
    pub fn count(&self) -> u64 {
        self.all.len()
    }

    /// Their mean; none if there were none.
    pub fn mean(&self) -> Option<Span> {
        let count = u128::from(self.count());
        (count > 0).then(|| Span((self.sum / count) as u64))
    }

    /// The percentiles of all latencies; none if there were none.
    pub fn percentiles(&self) -> Option<Percentiles> {
        Percentiles::of(&self.all)
    }

    /// The latency that this share (0 to 1) of all latencies does not exceed.
    pub fn quantile(&self, share: f64) -> Option<Span> {
        (!self.all.is_empty()).then(|| quantile(&self.all, share))
    }

    /// The percentiles of the latencies in the window; none if there were none.
    pub fn recent(&self, now: Time) -> Option<Percentiles> {
        let mut together = empty();
        for slice in self.recent.live(now) {
            // All have the same bounds, so it does not fail.
            let _ = together.add(slice);
        }
        Percentiles::of(&together)
    }

    /// About how many bytes the histograms hold, besides the value itself.
    pub fn size_bytes(&self) -> usize {
        let one = size_of::<Histogram<u32>>() + self.all.distinct_values() * size_of::<u32>();
        one * (1 + self.recent.kept())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(span: Span) -> f64 {
        span.as_millis_f64()
    }

    #[test]
    fn percentiles_are_right_to_one_percent() {
        let mut latencies = Latencies::new(Span::from_secs(10));
        assert_eq!(latencies.percentiles(), None);
        assert_eq!(latencies.mean(), None);
        for number in 1..=10_000 {
            latencies.record(Time::ZERO, Span::from_micros(number * 100));
        }
        let found = latencies.percentiles().unwrap();
        for (found, exact) in [(found.p50, 500.0), (found.p95, 950.0), (found.p99, 990.0)] {
            assert!((ms(found) / exact - 1.0).abs() < 0.01, "{found}: {exact}");
        }
        assert_eq!(latencies.mean(), Some(Span::from_micros(500_050)));
        assert_eq!(latencies.count(), 10_000);
    }

    #[test]
    fn the_window_forgets() {
        let mut latencies = Latencies::new(Span::from_secs(1));
        latencies.record(Time::ZERO, Span::from_secs(4));
        latencies.record(Time::from_secs(5), Span::from_millis(20));
        let recent = latencies.recent(Time::from_secs(5)).unwrap();
        assert!((ms(recent.p99) - 20.0).abs() < 0.2, "{recent:?}");
        assert!(ms(latencies.percentiles().unwrap().p99) > 3_900.0);
        assert_eq!(latencies.recent(Time::from_secs(10)), None);
    }

    #[test]
    fn what_takes_for_ever_counts_as_ten_minutes() {
        let mut latencies = Latencies::new(Span::from_secs(1));
        latencies.record(Time::ZERO, Span::MAX);
        let found = latencies.quantile(0.5).unwrap();
        assert!((found.as_secs_f64() / 600.0 - 1.0).abs() < 0.01, "{found}");
        assert!(
            latencies.size_bytes() < 30_000,
            "{}",
            latencies.size_bytes()
        );
    }
}
