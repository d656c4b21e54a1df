//! Many seeds, every check; and for each check a broken run that it must catch.

use std::ops::RangeInclusive;

use faultline_sim::{Counts, Entry, Fault, Kind, MessageId, NodeId, Time, TimerId};

use crate::checks;
use crate::program::{Cluster, END, Program};
use faultline_sim::Action;

/// Runs a program on a bare world, and hands out what it recorded.
/// `after` can break the world after each deed.
fn run(program: &Program, after: fn(&mut Cluster, &Fault)) -> (Vec<Entry>, Counts) {
    let mut world = program.world();
    for (at, deed) in &program.deeds {
        world.run_until(*at, u64::MAX);
        match deed {
            Action::Fault(fault) => {
                if world.apply(fault).is_ok() {
                    after(&mut world, fault);
                }
            }
            Action::Command { node, command } => {
                world.command(*node, *command);
            }
        }
    }
    world.run_until(END, u64::MAX);
    assert_eq!(world.entries_overflowed(), 0);
    let mut trace = Vec::new();
    world.drain_entries(&mut trace);
    (trace, world.counts())
}

fn healthy(_: &mut Cluster, _: &Fault) {}

/// The seeds to sweep, or the one to replay.
fn seeds() -> RangeInclusive<u64> {
    match std::env::var("FAULTLINE_SEED") {
        Ok(text) => {
            let seed = text.parse().expect("FAULTLINE_SEED is a number");
            seed..=seed
        }
        Err(_) => 1..=300,
    }
}

#[test]
fn every_seed_passes_every_check() {
    for seed in seeds() {
        let (trace, counts) = run(&Program::random(seed), healthy);
        if let Err(problem) = checks::all(&trace, counts) {
            panic!(
                "seed {seed}: {problem}\nreplay: FAULTLINE_SEED={seed} cargo test -p faultline-sim --test kernel sweep"
            );
        }
    }
}

#[test]
fn every_seed_gives_the_same_run_twice() {
    for seed in seeds() {
        let program = Program::random(seed);
        let (one, counts) = run(&program, healthy);
        let (other, again) = run(&program, healthy);
        let parted = one
            .iter()
            .zip(&other)
            .find(|(a, b)| a.to_string() != b.to_string());
        assert!(parted.is_none(), "seed {seed} parts at {parted:?}");
        assert_eq!((one.len(), counts), (other.len(), again), "seed {seed}");
    }
}

#[test]
fn the_sweep_meets_everything() {
    // Checks that never see a fault prove nothing.
    let mut met = std::collections::BTreeMap::new();
    for seed in 1..=300 {
        for entry in run(&Program::random(seed), healthy).0 {
            *met.entry(match &entry.kind {
                Kind::Dropped { why, .. } => why.as_str(),
                kind => kind.name(),
            })
            .or_insert(0u32) += 1;
        }
    }
    for name in [
        "crashed",
        "restarted",
        "paused",
        "resumed",
        "partitioned",
        "healed",
        "slowed",
        "loss_set",
        "duplication_set",
        "reordering_set",
        "link_set",
        "message_fault",
        "rule_added",
        "lost on the link",
        "cut off",
        "dropped by a rule",
        "receiver is down",
        "dropped in flight",
        "duplicated",
        "delayed",
        "timer_cancelled",
        "unheard",
        "command",
        "noted",
    ] {
        let count = met.get(name).copied().unwrap_or(0);
        assert!(count >= 3, "{name}: only {count}, of {met:?}");
    }
}

/// A copy of the kernel in which partitions leak must be caught.
#[test]
fn canary_a_leaking_partition_is_caught() {
    let leak: fn(&mut Cluster, &Fault) = |world, fault| {
        if matches!(fault, Fault::Partition { .. }) {
            world.network_mut().heal();
        }
    };
    let caught = (1..=300)
        .filter(|&seed| {
            let (trace, _) = run(&Program::random(seed), leak);
            checks::nothing_crosses_a_partition(&trace).is_err()
        })
        .count();
    assert!(caught > 50, "caught in only {caught} of 300 runs");
}

/// The trace of a run in which every check has something to look at, for spoiling.
fn sound() -> (Vec<Entry>, Counts) {
    let (trace, counts) = run(&Program::random(3), healthy);
    checks::all(&trace, counts).expect("the run itself is sound");
    (trace, counts)
}

fn delivery(trace: &[Entry]) -> (usize, MessageId, NodeId) {
    let index = trace.len() / 2
        + trace[trace.len() / 2..]
            .iter()
            .position(|entry| matches!(entry.kind, Kind::Delivered { .. }))
            .expect("something is delivered");
    let node = trace[index].node.expect("somewhere");
    (
        index,
        trace[index].kind.message_id().expect("a message"),
        node,
    )
}

/// The entry at a place, with another kind.
fn insert(trace: &mut Vec<Entry>, index: usize, node: NodeId, kind: Kind) {
    let mut entry = trace[index].clone();
    entry.cause = None;
    entry.node = Some(node);
    entry.kind = kind;
    trace.insert(index, entry);
}

#[test]
fn canary_a_delivery_to_a_crashed_node_is_caught() {
    let (mut trace, _) = sound();
    let (index, _, node) = delivery(&trace);
    let fault = Fault::Crash { node };
    insert(&mut trace, index, node, Kind::Faulted { fault });
    assert!(checks::nobody_acts_while_down(&trace).is_err());
}

#[test]
fn canary_a_message_from_a_crashed_nodes_future_is_caught() {
    let (mut trace, _) = sound();
    let sent = trace
        .iter()
        .position(|entry| matches!(entry.kind, Kind::Sent { .. }));
    let index = sent.expect("something is sent");
    let node = trace[index].node.expect("somewhere");
    let fault = Fault::Crash { node };
    insert(&mut trace, index, node, Kind::Faulted { fault });
    assert!(checks::nobody_acts_while_down(&trace).is_err());
}

#[test]
fn canary_a_lost_message_is_caught() {
    let (mut trace, counts) = sound();
    let (index, ..) = delivery(&trace);
    trace.remove(index);
    assert!(checks::messages_are_conserved(&trace, counts).is_err());
    assert!(checks::ids_and_causes(&trace).is_err());
}

#[test]
fn canary_a_second_delivery_is_caught() {
    let (mut trace, _) = sound();
    let (index, ..) = delivery(&trace);
    let again = trace[index].clone();
    trace.insert(index, again);
    assert!(checks::deliveries_were_sent(&trace).is_err());
}

#[test]
fn canary_a_late_delivery_is_caught() {
    let (mut trace, _) = run(&Program::random(3), healthy);
    let (index, ..) = delivery(&trace);
    trace[index].time = Time(trace[index].time.0 + 1);
    assert!(checks::deliveries_were_sent(&trace).is_err());
}

#[test]
fn canary_a_cancelled_timer_that_fires_is_caught() {
    let (mut trace, _) = sound();
    let fired = trace
        .iter()
        .position(|e| matches!(e.kind, Kind::TimerFired { .. }));
    let index = fired.expect("some timer fires");
    let node = trace[index].node.expect("somewhere");
    let Kind::TimerFired { id, .. } = trace[index].kind else {
        unreachable!()
    };
    let id: TimerId = id;
    insert(&mut trace, index, node, Kind::TimerCancelled { id });
    assert!(checks::timers_fire_when_due(&trace).is_err());
}
