//! `cargo xtask test` and `cargo xtask check`: every check, cheapest first.

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::context::Context;
use crate::process;
use crate::setup::{Page, browser, npm, tools, wasm};
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
    let all = Step::value_variants().iter();
    let wanted: Vec<Step> = all.filter(|step| wanted.contains(step)).copied().collect();
    // What is missing should be said now rather than after minutes of other steps.
    if wanted.iter().any(|step| step.needs_tools()) {
        let expectation = "tools (10 minutes the first time, then seconds)";
        steps.run("setup", expectation, "cargo xtask test", || {
            wanted.iter().try_for_each(|step| step.prepare(context))
        })?;
    }
    for step in wanted {
        let name = step.name();
        let again = match step.native() {
            Some(native) => native.to_owned(),
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
            Self::Native => "native tests (6 minutes the first time, then a minute)",
            Self::Lint => "lesson folders (a second)",
            Self::Doc => "documentation (a minute the first time, then seconds)",
            Self::ClippyWasm => "lints for wasm32 (2 minutes the first time, then seconds)",
            Self::Build => "the page as it is published (5 minutes the first time)",
            Self::Size => "the size of a first visit (a second)",
            Self::Wasm => "wasm32 tests in a browser (a minute the first time, then seconds)",
            Self::E2e => "the published page in a browser (4 minutes)",
        }
    }

    /// The plain command of a step that is nothing else.
    fn native(self) -> Option<&'static str> {
        // The same features and packages in all of them, so that one step uses what another
        // has built.
        match self {
            Self::Fmt => Some("cargo fmt --all --check"),
            Self::Clippy => Some(
                "cargo clippy --workspace --all-targets \
                 --features faultline-e2e/browser,faultline-conformance/speed -- -D warnings",
            ),
            Self::Native => Some("cargo test --workspace --no-fail-fast"),
            Self::Doc => Some("RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps"),
            Self::Lint | Self::ClippyWasm | Self::Build | Self::Size | Self::Wasm | Self::E2e => {
                None
            }
        }
    }

    /// Whether the step needs more than a Rust toolchain.
    fn needs_tools(self) -> bool {
        matches!(
            self,
            Self::ClippyWasm | Self::Build | Self::Wasm | Self::E2e
        )
    }

    /// Sets up what the step needs.
    fn prepare(self, context: &Context) -> Result<()> {
        match self {
            Self::ClippyWasm => {
                wasm::Toolchain::new(context)?;
            }
            Self::Build => {
                Page::new(context)?;
                npm::Packages::new(context)?;
            }
            Self::Wasm => {
                let toolchain = wasm::Toolchain::new(context)?;
                tools::wasm_bindgen(context, &toolchain)?;
                browser::chromedriver()?;
            }
            Self::E2e => {
                browser::chromedriver()?;
                npm::Packages::new(context)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn perform(self, context: &Context) -> Result<()> {
        if let Some(line) = self.native() {
            return process::run(&mut process::parsed(line, &context.root));
        }
        match self {
            Self::Lint => lint(context),
            Self::ClippyWasm => {
                let toolchain = wasm::Toolchain::new(context)?;
                let mut clippy = toolchain.cargo(context, "clippy")?;
                clippy.args(["-p", "faultline", "-p", "faultline-conformance"]);
                clippy.args(["--all-targets", "--features", "faultline-conformance/speed"]);
                process::run(clippy.args(["--", "-D", "warnings"]))
            }
            Self::Build => {
                let packages = npm::Packages::new(context)?;
                let _lock = context.lock(&context.target(), "dist")?;
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
                process::run(test.args(["-p", "faultline-conformance", "--tests"]))
            }
            Self::E2e => end_to_end::run(context),
            Self::Fmt | Self::Clippy | Self::Native | Self::Doc => Ok(()),
        }
    }
}

/// Checks the lessons with the command line that the native tests have built.
///
/// `cargo run -p faultline-cli` would build it again, because fewer packages ask for fewer
/// features of the dependencies.
fn lint(context: &Context) -> Result<()> {
    let build = "cargo test --quiet --workspace --test command_line --no-run";
    process::run(&mut process::parsed(build, &context.root))?;
    let name = format!("faultline{}", std::env::consts::EXE_SUFFIX);
    let program = context.target().join("debug").join(name);
    process::run(process::command(program, &context.root).arg("lint"))
}
