//! What clients and the server say, remind themselves of, and are asked.

use std::borrow::Cow;
use std::fmt::Display;

use faultline_sim::{Fingerprint, NodeId, Payload};

/// What clients and the server say to each other.
#[derive(Clone, Copy, Debug)]
pub enum Message {
    /// A client asks for something.
    Request {
        /// Which of its requests.
        number: u32,
    },
    /// 200: it was done.
    Ok {
        /// Which request.
        number: u32,
    },
    /// 429: there were too many requests.
    TooMany {
        /// Which request.
        number: u32,
        /// After how many seconds another try may pass, as HTTP has it: in whole seconds.
        retry_after: u64,
    },
}

impl Payload for Message {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Request { .. } => "Request",
            Self::Ok { .. } => "OK",
            Self::TooMany { .. } => "TooManyRequests",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Self::Request { number } => field("number", number),
            Self::Ok { number } => {
                field("status", &200);
                field("number", number);
            }
            Self::TooMany {
                number,
                retry_after,
            } => {
                field("status", &429);
                field("retry_after", retry_after);
                field("number", number);
            }
        }
    }

    fn fold(&self, into: &mut Fingerprint) {
        let (status, number, seconds) = match *self {
            Self::Request { number } => (0, number, 0),
            Self::Ok { number } => (200, number, 0),
            Self::TooMany {
                number,
                retry_after,
            } => (429, number, retry_after),
        };
        into.word(status);
        into.word(u64::from(number));
        into.word(seconds);
    }
}

/// What clients and the server remind themselves of.
#[derive(Clone, Copy, Debug)]
pub enum Timer {
    /// A client's next request.
    Next,
    /// So many requests at once.
    Burst(u32),
    /// A client's oldest request has waited long enough.
    Timeout,
    /// A request has waited in the server's bucket.
    Serve {
        /// Whose it is.
        client: NodeId,
        /// Which of its requests.
        number: u32,
    },
}

impl Payload for Timer {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Next => "Next",
            Self::Burst(_) => "Burst",
            Self::Timeout => "Timeout",
            Self::Serve { .. } => "Serve",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Self::Burst(requests) => field("requests", requests),
            Self::Serve { client, number } => {
                field("client", client);
                field("number", number);
            }
            Self::Next | Self::Timeout => {}
        }
    }
}

/// What a user asks of a client.
#[derive(Clone, Copy, Debug)]
pub struct Burst(pub u32);

impl Payload for Burst {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed("Burst")
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        field("requests", &self.0);
    }
}
