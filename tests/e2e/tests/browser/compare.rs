//! Forking a run: two panes in lock-step, one thing changed in one of them, and the difference.

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::{Page, Visit, visit};

use super::link::replay;
use super::support::keyboard::press;
use super::support::layout::assert_sound;
use super::support::lesson::{self, Moment, SHARDING, moment};
use super::support::run::shared;

/// Moves the cursor, as the slider does.
async fn seek(page: &Page, millis: u32) -> Result<()> {
    page.run(&format!(
        "const scrub = document.getElementById('scrub'); scrub.value = {millis};
        scrub.dispatchEvent(new Event('input', {{ bubbles: true }}));"
    ))
    .await?;
    let second = millis / 1_000;
    page.wait_for_text(
        "[data-time]",
        &format!("00:{second:02}.{:03}", millis % 1_000),
    )
    .await?;
    Ok(())
}

/// How much more of a metric pane B has, as the table says it.
async fn difference(page: &Page, metric: &str) -> Result<String> {
    lesson::content(page, &format!("[data-difference='{metric}']")).await
}

/// Fails unless every figure is the same in both panes.
async fn assert_equal(page: &Page, when: &str) -> Result<()> {
    let script = "return [...document.querySelectorAll('[data-difference]')].map(
        (cell) => [cell.dataset.difference, cell.textContent].join(' '));";
    let found: Vec<String> = serde_json::from_value(page.run(script).await?)?;
    ensure!(found.len() > 5, "{when}, there are {found:?}");
    let differ: Vec<_> = found.iter().filter(|one| !one.ends_with(" =")).collect();
    ensure!(differ.is_empty(), "{when}, {differ:?}");
    Ok(())
}

async fn add_a_node(page: &Page) -> Result<()> {
    let button = "[data-command='add [node]'] button";
    page.run(&format!(
        "document.querySelector(\"{button}\").scrollIntoView()"
    ))
    .await?;
    page.click(button).await
}

#[tokio::test]
async fn a_fork_is_compared_in_lock_step_and_its_link_holds_both_runs() -> Result<()> {
    let mut there: Option<(String, Moment)> = None;
    visit("fork-made", Visit::default(), async |page| {
        lesson::open(page, SHARDING).await?;
        seek(page, 3_000).await?;
        press(page, ['b']).await?;
        page.wait_for_text(".compare", "Forked at 00:03.000")
            .await?;
        for (pane, title) in [("free", "A · As it was"), ("compare", "B · Changed")] {
            let heading = format!("section[data-pane='{pane}'] h2");
            page.wait_for_text(&heading, title).await?;
        }
        assert_equal(page, "at the fork").await?;
        let forked = moment(page).await?;

        // What is done goes to B alone, and both go on in time together.
        add_a_node(page).await?;
        page.wait_for_text("[data-changed]", "B: add").await?;
        seek(page, 9_000).await?;
        // Node C's joining, with which the lesson opens, is the last change of A.
        lesson::expect(page, "free", &[("keys_moved", "391")]).await?;
        lesson::expect(page, "compare", &[("keys_moved", "246")]).await?;
        let (moved, share) = (
            difference(page, "keys_moved").await?,
            difference(page, "moved_percent").await?,
        );
        ensure!(
            (moved.as_str(), share.as_str()) == ("\u{2212}145", "\u{2212}14.5 %"),
            "the differences are {moved} and {share}"
        );
        let later = moment(page).await?;
        ensure!(
            later.pictures[0] != later.pictures[1],
            "the pictures are equal"
        );
        page.assert_accessible().await?;
        page.resize(390, 844).await?;
        assert_sound(page, ".compare", true, "compared on a phone").await?;
        page.resize(1440, 900).await?;

        seek(page, 2_500).await?;
        assert_equal(page, "before the fork").await?;
        seek(page, 9_000).await?;
        let again = moment(page).await?;
        ensure!(
            again.fingerprint == later.fingerprint,
            "back and forth is another run"
        );
        there = Some((shared(page).await?, again));
        press(page, ['\u{e00c}']).await?;

        // The change taken back, both are as they were; and again with the change, B is kept.
        press(page, ['z']).await?;
        assert_equal(page, "with the change taken back").await?;
        seek(page, 3_000).await?;
        ensure!(
            moment(page).await?.fingerprint == forked.fingerprint,
            "not as it was"
        );
        press(page, ['y']).await?;
        page.click("#keep-b").await?;
        seek(page, 9_000).await?;
        lesson::expect(page, "modulo", &[("keys_moved", "746")]).await?;
        lesson::expect(page, "free", &[("keys_moved", "246")]).await?;
        Ok(())
    })
    .await?;

    let (link, made) = there.context("no link")?;
    let native = replay(&link)?;
    ensure!(
        native["fingerprint"] == made.fingerprint.as_str(),
        "the page has {}, the command line {}",
        made.fingerprint,
        native["fingerprint"]
    );
    let panes = native["panes"].as_array().context("no panes")?;
    let moved: Vec<_> = panes
        .iter()
        .map(|pane| &pane["metrics"]["keys_moved"])
        .collect();
    ensure!(moved == [391, 246], "the command line moves {moved:?}");

    let part = link.split_once('#').context("no fragment")?.1.to_owned();
    visit("fork-opened", Visit::default(), async |page| {
        lesson::open(page, &format!("#{part}")).await?;
        page.wait_for_text("[data-changed]", "B: add").await?;
        let opened = moment(page).await?;
        ensure!(
            (&opened.time, &opened.fingerprint) == (&made.time, &made.fingerprint),
            "made as {made:?}\nopened as {opened:?}"
        );
        let moved = difference(page, "keys_moved").await?;
        ensure!(moved == "\u{2212}145", "the difference is {moved}");
        Ok(())
    })
    .await
}
