//! The keys of a run, and where a list of nodes places them.

use std::cell::{OnceCell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;

use faultline_sim::NodeId;
use faultline_view::Label;

use super::hasher::Hasher;
use super::hashing::{Hash, Placer, Strategy};
use super::judge;
use super::key_set::KeySet;

/// The most nodes a run can have: one per letter.
pub const SLOTS_MAX: u8 = 26;

/// How many placements are remembered, so that going back in time does not hash again.
const REMEMBERED: usize = 8;
/// The most keys that a picture shows one by one.
const DOTS_MAX: u32 = 10_000;
/// The most keys that rendezvous places: it hashes each of them with every node.
pub const RENDEZVOUS_MAX: u32 = 10_000;

/// A storage node: A is 0, Z is 25.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(pub u8);

impl Slot {
    /// The slot's letter.
    pub const fn letter(self) -> char {
        (b'A' + self.0 % SLOTS_MAX) as char
    }

    /// The node's name as the guide prints it and as the ring hashes it, e.g. "Node A".
    pub fn node_name(self) -> String {
        format!("Node {}", self.letter())
    }

    /// The kernel's node. The client is node 0.
    pub const fn node(self) -> NodeId {
        NodeId(self.0 as u32 + 1)
    }

    /// The slot of a kernel's node; none for the client.
    pub fn of(node: NodeId) -> Option<Self> {
        let index = node.0.checked_sub(1)?;
        u8::try_from(index).ok().map(Self)
    }

    /// The position in lists by slot.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.letter())
    }
}

/// A key: one of the run's own, or any text that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// `key_0`, `key_1` ...
    Number(u32),
    /// Any other text.
    Text(Label),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "key_{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The run's keys with their hashes, and the strategy that places them.
#[derive(Debug)]
pub struct Catalog {
    strategy: Strategy,
    virtual_nodes: u32,
    names: Rc<[String]>,
    hashes: Rc<[Hash]>,
    hasher: Hasher,
    width_bits: u32,
    steps_per_key: f64,
    avalanche: OnceCell<Vec<f64>>,
    dots: OnceCell<Vec<u32>>,
    remembered: RefCell<VecDeque<Rc<Placement>>>,
}

impl Catalog {
    /// Keys `key_0` to `key_{keys - 1}`; rendezvous has at most [`RENDEZVOUS_MAX`].
    pub fn new(strategy: Strategy, virtual_nodes: u32, keys: u32, hasher: Hasher) -> Self {
        let names = names(match strategy {
            Strategy::Rendezvous => keys.min(RENDEZVOUS_MAX),
            _ => keys,
        });
        let (hashes, steps_per_key) = match (strategy, &hasher) {
            // A router may hash in its own way or not at all; what its keys are drawn by is ours.
            (Strategy::Router, _) | (_, Hasher::Sha256) => (digests(&names), 0.0),
            (_, Hasher::Learner(_)) => {
                let (hashes, steps) = hasher.all_counted(&names);
                (hashes.into(), steps as f64 / names.len().max(1) as f64)
            }
        };
        let catalog = Self {
            strategy,
            virtual_nodes,
            width_bits: hasher.width_bits(&hashes),
            names,
            hashes,
            hasher,
            steps_per_key,
            avalanche: OnceCell::new(),
            dots: OnceCell::new(),
            remembered: RefCell::default(),
        };
        if catalog.is_learners() {
            // A tape knows what was asked when the run began.
            catalog.avalanche_bits();
        }
        catalog
    }

    /// In which share of all cases each bit of the hash turns over with one bit of the key, the
    /// lowest bit first; empty for a router.
    pub fn avalanche_bits(&self) -> &[f64] {
        let measure = || match self.strategy {
            Strategy::Router => Vec::new(),
            _ => judge::avalanche(&self.hasher, &self.names, self.width_bits),
        };
        self.avalanche.get_or_init(measure)
    }

    /// The same for all of the hash together; 0 for a router.
    pub fn avalanche(&self) -> f64 {
        let bits = self.avalanche_bits();
        bits.iter().sum::<f64>() / bits.len().max(1) as f64
    }

    /// Steps that a learner's hash takes for a key, on average; 0 without one.
    pub fn steps_per_key(&self) -> f64 {
        self.steps_per_key
    }

    /// Whether the hash is a learner's.
    pub fn is_learners(&self) -> bool {
        matches!(self.hasher, Hasher::Learner(_))
    }

    /// The first eight hexadecimal digits of a hash, and an ellipsis if there are more.
    pub fn hash_start(&self, hash: Hash) -> String {
        let hex = hash.stretched(self.width_bits).hex();
        let more = if self.width_bits > 32 { "…" } else { "" };
        format!("{}{more}", &hex[..8])
    }

    /// How many keys a dot of a picture stands for.
    pub fn keys_per_dot(&self) -> u32 {
        self.keys().div_ceil(DOTS_MAX).max(1)
    }

    /// The keys that a picture of the ring shows, each for [`Catalog::keys_per_dot`]: all of them
    /// or, going round, every so many. That is as many as there are in any stretch of the ring,
    /// whatever the hash makes of neighbouring numbers.
    pub fn dots(&self) -> &[u32] {
        self.dots.get_or_init(|| {
            let mut keys: Vec<u32> = (0..self.keys()).collect();
            let every = self.keys_per_dot() as usize;
            if every > 1 {
                keys.sort_by_key(|key| self.hashes[*key as usize]);
                keys = keys.into_iter().skip(every / 2).step_by(every).collect();
                // By number, so that a key that moves changes no other key's place.
                keys.sort_unstable();
            }
            keys
        })
    }

    /// Where a hash stands on the ring, as a fraction of a turn in [0, 1).
    pub fn turn(&self, hash: Hash) -> f64 {
        hash.stretched(self.width_bits).turn()
    }

    /// The strategy.
    pub fn strategy(&self) -> Strategy {
        self.strategy
    }

    /// Virtual nodes per node on the ring.
    pub fn virtual_nodes(&self) -> u32 {
        self.virtual_nodes
    }

    /// How many keys there are.
    pub fn keys(&self) -> u32 {
        self.names.len() as u32
    }

    /// The hash of each key.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// A key's hash.
    pub fn hash(&self, key: &Key) -> Hash {
        let known = match key {
            Key::Number(number) => self.hashes.get(*number as usize),
            Key::Text(_) => None,
        };
        match (known, self.strategy) {
            (Some(hash), _) => *hash,
            (None, Strategy::Router) => Hash::of(&key.to_string()),
            (None, _) => self.hasher.one(&key.to_string()),
        }
    }

    /// The key of a text: one of the run's own if it is spelt as they are.
    pub fn key(&self, text: &str) -> Key {
        text.strip_prefix("key_")
            .and_then(|digits| digits.parse().ok())
            .filter(|&number: &u32| {
                self.names
                    .get(number as usize)
                    .is_some_and(|name| name == text)
            })
            .map_or_else(|| Key::Text(text.into()), Key::Number)
    }

    /// Where a list of nodes, in the order they joined, places every key.
    pub fn place(&self, members: &[Slot]) -> Rc<Placement> {
        let mut remembered = self.remembered.borrow_mut();
        if let Some(found) = remembered.iter().find(|one| one.members == members) {
            return Rc::clone(found);
        }
        let placement = Rc::new(Placement::new(self, members));
        if remembered.len() == REMEMBERED {
            remembered.pop_front();
        }
        remembered.push_back(Rc::clone(&placement));
        placement
    }
}

thread_local! {
    /// The names and digests that were made last: panes and new starts of a run share them.
    static NAMES: RefCell<Rc<[String]>> = RefCell::default();
    static DIGESTS: RefCell<Rc<[Hash]>> = RefCell::default();
}

/// `key_0` and so on.
fn names(count: u32) -> Rc<[String]> {
    NAMES.with_borrow_mut(|names| {
        if names.len() != count as usize {
            *names = (0..count).map(|number| format!("key_{number}")).collect();
        }
        Rc::clone(names)
    })
}

/// SHA-256 of `key_0` and so on, which are `names`.
fn digests(names: &[String]) -> Rc<[Hash]> {
    DIGESTS.with_borrow_mut(|digests| {
        if digests.len() != names.len() {
            *digests = Hasher::Sha256.all(names).into();
        }
        Rc::clone(digests)
    })
}

/// Where a list of nodes places every key.
#[derive(Debug)]
pub struct Placement {
    members: Vec<Slot>,
    placer: Placer,
    owners: Vec<Slot>,
    owned: Vec<KeySet>,
}

impl Placement {
    fn new(catalog: &Catalog, members: &[Slot]) -> Self {
        let names = members.iter().map(|slot| slot.node_name()).collect();
        let hasher = catalog.hasher.clone();
        let placer = Placer::with(catalog.strategy, names, catalog.virtual_nodes, hasher);
        let mut owned = vec![KeySet::new(catalog.keys()); usize::from(SLOTS_MAX)];
        let mut owners = Vec::with_capacity(catalog.names.len());
        let places = placer.place_all(&catalog.names, &catalog.hashes);
        for (number, place) in (0u32..).zip(places) {
            let owner = members[place as usize];
            owned[owner.index()].insert(number);
            owners.push(owner);
        }
        Self {
            members: members.to_vec(),
            placer,
            owners,
            owned,
        }
    }

    /// The nodes, in the order they joined; at least one.
    pub fn members(&self) -> &[Slot] {
        &self.members
    }

    /// Whether a node is one of them.
    pub fn has(&self, slot: Slot) -> bool {
        self.members.contains(&slot)
    }

    /// The rule.
    pub fn placer(&self) -> &Placer {
        &self.placer
    }

    /// The owner of each key.
    pub fn owners(&self) -> &[Slot] {
        &self.owners
    }

    /// The keys that a node owns.
    pub fn owned(&self, slot: Slot) -> &KeySet {
        &self.owned[slot.index()]
    }

    /// The owner of any key.
    pub fn owner(&self, key: &Key, hash: Hash) -> Slot {
        match key {
            Key::Number(number) if (*number as usize) < self.owners.len() => {
                self.owners[*number as usize]
            }
            other => self.members[self.placer.place(&other.to_string(), hash) as usize],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placement_covers_every_key_once() {
        for (strategy, _, _) in Strategy::ALL {
            let catalog = Catalog::new(strategy, 10, 300, Hasher::Sha256);
            let placement = catalog.place(&[Slot(0), Slot(2), Slot(1)]);
            let mut all = KeySet::new(300);
            let mut count = 0;
            for slot in (0..SLOTS_MAX).map(Slot) {
                all.unite(placement.owned(slot));
                count += placement.owned(slot).len();
            }
            assert_eq!((all.len(), count), (300, 300), "{strategy:?}");
            for number in 0..300 {
                let key = Key::Number(number);
                let by_text = Key::Text(key.to_string().into());
                let hash = catalog.hash(&key);
                assert_eq!(placement.owner(&key, hash), placement.owner(&by_text, hash));
            }
        }
    }

    #[test]
    fn placements_are_remembered() {
        let catalog = Catalog::new(Strategy::Ring, 10, 50, Hasher::Sha256);
        let members = |n: u8| (0..n).map(Slot).collect::<Vec<_>>();
        let first = catalog.place(&members(3));
        assert!(Rc::ptr_eq(&first, &catalog.place(&members(3))));
        for n in 1..=26 {
            catalog.place(&members(n));
        }
        assert!(catalog.remembered.borrow().len() <= REMEMBERED);
        assert_eq!(catalog.place(&members(3)).owners(), first.owners());
    }

    #[test]
    fn texts_that_look_like_keys_are_told_apart() {
        let catalog = Catalog::new(Strategy::Modulo, 1, 10, Hasher::Sha256);
        assert_eq!(catalog.key("key_7"), Key::Number(7));
        for text in ["key_07", "key_+7", "key_10", "user_123", "key_", ""] {
            assert_eq!(catalog.key(text), Key::Text(text.into()), "{text}");
        }
        assert_eq!(catalog.hash(&Key::Number(3)), Hash::of("key_3"));
    }
}
