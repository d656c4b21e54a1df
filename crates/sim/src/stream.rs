//! Random numbers: one seed, a stream of its own for every purpose.
//!
//! The generator is PCG-XSH-RR 64/32 (O'Neill 2014), `Pcg32` of the crate `rand_pcg`.
//! The seed, the purpose and the index are mixed by SplitMix64 into its initial state, so that
//! streams are unrelated and a new draw in one place changes nothing elsewhere.

use std::convert::Infallible;

use rand::{Rng, TryRng};
use rand_pcg::Pcg32;

use crate::Span;
use crate::fingerprint::mix;

/// What a stream of random numbers is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// The network's draws for one message; the index is the message's id.
    Network = 1,
    /// A node's own draws; the index is the node.
    Node = 2,
    /// Requests that arrive from outside.
    Workload = 3,
    /// Faults chosen at random.
    Chaos = 4,
    /// Learner code's own draws; the index is the node that asks, with its life.
    Code = 5,
}

/// 2^64 over the golden ratio: the step of SplitMix64.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
/// Pcg32's default increment; streams differ by their state alone.
const INCREMENT: u64 = 0x0A02_BDBF_7BB3_C0A7;

/// A stream of random numbers, equal on every platform.
///
/// It implements the `rand` crate's `Rng`, and has helpers that use integers or exact floats.
///
/// ```
/// use faultline_sim::{Purpose, Stream};
/// let mut dice = Stream::derive(42, Purpose::Workload, 0);
/// assert!((1..=6).contains(&dice.range(1, 6)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream(Pcg32);

impl Stream {
    /// The stream of a seed for a purpose and an index.
    pub fn derive(seed: u64, purpose: Purpose, index: u64) -> Self {
        let purpose = mix(seed.wrapping_add((purpose as u64).wrapping_mul(STEP)));
        let state = mix(purpose.wrapping_add(index.wrapping_add(1).wrapping_mul(STEP)));
        Self(Pcg32::new(state, INCREMENT))
    }

    /// A number in [0, 1), a multiple of 2^-53.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A whole number from `low` to `high`, both included; `low` if they are out of order.
    pub fn range(&mut self, low: u64, high: u64) -> u64 {
        let width = high.saturating_sub(low);
        if width < u64::from(u32::MAX) {
            low + self.below(width as u32 + 1)
        } else {
            // Draw as many bits as needed until the value fits: at most two tries on average.
            let mask = u64::MAX >> width.leading_zeros();
            loop {
                let value = self.next_u64() & mask;
                if value <= width {
                    return low + value;
                }
            }
        }
    }

    /// A whole number below `bound` without bias, by multiplication and rejection (Lemire 2019).
    fn below(&mut self, bound: u32) -> u64 {
        let mut product = u64::from(self.next_u32()) * u64::from(bound);
        if (product as u32) < bound {
            let threshold = bound.wrapping_neg() % bound;
            while (product as u32) < threshold {
                product = u64::from(self.next_u32()) * u64::from(bound);
            }
        }
        product >> 32
    }

    /// A position in a list of `length` elements, 0 for an empty list.
    ///
    /// The draw is of 32 bits on every platform; lists are shorter than 2^32.
    pub fn index(&mut self, length: usize) -> usize {
        self.range(0, (length as u64).saturating_sub(1)) as usize
    }

    /// True with probability `p`: never at 0 or below, always at 1 or above.
    /// Takes one draw in every case, so that a changed probability moves no later draw.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// True in `percent` of 100 cases.
    pub fn percent(&mut self, percent: f64) -> bool {
        self.unit() * 100.0 < percent
    }

    /// An exponentially distributed number with the given rate (mean 1 / rate).
    pub fn exp(&mut self, rate: f64) -> f64 {
        -libm::log(1.0 - self.unit()) / rate
    }

    /// An exponentially distributed span with the given mean, to the nanosecond below.
    pub fn exp_span(&mut self, mean: Span) -> Span {
        Span((self.exp(1.0) * mean.0 as f64) as u64)
    }

    /// A number from the normal distribution with mean 0 and deviation 1 (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit()));
        radius * libm::cos(2.0 * std::f64::consts::PI * self.unit())
    }

    /// A span between two bounds, both included.
    pub fn span(&mut self, min: Span, max: Span) -> Span {
        Span(self.range(min.0, max.0))
    }

    /// Brings a list into random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let other = self.index(last + 1);
            list.swap(last, other);
        }
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.try_fill_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_pinned() {
        let mut stream = Stream::derive(42, Purpose::Node, 3);
        let drawn: Vec<u64> = (0..4).map(|_| stream.range(0, 999)).collect();
        assert_eq!(drawn, [305, 374, 904, 985]);
        assert_eq!(stream.range(7, 7), 7);
        assert_eq!(stream.index(0), 0);
    }

    #[test]
    fn purposes_and_indices_are_unrelated() {
        let first = |purpose, index| Stream::derive(1, purpose, index).next_u64();
        assert_ne!(first(Purpose::Node, 0), first(Purpose::Node, 1));
        assert_ne!(first(Purpose::Node, 0), first(Purpose::Network, 0));
        assert_ne!(
            first(Purpose::Node, 0),
            Stream::derive(2, Purpose::Node, 0).next_u64()
        );
    }

    #[test]
    fn moments_are_right() {
        let mut stream = Stream::derive(7, Purpose::Workload, 0);
        let n = 100_000;
        let mean = |draw: &mut dyn FnMut() -> f64| (0..n).map(|_| draw()).sum::<f64>() / n as f64;
        // Five standard errors each.
        assert!((mean(&mut || stream.unit()) - 0.5).abs() < 0.0046);
        assert!((mean(&mut || stream.exp(0.5)) - 2.0).abs() < 0.032);
        assert!(mean(&mut || stream.normal()).abs() < 0.016);
        assert!(
            (mean(&mut || {
                let x = stream.normal();
                x * x
            }) - 1.0)
                .abs()
                < 0.023
        );
        assert!((mean(&mut || stream.range(1, 6) as f64) - 3.5).abs() < 0.027);
        assert!((mean(&mut || f64::from(u8::from(stream.percent(30.0)))) - 0.3).abs() < 0.0073);
        let wide = mean(&mut || stream.range(0, 1 << 40) as f64) / (1u64 << 40) as f64;
        assert!((wide - 0.5).abs() < 0.0046);
    }

    #[test]
    fn shuffling_keeps_every_element() {
        let mut list: Vec<u32> = (0..50).collect();
        Stream::derive(1, Purpose::Chaos, 0).shuffle(&mut list);
        assert_ne!(list, (0..50).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..50).collect::<Vec<_>>());
    }
}
