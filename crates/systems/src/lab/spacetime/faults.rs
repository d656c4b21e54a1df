//! What was done to the cluster: when nodes were down, when the network was split, and marks.

use faultline_sim::Time;
use faultline_view::{Label, MarkKind, NodeStatus, SpaceTimeMark, StatusSpan};
use litemap::LiteMap;

use super::SpaceTimeModel;
use super::history::History;

/// The most marks of what no user did.
const MARKS_MAX: usize = 500;

/// What kind of thing a command or fault is, by its normal form.
pub fn kind(text: &str) -> MarkKind {
    match text.split(' ').next().unwrap_or_default() {
        "crash" => MarkKind::Crash,
        "restart" => MarkKind::Restart,
        "pause" => MarkKind::Pause,
        "resume" => MarkKind::Resume,
        "partition" => MarkKind::Partition,
        "heal" => MarkKind::Heal,
        "drop" | "duplicate" | "delay" => MarkKind::Message,
        "slow" | "loss" | "latency" => MarkKind::Network,
        _ => MarkKind::Command,
    }
}

/// The word after the first: a node's name, or a message's.
pub fn subject(text: &str) -> Option<&str> {
    text.split(' ').nth(1)
}

/// Faults by time: those of the trace, and before the trace begins the commands that did
/// something.
fn happened(model: &SpaceTimeModel) -> impl Iterator<Item = (Time, &str)> + Clone {
    let history = &model.history;
    let earlier = model.commands.iter();
    let earlier = earlier.filter(|one| one.at < history.traced_from() && one.refused.is_none());
    let earlier = earlier.map(|one| (one.at, &*one.text));
    earlier.chain(history.faults().iter().map(|one| (one.at, &*one.text)))
}

/// When each lane's node did not work.
pub fn stops(model: &SpaceTimeModel) -> LiteMap<u32, Vec<StatusSpan>> {
    let mut all: LiteMap<u32, Vec<StatusSpan>> = LiteMap::new();
    for (at, text) in happened(model) {
        let Some(lane) = subject(text).and_then(|name| model.history.lane(name)) else {
            continue;
        };
        let status = match kind(text) {
            MarkKind::Crash => NodeStatus::Down,
            MarkKind::Pause => NodeStatus::Paused,
            MarkKind::Restart | MarkKind::Resume => NodeStatus::Up,
            _ => continue,
        };
        let spans = all.entry(lane).or_default();
        if let Some(open) = spans.last_mut().filter(|span| span.to_ns.is_none()) {
            open.to_ns = Some(at.as_nanos());
        }
        if status != NodeStatus::Up {
            spans.push(StatusSpan {
                from_ns: at.as_nanos(),
                to_ns: None,
                status,
            });
        }
    }
    all
}

/// A time in which the network was split.
#[derive(Clone, Debug)]
pub struct Split {
    pub from: Time,
    pub to: Option<Time>,
    pub label: Label,
    /// The side of each node, in the kernel's order.
    pub sides: Vec<u32>,
}

/// When the network was split.
pub fn splits(model: &SpaceTimeModel) -> Vec<Split> {
    let mut all: Vec<Split> = Vec::new();
    for (at, text) in happened(model) {
        let kind = kind(text);
        if !matches!(kind, MarkKind::Partition | MarkKind::Heal) {
            continue;
        }
        if let Some(open) = all.last_mut().filter(|split| split.to.is_none()) {
            open.to = Some(at);
        }
        if kind == MarkKind::Partition {
            let groups = subject(text).unwrap_or_default();
            all.push(Split {
                from: at,
                to: None,
                label: groups.into(),
                sides: sides(groups, &model.history),
            });
        }
    }
    all
}

/// The side of each node in groups such as "A,B|C"; those not named form one more.
fn sides(groups: &str, history: &History) -> Vec<u32> {
    let rest = groups.split('|').count() as u32;
    let mut sides = vec![rest; history.names().0.len()];
    for (side, group) in (0..).zip(groups.split('|')) {
        for lane in group.split(',').filter_map(|name| history.lane(name)) {
            if let Some(own) = sides.get_mut(lane as usize) {
                *own = side;
            }
        }
    }
    sides
}

/// The marks in a window, by time: the user's commands, and what happened without one. Lanes
/// are the kernel's.
pub fn marks(model: &SpaceTimeModel, from: Time, to: Time) -> Vec<SpaceTimeMark> {
    let history = &model.history;
    let within = |at: Time| from <= at && at <= to;
    let lane = |text: &str, at: Time| {
        let lane = subject(text).and_then(|name| history.lane(name))?;
        (history.since(lane) <= at).then_some(lane)
    };
    let mut marks: Vec<SpaceTimeMark> = model
        .commands
        .iter()
        .filter(|command| within(command.at))
        .map(|command| SpaceTimeMark {
            id: command.id.to_string().into(),
            lane: lane(&command.text, command.at),
            at_ns: command.at.as_nanos(),
            kind: kind(&command.text),
            label: command.text.as_str().into(),
            command: Some(command.id),
            refused: command.refused.as_deref().map(Into::into),
        })
        .collect();
    let placed = |at: Time, is_so: &dyn Fn(&str) -> bool| {
        let start = model.commands.partition_point(|command| command.at < at);
        let here = model.commands[start..].iter();
        here.take_while(|command| command.at == at)
            .any(|command| is_so(&command.text))
    };
    let faults = history
        .faults()
        .iter()
        .filter(|fault| within(fault.at) && !placed(fault.at, &|text| text == &*fault.text));
    let faults = faults.map(|fault| {
        (
            fault.entry,
            fault.at,
            fault.text.clone(),
            lane(&fault.text, fault.at),
        )
    });
    let asked = history.asked(from, to).filter(|local| {
        let own = |text: &str| kind(text) == MarkKind::Command;
        !placed(local.at, &own)
    });
    let asked = asked.map(|local| (local.entry, local.at, local.label(), None));
    let others = faults.chain(asked).take(MARKS_MAX);
    marks.extend(others.map(|(entry, at, text, lane)| SpaceTimeMark {
        id: format!("e{entry}").into(),
        lane,
        at_ns: at.as_nanos(),
        kind: kind(&text),
        label: text,
        command: None,
        refused: None,
    }));
    // Stable: of equal times, commands come first and in their order.
    marks.sort_by_key(|mark| mark.at_ns);
    marks
}
