//! What a history keeps: messages, what nodes did by themselves, faults.
//!
//! Of a hundred thousand a second few are drawn, so what is kept is the kernel's own, and words
//! are written only for what is drawn.

use std::fmt;
use std::rc::Rc;

use faultline_sim::{Described, DropReason, MessageId, Payload, Time};
use faultline_view::{DropPlace, Label, MessageFate};

use crate::commands::Names;

/// The longest value of a field that is part of a message's label.
const VALUE_CHARS_MAX: usize = 14;

/// The highest rank of a message.
pub const RANK_MAX: u32 = 32;

/// A message.
#[derive(Clone, Debug)]
pub struct Flown {
    pub entry: u64,
    pub id: MessageId,
    pub from: u32,
    pub to: u32,
    pub sent: Time,
    pub arrives: Option<Time>,
    /// When it was to arrive before a fault held it back.
    pub planned: Option<Time>,
    pub carries: Carried,
    pub fate: MessageFate,
    /// The message that this is a copy of.
    pub original: Option<MessageId>,
    /// It was a fault that made this copy.
    pub by_fault: bool,
}

impl Flown {
    /// When it is over, as far as is known.
    pub fn end(&self) -> Time {
        match self.fate {
            MessageFate::InFlight => self.arrives.unwrap_or(self.sent),
            MessageFate::Delivered { at_ns } | MessageFate::Dropped { at_ns, .. } => Time(at_ns),
        }
    }

    /// The longest that it may be or have been on its way, nanoseconds.
    pub fn length_ns(&self) -> u64 {
        let end = self.end().max(self.arrives.unwrap_or(self.sent));
        end.since(self.sent).as_nanos()
    }

    /// How early it is left out where there are too many, by the number of its trace entry: half
    /// of all have rank 0, a quarter 1, and so on. It depends on the message alone, so that
    /// moving the window makes no message come and go.
    pub fn rank(&self) -> u32 {
        // 2^64 divided by the golden ratio, odd: its multiples are spread evenly.
        let spread = self.entry.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (spread >> 24).trailing_zeros().min(RANK_MAX)
    }

    /// What it is, with the first field of what it carries, e.g. "Transfer key_7".
    pub fn label(&self, names: Names) -> Label {
        match (&self.carries.0, self.original) {
            (Some(payload), _) => with_value(&payload.label(), &**payload),
            (None, Some(original)) => format!("copy of {}", names.message(original)).into(),
            (None, None) => "".into(),
        }
    }
}

/// What a message, a timer or a command carries, if anything.
#[derive(Clone, Default)]
pub struct Carried(pub Option<Rc<dyn Payload>>);

impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(payload) => write!(f, "{}", Described(&**payload)),
            None => f.write_str("nothing"),
        }
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
    pub kind: LocalKind,
    pub carries: Carried,
    /// How many notes there were on its lane, up to it and with it.
    pub notes: u32,
}

impl Local {
    /// Whether the node noted something.
    pub fn is_note(&self) -> bool {
        matches!(self.kind, LocalKind::Note(_))
    }

    /// What it was, in a few words.
    pub fn label(&self) -> Label {
        let payload = self.carries.0.as_deref();
        let label = payload.map(Payload::label).unwrap_or_default();
        match (&self.kind, payload) {
            (LocalKind::Note(text), _) => text.clone(),
            (LocalKind::Disk, _) => "disk written".into(),
            (LocalKind::Timer, _) => format!("timer {label}").into(),
            (LocalKind::Command, Some(payload)) => with_value(&label.to_lowercase(), payload),
            (LocalKind::Command, None) => "".into(),
        }
    }
}

/// What a node did by itself.
#[derive(Clone, Debug)]
pub enum LocalKind {
    Timer,
    Note(Label),
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

/// A label with the first field of what it is of, where that is short.
fn with_value(label: &str, payload: &dyn Payload) -> Label {
    let mut first = None;
    payload.details(&mut |_, value| {
        if first.is_none() {
            first = Some(value.to_string());
        }
    });
    match first {
        Some(value) if value.len() <= VALUE_CHARS_MAX && !value.is_empty() => {
            format!("{label} {value}").into()
        }
        _ => label.into(),
    }
}

/// The fate of a message that was dropped, at its receiver or before.
pub fn lost(at: Time, why: DropReason, at_receiver: bool) -> MessageFate {
    MessageFate::Dropped {
        at_ns: at.as_nanos(),
        why: why.to_string().into(),
        place: match why {
            DropReason::Partition => DropPlace::AtTheCut,
            DropReason::Fault => DropPlace::OnTheWay,
            _ if at_receiver => DropPlace::AtTheReceiver,
            _ => DropPlace::OnTheWay,
        },
    }
}
