//! What the run as a whole shows: who leads, for how long nobody or two did, and the nodes' logs.

use std::collections::VecDeque;

use faultline_sim::{NodeId, Span, Status, Time, World};

use super::message::Line;
use super::process::{LINES, Node};

/// The most lines of the log that are kept, the latest.
const LOG_LINES_MAX: usize = 300;
/// The most points of the chart; beyond it, every second one goes.
const CHART_POINTS_MAX: usize = 1_000;

/// The most changes of roles that are kept, the latest.
const ROLES_MAX: usize = 512;

/// What a node is, for the picture of who led when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It takes itself for the leader.
    Leads,
    /// It takes this one for the leader.
    Follows(NodeId),
    /// It knows no leader.
    Searches,
    /// It is frozen, as whatever it was.
    Paused,
    /// It has crashed.
    Down,
}

/// The run's books.
#[derive(Clone, Debug)]
pub struct Watch {
    /// What each node is, and since when.
    roles: Vec<(Role, Time)>,
    /// What nodes were before: who, what, and from when until when.
    past: VecDeque<(NodeId, Role, Time, Time)>,
    leaders: u32,
    leaders_max: u32,
    /// Since when there are so many leaders.
    since: Time,
    /// Time in the past without a leader, and with more than one.
    leaderless: Span,
    doubled: Span,
    /// Since when there is more than one without a break.
    doubled_since: Option<Time>,
    /// Whether that once lasted longer than the time-out.
    overlapped: bool,
    agreed: bool,
    events: u64,
    lines: u64,
    /// How much of each node's log is copied: of the life that began then, so many lines.
    copied: Vec<(Time, u32)>,
    log: Vec<(Time, NodeId, Line)>,
    chart: Vec<(Time, u32)>,
}

/// Whether a node runs; one that is paused does not.
pub fn is_up(world: &World<Node>, node: NodeId) -> bool {
    world.status(node) == Some(Status::Up)
}

/// The running nodes that take themselves for the leader, in order.
pub fn leaders(world: &World<Node>) -> impl Iterator<Item = NodeId> {
    world
        .ids()
        .filter(|&id| is_up(world, id) && world.node(id).leader() == Some(id))
}

/// How many running nodes take this one for the leader.
pub fn followers(world: &World<Node>, leader: NodeId) -> u32 {
    let follows = |id: &NodeId| is_up(world, *id) && world.node(*id).leader() == Some(leader);
    world.ids().filter(follows).count() as u32
}

/// How many nodes run.
pub fn running(world: &World<Node>) -> u32 {
    world.ids().filter(|&id| is_up(world, id)).count() as u32
}

fn role_of(world: &World<Node>, node: NodeId) -> Role {
    match world.status(node) {
        Some(Status::Up) => match world.node(node).leader() {
            Some(leader) if leader == node => Role::Leads,
            Some(leader) => Role::Follows(leader),
            None => Role::Searches,
        },
        Some(Status::Paused) => Role::Paused,
        Some(Status::Down) | None => Role::Down,
    }
}

impl Watch {
    /// Books for so many nodes.
    pub fn new(nodes: u32) -> Self {
        Self {
            roles: vec![(Role::Searches, Time::ZERO); nodes as usize],
            past: VecDeque::new(),
            leaders: 0,
            leaders_max: 0,
            since: Time::ZERO,
            leaderless: Span::ZERO,
            doubled: Span::ZERO,
            doubled_since: None,
            overlapped: false,
            agreed: false,
            events: 0,
            lines: 0,
            copied: vec![(Time::ZERO, 0); nodes as usize],
            log: Vec::new(),
            chart: Vec::new(),
        }
    }

    /// Looks at the world after an event.
    pub fn observe(&mut self, world: &World<Node>) {
        let now = world.now();
        self.copy_lines(world);
        self.note_roles(world);
        let count = leaders(world).count() as u32;
        if count != self.leaders || self.chart.is_empty() {
            (self.leaderless, self.doubled) = (self.leaderless(now), self.doubled(now));
            (self.leaders, self.since) = (count, now);
            self.leaders_max = self.leaders_max.max(count);
            let doubled_since = self.doubled_since.unwrap_or(now);
            self.doubled_since = (count > 1).then_some(doubled_since);
            self.draw(now);
        }
        // Only events count: a run that was looked at in between must not differ from one that
        // was not.
        if self.events != world.event_count() {
            self.events = world.event_count();
            let long = |since: Time| now.since(since) > world.config().timeout;
            self.overlapped |= self.doubled_since.is_some_and(long);
        }
        self.agreed |= leaders(world)
            .next()
            .is_some_and(|leader| count == 1 && followers(world, leader) == running(world));
    }

    fn note_roles(&mut self, world: &World<Node>) {
        let now = world.now();
        for (id, (role, since)) in world.ids().zip(&mut self.roles) {
            let new = role_of(world, id);
            if new == *role {
                continue;
            }
            // What lasted no time was not to be seen.
            if now > *since {
                if self.past.len() == ROLES_MAX {
                    self.past.pop_front();
                }
                self.past.push_back((id, *role, *since, now));
            }
            (*role, *since) = (new, now);
        }
    }

    fn copy_lines(&mut self, world: &World<Node>) {
        let lines = world.counters().get(LINES).copied().unwrap_or(0);
        if lines == self.lines {
            return;
        }
        self.lines = lines;
        for (id, copied) in world.ids().zip(&mut self.copied) {
            let node = world.node(id);
            if copied.0 != node.started_at() {
                *copied = (node.started_at(), 0);
            }
            let new = node.lines_after(copied.1).iter();
            self.log.extend(new.map(|line| (world.now(), id, *line)));
            copied.1 = node.line_count();
        }
        let surplus = self.log.len().saturating_sub(LOG_LINES_MAX);
        self.log.drain(..surplus);
    }

    fn draw(&mut self, now: Time) {
        if self.chart.len() >= CHART_POINTS_MAX {
            let mut odd = false;
            self.chart.retain(|_| {
                odd = !odd;
                odd
            });
        }
        self.chart.push((now, self.leaders));
    }

    /// How long there was no leader.
    pub fn leaderless(&self, now: Time) -> Span {
        self.leaderless + self.lasted(self.leaders == 0, now)
    }

    /// How long there was more than one leader.
    pub fn doubled(&self, now: Time) -> Span {
        self.doubled + self.lasted(self.leaders > 1, now)
    }

    fn lasted(&self, counts: bool, now: Time) -> Span {
        if counts {
            now.since(self.since)
        } else {
            Span::ZERO
        }
    }

    /// The most leaders there were at once.
    pub fn leaders_max(&self) -> u32 {
        self.leaders_max
    }

    /// Whether two nodes led at once for longer than the time-out.
    pub fn overlapped(&self) -> bool {
        self.overlapped
    }

    /// Whether all running nodes once followed the same leader.
    pub fn agreed(&self) -> bool {
        self.agreed
    }

    /// The nodes' logs, in the order of time.
    pub fn log(&self) -> &[(Time, NodeId, Line)] {
        &self.log
    }

    /// What a node was, stretch by stretch, up to now.
    pub fn roles_of(&self, node: NodeId, now: Time) -> impl Iterator<Item = (Role, Time, Time)> {
        let past = self.past.iter().filter(move |(one, ..)| *one == node);
        let past = past.map(|(_, role, from, to)| (*role, *from, *to));
        let last = self.roles.get(node.index()).copied();
        past.chain(last.map(|(role, since)| (role, since, now)))
    }

    /// How many leaders there were, over time.
    pub fn chart(&self) -> &[(Time, u32)] {
        &self.chart
    }

    /// About how many bytes the books hold.
    pub fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + self.roles.capacity() * size_of::<(Role, Time)>()
            + self.past.capacity() * size_of::<(NodeId, Role, Time, Time)>()
            + self.copied.capacity() * size_of::<(Time, u32)>()
            + self.log.capacity() * size_of::<(Time, NodeId, Line)>()
            + self.chart.capacity() * size_of::<(Time, u32)>()
    }
}
