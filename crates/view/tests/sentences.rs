//! The same moments in words.

mod common;

use faultline_view::sentences::{change, panel, view};
use faultline_view::{NodeStatus, Panel, RingOwner, SeriesMark, Tone, View};

fn of(panels: Vec<Panel>) -> View {
    View {
        panels,
        ..View::default()
    }
}

#[test]
fn panels_in_words() {
    let mut out = String::new();
    for (name, one) in common::gallery() {
        out.push_str(&format!("# {name}\n{}\n\n", panel(&one).join("\n")));
    }
    insta::assert_snapshot!("panels", out);
}

#[test]
fn a_view_in_words() {
    insta::assert_snapshot!("view", view(&common::view()).join("\n"));
}

#[test]
fn who_holds_what_and_where_the_moved_ones_went() {
    let said = panel(&Panel::Ring(common::ring(4, 100, 1000, false)));
    assert!(said.contains(&"220 keys moved in the last change, all of them to Node D.".into()));
    assert!(said.contains(&"Node D, new, holds 220 of 1,000 keys, 22 percent.".into()));
}

#[test]
fn nothing_changed_says_nothing() {
    for (name, one) in common::gallery() {
        let moment = of(vec![one]);
        assert_eq!(change(&moment, &moment), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn faults_are_said() {
    let before = common::topology(5, 7);
    let mut after = before.clone();
    after.nodes[0].status = NodeStatus::Down;
    after.nodes[2].status = NodeStatus::Up;
    after.nodes[4].status = NodeStatus::Up;
    after.nodes[1].lead = false;
    after.links[3].cut = true;
    after.messages.clear();
    let (before, after) = (Panel::Topology(before), Panel::Topology(after));
    assert_eq!(
        change(&of(vec![before]), &of(vec![after])),
        [
            "Node A crashed.",
            "Node B no longer leads.",
            "Node C restarted.",
            "Node E resumed.",
            "The link between Node A and Node E is cut.",
        ]
    );
}

#[test]
fn a_join_is_said_once_and_with_its_figure() {
    let before = common::view();
    let mut after = before.clone();
    after.figures[0].value = "19.8".into();
    after.figures[0].detail = "198 of 1000 · expected 20.0 %".into();
    if let Panel::Ring(ring) = &mut after.panels[0] {
        ring.owners.push(RingOwner {
            label: "E".into(),
            tone: Tone::Series(4),
            joined: true,
        });
        ring.lookup = None;
    }
    let expected = [
        "Node E joined.",
        "19.8 % moved: 198 of 1000, expected 20.0 %.",
    ];
    assert_eq!(change(&before, &after), expected);
    let mut twice = after.clone();
    twice.panels.push(after.panels[0].clone());
    let mut before_twice = before.clone();
    before_twice.panels.push(before.panels[0].clone());
    assert_eq!(change(&before_twice, &twice), expected);
}

#[test]
fn many_changes_are_counted() {
    let before = common::series();
    let mut after = before.clone();
    after.marks.extend((0..20).map(|index| SeriesMark {
        x: f64::from(index),
        label: format!("crash {index}").into(),
    }));
    let said = change(
        &of(vec![Panel::Series(before)]),
        &of(vec![Panel::Series(after)]),
    );
    assert_eq!(said.len(), 6);
    assert_eq!(said[5], "And 15 more changes.");
}

#[test]
fn a_change_of_state_is_said() {
    let before = common::breaker();
    let mut after = before.clone();
    after.current = Some(1);
    let (before, after) = (Panel::StateMachine(before), Panel::StateMachine(after));
    assert_eq!(
        change(&of(vec![before]), &of(vec![after])),
        ["client: OPEN, calls fail at once, 2 of 20 clients."]
    );
}
