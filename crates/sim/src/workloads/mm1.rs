//! One M/M/1 queue: random arrivals, one server, first come first served.

use std::borrow::Cow;
use std::collections::{BinaryHeap, VecDeque};
use std::convert::Infallible;

use super::{Bare, Check, Measured, Options, Sfc32};
use crate::{Fingerprint, Network, NodeId, Outbox, Payload, Process, Span, Time, World};

const CUSTOMERS: u32 = 1_000_000;
/// Customers per second.
const LAMBDA: f64 = 0.9;
/// Services per second.
const MU: f64 = 1.0;
const ARRIVALS: u32 = 1;
const SERVICES: u32 = 2;

#[derive(Clone)]
struct Config {
    seed: u32,
    customers: u32,
}

#[derive(Clone, Copy)]
enum Due {
    Arrival,
    Departure,
}

impl Payload for Due {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Due::Arrival => "Arrival",
            Due::Departure => "Departure",
        })
    }

    fn fold(&self, into: &mut Fingerprint) {
        into.word(*self as u64);
    }
}

#[derive(Clone)]
struct Server {
    arrivals: Sfc32,
    services: Sfc32,
    /// Arrival times of the customers in the system, the one in service first.
    queue: VecDeque<Time>,
    /// Customers still to come.
    coming: u32,
    departed: u32,
    sum_s: f64,
}

impl Server {
    fn serve(&mut self, out: &mut Outbox<'_, Self>) {
        let service = Span(self.services.exp(MU));
        out.set_timer(Due::Departure, service);
    }
}

impl Process for Server {
    type Config = Config;
    type Message = Infallible;
    type Timer = Due;
    type Disk = ();
    type Command = Infallible;

    fn boot(config: &Config, _id: NodeId) -> Self {
        Self {
            arrivals: Sfc32::new(config.seed, ARRIVALS),
            services: Sfc32::new(config.seed, SERVICES),
            queue: VecDeque::new(),
            coming: config.customers,
            departed: 0,
            sum_s: 0.0,
        }
    }

    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        let first = Span(self.arrivals.exp(LAMBDA));
        out.set_timer(Due::Arrival, first);
    }

    fn on_message(&mut self, _from: NodeId, message: Infallible, _out: &mut Outbox<'_, Self>) {
        match message {}
    }

    fn on_timer(&mut self, due: Due, out: &mut Outbox<'_, Self>) {
        match due {
            Due::Arrival => {
                self.coming -= 1;
                if self.coming > 0 {
                    let gap = Span(self.arrivals.exp(LAMBDA));
                    out.set_timer(Due::Arrival, gap);
                }
                self.queue.push_back(out.now());
                if self.queue.len() == 1 {
                    self.serve(out);
                }
            }
            Due::Departure => {
                if let Some(arrived) = self.queue.pop_front() {
                    self.departed += 1;
                    self.sum_s += (out.now() - arrived).as_secs_f64();
                }
                if !self.queue.is_empty() {
                    self.serve(out);
                }
            }
        }
    }
}

pub(super) fn kernel(seed: u32, options: &Options, clock: &mut dyn FnMut() -> f64) -> Measured {
    let start = clock();
    let customers = options.n.unwrap_or(CUSTOMERS);
    let network = Network::constant(Span::ZERO);
    let config = Config { seed, customers };
    let mut world =
        World::<Server>::with_recording(config, 1, network, u64::from(seed), options.recording());
    let built = clock();
    let outcome = world.run_until(Time::MAX, u64::MAX);
    let end = clock();
    let server = world.node(NodeId(0));
    Measured {
        events: outcome.events,
        seconds: end - built,
        setup_s: built - start,
        peak_bytes: (world.size_bytes() + world.recorded_bytes()) as u64,
        check: Check::Mm1 {
            mean_wait: server.sum_s / f64::from(server.departed),
            end_ns: world.now().as_nanos(),
        },
    }
}

const ARRIVAL: u32 = 0;
const DEPARTURE: u32 = 1;

pub(super) fn bare(seed: u32, options: &Options, clock: &mut dyn FnMut() -> f64) -> Measured {
    let start = clock();
    let mut coming = options.n.unwrap_or(CUSTOMERS);
    let mut arrivals = Sfc32::new(seed, ARRIVALS);
    let mut services = Sfc32::new(seed, SERVICES);
    let mut queue: VecDeque<Time> = VecDeque::new();
    let mut heap = BinaryHeap::new();
    let mut sequence = 1;
    let (mut now, mut departed, mut sum_s, mut events) = (Time::ZERO, 0u32, 0.0, 0);
    let at = |time: Time, after: u64, sequence: &mut u64, what: u32| {
        *sequence += 1;
        Bare {
            time: time + Span(after),
            sequence: *sequence,
            what,
            extra: 0,
        }
    };
    heap.push(at(now, arrivals.exp(LAMBDA), &mut sequence, ARRIVAL));
    let built = clock();
    while let Some(event) = heap.pop() {
        events += 1;
        now = event.time;
        if event.what == ARRIVAL {
            coming -= 1;
            if coming > 0 {
                heap.push(at(now, arrivals.exp(LAMBDA), &mut sequence, ARRIVAL));
            }
            queue.push_back(now);
            if queue.len() == 1 {
                heap.push(at(now, services.exp(MU), &mut sequence, DEPARTURE));
            }
        } else {
            if let Some(arrived) = queue.pop_front() {
                departed += 1;
                sum_s += (now - arrived).as_secs_f64();
            }
            if !queue.is_empty() {
                heap.push(at(now, services.exp(MU), &mut sequence, DEPARTURE));
            }
        }
    }
    let end = clock();
    Measured {
        events,
        seconds: end - built,
        setup_s: built - start,
        peak_bytes: (heap.capacity() * size_of::<Bare>()) as u64,
        check: Check::Mm1 {
            mean_wait: sum_s / f64::from(departed),
            end_ns: now.as_nanos(),
        },
    }
}
