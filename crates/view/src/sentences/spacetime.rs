//! A space-time diagram in words.

use super::words::{NAMED, Sentence, sentence};
use crate::number::push_moment;
use crate::panel::NodeStatus;
use crate::spacetime::{LaneEvent, MessageFate, SpaceTime, SpaceTimeMark, SpaceTimeMessage};

/// Decimals of a moment: a message that flies for less than a millisecond needs more.
const COARSE: u32 = 3;
const FINE: u32 = 6;

/// The diagram: its extent, then what is selected, then what did not work, then marks and
/// messages as long as they are few.
#[must_use]
pub fn space_time(data: &SpaceTime) -> Vec<String> {
    let mut out = Vec::new();
    let begin = sentence().say(if data.title.is_empty() {
        "Space-time diagram"
    } else {
        &data.title
    });
    let nodes = data.lanes.len() + data.others as usize;
    let begin = begin.say(": ").count(nodes, "node").say(" from ");
    let begin = moment(begin, data.from_ns).say(" to ");
    let begin = moment(begin, data.to_ns).say(", ");
    let messages = data.messages.len() as u64 + data.hidden;
    let begin = begin.count(messages as usize, "message");
    out.push(moment(begin.say(", cursor at "), data.cursor_ns).end());
    if data.hidden > 0 {
        let begin = sentence().count(data.hidden as usize, "message");
        out.push(begin.say(" of these are not drawn").end());
    }
    if let Some(message) = data.selected_message() {
        out.push(whole(|out| push_space_time_message(out, data, message)));
    }
    if let Some(mark) = data.selected_mark() {
        out.push(whole(|out| push_space_time_mark(out, mark)));
    }
    stops(data, &mut out);
    for span in data.partitions.iter().take(NAMED) {
        let begin = sentence().say("Partition ").say(&span.label);
        out.push(extent(begin, span.from_ns, span.to_ns));
    }
    if data.marks.len() <= NAMED {
        let marks = data.marks.iter();
        out.extend(marks.map(|mark| whole(|out| push_space_time_mark(out, mark))));
    }
    if data.messages.len() <= NAMED {
        for message in &data.messages {
            out.push(whole(|out| push_space_time_message(out, data, message)));
        }
    }
    out
}

/// "Node B is down from 1.5 s to 2 s."
fn stops(data: &SpaceTime, out: &mut Vec<String>) {
    let stops = data
        .lanes
        .iter()
        .flat_map(|lane| lane.stops.iter().map(move |stop| (lane, stop)));
    for (lane, stop) in stops.take(NAMED) {
        let state = match stop.status {
            NodeStatus::Down => " is down",
            NodeStatus::Paused | NodeStatus::Up => " is paused",
        };
        let begin = sentence().node(&lane.name).say(state);
        out.push(extent(begin, stop.from_ns, stop.to_ns));
    }
}

fn extent(begin: Sentence, from: u64, to: Option<u64>) -> String {
    let begin = moment(begin.say(" from "), from);
    match to {
        Some(to) => moment(begin.say(" to "), to).end(),
        None => begin.say(" on").end(),
    }
}

fn moment(mut begin: Sentence, ns: u64) -> Sentence {
    push_moment(&mut begin.0, ns, COARSE);
    begin
}

fn whole(write: impl FnOnce(&mut String)) -> String {
    let mut begin = sentence();
    write(&mut begin.0);
    begin.end()
}

/// Appends "Transfer key_7 from Node A to Node D, sent at 1.002 s, arrives at 1.034 s".
pub fn push_space_time_message(out: &mut String, data: &SpaceTime, message: &SpaceTimeMessage) {
    out.push_str(if message.label.is_empty() {
        "A message"
    } else {
        &message.label
    });
    if message.copy {
        out.push_str(", a copy,");
    }
    out.push_str(" from ");
    push_lane(out, data, message.from);
    out.push_str(" to ");
    push_lane(out, data, message.to);
    let brief = message.end_ns().saturating_sub(message.sent_ns) < 1_000_000;
    let decimals = if brief { FINE } else { COARSE };
    out.push_str(", sent at ");
    push_moment(out, message.sent_ns, decimals);
    match &message.fate {
        MessageFate::InFlight => {
            if let Some(arrives) = message.arrives_ns {
                out.push_str(if arrives < data.known_ns {
                    ", waits since "
                } else {
                    ", arrives at "
                });
                push_moment(out, arrives, decimals);
            }
        }
        MessageFate::Delivered { at_ns } => {
            out.push_str(if *at_ns <= data.cursor_ns {
                ", arrived at "
            } else {
                ", arrives at "
            });
            push_moment(out, *at_ns, decimals);
        }
        MessageFate::Dropped { at_ns, why, .. } => {
            out.push_str(", lost at ");
            push_moment(out, *at_ns, decimals);
            if !why.is_empty() {
                out.push_str(": ");
                out.push_str(why);
            }
        }
    }
    if let Some(planned) = message.planned_ns {
        out.push_str(", held back from ");
        push_moment(out, planned, decimals);
    }
}

/// Appends "crash B at 1.5 s".
pub fn push_space_time_mark(out: &mut String, mark: &SpaceTimeMark) {
    out.push_str(&mark.label);
    out.push_str(" at ");
    push_moment(out, mark.at_ns, COARSE);
    if let Some(why) = &mark.refused {
        out.push_str(", had no effect: ");
        out.push_str(why);
    }
}

/// Appends "timer Announce on Node A at 1.5 s", or how many such there were.
pub fn push_space_time_event(out: &mut String, lane: &str, event: &LaneEvent) {
    out.push_str(&event.label);
    if event.count > 1 {
        out.push_str(" and ");
        crate::number::push_count(out, u64::from(event.count - 1));
        out.push_str(" more");
    }
    out.push_str(" on ");
    out.push_str(&crate::paint::node_name(lane));
    out.push_str(" at ");
    push_moment(out, event.from_ns, COARSE);
}

fn push_lane(out: &mut String, data: &SpaceTime, lane: u32) {
    crate::paint::push_node_name(out, data.lane_name(lane));
}
