//! The page comes up, from wherever it is hosted.

use anyhow::Result;
use faultline_e2e::{Visit, visit};

#[tokio::test]
async fn the_page_comes_up() -> Result<()> {
    visit("comes-up", Visit::at_start(), async |page| {
        page.wait_for("#app:not(:has(#starting)) h1").await?;
        page.assert_accessible().await
    })
    .await
}

#[tokio::test]
async fn the_page_comes_up_in_a_folder_of_its_host() -> Result<()> {
    let in_a_folder = Visit {
        base: "/faultline/",
        ..Visit::at_start()
    };
    visit("comes-up-in-a-folder", in_a_folder, async |page| {
        page.wait_for("#app:not(:has(#starting)) h1").await?;
        Ok(())
    })
    .await
}
