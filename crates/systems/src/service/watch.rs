//! What the run as a whole shows: how long requests take, who gets them, and how they end.

use std::collections::VecDeque;

use faultline_sim::{NodeId, Span, Summary, Time, World};
use faultline_view::Label;
use litemap::LiteMap;

use super::client::Outcome;
use super::message::{Body, Rpc};
use super::process::{BALANCER, CLIENT, Machine};
use crate::traffic::{Latencies, Percentiles, Shares};

/// The most points of the chart; beyond it, every second one goes.
const CHART_POINTS_MAX: usize = 600;
/// From one point of the chart to the next, at first.
const CHART_EVERY: Span = Span::from_millis(250);
/// So many of the last ends of requests are kept.
const STORY_MAX: usize = 20;
/// The most keys whose puts are remembered.
const KEYS_MAX: usize = 64;

/// A server's part of the books.
#[derive(Clone, Debug, Default)]
pub struct NodeBook {
    /// How long its answers took, milliseconds, refusals left out.
    pub latency_ms: Summary,
    /// How many requests were sent to it.
    pub sent: u64,
}

/// The run's books.
#[derive(Clone, Debug)]
pub struct Watch {
    first_server: NodeId,
    /// How many events had run at the last look, and what was seen of the client and of the
    /// balancer.
    events: u64,
    shown: u64,
    picks: u64,
    latencies: Latencies,
    /// Answers in the moving window, refusals left out.
    answers: Shares,
    nodes: Vec<NodeBook>,
    shares: Shares,
    sent: u64,
    ok: u64,
    misses: u64,
    lost_gets: u64,
    refused: u64,
    timeouts: u64,
    active_max: u32,
    /// When a put of a key was last acknowledged.
    puts: LiteMap<Label, Time>,
    story: VecDeque<Outcome>,
    /// How the last request by hand ended.
    by_hand: Option<Outcome>,
    ends: u64,
    chart: Vec<(Time, Option<Percentiles>)>,
    chart_every: Span,
    chart_next: Time,
}

impl Watch {
    /// Books with a moving window of this length.
    pub fn new(window: Span, first_server: NodeId) -> Self {
        Self {
            first_server,
            events: 0,
            shown: 0,
            picks: 0,
            latencies: Latencies::new(window),
            answers: Shares::new(window),
            nodes: Vec::new(),
            shares: Shares::new(window),
            sent: 0,
            ok: 0,
            misses: 0,
            lost_gets: 0,
            refused: 0,
            timeouts: 0,
            active_max: 0,
            puts: LiteMap::new(),
            story: VecDeque::new(),
            by_hand: None,
            ends: 0,
            chart: Vec::new(),
            chart_every: CHART_EVERY,
            chart_next: Time::ZERO + CHART_EVERY,
        }
    }

    /// Looks at the world after an event.
    pub fn observe(&mut self, world: &World<Machine>) {
        let now = world.now();
        // A look without an event is somebody's who halts here: it must leave no trace.
        let events = world.event_count();
        if events != self.events {
            self.events = events;
            if now >= self.chart_next {
                self.draw(now);
            }
        }
        if let Machine::Client(client) = world.node(CLIENT) {
            let (shown, sent, fresh) = client.shown();
            if shown != self.shown {
                self.shown = shown;
                self.sent += u64::from(sent);
                if self.first_server == BALANCER {
                    for _ in 0..sent {
                        self.handed_on(now, self.first_server);
                    }
                }
                for outcome in fresh {
                    self.end(now, outcome);
                }
            }
        }
        if let Some(Machine::Balancer(balancer)) = world.nodes().get(BALANCER.index()) {
            let (picks, picked) = balancer.picked();
            if picks != self.picks {
                self.picks = picks;
                if let Some(node) = picked {
                    self.handed_on(now, node);
                }
            }
        }
    }

    fn index(&self, node: NodeId) -> Option<usize> {
        let index = node.0.checked_sub(self.first_server.0)?;
        Some(index as usize)
    }

    fn book(&mut self, index: usize) -> &mut NodeBook {
        if self.nodes.len() <= index {
            self.nodes.resize(index + 1, NodeBook::default());
        }
        &mut self.nodes[index]
    }

    fn handed_on(&mut self, now: Time, node: NodeId) {
        if let Some(index) = self.index(node) {
            self.shares.record(now, index);
            self.book(index).sent += 1;
        }
    }

    fn end(&mut self, now: Time, outcome: &Outcome) {
        self.ends += 1;
        if self.story.len() == STORY_MAX {
            self.story.pop_front();
        }
        self.story.push_back(outcome.clone());
        if outcome.asked.by_hand {
            self.by_hand = Some(outcome.clone());
        }
        let Some(reply) = &outcome.reply else {
            self.timeouts += 1;
            if !outcome.asked.by_hand {
                // It took that long at least: to leave it out would flatter who answers least.
                self.latencies.record(now, outcome.latency);
            }
            return;
        };
        match &reply.body {
            Body::Refused => {
                self.refused += 1;
                return;
            }
            Body::Missing(key) => {
                self.misses += 1;
                let sent = now - outcome.latency;
                self.lost_gets += u64::from(self.puts.get(key).is_some_and(|put| *put <= sent));
            }
            _ => self.ok += 1,
        }
        if let Rpc::Put(key, _) = &outcome.asked.rpc
            && (self.puts.len() < KEYS_MAX || self.puts.contains_key(key))
        {
            self.puts.insert(key.clone(), now);
        }
        self.active_max = self.active_max.max(reply.active);
        if outcome.asked.by_hand {
            return;
        }
        self.latencies.record(now, outcome.latency);
        self.answers.record(now, 0);
        if let Some(index) = self.index(reply.node) {
            let book = self.book(index);
            book.latency_ms.add(outcome.latency.as_millis_f64());
        }
    }

    fn draw(&mut self, now: Time) {
        if self.chart.len() >= CHART_POINTS_MAX {
            let mut odd = false;
            self.chart.retain(|_| {
                odd = !odd;
                odd
            });
            self.chart_every = self.chart_every.scaled(2.0);
        }
        self.chart.push((now, self.latencies.recent(now)));
        let every = self.chart_every.as_nanos();
        self.chart_next = Time((now.as_nanos() / every + 1) * every);
    }

    /// How many answers there were in the moving window, refusals left out.
    pub fn answers(&self, now: Time) -> u32 {
        self.answers.counts(now, 1)[0]
    }

    /// All latencies, refusals left out; what was given up counts as its time-out.
    pub fn latencies(&self) -> &Latencies {
        &self.latencies
    }

    /// A server's part; none before it was sent anything.
    pub fn node(&self, node: NodeId) -> Option<&NodeBook> {
        self.nodes.get(self.index(node)?)
    }

    /// How many requests each of so many servers was sent in the moving window.
    pub fn counts(&self, now: Time, servers: usize) -> Vec<u32> {
        self.shares.counts(now, servers)
    }

    /// The moving window's length.
    pub fn window(&self) -> Span {
        self.shares.window()
    }

    /// How many requests the client has sent.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// How many were answered by a 200.
    pub fn ok(&self) -> u64 {
        self.ok
    }

    /// How many were answered by a 404.
    pub fn misses(&self) -> u64 {
        self.misses
    }

    /// How many of those asked for a key after a put of it had been acknowledged.
    pub fn lost_gets(&self) -> u64 {
        self.lost_gets
    }

    /// How many were answered by a 503.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// How many had no answer in time.
    pub fn timeouts(&self) -> u64 {
        self.timeouts
    }

    /// The most requests in progress at one server that an answer told of.
    pub fn active_max(&self) -> u32 {
        self.active_max
    }

    /// How many requests are over, and how the last of them ended, in order.
    pub fn story(&self) -> (u64, &VecDeque<Outcome>) {
        (self.ends, &self.story)
    }

    /// How the last request by hand ended; none before any has.
    pub fn by_hand(&self) -> Option<&Outcome> {
        self.by_hand.as_ref()
    }

    /// The percentiles in the moving window, over time.
    pub fn chart(&self) -> &[(Time, Option<Percentiles>)] {
        &self.chart
    }

    /// About how many bytes the books hold.
    pub fn size_bytes(&self) -> usize {
        // A histogram of a node's latencies has seldom more than a hundred buckets.
        let buckets = |book: &NodeBook| book.latency_ms.count().min(100) as usize * 24;
        self.latencies.size_bytes()
            + self.shares.size_bytes()
            + self.answers.size_bytes()
            + self.nodes.capacity() * size_of::<NodeBook>()
            + self.nodes.iter().map(buckets).sum::<usize>()
            + self.story.capacity() * size_of::<Outcome>()
            + self.chart.capacity() * size_of::<(Time, Option<Percentiles>)>()
    }
}
