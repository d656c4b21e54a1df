//! Sample space-time diagrams.

use faultline_view::*;

use super::{Lcg, name};

const MS: u64 = 1_000_000;

/// A second in the life of some nodes, with every kind of fault in it: the second node crashes
/// and restarts, the last is paused, the network is split between the first half and the rest.
pub fn space_time(nodes: u32, messages: u32) -> SpaceTime {
    let mut random = Lcg(17);
    let at = |share: f64| 1_000 * MS + (share * 1_000.0 * MS as f64) as u64;
    let (cursor, half) = (at(0.8), nodes / 2);
    let (down, split, pause) = (
        (at(0.3), at(0.5)),
        (at(0.6), at(0.75)),
        (at(0.15), at(0.22)),
    );
    let side = |lane: u32| u32::from(lane >= half);
    let mut list: Vec<SpaceTimeMessage> = (0..messages)
        .map(|index| {
            let from = random.below(nodes);
            let to = (from + 1 + random.below(nodes - 1)) % nodes;
            let sent = at(random.next() * 0.79);
            let flight = (20.0 + random.next() * 60.0) * MS as f64;
            let arrives = sent + flight as u64;
            let lost = random.next() < 0.04;
            let drop = |at_ns, why: &str, place| MessageFate::Dropped {
                at_ns,
                why: why.into(),
                place,
            };
            let is_split = |time: u64| (split.0..split.1).contains(&time);
            let cut = side(from) != side(to);
            let fate = if cut && is_split(sent) {
                drop(sent, "cut off", DropPlace::AtTheCut)
            } else if lost {
                drop(sent, "lost on the link", DropPlace::OnTheWay)
            } else if arrives > cursor {
                MessageFate::InFlight
            } else if cut && is_split(arrives) {
                drop(arrives, "cut off", DropPlace::AtTheCut)
            } else if to == 1 && (down.0..down.1).contains(&arrives) {
                drop(arrives, "receiver is down", DropPlace::AtTheReceiver)
            } else if to + 1 == nodes && (pause.0..pause.1).contains(&arrives) {
                MessageFate::Delivered { at_ns: pause.1 }
            } else {
                MessageFate::Delivered { at_ns: arrives }
            };
            let at_once = lost || cut && is_split(sent);
            SpaceTimeMessage {
                id: format!("{}.{index}", name(from as usize)).into(),
                from,
                to,
                sent_ns: sent,
                arrives_ns: (!at_once).then_some(arrives),
                planned_ns: None,
                label: format!("Transfer key_{index}").into(),
                tone: Tone::Series(from as u8),
                fate,
                copy: index % 17 == 5,
                command: None,
            }
        })
        .filter(|one| one.from != 1 || !(down.0..down.1).contains(&one.sent_ns))
        .collect();
    list.sort_by_key(|one| one.sent_ns);
    let mut held = list.iter().skip(messages as usize / 3);
    let held = held
        .position(|one| one.to == 0)
        .map(|index| index + messages as usize / 3);
    if let Some(one) = held.and_then(|held| list.get_mut(held)) {
        let planned = one.arrives_ns.unwrap_or(one.sent_ns + 30 * MS);
        one.planned_ns = Some(planned);
        one.arrives_ns = Some(planned + 90 * MS);
        one.fate = MessageFate::Delivered {
            at_ns: planned + 90 * MS,
        };
        one.command = Some(4);
    }
    let selected = list.get(list.len() / 5).map(|one| one.id.clone());
    let lanes = (0..nodes)
        .map(|lane| {
            let span = |(from_ns, to_ns), status| StatusSpan {
                from_ns,
                to_ns: Some(to_ns),
                status,
            };
            let stops = match lane {
                1 => vec![span(down, NodeStatus::Down)],
                last if last + 1 == nodes && last > 1 => vec![span(pause, NodeStatus::Paused)],
                _ => vec![],
            };
            SpaceTimeLane {
                name: name(lane as usize).into(),
                label: name(lane as usize).into(),
                tone: Tone::Series(lane as u8),
                since_ns: 0,
                stops,
            }
        })
        .collect();
    let events = (0..nodes * 6)
        .map(|index| LaneEvent {
            id: u64::from(index) + 100,
            lane: index % nodes,
            from_ns: at(random.next() * 0.8),
            count: 1 + index % 3,
            label: if index % 11 == 3 {
                "leader now"
            } else {
                "timer Beat"
            }
            .into(),
            note: index % 11 == 3,
            ..LaneEvent::default()
        })
        .map(|event| LaneEvent {
            to_ns: event.from_ns,
            ..event
        })
        .collect();
    let mark = |id: u64, lane, at_ns, kind, label: &str| SpaceTimeMark {
        id: id.to_string().into(),
        lane,
        at_ns,
        kind,
        label: label.into(),
        command: Some(id),
        refused: None,
    };
    SpaceTime {
        title: "".into(),
        lanes,
        others: 0,
        from_ns: at(0.0),
        to_ns: at(1.0),
        cursor_ns: cursor,
        known_ns: cursor,
        since_ns: 0,
        messages: list,
        events,
        marks: vec![
            SpaceTimeMark {
                command: None,
                ..mark(1, None, at(0.08), MarkKind::Command, "add D")
            },
            mark(2, Some(1), down.0, MarkKind::Crash, "crash B"),
            mark(3, Some(1), down.1, MarkKind::Restart, "restart B"),
            SpaceTimeMark {
                refused: Some("node A is not paused".into()),
                ..mark(5, Some(0), at(0.55), MarkKind::Resume, "resume A")
            },
            mark(6, None, split.0, MarkKind::Partition, "partition A,B|C,D"),
            mark(7, None, split.1, MarkKind::Heal, "heal"),
        ],
        partitions: vec![PartitionSpan {
            from_ns: split.0,
            to_ns: Some(split.1),
            label: "A,B|C,D".into(),
            sides: (0..nodes).map(side).collect(),
        }],
        hidden: 0,
        selected: selected.map_or(Selection::None, Selection::Message),
    }
}

/// A run of five nodes that was taken back: the cursor stands in its past.
pub fn taken_back() -> SpaceTime {
    let mut data = space_time(5, 60);
    data.cursor_ns = 1_430 * MS;
    data.since_ns = 1_020 * MS;
    data.selected = Selection::Node("C".into());
    data
}

/// A few messages between three nodes, with room for their words.
pub fn calm() -> SpaceTime {
    let mut data = space_time(3, 14);
    data.title = "What happened".into();
    data.lanes[0].name = "client".into();
    data.lanes[0].label = "client".into();
    data.lanes[0].tone = Tone::Ink;
    data.messages[1].to = data.messages[1].from;
    data.selected = Selection::Mark("2".into());
    data
}

/// Space-time diagrams small and large, by name.
pub fn space_times() -> Vec<(&'static str, SpaceTime)> {
    let mut dense = space_time(8, 2000);
    dense.hidden = 12_345;
    vec![
        ("space-time", space_time(4, 40)),
        ("space-time-calm", calm()),
        ("space-time-back", taken_back()),
        ("space-time-two", space_time(2, 12)),
        ("space-time-dense", dense),
        ("space-time-fifty", space_time(50, 400)),
        ("space-time-many", space_time(300, 2000)),
    ]
}
