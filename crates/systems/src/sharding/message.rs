//! What the machines of the sharding system say, remind themselves of, and are asked.

use std::borrow::Cow;
use std::fmt::Display;
use std::rc::Rc;

use faultline_sim::Payload;

use super::placement::{Key, Placement, Slot};

/// The list of nodes in force.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Counts the changes, from 1; the higher one is in force.
    pub epoch: u32,
    /// The nodes, and where they place every key.
    pub placement: Rc<Placement>,
}

/// What machines say to each other.
#[derive(Clone, Debug)]
pub enum Message {
    /// "I know no list of nodes": said by a machine whose disk is empty.
    Hello,
    /// The list of nodes.
    Membership(Cluster),
    /// The list of nodes of this epoch has arrived.
    MembershipAck {
        /// Its epoch.
        epoch: u32,
    },
    /// A key that is the receiver's from now on.
    Transfer {
        /// Which key.
        key: u32,
        /// The sender's epoch.
        epoch: u32,
    },
    /// The key is stored here.
    TransferAck {
        /// Which key.
        key: u32,
        /// The epoch of the transfer.
        epoch: u32,
    },
    /// A look-up.
    Get {
        /// Which of the client's look-ups.
        request: u32,
        /// Which key.
        key: Key,
    },
    /// The key is here.
    Found {
        /// Which look-up.
        request: u32,
    },
    /// The key is not here.
    Missing {
        /// Which look-up.
        request: u32,
    },
}

impl Payload for Message {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Hello => "Hello",
            Self::Membership(_) => "Membership",
            Self::MembershipAck { .. } => "MembershipAck",
            Self::Transfer { .. } => "Transfer",
            Self::TransferAck { .. } => "TransferAck",
            Self::Get { .. } => "Get",
            Self::Found { .. } => "Found",
            Self::Missing { .. } => "Missing",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Self::Hello => {}
            Self::Membership(cluster) => {
                let letters = cluster.placement.members().iter().map(|slot| slot.letter());
                field("epoch", &cluster.epoch);
                field("nodes", &letters.collect::<String>());
            }
            Self::MembershipAck { epoch } => field("epoch", epoch),
            Self::Transfer { key, epoch } | Self::TransferAck { key, epoch } => {
                field("key", &Key::Number(*key));
                field("epoch", epoch);
            }
            Self::Get { request, key } => {
                field("key", key);
                field("request", request);
            }
            Self::Found { request } | Self::Missing { request } => field("request", request),
        }
    }
}

/// What machines remind themselves of.
#[derive(Clone, Debug)]
pub enum Timer {
    /// Ask for the list of nodes, if it is still unknown.
    Ask,
    /// Announce the list of nodes to those that have not acknowledged it.
    Announce,
    /// Hand over the next key.
    HandOver,
    /// Look the next key up.
    LookUp,
}

impl Payload for Timer {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Ask => "Ask",
            Self::Announce => "Announce",
            Self::HandOver => "HandOver",
            Self::LookUp => "LookUp",
        })
    }
}

/// What a user asks of the client.
#[derive(Clone, Debug)]
pub enum Ask {
    /// Put a node on the list.
    Add(Slot),
    /// Take a node off the list.
    Remove(Slot),
    /// Look a key up.
    LookUp(Key),
}

impl Payload for Ask {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Add(_) => "Add",
            Self::Remove(_) => "Remove",
            Self::LookUp(_) => "LookUp",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Self::Add(slot) | Self::Remove(slot) => field("node", slot),
            Self::LookUp(key) => field("key", key),
        }
    }
}
