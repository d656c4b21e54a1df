//! `faultline run`: runs a system or a lesson.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use faultline_course::{Address, Course, Run};
use faultline_sim::{Span, Time};
use faultline_systems::find;

use crate::course::LessonsFolder;
use crate::execute::{execute, note_idle_commands};
use crate::failure::Failure;
use crate::output::{self, Format, Plain};
use crate::sweep::{self, Seeds};

/// Runs a system or a lesson and prints what came of it.
///
/// A system is run with its default parameters, a lesson with those it opens with; --set changes
/// them.
/// A lesson that shows several runs side by side gives all of them as text and as JSON, and the
/// first of them in the other forms.
/// With --seeds the run is repeated for every seed, on all processors, and every metric that is a
/// number is summed up: mean, standard deviation, smallest, median, 95th percentile, largest.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A system or a lesson, as `faultline list` names them.
    #[arg(value_name = "SYSTEM_OR_LESSON")]
    of: String,
    /// Sets a parameter; may be repeated. `faultline list <system>` shows what there is.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    /// The only source of chance; the lesson's own, or 1, when not given.
    #[arg(long, value_name = "NUMBER", value_parser = seed, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Where the run ends, in virtual time: 60s, 1500ms.
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Time>,
    /// Gives a command at a time; may be repeated, and equal times keep their order.
    #[arg(long, num_args = 2, value_names = ["TIME", "COMMAND"])]
    at: Vec<String>,
    /// A program for a system that takes one.
    #[arg(long, value_name = "FILE")]
    code: Option<PathBuf>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
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
  faultline run sharding --seeds 1..200 --format json
  faultline run sharding --set nodes=5 --link";

/// The seed of a bare system when none is given.
const SEED: u64 = 1;

pub fn command(args: &Args, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let course = args.lessons.course_for(&args.of)?;
    if let Some(file) = &args.code {
        return Err(Failure::Refused(format!(
            "--code {}: no system takes a program yet; run {} without it",
            file.display(),
            args.of
        )));
    }
    let run = run_of(args, &course)?;
    if let Some(seeds) = args.seeds {
        let format = match args.format {
            Format::Text => Plain::Text,
            Format::Json => Plain::Json,
            _ => {
                return Err(Failure::refused(
                    "--format: with --seeds there is no single trace or picture; allowed: text, \
                     json",
                ));
            }
        };
        sweep::command(&course, &run, seeds, format, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let session = execute(&course, run)?;
    note_idle_commands(&session);
    if args.link {
        let address = Address::of_run(&session.run(), false).map_err(Failure::refused)?;
        writeln!(out, "{address}")?;
    } else {
        output::write(&session, args.format, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What was asked for, as the value that a link holds.
fn run_of(args: &Args, course: &Course) -> Result<Run, Failure> {
    let opening = match course.lesson(&args.of) {
        Some(lesson) => lesson.opening(),
        None => Run {
            of: args.of.clone(),
            seed: SEED,
            ..Run::default()
        },
    };
    let end = args
        .until
        .unwrap_or_else(|| Time::ZERO + duration(course, &args.of));
    let mut commands = Vec::new();
    for [at, command] in args.at.as_chunks().0 {
        let at = time(at).map_err(|error| Failure::refused(format!("--at: {error}")))?;
        if at > end {
            return Err(Failure::Refused(format!(
                "--at {at} {command:?}: the run ends at {end}; give an earlier time or a later \
                 --until"
            )));
        }
        commands.push((at.as_nanos(), command.clone()));
    }
    // Stable: commands of equal times stay as they were given.
    commands.sort_by_key(|(at, _)| *at);
    Ok(Run {
        seed: args.seed.unwrap_or(opening.seed),
        params: last_of_each(&args.set),
        commands,
        at: end.as_nanos(),
        steps: 0,
        ..opening
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
