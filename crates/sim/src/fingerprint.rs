//! A 64-bit hash of what happened, equal on every platform.
//!
//! Algorithm: the state starts at the FNV-1a offset basis.
//! A 64-bit word `w` is folded as `s = (s ^ w) * 0x9E3779B97F4A7C15; s = s ^ (s >> 32)`, the
//! multiplier being 2^64 over the golden ratio (Knuth, TAOCP 6.4); it is odd, so no information
//! of the word is lost.
//! Text is folded byte by byte with the FNV-1a prime, so that it does not matter in how many
//! pieces a formatter writes it; then its length is folded as a word.
//! The value is passed through the finaliser of SplitMix64 (Steele, Lea, Flood 2014).

use std::fmt;

/// The FNV-1a 64-bit offset basis.
const BASIS: u64 = 0xCBF2_9CE4_8422_2325;
/// The FNV 64-bit prime.
const PRIME: u64 = 0x0000_0100_0000_01B3;
/// 2^64 divided by the golden ratio, made odd.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// A running fingerprint.
///
/// ```
/// use faultline_sim::Fingerprint;
/// let mut one = Fingerprint::new();
/// one.text("ab");
/// let mut other = Fingerprint::new();
/// other.text("ba");
/// assert_ne!(one.value(), other.value());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    state: u64,
}

impl Default for Fingerprint {
    fn default() -> Self {
        Self::new()
    }
}

impl Fingerprint {
    /// The fingerprint of nothing.
    pub const fn new() -> Self {
        Self { state: BASIS }
    }

    /// Folds one number.
    pub const fn word(&mut self, word: u64) {
        self.state = (self.state ^ word).wrapping_mul(GOLDEN);
        self.state ^= self.state >> 32;
    }

    /// Folds a text and its length.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.word(text.len() as u64);
    }

    /// Folds what a value displays as, without building the text.
    pub fn display(&mut self, value: &dyn fmt::Display) {
        let mut writer = Folding {
            into: self,
            length: 0,
        };
        // Folding cannot fail; a `Display` that reports an error has written what it could.
        let _ = fmt::write(&mut writer, format_args!("{value}"));
        let length = writer.length;
        self.word(length);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.state = (self.state ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    }

    /// The 64-bit value so far.
    pub const fn value(&self) -> u64 {
        mix(self.state)
    }
}

/// The finaliser of SplitMix64: every input bit reaches every output bit.
pub(crate) const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

struct Folding<'a> {
    into: &'a mut Fingerprint,
    length: u64,
}

impl fmt::Write for Folding<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.into.bytes(piece.as_bytes());
        self.length += piece.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_do_not_matter_but_order_and_length_do() {
        let of = |fold: &dyn Fn(&mut Fingerprint)| {
            let mut fingerprint = Fingerprint::new();
            fold(&mut fingerprint);
            fingerprint.value()
        };
        assert_eq!(
            of(&|f| f.text("a=12")),
            of(&|f| f.display(&format_args!("a={}", 12)))
        );
        assert_ne!(
            of(&|f| {
                f.text("a");
                f.text("b");
            }),
            of(&|f| f.text("ab"))
        );
        assert_ne!(of(&|f| f.word(0)), of(&|_| ()));
        // Pinned: a change of the algorithm changes every shared link's fingerprint.
        // The value was computed apart, by a few lines of another language.
        assert_eq!(of(&|f| f.word(1)), 0x2B6641880501D436);
    }
}
