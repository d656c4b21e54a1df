//! The keyboard: every control is reached, hot-keys work, and dialogs give the focus back.

use std::time::Duration;

use anyhow::{Result, ensure};
use faultline_e2e::{Visit, visit};
use tokio::time::sleep;

use super::support::keyboard::{self, Key, is_on, press, tab_to};
use super::support::lesson::{self, SHARDING};

#[tokio::test]
async fn every_control_is_reached_and_dialogs_give_the_focus_back() -> Result<()> {
    visit("keyboard-round", Visit::default(), async |page| {
        lesson::open(page, SHARDING).await?;
        // Once round: every stop is seen, and every kind of control is among them.
        for control in [
            ".skip",
            ".logo",
            "#help",
            "#share",
            "#theme",
            "#press-play",
            "#press-forward",
            "#speed",
            "#scrub",
            "#param-virtual_nodes",
            "[name='param-transfer']",
            "[data-command='add [node]'] button",
            ".faults summary",
            "#seed",
        ] {
            tab_to(page, control).await?;
        }

        // The keys of the help do what it says.
        let before = lesson::time(page).await?;
        tab_to(page, "#press-end").await?;
        press(page, ['k']).await?;
        ensure!(lesson::plays(page).await?, "K does not play");
        sleep(Duration::from_millis(500)).await;
        press(page, ['k']).await?;
        lesson::rest(page).await?;
        ensure!(lesson::time(page).await? != before, "time did not run");

        for (button, dialog) in [("#help", "#help-dialog"), ("#share", "#share-dialog")] {
            for close in ["Escape", "the button"] {
                tab_to(page, button).await?;
                press(page, [Key::Enter.into()]).await?;
                page.wait_for(&format!("{dialog}[open]")).await?;
                if close == "Escape" {
                    press(page, [Key::Escape.into()]).await?;
                } else {
                    tab_to(page, &format!("{dialog} [aria-label='Close']")).await?;
                    press(page, [' ']).await?;
                }
                page.wait_for(&format!("body:not(:has({dialog}))")).await?;
                ensure!(
                    is_on(page, button).await?,
                    "closed by {close}, {dialog} leaves the focus on {:?}, not on {button}",
                    keyboard::focus(page).await?.name
                );
            }
        }
        Ok(())
    })
    .await
}
