//! What the run as a whole shows: who holds which key, what moved since the last change, and
//! whether a key was lost. Kept up to date while the run goes on, by looking at the disks.

use std::rc::Rc;

use faultline_sim::{Span, Time, World};

use super::key_set::KeySet;
use super::message::Cluster;
use super::placement::{Placement, SLOTS_MAX, Slot};
use super::process::{CLIENT, Disk, Machine};

/// The least time between two points of the chart.
const CHART_EVERY: Span = Span::from_millis(20);
/// The most points of the chart; beyond it, every second one goes.
const CHART_POINTS_MAX: usize = 2_000;

/// A change of the list of nodes, and how things stood before it.
#[derive(Clone, Debug)]
pub struct Change {
    /// When the client made it.
    pub at: Time,
    /// The nodes before.
    pub before: Rc<Placement>,
    /// The nodes after.
    pub after: Rc<Placement>,
    /// The keys each node was the holder of, by slot.
    pub held: Rc<Vec<KeySet>>,
}

impl Change {
    /// The node that joined or left, and whether it joined.
    pub fn node(&self) -> (Slot, bool) {
        let new = |old: &Placement, new: &Placement| {
            new.members().iter().copied().find(|slot| !old.has(*slot))
        };
        match new(&self.before, &self.after) {
            Some(slot) => (slot, true),
            None => {
                let left = new(&self.after, &self.before);
                (left.unwrap_or(self.after.members()[0]), false)
            }
        }
    }

    /// E.g. "add D".
    pub fn label(&self) -> String {
        let (slot, joined) = self.node();
        format!("{} {slot}", if joined { "add" } else { "remove" })
    }
}

/// What a store has, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Stock {
    /// Its disk's write counter and the epoch on it, by which a disk that was emptied shows too.
    seen: (u32, u32),
    held: u32,
    /// Keys held that are its own.
    owned: u32,
    /// Of those, keys that it did not hold before the last change.
    moved: u32,
}

/// The run's books.
#[derive(Clone, Debug)]
pub struct Ledger {
    keys: u32,
    /// What each store had when it was last looked at, by slot.
    stocks: Vec<Stock>,
    /// The client's writes then.
    client_writes: u32,
    cluster: Cluster,
    change: Option<Rc<Change>>,
    /// Whether a change is planned that has not come yet.
    pub awaits_change: bool,
    moved: u32,
    misplaced: u32,
    present: u32,
    lost_at: Option<Time>,
    settled_at: Option<Time>,
    chart: Vec<(Time, u32)>,
    changes: Vec<(Time, Rc<str>)>,
}

impl Ledger {
    /// Books for a run that starts with these nodes.
    pub fn new(keys: u32, initial: &Rc<Placement>, awaits_change: bool) -> Self {
        Self {
            keys,
            stocks: Vec::new(),
            client_writes: 0,
            cluster: Cluster {
                epoch: 0,
                placement: Rc::clone(initial),
            },
            change: None,
            awaits_change,
            moved: 0,
            misplaced: 0,
            present: keys,
            lost_at: None,
            settled_at: None,
            chart: vec![(Time::ZERO, 0)],
            changes: Vec::new(),
        }
    }

    /// Looks at the world after an event.
    pub fn observe(&mut self, world: &World<Machine>) {
        let client = world.disk(CLIENT);
        let mut fresh = client.writes != self.client_writes;
        self.client_writes = client.writes;
        let now = world.now();
        if let Some(cluster) = &client.cluster
            && cluster.epoch > self.cluster.epoch
        {
            self.take_change(world, cluster.clone());
            // Every store is to be counted by the new list.
            self.stocks.clear();
        }
        fresh |= self.count(world);
        if !fresh {
            return;
        }
        if self.present < self.keys && self.lost_at.is_none() {
            self.lost_at = Some(now);
        }
        self.settle(now);
        self.draw(now);
    }

    fn take_change(&mut self, world: &World<Machine>, cluster: Cluster) {
        // The first list of nodes is no change.
        if self.cluster.epoch > 0 {
            let change = Change {
                at: world.now(),
                before: Rc::clone(&self.cluster.placement),
                after: Rc::clone(&cluster.placement),
                held: Rc::new(holders(world, &self.cluster.placement)),
            };
            self.changes.push((change.at, change.label().into()));
            self.change = Some(Rc::new(change));
            self.awaits_change = false;
            self.settled_at = None;
        }
        self.cluster = cluster;
    }

    /// Counts the stores whose disks were written to; whether there were any.
    fn count(&mut self, world: &World<Machine>) -> bool {
        let (mut any, mut fewer) = (false, false);
        for (slot, disk) in stores(world) {
            let known = self.stocks.get(slot.index()).copied();
            let seen = (disk.writes, disk.epoch());
            if known.is_some_and(|known| known.seen == seen) {
                continue;
            }
            let owned = self.cluster.placement.owned(slot);
            let stock = Stock {
                seen,
                held: disk.held.len(),
                owned: disk.held.common(owned),
                moved: self.change.as_ref().map_or(0, |change| {
                    disk.held.common_without(owned, &change.held[slot.index()])
                }),
            };
            any = true;
            fewer |= known.is_none_or(|known| stock.held < known.held);
            if self.stocks.len() <= slot.index() {
                self.stocks.resize(slot.index() + 1, Stock::default());
            }
            self.stocks[slot.index()] = stock;
        }
        if !any {
            return false;
        }
        // While no key is missing, a store that has got one more changes nothing in that.
        if fewer || self.present < self.keys {
            let mut union = KeySet::new(self.keys);
            stores(world).for_each(|(_, disk)| union.unite(&disk.held));
            self.present = union.len();
        }
        let sum = |of: fn(&Stock) -> u32| self.stocks.iter().map(of).sum::<u32>();
        let (copies, owned) = (sum(|stock| stock.held), sum(|stock| stock.owned));
        let misplaced = self.keys - owned;
        self.moved = sum(|stock| stock.moved);
        // Keys that their owner lacks, and copies that are still elsewhere.
        self.misplaced = misplaced.max((copies + misplaced).saturating_sub(self.keys));
        true
    }

    /// Notes that the planned change will not come, so that the run can settle without it.
    pub fn give_up_change(&mut self, now: Time) {
        self.awaits_change = false;
        self.settle(now);
    }

    fn settle(&mut self, now: Time) {
        if self.misplaced == 0 && !self.awaits_change && self.settled_at.is_none() {
            self.settled_at = Some(now);
        }
    }

    fn draw(&mut self, now: Time) {
        let Some(&(last, value)) = self.chart.last() else {
            return;
        };
        if value == self.moved || now.since(last) < CHART_EVERY {
            return;
        }
        if self.chart.len() >= CHART_POINTS_MAX {
            let mut index = 0;
            self.chart.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
        self.chart.push((now, self.moved));
    }

    /// The nodes in force.
    pub fn placement(&self) -> &Rc<Placement> {
        &self.cluster.placement
    }

    /// The last change.
    pub fn change(&self) -> Option<&Rc<Change>> {
        self.change.as_ref()
    }

    /// Keys whose holder differs from the holder before the last change.
    pub fn moved(&self) -> u32 {
        self.moved
    }

    /// Keys that are not with their owner, and their owner alone.
    pub fn misplaced(&self) -> u32 {
        self.misplaced
    }

    /// Keys that no disk holds.
    pub fn lost(&self) -> u32 {
        self.keys - self.present
    }

    /// When a key was first on no disk.
    pub fn lost_at(&self) -> Option<Time> {
        self.lost_at
    }

    /// When every key was with its owner after the last change.
    pub fn settled_at(&self) -> Option<Time> {
        self.settled_at
    }

    /// Keys moved over time.
    pub fn chart(&self) -> &[(Time, u32)] {
        &self.chart
    }

    /// Every change with its time.
    pub fn changes(&self) -> &[(Time, Rc<str>)] {
        &self.changes
    }

    /// About how many bytes the books hold.
    pub fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + self.stocks.len() * size_of::<Stock>()
            + self.chart.len() * size_of::<(Time, u32)>()
            + self.changes.len() * size_of::<(Time, Rc<str>)>()
    }
}

/// The storage nodes with their disks, in order.
pub fn stores(world: &World<Machine>) -> impl Iterator<Item = (Slot, &Disk)> {
    world
        .ids()
        .filter_map(|id| Slot::of(id).map(|slot| (slot, world.disk(id))))
}

/// The keys that each node is the holder of, by slot. A key has one holder: its owner if that
/// has it, else the first node that does.
pub fn holders(world: &World<Machine>, placement: &Placement) -> Vec<KeySet> {
    let keys = placement.owners().len() as u32;
    let mut taken = KeySet::new(keys);
    let mut by_slot = vec![KeySet::new(keys); usize::from(SLOTS_MAX)];
    for (slot, disk) in stores(world) {
        let mut own = disk.held.clone();
        own.keep(placement.owned(slot));
        taken.unite(&own);
        by_slot[slot.index()] = own;
    }
    for (slot, disk) in stores(world) {
        let mut others = disk.held.clone();
        others.subtract(&taken);
        taken.unite(&others);
        by_slot[slot.index()].unite(&others);
    }
    by_slot
}
