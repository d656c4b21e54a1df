//! Diagrams of real runs of the sharding system, compared with their traces.

use std::collections::BTreeMap;

use faultline_sim::Time;
use faultline_view::{
    DropPlace, MarkKind, MessageFate, NodeStatus, OTHERS, Selection, SpaceTime, SpaceTimeMark,
    SpaceTimeMessage, Tone,
};

use super::{SpaceTimeModel, Window, space_time};
use crate::sharding::{INFO, Sharding};
use crate::{Lab, LogEntry, SimLab, Values};

mod edits;
mod following;

const SEED: u64 = 42;

fn lab(set: &[(&str, &str)], commands: &[(&str, &str)]) -> SimLab<Sharding> {
    let values = Values::parse(INFO.params, set).unwrap();
    let mut lab = SimLab::new(&values, SEED);
    for (at, text) in commands {
        place(&mut lab, at.parse().unwrap(), text);
    }
    lab
}

fn place(lab: &mut dyn Lab, at: Time, text: &str) -> u64 {
    lab.insert(at, text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn seek(lab: &mut dyn Lab, to: Time) {
    assert!(lab.seek(to, 10_000_000).reached);
}

/// Runs with commands until a time.
fn run(commands: &[(&str, &str)], until: &str) -> SimLab<Sharding> {
    let mut lab = lab(&[("keys", "200")], commands);
    seek(&mut lab, until.parse().unwrap());
    lab
}

/// A window with room for everything.
fn all(lab: &dyn Lab) -> Window {
    Window {
        from: Time::ZERO,
        to: lab.now(),
        lanes: 100,
        messages: usize::MAX,
        selected: Selection::None,
    }
}

fn whole(lab: &dyn Lab) -> SpaceTime {
    space_time(lab, &all(lab))
}

fn trace(lab: &dyn Lab) -> Vec<LogEntry> {
    lab.trace(1, usize::MAX)
}

fn message<'d>(diagram: &'d SpaceTime, id: &str) -> &'d SpaceTimeMessage {
    let mut messages = diagram.messages.iter();
    messages.find(|one| &*one.id == id).expect("the message")
}

fn mark<'d>(diagram: &'d SpaceTime, label: &str) -> &'d SpaceTimeMark {
    let mut marks = diagram.marks.iter();
    marks.find(|one| &*one.label == label).expect("the mark")
}

/// What is wrong in a diagram of a whole run, by its trace.
fn faults(diagram: &SpaceTime, entries: &[LogEntry]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut by_id: BTreeMap<&str, &SpaceTimeMessage> = BTreeMap::new();
    for one in &diagram.messages {
        if by_id.insert(&one.id, one).is_some() {
            faults.push(format!("{} is drawn twice", one.id));
        }
    }
    let mut expected: BTreeMap<&str, MessageFate> = BTreeMap::new();
    for entry in entries {
        let Some(id) = entry.message.as_deref() else {
            continue;
        };
        let Some(one) = by_id.get(id) else {
            faults.push(format!("{id} has no arrow"));
            continue;
        };
        let at_ns = entry.at.as_nanos();
        let ends = (diagram.lane_name(one.from), diagram.lane_name(one.to));
        let given = (
            entry.node.as_deref().unwrap_or_default(),
            entry.peer.as_deref().unwrap_or_default(),
        );
        match entry.kind {
            "sent" | "duplicated" => {
                if ends != given || one.sent_ns != at_ns {
                    faults.push(format!("{id} begins elsewhere"));
                }
                if one.copy != (entry.kind == "duplicated") {
                    faults.push(format!("{id} is a copy or is not"));
                }
                expected.insert(id, MessageFate::InFlight);
            }
            "delivered" => {
                if (ends.1, ends.0) != given {
                    faults.push(format!("{id} goes elsewhere"));
                }
                expected.insert(id, MessageFate::Delivered { at_ns });
            }
            "dropped" => {
                let place = match &one.fate {
                    MessageFate::Dropped { place, .. } => *place,
                    _ => DropPlace::OnTheWay,
                };
                let why = entry.label.clone();
                expected.insert(id, MessageFate::Dropped { at_ns, why, place });
            }
            _ => {}
        }
    }
    for (id, fate) in expected {
        if by_id.get(id).is_some_and(|one| one.fate != fate) {
            faults.push(format!("{id} meets another fate"));
        }
    }
    faults
}

/// How many messages met each fate.
fn census(diagram: &SpaceTime) -> [u64; 5] {
    let count = |is_so: &dyn Fn(&SpaceTimeMessage) -> bool| {
        diagram.messages.iter().filter(|one| is_so(one)).count() as u64
    };
    [
        count(&|one| !one.copy),
        count(&|one| one.copy),
        count(&|one| matches!(one.fate, MessageFate::Delivered { .. })),
        count(&|one| matches!(one.fate, MessageFate::Dropped { .. })),
        count(&|one| one.fate == MessageFate::InFlight),
    ]
}

/// Runs with every kind of fault.
fn eventful() -> Vec<SimLab<Sharding>> {
    vec![
        run(&[], "3s"),
        run(&[("1100ms", "crash B"), ("1400ms", "restart B")], "2s"),
        run(&[("1050ms", "pause D"), ("1300ms", "resume D")], "1500ms"),
        run(&[("1050ms", "partition A,B|C"), ("1200ms", "heal")], "2s"),
        run(&[("0s", "loss 20"), ("500ms", "latency 5-400ms")], "2345ms"),
        run(
            &[("1s", "crash client"), ("1100ms", "restart client")],
            "2s",
        ),
    ]
}

#[test]
fn every_message_has_its_arrow() {
    for lab in eventful() {
        let diagram = whole(&lab);
        let found = faults(&diagram, &trace(&lab));
        assert!(found.is_empty(), "{:?}: {found:#?}", lab.commands());
        let counts = lab.scene().world.counts();
        assert!(counts.sent > 150, "{counts:?}");
        let expected = [
            counts.sent,
            counts.duplicated,
            counts.delivered,
            counts.dropped,
            counts.in_flight,
        ];
        assert_eq!(census(&diagram), expected, "{:?}", lab.commands());
        assert_eq!(diagram.hidden, 0);
    }
}

type Damage = fn(&mut SpaceTime);

/// The check above must bite, or it proves nothing.
#[test]
fn the_check_of_arrows_bites() {
    let lab = run(&[("1s", "loss 20")], "1500ms");
    let entries = trace(&lab);
    let good = whole(&lab);
    let breaks: [(&str, Damage); 6] = [
        ("has no arrow", |data| drop(data.messages.remove(7))),
        ("is drawn twice", |data| {
            let one = data.messages[7].clone();
            data.messages.push(one);
        }),
        ("begins elsewhere", |data| data.messages[7].sent_ns += 1),
        ("goes elsewhere", |data| {
            let one = &mut data.messages[7];
            core::mem::swap(&mut one.from, &mut one.to);
        }),
        ("meets another fate", |data| {
            data.messages[7].fate = MessageFate::InFlight;
        }),
        ("is a copy", |data| data.messages[7].copy = true),
    ];
    for (expected, damage) in breaks {
        let mut bad = good.clone();
        damage(&mut bad);
        let found = faults(&bad, &entries);
        assert!(found.iter().any(|one| one.contains(expected)), "{found:?}");
    }
}

#[test]
fn lanes_are_the_nodes_with_their_looks() {
    let lab = run(&[], "3s");
    let diagram = whole(&lab);
    let names: Vec<&str> = diagram.lanes.iter().map(|lane| &*lane.name).collect();
    assert_eq!(names, ["client", "A", "B", "C", "D"]);
    assert_eq!(diagram.lanes[1].tone, Tone::Series(0));
    assert_eq!(diagram.lanes[4].since_ns, 1_000_000_000, "D joined then");
    let planned = mark(&diagram, "add D");
    assert_eq!((planned.at_ns, planned.command), (1_000_000_000, None));
    let transfer = diagram
        .messages
        .iter()
        .find(|one| one.label.starts_with("Transfer key_"));
    let transfer = transfer.expect("a transfer names its key");
    assert_eq!(transfer.tone, diagram.lanes[transfer.from as usize].tone);
}

#[test]
fn crashes_pauses_and_partitions_have_their_spans() {
    let lab = run(
        &[
            ("1100ms", "crash B"),
            ("1200ms", "pause C"),
            ("1300ms", "restart B"),
            ("1350ms", "partition A,C|B"),
            ("1400ms", "crash C"),
            ("1500ms", "partition A|B"),
            ("1600ms", "heal"),
            ("1700ms", "pause A"),
            ("1800ms", "resume B"),
        ],
        "2s",
    );
    let diagram = whole(&lab);
    let spans = |lane: usize| -> Vec<(u64, Option<u64>, NodeStatus)> {
        let stops = diagram.lanes[lane].stops.iter();
        let ms = |ns: u64| ns / 1_000_000;
        stops
            .map(|stop| (ms(stop.from_ns), stop.to_ns.map(ms), stop.status))
            .collect()
    };
    assert_eq!(spans(2), [(1100, Some(1300), NodeStatus::Down)]);
    assert_eq!(
        spans(3),
        [
            (1200, Some(1400), NodeStatus::Paused),
            (1400, None, NodeStatus::Down)
        ]
    );
    assert_eq!(spans(1), [(1700, None, NodeStatus::Paused)]);
    let sides: Vec<&[u32]> = diagram
        .partitions
        .iter()
        .map(|split| &*split.sides)
        .collect();
    // The client and D are in no group, and so in one of their own.
    assert_eq!(sides, [[2, 0, 1, 0, 2], [2, 0, 1, 2, 2]]);
    assert_eq!(diagram.partitions[0].to_ns, Some(1_500_000_000));
    assert_eq!(diagram.partitions[1].to_ns, Some(1_600_000_000));
    assert_eq!(mark(&diagram, "crash B").lane, Some(2));
    assert_eq!(mark(&diagram, "crash B").kind, MarkKind::Crash);
    assert_eq!(mark(&diagram, "heal").lane, None);
    let refused = mark(&diagram, "resume B").refused.as_deref();
    assert_eq!(refused, Some("node B is not paused"));
    let commands = diagram.marks.iter().filter(|one| one.command.is_some());
    assert_eq!(commands.count(), 9);
    assert_eq!(diagram.marks.len(), 10, "the planned change is a mark too");
}

#[test]
fn what_is_lost_dies_in_its_place() {
    let places = |commands: &[(&str, &str)], until: &str| {
        let diagram = whole(&run(commands, until));
        let mut places: Vec<DropPlace> = Vec::new();
        for one in &diagram.messages {
            if let MessageFate::Dropped { place, .. } = one.fate
                && !places.contains(&place)
            {
                places.push(place);
            }
        }
        places
    };
    assert_eq!(places(&[("1s", "loss 20")], "2s"), [DropPlace::OnTheWay]);
    assert_eq!(
        places(&[("1s", "crash C")], "2s"),
        [DropPlace::AtTheReceiver]
    );
    assert_eq!(
        places(&[("1s", "partition A|B,C")], "2s"),
        [DropPlace::AtTheCut]
    );
}

#[test]
fn what_waits_for_a_paused_node_arrives_before_it_is_handled() {
    let diagram = whole(&run(&[("1050ms", "pause D"), ("1300ms", "resume D")], "2s"));
    let waited = diagram.messages.iter().filter(|one| {
        let at = match one.fate {
            MessageFate::Delivered { at_ns } => at_ns,
            _ => return false,
        };
        at == 1_300_000_000 && one.arrives_ns.is_some_and(|arrives| arrives < at)
    });
    assert!(waited.count() > 3);
}

#[test]
fn dense_windows_are_thinned_steadily() {
    let lab = run(&[], "3s");
    let full = whole(&lab);
    let total = full.messages.len();
    let mut model = SpaceTimeModel::new();
    model.update(&lab, usize::MAX);
    let selected = full.messages[total / 2].id.clone();
    let thin = |model: &mut SpaceTimeModel, from: u64, most: usize| {
        model.diagram(
            lab.now(),
            &Window {
                from: Time::from_millis(from),
                to: Time::from_secs(3),
                messages: most,
                selected: Selection::Message(selected.clone()),
                ..all(&lab)
            },
        )
    };
    for most in [0, 10, 100, total / 2, total] {
        let diagram = thin(&mut model, 0, most);
        assert!(diagram.messages.len() <= most + 1, "{most}");
        assert_eq!(diagram.messages.len() as u64 + diagram.hidden, total as u64);
        assert!(diagram.selected_message().is_some(), "{most}");
        assert!(most < 100 || diagram.messages.len() * 4 > most, "{most}");
    }
    // What is drawn in a window is drawn in one that begins a little later, too.
    let (one, other) = (thin(&mut model, 0, 200), thin(&mut model, 5, 200));
    let kept = other
        .messages
        .iter()
        .filter(|message| one.messages.contains(message));
    assert_eq!(kept.count(), other.messages.len());
}

#[test]
fn of_many_nodes_the_selected_and_the_faulted_have_lanes() {
    let mut lab = run(&[("1100ms", "crash C")], "1500ms");
    let mut model = SpaceTimeModel::new();
    model.update(&lab, usize::MAX);
    let window = |selected| Window {
        lanes: 2,
        selected,
        ..all(&lab)
    };
    let names = |diagram: &SpaceTime| -> Vec<String> {
        diagram
            .lanes
            .iter()
            .map(|lane| lane.name.to_string())
            .collect()
    };
    let diagram = model.diagram(lab.now(), &window(Selection::Node("client".into())));
    assert_eq!(names(&diagram), ["client", "C"]);
    assert_eq!(diagram.others, 3);
    assert_eq!(diagram.partitions.len(), 0);
    assert!(diagram.messages.iter().any(|one| one.to == OTHERS));
    assert!(
        !diagram
            .messages
            .iter()
            .any(|one| one.to == OTHERS && one.from == OTHERS)
    );
    // Without a selection, those shown before stay.
    let again = model.diagram(lab.now(), &window(Selection::None));
    assert_eq!(names(&again), ["client", "C"]);
    let late = Window {
        from: Time::from_millis(1_200),
        ..window(Selection::None)
    };
    let later = model.diagram(lab.now(), &late);
    assert_eq!(names(&later), ["client", "C"]);
    seek(&mut lab, Time::from_secs(2));
    model.update(&lab, usize::MAX);
    assert_eq!(names(&model.diagram(lab.now(), &late)), ["client", "C"]);
}

#[test]
fn timers_close_together_are_one_tick() {
    let lab = run(&[], "3s");
    let diagram = whole(&lab);
    let fired = trace(&lab)
        .into_iter()
        .filter(|entry| matches!(entry.kind, "timer_fired" | "noted" | "disk_written"));
    let told: u64 = diagram
        .events
        .iter()
        .map(|event| u64::from(event.count))
        .sum();
    assert_eq!(told, fired.count() as u64);
    assert!(diagram.events.len() <= 5 * 256, "{}", diagram.events.len());
    assert!(diagram.events.iter().any(|event| event.count > 1));
}

#[test]
fn odd_windows_are_drawn_without_harm() {
    let lab = run(&[("1100ms", "crash B")], "1500ms");
    let mut model = SpaceTimeModel::new();
    let nothing = model.diagram(Time::ZERO, &all(&lab));
    assert!(nothing.lanes.is_empty() && nothing.messages.is_empty());
    model.update(&lab, 0);
    model.update(&lab, usize::MAX);
    for (from, to) in [(0, 0), (5, 1), (u64::MAX - 1, u64::MAX), (0, u64::MAX)] {
        let window = Window {
            from: Time(from),
            to: Time(to),
            lanes: 0,
            messages: 0,
            selected: Selection::Mark("none".into()),
        };
        let diagram = model.diagram(lab.now(), &window);
        assert!(diagram.from_ns <= diagram.to_ns && diagram.lanes.len() == 1);
    }
}
