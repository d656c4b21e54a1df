//! Metrics as CSV: RFC 4180, comma, CRLF, a header, UTF-8 without a mark.
//!
//! A text that a spreadsheet would take for a formula gets an apostrophe in front, as the Open
//! Worldwide Application Security Project recommends against "CSV injection": names and values
//! may come from a link that a stranger made. Numbers stay numbers, also negative ones.

mod series;

use std::fmt::Write as _;

use faultline_systems::MetricValue;

pub(super) use series::{Series, table};

use super::write_json;
use crate::samples::Number;
use crate::session::Session;

/// Every metric of every pane at the cursor: `metric,value,unit`, after the pane where there are
/// several.
pub(super) fn at_cursor(session: &Session) -> String {
    let mut out = String::new();
    let several = session.pane_count() > 1;
    let pane_head = several.then_some("pane");
    row(
        pane_head
            .into_iter()
            .chain(["metric", "value", "unit"])
            .map(Cell::Text),
        &mut out,
    );
    for pane in 0..session.pane_count() {
        for (name, value) in session.lab(pane).metrics() {
            let spec = session
                .system()
                .metrics
                .iter()
                .find(|spec| spec.describes(&name));
            let pane = several.then(|| Cell::Text(session.pane_id(pane)));
            let unit = spec.map_or("", |spec| spec.unit);
            let cells = [Cell::Text(&name), Cell::of(&value), Cell::Text(unit)];
            row(pane.into_iter().chain(cells), &mut out);
        }
    }
    out
}

/// What stands between two commas.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cell<'a> {
    Empty,
    Int(i64),
    Float(f64),
    /// Nanoseconds, written as milliseconds to the last digit.
    Millis(u64),
    Text(&'a str),
}

impl From<Number> for Cell<'_> {
    fn from(number: Number) -> Self {
        match number {
            Number::Int(count) => Cell::Int(count),
            Number::Float(measure) => Cell::Float(measure),
        }
    }
}

impl<'a> Cell<'a> {
    fn of(value: &'a MetricValue) -> Self {
        match value {
            MetricValue::Int(count) => Cell::Int(*count),
            MetricValue::Float(measure) => Cell::Float(*measure),
            MetricValue::Text(text) => Cell::Text(text),
        }
    }

    fn write(self, out: &mut String) {
        // Writing to a text cannot fail.
        let _ = match self {
            Cell::Int(count) => write!(out, "{count}"),
            Cell::Float(measure) if measure.is_finite() => write!(out, "{measure}"),
            Cell::Empty | Cell::Float(_) => Ok(()),
            Cell::Millis(nanos) => {
                write_json::millis(nanos, out);
                Ok(())
            }
            Cell::Text(text) => {
                write_text(text, out);
                Ok(())
            }
        };
    }
}

fn write_text(text: &str, out: &mut String) {
    // Also in their wide forms, which a Japanese spreadsheet reads alike.
    let is_formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if !is_formula && !text.contains([',', '"', '\r', '\n']) {
        out.push_str(text);
        return;
    }
    out.push('"');
    if is_formula {
        out.push('\'');
    }
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

fn row<'a>(cells: impl IntoIterator<Item = Cell<'a>>, out: &mut String) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        cell.write(out);
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[Cell]) -> String {
        let mut out = String::new();
        row(cells.iter().copied(), &mut out);
        out
    }

    #[test]
    fn texts_are_quoted_where_they_must_be() {
        for (text, cell) in [
            ("plain text", "plain text"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("＝1", "\"'＝1\""),
            ("=\"x\",1", "\"'=\"\"x\"\",1\""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(written(&[Cell::Text(text)]), format!("{cell}\r\n"));
        }
    }

    #[test]
    fn numbers_are_numbers() {
        let cells = [
            Cell::Millis(1_500_000),
            Cell::Millis(2_000_000),
            Cell::Millis(1),
            Cell::Int(-3),
            Cell::Float(-0.1),
            Cell::Float(f64::NAN),
            Cell::Empty,
            Cell::Float(1e21),
        ];
        assert_eq!(
            written(&cells),
            "1.5,2,0.000001,-3,-0.1,,,1000000000000000000000\r\n"
        );
    }
}
