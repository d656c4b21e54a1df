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
    /// A second run to compare with. None: the lesson's panes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare: Option<Branch>,
    /// The step the learner is at.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub step: String,
}

/// A second run beside the first: the same seed, and so the same arrivals and the same luck; the
/// same commands up to a time, and from there on its own. With nothing changed it is equal to
/// the first one, event for event.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// The lesson's pane that both runs are of; empty: the run without the lesson's panes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pane: String,
    /// Where it leaves the first run, nanoseconds: the commands before are the first run's.
    #[serde(default)]
    pub from: u64,
    /// What it sets over the first run's parameters, as text, by name. Parameters hold from the
    /// start, so that with one of them changed the two differ before `from` too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<(String, String)>,
    /// All its commands from `from` on, those that it shares with the first run included, in
    /// the order they apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<(u64, String)>,
}

impl Run {
    /// A second run that leaves this one at `from` and changes nothing.
    pub fn branch(&self, from: u64) -> Branch {
        let after = self.commands.iter().filter(|(at, _)| *at >= from);
        Branch {
            from,
            commands: after.cloned().collect(),
            ..Branch::default()
        }
    }

    /// Adds a command after those that apply before it or at the same time; to the second run
    /// too, if there is one.
    pub fn place(&mut self, at: u64, text: &str) {
        place(&mut self.commands, at, text);
        if let Some(branch) = &mut self.compare
            && at >= branch.from
        {
            place(&mut branch.commands, at, text);
        }
    }

    /// Whether there is a second run that differs in more than its parameters.
    pub(crate) fn forks(&self) -> bool {
        let plain = |branch: &Branch| {
            branch.pane.is_empty() && branch.from == 0 && branch.commands == self.commands
        };
        self.compare.as_ref().is_some_and(|branch| !plain(branch))
    }

    /// The second run by itself, without the pane that it is of.
    pub(crate) fn second(&self) -> Option<Run> {
        let branch = self.compare.as_ref()?;
        let shared = self.commands.iter().filter(|(at, _)| *at < branch.from);
        Some(Run {
            params: over(&self.params, &branch.params),
            commands: shared.chain(&branch.commands).cloned().collect(),
            compare: None,
            ..self.clone()
        })
    }
}

fn place(commands: &mut Vec<(u64, String)>, at: u64, text: &str) {
    let index = commands.partition_point(|(other, _)| *other <= at);
    commands.insert(index, (at, text.to_owned()));
}

/// `set` over `params`: each name once, in the order first met.
pub(crate) fn over(params: &[(String, String)], set: &[(String, String)]) -> Vec<(String, String)> {
    let mut all = params.to_vec();
    for (name, value) in set {
        match all.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => old.clone_from(value),
            None => all.push((name.clone(), value.clone())),
        }
    }
    all
}

pub(crate) fn is_zero(number: &u64) -> bool {
    *number == 0
}
