//! `cargo xtask bench`: the kernel's speed beside a bare event loop, natively and in a browser,
//! and what the finished page takes for a frame, a seek and a click.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use serde::Deserialize;

use crate::context::Context;
use crate::end_to_end;
use crate::process;
use crate::setup::{browser, wasm};

/// What to reach, as shares of the bare loop's speed, for each workload: without the trace, and
/// with the full trace recorded, which may take three quarters of the speed.
const TARGETS: [(&str, f64, f64); 3] = [
    ("mm1", 0.75, 0.75 / 4.0),
    ("pingring", 0.70, 0.70 / 4.0),
    ("timers", 1.0, 1.0 / 4.0),
];

/// What WebAssembly should reach of the native speed.
const WASM_TARGET: f64 = 0.6;

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub struct Options {
    /// Measure in WebAssembly in a headless browser too, beside the native speed.
    #[arg(long)]
    wasm: bool,
    /// Measure the finished page in `dist/` instead: frames, seeks and clicks.
    #[arg(long, conflicts_with = "wasm")]
    page: bool,
}

/// How long something takes on the page, as `tests/e2e/tests/figures.rs` prints it.
#[derive(Debug, Deserialize)]
struct PageFigure {
    figure: String,
    count: usize,
    budget_ms: Option<f64>,
    median_ms: f64,
    p95_ms: f64,
    most_ms: f64,
}

/// One workload, as `faultline bench --limit --format json` and the browser print it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
struct Measurement {
    workload: String,
    trace: bool,
    events: u64,
    seconds: f64,
    /// What the workload computed; equal wherever it runs.
    check: serde_json::Value,
    /// Requests for memory during the event loop, where they are counted.
    allocations: Option<u64>,
    limit: Limit,
}

/// The bare loop that ran turn about with it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
struct Limit {
    seconds: f64,
    agrees: bool,
}

impl Measurement {
    fn events_per_s(&self) -> f64 {
        self.events as f64 / self.seconds
    }

    /// The share of the bare loop's speed.
    fn ratio(&self) -> f64 {
        self.limit.seconds / self.seconds
    }

    fn target(&self) -> f64 {
        let of_workload = TARGETS.iter().find(|(name, ..)| *name == self.workload);
        of_workload.map_or(
            f64::NAN,
            |(_, without, with)| {
                if self.trace { *with } else { *without }
            },
        )
    }
}

/// Measures and prints.
pub fn run(context: &Context, options: &Options) -> Result<()> {
    if options.page {
        let figures = of_page(context)?;
        println!("\nThe page in a headless browser, in milliseconds");
        print!("{}", page_table(&figures));
        println!("\nMeasure on a machine that is otherwise idle.");
        return Ok(());
    }
    let native = native(context)?;
    println!("\nNatively, beside a bare loop over the standard library's binary heap");
    print!("{}", native_table(&native));
    if options.wasm {
        let browser = in_browser(context)?;
        println!("\nIn WebAssembly, in a headless browser");
        print!("{}", wasm_table(&native, &browser)?);
    }
    println!("\nThe figures are medians; measure on a machine that is otherwise idle.");
    Ok(())
}

/// What the finished page takes.
fn of_page(context: &Context) -> Result<Vec<PageFigure>> {
    println!("  measuring the site in dist/, which `cargo xtask build` makes (two minutes)");
    let (_driver, mut tests) = end_to_end::tests(context, "figures")?;
    tests.args(["--", "--nocapture"]);
    let output = process::captured(&mut tests)?;
    let lines = output.lines();
    Ok(lines
        .filter_map(|line| serde_json::from_str(line.trim()).ok())
        .collect())
}

fn page_table(figures: &[PageFigure]) -> String {
    let mut table = format!(
        "{:<44} {:>5} {:>8} {:>8} {:>8} {:>8}\n",
        "what", "count", "median", "95 %", "most", "budget"
    );
    for one in figures {
        let budget = one
            .budget_ms
            .map_or("-".into(), |most| format!("{most:.0}"));
        let verdict = match one.budget_ms {
            Some(budget) if one.p95_ms <= budget => "kept",
            Some(_) => "MISSED",
            None => "",
        };
        let _ = writeln!(
            table,
            "{:<44} {:>5} {:>8.2} {:>8.2} {:>8.2} {budget:>8} {verdict}",
            one.figure, one.count, one.median_ms, one.p95_ms, one.most_ms,
        );
    }
    table
}

/// Every workload in a process of its own.
fn native(context: &Context) -> Result<Vec<Measurement>> {
    println!("  measuring natively (half a minute, and one more to build the first time)");
    let mut all = Vec::new();
    for trace in [false, true] {
        for (name, ..) in TARGETS {
            let mut bench = process::command("cargo", &context.root);
            bench
                .args(["run", "--quiet", "--release", "-p", "faultline-cli", "--"])
                .args(["bench", name, "--limit", "--format", "json"]);
            if trace {
                bench.arg("--trace");
            }
            let output = process::captured(&mut bench)?;
            let measurement = serde_json::from_str(&output)
                .with_context(|| format!("not a measurement: {output}"))?;
            all.push(agreeing(measurement)?);
        }
    }
    Ok(all)
}

/// Every workload in one page of a headless browser.
fn in_browser(context: &Context) -> Result<Vec<Measurement>> {
    println!("  measuring in a browser (a minute, and one more to build the first time)");
    let toolchain = wasm::Toolchain::new(context)?;
    let mut test = toolchain.cargo(context, "test")?;
    browser::wasm_tests(context, &toolchain, &mut test)?;
    // As the page is built: small first, the kernel as well.
    test.args(["--profile", "page"])
        .args(["-p", "faultline-conformance", "--features", "speed"])
        .args(["--test", "speed", "--", "--nocapture"]);
    let output = process::captured(&mut test)?;
    let measurements = medians(&turns(&output))?;
    ensure!(
        measurements.len() == 2 * TARGETS.len(),
        "the browser measured {} of {} workloads:\n{output}",
        measurements.len(),
        2 * TARGETS.len()
    );
    measurements.into_iter().map(agreeing).collect()
}

/// The lines of a test's output that are measurements.
fn turns(output: &str) -> Vec<Measurement> {
    output
        .lines()
        .filter_map(|line| serde_json::from_str(line.trim()).ok())
        .collect()
}

/// One measurement for every workload, with the medians of its turns.
fn medians(turns: &[Measurement]) -> Result<Vec<Measurement>> {
    let mut all = Vec::new();
    for trace in [false, true] {
        for (name, ..) in TARGETS {
            let of_this = |turn: &&Measurement| turn.workload == name && turn.trace == trace;
            let turns: Vec<_> = turns.iter().filter(of_this).collect();
            let Some(first) = turns.first() else {
                continue;
            };
            if let Some(other) = turns.iter().find(|turn| turn.check != first.check) {
                bail!("{name} computes {} and then {}", first.check, other.check);
            }
            all.push(Measurement {
                seconds: median(turns.iter().map(|turn| turn.seconds)),
                limit: Limit {
                    seconds: median(turns.iter().map(|turn| turn.limit.seconds)),
                    agrees: turns.iter().all(|turn| turn.limit.agrees),
                },
                ..(*first).clone()
            });
        }
    }
    Ok(all)
}

/// The middle of some values, of which there is at least one.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A quick kernel that computes something else is worth nothing.
fn agreeing(measurement: Measurement) -> Result<Measurement> {
    ensure!(
        measurement.limit.agrees,
        "{}: the kernel and the bare loop compute different values",
        measurement.workload
    );
    Ok(measurement)
}

fn native_table(measurements: &[Measurement]) -> String {
    let mut table = format!(
        "{:<9} {:<5} {:>10} {:>10} {:>7} {:>7}         {:>12}\n",
        "workload", "trace", "M events/s", "bare loop", "ratio", "target", "allocations"
    );
    for one in measurements {
        let allocations = one
            .allocations
            .map_or("-".into(), |count| count.to_string());
        let (ratio, target) = (one.ratio(), one.target());
        let _ = writeln!(
            table,
            "{:<9} {:<5} {:>10.2} {:>10.2} {ratio:>7.3} {target:>7.3} {:<7} {allocations:>12}",
            one.workload,
            on_or_off(one.trace),
            one.events_per_s() / 1e6,
            one.events as f64 / one.limit.seconds / 1e6,
            verdict(ratio, target),
        );
    }
    table
}

fn wasm_table(native: &[Measurement], browser: &[Measurement]) -> Result<String> {
    let mut table = format!(
        "{:<9} {:<5} {:>10} {:>10} {:>7} {:>7}         {:>12}\n",
        "workload", "trace", "M events/s", "native", "ratio", "target", "of bare loop"
    );
    for (native, one) in native.iter().zip(browser) {
        ensure!(
            (&native.workload, &native.check) == (&one.workload, &one.check),
            "{} computes {} natively and {} in the browser",
            native.workload,
            native.check,
            one.check
        );
        let ratio = one.events_per_s() / native.events_per_s();
        let _ = writeln!(
            table,
            "{:<9} {:<5} {:>10.2} {:>10.2} {ratio:>7.3} {WASM_TARGET:>7.3} {:<7} {:>12.3}",
            one.workload,
            on_or_off(one.trace),
            one.events_per_s() / 1e6,
            native.events_per_s() / 1e6,
            verdict(ratio, WASM_TARGET),
            one.ratio(),
        );
    }
    Ok(table)
}

fn on_or_off(trace: bool) -> &'static str {
    if trace { "on" } else { "off" }
}

fn verdict(ratio: f64, target: f64) -> &'static str {
    if ratio >= target { "reached" } else { "MISSED" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line as the browser prints it, among what the test runner says.
    fn line(workload: &str, seconds: f64, end_ns: u64) -> String {
        format!(
            r#"    {{"workload":"{workload}","trace":false,"events":1000000,"seconds":{seconds},
               "check":{{"end_ns":{end_ns}}},"limit":{{"seconds":0.5,"agrees":true}}}}"#
        )
        .replace('\n', " ")
    }

    #[test]
    fn the_medians_of_the_turns_are_compared_with_the_targets() {
        let lines = [
            line("mm1", 9.0, 7),
            line("mm1", 1.0, 7),
            line("mm1", 0.8, 7),
        ];
        let output = format!("running 1 test\n{}\ntest result: ok", lines.join("\n"));
        let medians = medians(&turns(&output)).unwrap();
        let [mm1] = medians.as_slice() else {
            panic!("{medians:?}");
        };
        assert_eq!((mm1.seconds, mm1.ratio(), mm1.target()), (1.0, 0.5, 0.75));
        assert!(native_table(&medians).contains("0.750 MISSED"));
    }

    #[test]
    fn other_results_are_no_measurement() {
        let output = [line("timers", 1.0, 7), line("timers", 1.0, 8)].join("\n");
        assert!(medians(&turns(&output)).is_err());
        let one = |end_ns| medians(&turns(&line("timers", 1.0, end_ns))).unwrap();
        assert!(wasm_table(&one(7), &one(7)).is_ok());
        assert!(wasm_table(&one(7), &one(8)).is_err());
    }
}
