//! What came of a sweep over seeds.

use std::io::{self, Write};

use faultline_course::sweep::Metric;
use faultline_sim::Time;
use faultline_systems::Values;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Plain, json, millis, table};
use crate::failure::Failure;
use crate::sweep::Seeds;

/// A run over many seeds.
pub struct Sweep {
    /// The system's name.
    pub system: &'static str,
    /// Which seeds.
    pub seeds: Seeds,
    /// Where each run ended.
    pub end: Time,
    /// The panes of the stage, at least one.
    pub panes: Vec<Pane>,
}

/// A pane of the stage over all seeds.
#[derive(Serialize)]
pub struct Pane {
    /// Its name.
    #[serde(skip)]
    pub id: String,
    /// Its parameters.
    pub params: Values,
    /// Its numeric metrics, in the order of the registry.
    #[serde(serialize_with = "as_map")]
    pub metrics: Vec<Metric>,
}

/// A sweep as JSON: the first pane's summaries and, where there are several, every pane's.
#[derive(Serialize)]
struct Report<'a> {
    system: &'static str,
    seeds: Seeds,
    time_ms: serde_json::Number,
    #[serde(flatten)]
    first: &'a Pane,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    panes: Vec<NamedPane<'a>>,
}

#[derive(Serialize)]
struct NamedPane<'a> {
    pane: &'a str,
    #[serde(flatten)]
    summaries: &'a Pane,
}

/// Writes a sweep.
pub fn write(sweep: &Sweep, format: Plain, out: &mut dyn Write) -> Result<(), Failure> {
    match format {
        Plain::Json => json::line(&report(sweep), out),
        Plain::Text => Ok(text(sweep, out)?),
    }
}

fn report(sweep: &Sweep) -> Report<'_> {
    let panes = if sweep.panes.len() > 1 {
        sweep.panes.as_slice()
    } else {
        &[]
    };
    Report {
        system: sweep.system,
        seeds: sweep.seeds,
        time_ms: millis(sweep.end),
        first: &sweep.panes[0],
        panes: panes
            .iter()
            .map(|pane| NamedPane {
                pane: &pane.id,
                summaries: pane,
            })
            .collect(),
    }
}

/// For each metric its summary; a count's extremes and percentiles are counts.
fn as_map<S: Serializer>(metrics: &[Metric], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(metrics.len()))?;
    for metric in metrics {
        let summary = &metric.summary;
        let number = |value: f64| -> serde_json::Value {
            if metric.whole {
                (value as i64).into()
            } else {
                value.into()
            }
        };
        let summary = serde_json::json!({
            "runs": summary.runs,
            "mean": summary.mean,
            "standard_deviation": summary.standard_deviation,
            "min": number(summary.min),
            "min_seed": summary.min_seed,
            "p50": number(summary.p50),
            "p95": number(summary.p95),
            "max": number(summary.max),
            "max_seed": summary.max_seed,
        });
        map.serialize_entry(&metric.name, &summary)?;
    }
    map.end()
}

fn text(sweep: &Sweep, out: &mut dyn Write) -> io::Result<()> {
    let Sweep {
        system,
        seeds,
        end,
        panes,
    } = sweep;
    let (from, to, count) = (seeds.from, seeds.to, seeds.count());
    writeln!(
        out,
        "{system}, seeds {from} to {to} ({count} runs), each until {end}"
    )?;
    for pane in panes {
        writeln!(out)?;
        if panes.len() > 1 {
            writeln!(out, "{}", pane.id)?;
        }
        let heads = "metric|mean|sd|min|p50|p95|max|seed of min|of max";
        let mut rows = vec![heads.split('|').map(str::to_owned).collect::<Vec<_>>()];
        for Metric { name, summary, .. } in &pane.metrics {
            rows.push(vec![
                name.clone(),
                short(summary.mean),
                short(summary.standard_deviation),
                short(summary.min),
                short(summary.p50),
                short(summary.p95),
                short(summary.max),
                summary.min_seed.to_string(),
                summary.max_seed.to_string(),
            ]);
        }
        table::write(&rows, "", &[1, 2, 3, 4, 5, 6, 7, 8], out)?;
    }
    Ok(())
}

/// At most three decimals, none that are zero.
fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        assert_eq!(short(746.0), "746");
        assert_eq!(short(74.6), "74.6");
        assert_eq!(short(0.0), "0");
        assert_eq!(short(1.0 / 3.0), "0.333");
    }
}
