//! A run in the forms that `--format` names.

mod comparison;
pub mod json;
mod svg;
pub mod sweep;
pub mod table;

use std::io::Write;

use clap::ValueEnum;
use faultline_course::Session;
use faultline_course::export::{self, Export, ExportError};
use faultline_sim::{Span, Time};

use crate::failure::Failure;

/// Events between two writes of a long output.
const EVENTS_AT_ONCE: u64 = 10_000;

/// The form of a run's output.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Format {
    /// What the run has to say, for people.
    Text,
    /// One object: system, seed, parameters, time, events, fingerprint, metrics.
    Json,
    /// The trace, one entry a line; times in nanoseconds.
    Jsonl,
    /// The trace as a log for ShiViz's default parser.
    Shiviz,
    /// The metrics as a table: at the end of the run or, with --every, over time.
    Csv,
    /// The picture at the end of the run.
    Svg,
    /// The run itself as a file, which `run`, `replay` and the page open again.
    Run,
}

/// The form of every other output.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Plain {
    /// For people.
    Text,
    /// One object, on one line.
    Json,
}

/// How often the metrics are sampled.
#[derive(clap::Args)]
pub struct Sampling {
    /// With --format csv, samples the metrics that are numbers at this interval of virtual time,
    /// from 0 to the end: 100ms, 1s.
    #[arg(long, value_name = "TIME")]
    every: Option<Span>,
}

impl Sampling {
    /// Refuses an interval that would mean nothing.
    pub fn check(&self, format: Format) -> Result<(), Failure> {
        match self.every {
            Some(every) if format != Format::Csv => Err(Failure::Refused(format!(
                "--every {every}: only --format csv samples over time"
            ))),
            _ => Ok(()),
        }
    }
}

/// Writes what came of a run.
pub fn write(
    session: &Session,
    format: Format,
    sampling: &Sampling,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    match format {
        Format::Text if session.forked_at().is_some() => comparison::write(session, out),
        Format::Text => {
            for pane in 0..session.pane_count() {
                if pane > 0 {
                    writeln!(out)?;
                }
                writeln!(out, "{}", session.lab(pane).text().trim_end())?;
            }
            Ok(())
        }
        Format::Svg => Ok(out.write_all(svg::picture(session.lab(0)).as_bytes())?),
        Format::Json => write_export(session, export::Format::Json, out),
        Format::Jsonl => write_export(session, export::Format::JsonLines, out),
        Format::Shiviz => write_export(session, export::Format::ShiViz, out),
        Format::Csv => {
            let every = sampling.every;
            write_export(session, export::Format::Csv { every }, out)
        }
        Format::Run => write_export(session, export::Format::RunFile, out),
    }
}

fn write_export(
    session: &Session,
    format: export::Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut export = Export::new(session, 0, format)?;
    let mut part = String::new();
    loop {
        let progress = export.step(EVENTS_AT_ONCE, &mut part)?;
        out.write_all(part.as_bytes())?;
        if progress.done {
            return Ok(());
        }
        part.clear();
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Interval { .. } | ExportError::Cells { .. } => {
                Self::Refused(format!("--every: {error}"))
            }
            ExportError::Log { .. } => Self::Failed(format!("{error} (see --until)")),
            _ => Self::Failed(error.to_string()),
        }
    }
}

/// A time for JSON: whole milliseconds as an integer, else a fraction.
pub fn millis(time: Time) -> serde_json::Number {
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
        assert_eq!(millis(Time::from_millis(10_000)).to_string(), "10000");
        assert_eq!(millis(Time(1_500_000)).to_string(), "1.5");
    }
}
