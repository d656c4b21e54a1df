//! Keys, pressed as a keyboard presses them: whatever has the focus gets them.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use faultline_e2e::Page;
use faultline_e2e::fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use tokio::time::{Instant, sleep};

pub use faultline_e2e::fantoccini::key::Key;

const SCRIPT: &str = include_str!("focus.js");

/// What has the focus.
#[derive(Debug)]
pub struct Focus {
    /// Its kind and label; empty when nothing has the focus.
    pub name: String,
    /// Why a reader cannot see that it has.
    pub faults: Vec<String>,
}

/// Presses keys, one after the other.
pub async fn press(page: &Page, keys: impl IntoIterator<Item = char>) -> Result<()> {
    let mut actions = KeyActions::new("keyboard".to_owned());
    for value in keys {
        actions = actions
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
    }
    Ok(page.client.perform_actions(actions).await?)
}

/// What has the focus now.
pub async fn focus(page: &Page) -> Result<Focus> {
    Ok(focus_at(page, "body").await?.0)
}

/// What has the focus now, and whether it is what a selector names.
async fn focus_at(page: &Page, selector: &str) -> Result<(Focus, bool)> {
    let on = format!("on: document.activeElement?.matches({selector:?}) ?? false");
    let script = format!("{SCRIPT} return {{ ...focusReport(), {on} }};");
    let found = page.run(&script).await?;
    let name = found["name"].as_str().context("the focus has no name")?;
    let focus = Focus {
        name: name.to_owned(),
        faults: serde_json::from_value(found["faults"].clone())?,
    };
    Ok((focus, found["on"] == true))
}

/// Whether the focus is on the element that a selector names.
pub async fn is_on(page: &Page, selector: &str) -> Result<bool> {
    let script = format!("return document.activeElement?.matches({selector:?}) ?? false;");
    Ok(page.run(&script).await? == true)
}

/// Presses Tab until the focus is on an element; it must be seen at every stop.
pub async fn tab_to(page: &Page, selector: &str) -> Result<()> {
    let mut passed = Vec::new();
    let mut there = is_on(page, selector).await?;
    while !there {
        press(page, [Key::Tab.into()]).await?;
        let mut focus;
        (focus, there) = focus_at(page, selector).await?;
        // The page may still be scrolling there.
        let start = Instant::now();
        while !focus.faults.is_empty() && start.elapsed() < Duration::from_secs(1) {
            sleep(Duration::from_millis(50)).await;
            focus = self::focus(page).await?;
        }
        ensure!(
            focus.faults.is_empty(),
            "{} has the focus, but: {}",
            focus.name,
            focus.faults.join(", ")
        );
        passed.push(focus.name);
        if passed.len() > 150 {
            bail!("Tab never reaches {selector}; it goes to {passed:#?}");
        }
    }
    Ok(())
}
