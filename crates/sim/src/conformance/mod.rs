//! Fixed programs with known fingerprints, to show that another platform runs the same.
//!
//! The native tests and the tests in a browser run every program of [`PROGRAMS`] and compare.
//! A change of a fingerprint changes every shared link's: do it knowingly, and say so in the
//! changelog.

mod chatter;

pub use chatter::{Ask, Bell, Chat, Chatter, Word};

use crate::{
    Action, Fault, Fingerprint, Latency, Link, LinkChange, MessageAction, MessageId, Network,
    NodeId, Recording, Rule, Span, Time, Timeline, Verdict, World,
};

/// A fixed program: what it is called, what it does, and its fingerprint.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// Its fingerprint, on every platform.
    pub fingerprint: u64,
    build: fn() -> Timeline<World<Chatter>>,
}

impl Program {
    /// Runs it to its end.
    pub fn run(&self) -> u64 {
        let mut timeline = (self.build)();
        timeline.seek(END);
        // The counts, the random streams and the states beyond the trace must agree as well.
        let world = timeline.model();
        let counts = world.counts();
        let mut print = Fingerprint::new();
        print.word(timeline.fingerprint());
        for count in [
            counts.sent,
            counts.delivered,
            counts.dropped,
            counts.duplicated,
            counts.in_flight,
        ] {
            print.word(count);
        }
        for node in world.nodes() {
            print.word(node.answers);
            for &number in &node.heard {
                print.word(u64::from(number));
            }
        }
        for (name, &count) in world.counters() {
            print.text(name);
            print.word(count);
        }
        print.value()
    }
}

const END: Time = Time::from_secs(3);
const SEED: u64 = 2026;

/// The programs.
pub const PROGRAMS: [Program; 8] = [
    Program {
        name: "calm",
        fingerprint: 0xF76A_B16F_6C13_1F27,
        build: || timeline(5, uniform(), &[]),
    },
    Program {
        name: "exponential latency",
        fingerprint: 0x683F_EECA_6261_FA3A,
        build: || {
            let (floor, mean) = (Span::from_millis(1), Span::from_millis(8));
            let link = Link::new(Latency::Exponential { floor, mean });
            timeline(5, Network::new(link), &[])
        },
    },
    Program {
        name: "normal latency in order",
        fingerprint: 0xC6D7_711F_04A8_E53E,
        build: || {
            let (mean, deviation) = (Span::from_millis(8), Span::from_millis(3));
            let mut link = Link::new(Latency::Normal { mean, deviation });
            link.fifo = true;
            timeline(5, Network::new(link), &[])
        },
    },
    Program {
        name: "crashes",
        fingerprint: 0x95FC_50A9_B7A4_5065,
        build: || {
            let node = NodeId(1);
            let faults = [
                (400, Fault::Crash { node }),
                (500, Fault::Crash { node: NodeId(2) }),
                (900, restart(1, false)),
                (1_200, restart(2, true)),
                (1_500, Fault::Pause { node }),
                (1_900, Fault::Resume { node }),
                (2_000, restart(0, false)),
            ];
            timeline(4, uniform(), &faults)
        },
    },
    Program {
        name: "partitions",
        fingerprint: 0xEAE9_646B_2DBD_CF7B,
        build: || {
            let groups = vec![vec![NodeId(0), NodeId(1)], vec![NodeId(2), NodeId(3)]];
            let (from, to) = (NodeId(4), NodeId(0));
            let cut = Some(true);
            let change = LinkChange {
                cut,
                ..LinkChange::default()
            };
            let faults = [
                (300, Fault::Partition { groups }),
                (900, Fault::Heal),
                (1_000, Fault::Link { from, to, change }),
                (2_000, Fault::Heal),
            ];
            timeline(6, uniform(), &faults)
        },
    },
    Program {
        name: "bad links",
        fingerprint: 0xB0A1_8A98_903A_8359,
        build: || {
            let (min, max) = (Span::from_millis(2), Span::from_millis(40));
            let by = Span::from_millis(30);
            let faults = [
                (200, Fault::Loss { percent: 12.5 }),
                (600, Fault::Duplicate { percent: 20.0 }),
                (1_000, Fault::Reorder { percent: 30.0, by }),
                (1_400, Fault::Latency { min, max }),
                (
                    1_800,
                    Fault::Slow {
                        node: NodeId(1),
                        factor: 3.5,
                    },
                ),
            ];
            timeline(4, uniform(), &faults)
        },
    },
    Program {
        name: "rules and single messages",
        fingerprint: 0x46DF_62D2_C17C_67C2,
        build: || {
            let mut drop = Rule::new(Verdict::Drop);
            drop.label = Some("Pong".into());
            drop.limit = Some(7);
            let mut twice = Rule::new(Verdict::Duplicate);
            twice.from = Some(NodeId(2));
            twice.percent = 50.0;
            let late = Rule::new(Verdict::Delay(Span::from_millis(3)));
            let mut faults = vec![
                (100, Fault::AddRule { rule: drop }),
                (200, Fault::AddRule { rule: twice }),
                (300, Fault::AddRule { rule: late }),
                (2_000, Fault::ClearRules),
            ];
            for (number, action) in [
                (30, MessageAction::Drop),
                (31, MessageAction::Delay(Span::from_millis(50))),
                (32, MessageAction::Duplicate),
            ] {
                let from = NodeId(0);
                let id = MessageId { from, number };
                // Most of these miss, some hit: what is in flight when is part of the program.
                for at in (600..1_400).step_by(2) {
                    faults.push((at, Fault::Message { id, action }));
                }
            }
            timeline(3, uniform(), &faults)
        },
    },
    Program {
        name: "edited past",
        fingerprint: 0xF229_9A0D_90A3_5EDD,
        build: || {
            let node = NodeId(1);
            let mut timeline = timeline(4, uniform(), &[(500, Fault::Crash { node })]);
            timeline.seek(Time::from_secs(2));
            let number = 99;
            for node in [NodeId(0), node] {
                let command = Ask::Shout(number);
                timeline.insert(Time::from_millis(700), Action::Command { node, command });
            }
            let id = timeline.insert(Time::from_millis(200), Action::Fault(Fault::Heal));
            timeline.seek(Time::from_secs(1));
            timeline.remove(id);
            timeline
        },
    },
];

fn uniform() -> Network {
    Network::uniform(Span::from_millis(2), Span::from_millis(12))
}

fn restart(node: u32, empty_disk: bool) -> Fault {
    Fault::Restart {
        node: NodeId(node),
        empty_disk,
    }
}

fn timeline(nodes: u32, network: Network, faults: &[(u64, Fault)]) -> Timeline<World<Chatter>> {
    let recording = Recording::FULL;
    let world = World::with_recording(Chat::default(), nodes, network, SEED, recording);
    let mut timeline = Timeline::new(world);
    for (at_ms, fault) in faults {
        timeline.insert(Time::from_millis(*at_ms), Action::Fault(fault.clone()));
    }
    timeline
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_pinned() {
        let mut wrong = Vec::new();
        for program in &PROGRAMS {
            let found = program.run();
            if found != program.fingerprint {
                wrong.push(format!("{}: 0x{found:016X}", program.name));
            }
        }
        assert!(
            wrong.is_empty(),
            "other fingerprints:\n{}",
            wrong.join("\n")
        );
    }
}
