//! Where a key lives: the four placement strategies, as pure functions of names.
//!
//! Unless a learner brings another, the hash is SHA-256 of the UTF-8 text, read as one 256-bit big-endian integer.

use sha2::{Digest, Sha256};

use super::hasher::Hasher;
use crate::code::Datum;

/// The SHA-256 digest of a text; comparing digests byte by byte compares the integers.
///
/// A learner's hash is a number in the same place, with zeros in front.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

/// 2 to the power of -53: the step between fractions of a turn.
const TURN_STEP: f64 = 1.0 / (1u64 << 53) as f64;

impl Hash {
    /// Hashes a text.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// A whole number from 0 to 2^256 - 1; none for anything else.
    pub fn of_number(number: &Datum) -> Option<Self> {
        match number {
            Datum::Int(value) => {
                let value = u64::try_from(*value).ok()?;
                let mut bytes = [0; 32];
                bytes[24..].copy_from_slice(&value.to_be_bytes());
                Some(Self(bytes))
            }
            Datum::Large(bytes) => Some(Self(*bytes)),
            _ => None,
        }
    }

    /// How many bits the integer has, from 0 to 256.
    pub fn bits(self) -> u32 {
        let zeros = self.0.iter().position(|byte| *byte > 0);
        zeros.map_or(0, |at| (32 - at as u32) * 8 - self.0[at].leading_zeros())
    }

    /// Whether two hashes differ in a bit, by its number from 0, the lowest.
    pub fn differs_in(self, other: Self, bit: usize) -> bool {
        let byte = 31 - bit / 8 % 32;
        (self.0[byte] ^ other.0[byte]) >> (bit % 8) & 1 == 1
    }

    /// The hash in a ring of so many bits, a multiple of 8, stretched to all of 256; one that
    /// does not fit is the last of the ring.
    pub fn stretched(self, width_bits: u32) -> Self {
        if self.bits() > width_bits {
            return Self([u8::MAX; 32]);
        }
        let mut bytes = [0; 32];
        let width = (width_bits / 8) as usize;
        bytes[..width].copy_from_slice(&self.0[32 - width..]);
        Self(bytes)
    }

    /// The whole 256-bit integer modulo `n`, which is at least 1.
    pub fn modulo(self, n: u32) -> u32 {
        let n = u64::from(n.max(1));
        let (words, _) = self.0.as_chunks::<4>();
        let rest = words.iter().fold(0, |rest, word| {
            (rest << 32 | u64::from(u32::from_be_bytes(*word))) % n
        });
        rest as u32
    }

    /// The leading 64 bits.
    pub fn high(self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    /// The last 64 bits.
    pub fn low(self) -> u64 {
        let [.., a, b, c, d, e, f, g, h] = self.0;
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    /// The place on the ring as a fraction of a turn in [0, 1), to 53 bits, for pictures.
    pub fn turn(self) -> f64 {
        (self.high() >> 11) as f64 * TURN_STEP
    }

    /// The digest in lower-case hexadecimal.
    pub fn hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// How keys are placed on nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strategy {
    /// `hash mod n`.
    Modulo,
    /// Consistent hashing on a ring with virtual nodes (Karger et al. 1997).
    Ring,
    /// Highest random weight (Thaler and Ravishankar 1998).
    Rendezvous,
    /// Jump consistent hash (Lamping and Veach 2014).
    Jump,
    /// A learner's `get_node(key)`.
    Router,
}

impl Strategy {
    /// Every strategy that is chosen by name, with its public name and its label.
    pub const ALL: [(Strategy, &'static str, &'static str); 4] = [
        (Strategy::Modulo, "modulo", "Modulo"),
        (Strategy::Ring, "ring", "Hash ring"),
        (Strategy::Rendezvous, "rendezvous", "Rendezvous"),
        (Strategy::Jump, "jump", "Jump hash"),
    ];

    /// The strategy of a public name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, public, _)| *public == name)
            .map(|&(strategy, _, _)| strategy)
    }
}

/// A virtual node on the ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// Where it stands.
    pub hash: Hash,
    /// Index of its node in the list of nodes.
    pub owner: u32,
    /// Which of its node's virtual nodes, from 0.
    pub replica: u32,
}

/// A rule that places any key on one of a list of nodes.
#[derive(Clone, Debug)]
pub struct Placer {
    strategy: Strategy,
    nodes: Vec<String>,
    points: Vec<Point>,
    hasher: Hasher,
}

impl Placer {
    /// A rule for nodes of these names, such as "Node A"; there is at least one.
    /// The ring puts `virtual_nodes` points per node, labelled `{node}-{i}` with i from 0.
    pub fn new(strategy: Strategy, nodes: Vec<String>, virtual_nodes: u32) -> Self {
        Self::with(strategy, nodes, virtual_nodes, Hasher::Sha256)
    }

    /// The same with another hash.
    pub fn with(
        strategy: Strategy,
        nodes: Vec<String>,
        virtual_nodes: u32,
        hasher: Hasher,
    ) -> Self {
        let mut points = Vec::new();
        if strategy == Strategy::Ring {
            let labels = nodes.iter().flat_map(|node| {
                (0..virtual_nodes).map(move |replica| format!("{node}-{replica}"))
            });
            let hashes = hasher.all(&labels.collect::<Vec<_>>());
            let places = (0u32..)
                .zip(&nodes)
                .flat_map(|(owner, _)| (0..virtual_nodes).map(move |replica| (owner, replica)));
            for ((owner, replica), hash) in places.zip(hashes) {
                points.push(Point {
                    hash,
                    owner,
                    replica,
                });
            }
            points.sort_unstable();
        }
        Self {
            strategy,
            nodes,
            points,
            hasher,
        }
    }

    /// The index of each key's node.
    pub fn place_all(&self, keys: &[String], hashes: &[Hash]) -> Vec<u32> {
        match self.strategy {
            Strategy::Rendezvous => self.heaviest(keys),
            Strategy::Router => self.routed(keys),
            _ => hashes.iter().map(|hash| self.by_hash(*hash)).collect(),
        }
    }

    /// The index of the node where a key lives.
    pub fn place(&self, key: &str, hash: Hash) -> u32 {
        match self.strategy {
            Strategy::Rendezvous | Strategy::Router => self.place_all(&[key.into()], &[hash])[0],
            _ => self.by_hash(hash),
        }
    }

    /// Where a key lives by a rule that needs its hash alone.
    fn by_hash(&self, hash: Hash) -> u32 {
        let n = self.nodes.len() as u32;
        match self.strategy {
            Strategy::Ring => self.point(hash).map_or(0, |point| point.owner),
            Strategy::Jump => jump(self.hasher.jump_key(hash), n),
            _ => hash.modulo(n),
        }
    }

    /// The first virtual node clockwise of a place on the ring (strictly after it, and past the
    /// last one the first again); none for other strategies.
    pub fn point(&self, hash: Hash) -> Option<&Point> {
        let after = self.points.partition_point(|point| point.hash <= hash);
        self.points.get(after).or(self.points.first())
    }

    /// The virtual nodes in the order of the ring; empty for other strategies.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Rendezvous: the node whose hash of `"{node}:{key}"` is the largest; of equals the first.
    fn heaviest(&self, keys: &[String]) -> Vec<u32> {
        let text = |key| self.nodes.iter().map(move |node| format!("{node}:{key}"));
        let texts: Vec<String> = keys.iter().flat_map(text).collect();
        let weights = self.hasher.all(&texts);
        let best = |weights: &[Hash]| {
            let mut best = (0, None);
            for (index, weight) in (0u32..).zip(weights) {
                if Some(weight) > best.1 {
                    best = (index, Some(weight));
                }
            }
            best.0
        };
        weights.chunks(self.nodes.len().max(1)).map(best).collect()
    }

    /// What a learner's router says.
    fn routed(&self, keys: &[String]) -> Vec<u32> {
        self.hasher.routes(keys, &self.nodes)
    }
}

/// Jump consistent hash: a bucket from 0 to `buckets - 1` (Lamping and Veach 2014, figure 1).
///
/// The division and the product are single IEEE operations, which are exact to the last bit on
/// every platform.
pub fn jump(mut key: u64, buckets: u32) -> u32 {
    let buckets = i64::from(buckets.max(1));
    let (mut bucket, mut next) = (0, 0);
    while next < buckets {
        bucket = next;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        let ratio = (1u64 << 31) as f64 / ((key >> 33) + 1) as f64;
        next = ((bucket + 1) as f64 * ratio) as i64;
    }
    bucket as u32
}

/// A share as an exact fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Over the line.
    pub part: u64,
    /// Under the line, at least 1.
    pub whole: u64,
}

impl Share {
    /// The share in percent, rounded to one decimal: 74.6.
    pub fn percent(self) -> f64 {
        let whole = self.whole.max(1);
        ((self.part * 1000 + whole / 2) / whole) as f64 / 10.0
    }

    /// The share as a float.
    pub fn value(self) -> f64 {
        self.part as f64 / self.whole.max(1) as f64
    }
}

/// The share of keys that a perfectly even hash moves when the list of nodes changes.
///
/// - Modulo: every residue of the least common multiple of both lengths is equally likely;
///   for n and n + 1 nodes that leaves 1 - 1/(n + 1).
/// - Ring and rendezvous: what nodes that left had, and what nodes that joined get; a node that
///   stays keeps the rest: 1/(n + 1) for one more node.
/// - Jump: a key leaves its bucket only for a new last one. Buckets are numbered, so taking a
///   node out of the middle renames every later bucket.
pub fn expected_moves(strategy: Strategy, before: &[u8], after: &[u8]) -> Share {
    let (n, m) = (before.len() as u64, after.len() as u64);
    if n == 0 || m == 0 {
        return Share { part: 0, whole: 1 };
    }
    match strategy {
        Strategy::Modulo => {
            let whole = n / gcd(n, m) * m;
            let moves = |r: &u64| before[(r % n) as usize] != after[(r % m) as usize];
            Share {
                part: (0..whole).filter(moves).count() as u64,
                whole,
            }
        }
        Strategy::Ring | Strategy::Rendezvous => {
            // A key's order of preference over all nodes of both lists is a random permutation:
            // it stays if the best of before is the best of after, which is then the best of
            // the union and in both lists.
            let stay = before.iter().filter(|node| after.contains(node)).count() as u64;
            let union = n + m - stay;
            Share {
                part: union - stay,
                whole: union,
            }
        }
        // Nobody knows what a learner's router does.
        Strategy::Router => Share { part: 0, whole: 1 },
        Strategy::Jump => {
            let (small, large) = if n <= m {
                (before, after)
            } else {
                (after, before)
            };
            // In units of 1 / (small * large): a key in a bucket of the small list stays there
            // with probability small / large, or goes evenly to one of the new buckets.
            let (s, l) = (small.len() as u64, large.len() as u64);
            let mut part = 0;
            for (bucket, node) in small.iter().enumerate() {
                part += if large[bucket] == *node { 0 } else { s };
                part += large[small.len()..]
                    .iter()
                    .filter(|new| *new != node)
                    .count() as u64;
            }
            Share { part, whole: s * l }
        }
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests;
