//! Message forwarding: a thousand tokens go round a ring of a thousand nodes.

use std::collections::BinaryHeap;
use std::convert::Infallible;

use super::{Bare, Check, Measured, Options, Sfc32, hash};
use crate::{Network, NodeId, Outbox, Process, Span, Time, World};

const NODES: u32 = 1_000;
const DELIVERIES: u32 = 2_000_000;
const LATENCY_MIN_NS: u64 = 1_000_000;
const LATENCY_MAX_NS: u64 = 10_000_000;

#[derive(Clone)]
struct Node {
    /// The node's own stream, from which it draws the latency of what it sends.
    stream: Sfc32,
    delivered: u32,
}

impl Node {
    fn forward(&mut self, out: &mut Outbox<'_, Self>) {
        let latency = Span(self.stream.range(LATENCY_MIN_NS, LATENCY_MAX_NS));
        let next = out.me().0 + 1;
        let next = if next == out.node_count() { 0 } else { next };
        out.send_taking(latency, NodeId(next), ());
    }
}

impl Process for Node {
    /// The seed.
    type Config = u32;
    type Message = ();
    type Timer = Infallible;
    type Disk = ();
    type Command = Infallible;

    fn boot(&seed: &u32, id: NodeId) -> Self {
        Self {
            stream: Sfc32::new(seed, id.0),
            delivered: 0,
        }
    }

    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        self.forward(out);
    }

    fn on_message(&mut self, _from: NodeId, _token: (), out: &mut Outbox<'_, Self>) {
        self.delivered += 1;
        self.forward(out);
    }

    fn on_timer(&mut self, timer: Infallible, _out: &mut Outbox<'_, Self>) {
        match timer {}
    }
}

pub(super) fn kernel(seed: u32, options: &Options, clock: &mut dyn FnMut() -> f64) -> Measured {
    let start = clock();
    let deliveries = options.n.unwrap_or(DELIVERIES);
    let network = Network::constant(Span::ZERO);
    let mut world =
        World::<Node>::with_recording(seed, NODES, network, u64::from(seed), options.recording());
    let built = clock();
    let outcome = world.run_until(Time::MAX, u64::from(deliveries));
    let end = clock();
    Measured {
        events: outcome.events,
        seconds: end - built,
        setup_s: built - start,
        peak_bytes: (world.size_bytes() + world.recorded_bytes()) as u64,
        check: Check::Pingring {
            end_ns: world.now().as_nanos(),
            hash: hash(world.nodes().iter().map(|node| node.delivered)),
        },
    }
}

pub(super) fn bare(seed: u32, options: &Options, clock: &mut dyn FnMut() -> f64) -> Measured {
    let start = clock();
    let deliveries = u64::from(options.n.unwrap_or(DELIVERIES));
    let mut nodes: Vec<Node> = (0..NODES).map(|id| Node::boot(&seed, NodeId(id))).collect();
    let mut heap = BinaryHeap::with_capacity(NODES as usize + 1);
    let mut sequence = 0;
    let mut forward = |from: u32, now: Time, node: &mut Node| {
        sequence += 1;
        let latency = Span(node.stream.range(LATENCY_MIN_NS, LATENCY_MAX_NS));
        Bare {
            time: now + latency,
            sequence,
            what: if from + 1 == NODES { 0 } else { from + 1 },
            extra: 0,
        }
    };
    for (id, node) in (0..NODES).zip(&mut nodes) {
        heap.push(forward(id, Time::ZERO, node));
    }
    let (mut now, mut events) = (Time::ZERO, 0);
    let built = clock();
    while events < deliveries
        && let Some(event) = heap.pop()
    {
        events += 1;
        now = event.time;
        let node = &mut nodes[event.what as usize];
        node.delivered += 1;
        heap.push(forward(event.what, now, node));
    }
    let end = clock();
    Measured {
        events,
        seconds: end - built,
        setup_s: built - start,
        peak_bytes: (heap.capacity() * size_of::<Bare>()) as u64,
        check: Check::Pingring {
            end_ns: now.as_nanos(),
            hash: hash(nodes.iter().map(|node| node.delivered)),
        },
    }
}
