//! A model that follows a run while the user jumps about and edits.

use faultline_sim::{Entry, EntryId, Kind, MessageId, NodeId, Time};
use faultline_view::{MessageFate, Selection, SpaceTime};

use super::super::history::History;
use super::super::{SpaceTimeModel, Window};
use super::{all, lab, place, run, seek, trace, whole};
use crate::Lab;
use crate::sharding::INFO;

/// The next number of a little generator.
fn next(state: &mut u64, below: u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % below
}

/// A diagram without the commands' ids, and what depends on whether they have applied yet.
fn comparable(mut diagram: SpaceTime) -> SpaceTime {
    for one in &mut diagram.messages {
        one.command = None;
    }
    for one in &mut diagram.marks {
        one.refused = None;
        if one.command.take().is_some() {
            one.id = "command".into();
        }
    }
    diagram
}

/// However the user jumps about and edits, the model that followed along shows what a model
/// shows that sees the run for the first time.
#[test]
fn a_model_that_followed_equals_a_fresh_one() {
    for seed in 0..12u64 {
        let mut random = seed;
        let mut lab: Box<dyn Lab> = Box::new(lab(&[("keys", "60")], &[]));
        let mut model = SpaceTimeModel::new();
        let mut story = Vec::new();
        for _ in 0..40 {
            let at = Time::from_millis(next(&mut random, 1_800));
            let ids: Vec<u64> = lab.commands().iter().map(|one| one.id).collect();
            let pick = next(&mut random, ids.len().max(1) as u64) as usize;
            let texts = [
                "crash A",
                "restart A",
                "partition A|B,C",
                "heal",
                "pause B",
                "resume B",
                "loss 30",
                "add",
                "lookup key_3",
                "duplicate A.5",
                "delay A.9 200ms",
                "drop A.12",
            ];
            let text = texts[next(&mut random, texts.len() as u64) as usize];
            let doing = match (next(&mut random, 6), ids.get(pick)) {
                (0, _) => lab.insert(at, text).map(|_| format!("{at} {text}")).ok(),
                (1, Some(id)) => lab
                    .edit(*id, at, text)
                    .map(|()| format!("edit {id} {at} {text}"))
                    .ok(),
                (2, Some(id)) => lab.remove(*id).then(|| format!("remove {id}")),
                (3, _) => {
                    lab = lab.fork();
                    None
                }
                _ => {
                    seek(&mut *lab, at);
                    Some(format!("seek {at}"))
                }
            };
            story.extend(doing);
            // Sometimes in small bites.
            let bite = if next(&mut random, 2) == 0 {
                37
            } else {
                usize::MAX
            };
            while !model.update(&*lab, bite) {}
            let mut ahead = (INFO.start)(lab.values(), lab.seed());
            for command in lab.commands() {
                place(&mut *ahead, command.at, &command.text);
            }
            seek(&mut *ahead, model.known());
            let mut fresh = SpaceTimeModel::new();
            assert!(fresh.update(&*ahead, usize::MAX));
            let window = Window {
                from: Time::from_millis(700),
                to: Time::from_millis(1_700),
                ..all(&*lab)
            };
            let followed = comparable(model.diagram(lab.now(), &window));
            let expected = comparable(fresh.diagram(lab.now(), &window));
            for (one, other) in followed.messages.iter().zip(&expected.messages) {
                assert_eq!(one, other, "seed {seed}: {story:#?}");
            }
            assert_eq!(followed, expected, "seed {seed}: {story:#?}");
        }
    }
}

#[test]
fn going_back_keeps_what_came_next_until_it_is_edited() {
    let mut lab = run(&[], "2s");
    let mut model = SpaceTimeModel::new();
    assert!(model.update(&lab, usize::MAX));
    let window = all(&lab);
    let full = model.diagram(lab.now(), &window);
    seek(&mut lab, Time::from_millis(1_200));
    assert!(model.update(&lab, usize::MAX));
    let back = model.diagram(lab.now(), &window);
    assert_eq!(back.messages, full.messages);
    assert_eq!(
        (back.cursor_ns, back.known_ns),
        (1_200_000_000, 2_000_000_000)
    );
    // A command in the future that was seen: it is not known what comes then.
    place(&mut lab, Time::from_millis(1_500), "crash A");
    assert!(model.update(&lab, usize::MAX));
    let edited = model.diagram(lab.now(), &window);
    assert_eq!(edited.known_ns, 1_499_999_999);
    assert!(
        edited
            .messages
            .iter()
            .all(|one| one.sent_ns < 1_500_000_000)
    );
    assert!(edited.messages.len() < full.messages.len());
    // Another run is another story.
    let other = run(&[], "1s");
    model.update(&other, usize::MAX);
    model.forget();
    assert_eq!(model.known(), Time::ZERO);
}

/// A made-up entry: A sends a message to B, or B receives it.
fn entry(id: u64, at: u64, delivered: bool, message: u64) -> Entry {
    let (from, to) = (NodeId(0), NodeId(1));
    let message = MessageId {
        from,
        number: message as u32,
    };
    let arrives = Some(Time(at + 10));
    let (node, kind) = if delivered {
        (to, Kind::Delivered { id: message, from })
    } else {
        let id = message;
        (from, Kind::Sent { id, to, arrives })
    };
    Entry {
        id: EntryId(id),
        cause: None,
        time: Time(at),
        node: Some(node),
        kind,
        payload: None,
    }
}

#[test]
fn memory_is_bounded_and_gaps_are_survived() {
    let mut history = History::default();
    history.learn_names(&["A".into(), "B".into()]);
    let mut id = 0;
    for number in 0..150_000u64 {
        for delivered in [false, true] {
            id += 1;
            history.take(&entry(id, number * 7, delivered, number));
        }
    }
    let (from, to) = (Time::ZERO, history.known());
    let kept = history.messages(from, to).count();
    assert!((60_000..=65_600).contains(&kept), "{kept}");
    assert!(history.kept_from() > Time(500_000));
    assert!(
        history
            .messages(from, to)
            .all(|one| one.fate != MessageFate::InFlight)
    );
    // Back to just after what is kept, then before it.
    let at = Time(history.kept_from().0 + 70);
    history.forget_from(at);
    assert_eq!(history.messages(from, to).count(), 10);
    assert_eq!(history.next_id(), at.0 / 7 * 2 + 1);
    history.forget_from(Time(7));
    assert_eq!(
        (history.next_id(), history.messages(from, to).count()),
        (1, 0)
    );
    // After a gap it begins anew.
    history.learn_names(&["A".into(), "B".into()]);
    history.take(&entry(1_000, 50, false, 1));
    history.take(&entry(1_001, 60, true, 1));
    assert_eq!(history.kept_from(), Time(50));
    assert_eq!(history.messages(from, to).count(), 1);
}

#[test]
fn some_of_many_messages_are_all_of_a_rank() {
    let mut history = History::default();
    history.learn_names(&["A".into(), "B".into()]);
    let take = |history: &mut History, from: u64, to: u64| {
        for number in from..to {
            history.take(&entry(2 * number + 1, number * 7, false, number));
            history.take(&entry(2 * number + 2, number * 7, true, number));
        }
    };
    let same = |history: &History| {
        let (from, to) = (Time(700), history.known());
        let some = history.some_messages(from, to, 50);
        let some: Vec<u64> = some.into_iter().map(|one| one.entry).collect();
        let all = history.messages(from, to).filter(|one| one.rank() >= 8);
        assert_eq!(some, all.map(|one| one.entry).collect::<Vec<_>>());
        assert!((50..300).contains(&some.len()), "{}", some.len());
    };
    take(&mut history, 0, 40_000);
    same(&history);
    history.forget_from(Time(7 * 20_000));
    same(&history);
    take(&mut history, 20_000, 110_000);
    assert!(history.kept_from() > Time::ZERO);
    let few = history.some_messages(Time(7 * 109_000), history.known(), 1_000);
    assert_eq!(few.len(), 1_000);
    same(&history);
}

#[test]
fn what_is_selected_has_its_time() {
    let lab = run(&[("1s", "crash B")], "2s");
    let mut model = SpaceTimeModel::new();
    model.update(&lab, usize::MAX);
    let diagram = model.diagram(lab.now(), &all(&lab));
    for message in diagram.messages.iter().step_by(17) {
        let seen = model.when(&Selection::Message(message.id.clone()));
        let expected = (Time(message.sent_ns), Time(message.end_ns()));
        assert_eq!(seen, Some(expected), "{}", message.id);
    }
    for mark in &diagram.marks {
        let at = Time(mark.at_ns);
        let seen = model.when(&Selection::Mark(mark.id.clone()));
        assert_eq!(seen, Some((at, at)), "{}", mark.id);
    }
    for entry in trace(&lab).iter().step_by(31) {
        let seen = model.when(&Selection::Mark(format!("e{}", entry.id).into()));
        assert_eq!(seen, Some((entry.at, entry.at)), "entry {}", entry.id);
    }
    for odd in ["", "e", "e0", "e99999999", "99", "x"] {
        assert_eq!(model.when(&Selection::Mark(odd.into())), None, "{odd:?}");
    }
    assert_eq!(model.when(&Selection::Node("B".into())), None);
}

#[test]
fn traffic_counts_every_message_once() {
    let lab = run(&[], "3s");
    let mut model = SpaceTimeModel::new();
    model.update(&lab, usize::MAX);
    let sent = whole(&lab).messages.len() as u64;
    let mut parts = [7; 30];
    model.traffic(lab.now(), &mut parts);
    assert_eq!(parts.iter().map(|part| u64::from(*part)).sum::<u64>(), sent);
    model.traffic(Time::ZERO, &mut parts);
    model.traffic(lab.now(), &mut []);
}

/// A made-up entry of a hundred nodes: one of them sends, or notes something, or its timer fires.
fn bustle(id: u64) -> Entry {
    let (node, to) = (
        NodeId((id * 7 % 100) as u32),
        NodeId((id * 13 % 100) as u32),
    );
    let kind = match id % 3 {
        0 => Kind::Sent {
            id: MessageId {
                from: node,
                number: id as u32,
            },
            to,
            arrives: Some(Time(id * 10 + 500)),
        },
        1 if id.is_multiple_of(8) => Kind::Noted {
            text: format!("note {id}"),
        },
        _ => Kind::DiskWritten,
    };
    Entry {
        id: EntryId(id),
        cause: None,
        time: Time(id * 10),
        node: Some(node),
        kind,
        payload: None,
    }
}

/// What is found by way of the lanes is what is found by looking at everything.
#[test]
fn what_concerns_some_lanes_is_all_of_it() {
    let names: Vec<_> = (0..100).map(|node| node.to_string().into()).collect();
    let mut history = History::default();
    history.learn_names(&names);
    let lanes = [3u32, 9, 21, 77];
    let mut all: Vec<Entry> = Vec::new();
    let check = |history: &History, all: &[Entry]| {
        let (kept, known) = (history.kept_from(), history.known());
        let middle = kept.0.midpoint(known.0);
        for (from, to) in [(kept, known), (Time(middle), Time(middle + 40_000))] {
            let of = |node: NodeId| lanes.contains(&node.0);
            let found = history.messages_of(&lanes, from, to);
            let found: Vec<u64> = found.into_iter().map(|one| one.entry).collect();
            let due = history.messages(from, to);
            let due = due.filter(|one| of(NodeId(one.from)) || of(NodeId(one.to)));
            assert_eq!(found, due.map(|one| one.entry).collect::<Vec<_>>());
            for lane in lanes {
                let mine = |one: &&Entry| {
                    let local = matches!(one.kind, Kind::Noted { .. } | Kind::DiskWritten);
                    local && one.node == Some(NodeId(lane)) && from <= one.time && one.time <= to
                };
                let due: Vec<&Entry> = all.iter().filter(mine).collect();
                let due: Vec<_> = due
                    .chunk_by(|one, other| one.time.0 / 8_192 == other.time.0 / 8_192)
                    .map(|part| {
                        let note = part.iter().find_map(|one| match &one.kind {
                            Kind::Noted { text } => Some(text.clone()),
                            _ => None,
                        });
                        let name = note.unwrap_or_else(|| "disk written".to_owned());
                        let ends = [part[0], part[part.len() - 1]].map(|one| one.id.0);
                        (ends, name, part.len())
                    })
                    .collect();
                let found = history.locals(lane, (from, to), 8_192);
                let found: Vec<_> = found
                    .map(|([first, named, last], count)| {
                        let ends = [first.entry, last.entry];
                        (ends, named.label().to_string(), count)
                    })
                    .collect();
                assert_eq!(found, due, "lane {lane}");
                assert!(found.len() > 3 && found.iter().any(|one| one.2 > 3));
            }
        }
    };
    let take = |history: &mut History, all: &mut Vec<Entry>, ids: core::ops::Range<u64>| {
        for id in ids {
            history.take(&bustle(id));
            all.push(bustle(id));
        }
    };
    take(&mut history, &mut all, 1..60_000);
    check(&history, &all);
    history.forget_from(Time(400_000));
    all.retain(|one| one.time < Time(400_000));
    check(&history, &all);
    take(&mut history, &mut all, 40_000..400_000);
    assert!(history.kept_from() > Time::ZERO);
    check(&history, &all);
}
