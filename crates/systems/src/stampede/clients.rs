//! All clients together: they ask at the same moment, or each now and then.

use faultline_sim::{Outbox, Purpose, Span, Stream, Time};

use super::message::{Asked, Message, Source, Timer};
use super::process::{APP, Machine, Setup};
use crate::traffic::{Answer, Arrivals, Calls, Latencies};

/// Counters and a summary of the run.
pub(super) const REQUESTS: &str = "requests";
pub(super) const ANSWERED: &str = "answered";
pub(super) const HITS: &str = "hits";
pub(super) const STALE: &str = "stale";
pub(super) const LATENCY_MS: &str = "latency_ms";

/// When they ask that ask once.
pub(super) const HERD_AT: Span = Span::from_millis(1_500);
/// Percentiles of latency are those of so much time.
pub(super) const WINDOW: Span = Span::from_secs(5);
/// Requests of another life are numbered from so much further on.
const NUMBERS_OF_A_LIFE: u32 = 1_000_000;

/// The clients.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Draws when they ask, who asks and for what, and nothing else.
    workload: Stream,
    arrivals: Option<Arrivals>,
    calls: Calls<Asked>,
    latencies: Latencies,
    longest: Span,
}

impl Clients {
    pub(super) fn new(setup: &Setup, lives: u32) -> Self {
        // Many Poisson processes together are one that is as much denser.
        let together = |gap: Span| Arrivals::Poisson(gap.scaled(1.0 / f64::from(setup.clients)));
        Self {
            workload: Stream::derive(setup.seed, Purpose::Workload, lives.into()),
            arrivals: setup.gap.map(together),
            // They have all the time in the world.
            calls: Calls::new(Span::MAX).numbered_after(lives.wrapping_mul(NUMBERS_OF_A_LIFE)),
            latencies: Latencies::new(WINDOW),
            longest: Span::ZERO,
        }
    }

    /// Requests without an answer so far.
    pub fn calls(&self) -> &Calls<Asked> {
        &self.calls
    }

    /// How long answers took.
    pub fn latencies(&self) -> &Latencies {
        &self.latencies
    }

    /// How long the longest took.
    pub fn longest(&self) -> Span {
        self.longest
    }

    pub(super) fn size_bytes(&self) -> usize {
        size_of::<Self>() + self.calls.size_bytes() + self.latencies.size_bytes()
    }

    pub(super) fn start(&mut self, out: &mut Outbox<'_, Machine>) {
        match self.arrivals {
            Some(_) => self.wait(out),
            None => {
                out.set_timer(Timer::Next, HERD_AT);
            }
        }
    }

    /// Who asks once asks not again.
    pub(super) fn restart(&mut self, out: &mut Outbox<'_, Machine>) {
        if self.arrivals.is_some() {
            self.wait(out);
        }
    }

    fn wait(&mut self, out: &mut Outbox<'_, Machine>) {
        let gap = self.arrivals.and_then(|one| one.gap(&mut self.workload));
        if let Some(gap) = gap {
            out.set_timer(Timer::Next, gap);
        }
    }

    /// Somebody asks, or all do.
    pub(super) fn next(&mut self, out: &mut Outbox<'_, Machine>) {
        if self.arrivals.is_none() {
            self.herd(out);
            return;
        }
        let draw = |random: &mut Stream, of: u32| random.index(of as usize) as u32;
        let asked = Asked {
            client: draw(&mut self.workload, out.config().clients),
            key: draw(&mut self.workload, out.config().keys),
        };
        self.ask(asked, out);
        self.wait(out);
    }

    /// All ask for the first key at once.
    pub(super) fn herd(&mut self, out: &mut Outbox<'_, Machine>) {
        for client in 0..out.config().clients {
            self.ask(Asked { client, key: 0 }, out);
        }
    }

    fn ask(&mut self, asked: Asked, out: &mut Outbox<'_, Machine>) {
        out.count(REQUESTS, 1);
        let number = self.calls.send(out.now(), asked);
        out.send(APP, Message::Get { number, asked });
    }

    pub(super) fn answered(&mut self, number: u32, source: Source, out: &mut Outbox<'_, Machine>) {
        let Answer::InTime { latency, .. } = self.calls.answer(out.now(), number) else {
            return;
        };
        out.count(ANSWERED, 1);
        match source {
            Source::Cache => out.count(HITS, 1),
            Source::Stale => out.count(STALE, 1),
            Source::Query | Source::Flight => {}
        }
        out.sample(LATENCY_MS, latency.as_millis_f64());
        self.latencies.record(out.now(), latency);
        self.longest = self.longest.max(latency);
    }

    /// How long the longest wait has been, of requests with and without an answer.
    pub fn longest_so_far(&self, now: Time) -> Span {
        let oldest = self.calls.iter().next();
        let waits = oldest.map_or(Span::ZERO, |(_, sent, _)| now.since(sent));
        self.longest.max(waits)
    }
}
