//! Presenting to a room: two keys go through the steps, and back to the very moment.

use std::time::Duration;

use anyhow::{Result, ensure};
use faultline_e2e::{Page, Visit, visit};
use tokio::time::{Instant, sleep};

use super::support::keyboard::{Key, is_on, press};
use super::support::layout::assert_sound;
use super::support::lesson::{self, SHARDING, content};
use super::support::pixels;

async fn theme(page: &Page) -> Result<String> {
    let found = page
        .run("return document.documentElement.dataset.theme;")
        .await?;
    Ok(found.as_str().unwrap_or_default().to_owned())
}

/// Time, and what the stage shows.
async fn shown(page: &Page) -> Result<(String, Vec<String>)> {
    Ok((
        lesson::time(page).await?,
        pixels::hashes(page, lesson::STAGE).await?,
    ))
}

/// Waits until the stage has come to rest at its size.
async fn settled(page: &Page) -> Result<(String, Vec<String>)> {
    let (start, mut last) = (Instant::now(), shown(page).await?);
    loop {
        sleep(Duration::from_millis(150)).await;
        let now = shown(page).await?;
        if now == last || start.elapsed() > Duration::from_secs(10) {
            return Ok(now);
        }
        last = now;
    }
}

#[tokio::test]
async fn two_steps_forward_one_back_and_out() -> Result<()> {
    visit("present", Visit::default(), async |page| {
        page.resize(1280, 720).await?;
        lesson::open(page, SHARDING).await?;
        let before = theme(page).await?;
        page.click("#present").await?;
        page.wait_for_text("#slide", "1 OF 7").await?;
        ensure!(theme(page).await? == "projector");
        assert_sound(page, "main", false, "the first step").await?;
        page.assert_accessible().await?;

        // The step's action; pressed again, it is over at once; then the next step.
        let on = [Key::PageDown.into()];
        press(page, on).await?;
        press(page, on).await?;
        lesson::rest(page).await?;
        page.wait_for_text("#slide", "1 OF 7").await?;
        press(page, on).await?;
        let asked = page.wait_for_text("#slide", "2 OF 7").await?;
        ensure!(asked.contains("75 %"), "no question: {asked}");
        let at_second = settled(page).await?;
        press(page, on).await?;
        press(page, on).await?;
        lesson::rest(page).await?;
        let after = settled(page).await?;
        ensure!(after != at_second, "the second step does nothing");
        ensure!(
            !content(page, "#slide").await?.contains("same remainder"),
            "the answer is not hidden"
        );
        // A key shows the answer at any time; one key alone comes to it too.
        press(page, ['r']).await?;
        page.wait_for_text(".option.right", "75 %").await?;
        press(page, ['r']).await?;
        page.wait_for("body:not(:has(.option.right))").await?;
        press(page, on).await?;
        page.wait_for_text(".option.right", "75 %").await?;
        assert_sound(page, "main", false, "with its answer").await?;
        page.assert_accessible().await?;
        press(page, ['m']).await?;
        page.wait_for_text(".slide-notes", "vote").await?;
        press(page, ['m']).await?;

        press(page, [Key::PageUp.into()]).await?;
        page.wait_for("body:not(:has(.option.right))").await?;
        press(page, [Key::PageUp.into()]).await?;
        let back = settled(page).await?;
        ensure!(back == at_second, "{back:?} is not {at_second:?}");

        // Full screen is left by Escape too, but by the browser itself.
        page.run("return document.exitFullscreen().catch(() => {});")
            .await?;
        press(page, [Key::Escape.into()]).await?;
        page.wait_for("#prose").await?;
        ensure!(theme(page).await? == before, "the colours stay");
        ensure!(is_on(page, "#present").await?, "the focus is lost");
        Ok(())
    })
    .await
}
