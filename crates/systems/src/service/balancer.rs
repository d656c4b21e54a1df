//! The balancer: it hands each request to a node, passes the answer on, and asks every node now
//! and then whether it is well.

use std::rc::Rc;

use faultline_sim::{NodeId, Outbox, Time};

use super::learner;
use super::message::{Body, Message, Reply, Request, Timer};
use super::policy::{Picker, Policy, Worker};
use super::process::{BALANCER, CLIENT, Machine, Setup, numbers_of_life};
use crate::code::Turn;
use crate::traffic::{Answer, Calls};

/// Counters of the run.
pub(super) const TAKEN_OUT: &str = "taken_out";

/// The first server's number in the kernel, where there is a balancer.
const FIRST: u32 = BALANCER.0 + 1;
/// So many health checks in a row without an answer take a node out.
const MISSED_MAX: u32 = 2;
/// How much a new latency counts in a node's average.
const AVERAGE_SHARE: f64 = 0.2;

/// A request that was handed on.
#[derive(Clone, Copy, Debug)]
pub struct Forwarded {
    /// The client's number of it.
    number: u32,
    /// Who has it.
    node: NodeId,
}

/// What the balancer knows of a node, in or out.
#[derive(Clone, Debug)]
struct Known {
    /// Health checks in a row that had no answer.
    missed: u32,
    /// Its place among the workers; none while it is out.
    place: Option<usize>,
}

/// The balancer.
#[derive(Clone, Debug)]
pub struct Balancer {
    picker: Picker,
    /// The nodes that take requests.
    workers: Vec<Worker>,
    /// All nodes, in the order of ids.
    known: Vec<Known>,
    calls: Calls<Forwarded>,
    checks: Calls<NodeId>,
    /// Whether a timer waits for the oldest call.
    waking: bool,
    picks: u64,
    picked: Option<NodeId>,
    /// When its life began, and what it has asked a learner's program since.
    born: Time,
    asked: u64,
}

impl Balancer {
    pub(super) fn boot(setup: &Setup) -> Self {
        Self {
            picker: Picker::new(setup.policy),
            workers: Vec::new(),
            known: Vec::new(),
            calls: Calls::new(setup.timeout),
            checks: Calls::new(setup.health_check),
            waking: false,
            picks: 0,
            picked: None,
            born: Time::ZERO,
            asked: 0,
        }
    }

    /// The nodes that take requests.
    pub fn workers(&self) -> &[Worker] {
        &self.workers
    }

    /// Whether a node takes requests.
    pub fn is_in(&self, node: NodeId) -> bool {
        let index = node.0.checked_sub(FIRST);
        index
            .and_then(|index| self.known.get(index as usize))
            .is_some_and(|known| known.place.is_some())
    }

    /// Whether it waits for the answer to one of its requests.
    pub fn waits_for(&self, number: u32) -> bool {
        self.calls.get(number).is_some()
    }

    /// How many requests were handed on, and to whom the last one was.
    pub fn picked(&self) -> (u64, Option<NodeId>) {
        (self.picks, self.picked)
    }

    pub(super) fn start(&mut self, lives: u32, out: &mut Outbox<'_, Machine>) {
        self.born = out.now();
        let setup = Rc::clone(out.config());
        let base = numbers_of_life(lives);
        self.calls = Calls::new(setup.timeout).numbered_after(base);
        self.checks = Calls::new(setup.health_check).numbered_after(base);
        for node in (FIRST..out.node_count()).map(NodeId) {
            self.join(node, &setup);
        }
        if setup.has_health_checks() {
            out.set_timer(Timer::Check, setup.health_check);
        }
    }

    /// A node is there.
    pub(super) fn join(&mut self, node: NodeId, setup: &Setup) {
        // Those between are there too.
        for index in self.known.len() as u32..=node.0 - FIRST {
            self.known.push(Known {
                missed: 0,
                place: None,
            });
            self.take_in(NodeId(FIRST + index), setup);
        }
    }

    fn known(&mut self, node: NodeId) -> Option<&mut Known> {
        let index = node.0.checked_sub(FIRST)?;
        self.known.get_mut(index as usize)
    }

    fn worker(&mut self, node: NodeId) -> Option<&mut Worker> {
        let place = self.known(node)?.place?;
        self.workers.get_mut(place)
    }

    fn take_in(&mut self, node: NodeId, setup: &Setup) {
        let under_way = self.calls.iter();
        let under_way = under_way.filter(|(_, _, call)| call.node == node).count();
        // In the order of ids, so that turns are taken in it.
        let place = self.workers.partition_point(|one| one.node < node);
        let worker = Worker {
            node,
            active: under_way as u32,
            average_ms: 0.0,
            weight: 1.0 / setup.slowness(node),
        };
        self.workers.insert(place, worker);
        self.number_places();
    }

    fn take_out(&mut self, node: NodeId) {
        self.workers.retain(|one| one.node != node);
        if let Some(known) = self.known(node) {
            known.place = None;
        }
        self.number_places();
    }

    fn number_places(&mut self) {
        for (place, worker) in self.workers.iter().enumerate() {
            self.known[(worker.node.0 - FIRST) as usize].place = Some(place);
        }
    }

    /// A request came from the client.
    pub(super) fn request(&mut self, request: Request, out: &mut Outbox<'_, Machine>) {
        let pick = self.pick(&request, out);
        let Some(worker) = pick.and_then(|place| self.workers.get_mut(place)) else {
            let reply = Reply {
                number: request.number,
                node: out.me(),
                active: 0,
                body: Body::Refused,
            };
            out.send(CLIENT, Message::Reply(reply));
            return;
        };
        worker.active += 1;
        let node = worker.node;
        let forwarded = Forwarded {
            number: request.number,
            node,
        };
        let number = self.calls.send(out.now(), forwarded);
        self.picks += 1;
        self.picked = Some(node);
        out.send(node, Message::Request(Request { number, ..request }));
        self.wake(out);
    }

    /// Whom the policy gives a request, as a position among the workers.
    fn pick(&mut self, request: &Request, out: &mut Outbox<'_, Machine>) -> Option<usize> {
        let setup = out.config();
        let Some(program) = setup
            .program
            .as_ref()
            .filter(|_| setup.policy == Policy::Custom)
        else {
            return self.picker.pick(request, &self.workers, out.random());
        };
        let turn = Turn {
            node: out.me().0,
            life: self.born,
            number: self.asked,
        };
        self.asked += 1;
        learner::pick(&**program, turn, request, &self.workers, setup)
    }

    /// A node has answered.
    pub(super) fn reply(&mut self, reply: Reply, out: &mut Outbox<'_, Machine>) {
        let Answer::InTime { call, latency } = self.calls.answer(out.now(), reply.number) else {
            // The client has given up, too.
            return;
        };
        self.settle(call.about.node, latency.as_millis_f64());
        let number = call.about.number;
        out.send(CLIENT, Message::Reply(Reply { number, ..reply }));
    }

    /// A node has one request less, after so long.
    fn settle(&mut self, node: NodeId, latency_ms: f64) {
        if let Some(worker) = self.worker(node) {
            worker.active = worker.active.saturating_sub(1);
            worker.average_ms = if worker.average_ms > 0.0 {
                worker.average_ms + AVERAGE_SHARE * (latency_ms - worker.average_ms)
            } else {
                latency_ms
            };
        }
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

    pub(super) fn give_up(&mut self, out: &mut Outbox<'_, Machine>) {
        self.waking = false;
        let now = out.now();
        while let Some(call) = self.calls.expired(now) {
            self.settle(call.about.node, now.since(call.sent).as_millis_f64());
        }
        self.wake(out);
    }

    /// Another round of health checks; those of the last one that have no answer by now have
    /// failed.
    pub(super) fn check(&mut self, out: &mut Outbox<'_, Machine>) {
        let now = out.now();
        while let Some(missed) = self.checks.expired(now) {
            self.miss(missed.about, out);
        }
        for node in (FIRST..FIRST + self.known.len() as u32).map(NodeId) {
            let number = self.checks.send(now, node);
            out.send(node, Message::Check { number });
        }
        let period = out.config().health_check;
        out.set_timer(Timer::Check, period);
    }

    fn miss(&mut self, node: NodeId, out: &mut Outbox<'_, Machine>) {
        let Some(known) = self.known(node) else {
            return;
        };
        known.missed += 1;
        if known.missed >= MISSED_MAX && known.place.is_some() {
            self.take_out(node);
            out.count(TAKEN_OUT, 1);
            let number = out.config().number(node);
            out.note(|| {
                format!("Node {number} is out: {MISSED_MAX} health checks without an answer")
            });
        }
    }

    pub(super) fn alive(&mut self, number: u32, out: &mut Outbox<'_, Machine>) {
        let Answer::InTime { call, .. } = self.checks.answer(out.now(), number) else {
            return;
        };
        let node = call.about;
        let Some(known) = self.known(node) else {
            return;
        };
        known.missed = 0;
        if known.place.is_none() {
            let setup = Rc::clone(out.config());
            self.take_in(node, &setup);
            out.note(|| format!("Node {} is in again", setup.number(node)));
        }
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.workers.capacity() * size_of::<Worker>()
            + self.known.capacity() * size_of::<Known>()
            + self.calls.size_bytes()
            + self.checks.size_bytes()
    }
}
