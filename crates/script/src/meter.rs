//! What the program that runs now has used, and what it may use.
//!
//! Guards and built-in functions have no room for a reference of ours, so the meter is the
//! thread's. It is set before a program runs and taken away after.

use std::cell::{Cell, RefCell};

use starlark::values::Heap;

use crate::limits::{Clock, Limits};
use crate::memory;

/// What the program printed, in all.
const PRINTED_BYTES_MAX: usize = 100_000;
/// How many steps go by before the clock is asked again.
const CLOCK_STEPS: u64 = 20_000;

/// A limit that was passed; the message says which and what to do.
#[derive(Debug)]
pub struct OverLimit(pub String);

impl std::fmt::Display for OverLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OverLimit {}

/// The program was told to stop, or its time is up.
#[derive(Debug)]
pub struct OutOfTime;

impl std::fmt::Display for OutOfTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("stopped: its time was up")
    }
}

impl std::error::Error for OutOfTime {}

/// What a guard says where it refuses.
pub fn over(message: impl Into<String>) -> starlark::Error {
    starlark::Error::new_other(OverLimit(message.into()))
}

/// Rounds of loops from one look at the memory to the next.
const ROUNDS_PER_LOOK: u64 = 32;
/// How often Starlark asks before it is told to stop, if no guard has stopped the program.
const STRIKES_MAX: u32 = 3;

/// Limits that guards look at often, as plain numbers.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    pub nesting: usize,
    pub text_bytes: usize,
    pub list_items: usize,
    pub int_bits: u64,
}

struct Meter {
    sizes: Cell<Sizes>,
    /// Steps that guards counted in this question.
    worked: Cell<u64>,
    /// Rounds of loops in this question: Starlark counts them as well, but does not say where.
    rounds: Cell<u64>,
    /// Steps that this question may take.
    allowed: Cell<u64>,
    /// When guards ask the clock next.
    clock_at: Cell<u64>,
    memory_bytes: Cell<usize>,
    /// What this thread had taken when the program began, less what the program had before.
    memory_base: Cell<isize>,
    /// The most that the program had.
    memory_peak: Cell<usize>,
    clock: RefCell<Option<Clock>>,
    /// How often Starlark asked in vain whether to stop.
    strikes: Cell<u32>,
    /// Why the program was told to stop.
    stopped: RefCell<Option<starlark::Error>>,
    printed: RefCell<Vec<String>>,
    printed_bytes: Cell<usize>,
    printed_lines: Cell<usize>,
}

thread_local! {
    static METER: Meter = const {
        Meter {
            sizes: Cell::new(Sizes { nesting: 0, text_bytes: 0, list_items: 0, int_bits: 0 }),
            worked: Cell::new(0),
            rounds: Cell::new(0),
            allowed: Cell::new(0),
            clock_at: Cell::new(0),
            memory_bytes: Cell::new(0),
            memory_base: Cell::new(0),
            memory_peak: Cell::new(0),
            clock: RefCell::new(None),
            strikes: Cell::new(0),
            stopped: RefCell::new(None),
            printed: RefCell::new(Vec::new()),
            printed_bytes: Cell::new(0),
            printed_lines: Cell::new(0),
        }
    };
}

/// Begins a recording: nothing has been printed.
pub fn begin(limits: &Limits) {
    METER.with(|meter| {
        meter.sizes.set(Sizes {
            nesting: limits.nesting,
            text_bytes: limits.text_bytes,
            list_items: limits.list_items,
            int_bits: limits.int_bits,
        });
        meter.memory_bytes.set(limits.memory_bytes);
        meter.memory_peak.set(0);
        meter.clock.replace(limits.clock.clone());
        meter.stopped.replace(None);
        meter.printed.replace(Vec::new());
        meter.printed_bytes.set(0);
        meter.printed_lines.set(limits.printed_lines);
    });
}

/// Ends a recording: what was printed, and the most memory that the program had.
pub fn end() -> (Vec<String>, usize) {
    METER.with(|meter| {
        meter.clock.replace(None);
        (meter.printed.take(), meter.memory_peak.get())
    })
}

/// What was printed is not kept.
pub fn forget_printed() {
    METER.with(|meter| {
        meter.printed.take();
        meter.printed_bytes.set(0);
    });
}

/// The program begins to work: `had_bytes` is the memory that it has from before.
pub fn enter(had_bytes: isize) {
    METER.with(|meter| meter.memory_base.set(memory::taken() - had_bytes));
}

/// The program has worked: the memory that it has now.
pub fn leave() -> isize {
    METER.with(|meter| memory::taken() - meter.memory_base.get())
}

/// A question begins, which may take this many steps.
pub fn question(allowed: u64) {
    METER.with(|meter| {
        meter.worked.set(0);
        meter.rounds.set(0);
        meter.allowed.set(allowed);
        meter.clock_at.set(CLOCK_STEPS);
        meter.strikes.set(0);
        meter.stopped.replace(None);
    });
}

/// Steps that guards counted in this question.
pub fn worked() -> u64 {
    METER.with(|meter| meter.worked.get())
}

pub fn sizes() -> Sizes {
    METER.with(|meter| meter.sizes.get())
}

/// Why the program was told to stop.
pub fn stopped() -> Option<starlark::Error> {
    METER.with(|meter| meter.stopped.take())
}

/// Counts work of this many steps and refuses what is too much; `bytes` more memory is needed.
pub fn spend(heap: Heap<'_>, steps: u64, bytes: usize) -> starlark::Result<()> {
    METER.with(|meter| {
        meter.worked.set(meter.worked.get() + steps);
        check_steps(meter)?;
        check_memory(meter, heap, bytes)
    })
}

/// Counts a round of a loop.
pub fn round(heap: Heap<'_>) -> starlark::Result<()> {
    METER.with(|meter| {
        let rounds = meter.rounds.get() + 1;
        meter.rounds.set(rounds);
        check_steps(meter)?;
        // What is large in a round was looked at by its own guard.
        match rounds % ROUNDS_PER_LOOK {
            0 => check_memory(meter, heap, 0),
            _ => Ok(()),
        }
    })
}

fn check_steps(meter: &Meter) -> starlark::Result<()> {
    let steps = meter.worked.get() + meter.rounds.get();
    if steps > meter.allowed.get() {
        return Err(over(too_many_steps()));
    }
    if steps > meter.clock_at.get() {
        meter.clock_at.set(steps + CLOCK_STEPS);
        check_clock(meter)?;
    }
    Ok(())
}

/// What a program is told that takes too many steps.
pub fn too_many_steps() -> String {
    "this takes too many steps: does a loop never end? Leave it with break, or loop fewer times"
        .into()
}

/// Asked every thousand steps: whether the program has to stop.
pub fn must_stop(heap: Heap<'_>) -> bool {
    METER.with(|meter| {
        let check = check_clock(meter).and_then(|()| check_memory(meter, heap, 0));
        match check {
            Ok(()) => false,
            Err(error) => {
                // Guards find the same at their next look, and can say where.
                meter.clock_at.set(0);
                meter.strikes.set(meter.strikes.get() + 1);
                let stop = meter.strikes.get() > STRIKES_MAX;
                if stop {
                    meter.stopped.replace(Some(error));
                }
                stop
            }
        }
    })
}

fn check_clock(meter: &Meter) -> starlark::Result<()> {
    let clock = meter.clock.borrow();
    match &*clock {
        Some(is_up) if is_up() => Err(starlark::Error::new_other(OutOfTime)),
        _ => Ok(()),
    }
}

fn check_memory(meter: &Meter, heap: Heap<'_>, bytes: usize) -> starlark::Result<()> {
    let taken = memory::taken() - meter.memory_base.get();
    let used = usize::try_from(taken)
        .unwrap_or(0)
        .max(heap.allocated_bytes());
    if used > meter.memory_peak.get() {
        meter.memory_peak.set(used);
    }
    let limit = meter.memory_bytes.get();
    if used.saturating_add(bytes) <= limit {
        return Ok(());
    }
    let limit_mb = limit >> 20;
    Err(over(if limit_mb > 0 {
        format!(
            "this needs more memory than the {limit_mb} MB there are: keep less, or smaller, lists and texts"
        )
    } else {
        "this needs more memory than there is: keep less, or smaller, lists and texts".into()
    }))
}

/// Keeps a printed line.
pub fn print(line: String) {
    METER.with(|meter| {
        let bytes = meter.printed_bytes.get() + line.len();
        let mut printed = meter.printed.borrow_mut();
        let full = printed.len() >= meter.printed_lines.get();
        if full || bytes > PRINTED_BYTES_MAX {
            return;
        }
        meter.printed_bytes.set(bytes);
        printed.push(line);
    });
}
