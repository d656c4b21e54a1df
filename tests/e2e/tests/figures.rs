//! How long things take on the finished page: a frame, a seek, a click. Prints a line of JSON for
//! each, which `cargo xtask bench --page` makes a table of. Nothing is asserted about the times.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use faultline_course::{Address, Run};
use faultline_e2e::{Page, Visit, visit};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

/// A thousand nodes that have about five thousand messages in flight at any time.
const CROWD: [(&str, &str); 3] = [("nodes", "1000"), ("fanout", "5"), ("latency", "1s")];
/// A thousand servers behind one balancer, and ten thousand requests a second.
const RUSH: [(&str, &str); 6] = [
    ("nodes", "1000"),
    ("rate", "10000"),
    ("arrivals", "poisson"),
    ("phase", "off"),
    ("load_factor", "28"),
    ("policy", "round-robin"),
];
/// When the run of the crowd has made a million events, nanoseconds.
const MILLION_AT: u64 = 127_000_000_000;
/// How long a run may take to get there.
const PATIENCE: Duration = Duration::from_secs(180);

/// Keeps how long each frame's work took, in milliseconds, and each interaction to its paint.
const WATCH: &str = "{
    window.frames_ms = [];
    const ask = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (work) => ask((time) => {
        const start = performance.now();
        work(time);
        window.frames_ms.push(performance.now() - start);
    });
    window.clicks_ms = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
            if (entry.interactionId) window.clicks_ms.push(entry.duration);
        }
    }).observe({ type: 'event', durationThreshold: 16 });
}";

/// Prints a figure: the median, the 95th percentile and the most of some times.
fn print(figure: &str, budget_ms: Option<f64>, times: &Value) -> Result<()> {
    let times: Vec<f64> = serde_json::from_value(times.clone()).context("a list of times")?;
    let mut times = times;
    ensure!(!times.is_empty(), "{figure}: nothing was measured");
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part).round() as usize];
    let line = json!({
        "figure": figure, "count": times.len(), "budget_ms": budget_ms,
        "median_ms": at(0.5), "p95_ms": at(0.95), "most_ms": at(1.0),
    });
    println!("{line}");
    Ok(())
}

/// A lesson with these parameters, at a time.
fn lesson(slug: &str, params: &[(&str, &str)], at: u64) -> Result<String> {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let run = Run {
        of: slug.to_owned(),
        seed: 1,
        params: params.iter().map(pair).collect(),
        at,
        ..Run::default()
    };
    Ok(Address::of_run(&run, false)?.to_string())
}

/// The gossip lesson with the crowd, at a time.
fn crowd(at: u64) -> Result<String> {
    lesson("08-gossip", &CROWD, at)
}

/// Opens an address and waits until the clock shows a time.
async fn open_at(page: &Page, part: &str, time: &str) -> Result<()> {
    page.open(part).await?;
    page.wait_for("[data-time]").await?;
    let start = Instant::now();
    let script = "return document.querySelector('[data-time]')?.textContent ?? '';";
    while page.run(script).await? != time {
        ensure!(start.elapsed() < PATIENCE, "the run never gets to {time}");
        sleep(Duration::from_millis(200)).await;
    }
    // The rest of the page loads after the lesson.
    sleep(Duration::from_secs(3)).await;
    Ok(())
}

/// The browser's own count of the seconds it was busy with something.
async fn busy_s(page: &Page, what: &[&str]) -> Result<f64> {
    let metrics = page.devtools("Performance.getMetrics", json!({})).await?;
    let metrics = metrics["metrics"].as_array().context("no metrics")?;
    let of = |name: &&str| {
        let mut metrics = metrics.iter();
        metrics
            .find(|one| one["name"] == **name)
            .and_then(|one| one["value"].as_f64())
            .unwrap_or(0.0)
    };
    Ok(what.iter().map(of).sum())
}

#[tokio::test]
async fn figures() -> Result<()> {
    let wide = Visit {
        size: (1440, 900),
        ..Visit::default()
    };
    visit("figures", wide, async |page| {
        page.before_load(WATCH).await?;
        frames(page).await?;
        rush(page).await?;
        seeks(page).await?;
        clicks(page).await?;
        program(page).await
    })
    .await
}

async fn frames(page: &Page) -> Result<()> {
    open_at(page, &crowd(20_000_000_000)?, "00:20.000").await?;
    let (frames, mean) = played(page).await?;
    print("frame: 1,000 nodes, 5,000 messages", Some(8.0), &frames)?;
    // With what the page writes beside the stage, a few times a second.
    print(
        "frame: all script, style and layout, mean",
        Some(8.0),
        &mean,
    )
}

async fn rush(page: &Page) -> Result<()> {
    rush_of(
        page,
        "02-scaling",
        &RUSH,
        "1,000 servers, 10,000 requests/s",
    )
    .await?;
    // Two balancers side by side, each with its own policy, servers and requests.
    let [rush @ .., _] = &RUSH;
    rush_of(page, "03-balancing", rush, "twice that, side by side").await
}

async fn rush_of(page: &Page, slug: &str, params: &[(&str, &str)], what: &str) -> Result<()> {
    let at = lesson(slug, params, 5_000_000_000)?;
    open_at(page, &at, "00:05.000").await?;
    // A virtual second a second: the tenth speed.
    page.run(
        "const speed = document.getElementById('speed');
        speed.value = 9;
        speed.dispatchEvent(new Event('input', { bubbles: true }));",
    )
    .await?;
    page.wait_for_text(".speed output", "1\u{d7}").await?;
    let (frames, mean) = played(page).await?;
    let budget = Some(1000.0 / 60.0);
    print(&format!("frame: {what}"), budget, &frames)?;
    print("frame: all script, style and layout, mean", budget, &mean)?;
    let count = frames.as_array().map_or(0, Vec::len);
    let virtual_s = page
        .run("return document.querySelector('[data-time]').textContent;")
        .await?;
    eprintln!(
        "{what}: {} frames a second; after nine seconds from 00:05.000 the clock shows {virtual_s}",
        count as f64 / 8.0
    );
    Ok(())
}

/// Plays for nine seconds: what the frames of the last eight took, and their mean with all that
/// the browser did for the page.
async fn played(page: &Page) -> Result<(Value, Value)> {
    page.devtools("Performance.enable", json!({})).await?;
    let ours = ["ScriptDuration", "RecalcStyleDuration", "LayoutDuration"];
    page.click("#press-play").await?;
    sleep(Duration::from_secs(1)).await;
    page.run("window.frames_ms.length = 0;").await?;
    let before = busy_s(page, &ours).await?;
    sleep(Duration::from_secs(8)).await;
    let busy_ms = (busy_s(page, &ours).await? - before) * 1e3;
    let frames = page.run("return window.frames_ms;").await?;
    page.click("#press-play").await?;
    let count = frames.as_array().map_or(1, Vec::len).max(1);
    Ok((frames, json!([busy_ms / count as f64])))
}

async fn seeks(page: &Page) -> Result<()> {
    open_at(page, &crowd(MILLION_AT)?, "02:07.000").await?;
    let script = "
        const done = arguments[0];
        const scrub = document.getElementById('scrub');
        const shown = () => document.querySelector('[data-time]').textContent;
        const written = (ms) => {
            const two = (number) => String(number).padStart(2, '0');
            const [minutes, seconds] = [Math.floor(ms / 60000), Math.floor(ms / 1000) % 60];
            return `${two(minutes)}:${two(seconds)}.${String(ms % 1000).padStart(3, '0')}`;
        };
        const work = [], painted = [];
        let seed = 1;
        const next = () => {
            if (work.length === 60) return done({ work, painted });
            seed = (seed * 48271) % 2147483647;
            scrub.value = Math.floor(seed / 2147483647 * 127000);
            const goal = written(scrub.valueAsNumber);
            window.frames_ms.length = 0;
            const start = performance.now();
            scrub.dispatchEvent(new Event('input', { bubbles: true }));
            const called = performance.now() - start;
            const wait = () => setTimeout(() => {
                if (shown() !== goal) return wait();
                painted.push(performance.now() - start);
                work.push(called + window.frames_ms.reduce((sum, one) => sum + one, 0));
                setTimeout(next, 300);
            });
            wait();
        };
        next();
    ";
    let times = page.client.execute_async(script, Vec::new()).await?;
    print(
        "seek: 1,000,000 events, its work",
        Some(50.0),
        &times["work"],
    )?;
    print("seek: until it is painted", None, &times["painted"])?;
    let events = page
        .run("return document.querySelector('[data-events]').textContent;")
        .await?;
    eprintln!("the run has {events} events at its last place");
    Ok(())
}

async fn clicks(page: &Page) -> Result<()> {
    open_at(page, "#/05-sharding", "00:02.000").await?;
    for control in [
        "[data-command='add [node]'] button",
        "#press-forward",
        "#press-back",
        "#press-next",
        "#press-end",
        "#press-start",
        "#theme",
        "#tab-log",
        "#tab-space-time",
        "#tab-charts",
        "#help",
        "#help-dialog [aria-label='Close']",
    ] {
        page.click(control).await?;
        sleep(Duration::from_millis(400)).await;
    }
    // Shorter ones are not reported: they count as the least that is.
    let script = "const clicks = window.clicks_ms;
        while (clicks.length < 12) clicks.push(16);
        return clicks;";
    let clicks = page.run(script).await?;
    print("click to paint", Some(100.0), &clicks)
}

/// A program that hashes 100,000 keys: from the press on Run until the figures stand.
async fn program(page: &Page) -> Result<()> {
    let run = Run {
        of: "13-hash".to_owned(),
        seed: 1,
        params: vec![("keys".to_owned(), "100000".to_owned())],
        code: include_str!("../../../lessons/13-hash/starter.star").to_owned(),
        at: 500_000_000,
        ..Run::default()
    };
    let address = Address::of_run(&run, false)?.to_string();
    open_at(page, &address, "00:00.500").await?;
    // FNV-1a is in the list; to run it again, it has to differ.
    let script = "
        const done = arguments[0];
        const wait = (what) => new Promise((go) => {
            const look = () => what() ? go() : setTimeout(look, 5);
            look();
        });
        const by = (id) => document.getElementById(id);
        const bars = () => document.querySelector(\"td[data-pane='yours'][data-metric='node.A.keys']\");
        const load = async (label) => {
            const list = by('code-load');
            const option = [...list.options].find((one) => one.textContent.startsWith(label));
            list.value = option.value;
            list.dispatchEvent(new Event('change', { bubbles: true }));
            await new Promise((go) => setTimeout(go, 700));
        };
        const run = async () => {
            const before = bars().textContent;
            window.frames_ms.length = 0;
            const start = performance.now();
            by('code-run').click();
            await wait(() => by('code-said').textContent.startsWith('Ran in') && bars().textContent !== before);
            await new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
            return performance.now() - start;
        };
        (async () => {
            await wait(() => by('code-load') && bars());
            const times = [];
            for (let round = 0; round < 5; round += 1) {
                await load('FNV-1a');
                times.push(await run());
                await load('The length');
                await run();
            }
            done({ times, held: bars().textContent });
        })();
    ";
    let found = page.client.execute_async(script, Vec::new()).await?;
    ensure!(
        found["held"] == "9000",
        "9,000 keys have a length that 4 divides, not {}",
        found["held"]
    );
    print("100,000 keys by a program", Some(2_000.0), &found["times"])
}
