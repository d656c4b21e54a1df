//! What registry, nodes and client say to each other, and remind themselves of.

use std::borrow::Cow;
use std::fmt::Display;
use std::rc::Rc;

use faultline_sim::{Fingerprint, NodeId, Payload};

use super::process::{NOT_FOUND, name, port};

/// What registry, nodes and client say to each other.
#[derive(Clone, Debug)]
pub enum Message {
    /// A node: "List me."
    Register,
    /// The registry: "You are listed."
    Registered,
    /// A node: "I am still there."
    Heartbeat,
    /// The registry's answer to a heartbeat.
    HeartbeatReply {
        /// 200, or 404 for a node that is not listed.
        status: u16,
    },
    /// The client: "Who is there?"
    Lookup {
        /// Which of the client's calls.
        request: u32,
    },
    /// The registry: "These are listed."
    Entries {
        /// Which call.
        request: u32,
        /// The nodes listed.
        nodes: Rc<[NodeId]>,
    },
    /// The client calls a node.
    Call {
        /// Which of the client's calls.
        request: u32,
    },
    /// The node's answer.
    CallReply {
        /// Which call.
        request: u32,
    },
}

impl Payload for Message {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Register => "Register",
            Self::Registered => "Registered",
            Self::Heartbeat => "Heartbeat",
            // What is said is what the lesson turns on.
            Self::HeartbeatReply { status: NOT_FOUND } => "404",
            Self::HeartbeatReply { .. } => "200",
            Self::Lookup { .. } => "Lookup",
            Self::Entries { .. } => "Entries",
            Self::Call { .. } => "Call",
            Self::CallReply { .. } => "CallReply",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Self::Register | Self::Registered | Self::Heartbeat => {}
            Self::HeartbeatReply { status } => field(
                "says",
                &match *status {
                    NOT_FOUND => "register again",
                    _ => "all is well",
                },
            ),
            Self::Lookup { request } | Self::Call { request } | Self::CallReply { request } => {
                field("request", request);
            }
            Self::Entries { request, nodes } => {
                let listed: Vec<String> = nodes
                    .iter()
                    .map(|node| format!("{}:{}", name(*node), port(*node)))
                    .collect();
                field("nodes", &listed.join(" "));
                field("request", request);
            }
        }
    }

    /// By numbers: a look-up in a long list would write it all out.
    fn fold(&self, into: &mut Fingerprint) {
        match self {
            Self::Register => into.word(1),
            Self::Registered => into.word(2),
            Self::Heartbeat => into.word(3),
            Self::HeartbeatReply { status } => {
                into.word(4);
                into.word(u64::from(*status));
            }
            Self::Lookup { request } => {
                into.word(5);
                into.word(u64::from(*request));
            }
            Self::Entries { request, nodes } => {
                into.word(6);
                into.word(u64::from(*request));
                for node in nodes.iter() {
                    into.word(u64::from(node.0));
                }
            }
            Self::Call { request } => {
                into.word(7);
                into.word(u64::from(*request));
            }
            Self::CallReply { request } => {
                into.word(8);
                into.word(u64::from(*request));
            }
        }
    }
}

/// What registry, nodes and client remind themselves of.
#[derive(Clone, Debug)]
pub enum Timer {
    /// The registry takes out who has not been heard of.
    Prune,
    /// A node registers for the first time.
    Begin,
    /// A node's registration was not answered.
    Retry,
    /// A node's next heartbeat.
    Heartbeat,
    /// The client's next call.
    Next,
    /// The client's call was not answered.
    Timeout {
        /// Which.
        request: u32,
    },
}

impl Payload for Timer {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Prune => "Prune",
            Self::Begin => "Begin",
            Self::Retry => "Retry",
            Self::Heartbeat => "Heartbeat",
            Self::Next => "Next",
            Self::Timeout { .. } => "Timeout",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        if let Self::Timeout { request } = self {
            field("request", request);
        }
    }
}
