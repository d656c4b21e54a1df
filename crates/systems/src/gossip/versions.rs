//! What a node knows: the newest version of every node, shared until it changes.

use std::fmt::{self, Display};
use std::rc::Rc;

use faultline_sim::Fingerprint;

/// Clusters up to this size are written out in full: `1:1, 2:0`.
const FULL_TEXT_NODES_MAX: usize = 12;
/// Of a larger one, so many of the nodes that have been updated are named.
const NAMED_MAX: usize = 3;

/// A version vector: for every node, the number of its updates that are known here.
///
/// A clone shares the numbers. A thousand nodes that know the same hold one table between them,
/// and so do messages and checkpoints.
#[derive(Clone, Debug)]
pub struct Versions(Rc<Table>);

#[derive(Debug)]
struct Table {
    versions: Box<[u32]>,
    /// A hash of the versions, so that a message's fingerprint costs no walk over them.
    digest: u64,
    /// How many nodes have a version above 0, and the first of them.
    updated: u32,
    first: Vec<u32>,
}

/// How two version vectors stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Versions that are newer in the first.
    pub newer: u32,
    /// Versions that are older in the first.
    pub older: u32,
}

impl Versions {
    /// Nothing is known: every version is 0.
    pub fn none(nodes: u32) -> Self {
        Self::new(vec![0; nodes as usize].into())
    }

    fn new(versions: Box<[u32]>) -> Self {
        let mut print = Fingerprint::new();
        for &version in &versions {
            print.word(u64::from(version));
        }
        let updated = || (0u32..).zip(&versions).filter(|(_, version)| **version > 0);
        Self(Rc::new(Table {
            digest: print.value(),
            updated: updated().count() as u32,
            first: updated().take(NAMED_MAX).map(|(node, _)| node).collect(),
            versions,
        }))
    }

    /// The version known of a node, counted from 0; 0 for a node there is not.
    pub fn of(&self, node: u32) -> u32 {
        self.0.versions.get(node as usize).copied().unwrap_or(0)
    }

    /// A hash of all versions: equal tables have equal ones.
    pub fn digest(&self) -> u64 {
        self.0.digest
    }

    /// Counts up one node's version.
    pub fn raise(&mut self, node: u32) {
        let mut versions = self.0.versions.clone();
        if let Some(version) = versions.get_mut(node as usize) {
            *version = version.saturating_add(1);
        }
        *self = Self::new(versions);
    }

    /// Compares with another vector.
    pub fn against(&self, other: &Self) -> Difference {
        let mut difference = Difference { newer: 0, older: 0 };
        if !Rc::ptr_eq(&self.0, &other.0) {
            for (mine, theirs) in self.0.versions.iter().zip(&other.0.versions) {
                difference.newer += u32::from(mine > theirs);
                difference.older += u32::from(mine < theirs);
            }
        }
        difference
    }

    /// Keeps the larger of each two versions; true if anything was new here.
    pub fn merge(&mut self, other: &Self) -> bool {
        let difference = self.against(other);
        match (difference.older, difference.newer) {
            (0, _) => return false,
            (_, 0) => *self = other.clone(),
            _ => {
                let pairs = self.0.versions.iter().zip(&other.0.versions);
                *self = Self::new(pairs.map(|(mine, theirs)| *mine.max(theirs)).collect());
            }
        }
        true
    }

    /// About how many bytes this holder's share of the table is.
    pub fn size_bytes(&self) -> usize {
        let table = size_of::<Table>() + self.0.versions.len() * size_of::<u32>();
        table / Rc::strong_count(&self.0)
    }
}

impl PartialEq for Versions {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || self.0.versions == other.0.versions
    }
}

/// `1:1, 2:0`, with nodes counted from 1; of a large cluster only some that have been updated.
impl Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = &*self.0;
        let mut write = |index: usize, node: u32| {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{}:{}", node + 1, self.of(node))
        };
        if table.versions.len() <= FULL_TEXT_NODES_MAX {
            return (0..table.versions.len()).try_for_each(|node| write(node, node as u32));
        }
        for (index, &node) in table.first.iter().enumerate() {
            write(index, node)?;
        }
        match table.updated as usize - table.first.len() {
            0 if table.first.is_empty() => f.write_str("all 0"),
            0 => f.write_str(", others 0"),
            more => write!(f, " and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(versions: &[u32]) -> Versions {
        Versions::new(versions.into())
    }

    #[test]
    fn merging_keeps_the_larger() {
        let mut mine = of(&[1, 0, 3]);
        assert!(mine.merge(&of(&[0, 2, 3])));
        assert_eq!(mine, of(&[1, 2, 3]));
        assert_eq!(mine.digest(), of(&[1, 2, 3]).digest());
        assert!(!mine.merge(&of(&[1, 2, 2])));
        assert_eq!(mine, of(&[1, 2, 3]));
        mine.raise(1);
        assert_eq!(mine, of(&[1, 3, 3]));
        assert_ne!(mine.digest(), of(&[1, 2, 3]).digest());
    }

    #[test]
    fn what_is_known_is_shared_and_not_copied() {
        let news = of(&[1; 1000]);
        let mut nodes = vec![Versions::none(1000); 100];
        for node in &mut nodes {
            assert!(node.merge(&news));
            assert!(Rc::ptr_eq(&node.0, &news.0));
        }
        assert!(nodes[0].size_bytes() < 100);
    }

    #[test]
    fn the_text_is_the_guides_and_stays_short() {
        assert_eq!(of(&[1, 0]).to_string(), "1:1, 2:0");
        let mut large = Versions::none(1000);
        assert_eq!(large.to_string(), "all 0");
        large.raise(16);
        assert_eq!(large.to_string(), "17:1, others 0");
        for node in [2, 5, 7, 8] {
            large.raise(node);
        }
        assert_eq!(large.to_string(), "3:1, 6:1, 8:1 and 2 more");
    }
}
