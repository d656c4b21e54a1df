//! What the client and the nodes of a quorum say, remind themselves of, and are asked.

use std::borrow::Cow;
use std::fmt::Display;

use faultline_sim::Payload;
use faultline_view::Label;

/// A value with its version; version 0 is no value at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versioned {
    /// Counted up by every write; the higher one wins.
    pub version: u32,
    /// The value.
    pub value: Label,
}

/// What client and nodes say to each other.
#[derive(Clone, Debug)]
pub enum Message {
    /// "What do you hold?"
    Read {
        /// Which of the client's requests.
        request: u32,
    },
    /// "I hold this."
    ReadReply {
        /// Which request.
        request: u32,
        /// What the node holds.
        held: Versioned,
    },
    /// "Hold this, if it is newer than what you hold."
    Write {
        /// Which of the client's requests.
        request: u32,
        /// The new value.
        new: Versioned,
    },
    /// "I hold this version now."
    WriteReply {
        /// Which request.
        request: u32,
        /// The version the node holds.
        version: u32,
    },
    /// Like a write, for a node whose reply to a read was old; nobody waits for a reply.
    Repair {
        /// The newest value the read saw.
        new: Versioned,
    },
    /// Like a write, for a node that missed it.
    Hint {
        /// The value it missed.
        new: Versioned,
    },
    /// "I hold this version now."
    HintReply {
        /// The version the node holds.
        version: u32,
    },
}

impl Payload for Message {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Read { .. } => "Read",
            Self::ReadReply { .. } => "ReadReply",
            Self::Write { .. } => "Write",
            Self::WriteReply { .. } => "WriteReply",
            Self::Repair { .. } => "Repair",
            Self::Hint { .. } => "Hint",
            Self::HintReply { .. } => "HintReply",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Self::Read { request } => field("request", request),
            Self::ReadReply { request, held } => {
                field("version", &held.version);
                field("value", &held.value);
                field("request", request);
            }
            Self::Write { request, new } => {
                field("version", &new.version);
                field("value", &new.value);
                field("request", request);
            }
            Self::WriteReply { request, version } => {
                field("version", version);
                field("request", request);
            }
            Self::Repair { new } | Self::Hint { new } => {
                field("version", &new.version);
                field("value", &new.value);
            }
            Self::HintReply { version } => field("version", version),
        }
    }
}

/// What the client reminds itself of.
#[derive(Clone, Debug)]
pub enum Timer {
    /// Not every node has replied.
    Timeout {
        /// To which request.
        request: u32,
    },
    /// The next operation of the workload.
    Next,
    /// Hand over what nodes have missed.
    HandOff,
}

impl Payload for Timer {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Timeout { .. } => "Timeout",
            Self::Next => "Next",
            Self::HandOff => "HandOff",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        if let Self::Timeout { request } = self {
            field("request", request);
        }
    }
}

/// What a user asks of the client.
#[derive(Clone, Debug)]
pub enum Ask {
    /// Read the key.
    Read,
    /// Write the key.
    Write(Label),
}

impl Payload for Ask {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Read => "Read",
            Self::Write(_) => "Write",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        if let Self::Write(value) = self {
            field("value", value);
        }
    }
}
