//! How long a learner's hash takes for 100,000 keys: `cargo run --release -p faultline-script
//! --example speed [program]`.

use std::time::Instant;

use faultline_script::memory::Counting;
use faultline_script::{Limits, Source, record};
use faultline_systems::code::FunctionSpec;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const HASH: FunctionSpec = FunctionSpec {
    usage: "hash(key)",
    help: "A whole number for a key.",
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = match std::env::args().nth(1) {
        Some(path) => std::fs::read_to_string(path)?,
        None => include_str!("../tests/fuzz/good/fnv.star").into(),
    };
    let source = Source {
        name: "hash.star",
        text: &text,
    };
    let keys: Vec<String> = (0..100_000).map(|index| format!("user_{index}")).collect();
    for _ in 0..5 {
        let start = Instant::now();
        let (_, _, stats) = record(source, &Limits::default(), 1, &[HASH], |program| {
            program.each("hash", &[], &keys)
        })?;
        let seconds = start.elapsed().as_secs_f64();
        let (steps, bytes) = (stats.steps, stats.memory_bytes);
        println!("{seconds:.3} s, {steps} steps, {bytes} bytes");
    }
    Ok(())
}
