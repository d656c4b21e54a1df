//! The numbers of a run over time, for charts and tables.
//!
//! A lab knows its metrics at its cursor alone. [`Samples`] goes through copies of a session's
//! runs, a bite at a time, and keeps what they measure at even intervals. When the run is
//! changed, what was measured before the change stays.

use faultline_sim::{Span, Time};
use faultline_systems::{Lab, MetricValue, Metrics};
use faultline_view::Label;
use serde::{Deserialize, Serialize};

use crate::run::Run;
use crate::session::Session;

/// Reading the metrics of a moment takes about as long as so many events.
pub(crate) const SAMPLE_EVENTS: u64 = 20;

/// A metric that is a number.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub enum Number {
    /// A count.
    Int(i64),
    /// A measure.
    Float(f64),
}

impl Number {
    /// A metric's value, if it is a number.
    pub fn of(value: &MetricValue) -> Option<Self> {
        match *value {
            MetricValue::Int(count) => Some(Self::Int(count)),
            MetricValue::Float(measure) => Some(Self::Float(measure)),
            MetricValue::Text(_) => None,
        }
    }

    /// As a measure.
    pub fn value(self) -> f64 {
        match self {
            Self::Int(count) => count as f64,
            Self::Float(measure) => measure,
        }
    }
}

/// Numbers at moments: a row for every pane at every moment, a column for every metric.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The columns as they were first seen.
    names: Vec<Label>,
    /// Indices of `names` as the columns stand: as the registry has them, a new one after the
    /// one before it.
    order: Vec<usize>,
    rows: Vec<Row>,
    cells: usize,
}

/// A pane's numbers at a moment.
#[derive(Clone, Debug)]
pub struct Row {
    /// When.
    pub at: Time,
    /// The pane's index.
    pub pane: usize,
    /// By index of the table's `names`.
    cells: Vec<Option<Number>>,
}

/// A column of a [`Table`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Column(usize);

impl Table {
    /// The columns in the registry's order. A node that joins brings its own, so there may be
    /// more of them later.
    pub fn columns(&self) -> impl Iterator<Item = (Column, &Label)> {
        self.order.iter().map(|&id| (Column(id), &self.names[id]))
    }

    /// The rows, by time and then by pane.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How many places for numbers there are.
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// Adds the numbers of a pane at a moment.
    pub fn add(&mut self, at: Time, pane: usize, metrics: &Metrics) {
        let numbers = metrics
            .iter()
            .filter_map(|(name, value)| Some((name, Number::of(value)?)));
        self.add_row(at, pane, numbers);
    }

    fn add_row<'a>(
        &mut self,
        at: Time,
        pane: usize,
        numbers: impl Iterator<Item = (&'a Label, Number)>,
    ) {
        let mut cells = vec![None; self.names.len()];
        // Where in `order` the column of this metric is, unless it is new or they moved.
        let mut place = 0;
        for (name, number) in numbers {
            let is_here = |id: &usize| self.names[*id] == *name;
            let found = if self.order.get(place).is_some_and(is_here) {
                Some(place)
            } else {
                self.order.iter().position(is_here)
            };
            let here = found.unwrap_or_else(|| {
                self.order.insert(place, self.names.len());
                self.names.push(Label::clone(name));
                cells.push(None);
                place
            });
            cells[self.order[here]] = Some(number);
            place = here + 1;
        }
        self.cells += cells.len();
        self.rows.push(Row { at, pane, cells });
    }

    /// Forgets what is at a moment or after it, and columns that nothing is left in.
    fn truncate(&mut self, from: Time) {
        let kept = self.rows.partition_point(|row| row.at < from);
        if kept == self.rows.len() {
            return;
        }
        let old = std::mem::take(self);
        for row in &old.rows[..kept] {
            let numbers = old
                .columns()
                .filter_map(|(column, name)| Some((name, row.number(column)?)));
            self.add_row(row.at, row.pane, numbers);
        }
    }
}

impl Row {
    /// The number in a column; none where the run had no such metric then.
    pub fn number(&self, column: Column) -> Option<Number> {
        self.cells.get(column.0).copied().flatten()
    }
}

/// The metrics of all panes of a session, at even intervals from the start of the run on.
pub struct Samples {
    /// What the rows are of; its cursor means nothing.
    run: Run,
    panes: Vec<Box<dyn Lab>>,
    every: Span,
    /// The next moment to sample.
    next: Time,
    table: Table,
}

impl Samples {
    /// Begins with copies of a session's runs; nothing is sampled yet.
    pub fn new(session: &Session, every: Span) -> Self {
        Self {
            run: session.doings(),
            panes: copies(session),
            every: every.max(Span::from_nanos(1)),
            next: Time::ZERO,
            table: Table::default(),
        }
    }

    /// An interval of one, two or five of a unit that makes at most `rows` rows, and the last,
    /// of a run of this length.
    pub fn interval(length: Span, rows: u64) -> Span {
        let least = length.as_nanos().div_ceil(rows.max(1)).max(1);
        let mut unit = 1_u64;
        loop {
            let fits = [1, 2, 5].map(|count| unit.saturating_mul(count));
            if let Some(nanos) = fits.into_iter().find(|nanos| *nanos >= least) {
                return Span::from_nanos(nanos);
            }
            unit = unit.saturating_mul(10);
        }
    }

    /// How far apart the samples are.
    pub fn every(&self) -> Span {
        self.every
    }

    /// What was sampled so far.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Gives away what was sampled.
    pub(crate) fn take_table(&mut self) -> Table {
        std::mem::take(&mut self.table)
    }

    /// The next moment to sample.
    pub fn next(&self) -> Time {
        self.next
    }

    /// Takes over what has changed in the session. Rows before the first change stay; true when
    /// there is a change.
    pub fn follow(&mut self, session: &Session) -> bool {
        let run = session.doings();
        let Some(from) = first_difference(&self.run, &run) else {
            return false;
        };
        self.table.truncate(from);
        if from < self.next {
            let every = self.every.as_nanos();
            let count = from.as_nanos().div_ceil(every);
            self.next = Time::from_nanos(count * every);
        }
        self.panes = copies(session);
        self.run = run;
        true
    }

    /// Samples on, at most up to a moment and for about as long as so many events take; true when
    /// it is there.
    pub fn step(&mut self, until: Time, max_events: u64) -> bool {
        let mut left = max_events.max(1);
        while self.next <= until {
            if left == 0 || !seek_all(&mut self.panes, self.next, &mut left) {
                return false;
            }
            for (index, pane) in self.panes.iter().enumerate() {
                self.table.add(self.next, index, &pane.metrics());
                left = left.saturating_sub(SAMPLE_EVENTS);
            }
            self.next += self.every;
        }
        true
    }
}

/// Moves all runs to a moment; false when `left` events were not enough.
pub(crate) fn seek_all(panes: &mut [Box<dyn Lab>], to: Time, left: &mut u64) -> bool {
    for pane in panes {
        let progress = pane.seek(to, (*left).max(1));
        *left = left.saturating_sub(progress.events);
        if !progress.reached {
            return false;
        }
    }
    true
}

fn copies(session: &Session) -> Vec<Box<dyn Lab>> {
    let panes = 0..session.pane_count();
    panes.map(|pane| session.lab(pane).fork()).collect()
}

/// From when on two runs may differ; none when they are the same.
fn first_difference(old: &Run, new: &Run) -> Option<Time> {
    let start = |run: &Run| {
        let Run {
            of,
            seed,
            params,
            code,
            compare,
            ..
        } = run.clone();
        let second = compare.map(|branch| (branch.pane, branch.params));
        (of, seed, params, code, second)
    };
    if start(old) != start(new) {
        return Some(Time::ZERO);
    }
    let second = |run: &Run| run.second().map(|run| run.commands).unwrap_or_default();
    [
        first_of(&old.commands, &new.commands),
        first_of(&second(old), &second(new)),
    ]
    .into_iter()
    .flatten()
    .min()
}

/// When the first command applies that only one of two lists has.
fn first_of(old: &[(u64, String)], new: &[(u64, String)]) -> Option<Time> {
    let mut pairs = old.iter().zip(new);
    let same = pairs.by_ref().take_while(|(old, new)| old == new).count();
    let first = [old, new]
        .into_iter()
        .filter_map(|commands| commands.get(same))
        .map(|(at, _)| *at)
        .min();
    first.map(Time::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics(list: &[(&str, i64)]) -> Metrics {
        list.iter()
            .map(|(name, count)| ((*name).into(), MetricValue::Int(*count)))
            .collect()
    }

    fn names(table: &Table) -> Vec<&str> {
        table.columns().map(|(_, name)| &**name).collect()
    }

    fn numbers(table: &Table) -> Vec<Vec<Option<Number>>> {
        let cells = |row: &Row| {
            table
                .columns()
                .map(|(column, _)| row.number(column))
                .collect()
        };
        table.rows().iter().map(cells).collect()
    }

    #[test]
    fn a_column_that_comes_later_stands_where_it_belongs_and_goes_when_it_is_empty() {
        let mut table = Table::default();
        let at = Time::from_millis;
        table.add(at(0), 0, &metrics(&[("a", 1), ("b.1", 2), ("c", 3)]));
        let joined = metrics(&[("a", 4), ("b.1", 5), ("b.2", 6), ("c", 7)]);
        table.add(at(1), 0, &joined);
        let mut text = metrics(&[("a", 8)]);
        text.push(("c".into(), MetricValue::Text("none".into())));
        table.add(at(2), 0, &text);
        assert_eq!(names(&table), ["a", "b.1", "b.2", "c"]);
        let int = |count| Some(Number::Int(count));
        assert_eq!(
            numbers(&table),
            [
                [int(1), int(2), None, int(3)],
                [int(4), int(5), int(6), int(7)],
                [int(8), None, None, None]
            ]
        );
        table.truncate(at(1));
        assert_eq!(names(&table), ["a", "b.1", "c"]);
        assert_eq!(numbers(&table), [[int(1), int(2), int(3)]]);
        assert_eq!(table.cells(), 3);
    }

    #[test]
    fn intervals_are_round_and_make_few_enough_rows() {
        for (seconds, rows, text) in [
            (30, 300, "100ms"),
            (10, 300, "50ms"),
            (60, 300, "200ms"),
            (1, 1, "1s"),
            (3, 1, "5s"),
        ] {
            let every = Samples::interval(Span::from_secs(seconds), rows);
            assert_eq!(every, text.parse().expect("a span"));
        }
        assert_eq!(Samples::interval(Span::ZERO, 300), Span::from_nanos(1));
    }

    #[test]
    fn runs_differ_from_their_first_other_command_on() {
        let run = |commands: &[(u64, &str)]| Run {
            commands: commands
                .iter()
                .map(|(at, text)| (*at, (*text).to_owned()))
                .collect(),
            ..Run::default()
        };
        let old = run(&[(5, "crash 1"), (9, "restart 1")]);
        let from = |new: &Run| first_difference(&old, new).map(Time::as_nanos);
        assert_eq!(from(&old), None);
        assert_eq!(from(&run(&[(5, "crash 1")])), Some(9));
        assert_eq!(from(&run(&[(5, "crash 1"), (7, "heal")])), Some(7));
        assert_eq!(
            from(&run(&[(2, "heal"), (5, "crash 1"), (9, "restart 1")])),
            Some(2)
        );
        assert_eq!(
            from(&Run {
                at: 7,
                ..old.clone()
            }),
            None
        );
        assert_eq!(
            from(&Run {
                seed: 7,
                ..old.clone()
            }),
            Some(0)
        );
    }
}
