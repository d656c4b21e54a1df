//! Placing commands on the timelines of all panes.

use faultline_sim::Time;

use super::{Placed, RunError, SessionPane};

/// How often commands that were refused are tried again after others were placed. Each time at
/// least one node becomes known, and systems have few of those.
const MAX_PASSES: u32 = 32;

/// Places a command in all panes or in none. Those cursors that stood after it may have moved.
pub(super) fn place(
    panes: &mut [SessionPane],
    id: u64,
    at: Time,
    text: &str,
) -> Result<Placed, RunError> {
    let mut in_panes = Vec::with_capacity(panes.len());
    for index in 0..panes.len() {
        match panes[index].lab.insert(at, text) {
            Ok(id) => in_panes.push(id),
            Err(why) => {
                for (pane, id) in panes.iter_mut().zip(in_panes) {
                    pane.lab.remove(id);
                }
                let pane = (panes.len() > 1).then(|| panes[index].id.clone());
                return Err(RunError::Command {
                    at,
                    text: text.to_owned(),
                    pane,
                    why,
                });
            }
        }
    }
    let text = normal_text(&panes[0], in_panes[0], text);
    Ok(Placed {
        id,
        at,
        text,
        in_panes,
    })
}

/// Places commands in all panes, in this order. A command may need a later one, as "crash D" at
/// one second needs "add D" at two: a node is known from the start if it ever joins.
///
/// # Errors
/// The index of the first command that cannot be placed whatever else is, and why.
pub(super) fn place_all(
    panes: &mut [SessionPane],
    first_id: u64,
    commands: &[(u64, String)],
) -> Result<Vec<Placed>, (usize, RunError)> {
    let place_one = |index: usize, panes: &mut [SessionPane]| {
        let (at, text) = &commands[index];
        place(panes, first_id + index as u64, Time::from_nanos(*at), text)
    };
    let mut placed: Vec<Option<Placed>> = commands.iter().map(|_| None).collect();
    let mut in_order = true;
    for pass in 0.. {
        let (mut refusal, mut progress) = (None, false);
        for (index, slot) in placed
            .iter_mut()
            .enumerate()
            .filter(|(_, slot)| slot.is_none())
        {
            match place_one(index, panes) {
                Ok(one) => {
                    *slot = Some(one);
                    progress = true;
                }
                Err(error) => drop(refusal.get_or_insert((index, error))),
            }
        }
        match refusal {
            None => break,
            Some(refusal) if !progress || pass >= MAX_PASSES => return Err(refusal),
            Some(_) => in_order = false,
        }
    }
    if !in_order {
        // Of commands of equal time, the one placed last applies last.
        for (index, slot) in placed.iter_mut().enumerate() {
            let ids = slot.take().map(|one| one.in_panes).unwrap_or_default();
            panes.iter_mut().zip(ids).for_each(|(pane, id)| {
                pane.lab.remove(id);
            });
            *slot = Some(place_one(index, panes).map_err(|error| (index, error))?);
        }
    }
    let mut sorted = Vec::with_capacity(placed.len());
    placed
        .into_iter()
        .flatten()
        .for_each(|one| keep_in_order(&mut sorted, one));
    Ok(sorted)
}

/// Adds a command after all that apply before it or at the same time.
pub(super) fn keep_in_order(placed: &mut Vec<Placed>, command: Placed) {
    let index = placed.partition_point(|other| other.at <= command.at);
    placed.insert(index, command);
}

/// A command's text as the pane writes it.
fn normal_text(pane: &SessionPane, id: u64, given: &str) -> String {
    let found = pane
        .lab
        .commands()
        .into_iter()
        .find(|command| command.id == id);
    found.map_or_else(|| given.trim().to_owned(), |command| command.text)
}
