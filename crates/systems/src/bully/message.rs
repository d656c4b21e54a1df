//! What the nodes of an election say, remind themselves of, and write into their logs.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::{self, Display};

use faultline_sim::{NodeId, Payload};

/// A user asks nothing of a node here but to crash, restart and so on.
pub type Ask = Infallible;

/// What nodes say to each other.
#[derive(Clone, Debug)]
pub enum Message {
    /// "I hold an election; are you there?", said to every higher node.
    Election,
    /// "I am here and higher than you; leave it to me."
    Answer,
    /// "I lead from now on."
    Coordinator,
    /// "Are you there?"
    Poll {
        /// Which of the sender's polls.
        poll: u32,
    },
    /// "I am here."
    PollReply {
        /// Which poll.
        poll: u32,
        /// Whether the sender leads.
        leads: bool,
    },
}

impl Payload for Message {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Election => "Election",
            Self::Answer => "Answer",
            Self::Coordinator => "Coordinator",
            Self::Poll { .. } => "Poll",
            Self::PollReply { .. } => "PollReply",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Self::Election | Self::Answer | Self::Coordinator => {}
            Self::Poll { poll } => field("poll", poll),
            Self::PollReply { poll, leads } => {
                field("poll", poll);
                field("leads", leads);
            }
        }
    }
}

/// What nodes remind themselves of.
#[derive(Clone, Debug)]
pub enum Timer {
    /// The next look at the leader.
    Poll,
    /// The leader did not reply.
    PollTimeout,
    /// No higher node answered.
    AnswerTimeout,
    /// A higher node answered, but no leader came forward.
    CoordinatorTimeout,
}

impl Payload for Timer {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Poll => "Poll",
            Self::PollTimeout => "PollTimeout",
            Self::AnswerTimeout => "AnswerTimeout",
            Self::CoordinatorTimeout => "CoordinatorTimeout",
        })
    }
}

/// A line of a node's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// It starts an election.
    Initiating,
    /// A lower node's election reached it.
    Received(NodeId),
    /// It leads.
    Leader,
    /// Another leads.
    NewLeader(NodeId),
    /// It waited in vain for a leader to come forward.
    TimedOut,
    /// The leader did not reply to a poll.
    Down(NodeId),
    /// The node it follows says that it does not lead.
    NoLeader(NodeId),
    /// It leads, and finds that a higher node is there.
    Outranked(NodeId),
}

impl Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Initiating => write!(f, "Initiating Election..."),
            Self::Received(node) => write!(f, "Received Election from Node {}", id(*node)),
            Self::Leader => write!(f, "I am the LEADER 👑"),
            Self::NewLeader(node) => write!(f, "New Leader: {}", id(*node)),
            Self::TimedOut => write!(f, "Election timed out. Restarting..."),
            Self::Down(node) => write!(f, "Leader {} is DOWN. Starting election...", id(*node)),
            Self::NoLeader(node) => {
                write!(f, "Node {} does not lead. Starting election...", id(*node))
            }
            Self::Outranked(node) => {
                write!(f, "Node {} is back. Starting election...", id(*node))
            }
        }
    }
}

/// A node's number as the workshop counts, from 1.
pub fn id(node: NodeId) -> u32 {
    node.0 + 1
}
