//! What runs here gives the committed results: on this machine as in a browser.

use faultline_conformance::{SYSTEMS, systems};
use faultline_sim::conformance::PROGRAMS;
use faultline_sim::workloads::{Check, Options, SEED, run};
use wasm_bindgen_test::wasm_bindgen_test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// How to accept other fingerprints.
const UPDATE: &str = "UPDATE_FINGERPRINTS";

#[wasm_bindgen_test(unsupported = test)]
fn the_kernel_has_its_fingerprints() {
    let wrong: Vec<_> = PROGRAMS
        .iter()
        .map(|program| (program.name, program.run(), program.fingerprint))
        .filter(|(_, found, expected)| found != expected)
        .collect();
    assert!(wrong.is_empty(), "(name, found, expected): {wrong:x?}");
}

#[wasm_bindgen_test(unsupported = test)]
fn every_system_has_its_fingerprints() {
    let found = systems();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os(UPDATE).is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/systems.txt");
        std::fs::write(path, found).expect("the table is writable");
        return;
    }
    let is_new = |line: &&str| !SYSTEMS.lines().any(|known| known == *line);
    let new: Vec<_> = found.lines().filter(is_new).collect();
    assert!(
        found == SYSTEMS,
        "runs that are not as in tests/conformance/systems.txt:\n{}\n\
         If that is meant, say so in the changelog, because shared links change with it, and run:\n\
         {UPDATE}=1 cargo test -p faultline-conformance",
        new.join("\n")
    );
}

/// The workload's figures in its usual size.
fn full_size(name: &str) -> (u64, Check) {
    let options = Options::default();
    let report = run(name, SEED, &options, &mut || 0.0).expect("a workload's name");
    (report.events, report.check)
}

#[wasm_bindgen_test(unsupported = test)]
fn mm1_gives_its_reference_values() {
    let check = Check::Mm1 {
        // To the last bit, because the logarithm is our own on every platform.
        mean_wait: 10.139_346_401_337_143,
        end_ns: 1_111_191_149_030_321,
    };
    assert_eq!(full_size("mm1"), (2_000_000, check));
}

#[wasm_bindgen_test(unsupported = test)]
fn pingring_gives_its_reference_values() {
    let check = Check::Pingring {
        end_ns: 11_005_757_529,
        hash: 2_822_956_032,
    };
    assert_eq!(full_size("pingring"), (2_000_000, check));
}

#[wasm_bindgen_test(unsupported = test)]
fn timers_gives_its_reference_values() {
    let check = Check::Timers {
        heartbeats: 1_000_002,
        deliveries: 997_169,
        timeouts: 51_416,
        hash: 1_883_658_961,
    };
    assert_eq!(full_size("timers"), (2_048_587, check));
}
