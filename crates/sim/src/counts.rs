//! Figures that a run leaves behind.

use litemap::LiteMap;

/// What became of the messages.
///
/// At every moment `sent + duplicated = delivered + dropped + in_flight`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages that nodes sent.
    pub sent: u64,
    /// Copies that the network or a fault made.
    pub duplicated: u64,
    /// Messages and copies that arrived.
    pub delivered: u64,
    /// Messages and copies that were lost, whatever the reason.
    pub dropped: u64,
    /// Messages and copies on their way, or waiting for a paused node.
    pub in_flight: u64,
}

/// A summary of measured values: exact count, sum, least and greatest, and quantiles to 1.6%.
///
/// Values are counted in buckets by their upper bits, as in a high-dynamic-range histogram:
/// sign, exponent and six bits of the fraction, that is 64 buckets for each power of two.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    count: u64,
    sum: f64,
    min: f64,
    max: f64,
    buckets: LiteMap<u32, u64>,
}

/// The bits of an `f64` below a bucket's: 52 of fraction less 6.
const BUCKET_SHIFT: u32 = 46;

impl Summary {
    /// Takes in a value; what is negative or no number counts as 0.
    pub fn add(&mut self, value: f64) {
        let value = if value > 0.0 { value } else { 0.0 };
        self.min = if self.count == 0 {
            value
        } else {
            self.min.min(value)
        };
        self.max = self.max.max(value);
        self.count += 1;
        self.sum += value;
        *self
            .buckets
            .entry((value.to_bits() >> BUCKET_SHIFT) as u32)
            .or_default() += 1;
    }

    /// How many values there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their sum.
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// Their mean; `None` if there were none.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }

    /// The least; `None` if there were none.
    pub fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.min)
    }

    /// The greatest; `None` if there were none.
    pub fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.max)
    }

    /// The value below which this share (0 to 1) of the values lies, to 1.6%.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let rank = libm::ceil(share.clamp(0.0, 1.0) * self.count as f64) as u64;
        let mut seen = 0;
        for (&bucket, &count) in &self.buckets {
            seen += count;
            if seen >= rank {
                let low = f64::from_bits(u64::from(bucket) << BUCKET_SHIFT);
                let high = f64::from_bits((u64::from(bucket) + 1) << BUCKET_SHIFT);
                let middle = if high.is_finite() {
                    (low + high) / 2.0
                } else {
                    low
                };
                return Some(middle.clamp(self.min, self.max));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_close() {
        let mut summary = Summary::default();
        assert_eq!(summary.quantile(0.5), None);
        for value in 1..=1000 {
            summary.add(f64::from(value));
        }
        for share in [0.01, 0.5, 0.95, 0.99] {
            let exact = share * 1000.0;
            let found = summary.quantile(share).unwrap();
            assert!((found - exact).abs() <= exact * 0.016, "{share}: {found}");
        }
        assert_eq!(summary.quantile(1.0), Some(1000.0));
        assert_eq!(summary.min(), Some(1.0));
        assert_eq!(summary.mean(), Some(500.5));
        summary.add(f64::NAN);
        assert_eq!(summary.min(), Some(0.0));
    }
}
