//! What clients and the server say, remind themselves of, are asked, and write into their logs.

use std::borrow::Cow;
use std::fmt::{self, Display};

use faultline_sim::{Payload, Span, Time};

use super::machine::State;

/// What clients and the server say to each other.
#[derive(Clone, Debug)]
pub enum Message {
    /// "Do this for me."
    Call {
        /// Which of the client's messages.
        number: u32,
        /// How long the server works on it.
        work: Span,
    },
    /// "This came of it."
    Reply {
        /// Which message it answers.
        number: u32,
        /// What came of it.
        outcome: Outcome,
    },
}

/// What a reply says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All is well.
    Healthy,
    /// The server is failing.
    Failing,
    /// The server's queue is full.
    Busy,
}

impl Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Healthy => "I am healthy!",
            Self::Failing => "500 Internal Server Error",
            Self::Busy => "503 Service Unavailable",
        })
    }
}

impl Payload for Message {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Call { .. } => "Call",
            Self::Reply {
                outcome: Outcome::Healthy,
                ..
            } => "Reply",
            Self::Reply { .. } => "Error",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Self::Call { number, work } => {
                field("number", number);
                field("work", work);
            }
            Self::Reply { number, outcome } => {
                field("number", number);
                field("outcome", outcome);
            }
        }
    }
}

/// What clients and the server remind themselves of.
#[derive(Clone, Debug)]
pub enum Timer {
    /// A client's next call.
    Next,
    /// A client's oldest message has been answered by now, or never will be.
    Deadline,
    /// A client tries a call again.
    Retry(Try),
    /// The server is done with a call.
    Done,
}

/// A try of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    /// Which of the client's calls.
    pub call: u32,
    /// How many tries of it there were before.
    pub before: u32,
    /// When the call began.
    pub began: Time,
    /// How long the server works on it.
    pub work: Span,
}

impl Payload for Timer {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Next => "Next",
            Self::Deadline => "Deadline",
            Self::Retry(_) => "Retry",
            Self::Done => "Done",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        if let Self::Retry(one) = self {
            field("call", &one.call);
            field("try", &(one.before + 1));
        }
    }
}

/// What a user asks of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Fail from now on.
    Fail,
    /// Work again.
    Recover,
}

impl Payload for Ask {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Fail => "Fail",
            Self::Recover => "Recover",
        })
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The server said so.
    Replied(Outcome),
    /// Nothing was heard in time.
    TimedOut,
    /// The circuit was open: the server was not asked.
    FastFail,
}

impl End {
    /// Whether the caller got what it wanted.
    pub fn is_ok(self) -> bool {
        self == Self::Replied(Outcome::Healthy)
    }
}

impl Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replied(outcome) => outcome.fmt(f),
            Self::TimedOut => f.write_str("Timed out"),
            Self::FastFail => f.write_str("Circuit is OPEN (Fast Fail)"),
        }
    }
}

/// A line of a client's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A call is over.
    Over {
        /// Which.
        call: u32,
        /// How many tries it took.
        tries: u32,
        /// How it ended.
        end: End,
        /// How long its caller waited.
        took: Span,
        /// Failures in a row that the breaker counts then.
        failures: u32,
    },
    /// The breaker is in another state.
    Change {
        /// The state it was in.
        from: State,
        /// The state it is in now.
        to: State,
        /// Failures in a row.
        failures: u32,
    },
}

impl Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Over { tries, end, .. } => {
                let mark = if end.is_ok() { "" } else { "❌ " };
                write!(f, "{mark}{end}")?;
                match tries {
                    0 | 1 => Ok(()),
                    many => write!(f, " ({many} tries)"),
                }
            }
            Self::Change { to, failures, .. } => match to {
                State::Open => write!(
                    f,
                    "💥 Circuit split: Entering OPEN state (Failures: {failures})"
                ),
                State::HalfOpen => write!(f, "⚡ Circuit semi-closed: Entering HALF_OPEN"),
                State::Closed => write!(f, "✅ Circuit closed: Recovery successful!"),
            },
        }
    }
}
