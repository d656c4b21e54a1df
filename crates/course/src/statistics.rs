//! What a metric does over many seeds: its summary and its histogram.

use faultline_view::number::next_round;

/// A metric's distribution over seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Runs in which the metric had a value.
    pub runs: u64,
    /// Arithmetic mean.
    pub mean: f64,
    /// Sample standard deviation (divides by runs - 1); 0 for a single run.
    pub standard_deviation: f64,
    /// Smallest value.
    pub min: f64,
    /// The lowest seed that gave the smallest value.
    pub min_seed: u64,
    /// Median, by nearest rank: a value that was measured.
    pub p50: f64,
    /// 95th percentile, by nearest rank.
    pub p95: f64,
    /// Largest value.
    pub max: f64,
    /// The lowest seed that gave the largest value.
    pub max_seed: u64,
}

/// Summarises `(seed, value)` pairs; none for no pairs. Values are finite.
pub fn summarise(samples: &[(u64, f64)]) -> Option<Summary> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let (min_seed, min) = *sorted.first()?;
    let max = sorted.last()?.1;
    let max_seed = sorted.iter().find(|(_, value)| *value == max)?.0;

    // Welford's method (Technometrics 4, 1962): exact for equal values, and no large sums of
    // squares to cancel.
    let (mut mean, mut squares) = (0.0, 0.0);
    for (index, (_, value)) in sorted.iter().enumerate() {
        let delta = value - mean;
        mean += delta / (index + 1) as f64;
        squares += delta * (value - mean);
    }
    let variance = if sorted.len() > 1 {
        squares / (sorted.len() - 1) as f64
    } else {
        0.0
    };

    Some(Summary {
        runs: sorted.len() as u64,
        mean,
        standard_deviation: variance.sqrt(),
        min,
        min_seed,
        p50: percentile(&sorted, 50),
        p95: percentile(&sorted, 95),
        max,
        max_seed,
    })
}

/// The median of a few measurements, by nearest rank; 0 for none.
pub fn median(values: &[f64]) -> f64 {
    let samples: Vec<_> = values.iter().map(|value| (0, *value)).collect();
    summarise(&samples).map_or(0.0, |summary| summary.p50)
}

/// How often values fall into intervals of one width.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Where the first interval begins.
    pub from: f64,
    /// The width of each; its lower end belongs to it.
    pub width: f64,
    /// Values in each.
    pub counts: Vec<u64>,
}

/// Intervals of a histogram, at most: about as many as a picture can show.
const BINS_MAX: usize = 24;

impl Histogram {
    /// Counts values into intervals whose width is one, two or five of a unit, about as many as
    /// the root of their number; none for no values. Counts are set in the middle of theirs, where
    /// every count has its own. Values are finite.
    pub fn of(values: &[f64], whole: bool) -> Option<Self> {
        let first = *values.first()?;
        let (least, most) = values.iter().fold((first, first), |(a, b), value| {
            (a.min(*value), b.max(*value))
        });
        let bins = (values.len() as f64)
            .sqrt()
            .clamp(5.0, BINS_MAX as f64 - 2.0);
        let mut width = next_round((most - least) / bins);
        if whole {
            width = width.max(1.0);
        }
        let from = if whole && width == 1.0 {
            least - 0.5
        } else {
            (least / width).floor() * width
        };
        let place = |value: f64| (((value - from) / width) as usize).min(BINS_MAX - 1);
        let mut counts = vec![0; place(most) + 1];
        for value in values {
            counts[place(*value)] += 1;
        }
        Some(Self {
            from,
            width,
            counts,
        })
    }
}

/// The smallest value that at least `percent` of a hundred are not above.
fn percentile(sorted: &[(u64, f64)], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted[rank - 1].1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_sample() {
        // 2 4 4 4 5 5 7 9: mean 5, sum of squared deviations 32.
        let values = [9.0, 4.0, 5.0, 2.0, 4.0, 7.0, 5.0, 4.0];
        let samples: Vec<_> = (1..).zip(values).collect();
        let summary = summarise(&samples).unwrap();
        assert_eq!(summary.runs, 8);
        assert!((summary.mean - 5.0).abs() < 1e-12);
        assert!((summary.standard_deviation - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!((summary.min, summary.min_seed), (2.0, 4));
        assert_eq!((summary.max, summary.max_seed), (9.0, 1));
        assert_eq!((summary.p50, summary.p95), (4.0, 9.0));
    }

    #[test]
    fn equal_values_have_no_spread_and_name_the_lowest_seed() {
        let summary = summarise(&[(7, 0.1), (8, 0.1), (9, 0.1)]).unwrap();
        assert_eq!(summary.standard_deviation, 0.0);
        assert_eq!((summary.min_seed, summary.max_seed), (7, 7));
    }

    #[test]
    fn none_and_one() {
        assert_eq!(summarise(&[]), None);
        let one = summarise(&[(3, 2.5)]).unwrap();
        assert_eq!((one.mean, one.standard_deviation, one.p95), (2.5, 0.0, 2.5));
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
    }

    #[test]
    fn percentiles_of_a_hundred() {
        let samples: Vec<_> = (1..=100).map(|seed| (seed, seed as f64)).collect();
        let summary = summarise(&samples).unwrap();
        assert_eq!((summary.p50, summary.p95), (50.0, 95.0));
    }

    #[test]
    fn every_value_is_in_one_interval() {
        let counts: Vec<f64> = [3, 1, 2, 3, 3].map(f64::from).to_vec();
        let histogram = Histogram::of(&counts, true).unwrap();
        assert_eq!((histogram.from, histogram.width), (0.5, 1.0));
        assert_eq!(histogram.counts, [1, 1, 3]);

        let times: Vec<f64> = (0..200).map(|n| f64::from(n) * 37.5 + 1.0).collect();
        let histogram = Histogram::of(&times, false).unwrap();
        assert_eq!((histogram.from, histogram.width), (0.0, 1000.0));
        assert_eq!(histogram.counts.iter().sum::<u64>(), 200);
        assert_eq!(histogram.counts.len(), 8);

        let same = Histogram::of(&[0.25; 4], false).unwrap();
        assert_eq!((same.from, same.counts), (0.0, vec![4]));
        assert_eq!(Histogram::of(&[], true), None);
    }

    #[test]
    fn histograms_have_few_intervals_however_the_values_lie() {
        for scale in [1e-9, 0.003, 1.0, 7.0, 12_345.0, 1e12] {
            for count in [1, 2, 7, 100, 1_000] {
                let values: Vec<f64> = (0..count)
                    .map(|n| scale * (f64::from(n * n % 101) - 30.0))
                    .collect();
                for whole in [false, true] {
                    let histogram = Histogram::of(&values, whole).unwrap();
                    assert!(histogram.counts.len() <= BINS_MAX, "{scale} {count}");
                    assert_eq!(histogram.counts.iter().sum::<u64>(), count as u64);
                    let (first, last) = (histogram.counts.first(), histogram.counts.last());
                    assert!(first > Some(&0) && last > Some(&0), "{scale} {count}");
                }
            }
        }
    }
}
