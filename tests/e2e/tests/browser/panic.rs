//! The program fails: the page says so and keeps the run.

use anyhow::{Result, ensure};
use faultline_e2e::{Visit, visit};

use super::support::layout;
use super::support::lesson::{self, SHARDING};

#[tokio::test]
async fn a_failed_program_leaves_a_page_with_the_run() -> Result<()> {
    visit("panic", Visit::default(), async |page| {
        lesson::open(page, SHARDING).await?;
        for _ in 0..5 {
            page.click("#press-forward").await?;
        }
        let before = lesson::moment(page).await?;
        let address = lesson::address(page).await?;
        // What a browser extension may do: it takes an element out from under the program, which
        // then wants to put another one before it.
        page.run("document.querySelector('.faults').remove();")
            .await?;
        page.click("[data-command='lookup <key>'] button").await?;
        page.wait_for("#panic").await?;
        let said = page.console().await?;
        ensure!(
            said.iter().any(|line| line.contains("panicked")),
            "{said:?}"
        );
        page.assert_accessible().await?;
        layout::assert_sound(page, "body", false, "the panic page").await?;
        let link = page
            .run("return document.querySelector('#panic input').value;")
            .await?;
        ensure!(link == address, "it keeps {link}, not {address}");
        page.click("#panic button").await?;
        lesson::shown(page).await?;
        let after = lesson::moment(page).await?;
        ensure!(after == before, "before {before:?}, opened again {after:?}");
        Ok(())
    })
    .await
}
