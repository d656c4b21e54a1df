//! Runs with a learner's program: recorded once, then played, changed, taken back and shared.
//!
//! The program is written in Rust here; it picks servers in turn.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use faultline_course::samples::{Number, Samples};
use faultline_course::{Course, Recorded, RecordedPane, Recording, Run, RunError, Session};
use faultline_sim::{Span, Time};
use faultline_systems::code::{Answers, Datum, Program, Tape, Turn};
use faultline_systems::{MetricValue, registry};

/// Picks in turn, and writes down what it says.
#[derive(Default)]
struct InTurn {
    picks: Cell<usize>,
    tape: RefCell<Tape>,
}

impl Program for InTurn {
    fn defines(&self, function: &str) -> bool {
        function == "pick"
    }

    fn each(
        &self,
        _function: &'static str,
        _context: &[(&'static str, Vec<String>)],
        _arguments: &[String],
    ) -> Option<Rc<Answers>> {
        None
    }

    fn ask(
        &self,
        _function: &'static str,
        turn: Turn,
        arguments: &dyn Fn() -> Vec<Datum>,
    ) -> Option<Datum> {
        let Some(Datum::List(workers)) = arguments().pop() else {
            panic!("no workers");
        };
        let pick = self.picks.replace(self.picks.get() + 1);
        let answer = workers.get(pick % workers.len().max(1)).cloned()?;
        self.tape.borrow_mut().turns.insert(turn, answer.clone());
        Some(answer)
    }

    fn refuse(&self, _function: &'static str, what: &str) {
        panic!("{what}");
    }

    fn ended(&self) -> bool {
        false
    }
}

/// What an engine does.
fn record(recording: &Recording) -> Recorded {
    let pane = |index| {
        let program = Rc::new(InTurn::default());
        let mut lab = recording.start(registry(), index, program.clone()).unwrap();
        let until = Time::from_nanos(recording.until);
        assert!(lab.seek(until, 10_000_000).reached);
        RecordedPane {
            tape: Tape {
                functions: vec!["pick".into()],
                ..program.tape.borrow().clone()
            },
            fingerprint: lab.fingerprint(),
            ..RecordedPane::default()
        }
    };
    Recorded {
        until: recording.until,
        panes: (0..recording.panes.len()).map(pane).collect(),
    }
}

/// Records if there is need, up to the end; says whether there was.
fn settle(session: &mut Session) -> bool {
    let until = session.end().max(session.opens_at());
    let recorded = session.recording(until).map(|recording| record(&recording));
    let needed = recorded.is_some();
    if let Some(recorded) = recorded {
        session.play(recorded).unwrap();
    }
    assert!(!session.needs_recording());
    needed
}

fn with_code(params: &[(&str, &str)]) -> Run {
    let pair = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
    Run {
        of: "service".into(),
        seed: 3,
        params: params.iter().map(pair).collect(),
        code: "def pick(request, workers):\n    return in_turn(workers)\n".into(),
        at: Time::from_secs(12).as_nanos(),
        ..Run::default()
    }
}

fn open(run: Run) -> Result<Session, RunError> {
    Session::open(&Course::default(), run)
}

fn seek(session: &mut Session, seconds: u64) {
    assert!(session.seek(Time::from_secs(seconds), 10_000_000).reached);
}

#[test]
fn a_run_with_a_program_opens_where_it_says_once_it_is_recorded() {
    let mut session = open(with_code(&[("policy", "custom")])).unwrap();
    assert!(session.needs_recording());
    assert_eq!(session.now(), Time::ZERO);
    assert!(settle(&mut session));
    assert_eq!(session.now(), Time::from_secs(12));
    // The picks of round-robin, so the same run.
    let plain = Run {
        code: String::new(),
        ..with_code(&[("policy", "round-robin")])
    };
    let plain = open(plain).unwrap();
    assert_eq!(session.fingerprint(), plain.fingerprint());
}

#[test]
fn the_played_run_has_the_fingerprint_of_the_recorded_one() {
    let mut session = open(with_code(&[("policy", "custom")])).unwrap();
    let recorded = record(&session.recording(Time::from_secs(12)).unwrap());
    let fingerprint = recorded.panes[0].fingerprint;
    session.play(recorded).unwrap();
    assert_eq!(session.fingerprint(), fingerprint);
    for seconds in [3, 11, 0, 12] {
        seek(&mut session, seconds);
    }
    assert_eq!(session.fingerprint(), fingerprint);
    assert_eq!(session.run().code, with_code(&[]).code);
}

#[test]
fn every_change_needs_a_recording_and_taking_it_back_does_not() {
    let mut session = open(with_code(&[("policy", "custom")])).unwrap();
    settle(&mut session);
    let before = session.fingerprint();
    session.insert(Time::from_secs(2), "kill 2").unwrap();
    assert!(session.needs_recording());
    assert!(session.take_back());
    assert!(!session.needs_recording() && !session.can_undo());
    assert_eq!(session.fingerprint(), before);

    session.insert(Time::from_secs(2), "kill 2").unwrap();
    assert!(settle(&mut session));
    let killed = session.fingerprint();
    assert_ne!(killed, before);
    assert!(session.undo() && settle(&mut session));
    assert_eq!(session.fingerprint(), before);
    assert!(session.redo() && settle(&mut session));
    assert_eq!(session.fingerprint(), killed);
    session.set("nodes", "5").unwrap();
    assert!(settle(&mut session));
    // A look further needs one too.
    assert!(session.extend() && session.needs_recording());
}

#[test]
fn a_fork_is_recorded_in_both_panes() {
    let mut session = open(with_code(&[("policy", "custom")])).unwrap();
    settle(&mut session);
    session.fork(0).unwrap();
    assert!(settle(&mut session));
    let panes = session.fingerprints();
    assert_eq!(panes[0], panes[1]);
    let set = [("policy".to_owned(), "random".to_owned())];
    session
        .set_in(faultline_course::Panes::Only(1), &set)
        .unwrap();
    assert!(settle(&mut session));
    let panes = session.fingerprints();
    assert_ne!(panes[0], panes[1]);
    // The link of all that opens to the same.
    let mut again = open(session.run()).unwrap();
    settle(&mut again);
    assert_eq!(again.fingerprints(), panes);
}

#[test]
fn a_program_is_asked_for_where_it_is_needed_and_refused_where_it_is_not() {
    let message = |run| open(run).err().unwrap().to_string();
    let without = Run {
        code: String::new(),
        ..with_code(&[("policy", "custom"), ("nodes", "4")])
    };
    assert_eq!(
        message(without),
        "policy=custom needs a program with pick(request, workers)"
    );
    let gossip = Run {
        of: "gossip".into(),
        ..with_code(&[])
    };
    assert_eq!(
        message(gossip),
        "gossip takes no program: open the run without it"
    );
}

#[test]
fn numbers_over_time_are_measured_on_the_tape() {
    let mut session = open(with_code(&[("policy", "custom")])).unwrap();
    settle(&mut session);
    seek(&mut session, 10);
    let mut samples = Samples::new(&session, Span::from_secs(1));
    while !samples.step(Time::from_secs(10), 1_000_000) {}
    let last = samples.table().rows().last().unwrap();
    assert_eq!(last.at, Time::from_secs(10));
    for (column, name) in samples.table().columns() {
        let now = session
            .lab(0)
            .metrics()
            .into_iter()
            .find(|(other, _)| other == name);
        let now = now.and_then(|(_, value)| Number::of(&value));
        assert_eq!(last.number(column), now, "{name}");
    }
    let shares = session
        .lab(0)
        .metrics()
        .into_iter()
        .filter_map(|(name, value)| match value {
            MetricValue::Float(share) if name.ends_with("share_percent") => Some(share),
            _ => None,
        });
    for share in shares {
        assert!((share - 33.3).abs() < 0.5, "{share}");
    }
}
