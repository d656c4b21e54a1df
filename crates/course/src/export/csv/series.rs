//! Metrics over time.

use faultline_sim::{Span, Time};
use faultline_systems::Metrics;

use super::super::{ExportError, MAX_CELLS, MAX_ROWS, Progress};
use super::{Cell, row};
use crate::samples::{Row, SAMPLE_EVENTS, Samples, Table};
use crate::session::Session;

/// Events between two looks at how large the table is.
const EVENTS_AT_ONCE: u64 = 100_000;

/// A table of the metrics over time being sampled, then written: which columns there are is not
/// known before the end, since a node that joins brings its own.
pub(in super::super) struct Series {
    samples: Samples,
    /// The ids of the panes.
    panes: Vec<String>,
    /// Where the cursor stands: the last row.
    until: Time,
    /// The metrics there, for every pane.
    last: Vec<Metrics>,
    /// All rows, once they are there.
    table: Option<Table>,
    /// Rows written.
    written: usize,
}

impl Series {
    pub(in super::super) fn of(session: &Session, every: Span) -> Result<Self, ExportError> {
        let until = session.now();
        let count = session.pane_count();
        // Of all panes, without the first and the last of each.
        let between = MAX_ROWS / count as u64 - 2;
        if every == Span::ZERO || until.as_nanos() / every.as_nanos() > between {
            return Err(ExportError::Interval {
                given: every,
                until,
                least: round_up(until.as_nanos() / between + 1),
            });
        }
        let panes = 0..count;
        Ok(Self {
            samples: Samples::new(session, every),
            panes: panes
                .clone()
                .map(|pane| session.pane_id(pane).to_owned())
                .collect(),
            until,
            last: panes.map(|pane| session.lab(pane).metrics()).collect(),
            table: None,
            written: 0,
        })
    }

    pub(in super::super) fn step(
        &mut self,
        max_events: u64,
        out: &mut String,
    ) -> Result<Progress, ExportError> {
        if self.table.is_none() && !self.sample(max_events)? {
            return Ok(Progress::at(self.samples.next(), self.until));
        }
        let table = self.table.get_or_insert_with(|| {
            // The cursor may stand between two events of this instant: as the session has it, then.
            let mut table = self.samples.take_table();
            for (index, metrics) in self.last.iter().enumerate() {
                table.add(self.until, index, metrics);
            }
            header(&table, self.panes.len() > 1, out);
            table
        });
        let mut left = max_events;
        for sampled in &table.rows()[self.written..] {
            if left == 0 {
                return Ok(Progress::at(self.until, self.until));
            }
            let pane = (self.panes.len() > 1).then(|| &*self.panes[sampled.pane]);
            write_row(table, sampled, pane, out);
            self.written += 1;
            left = left.saturating_sub(SAMPLE_EVENTS);
        }
        Ok(Progress::DONE)
    }

    /// Goes on with the run; true when all moments before the last are there.
    fn sample(&mut self, max_events: u64) -> Result<bool, ExportError> {
        let Some(before) = self.until.as_nanos().checked_sub(1) else {
            return Ok(true);
        };
        let before = Time::from_nanos(before);
        let is_there = self.samples.step(before, max_events.min(EVENTS_AT_ONCE));
        if self.samples.table().cells() > MAX_CELLS {
            let given = self.samples.every();
            return Err(ExportError::Cells { given });
        }
        Ok(is_there)
    }
}

/// A table of a session that was sampled already.
pub(in super::super) fn table(session: &Session, table: &Table, out: &mut String) {
    let several = session.pane_count() > 1;
    header(table, several, out);
    for sampled in table.rows() {
        let pane = several.then(|| session.pane_id(sampled.pane));
        write_row(table, sampled, pane, out);
    }
}

fn header(table: &Table, several: bool, out: &mut String) {
    let pane = several.then_some("pane");
    let names = table.columns().map(|(_, name)| &**name);
    let head = ["time_ms"].into_iter().chain(pane).chain(names);
    row(head.map(Cell::Text), out);
}

fn write_row(table: &Table, sampled: &Row, pane: Option<&str>, out: &mut String) {
    let cells = table.columns().map(|(column, _)| {
        let number = sampled.number(column);
        number.map_or(Cell::Empty, Cell::from)
    });
    let head = [Cell::Millis(sampled.at.as_nanos())];
    row(
        head.into_iter().chain(pane.map(Cell::Text)).chain(cells),
        out,
    );
}

/// The next span of two digits, which is easier to say.
fn round_up(nanos: u64) -> Span {
    let mut unit = 1;
    while nanos / unit >= 100 {
        unit *= 10;
    }
    Span::from_nanos(nanos.div_ceil(unit) * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_rounded_up_to_two_digits() {
        for (nanos, text) in [
            (1, "1ns"),
            (99, "99ns"),
            (100_003, "110us"),
            (1_000_000, "1ms"),
        ] {
            assert_eq!(round_up(nanos).to_string(), text);
        }
    }
}
