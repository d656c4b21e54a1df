//! A run with a program over many seeds: its engine runs it, in a worker of its own, so that the
//! editor's is free for whatever the reader writes meanwhile.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use faultline_course::sweep::Outcome;
use faultline_course::{Order, Recording, Report};
use gloo_timers::callback::Timeout;
use yew::Callback;

use super::wire::{self, Heard, Wire};
use super::worded;

/// One run may take so long; the engine ends a program itself before that, with its line.
const TIME_MAX_MS: u32 = 20_000;

/// What comes of such runs.
pub enum Came {
    /// Some more are through, in the order of their seeds.
    Outcomes(Vec<Outcome>),
    /// They end here, and why.
    Failed(String),
}

/// Runs on their way. They end when this goes.
pub struct Seeds {
    _line: Rc<RefCell<Line>>,
}

struct Line {
    wire: Option<Wire>,
    /// The run with the next seed.
    recording: Recording,
    to: u64,
    limit: Option<Timeout>,
    tell: Callback<Came>,
}

impl Seeds {
    /// Begins with the recording's own seed and goes on to another.
    pub fn new(recording: Recording, to: u64, tell: Callback<Came>) -> Self {
        let line = Line {
            wire: None,
            recording,
            to,
            limit: None,
            tell,
        };
        let line = Rc::new(RefCell::new(line));
        let weak = Rc::downgrade(&line);
        let heard = weak.clone();
        let wire = Wire::new(move |said| hear(&heard, said));
        line.borrow_mut().wire = wire;
        line.borrow_mut().ask(weak);
        Self { _line: line }
    }
}

impl Line {
    /// Orders the runs that are missing.
    fn ask(&mut self, line: Weak<RefCell<Line>>) {
        let order = Order::Outcomes {
            recording: self.recording.clone(),
            to: self.to,
        };
        let (wait_ms, why) = match &mut self.wire {
            Some(wire) => {
                wire.send(&order);
                (TIME_MAX_MS, wire::LATE)
            }
            None => (0, wire::LOST),
        };
        let late = move || give_up(&line, why.to_owned());
        self.limit = Some(Timeout::new(wait_ms, late));
    }
}

fn hear(line: &Weak<RefCell<Line>>, said: Heard) {
    let (outcomes, fault) = match said {
        Heard::Done(_) => return,
        Heard::Report(_, Report::Outcomes { outcomes, fault }) => (outcomes, fault),
        Heard::Report(..) => return give_up(line, wire::OTHER_VERSION.to_owned()),
        Heard::Lost => return give_up(line, wire::LOST.to_owned()),
    };
    let Some(here) = line.upgrade() else { return };
    let (tell, seed) = {
        let mut here = here.borrow_mut();
        here.recording.seed += outcomes.len() as u64;
        here.limit = None;
        if fault.is_none() && here.recording.seed <= here.to {
            here.ask(line.clone());
        } else {
            here.wire = None;
        }
        (here.tell.clone(), here.recording.seed)
    };
    tell.emit(Came::Outcomes(outcomes));
    if let Some(fault) = fault {
        give_up(line, format!("with seed {seed}, line {}", worded(&fault)));
    }
}

fn give_up(line: &Weak<RefCell<Line>>, why: String) {
    let Some(here) = line.upgrade() else { return };
    let tell = {
        let mut here = here.borrow_mut();
        here.wire = None;
        here.limit = None;
        here.tell.clone()
    };
    tell.emit(Came::Failed(why));
}
