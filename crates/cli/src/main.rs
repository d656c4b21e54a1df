//! `faultline`: run, replay, lint and measure without a browser.

mod bench;
mod course;
mod execute;
mod failure;
mod lint;
mod list;
mod memory;
mod nearest;
mod output;
mod program;
mod replay;
mod run;
mod source;
mod sweep;
mod usage;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use failure::Failure;

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

/// Runs distributed systems in virtual time, without a browser.
///
/// Every run is decided by its parameters, its seed and its commands alone: the same ones give
/// the same run, event for event, here and in the page.
/// What goes to standard output is meant for scripts as much as for people; what is wrong with
/// an argument is said in one line on standard error, with exit code 2.
#[derive(Parser)]
#[command(name = "faultline", version, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  faultline list sharding
  faultline run sharding --set strategy=modulo
  faultline run sharding --set nodes=5 --at 2s \"crash A\" --format json
  faultline run sharding --seeds 1..200
  faultline lint
  faultline bench mm1 --limit";

#[derive(Subcommand)]
enum Command {
    List(list::Args),
    Run(run::Args),
    Replay(replay::Args),
    Lint(lint::Args),
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let command = match Cli::try_parse() {
        Ok(cli) => cli.command,
        Err(error) => return without_command(&error),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let done = match command {
        Command::List(args) => list::command(&args, &mut out),
        Command::Run(args) => run::command(&args, &mut out),
        Command::Replay(args) => replay::command(&args, &mut out),
        Command::Lint(args) => lint::command(&args, &mut out),
        Command::Bench(args) => bench::command(&args, &mut out),
    };
    // What was written before a failure is still wanted.
    let flushed = out.flush().map_err(Failure::from);
    match done.and_then(|code| flushed.map(|()| code)) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

/// Answers when clap found no command to run: help was asked for, or the arguments are wrong.
fn without_command(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        return Failure::Refused(usage::one_line(error, &Cli::command())).report();
    }
    match error.print() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => Failure::from(error).report(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_defined() {
        super::Cli::command().debug_assert();
    }
}
