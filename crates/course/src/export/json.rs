//! What came of a run, as one JSON object.

use faultline_sim::Time;
use faultline_systems::{Lab, Metrics, Values};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::session::Session;

/// What came of a run: the first pane's figures with the fingerprint of the whole run and,
/// where there are several panes, every pane's figures with its own.
#[derive(Serialize)]
pub struct Report<'a> {
    #[serde(flatten)]
    first: Figures<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    panes: Vec<PaneReport<'a>>,
}

/// One pane's figures with its name.
#[derive(Serialize)]
pub struct PaneReport<'a> {
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
            map.serialize_entry(&**name, value)?;
        }
        map.end()
    }
}

/// What came of a run, at its cursor.
pub fn report(session: &Session) -> Report<'_> {
    let pane = |pane| PaneReport {
        pane: session.pane_id(pane),
        figures: figures(session.lab(pane)),
    };
    let count = session.pane_count();
    Report {
        first: Figures {
            fingerprint: hex(session.fingerprint()),
            ..figures(session.lab(0))
        },
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
        time_ms: time_ms(lab.now()),
        events: lab.events(),
        fingerprint: hex(lab.fingerprint()),
        metrics: MetricMap(lab.metrics()),
    }
}

/// A fingerprint as every part of Faultline shows it.
fn hex(fingerprint: u64) -> String {
    format!("{fingerprint:016x}")
}

/// A report on one line.
pub(super) fn text(session: &Session) -> String {
    line(&report(session))
}

/// A value as JSON on one line.
pub(super) fn line(value: &impl Serialize) -> String {
    // What is written here are numbers, texts, and maps with texts for names: JSON has them all.
    let mut text = serde_json::to_string(value).unwrap_or_default();
    text.push('\n');
    text
}

/// A time in milliseconds as JSON has numbers: an integer if it is whole, else a fraction.
pub fn time_ms(time: Time) -> serde_json::Number {
    const NANOS_PER_MILLI: u64 = 1_000_000;
    let nanos = time.as_nanos();
    if nanos.is_multiple_of(NANOS_PER_MILLI) {
        return (nanos / NANOS_PER_MILLI).into();
    }
    serde_json::Number::from_f64(time.as_millis_f64()).unwrap_or_else(|| 0.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_milliseconds_are_integers() {
        assert_eq!(time_ms(Time::from_millis(10_000)).to_string(), "10000");
        assert_eq!(time_ms(Time(1_500_000)).to_string(), "1.5");
    }
}
