//! The kernel's workloads in WebAssembly, measured; `cargo xtask bench --wasm` reads the output.
#![cfg(target_arch = "wasm32")]

use faultline_sim::workloads::{NAMES, Options, SEED, run};
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Turns that do not count: the browser first runs WebAssembly as it comes and optimises it
/// meanwhile.
const WARM_UP_TURNS: usize = 3;

/// Turns that count, as many as those of `faultline bench --limit`.
const TURNS: usize = 7;

#[wasm_bindgen_test]
fn workloads() {
    let window = web_sys::window().expect("a page has a window");
    let performance = window.performance().expect("every browser has this clock");
    let mut clock = || performance.now() / 1e3;
    for trace in [false, true] {
        for name in NAMES {
            let options = Options {
                trace,
                limit: true,
                ..Options::default()
            };
            for turn in 0..WARM_UP_TURNS + TURNS {
                let report = run(name, SEED, &options, &mut clock).expect("a workload's name");
                if turn >= WARM_UP_TURNS {
                    let line = serde_json::to_string(&report).expect("a report is plain data");
                    console_log!("{line}");
                }
            }
        }
    }
}
