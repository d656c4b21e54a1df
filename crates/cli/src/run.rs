//! `faultline run`: runs a system, a lesson or a run file.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use faultline_course::{Address, Course, Run};
use faultline_sim::{Span, Time};
use faultline_systems::find;

use crate::course::LessonsFolder;
use crate::execute::{execute, note_what_did_nothing};
use crate::failure::Failure;
use crate::output::{self, Format, Plain, Sampling};
use crate::program;
use crate::source::run_in_file;
use crate::sweep::{self, Seeds};

/// Runs a system or a lesson and prints what came of it.
///
/// A system is run with its default parameters, a lesson with those it opens with, a run file
/// with its own; --set changes them, --at adds commands.
/// A lesson that shows several runs side by side gives all of them as text, JSON and CSV, and the
/// first of them as a trace or a picture.
/// With --seeds the run is repeated for every seed, on all processors, and every metric that is a
/// number is summed up: mean, standard deviation, smallest, median, 95th percentile, largest.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A system or a lesson, as `faultline list` names them; or a run file, as the page and
    /// `--format run` write it.
    #[arg(value_name = "SYSTEM_OR_LESSON")]
    of: String,
    /// Sets a parameter; may be repeated. `faultline list <system>` shows what there is.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    /// The only source of chance; the lesson's or the file's own, or 1, when not given.
    #[arg(long, value_name = "NUMBER", value_parser = seed, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Where the run ends, in virtual time: 60s, 1500ms.
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Time>,
    /// Gives a command at a time; may be repeated, and equal times keep their order.
    #[arg(long, num_args = 2, value_names = ["TIME", "COMMAND"])]
    at: Vec<String>,
    /// A program in Python syntax, for a system that asks one: `faultline list <system>` shows
    /// the functions.
    #[arg(long, value_name = "FILE")]
    code: Option<PathBuf>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    sampling: Sampling,
    /// Repeats the run for every seed of a range, both ends included: 1..200.
    #[arg(long, value_name = "FROM..TO", conflicts_with_all = ["seed", "link"])]
    seeds: Option<Seeds>,
    /// Prints the link of this run, for the page or for `faultline replay`, and not its result.
    #[arg(long, conflicts_with = "format")]
    link: bool,
    #[command(flatten)]
    lessons: LessonsFolder,
}

const EXAMPLES: &str = "\
Examples:
  faultline run sharding --set strategy=modulo
  faultline run sharding --set strategy=ring --set nodes=4 --set change=remove --format json
  faultline run sharding --at 1s \"crash A\" --at 3s \"restart A\" --until 10s
  faultline run 05-sharding --format svg > sharding.svg
  faultline run sharding --format shiviz > sharding.log
  faultline run sharding --format csv --every 100ms > sharding.csv
  faultline run sharding --at 1s \"crash A\" --format run > my-run.json
  faultline run my-run.json --set strategy=ring
  faultline run sharding --code hash.star --format json
  faultline run sharding --seeds 1..200 --format json
  faultline run sharding --set nodes=5 --link";

/// The seed of a bare system when none is given.
const SEED: u64 = 1;

pub fn command(args: &Args, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    args.sampling.check(args.format)?;
    let file = run_in_file(&args.of).transpose()?;
    let of = file.as_ref().map_or(&args.of, |run| &run.of);
    let course = args.lessons.course_for(of)?;
    let mut run = run_of(args, file, &course)?;
    let mut named = program::UNNAMED.to_owned();
    if let Some(path) = &args.code {
        run.code = program::read(path)?;
        named = program::name(path);
    }
    if let Some(seeds) = args.seeds {
        let format = match args.format {
            Format::Text => Plain::Text,
            Format::Json => Plain::Json,
            _ => {
                return Err(Failure::refused(
                    "--format: with --seeds there is no single run to write; allowed: text, json",
                ));
            }
        };
        sweep::command(&course, &run, &named, seeds, format, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let session = execute(&course, run, &named)?;
    note_what_did_nothing(&session);
    if args.link {
        let address = Address::of_run(&session.run(), false).map_err(Failure::refused)?;
        writeln!(out, "{address}")?;
    } else {
        output::write(&session, args.format, &args.sampling, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What was asked for, as the value that a link holds. A file's run is where it starts from.
fn run_of(args: &Args, file: Option<Run>, course: &Course) -> Result<Run, Failure> {
    let (opening, at, steps) = match (file, course.lesson(&args.of)) {
        (Some(run), _) => {
            let (at, steps) = (Time::from_nanos(run.at), run.steps);
            (run, at, steps)
        }
        (None, lesson) => {
            let opening = lesson.map_or_else(
                || Run {
                    of: args.of.clone(),
                    seed: SEED,
                    ..Run::default()
                },
                |lesson| lesson.opening(),
            );
            (opening, Time::ZERO + duration(course, &args.of), 0)
        }
    };
    // Steps into the instant are the file's own, as long as the instant is.
    let (end, steps) = args.until.map_or((at, steps), |until| (until, 0));
    let mut run = opening;
    for [at, command] in args.at.as_chunks().0 {
        let at = time(at).map_err(|error| Failure::refused(format!("--at: {error}")))?;
        if at > end {
            return Err(Failure::Refused(format!(
                "--at {at} {command:?}: the run ends at {end}; give an earlier time or a later \
                 --until"
            )));
        }
        run.place(at.as_nanos(), command);
    }
    let params: Vec<_> = run.params.iter().chain(&args.set).cloned().collect();
    Ok(Run {
        seed: args.seed.unwrap_or(run.seed),
        params: last_of_each(&params),
        at: end.as_nanos(),
        steps,
        ..run
    })
}

/// How long a run lasts when nobody says otherwise. Of a name that is nothing, opening the run
/// will say so.
fn duration(course: &Course, of: &str) -> Span {
    match course.lesson(of) {
        Some(lesson) => lesson.duration.parse().unwrap_or_default(),
        None => find(of).map_or(Span::ZERO, |system| system.duration),
    }
}

/// Of several values for one name the last counts, as everywhere on a command line.
fn last_of_each(set: &[(String, String)]) -> Vec<(String, String)> {
    let mut kept: Vec<(String, String)> = Vec::new();
    for (name, value) in set {
        kept.retain(|(earlier, _)| earlier != name);
        kept.push((name.clone(), value.clone()));
    }
    kept
}

fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(format!("{text:?} is not name=value, such as nodes=5")),
    }
}

fn time(text: &str) -> Result<Time, faultline_sim::TimeError> {
    text.parse()
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is not a whole number from 0 to {}", u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_split_at_the_first_sign() {
        assert_eq!(setting("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert_eq!(setting("a="), Ok(("a".into(), "".into())));
        assert!(setting("a").is_err());
        assert!(setting("=a").is_err());
    }

    #[test]
    fn the_last_value_of_a_name_counts() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let set = [pair("a", "1"), pair("b", "2"), pair("a", "3")];
        assert_eq!(last_of_each(&set), [pair("b", "2"), pair("a", "3")]);
    }
}
