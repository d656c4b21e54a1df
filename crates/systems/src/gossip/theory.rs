//! What theory expects: the logistic curve of an epidemic.

use super::process::{Mode, Setup};

/// An epidemic in a cluster: each informed node meets another `rate` times a second, so the
/// number of the informed grows by `rate * i * (n - i) / (n - 1)` (Bailey, "The mathematical
/// theory of infectious diseases", 1975). Nodes that meet once a period, from a random moment
/// on, meet as often as ones that meet at random.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epidemic {
    nodes: f64,
    /// Of the logistic curve, per second.
    growth: f64,
}

impl Epidemic {
    /// The epidemic of a cluster.
    pub fn of(setup: &Setup, nodes: u32) -> Self {
        let ways = |mode| if mode == Mode::PushPull { 2.0 } else { 1.0 };
        let fanout = f64::from(setup.fanout.min(nodes - 1));
        let rounds = ways(setup.mode) * fanout / setup.period.as_secs_f64();
        let repairs = setup
            .anti_entropy
            .map_or(0.0, |period| ways(Mode::PushPull) / period.as_secs_f64());
        let nodes = f64::from(nodes);
        Self {
            nodes,
            growth: (rounds + repairs) * nodes / (nodes - 1.0),
        }
    }

    /// The informed so many seconds after the update.
    pub fn informed(&self, seconds: f64) -> f64 {
        let left = (self.nodes - 1.0) * libm::exp(-self.growth * seconds);
        self.nodes / (1.0 + left)
    }

    /// Seconds until less than half a node is left out.
    pub fn spread_s(&self) -> f64 {
        libm::log((self.nodes - 1.0) * (self.nodes - 0.5) / 0.5) / self.growth
    }
}
