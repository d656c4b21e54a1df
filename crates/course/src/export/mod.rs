//! A run as a file: for other programs, for other people, for another day.
//!
//! The page and the command line write the same bytes.
//! An [`Export`] is made in bites, so that a page does not freeze while a long run is written;
//! it has its own copy of the run, which the user may meanwhile change.
//! What it holds ends where the cursor stands.
//!
//! ```
//! use faultline_course::export::{Export, Format};
//! use faultline_course::{Course, Run, Session};
//! let run = Run { of: "sharding".into(), seed: 1, at: 2_000_000_000, ..Run::default() };
//! let session = Session::open(&Course::default(), run)?;
//! let mut export = Export::new(&session, 0, Format::JsonLines)?;
//! let mut file = String::new();
//! while !export.step(1_000, &mut file)?.done {
//!     // Here a page lets the browser draw, and shows how far it is.
//! }
//! assert!(file.starts_with("{\"id\":1,"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod csv;
mod json;
mod jsonl;
mod progress_file;
mod read_json;
mod replay;
mod run_file;
mod shiviz;
mod write_json;

use faultline_sim::{Span, Time};

pub use progress_file::{
    LessonSteps, MAX_PROGRESS_BYTES, ProgressFileError, progress_file, read_progress_file,
};
pub use run_file::{MAX_FILE_BYTES, RunFileError};

use crate::samples::Table;
use crate::session::{RunError, Session};

/// Rows of a table over time.
pub const MAX_ROWS: u64 = 100_000;
/// Numbers in a table over time, which are held in memory until its columns are known.
pub const MAX_CELLS: usize = 2_000_000;
/// Entries of a log for ShiViz, more than it can draw.
pub const MAX_LOG_ENTRIES: usize = 500_000;
/// Numbers in the clocks of a log for ShiViz. They are held in memory, and written, each with
/// its host's name.
pub const MAX_CLOCK_CELLS: usize = 5_000_000;

/// The form of an export.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// What came of the run in all its panes, as one JSON object on one line.
    Json,
    /// The trace of one pane: JSON, one entry a line, times in nanoseconds.
    JsonLines,
    /// The trace of one pane as a log for ShiViz's default parser.
    ShiViz,
    /// The metrics of all panes as CSV (RFC 4180).
    Csv {
        /// Numbers over time, at this interval from the start on and at the cursor. None: every
        /// metric once, at the cursor.
        every: Option<Span>,
    },
    /// The run itself, to be opened again: what a link holds, for people to read and keep.
    RunFile,
}

impl Format {
    /// How the name of a file of this form ends, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Json | Format::RunFile => "json",
            Format::JsonLines => "jsonl",
            Format::ShiViz => "log",
            Format::Csv { .. } => "csv",
        }
    }

    /// The media type of a file of this form.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Json | Format::RunFile => "application/json",
            Format::JsonLines => "application/jsonl",
            Format::ShiViz => "text/plain",
            Format::Csv { .. } => "text/csv",
        }
    }
}

/// Why a run cannot be exported; one line, with what is allowed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExportError {
    /// The session's cursor has not arrived.
    #[error("the run is still being computed; export it when its cursor stands")]
    OnItsWay,
    /// There is no such pane.
    #[error("there is no pane {given}; allowed are 0 to {last}")]
    NoPane {
        /// The index given.
        given: usize,
        /// The last index.
        last: usize,
    },
    /// The run that was opened does not open a second time.
    #[error("the run does not start again: {0}")]
    Again(#[from] RunError),
    /// The run left more trace entries at once than are kept.
    #[error("the trace lacks its entries {from} to {to}")]
    Gap {
        /// The first that is missing.
        from: u64,
        /// The last that is missing.
        to: u64,
    },
    /// Too often, for how long the run is.
    #[error(
        "sampling every {given} until {until} makes more than {MAX_ROWS} rows; sample every {least} \
         or less often"
    )]
    Interval {
        /// The interval given.
        given: Span,
        /// Where the run ends.
        until: Time,
        /// The shortest interval allowed.
        least: Span,
    },
    /// Many metrics, often.
    #[error("the table has more than {MAX_CELLS} numbers; sample less often than every {given}")]
    Cells {
        /// The interval given.
        given: Span,
    },
    /// More than ShiViz can draw.
    #[error(
        "the trace has more than {MAX_LOG_ENTRIES} entries, or its vector clocks more than \
         {MAX_CLOCK_CELLS} numbers, which ShiViz cannot draw; end the run earlier than at {until}"
    )]
    Log {
        /// Where the run ends.
        until: Time,
    },
    /// The run does not fit in a file.
    #[error(transparent)]
    RunFile(#[from] RunFileError),
}

/// Writes numbers over time that were sampled already, in the form of [`Format::Csv`].
pub fn table(session: &Session, table: &Table, out: &mut String) {
    csv::table(session, table, out);
}

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// All of it is written.
    pub done: bool,
    /// About how much of the work is done, 0 to 1.
    pub share: f64,
}

impl Progress {
    const DONE: Self = Self {
        done: true,
        share: 1.0,
    };

    /// Not done, and the run is computed up to `now`.
    fn at(now: Time, until: Time) -> Self {
        let share = now.as_nanos() as f64 / until.as_nanos().max(1) as f64;
        Self {
            done: false,
            share: share.min(1.0),
        }
    }
}

/// An export being written.
pub struct Export {
    work: Work,
}

enum Work {
    /// Short enough to be made at once.
    Text(String),
    Lines(jsonl::Lines),
    Log(shiviz::Log),
    Series(Box<csv::Series>),
}

impl Export {
    /// Begins an export of a session up to its cursor. `pane` matters to the traces alone; the
    /// other forms hold all panes.
    ///
    /// # Errors
    /// A session that is on its way ([`Session::is_settled`]), a pane that is not there, an
    /// interval that is too short, and a run that is too large for a file.
    pub fn new(session: &Session, pane: usize, format: Format) -> Result<Self, ExportError> {
        if !session.is_settled() {
            return Err(ExportError::OnItsWay);
        }
        let work = match format {
            Format::Json => Work::Text(json::text(session)),
            Format::JsonLines => Work::Lines(jsonl::Lines::of(session, pane)?),
            Format::ShiViz => Work::Log(shiviz::Log::of(session, pane)?),
            Format::Csv { every: None } => Work::Text(csv::at_cursor(session)),
            Format::Csv { every: Some(every) } => {
                Work::Series(Box::new(csv::Series::of(session, every)?))
            }
            Format::RunFile => Work::Text(session.run().to_file()?),
        };
        Ok(Self { work })
    }

    /// Adds the next part to `out`: as much as about `max_events` events take. Call again until
    /// it is done.
    ///
    /// # Errors
    /// A run that is too long for the form. What was written up to then is no whole file.
    pub fn step(&mut self, max_events: u64, out: &mut String) -> Result<Progress, ExportError> {
        match &mut self.work {
            Work::Text(text) => {
                out.push_str(&std::mem::take(text));
                Ok(Progress::DONE)
            }
            Work::Lines(lines) => lines.step(max_events, out),
            Work::Log(log) => log.step(max_events, out),
            Work::Series(series) => series.step(max_events, out),
        }
    }

    /// All of it at once.
    ///
    /// # Errors
    /// As [`Export::step`].
    pub fn finish(mut self) -> Result<String, ExportError> {
        let mut text = String::new();
        while !self.step(u64::MAX, &mut text)?.done {}
        Ok(text)
    }
}
