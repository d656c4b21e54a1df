//! Commands as buttons: what stands in their fields is what happens.

use anyhow::{Result, ensure};
use faultline_e2e::{Page, Visit, visit};

use super::support::lesson::{self, SHARDING};

/// The commands on the timeline, after the one with which the lesson opens.
async fn done(page: &Page) -> Result<Vec<String>> {
    let found = page
        .run("return [...document.querySelectorAll('.did li span')].map((one) => one.textContent);")
        .await?;
    let mut all: Vec<String> = serde_json::from_value(found)?;
    ensure!(
        all.first().is_some_and(|first| first == "add"),
        "the lesson's own command is gone: {all:?}"
    );
    all.remove(0);
    Ok(all)
}

#[tokio::test]
async fn a_command_does_what_its_fields_show() -> Result<()> {
    visit("commands", Visit::default(), async |page| {
        lesson::open(page, SHARDING).await?;
        page.click(".faults summary").await?;
        for (usage, word) in [("remove <node>", "remove"), ("crash <node>", "crash")] {
            let form = format!("[data-command='{usage}']");
            let shown = page
                .run(&format!(
                    "return document.querySelector(\"{form} select\").value;"
                ))
                .await?;
            page.click(&format!("{form} button")).await?;
            let did = done(page).await?;
            let wanted = format!("{word} {}", shown.as_str().unwrap_or_default());
            ensure!(
                did == [wanted.as_str()],
                "the list says {wanted:?}, what happens is {did:?}"
            );
            page.click(".did li:last-child .undo").await?;
            ensure!(done(page).await?.is_empty(), "{wanted} is not taken back");
        }

        // Chosen, it is what was chosen.
        let list = page
            .wait_for("[data-command='crash <node>'] select")
            .await?;
        list.select_by_label("B").await?;
        page.click("[data-command='crash <node>'] button").await?;
        ensure!(done(page).await? == ["crash B"], "{:?}", done(page).await?);

        // Typed and sent by Enter; hostile text is text.
        let key = page.wait_for("[data-command='lookup <key>'] input").await?;
        key.send_keys("<b>x</b>\n").await?;
        page.wait_for_text("[data-pane='free'] .figure-row", "home of <b>x</b>")
            .await?;

        // Refused in words, and nothing is placed.
        let before = done(page).await?;
        key.clear().await?;
        page.click("[data-command='lookup <key>'] button").await?;
        let refused = page.text("#refused").await?;
        ensure!(refused.contains("lookup"), "it is refused with {refused:?}");
        ensure!(done(page).await? == before, "a refused command was placed");
        Ok(())
    })
    .await
}
