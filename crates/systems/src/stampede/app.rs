//! The application: it answers from its cache, and asks the database for what that lacks.

use faultline_sim::{Outbox, Span, Time};
use litemap::LiteMap;

use super::cache::{Cache, Entry, Found, Protection, look};
use super::message::{Asked, Line, Message, Source};
use super::process::{CLIENTS, DATABASE, Machine, Setup};

/// Counters of the run.
pub(super) const QUERIES: &str = "db_queries";
pub(super) const DUPLICATES: &str = "duplicates";
pub(super) const EARLY: &str = "early";
pub(super) const WAITED: &str = "waited";
pub(super) const LINES: &str = "lines";

/// The most lines that it remembers for whoever reads its log.
const LINES_MAX: usize = 8;
/// Queries of another life are numbered from so much further on.
const NUMBERS_OF_A_LIFE: u32 = 1_000_000;

/// A query under way.
#[derive(Clone, Debug)]
pub struct Flight {
    /// The key.
    pub key: u32,
    /// When it was sent.
    pub sent: Time,
    /// The requests that wait for it: the first made it, if it waits at all.
    waiters: Vec<(u32, Source)>,
}

/// The application.
#[derive(Clone, Debug)]
pub struct App {
    cache: Cache,
    flights: LiteMap<u32, Flight>,
    /// For each key how many queries are under way, and the last one that was made.
    under_way: Vec<(u32, u32)>,
    queries: u32,
    lines: Vec<Line>,
    line_count: u32,
    lives: u32,
}

impl App {
    /// With an empty cache.
    pub(super) fn new(setup: &Setup, lives: u32) -> Self {
        Self {
            cache: Cache::new(setup.keys, setup.ttl, setup.protection),
            flights: LiteMap::new(),
            under_way: vec![(0, 0); setup.keys as usize],
            queries: lives.wrapping_mul(NUMBERS_OF_A_LIFE),
            lines: Vec::new(),
            line_count: 0,
            lives,
        }
    }

    /// What it has cached.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Its queries under way, the oldest first.
    pub fn flights(&self) -> impl Iterator<Item = &Flight> {
        self.flights.values()
    }

    /// How many requests wait for them.
    pub fn waiters(&self) -> usize {
        self.flights().map(|flight| flight.waiters.len()).sum()
    }

    /// How many of them wait for a query that another one made.
    pub fn sharing(&self) -> usize {
        let shares = |flight: &Flight| flight.waiters.len().saturating_sub(1);
        self.flights().map(shares).sum()
    }

    /// How often it has restarted.
    pub fn lives(&self) -> u32 {
        self.lives
    }

    /// The lines after the first `seen` of this life, as far as it remembers them.
    pub fn lines_after(&self, seen: u32) -> &[Line] {
        let new = self.line_count.saturating_sub(seen) as usize;
        &self.lines[self.lines.len().saturating_sub(new)..]
    }

    /// How many lines it has written in this life.
    pub fn line_count(&self) -> u32 {
        self.line_count
    }

    pub(super) fn size_bytes(&self) -> usize {
        let waiters = self.flights().map(|flight| flight.waiters.capacity());
        self.cache.size_bytes()
            + self.under_way.capacity() * size_of::<(u32, u32)>()
            + self.flights.len() * size_of::<(u32, Flight)>() * 3 / 2
            + waiters.sum::<usize>() * size_of::<(u32, Source)>()
    }

    /// At its first start everything was cached at the same moment, as after a deployment; the
    /// one key of a herd that asks once has just expired.
    pub(super) fn warm_up(&mut self, out: &mut Outbox<'_, Machine>) {
        let once = out.config().gap.is_none();
        let (cost, keys) = (out.config().query_time, out.config().keys);
        for key in 0..keys {
            let life = self.cache.life(out.random());
            let fresh_until = Time::ZERO + if once { Span::ZERO } else { life };
            let entry = Entry {
                query: 0,
                written: Time::ZERO,
                fresh_until,
                cost,
            };
            self.cache.put(key, entry);
        }
    }

    /// A client asks.
    pub(super) fn asked(&mut self, number: u32, asked: Asked, out: &mut Outbox<'_, Machine>) {
        let (now, protection) = (out.now(), out.config().protection);
        // Above 0, for its logarithm; one draw in every case.
        let draw = 1.0 - out.random().unit();
        let shares = matches!(
            protection,
            Protection::SingleFlight | Protection::StaleLock { .. }
        );
        match look(self.cache.get(asked.key), now, protection, draw) {
            Found::Fresh => answer(number, Source::Cache, out),
            Found::Early => {
                out.count(EARLY, 1);
                self.query(asked, true, Some(number), out);
            }
            Found::Stale => {
                self.say(Line::Stale(asked), out);
                answer(number, Source::Stale, out);
                if self.flight_of(asked.key, out).is_none() {
                    self.query(asked, false, None, out);
                }
            }
            Found::Nothing => match self.flight_of(asked.key, out).filter(|_| shares) {
                Some(query) => self.wait(query, number, asked, out),
                None => self.query(asked, false, Some(number), out),
            },
        }
    }

    /// The last query for a key, if it is under way and not so old that it is taken for lost.
    fn flight_of(&self, key: u32, out: &Outbox<'_, Machine>) -> Option<u32> {
        let (_, query) = *self.under_way.get(key as usize)?;
        let flight = self.flights.get(&query)?;
        (out.now().since(flight.sent) < out.config().lease).then_some(query)
    }

    fn query(
        &mut self,
        asked: Asked,
        early: bool,
        waiter: Option<u32>,
        out: &mut Outbox<'_, Machine>,
    ) {
        let Asked { key, .. } = asked;
        out.count(QUERIES, 1);
        self.queries = self.queries.wrapping_add(1);
        let query = self.queries;
        if let Some((count, last)) = self.under_way.get_mut(key as usize) {
            if *count > 0 {
                out.count(DUPLICATES, 1);
            }
            (*count, *last) = (*count + 1, query);
        }
        let waiters = waiter.map(|number| (number, Source::Query));
        let flight = Flight {
            key,
            sent: out.now(),
            waiters: waiters.into_iter().collect(),
        };
        self.flights.insert(query, flight);
        out.send(DATABASE, Message::Query { query, key });
        let line = Line::Queries {
            asked,
            query,
            early,
        };
        self.say(line, out);
    }

    fn wait(&mut self, query: u32, number: u32, asked: Asked, out: &mut Outbox<'_, Machine>) {
        out.count(WAITED, 1);
        if let Some(flight) = self.flights.get_mut(&query) {
            flight.waiters.push((number, Source::Flight));
        }
        self.say(Line::Waits(asked), out);
    }

    /// The database has answered.
    pub(super) fn answered(&mut self, query: u32, key: u32, out: &mut Outbox<'_, Machine>) {
        // A query of a former life, or an answer that came twice.
        let Some(flight) = self.flights.remove(&query) else {
            return;
        };
        if let Some((count, _)) = self.under_way.get_mut(key as usize) {
            *count = count.saturating_sub(1);
        }
        let now = out.now();
        let life = self.cache.life(out.random());
        let took = now.since(flight.sent);
        let entry = Entry {
            query,
            written: now,
            fresh_until: now + life,
            cost: took,
        };
        self.cache.put(key, entry);
        let answers = flight.waiters.len() as u32;
        for (number, source) in flight.waiters {
            answer(number, source, out);
        }
        let line = Line::Cached {
            key,
            query,
            took,
            answers,
        };
        self.say(line, out);
    }

    /// Every value expires now.
    pub(super) fn expire(&mut self, out: &mut Outbox<'_, Machine>) {
        self.cache.expire(out.now());
        out.note(|| "Every cached value expires");
    }

    /// Every value is forgotten.
    pub(super) fn flush(&mut self, out: &mut Outbox<'_, Machine>) {
        self.cache.flush();
        out.note(|| "Every cached value is forgotten");
    }

    fn say(&mut self, line: Line, out: &mut Outbox<'_, Machine>) {
        out.note(|| line.to_string().trim_start().to_owned());
        out.count(LINES, 1);
        if self.lines.len() == LINES_MAX {
            self.lines.remove(0);
        }
        self.lines.push(line);
        self.line_count = self.line_count.wrapping_add(1);
    }
}

fn answer(number: u32, source: Source, out: &mut Outbox<'_, Machine>) {
    out.send(CLIENTS, Message::Value { number, source });
}
