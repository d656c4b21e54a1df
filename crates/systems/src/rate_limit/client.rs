//! A client: it makes requests at its own pace, and hears 200 or 429.

use faultline_sim::{Outbox, Span, Time, TimerId};

use super::message::{Message, Timer};
use super::process::{Machine, Profile, SERVER};
use crate::traffic::{Answer, Arrivals, Calls, Source};

/// How long a client waits for an answer.
const TIMEOUT: Span = Span::from_secs(5);
/// Each life of a client numbers its requests from here on, times the number of its restarts.
const NUMBERS_PER_LIFE: u32 = 1_000_000;

/// Counters of the run.
pub(super) const PASSED: &str = "passed";
pub(super) const HELD: &str = "held";
pub(super) const TIMED_OUT: &str = "timed_out";

/// What a client heard last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// 200, after this time.
    Ok(Span),
    /// 429, with so many seconds to wait.
    TooMany(u64),
    /// Nothing in time.
    Nothing,
}

/// A client.
#[derive(Clone, Debug)]
pub struct Client {
    source: Option<Source>,
    calls: Calls<()>,
    deadline: Option<TimerId>,
    /// Until when it makes no requests, because it was told so.
    held_until: Option<Time>,
    heard: Option<Heard>,
}

impl Client {
    pub(super) fn new(profile: &Profile) -> Self {
        Self {
            source: profile.arrivals.map(Source::new),
            calls: Calls::new(TIMEOUT),
            deadline: None,
            held_until: None,
            heard: None,
        }
    }

    /// What it heard last.
    pub fn heard(&self) -> Option<Heard> {
        self.heard
    }

    /// How many of its requests have no answer yet.
    pub fn open(&self) -> usize {
        self.calls.open()
    }

    /// Until when it holds its requests back.
    pub fn held_until(&self) -> Option<Time> {
        self.held_until
    }

    fn profile<'o>(out: &'o Outbox<'_, Machine>) -> Option<&'o Profile> {
        out.config().profile(out.me())
    }

    /// Adds to one of its counters: 0 sent, 1 allowed, 2 rejected.
    fn count(which: usize, out: &mut Outbox<'_, Machine>) {
        if let Some(name) = Self::profile(out).map(|profile| profile.counters[which]) {
            out.count(name, 1);
        }
    }

    /// Users begin at random moments, or all would meet a window at the same place for ever.
    fn begin(&self, out: &mut Outbox<'_, Machine>) {
        let Some(source) = &self.source else {
            return;
        };
        let share = out.random().unit();
        let first = source.first(out.random());
        let first = match source.arrivals() {
            Arrivals::Every(_) => first.scaled(share),
            Arrivals::Poisson(_) | Arrivals::Batches { .. } => first,
        };
        out.set_timer(Timer::Next, first);
    }

    pub(super) fn start(&mut self, out: &mut Outbox<'_, Machine>) {
        self.begin(out);
        let bursts = Self::profile(out).map(|profile| profile.bursts.clone());
        for (after, requests) in bursts.unwrap_or_default() {
            out.set_timer(Timer::Burst(requests), after);
        }
    }

    /// A client that comes back goes on at its pace; its bursts are over.
    pub(super) fn restart(&mut self, out: &mut Outbox<'_, Machine>) {
        let lives = out.write_disk(|lives| {
            *lives = lives.saturating_add(1);
            *lives
        });
        let last = lives.wrapping_mul(NUMBERS_PER_LIFE);
        self.calls = Calls::new(TIMEOUT).numbered_after(last);
        self.begin(out);
    }

    pub(super) fn next(&mut self, out: &mut Outbox<'_, Machine>) {
        let Some(source) = &mut self.source else {
            return;
        };
        let due = source.due(out.random());
        if let Some(next) = due.next {
            out.set_timer(Timer::Next, next);
        }
        for _ in 0..due.requests {
            self.request(out);
        }
    }

    pub(super) fn burst(&mut self, requests: u32, out: &mut Outbox<'_, Machine>) {
        for _ in 0..requests {
            self.request(out);
        }
    }

    fn request(&mut self, out: &mut Outbox<'_, Machine>) {
        let now = out.now();
        if self.held_until.is_some_and(|until| now < until) {
            out.count(HELD, 1);
            return;
        }
        self.held_until = None;
        let number = self.calls.send(now, ());
        Self::count(0, out);
        out.send(SERVER, Message::Request { number });
        if self.deadline.is_none() {
            self.deadline = Some(out.set_timer(Timer::Timeout, TIMEOUT));
        }
    }

    pub(super) fn passed(&mut self, number: u32, out: &mut Outbox<'_, Machine>) {
        let latency = match self.calls.answer(out.now(), number) {
            Answer::InTime { latency, .. } | Answer::Late { latency } => latency,
            Answer::Unknown => return,
        };
        self.heard = Some(Heard::Ok(latency));
        Self::count(1, out);
        out.count(PASSED, 1);
    }

    pub(super) fn refused(&mut self, number: u32, seconds: u64, out: &mut Outbox<'_, Machine>) {
        if matches!(self.calls.answer(out.now(), number), Answer::Unknown) {
            return;
        }
        self.heard = Some(Heard::TooMany(seconds));
        Self::count(2, out);
        if out.config().honours {
            let until = out.now() + Span::from_secs(seconds);
            self.held_until = self.held_until.max(Some(until));
        }
    }

    pub(super) fn give_up(&mut self, out: &mut Outbox<'_, Machine>) {
        let now = out.now();
        while self.calls.expired(now).is_some() {
            self.heard = Some(Heard::Nothing);
            out.count(TIMED_OUT, 1);
        }
        let next = self.calls.deadline();
        self.deadline = next.map(|at| out.set_timer(Timer::Timeout, at.since(now)));
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.calls.size_bytes()
    }
}
