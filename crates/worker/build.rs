//! How the worker's program is linked.

/// The most memory that the engine can take, bytes: what a program may use is counted and is less
/// (`faultline_script::Limits`), but a run with it also has its own state and its trace. Beyond
/// this the worker ends, which the page says, and the page itself goes on.
const MEMORY_MAX_BYTES: u32 = 1 << 30;

fn main() {
    let wasm = std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32");
    if wasm {
        println!("cargo::rustc-link-arg-cdylib=--max-memory={MEMORY_MAX_BYTES}");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
