//! A loaded program that can be asked.
//!
//! Starlark lends a module to a closure and takes it back when the closure returns, so that no
//! value outlives its heap. A lab, though, wants to ask now and then. So the closure is an
//! asynchronous one that waits for the next order inside of the module's scope, and [`Loaded`]
//! owns it: a coroutine, polled by hand, without a thread and without unsafe code.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use faultline_sim::Stream;
use faultline_systems::code::{Answers, Datum};
use starlark::environment::Module;
use starlark::eval::Evaluator;
use starlark::values::list::{AllocList, ListRef};
use starlark::values::structs::StructRef;
use starlark::values::{Heap, Value};

use crate::builtins;
use crate::collect;
use crate::data;
use crate::fault::Fault;
use crate::limits::Limits;
use crate::messages;
use crate::meter;
use crate::program::Code;
use crate::strategies::NODES;

/// Names of texts that a program finds, such as `nodes`.
pub type Names = Vec<(&'static str, Vec<String>)>;

/// What a loaded program is to do.
enum Order {
    Load(Names),
    Each(&'static str, Vec<String>),
    Ask(&'static str, Vec<Datum>),
}

/// Calls, of guards too, that go with a step that guards count.
const TICKS_PER_STEP: u64 = 20;

/// Where order and answers change hands.
#[derive(Default)]
struct Post {
    order: RefCell<Option<Order>>,
    reply: RefCell<Option<Result<Vec<Datum>, Fault>>>,
}

/// Steps that are left to the whole recording, shared by all that it loads.
#[derive(Debug, Default)]
pub struct Budget {
    pub steps: Cell<u64>,
    pub questions: Cell<u64>,
    /// Bytes of all answers, which are kept with the run.
    pub answers_bytes: Cell<usize>,
}

/// A program in memory, with all that it remembers.
pub struct Loaded {
    task: RefCell<Pin<Box<dyn Future<Output = ()>>>>,
    post: Rc<Post>,
    memory: Cell<isize>,
    random: RefCell<Stream>,
}

impl Loaded {
    /// Loads a program: runs what stands outside of its functions.
    pub fn new(
        code: &Rc<Code>,
        limits: &Limits,
        budget: &Rc<Budget>,
        random: Stream,
        names: Names,
    ) -> Result<Self, Fault> {
        let post = Rc::new(Post::default());
        let work = Work {
            code: code.clone(),
            limits: limits.clone(),
            budget: budget.clone(),
            collect_at: Cell::new(collect::FIRST_BYTES),
        };
        let inside = post.clone();
        let serve = Module::with_temp_heap_async(async move |module: Module<'_>| {
            loop {
                let order = poll_fn(|_| match inside.order.borrow_mut().take() {
                    Some(order) => Poll::Ready(order),
                    None => Poll::Pending,
                });
                let reply = work.serve(&module, order.await);
                inside.reply.replace(Some(reply));
            }
        });
        let loaded = Self {
            task: RefCell::new(Box::pin(serve)),
            post,
            memory: Cell::new(0),
            random: RefCell::new(random),
        };
        loaded.order(code, Order::Load(names))?;
        Ok(loaded)
    }

    /// Asks a pure function for each of the texts.
    pub fn each(
        &self,
        code: &Code,
        function: &'static str,
        arguments: &[String],
        budget: &Budget,
    ) -> Result<Answers, Fault> {
        let before = budget.steps.get();
        let values = self.order(code, Order::Each(function, arguments.to_vec()))?;
        let steps = budget.steps.get() - before;
        Ok(Answers { values, steps })
    }

    /// Asks a function.
    pub fn ask(
        &self,
        code: &Code,
        function: &'static str,
        arguments: Vec<Datum>,
    ) -> Result<Datum, Fault> {
        let answers = self.order(code, Order::Ask(function, arguments))?;
        Ok(answers.into_iter().next().unwrap_or(Datum::None))
    }

    fn order(&self, code: &Code, order: Order) -> Result<Vec<Datum>, Fault> {
        self.post.order.replace(Some(order));
        meter::enter(self.memory.get());
        builtins::set_random(self.random.borrow().clone());
        let mut context = Context::from_waker(Waker::noop());
        let poll = self.task.borrow_mut().as_mut().poll(&mut context);
        debug_assert!(poll.is_pending(), "it serves for ever");
        if let Some(random) = builtins::take_random() {
            self.random.replace(random);
        }
        self.memory.set(meter::leave());
        let reply = self.post.reply.take();
        reply.unwrap_or_else(|| Err(code.nothing()))
    }
}

/// What is needed to serve orders.
struct Work {
    code: Rc<Code>,
    limits: Limits,
    budget: Rc<Budget>,
    collect_at: Cell<usize>,
}

impl Work {
    fn serve(&self, module: &Module<'_>, order: Order) -> Result<Vec<Datum>, Fault> {
        match order {
            Order::Load(names) => {
                self.load(module, names)?;
                Ok(Vec::new())
            }
            Order::Each(function, arguments) => {
                let answer = |argument: &String| {
                    let argument = module.heap().alloc(argument.as_str());
                    self.ask(module, function, &[argument])
                };
                let mut answers = Vec::with_capacity(arguments.len());
                for argument in &arguments {
                    answers.push(answer(argument)?);
                }
                Ok(answers)
            }
            Order::Ask(function, arguments) => {
                let heap = module.heap();
                let arguments = arguments.iter().map(|datum| data::value(heap, datum));
                let arguments: Vec<_> = arguments.collect();
                Ok(vec![self.ask(module, function, &arguments)?])
            }
        }
    }

    fn load(&self, module: &Module<'_>, names: Names) -> Result<(), Fault> {
        let heap = module.heap();
        module.set("nodes", heap.alloc(AllocList(NODES)));
        for (name, values) in names {
            let values = values.iter().map(String::as_str);
            module.set(name, heap.alloc(AllocList(values)));
        }
        let loaded = self.question(module, |eval| {
            eval.eval_module(self.code.tree(), self.code.globals())
        });
        loaded.map(|_| ())
    }

    fn ask<'v>(
        &self,
        module: &Module<'v>,
        function: &'static str,
        arguments: &[Value<'v>],
    ) -> Result<Datum, Fault> {
        let Some(value) = module.get(function) else {
            return Err(self.code.no_function(function));
        };
        if !matches!(value.get_type(), "function" | "native_function") {
            return Err(self.code.no_function(function));
        }
        self.budget.questions.set(self.budget.questions.get() + 1);
        let answer = self.question(module, |eval| eval.eval_function(value, arguments, &[]));
        let answer = answer.map_err(|fault| {
            let fault = self.code.at_function(function, fault);
            with_fields(fault, arguments)
        })?;
        let (datum, bytes) = data::datum(answer);
        let kept = &self.budget.answers_bytes;
        kept.set(kept.get() + bytes);
        if kept.get() > self.limits.memory_bytes {
            return Err(self.code.too_many_answers(function));
        }
        self.collect(module);
        Ok(datum)
    }

    /// Runs something of the program's within its limits.
    fn question<'v>(
        &self,
        module: &Module<'v>,
        run: impl for<'a> FnOnce(&mut Evaluator<'v, 'a, 'a>) -> starlark::Result<Value<'v>>,
    ) -> Result<Value<'v>, Fault> {
        let left = self.limits.steps.saturating_sub(self.budget.steps.get());
        let allowed = left.min(self.limits.question_steps).max(1);
        meter::question(allowed);
        let heap: Heap<'v> = module.heap();
        let mut eval = Evaluator::new(module);
        // Collecting walks as deep as lists are nested, so `collect` looks at them before.
        eval.disable_gc();
        eval.set_check_cancelled(Box::new(move || meter::must_stop(heap)));
        // Neither is 0, and neither was set before. Guards count rounds of loops first, because
        // they can say where.
        let _ = eval.set_max_tick_count(allowed.saturating_mul(TICKS_PER_STEP));
        let _ = eval.set_max_callstack_size(self.limits.call_depth.max(1));
        let result = run(&mut eval);
        let steps = eval.get_total_tick_count() + meter::worked();
        self.budget.steps.set(self.budget.steps.get() + steps);
        result.map_err(|error| messages::fault(&self.code, &error))
    }

    /// Frees what the program no longer reaches, now and then.
    fn collect(&self, module: &Module<'_>) {
        if module.heap().allocated_bytes() >= self.collect_at.get() {
            collect::collect(module, &self.code, &self.limits);
            let kept = module.heap().allocated_bytes();
            self.collect_at.set((2 * kept).max(collect::FIRST_BYTES));
        }
    }
}

/// Says which fields there are, where a program asks for one that a given record has not.
fn with_fields(fault: Fault, arguments: &[Value<'_>]) -> Fault {
    let Some(name) = fault.message.strip_prefix("a struct has no .") else {
        return fault;
    };
    let lists = arguments
        .iter()
        .filter_map(|argument| ListRef::from_value(*argument));
    let given = arguments
        .iter()
        .copied()
        .chain(lists.flat_map(|list| list.iter().take(1)));
    let mut fields: Vec<String> = Vec::new();
    for record in given.filter_map(StructRef::from_value) {
        let names = record.iter().map(|(name, _)| name.as_str().to_owned());
        fields.extend(
            names
                .filter(|name| !fields.contains(name))
                .collect::<Vec<_>>(),
        );
    }
    let message = messages::no_field("struct", name, &fields);
    Fault { message, ..fault }
}
