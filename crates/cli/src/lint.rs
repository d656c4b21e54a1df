//! `faultline lint`: checks the lessons.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use faultline_course::{ProgramFault, Recorded, Recording, lint};

use crate::course::{nearest_folder, read_files};
use crate::failure::Failure;
use crate::program;

/// Checks lesson folders.
///
/// Every fault is one line, `file:line:column: message`, as editors and CI services read it.
/// Exit code 0 when there is none, 1 when there is one.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The folder that holds the lessons' folders; the nearest `lessons` from here upward when
    /// not given.
    folder: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  faultline lint
  faultline lint ../my-course/lessons";

pub fn command(args: &Args, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let folder = args.folder.clone().or_else(nearest_folder).ok_or_else(|| {
        Failure::refused("there is no folder named lessons in this directory or above it; name one")
    })?;
    let files = read_files(&folder)?;
    let faults = lint(&files, Some(&Engine));
    for fault in &faults {
        writeln!(
            out,
            "{}{}{fault}",
            folder.display(),
            std::path::MAIN_SEPARATOR
        )?;
    }
    let lessons = files
        .keys()
        .filter(|path| path.ends_with("/lesson.toml"))
        .count();
    writeln!(
        out,
        "{} checked: {}",
        counted(lessons, "lesson"),
        match faults.len() {
            0 => "no faults".to_owned(),
            count => counted(count, "fault"),
        }
    )?;
    Ok(if faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// Plays the lessons' programs.
struct Engine;

impl faultline_course::Engine for Engine {
    fn record(&self, recording: &Recording) -> Result<Recorded, ProgramFault> {
        program::engine(recording, program::UNNAMED)
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
