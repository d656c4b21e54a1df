//! Charts: the picture, its table, its file and the command line have the same numbers.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::{Page, Visit, visit};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::support::cli::faultline;
use super::support::keyboard::{Key, press, tab_to};
use super::support::lesson::{self, SHARDING, action};
use super::support::{pixels, saved};

/// A run with something in it, at its end, with its charts open.
async fn open(page: &Page) -> Result<()> {
    saved::catch(page).await?;
    lesson::open(page, SHARDING).await?;
    lesson::hurry(page).await?;
    page.click(&action("look-up", 1)).await?;
    lesson::rest(page).await?;
    page.run("document.querySelector(\"[data-command='add [node]'] button\").scrollIntoView()")
        .await?;
    page.click("[data-command='add [node]'] button").await?;
    page.click("#press-end").await?;
    lesson::rest(page).await?;
    if page
        .run("return document.querySelector('.charts') === null")
        .await?
        == true
    {
        page.click("#tab-charts").await?;
    }
    page.wait_for("#chart-metric").await?;
    measured(page).await
}

/// Waits until everything is measured.
async fn measured(page: &Page) -> Result<()> {
    let start = Instant::now();
    let script = "return document.querySelector('.charts-progress').textContent;";
    while page.run(script).await? != "" {
        ensure!(start.elapsed() < Duration::from_secs(20), "never measured");
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn choose(page: &Page, metric: &str) -> Result<()> {
    let list = page.wait_for("#chart-metric").await?;
    list.select_by_value(metric).await?;
    Ok(())
}

/// The table on the page, its head first.
async fn table(page: &Page) -> Result<Vec<Vec<String>>> {
    let rows = page
        .run(
            "return [...document.querySelectorAll('#chart-table tr')].map((row) =>
                [...row.cells].map((cell) => cell.textContent.trim()));",
        )
        .await?;
    serde_json::from_value(rows).context("rows of texts")
}

/// The run's address as the page has it.
async fn link(page: &Page) -> Result<String> {
    let address = lesson::address(page).await?;
    ensure!(address.contains("?run="), "{address} holds no run");
    Ok(address)
}

fn cells(line: &str) -> Vec<&str> {
    line.split(',').collect()
}

#[tokio::test]
async fn the_table_is_the_file_is_the_command_line() -> Result<()> {
    visit("charts", Visit::default(), async |page| {
        open(page).await?;
        ensure!(pixels::painted(page, ".plot canvas").await?, "no chart");
        page.assert_accessible().await?;
        choose(page, "keys_misplaced").await?;
        page.click("#as-table").await?;
        page.wait_for("#chart-table").await?;
        page.assert_accessible().await?;

        let (name, file) = saved::by(page, "#chart-csv").await?;
        ensure!(name == "faultline-sharding-seed42-over-time.csv", "{name}");
        let lines: Vec<Vec<&str>> = file.lines().map(cells).collect();
        let column = lines[0].iter().position(|head| *head == "keys_misplaced");
        let column = column.context("no such column")?;
        // The file has a row for every pane, the table a column.
        let panes = table(page).await?[0].len() - 1;
        ensure!(panes == 2, "{panes} panes");
        let from_file: Vec<Vec<String>> = lines[1..]
            .chunks(panes)
            .map(|rows| {
                let millis: f64 = rows[0][0].parse().unwrap_or(-1.0);
                let seconds = [(millis / 1e3).to_string()];
                let numbers = rows.iter().map(|row| row[column].to_owned());
                seconds.into_iter().chain(numbers).collect()
            })
            .collect();
        let shown = table(page).await?;
        ensure!(
            shown[1..] == from_file,
            "shown {shown:?}\nfile {from_file:?}"
        );
        let moves = shown[1..].iter().any(|row| row[1] != shown[1][1]);
        ensure!(moves && shown.len() > 100, "there is nothing to see");

        let every = format!("{}ms", lines[3][0]);
        let link = link(page).await?;
        let native = faultline(&["replay", &link, "--format", "csv", "--every", &every])?;
        ensure!(
            native == file,
            "the command line has another file, every {every}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_chart_is_read_by_keyboard_and_leads_into_the_run() -> Result<()> {
    visit("charts-keyboard", Visit::default(), async |page| {
        open(page).await?;
        tab_to(page, "#chart").await?;
        press(
            page,
            [Key::Home.into(), Key::PageUp.into(), Key::Right.into()],
        )
        .await?;
        let value = "return document.getElementById('chart').getAttribute('aria-valuetext');";
        let read = page.run(value).await?;
        let read = read.as_str().context("a text")?.to_owned();
        ensure!(read.contains("Node A, Modulo: "), "{read}");
        let shown = page.text(".plot-reading").await?;
        let seconds = read.split(' ').next().unwrap_or_default().to_owned();
        ensure!(
            shown.starts_with(&format!("{seconds} s")),
            "{shown} is not {read}"
        );
        press(page, [Key::Enter.into()]).await?;
        let wanted: f64 = seconds.parse().context("seconds")?;
        page.wait_for_text("[data-time]", &format!("00:{wanted:06.3}"))
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_change_is_measured_from_there_on() -> Result<()> {
    visit("charts-change", Visit::default(), async |page| {
        open(page).await?;
        choose(page, "keys_misplaced").await?;
        page.click("#as-table").await?;
        let before = table(page).await?;
        // Back, the node is taken away again: its keys are where they were.
        page.run("document.activeElement.blur()").await?;
        press(page, ['z']).await?;
        page.click("#press-end").await?;
        lesson::rest(page).await?;
        measured(page).await?;
        let start = Instant::now();
        while table(page).await? == before {
            ensure!(
                start.elapsed() < Duration::from_secs(10),
                "the table stays as it was"
            );
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    })
    .await
}

/// Asks for twenty runs of a metric, sees them as the command line has them, and follows the link
/// of the largest. `meanwhile` is done as soon as they run.
pub(super) async fn many(
    page: &Page,
    metric: &str,
    meanwhile: impl AsyncFnOnce(&Page) -> Result<()>,
) -> Result<()> {
    choose(page, metric).await?;
    page.click("#as-many").await?;
    page.wait_for("#many-runs")
        .await?
        .select_by_index(0)
        .await?;
    page.click("#many-run").await?;
    meanwhile(page).await?;
    page.wait_for_text("#many-said", "20 runs, seeds 1 to 20")
        .await?;
    page.assert_accessible().await?;
    ensure!(
        pixels::painted(page, ".histograms canvas").await?,
        "no histogram"
    );
    let shown = page
        .run(
            "return [...document.querySelectorAll('#many-table tbody tr')].map((row) =>
                [...row.cells].map((cell) => cell.firstChild.textContent.trim()));",
        )
        .await?;
    let shown: Vec<Vec<String>> = serde_json::from_value(shown)?;

    // The run as a file, since replays of links go by one seed.
    let (_, file) = {
        page.click("#share").await?;
        saved::by(page, "#save-run").await?
    };
    let name = format!("faultline-{}-{metric}.json", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, file)?;
    let path = path.to_string_lossy();
    let native = faultline(&["run", &path, "--seeds", "1..20", "--format", "json"])?;
    std::fs::remove_file(&*path)?;
    let native: Value = serde_json::from_str(&native)?;
    let panes = native["panes"].as_array().context("panes")?;
    ensure!(panes.len() == shown.len(), "{} panes", panes.len());
    for (row, pane) in shown.iter().zip(panes) {
        let summary = &pane["metrics"][metric];
        let names = ["mean", "standard_deviation", "min", "p50", "p95", "max"];
        for (cell, name) in row[1..].iter().zip(names) {
            let value: f64 = cell.parse().with_context(|| format!("{name} is {cell}"))?;
            let wanted = summary[name].as_f64().context("a number")?;
            ensure!(
                (value - wanted).abs() < 0.000_51,
                "{name}: {value}, not {wanted}"
            );
        }
    }
    page.click("#close").await?;

    let seed = page.text("#many-table tbody td:last-child a").await?;
    page.click("#many-table tbody td:last-child a").await?;
    page.wait_for("#seed").await?;
    let opened = page
        .run("return document.getElementById('seed').value;")
        .await?;
    ensure!(
        seed == format!("seed {}", opened.as_str().unwrap_or_default()),
        "{seed}"
    );
    Ok(())
}

#[tokio::test]
async fn many_runs_come_to_what_the_command_line_comes_to() -> Result<()> {
    visit("charts-many", Visit::default(), async |page| {
        open(page).await?;
        many(page, "move_ms", async |_| Ok(())).await
    })
    .await
}
