//! `faultline replay`: runs a shared link or a run file again.

use std::io::Write;
use std::process::ExitCode;

use crate::course::LessonsFolder;
use crate::execute::{execute, note_what_did_nothing};
use crate::failure::Failure;
use crate::output::{self, Format, Sampling};
use crate::program;
use crate::source::kept_run;

/// Runs a shared link or a run file again and prints what came of it.
///
/// The run goes to where its cursor was left.
/// Its fingerprint is the one the page showed there: a run gives the same one everywhere.
/// A run of a lesson needs that lesson's folder; a run of a bare system needs nothing.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A link: the whole address, the part from # on, or the code alone. Or a run file, as the
    /// page and `--format run` write it.
    #[arg(value_name = "LINK_OR_FILE", allow_hyphen_values = true)]
    kept: String,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    #[command(flatten)]
    sampling: Sampling,
    #[command(flatten)]
    lessons: LessonsFolder,
}

const EXAMPLES: &str = "\
Examples:
  faultline replay 'https://example.org/faultline/#/05-sharding?run=1.eJyr...'
  faultline replay \"$(faultline run sharding --set nodes=5 --link)\"
  faultline replay '#/sharding?run=1.eJyr...' --format svg > end.svg
  faultline replay my-run.json --format csv --every 100ms > metrics.csv";

pub fn command(args: &Args, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    args.sampling.check(args.format)?;
    let run = kept_run(&args.kept)?;
    let course = args.lessons.course_for(&run.of)?;
    let session = execute(&course, run, program::UNNAMED)?;
    note_what_did_nothing(&session);
    output::write(&session, args.format, &args.sampling, out)?;
    Ok(ExitCode::SUCCESS)
}
