//! The engine for learner code in a Web Worker: orders and reports as bytes.
//!
//! `static/code/worker.js` starts it, `src/bench/code/engine.rs` in the page talks to it.

use std::cell::Cell;

use faultline_course::{Engine, Order, ProgramFault, Report};
use faultline_script::{Limits, Source, Starlark, check};
use faultline_systems::{SystemInfo, rate_limit, service, sharding};
use wasm_bindgen::prelude::*;

#[global_allocator]
static ALLOCATOR: faultline_script::memory::Counting = faultline_script::memory::Counting;

/// The systems that ask programs, and no others: each is code that the worker carries.
pub static SYSTEMS: &[&SystemInfo] = &[&service::INFO, &rate_limit::INFO, &sharding::INFO];

/// What the program is called in messages; the page names no file.
const NAME: &str = "program";
/// How long a recording may take. The page ends the worker a little later.
const TIME_MAX_MS: f64 = 15_000.0;
/// Between two tellings of how much is done.
const TELL_EVERY_MS: f64 = 100.0;

/// Does what an order says, and reports. Now and then `progress` is called with how much is done,
/// from 0 to 1.
#[wasm_bindgen]
pub fn answer(order: &[u8], progress: &js_sys::Function) -> Vec<u8> {
    let report = match postcard::from_bytes(order) {
        Ok(Order::Record(recording)) => {
            let told = Cell::new(js_sys::Date::now());
            let tell = |done: f64| {
                let now = js_sys::Date::now();
                if now - told.get() >= TELL_EVERY_MS {
                    told.set(now);
                    // A page that has gone does not listen.
                    let _ = progress.call1(&JsValue::NULL, &done.into());
                }
            };
            let end = js_sys::Date::now() + TIME_MAX_MS;
            let engine = Starlark {
                systems: SYSTEMS,
                name: NAME,
                limits: Limits {
                    clock: Some(std::rc::Rc::new(move || js_sys::Date::now() > end)),
                    ..Limits::default()
                },
                progress: &tell,
            };
            Report::Recorded(engine.record(&recording))
        }
        Ok(Order::Check(text)) => {
            let source = Source {
                name: NAME,
                text: &text,
            };
            Report::Checked(check(source).err().map(ProgramFault::from))
        }
        Err(_) => Report::Unknown,
    };
    postcard::to_allocvec(&report).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultline_systems::registry;

    #[test]
    fn every_system_that_asks_programs_is_here() {
        let asking = registry().iter().filter(|info| info.code.is_some());
        let names: Vec<_> = asking.map(|info| info.name).collect();
        let here: Vec<_> = SYSTEMS.iter().map(|info| info.name).collect();
        assert_eq!(here, names);
    }
}
