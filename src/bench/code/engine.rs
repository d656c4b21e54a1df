//! The engine's side of the page: a Web Worker, and whoever waits for it.
//!
//! One recording runs at a time. When the run changes meanwhile, the newest is what matters: the
//! one on its way is ended if it has taken long, and its answer is thrown away if not.

use std::cell::RefCell;

use faultline_course::{Order, ProgramFault, Recorded, Recording, Report};
use gloo_timers::callback::Timeout;
use yew::Callback;

use super::wire::{self, Heard, Wire};
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
    wire: Option<Wire>,
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
            client.checking = id.map(|id| (id, tell));
        }
    });
}

/// Tells from now on what the engine is doing; gives what it does now.
pub fn watch(tell: Callback<Doing>) -> Doing {
    CLIENT.with_borrow_mut(|client| {
        client.watcher = Some(tell);
        Doing {
            runs: client.job.is_some(),
            done: 0.0,
        }
    })
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

fn heard(said: Heard) {
    match said {
        Heard::Done(done) => say(Doing { runs: true, done }),
        Heard::Report(id, Report::Recorded(result)) => recorded(id, result),
        Heard::Report(id, Report::Checked(fault)) => {
            let tell =
                CLIENT.with_borrow_mut(|client| client.checking.take_if(|(asked, _)| *asked == id));
            if let Some((_, tell)) = tell {
                tell.emit(fault);
            }
        }
        Heard::Report(..) => end(Outcome::Lost(wire::OTHER_VERSION)),
        Heard::Lost => end(Outcome::Lost(wire::LOST)),
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
        let (wait_ms, why) = match id {
            Some(_) => (TIME_MAX_MS, wire::LATE),
            None => (0, wire::LOST),
        };
        let late = move || end(Outcome::Lost(why));
        self.job = Some(Job {
            id: id.unwrap_or_default(),
            recording,
            since_ms: dom::clock_ms(),
            tell,
            _limit: Timeout::new(wait_ms, late),
        });
    }

    fn end_worker(&mut self) {
        self.wire = None;
        self.checking = None;
    }

    /// Sends an order; gives its number. None where the browser has no workers.
    fn send(&mut self, order: &Order) -> Option<u32> {
        if self.wire.is_none() {
            self.wire = Wire::new(heard);
        }
        self.wire.as_mut().map(|wire| wire.send(order))
    }
}
