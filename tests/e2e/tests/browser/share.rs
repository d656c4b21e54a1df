//! Sharing: files that are saved, opened again, and read by other programs; the embedded stage.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::{Page, Visit, visit};
use serde_json::{Value, json};
use tokio::time::{Duration, Instant, sleep};

use super::support::cli::faultline;
use super::support::lesson::{self, Moment, SHARDING, action};
use super::support::run::make_a_run;
use super::support::saved;

/// Opens the share dialog.
async fn share(page: &Page) -> Result<()> {
    page.click("#share").await?;
    page.wait_for("#save-run").await?;
    Ok(())
}

/// Waits until the page shows this moment.
async fn comes_to(page: &Page, wanted: &Moment) -> Result<()> {
    let start = Instant::now();
    loop {
        let open = "return document.querySelector('[data-fingerprint=run]') !== null;";
        if page.run(open).await? == true {
            lesson::shown(page).await?;
            let found = lesson::moment(page).await?;
            if found == *wanted {
                return Ok(());
            }
            ensure!(
                start.elapsed() < Duration::from_secs(15),
                "{found:?} is not {wanted:?}"
            );
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// Drops a file onto the page.
async fn drop_file(page: &Page, name: &str, text: &str) -> Result<()> {
    let script = format!(
        "const data = new DataTransfer();
        data.items.add(new File([{}], {}, {{ type: 'application/json' }}));
        for (const type of ['dragover', 'drop'])
            document.getElementById('main').dispatchEvent(
                new DragEvent(type, {{ dataTransfer: data, bubbles: true, cancelable: true }}));",
        json!(text),
        json!(name)
    );
    page.run(&script).await?;
    Ok(())
}

#[tokio::test]
async fn a_saved_run_opens_as_the_same_run() -> Result<()> {
    let mut there: Option<(String, Moment)> = None;
    visit("share-saved", Visit::default(), async |page| {
        saved::catch(page).await?;
        make_a_run(page).await?;
        let moment = lesson::moment(page).await?;
        share(page).await?;
        page.wait_for_text("#link", "").await?;
        page.assert_accessible().await?;
        let (name, file) = saved::by(page, "#save-run").await?;
        ensure!(name == "faultline-sharding-seed42-run.json", "{name}");
        page.wait_for_text("#saved", &name).await?;
        there = Some((file, moment));
        Ok(())
    })
    .await?;
    let (file, moment) = there.context("no file")?;
    let path = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("saved-run.json");
    fs::write(&path, &file)?;

    let native: Value = serde_json::from_str(&faultline(&["replay", &path.to_string_lossy()])?)?;
    ensure!(
        native["fingerprint"] == moment.fingerprint.as_str(),
        "{native}"
    );

    visit("share-opened", Visit::default(), async |page| {
        lesson::open(page, SHARDING).await?;
        share(page).await?;
        let field = page.wait_for("#open-run").await?;
        field.send_keys(&path.to_string_lossy()).await?;
        comes_to(page, &moment).await
    })
    .await?;
    visit("share-dropped", Visit::default(), async |page| {
        page.open("").await?;
        page.wait_for("#begin").await?;
        drop_file(page, "run.json", &file).await?;
        comes_to(page, &moment).await
    })
    .await
}

#[tokio::test]
async fn what_is_no_run_file_is_refused_with_a_reason() -> Result<()> {
    visit("share-refused", Visit::default(), async |page| {
        lesson::open(page, SHARDING).await?;
        let before = lesson::moment(page).await?;
        let other = r#"{"product":"Faultline","version":1,"of":"99-none","seed":1}"#;
        for (text, why) in [
            ("no json at all", "is not a run file"),
            ("{\"product\":\"Faultline\",\"version\":9}", "newer"),
            (other, "no lesson here"),
            ("<script>alert(1)</script>", "is not a run file"),
        ] {
            drop_file(page, "odd.json", text).await?;
            page.wait_for_text(".notice", why).await?;
            page.click("#dismiss").await?;
        }
        ensure!(lesson::moment(page).await? == before, "the run has changed");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn pictures_and_logs_are_read_by_other_programs() -> Result<()> {
    visit("share-read", Visit::default(), async |page| {
        saved::catch(page).await?;
        make_a_run(page).await?;
        share(page).await?;
        let (name, svg) = saved::by(page, "#save-svg").await?;
        ensure!(name == "faultline-sharding-seed42-free.svg", "{name}");
        let script = format!(
            "const svg = new DOMParser().parseFromString({}, 'image/svg+xml');
            return [svg.querySelector('parsererror')?.textContent ?? null,
                [...svg.querySelectorAll('text')].map((text) => text.textContent)];",
            json!(svg)
        );
        let read = page.run(&script).await?;
        ensure!(read[0].is_null(), "{}", read[0]);
        let texts = read[1].to_string();
        for node in ["A", "B", "C", "D"] {
            ensure!(
                texts.contains(&format!("\"{node}\"")),
                "{node} is not in {texts}"
            );
        }

        let (name, _) = saved::by(page, "#save-png").await?;
        ensure!(name.ends_with(".png"), "{name}");
        let script = "const done = arguments[0];
            createImageBitmap(window.saved.at(-1)[1]).then(
                (image) => done([image.width, image.height]), done);";
        let size = page.client.execute_async(script, Vec::new()).await?;
        ensure!(size == json!([2200, 1440]), "{size}");

        // As ShiViz reads a log, in the language that it is written in.
        let (_, log) = saved::by(page, "#save-shiviz").await?;
        let script = format!(
            "const log = {}; const form = /(?<host>\\S*) (?<clock>{{.*}})\\n(?<event>.*)/g;
            const found = [...log.matchAll(form)].map(({{groups}}) =>
                ({{ ...groups, clock: JSON.parse(groups.clock) }}));
            const own = {{}}; let faults = 0;
            for (const {{host, clock}} of found) {{
                own[host] = (own[host] ?? 0) + 1;
                if (clock[host] !== own[host]) faults += 1;
            }}
            return [found.length, log.trim().split('\\n').length / 2, faults];",
            json!(log)
        );
        let read = page.run(&script).await?;
        ensure!(read[0] == read[1] && read[2] == 0, "{read}");
        ensure!(read[0].as_u64() > Some(100), "{read}");

        for (button, ending) in [
            ("#save-csv", "-figures.csv"),
            ("#save-json", "-figures.json"),
            ("#save-jsonl", "-events.jsonl"),
        ] {
            let (name, text) = saved::by(page, button).await?;
            ensure!(name.ends_with(ending) && !text.is_empty(), "{name}");
        }
        let field = page.wait_for("#save-every").await?;
        field.clear().await?;
        field.send_keys("soon\t").await?;
        page.click("#save-csv-over-time").await?;
        page.wait_for_text("#saved", "soon").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_frame_shows_the_stage_alone() -> Result<()> {
    visit("share-frame", Visit::default(), async |page| {
        make_a_run(page).await?;
        let moment = lesson::moment(page).await?;
        share(page).await?;
        let code = page
            .run("return document.getElementById('frame').value;")
            .await?;
        let script = format!(
            "const box = document.createElement('div'); box.innerHTML = {code};
            return box.firstChild.src;"
        );
        let source = page.run(&script).await?;
        let source = source.as_str().context("no address")?;
        let (_, part) = source.split_once('#').context("no fragment")?;
        ensure!(part.ends_with("&embed"), "{part}");
        lesson::open(page, &format!("#{part}")).await?;
        ensure!(lesson::time(page).await? == moment.time, "another moment");
        let others = "return document.querySelectorAll('.prose, .side, header').length;";
        ensure!(page.run(others).await? == 0, "more than the stage");
        page.click("#press-back").await?;
        page.assert_accessible().await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn progress_goes_along_as_a_file_and_can_be_forgotten() -> Result<()> {
    let mut kept = String::new();
    visit("progress-saved", Visit::default(), async |page| {
        saved::catch(page).await?;
        lesson::open(page, SHARDING).await?;
        lesson::hurry(page).await?;
        page.click(&action("look-up", 1)).await?;
        lesson::rest(page).await?;
        ensure!(
            lesson::is_done(page, "look-up").await?,
            "the step is not done"
        );
        page.open("").await?;
        page.click("#your-progress").await?;
        page.wait_for("#save-progress").await?;
        page.assert_accessible().await?;
        let (name, file) = saved::by(page, "#save-progress").await?;
        ensure!(name == "faultline-progress.json", "{name}");
        kept = file;
        page.click("#forget").await?;
        page.click("#forget-no").await?;
        page.click("#forget").await?;
        page.click("#forget-yes").await?;
        page.wait_for_text("#kept", "Forgotten").await?;
        let stored = page
            .run("return localStorage.getItem('faultline.progress');")
            .await?;
        ensure!(stored == "", "{stored} is still there");
        Ok(())
    })
    .await?;
    let path = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("progress.json");
    fs::write(&path, &kept)?;
    let wrong = path.with_file_name("no-progress.json");
    fs::write(&wrong, kept.replace("Faultline progress", "Something"))?;
    visit("progress-opened", Visit::at_start(), async |page| {
        page.click("#your-progress").await?;
        let field = page.wait_for("#open-progress").await?;
        field.send_keys(&wrong.to_string_lossy()).await?;
        page.wait_for_text("#kept", "not a file of progress")
            .await?;
        let field = page.wait_for("#open-progress").await?;
        field.send_keys(&path.to_string_lossy()).await?;
        page.wait_for_text("#kept", "1 steps done").await?;
        lesson::open(page, SHARDING).await?;
        ensure!(
            lesson::is_done(page, "look-up").await?,
            "the step is not done here"
        );
        Ok(())
    })
    .await
}
