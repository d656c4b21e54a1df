//! Debian packages, where the machine is Debian and we may install them.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::process;

/// Installs the packages, or fails with the command that a person must run.
///
/// `what` completes the sentence "… is missing".
pub fn install(what: &str, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if !is_debian() || process::find("apt-get").is_none() {
        bail!("{what} is missing, and this is not Debian, where: apt-get install {list}");
    }
    if !is_root() {
        bail!("{what} is missing; install it with: sudo apt-get install {list}");
    }
    println!("  installing {list} with apt-get (a minute or two)");
    let root = Path::new("/");
    process::run(process::command("apt-get", root).args(["update", "-qq"]))?;
    process::run(
        process::command("apt-get", root)
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

/// Whether the packages below have Debian's names here.
pub fn is_debian() -> bool {
    fs::read_to_string("/etc/os-release")
        .is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}

fn is_root() -> bool {
    process::output(process::command("id", Path::new("/")).arg("-u")).is_some_and(|id| id == "0")
}
