//! A set of keys by number, as bits: cheap to copy into checkpoints and to compare.

/// Keys numbered from 0, below a bound that is fixed when the set is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet {
    words: Vec<u64>,
}

impl KeySet {
    /// An empty set for keys 0 to `bound - 1`.
    pub fn new(bound: u32) -> Self {
        Self {
            words: vec![0; bound.div_ceil(64) as usize],
        }
    }

    /// Puts a key in; true if it was not there. Keys beyond the bound are refused.
    pub fn insert(&mut self, key: u32) -> bool {
        self.word(key).is_some_and(|(word, bit)| {
            let new = *word & bit == 0;
            *word |= bit;
            new
        })
    }

    /// Takes a key out; true if it was there.
    pub fn remove(&mut self, key: u32) -> bool {
        self.word(key).is_some_and(|(word, bit)| {
            let there = *word & bit != 0;
            *word &= !bit;
            there
        })
    }

    /// Whether a key is in.
    pub fn contains(&self, key: u32) -> bool {
        let word = self.words.get((key / 64) as usize).copied().unwrap_or(0);
        word >> (key % 64) & 1 == 1
    }

    /// How many keys are in.
    pub fn len(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// Whether no key is in.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// How many keys of the set are smaller than this one.
    pub fn rank(&self, key: u32) -> u32 {
        let (whole, bits) = ((key / 64) as usize, key % 64);
        let below: u32 = self.words.iter().take(whole).map(|w| w.count_ones()).sum();
        let last = self.words.get(whole).copied().unwrap_or(0);
        below + (last & !(u64::MAX << bits)).count_ones()
    }

    /// The keys in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0u32..).zip(&self.words).flat_map(|(index, &word)| {
            // Takes the lowest bit off until none is left.
            std::iter::successors(Some(word), |rest| Some(rest & rest.wrapping_sub(1)))
                .take_while(|rest| *rest != 0)
                .map(move |rest| index * 64 + rest.trailing_zeros())
        })
    }

    /// The smallest key that is at least `from`.
    pub fn next_from(&self, from: u32) -> Option<u32> {
        let first = (from / 64) as usize;
        let mut mask = u64::MAX << (from % 64);
        for (index, &word) in self.words.iter().enumerate().skip(first) {
            let rest = word & mask;
            if rest != 0 {
                return Some(index as u32 * 64 + rest.trailing_zeros());
            }
            mask = u64::MAX;
        }
        None
    }

    /// Puts in all keys of another set of the same bound.
    pub fn unite(&mut self, other: &KeySet) {
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }

    /// Keeps only the keys that are in another set of the same bound too.
    pub fn keep(&mut self, other: &KeySet) {
        for (word, mask) in self.words.iter_mut().zip(&other.words) {
            *word &= mask;
        }
    }

    /// Takes out all keys of another set of the same bound.
    pub fn subtract(&mut self, other: &KeySet) {
        for (word, less) in self.words.iter_mut().zip(&other.words) {
            *word &= !less;
        }
    }

    /// How many keys are in both this set and another.
    pub fn common(&self, other: &KeySet) -> u32 {
        let pairs = self.words.iter().zip(&other.words);
        pairs.map(|(a, b)| (a & b).count_ones()).sum()
    }

    /// How many keys are in this set and another, and not in a third.
    pub fn common_without(&self, other: &KeySet, without: &KeySet) -> u32 {
        let words = self.words.iter().zip(&other.words).zip(&without.words);
        words.map(|((a, b), c)| (a & b & !c).count_ones()).sum()
    }

    /// About how many bytes the set holds.
    pub fn size_bytes(&self) -> usize {
        self.words.len() * size_of::<u64>()
    }

    fn word(&mut self, key: u32) -> Option<(&mut u64, u64)> {
        let word = self.words.get_mut((key / 64) as usize)?;
        Some((word, 1 << (key % 64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn behaves_as_a_set(
            steps in prop::collection::vec((any::<bool>(), 0u32..300), 0..200),
            from in 0u32..320,
        ) {
            let mut set = KeySet::new(300);
            let mut model = BTreeSet::new();
            for (put, key) in steps {
                if put {
                    prop_assert_eq!(set.insert(key), model.insert(key));
                } else {
                    prop_assert_eq!(set.remove(key), model.remove(&key));
                }
            }
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), model.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(set.len() as usize, model.len());
            prop_assert_eq!(set.is_empty(), model.is_empty());
            prop_assert_eq!(set.next_from(from), model.range(from..).next().copied());
            prop_assert_eq!(set.rank(from) as usize, model.range(..from).count());
            prop_assert!((0..320).all(|key| set.contains(key) == model.contains(&key)));
        }
    }

    #[test]
    fn keys_beyond_the_bound_are_refused() {
        let mut set = KeySet::new(64);
        assert!(!set.insert(64));
        assert!(!set.remove(1_000));
        assert!(set.is_empty());
    }
}
