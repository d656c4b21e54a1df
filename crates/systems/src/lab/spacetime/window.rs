//! A window of a run's history as a diagram, thinned where there is too much.

use faultline_sim::{MessageId, Time};
use faultline_view::{
    Label, LaneEvent, MarkKind, OTHERS, PartitionSpan, Selection, SpaceTime, SpaceTimeLane,
    SpaceTimeMessage, Tone, choose_lanes,
};
use litemap::LiteMap;

use super::history::History;
use super::records::{Flown, RANK_MAX};
use super::{SpaceTimeModel, Window, faults};

/// The most ticks for what nodes did by themselves, in a whole diagram and on one lane.
const EVENTS_MAX: u64 = 2_000;
const EVENTS_PER_LANE: u64 = 128;

/// Which nodes are the busiest is told from so many messages or more.
const SAMPLE: usize = 1_000;

/// What a diagram leaves for the next.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// The kernel's numbers of the nodes that had lanes, so that the choice among many stays steady.
    lanes: Vec<u32>,
    /// The words of the messages, in the order of the trace: most are drawn again in the next
    /// frame, and to write them takes longer than to find them.
    pub words: Vec<Words>,
}

/// What a message is called.
#[derive(Clone, Debug)]
pub struct Words {
    /// The trace entry with which it began.
    entry: u64,
    id: Label,
    label: Label,
}

/// Which lanes are shown, and where.
struct Lanes {
    /// The kernel's numbers of those shown.
    shown: Vec<u32>,
    /// The place of each node among those shown; [`OTHERS`] for none.
    places: Vec<u32>,
}

impl Lanes {
    fn place(&self, lane: u32) -> u32 {
        self.places.get(lane as usize).copied().unwrap_or(OTHERS)
    }
}

pub fn draw(model: &SpaceTimeModel, cursor: Time, window: &Window) -> (SpaceTime, Drawn) {
    let history = &model.history;
    let (from, to) = (window.from, window.to.max(window.from));
    let mut stops = faults::stops(model);
    let marks = faults::marks(model, from, to);
    let faulted: Vec<u32> = marks.iter().filter_map(|mark| mark.lane).collect();
    let lanes = choose(model, window, &faulted);
    let (messages, words) = messages(model, window, &lanes);
    let all = history.count(from, to);
    let hidden = all.saturating_sub(messages.len()) as u64;
    let names = history.names().0;
    let others = names.len() - lanes.shown.len();
    let shown = lanes.shown.iter().map(|&lane| {
        let name = names[lane as usize].clone();
        SpaceTimeLane {
            label: name.clone(),
            tone: model.tone(lane).unwrap_or(Tone::Ink),
            since_ns: history.since(lane).as_nanos(),
            stops: stops.remove(&lane).unwrap_or_default(),
            name,
        }
    });
    let splits = faults::splits(model).into_iter();
    let partitions = splits.map(|split| PartitionSpan {
        from_ns: split.from.as_nanos(),
        to_ns: split.to.map(Time::as_nanos),
        label: split.label,
        sides: lanes
            .shown
            .iter()
            .map(|&lane| split.sides[lane as usize])
            .collect(),
    });
    let diagram = SpaceTime {
        title: "".into(),
        lanes: shown.collect(),
        others: others as u32,
        from_ns: from.as_nanos(),
        to_ns: to.as_nanos(),
        cursor_ns: cursor.as_nanos(),
        known_ns: history.known().max(cursor).as_nanos(),
        since_ns: history.kept_from().as_nanos(),
        messages,
        events: events(history, from, to, &lanes),
        marks: marks
            .into_iter()
            .map(|mut mark| {
                let place = mark.lane.map(|lane| lanes.place(lane));
                mark.lane = place.filter(|place| *place != OTHERS);
                mark
            })
            .collect(),
        partitions: partitions.collect(),
        hidden,
        selected: window.selected.clone(),
    };
    let lanes = lanes.shown;
    (diagram, Drawn { lanes, words })
}

/// The lanes shown: all, or of many those that are selected, then those with faults, then those
/// shown before, then the busiest.
fn choose(model: &SpaceTimeModel, window: &Window, faulted: &[u32]) -> Lanes {
    const FAULTED: u32 = 1 << 30;
    const SHOWN: u32 = 1 << 29;
    let history = &model.history;
    let count = history.names().0.len();
    let most = window.lanes.max(1);
    let chosen = if count <= most {
        vec![true; count]
    } else {
        let mut ranks = vec![(false, 0u32); count];
        let mut raise = |lane: u32, selected: bool, by: u32| {
            if let Some(rank) = ranks.get_mut(lane as usize) {
                rank.0 |= selected;
                rank.1 = rank.1.saturating_add(by);
            }
        };
        for lane in &model.drawn.lanes {
            raise(*lane, false, SHOWN);
        }
        let mut seen = faulted.to_vec();
        seen.sort_unstable();
        seen.dedup();
        for lane in seen {
            raise(lane, false, FAULTED);
        }
        match &window.selected {
            Selection::Node(name) => raise(history.lane(name).unwrap_or(OTHERS), true, 0),
            Selection::Message(id) => {
                if let Some(message) = history.message(id) {
                    raise(message.from, true, 0);
                    raise(message.to, true, 0);
                }
            }
            Selection::Mark(_) | Selection::None => {}
        }
        // Where those fill all lanes, nobody's business is asked for.
        let is_called = |rank: &(bool, u32)| *rank != (false, 0);
        if ranks.iter().filter(|rank| is_called(rank)).count() == most {
            ranks.iter().map(is_called).collect()
        } else {
            for message in history.some_messages(window.from, window.to, SAMPLE) {
                for lane in [message.from, message.to] {
                    if let Some(rank) = ranks.get_mut(lane as usize) {
                        rank.1 = rank.1.saturating_add(1);
                    }
                }
            }
            choose_lanes(&ranks, most)
        }
    };
    let mut lanes = Lanes {
        shown: Vec::new(),
        places: vec![OTHERS; count],
    };
    for (lane, _) in chosen.iter().enumerate().filter(|(_, chosen)| **chosen) {
        lanes.places[lane] = lanes.shown.len() as u32;
        lanes.shown.push(lane as u32);
    }
    lanes
}

/// The messages of a window, and their words.
fn messages(
    model: &SpaceTimeModel,
    window: &Window,
    lanes: &Lanes,
) -> (Vec<SpaceTimeMessage>, Vec<Words>) {
    let names = model.history.names();
    let edits = edits(model);
    let command = |one: &Flown| {
        let changed = one.original.filter(|_| one.by_fault);
        edits.get(&changed.unwrap_or(one.id)).copied()
    };
    let selected = match &window.selected {
        Selection::Message(id) => names.read_message(id).ok(),
        _ => None,
    };
    let is_pinned = |one: &Flown| selected == Some(one.id) || command(one).is_some();
    let is_shown = |one: &Flown| lanes.place(one.from) != OTHERS || lanes.place(one.to) != OTHERS;
    let history = &model.history;
    let some = matches!(window.selected, Selection::Message(_)) || !edits.is_empty();
    // Among a few of each rank, if more of them are shown than may be drawn, are all to be drawn.
    let enough = if some {
        usize::MAX
    } else {
        window.messages.saturating_mul(2)
    };
    let mut seen = history.some_messages(window.from, window.to, enough);
    seen.retain(|one| is_shown(one));
    if seen.len() <= window.messages {
        seen = history.messages_of(&lanes.shown, window.from, window.to);
    }
    let level = level(seen.iter().copied(), window.messages);
    let (mut drawn, mut words) = (Vec::new(), Vec::new());
    // Both are in the order of the trace.
    let mut before = model.drawn.words.iter().peekable();
    for one in seen {
        if one.rank() < level && !is_pinned(one) {
            continue;
        }
        while before.next_if(|words| words.entry < one.entry).is_some() {}
        let known = before.next_if(|words| words.entry == one.entry).cloned();
        let called = known.unwrap_or_else(|| Words {
            entry: one.entry,
            id: names.message(one.id).into(),
            label: one.label(names),
        });
        drawn.push(SpaceTimeMessage {
            id: called.id.clone(),
            from: lanes.place(one.from),
            to: lanes.place(one.to),
            sent_ns: one.sent.as_nanos(),
            arrives_ns: one.arrives.map(Time::as_nanos),
            planned_ns: one.planned.map(Time::as_nanos),
            label: called.label.clone(),
            // A tone that tells the node's state now says nothing of a message sent then.
            tone: match model.tone(one.from) {
                Some(tone @ Tone::Series(_)) => tone,
                _ => Tone::Muted,
            },
            fate: one.fate.clone(),
            copy: one.original.is_some(),
            command: command(one),
        });
        words.push(called);
    }
    (drawn, words)
}

/// The command that last did something to each message.
fn edits(model: &SpaceTimeModel) -> LiteMap<MessageId, u64> {
    let names = model.history.names();
    let message = |text: &str| names.read_message(faults::subject(text)?).ok();
    let commands = model.commands.iter();
    commands
        .filter(|one| one.refused.is_none() && faults::kind(&one.text) == MarkKind::Message)
        .filter_map(|one| Some((message(&one.text)?, one.id)))
        .collect()
}

/// The least rank that is drawn, so that no more than `most` are.
fn level<'a>(messages: impl Iterator<Item = &'a Flown>, most: usize) -> u32 {
    let mut counts = [0usize; RANK_MAX as usize + 1];
    for one in messages {
        counts[one.rank() as usize] += 1;
    }
    let mut drawn = 0;
    for level in (0..=RANK_MAX).rev() {
        drawn += counts[level as usize];
        if drawn > most {
            return level + 1;
        }
    }
    0
}

/// What nodes did by themselves: what falls into one stretch of time on one lane is one tick.
/// The stretches are the same wherever the window begins.
fn events(history: &History, from: Time, to: Time, lanes: &Lanes) -> Vec<LaneEvent> {
    let count = (EVENTS_MAX / lanes.shown.len().max(1) as u64).clamp(8, EVENTS_PER_LANE);
    let length = to.as_nanos() - from.as_nanos();
    let stretch = (length / count).max(1).next_power_of_two();
    let mut events: Vec<LaneEvent> = Vec::new();
    for (place, &lane) in (0..).zip(&lanes.shown) {
        let stretches = history.locals(lane, (from, to), stretch);
        events.extend(stretches.map(|([first, named, last], count)| LaneEvent {
            id: first.entry,
            lane: place,
            from_ns: first.at.as_nanos(),
            to_ns: last.at.as_nanos(),
            count: count as u32,
            label: named.label(),
            note: named.is_note(),
        }));
    }
    // In the order of the trace.
    events.sort_unstable_by_key(|event| event.id);
    events
}
