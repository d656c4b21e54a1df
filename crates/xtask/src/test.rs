//! `cargo xtask test` and `cargo xtask check`: every check, cheapest first.

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::context::Context;
use crate::process;
use crate::setup::{Page, browser, npm, wasm};
use crate::size;
use crate::steps::Steps;
use crate::{build, end_to_end};

/// Options of `cargo xtask test`.
#[derive(Args)]
pub struct Options {
    /// Only these steps; all of them by default.
    steps: Vec<Step>,
    /// Run the remaining steps after one has failed.
    #[arg(long)]
    keep_going: bool,
}

/// One step of the tests; the order here is the order in which they run.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Formatting.
    Fmt,
    /// Lints of the native build.
    Clippy,
    /// Native tests, documentation examples included.
    Native,
    /// Lesson folders.
    Lint,
    /// Documentation builds without a warning.
    Doc,
    /// Lints of the page's wasm32 build.
    ClippyWasm,
    /// The release build of the page.
    Build,
    /// What a first visit downloads.
    Size,
    /// Tests of wasm32 code in a headless browser.
    Wasm,
    /// Tests of the finished page in a headless browser.
    E2e,
}

/// Every check and test.
pub fn run(context: &Context, options: &Options) -> Result<()> {
    let steps = match options.steps.as_slice() {
        [] => Step::value_variants(),
        some => some,
    };
    run_steps(context, steps, options.keep_going)
}

/// The quick part, natively.
pub fn check(context: &Context) -> Result<()> {
    run_steps(context, &[Step::Fmt, Step::Clippy, Step::Native], false)
}

fn run_steps(context: &Context, wanted: &[Step], keep_going: bool) -> Result<()> {
    let mut steps = Steps::new(keep_going);
    for step in Step::value_variants()
        .iter()
        .filter(|step| wanted.contains(step))
    {
        let name = step.name();
        let again = match step.native() {
            Some(native) => native.join(" "),
            None => format!("cargo xtask test {name}"),
        };
        steps.run(name, step.expectation(), &again, || step.perform(context))?;
    }
    steps.finish()
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Native => "native",
            Self::Lint => "lint",
            Self::Doc => "doc",
            Self::ClippyWasm => "clippy-wasm",
            Self::Build => "build",
            Self::Size => "size",
            Self::Wasm => "wasm",
            Self::E2e => "e2e",
        }
    }

    fn expectation(self) -> &'static str {
        match self {
            Self::Fmt => "the format of every file (a second)",
            Self::Clippy => "lints, natively (2 minutes the first time, then seconds)",
            Self::Native => "native tests (3 minutes the first time, then a minute)",
            Self::Lint => "lesson folders (a minute the first time, then seconds)",
            Self::Doc => "documentation (a minute the first time, then seconds)",
            Self::ClippyWasm => "lints for wasm32 (a minute the first time, then seconds)",
            Self::Build => "the page as it is published (2 minutes the first time)",
            Self::Size => "the size of a first visit (a second)",
            Self::Wasm => "wasm32 tests in a browser (2 minutes the first time, then half of one)",
            Self::E2e => {
                "the published page in a browser (2 minutes the first time, then half of one)"
            }
        }
    }

    /// The plain command of a step that is nothing else.
    fn native(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Fmt => Some(&["cargo", "fmt", "--all", "--check"]),
            Self::Clippy => Some(&[
                "cargo",
                "clippy",
                "--workspace",
                "--all-targets",
                "--features",
                "faultline-e2e/browser",
                "--",
                "-D",
                "warnings",
            ]),
            Self::Native => Some(&["cargo", "test", "--workspace"]),
            Self::Lint => Some(&[
                "cargo",
                "run",
                "-q",
                "--release",
                "-p",
                "faultline-cli",
                "--",
                "lint",
            ]),
            Self::Doc => Some(&[
                "env",
                "RUSTDOCFLAGS=-Dwarnings",
                "cargo",
                "doc",
                "--workspace",
                "--no-deps",
            ]),
            Self::ClippyWasm | Self::Build | Self::Size | Self::Wasm | Self::E2e => None,
        }
    }

    fn perform(self, context: &Context) -> Result<()> {
        if let Some([program, arguments @ ..]) = self.native() {
            return process::run(process::command(program, &context.root).args(arguments));
        }
        match self {
            Self::ClippyWasm => {
                let toolchain = wasm::Toolchain::new(context)?;
                let mut clippy = toolchain.cargo(context, "clippy")?;
                process::run(clippy.args([
                    "-p",
                    "faultline",
                    "--all-targets",
                    "--",
                    "-D",
                    "warnings",
                ]))
            }
            Self::Build => {
                let packages = npm::Packages::new(context)?;
                build::site(context, &Page::new(context)?, packages.as_ref(), "./")
            }
            Self::Size => {
                let report = size::Report::new(&context.dist())?;
                println!("{report}");
                report.check()
            }
            Self::Wasm => {
                let toolchain = wasm::Toolchain::new(context)?;
                let mut test = toolchain.cargo(context, "test")?;
                browser::wasm_tests(context, &toolchain, &mut test)?;
                // Examples in documentation run natively.
                test.args(["--lib", "--bins", "--tests"]);
                process::run(test.args(["-p", "faultline-conformance", "-p", "faultline"]))
            }
            Self::E2e => end_to_end::run(context),
            Self::Fmt | Self::Clippy | Self::Native | Self::Lint | Self::Doc => Ok(()),
        }
    }
}
