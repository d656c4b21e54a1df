//! Rules: which messages meet which fate, as data.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

use crate::{NodeId, Span};

/// What a rule does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The message goes its way, and no later rule is asked.
    Pass,
    /// The message takes this much longer.
    Delay(Span),
    /// The message is lost.
    Drop,
    /// The message arrives twice.
    Duplicate,
}

/// Which messages meet which fate, as data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Only messages from this node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NodeId>,
    /// Only messages to this node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NodeId>,
    /// Only messages with this label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Only this share of them, 0 to 100; the others are passed on to the next rule.
    #[serde(default = "all")]
    pub percent: f64,
    /// Only the first so many that match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// What happens.
    pub verdict: Verdict,
}

fn all() -> f64 {
    100.0
}

impl Rule {
    /// A rule for every message; narrow it by setting its fields.
    pub const fn new(verdict: Verdict) -> Self {
        Self {
            from: None,
            to: None,
            label: None,
            percent: 100.0,
            limit: None,
            verdict,
        }
    }
}

impl Rule {
    /// Names the fields that are set, for log and fingerprint.
    pub(crate) fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        if let Some(node) = &self.from {
            field("from", node);
        }
        if let Some(node) = &self.to {
            field("to", node);
        }
        if let Some(label) = &self.label {
            field("label", label);
        }
        field("percent", &self.percent);
        if let Some(limit) = &self.limit {
            field("limit", limit);
        }
        match &self.verdict {
            Verdict::Pass => field("verdict", &"pass"),
            Verdict::Delay(span) => field("delay", span),
            Verdict::Drop => field("verdict", &"drop"),
            Verdict::Duplicate => field("verdict", &"duplicate"),
        }
    }
}
