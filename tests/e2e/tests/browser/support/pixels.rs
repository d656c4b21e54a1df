//! What canvases show.

use anyhow::{Context as _, Result};
use faultline_e2e::Page;

/// Functions of JavaScript over canvases: `painted(canvas)`, `hash(canvas)`.
pub const SCRIPT: &str = include_str!("pixels.js");

/// Whether every canvas that a selector finds has a picture on it, and there is one.
pub async fn painted(page: &Page, selector: &str) -> Result<bool> {
    let script = format!(
        "{SCRIPT} const all = [...document.querySelectorAll('{selector}')];
        return all.length > 0 && all.every(painted);"
    );
    Ok(page.run(&script).await? == true)
}

/// A hash of each picture that a selector finds, after what is about to be painted.
pub async fn hashes(page: &Page, selector: &str) -> Result<Vec<String>> {
    let script = format!(
        "{SCRIPT} const done = arguments[0];
        requestAnimationFrame(() => requestAnimationFrame(() =>
            done([...document.querySelectorAll('{selector}')].map(hash))));"
    );
    let found = page.client.execute_async(&script, Vec::new()).await?;
    serde_json::from_value(found).context("hashes of canvases")
}
