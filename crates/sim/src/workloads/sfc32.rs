//! The workloads' own generator: sfc32 (Doty-Humphrey, PractRand), which any language can
//! implement with 32-bit arithmetic, so that programs in other languages draw the same numbers.

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub struct Sfc32 {
    a: u32,
    b: u32,
    c: u32,
    d: u32,
}

const DISCARDED: u32 = 12;
const TWO_TO_32: f64 = 4_294_967_296.0;

impl Sfc32 {
    /// The stream of a seed with this number.
    pub fn new(seed: u32, stream: u32) -> Self {
        let mut sfc = Self {
            a: seed,
            b: stream,
            c: 0x9E37_79B9,
            d: 1,
        };
        for _ in 0..DISCARDED {
            sfc.next();
        }
        sfc
    }

    #[inline]
    fn next(&mut self) -> u32 {
        let t = self.a.wrapping_add(self.b).wrapping_add(self.d);
        self.d = self.d.wrapping_add(1);
        self.a = self.b ^ (self.b >> 9);
        self.b = self.c.wrapping_add(self.c << 3);
        self.c = self.c.rotate_left(21).wrapping_add(t);
        t
    }

    /// A number in [0, 1), a multiple of 2^-32.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        f64::from(self.next()) / TWO_TO_32
    }

    /// A whole number between two bounds, both included.
    #[inline]
    pub fn range(&mut self, low: u64, high: u64) -> u64 {
        low + (self.unit() * (high - low + 1) as f64) as u64
    }

    /// Exponentially distributed nanoseconds, with a rate per second.
    #[inline]
    pub fn exp(&mut self, rate: f64) -> u64 {
        (-libm::log(1.0 - self.unit()) / rate * 1e9) as u64
    }

    /// One of `n` nodes, but not `me`.
    #[inline]
    pub fn other(&mut self, me: u32, n: u32) -> u32 {
        let r = (self.unit() * f64::from(n - 1)) as u32;
        r + u32::from(r >= me)
    }
}
