//! One direction of a link, and how long it takes.

use serde::{Deserialize, Serialize};

use crate::{Span, Stream};

/// How long a message takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Latency {
    /// Always this long.
    Constant(Span),
    /// Evenly distributed between two bounds, both included.
    Uniform {
        /// The least.
        min: Span,
        /// The greatest.
        max: Span,
    },
    /// At least `floor`, and an exponentially distributed span on top.
    Exponential {
        /// The least.
        floor: Span,
        /// The mean of what comes on top.
        mean: Span,
    },
    /// Normally distributed, cut off below zero.
    Normal {
        /// The mean.
        mean: Span,
        /// The standard deviation.
        deviation: Span,
    },
}

impl Latency {
    /// Draws a latency.
    pub fn draw(&self, stream: &mut Stream) -> Span {
        match *self {
            Latency::Constant(span) => span,
            Latency::Uniform { min, max } => stream.span(min, max),
            Latency::Exponential { floor, mean } => floor + stream.exp_span(mean),
            Latency::Normal { mean, deviation } => {
                // `as` cuts off below zero.
                Span((mean.0 as f64 + stream.normal() * deviation.0 as f64) as u64)
            }
        }
    }
}

/// One direction of a link.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// How long a message takes.
    pub latency: Latency,
    /// Share of messages lost, 0 to 100.
    pub loss_percent: f64,
    /// Share of messages delivered twice, 0 to 100.
    pub duplicate_percent: f64,
    /// Share of messages held back, 0 to 100.
    pub reorder_percent: f64,
    /// A message held back takes up to this much longer.
    pub reorder_by: Span,
    /// Whether messages arrive in the order they were sent, as on a TCP connection.
    /// Messages held back by `reorder_percent` do not wait and are not waited for.
    pub fifo: bool,
    /// Whether the link is cut.
    pub cut: bool,
}

impl Link {
    /// A link that only takes time.
    pub const fn new(latency: Latency) -> Self {
        Self {
            latency,
            loss_percent: 0.0,
            duplicate_percent: 0.0,
            reorder_percent: 0.0,
            reorder_by: Span::ZERO,
            fifo: false,
            cut: false,
        }
    }

    /// Whether the link does nothing but take time.
    pub(super) fn only_takes_time(&self) -> bool {
        self.loss_percent <= 0.0
            && self.duplicate_percent <= 0.0
            && self.reorder_percent <= 0.0
            && !self.fifo
            && !self.cut
    }
}
