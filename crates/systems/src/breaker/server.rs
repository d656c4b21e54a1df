//! The flaky server: it works off its queue, or fails as it is told to.

use faultline_sim::{NodeId, Outbox, Span, TimerId, World};

use super::message::{Ask, Message, Outcome, Timer};
use super::process::{Failing, Machine, Setup};
use crate::traffic::{Discipline, Plan, Station};

/// Counters of the run.
pub(super) const FAILS: &str = "fails";
pub(super) const RECOVERIES: &str = "recoveries";
pub(super) const SERVED: &str = "served";

/// A server that hangs is so many times as slow: the most that a station can be.
const HANGING: f64 = 10_000.0;

/// The server.
#[derive(Clone, Debug)]
pub struct Server {
    failing: bool,
    station: Station<(NodeId, u32)>,
    timer: Option<TimerId>,
}

impl Server {
    pub(super) fn new(setup: &Setup) -> Self {
        let plan = Plan {
            discipline: Discipline::Fifo,
            workers: setup.workers,
            cores: setup.workers,
            limit: Some(setup.queue + setup.workers),
        };
        Self {
            failing: false,
            station: Station::new(plan),
            timer: None,
        }
    }

    /// Whether it fails.
    pub fn failing(&self) -> bool {
        self.failing
    }

    /// Its workers and its queue.
    pub fn station(&self) -> &Station<(NodeId, u32)> {
        &self.station
    }

    /// How many calls wait in its queue for callers who have given up.
    pub fn waiting_in_vain(&self, world: &World<Machine>) -> usize {
        let line = self.station.line().map(|job| job.about);
        line.filter(|&(caller, number)| {
            let caller = world.node(caller).client();
            !caller.is_some_and(|caller| caller.waits_for(number))
        })
        .count()
    }

    /// Whether it works on nothing at all.
    fn hangs(&self, out: &Outbox<'_, Machine>) -> bool {
        self.failing && out.config().failing == Failing::Hang
    }

    pub(super) fn hear(&mut self, from: NodeId, message: Message, out: &mut Outbox<'_, Machine>) {
        let Message::Call { number, work } = message else {
            return;
        };
        let refused = if self.failing && out.config().failing == Failing::Error {
            Some(Outcome::Failing)
        } else {
            let about = (from, number);
            let taken = self.station.arrive(out.own_time(), work, about);
            taken.err().map(|_| Outcome::Busy)
        };
        if let Some(outcome) = refused {
            out.send(from, Message::Reply { number, outcome });
        }
        self.schedule(out);
    }

    /// A call may be done.
    pub(super) fn done(&mut self, out: &mut Outbox<'_, Machine>) {
        self.timer = None;
        while let Some(done) = self.station.finish(out.own_time()) {
            let (to, number) = done.job.about;
            let outcome = Outcome::Healthy;
            out.send(to, Message::Reply { number, outcome });
            out.count(SERVED, 1);
        }
        self.schedule(out);
    }

    pub(super) fn asked(&mut self, ask: Ask, out: &mut Outbox<'_, Machine>) {
        self.failing = ask == Ask::Fail;
        let (counter, note) = if self.failing {
            (FAILS, "Fails from now on")
        } else {
            (RECOVERIES, "Works again")
        };
        out.count(counter, 1);
        out.note(|| note);
        self.schedule(out);
    }

    /// Sets the timer for the next call that is done; also when the pace has changed.
    pub(super) fn schedule(&mut self, out: &mut Outbox<'_, Machine>) {
        let hangs = self.hangs(out);
        let slowness = if hangs { HANGING } else { out.slowness() };
        self.station.set_slowness(out.own_time(), slowness);
        let next = self.station.next().filter(|_| !hangs);
        let Some(next) = next else {
            if let Some(timer) = self.timer.take() {
                out.cancel_timer(timer);
            }
            return;
        };
        let after: Span = next.since(out.own_time());
        let moved = self
            .timer
            .is_some_and(|timer| out.reset_timer(timer, after));
        if !moved {
            self.timer = Some(out.set_timer(Timer::Done, after));
        }
    }
}
