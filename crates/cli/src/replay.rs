//! `faultline replay`: runs a shared link again.

use std::io::Write;
use std::process::ExitCode;

use faultline_course::Run;

use crate::course::LessonsFolder;
use crate::execute::{execute, note_idle_commands};
use crate::failure::Failure;
use crate::output::{self, Format};

/// Runs a shared link again and prints what came of it.
///
/// The run goes to where the link's cursor stands.
/// Its fingerprint is the one the page showed there: a run gives the same one everywhere.
/// A link of a lesson needs that lesson's folder; a link of a bare system needs nothing.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The whole address, the part from # on, or the code alone.
    #[arg(value_name = "LINK", allow_hyphen_values = true)]
    link: String,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    #[command(flatten)]
    lessons: LessonsFolder,
}

const EXAMPLES: &str = "\
Examples:
  faultline replay 'https://example.org/faultline/#/05-sharding?run=1.eJyr...'
  faultline replay \"$(faultline run sharding --set nodes=5 --link)\"
  faultline replay '#/sharding?run=1.eJyr...' --format svg > end.svg";

pub fn command(args: &Args, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let run = Run::from_link(&args.link).map_err(Failure::refused)?;
    let course = args.lessons.course_for(&run.of)?;
    let session = execute(&course, run)?;
    note_idle_commands(&session);
    output::write(&session, args.format, out)?;
    Ok(ExitCode::SUCCESS)
}
