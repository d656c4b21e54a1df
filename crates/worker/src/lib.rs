//! The engine for learner code in a Web Worker: orders and reports as bytes.
//!
//! `static/code/worker.js` starts it, `src/bench/code/engine.rs` in the page talks to it.

use std::cell::Cell;

use faultline_course::{Engine, Order, ProgramFault, Recording, Report};
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

/// How long runs with other seeds go on before what they came to is told, milliseconds.
const OUTCOMES_EVERY_MS: f64 = 250.0;

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
            Report::Recorded(engine(&tell).record(&recording))
        }
        Ok(Order::Outcomes { recording, to }) => outcomes(recording, to),
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

/// An engine for one recording, which begins now.
fn engine(progress: &dyn Fn(f64)) -> Starlark<'_> {
    let end = js_sys::Date::now() + TIME_MAX_MS;
    Starlark {
        systems: SYSTEMS,
        name: NAME,
        limits: Limits {
            clock: Some(std::rc::Rc::new(move || js_sys::Date::now() > end)),
            ..Limits::default()
        },
        progress,
    }
}

/// Runs one seed after the other, one at least, until it is time to tell.
fn outcomes(mut recording: Recording, to: u64) -> Report {
    let tell_at = js_sys::Date::now() + OUTCOMES_EVERY_MS;
    let (mut outcomes, mut fault) = (Vec::new(), None);
    for seed in recording.seed..=to {
        recording.seed = seed;
        match engine(&|_| {}).outcome(&recording) {
            Ok(outcome) => outcomes.push(outcome),
            Err(found) => {
                fault = Some(found);
                break;
            }
        }
        if js_sys::Date::now() >= tell_at {
            break;
        }
    }
    Report::Outcomes { outcomes, fault }
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
