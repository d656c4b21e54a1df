//! What gossiping nodes say, remind themselves of, and are asked.

use std::borrow::Cow;
use std::fmt::Display;

use faultline_sim::{Fingerprint, Payload};

use super::versions::Versions;

/// What nodes say to each other. Every message names the exchange it belongs to, counted by the
/// node that began it.
#[derive(Clone, Debug)]
pub enum Message {
    /// "This is what I know."
    Push {
        /// Which exchange.
        exchange: u32,
        /// What the sender knows.
        versions: Versions,
    },
    /// A push has arrived.
    Ack {
        /// Which exchange.
        exchange: u32,
    },
    /// "What do you know?"
    Pull {
        /// Which exchange.
        exchange: u32,
    },
    /// "This is what I know, and what do you know?"
    PushPull {
        /// Which exchange.
        exchange: u32,
        /// What the sender knows.
        versions: Versions,
    },
    /// The answer to a pull.
    State {
        /// Which exchange.
        exchange: u32,
        /// What the sender knows.
        versions: Versions,
    },
}

impl Message {
    /// What its sender knew, if it says so.
    pub fn versions(&self) -> Option<&Versions> {
        match self {
            Self::Push { versions, .. }
            | Self::PushPull { versions, .. }
            | Self::State { versions, .. } => Some(versions),
            Self::Ack { .. } | Self::Pull { .. } => None,
        }
    }

    fn kind(&self) -> (u64, &'static str, u32) {
        match self {
            Self::Push { exchange, .. } => (1, "Push", *exchange),
            Self::Ack { exchange } => (2, "Ack", *exchange),
            Self::Pull { exchange } => (3, "Pull", *exchange),
            Self::PushPull { exchange, .. } => (4, "PushPull", *exchange),
            Self::State { exchange, .. } => (5, "State", *exchange),
        }
    }
}

impl Payload for Message {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(self.kind().1)
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        if let Some(versions) = self.versions() {
            field("versions", versions);
        }
    }

    /// By numbers: a large cluster sends many, and its vectors are long.
    fn fold(&self, into: &mut Fingerprint) {
        let (kind, _, exchange) = self.kind();
        into.word(kind);
        into.word(u64::from(exchange));
        into.word(self.versions().map_or(0, Versions::digest));
    }
}

/// What nodes remind themselves of.
#[derive(Clone, Debug)]
pub enum Timer {
    /// The next round.
    Round,
    /// The next anti-entropy exchange.
    AntiEntropy,
    /// No answer came.
    Timeout {
        /// In which exchange.
        exchange: u32,
    },
}

impl Payload for Timer {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Round => "Round",
            Self::AntiEntropy => "AntiEntropy",
            Self::Timeout { .. } => "Timeout",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        if let Self::Timeout { exchange } = self {
            field("exchange", exchange);
        }
    }

    fn fold(&self, into: &mut Fingerprint) {
        match self {
            Self::Round => into.word(1),
            Self::AntiEntropy => into.word(2),
            Self::Timeout { exchange } => {
                into.word(3);
                into.word(u64::from(*exchange));
            }
        }
    }
}

/// What a user asks of a node.
#[derive(Clone, Debug)]
pub struct Update;

impl Payload for Update {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed("Update")
    }
}
