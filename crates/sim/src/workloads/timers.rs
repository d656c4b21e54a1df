//! Heartbeats and time-outs: every node sends heartbeats to random others, and expects one at
//! least every 300 ms.

use std::borrow::Cow;
use std::collections::BinaryHeap;
use std::convert::Infallible;

use super::{Bare, Check, Measured, Options, Sfc32, hash};
use crate::{Fingerprint, Network, NodeId, Outbox, Payload, Process, Span, Time, TimerId, World};

const NODES: u32 = 10_000;
const END: Time = Time::from_secs(10);
const TIMEOUT: Span = Span::from_millis(300);
const FIRST_MAX_NS: u64 = 99_999_999;
const LATENCY_NS: (u64, u64) = (5_000_000, 50_000_000);
const PERIOD_NS: (u64, u64) = (90_000_000, 110_000_000);

#[derive(Clone)]
struct Config {
    seed: u32,
    nodes: u32,
}

#[derive(Clone, Copy)]
enum Due {
    Heartbeat,
    Timeout,
}

impl Payload for Due {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Due::Heartbeat => "Heartbeat",
            Due::Timeout => "Timeout",
        })
    }

    fn fold(&self, into: &mut Fingerprint) {
        into.word(*self as u64);
    }
}

#[derive(Clone)]
struct Node {
    stream: Sfc32,
    timeout: Option<TimerId>,
    heartbeats: u32,
    deliveries: u32,
    timeouts: u32,
}

impl Process for Node {
    type Config = Config;
    type Message = ();
    type Timer = Due;
    type Disk = ();
    type Command = Infallible;

    fn boot(config: &Config, id: NodeId) -> Self {
        Self {
            stream: Sfc32::new(config.seed, id.0),
            timeout: None,
            heartbeats: 0,
            deliveries: 0,
            timeouts: 0,
        }
    }

    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        let first = Span(self.stream.range(0, FIRST_MAX_NS));
        out.set_timer(Due::Heartbeat, first);
        self.timeout = Some(out.set_timer(Due::Timeout, TIMEOUT));
    }

    fn on_message(&mut self, _from: NodeId, _beat: (), out: &mut Outbox<'_, Self>) {
        self.deliveries += 1;
        if let Some(timeout) = self.timeout {
            out.reset_timer(timeout, TIMEOUT);
        }
    }

    fn on_timer(&mut self, due: Due, out: &mut Outbox<'_, Self>) {
        match due {
            Due::Heartbeat => {
                self.heartbeats += 1;
                let to = self.stream.other(out.me().0, out.node_count());
                let latency = Span(self.stream.range(LATENCY_NS.0, LATENCY_NS.1));
                let period = Span(self.stream.range(PERIOD_NS.0, PERIOD_NS.1));
                out.send_taking(latency, NodeId(to), ());
                out.set_timer(Due::Heartbeat, period);
            }
            Due::Timeout => {
                self.timeouts += 1;
                self.timeout = Some(out.set_timer(Due::Timeout, TIMEOUT));
            }
        }
    }
}

fn check(nodes: &[Node]) -> Check {
    let sum = |count: fn(&Node) -> u32| nodes.iter().map(|node| u64::from(count(node))).sum();
    Check::Timers {
        heartbeats: sum(|node| node.heartbeats),
        deliveries: sum(|node| node.deliveries),
        timeouts: sum(|node| node.timeouts),
        hash: hash(nodes.iter().map(|node| node.deliveries)),
    }
}

pub(super) fn kernel(seed: u32, options: &Options, clock: &mut dyn FnMut() -> f64) -> Measured {
    let start = clock();
    let nodes = options.n.unwrap_or(NODES);
    let network = Network::constant(Span::ZERO);
    let config = Config { seed, nodes };
    let mut world =
        World::<Node>::with_recording(config, nodes, network, u64::from(seed), options.recording());
    let built = clock();
    let outcome = world.run_until(END, u64::MAX);
    let end = clock();
    Measured {
        events: outcome.events,
        seconds: end - built,
        setup_s: built - start,
        peak_bytes: (world.size_bytes() + world.recorded_bytes()) as u64,
        check: check(world.nodes()),
    }
}

const HEARTBEAT: u32 = 0;
const DELIVERY: u32 = 1;
const TIMED_OUT: u32 = 2;

/// The bare loop cancels lazily: a time-out carries the number of its arming, and is skipped if
/// the node has armed another since.
pub(super) fn bare(seed: u32, options: &Options, clock: &mut dyn FnMut() -> f64) -> Measured {
    let start = clock();
    let config = Config {
        seed,
        nodes: options.n.unwrap_or(NODES),
    };
    let count = config.nodes;
    let mut nodes: Vec<Node> = (0..count)
        .map(|id| Node::boot(&config, NodeId(id)))
        .collect();
    let mut armings = vec![0u32; nodes.len()];
    let mut heap = BinaryHeap::new();
    let mut sequence = 0;
    let mut at = |time: Time, kind: u32, node: u32, extra: u32| {
        sequence += 1;
        Bare {
            time,
            sequence,
            what: node << 2 | kind,
            extra,
        }
    };
    for (id, node) in (0..count).zip(&mut nodes) {
        let first = Span(node.stream.range(0, FIRST_MAX_NS));
        heap.push(at(Time::ZERO + first, HEARTBEAT, id, 0));
        heap.push(at(Time::ZERO + TIMEOUT, TIMED_OUT, id, 0));
    }
    let mut events = 0;
    let built = clock();
    while let Some(event) = heap.pop() {
        if event.time > END {
            break;
        }
        let now = event.time;
        let id = event.what >> 2;
        let node = &mut nodes[id as usize];
        let arming = &mut armings[id as usize];
        match event.what & 3 {
            HEARTBEAT => {
                node.heartbeats += 1;
                let to = node.stream.other(id, count);
                let latency = Span(node.stream.range(LATENCY_NS.0, LATENCY_NS.1));
                let period = Span(node.stream.range(PERIOD_NS.0, PERIOD_NS.1));
                heap.push(at(now + latency, DELIVERY, to, 0));
                heap.push(at(now + period, HEARTBEAT, id, 0));
            }
            DELIVERY => {
                node.deliveries += 1;
                *arming += 1;
                heap.push(at(now + TIMEOUT, TIMED_OUT, id, *arming));
            }
            _ => {
                if event.extra != *arming {
                    continue;
                }
                node.timeouts += 1;
                *arming += 1;
                heap.push(at(now + TIMEOUT, TIMED_OUT, id, *arming));
            }
        }
        events += 1;
    }
    let end = clock();
    Measured {
        events,
        seconds: end - built,
        setup_s: built - start,
        peak_bytes: (heap.capacity() * size_of::<Bare>()) as u64,
        check: check(&nodes),
    }
}
