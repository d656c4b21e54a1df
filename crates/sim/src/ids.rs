//! Names of things in a run.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A node of the simulated cluster, numbered from 0 in the order of creation.
///
/// What a lesson calls its nodes is the lesson's affair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The position of the node in a list of all nodes.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A message: the sender, and which of the sender's messages it is, counted from 1.
///
/// Such an id says the same message after an edit elsewhere in the past, as long as the sender
/// has sent as many messages before it.
/// Copies that the network makes are counted apart, so that switching duplication on renames
/// no other message: the text form of the second copy of a message from node 2 is `2.c2`.
///
/// ```
/// use faultline_sim::{MessageId, NodeId};
/// let id: MessageId = "2.17".parse().unwrap();
/// assert_eq!((id.from, id.number), (NodeId(2), 17));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId {
    /// The sender.
    pub from: NodeId,
    /// Which of the sender's messages, from 1; network-made copies from 2^31 + 1.
    pub number: u32,
}

impl MessageId {
    /// Numbers above this one are copies made by the network.
    pub const COPIES_ABOVE: u32 = 1 << 31;

    /// The number after this one; after 2^31 messages a sender begins again at 1.
    pub(crate) const fn next_number(number: u32) -> u32 {
        (number & (Self::COPIES_ABOVE - 1)) + 1
    }

    /// Whether the network made this message by duplicating another.
    pub const fn is_copy(self) -> bool {
        self.number > Self::COPIES_ABOVE
    }

    /// Both parts in one number, for hashing and for deriving random streams.
    pub const fn as_u64(self) -> u64 {
        (self.from.0 as u64) << 32 | self.number as u64
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_copy() {
            write!(f, "{}.c{}", self.from, self.number - Self::COPIES_ABOVE)
        } else {
            write!(f, "{}.{}", self.from, self.number)
        }
    }
}

/// A text that names no message.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "\"{given}\" names no message: expected sender.number such as 2.17, or sender.c1 for a copy"
)]
pub struct MessageIdError {
    /// The text as given.
    pub given: String,
}

impl FromStr for MessageId {
    type Err = MessageIdError;

    fn from_str(given: &str) -> Result<Self, MessageIdError> {
        let read = || {
            let (from, number) = given.trim().split_once('.')?;
            let from = NodeId(from.parse().ok()?);
            let (copy, digits) = match number.strip_prefix('c') {
                Some(digits) => (true, digits),
                None => (false, number),
            };
            let number: u32 = digits.parse().ok()?;
            if number == 0 || number > Self::COPIES_ABOVE - u32::from(copy) {
                return None;
            }
            let number = number + if copy { Self::COPIES_ABOVE } else { 0 };
            Some(Self { from, number })
        };
        read().ok_or_else(|| MessageIdError {
            given: given.into(),
        })
    }
}

impl Serialize for MessageId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MessageId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A trace entry, numbered from 1 in the order of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(pub u64);

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A timer that was set; never reused within a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimerId(pub(crate) u64);

impl TimerId {
    pub(crate) const fn new(slot: u32, generation: u32) -> Self {
        Self((generation as u64) << 32 | slot as u64)
    }

    pub(crate) const fn slot(self) -> u32 {
        self.0 as u32
    }

    pub(crate) const fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The id as one number, for hashing.
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

impl fmt::Display for TimerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.slot(), self.generation())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_round_trip() {
        for text in ["0.1", "2.17", "4294967295.2147483647", "2.c1"] {
            assert_eq!(text.parse::<MessageId>().unwrap().to_string(), text);
        }
        assert!("2.c1".parse::<MessageId>().unwrap().is_copy());
        for text in [
            "",
            "2",
            "2.0",
            "2.-1",
            "a.1",
            "2.c0",
            "2.2147483649",
            "2.1.1",
        ] {
            assert!(text.parse::<MessageId>().is_err(), "{text}");
        }
    }
}
