//! How much a program may use.

use std::fmt;
use std::rc::Rc;

/// Says whether time is up.
pub type Clock = Rc<dyn Fn() -> bool>;

/// How much a program may use.
#[derive(Clone)]
pub struct Limits {
    /// Steps in all: operators, calls, rounds of loops, and the work of what is built in.
    pub steps: u64,
    /// Rounds of loops, with the work of what is built in, of one question.
    pub question_steps: u64,
    /// Memory that the program's values take, bytes.
    pub memory_bytes: usize,
    /// Calls within calls.
    pub call_depth: usize,
    /// Lists within lists, for whatever looks at all of them: `==`, `str`, `print`.
    pub nesting: usize,
    /// Characters of a text, in bytes of UTF-8.
    pub text_bytes: usize,
    /// Elements of a list, and numbers of a `range`.
    pub list_items: usize,
    /// Bits of a whole number.
    pub int_bits: u64,
    /// Lines that `print` keeps.
    pub printed_lines: usize,
    /// Says whether time is up; asked every few hundred steps.
    pub clock: Option<Clock>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 400_000_000,
            question_steps: 5_000_000,
            memory_bytes: 64 << 20,
            call_depth: 100,
            nesting: 100,
            text_bytes: 1 << 18,
            list_items: 1_000_000,
            int_bits: 16_384,
            printed_lines: 200,
            clock: None,
        }
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits")
            .field("steps", &self.steps)
            .field("question_steps", &self.question_steps)
            .field("memory_bytes", &self.memory_bytes)
            .finish_non_exhaustive()
    }
}
