//! Runs whose results are committed, so that every platform can be compared with them.
//!
//! The same tests run natively (`cargo test -p faultline-conformance`) and in a headless
//! browser (`cargo xtask test wasm`).

use std::fmt::Write as _;

use faultline_sim::{Fingerprint, Time};
use faultline_systems::{Lab, ParamKind, SystemInfo, Values, registry};

/// The committed fingerprints of every system, as [`systems`] writes them.
pub const SYSTEMS: &str = include_str!("../systems.txt");

/// The seed of the systems' runs.
const SEED: u64 = 42;

/// Events that one run may take.
const EVENTS_MAX: u64 = 5_000_000;

/// The fingerprints of every system of the registry: of its default run, and of the run with
/// each other choice of each parameter that is a choice.
///
/// A line is the fingerprint of the trace, that of the text output, and the run.
pub fn systems() -> String {
    let mut table = String::new();
    for info in registry() {
        line(&mut table, info, None);
        for param in info.params {
            if let ParamKind::Choice { options, default } = param.kind {
                for (option, _) in options.iter().filter(|(option, _)| *option != default) {
                    line(&mut table, info, Some((param.name, option)));
                }
            }
        }
    }
    table
}

fn line(table: &mut String, info: &'static SystemInfo, change: Option<(&str, &str)>) {
    // A run that needs a learner's program does not start without one.
    let Some(lab) = run(info, change) else {
        return;
    };
    let mut text = Fingerprint::new();
    text.text(&lab.text());
    let (trace, text) = (lab.fingerprint(), text.value());
    let change = change.map_or(String::new(), |(name, value)| {
        format!(" --set {name}={value}")
    });
    writeln!(
        table,
        "{trace:016x} {text:016x} faultline run {} --seed {SEED}{change}",
        info.name
    )
    .expect("a string takes any text");
}

/// Runs a system to its end; none if these parameters need a program.
fn run(info: &'static SystemInfo, change: Option<(&str, &str)>) -> Option<Box<dyn Lab>> {
    let given: Vec<_> = change.into_iter().collect();
    let values = Values::parse(info.params, &given).expect("a parameter of the system's own");
    if info
        .code
        .as_ref()
        .is_some_and(|code| (code.needs)(&values).is_some())
    {
        return None;
    }
    let mut lab = (info.start)(&values, SEED);
    let end = Time::ZERO + info.duration;
    let progress = lab.seek(end, EVENTS_MAX);
    assert!(progress.reached, "{} takes too many events", info.name);
    Some(lab)
}
