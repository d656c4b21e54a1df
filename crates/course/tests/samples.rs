//! Numbers over time and over seeds: taken in bites, they are those of the runs themselves.

use faultline_course::samples::{Number, Samples, Table};
use faultline_course::sweep::{Outcome, Sweep, metrics};
use faultline_course::{Branch, Course, Run, Session};
use faultline_sim::{Span, Time};
use faultline_systems::Metrics;

const EVERY: Span = Span::from_millis(250);
const END: Time = Time::from_secs(12);

fn open(of: &str, seed: u64) -> Session {
    let run = Run {
        of: of.into(),
        seed,
        compare: Some(Branch::default()),
        at: END.as_nanos(),
        ..Run::default()
    };
    Session::open(&Course::default(), run).expect("it opens")
}

fn sampled(samples: &mut Samples, until: Time) -> String {
    let mut bites = 0;
    while !samples.step(until, 30) {
        bites += 1;
    }
    assert!(bites > 0 || samples.next() > until);
    text(samples.table())
}

fn text(table: &Table) -> String {
    let names: Vec<_> = table.columns().map(|(_, name)| &**name).collect();
    let mut out = format!("{names:?}\n");
    for row in table.rows() {
        let cells: Vec<_> = table
            .columns()
            .map(|(column, _)| row.number(column))
            .collect();
        out += &format!("{} {} {cells:?}\n", row.at, row.pane);
    }
    out
}

/// What a run measures, each moment reached by a move of its own.
fn straight(session: &mut Session, until: Time) -> String {
    let mut table = Table::default();
    let mut at = Time::ZERO;
    while at <= until {
        session.seek(at, u64::MAX);
        for pane in 0..session.pane_count() {
            table.add(at, pane, &session.lab(pane).metrics());
        }
        at += EVERY;
    }
    text(&table)
}

#[test]
fn samples_are_what_the_run_measures_at_those_moments() {
    for of in ["gossip", "bully", "quorum", "sharding"] {
        let mut session = open(of, 7);
        let mut samples = Samples::new(&session, EVERY);
        // First a part, as far as a learner has played, then the rest.
        sampled(&mut samples, Time::from_millis(3_100));
        let found = sampled(&mut samples, END);
        assert_eq!(found, straight(&mut session, END), "{of}");
    }
}

#[test]
fn a_change_leaves_what_was_before_it_and_brings_what_follows_from_it() {
    let mut session = open("bully", 3);
    let mut samples = Samples::new(&session, EVERY);
    sampled(&mut samples, END);
    assert!(!samples.follow(&session));

    let id = session
        .insert(Time::from_secs(5), "crash 3")
        .expect("a node");
    assert!(samples.follow(&session));
    assert_eq!(samples.next(), Time::from_secs(5));
    let found = sampled(&mut samples, END);
    assert_eq!(found, straight(&mut session, END));

    session
        .edit(id, Time::from_millis(7_100), "crash 3")
        .expect("a node");
    assert!(samples.follow(&session));
    assert_eq!(samples.next(), Time::from_secs(5));
    let found = sampled(&mut samples, END);
    assert_eq!(found, straight(&mut session, END));

    session.remove(id);
    samples.follow(&session);
    assert_eq!(samples.next(), Time::from_millis(7_250));
    let found = sampled(&mut samples, END);
    assert_eq!(found, straight(&mut session, END));

    session.set_seed(4).expect("any seed runs");
    samples.follow(&session);
    assert_eq!(samples.next(), Time::ZERO);
    let found = sampled(&mut samples, END);
    assert_eq!(found, straight(&mut session, END));
}

#[test]
fn a_sweep_in_bites_comes_to_what_each_seed_alone_comes_to() {
    for of in ["gossip", "sharding"] {
        let session = open(of, 1);
        for bite in [17, 100_000] {
            let mut sweep = Sweep::new(&session, 1..=20, END);
            while !sweep.step(bite).expect("it runs under every seed") {}
            let alone: Vec<Outcome> = (1..=20).map(|seed| Outcome::of(&open(of, seed))).collect();
            assert_eq!(sweep.outcomes(), alone, "{of}");
            assert_eq!(metrics(sweep.outcomes(), 1), metrics(&alone, 1), "{of}");
        }
    }
    let session = open("gossip", 1);
    let lab: Metrics = session.lab(0).metrics();
    let outcome = Outcome::of(&session);
    for (name, value) in &lab {
        assert_eq!(outcome.number(0, name), Number::of(value), "{name}");
    }
}
