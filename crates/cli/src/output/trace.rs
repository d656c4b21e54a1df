//! The whole trace of a run, from its first entry.
//!
//! A lab keeps the last part of a long trace. So the run is started again and goes on in
//! stretches short enough that nothing of them is dropped, and the entries are taken out as they
//! come. (Going back in the same lab would not do: on its way forward it leaps over checkpoints.)

use faultline_systems::{Lab, LogEntry};

use crate::failure::Failure;

/// Events between two looks at the trace. An event leaves a few entries, seldom dozens.
const EVENTS_AT_ONCE: u64 = 2_000;
/// Entries asked for at a time.
const PAGE_ENTRIES: usize = 10_000;

/// Calls `visit` with every entry up to the cursor, in order.
pub fn each_entry(
    lab: &dyn Lab,
    visit: &mut dyn FnMut(&LogEntry) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let last = last_id(lab);
    let mut again = (lab.info().start)(lab.values(), lab.seed());
    for command in lab.commands() {
        again
            .insert(command.at, &command.text)
            .map_err(|error| Failure::Failed(format!("the run does not start again: {error}")))?;
    }
    let mut next = 1;
    loop {
        let reached = again.seek(lab.now(), EVENTS_AT_ONCE).reached;
        loop {
            let page = again.trace(next, PAGE_ENTRIES);
            for entry in &page {
                if entry.id > last {
                    // The cursor stands between two events of this instant.
                    return Ok(());
                }
                if entry.id != next {
                    return Err(Failure::Failed(format!(
                        "the trace lacks its entries {next} to {}",
                        entry.id - 1
                    )));
                }
                visit(entry)?;
                next += 1;
            }
            if page.len() < PAGE_ENTRIES {
                break;
            }
        }
        if reached {
            return Ok(());
        }
    }
}

/// The id of the last entry up to the cursor; 0 when there is none.
fn last_id(lab: &dyn Lab) -> u64 {
    let mut last = 0;
    while let Some(entry) = lab.trace(last + 1, PAGE_ENTRIES).last() {
        last = entry.id;
    }
    last
}
