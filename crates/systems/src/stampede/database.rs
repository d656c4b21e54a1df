//! The database: a limited number of connections, and a line in front of them.

use faultline_sim::{NodeId, Outbox, TimerId};

use super::message::{Message, Timer};
use super::process::{Machine, Setup};
use crate::traffic::{Discipline, Plan, Station};

/// A query: who asks, its number, and the key.
pub type Query = (NodeId, u32, u32);

/// The database.
#[derive(Clone, Debug)]
pub struct Database {
    station: Station<Query>,
    timer: Option<TimerId>,
}

impl Database {
    pub(super) fn new(setup: &Setup) -> Self {
        Self {
            station: Station::new(Plan {
                discipline: Discipline::Fifo,
                workers: setup.connections,
                cores: setup.connections,
                limit: None,
            }),
            timer: None,
        }
    }

    /// Its connections and its line.
    pub fn station(&self) -> &Station<Query> {
        &self.station
    }

    pub(super) fn asked(
        &mut self,
        from: NodeId,
        query: u32,
        key: u32,
        out: &mut Outbox<'_, Machine>,
    ) {
        let work = out.config().query_time;
        // There is no limit, so none is refused.
        let _ = self
            .station
            .arrive(out.own_time(), work, (from, query, key));
        self.schedule(out);
    }

    /// A query may be done.
    pub(super) fn done(&mut self, out: &mut Outbox<'_, Machine>) {
        self.timer = None;
        while let Some(done) = self.station.finish(out.own_time()) {
            let (to, query, key) = done.job.about;
            out.send(to, Message::Row { query, key });
        }
        self.schedule(out);
    }

    /// Sets the timer for the next query that is done; also when the pace has changed.
    pub(super) fn schedule(&mut self, out: &mut Outbox<'_, Machine>) {
        self.station.set_slowness(out.own_time(), out.slowness());
        let Some(next) = self.station.next() else {
            return;
        };
        let after = next.since(out.own_time());
        let moved = self
            .timer
            .is_some_and(|timer| out.reset_timer(timer, after));
        if !moved {
            self.timer = Some(out.set_timer(Timer::Done, after));
        }
    }
}
