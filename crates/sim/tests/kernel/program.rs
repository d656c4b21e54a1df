//! Random programs: a cluster, a network and a timed list of what is done to them.

use faultline_sim::conformance::{Ask, Chat, Chatter};
use faultline_sim::{
    Action, Fault, Latency, Link, LinkChange, MessageAction, MessageId, Network, NodeId, Purpose,
    Recording, Rule, Span, Stream, Time, Timeline, Verdict, World,
};
use proptest::prelude::*;

pub type Cluster = World<Chatter>;
pub type Deed = Action<Ask>;

/// Runs last this long.
pub const END: Time = Time::from_millis(600);

#[derive(Clone, Debug)]
pub struct Program {
    pub seed: u64,
    pub nodes: u32,
    pub link: Link,
    pub deeds: Vec<(Time, Deed)>,
}

impl Program {
    /// A program drawn from a seed alone.
    pub fn random(seed: u64) -> Self {
        let mut dice = Stream::derive(seed, Purpose::Chaos, 0);
        let nodes = dice.range(2, 6) as u32;
        let link = random_link(&mut dice);
        let count = dice.range(0, 14);
        let mut deeds: Vec<(Time, Deed)> = (0..count)
            .map(|_| {
                let at = Time::from_millis(dice.range(0, 500));
                (at, random_deed(&mut dice, nodes, at))
            })
            .collect();
        deeds.sort_by_key(|deed| deed.0);
        Self {
            seed,
            nodes,
            link,
            deeds,
        }
    }

    pub fn world(&self) -> Cluster {
        self.world_recording(Recording::FULL)
    }

    pub fn world_recording(&self, recording: Recording) -> Cluster {
        let network = Network::new(self.link);
        World::with_recording(Chat::default(), self.nodes, network, self.seed, recording)
    }

    /// A timeline at its start, with all deeds inserted.
    pub fn timeline(&self) -> Timeline<Cluster> {
        let mut timeline = Timeline::new(self.world());
        for (at, deed) in &self.deeds {
            timeline.insert(*at, deed.clone());
        }
        timeline
    }
}

/// Programs for `proptest`, which shrinks the list of deeds when one fails.
pub fn programs() -> impl Strategy<Value = Program> {
    (any::<u64>(), prop::collection::vec(any::<u64>(), 0..14)).prop_map(|(seed, draws)| {
        let mut dice = Stream::derive(seed, Purpose::Chaos, 1);
        let nodes = dice.range(2, 6) as u32;
        let link = random_link(&mut dice);
        let mut deeds: Vec<(Time, Deed)> = draws
            .iter()
            .map(|&draw| {
                let mut dice = Stream::derive(draw, Purpose::Chaos, 2);
                let at = Time::from_millis(dice.range(0, 500));
                (at, random_deed(&mut dice, nodes, at))
            })
            .collect();
        deeds.sort_by_key(|deed| deed.0);
        Program {
            seed,
            nodes,
            link,
            deeds,
        }
    })
}

fn random_link(dice: &mut Stream) -> Link {
    let ms = Span::from_millis;
    let mut link = Link::new(match dice.range(0, 4) {
        0 => Latency::Constant(ms(5)),
        1 => Latency::Uniform {
            min: Span::ZERO,
            max: ms(15),
        },
        2 => Latency::Exponential {
            floor: ms(1),
            mean: ms(6),
        },
        3 => Latency::Normal {
            mean: ms(5),
            deviation: ms(4),
        },
        _ => Latency::Constant(Span::ZERO),
    });
    link.fifo = dice.chance(0.3);
    if dice.chance(0.3) {
        link.loss_percent = 10.0;
        link.duplicate_percent = 10.0;
    }
    link
}

fn random_rule(dice: &mut Stream, node: NodeId) -> Rule {
    let mut rule = Rule::new(match dice.range(0, 3) {
        0 => Verdict::Drop,
        1 => Verdict::Duplicate,
        2 => Verdict::Delay(Span::from_millis(20)),
        _ => Verdict::Pass,
    });
    rule.from = dice.chance(0.5).then_some(node);
    rule.label = dice.chance(0.5).then(|| "Pong".to_owned());
    rule.limit = dice.chance(0.5).then_some(5);
    rule.percent = if dice.chance(0.5) { 50.0 } else { 100.0 };
    rule
}

fn random_deed(dice: &mut Stream, nodes: u32, at: Time) -> Deed {
    // Sometimes a node that is not there.
    let node = NodeId(dice.range(0, u64::from(nodes)) as u32);
    let to = NodeId(dice.range(0, u64::from(nodes) - 1) as u32);
    let ms = |dice: &mut Stream, max| Span::from_millis(dice.range(0, max));
    let fault = match dice.range(0, 18) {
        0 | 1 => Fault::Crash { node },
        2 | 3 => Fault::Restart {
            node,
            empty_disk: dice.chance(0.5),
        },
        // Often the same node, so that one resumes that was paused.
        4 => Fault::Pause { node: NodeId(0) },
        5 => Fault::Resume { node: NodeId(0) },
        6 | 7 => {
            let (left, right): (Vec<_>, Vec<_>) =
                (0..nodes).map(NodeId).partition(|_| dice.chance(0.5));
            // Sometimes only one side is named.
            let groups = if dice.chance(0.5) {
                vec![left, right]
            } else {
                vec![left]
            };
            Fault::Partition { groups }
        }
        8 => Fault::Heal,
        9 => Fault::Slow { node, factor: 2.5 },
        10 => Fault::Loss { percent: 30.0 },
        11 => Fault::Duplicate { percent: 30.0 },
        12 => Fault::Reorder {
            percent: 30.0,
            by: ms(dice, 20),
        },
        13 => Fault::Link {
            from: to,
            to: node,
            change: LinkChange {
                cut: Some(dice.chance(0.5)),
                loss_percent: Some(50.0),
                ..LinkChange::default()
            },
        },
        14..=16 => Fault::Message {
            id: MessageId {
                from: to,
                // Nodes send about once in ten milliseconds: near what is in flight.
                number: (at.as_nanos() / 10_000_000 + dice.range(1, 8)) as u32,
            },
            action: match dice.range(0, 2) {
                0 => MessageAction::Drop,
                1 => MessageAction::Delay(ms(dice, 30)),
                _ => MessageAction::Duplicate,
            },
        },
        17 => Fault::AddRule {
            rule: random_rule(dice, to),
        },
        _ => {
            let command = Ask::Shout(dice.range(0, 9) as u32);
            return Action::Command { node, command };
        }
    };
    Action::Fault(fault)
}
