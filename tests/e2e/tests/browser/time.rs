//! Time: it runs, rests, goes back exactly, and can be dragged anywhere.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::fantoccini::actions::{
    InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use faultline_e2e::{Page, Visit, visit};
use tokio::time::sleep;

use super::support::keyboard::press;
use super::support::lesson::{self, SHARDING, action, moment};

/// Drags the slider of time from one part of its length to another, each between 0 and 1.
async fn drag(page: &Page, from: f64, to: f64) -> Result<()> {
    let scrub = page.wait_for("#scrub").await?;
    let (_, _, width, _) = scrub.rectangle().await?;
    let place = |part: f64| PointerAction::MoveToElement {
        element: scrub.clone(),
        duration: Some(Duration::from_millis(30)),
        x: ((part - 0.5) * (width - 4.0)).round(),
        y: 0.0,
    };
    let mouse = MouseActions::new("mouse".to_owned())
        .then(place(from))
        .then(PointerAction::Down {
            button: MOUSE_BUTTON_LEFT,
        })
        .then(place(to))
        .then(PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        });
    Ok(page.client.perform_actions(mouse).await?)
}

#[tokio::test]
async fn ten_events_forward_and_back_are_the_same_moment() -> Result<()> {
    visit("time", Visit::default(), async |page| {
        lesson::open(page, SHARDING).await?;
        page.click("#press-play").await?;
        sleep(Duration::from_millis(400)).await;
        ensure!(lesson::plays(page).await?, "Play does not play");
        page.click("#press-play").await?;
        lesson::rest(page).await?;
        let rested = lesson::time(page).await?;
        ensure!(rested.as_str() > "00:02.050", "time stands at {rested}");

        // In the middle of a move of keys, where each event shows.
        lesson::hurry(page).await?;
        page.click(&action("look-up", 1)).await?;
        lesson::rest(page).await?;
        press(page, ['a']).await?;
        let held = lesson::content(page, "#said").await?;
        ensure!(
            held.contains("Predict first"),
            "a prediction was skipped: {held}"
        );
        page.run("document.querySelector(\"[data-command='add [node]'] button\").scrollIntoView()")
            .await?;
        page.click("[data-command='add [node]'] button").await?;
        page.run("document.activeElement.blur()").await?;
        // How many events come first depends on where Play was left.
        let mut tries = 0;
        while lesson::headline(page, "modulo").await?.0.starts_with("0.0") {
            press(page, ['.'; 10]).await?;
            tries += 1;
            ensure!(tries < 30, "no key has moved in {tries} times ten events");
        }
        let before = moment(page).await?;
        let mut all = vec![before.clone()];
        for _ in 0..10 {
            page.click("#press-forward").await?;
            all.push(moment(page).await?);
        }
        for passed in all.iter().rev().skip(1) {
            page.click("#press-back").await?;
            let back = moment(page).await?;
            ensure!(
                back == *passed,
                "forward it was {passed:?}\nback it is {back:?}"
            );
        }
        let prints: std::collections::BTreeSet<_> =
            all.iter().map(|one| &one.fingerprint).collect();
        ensure!(
            prints.len() == 11,
            "eleven moments have {} fingerprints",
            prints.len()
        );
        let pictures: std::collections::BTreeSet<_> =
            all.iter().flat_map(|one| &one.pictures).collect();
        ensure!(pictures.len() > 2, "nothing on the stage has changed");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_slider_goes_anywhere_and_back() -> Result<()> {
    visit("scrub", Visit::default(), async |page| {
        lesson::open(page, SHARDING).await?;
        lesson::hurry(page).await?;
        page.click("[data-command='add [node]'] button").await?;
        drag(page, 1.0, 0.0).await?;
        let start = moment(page).await?;
        ensure!(start.time == "00:00.000", "the left end is {}", start.time);

        drag(page, 0.0, 0.02).await?;
        let middle = moment(page).await?;
        drag(page, 0.02, 1.0).await?;
        lesson::rest(page).await?;
        let end = moment(page).await?;
        ensure!(end.time == "00:20.000", "the right end is {}", end.time);
        ensure!(
            end.pictures != middle.pictures,
            "the same picture at the end"
        );

        drag(page, 1.0, 0.02).await?;
        let again = moment(page).await?;
        ensure!(again == middle, "first {middle:?}\nthen {again:?}");
        page.click("#press-start").await?;
        ensure!(moment(page).await? == start, "the start is not the start");
        page.click("#press-end").await?;
        ensure!(moment(page).await? == end, "the end is not the end");

        // The address bar has it.
        let address = lesson::address(page).await?;
        let (_, part) = address.split_once('#').context("no fragment")?;
        lesson::open(page, &format!("#{part}")).await?;
        let opened = moment(page).await?;
        ensure!(opened == end, "{address} opens as {opened:?}, not {end:?}");

        // Another parameter is another run; taken back, it is this one.
        lesson::set(page, "virtual_nodes", "1").await?;
        let other = moment(page).await?;
        ensure!(other.time == end.time, "time has moved to {}", other.time);
        ensure!(
            other.fingerprint != end.fingerprint,
            "nothing was run again"
        );
        ensure!(other.pictures[1] != end.pictures[1], "the ring is the same");
        // In the field the letter would be a letter.
        page.run("document.activeElement.blur()").await?;
        press(page, ['z']).await?;
        ensure!(moment(page).await? == end, "undone, it is another run");
        press(page, ['y']).await?;
        ensure!(
            moment(page).await? == other,
            "done again, it is another run"
        );

        // A value that is not allowed is refused in words, and the run stays.
        lesson::set(page, "virtual_nodes", "5000").await?;
        page.wait_for_text("[data-param='virtual_nodes'] .fault", "1000")
            .await?;
        ensure!(
            moment(page).await? == other,
            "a refused value has changed the run"
        );

        // Taken off the timeline, a command is undone, and with it what it did.
        page.click(".did li:last-child .undo").await?;
        lesson::expect(page, "modulo", &[("keys_moved", "672")]).await?;
        Ok(())
    })
    .await
}
