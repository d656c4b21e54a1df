//! The books of a run: each client's trace of passes and refusals over the level of its gate,
//! and how many passed close to each other.

use std::collections::VecDeque;

use faultline_sim::{NodeId, Span, Time, World};

use super::client::{Heard, PASSED};
use super::limiter::{Decision, Gate};
use super::process::{DECISIONS, Decided, Machine, SERVER, Setup};
use crate::traffic::Latencies;

/// The trace goes back so many windows of the quota.
const SHOWN_WINDOWS: f64 = 10.0;
/// The most points of a level's line, and of marks on it; the oldest go first.
const POINTS_MAX: usize = 400;
const MARKS_MAX: usize = 250;
/// The most results that the text tells, the latest.
const STORY_MAX: usize = 24;
/// What passes within this share of a window passes at once.
const AT_ONCE: f64 = 0.1;
/// The moving window of latencies.
const LATENCIES_OVER: Span = Span::from_secs(10);

/// What came of a request at the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passed at once.
    Passed,
    /// It passed after a wait in the bucket.
    Waited,
    /// It was refused.
    Refused,
}

/// A client's trace.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The gate as the last request left it.
    gate: Gate,
    at: Time,
    level: VecDeque<(Time, f32)>,
    marks: VecDeque<(Time, Verdict)>,
    /// Times of the last passes, as many as can matter for the greatest counts.
    passes: VecDeque<Time>,
    window_max: u32,
    at_once_max: u32,
    /// How many of its requests it has heard to have passed.
    allowed: u64,
}

/// The run's books.
#[derive(Clone, Debug)]
pub struct Watch {
    window: Span,
    decisions: u64,
    passed: u64,
    traces: Vec<Trace>,
    latencies: Latencies,
    story: VecDeque<(NodeId, Verdict)>,
    told: u64,
}

/// The server's state.
fn server(world: &World<Machine>) -> Option<&super::process::Server> {
    match world.node(SERVER) {
        Machine::Server(server) => Some(server),
        Machine::Client(_) => None,
    }
}

/// How many of these moments, of which the last is now, are less than a span ago.
fn within(moments: &VecDeque<Time>, now: Time, span: Span) -> u32 {
    let recent = moments.iter().rev();
    recent.take_while(|at| now.since(**at) < span).count() as u32
}

impl Trace {
    fn new(gate: Gate) -> Self {
        Self {
            level: VecDeque::from([(Time::ZERO, gate.level(Time::ZERO) as f32)]),
            gate,
            at: Time::ZERO,
            marks: VecDeque::new(),
            passes: VecDeque::new(),
            window_max: 0,
            at_once_max: 0,
            allowed: 0,
        }
    }

    fn point(&mut self, at: Time, level: f64) {
        if self.level.len() == POINTS_MAX {
            self.level.pop_front();
        }
        self.level.push_back((at, level as f32));
    }

    /// Follows the level from the last request to a moment.
    fn follow(gate: &Gate, from: Time, to: Time, mut point: impl FnMut(Time, f64)) {
        for bend in gate.bends(from, to) {
            // Just before it and at it: the level may jump.
            let before = Time(bend.as_nanos().saturating_sub(1)).max(from);
            point(before, gate.level(before));
            point(bend, gate.level(bend));
        }
        point(to, gate.level(to));
    }

    /// A request of the key that this trace shows was decided on.
    fn step(&mut self, gate: &Gate, at: Time) {
        let mut points = Vec::new();
        let note = |at, level| points.push((at, level));
        Self::follow(&self.gate, self.at, at, note);
        points.push((at, gate.level(at)));
        for (at, level) in points {
            self.point(at, level);
        }
        self.gate = gate.clone();
        self.at = at;
    }

    fn mark(&mut self, at: Time, verdict: Verdict, window: Span) {
        if self.marks.len() == MARKS_MAX {
            self.marks.pop_front();
        }
        self.marks.push_back((at, verdict));
        if verdict == Verdict::Refused {
            return;
        }
        while self
            .passes
            .front()
            .is_some_and(|one| at.since(*one) >= window)
        {
            self.passes.pop_front();
        }
        self.passes.push_back(at);
        self.window_max = self.window_max.max(within(&self.passes, at, window));
        let at_once = within(&self.passes, at, window.scaled(AT_ONCE));
        self.at_once_max = self.at_once_max.max(at_once);
    }

    /// The requests with what came of them, in the order of time.
    pub fn marks(&self) -> impl Iterator<Item = (Time, Verdict)> + use<'_> {
        self.marks.iter().copied()
    }

    /// The level up to a moment not before the last request, as corners of a line.
    pub fn level(&self, now: Time) -> Vec<(Time, f64)> {
        let past = self.level.iter();
        let mut line: Vec<(Time, f64)> = past.map(|(at, level)| (*at, f64::from(*level))).collect();
        Self::follow(&self.gate, self.at, now, |at, level| line.push((at, level)));
        line
    }

    /// The level at a moment not before the last request.
    pub fn level_now(&self, now: Time) -> f64 {
        self.gate.level(now)
    }
}

impl Watch {
    /// Books for these clients.
    pub fn new(setup: &Setup) -> Self {
        // To a limiter, a client that it has not seen is as good as a fresh gate.
        let gate = Gate::fresh(setup.algorithm, setup.quota, Time::ZERO);
        Self {
            window: setup.quota.window(),
            decisions: 0,
            passed: 0,
            traces: vec![Trace::new(gate); setup.clients.len()],
            latencies: Latencies::new(LATENCIES_OVER),
            story: VecDeque::new(),
            told: 0,
        }
    }

    /// Looks at the world after an event.
    pub fn observe(&mut self, world: &World<Machine>) {
        let counter = |name| world.counters().get(name).copied().unwrap_or(0);
        if counter(DECISIONS) != self.decisions {
            self.decisions = counter(DECISIONS);
            if let Some((decided, server)) = server(world).and_then(|it| Some((it.last()?, it))) {
                self.decided(decided, world.config(), |client| {
                    server.limiter().gate(client).cloned()
                });
            }
        }
        if counter(PASSED) != self.passed {
            self.passed = counter(PASSED);
            self.measure(world);
        }
    }

    fn decided(
        &mut self,
        Decided {
            client,
            at,
            decision,
        }: Decided,
        setup: &Setup,
        gate: impl Fn(NodeId) -> Option<Gate>,
    ) {
        let verdict = match decision {
            Decision::Pass { wait: Span::ZERO } => Verdict::Passed,
            Decision::Pass { .. } => Verdict::Waited,
            Decision::Refuse { .. } => Verdict::Refused,
        };
        for (one, trace) in setup.clients().zip(&mut self.traces) {
            // A shared gate is everybody's.
            if (setup.shared || one == client)
                && let Some(gate) = gate(one)
            {
                trace.step(&gate, at);
            }
            if one == client {
                trace.mark(at, verdict, self.window);
            }
        }
        if self.story.len() == STORY_MAX {
            self.story.pop_front();
        }
        self.story.push_back((client, verdict));
        self.told += 1;
    }

    /// A client has heard that a request passed: the one whose counter has gone up.
    fn measure(&mut self, world: &World<Machine>) {
        let setup = world.config();
        let clients = setup.clients().zip(&setup.clients).zip(&mut self.traces);
        for ((client, profile), trace) in clients {
            let [_, allowed, _] = profile.counters;
            let allowed = world.counters().get(allowed).copied().unwrap_or(0);
            if std::mem::replace(&mut trace.allowed, allowed) != allowed
                && let Machine::Client(client) = world.node(client)
                && let Some(Heard::Ok(latency)) = client.heard()
            {
                self.latencies.record(world.now(), latency);
            }
        }
    }

    /// A client's trace.
    pub fn trace(&self, client: NodeId) -> Option<&Trace> {
        self.traces.get(client.index().checked_sub(1)?)
    }

    /// How far back the trace is shown.
    pub fn shown(&self) -> Span {
        self.window.scaled(SHOWN_WINDOWS)
    }

    /// Latencies of requests that passed.
    pub fn latencies(&self) -> &Latencies {
        &self.latencies
    }

    /// The most requests of one client that passed within a window.
    pub fn window_max(&self) -> u32 {
        let most = self.traces.iter().map(|trace| trace.window_max);
        most.max().unwrap_or(0)
    }

    /// The most requests of one client that passed within a tenth of a window.
    pub fn at_once_max(&self) -> u32 {
        let most = self.traces.iter().map(|trace| trace.at_once_max);
        most.max().unwrap_or(0)
    }

    /// The last requests with what came of them, and how many there were in all.
    pub fn story(&self) -> (&VecDeque<(NodeId, Verdict)>, u64) {
        (&self.story, self.told)
    }

    /// About how many bytes the books hold.
    pub fn size_bytes(&self) -> usize {
        let trace = |one: &Trace| {
            size_of::<Trace>()
                + one.level.capacity() * size_of::<(Time, f32)>()
                + one.marks.capacity() * size_of::<(Time, Verdict)>()
                + one.passes.capacity() * size_of::<Time>()
        };
        size_of::<Self>()
            + self.traces.iter().map(trace).sum::<usize>()
            + self.latencies.size_bytes()
            + self.story.capacity() * size_of::<(NodeId, Verdict)>()
    }
}
