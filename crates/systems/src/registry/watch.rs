//! What the run as a whole shows, seen from outside: which nodes run and which are listed, whom
//! the registry took out although it ran, and how that agrees with theory.

use std::collections::VecDeque;

use faultline_sim::{NodeId, Span, Status, Time, World};

use super::client::CALLS_SENT;
use super::process::{EXPIRED, Machine, REGISTRATIONS, REGISTRY};
use super::table::{Entry, Table};
use super::theory::expiries_per_s;

/// The most steps of the story that are kept, the latest.
const STORY_MAX: usize = 64;
/// The most changes of roles that are kept, the latest.
const ROLES_MAX: usize = 512;
/// The most points of the chart; beyond it, every second one goes.
const CHART_POINTS_MAX: usize = 1_000;

/// A node as it is, and as the registry has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It runs and is listed.
    Listed,
    /// It is listed and does not run.
    Dead,
    /// It runs and is not listed.
    Missing,
    /// It neither runs nor is listed.
    Gone,
}

/// A step of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A node was listed.
    Registered(NodeId),
    /// The registry took a node out.
    Expired(NodeId),
}

/// How long how many nodes could expire wrongly under which loss, for what theory expects of that.
#[derive(Clone, Copy, Debug)]
struct Exposure {
    since: Time,
    at_risk: u32,
    loss_percent: f64,
    per_s: f64,
    /// Expected before `since`.
    before: f64,
}

impl Exposure {
    fn expected(&self, now: Time) -> f64 {
        let seconds = now.since(self.since).as_secs_f64();
        self.before + self.per_s * f64::from(self.at_risk) * seconds
    }
}

/// What the books say of a node.
#[derive(Clone, Copy, Debug)]
struct Line {
    role: Role,
    since: Time,
    registered_at: Option<Time>,
    /// When it last stopped running while it was listed.
    died_at: Option<Time>,
}

/// The run's books.
#[derive(Clone, Debug)]
pub struct Watch {
    lines: Vec<Line>,
    past: VecDeque<(NodeId, Role, Time, Time)>,
    registrations: u64,
    expired: u64,
    expired_running: u32,
    detected: Option<Span>,
    sent: u64,
    calls_to_dead: u32,
    complete: bool,
    /// Whether a node once ran unlisted for longer than it takes to notice.
    forgotten: bool,
    events: u64,
    exposure: Option<Exposure>,
    story: VecDeque<Step>,
    steps: u32,
    /// Listed and running nodes over time.
    chart: Vec<(Time, u32, u32)>,
}

/// The registry's table; none while it is down, for then it holds nothing.
pub fn table(world: &World<Machine>) -> Option<&Table> {
    match world.node(REGISTRY) {
        Machine::Registry(table) if world.status(REGISTRY) != Some(Status::Down) => Some(table),
        _ => None,
    }
}

/// Whether a node runs; one that is paused does not.
pub fn is_up(world: &World<Machine>, node: NodeId) -> bool {
    world.status(node) == Some(Status::Up)
}

fn role(up: bool, listed: bool) -> Role {
    match (up, listed) {
        (true, true) => Role::Listed,
        (false, true) => Role::Dead,
        (true, false) => Role::Missing,
        (false, false) => Role::Gone,
    }
}

impl Watch {
    /// Books for so many nodes.
    pub fn new(nodes: u32) -> Self {
        let line = Line {
            role: Role::Missing,
            since: Time::ZERO,
            registered_at: None,
            died_at: None,
        };
        Self {
            lines: vec![line; nodes as usize],
            past: VecDeque::new(),
            registrations: 0,
            expired: 0,
            expired_running: 0,
            detected: None,
            sent: 0,
            calls_to_dead: 0,
            complete: false,
            forgotten: false,
            events: 0,
            exposure: None,
            story: VecDeque::new(),
            steps: 0,
            chart: Vec::new(),
        }
    }

    /// Looks at the world after an event.
    pub fn observe(&mut self, world: &World<Machine>) {
        let counter = |name| world.counters().get(name).copied().unwrap_or(0);
        let expired = counter(EXPIRED) != self.expired;
        let registered = counter(REGISTRATIONS) != self.registrations;
        (self.expired, self.registrations) = (counter(EXPIRED), counter(REGISTRATIONS));
        self.compare(world, expired, registered);
        self.count_dead_calls(world, counter(CALLS_SENT));
        self.expose(world);
        let (listed, running) = (
            self.listed(),
            self.count(Role::Listed) + self.count(Role::Missing),
        );
        self.complete |= running > 0 && self.count(Role::Missing) == 0;
        self.draw(world.now(), listed, running);
        // Only events count: a run that was looked at in between must not differ from one that
        // was not.
        if self.events != world.event_count() {
            self.events = world.event_count();
            let setup = world.config();
            // The next heartbeat tells it, and a lost one or a lost answer costs one more each.
            let patience = setup.heartbeat_every.scaled(3.0) + setup.timeout;
            let late = |line: &Line| {
                line.role == Role::Missing && world.now().since(line.since) > patience
            };
            self.forgotten |= self.lines.iter().any(late);
        }
    }

    /// Compares the registry's table with who runs, node by node.
    fn compare(&mut self, world: &World<Machine>, expired: bool, registered: bool) {
        let now = world.now();
        let mut entries = table(world).map_or(&[] as &[Entry], Table::entries).iter();
        let mut next = entries.next();
        let mut steps = Vec::new();
        for (node, line) in (1..).map(NodeId).zip(&mut self.lines) {
            let entry = next.filter(|entry| entry.node == node);
            if entry.is_some() {
                next = entries.next();
            }
            let up = is_up(world, node);
            let was_listed = line.registered_at.is_some();
            let registered_at = entry.map(|entry| entry.registered_at);
            if !up && line.died_at.is_none() {
                line.died_at = Some(now);
            }
            if was_listed && entry.is_none() && expired {
                steps.push(Step::Expired(node));
                self.expired_running += u32::from(up);
                if let Some(at) = line.died_at {
                    self.detected = Some(now.since(at));
                }
            }
            if registered && entry.is_some() && registered_at != line.registered_at {
                steps.push(Step::Registered(node));
            }
            if up {
                line.died_at = None;
            }
            line.registered_at = registered_at;
            let role = role(up, entry.is_some());
            if role != line.role {
                // What lasted no time was not to be seen.
                if now > line.since {
                    if self.past.len() == ROLES_MAX {
                        self.past.pop_front();
                    }
                    self.past.push_back((node, line.role, line.since, now));
                }
                (line.role, line.since) = (role, now);
            }
        }
        for step in steps {
            self.steps += 1;
            if self.story.len() == STORY_MAX {
                self.story.pop_front();
            }
            self.story.push_back(step);
        }
    }

    fn count_dead_calls(&mut self, world: &World<Machine>, sent: u64) {
        if sent == self.sent {
            return;
        }
        self.sent = sent;
        if let Machine::Client(client) = world.node(world.config().client())
            && let Some(target) = client.target()
            && !is_up(world, target)
        {
            self.calls_to_dead += 1;
        }
    }

    fn expose(&mut self, world: &World<Machine>) {
        let at_risk = if !is_up(world, REGISTRY) {
            0
        } else if world.config().tells_unknown {
            // Theory's cycle holds the time until a node is listed again.
            self.count(Role::Listed) + self.count(Role::Missing)
        } else {
            self.count(Role::Listed)
        };
        let loss_percent = world.network().default_link().loss_percent;
        let same = |old: &Exposure| (old.at_risk, old.loss_percent) == (at_risk, loss_percent);
        if self.exposure.as_ref().is_some_and(same) {
            return;
        }
        let now = world.now();
        self.exposure = Some(Exposure {
            since: now,
            at_risk,
            loss_percent,
            per_s: expiries_per_s(world.config(), loss_percent / 100.0),
            before: self.expired_running_expected(now),
        });
    }

    fn draw(&mut self, now: Time, listed: u32, running: u32) {
        let new = (listed, running);
        if self
            .chart
            .last()
            .is_some_and(|last| (last.1, last.2) == new)
        {
            return;
        }
        if self.chart.len() >= CHART_POINTS_MAX {
            let mut odd = false;
            self.chart.retain(|_| {
                odd = !odd;
                odd
            });
        }
        self.chart.push((now, listed, running));
    }

    /// What a node is now.
    pub fn role(&self, node: NodeId) -> Option<Role> {
        let line = self.lines.get(node.index().checked_sub(1)?)?;
        Some(line.role)
    }

    /// How many nodes are so now.
    pub fn count(&self, role: Role) -> u32 {
        let of_role = self.lines.iter().filter(|line| line.role == role);
        of_role.count() as u32
    }

    /// How many entries there are.
    pub fn listed(&self) -> u32 {
        self.count(Role::Listed) + self.count(Role::Dead)
    }

    /// What a node was, stretch by stretch, up to now.
    pub fn roles_of(&self, node: NodeId, now: Time) -> impl Iterator<Item = (Role, Time, Time)> {
        let past = self.past.iter().filter(move |(one, ..)| *one == node);
        let past = past.map(|(_, role, from, to)| (*role, *from, *to));
        let place = node.index().checked_sub(1);
        let last = place.and_then(|place| self.lines.get(place));
        past.chain(last.map(|line| (line.role, line.since, now)))
    }

    /// Entries that were taken out although their nodes ran.
    pub fn expired_running(&self) -> u32 {
        self.expired_running
    }

    /// How many of those theory expects so far.
    pub fn expired_running_expected(&self, now: Time) -> f64 {
        self.exposure.map_or(0.0, |exposure| exposure.expected(now))
    }

    /// How long the last dead node was still listed.
    pub fn detected(&self) -> Option<Span> {
        self.detected
    }

    /// Calls to nodes that did not run when they were called.
    pub fn calls_to_dead(&self) -> u32 {
        self.calls_to_dead
    }

    /// Whether once all nodes that ran were listed.
    pub fn complete(&self) -> bool {
        self.complete
    }

    /// Whether a node once ran unlisted for longer than it takes to notice.
    pub fn forgotten(&self) -> bool {
        self.forgotten
    }

    /// What happened last, and how many steps there were in all.
    pub fn story(&self) -> (&VecDeque<Step>, u32) {
        (&self.story, self.steps)
    }

    /// Listed and running nodes over time.
    pub fn chart(&self) -> &[(Time, u32, u32)] {
        &self.chart
    }

    /// About how many bytes the books hold.
    pub fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + self.lines.capacity() * size_of::<Line>()
            + self.past.capacity() * size_of::<(NodeId, Role, Time, Time)>()
            + self.story.capacity() * size_of::<Step>()
            + self.chart.capacity() * size_of::<(Time, u32, u32)>()
    }
}
