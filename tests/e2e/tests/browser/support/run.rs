//! A run worth sharing, and its link.

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::Page;
use serde_json::json;

use super::lesson::{self, SHARDING, action, guess};

/// Makes a run with a parameter, two commands and a cursor between two events.
pub async fn make_a_run(page: &Page) -> Result<()> {
    lesson::open(page, SHARDING).await?;
    lesson::hurry(page).await?;
    page.click(&action("look-up", 1)).await?;
    lesson::rest(page).await?;
    page.click(&guess("add-node", 1)).await?;
    page.click(&action("add-node", 1)).await?;
    lesson::rest(page).await?;
    lesson::set(page, "virtual_nodes", "200").await?;
    page.wait_for_text("[data-pane='free'] h2", "200").await?;
    for _ in 0..3 {
        page.click("#press-back").await?;
    }
    Ok(())
}

/// The link as the share dialog copies it.
pub async fn shared(page: &Page) -> Result<String> {
    let allowed = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    page.devtools("Browser.grantPermissions", allowed).await?;
    page.click("#share").await?;
    page.wait_for_text("#copied", "Copied.").await?;
    let script = "const done = arguments[0]; navigator.clipboard.readText().then(done, done);";
    let copied = page.client.execute_async(script, Vec::new()).await?;
    let copied = copied.as_str().context("nothing was copied")?.to_owned();
    let shown = page
        .run("return document.getElementById('link').value;")
        .await?;
    ensure!(shown == copied, "copied is {copied}, shown is {shown}");
    Ok(copied)
}
