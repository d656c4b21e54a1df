//! The whole sharding lesson by mouse, with the figures that come out of it.

use anyhow::{Result, ensure};
use faultline_e2e::{Page, Visit, visit};

use super::support::lesson::{self, SHARDING, action, expect, guess, headline};

/// Works a step: predicts if it asks for that, does what it says, and finds it ticked.
async fn work(page: &Page, step: &str, predicted: Option<usize>, actions: &[usize]) -> Result<()> {
    ensure!(
        !lesson::is_done(page, step).await?,
        "{step} is ticked before it was worked"
    );
    if let Some(option) = predicted {
        let early = page
            .run(&format!(
                "return document.querySelector(\"{}\");",
                action(step, 1)
            ))
            .await?;
        ensure!(early.is_null(), "{step} can be done without its prediction");
        page.click(&guess(step, option)).await?;
    }
    for number in actions {
        page.click(&action(step, *number)).await?;
        lesson::rest(page).await?;
    }
    page.wait_for(&format!("[data-step='{step}'].done")).await?;
    page.assert_accessible().await
}

#[tokio::test]
async fn the_lesson_is_worked_by_mouse() -> Result<()> {
    visit("by-mouse", Visit::default(), async |page| {
        lesson::open(page, SHARDING).await?;
        lesson::hurry(page).await?;

        work(page, "look-up", None, &[1]).await?;
        // So far Node C has joined, before the lesson opened.
        expect(
            page,
            "modulo",
            &[("lookup_node", "B"), ("keys_moved", "672")],
        )
        .await?;
        expect(page, "free", &[("lookup_node", "B"), ("keys_moved", "391")]).await?;

        work(page, "add-node", Some(3), &[1]).await?;
        let modulo = [
            ("keys_moved", "746"),
            ("moved_percent", "74.6"),
            ("moved_expected_percent", "75"),
            ("node.A.keys", "230"),
            ("node.B.keys", "262"),
            ("node.C.keys", "257"),
            ("node.D.keys", "251"),
        ];
        expect(page, "modulo", &modulo).await?;
        let ring = [
            ("keys_moved", "246"),
            ("moved_percent", "24.6"),
            ("moved_expected_percent", "25"),
            ("node.A.keys", "273"),
            ("node.B.keys", "200"),
            ("node.C.keys", "281"),
            ("node.D.keys", "246"),
        ];
        expect(page, "free", &ring).await?;
        let said = |moved: &str, detail: &str| (format!("{moved} % moved"), detail.to_owned());
        let modulo = headline(page, "modulo").await?;
        ensure!(
            modulo == said("74.6", "746 of 1,000 · expected 75.0 %"),
            "the headline of modulo is {modulo:?}"
        );
        let ring = headline(page, "free").await?;
        ensure!(
            ring == said("24.6", "246 of 1,000 · expected 25.0 %"),
            "the headline of the ring is {ring:?}"
        );
        let verdict = page.text("[data-step='add-node'] .verdict").await?;
        ensure!(
            verdict.starts_with("You called it."),
            "three in four was right, but: {verdict}"
        );

        work(page, "remove-node", Some(2), &[1]).await?;
        // Back to where every key was before.
        let before = [
            ("node.A.keys", "330"),
            ("node.B.keys", "279"),
            ("node.C.keys", "391"),
            ("node.D.keys", "0"),
        ];
        expect(page, "free", &before).await?;
        let verdict = page.text("[data-step='remove-node'] .verdict").await?;
        ensure!(
            verdict.starts_with("It is Back to where each of them was."),
            "the neighbour was wrong, but: {verdict}"
        );

        work(page, "one-point", Some(3), &[1]).await?;
        work(page, "many-points", None, &[1]).await?;
        work(page, "crash", None, &[1, 2]).await?;
        work(page, "recover", Some(1), &[1]).await?;
        for pane in ["modulo", "free"] {
            expect(page, pane, &[("keys_misplaced", "0"), ("keys_lost", "0")]).await?;
        }

        // The course page knows, also after the page was closed.
        page.open("").await?;
        page.wait_for_text("[data-lesson='05-sharding']", "done")
            .await?;
        page.assert_accessible().await?;
        lesson::open(page, SHARDING).await?;
        ensure!(
            lesson::is_done(page, "recover").await?,
            "the page has forgotten what was done"
        );
        Ok(())
    })
    .await
}
