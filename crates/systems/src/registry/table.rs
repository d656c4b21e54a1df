//! The registry's table: who is listed, and when each was last heard of.

use faultline_sim::{NodeId, Span, Time};

/// A node that is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which.
    pub node: NodeId,
    /// When it registered, the last time.
    pub registered_at: Time,
    /// When it registered or sent a heartbeat, the last time.
    pub last_seen: Time,
}

/// The entries, in the order of nodes. All of it is in memory.
#[derive(Clone, Debug, Default)]
pub struct Table(Vec<Entry>);

impl Table {
    /// The entries, in the order of nodes.
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }

    fn find(&self, node: NodeId) -> Result<usize, usize> {
        self.0.binary_search_by_key(&node, |entry| entry.node)
    }

    /// The entry of a node.
    pub fn get(&self, node: NodeId) -> Option<&Entry> {
        self.find(node).ok().and_then(|place| self.0.get(place))
    }

    /// Lists a node, or lists it anew.
    pub fn register(&mut self, node: NodeId, now: Time) {
        let entry = Entry {
            node,
            registered_at: now,
            last_seen: now,
        };
        match self.find(node) {
            Ok(place) => self.0[place] = entry,
            Err(place) => self.0.insert(place, entry),
        }
    }

    /// Takes note of a heartbeat; false if the node is not listed.
    pub fn hear(&mut self, node: NodeId, now: Time) -> bool {
        match self.find(node) {
            Ok(place) => self.0[place].last_seen = now,
            Err(_) => return false,
        }
        true
    }

    /// Takes out every entry that was last heard of longer ago than `ttl`.
    pub fn prune(&mut self, now: Time, ttl: Span, mut expired: impl FnMut(NodeId)) {
        self.0.retain(|entry| {
            let fresh = now.since(entry.last_seen) <= ttl;
            if !fresh {
                expired(entry.node);
            }
            fresh
        });
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.0.capacity() * size_of::<Entry>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_lives_for_its_time_from_the_last_heartbeat_and_no_longer() {
        let (node, ttl) = (NodeId(1), Span::from_secs(5));
        let mut table = Table::default();
        table.register(node, Time::from_secs(1));
        assert!(table.hear(node, Time::from_secs(3)));
        let never = |node| panic!("{node} expired");
        table.prune(Time::from_secs(8), ttl, never);
        let mut gone = Vec::new();
        table.prune(Time(Time::from_secs(8).0 + 1), ttl, |node| gone.push(node));
        assert_eq!(gone, [node]);
        assert!(!table.hear(node, Time::from_secs(9)));
        assert_eq!(table.entries(), []);
    }

    #[test]
    fn entries_stand_in_the_order_of_nodes_and_registering_again_adds_none() {
        let mut table = Table::default();
        for (second, node) in (1..).zip([3, 1, 2, 1]) {
            table.register(NodeId(node), Time::from_secs(second));
        }
        let nodes: Vec<u32> = table.entries().iter().map(|entry| entry.node.0).collect();
        assert_eq!(nodes, [1, 2, 3]);
        assert_eq!(
            table.get(NodeId(1)).unwrap().registered_at,
            Time::from_secs(4)
        );
    }
}
