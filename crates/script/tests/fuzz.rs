//! Random programs and mutated ones: none panics, none overflows the stack, none passes its
//! budget of time and memory, and every fault has a place in the text.
//!
//! A failure names its seed; `FUZZ_SEED=… cargo test -p faultline-script --test fuzz` runs that
//! one program again, and `FUZZ_FROM=…` begins at another seed. A crash of the whole process leaves the program in the file that is named
//! at the beginning.

mod fuzz {
    pub mod programs;
}

use std::path::Path;
use std::time::Instant;

use faultline_script::memory::{self, Counting};
use faultline_script::{Limits, Source, check, record};
use faultline_systems::code::FunctionSpec;

use fuzz::programs;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const HASH: FunctionSpec = FunctionSpec {
    usage: "hash(key)",
    help: "A whole number for a key.",
};
/// Programs of each kind.
const PROGRAMS: u64 = 10_500;
/// The limit, half as much again by how the heap grows, and what the engine itself takes.
const BYTES_MAX: isize = 20 << 20;
/// More than any of them takes on a busy machine.
const SECONDS_MAX: f64 = 5.0;

fn limits() -> Limits {
    Limits {
        steps: 100_000,
        question_steps: 3_000,
        memory_bytes: 8 << 20,
        text_bytes: 20_000,
        list_items: 20_000,
        int_bits: 4_096,
        ..Limits::default()
    }
}

/// Runs a program with two keys; what it took too much of, or said without a place.
fn complaint(text: &str, limits: &Limits, seconds_max: f64) -> Option<String> {
    let source = Source {
        name: "fuzz.star",
        text,
    };
    let keys = ["user_1".to_owned(), "user_2".to_owned()];
    let before = memory::taken();
    memory::reset_peak();
    let start = Instant::now();
    let checked = check(source);
    let recorded = record(source, limits, 1, &[HASH], |program| {
        if program.defines("hash") {
            program.each("hash", &[], &keys);
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    let bytes = memory::peak() - before;
    let lines = text.split('\n').count() as u32;
    if seconds > seconds_max {
        return Some(format!("{seconds} s"));
    }
    if bytes > BYTES_MAX {
        return Some(format!("{bytes} bytes"));
    }
    for fault in checked.err().into_iter().chain(recorded.err()) {
        let placed = (1..=lines).contains(&fault.line) && fault.column > 0;
        if !placed || fault.end_line < fault.line || fault.message.is_empty() {
            return Some(format!("a fault without a place: {fault:?}"));
        }
        // Names of guards are no learner's business.
        let tells_guards = fault.message.contains("__") && !text.contains("__");
        if fault.message.chars().count() > 400 || tells_guards {
            return Some(format!("a message that says too much: {fault}"));
        }
    }
    None
}

fn run_all(kind: &str, make: fn(u64) -> String) {
    let file = format!("fuzz-{kind}-current.star");
    let current = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    println!("the program that runs is in {}", current.display());
    let one = std::env::var("FUZZ_SEED").ok();
    let one = one.and_then(|seed| seed.parse().ok());
    let first = std::env::var("FUZZ_FROM").ok();
    let first = first.and_then(|seed| seed.parse().ok()).unwrap_or(0);
    let seeds = one.map_or(first..first + PROGRAMS, |seed| seed..seed + 1);
    let mut sound = 0;
    for seed in seeds {
        let text = make(seed);
        std::fs::write(&current, &text).unwrap();
        if one.is_some() {
            println!("{text}");
        }
        let said = std::panic::catch_unwind(|| complaint(&text, &limits(), SECONDS_MAX));
        match said {
            Ok(None) => {}
            Ok(Some(said)) => panic!("FUZZ_SEED={seed}: {said}\n{text}"),
            Err(_) => panic!("FUZZ_SEED={seed}: panicked\n{text}"),
        }
        let name = "fuzz.star";
        sound += u64::from(check(Source { name, text: &text }).is_ok());
    }
    println!("{kind}: {sound} of {PROGRAMS} are sound programs");
}

#[test]
fn random_programs_keep_to_their_limits() {
    run_all("random", programs::random);
}

#[test]
fn mutated_programs_keep_to_their_limits() {
    run_all("mutated", programs::mutated);
}

#[test]
fn the_programs_that_mutation_starts_from_are_good() {
    for text in programs::GOOD {
        let source = Source {
            name: "good.star",
            text,
        };
        let keys = ["user_1".to_owned(), "user_2".to_owned()];
        let recorded = record(source, &Limits::default(), 1, &[HASH], |program| {
            program.each("hash", &[], &keys)
        });
        recorded.unwrap_or_else(|fault| panic!("{fault}\n{text}"));
    }
}

#[test]
fn a_guard_that_is_taken_away_is_noticed() {
    let unguarded = Limits {
        steps: u64::MAX,
        question_steps: u64::MAX,
        memory_bytes: usize::MAX,
        text_bytes: usize::MAX,
        list_items: usize::MAX,
        ..limits()
    };
    let doubling = |first: &str| {
        let lines = format!("    x = {first}\n    for i in range(23):\n        x = x + x\n");
        format!("def hash(key):\n{lines}    return 1\n")
    };
    for text in [doubling("\"abcd\""), doubling("[1]")] {
        assert_eq!(complaint(&text, &limits(), SECONDS_MAX), None);
        let said = complaint(&text, &unguarded, SECONDS_MAX).unwrap();
        assert!(said.ends_with("bytes"), "{said}");
    }
    let endless = "def hash(key):\n    for i in range(10000000):\n        pass\n";
    assert_eq!(complaint(endless, &limits(), 0.3), None);
    let said = complaint(endless, &unguarded, 0.3).unwrap();
    assert!(said.ends_with(" s"), "{said}");
}
