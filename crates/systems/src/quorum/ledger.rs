//! What the run as a whole shows: which write was acknowledged last, which reads were older, and
//! what happened in which order.

use std::rc::Rc;

use faultline_sim::{NodeId, Status, Time, World};

use super::client::{CLOSED, DECIDED, Kind, Operation};
use super::process::{CLIENT, Machine};

/// The most acknowledged writes that are kept, the latest: enough for every read in progress.
const ACKNOWLEDGED_MAX: usize = 64;
/// The most steps of the story that are kept, the latest.
const STORY_MAX: usize = 64;
/// The most points of the chart; beyond it, every second one goes.
const CHART_POINTS_MAX: usize = 1_000;

/// A step of the story.
#[derive(Clone, Debug)]
pub enum Step {
    /// A machine crashed.
    Crashed {
        /// Which.
        node: NodeId,
        /// Whether it was the only one that was down.
        first: bool,
    },
    /// A machine came back.
    Restarted(NodeId),
    /// An operation is over.
    Done {
        /// The operation.
        operation: Rc<Operation>,
        /// The version that had been acknowledged when it began, if the operation is a read
        /// that returned an older one.
        stale: Option<u32>,
    },
}

/// The run's books.
#[derive(Clone, Debug)]
pub struct Ledger {
    decided: u64,
    closed: u64,
    /// When a version was acknowledged, in the order of time; versions only go up.
    acknowledged: Vec<(Time, u32)>,
    down: Vec<bool>,
    stale_reads: u32,
    reads: u32,
    story: Vec<Step>,
    /// How many operations there were in all.
    operations: u32,
    /// Reads and stale reads, over time.
    chart: Vec<(Time, u32, u32)>,
}

impl Ledger {
    /// Books for so many machines, whose nodes all hold this version.
    pub fn new(machines: u32, version: u32) -> Self {
        Self {
            decided: 0,
            closed: 0,
            acknowledged: vec![(Time::ZERO, version)],
            down: vec![false; machines as usize],
            stale_reads: 0,
            reads: 0,
            story: Vec::new(),
            operations: 0,
            chart: vec![(Time::ZERO, 0, 0)],
        }
    }

    /// Looks at the world after an event.
    pub fn observe(&mut self, world: &World<Machine>) {
        self.notice_crashes(world);
        let Machine::Client(client) = world.node(CLIENT) else {
            return;
        };
        let counter = |name| world.counters().get(name).copied().unwrap_or(0);
        if counter(DECIDED) != self.decided {
            self.decided = counter(DECIDED);
            if let Some(operation) = client.decided() {
                self.judge(operation, world.now());
            }
        }
        if counter(CLOSED) != self.closed {
            self.closed = counter(CLOSED);
            if let Some(operation) = client.closed() {
                self.operations += 1;
                self.tell(Step::Done {
                    stale: self.older_than(operation),
                    operation: Rc::clone(operation),
                });
            }
        }
    }

    fn notice_crashes(&mut self, world: &World<Machine>) {
        for id in world.ids() {
            let down = world.status(id) == Some(Status::Down);
            if std::mem::replace(&mut self.down[id.index()], down) == down {
                continue;
            }
            let first = self.down.iter().filter(|down| **down).count() == 1;
            self.tell(if down {
                Step::Crashed { node: id, first }
            } else {
                Step::Restarted(id)
            });
        }
    }

    fn judge(&mut self, operation: &Operation, now: Time) {
        match (&operation.kind, &operation.answer) {
            (Kind::Read, Some(_)) => {
                self.reads += 1;
                self.stale_reads += u32::from(self.older_than(operation).is_some());
                self.draw(now);
            }
            (Kind::Write(new), Some(_)) if new.version > self.version() => {
                if self.acknowledged.len() == ACKNOWLEDGED_MAX {
                    self.acknowledged.remove(0);
                }
                self.acknowledged.push((now, new.version));
            }
            _ => {}
        }
    }

    /// The version that a read should have returned at least, if it returned an older one.
    fn older_than(&self, operation: &Operation) -> Option<u32> {
        let answer = operation.answer.as_ref()?;
        let before = |(at, _): &&(Time, u32)| *at <= operation.started;
        let (_, version) = self.acknowledged.iter().rev().find(before)?;
        (operation.kind == Kind::Read && answer.version < *version).then_some(*version)
    }

    fn tell(&mut self, step: Step) {
        if self.story.len() == STORY_MAX {
            self.story.remove(0);
        }
        self.story.push(step);
    }

    fn draw(&mut self, now: Time) {
        if self.chart.len() >= CHART_POINTS_MAX {
            let mut odd = false;
            self.chart.retain(|_| {
                odd = !odd;
                odd
            });
        }
        self.chart.push((now, self.reads, self.stale_reads));
    }

    /// The last version that was acknowledged.
    pub fn version(&self) -> u32 {
        self.acknowledged.last().map_or(0, |(_, version)| *version)
    }

    /// Reads that returned an older version than the last one acknowledged before they began.
    pub fn stale_reads(&self) -> u32 {
        self.stale_reads
    }

    /// The last steps of the story, in order.
    pub fn story(&self) -> &[Step] {
        &self.story
    }

    /// How many operations are over.
    pub fn operations(&self) -> u32 {
        self.operations
    }

    /// How many reads had an answer, and how many of those were stale, over time.
    pub fn chart(&self) -> &[(Time, u32, u32)] {
        &self.chart
    }

    /// About how many bytes the books hold.
    pub fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + self.acknowledged.capacity() * size_of::<(Time, u32)>()
            + self.story.capacity() * (size_of::<Step>() + size_of::<Operation>())
            + self.chart.capacity() * size_of::<(Time, u32, u32)>()
    }
}
