//! What the device wishes and what it keeps: theme, motion, and storage that fails.

use anyhow::{Result, ensure};
use faultline_e2e::{Page, Visit, visit};

use super::support::lesson::{self, SHARDING, STAGE, action};
use super::support::pixels;

async fn theme(page: &Page) -> Result<String> {
    let theme = page
        .run("return document.documentElement.dataset.theme;")
        .await?;
    Ok(theme.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn the_theme_is_remembered() -> Result<()> {
    visit("theme", Visit::default(), async |page| {
        lesson::open(page, SHARDING).await?;
        ensure!(theme(page).await? == "light", "the device is light");
        let light = pixels::hashes(page, STAGE).await?;
        page.click("#theme").await?;
        ensure!(theme(page).await? == "dark", "the button changes nothing");
        let dark = pixels::hashes(page, STAGE).await?;
        ensure!(light != dark, "the stage keeps its light colours");
        page.assert_accessible().await?;
        lesson::open(page, SHARDING).await?;
        ensure!(theme(page).await? == "dark", "the choice is forgotten");
        ensure!(
            pixels::hashes(page, STAGE).await? == dark,
            "the stage is not dark"
        );
        Ok(())
    })
    .await
}

/// How many different times the clock shows while it runs for a second and a half.
async fn times_shown(still: bool) -> Result<usize> {
    let mut shown = 0;
    let wish = Visit {
        still,
        ..Visit::default()
    };
    visit("motion", wish, async |page| {
        lesson::open(page, SHARDING).await?;
        page.click("#press-play").await?;
        let count = page
            .client
            .execute_async(
                "const done = arguments[0];
                const times = new Set();
                const end = performance.now() + 1500;
                const look = () => {
                    times.add(document.querySelector('[data-time]').textContent);
                    if (performance.now() < end) requestAnimationFrame(look);
                    else done(times.size);
                };
                look();",
                Vec::new(),
            )
            .await?;
        shown = count.as_u64().unwrap_or_default() as usize;
        Ok(())
    })
    .await?;
    Ok(shown)
}

#[tokio::test]
async fn less_motion_makes_steps_of_it() -> Result<()> {
    let still = times_shown(true).await?;
    ensure!((2..=5).contains(&still), "{still} pictures in 1.5 s");
    let film = times_shown(false).await?;
    ensure!(film >= 15, "only {film} pictures in 1.5 s");
    Ok(())
}

/// The lesson works, and the page has said that something is wrong with its storage.
async fn works_and_says(page: &Page, words: &str) -> Result<()> {
    lesson::open(page, SHARDING).await?;
    lesson::hurry(page).await?;
    page.click(&action("look-up", 1)).await?;
    page.wait_for("[data-step='look-up'].done").await?;
    page.wait_for_text(".notice", words).await?;
    page.assert_accessible().await?;
    page.click(".notice [aria-label='Dismiss']").await?;
    page.wait_for("body:not(:has(.notice))").await?;
    Ok(())
}

#[tokio::test]
async fn storage_that_is_forbidden_is_survived() -> Result<()> {
    visit("storage-forbidden", Visit::default(), async |page| {
        page.before_load(
            "Object.defineProperty(window, 'localStorage', {
                get() { throw new DOMException('forbidden', 'SecurityError'); },
            });",
        )
        .await?;
        works_and_says(page, "keeps nothing").await
    })
    .await
}

#[tokio::test]
async fn storage_that_is_full_or_corrupt_is_survived() -> Result<()> {
    visit("storage-broken", Visit::at_start(), async |page| {
        // Else the start page, which is on its way, finds what is meant for the lesson: what
        // index.html shows meanwhile is a main without a name.
        page.wait_for("#main").await?;
        for (key, text) in [
            ("faultline.progress", "{\"05-sharding\": [null]}"),
            ("faultline.theme", "\u{0}\u{ffff}"),
        ] {
            page.run(&format!(
                "localStorage.clear(); localStorage.setItem('{key}', {});",
                serde_json::json!(text)
            ))
            .await?;
            works_and_says(page, "not readable").await?;
        }
        // Afresh, and then kept again.
        lesson::open(page, SHARDING).await?;
        ensure!(
            lesson::is_done(page, "look-up").await?,
            "after corrupt storage nothing is kept"
        );

        page.run("localStorage.clear();").await?;
        page.before_load(
            "Storage.prototype.setItem = () => {
                throw new DOMException('full', 'QuotaExceededError');
            };",
        )
        .await?;
        works_and_says(page, "keeps nothing").await
    })
    .await
}
