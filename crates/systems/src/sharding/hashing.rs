//! Where a key lives: the four placement strategies, as pure functions of names.
//!
//! The hash is SHA-256 of the UTF-8 text, read as one 256-bit big-endian integer.

use sha2::{Digest, Sha256};

/// The SHA-256 digest of a text; comparing digests byte by byte compares the integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

/// 2 to the power of -53: the step between fractions of a turn.
const TURN_STEP: f64 = 1.0 / (1u64 << 53) as f64;

impl Hash {
    /// Hashes a text.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// The whole 256-bit integer modulo `n`, which is at least 1.
    pub fn modulo(self, n: u32) -> u32 {
        let n = u64::from(n.max(1));
        let rest = self
            .0
            .iter()
            .fold(0, |rest, &byte| (rest << 8 | u64::from(byte)) % n);
        rest as u32
    }

    /// The leading 64 bits.
    pub fn high(self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
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
}

impl Strategy {
    /// Every strategy, with its public name and its label.
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
}

impl Placer {
    /// A rule for nodes of these names, such as "Node A"; there is at least one.
    /// The ring puts `virtual_nodes` points per node, labelled `{node}-{i}` with i from 0.
    pub fn new(strategy: Strategy, nodes: Vec<String>, virtual_nodes: u32) -> Self {
        let mut points = Vec::new();
        if strategy == Strategy::Ring {
            for (owner, node) in (0u32..).zip(&nodes) {
                points.extend((0..virtual_nodes).map(|replica| Point {
                    hash: Hash::of(&format!("{node}-{replica}")),
                    owner,
                    replica,
                }));
            }
            points.sort_unstable();
        }
        Self {
            strategy,
            nodes,
            points,
        }
    }

    /// The index of the node where a key lives.
    pub fn place(&self, key: &str, hash: Hash) -> u32 {
        let n = self.nodes.len() as u32;
        match self.strategy {
            Strategy::Modulo => hash.modulo(n),
            Strategy::Ring => self.point(hash).map_or(0, |point| point.owner),
            Strategy::Rendezvous => self.heaviest(key),
            Strategy::Jump => jump(hash.high(), n),
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

    /// Rendezvous: the node whose `SHA-256("{node}:{key}")` is the largest; of equals the first.
    fn heaviest(&self, key: &str) -> u32 {
        let mut best = (0, None);
        for (index, node) in (0u32..).zip(&self.nodes) {
            let weight = Some(Hash::of(&format!("{node}:{key}")));
            if weight > best.1 {
                best = (index, weight);
            }
        }
        best.0
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
