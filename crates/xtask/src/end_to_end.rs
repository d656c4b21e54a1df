//! End-to-end tests: the finished site in a real browser.

use std::io::{BufRead, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::context::Context;
use crate::process;
use crate::setup::{browser, npm};

/// Runs `tests/e2e` against `dist/`.
pub fn run(context: &Context) -> Result<()> {
    let (_driver, mut tests) = tests(context, "browser")?;
    process::run(&mut tests)
}

/// One of the tests of `tests/e2e`, ready to run against `dist/`, and the driver that it needs.
pub fn tests(context: &Context, name: &str) -> Result<(Driver, Command)> {
    if !context.dist().join("index.html").is_file() {
        bail!("there is no finished site to test; build it first: cargo xtask test build e2e");
    }
    let driver = Driver::start()?;
    let mut tests = process::command("cargo", &context.root);
    tests
        // The whole workspace, so that dependencies are the same as in the native tests.
        .args(["test", "--workspace", "--test", name])
        .args(["--features", "faultline-e2e/browser"])
        .env("FAULTLINE_DIST", context.dist())
        .env("FAULTLINE_PICTURES", context.target().join("e2e"))
        .env(
            "FAULTLINE_WEBDRIVER_URL",
            format!("http://127.0.0.1:{}", driver.port),
        );
    match npm::Packages::new(context)? {
        Some(packages) => {
            tests.env("FAULTLINE_AXE_JS", packages.axe());
        }
        None => println!("  npm is not installed: the accessibility checks are left out"),
    }
    Ok((driver, tests))
}

/// A chromedriver on a port of its own choosing, stopped when dropped.
pub struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start() -> Result<Self> {
        let mut process = Command::new(browser::chromedriver()?)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("starting chromedriver")?;
        let output = process
            .stdout
            .take()
            .context("chromedriver has an output")?;
        let (send, receive) = mpsc::channel();
        // The thread reads to the end, for a full pipe would stop the driver.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(port) = port(&line) {
                    // Nobody listens any more once the wait below has given up.
                    let _ = send.send(port);
                }
            }
        });
        let mut driver = Self { process, port: 0 };
        driver.port = receive
            .recv_timeout(Duration::from_secs(20))
            .context("chromedriver named no port within 20 s")?;
        Ok(driver)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Asked to, it closes the browsers it has opened; killed, it leaves them.
        if let Ok(mut connection) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
            let request = "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
            let asked = connection.write_all(request.as_bytes());
            if asked.is_ok() {
                thread::sleep(Duration::from_millis(500));
            }
        }
        // It may have ended by itself, which is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The port in "ChromeDriver was started successfully on port 12345."
fn port(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("started successfully on port ")?;
    rest.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_names_its_port() {
        assert_eq!(
            port("ChromeDriver was started successfully on port 40123."),
            Some(40123)
        );
        assert_eq!(port("Only local connections are allowed."), None);
    }
}
