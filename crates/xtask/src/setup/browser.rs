//! A Chromium and its driver, for tests in a real browser.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::wasm::Toolchain;
use super::{apt, tools};
use crate::context::Context;
use crate::process;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const MAC_BROWSERS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// Finds chromedriver, or installs it and Chromium where that is possible.
pub fn chromedriver() -> Result<PathBuf> {
    if let Some(driver) = find() {
        return Ok(driver);
    }
    if apt::is_debian() {
        apt::install("a browser for the tests", &["chromium", "chromium-driver"])?;
        if let Some(driver) = find() {
            return Ok(driver);
        }
    }
    bail!(
        "the tests need Chromium or Chrome and a chromedriver of the same major version on PATH.\n\
         Debian: apt-get install chromium chromium-driver\n\
         Fedora: dnf install chromium chromedriver\n\
         Arch:   pacman -S chromium\n\
         macOS:  brew install --cask google-chrome chromedriver\n\
         others: npx @puppeteer/browsers install chromedriver@stable\n\
         A driver elsewhere is named by the environment variable CHROMEDRIVER."
    )
}

fn find() -> Option<PathBuf> {
    let browser = BROWSERS.iter().any(|name| process::find(name).is_some())
        || MAC_BROWSERS.iter().any(|path| Path::new(path).is_file())
        || cfg!(windows);
    let named = env::var_os("CHROMEDRIVER").map(PathBuf::from);
    // Where continuous integration machines keep theirs.
    let hosted =
        env::var_os("CHROMEWEBDRIVER").map(|folder| PathBuf::from(folder).join("chromedriver"));
    let driver = named
        .filter(|path| path.is_file())
        .or_else(|| process::find("chromedriver"))
        .or(hosted.filter(|path| path.is_file()))?;
    browser.then_some(driver)
}

/// Makes `cargo test` for wasm32 run its tests in a headless browser.
pub fn wasm_tests(context: &Context, toolchain: &Toolchain, command: &mut Command) -> Result<()> {
    let runner = tools::wasm_bindgen(context, toolchain)?
        .folder()?
        .join(format!(
            "wasm-bindgen-test-runner{}",
            env::consts::EXE_SUFFIX
        ));
    command
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMEDRIVER", chromedriver()?)
        .env(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            context.root.join("webdriver.json"),
        )
        // The driver's first start on a cold machine takes longer than the default.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    Ok(())
}
