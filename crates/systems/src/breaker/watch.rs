//! What the run as a whole shows: who was in which state when, what happened second by second,
//! how long calls went on failing after the server had recovered, and the clients' logs.

use std::collections::VecDeque;

use faultline_sim::{NodeId, Span, Status, Time, World};

use super::client::{ATTEMPTS, CALLS, FAILED, LATE, LINES, OK, SPARED};
use super::machine::State;
use super::message::Line;
use super::process::{Machine, SERVER, SHOWN};
use super::server::RECOVERIES;

/// The most lines of the log that are kept, the latest.
const LOG_LINES_MAX: usize = 400;
/// The most changes of roles that are kept, the latest.
const ROLES_MAX: usize = 512;
/// The most machines whose roles are watched: the server and the first clients.
pub const WATCHED_MAX: usize = 7;
/// What happened is counted over so much time each.
pub const BUCKET: Span = Span::from_secs(1);
/// The most such counts that are kept, the latest.
const BUCKETS_MAX: usize = 600;

/// What a machine is, for the picture of what it was when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A client whose breaker is in this state.
    Breaker(State),
    /// A client without a breaker, or the server while it works.
    Works,
    /// The server while it fails.
    Fails,
    /// It is frozen.
    Paused,
    /// It has crashed.
    Down,
}

/// What happened in a stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bucket {
    /// When it ended.
    pub end: Time,
    /// Calls that began.
    pub calls: u64,
    /// Calls that succeeded.
    pub ok: u64,
    /// Calls that failed.
    pub failed: u64,
    /// Messages to the server.
    pub attempts: u64,
    /// Messages that an open circuit spared it.
    pub spared: u64,
    /// Replies that came when nobody waited for them any more.
    pub late: u64,
    /// Calls in the server's queue at the end.
    pub queue: u32,
}

/// A call that is over, or a change of a breaker, as it stands in the log.
pub type Entry = (Time, NodeId, Line);

/// The run's books.
#[derive(Clone, Debug)]
pub struct Watch {
    /// What each watched machine is, and since when.
    roles: Vec<(Role, Time)>,
    /// What they were before: who, what, and from when until when.
    past: VecDeque<(NodeId, Role, Time, Time)>,
    /// The last change of the breaker that is drawn.
    last_change: Option<(State, State)>,
    lines: u64,
    /// How much of each client's log is copied: of which life, so many lines.
    copied: Vec<(u32, u32)>,
    log: VecDeque<Entry>,
    events: u64,
    /// Counters at the end of the last bucket, and at the last look.
    counted: Bucket,
    seen: Bucket,
    buckets: VecDeque<Bucket>,
    queue_max: u32,
    /// How long callers have waited for calls that failed.
    waited: Span,
    recoveries: u64,
    recovered_at: Option<Time>,
    /// When a call last failed after that.
    failed_at: Option<Time>,
}

fn role_of(world: &World<Machine>, node: NodeId) -> Role {
    match (world.status(node), world.node(node)) {
        (Some(Status::Down) | None, _) => Role::Down,
        (Some(Status::Paused), _) => Role::Paused,
        (_, Machine::Server(server)) if server.failing() => Role::Fails,
        (_, Machine::Server(_)) => Role::Works,
        (_, Machine::Client(client)) => match client.breaker() {
            Some(breaker) => Role::Breaker(breaker.state()),
            None => Role::Works,
        },
    }
}

impl Watch {
    /// Books for so many machines.
    pub fn new(machines: u32, breakers: bool) -> Self {
        let watched = (machines as usize).min(WATCHED_MAX);
        let client = if breakers {
            Role::Breaker(State::Closed)
        } else {
            Role::Works
        };
        let mut roles = vec![(client, Time::ZERO); watched];
        roles[SERVER.index()].0 = Role::Works;
        Self {
            roles,
            past: VecDeque::new(),
            last_change: None,
            lines: 0,
            copied: vec![(0, 0); machines as usize],
            log: VecDeque::new(),
            events: 0,
            counted: Bucket::default(),
            seen: Bucket::default(),
            buckets: VecDeque::new(),
            queue_max: 0,
            waited: Span::ZERO,
            recoveries: 0,
            recovered_at: None,
            failed_at: None,
        }
    }

    /// Looks at the world after an event.
    pub fn observe(&mut self, world: &World<Machine>) {
        self.note_roles(world);
        self.note_recovery(world);
        self.copy_lines(world);
        // Only events count: a run that was looked at in between must not differ from one that
        // was not.
        if self.events != world.event_count() {
            self.events = world.event_count();
            self.fill_buckets(world.now());
            self.seen = count(world);
            self.queue_max = self.queue_max.max(self.seen.queue);
        }
    }

    fn note_roles(&mut self, world: &World<Machine>) {
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

    fn note_recovery(&mut self, world: &World<Machine>) {
        let recoveries = world.counters().get(RECOVERIES).copied().unwrap_or(0);
        if recoveries != self.recoveries {
            self.recoveries = recoveries;
            (self.recovered_at, self.failed_at) = (Some(world.now()), None);
        }
    }

    fn copy_lines(&mut self, world: &World<Machine>) {
        let lines = world.counters().get(LINES).copied().unwrap_or(0);
        if lines == self.lines {
            return;
        }
        self.lines = lines;
        for (id, copied) in world.ids().zip(&mut self.copied) {
            let Some(client) = world.node(id).client() else {
                continue;
            };
            if copied.0 != client.lives() {
                *copied = (client.lives(), 0);
            }
            for &line in client.lines_after(copied.1) {
                match line {
                    Line::Change { from, to, .. } if id == SHOWN => {
                        self.last_change = Some((from, to));
                    }
                    Line::Over { end, took, .. } if !end.is_ok() => {
                        self.waited = Span(self.waited.0.saturating_add(took.0));
                        self.failed_at = self.recovered_at.and(Some(world.now()));
                    }
                    _ => {}
                }
                self.log.push_back((world.now(), id, line));
            }
            copied.1 = client.line_count();
        }
        let surplus = self.log.len().saturating_sub(LOG_LINES_MAX);
        self.log.drain(..surplus);
    }

    /// Ends the buckets that were over before this event.
    fn fill_buckets(&mut self, now: Time) {
        loop {
            let end = self.counted.end + BUCKET;
            if end > now {
                return;
            }
            self.counted.end = end;
            self.push_bucket(end);
        }
    }

    fn push_bucket(&mut self, end: Time) {
        if self.buckets.len() == BUCKETS_MAX {
            self.buckets.pop_front();
        }
        let bucket = between(&self.counted, &self.seen, end);
        self.buckets.push_back(bucket);
        self.counted = Bucket { end, ..self.seen };
    }

    /// What happened, bucket by bucket, the oldest first.
    pub fn buckets(&self) -> impl Iterator<Item = &Bucket> {
        self.buckets.iter()
    }

    /// The last change of the breaker that is drawn.
    pub fn last_change(&self) -> Option<(State, State)> {
        self.last_change
    }

    /// The clients' logs, in the order of time.
    pub fn log(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.log.iter()
    }

    /// What a machine was, stretch by stretch, up to now.
    pub fn roles_of(&self, node: NodeId, now: Time) -> impl Iterator<Item = (Role, Time, Time)> {
        let past = self.past.iter().filter(move |(one, ..)| *one == node);
        let past = past.map(|(_, role, from, to)| (*role, *from, *to));
        let last = self.roles.get(node.index()).copied();
        past.chain(last.map(|(role, since)| (role, since, now)))
    }

    /// How many machines have their roles watched.
    pub fn watched(&self) -> u32 {
        self.roles.len() as u32
    }

    /// The longest that the server's queue has been.
    pub fn queue_max(&self) -> u32 {
        self.queue_max
    }

    /// How long callers have waited for calls that failed, all together.
    pub fn waited(&self) -> Span {
        self.waited
    }

    /// How long after the server's last recovery calls still failed; none if it never recovered.
    pub fn failed_after_recovery(&self) -> Option<Span> {
        let recovered = self.recovered_at?;
        Some(self.failed_at.map_or(Span::ZERO, |at| at.since(recovered)))
    }

    /// About how many bytes the books hold.
    pub fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + self.roles.capacity() * size_of::<(Role, Time)>()
            + self.past.capacity() * size_of::<(NodeId, Role, Time, Time)>()
            + self.copied.capacity() * size_of::<(u32, u32)>()
            + self.log.capacity() * size_of::<Entry>()
            + self.buckets.capacity() * size_of::<Bucket>()
    }
}

/// The counters at a moment.
fn count(world: &World<Machine>) -> Bucket {
    let counter = |name| world.counters().get(name).copied().unwrap_or(0);
    let waiting = world
        .node(SERVER)
        .server()
        .map_or(0, |server| server.station().waiting());
    Bucket {
        end: world.now(),
        calls: counter(CALLS),
        ok: counter(OK),
        failed: counter(FAILED),
        attempts: counter(ATTEMPTS),
        spared: counter(SPARED),
        late: counter(LATE),
        queue: u32::try_from(waiting).unwrap_or(u32::MAX),
    }
}

/// What happened between two counts.
fn between(before: &Bucket, after: &Bucket, end: Time) -> Bucket {
    Bucket {
        end,
        calls: after.calls - before.calls,
        ok: after.ok - before.ok,
        failed: after.failed - before.failed,
        attempts: after.attempts - before.attempts,
        spared: after.spared - before.spared,
        late: after.late - before.late,
        queue: after.queue,
    }
}
