//! The network: how long a message takes, and whether it arrives at all.
//!
//! A message passes these stages when it is sent:
//! 1. a cut link or a partition between the two ends loses it;
//! 2. the first [`Rule`] that matches decides: pass, delay, drop or duplicate;
//! 3. the link loses, delays, holds back and duplicates it, by chance.
//!
//! When it arrives, a link that is cut *then* loses it, so no message crosses a partition that
//! is up at either end of its journey; one that came and went in between does no harm.
//!
//! All chance comes from a random stream of the message's own (seed, sender, number): what
//! happens to one message depends on no other.

mod link;
mod rule;

pub use link::{Latency, Link};
pub use rule::{Rule, Verdict};

use litemap::LiteMap;
use std::borrow::Cow;

use crate::{LinkChange, MessageId, NodeId, Purpose, Span, Stream, Time};

/// The most rules that can be in force at once.
pub const RULES_MAX: usize = 256;

/// The fate of a message at sending time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Arrives { at: Time, copy_at: Option<Time> },
    Cut,
    Ruled,
    Lost,
}

/// The network between the nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    link: Link,
    links: LiteMap<(NodeId, NodeId), Link>,
    /// The group of each node, empty when there is no partition.
    groups: Vec<u32>,
    rules: Vec<(Rule, u32)>,
    slowness: LiteMap<NodeId, f64>,
    /// The latest arrival per link, kept only where the link is first in, first out.
    arrivals: LiteMap<(NodeId, NodeId), Time>,
    /// Whether every link is like the default one, and that only takes time.
    plain: bool,
}

/// The group of nodes that a partition does not name.
const NO_GROUP: u32 = u32::MAX;

impl Network {
    /// A network whose links are all alike.
    pub fn new(link: Link) -> Self {
        let mut network = Self {
            link,
            links: LiteMap::new(),
            groups: Vec::new(),
            rules: Vec::new(),
            slowness: LiteMap::new(),
            arrivals: LiteMap::new(),
            plain: false,
        };
        network.refresh();
        network
    }

    /// A network on which every message takes the same time.
    pub fn constant(latency: Span) -> Self {
        Self::new(Link::new(Latency::Constant(latency)))
    }

    /// A network with evenly distributed latency, which lets messages overtake each other.
    pub fn uniform(min: Span, max: Span) -> Self {
        Self::new(Link::new(Latency::Uniform { min, max }))
    }

    /// The settings of links that have none of their own.
    pub fn default_link(&self) -> &Link {
        &self.link
    }

    /// Sets all links that have no settings of their own.
    pub fn set_default_link(&mut self, link: Link) {
        self.link = link;
        self.refresh();
    }

    /// The settings of one direction of a link.
    pub fn link(&self, from: NodeId, to: NodeId) -> &Link {
        self.links.get(&(from, to)).unwrap_or(&self.link)
    }

    /// Gives one direction of a link its own settings.
    pub fn set_link(&mut self, from: NodeId, to: NodeId, link: Link) {
        self.links.insert((from, to), link);
        self.refresh();
    }

    /// Changes one direction of a link, which has its own settings from then on.
    pub fn change_link(&mut self, from: NodeId, to: NodeId, change: &LinkChange) {
        let mut link = *self.link(from, to);
        if let Some((min, max)) = change.latency {
            link.latency = Latency::Uniform { min, max };
        }
        link.loss_percent = change.loss_percent.unwrap_or(link.loss_percent);
        link.duplicate_percent = change.duplicate_percent.unwrap_or(link.duplicate_percent);
        link.cut = change.cut.unwrap_or(link.cut);
        self.set_link(from, to, link);
    }

    /// Splits the network: nodes of different groups do not reach each other.
    /// Nodes in no group form one more.
    pub fn partition(&mut self, groups: &[Vec<NodeId>]) {
        let last = groups.iter().flatten().map(|node| node.index()).max();
        self.groups.clear();
        self.groups
            .resize(last.map_or(0, |last| last + 1), NO_GROUP);
        for (group, nodes) in (0u32..).zip(groups) {
            for node in nodes {
                self.groups[node.index()] = group;
            }
        }
        self.refresh();
    }

    /// Ends the partition and joins every cut link.
    pub fn heal(&mut self) {
        self.groups.clear();
        self.link.cut = false;
        for (_, link) in self.links.iter_mut() {
            link.cut = false;
        }
        self.refresh();
    }

    /// Whether a partition is in force.
    pub fn is_partitioned(&self) -> bool {
        !self.groups.is_empty()
    }

    /// The group of a node while a partition is in force; `None` for the unnamed rest.
    pub fn group(&self, node: NodeId) -> Option<u32> {
        let group = self.groups.get(node.index()).copied();
        group.filter(|&group| group != NO_GROUP)
    }

    /// Whether messages from one node to another are lost by a partition or a cut link.
    /// A node always reaches itself.
    pub fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        from != to && (self.group(from) != self.group(to) || self.link(from, to).cut)
    }

    /// The rules in force, each with the number of messages it has met.
    pub fn rules(&self) -> impl Iterator<Item = (&Rule, u32)> {
        self.rules.iter().map(|(rule, met)| (rule, *met))
    }

    /// Adds a rule after the others; ignored beyond [`RULES_MAX`].
    pub fn add_rule(&mut self, rule: Rule) {
        if self.rules.len() < RULES_MAX {
            self.rules.push((rule, 0));
            self.refresh();
        }
    }

    /// Removes all rules.
    pub fn clear_rules(&mut self) {
        self.rules.clear();
        self.refresh();
    }

    /// Slows a node down: its messages, out and in, take `factor` times as long.
    pub fn set_slowness(&mut self, node: NodeId, factor: f64) {
        if factor == 1.0 {
            self.slowness.remove(&node);
        } else {
            self.slowness.insert(node, factor);
        }
        self.refresh();
    }

    /// How many times as long as usual a node takes; 1 if it was not slowed down.
    pub fn slowness(&self, node: NodeId) -> f64 {
        self.slowness.get(&node).copied().unwrap_or(1.0)
    }

    /// Whether the network is in its simplest state, in which no verdict needs to be computed.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.plain
    }

    fn refresh(&mut self) {
        self.plain = self.links.is_empty()
            && self.groups.is_empty()
            && self.rules.is_empty()
            && self.slowness.is_empty()
            && self.link.only_takes_time();
        if self.plain {
            self.arrivals.clear();
        }
    }

    /// The latency on a plain network.
    #[inline]
    pub(crate) fn plain_latency(&self, seed: u64, id: MessageId) -> Span {
        match self.link.latency {
            Latency::Constant(span) => span,
            other => other.draw(&mut Stream::derive(seed, Purpose::Network, id.as_u64())),
        }
    }

    /// Decides about a message at the moment it is sent.
    /// `latency` is the sender's own, if it named one.
    pub(crate) fn fate(
        &mut self,
        seed: u64,
        now: Time,
        id: MessageId,
        to: NodeId,
        label: &dyn Fn() -> Cow<'static, str>,
        latency: Option<Span>,
    ) -> Fate {
        let from = id.from;
        if self.is_cut(from, to) {
            return Fate::Cut;
        }
        let link = *self.link(from, to);
        let mut stream = Stream::derive(seed, Purpose::Network, id.as_u64());
        // Every stage draws whether or not it is switched on, so that switching one on leaves
        // the draws of the others as they were.
        let drawn = link.latency.draw(&mut stream);
        let lost = stream.percent(link.loss_percent);
        let held_back = stream.percent(link.reorder_percent);
        let extra = stream.span(Span::ZERO, link.reorder_by);
        let twice = stream.percent(link.duplicate_percent);
        let copy_latency = link.latency.draw(&mut stream);

        let mut delay = Span::ZERO;
        let mut duplicate = twice;
        match self.verdict(from, to, label, &mut stream) {
            Verdict::Pass => {}
            Verdict::Drop => return Fate::Ruled,
            Verdict::Delay(span) => delay = span,
            Verdict::Duplicate => duplicate = true,
        }
        if lost {
            return Fate::Lost;
        }
        if held_back {
            delay += extra;
        }
        let factor = self.slowness(from) * self.slowness(to);
        let time = |latency: Span| {
            let latency = if factor == 1.0 {
                latency
            } else {
                latency.scaled(factor)
            };
            now + latency + delay
        };
        let mut at = time(latency.unwrap_or(drawn));
        if link.fifo && !held_back {
            let latest = self.arrivals.entry((from, to)).or_insert(Time::ZERO);
            at = at.max(*latest);
            *latest = at;
        }
        let copy_at = duplicate.then(|| time(latency.unwrap_or(copy_latency)).max(at));
        Fate::Arrives { at, copy_at }
    }

    fn verdict(
        &mut self,
        from: NodeId,
        to: NodeId,
        label: &dyn Fn() -> Cow<'static, str>,
        stream: &mut Stream,
    ) -> Verdict {
        for (rule, met) in &mut self.rules {
            let matches = rule.from.is_none_or(|node| node == from)
                && rule.to.is_none_or(|node| node == to)
                && rule.limit.is_none_or(|limit| *met < limit)
                && rule.label.as_deref().is_none_or(|text| label() == text);
            if matches && stream.percent(rule.percent) {
                *met = met.saturating_add(1);
                return rule.verdict;
            }
        }
        Verdict::Pass
    }

    /// About how many bytes the network holds.
    pub(crate) fn size_bytes(&self) -> usize {
        self.links.len() * size_of::<((NodeId, NodeId), Link)>()
            + self.groups.len() * size_of::<u32>()
            + self.rules.len() * size_of::<(Rule, u32)>()
            + self.arrivals.len() * size_of::<((NodeId, NodeId), Time)>()
            + self.slowness.len() * size_of::<(NodeId, f64)>()
    }
}
