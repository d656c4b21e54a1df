//! A client: it makes calls, through its breaker if it has one, and tries again what failed.

use faultline_sim::{NodeId, Outbox, Purpose, Span, Stream, Time, TimerId};

use super::machine::{Breaker, Permit, State};
use super::message::{End, Line, Message, Outcome, Timer, Try};
use super::process::{Backoff, Machine, SERVER, SHOWN, Setup};
use crate::traffic::{Answer, Arrivals, Calls, Source};

/// Counters of the run.
pub(super) const CALLS: &str = "calls";
pub(super) const OK: &str = "ok";
pub(super) const FAILED: &str = "failed";
pub(super) const SPARED: &str = "spared";
pub(super) const ATTEMPTS: &str = "attempts";
pub(super) const RETRIES: &str = "retries";
pub(super) const TIMEOUTS: &str = "timeouts";
pub(super) const LATE: &str = "late";
pub(super) const OPENED: &str = "opened";
pub(super) const CLOSED: &str = "closed";
pub(super) const LINES: &str = "lines";

/// The most lines that a client remembers for whoever reads its log: more than one event writes,
/// for all calls under way may be given up at once.
const LINES_MAX: usize = 64;
/// A program that sleeps between calls wakes a little late.
const LATE_WAKING: (Span, Span) = (Span::from_micros(100), Span::from_millis(1));
/// The longest wait before another try, in first waits.
const WAITS_MAX: u64 = 64;
/// Messages of a client's next life are numbered from so much further on.
const NUMBERS_OF_A_LIFE: u32 = 1_000_000;

/// A message to the server that has no reply so far.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// The call it is for.
    pub of: Try,
    permit: Option<Permit>,
}

/// A client.
#[derive(Clone, Debug)]
pub struct Client {
    source: Source,
    /// Draws when calls are made and how much work they are, and nothing else.
    workload: Stream,
    calls: Calls<Attempt>,
    /// How many calls it has begun.
    begun: u32,
    breaker: Option<Breaker>,
    deadline: Option<TimerId>,
    lines: Vec<Line>,
    line_count: u32,
    lives: u32,
}

impl Client {
    pub(super) fn new(setup: &Setup, id: NodeId, lives: u32) -> Self {
        let index = u64::from(lives) << 32 | u64::from(id.0);
        let calls = Calls::new(setup.timeout);
        Self {
            source: Source::new(setup.arrivals),
            workload: Stream::derive(setup.seed, Purpose::Workload, index),
            calls: calls.numbered_after(lives.wrapping_mul(NUMBERS_OF_A_LIFE)),
            begun: 0,
            breaker: setup.breaker.map(Breaker::new),
            deadline: None,
            lines: Vec::new(),
            line_count: 0,
            lives,
        }
    }

    /// Its breaker, if it has one.
    pub fn breaker(&self) -> Option<&Breaker> {
        self.breaker.as_ref()
    }

    /// Its messages without a reply so far.
    pub fn calls(&self) -> &Calls<Attempt> {
        &self.calls
    }

    /// Whether it still waits for the reply to a message.
    pub fn waits_for(&self, number: u32) -> bool {
        self.calls.get(number).is_some()
    }

    /// How many calls it has begun in this life.
    pub fn begun(&self) -> u32 {
        self.begun
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
        self.calls.size_bytes() + self.lines.capacity() * size_of::<Line>()
    }

    pub(super) fn start(&mut self, out: &mut Outbox<'_, Machine>) {
        let first = self.source.first(&mut self.workload);
        let pause = match self.source.arrivals() {
            Arrivals::Batches { pause, .. } => pause,
            Arrivals::Every(gap) | Arrivals::Poisson(gap) => gap,
        };
        // Clients are not started at one moment; the first is the one that begins.
        let offset = self.workload.span(Span::ZERO, pause);
        let after = if out.me() == SHOWN || first > Span::ZERO {
            first
        } else {
            offset
        };
        if after == Span::ZERO {
            self.next(out);
        } else {
            out.set_timer(Timer::Next, after);
        }
    }

    /// The time for a call has come.
    pub(super) fn next(&mut self, out: &mut Outbox<'_, Machine>) {
        let due = self.source.due(&mut self.workload);
        if let Some(next) = due.next {
            out.set_timer(Timer::Next, next);
        }
        for _ in 0..due.requests {
            self.begun = self.begun.wrapping_add(1);
            out.count(CALLS, 1);
            let one = Try {
                call: self.begun,
                before: 0,
                began: out.now(),
                work: out.config().demand.draw(&mut self.workload),
            };
            self.attempt(one, out);
        }
    }

    /// Asks the server, if the breaker lets it.
    fn attempt(&mut self, one: Try, out: &mut Outbox<'_, Machine>) {
        let now = out.now();
        let mut permit = None;
        if self.breaker.is_some() {
            permit = self.through_breaker(|breaker| breaker.ask(now), out);
            if permit.is_none() {
                out.count(SPARED, 1);
                self.over(one, End::FastFail, out);
                return;
            }
        }
        let number = self.calls.send(now, Attempt { of: one, permit });
        out.count(ATTEMPTS, 1);
        let work = one.work;
        out.send(SERVER, Message::Call { number, work });
        self.watch_deadline(out);
    }

    /// One timer watches over the oldest message.
    fn watch_deadline(&mut self, out: &mut Outbox<'_, Machine>) {
        if self.deadline.is_none()
            && let Some(deadline) = self.calls.deadline()
        {
            let after = deadline.since(out.now());
            self.deadline = Some(out.set_timer(Timer::Deadline, after));
        }
    }

    /// The server has replied.
    pub(super) fn hear(&mut self, message: Message, out: &mut Outbox<'_, Machine>) {
        let Message::Reply { number, outcome } = message else {
            return;
        };
        match self.calls.answer(out.now(), number) {
            Answer::InTime { call, .. } => {
                self.ended(call.about, End::Replied(outcome), out);
            }
            Answer::Late { .. } => {
                if outcome == Outcome::Healthy {
                    out.count(LATE, 1);
                }
            }
            Answer::Unknown => {}
        }
    }

    /// The oldest message may be too old.
    pub(super) fn give_up(&mut self, out: &mut Outbox<'_, Machine>) {
        self.deadline = None;
        while let Some(call) = self.calls.expired(out.now()) {
            out.count(TIMEOUTS, 1);
            self.ended(call.about, End::TimedOut, out);
        }
        self.watch_deadline(out);
    }

    /// A try is over: the breaker hears of it, and the call is over or tried again.
    fn ended(&mut self, attempt: Attempt, end: End, out: &mut Outbox<'_, Machine>) {
        let now = out.now();
        if let Some(permit) = attempt.permit {
            self.through_breaker(
                |breaker| match end.is_ok() {
                    true => breaker.succeed(permit, now),
                    false => breaker.fail(permit, now),
                },
                out,
            );
        }
        let before = attempt.of.before;
        let next = Try {
            before: before + 1,
            ..attempt.of
        };
        if end.is_ok() || before >= out.config().retries {
            self.over(next, end, out);
        } else {
            let wait = wait(before, out);
            out.set_timer(Timer::Retry(next), wait);
        }
    }

    /// The wait before another try is over.
    pub(super) fn again(&mut self, one: Try, out: &mut Outbox<'_, Machine>) {
        out.count(RETRIES, 1);
        self.attempt(one, out);
    }

    /// A call is over, after so many tries.
    fn over(&mut self, one: Try, end: End, out: &mut Outbox<'_, Machine>) {
        out.count(if end.is_ok() { OK } else { FAILED }, 1);
        let line = Line::Over {
            call: one.call,
            tries: one.before,
            end,
            took: out.now().since(one.began),
            failures: self.breaker.map_or(0, |breaker| breaker.failures()),
        };
        self.say(line, out);
        let (least, most) = LATE_WAKING;
        let late = out.random().span(least, most);
        if let Some(pause) = self.source.over() {
            out.set_timer(Timer::Next, pause + late);
        }
    }

    /// Does something with the breaker, and says when its state has changed.
    fn through_breaker<R: Default>(
        &mut self,
        act: impl FnOnce(&mut Breaker) -> R,
        out: &mut Outbox<'_, Machine>,
    ) -> R {
        let Some(breaker) = &mut self.breaker else {
            return R::default();
        };
        let from = breaker.state();
        let result = act(breaker);
        let (to, failures) = (breaker.state(), breaker.failures());
        if from != to {
            match to {
                State::Open => out.count(OPENED, 1),
                State::Closed => out.count(CLOSED, 1),
                State::HalfOpen => {}
            }
            self.say(Line::Change { from, to, failures }, out);
        }
        result
    }

    fn say(&mut self, line: Line, out: &mut Outbox<'_, Machine>) {
        out.note(|| line.to_string());
        out.count(LINES, 1);
        if self.lines.len() == LINES_MAX {
            self.lines.remove(0);
        }
        self.lines.push(line);
        self.line_count += 1;
    }

    /// When its oldest message was sent; none if all have been answered.
    pub fn waits_since(&self) -> Option<Time> {
        self.calls.iter().next().map(|(_, sent, _)| sent)
    }
}

/// How long to wait before another try, after so many.
fn wait(before: u32, out: &mut Outbox<'_, Machine>) -> Span {
    // One draw in every case, so that another policy moves no later draw.
    let share = out.random().unit();
    let times = 1_u64.checked_shl(before).unwrap_or(WAITS_MAX);
    let first = out.config().retry_pause;
    let whole = Span(first.as_nanos().saturating_mul(times.min(WAITS_MAX)));
    match out.config().backoff {
        Backoff::None => Span::ZERO,
        Backoff::Exponential => whole,
        Backoff::Jitter => whole.scaled(share),
    }
}
