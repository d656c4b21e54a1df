//! Who is struck out when, who comes back, and false positives beside theory.

use faultline_sim::Time;
use faultline_view::Panel;

use super::watch::Role;
use super::{INFO, Registry};
use crate::testing::{number, property, replay};
use crate::{Lab, PropertyState, SimLab, Values};

fn run(
    set: &[(&str, &str)],
    commands: &[(&str, &str)],
    until: &str,
    seed: u64,
) -> SimLab<Registry> {
    let values = Values::parse(INFO.params, set).unwrap_or_else(|error| panic!("{error}"));
    let mut lab = SimLab::new(&values, seed);
    for (at, text) in commands {
        lab.insert(at.parse().unwrap(), text)
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    seek(&mut lab, until);
    lab
}

fn seek(lab: &mut SimLab<Registry>, to: &str) {
    let to: Time = to.parse().unwrap();
    assert!(lab.seek(to, 10_000_000).reached);
}

#[test]
fn a_killed_node_is_struck_out_three_to_six_seconds_later() {
    let mut found: Vec<f64> = Vec::new();
    for seed in 1..=40 {
        let lab = run(&[], &[("10s", "kill node1")], "20s", seed);
        assert_eq!(number(&lab, "registered"), 1.0, "{}", replay(&lab));
        assert_eq!(number(&lab, "expired"), 1.0, "{}", replay(&lab));
        assert_eq!(number(&lab, "expired_running"), 0.0, "{}", replay(&lab));
        found.push(number(&lab, "detected_ms"));
    }
    // Two seconds between heartbeats, and one between looks.
    assert!(
        found.iter().all(|ms| (3_000.0..=6_050.0).contains(ms)),
        "{found:?}"
    );
    let spread = |low: f64, high: f64| found.iter().any(|ms| (low..high).contains(ms));
    assert!(spread(3_000.0, 4_100.0) && spread(4_900.0, 6_050.0));
}

#[test]
fn a_node_that_was_frozen_past_its_time_comes_back_if_it_is_told() {
    for seed in 1..=10 {
        let right = run(&[], &[], "45s", seed);
        assert_eq!(number(&right, "registered"), 2.0, "{}", replay(&right));
        assert_eq!(number(&right, "registrations"), 3.0, "{}", replay(&right));
        assert_eq!(property(&right, "nobody_forgotten"), PropertyState::Open);

        let broken = run(&[("unknown_heartbeat", "200")], &[], "45s", seed);
        assert_eq!(number(&broken, "registered"), 1.0, "{}", replay(&broken));
        assert_eq!(number(&broken, "missing"), 1.0, "{}", replay(&broken));
        let state = property(&broken, "nobody_forgotten");
        assert!(
            matches!(state, PropertyState::Violated { .. }),
            "{}",
            replay(&broken)
        );
    }
}

#[test]
fn a_short_pause_costs_a_node_nothing() {
    let pause = [("10s", "pause node1"), ("12s", "resume node1")];
    for seed in 1..=10 {
        let lab = run(&[("scenario", "none")], &pause, "30s", seed);
        assert_eq!(number(&lab, "expired"), 0.0, "{}", replay(&lab));
        assert_eq!(number(&lab, "registrations"), 2.0, "{}", replay(&lab));
    }
}

#[test]
fn a_registry_that_restarts_knows_nobody_until_they_register_again() {
    let restart = [("10s", "kill registry"), ("11s", "restart registry")];
    let mut right = run(&[("scenario", "none")], &restart, "10500ms", 3);
    assert_eq!(number(&right, "registered"), 0.0);
    seek(&mut right, "14s");
    assert_eq!(number(&right, "registered"), 2.0, "{}", replay(&right));
    assert_eq!(number(&right, "expired"), 0.0, "{}", replay(&right));
    let set = [("scenario", "none"), ("unknown_heartbeat", "200")];
    let broken = run(&set, &restart, "60s", 3);
    assert_eq!(number(&broken, "registered"), 0.0, "{}", replay(&broken));
    assert!(broken.text().contains("No active nodes registered."));
}

#[test]
fn a_killed_node_that_is_started_again_registers_at_once() {
    let commands = [("10s", "kill node1"), ("11s", "start node1")];
    let lab = run(&[("scenario", "none")], &commands, "30s", 1);
    assert_eq!(number(&lab, "expired"), 0.0);
    assert_eq!(number(&lab, "registrations"), 3.0);
    assert_eq!(number(&lab, "registered"), 2.0);
}

/// Renewal theory, for a life that holds two heartbeats, three, and one more for half the nodes.
#[test]
fn false_positives_agree_with_theory() {
    for (ttl, loss, until) in [
        ("5s", "10", "8000s"),
        ("5s", "20", "3000s"),
        ("7s", "40", "3000s"),
        ("5500ms", "30", "3000s"),
        ("3s", "10", "2000s"),
    ] {
        let set = [
            ("ttl", ttl),
            ("loss", loss),
            ("nodes", "40"),
            ("call_every", "0s"),
            ("scenario", "none"),
        ];
        let lab = run(&set, &[], until, 42);
        let measured = number(&lab, "expired_running");
        let expected = number(&lab, "expired_running_expected");
        // Four standard errors of a count, and what theory leaves out.
        let margin = 4.0 * expected.sqrt() + 0.03 * expected;
        assert!(
            (measured - expected).abs() < margin,
            "{measured}, expected {expected}: {}",
            replay(&lab)
        );
        assert!(expected > 300.0, "too few to tell: {expected}");
    }
}

/// Where nobody is told, a node expires once: theory counts those that are still listed.
#[test]
fn false_positives_agree_with_theory_where_nobody_comes_back() {
    let set = [
        ("unknown_heartbeat", "200"),
        ("loss", "10"),
        ("nodes", "200"),
        ("call_every", "0s"),
        ("scenario", "none"),
    ];
    let (mut measured, mut expected) = (0.0, 0.0);
    for seed in 1..=10 {
        let lab = run(&set, &[], "200s", seed);
        measured += number(&lab, "expired_running");
        expected += number(&lab, "expired_running_expected");
    }
    assert!(
        (measured - expected).abs() < 4.0 * expected.sqrt() + 0.03 * expected,
        "{measured}, expected {expected}"
    );
    assert!((800.0..1_600.0).contains(&measured), "{measured}");
}

#[test]
fn a_longer_life_makes_fewer_false_positives_and_later_true_ones() {
    let lossy = |ttl| {
        let set = [
            ("ttl", ttl),
            ("loss", "20"),
            ("nodes", "20"),
            ("scenario", "none"),
        ];
        run(&set, &[("900s", "kill node7")], "1000s", 1)
    };
    let (short, long) = (lossy("5s"), lossy("15s"));
    assert!(number(&short, "expired_running") > 20.0 * number(&long, "expired_running").max(1.0));
    let quick = run(&[], &[("10s", "kill node1")], "40s", 1);
    let slow = run(&[("ttl", "15s")], &[("10s", "kill node1")], "40s", 1);
    assert!(number(&slow, "detected_ms") > number(&quick, "detected_ms") + 9_000.0);
}

#[test]
fn the_client_calls_the_dead_only_while_they_are_listed() {
    let mut lab = run(
        &[("call_every", "100ms"), ("scenario", "none")],
        &[("10s", "kill node1")],
        "10s",
        1,
    );
    // Before the first node has registered there is nobody to call.
    let nobody = number(&lab, "calls_failed");
    assert_eq!(number(&lab, "calls_to_dead"), 0.0);
    seek(&mut lab, "18s");
    let dead = number(&lab, "calls_to_dead");
    // Half of ten calls a second, for three to six seconds.
    assert!((10.0..40.0).contains(&dead), "{dead}");
    assert_eq!(
        number(&lab, "calls_failed"),
        nobody + dead,
        "{}",
        replay(&lab)
    );
    seek(&mut lab, "40s");
    assert_eq!(number(&lab, "calls_to_dead"), dead);
}

#[test]
fn the_text_is_the_guides() {
    let lab = run(&[], &[("10s", "kill node1")], "20s", 1);
    let text = lab.text();
    for line in [
        "✅ Node node1 registered on port 6001\n",
        "✅ Node node2 registered on port 6002\n",
        "💀 Node node1 expired (No heartbeat)\n",
    ] {
        assert!(text.contains(line), "no {line:?} in\n{text}");
    }
    let row = text
        .lines()
        .find(|line| line.starts_with("node2 | 6002 | "));
    assert!(row.is_some_and(|row| row.ends_with("s ago")), "{text}");
    assert!(!text.contains("node1 | 6001"), "{text}");
}

#[test]
fn the_last_seen_times_count() {
    let mut lab = run(&[], &[("10s", "kill node1")], "12s", 1);
    let seen = |lab: &SimLab<Registry>| {
        let view = lab.view();
        let table = view.panels.iter().find_map(|panel| match panel {
            Panel::Table(table) => Some(table.clone()),
            _ => None,
        });
        let cell = table.unwrap().rows[0][2].to_string();
        cell.trim_end_matches("s ago").parse::<f64>().unwrap()
    };
    let before = seen(&lab);
    seek(&mut lab, "13500ms");
    assert!((seen(&lab) - before - 1.5).abs() < 0.11);
}

#[test]
fn looking_at_a_run_in_between_changes_nothing() {
    let set = [("loss", "25"), ("nodes", "5")];
    let commands = [
        ("3s", "kill registry"),
        ("5s", "start registry"),
        ("8s", "loss 50"),
        ("15s", "kill node3"),
    ];
    let straight = run(&set, &commands, "45s", 7);
    let mut halting = run(&set, &commands, "0s", 7);
    for step in 1..=450 {
        let to = Time::from_millis(step * 100);
        assert!(halting.seek(to, 100_000).reached);
    }
    assert_eq!(halting.metrics(), straight.metrics());
    assert_eq!(halting.properties(), straight.properties());
    assert_eq!(halting.view(), straight.view());
    let watch = straight.scene().system.watch();
    assert_eq!(watch.role(faultline_sim::NodeId(3)), Some(Role::Gone));
}
