//! The guide's figures from real runs, and what faults do to a move.

use std::collections::BTreeMap;

use faultline_sim::Time;
use faultline_view::Panel;

use super::{INFO, Sharding};
use crate::testing::property;
use crate::{Lab, MetricValue, PropertyState, SimLab, Values};

type Figures = BTreeMap<String, MetricValue>;

fn lab(set: &[(&str, &str)], seed: u64) -> SimLab<Sharding> {
    let values = Values::parse(INFO.params, set).unwrap_or_else(|error| panic!("{error}"));
    SimLab::new(&values, seed)
}

fn seek(lab: &mut SimLab<Sharding>, to: Time) {
    assert!(lab.seek(to, 10_000_000).reached);
}

/// Runs with commands to the end of the default run.
fn run(set: &[(&str, &str)], commands: &[(&str, &str)], seed: u64) -> SimLab<Sharding> {
    let mut lab = lab(set, seed);
    for (at, text) in commands {
        let at = at.parse().unwrap();
        lab.insert(at, text)
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    seek(&mut lab, Time::ZERO + INFO.duration);
    lab
}

fn figures(lab: &dyn Lab) -> Figures {
    lab.metrics()
        .into_iter()
        .map(|(name, value)| (name.to_string(), value))
        .collect()
}

fn int(lab: &dyn Lab, name: &str) -> i64 {
    match figures(lab).get(name) {
        Some(MetricValue::Int(value)) => *value,
        other => panic!("{name} is {other:?}"),
    }
}

fn float(lab: &dyn Lab, name: &str) -> f64 {
    match figures(lab).get(name) {
        Some(MetricValue::Float(value)) => *value,
        other => panic!("{name} is {other:?}"),
    }
}

fn text(lab: &dyn Lab, name: &str) -> String {
    match figures(lab).get(name) {
        Some(MetricValue::Text(value)) => value.to_string(),
        other => panic!("{name} is {other:?}"),
    }
}

fn loads(lab: &dyn Lab) -> Vec<i64> {
    let figures = figures(lab);
    let nodes = figures.iter().filter(|(name, _)| name.starts_with("node."));
    nodes
        .map(|(name, value)| match value {
            MetricValue::Int(keys) => *keys,
            other => panic!("{name} is {other:?}"),
        })
        .collect()
}

#[test]
fn the_guides_figures_come_out_of_the_run() {
    for (strategy, moved, percent, expected, before, after) in [
        (
            "modulo",
            746,
            74.6,
            75.0,
            [362, 304, 334],
            [230, 262, 257, 251],
        ),
        (
            "ring",
            246,
            24.6,
            25.0,
            [330, 279, 391],
            [273, 200, 281, 246],
        ),
        (
            "rendezvous",
            237,
            23.7,
            25.0,
            [365, 323, 312],
            [270, 251, 242, 237],
        ),
        (
            "jump",
            241,
            24.1,
            25.0,
            [330, 346, 324],
            [266, 253, 240, 241],
        ),
    ] {
        let mut lab = lab(&[("strategy", strategy)], 42);
        seek(&mut lab, Time::from_millis(900));
        assert_eq!(loads(&lab), before, "{strategy}");
        assert_eq!(int(&lab, "keys_moved"), 0);
        assert_eq!(float(&lab, "moved_expected_percent"), 0.0);
        seek(&mut lab, Time::ZERO + INFO.duration);
        assert_eq!(loads(&lab), after, "{strategy}");
        assert_eq!(int(&lab, "keys_total"), 1000);
        assert_eq!(int(&lab, "keys_moved"), moved);
        assert_eq!(float(&lab, "moved_percent"), percent);
        assert_eq!(float(&lab, "moved_expected_percent"), expected);
        assert_eq!(int(&lab, "keys_misplaced"), 0);
        assert_eq!(int(&lab, "lookups_unanswered"), 0);
        let most = f64::from(*after.iter().max().unwrap() as i32);
        assert_eq!(float(&lab, "load_max_over_mean"), most * 4.0 / 1000.0);
        assert!(matches!(
            property(&lab, "every_key_with_its_owner"),
            PropertyState::Held { .. }
        ));
    }
}

#[test]
fn figures_do_not_depend_on_the_seed() {
    for strategy in ["modulo", "ring"] {
        let final_figures = |seed| {
            let lab = run(&[("strategy", strategy)], &[], seed);
            assert_eq!(property(&lab, "no_key_lost"), PropertyState::Open);
            (int(&lab, "keys_moved"), loads(&lab), lab.text())
        };
        let first = final_figures(1);
        for seed in 2..=40 {
            assert_eq!(
                final_figures(seed),
                first,
                "faultline run sharding --set strategy={strategy} --seed {seed}"
            );
        }
    }
}

#[test]
fn removing_the_node_restores_every_key() {
    let ring = &[("strategy", "ring")];
    let lab = run(ring, &[("5s", "remove D")], 42);
    assert_eq!(loads(&lab), [330, 279, 391, 0]);
    assert_eq!(int(&lab, "keys_moved"), 246);
    assert_eq!(float(&lab, "moved_expected_percent"), 25.0);
    let at_start = super::tests::lab(ring, 42);
    let of = |lab: &SimLab<Sharding>| lab.scene().system.ledger().placement().owners().to_vec();
    assert_eq!(of(&lab), of(&at_start));

    let set = &[("strategy", "ring"), ("nodes", "4"), ("change", "remove")];
    let lab = run(set, &[], 42);
    assert_eq!(int(&lab, "keys_moved"), 246);
    assert_eq!(loads(&lab), [330, 279, 391, 0]);
}

#[test]
fn the_table_of_moves_is_the_guides() {
    let table = |strategy| {
        let lab = run(&[("strategy", strategy)], &[], 42);
        let panels = lab.view().panels;
        let found = panels.into_iter().find_map(|panel| match panel {
            Panel::Table(table) => Some(table),
            _ => None,
        });
        let rows = found.unwrap().rows;
        rows.iter().map(|cells| cells.join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(
        table("modulo"),
        ["A · 93 92 95", "B 76 · 74 73", "C 72 88 · 83"]
    );
    assert_eq!(table("ring"), ["A · 0 0 57", "B 0 · 0 79", "C 0 0 · 110"]);
}

const MODULO_TEXT: &str = "\
🧪 Testing Strategy: MODULO
Generating 1000 keys...
Phase 1: Keys distributed across 3 nodes.
Phase 2: Adding 'Node D'...

📊 RESULTS:
Keys Moved:   746/1000
Percentage:   74.6%
Visualization: [▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░]
⚠️ HIGH IMPACT! (Naive sharding requires moving most data)
";

const RING_TEXT: &str = "\
🧪 Testing Strategy: CONSISTENT_HASHING
Generating 1000 keys...
Phase 1: Keys distributed across 3 nodes.
Phase 2: Adding 'Node D'...

📊 RESULTS:
Keys Moved:   246/1000
Percentage:   24.6%
Visualization: [▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░]
✅ LOW IMPACT! (Consistent hashing minimizes movement)
";

#[test]
fn the_text_is_the_guides_to_the_letter() {
    assert_eq!(run(&[("strategy", "modulo")], &[], 42).text(), MODULO_TEXT);
    assert_eq!(run(&[("strategy", "ring")], &[], 42).text(), RING_TEXT);
    for (text, filled, empty) in [(MODULO_TEXT, 37, 12), (RING_TEXT, 12, 37)] {
        assert_eq!(text.matches('▓').count(), filled);
        assert_eq!(text.matches('░').count(), empty);
    }
}

#[test]
fn the_text_of_other_runs_has_the_same_form() {
    let set = &[("nodes", "1"), ("change", "none"), ("keys", "10")];
    let text = run(set, &[("1s", "lookup user_123")], 42).text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[2], "Phase 1: Keys distributed across 1 node.");
    assert_eq!(lines[3], "Phase 2: Changing nothing...");
    assert_eq!(lines[6], "Keys Moved:   0/10");
    assert_eq!(lines[10], "Key 'user_123' maps to Node A");

    let mut lab = lab(&[], 42);
    seek(&mut lab, Time::from_millis(1_100));
    let text = lab.text();
    assert!(text.contains("\nStill moving: "), "{text}");
}

#[test]
fn the_guides_key_is_looked_up_with_its_path() {
    for (strategy, before, after) in [("modulo", "B", "D"), ("ring", "B", "B")] {
        let mut lab = lab(&[("strategy", strategy)], 42);
        lab.insert(Time::from_millis(100), "lookup user_123")
            .unwrap();
        seek(&mut lab, Time::from_millis(500));
        assert_eq!(text(&lab, "lookup_key"), "user_123");
        assert_eq!(text(&lab, "lookup_node"), before);
        seek(&mut lab, Time::from_secs(5));
        assert_eq!(text(&lab, "lookup_node"), after);
    }
    let lab = run(&[], &[("8s", "lookup user_123")], 42);
    let Panel::Ring(ring) = &lab.view().panels[0] else {
        panic!("no ring")
    };
    let path = ring.lookup.as_ref().unwrap();
    assert_eq!(&*ring.owners[path.owner as usize].label, "B");
    assert!(path.point.starts_with("Node B-"), "{}", path.point);
    assert!(path.point_at > path.at);
    // No other virtual node stands between the key and its own.
    let between = |at: f64| path.at < at && at < path.point_at;
    assert!(!ring.points.iter().any(|point| between(point.at)));
    let figure = &lab.view().figures[1];
    assert_eq!(&*figure.value, "Node B");
    assert_eq!(*figure.detail, *format!("next clockwise: {}", path.point));
}

#[test]
fn lookups_miss_keys_that_are_on_their_way() {
    let busy = |strategy| {
        let lab = run(&[("strategy", strategy), ("lookups_per_s", "200")], &[], 42);
        (int(&lab, "lookups_ok"), int(&lab, "lookups_missed"))
    };
    let (modulo_ok, modulo) = busy("modulo");
    let (ring_ok, ring) = busy("ring");
    assert!(
        modulo > 3 * ring && ring > 0,
        "modulo {modulo}, ring {ring}"
    );
    for all in [modulo_ok + modulo, ring_ok + ring] {
        // Two hundred a second for ten seconds, less those still unanswered at the end.
        assert!((1_990..=2_000).contains(&all), "{all}");
    }
}

/// Checks that after a run with faults every key is with its owner and none was ever lost.
fn check_nothing_lost(set: &[(&str, &str)], commands: &[(&str, &str)], seed: u64) {
    let mut lab = run(set, commands, seed);
    // Faults take time to get over.
    seek(&mut lab, Time::from_secs(60));
    let replay = format!("--seed {seed} --until 60s --set {set:?} --at {commands:?}");
    assert_eq!(
        property(&lab, "no_key_lost"),
        PropertyState::Open,
        "{replay}"
    );
    assert_eq!(int(&lab, "keys_misplaced"), 0, "{replay}");
    assert_eq!(loads(&lab).iter().sum::<i64>(), 1000, "{replay}");
}

#[test]
fn no_key_is_lost_when_three_in_ten_messages_are() {
    for seed in 1..=20 {
        for strategy in ["modulo", "ring"] {
            let set = &[("strategy", strategy)];
            check_nothing_lost(set, &[("0s", "loss 30")], seed);
        }
    }
}

#[test]
fn no_key_is_lost_when_a_node_crashes_during_the_move() {
    for seed in 1..=20 {
        for crash in ["1.01s", "1.05s", "1.2s", "1.4s"] {
            for node in ["B", "D", "client"] {
                let commands = [
                    (crash, format!("crash {node}")),
                    ("3s", format!("restart {node}")),
                ];
                let commands = commands.each_ref().map(|(at, text)| (*at, text.as_str()));
                check_nothing_lost(&[("strategy", "modulo")], &commands, seed);
            }
        }
    }
}

#[test]
fn no_key_is_lost_in_a_storm_of_changes_and_faults() {
    let storm = [
        ("0s", "loss 20"),
        ("0s", "latency 1-300ms"),
        ("1.1s", "remove A"),
        ("1.2s", "add"),
        ("1.3s", "crash C"),
        ("1.4s", "partition client,A|B,C,D"),
        ("1.6s", "remove B"),
        ("1.9s", "heal"),
        ("2s", "restart C"),
        ("2.1s", "add E"),
        ("2.2s", "remove D"),
        ("2.3s", "add D"),
        ("2.5s", "pause E"),
        ("2.6s", "add B"),
        ("3.5s", "resume E"),
        ("9s", "loss 0"),
    ];
    for seed in 1..=30 {
        for strategy in ["modulo", "ring"] {
            check_nothing_lost(&[("strategy", strategy)], &storm, seed);
        }
    }
}

/// The canary: the setting that deletes on sending must be caught by the same property.
#[test]
fn sending_without_acknowledgement_is_caught_losing_keys() {
    let set = &[("transfer", "unacknowledged")];
    let lab = run(set, &[("0s", "loss 30")], 42);
    assert!(matches!(
        property(&lab, "no_key_lost"),
        PropertyState::Violated { .. }
    ));
    assert!(int(&lab, "keys_lost") > 0);
    assert!(lab.text().contains("\nLost: "), "{}", lab.text());
}

/// A disk that is emptied while it holds the only copies loses them: the property says so.
#[test]
fn emptying_a_disk_is_caught_losing_keys() {
    let lab = run(&[("change", "none")], &[("1s", "restart B --empty")], 42);
    assert!(matches!(
        property(&lab, "no_key_lost"),
        PropertyState::Violated { .. }
    ));
    assert_eq!(int(&lab, "keys_lost"), 279);
}

#[test]
fn a_client_with_an_empty_disk_learns_the_nodes_from_them() {
    let lab = run(&[], &[("3s", "restart client --empty"), ("4s", "add")], 42);
    assert_eq!(loads(&lab).len(), 5);
    assert_eq!(int(&lab, "keys_misplaced"), 0);
    assert!(
        lab.commands()
            .iter()
            .all(|command| command.refused.is_none())
    );
}

#[test]
fn commands_that_make_no_sense_then_say_why() {
    let refused = |set, commands: &[(&str, &str)]| {
        let lab = run(set, commands, 42);
        lab.commands()
            .last()
            .unwrap()
            .refused
            .clone()
            .unwrap_or_default()
    };
    assert_eq!(
        refused(&[], &[("2s", "add D")]),
        "node D is a member already"
    );
    assert_eq!(
        refused(
            &[("change", "none")],
            &[("2s", "remove B"), ("3s", "remove B")]
        ),
        "node B is no member; use A or C"
    );
    assert_eq!(
        refused(&[("nodes", "1"), ("change", "none")], &[("2s", "remove A")]),
        "node A is the last one and cannot leave"
    );
    assert_eq!(
        refused(&[], &[("2s", "crash client"), ("3s", "add")]),
        "the client is down"
    );
    assert_eq!(
        refused(&[], &[("2s", "crash B"), ("3s", "crash B")]),
        "node B is down"
    );
    assert_eq!(
        refused(&[], &[("2s", "drop A.9999")]),
        "message A.9999 is not in flight"
    );
    let mut lab = lab(&[], 42);
    let error = lab
        .insert(Time::ZERO, "remove client")
        .unwrap_err()
        .to_string();
    assert_eq!(error, "there is no node 'client'; use A, B, C or D");
    let error = lab.insert(Time::ZERO, "add Q").unwrap_err().to_string();
    assert_eq!(error, "there is no node 'Q' to add; use A, B, C, D or E");
    let long = format!("lookup {}", "k".repeat(65));
    assert!(lab.insert(Time::ZERO, &long).is_err());
    assert!(lab.insert(Time::ZERO, "lookup").is_err());
}

#[test]
fn the_last_node_stays_and_the_run_settles_without_the_change() {
    let lab = run(&[("nodes", "1"), ("change", "remove")], &[], 42);
    assert_eq!(loads(&lab), [1000]);
    assert!(matches!(
        property(&lab, "every_key_with_its_owner"),
        PropertyState::Held { .. }
    ));
}

#[test]
fn the_cluster_grows_to_twenty_six_nodes_and_no_further() {
    let set = &[("nodes", "25"), ("strategy", "rendezvous")];
    let lab = run(set, &[("5s", "add")], 42);
    assert_eq!(loads(&lab).len(), 26);
    assert_eq!(
        lab.commands()[0].refused.as_deref(),
        Some("there are 26 nodes already, the most allowed")
    );
    assert_eq!(lab.node_names().len(), 27);
}

#[test]
fn the_picture_of_a_key_keeps_its_place_while_keys_move() {
    let places = |lab: &SimLab<Sharding>| match &lab.view().panels[0] {
        Panel::Ring(ring) => ring.keys.iter().map(|key| key.at).collect::<Vec<_>>(),
        other => panic!("no ring but {other:?}"),
    };
    let mut lab = lab(&[], 42);
    let at_start = places(&lab);
    seek(&mut lab, Time::from_millis(1_100));
    assert_eq!(places(&lab), at_start);
}

#[test]
fn a_bin_points_at_the_key_that_was_looked_up() {
    let set = &[("strategy", "modulo"), ("change", "none")];
    let lab = run(set, &[("1s", "lookup key_3")], 42);
    let Panel::Bins(bins) = &lab.view().panels[0] else {
        panic!("no bins")
    };
    // Of key_0 to key_9, B has 0, 1, 7 and 9, and A has 3, 5, 6 and 8.
    let lit: Vec<_> = bins.bins.iter().map(|bin| bin.highlight).collect();
    assert_eq!(lit, [Some(0), None, None]);
    assert_eq!(
        &*lab.view().figures[1].detail,
        "212f3714… mod 3 = 0 · found there"
    );
}
