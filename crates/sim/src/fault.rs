//! Faults as data: what a user, a lesson or a chaos monkey does to a running system.

mod check;

pub use check::FaultError;

use std::borrow::Cow;
use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

use crate::{Described, MessageId, NodeId, Payload, Rule, Span};

/// Something done to the cluster from outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// The node stops at once: its state and timers are gone, its disk stays.
    /// What it sent before is on the wire and still arrives; what arrives for it is lost.
    Crash {
        /// The node.
        node: NodeId,
    },
    /// The node starts afresh from its disk; a node that still runs is crashed first.
    Restart {
        /// The node.
        node: NodeId,
        /// Whether the disk is emptied before.
        #[serde(default)]
        empty_disk: bool,
    },
    /// The node stands still: what arrives and falls due waits until it resumes.
    Pause {
        /// The node.
        node: NodeId,
    },
    /// A paused node goes on, first with all that waited, in order.
    Resume {
        /// The node.
        node: NodeId,
    },
    /// Only nodes of the same group reach each other; nodes in no group form one more.
    /// Replaces an earlier partition.
    Partition {
        /// The groups.
        groups: Vec<Vec<NodeId>>,
    },
    /// Ends the partition and joins every cut link.
    Heal,
    /// Messages from and to the node take `factor` times as long, and
    /// [`Outbox::slowness`](crate::Outbox::slowness) tells the node to work as slowly.
    Slow {
        /// The node.
        node: NodeId,
        /// From 0.001 to 1000; 1 is the normal speed.
        factor: f64,
    },
    /// Every link without settings of its own loses this share of messages.
    Loss {
        /// From 0 to 100.
        percent: f64,
    },
    /// Every link without settings of its own takes this long, evenly distributed.
    Latency {
        /// The least latency.
        min: Span,
        /// The greatest latency.
        max: Span,
    },
    /// Every link without settings of its own delivers this share of messages twice.
    Duplicate {
        /// From 0 to 100.
        percent: f64,
    },
    /// On every link without settings of its own, this share of messages is held back.
    Reorder {
        /// From 0 to 100.
        percent: f64,
        /// Held back for up to this long, evenly distributed.
        by: Span,
    },
    /// Changes one direction of one link; what is left out stays as it is.
    Link {
        /// The sending end.
        from: NodeId,
        /// The receiving end.
        to: NodeId,
        /// The change.
        #[serde(flatten)]
        change: LinkChange,
    },
    /// Acts on one message in flight.
    Message {
        /// The message.
        id: MessageId,
        /// What happens to it.
        action: MessageAction,
    },
    /// Adds a rule after those there are; the first rule that matches a message decides.
    AddRule {
        /// The rule.
        rule: Rule,
    },
    /// Removes all rules.
    ClearRules,
}

/// A change of one direction of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkChange {
    /// The least and the greatest latency, evenly distributed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<(Span, Span)>,
    /// Share of messages lost, 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss_percent: Option<f64>,
    /// Share of messages delivered twice, 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_percent: Option<f64>,
    /// Whether the link is cut: nothing passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<bool>,
}

/// What happens to a message in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageAction {
    /// It is lost.
    Drop,
    /// It arrives this much later.
    Delay(Span),
    /// A copy arrives at the same time, after it.
    Duplicate,
}

impl Fault {
    /// A stable name for exports and filters.
    pub const fn name(&self) -> &'static str {
        match self {
            Fault::Crash { .. } => "crashed",
            Fault::Restart { .. } => "restarted",
            Fault::Pause { .. } => "paused",
            Fault::Resume { .. } => "resumed",
            Fault::Partition { .. } => "partitioned",
            Fault::Heal => "healed",
            Fault::Slow { .. } => "slowed",
            Fault::Loss { .. } => "loss_set",
            Fault::Latency { .. } => "latency_set",
            Fault::Duplicate { .. } => "duplication_set",
            Fault::Reorder { .. } => "reordering_set",
            Fault::Link { .. } => "link_set",
            Fault::Message { .. } => "message_fault",
            Fault::AddRule { .. } => "rule_added",
            Fault::ClearRules => "rules_cleared",
        }
    }

    /// The node it happens to; `None` for what concerns the network.
    pub const fn node(&self) -> Option<NodeId> {
        match self {
            Fault::Crash { node }
            | Fault::Restart { node, .. }
            | Fault::Pause { node }
            | Fault::Resume { node }
            | Fault::Slow { node, .. } => Some(*node),
            _ => None,
        }
    }
}

/// Displays the groups of a partition: `1,2|3,4,5`.
struct Groups<'a>(&'a [Vec<NodeId>]);

impl Display for Groups<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, group) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("|")?;
            }
            for (index, node) in group.iter().enumerate() {
                if index > 0 {
                    f.write_str(",")?;
                }
                write!(f, "{node}")?;
            }
        }
        Ok(())
    }
}

impl Payload for Fault {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(self.name())
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Fault::Crash { node } | Fault::Pause { node } | Fault::Resume { node } => {
                field("node", node);
            }
            Fault::Restart { node, empty_disk } => {
                field("node", node);
                field("empty_disk", empty_disk);
            }
            Fault::Partition { groups } => field("groups", &Groups(groups)),
            Fault::Heal | Fault::ClearRules => {}
            Fault::Slow { node, factor } => {
                field("node", node);
                field("factor", factor);
            }
            Fault::Loss { percent } | Fault::Duplicate { percent } => field("percent", percent),
            Fault::Latency { min, max } => {
                field("min", min);
                field("max", max);
            }
            Fault::Reorder { percent, by } => {
                field("percent", percent);
                field("by", by);
            }
            Fault::Link { from, to, change } => {
                field("from", from);
                field("to", to);
                change.details(field);
            }
            Fault::Message { id, action } => {
                field("id", id);
                match action {
                    MessageAction::Drop => field("action", &"drop"),
                    MessageAction::Delay(span) => field("delay", span),
                    MessageAction::Duplicate => field("action", &"duplicate"),
                }
            }
            Fault::AddRule { rule } => rule.details(field),
        }
    }
}

/// One line: `crashed node=2`.
impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Described(self).fmt(f)
    }
}

impl LinkChange {
    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        if let Some((min, max)) = &self.latency {
            field("min", min);
            field("max", max);
        }
        if let Some(percent) = &self.loss_percent {
            field("loss_percent", percent);
        }
        if let Some(percent) = &self.duplicate_percent {
            field("duplicate_percent", percent);
        }
        if let Some(cut) = &self.cut {
            field("cut", cut);
        }
    }
}
