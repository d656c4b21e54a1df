//! The client: it makes requests, waits for the answers, and gives up in time.

use std::rc::Rc;

use faultline_sim::{NodeId, Outbox, Span};

use super::message::{Body, Message, Reply, Request, Rpc, Timer};
use super::process::{Machine, Setup, Workload, numbers_of_life};
use super::report;
use crate::traffic::{Answer, Calls, Source};

/// Counters of the run.
pub(super) const LATE: &str = "late";

/// A request as the client keeps it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What it asked.
    pub rpc: Rpc,
    /// Whom.
    pub to: NodeId,
    /// Whether a user asked, and not the client by itself.
    pub by_hand: bool,
}

/// How a request ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was asked.
    pub asked: Asked,
    /// How long it took.
    pub latency: Span,
    /// The answer; none if the client gave up.
    pub reply: Option<Reply>,
}

/// The client.
#[derive(Clone, Debug)]
pub struct Client {
    source: Source,
    calls: Calls<Asked>,
    /// Requests that it made by itself.
    made: u64,
    /// Whether a timer waits for the oldest call.
    waking: bool,
    /// How many of its events had something to show, and what the last of them was.
    shown: u64,
    fresh: Vec<Outcome>,
    /// Requests that were sent in that event.
    sent: u32,
}

impl Client {
    pub(super) fn boot(setup: &Setup) -> Self {
        Self {
            source: Source::new(setup.arrivals),
            calls: Calls::new(setup.timeout),
            made: 0,
            waking: false,
            shown: 0,
            fresh: Vec::new(),
            sent: 0,
        }
    }

    /// Its requests under way.
    pub fn calls(&self) -> &Calls<Asked> {
        &self.calls
    }

    /// How many of its events sent or ended a request; how many requests the last of them sent;
    /// how those ended that it ended.
    pub fn shown(&self) -> (u64, u32, &[Outcome]) {
        (self.shown, self.sent, &self.fresh)
    }

    /// Something is about to happen that may be worth showing.
    fn begin(&mut self) {
        self.shown = self.shown.wrapping_add(1);
        self.fresh.clear();
        self.sent = 0;
    }

    pub(super) fn start(&mut self, lives: u32, out: &mut Outbox<'_, Machine>) {
        let timeout = out.config().timeout;
        self.calls = Calls::new(timeout).numbered_after(numbers_of_life(lives));
        let after = self.source.first(out.random());
        out.set_timer(Timer::Send, after);
    }

    /// The moment of its next requests has come.
    pub(super) fn send(&mut self, out: &mut Outbox<'_, Machine>) {
        self.begin();
        let due = self.source.due(out.random());
        let setup = Rc::clone(out.config());
        for _ in 0..due.requests {
            self.made += 1;
            let rpc = match setup.workload {
                Workload::Puts => {
                    let key = &setup.keys[(self.made % setup.keys.len() as u64) as usize];
                    Rpc::Put(key.clone(), setup.value.clone())
                }
                Workload::PutThenGets if self.made == 1 => {
                    Rpc::Put(setup.key.clone(), setup.value.clone())
                }
                Workload::PutThenGets => Rpc::Get(setup.key.clone()),
            };
            let work = setup.demand.draw(out.random());
            let to = setup.asks;
            self.call(rpc, work, (to, false), out);
        }
        if let Some(next) = due.next {
            out.set_timer(Timer::Send, next);
        }
    }

    /// A user asks for a request.
    pub(super) fn call_by_hand(
        &mut self,
        to: Option<NodeId>,
        rpc: Rpc,
        out: &mut Outbox<'_, Machine>,
    ) {
        self.begin();
        // No draw, so that the client's own requests stay what they are.
        let work = out.config().demand.mean();
        let to = to.unwrap_or(out.config().asks);
        self.call(rpc, work, (to, true), out);
    }

    fn call(
        &mut self,
        rpc: Rpc,
        work: Span,
        (to, by_hand): (NodeId, bool),
        out: &mut Outbox<'_, Machine>,
    ) {
        let asked = Asked {
            rpc: rpc.clone(),
            to,
            by_hand,
        };
        let number = self.calls.send(out.now(), asked);
        out.send(to, Message::Request(Request { number, rpc, work }));
        self.sent += 1;
        self.wake(out);
    }

    /// An answer came.
    pub(super) fn reply(&mut self, reply: Reply, out: &mut Outbox<'_, Machine>) {
        match self.calls.answer(out.now(), reply.number) {
            Answer::InTime { call, latency } => {
                self.begin();
                let outcome = Outcome {
                    asked: call.about,
                    latency,
                    reply: Some(reply),
                };
                self.end(outcome, out);
            }
            Answer::Late { .. } => out.count(LATE, 1),
            Answer::Unknown => {}
        }
    }

    /// The oldest request may have waited too long.
    pub(super) fn give_up(&mut self, out: &mut Outbox<'_, Machine>) {
        self.waking = false;
        self.begin();
        while let Some(call) = self.calls.expired(out.now()) {
            let outcome = Outcome {
                latency: out.now().since(call.sent),
                asked: call.about,
                reply: None,
            };
            self.end(outcome, out);
        }
        self.wake(out);
    }

    fn end(&mut self, outcome: Outcome, out: &mut Outbox<'_, Machine>) {
        let answered = |reply: &Reply| !matches!(reply.body, Body::Missing(_) | Body::Refused);
        if outcome.asked.by_hand {
            let setup = Rc::clone(out.config());
            out.note(|| report::answer(&outcome, &setup));
        } else {
            if !outcome.reply.as_ref().is_some_and(answered) {
                let setup = Rc::clone(out.config());
                out.note(|| report::line(&outcome, &setup));
            }
            if let Some(pause) = self.source.over() {
                out.set_timer(Timer::Send, pause);
            }
        }
        self.fresh.push(outcome);
    }

    /// Sets a timer for the oldest request, unless there is one.
    fn wake(&mut self, out: &mut Outbox<'_, Machine>) {
        if !self.waking
            && let Some(at) = self.calls.deadline()
        {
            self.waking = true;
            out.set_timer(Timer::GiveUp, at.since(out.now()));
        }
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.calls.size_bytes() + self.fresh.capacity() * size_of::<Outcome>()
    }
}
