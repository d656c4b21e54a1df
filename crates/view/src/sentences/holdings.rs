//! Who holds how many items, and where the moved ones went: rings and bins say it alike.

use super::words::{NAMED, list, sentence};
use crate::panel::{Bins, Ring};

/// Receivers of moved items that are named; the rest is implied.
const MOST_NAMED: usize = 4;

/// What one holder has.
pub struct Holding {
    pub name: String,
    pub items: usize,
    /// Items that came in the last change.
    pub arrived: usize,
    pub joined: bool,
}

/// Who holds what, and what an item is called.
pub struct Holdings {
    pub item: String,
    pub holders: Vec<Holding>,
}

impl Holdings {
    pub fn of_ring(ring: &Ring) -> Self {
        let holders = ring.owners.iter().enumerate().map(|(index, owner)| {
            let held = ring.held(index);
            Holding {
                name: crate::paint::node_name(&owner.label),
                items: held.items as usize,
                arrived: held.moved as usize,
                joined: owner.joined,
            }
        });
        Self {
            item: "key".into(),
            holders: holders.collect(),
        }
    }

    pub fn of_bins(bins: &Bins) -> Self {
        let holders = bins.bins.iter().map(|bin| {
            let held = bin.held();
            Holding {
                name: crate::paint::node_name(&bin.label),
                items: held.items as usize,
                arrived: held.moved as usize,
                joined: false,
            }
        });
        Self {
            item: if bins.item.is_empty() {
                "item"
            } else {
                &bins.item
            }
            .into(),
            holders: holders.collect(),
        }
    }

    fn all(&self) -> usize {
        self.holders.iter().map(|holder| holder.items).sum()
    }

    /// "246 keys moved in the last change, all of them to Node D."
    pub fn moves(&self, out: &mut Vec<String>) {
        let arrived: usize = self.holders.iter().map(|holder| holder.arrived).sum();
        if arrived == 0 {
            return;
        }
        let begin = sentence().count(arrived, &self.item);
        let begin = begin.say(" moved in the last change");
        let mut to: Vec<&Holding> = self.holders.iter().filter(|one| one.arrived > 0).collect();
        if let [only] = to[..] {
            let whole = if arrived == 1 {
                ", to "
            } else {
                ", all of them to "
            };
            out.push(begin.say(whole).say(&only.name).end());
            return;
        }
        // The largest few, one after the other: a sort would be longer than what it orders.
        let receivers = to.len();
        let mut named = Vec::new();
        while named.len() < MOST_NAMED && !to.is_empty() {
            let mut largest = 0;
            for (index, holder) in to.iter().enumerate() {
                if holder.arrived > to[largest].arrived {
                    largest = index;
                }
            }
            let holder = to.remove(largest);
            let part = sentence().number(holder.arrived).say(" to ");
            named.push(part.say(&holder.name).0);
        }
        let rest = receivers > named.len();
        let begin = begin.say(if rest { ", the most of them " } else { ": " });
        out.push(begin.say(&list(&named)).end());
    }

    /// "Node D holds 246 of 1,000 keys, 24.6 percent."; of many, the most and the fewest.
    pub fn shares(&self, out: &mut Vec<String>) {
        let all = self.all();
        if self.holders.len() > NAMED {
            let by_items = |holder: &&Holding| holder.items;
            let most = self.holders.iter().max_by_key(by_items);
            let least = self.holders.iter().min_by_key(by_items);
            if let (Some(most), Some(least)) = (most, least) {
                let first = sentence().say(&most.name).say(" holds the most, ");
                let first = first.count(most.items, &self.item).say("; ");
                let both = first.say(&least.name).say(" the fewest, ");
                out.push(both.count(least.items, &self.item).end());
            }
            return;
        }
        for holder in &self.holders {
            let begin = sentence().say(&holder.name);
            let begin = begin.say(if holder.joined {
                ", new, holds "
            } else {
                " holds "
            });
            let share = holder.items as f64 * 100.0 / all.max(1) as f64;
            let begin = begin
                .number(holder.items)
                .say(" of ")
                .count(all, &self.item);
            out.push(begin.say(", ").value(share).say(" percent").end());
        }
    }
}
