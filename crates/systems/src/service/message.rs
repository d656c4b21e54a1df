//! What machines say, remind themselves of, and are asked.

use std::borrow::Cow;
use std::fmt::Display;

use faultline_sim::{Fingerprint, NodeId, Payload, Span};
use faultline_view::Label;

/// What a server can be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Rpc {
    /// `GET /health`
    Health,
    /// `GET /stats`
    Stats,
    /// `GET /data/{key}`
    Get(Label),
    /// `POST /data`
    Put(Label, Label),
}

/// A request, as a client or a balancer sends it.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Which of the sender's requests; the reply names it.
    pub number: u32,
    /// What is asked.
    pub rpc: Rpc,
    /// How much work it is, on a node of the usual speed.
    pub work: Span,
}

/// What a reply says.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// The server is well.
    Health,
    /// The server's figures.
    Stats {
        /// How heavy its requests are.
        load_factor: u32,
    },
    /// A value was stored under a key.
    Stored(Label, Label),
    /// A key's value.
    Data(Label, Label),
    /// There is no such key here.
    Missing(Label),
    /// The server, or the balancer, takes no more.
    Refused,
}

/// A reply.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// Which request it answers.
    pub number: u32,
    /// Who answers.
    pub node: NodeId,
    /// How many requests were in progress there, this one included.
    pub active: u32,
    /// What it says.
    pub body: Body,
}

impl Reply {
    /// The HTTP status code.
    pub fn status(&self) -> u32 {
        match self.body {
            Body::Health | Body::Stats { .. } | Body::Stored(..) | Body::Data(..) => 200,
            Body::Missing(_) => 404,
            Body::Refused => 503,
        }
    }
}

/// What machines send each other.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// "Do this."
    Request(Request),
    /// "Done", or not.
    Reply(Reply),
    /// The balancer's own question whether a node is well.
    Check {
        /// Which of its questions.
        number: u32,
    },
    /// The answer.
    Alive {
        /// To which question.
        number: u32,
    },
}

impl Payload for Message {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Request(request) => match request.rpc {
                Rpc::Health => "Health",
                Rpc::Stats => "Stats",
                Rpc::Get(_) => "Get",
                Rpc::Put(..) => "Put",
            },
            Self::Reply(reply) => match reply.status() {
                200 => "200",
                404 => "404",
                _ => "503",
            },
            Self::Check { .. } => "Check",
            Self::Alive { .. } => "Alive",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Self::Request(request) => {
                field("request", &request.number);
                match &request.rpc {
                    Rpc::Get(key) => field("key", key),
                    Rpc::Put(key, value) => {
                        field("key", key);
                        field("value", value);
                    }
                    Rpc::Health | Rpc::Stats => {}
                }
                field("work", &request.work);
            }
            Self::Reply(reply) => {
                field("request", &reply.number);
                field("active", &reply.active);
                match &reply.body {
                    Body::Stored(key, value) | Body::Data(key, value) => {
                        field("key", key);
                        field("value", value);
                    }
                    Body::Missing(key) => field("key", key),
                    Body::Stats { load_factor } => field("load_factor", load_factor),
                    Body::Health | Body::Refused => {}
                }
            }
            Self::Check { .. } | Self::Alive { .. } => {}
        }
    }

    /// By numbers where there are many: ten thousand requests a second.
    fn fold(&self, into: &mut Fingerprint) {
        match self {
            Self::Request(request) => {
                into.word(u64::from(request.number) << 3 | 1);
                into.word(request.work.as_nanos());
                match &request.rpc {
                    Rpc::Health => into.word(1),
                    Rpc::Stats => into.word(2),
                    Rpc::Get(key) => into.text(key),
                    Rpc::Put(key, value) => {
                        into.text(key);
                        into.text(value);
                    }
                }
            }
            Self::Reply(reply) => {
                into.word(u64::from(reply.number) << 3 | 2);
                into.word(u64::from(reply.node.0) << 32 | u64::from(reply.active));
                into.word(u64::from(reply.status()));
            }
            Self::Check { number } => into.word(u64::from(*number) << 3 | 3),
            Self::Alive { number } => into.word(u64::from(*number) << 3 | 4),
        }
    }
}

/// What machines remind themselves of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// A client's next request, or batch of requests.
    Send,
    /// The oldest request under way is to be given up, if it still is.
    GiveUp,
    /// A server's next request is done.
    Done,
    /// The balancer's next round of health checks.
    Check,
}

impl Payload for Timer {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Send => "Send",
            Self::GiveUp => "GiveUp",
            Self::Done => "Done",
            Self::Check => "Check",
        })
    }

    fn fold(&self, into: &mut Fingerprint) {
        into.word(*self as u64);
    }
}

/// What a user asks of a machine.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// The client makes a request, of this node or of whom it asks anyway.
    Call(Option<NodeId>, Rpc),
    /// The balancer learns of a new node.
    Join(NodeId),
}

impl Payload for Ask {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Call(_, Rpc::Health) => "Health",
            Self::Call(_, Rpc::Stats) => "Stats",
            Self::Call(_, Rpc::Get(_)) => "Get",
            Self::Call(_, Rpc::Put(..)) => "Put",
            Self::Join(_) => "Join",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Self::Call(_, Rpc::Get(key)) => field("key", key),
            Self::Call(_, Rpc::Put(key, value)) => {
                field("key", key);
                field("value", value);
            }
            Self::Join(node) => field("node", node),
            Self::Call(..) => {}
        }
    }
}
