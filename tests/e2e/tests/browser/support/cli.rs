//! The command line, for comparison with the page.

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// Runs `faultline` in the checkout and gives what it prints: `FAULTLINE_CLI` is the built
/// command, else cargo builds it.
pub fn faultline(arguments: &[&str]) -> Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .context("the checkout")?;
    let mut command = match env::var_os("FAULTLINE_CLI") {
        Some(program) => Command::new(program),
        None => {
            let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            cargo.args(["run", "-q", "-p", "faultline-cli", "--"]);
            cargo
        }
    };
    let output = command
        .current_dir(root)
        .args(arguments)
        .output()
        .context("starting faultline")?;
    ensure!(
        output.status.success(),
        "faultline {}\n{}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).context("what faultline printed")
}
