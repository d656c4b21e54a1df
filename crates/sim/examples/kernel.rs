//! Measures the kernel on the three workloads, beside the bare loop:
//! `cargo run --release -p faultline-sim --example kernel [rounds] [name] [n]`
//!
//! Kernel and bare loop take turns, and the quickest round of each counts: on a busy machine,
//! many rounds of a smaller `n` disturb the comparison least.

use std::time::Instant;

use faultline_sim::workloads::{NAMES, Options, SEED, run};

fn main() {
    let mut args = std::env::args().skip(1);
    let rounds = args.next().and_then(|text| text.parse().ok()).unwrap_or(5);
    let only = args.next().filter(|name| name != "all");
    let n = args.next().and_then(|text| text.parse().ok());
    let start = Instant::now();
    let mut clock = || start.elapsed().as_secs_f64();
    for trace in [false, true] {
        for name in NAMES {
            if only.as_deref().is_some_and(|only| only != name) {
                continue;
            }
            let options = Options {
                trace,
                n,
                limit: true,
                rounds,
            };
            match run(name, SEED, &options, &mut clock) {
                Ok(report) => {
                    let ratio = report.limit.map_or(0.0, |limit| limit.ratio);
                    let bare = report.limit.map_or(0.0, |limit| limit.events_per_s);
                    println!(
                        "{name:9} trace {trace:5} {:6.2} M/s, bare {:6.2} M/s, ratio {ratio:.3}, {} KB",
                        report.events_per_s / 1e6,
                        bare / 1e6,
                        report.peak_bytes / 1024,
                    );
                }
                Err(error) => eprintln!("{error}"),
            }
        }
    }
}
