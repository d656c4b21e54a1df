//! The engine's side of the page: a Web Worker, and whoever waits for it.
//!
//! One recording runs at a time. When the run changes meanwhile, the newest is what matters: the
//! one on its way is ended if it has taken long, and its answer is thrown away if not.

use std::cell::RefCell;

use faultline_course::{Order, ProgramFault, Recorded, Recording, Report};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

use super::address;
use crate::app::dom;

/// A recording that has taken so long is ended when a newer one is wanted.
const PATIENCE_MS: f64 = 700.0;
/// The engine ends a program itself, with its line, before the page ends the engine.
const TIME_MAX_MS: u32 = 20_000;

/// What came of a recording.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// All answers, and how long it took, milliseconds.
    Recorded(Recorded, f64),
    /// What is wrong with the program.
    Fault(ProgramFault),
    /// The reader stopped it.
    Stopped,
    /// The engine did not answer; why not.
    Lost(&'static str),
}

/// What the engine is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Doing {
    /// A program runs.
    pub runs: bool,
    /// How much of it is done, from 0 to 1.
    pub done: f64,
}

struct Job {
    id: u32,
    recording: Recording,
    since_ms: f64,
    tell: Callback<Outcome>,
    _limit: Timeout,
}

#[derive(Default)]
struct Client {
    worker: Option<(Worker, [EventListener; 2])>,
    last_id: u32,
    job: Option<Job>,
    next: Option<(Recording, Callback<Outcome>)>,
    /// What failed last: asking again would fail again.
    failed: Option<Recording>,
    checking: Option<(u32, Callback<Option<ProgramFault>>)>,
    watcher: Option<Callback<Doing>>,
}

thread_local! {
    static CLIENT: RefCell<Client> = RefCell::default();
}

/// Has a run recorded, unless that is on its way or has failed.
pub fn record(recording: Recording, tell: Callback<Outcome>) {
    let doing = CLIENT.with_borrow_mut(|client| {
        if client.failed.as_ref() == Some(&recording) {
            return None;
        }
        client.failed = None;
        match &client.job {
            Some(job) if job.recording == recording => {
                client.next = None;
                return None;
            }
            Some(job) if dom::clock_ms() - job.since_ms < PATIENCE_MS => {
                client.next = Some((recording, tell));
                return None;
            }
            Some(_) => client.end_worker(),
            None => {}
        }
        client.start(recording, tell);
        Some(Doing {
            runs: true,
            done: 0.0,
        })
    });
    if let Some(doing) = doing {
        say(doing);
    }
}

/// Ends what runs, at once.
pub fn stop() {
    end(Outcome::Stopped);
}

/// Reads a text without running it. Only the last text asked about is answered, and none while a
/// program runs.
pub fn check(text: String, tell: Callback<Option<ProgramFault>>) {
    CLIENT.with_borrow_mut(|client| {
        if client.job.is_none() {
            let id = client.send(&Order::Check(text));
            client.checking = Some((id, tell));
        }
    });
}

/// Tells from now on what the engine is doing.
pub fn watch(tell: Callback<Doing>) {
    CLIENT.with_borrow_mut(|client| client.watcher = Some(tell));
}

fn say(doing: Doing) {
    let watcher = CLIENT.with_borrow(|client| client.watcher.clone());
    if let Some(watcher) = watcher {
        watcher.emit(doing);
    }
}

/// Ends the worker, and what it did with this outcome.
fn end(outcome: Outcome) {
    let job = CLIENT.with_borrow_mut(|client| {
        client.end_worker();
        let job = client.job.take();
        client.failed = job.as_ref().map(|job| job.recording.clone());
        client.next = None;
        job
    });
    say(Doing::default());
    if let Some(job) = job {
        job.tell.emit(outcome);
    }
}

fn heard(event: &MessageEvent) {
    let data = event.data();
    let field = |name: &str| Reflect::get(&data, &JsValue::from_str(name)).ok();
    let id = field("id").and_then(|id| id.as_f64()).unwrap_or_default() as u32;
    if let Some(done) = field("done").and_then(|done| done.as_f64()) {
        return say(Doing { runs: true, done });
    }
    let bytes = field("bytes").and_then(|bytes| bytes.dyn_into::<Uint8Array>().ok());
    let bytes = bytes.map(|bytes| bytes.to_vec()).unwrap_or_default();
    let report = postcard::from_bytes(&bytes).unwrap_or(Report::Unknown);
    match report {
        Report::Recorded(result) => recorded(id, result),
        Report::Checked(fault) => {
            let tell =
                CLIENT.with_borrow_mut(|client| client.checking.take_if(|(asked, _)| *asked == id));
            if let Some((_, tell)) = tell {
                tell.emit(fault);
            }
        }
        Report::Unknown => end(Outcome::Lost(
            "The engine is of another version than this page. Reload the page.",
        )),
    }
}

fn recorded(id: u32, result: Result<Recorded, ProgramFault>) {
    let told = CLIENT.with_borrow_mut(|client| {
        let job = client.job.take_if(|job| job.id == id)?;
        if let Some((recording, tell)) = client.next.take() {
            client.start(recording, tell);
            return None;
        }
        let took_ms = dom::clock_ms() - job.since_ms;
        Some(match result {
            Ok(recorded) => (job.tell, Outcome::Recorded(recorded, took_ms)),
            Err(fault) => {
                client.failed = Some(job.recording);
                (job.tell, Outcome::Fault(fault))
            }
        })
    });
    if let Some((tell, outcome)) = told {
        say(Doing::default());
        tell.emit(outcome);
    }
}

impl Client {
    fn start(&mut self, recording: Recording, tell: Callback<Outcome>) {
        let id = self.send(&Order::Record(recording.clone()));
        let late = || end(Outcome::Lost("The program took too long and was ended."));
        self.job = Some(Job {
            id,
            recording,
            since_ms: dom::clock_ms(),
            tell,
            _limit: Timeout::new(TIME_MAX_MS, late),
        });
    }

    fn end_worker(&mut self) {
        if let Some((worker, _)) = self.worker.take() {
            worker.terminate();
        }
        self.checking = None;
    }

    /// Sends an order; gives its number.
    fn send(&mut self, order: &Order) -> u32 {
        self.last_id += 1;
        let id = self.last_id;
        if self.worker.is_none() {
            self.worker = worker();
        }
        let message = Object::new();
        let bytes = postcard::to_allocvec(order).unwrap_or_default();
        let bytes = Uint8Array::from(&bytes[..]);
        let _ = Reflect::set(&message, &"id".into(), &id.into());
        let _ = Reflect::set(&message, &"bytes".into(), &bytes);
        if let Some((worker, _)) = &self.worker {
            let _ = worker.post_message(&message);
        }
        id
    }
}

/// Starts a worker; none where the browser has none.
fn worker() -> Option<(Worker, [EventListener; 2])> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(&address("worker.js"), &options).ok()?;
    let message = EventListener::new(&worker, "message", |event| {
        if let Some(event) = event.dyn_ref() {
            heard(event);
        }
    });
    let error = EventListener::new(&worker, "error", |_| {
        end(Outcome::Lost(
            "The engine did not start, or ran out of memory. Try again.",
        ));
    });
    Some((worker, [message, error]))
}
