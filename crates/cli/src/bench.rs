//! `faultline bench`: the kernel's workloads against the clock. The only clock of the product
//! that is not the browser's is in here.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use clap::ValueEnum;
use faultline_course::statistics::median;
use faultline_sim::workloads::{self, Check, Options, Report};
use serde::Serialize;

use crate::failure::Failure;
use crate::memory::{self, Usage};
use crate::output::{Plain, json};

/// How often each takes its turn with --limit; odd, so that there is a middle one.
const TURNS: usize = 7;

/// Measures the kernel by one of its fixed workloads.
///
/// The workloads run through the real world, network, timers and outbox.
/// What they compute is defined to the bit: `check` is the same on every machine, and only the
/// times differ.
/// Measure one workload per process, on a machine that is otherwise idle.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Which one.
    #[arg(value_enum, value_name = "WORKLOAD")]
    workload: Workload,
    /// Also runs a bare loop over the standard library's binary heap, turn about in the same
    /// process, and prints how much of its speed the kernel reaches: the medians of 7 turns.
    #[arg(long)]
    limit: bool,
    /// Records the full trace while it runs, bounded in memory.
    #[arg(long)]
    trace: bool,
    /// The workload's seed; the reference values are those of 42.
    #[arg(long, value_name = "NUMBER", default_value_t = workloads::SEED, value_parser = seed, allow_negative_numbers = true)]
    seed: u32,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Plain::Text)]
    format: Plain,
}

const EXAMPLES: &str = "\
Examples:
  faultline bench mm1
  faultline bench timers --limit
  faultline bench pingring --trace --format json";

/// A workload's name.
#[derive(Clone, Copy, ValueEnum)]
enum Workload {
    /// One M/M/1 queue, a million customers.
    Mm1,
    /// A thousand tokens round a ring of a thousand nodes, two million deliveries.
    Pingring,
    /// Ten thousand nodes with heartbeats and time-outs, for ten seconds.
    Timers,
}

impl Workload {
    fn name(self) -> &'static str {
        match self {
            Self::Mm1 => "mm1",
            Self::Pingring => "pingring",
            Self::Timers => "timers",
        }
    }
}

/// What is printed.
#[derive(Serialize)]
struct Measurement {
    workload: &'static str,
    events: u64,
    /// Of the event loop, without building the model.
    seconds: f64,
    events_per_s: f64,
    setup_s: f64,
    /// The most memory in use at once, from building the model to the last event.
    peak_bytes: u64,
    /// How often the event loop asked for memory.
    allocations: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    mean_wait: Option<f64>,
    check: Check,
    trace: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<Limit>,
}

/// The bare loop beside it.
#[derive(Serialize)]
struct Limit {
    seconds: f64,
    events_per_s: f64,
    /// The kernel's speed as a share of the bare loop's.
    ratio: f64,
    /// How often each took its turn.
    turns: usize,
    /// Whether the bare loop computed the same values.
    agrees: bool,
}

pub fn command(args: &Args, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let measurement = measure(args)?;
    match args.format {
        Plain::Json => json::line(&measurement, out)?,
        Plain::Text => text(&measurement, out)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(args: &Args) -> Result<Measurement, Failure> {
    let turns = if args.limit { TURNS } else { 1 };
    let options = Options {
        trace: args.trace,
        limit: args.limit,
        ..Options::default()
    };
    let mut reports = Vec::new();
    let mut memory = Memory::default();
    for _ in 0..turns {
        let (report, used) = once(args.workload.name(), args.seed, &options)?;
        reports.push(report);
        memory = used;
    }
    let middle =
        |value: &dyn Fn(&Report) -> f64| median(&reports.iter().map(value).collect::<Vec<_>>());
    let first = &reports[0];
    let seconds = middle(&|report| report.seconds);
    let per_s = |seconds: f64| first.events as f64 / seconds;
    let limit = args.limit.then(|| {
        let bare = middle(&|report| report.limit.map_or(f64::NAN, |limit| limit.seconds));
        Limit {
            seconds: bare,
            events_per_s: per_s(bare),
            ratio: bare / seconds,
            turns,
            agrees: reports
                .iter()
                .all(|report| report.limit.is_some_and(|limit| limit.agrees)),
        }
    });
    Ok(Measurement {
        workload: first.workload,
        events: first.events,
        seconds,
        events_per_s: per_s(seconds),
        setup_s: middle(&|report| report.setup_s),
        peak_bytes: memory.peak_bytes,
        allocations: memory.loop_allocations,
        mean_wait: match first.check {
            Check::Mm1 { mean_wait, .. } => Some(mean_wait),
            _ => None,
        },
        check: first.check,
        trace: args.trace,
        limit,
    })
}

/// What the kernel's run took.
#[derive(Clone, Copy, Default)]
struct Memory {
    peak_bytes: u64,
    loop_allocations: u64,
}

/// Runs a workload once. It reads the clock before it builds the model, before the event loop and
/// after it, which are also the moments at which to look at the memory; then the bare loop does
/// the same, uncounted.
fn once(name: &str, seed: u32, options: &Options) -> Result<(Report, Memory), Failure> {
    let origin = Instant::now();
    let mut reading = 0;
    let mut built = None;
    let mut used = Memory::default();
    let mut clock = || {
        reading += 1;
        match reading {
            1 => memory::start(),
            2 => built = Some(memory::usage()),
            3 => {
                let Usage {
                    peak_bytes,
                    allocations,
                } = memory::usage();
                memory::stop();
                let before = built.map_or(0, |usage| usage.allocations);
                used = Memory {
                    peak_bytes,
                    loop_allocations: allocations - before,
                };
            }
            _ => {}
        }
        origin.elapsed().as_secs_f64()
    };
    let report = workloads::run(name, seed, options, &mut clock).map_err(Failure::refused)?;
    Ok((report, used))
}

fn text(measurement: &Measurement, out: &mut dyn Write) -> io::Result<()> {
    const MILLION: f64 = 1e6;
    let trace = if measurement.trace {
        ", recording the full trace"
    } else {
        ""
    };
    writeln!(
        out,
        "{}: {} events in {:.4} s{trace}: {:.2} million events/s",
        measurement.workload,
        measurement.events,
        measurement.seconds,
        measurement.events_per_s / MILLION
    )?;
    writeln!(
        out,
        "  built in {:.4} s; at most {:.1} KB in use; {} allocations during the loop",
        measurement.setup_s,
        measurement.peak_bytes as f64 / 1e3,
        measurement.allocations
    )?;
    match measurement.check {
        Check::Mm1 { mean_wait, end_ns } => {
            writeln!(
                out,
                "  mean wait {mean_wait:.9} s (theory 10 s), end {end_ns} ns"
            )?;
        }
        Check::Pingring { end_ns, hash } => writeln!(out, "  end {end_ns} ns, hash {hash}")?,
        Check::Timers {
            heartbeats,
            deliveries,
            timeouts,
            hash,
        } => writeln!(
            out,
            "  {heartbeats} heartbeats, {deliveries} deliveries, {timeouts} time-outs, hash {hash}"
        )?,
    }
    if let Some(limit) = &measurement.limit {
        let agrees = if limit.agrees {
            "the same values"
        } else {
            "OTHER VALUES"
        };
        writeln!(
            out,
            "  bare heap loop: {:.2} million events/s, {agrees}; the kernel reaches {:.3} of it \
             (medians of {} turns)",
            limit.events_per_s / MILLION,
            limit.ratio,
            limit.turns
        )?;
    }
    Ok(())
}

fn seed(text: &str) -> Result<u32, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is not a whole number from 0 to {}", u32::MAX))
}
