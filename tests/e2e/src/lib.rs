//! What a test of the finished page needs: a server for it and a browser to
//! look at it.
//!
//! A test is one call:
//!
//! ```no_run
//! # use faultline_e2e::{Visit, visit};
//! # async fn test() -> anyhow::Result<()> {
//! visit("the-test's-name", Visit::at_start(), async |page| {
//!     page.wait_for("h1").await?;
//!     Ok(())
//! })
//! .await
//! # }
//! ```
//!
//! Every visit also fails on an error in the console and on a request to
//! another host; a failed one leaves a picture in `target/e2e`.
//!
//! `cargo xtask test e2e` sets the environment: `FAULTLINE_DIST` (the folder of
//! the finished site), `FAULTLINE_WEBDRIVER_URL` (a running chromedriver),
//! `FAULTLINE_AXE_JS` (the axe-core script, absent without npm) and
//! `FAULTLINE_PICTURES` (where pictures go).

mod browsers;
mod driver;
mod page;
mod site;
mod visit;

pub use fantoccini;
pub use page::Page;
pub use site::Site;
pub use visit::{Visit, visit};

use anyhow::{Context as _, Result};
use std::path::PathBuf;

/// The value of an environment variable that `cargo xtask test e2e` sets.
fn setting(name: &str) -> Result<String> {
    std::env::var(name)
        .with_context(|| format!("{name} is not set; run these tests by: cargo xtask test e2e"))
}

fn dist() -> Result<PathBuf> {
    setting("FAULTLINE_DIST").map(PathBuf::from)
}
