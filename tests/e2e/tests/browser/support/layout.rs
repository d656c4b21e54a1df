//! How the page is laid out: nothing too wide, no text cut off, controls large enough and free.

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::Page;
use serde_json::json;

const SCRIPT: &str = include_str!("layout.js");

/// Everything wrong in the part of the page that a selector names, a line for each; `touch`:
/// with fingers.
pub async fn faults(page: &Page, part: &str, touch: bool) -> Result<Vec<String>> {
    let call = format!("{SCRIPT} return layoutFaults({}, {touch});", json!(part));
    serde_json::from_value(page.run(&call).await?).context("a list of faults")
}

/// Fails if anything is wrong with the layout of a part of the page.
pub async fn assert_sound(page: &Page, part: &str, touch: bool, when: &str) -> Result<()> {
    let faults = faults(page, part, touch).await?;
    ensure!(faults.is_empty(), "{when}:\n  {}", faults.join("\n  "));
    Ok(())
}
