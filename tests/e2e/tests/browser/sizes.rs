//! Every size of screen: nothing too wide, nothing cut off, everything in reach.

use anyhow::{Result, ensure};
use faultline_e2e::{Page, Visit, visit};
use serde_json::json;
use tokio::time::{Duration, Instant, sleep};

use super::support::layout::assert_sound;
use super::support::lesson::{self, SHARDING, action, guess};

/// Widths and heights in CSS pixels, and whether fingers are used.
const SIZES: [(u32, u32, bool); 5] = [
    (360, 740, true),
    (390, 844, true),
    (900, 1000, true),
    (1440, 900, false),
    (2560, 1440, false),
];

/// How long the page may take to come to rest at another size.
const PATIENCE: Duration = Duration::from_secs(2);

/// Makes the screen this large, with fingers or a mouse.
async fn screen(page: &Page, width: u32, height: u32, touch: bool) -> Result<()> {
    page.devtools(
        "Emulation.setTouchEmulationEnabled",
        json!({ "enabled": touch }),
    )
    .await?;
    page.resize(width, height).await
}

/// Looks at the page as it is, and keeps a picture of what is wrong.
async fn look(page: &Page, part: &str, touch: bool, name: &str) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let start = Instant::now();
    while let Err(error) = assert_sound(page, part, touch, name).await {
        if start.elapsed() > PATIENCE {
            faults.push(error.to_string());
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    if let Err(error) = page.assert_accessible().await {
        faults.push(format!("{name}: {error}"));
    }
    if !faults.is_empty() {
        page.picture(&format!("e2e-{name}")).await?;
    }
    Ok(faults)
}

/// Fails if the page as a whole scrolls: on a wide screen only a lesson's columns do.
async fn assert_at_rest(page: &Page) -> Result<()> {
    let found = page
        .run(
            "const root = document.documentElement;
            return [scrollY, root.scrollHeight - root.clientHeight];",
        )
        .await?;
    ensure!(
        found == json!([0, 0]),
        "the page is scrolled by, and could be scrolled by: {found}"
    );
    Ok(())
}

#[tokio::test]
async fn the_page_fits_every_screen() -> Result<()> {
    // Without motion, so that what is looked at does not move.
    let still = Visit {
        still: true,
        ..Visit::at_start()
    };
    visit("sizes", still, async |page| {
        let mut faults = Vec::new();
        page.wait_for("#begin").await?;
        for (width, height, touch) in SIZES {
            screen(page, width, height, touch).await?;
            faults.extend(look(page, "body", touch, &format!("course-{width}")).await?);
        }
        lesson::open(page, SHARDING).await?;
        for (width, height, touch) in SIZES {
            screen(page, width, height, touch).await?;
            faults.extend(look(page, ".lesson", touch, &format!("opened-{width}")).await?);
        }
        // The lesson with something done: predictions, marks on the timeline, full tables.
        lesson::hurry(page).await?;
        page.click(&action("look-up", 1)).await?;
        lesson::rest(page).await?;
        page.click(&guess("add-node", 3)).await?;
        page.click(&action("add-node", 1)).await?;
        lesson::rest(page).await?;
        for (width, height, touch) in SIZES {
            screen(page, width, height, touch).await?;
            faults.extend(look(page, ".lesson", touch, &format!("lesson-{width}")).await?);
            if width >= 720
                && let Err(error) = assert_at_rest(page).await
            {
                faults.push(format!("{width}: {error}"));
            }
            if width < 720 {
                page.click("#sheet").await?;
                faults.extend(look(page, "#prose", touch, &format!("sheet-{width}")).await?);
                page.click("#sheet").await?;
                // Above the bar of time, as a reader scrolls it.
                page.run(
                    "document.querySelector('.side-tabs').scrollIntoView({ block: 'center' });",
                )
                .await?;
                page.click(".side-tabs button:last-child").await?;
                faults.extend(look(page, "#side", touch, &format!("measured-{width}")).await?);
                page.click(".side-tabs button:first-child").await?;
            } else if width <= 1100 {
                page.click("#drawer").await?;
                faults.extend(look(page, "#side", touch, &format!("drawer-{width}")).await?);
                page.click("#drawer").await?;
            }
        }
        ensure!(faults.is_empty(), "{}", faults.join("\n"));
        Ok(())
    })
    .await
}
