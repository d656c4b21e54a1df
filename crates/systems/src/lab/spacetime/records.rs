//! What a history keeps: messages, what nodes did by themselves, faults.

use faultline_sim::Time;
use faultline_view::{DropPlace, Label, MessageFate};

use super::super::LogEntry;

/// The longest value of a field that is part of a message's label.
const VALUE_CHARS_MAX: usize = 14;

/// The highest rank of a message.
pub const RANK_MAX: u32 = 32;

/// A message.
#[derive(Clone, Debug)]
pub struct Flown {
    pub entry: u64,
    pub id: Label,
    pub from: u32,
    pub to: u32,
    pub sent: Time,
    pub arrives: Option<Time>,
    /// When it was to arrive before a fault held it back.
    pub planned: Option<Time>,
    pub label: Label,
    pub fate: MessageFate,
    pub copy: bool,
    /// The message that a fault made this copy of.
    pub copied_from: Option<Label>,
}

impl Flown {
    /// When it is over, as far as is known.
    pub fn end(&self) -> Time {
        match self.fate {
            MessageFate::InFlight => self.arrives.unwrap_or(self.sent),
            MessageFate::Delivered { at_ns } | MessageFate::Dropped { at_ns, .. } => Time(at_ns),
        }
    }

    /// How early it is left out where there are too many, by the number of its trace entry: half
    /// of all have rank 0, a quarter 1, and so on. It depends on the message alone, so that
    /// moving the window makes no message come and go.
    pub fn rank(&self) -> u32 {
        // 2^64 divided by the golden ratio, odd: its multiples are spread evenly.
        let spread = self.entry.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (spread >> 24).trailing_zeros().min(RANK_MAX)
    }
}

/// What a message was before something happened to it.
#[derive(Clone, Debug)]
pub struct Change {
    pub at: Time,
    pub message: u64,
    pub arrives: Option<Time>,
    pub planned: Option<Time>,
    pub fate: MessageFate,
}

/// Something that a node did by itself.
#[derive(Clone, Debug)]
pub struct Local {
    pub entry: u64,
    pub at: Time,
    pub lane: u32,
    pub label: Label,
    pub kind: LocalKind,
}

/// What a node did by itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LocalKind {
    Timer,
    Note,
    Disk,
    /// Somebody asked it to do something.
    Command,
}

/// A fault as the trace has it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub entry: u64,
    pub at: Time,
    pub text: Label,
}

/// What an entry's payload is, with its first field, e.g. "Transfer key_7".
pub fn with_value(label: &str, entry: &LogEntry) -> Label {
    match entry.fields.first() {
        Some((_, value)) if value.len() <= VALUE_CHARS_MAX && !value.is_empty() => {
            format!("{label} {value}").into()
        }
        _ => label.into(),
    }
}

/// The fate of a message that an entry says was dropped.
pub fn lost(entry: &LogEntry) -> MessageFate {
    let why = entry.label.clone();
    let place = match &*why {
        "cut off" => DropPlace::AtTheCut,
        "dropped in flight" => DropPlace::OnTheWay,
        _ if entry.node == entry.peer => DropPlace::AtTheReceiver,
        _ => DropPlace::OnTheWay,
    };
    MessageFate::Dropped {
        at_ns: entry.at.as_nanos(),
        why,
        place,
    }
}
