//! Dialogs, and what opens within the page, in the dark theme.

use anyhow::{Result, ensure};
use faultline_e2e::{Visit, visit};

use super::support::layout;
use super::support::lesson::{self, SHARDING};

#[tokio::test]
async fn dialogs_and_the_dark_theme_are_accessible() -> Result<()> {
    let dark = Visit {
        dark: true,
        ..Visit::at_start()
    };
    visit("dark", dark, async |page| {
        page.wait_for("#begin").await?;
        page.assert_accessible().await?;
        lesson::open(page, SHARDING).await?;
        ensure!(
            page.run("return document.documentElement.dataset.theme")
                .await?
                == "dark",
            "the page is not dark"
        );
        page.click(".faults summary").await?;
        for summary in ["[data-pane='modulo'] summary", "[data-pane='free'] summary"] {
            page.click(summary).await?;
        }
        page.assert_accessible().await?;
        for (button, dialog) in [("#help", "#help-dialog"), ("#share", "#share-dialog")] {
            page.click(button).await?;
            page.wait_for(&format!("{dialog}[open]")).await?;
            page.assert_accessible().await?;
            layout::assert_sound(page, dialog, false, dialog).await?;
            page.click(&format!("{dialog} [aria-label='Close']"))
                .await?;
        }
        Ok(())
    })
    .await
}
