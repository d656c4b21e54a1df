//! A run as one JSON object.

use std::io::Write;

use faultline_course::Session;
use faultline_systems::{Lab, Metrics, Values};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::millis;
use crate::failure::Failure;

/// What came of a run: the first pane's figures and, where there are several, every pane's.
#[derive(Serialize)]
pub struct Report<'a> {
    #[serde(flatten)]
    first: Figures<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    panes: Vec<PaneFigures<'a>>,
}

/// One pane's figures with its name.
#[derive(Serialize)]
struct PaneFigures<'a> {
    pane: &'a str,
    #[serde(flatten)]
    figures: Figures<'a>,
}

/// The figures of one run at its cursor.
#[derive(Serialize)]
struct Figures<'a> {
    system: &'static str,
    seed: u64,
    params: &'a Values,
    time_ms: serde_json::Number,
    events: u64,
    /// 16 hexadecimal digits: as a number it would not survive a reader that has only doubles.
    fingerprint: String,
    metrics: MetricMap,
}

/// Metrics as a map in the order of the registry.
struct MetricMap(Metrics);

impl Serialize for MetricMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// The report of a finished run.
pub fn report(session: &Session) -> Report<'_> {
    let pane = |pane| PaneFigures {
        pane: session.pane_id(pane),
        figures: figures(session.lab(pane)),
    };
    let count = session.pane_count();
    Report {
        first: figures(session.lab(0)),
        panes: if count > 1 {
            (0..count).map(pane).collect()
        } else {
            Vec::new()
        },
    }
}

fn figures(lab: &dyn Lab) -> Figures<'_> {
    Figures {
        system: lab.info().name,
        seed: lab.seed(),
        params: lab.values(),
        time_ms: millis(lab.now()),
        events: lab.events(),
        fingerprint: format!("{:016x}", lab.fingerprint()),
        metrics: MetricMap(lab.metrics()),
    }
}

/// Writes a value as JSON on one line.
pub fn line(value: &impl Serialize, out: &mut dyn Write) -> Result<(), Failure> {
    let text = serde_json::to_string(value)
        .map_err(|error| Failure::Failed(format!("cannot write this as JSON: {error}")))?;
    writeln!(out, "{text}")?;
    Ok(())
}
