//! A run as a value, and its link.

use serde::{Deserialize, Serialize};

/// Everything that makes a run what it is. State at any time is a function of this value.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// A lesson's slug or, outside lessons, a system's name.
    pub of: String,
    /// The seed: the only entropy.
    pub seed: u64,
    /// Parameters that differ from the lesson's (or system's) own, as text, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<(String, String)>,
    /// The learner's program; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// What the user did: (time in nanoseconds, command text), in the order it applies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<(u64, String)>,
    /// Where the cursor stands, nanoseconds.
    #[serde(default)]
    pub at: u64,
    /// When the cursor stands in the middle of the instant `at`: how many steps into it. 0: all
    /// of the instant has happened.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub steps: u64,
    /// A second run to compare with: what it sets over `params`. None: the lesson's panes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare: Option<Vec<(String, String)>>,
    /// The step the learner is at.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub step: String,
}

pub(crate) fn is_zero(number: &u64) -> bool {
    *number == 0
}
