//! What the run as a whole shows: who knows the last update, how it spread, and whether a node
//! that came back has caught up.

use faultline_sim::{NodeId, Status, Time, World};
use faultline_view::Label;

use super::process::{CHANGES, Node, RESTARTS, UPDATES};

/// The most points of the chart; beyond it, every second one goes.
const CHART_POINTS_MAX: usize = 2_000;
/// The most updates that are marked on the chart, the latest.
const MARKS_MAX: usize = 12;
/// In a large cluster a crash is noticed only after so many events for each node; to look at
/// every node after every event would cost more than the run itself.
const NODES_PER_EVENT: u64 = 16;

/// An update of a node by a user.
#[derive(Clone, Copy, Debug)]
pub struct News {
    /// The node.
    pub node: NodeId,
    /// Its version since.
    pub version: u32,
    /// When.
    pub at: Time,
}

/// The run's books.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    changes: u64,
    updates: u64,
    restarts: u64,
    /// How many events had run at the last look.
    events: u64,
    news: Option<News>,
    spread_at: Option<Time>,
    restarted_at: Option<Time>,
    caught_up_at: Option<Time>,
    chart: Vec<(Time, u32)>,
    marks: Vec<(Time, Label)>,
}

/// The live nodes at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Nodes that run or are paused.
    pub live: u32,
    /// Those of them that know the last update.
    pub informed: u32,
    /// Whether they all know the same.
    pub agreed: bool,
}

/// Whether a node has not crashed.
pub fn is_live(world: &World<Node>, node: NodeId) -> bool {
    world
        .status(node)
        .is_some_and(|status| status != Status::Down)
}

impl News {
    /// Whether a node knows it.
    pub fn is_known_to(&self, node: &Node) -> bool {
        node.versions().of(self.node.0) >= self.version
    }
}

impl Watch {
    /// Looks at the world after an event.
    pub fn observe(&mut self, world: &World<Node>) {
        let counter = |name| world.counters().get(name).copied().unwrap_or(0);
        let changes = counter(CHANGES);
        let due = self.events + u64::from(world.node_count()) / NODES_PER_EVENT;
        if changes == self.changes && world.event_count() < due {
            return;
        }
        (self.changes, self.events) = (changes, world.event_count());
        let now = world.now();
        let (updates, restarts) = (counter(UPDATES), counter(RESTARTS));
        if updates != self.updates {
            self.updates = updates;
            self.take_news(world);
        }
        if restarts != self.restarts {
            self.restarts = restarts;
            (self.restarted_at, self.caught_up_at) = (Some(now), None);
        }
        let census = self.census(world);
        if self.news.is_some() {
            self.draw(now, census.informed);
            if self.spread_at.is_none() && census.live > 0 && census.informed == census.live {
                self.spread_at = Some(now);
            }
        }
        if self.caught_up_at.is_none() && census.agreed {
            self.caught_up_at = Some(now);
        }
    }

    fn take_news(&mut self, world: &World<Node>) {
        let updated = |id: NodeId| Some((world.node(id).updated_at()?, id));
        let Some((at, node)) = world.ids().filter_map(updated).max() else {
            return;
        };
        let version = world.node(node).versions().of(node.0);
        self.news = Some(News { node, version, at });
        self.spread_at = None;
        if self.marks.len() == MARKS_MAX {
            self.marks.remove(0);
        }
        self.marks
            .push((at, format!("update {}", node.0 + 1).into()));
    }

    /// Counts the live nodes.
    pub fn census(&self, world: &World<Node>) -> Census {
        let mut census = Census::default();
        let mut digest = None;
        let mut agreed = true;
        for id in world.ids().filter(|&id| is_live(world, id)) {
            let node = world.node(id);
            census.live += 1;
            census.informed += u32::from(self.news.is_some_and(|news| news.is_known_to(node)));
            let own = node.versions().digest();
            agreed &= *digest.get_or_insert(own) == own;
        }
        census.agreed = agreed && census.live > 0;
        census
    }

    fn draw(&mut self, now: Time, informed: u32) {
        if self.chart.last().is_some_and(|(_, last)| *last == informed) {
            return;
        }
        if self.chart.len() >= CHART_POINTS_MAX {
            let mut odd = false;
            self.chart.retain(|_| {
                odd = !odd;
                odd
            });
        }
        self.chart.push((now, informed));
    }

    /// The last update.
    pub fn news(&self) -> Option<News> {
        self.news
    }

    /// When every live node first knew the last update.
    pub fn spread_at(&self) -> Option<Time> {
        self.spread_at
    }

    /// When a node last came back, and when all live nodes knew the same after it.
    pub fn catching_up(&self) -> Option<(Time, Option<Time>)> {
        Some((self.restarted_at?, self.caught_up_at))
    }

    /// How many live nodes knew the last update, over time.
    pub fn chart(&self) -> &[(Time, u32)] {
        &self.chart
    }

    /// The last updates with their names.
    pub fn marks(&self) -> &[(Time, Label)] {
        &self.marks
    }

    /// About how many bytes the books hold.
    pub fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + self.chart.capacity() * size_of::<(Time, u32)>()
            + self.marks.capacity() * size_of::<(Time, Label)>()
    }
}
