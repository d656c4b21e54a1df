//! A node, a message and the network from close by: what the inspector shows.
//!
//! It is made when somebody looks, not in every frame.

use std::fmt::Display;
use std::rc::Rc;

use faultline_sim::{
    EntryId, Kind, Latency, MessageId, Network, NodeId, Payload, Span, Status, Time, Timeline,
};
use faultline_view::{Label, NodeStatus};

use super::running::AnyScene;
use super::topology::shown_status;
use super::watched::Watched;
use crate::commands::Names;

/// A value with its name.
pub type Field = (&'static str, Label);

/// A node from close by.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeReport {
    /// As commands name it.
    pub name: Label,
    /// Working, crashed or paused.
    pub status: NodeStatus,
    /// How many times as long as usual it takes; 1 is normal.
    pub slowness: f64,
    /// What it knows; nothing while it is down, because its memory is gone.
    pub state: Vec<Field>,
    /// What its disk holds.
    pub disk: Vec<Field>,
    /// The timers it has set, the next one first.
    pub timers: Vec<TimerReport>,
}

/// A timer that is set.
#[derive(Clone, Debug, PartialEq)]
pub struct TimerReport {
    /// Its kind, e.g. "PollTimeout".
    pub name: Label,
    /// What it carries.
    pub fields: Vec<Field>,
    /// When it is due; in the past if it waits for its node to resume.
    pub due: Time,
}

/// A message from close by.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageReport {
    /// As commands name it.
    pub id: Label,
    /// Its kind, e.g. "Transfer".
    pub kind: Label,
    /// What it says.
    pub fields: Vec<Field>,
    /// The sender's name.
    pub from: Label,
    /// The receiver's name.
    pub to: Label,
    /// When it was sent.
    pub sent: Time,
    /// When it arrives, or was to; none if the network lost it at once.
    pub arrives: Option<Time>,
    /// The network, or a user, has made it of another.
    pub copy: bool,
    /// How it ended; none while it is on its way or waits for a paused receiver.
    pub end: Option<MessageEnd>,
}

/// How a message ended.
#[derive(Clone, Debug, PartialEq)]
pub enum MessageEnd {
    /// Its receiver handled it.
    Delivered {
        /// When.
        at: Time,
    },
    /// It was lost.
    Lost {
        /// When.
        at: Time,
        /// Why, e.g. "receiver is down".
        why: Label,
    },
}

/// What is in force for all links.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkReport {
    /// The parts of a partition, with their nodes; empty if there is none.
    pub parts: Vec<Vec<Label>>,
    /// Share of messages lost, percent.
    pub loss_percent: f64,
    /// Share of messages delivered twice, percent.
    pub duplicate_percent: f64,
    /// The least latency, and the greatest where there is one.
    pub latency: (Span, Option<Span>),
}

/// What a system says of a node: see [`System::inspect`](super::System::inspect).
#[derive(Debug, Default)]
pub struct Holdings {
    state: Vec<Field>,
    disk: Vec<Field>,
}

impl Holdings {
    /// Something that the node knows.
    pub fn state(&mut self, name: &'static str, value: &dyn Display) {
        self.state.push((name, value.to_string().into()));
    }

    /// Something that its disk holds.
    pub fn disk(&mut self, name: &'static str, value: &dyn Display) {
        self.disk.push((name, value.to_string().into()));
    }
}

pub(super) fn node(scene: &AnyScene, names: Names, id: NodeId) -> NodeReport {
    let status = scene.0.status(id);
    let mut held = Holdings::default();
    scene.0.inspect(id, &mut held);
    if status == Some(Status::Down) {
        held.state.clear();
    }
    let mut timers = Vec::new();
    scene.0.timers(id, &mut |timer, due| {
        timers.push(TimerReport {
            name: timer.label().into(),
            fields: fields(timer),
            due,
        });
    });
    timers.sort_by_key(|timer| timer.due);
    NodeReport {
        name: names.of(id).into(),
        status: shown_status(status),
        slowness: scene.0.network().slowness(id),
        state: held.state,
        disk: held.disk,
        timers,
    }
}

/// What a payload carries, as text.
fn fields(payload: &dyn Payload) -> Vec<Field> {
    let mut fields = Vec::new();
    payload.details(&mut |name, value| fields.push((name, value.to_string().into())));
    fields
}

/// A message that is on its way, or one that was, as far as the trace is kept.
pub(super) fn message(
    timeline: &Timeline<Watched>,
    names: Names,
    id: MessageId,
) -> Option<MessageReport> {
    let mut report = MessageReport {
        id: names.message(id).into(),
        kind: "".into(),
        fields: Vec::new(),
        from: names.of(id.from).into(),
        to: "".into(),
        sent: Time::ZERO,
        arrives: None,
        copy: id.is_copy(),
        end: None,
    };
    let mut flies = false;
    let scene = &timeline.model().scene;
    scene.0.flight(id, &mut |payload, to, sent, arrives| {
        flies = true;
        report.say(payload);
        report.to = names.of(to).into();
        (report.sent, report.arrives) = (sent, Some(arrives));
    });
    (flies || report.find(timeline, names, id)).then_some(report)
}

impl MessageReport {
    fn say(&mut self, payload: &dyn Payload) {
        self.kind = payload.label().into();
        self.fields = fields(payload);
    }

    /// Goes through the trace for what became of a message; false if it is not in there.
    fn find(&mut self, timeline: &Timeline<Watched>, names: Names, id: MessageId) -> bool {
        let entries = || timeline.entries_since(EntryId(0), usize::MAX);
        let (mut found, mut original, mut payload) = (false, id, None);
        for entry in entries().filter(|entry| entry.kind.message_id() == Some(id)) {
            found = true;
            if let Some(carried) = &entry.payload {
                payload = Some(Rc::clone(carried));
            }
            let at = entry.time;
            match &entry.kind {
                Kind::Sent { to, arrives, .. } => {
                    (self.sent, self.arrives) = (at, *arrives);
                    self.to = names.of(*to).into();
                }
                Kind::Duplicated {
                    original: of,
                    to,
                    arrives,
                    ..
                } => {
                    original = *of;
                    (self.sent, self.arrives) = (at, Some(*arrives));
                    self.to = names.of(*to).into();
                }
                Kind::Delayed { arrives, .. } => self.arrives = Some(*arrives),
                Kind::Delivered { .. } => self.end = Some(MessageEnd::Delivered { at }),
                Kind::Dropped { to, why, .. } => {
                    self.to = names.of(*to).into();
                    let why = why.to_string().into();
                    self.end = Some(MessageEnd::Lost { at, why });
                }
                _ => {}
            }
        }
        if payload.is_none() && original != id {
            let mut sent = entries().filter(|one| one.kind.message_id() == Some(original));
            payload = sent.find_map(|entry| entry.payload.clone());
        }
        if let Some(payload) = payload {
            self.say(&*payload);
        }
        found
    }
}

pub(super) fn network(network: &Network, names: &[Label]) -> NetworkReport {
    let link = network.default_link();
    NetworkReport {
        parts: parts(network, names),
        loss_percent: link.loss_percent,
        duplicate_percent: link.duplicate_percent,
        latency: match link.latency {
            Latency::Constant(span) => (span, Some(span)),
            Latency::Uniform { min, max } => (min, Some(max)),
            Latency::Exponential { floor, .. } => (floor, None),
            Latency::Normal { .. } => (Span::ZERO, None),
        },
    }
}

fn parts(network: &Network, names: &[Label]) -> Vec<Vec<Label>> {
    let mut parts: Vec<(Option<u32>, Vec<Label>)> = Vec::new();
    if !network.is_partitioned() {
        return Vec::new();
    }
    for (id, name) in (0..).map(NodeId).zip(names) {
        let group = network.group(id);
        match parts.iter_mut().find(|(other, _)| *other == group) {
            Some((_, nodes)) => nodes.push(name.clone()),
            None => parts.push((group, vec![name.clone()])),
        }
    }
    parts.into_iter().map(|(_, nodes)| nodes).collect()
}

#[cfg(test)]
mod tests;
