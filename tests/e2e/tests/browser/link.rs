//! A run's link: what it holds opens the same everywhere.

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::{Page, Visit, visit};
use serde_json::Value;

use super::support::cli::faultline;
use super::support::lesson::{self, Moment, SHARDING};
use super::support::run::{make_a_run, shared};

/// Runs a link again by the command line.
pub(super) fn replay(link: &str) -> Result<Value> {
    serde_json::from_str(&faultline(&["replay", link])?).context("what faultline printed")
}

/// Every figure that the table of measurements shows.
async fn figures(page: &Page) -> Result<Value> {
    page.run(
        "return [...document.querySelectorAll('td[data-metric]')].map((cell) =>
            [cell.dataset.pane, cell.dataset.metric, cell.textContent.trim()]);",
    )
    .await
}

#[tokio::test]
async fn a_link_is_the_run_everywhere() -> Result<()> {
    let mut there: Option<(String, Moment, Value)> = None;
    visit("link-made", Visit::default(), async |page| {
        make_a_run(page).await?;
        let moment = lesson::moment(page).await?;
        let link = shared(page).await?;
        let fingerprint = lesson::content(page, "[data-fingerprint='shared']").await?;
        ensure!(
            fingerprint == moment.fingerprint,
            "the dialog has {fingerprint}"
        );
        let address = lesson::address(page).await?;
        ensure!(
            address == link,
            "the address bar has {address}, the link is {link}"
        );
        there = Some((link, moment, figures(page).await?));
        Ok(())
    })
    .await?;
    let (link, moment, figures_there) = there.context("no link")?;

    // The command line: natively, the same fingerprint and figures.
    let native = replay(&link)?;
    ensure!(
        native["fingerprint"] == moment.fingerprint.as_str(),
        "the page has {}, faultline replay {link} has {}",
        moment.fingerprint,
        native["fingerprint"]
    );
    let panes = native["panes"].as_array().context("no panes")?;
    for pane in panes {
        let metrics = &pane["metrics"];
        for row in figures_there.as_array().context("no figures")? {
            if row[0] != pane["pane"] {
                continue;
            }
            let name = row[1].as_str().unwrap_or_default();
            let shown = row[2].as_str().unwrap_or_default();
            let same = match &metrics[name] {
                Value::String(text) => text == shown,
                // The page shows three decimals.
                number => {
                    let value: f64 = shown.parse().with_context(|| format!("{name} {shown}"))?;
                    (number.as_f64().context("no number")? - value).abs() <= 0.000_5
                }
            };
            ensure!(
                same,
                "{name}: the page has {shown}, native {}",
                metrics[name]
            );
        }
    }

    // A browser that has never seen the page, on another host.
    let part = link.split_once('#').context("no fragment")?.1.to_owned();
    visit("link-opened", Visit::default(), async |page| {
        lesson::open(page, &format!("#{part}")).await?;
        let here = lesson::moment(page).await?;
        ensure!(here == moment, "made as {moment:?}\nopened as {here:?}");
        let figures_here = figures(page).await?;
        ensure!(
            figures_here == figures_there,
            "made with {figures_there}\nopened with {figures_here}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_link_works_where_the_site_has_a_folder_of_its_own() -> Result<()> {
    let mut made = String::new();
    visit("link-made-at-root", Visit::default(), async |page| {
        lesson::open(page, SHARDING).await?;
        page.click("#press-forward").await?;
        made = shared(page).await?;
        Ok(())
    })
    .await?;
    let (_, part) = made.split_once('#').context("no fragment")?;
    let in_a_folder = Visit {
        // The site as `cargo xtask build --public-url /faultline/` makes it, where there is one;
        // else the ordinary one, which works in any folder.
        folder: env::var_os("FAULTLINE_DIST_IN_FOLDER").map(PathBuf::from),
        base: "/faultline/",
        ..Visit::default()
    };
    visit("link-in-a-folder", in_a_folder, async |page| {
        lesson::open(page, &format!("#{part}")).await?;
        let again = shared(page).await?;
        ensure!(
            again == format!("{}#{part}", page.site()),
            "shared again it is {again}"
        );
        Ok(())
    })
    .await
}
