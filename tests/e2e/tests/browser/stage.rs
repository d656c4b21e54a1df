//! What is on the stage, reached and acted on by keyboard, pointer and finger.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::fantoccini::actions::{
    InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use faultline_e2e::{Page, Visit, visit};

use super::support::keyboard::{Key, focus, press, tab_to};
use super::support::lesson::{self, STAGE};

/// A lesson with messages on its stage.
const BULLY: &str = "#/09-bully";

/// The commands on the timeline, as the page lists them.
async fn done(page: &Page) -> Result<String> {
    let script = "return [...document.querySelectorAll('.did li span')]
        .map((one) => one.textContent).join('; ');";
    let found = page.run(script).await?;
    Ok(found.as_str().context("no list of commands")?.to_owned())
}

/// Draws a line on the first pane, between two places given as parts of its width and height.
async fn draw(page: &Page, from: (f64, f64), to: (f64, f64)) -> Result<()> {
    let stage = page.wait_for(STAGE).await?;
    let (_, _, width, height) = stage.rectangle().await?;
    let place = |(x, y): (f64, f64)| PointerAction::MoveToElement {
        element: stage.clone(),
        duration: Some(Duration::from_millis(30)),
        x: ((x - 0.5) * width).round(),
        y: ((y - 0.5) * height).round(),
    };
    let button = MOUSE_BUTTON_LEFT;
    let mouse = MouseActions::new("mouse".to_owned())
        .then(place(from))
        .then(PointerAction::Down { button })
        .then(place(to))
        .then(PointerAction::Up { button });
    Ok(page.client.perform_actions(mouse).await?)
}

/// The run's fingerprint at its end; the cursor goes back to the start.
async fn outcome(page: &Page) -> Result<String> {
    page.click("#press-end").await?;
    page.wait_for_text("[data-time]", "00:20.000").await?;
    let print = lesson::fingerprint(page).await?;
    page.click("#press-start").await?;
    Ok(print)
}

#[tokio::test]
async fn a_node_is_crashed_by_keyboard_alone() -> Result<()> {
    visit("stage-by-keyboard", Visit::default(), async |page| {
        lesson::open_bare(page).await?;
        page.wait_for(".target").await?;
        tab_to(page, ".target").await?;
        press(page, [Key::Right.into()]).await?;
        let at = focus(page).await?.name;
        ensure!(at.contains("Node B"), "the arrow key goes to {at}");
        press(page, [Key::Enter.into()]).await?;
        page.wait_for_text("#inspector", "runs").await?;
        page.assert_accessible().await?;

        press(page, [Key::Delete.into()]).await?;
        page.wait_for_text("#inspector", "is down").await?;
        let after = focus(page).await?.name;
        ensure!(after.contains("Node B"), "the focus has gone to {after}");
        ensure!(done(page).await? == "crash B", "{}", done(page).await?);
        // Once more does nothing, and says why.
        press(page, [Key::Delete.into()]).await?;
        page.wait_for_text("#refused", "It is down.").await?;
        ensure!(done(page).await? == "crash B", "{}", done(page).await?);

        press(page, ['o']).await?;
        page.wait_for_text("#inspector", "runs").await?;
        press(page, [Key::Escape.into()]).await?;
        let open = "return document.querySelector('#inspector') !== null;";
        ensure!(page.run(open).await? == false, "Escape closes nothing");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_message_is_dropped_by_clicking_it() -> Result<()> {
    visit("stage-message", Visit::default(), async |page| {
        lesson::open(page, BULLY).await?;
        page.wait_for(".target").await?;
        // A message is named by its sender and a number.
        let message = ".target[data-target*='.']";
        let flies = format!("return document.querySelector({message:?})?.dataset.target ?? null;");
        let mut id = page.run(&flies).await?;
        for _ in 0..200 {
            if !id.is_null() {
                break;
            }
            page.click("#press-forward").await?;
            id = page.run(&flies).await?;
        }
        let id = id.as_str().context("no message is on its way")?.to_owned();
        page.click(message).await?;
        page.wait_for_text("#inspector", &id).await?;
        page.wait_for_text("#inspector", "arrives").await?;
        page.assert_accessible().await?;

        page.click("[data-deed='Drop']").await?;
        page.wait_for_text("#inspector", "lost").await?;
        ensure!(
            done(page).await? == format!("drop {id}"),
            "{}",
            done(page).await?
        );
        // What is lost cannot be lost again: the button is still there, and says so.
        page.click("[data-deed='Drop']").await?;
        page.wait_for_text("#refused", "It is lost already.")
            .await?;

        page.click(".did .undo").await?;
        page.wait_for_text("#inspector", "arrives").await?;
        page.click("[data-deed='Delay']").await?;
        ensure!(
            done(page).await?.starts_with(&format!("delay {id} ")),
            "{}",
            done(page).await?
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_partition_is_drawn_healed_and_taken_back() -> Result<()> {
    visit("stage-partition", Visit::default(), async |page| {
        lesson::open_bare(page).await?;
        page.wait_for(".target").await?;
        let whole = outcome(page).await?;

        page.click("#cut").await?;
        page.wait_for_text("#inspector", "Draw a line").await?;
        page.assert_accessible().await?;
        draw(page, (0.36, 0.1), (0.36, 0.9)).await?;
        page.wait_for("#heal").await?;
        ensure!(
            done(page).await? == "partition B|client,A",
            "{}",
            done(page).await?
        );
        page.assert_accessible().await?;
        ensure!(
            outcome(page).await? != whole,
            "the partition changes nothing"
        );

        page.click("#press-forward").await?;
        page.click("#heal").await?;
        ensure!(
            done(page).await? == "partition B|client,A; heal",
            "{}",
            done(page).await?
        );
        for _ in 0..2 {
            page.click(".did .undo").await?;
        }
        ensure!(
            outcome(page).await? == whole,
            "without the commands it is another run"
        );

        // The same without drawing.
        press(page, ['d']).await?;
        page.click(".sides label:nth-of-type(2)").await?;
        page.click("#divide").await?;
        ensure!(
            done(page).await? == "partition A|client,B",
            "{}",
            done(page).await?
        );
        Ok(())
    })
    .await
}
