//! The guide's output to the letter, what the quorums promise over many seeds, and repairs.

use faultline_sim::Time;
use faultline_view::Panel;

use super::{INFO, Quorum};
use crate::testing::{number, replay};
use crate::{Lab, PropertyState, SimLab, Values};

fn run(set: &[(&str, &str)], commands: &[(&str, &str)], until: &str, seed: u64) -> SimLab<Quorum> {
    let values = Values::parse(INFO.params, set).unwrap_or_else(|error| panic!("{error}"));
    let mut lab = SimLab::new(&values, seed);
    for (at, text) in commands {
        lab.insert(at.parse().unwrap(), text)
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    seek(&mut lab, until);
    lab
}

fn seek(lab: &mut SimLab<Quorum>, to: &str) {
    let to: Time = to.parse().unwrap();
    assert!(lab.seek(to, 1_000_000).reached);
}

fn is_broken(lab: &SimLab<Quorum>, name: &str) -> bool {
    let reports = lab.properties();
    let report = reports.iter().find(|one| one.name == name).unwrap();
    matches!(report.state, PropertyState::Violated { .. })
}

const GUIDE_TEXT: &str = "\
--- SYSTEM HEALTHY ---
Requesting key 'my_key' from all nodes (R=2)...
Result: SUCCESS. Got Version 1 from ['Node 1', 'Node 2', 'Node 3']

--- 💥 DISASTER: KILLING NODE 2 ---
Requesting key 'my_key' from all nodes (R=2)...
  ❌ Node 2 is DOWN
Result: SUCCESS (Quorum Met). Got Version 1 from ['Node 1', 'Node 3']

--- 💥 CATASTROPHE: KILLING NODE 3 ---
Requesting key 'my_key' from all nodes (R=2)...
  ❌ Node 2 is DOWN
  ❌ Node 3 is DOWN
Result: FAILURE. Only 1/3 nodes alive. R=2 not met.
";

#[test]
fn the_text_is_the_guides_to_the_letter() {
    for seed in 1..=200 {
        let lab = run(&[], &[], "14s", seed);
        assert_eq!(lab.text(), GUIDE_TEXT, "{}", replay(&lab));
        assert_eq!(number(&lab, "reads_ok"), 2.0);
        assert_eq!(number(&lab, "reads_failed"), 1.0);
        assert!(lab.commands().is_empty());
    }
}

#[test]
fn another_read_quorum_survives_other_losses() {
    for (r, ok) in [("1", 3.0), ("2", 2.0), ("3", 1.0), ("4", 0.0)] {
        let lab = run(&[("r", r)], &[], "14s", 42);
        assert_eq!(number(&lab, "reads_ok"), ok, "{}", replay(&lab));
        assert_eq!(number(&lab, "reads_failed"), 3.0 - ok);
    }
}

fn stale<'a>(r: &'a str, w: &'a str) -> [(&'static str, &'a str); 3] {
    [("scenario", "stale"), ("r", r), ("w", w)]
}

/// The canary of the property, and the broken setting of the lesson.
#[test]
fn reads_are_stale_when_quorums_do_not_overlap() {
    for seed in 1..=200 {
        let lab = run(&stale("1", "1"), &[], "14s", seed);
        assert!(number(&lab, "stale_reads") > 0.0, "{}", replay(&lab));
        assert!(number(&lab, "reads_ok") > 30.0, "{}", replay(&lab));
        assert!(is_broken(&lab, "no_stale_read"), "{}", replay(&lab));
        assert!(!is_broken(&lab, "acknowledged_kept"), "{}", replay(&lab));
    }
}

#[test]
fn no_read_is_stale_when_quorums_overlap() {
    for (r, w) in [("2", "2"), ("1", "3"), ("3", "1")] {
        for seed in 1..=200 {
            let lab = run(&stale(r, w), &[], "14s", seed);
            assert_eq!(number(&lab, "stale_reads"), 0.0, "{}", replay(&lab));
            assert!(number(&lab, "reads_ok") > 5.0, "{}", replay(&lab));
            assert!(!is_broken(&lab, "no_stale_read"), "{}", replay(&lab));
        }
    }
    // Half of an even number is not enough.
    let set = |r| [("scenario", "stale"), ("n", "4"), ("r", r), ("w", "2")];
    let count = |r| -> f64 {
        let lab = |seed| run(&set(r), &[], "14s", seed);
        (1..=20).map(|seed| number(&lab(seed), "stale_reads")).sum()
    };
    assert!(count("2") > 0.0);
    assert_eq!(count("3"), 0.0);
}

#[test]
fn overlapping_quorums_hold_through_crashes_with_disks() {
    let commands = [
        ("2s", "crash 1"),
        ("4s", "restart 1"),
        ("5s", "crash 2"),
        ("6s", "restart 2"),
        ("7s", "pause 3"),
        ("8s", "resume 3"),
        ("9s", "partition client,1,2|3"),
        ("10s", "heal"),
        ("10s", "restart client"),
        ("11s", "restart 3"),
    ];
    for seed in 1..=100 {
        let lab = run(&stale("2", "2"), &commands, "14s", seed);
        for name in ["no_stale_read", "acknowledged_kept"] {
            assert!(!is_broken(&lab, name), "{name}: {}", replay(&lab));
        }
        assert!(number(&lab, "writes_ok") > 10.0, "{}", replay(&lab));
    }
}

/// Two disks emptied are more than W = 2 can bear: the property must say so.
#[test]
fn emptied_disks_are_caught_losing_a_write() {
    let set = [("scenario", "none")];
    let commands = [
        ("1s", "crash 3"),
        ("2s", "write new"),
        ("4s", "restart 1 --empty"),
        ("4s", "restart 2 --empty"),
        ("4s", "restart 3"),
        ("5s", "read"),
    ];
    let lab = run(&set, &commands, "14s", 42);
    assert!(is_broken(&lab, "acknowledged_kept"));
    assert_eq!(number(&lab, "writes_ok"), 1.0);
    // The client's write is gone: the read has version 1 or none.
    assert!(is_broken(&lab, "no_stale_read"));
    assert_eq!(number(&lab, "stale_reads"), 1.0);
    assert!(
        lab.text()
            .contains("⚠️ STALE: Version 2 had been acknowledged\n")
    );
}

/// Node 3 misses a write and comes back with what its disk held.
fn missed(set: &[(&str, &str)], then: &[(&str, &str)], until: &str) -> SimLab<Quorum> {
    let mut all = vec![("scenario", "none")];
    all.extend(set);
    let mut commands = vec![("1s", "crash 3"), ("2s", "write new"), ("5s", "restart 3")];
    commands.extend(then);
    run(&all, &commands, until, 42)
}

#[test]
fn a_restarted_node_holds_what_its_disk_held() {
    let lab = missed(&[], &[("6s", "read")], "14s");
    let versions = [1, 2, 3].map(|node| number(&lab, &format!("node.{node}.version")));
    assert_eq!(versions, [2.0, 2.0, 1.0]);
    assert_eq!(number(&lab, "nodes_behind"), 1.0);
    assert_eq!(number(&lab, "version"), 2.0);
    let text = "--- SYSTEM HEALTHY ---\n\
         \n\
         --- 💥 DISASTER: KILLING NODE 3 ---\n\
         Writing key 'my_key' = 'new' as Version 2 to all nodes (W=2)...\n  \
         ❌ Node 3 is DOWN\n\
         Result: SUCCESS (Quorum Met). Stored Version 2 on ['Node 1', 'Node 2']\n\
         \n\
         --- 🔄 RECOVERY: RESTARTING NODE 3 ---\n\
         Requesting key 'my_key' from all nodes (R=2)...\n\
         Result: SUCCESS. Got Version 2 from ['Node 1', 'Node 2', 'Node 3']\n\
         \n\
         Reads: 1 ok, 0 failed, 0 stale. Writes: 1 ok, 0 failed.\n";
    // Nothing happened while all was well, so nothing is told of it.
    assert_eq!(
        lab.text(),
        text.trim_start_matches("--- SYSTEM HEALTHY ---\n\n")
    );
}

#[test]
fn read_repair_mends_what_a_read_sees() {
    let set = [("read_repair", "on")];
    let lab = missed(&set, &[], "14s");
    assert_eq!(number(&lab, "node.3.version"), 1.0);
    let lab = missed(&set, &[("6s", "read")], "14s");
    assert_eq!(number(&lab, "node.3.version"), 2.0);
    assert_eq!(number(&lab, "repairs"), 1.0);
}

#[test]
fn a_hint_reaches_the_node_that_is_back() {
    let set = [("hinted_handoff", "on")];
    let mut lab = missed(&set, &[("4s", "restart client")], "4900ms");
    assert_eq!(number(&lab, "hints"), 1.0);
    assert_eq!(number(&lab, "node.3.version"), 1.0);
    seek(&mut lab, "7s");
    assert_eq!(number(&lab, "hints"), 0.0);
    assert_eq!(number(&lab, "hints_delivered"), 1.0);
    assert_eq!(number(&lab, "node.3.version"), 2.0);
}

#[test]
fn a_client_without_its_disk_learns_its_counter_and_overwrites_nothing() {
    let commands = [
        ("1s", "write one"),
        ("2s", "write two"),
        ("3s", "restart client --empty"),
        ("4s", "write three"),
        ("6s", "write four"),
        ("8s", "read"),
    ];
    let lab = run(&[("scenario", "none")], &commands, "14s", 42);
    // The first write after it is refused: the nodes hold something newer.
    assert_eq!(number(&lab, "writes_failed"), 1.0);
    assert_eq!(number(&lab, "writes_ok"), 3.0);
    assert_eq!(number(&lab, "version"), 4.0);
    let refused = "Result: FAILURE. Version 1 is older than what the nodes hold.\n";
    assert!(lab.text().contains(refused), "{}", lab.text());
    assert!(!is_broken(&lab, "no_stale_read"));
}

#[test]
fn the_indicator_says_whether_quorums_overlap() {
    let figure = |n, r, w| {
        let lab = run(&[("n", n), ("r", r), ("w", w)], &[], "1s", 42);
        lab.view().figures[0].clone()
    };
    assert_eq!(&*figure("3", "2", "2").value, "2 + 2 > 3");
    assert_eq!(&*figure("3", "1", "1").value, "1 + 1 ≤ 3");
    assert_eq!(
        &*figure("3", "1", "1").detail,
        "a read can miss the last write"
    );
    assert_eq!(&*figure("3", "4", "1").value, "R 4 > N 3");
}

#[test]
fn the_picture_shows_versions_and_replies() {
    let lab = missed(&[], &[("6s", "read")], "14s");
    let view = lab.view();
    let Panel::Topology(machines) = &view.panels[0] else {
        panic!("no machines")
    };
    let captions: Vec<&str> = machines.nodes.iter().map(|node| &*node.caption).collect();
    assert_eq!(captions, ["reads, 2 of 2", "new", "new", "value_1"]);
    let held = machines.nodes.iter().flat_map(|node| &node.cells);
    let held: Vec<(&str, bool)> = held.map(|cell| (&*cell.label, cell.solid)).collect();
    assert_eq!(held, [("v2", true), ("v2", true), ("v1", false)]);
    assert_eq!(machines.links.len(), 3);
    let Panel::Bars(sum) = &view.panels[1] else {
        panic!("no sum")
    };
    assert_eq!((sum.bars[0].value, sum.bars[1].value), (4.0, 3.0));
    let Panel::Table(sets) = &view.panels[2] else {
        panic!("no sets")
    };
    let [write, read, both] = &sets.rows[..] else {
        panic!("not three rows")
    };
    assert_eq!(write.join(" "), "write ● ● –");
    let in_both = write.iter().zip(read).zip(both).skip(1);
    let in_both = in_both.map(|((write, read), both)| (&**write, &**read, &**both));
    let mut met = 0;
    for (write, read, both) in in_both {
        met += u32::from(both == "●");
        assert_eq!(both == "●", (write, read) == ("●", "●"));
    }
    assert!(met > 0, "R + W > N, and no node in both quorums");
    let Panel::Table(operations) = &view.panels[3] else {
        panic!("no operations")
    };
    let rows: Vec<String> = operations.rows.iter().map(|row| row.join(" | ")).collect();
    assert_eq!(
        rows,
        [
            "6.00 | read | version 2 | all 3",
            "2.00 | write | stored 2 | 1 and 2"
        ]
    );
}

#[test]
fn wrong_commands_say_what_is_allowed() {
    let mut lab = run(&[], &[("0s", "crash client"), ("1s", "read")], "2s", 42);
    assert_eq!(
        lab.commands()[1].refused.as_deref(),
        Some("the client is down")
    );
    for (text, expected) in [
        ("write", "'write' is not complete; use write <value>"),
        ("read it", "'read it' is not complete; use read"),
        ("crash 4", "there is no node '4'; use client, 1, 2 or 3"),
    ] {
        assert_eq!(
            lab.insert(Time::ZERO, text).unwrap_err().to_string(),
            expected
        );
    }
    let long = format!("write {}", "x".repeat(41));
    assert!(lab.insert(Time::ZERO, &long).is_err());
}
