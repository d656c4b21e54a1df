//! The whole trace of a run, from its first entry.
//!
//! A lab keeps the last part of a long trace. So the run is started again and goes on in
//! stretches short enough that nothing of them is dropped, and the entries are taken out as they
//! come. (Going back in the same lab would not do: on its way forward it leaps over checkpoints.)

use faultline_sim::Time;
use faultline_systems::{Lab, LogEntry};

use super::{ExportError, Progress};
use crate::session::Session;

/// Events between two looks at the trace. A lab keeps far more entries than the busiest events
/// leave, which are those that send to every node.
const EVENTS_AT_ONCE: u64 = 200;
/// Entries taken out at a time: as text they take more memory than in the lab.
const PAGE_ENTRIES: usize = 1_000;

/// A run that goes through its trace once more.
pub(super) struct Replay {
    lab: Box<dyn Lab>,
    until: Time,
    /// The id of the last entry wanted: the cursor may stand between two events of one instant.
    last: u64,
    /// The id of the next entry.
    next: u64,
}

impl Replay {
    pub(super) fn of(session: &Session, pane: usize) -> Result<Self, ExportError> {
        let count = session.pane_count();
        if pane >= count {
            return Err(ExportError::NoPane {
                given: pane,
                last: count - 1,
            });
        }
        let lab = session.lab(pane);
        Ok(Self {
            until: lab.now(),
            last: lab.last_entry(),
            next: 1,
            lab: session.again()?.swap_remove(pane),
        })
    }

    /// Where it ends.
    pub(super) fn until(&self) -> Time {
        self.until
    }

    /// Goes on by about `max_events` and calls `visit` with every entry on the way, in order.
    pub(super) fn step(
        &mut self,
        max_events: u64,
        visit: &mut dyn FnMut(&LogEntry) -> Result<(), ExportError>,
    ) -> Result<Progress, ExportError> {
        let mut left = max_events.max(1);
        loop {
            let progress = self.lab.seek(self.until, left.min(EVENTS_AT_ONCE));
            self.take_out(visit)?;
            if self.next > self.last {
                return Ok(Progress::DONE);
            }
            if progress.reached {
                return Err(ExportError::Gap {
                    from: self.next,
                    to: self.last,
                });
            }
            left = left.saturating_sub(progress.events.max(1));
            if left == 0 {
                return Ok(Progress::at(self.lab.now(), self.until));
            }
        }
    }

    fn take_out(
        &mut self,
        visit: &mut dyn FnMut(&LogEntry) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        loop {
            let page = self.lab.trace(self.next, PAGE_ENTRIES);
            for entry in page.iter().take_while(|entry| entry.id <= self.last) {
                if entry.id != self.next {
                    return Err(ExportError::Gap {
                        from: self.next,
                        to: entry.id - 1,
                    });
                }
                visit(entry)?;
                self.next += 1;
            }
            if page.len() < PAGE_ENTRIES || self.next > self.last {
                return Ok(());
            }
        }
    }
}
