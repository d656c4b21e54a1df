//! Which faults make sense.

use thiserror::Error;

use super::Fault;
use crate::{MessageId, NodeId, Span};

/// A fault that cannot be applied; nothing has changed.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FaultError {
    /// There is no such node.
    #[error("there is no node {given}: nodes are 0 to {last}")]
    NoSuchNode {
        /// The node as given.
        given: NodeId,
        /// The last node there is.
        last: NodeId,
    },
    /// The node is down, so the fault would change nothing.
    #[error("node {node} is down")]
    Down {
        /// The node.
        node: NodeId,
    },
    /// The node is paused already.
    #[error("node {node} is paused already")]
    AlreadyPaused {
        /// The node.
        node: NodeId,
    },
    /// Only a paused node can resume.
    #[error("node {node} is not paused")]
    NotPaused {
        /// The node.
        node: NodeId,
    },
    /// A number is out of its range.
    #[error("{what} is {given}: allowed is {low} to {high}")]
    OutOfRange {
        /// Which number.
        what: &'static str,
        /// The number as given.
        given: f64,
        /// The least allowed.
        low: f64,
        /// The greatest allowed.
        high: f64,
    },
    /// The least latency is above the greatest.
    #[error("the least latency, {min}, is above the greatest, {max}")]
    LatencyOrder {
        /// The least as given.
        min: Span,
        /// The greatest as given.
        max: Span,
    },
    /// A node is named in two groups of a partition.
    #[error("node {node} is in two groups of the partition")]
    TwoGroups {
        /// The node.
        node: NodeId,
    },
    /// The message is not in flight now.
    #[error("message {id} is not in flight")]
    NotInFlight {
        /// The message.
        id: MessageId,
    },
    /// No more rules fit.
    #[error("there are {limit} rules already, the most allowed")]
    TooManyRules {
        /// The most allowed.
        limit: usize,
    },
}

/// The slowest and the fastest a node can be made.
const FACTOR: (f64, f64) = (0.001, 1000.0);

impl Fault {
    /// Checks numbers, node names and groups against a cluster of `nodes` nodes.
    ///
    /// # Errors
    /// The first thing that is not allowed.
    pub fn check(&self, nodes: u32) -> Result<(), FaultError> {
        let node = |given: NodeId| {
            if given.0 < nodes {
                Ok(())
            } else {
                Err(FaultError::NoSuchNode {
                    given,
                    last: NodeId(nodes.saturating_sub(1)),
                })
            }
        };
        match self {
            Fault::Crash { node: id }
            | Fault::Restart { node: id, .. }
            | Fault::Pause { node: id }
            | Fault::Resume { node: id } => node(*id),
            Fault::Partition { groups } => {
                let mut seen = vec![false; nodes as usize];
                for &id in groups.iter().flatten() {
                    node(id)?;
                    if std::mem::replace(&mut seen[id.index()], true) {
                        return Err(FaultError::TwoGroups { node: id });
                    }
                }
                Ok(())
            }
            Fault::Heal | Fault::ClearRules | Fault::Message { .. } => Ok(()),
            Fault::Slow { node: id, factor } => {
                node(*id)?;
                within("the factor", *factor, FACTOR)
            }
            Fault::Loss { percent: given }
            | Fault::Duplicate { percent: given }
            | Fault::Reorder { percent: given, .. } => percent("the share", *given),
            Fault::Latency { min, max } => ordered(*min, *max),
            Fault::Link { from, to, change } => {
                node(*from)?;
                node(*to)?;
                if let Some((min, max)) = change.latency {
                    ordered(min, max)?;
                }
                percent("the loss", change.loss_percent.unwrap_or(0.0))?;
                percent("the duplication", change.duplicate_percent.unwrap_or(0.0))
            }
            Fault::AddRule { rule } => {
                for id in [rule.from, rule.to].into_iter().flatten() {
                    node(id)?;
                }
                percent("the rule's share", rule.percent)
            }
        }
    }
}

fn percent(what: &'static str, given: f64) -> Result<(), FaultError> {
    within(what, given, (0.0, 100.0))
}

fn within(what: &'static str, given: f64, (low, high): (f64, f64)) -> Result<(), FaultError> {
    if (low..=high).contains(&given) {
        Ok(())
    } else {
        Err(FaultError::OutOfRange {
            what,
            given,
            low,
            high,
        })
    }
}

fn ordered(min: Span, max: Span) -> Result<(), FaultError> {
    if min <= max {
        Ok(())
    } else {
        Err(FaultError::LatencyOrder { min, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_makes_no_sense() {
        let n = NodeId;
        assert!(Fault::Crash { node: n(2) }.check(3).is_ok());
        assert!(matches!(
            Fault::Crash { node: n(3) }.check(3),
            Err(FaultError::NoSuchNode { .. })
        ));
        assert!(Fault::Loss { percent: f64::NAN }.check(3).is_err());
        assert!(Fault::Loss { percent: 100.5 }.check(3).is_err());
        assert!(
            Fault::Slow {
                node: n(0),
                factor: 0.0
            }
            .check(3)
            .is_err()
        );
        let groups = vec![vec![n(0), n(1)], vec![n(1)]];
        assert_eq!(
            Fault::Partition { groups }.check(3),
            Err(FaultError::TwoGroups { node: n(1) })
        );
    }
}
