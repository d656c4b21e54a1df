//! The latest messages that were lost, for whoever draws the moment.

use std::collections::VecDeque;

use crate::{MessageId, NodeId, Time};

/// The most losses that are remembered, the latest.
const LOSSES_MAX: usize = 64;

/// A message that was lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loss {
    /// The message.
    pub id: MessageId,
    /// To whom it was sent.
    pub to: NodeId,
    /// When it was lost.
    pub at: Time,
    /// How much of its way it had gone, from 0 to 1. One that the network lost is taken to have
    /// gone half of it: where a link loses a message nobody knows.
    pub way: f32,
}

/// The latest losses, the oldest first. They are part of no trace and no fingerprint.
#[derive(Clone, Debug, Default)]
pub(crate) struct Losses(VecDeque<Loss>);

impl Losses {
    pub(crate) fn push(&mut self, loss: Loss) {
        if self.0.len() == LOSSES_MAX {
            self.0.pop_front();
        }
        self.0.push_back(loss);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Loss> {
        self.0.iter()
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.0.capacity() * size_of::<Loss>()
    }
}
