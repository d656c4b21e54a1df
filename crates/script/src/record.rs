//! Runs something with a program that can be asked, and keeps what it answered.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use faultline_sim::{Purpose, Stream, Time};
use faultline_systems::code::{Answers, Datum, FunctionSpec, Program, Tape, Turn, question};
use litemap::LiteMap;

use crate::engine::{Budget, Loaded, Names};
use crate::fault::{Fault, Kind};
use crate::limits::Limits;
use crate::meter;
use crate::program::{Code, functions};
use crate::text::Source;

/// What a recording took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Steps: operators, calls, rounds of loops, and the work of what is built in.
    pub steps: u64,
    /// Questions that the program answered.
    pub questions: u64,
    /// The most memory that its values took, bytes.
    pub memory_bytes: usize,
    /// What it printed, line by line, as far as the limits allow.
    pub printed: Vec<String>,
}

/// Reads a text without running it: the names that it defines, in their order.
///
/// # Errors
///
/// The first fault of the text.
pub fn check(source: Source<'_>) -> Result<Vec<String>, Fault> {
    let functions = functions(source, &Limits::default())?;
    Ok(functions.into_iter().map(|(name, _)| name).collect())
}

/// Loads a program, hands `work` what can be asked, and gives what `work` returned with the tape
/// of all answers.
///
/// `functions` are those that the system may ask for; the tape names those that are there.
///
/// # Errors
///
/// The first fault of the program. After it every question has no answer.
pub fn record<R>(
    source: Source<'_>,
    limits: &Limits,
    seed: u64,
    functions: &[FunctionSpec],
    work: impl FnOnce(Rc<dyn Program>) -> R,
) -> Result<(R, Tape, Stats), Fault> {
    meter::begin(limits);
    let recorded = record_within(source, limits, seed, functions, work);
    let (printed, memory_bytes) = meter::end();
    match recorded {
        Ok((result, tape, stats)) => {
            let stats = Stats {
                memory_bytes,
                printed,
                ..stats
            };
            Ok((result, tape, stats))
        }
        Err(fault) => Err(Fault { printed, ..fault }),
    }
}

fn record_within<R>(
    source: Source<'_>,
    limits: &Limits,
    seed: u64,
    functions: &[FunctionSpec],
    work: impl FnOnce(Rc<dyn Program>) -> R,
) -> Result<(R, Tape, Stats), Fault> {
    let code = Rc::new(Code::read(source, limits, functions)?);
    let defined = functions.iter().map(FunctionSpec::name);
    let tape = Tape {
        functions: defined
            .filter(|name| code.defines(name))
            .map(String::from)
            .collect(),
        ..Tape::default()
    };
    let recorder = Rc::new(Recorder {
        code,
        limits: limits.clone(),
        seed,
        budget: Rc::default(),
        nodes: RefCell::default(),
        tape: RefCell::new(tape),
        fault: RefCell::default(),
        ended: Cell::new(false),
    });
    // A program that does not load has a fault even if it is never asked.
    let loaded = recorder.load(Stream::derive(seed, Purpose::Code, 0), Names::new())?;
    meter::forget_printed();
    drop(loaded);
    let result = work(recorder.clone());
    recorder.ended.set(true);
    // Whoever still holds it gets no more answers, and its memory goes now.
    recorder.nodes.take();
    if let Some(fault) = recorder.fault.take() {
        return Err(fault);
    }
    let stats = Stats {
        steps: recorder.budget.steps.get(),
        questions: recorder.budget.questions.get(),
        ..Stats::default()
    };
    Ok((result, recorder.tape.take(), stats))
}

/// Asks the engine what is not on the tape yet.
struct Recorder {
    code: Rc<Code>,
    limits: Limits,
    seed: u64,
    budget: Rc<Budget>,
    /// What each node's program remembers, with the life that it is in.
    nodes: RefCell<LiteMap<u32, (Time, Rc<Loaded>)>>,
    tape: RefCell<Tape>,
    fault: RefCell<Option<Fault>>,
    ended: Cell<bool>,
}

impl Recorder {
    fn load(&self, random: Stream, names: Names) -> Result<Loaded, Fault> {
        Loaded::new(&self.code, &self.limits, &self.budget, random, names)
    }

    /// The node's program in this life.
    fn node(&self, turn: Turn) -> Result<Rc<Loaded>, Fault> {
        if let Some((life, loaded)) = self.nodes.borrow().get(&turn.node)
            && *life == turn.life
        {
            return Ok(loaded.clone());
        }
        // Its memory is free before the next life takes some.
        self.nodes.borrow_mut().remove(&turn.node);
        let of_node =
            Stream::derive(self.seed, Purpose::Code, 1 + u64::from(turn.node)).range(0, u64::MAX);
        let random = Stream::derive(of_node, Purpose::Code, turn.life.0);
        let loaded = Rc::new(self.load(random, Names::new())?);
        let life = (turn.life, loaded.clone());
        self.nodes.borrow_mut().insert(turn.node, life);
        Ok(loaded)
    }

    fn over(&self) -> bool {
        self.ended.get() || self.fault.borrow().is_some()
    }

    /// Keeps the first fault.
    fn or_fault<T>(&self, answer: Result<T, Fault>) -> Option<T> {
        match answer {
            Ok(answer) => Some(answer),
            Err(fault) => {
                self.fault.borrow_mut().get_or_insert(fault);
                None
            }
        }
    }
}

impl Program for Recorder {
    fn defines(&self, function: &str) -> bool {
        self.code.defines(function)
    }

    fn each(
        &self,
        function: &'static str,
        context: &[(&'static str, Vec<String>)],
        arguments: &[String],
    ) -> Option<Rc<Answers>> {
        if self.over() {
            return None;
        }
        let question = question(function, context, arguments);
        if let Some(answers) = self.tape.borrow().each.get(&question) {
            return Some(answers.clone());
        }
        let random = Stream::derive(self.seed, Purpose::Code, 0);
        let answers = self
            .load(random, context.to_vec())
            .and_then(|loaded| loaded.each(&self.code, function, arguments, &self.budget));
        let answers = Rc::new(self.or_fault(answers)?);
        self.tape
            .borrow_mut()
            .each
            .insert(question, answers.clone());
        Some(answers)
    }

    fn ask(
        &self,
        function: &'static str,
        turn: Turn,
        arguments: &dyn Fn() -> Vec<Datum>,
    ) -> Option<Datum> {
        if self.over() {
            return None;
        }
        if let Some(answer) = self.tape.borrow().turns.get(&turn) {
            return Some(answer.clone());
        }
        let arguments = arguments();
        let answer = self
            .node(turn)
            .and_then(|loaded| loaded.ask(&self.code, function, arguments));
        let answer = self.or_fault(answer)?;
        self.tape.borrow_mut().turns.insert(turn, answer.clone());
        Some(answer)
    }

    fn refuse(&self, function: &'static str, what: &str) {
        let place = self.code.place(function);
        let fault = self.code.text().fault(Kind::Answer, place, what);
        self.or_fault::<()>(Err(fault));
    }

    fn ended(&self) -> bool {
        self.over()
    }
}
