//! Metrics over time.

use faultline_sim::{Span, Time};
use faultline_systems::{Lab, MetricValue, Metrics};

use super::super::{ExportError, MAX_CELLS, MAX_ROWS, Progress};
use super::{Cell, row};
use crate::session::Session;

/// Reading the metrics of a moment, or writing a row, takes about as long as so many events.
const ROW_EVENTS: u64 = 20;

/// A table of the metrics over time being sampled, then written: which columns there are is not
/// known before the end, since a node that joins brings its own.
pub(in super::super) struct Series {
    panes: Vec<Pane>,
    every: Span,
    /// The next moment to sample.
    at: Time,
    /// Where the cursor stands: the last row.
    until: Time,
    /// The metrics there, for every pane; empty when they are in the table.
    last: Vec<Metrics>,
    table: Table,
    has_header: bool,
    /// Rows written.
    written: usize,
}

struct Pane {
    id: String,
    lab: Box<dyn Lab>,
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
        let labs = session.again()?.into_iter().enumerate();
        Ok(Self {
            panes: labs
                .map(|(pane, lab)| Pane {
                    id: session.pane_id(pane).to_owned(),
                    lab,
                })
                .collect(),
            every,
            at: Time::ZERO,
            until,
            last: (0..count).map(|pane| session.lab(pane).metrics()).collect(),
            table: Table::default(),
            has_header: false,
            written: 0,
        })
    }

    pub(in super::super) fn step(
        &mut self,
        max_events: u64,
        out: &mut String,
    ) -> Result<Progress, ExportError> {
        let mut left = max_events.max(1);
        if !self.sample(&mut left)? {
            return Ok(Progress::at(self.at, self.until));
        }
        if !self.has_header {
            self.write_header(out);
            self.has_header = true;
        }
        while let Some(sampled) = self.table.rows.get(self.written) {
            if left == 0 {
                return Ok(Progress::at(self.until, self.until));
            }
            self.write_row(sampled, out);
            self.written += 1;
            left = left.saturating_sub(ROW_EVENTS);
        }
        Ok(Progress::DONE)
    }

    /// Goes on with the run; true when it is over.
    fn sample(&mut self, left: &mut u64) -> Result<bool, ExportError> {
        while self.at < self.until {
            for pane in &mut self.panes {
                let progress = pane.lab.seek(self.at, (*left).max(1));
                *left = left.saturating_sub(progress.events);
                if !progress.reached {
                    return Ok(false);
                }
            }
            for (index, pane) in self.panes.iter().enumerate() {
                self.table.add(self.at, index, &pane.lab.metrics());
                *left = left.saturating_sub(ROW_EVENTS);
            }
            if self.table.cells > MAX_CELLS {
                return Err(ExportError::Cells { given: self.every });
            }
            self.at += self.every;
            if *left == 0 && self.at < self.until {
                return Ok(false);
            }
        }
        // The cursor may stand between two events of this instant: as the session has it, then.
        for (index, metrics) in self.last.drain(..).enumerate() {
            self.table.add(self.until, index, &metrics);
        }
        Ok(true)
    }

    fn pane_cell(&self, pane: usize) -> Option<Cell<'_>> {
        (self.panes.len() > 1).then(|| Cell::Text(&self.panes[pane].id))
    }

    fn write_header(&self, out: &mut String) {
        let pane = (self.panes.len() > 1).then_some("pane");
        let names = self.table.order.iter().map(|&id| &*self.table.names[id]);
        let head = ["time_ms"].into_iter().chain(pane).chain(names);
        row(head.map(Cell::Text), out);
    }

    fn write_row(&self, sampled: &Row, out: &mut String) {
        let cell = |&id: &usize| sampled.cells.get(id).copied().unwrap_or(Cell::Empty);
        let head = [Cell::Millis(sampled.at.as_nanos())];
        let cells = self.table.order.iter().map(cell);
        row(
            head.into_iter()
                .chain(self.pane_cell(sampled.pane))
                .chain(cells),
            out,
        );
    }
}

/// The next span of two digits, which is easier to say.
fn round_up(nanos: u64) -> Span {
    let mut unit = 1;
    while nanos / unit >= 100 {
        unit *= 10;
    }
    Span::from_nanos(nanos.div_ceil(unit) * unit)
}

/// Numbers at moments.
#[derive(Default)]
struct Table {
    /// The columns as they were first seen.
    names: Vec<String>,
    /// Indices of `names` as the columns stand: as the registry has them, a new one after the
    /// one before it.
    order: Vec<usize>,
    rows: Vec<Row>,
    cells: usize,
}

struct Row {
    at: Time,
    pane: usize,
    /// By index of `names`; only numbers.
    cells: Vec<Cell<'static>>,
}

impl Table {
    fn add(&mut self, at: Time, pane: usize, metrics: &Metrics) {
        let mut cells = vec![Cell::Empty; self.names.len()];
        // Where in `order` the column of this metric is, unless it is new or they moved.
        let mut place = 0;
        for (name, value) in metrics {
            let number = match *value {
                MetricValue::Int(count) => Cell::Int(count),
                MetricValue::Float(measure) => Cell::Float(measure),
                MetricValue::Text(_) => continue,
            };
            let is_here = |id: &usize| *self.names[*id] == **name;
            let found = if self.order.get(place).is_some_and(is_here) {
                Some(place)
            } else {
                self.order.iter().position(is_here)
            };
            let here = found.unwrap_or_else(|| {
                self.order.insert(place, self.names.len());
                self.names.push(name.to_string());
                cells.push(Cell::Empty);
                place
            });
            cells[self.order[here]] = number;
            place = here + 1;
        }
        self.cells += cells.len();
        self.rows.push(Row { at, pane, cells });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics(list: &[(&str, i64)]) -> Metrics {
        list.iter()
            .map(|(name, count)| ((*name).into(), MetricValue::Int(*count)))
            .collect()
    }

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

    #[test]
    fn a_column_that_comes_later_stands_where_it_belongs() {
        let mut table = Table::default();
        table.add(Time::ZERO, 0, &metrics(&[("a", 1), ("b.1", 2), ("c", 3)]));
        table.add(
            Time::ZERO,
            0,
            &metrics(&[("a", 4), ("b.1", 5), ("b.2", 6), ("c", 7)]),
        );
        let mut text = metrics(&[("a", 8)]);
        text.push(("c".into(), MetricValue::Text("none".into())));
        table.add(Time::ZERO, 0, &text);
        let names: Vec<_> = table.order.iter().map(|&id| &*table.names[id]).collect();
        assert_eq!(names, ["a", "b.1", "b.2", "c"]);
        let rows: Vec<Vec<_>> = table
            .rows
            .iter()
            .map(|row| {
                let cell = |id: &usize| match row.cells.get(*id) {
                    Some(Cell::Int(count)) => *count,
                    _ => -1,
                };
                table.order.iter().map(cell).collect()
            })
            .collect();
        assert_eq!(rows, [[1, 2, -1, 3], [4, 5, 6, 7], [8, -1, -1, -1]]);
    }
}
