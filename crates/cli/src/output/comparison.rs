//! A comparison as text: the run as it was, the run with something changed, and the difference.

use std::io::Write;

use faultline_course::{Panes, Session};
use faultline_systems::MetricValue;

use super::table;
use crate::failure::Failure;

/// Writes both panes and how their figures differ.
pub fn write(session: &Session, out: &mut dyn Write) -> Result<(), Failure> {
    let from = session.forked_at().unwrap_or_default();
    for (pane, title) in ["As it was".to_owned(), format!("Changed, from {from} on")]
        .iter()
        .enumerate()
    {
        writeln!(out, "── {title} ({})", session.pane_id(pane))?;
        for command in session.commands() {
            if session.panes_of(command.id) == Some(Panes::Only(pane)) {
                writeln!(out, "   only here, at {}: {}", command.at, command.text)?;
            }
        }
        for (spec, value) in session.lab(pane).values().iter() {
            if session.lab(1 - pane).values().get(spec.name) != Some(value) {
                writeln!(out, "   only here: {}={value}", spec.name)?;
            }
        }
        writeln!(out, "{}\n", session.lab(pane).text().trim_end())?;
    }
    writeln!(out, "── Difference at {}", session.now())?;
    let rows: Vec<_> = session
        .differences()
        .into_iter()
        .filter(|difference| difference.first != difference.second)
        .map(|difference| {
            vec![
                difference.name.to_string(),
                text(difference.first.as_ref()),
                text(difference.second.as_ref()),
                difference.by.as_ref().map(signed).unwrap_or_default(),
                difference.unit.to_owned(),
            ]
        })
        .collect();
    if rows.is_empty() {
        writeln!(out, "   none")?;
    }
    Ok(table::write(&rows, "   ", &[1, 2, 3], out)?)
}

fn text(value: Option<&MetricValue>) -> String {
    match value {
        None => "-".to_owned(),
        Some(MetricValue::Int(count)) => count.to_string(),
        Some(MetricValue::Float(measure)) => rounded(*measure),
        Some(MetricValue::Text(text)) => text.to_string(),
    }
}

fn signed(value: &MetricValue) -> String {
    let text = text(Some(value));
    let is_negative = text.starts_with('-');
    if is_negative {
        text
    } else {
        format!("+{text}")
    }
}

/// To three decimal places, as the page shows measures.
fn rounded(measure: f64) -> String {
    let text = format!("{measure:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
