//! `cargo xtask`: everything that is done to this repository, as one program.
//!
//! A clone and a Rust toolchain are all it asks for; what else a task needs is
//! set up on the way and kept in a cache folder outside the checkout.

mod bench;
mod bindings;
mod build;
mod context;
mod end_to_end;
mod finish;
mod html;
mod icons;
mod learner_code;
mod needs;
mod offline;
mod process;
mod serve;
mod setup;
mod size;
mod split;
mod steps;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use context::Context;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Serve, build, test and bench Faultline")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set up what is missing, build, and serve the page, rebuilding on every change.
    Serve(serve::Options),
    /// Build the static site, ready to be put on any web server, into dist/.
    Build(build::Options),
    /// Run every check and test there is, in a real browser too.
    Test(test::Options),
    /// Run the quick part of the tests: format, clippy and tests, natively.
    Check,
    /// Measure the kernel beside a bare event loop.
    Bench(bench::Options),
    /// Run cargo for wasm32 with the compiler and tools that the build uses.
    #[command(after_help = "Example: cargo xtask wasm clippy -p faultline -- -D warnings")]
    Wasm {
        /// The cargo subcommand and its arguments; `--target` is added.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = split::other_name().unwrap_or_else(|| perform(&Arguments::parse().task));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: &Task) -> Result<()> {
    let context = Context::new()?;
    match task {
        Task::Serve(options) => serve::run(&context, options),
        Task::Build(options) => build::run(&context, options),
        Task::Test(options) => test::run(&context, options),
        Task::Check => test::check(&context),
        Task::Bench(options) => bench::run(&context, options),
        Task::Wasm { arguments } => setup::wasm::run_cargo(&context, arguments),
    }
}
