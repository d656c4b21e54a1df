//! Whole lessons without a mouse: Tab, Enter, Space and the keys of the help.

use anyhow::{Result, ensure};
use faultline_e2e::{Page, Visit, visit};

use super::support::keyboard::{Key, focus, press, tab_to};
use super::support::lesson::{self, action, expect, guess};

/// Goes to a button with Tab and presses it; the focus must not get lost by that.
async fn use_button(page: &Page, selector: &str, key: char) -> Result<()> {
    tab_to(page, selector).await?;
    press(page, [key]).await?;
    let after = focus(page).await?;
    ensure!(
        !after.name.is_empty(),
        "after {selector} was pressed nothing has the focus"
    );
    Ok(())
}

async fn work(page: &Page, step: &str, predicted: Option<usize>, actions: &[usize]) -> Result<()> {
    if let Some(option) = predicted {
        use_button(page, &guess(step, option), ' ').await?;
    }
    for number in actions {
        use_button(page, &action(step, *number), Key::Enter.into()).await?;
        lesson::rest(page).await?;
    }
    page.wait_for(&format!("[data-step='{step}'].done")).await?;
    Ok(())
}

#[tokio::test]
async fn the_lesson_is_worked_by_keyboard() -> Result<()> {
    visit("by-keyboard", Visit::at_start(), async |page| {
        page.wait_for("#begin").await?;
        tab_to(page, "[data-lesson='05-sharding'] h3 a").await?;
        press(page, [Key::Enter.into()]).await?;
        lesson::shown(page).await?;
        // As fast as it goes.
        press(page, ['='; 12]).await?;

        work(page, "look-up", None, &[1]).await?;
        work(page, "add-node", Some(3), &[1]).await?;
        expect(page, "modulo", &[("moved_percent", "74.6")]).await?;
        expect(page, "free", &[("moved_percent", "24.6")]).await?;
        work(page, "remove-node", Some(1), &[1]).await?;
        work(page, "one-point", Some(3), &[1]).await?;
        work(page, "many-points", None, &[1]).await?;
        work(page, "crash", None, &[1, 2]).await?;
        work(page, "recover", Some(1), &[1]).await?;

        let status = lesson::content(page, "#said").await?;
        ensure!(
            status.ends_with("That was the last step."),
            "a screen reader hears {status:?}"
        );
        Ok(())
    })
    .await
}

/// From the first election to nine nodes, with a partition and its healing on the way.
#[tokio::test]
async fn the_election_is_worked_by_keyboard() -> Result<()> {
    visit("bully-by-keyboard", Visit::default(), async |page| {
        lesson::open(page, "#/09-bully").await?;
        press(page, ['='; 12]).await?;

        work(page, "boot", Some(3), &[1]).await?;
        expect(page, "free", &[("leader", "3"), ("followers", "3")]).await?;
        work(page, "kill", Some(2), &[1]).await?;
        expect(page, "free", &[("leader", "2"), ("leaders", "1")]).await?;
        work(page, "return", Some(2), &[1]).await?;
        work(page, "slow", Some(3), &[1]).await?;
        work(page, "patience", Some(3), &[1]).await?;
        expect(page, "free", &[("two_leaders_ms", "0")]).await?;
        work(page, "partition", Some(2), &[1]).await?;
        expect(page, "life", &[("leaders", "2")]).await?;
        expect(page, "free", &[("leaders", "2")]).await?;
        let words = lesson::content(page, "[data-pane='free'] .words").await?;
        ensure!(
            words.contains("The network is split: Node 1 and Node 2 / Node 3."),
            "the picture in words is {words:?}"
        );
        work(page, "heal", Some(2), &[1]).await?;
        expect(page, "life", &[("leaders", "2")]).await?;
        expect(page, "free", &[("leaders", "1"), ("leader", "3")]).await?;
        work(page, "cost", Some(3), &[1]).await?;
        expect(page, "free", &[("leader", "8"), ("followers", "8")]).await?;
        Ok(())
    })
    .await
}
