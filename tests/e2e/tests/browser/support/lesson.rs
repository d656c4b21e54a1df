//! A lesson as its user handles it: what can be read from the page, and its controls.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use faultline_e2e::Page;
use tokio::time::{Instant, sleep};

use super::pixels;

/// The lesson that these tests go through.
pub const SHARDING: &str = "#/05-sharding";
/// The canvases of the stage.
pub const STAGE: &str = "#stage canvas";
/// How long a run may take to come to rest.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a moment of a run is, as the page shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// As the clock shows it.
    pub time: String,
    /// Of the run.
    pub fingerprint: String,
    /// Hashes of the stage's pictures.
    pub pictures: Vec<String>,
}

/// Opens an address that leads to a lesson, and waits until it is there.
pub async fn open(page: &Page, part: &str) -> Result<()> {
    page.open(part).await?;
    shown(page).await
}

/// Opens the lesson on sharding with nothing on its timeline: two nodes, A and B.
pub async fn open_bare(page: &Page) -> Result<()> {
    open(page, SHARDING).await?;
    page.wait_for(".did .undo").await?;
    page.run("document.querySelector('.did .undo').click()")
        .await?;
    page.click("#press-start").await?;
    Ok(())
}

/// Waits until a lesson is there, with pictures on its stage and all that it loads.
pub async fn shown(page: &Page) -> Result<()> {
    page.wait_for(STAGE).await?;
    page.wait_for("#app:not(:has([aria-busy]))").await?;
    let start = Instant::now();
    while !pixels::painted(page, STAGE).await? {
        ensure!(start.elapsed() < PATIENCE, "the stage stays blank");
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// The text of an element as it is in the page, seen or not.
pub async fn content(page: &Page, selector: &str) -> Result<String> {
    let script = format!("return document.querySelector({selector:?})?.textContent ?? null;");
    let found = page.run(&script).await?;
    let text = found
        .as_str()
        .with_context(|| format!("no element {selector}"))?;
    Ok(text.trim().to_owned())
}

/// A metric of a pane, as the table of measurements has it.
pub async fn metric(page: &Page, pane: &str, name: &str) -> Result<String> {
    content(
        page,
        &format!("td[data-pane='{pane}'][data-metric='{name}']"),
    )
    .await
}

/// Fails unless the metrics of a pane are these.
pub async fn expect(page: &Page, pane: &str, metrics: &[(&str, &str)]) -> Result<()> {
    for (name, wanted) in metrics {
        let found = metric(page, pane, name).await?;
        ensure!(
            found == *wanted,
            "{name} of {pane} should be {wanted}, but is {found}"
        );
    }
    Ok(())
}

/// A pane's first figure and the line beneath it.
pub async fn headline(page: &Page, pane: &str) -> Result<(String, String)> {
    let figure = format!("[data-pane='{pane}'] .figure:first-of-type");
    Ok((
        page.text(&format!("{figure} .big")).await?,
        page.text(&format!("{figure} .detail")).await?,
    ))
}

/// The run's fingerprint.
pub async fn fingerprint(page: &Page) -> Result<String> {
    content(page, "[data-fingerprint='run']").await
}

/// The time on the clock.
pub async fn time(page: &Page) -> Result<String> {
    content(page, "[data-time]").await
}

/// What the page shows now.
pub async fn moment(page: &Page) -> Result<Moment> {
    let pictures = pixels::hashes(page, STAGE).await?;
    Ok(Moment {
        time: time(page).await?,
        fingerprint: fingerprint(page).await?,
        pictures,
    })
}

/// Whether time runs.
pub async fn plays(page: &Page) -> Result<bool> {
    let script = "return document.getElementById('press-play').getAttribute('aria-label');";
    Ok(page.run(script).await? == "Pause")
}

/// Waits until time rests.
pub async fn rest(page: &Page) -> Result<()> {
    let start = Instant::now();
    while plays(page).await? {
        if start.elapsed() > PATIENCE {
            bail!("time still runs, at {}", time(page).await?);
        }
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Makes time run as fast as it can, by the slider of speeds.
pub async fn hurry(page: &Page) -> Result<()> {
    page.wait_for("#speed").await?;
    page.run(
        "const speed = document.getElementById('speed');
        speed.value = speed.max;
        speed.dispatchEvent(new Event('input', { bubbles: true }));",
    )
    .await?;
    page.wait_for_text(".speed output", "20").await?;
    Ok(())
}

/// The address, once it has come to hold the run as it is now.
pub async fn address(page: &Page) -> Result<String> {
    // The page writes it at most every 700 ms, once what writes it has loaded.
    sleep(Duration::from_millis(1600)).await;
    Ok(page.client.current_url().await?.into())
}

/// Types a number over what a field holds.
pub async fn set(page: &Page, parameter: &str, value: &str) -> Result<()> {
    let field = format!("#param-{parameter}-number");
    let element = page.wait_for(&field).await?;
    page.run(&format!("document.querySelector({field:?}).select();"))
        .await?;
    element.send_keys(&format!("{value}\n")).await?;
    Ok(())
}

/// A step's prediction, its buttons counted from 1.
pub fn guess(step: &str, option: usize) -> String {
    format!("[data-step='{step}'] .guess:nth-of-type({option})")
}

/// A step's action, its buttons counted from 1.
pub fn action(step: &str, number: usize) -> String {
    format!("[data-step='{step}'] > div > .acts > .btn:nth-of-type({number})")
}

/// Whether a step is ticked.
pub async fn is_done(page: &Page, step: &str) -> Result<bool> {
    let script = format!("return document.querySelector(\"[data-step='{step}'].done\") !== null;");
    Ok(page.run(&script).await? == true)
}
