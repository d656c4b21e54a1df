//! What the run as a whole shows: queue and latency over time, how many queries ran at once for
//! the same key, and the application's log.

use std::collections::VecDeque;

use faultline_sim::{Span, Time, World};

use super::app::{DUPLICATES, LINES, QUERIES};
use super::clients::REQUESTS;
use super::message::Line;
use super::process::{APP, CLIENTS, DATABASE, Machine};
use crate::traffic::Percentiles;

/// The most lines of the log that are kept, the latest.
const LOG_LINES_MAX: usize = 400;
/// From one look at queue and latency to the next.
pub const LOOK_EVERY: Span = Span::from_millis(250);
/// The most looks that are kept; beyond it, every second one goes.
const LOOKS_MAX: usize = 1_200;

/// Queue and latency at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    /// When.
    pub at: Time,
    /// Queries that the database works on.
    pub serving: u32,
    /// Queries in its line.
    pub waiting: u32,
    /// Requests without an answer.
    pub open: u32,
    /// Latencies of late; none while there were none.
    pub latency: Option<Percentiles>,
}

/// The run's books.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    events: u64,
    lines: u64,
    /// Of which life of the application so many lines are copied.
    copied: (u32, u32),
    log: VecDeque<(Time, Line)>,
    looks: Vec<Look>,
    /// How many looks one stands for, since every second one has gone so many times.
    stride: u64,
    /// The number of the next look.
    next: u64,
    last: Look,
    queue_max: u32,
    active_max: u32,
}

impl Watch {
    /// Looks at the world after an event.
    pub fn observe(&mut self, world: &World<Machine>) {
        self.copy_lines(world);
        // Only events count: a run that was looked at in between must not differ from one that
        // was not.
        if self.events == world.event_count() {
            return;
        }
        self.events = world.event_count();
        let now = world.now();
        while Time(LOOK_EVERY.0.saturating_mul(self.next)) <= now {
            self.take(world);
        }
        self.last = Look {
            at: now,
            latency: None,
            ..look(world)
        };
        self.queue_max = self.queue_max.max(self.last.waiting);
        let active = self.last.waiting + self.last.serving;
        self.active_max = self.active_max.max(active);
    }

    /// Notes what was true up to this event.
    fn take(&mut self, world: &World<Machine>) {
        let at = Time(LOOK_EVERY.0.saturating_mul(self.next));
        let number = self.next;
        self.next += 1;
        let stride = self.stride.max(1);
        if !number.is_multiple_of(stride) {
            return;
        }
        if self.looks.len() >= LOOKS_MAX {
            let mut odd = false;
            self.looks.retain(|_| {
                odd = !odd;
                odd
            });
            self.stride = stride * 2;
        }
        let clients = world.node(CLIENTS).clients();
        let latency = clients.and_then(|clients| clients.latencies().recent(at));
        self.looks.push(Look {
            at,
            latency,
            ..self.last
        });
    }

    fn copy_lines(&mut self, world: &World<Machine>) {
        let lines = world.counters().get(LINES).copied().unwrap_or(0);
        if lines == self.lines {
            return;
        }
        self.lines = lines;
        let Some(app) = world.node(APP).app() else {
            return;
        };
        if self.copied.0 != app.lives() {
            self.copied = (app.lives(), 0);
        }
        let new = app.lines_after(self.copied.1).iter();
        self.log.extend(new.map(|line| (world.now(), *line)));
        self.copied.1 = app.line_count();
        let surplus = self.log.len().saturating_sub(LOG_LINES_MAX);
        self.log.drain(..surplus);
    }

    /// Queue and latency over time.
    pub fn looks(&self) -> &[Look] {
        &self.looks
    }

    /// What was true since the last event.
    pub fn last(&self) -> &Look {
        &self.last
    }

    /// The application's log.
    pub fn log(&self) -> impl DoubleEndedIterator<Item = &(Time, Line)> {
        self.log.iter()
    }

    /// The longest that the database's line has been.
    pub fn queue_max(&self) -> u32 {
        self.queue_max
    }

    /// The most queries that were at the database at once, in its line or worked on.
    pub fn active_max(&self) -> u32 {
        self.active_max
    }

    /// About how many bytes the books hold.
    pub fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + self.log.capacity() * size_of::<(Time, Line)>()
            + self.looks.capacity() * size_of::<Look>()
    }
}

/// Queue and requests now.
fn look(world: &World<Machine>) -> Look {
    let database = world.node(DATABASE).database();
    let station = database.map(super::database::Database::station);
    let waiting = station.map_or(0, |station| station.waiting() as u32);
    let clients = world.node(CLIENTS).clients();
    Look {
        at: world.now(),
        serving: station.map_or(0, |station| station.active() - waiting),
        waiting,
        open: clients.map_or(0, |clients| clients.calls().open() as u32),
        latency: None,
    }
}

/// How many queries brought what another brought at the same time.
pub fn duplicates(world: &World<Machine>) -> u64 {
    counter(world, DUPLICATES)
}

/// How many queries there were.
pub fn queries(world: &World<Machine>) -> u64 {
    counter(world, QUERIES)
}

/// How many requests there were.
pub fn requests(world: &World<Machine>) -> u64 {
    counter(world, REQUESTS)
}

/// A counter of the run.
pub fn counter(world: &World<Machine>, name: &str) -> u64 {
    world.counters().get(name).copied().unwrap_or(0)
}
