//! `cargo xtask serve`: the page on this machine, rebuilt on every change.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::context::Context;
use crate::learner_code;
use crate::process;
use crate::setup::{Page, npm};

/// Options of `cargo xtask serve`.
#[derive(Args)]
pub struct Options {
    /// Optimise as for publishing: slower to build, faster to run.
    #[arg(long)]
    release: bool,
    /// The port on 127.0.0.1.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Open the page in the default browser.
    #[arg(long)]
    open: bool,
}

/// Serves until stopped.
pub fn run(context: &Context, options: &Options) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    // Found out now rather than after a build of a minute.
    TcpListener::bind(address)
        .with_context(|| format!("port {} is taken; choose another with --port", options.port))?;
    let page = Page::new(context)?;
    let mut trunk = page.trunk(context)?;
    let packages = npm::Packages::new(context)?;
    learner_code::build(context, &page, packages.as_ref(), &mut trunk)?;
    println!("  building the page (about a minute the first time)");
    trunk
        .args(["serve", "--address", "127.0.0.1", "--port"])
        .arg(options.port.to_string())
        // `dist` is left to the finished site.
        .arg("--dist")
        .arg(context.target().join("serve"));
    if options.release {
        trunk.arg("--release");
    }
    if options.open {
        trunk.arg("--open");
    }
    println!("  then Faultline is at http://{address}/ (Ctrl-C stops it)");
    become_program(&mut trunk)
}

/// Puts the program in this one's place, so that a signal to stop reaches it.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec()).with_context(|| format!("could not start: {}", process::shown(command)))
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<()> {
    process::run(command)
}
