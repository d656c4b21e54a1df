//! Beneath the stage: the space-time diagram and the log, linked with each other, and what is
//! changed in the diagram changes the run.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::fantoccini::actions::{
    InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use faultline_e2e::{Page, Visit, visit};
use tokio::time::sleep;

use super::support::keyboard::{Key, press};
use super::support::lesson::{self, SHARDING, action};
use super::support::pixels;

/// A screen with room for the dock, which is open at first then.
const ROOMY: Visit = Visit {
    folder: None,
    base: "/",
    size: (1440, 900),
    dark: false,
    still: false,
    at_start: false,
    keeps: false,
};

/// Pixels across the diagram between two places where an arrow's head is looked for.
const FIND_HEAD: &str = "
    const canvas = document.getElementById('space-time');
    const tip = document.querySelector('.tip');
    const box = canvas.getBoundingClientRect();
    for (let y = 30; y < box.height - 30; y += 4) {
        for (let x = 60; x < box.width - 120; x += 4) {
            canvas.dispatchEvent(new PointerEvent('pointermove', {
                bubbles: true, pointerId: 1, pointerType: 'mouse',
                clientX: box.left + x, clientY: box.top + y,
            }));
            if (canvas.style.cursor === 'ew-resize' && tip.textContent.includes(' from ')) {
                return [x - box.width / 2, y - box.height / 2];
            }
        }
    }
    return null;";

/// Opens the lesson with the diagram of the first look-ups, near enough to take hold of them.
async fn open(page: &Page) -> Result<()> {
    lesson::open(page, SHARDING).await?;
    page.wait_for("#space-time").await?;
    lesson::hurry(page).await?;
    page.click(&action("look-up", 1)).await?;
    lesson::rest(page).await?;
    for _ in 0..4 {
        page.click("#st-closer").await?;
    }
    ensure!(
        pixels::painted(page, "#space-time").await?,
        "the diagram stays blank"
    );
    Ok(())
}

/// The commands on the timeline.
async fn commands(page: &Page) -> Result<String> {
    let script = "return [...document.querySelectorAll('.did li span')]
        .map((one) => one.textContent).join('; ');";
    let found = page.run(script).await?;
    Ok(found.as_str().unwrap_or_default().to_owned())
}

/// Waits until the commands contain a word, or do not.
async fn until(page: &Page, word: &str, there: bool) -> Result<()> {
    for _ in 0..100 {
        if commands(page).await?.contains(word) == there {
            return Ok(());
        }
        sleep(Duration::from_millis(30)).await;
    }
    anyhow::bail!(
        "{word:?} among the commands should be {there}, but they are: {}",
        commands(page).await?
    )
}

/// Undoes the last change, wherever the focus is.
async fn undo(page: &Page) -> Result<()> {
    page.run("document.activeElement.blur()").await?;
    press(page, ['z']).await
}

#[tokio::test]
async fn an_arrow_dragged_later_is_a_message_delayed() -> Result<()> {
    visit("dock-drag", ROOMY, async |page| {
        open(page).await?;
        let before = lesson::moment(page).await?;
        let place = page.run(FIND_HEAD).await?;
        let at = |index: usize| place[index].as_f64().context("no arrow has a head");
        let (x, y) = (at(0)?.round(), at(1)?.round());
        let canvas = page.wait_for("#space-time").await?;
        let there = |x: f64, y: f64| PointerAction::MoveToElement {
            element: canvas.clone(),
            duration: Some(Duration::from_millis(40)),
            x,
            y,
        };
        let hold = |to: (f64, f64)| {
            MouseActions::new("mouse".to_owned())
                .then(there(x, y))
                .then(PointerAction::Down {
                    button: MOUSE_BUTTON_LEFT,
                })
                .then(there(to.0 / 2.0 + x / 2.0, to.1 / 2.0 + y / 2.0))
                .then(there(to.0, to.1))
                .then(PointerAction::Up {
                    button: MOUSE_BUTTON_LEFT,
                })
        };
        page.client.perform_actions(hold((x + 70.0, y))).await?;
        until(page, "delay ", true).await?;
        let late = lesson::moment(page).await?;
        ensure!(late.time == before.time, "time has moved to {}", late.time);
        ensure!(
            late.fingerprint != before.fingerprint,
            "the future is not computed again"
        );
        page.assert_accessible().await?;
        undo(page).await?;
        until(page, "delay ", false).await?;
        ensure!(
            lesson::moment(page).await? == before,
            "undone, it is another run"
        );

        // Torn off its lane it is lost.
        page.client
            .perform_actions(hold((x - 4.0, y + 60.0)))
            .await?;
        until(page, "drop ", true).await?;
        undo(page).await?;
        until(page, "drop ", false).await?;
        ensure!(
            lesson::moment(page).await? == before,
            "undone, it is another run"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_keys_do_what_a_hand_does() -> Result<()> {
    visit("dock-keys", ROOMY, async |page| {
        open(page).await?;
        let before = lesson::moment(page).await?;
        page.run("document.getElementById('space-time').focus()")
            .await?;
        press(page, [Key::Left.into()]).await?;
        page.wait_for("#st-delay").await?;
        page.wait_for_text("#said", "from").await?;

        let keys = [
            (Key::Right.into(), true),
            (Key::Delete.into(), false),
            ('c', false),
        ];
        for ((key, shift), word) in keys.into_iter().zip(["delay ", "drop ", "duplicate "]) {
            page.run("document.getElementById('space-time').focus()")
                .await?;
            if shift {
                support_shift(page, key).await?;
            } else {
                press(page, [key]).await?;
            }
            until(page, word, true).await?;
            ensure!(
                lesson::fingerprint(page).await? != before.fingerprint,
                "{word} changes nothing"
            );
            undo(page).await?;
            until(page, word, false).await?;
            ensure!(
                lesson::moment(page).await? == before,
                "{word} undone, it is another run"
            );
        }

        // By the form, with a time typed in.
        page.click("#st-delay").await?;
        let field = page.wait_for("#st-later").await?;
        page.run("document.getElementById('st-later').select()")
            .await?;
        field.send_keys("25ms\n").await?;
        until(page, " 25ms", true).await?;

        // The command itself can be moved and taken away.
        page.run("document.getElementById('space-time').focus()")
            .await?;
        press(page, [Key::Left.into()]).await?;
        Ok(())
    })
    .await
}

/// Presses a key with Shift held.
async fn support_shift(page: &Page, key: char) -> Result<()> {
    use faultline_e2e::fantoccini::actions::{KeyAction, KeyActions};
    let shift: char = Key::Shift.into();
    let actions = KeyActions::new("keyboard".to_owned())
        .then(KeyAction::Down { value: shift })
        .then(KeyAction::Down { value: key })
        .then(KeyAction::Up { value: key })
        .then(KeyAction::Up { value: shift });
    Ok(page.client.perform_actions(actions).await?)
}

/// The number of the row that is looked at, and the text of one of its cells.
async fn current(page: &Page, class: &str) -> Result<(String, String)> {
    let script = format!(
        "const row = document.querySelector('.log-row[aria-selected=\"true\"]');
        return row && [row.dataset.id, row.querySelector('.{class}').textContent];"
    );
    page.wait_for(".log-row[aria-selected='true']").await?;
    let found = page.run(&script).await?;
    let text = |index: usize| found[index].as_str().map(str::to_owned);
    Ok((
        text(0).context("no row is looked at")?,
        text(1).context("the row has no such cell")?,
    ))
}

#[tokio::test]
async fn the_log_is_searched_and_linked_with_the_diagram() -> Result<()> {
    visit("dock-log", ROOMY, async |page| {
        open(page).await?;
        page.click("#tab-log").await?;
        page.wait_for("#log-body").await?;
        page.assert_accessible().await?;

        let field = page.wait_for("#log-search").await?;
        field.send_keys("user_123").await?;
        page.wait_for_text(".log-found", "found").await?;
        field.send_keys("\n").await?;
        page.wait_for_text(".log-found", "1 of").await?;
        page.wait_for(".log-row[aria-selected='true'] mark").await?;

        // A message looked at here is looked at in the diagram.
        page.client
            .execute("document.getElementById('log-search').value = '';", Vec::new())
            .await?;
        field.send_keys("x\u{e003}").await?;
        page.run("document.getElementById('log-kind').selectedIndex = 1;
            document.getElementById('log-kind').dispatchEvent(new Event('change', { bubbles: true }));")
            .await?;
        page.run("document.getElementById('log-body').focus()").await?;
        press(page, [Key::End.into(), Key::Up.into()]).await?;
        let (_, message) = current(page, "log-message").await?;
        let (id, _) = message.split_once(' ').context("no message's name")?;
        page.click("#tab-space-time").await?;
        page.wait_for_text(".st-name", id).await?;

        // And the other way.
        page.run("document.getElementById('space-time').focus()").await?;
        press(page, [Key::Left.into()]).await?;
        sleep(Duration::from_millis(200)).await;
        let name = page.text(".st-name").await?;
        page.click("#tab-log").await?;
        let (_, message) = current(page, "log-message").await?;
        let (id, _) = message.split_once(' ').context("no message's name")?;
        ensure!(name.contains(id), "{name} is selected, the log is at {message}");
        page.wait_for(".log-row.linked").await?;

        // Causes can be followed, and a moment gone to.
        page.run("document.getElementById('log-body').focus()").await?;
        press(page, [Key::End.into()]).await?;
        let (_, cause) = current(page, "log-cause").await?;
        press(page, ['c']).await?;
        sleep(Duration::from_millis(200)).await;
        let (row, time) = current(page, "log-time").await?;
        ensure!(cause.ends_with(&row), "the cause {cause} is not {row}");
        press(page, [Key::Enter.into()]).await?;
        sleep(Duration::from_millis(300)).await;
        let now = lesson::time(page).await?;
        ensure!(time.starts_with(&now), "sent to {time}, time is {now}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn height_and_choice_are_remembered() -> Result<()> {
    visit("dock-kept", ROOMY, async |page| {
        lesson::open(page, SHARDING).await?;
        page.wait_for("#space-time").await?;
        let height = async || -> Result<f64> {
            let script = "return document.getElementById('dock-content').offsetHeight;";
            Ok(page.run(script).await?.as_f64().unwrap_or_default())
        };
        let first = height().await?;
        page.run("document.getElementById('dock-edge').focus()")
            .await?;
        press(page, [Key::Up.into(), Key::Up.into()]).await?;
        let higher = height().await?;
        ensure!(higher >= first + 40.0, "{first} became {higher}");
        lesson::open(page, SHARDING).await?;
        page.wait_for("#space-time").await?;
        let again = height().await?;
        ensure!((again - higher).abs() < 2.0, "{higher} is now {again}");

        page.click("#tab-space-time").await?;
        page.wait_for(".dock:not(.open)").await?;
        lesson::open(page, SHARDING).await?;
        page.wait_for(".dock:not(.open)").await?;
        press(page, ['l']).await?;
        page.wait_for("#log-body").await?;
        press(page, ['l']).await?;
        page.wait_for(".dock:not(.open)").await?;
        Ok(())
    })
    .await
}
