//! The timeline: its marks are moved, rewritten and taken off; searches stop where they should.

use anyhow::{Result, ensure};
use faultline_e2e::{Page, Visit, visit};

use super::support::keyboard::{Key, is_on, press, tab_to};
use super::support::layout::assert_sound;
use super::support::lesson::{self, SHARDING, content, moment};

/// Presses the button, wherever its column is; it may still be loading.
async fn add_a_node(page: &Page) -> Result<()> {
    const BUTTON: &str = "[data-command='add [node]'] button";
    page.wait_for(BUTTON).await?;
    page.run(&format!("document.querySelector({BUTTON:?}).click()"))
        .await?;
    Ok(())
}

#[tokio::test]
async fn a_mark_is_moved_rewritten_and_removed_by_keyboard() -> Result<()> {
    visit("timeline", Visit::default(), async |page| {
        lesson::open_bare(page).await?;
        page.click("#press-end").await?;
        add_a_node(page).await?;
        page.wait_for(".mark").await?;
        page.click("#press-start").await?;
        page.click("#press-end").await?;
        let placed = moment(page).await?;
        let time = || content(page, ".did time");
        ensure!(time().await? == "00:20.000");

        // Moved by the arrow keys, it keeps the focus, and the run is another.
        tab_to(page, ".mark").await?;
        press(page, [Key::Left.into(), Key::Left.into()]).await?;
        page.wait_for_text(".did time", "00:19.800").await?;
        ensure!(is_on(page, ".mark").await?, "a moved mark loses the focus");
        let moved = moment(page).await?;
        ensure!(moved.fingerprint != placed.fingerprint, "the run stays");
        press(page, ['z', 'z']).await?;
        page.wait_for_text(".did time", "00:20.000").await?;
        ensure!(moment(page).await? == placed, "undone, it is another run");
        press(page, ['y', 'y']).await?;
        page.wait_for_text(".did time", "00:19.800").await?;
        ensure!(
            moment(page).await? == moved,
            "done again, it is another run"
        );

        // Rewritten: what is not a command is refused in words, and the form stays.
        tab_to(page, ".mark").await?;
        press(page, [Key::Enter.into()]).await?;
        page.wait_for(".mark-editor").await?;
        ensure!(is_on(page, "#mark-text").await?, "the form has no focus");
        assert_sound(page, ".transport", false, "with a mark's form").await?;
        page.assert_accessible().await?;
        press(page, "explode B\u{e007}".chars()).await?;
        page.wait_for_text(".mark-editor [role=alert]", "crash")
            .await?;
        let field = page.wait_for("#mark-text").await?;
        field.clear().await?;
        field.send_keys("crash B\u{e007}").await?;
        page.wait_for_text(".did span", "crash B").await?;
        ensure!(is_on(page, ".mark").await?, "a closed form leaves no focus");

        // What does nothing says why.
        press(page, [Key::Enter.into()]).await?;
        let field = page.wait_for("#mark-text").await?;
        field.clear().await?;
        field.send_keys("restart B\u{e007}").await?;
        page.wait_for(".mark.refused").await?;
        let name = page
            .run("return document.querySelector('.mark').getAttribute('aria-label');")
            .await?;
        let name = name.as_str().unwrap_or_default();
        ensure!(name.contains("did nothing: node B is up"), "{name}");

        press(page, [Key::Delete.into()]).await?;
        page.wait_for("body:not(:has(.mark))").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn marks_of_one_moment_are_reached_singly_also_on_a_phone() -> Result<()> {
    visit("timeline-phone", Visit::default(), async |page| {
        page.resize(360, 740).await?;
        lesson::open(page, SHARDING).await?;
        for _ in 0..3 {
            add_a_node(page).await?;
        }
        page.wait_for("li:nth-child(3) > .mark").await?;
        assert_sound(page, ".transport", false, "with three marks").await?;
        let covered = page
            .run(
                "return [...document.querySelectorAll('.mark')].filter((mark) => {
                    const box = mark.getBoundingClientRect();
                    const there = document.elementFromPoint(box.x + 12, box.y + 12);
                    return box.width < 24 || box.height < 24 || !mark.contains(there);
                }).length;",
            )
            .await?;
        ensure!(covered == 0, "{covered} marks cannot be reached");
        page.picture("timeline-phone").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_search_stops_where_it_holds_or_says_that_it_does_not() -> Result<()> {
    visit("until", Visit::default(), async |page| {
        lesson::open(page, SHARDING).await?;
        add_a_node(page).await?;
        press(page, ['u']).await?;
        page.wait_for("#until-what").await?;
        page.assert_accessible().await?;
        let metric = page.wait_for("#until-what").await?;
        metric.select_by_label("keys_moved").await?;
        let value = page.wait_for("#until-value").await?;
        value.send_keys("40\u{e007}").await?;
        page.wait_for_text("#until-found", "keys_moved is 40")
            .await?;
        lesson::expect(page, "modulo", &[("keys_moved", "40")]).await?;

        value.clear().await?;
        value.send_keys("5000\u{e007}").await?;
        page.wait_for_text("#until-found", "was reached without it")
            .await?;
        ensure!(lesson::time(page).await? == "00:20.000");
        press(page, [Key::Escape.into()]).await?;
        page.wait_for("body:not(:has(#until))").await?;
        ensure!(is_on(page, "#press-until").await?, "the focus is lost");

        // From one event of interest to the next, and back to the very same.
        page.click("#press-start").await?;
        page.click("#press-next").await?;
        lesson::rest(page).await?;
        let first = moment(page).await?;
        page.click("#press-next").await?;
        lesson::rest(page).await?;
        let second = moment(page).await?;
        ensure!(first.time < second.time, "{first:?} {second:?}");
        page.click("#press-previous").await?;
        ensure!(moment(page).await? == first, "back is elsewhere");
        Ok(())
    })
    .await
}
