//! Placing commands on the timelines of the panes.

use faultline_sim::Time;
use faultline_systems::Lab;

use super::{Placed, RunError, SessionPane};
use crate::run::Run;

/// How often commands that were refused are tried again after others were placed. Each time at
/// least one node becomes known, and systems have few of those.
const MAX_PASSES: u32 = 32;

/// Which panes something is for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Panes {
    /// Every pane.
    #[default]
    All,
    /// One of the two panes of a fork, by its index.
    Only(usize),
}

impl Panes {
    /// Whether a pane is among them.
    pub fn contain(self, pane: usize) -> bool {
        match self {
            Panes::All => true,
            Panes::Only(only) => only == pane,
        }
    }

    /// Those that are in both; none when there are none.
    pub(super) fn and(self, other: Panes) -> Option<Panes> {
        match (self, other) {
            (Panes::All, panes) | (panes, Panes::All) => Some(panes),
            (one, other) => (one == other).then_some(one),
        }
    }

    /// Those of two panes that are not among these.
    pub(super) fn other(self) -> Option<Panes> {
        match self {
            Panes::All => None,
            Panes::Only(pane) => Some(Panes::Only(1 - pane.min(1))),
        }
    }
}

/// A command to be placed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Given {
    pub at: Time,
    pub text: String,
    pub panes: Panes,
}

/// A command that cannot be placed whatever else is.
pub(super) struct Refusal {
    /// Which one.
    pub index: usize,
    /// The pane that refuses it.
    pub pane: usize,
    pub error: RunError,
}

/// The commands of a run in the order they apply. What two runs of a comparison have at the
/// same time in the same order is one command in both panes.
pub(super) fn givens(run: &Run) -> Vec<Given> {
    let given = |(at, text): &(u64, String), panes| Given {
        at: Time::from_nanos(*at),
        text: text.clone(),
        panes,
    };
    let first = in_order(&run.commands);
    let Some(branch) = &run.compare else {
        return first.into_iter().map(|c| given(c, Panes::All)).collect();
    };
    let second = in_order(&branch.commands);
    let mut rest = &second[..];
    let mut all = Vec::with_capacity(first.len() + rest.len());
    for command in first {
        let (at, text) = command;
        if *at < branch.from {
            all.push(given(command, Panes::All));
            continue;
        }
        let earlier = rest.partition_point(|(other, _)| other < at);
        let mut same_time = rest[earlier..].iter().take_while(|(other, _)| other == at);
        let twin = same_time.position(|(_, other)| other == text);
        let (own, after) = rest.split_at(earlier + twin.unwrap_or(0));
        all.extend(own.iter().map(|c| given(c, Panes::Only(1))));
        all.push(given(
            command,
            if twin.is_some() {
                Panes::All
            } else {
                Panes::Only(0)
            },
        ));
        rest = if twin.is_some() { &after[1..] } else { after };
    }
    all.extend(rest.iter().map(|c| given(c, Panes::Only(1))));
    all
}

/// By time; those of equal time stay as they are.
fn in_order(commands: &[(u64, String)]) -> Vec<&(u64, String)> {
    let mut sorted: Vec<_> = commands.iter().collect();
    sorted.sort_by_key(|(at, _)| *at);
    sorted
}

/// Places a command in those of its panes that take it, for runs side by side may have different
/// nodes; at least in one. Those cursors that stood after it may have moved.
///
/// # Errors
/// The first pane that refuses it, and why, if all do.
pub(super) fn place(
    panes: &mut [SessionPane],
    id: u64,
    given: &Given,
) -> Result<Placed, (usize, RunError)> {
    let mut in_panes = vec![None; panes.len()];
    let mut refusal = None;
    for index in (0..panes.len()).filter(|&pane| given.panes.contain(pane)) {
        match panes[index].lab.insert(given.at, &given.text) {
            Ok(id) => in_panes[index] = Some(id),
            Err(why) => drop(refusal.get_or_insert((index, why))),
        }
    }
    match refusal {
        Some((index, why)) if in_panes.iter().all(Option::is_none) => {
            let pane = (panes.len() > 1).then(|| panes[index].id.clone());
            let error = RunError::Command {
                at: given.at,
                text: given.text.clone(),
                pane,
                why,
            };
            Err((index, error))
        }
        _ => Ok(Placed {
            id,
            at: given.at,
            text: normal_text(panes, &in_panes, &given.text),
            panes: given.panes,
            in_panes,
        }),
    }
}

/// Places commands, in this order. A command may need a later one, as "crash D" at one second
/// needs "add D" at two: a node is known from the start if it ever joins.
///
/// # Errors
/// The first command that cannot be placed.
pub(super) fn place_all(
    panes: &mut [SessionPane],
    first_id: u64,
    commands: &[Given],
) -> Result<Vec<Placed>, Refusal> {
    let place_one = |index: usize, panes: &mut [SessionPane]| {
        let refused = |(pane, error)| Refusal { index, pane, error };
        place(panes, first_id + index as u64, &commands[index]).map_err(refused)
    };
    let is_whole = |index: usize, placed: &Placed| {
        let mut ids = placed.in_panes.iter().enumerate();
        ids.all(|(pane, id)| id.is_some() || !commands[index].panes.contain(pane))
    };
    let mut placed: Vec<Option<Placed>> = commands.iter().map(|_| None).collect();
    let mut in_order = true;
    for pass in 0.. {
        let (mut refusal, mut progress, mut partly) = (None, false, false);
        for (index, slot) in placed.iter_mut().enumerate() {
            // What one pane refused may be possible there once others are placed.
            let before = match slot {
                Some(one) if is_whole(index, one) => continue,
                Some(one) => {
                    let count = one.in_panes.iter().flatten().count();
                    take_out(panes, &one.in_panes);
                    count
                }
                None => 0,
            };
            match place_one(index, panes) {
                Ok(one) => {
                    progress |= one.in_panes.iter().flatten().count() > before;
                    partly |= !is_whole(index, &one);
                    *slot = Some(one);
                }
                Err(error) => drop(refusal.get_or_insert(error)),
            }
        }
        let again = progress && pass < MAX_PASSES;
        match refusal {
            Some(refusal) if !again => return Err(refusal),
            None if !partly || !again => break,
            _ => in_order = false,
        }
    }
    if !in_order {
        // Of commands of equal time, the one placed last applies last.
        for (index, slot) in placed.iter_mut().enumerate() {
            take_out(
                panes,
                &slot.take().map(|one| one.in_panes).unwrap_or_default(),
            );
            *slot = Some(place_one(index, panes)?);
        }
    }
    let mut sorted = Vec::with_capacity(placed.len());
    placed
        .into_iter()
        .flatten()
        .for_each(|one| keep_in_order(&mut sorted, one));
    Ok(sorted)
}

/// Places the commands of a run that has one pane.
///
/// # Errors
/// The first command that cannot be placed.
pub(crate) fn place_on(
    lab: Box<dyn Lab>,
    commands: &[(u64, String)],
) -> Result<Box<dyn Lab>, RunError> {
    let id = super::ONLY_PANE.to_owned();
    let mut panes = vec![SessionPane { id, lab }];
    let given = |(at, text): &(u64, String)| Given {
        at: Time::from_nanos(*at),
        text: text.clone(),
        panes: Panes::All,
    };
    let commands: Vec<Given> = commands.iter().map(given).collect();
    place_all(&mut panes, 1, &commands).map_err(|refusal| refusal.error)?;
    Ok(panes.swap_remove(0).lab)
}

/// Adds a command after all that apply before it or at the same time.
pub(super) fn keep_in_order(placed: &mut Vec<Placed>, command: Placed) {
    let index = placed.partition_point(|other| other.at <= command.at);
    placed.insert(index, command);
}

/// Takes a command out of the panes in which it has an id.
pub(super) fn take_out(panes: &mut [SessionPane], in_panes: &[Option<u64>]) {
    for (pane, id) in panes.iter_mut().zip(in_panes) {
        if let Some(id) = id {
            pane.lab.remove(*id);
        }
    }
}

/// A command's text as the first of its panes writes it.
fn normal_text(panes: &[SessionPane], in_panes: &[Option<u64>], given: &str) -> String {
    let mut both = panes.iter().zip(in_panes);
    let found = both.find_map(|(pane, id)| {
        let commands = pane.lab.commands();
        commands.into_iter().find(|command| Some(command.id) == *id)
    });
    found.map_or_else(|| given.trim().to_owned(), |command| command.text)
}
