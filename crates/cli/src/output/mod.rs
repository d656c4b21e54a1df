//! A run in the forms that `--format` names.

pub mod json;
pub mod shiviz;
mod svg;
pub mod sweep;
pub mod table;
mod trace;

use std::io::Write;

use clap::ValueEnum;
use faultline_course::Session;
use faultline_sim::Time;

use crate::failure::Failure;

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
    /// The picture at the end of the run.
    Svg,
}

/// The form of every other output.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Plain {
    /// For people.
    Text,
    /// One object, on one line.
    Json,
}

/// Writes what came of a run.
pub fn write(session: &Session, format: Format, out: &mut dyn Write) -> Result<(), Failure> {
    match format {
        Format::Text => {
            for pane in 0..session.pane_count() {
                if pane > 0 {
                    writeln!(out)?;
                }
                writeln!(out, "{}", session.lab(pane).text().trim_end())?;
            }
        }
        Format::Json => json::line(&json::report(session), out)?,
        Format::Jsonl => trace::each_entry(session.lab(0), &mut |entry| json::line(entry, out))?,
        Format::Shiviz => {
            let mut entries = Vec::new();
            trace::each_entry(session.lab(0), &mut |entry| {
                entries.push(entry.clone());
                shiviz::check_length(entries.len())
            })?;
            shiviz::write(&entries, out)?;
        }
        Format::Svg => out.write_all(svg::picture(session.lab(0)).as_bytes())?,
    }
    Ok(())
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
