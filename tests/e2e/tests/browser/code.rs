//! Learner code: written in the page, run, stopped, shared.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use faultline_e2e::fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use faultline_e2e::{Page, Visit, visit};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::charts;
use super::link::replay;
use super::support::keyboard::{Key, is_on, press, tab_to};
use super::support::layout::assert_sound;
use super::support::lesson::{self, metric};
use super::support::run::shared;
use super::support::saved;

/// The lessons in which a hash and a policy are written.
const HASH: &str = "#/13-hash";
const POLICY: &str = "#/14-policy";
const ROOMY: Visit = Visit {
    folder: None,
    base: "/",
    size: (1440, 900),
    dark: false,
    still: false,
    at_start: false,
    keeps: false,
};
/// How long the engine may take to come, and a program to run.
const PATIENCE: Duration = Duration::from_secs(30);

/// The text in the editor.
async fn written(page: &Page) -> Result<String> {
    let script = "const root = document.getElementById('code-editor')?.shadowRoot;
        const lines = root ? [...root.querySelectorAll('.cm-line')] : [];
        return lines.map((line) => line.textContent).join('\\n');";
    Ok(page
        .run(script)
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

/// Waits until the editor is there, with some words in it.
async fn until_written(page: &Page, words: &str) -> Result<()> {
    let start = Instant::now();
    loop {
        let found = written(page).await?;
        if !found.is_empty() && found.contains(words) {
            return Ok(());
        }
        ensure!(start.elapsed() < PATIENCE, "the editor has {found:?}");
        sleep(Duration::from_millis(50)).await;
    }
}

/// Types a program over the one in the editor, as a person does.
async fn write(page: &Page, program: &str) -> Result<()> {
    until_written(page, "").await?;
    page.run(
        "document.getElementById('code-editor').shadowRoot.querySelector('.cm-content').focus();",
    )
    .await?;
    write_here(page, program).await
}

/// Presses a key together with Ctrl.
async fn with_control(page: &Page, value: char) -> Result<()> {
    let control = Key::Control.into();
    let keys = KeyActions::new("keyboard".to_owned())
        .then(KeyAction::Down { value: control })
        .then(KeyAction::Down { value })
        .then(KeyAction::Up { value })
        .then(KeyAction::Up { value: control });
    Ok(page.client.perform_actions(keys).await?)
}

/// Runs what is in the editor that has the focus.
async fn run_by_keys(page: &Page) -> Result<()> {
    with_control(page, Key::Enter.into()).await
}

/// Types a program over the one in the editor that has the focus.
async fn write_here(page: &Page, program: &str) -> Result<()> {
    with_control(page, 'a').await?;
    press(page, program.chars()).await?;
    let found = written(page).await?;
    ensure!(found == program, "typed {program:?}, there is {found:?}");
    Ok(())
}

/// What the tab says of the last run.
async fn said(page: &Page) -> Result<String> {
    lesson::content(page, "#code-said").await
}

/// Waits until the tab says something.
async fn until_said(page: &Page, words: &str) -> Result<()> {
    let start = Instant::now();
    loop {
        let said = said(page).await?;
        if said.contains(words) {
            return Ok(());
        }
        ensure!(
            start.elapsed() < PATIENCE,
            "it should say {words:?}, but says {said:?}"
        );
        sleep(Duration::from_millis(50)).await;
    }
}

/// Sees that a click is answered while a program runs: the time from it to what it opened. Of a
/// few, for other tests run beside this one; a page that waits for the program answers none.
async fn answers(page: &Page) -> Result<()> {
    let script = "const done = arguments[0];
        const start = performance.now();
        document.getElementById('help').click();
        const look = () => {
            const dialog = document.querySelector('dialog[open]');
            if (!dialog) return requestAnimationFrame(look);
            const took = performance.now() - start;
            dialog.close();
            done(took);
        };
        look();";
    let mut least = f64::INFINITY;
    for _ in 0..5 {
        let took = page.client.execute_async(script, Vec::new()).await?;
        least = least.min(took.as_f64().context("no time")?);
        sleep(Duration::from_millis(200)).await;
    }
    ensure!(least < 100.0, "a click took {least} ms");
    Ok(())
}

/// The figures of the learner's pane.
async fn figures(page: &Page) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for name in ["chi_square", "avalanche", "node.A.keys", "node.D.keys"] {
        found.push(metric(page, "yours", name).await?);
    }
    Ok(found)
}

#[tokio::test]
async fn a_hash_is_typed_and_run_and_its_link_shows_the_same() -> Result<()> {
    let mut made: Option<(String, String, Vec<String>)> = None;
    visit("code-made", ROOMY, async |page| {
        lesson::open(page, HASH).await?;
        page.wait_for("td[data-metric='chi_square']").await?;
        let before = figures(page).await?;
        ensure!(
            before[2..] == ["0", "900"],
            "the length of the keys gives {before:?}"
        );
        let pictures = lesson::moment(page).await?.pictures;
        write(page, "def hash(key): return len(key) * 7 + ord(key[4])").await?;
        page.click("#code-run").await?;
        until_said(page, "Ran in").await?;
        let after = figures(page).await?;
        ensure!(before != after, "the figures stay {before:?}");
        let moment = lesson::moment(page).await?;
        ensure!(moment.pictures != pictures, "the picture stays");
        page.assert_accessible().await?;
        let link = shared(page).await?;
        made = Some((link, moment.fingerprint, after));
        Ok(())
    })
    .await?;
    let (link, fingerprint, there) = made.context("no link")?;
    let native: Value = replay(&link)?;
    ensure!(
        native["fingerprint"] == fingerprint.as_str(),
        "the page has {fingerprint}, faultline replay {link} has {}",
        native["fingerprint"]
    );
    let part = link.split_once('#').context("no fragment")?.1.to_owned();
    visit("code-opened", Visit::default(), async |page| {
        lesson::open(page, &format!("#{part}")).await?;
        page.wait_for("td[data-metric='chi_square']").await?;
        let here = figures(page).await?;
        ensure!(here == there, "made with {there:?}, opened with {here:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_wrong_is_said_with_its_line_and_nothing_is_lost() -> Result<()> {
    visit("code-wrong", ROOMY, async |page| {
        lesson::open(page, HASH).await?;
        page.wait_for("td[data-metric='chi_square']").await?;
        let before = figures(page).await?;
        let program = "def hash(key): return key.nosuch";
        write(page, program).await?;
        page.click("#code-run").await?;
        until_said(page, "Line 1, column 23: a text has no .nosuch").await?;
        ensure!(figures(page).await? == before, "the run has changed");
        ensure!(written(page).await? == program, "the text has changed");
        // It stays said when the text has been read, which finds nothing wrong.
        sleep(Duration::from_secs(1)).await;
        until_said(page, "has no .nosuch").await?;
        page.assert_accessible().await
    })
    .await
}

#[tokio::test]
async fn a_program_without_end_is_stopped_while_the_page_answers() -> Result<()> {
    visit("code-endless", ROOMY, async |page| {
        lesson::open(page, HASH).await?;
        page.wait_for("td[data-metric='chi_square']").await?;
        // Over a million rounds for each of a thousand keys: it would take a quarter of a minute.
        let program =
            "def hash(key): return len([a for a in range(1200) for b in range(1000) if a < 0])";
        write(page, program).await?;
        page.click("#code-run").await?;
        page.wait_for("#code-said progress").await?;
        answers(page).await?;
        page.wait_for("#code-said progress").await?;
        page.run("document.getElementById('code-stop').click()")
            .await?;
        until_said(page, "Stopped.").await?;
        ensure!(written(page).await? == program, "the text has changed");
        // The next run works.
        write(page, "def hash(key): return 7").await?;
        page.click("#code-run").await?;
        until_said(page, "Ran in").await?;
        ensure!(
            metric(page, "yours", "node.D.keys").await? == "1000",
            "{:?}",
            figures(page).await?
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn many_runs_of_a_program_come_to_what_the_command_line_comes_to() -> Result<()> {
    visit("code-many", ROOMY, async |page| {
        saved::catch(page).await?;
        lesson::open(page, POLICY).await?;
        page.wait_for("td[data-metric='latency_ms_p95']").await?;
        // The file of a run says how far it has come.
        page.click("#press-end").await?;
        lesson::rest(page).await?;
        page.click("#tab-charts").await?;
        page.wait_for("#chart-metric").await?;
        charts::many(page, "latency_ms_p95", answers).await
    })
    .await
}

#[tokio::test]
async fn a_program_is_written_and_run_by_keyboard_alone() -> Result<()> {
    visit("code-keyboard", ROOMY, async |page| {
        lesson::open(page, HASH).await?;
        page.wait_for("td[data-metric='chi_square']").await?;
        tab_to(page, "#code-editor").await?;
        write_here(page, "def hash(key): return key.nosuch").await?;
        run_by_keys(page).await?;
        until_said(page, "Line 1, column 23: a text has no .nosuch").await?;
        // What is wrong is in a live region, and the text is still where the keys go.
        let live = "return document.getElementById('code-said').getAttribute('role');";
        ensure!(page.run(live).await? == "status", "nobody hears of it");
        press(page, ['x', Key::Backspace.into()]).await?;
        // To where it is: the next key takes its place.
        press(page, [Key::Home.into(), Key::F8.into(), 'z']).await?;
        ensure!(
            written(page).await? == "def hash(key): return z",
            "F8 does not select what is wrong: {:?}",
            written(page).await?
        );
        write_here(page, "def hash(key): return ord(key[4])").await?;
        run_by_keys(page).await?;
        until_said(page, "Ran in").await?;
        // Tab indents; after Escape it leaves.
        press(page, [Key::Escape.into(), Key::Tab.into()]).await?;
        ensure!(!is_on(page, "#code-editor").await?, "nobody gets out");
        page.assert_accessible().await
    })
    .await
}

#[tokio::test]
async fn a_room_sees_the_program_and_no_solution() -> Result<()> {
    visit("code-room", Visit::default(), async |page| {
        page.resize(1280, 720).await?;
        lesson::open(page, HASH).await?;
        page.wait_for("td[data-metric='chi_square']").await?;
        // What the presenter has prepared is theirs.
        write(page, "def hash(key): return 12345").await?;
        page.run("document.getElementById('code-run').focus()")
            .await?;
        press(page, ['f']).await?;
        // A lesson that opens with a program shows it to a room.
        page.wait_for("#slide-code").await?;
        until_written(page, "return len(key)").await?;
        ensure!(!written(page).await?.contains("12345"), "a room sees it");
        assert_sound(page, "main", false, "with the program").await?;
        page.assert_accessible().await?;
        let solution = "return document.getElementById('code-solution') === null;";
        ensure!(page.run(solution).await? == true, "the solution is shown");

        // The same key hides and shows it; from there Tab goes into it.
        press(page, ['e']).await?;
        page.wait_for("body:not(:has(#slide-code))").await?;
        press(page, ['e']).await?;
        until_written(page, "return len(key)").await?;
        press(page, [Key::Tab.into()]).await?;
        write_here(page, "def hash(key): return 7").await?;
        run_by_keys(page).await?;
        until_said(page, "Ran in").await?;
        // A remote control's keys go through; Escape leaves the editor, then the presentation.
        press(page, [Key::PageDown.into()]).await?;
        lesson::rest(page).await?;
        ensure!(
            written(page).await? == "def hash(key): return 7",
            "the key was typed"
        );
        press(page, [Key::Escape.into()]).await?;
        ensure!(is_on(page, "#slide-code").await?, "still in the editor");
        page.wait_for("#slide").await?;
        press(page, ['e']).await?;
        page.wait_for("body:not(:has(#slide-code))").await?;
        page.wait_for("#slide").await?;
        Ok(())
    })
    .await
}
