//! What a chart and its table show: a metric's numbers over time, a line for each pane and, where
//! the metric is one of every node, for each node.

use std::collections::BTreeSet;

use faultline_course::Session;
use faultline_course::samples::{Column, Number, Table};
use faultline_sim::Time;
use faultline_systems::{MetricSpec, MetricValue};
use faultline_view::paint::{Chart, node_name};
use faultline_view::{Label, Series, SeriesLine, SeriesMark, Tone};

use crate::bench::compare;

/// Lines of a chart; more can neither be told apart nor read.
const LINES: usize = 16;

/// A metric over time.
#[derive(Debug, PartialEq)]
pub struct Data {
    /// The picture.
    pub chart: Chart,
    /// Its name for those who do not see it, e.g. "informed over time".
    pub name: String,
    /// The moments of the samples, seconds.
    pub times: Vec<f64>,
    /// Each with a number for every line.
    pub rows: Vec<Vec<Option<Number>>>,
    /// Lines that found no room.
    pub left_out: usize,
}

/// The registry's numeric metrics.
pub fn numeric(session: &Session) -> Vec<&'static MetricSpec> {
    let mut numeric = BTreeSet::new();
    for pane in 0..session.pane_count() {
        for (name, value) in session.lab(pane).metrics() {
            if !matches!(value, MetricValue::Text(_)) {
                numeric.insert(name);
            }
        }
    }
    let is_numeric = |spec: &&MetricSpec| numeric.iter().any(|name| spec.describes(name));
    session.system().metrics.iter().filter(is_numeric).collect()
}

/// A metric's name as people read it: `keys of each node` for `node.<name>.keys`. A unit at its
/// end is left out.
pub fn plain(spec: &MetricSpec) -> String {
    let words = |part: &str| {
        let ending = match spec.unit {
            "%" => "_percent".to_owned(),
            unit => format!("_{unit}"),
        };
        let whole = part.strip_suffix(ending.as_str());
        whole.unwrap_or(part).replace(['_', '.'], " ")
    };
    match spec.name.split_once(".<").zip(spec.name.split_once(">.")) {
        Some(((whose, _), (_, what))) => format!("{} of each {}", words(what), words(whose)),
        None => words(spec.name),
    }
}

/// A metric's name with its unit.
pub fn titled(spec: &MetricSpec) -> String {
    match spec.unit {
        "" => plain(spec),
        unit => format!("{} ({unit})", plain(spec)),
    }
}

/// Whether a metric has more than one value in what was sampled.
pub fn changes(table: &Table, spec: &MetricSpec) -> bool {
    let columns = table.columns().filter(|(_, name)| spec.describes(name));
    columns.map(|(column, _)| column).any(|column| {
        let mut numbers = table.rows().iter().filter_map(|row| row.number(column));
        let first = numbers.next();
        numbers.any(|number| Some(number) != first)
    })
}

/// The metric to show first: of those that are worth a chart, and then of all, the first that
/// changes.
pub fn worth_a_chart(session: &Session, table: &Table) -> Option<&'static MetricSpec> {
    let all = numeric(session);
    let charts = session.system().charts;
    let named = |name: &&str| all.iter().find(|spec| spec.name == *name).copied();
    let best = || charts.iter().filter_map(named);
    let changing = |spec: &&MetricSpec| changes(table, spec);
    best()
        .find(changing)
        .or_else(|| all.iter().copied().find(changing))
        .or_else(|| best().next())
        .or_else(|| all.first().copied())
}

/// A line: a pane's column.
struct Line {
    pane: usize,
    column: Column,
    label: Label,
    tone: u8,
}

impl Data {
    /// A metric of a session, from what was sampled, up to where the chart goes.
    pub fn new(session: &Session, table: &Table, spec: &MetricSpec, end: Time) -> Self {
        let mut lines = lines(session, table, spec);
        let left_out = lines.len().saturating_sub(LINES);
        lines.truncate(LINES);
        let panes = session.pane_count();
        let (mut times, mut rows) = (Vec::new(), Vec::new());
        for moment in table.rows().chunk_by(|one, next| one.at == next.at) {
            // The last moment may lack panes while samples come in.
            if moment.len() < panes {
                continue;
            }
            times.push(seconds(moment[0].at.as_nanos()));
            let number = |line: &Line| moment[line.pane].number(line.column);
            rows.push(lines.iter().map(number).collect());
        }
        let series = Series {
            title: Label::from(""),
            x_label: "time (s)".into(),
            y_label: titled(spec).into(),
            lines: lines
                .iter()
                .enumerate()
                .map(|(index, line)| SeriesLine {
                    label: Label::clone(&line.label),
                    tone: Tone::Series(line.tone),
                    points: points(&times, &rows, index),
                    // A metric changes with an event, and holds until the next.
                    step: true,
                    expected: false,
                })
                .collect(),
            marks: session
                .commands()
                .into_iter()
                .filter(|command| command.at <= end)
                .map(|command| SeriesMark {
                    x: seconds(command.at.as_nanos()),
                    label: command.text.into(),
                })
                .collect(),
        };
        let span = Some((0.0, seconds(end.as_nanos())));
        Self {
            chart: Chart {
                series,
                span,
                // Panes are told apart by dash, nodes by tone, as on the stage.
                groups: match panes {
                    1 => Vec::new(),
                    _ => lines.iter().map(|line| line.pane).collect(),
                },
                bars: Vec::new(),
            },
            name: format!("{} over time", plain(spec)),
            times,
            rows,
            left_out,
        }
    }

    /// The sample at a moment in seconds, or the last before it.
    pub fn index_at(&self, seconds: f64) -> usize {
        // Half a sample further, the next one is nearer.
        let half = self.times.get(1).copied().unwrap_or_default() / 2.0;
        let after = self.times.partition_point(|time| *time <= seconds + half);
        after.saturating_sub(1)
    }

    /// The label of a line; a lone one needs none, and has the metric's name.
    pub fn label(&self, line: usize) -> &str {
        let series = &self.chart.series;
        match series.lines.get(line) {
            Some(line) if !line.label.is_empty() => &line.label,
            _ => &series.y_label,
        }
    }

    /// What a sample has, for the ear: `12.4 seconds. Modulo: 246. Ring: 74.`
    pub fn spoken(&self, index: usize) -> String {
        let (Some(time), Some(row)) = (self.times.get(index), self.rows.get(index)) else {
            return "nothing measured yet".to_owned();
        };
        let mut out = format!("{} seconds.", short(*time));
        for (line, number) in row.iter().enumerate() {
            if let Some(number) = number {
                out += &format!(" {}: {}.", self.label(line), text(*number));
            }
        }
        out
    }
}

fn seconds(nanos: u64) -> f64 {
    nanos as f64 / 1e9
}

/// The points of a line: where it has a number.
fn points(times: &[f64], rows: &[Vec<Option<Number>>], line: usize) -> Vec<(f64, f64)> {
    let points = times.iter().zip(rows);
    points
        .filter_map(|(time, row)| Some((*time, row.get(line).copied()??.value())))
        .collect()
}

fn lines(session: &Session, table: &Table, spec: &MetricSpec) -> Vec<Line> {
    let titles = titles(session);
    let columns = table.columns().filter(|(_, name)| spec.describes(name));
    columns
        .enumerate()
        .flat_map(|(index, (column, name))| {
            let place = place_of(spec, name);
            let line = |(pane, title): (usize, &String)| Line {
                pane,
                column,
                tone: if place.is_some() { index } else { pane } as u8,
                label: match (&place, titles.len()) {
                    (None, 1) => "".into(),
                    (None, _) => title.as_str().into(),
                    (Some(place), 1) => place.as_str().into(),
                    (Some(place), _) => format!("{place}, {title}").into(),
                },
            };
            titles.iter().enumerate().map(line).collect::<Vec<_>>()
        })
        .collect()
}

/// What a metric is of where there is one for each: "Node A" for `node.A.keys`.
pub fn place_of(spec: &MetricSpec, name: &str) -> Option<String> {
    let mut parts = spec.name.split('.').zip(name.split('.'));
    let found = parts.find(|(form, _)| form.starts_with('<'));
    found.map(|(_, place)| node_name(place))
}

/// The names of the panes, told apart.
pub fn titles(session: &Session) -> Vec<String> {
    let panes = 0..session.pane_count();
    let plain: Vec<String> = panes
        .map(|pane| compare::title(session, pane).to_string())
        .collect();
    let twice = |title: &String| plain.iter().filter(|other| *other == title).count() > 1;
    let told = |(pane, title): (usize, &String)| match twice(title) {
        true => format!("{title} ({})", session.pane_id(pane)),
        false => title.clone(),
    };
    plain.iter().enumerate().map(told).collect()
}

/// A number for reading: measures to three decimal places.
pub fn text(number: Number) -> String {
    match number {
        Number::Int(count) => count.to_string(),
        Number::Float(measure) => short(measure),
    }
}

/// At most three decimals, none that are zero.
pub fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_have_plain_names() {
        let spec = |name, unit| MetricSpec {
            name,
            unit,
            help: "",
        };
        for (spec, name) in [
            (spec("spread_ms", "ms"), "spread (ms)"),
            (spec("moved_percent", "%"), "moved (%)"),
            (spec("node.<name>.keys", ""), "keys of each node"),
            (
                spec("client.<name>.wait_ms", "ms"),
                "wait of each client (ms)",
            ),
            (spec("runtime", "s"), "runtime (s)"),
        ] {
            assert_eq!(titled(&spec), name);
        }
        let keys = spec("node.<name>.keys", "");
        assert_eq!(place_of(&keys, "node.A.keys").as_deref(), Some("Node A"));
        assert_eq!(place_of(&spec("keys", ""), "keys"), None);
    }
}
