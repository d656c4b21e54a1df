//! The door for learner code: what a system may ask of a program that a learner wrote.
//!
//! A system asks, and knows no language. What answers is an engine, where there is one, or a
//! [`Tape`]: the answers that an engine gave when the same run was recorded. A run that plays a
//! tape can go back, fork and be played again like any other, on a page that carries no engine.
//!
//! A program is asked in two ways. [`Program::each`] is for pure functions, and takes many
//! arguments at once: what it answers depends on nothing else. [`Program::ask`] is for functions
//! that may remember: its answers depend on all that was asked before, so each question has a
//! [`Turn`], which names it within the run.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use faultline_sim::Time;
use litemap::LiteMap;
use serde::{Deserialize, Serialize};

use crate::text::excerpt;
use crate::{Lab, Values};

/// A function that a system may ask a program for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FunctionSpec {
    /// How it is written, e.g. `hash(key)`.
    pub usage: &'static str,
    /// What it is given and has to return, one or two sentences.
    pub help: &'static str,
}

/// Builds a run from parameters, a seed and a program.
pub type StartWith = fn(&Values, u64, Rc<dyn Program>) -> Box<dyn Lab>;

/// What a system asks of programs.
pub struct CodeSpec {
    /// The functions that it may ask for, in the order shown. A program has one of them at least.
    pub functions: &'static [FunctionSpec],
    /// The name of the function that a run with these parameters cannot do without; none if it
    /// needs no program.
    pub needs: fn(values: &Values) -> Option<&'static str>,
    /// By which metric programs are ranked beside what is built in, the lowest first; none if
    /// they are not.
    pub rank_by: Option<&'static str>,
    /// Builds a run at time 0 that asks a program.
    pub start: StartWith,
}

impl FunctionSpec {
    /// Its name, e.g. "hash".
    pub fn name(&self) -> &'static str {
        self.usage.split('(').next().unwrap_or_default()
    }
}

/// Plain data that goes through the door, either way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Datum {
    /// Nothing.
    None,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number from 2^63 to 2^256 - 1, big-endian.
    Large([u8; 32]),
    /// A number.
    Float(f64),
    /// A text.
    Text(String),
    /// Several.
    List(Vec<Datum>),
    /// Named fields, e.g. a worker; a program reads them as `worker.active`.
    Record(Vec<(String, Datum)>),
    /// What cannot go through: the type's name, e.g. "function".
    Other(String),
}

impl Datum {
    /// What it is, for a message: `None`, `-5`, `"abc"`, `a list`.
    pub fn describe(&self) -> String {
        match self {
            Datum::None => "None".into(),
            Datum::Bool(true) => "True".into(),
            Datum::Bool(false) => "False".into(),
            Datum::Int(value) => value.to_string(),
            Datum::Large(_) => "a whole number over 2**63".into(),
            Datum::Float(_) => "a number with a point".into(),
            Datum::Text(text) => format!("\"{}\"", excerpt(text)),
            Datum::List(_) => "a list".into(),
            Datum::Record(_) => "a record".into(),
            Datum::Other(kind) => kind.clone(),
        }
    }
}

/// Names a question within a run: the node that asks, when the life of it began that it is in,
/// and how many questions it asked before in this life. A program forgets what it knows when its
/// node begins a new life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Turn {
    /// The kernel's node.
    pub node: u32,
    /// When it started, or restarted last.
    pub life: Time,
    /// Questions before this one.
    pub number: u64,
}

/// What a pure function answered to many arguments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// One for each argument.
    pub values: Vec<Datum>,
    /// Steps that the program took for all of them: calls and rounds of loops. The same on every
    /// machine, which seconds are not.
    pub steps: u64,
}

/// A learner's program, as a system sees it.
///
/// Where an answer is none the program has failed, or the tape has ended: the run ends here, and
/// what the system does with it is never shown.
pub trait Program {
    /// Whether the program has a function of this name.
    fn defines(&self, function: &str) -> bool;

    /// Asks a pure function for each of the arguments. The answers are as many.
    ///
    /// `context` are global names that the program reads, each a list of texts, such as `nodes`;
    /// the program is loaded afresh with them.
    fn each(
        &self,
        function: &'static str,
        context: &[(&'static str, Vec<String>)],
        arguments: &[String],
    ) -> Option<Rc<Answers>>;

    /// Asks a function that may remember. The arguments are made only if they are needed.
    fn ask(
        &self,
        function: &'static str,
        turn: Turn,
        arguments: &dyn Fn() -> Vec<Datum>,
    ) -> Option<Datum>;

    /// An answer is of no use: the program fails with this message, at the function. `what` is
    /// a whole sentence without its full stop, and says what would be of use.
    fn refuse(&self, function: &'static str, what: &str);

    /// Whether it has failed, or its tape has ended: it answers nothing any more.
    fn ended(&self) -> bool;
}

/// A program's answers in one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tape {
    /// Names of the functions that systems asked for and the program has.
    pub functions: Vec<String>,
    /// Answers of pure functions, by [`question`].
    pub each: LiteMap<u64, Rc<Answers>>,
    /// Answers of functions that may remember.
    pub turns: LiteMap<Turn, Datum>,
}

/// Names a question to a pure function: a hash of all that its answer depends on (FNV-1a, 64
/// bits, with the length of each text before it).
pub fn question(
    function: &str,
    context: &[(&'static str, Vec<String>)],
    arguments: &[String],
) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut fold = |text: &str| {
        let length = (text.len() as u64).to_le_bytes();
        for byte in length.iter().chain(text.as_bytes()) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    fold(function);
    for (name, values) in context {
        fold(name);
        values.iter().for_each(|value| fold(value));
    }
    arguments.iter().for_each(|argument| fold(argument));
    hash
}

/// Plays a tape.
pub struct Player {
    tape: Rc<Tape>,
    ended: Cell<bool>,
}

impl Player {
    /// A player of a tape.
    pub fn new(tape: Rc<Tape>) -> Self {
        Self {
            tape,
            ended: Cell::new(false),
        }
    }

    fn or_end<T>(&self, answer: Option<T>) -> Option<T> {
        if answer.is_none() {
            self.ended.set(true);
        }
        answer
    }
}

impl Program for Player {
    fn defines(&self, function: &str) -> bool {
        self.tape.functions.iter().any(|name| name == function)
    }

    fn each(
        &self,
        function: &'static str,
        context: &[(&'static str, Vec<String>)],
        arguments: &[String],
    ) -> Option<Rc<Answers>> {
        let question = question(function, context, arguments);
        self.or_end(self.tape.each.get(&question).cloned())
    }

    fn ask(
        &self,
        _function: &'static str,
        turn: Turn,
        _arguments: &dyn Fn() -> Vec<Datum>,
    ) -> Option<Datum> {
        self.or_end(self.tape.turns.get(&turn).cloned())
    }

    fn refuse(&self, _function: &'static str, _what: &str) {
        // A tape holds no answer that was refused.
        self.ended.set(true);
    }

    fn ended(&self) -> bool {
        self.ended.get()
    }
}

impl fmt::Debug for dyn Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a learner's program")
    }
}

#[cfg(test)]
mod tests;
