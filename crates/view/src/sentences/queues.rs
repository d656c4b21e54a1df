//! Requests in lanes, in words.

use super::words::{NAMED, Sentence, list, sentence};
use crate::panel::{NodeStatus, QueueLane, QueueMessageKind, Queues};

/// How many nodes are up, how much waits and is served, and who is busiest.
pub fn summary(queues: &Queues, out: &mut Vec<String>) {
    let lanes = &queues.lanes;
    let mut begin = sentence();
    if !queues.title.is_empty() {
        begin = begin.say(&queues.title).say(": ");
    }
    let up = lanes.iter().filter(|lane| lane.status == NodeStatus::Up);
    begin = begin.count(lanes.len(), "node").say(", ");
    begin = match up.count() {
        up if up == lanes.len() => begin.say("all up"),
        up => begin.number(up).say(" up"),
    };
    let served: u32 = lanes.iter().map(QueueLane::serving).sum();
    let waiting: u32 = lanes.iter().map(|lane| lane.waiting).sum();
    begin = begin.say(", ").count(served as usize, "request");
    begin = begin.say(" being served, ").number(waiting as usize);
    out.push(begin.say(" in line").end());
    let checks = |kind| kind == QueueMessageKind::Check;
    let flights = queues.messages.iter().filter(|one| !checks(one.kind));
    out.push(
        sentence()
            .count(flights.count(), "message")
            .say(" in flight")
            .end(),
    );
    for (state, which) in STATES {
        let names: Vec<String> = lanes
            .iter()
            .filter(|lane| which(lane))
            .map(|lane| crate::paint::node_name(&lane.name))
            .collect();
        let begin = match names.len() {
            0 => continue,
            1 => sentence().say(&names[0]).say(" is "),
            2..=NAMED => sentence().say(&list(&names)).say(" are "),
            many => sentence().count(many, "node").say(" are "),
        };
        out.push(begin.say(state).end());
    }
    if lanes.len() > NAMED
        && let Some(busiest) = lanes.iter().max_by_key(|lane| lane.active())
    {
        let begin = sentence().node(&busiest.name).say(" is the busiest: ");
        out.push(load(begin, busiest).end());
    }
}

/// A state of a lane, and whether a lane is in it.
type State = (&'static str, fn(&QueueLane) -> bool);

const STATES: [State; 3] = [
    ("crashed", |lane| lane.status == NodeStatus::Down),
    ("paused", |lane| lane.status == NodeStatus::Paused),
    ("out: no requests go there", |lane| {
        lane.out && lane.status == NodeStatus::Up
    }),
];

/// Each lane, where there are few.
pub fn details(queues: &Queues, out: &mut Vec<String>) {
    if queues.lanes.len() > NAMED {
        return;
    }
    for lane in &queues.lanes {
        let begin = sentence().node(&lane.name).say(": ");
        let mut line = load(begin, lane);
        if let Some(share) = lane.share {
            line = line.say(", ").value(f64::from(share) * 100.0);
            line = line.say(" % of the requests");
        }
        if let Some(expected) = lane.expected {
            line = line.say(", expected ").value(f64::from(expected) * 100.0);
        }
        if !lane.holds.is_empty() {
            line = line.say(", in memory: ").say(&lane.holds);
        }
        out.push(line.end());
    }
}

/// "3 requests with 2 of 10 workers, 4 in line".
fn load(begin: Sentence, lane: &QueueLane) -> Sentence {
    let busy = lane.workers.iter().filter(|worker| worker.serving > 0);
    let begin = begin.count(lane.serving() as usize, "request");
    let begin = begin.say(" with ").number(busy.count()).say(" of ");
    let begin = begin.count(lane.workers.len(), "worker");
    match lane.waiting {
        0 => begin,
        waiting => begin.say(", ").number(waiting as usize).say(" in line"),
    }
}
