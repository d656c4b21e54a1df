//! Forks: two panes from one past, with the same chance, apart only by what was changed.

#[allow(dead_code, reason = "texts of any characters are for other tests")]
mod fuzz;

use faultline_course::author::{Files, compile};
use faultline_course::{Course, Panes, Run, RunError, Session};
use faultline_sim::Time;
use faultline_systems::LogEntry;
use fuzz::{Random, for_each_case};

const FIRST: Panes = Panes::Only(0);
const SECOND: Panes = Panes::Only(1);

fn at(seconds: u64) -> Time {
    Time::from_secs(seconds)
}

fn open(of: &str, params: &[(&str, &str)]) -> Session {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let run = Run {
        of: of.into(),
        seed: 5,
        params: params.iter().map(pair).collect(),
        ..Run::default()
    };
    Session::open(&Course::default(), run).expect("it opens")
}

/// The run again, by its link.
fn again(session: &Session) -> Session {
    let link = session.run().to_link().expect("it fits");
    let run = Run::from_link(&link).expect("our own link");
    assert_eq!(run, session.run());
    Session::open(&Course::default(), run).expect("it opens again")
}

fn tiny() -> Session {
    let files: Files = [
        ("course.toml", include_str!("tiny/course.toml")),
        ("01-tiny/lesson.toml", include_str!("tiny/lesson.toml")),
        ("01-tiny/lesson.md", include_str!("tiny/lesson.md")),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    let course = compile(&files).expect("no faults");
    Session::open(&course, course.lessons[0].opening()).expect("it opens")
}

fn listing(session: &Session) -> Vec<(u64, String, Panes)> {
    let seconds = |time: Time| time.as_nanos() / 1_000_000_000;
    let commands = session.commands().into_iter();
    commands
        .map(|c| {
            let panes = session.panes_of(c.id).expect("it is listed");
            (seconds(c.at), c.text, panes)
        })
        .collect()
}

fn same(session: &Session) -> bool {
    let prints = session.fingerprints();
    prints[0] == prints[1]
}

/// What a node sends in a pane, in order.
fn sent(session: &Session, pane: usize, node: &str) -> Vec<LogEntry> {
    let entries = session.lab(pane).trace(1, usize::MAX).into_iter();
    entries
        .filter(|entry| entry.kind == "sent" && entry.node.as_deref() == Some(node))
        .collect()
}

#[test]
fn a_fork_that_changes_nothing_is_equal_at_every_event() {
    for (of, command) in [
        ("gossip", "update 1"),
        ("bully", "kill 3"),
        ("quorum", "kill 2"),
    ] {
        let mut session = open(of, &[]);
        session.insert(at(1), command).expect("allowed");
        session.insert(at(9), "loss 10").expect("allowed");
        session.seek(at(5), u64::MAX);
        let before = session.fingerprint();
        session.fork(0).expect("allowed");
        assert_eq!(session.fingerprints(), [before, before], "{of}");
        assert_eq!((session.now(), session.forked_at()), (at(5), Some(at(5))));
        assert!(
            listing(&session)
                .iter()
                .all(|(_, _, panes)| *panes == Panes::All)
        );
        for millis in (0..20_000).step_by(137) {
            session.seek(Time::from_millis(millis), u64::MAX);
            assert!(same(&session), "{of} differs at {millis} ms");
        }
        let reopened = again(&session);
        assert_eq!(reopened.fingerprints(), session.fingerprints());
        assert!(session.undo());
        assert_eq!((session.pane_count(), session.forked_at()), (1, None));
    }
}

#[test]
fn a_change_in_one_pane_leaves_the_other_alone_and_its_removal_restores_equality() {
    for of in ["gossip", "bully"] {
        let mut alone = open(of, &[]);
        alone.seek(at(30), u64::MAX);
        let mut session = open(of, &[]);
        session.seek(at(8), u64::MAX);
        session.fork(0).expect("allowed");
        let kill = session
            .insert_in(SECOND, at(10), "kill 3")
            .expect("allowed");
        for seconds in [0, 4, 8, 9] {
            session.seek(at(seconds), u64::MAX);
            assert!(same(&session), "{of} differs at {seconds} s");
        }
        session.seek(at(30), u64::MAX);
        assert!(!same(&session), "{of}: nothing came of the change");
        assert_eq!(session.fingerprints()[0], alone.fingerprint(), "{of}");
        let mut killed = open(of, &[]);
        killed.insert(at(10), "kill 3").expect("allowed");
        killed.seek(at(30), u64::MAX);
        assert_eq!(session.fingerprints()[1], killed.fingerprint(), "{of}");
        assert_eq!(again(&session).fingerprints(), session.fingerprints());
        session.remove_in(SECOND, kill).expect("it is there");
        assert!(same(&session), "{of} stays changed");
        assert_eq!(session.fingerprints()[0], alone.fingerprint(), "{of}");
    }
}

/// A client that waits for answers asks the same, and each of its messages takes as long as it
/// does in the other pane, although the run around it has become another.
#[test]
fn both_panes_get_the_same_arrivals() {
    let mut session = open("quorum", &[("scenario", "workload")]);
    session.seek(at(3), u64::MAX);
    session.fork(0).expect("allowed");
    session.insert_in(SECOND, at(4), "kill 3").expect("allowed");
    session.seek(at(30), u64::MAX);
    assert!(!same(&session));
    let asked = |pane: usize| -> Vec<_> {
        let sent = sent(&session, pane, "client").into_iter();
        sent.map(|e| {
            (
                e.message,
                e.label,
                e.peer,
                e.fields,
                e.arrives.map(|to| to - e.at),
            )
        })
        .collect()
    };
    let (first, second) = (asked(0), asked(1));
    let both = first.len().min(second.len());
    assert!(both > 100, "{both} messages are too few to tell");
    assert_eq!(first[..both], second[..both]);
}

/// Nodes that the change does not reach go on with the numbers they would have drawn anyway:
/// they call the same others at the same times.
#[test]
fn nodes_draw_the_same_numbers_in_both_panes() {
    let mut session = open("gossip", &[]);
    session.seek(at(3), u64::MAX);
    session.fork(0).expect("allowed");
    session.insert_in(SECOND, at(4), "kill 4").expect("allowed");
    session
        .insert_in(SECOND, at(5), "update 1")
        .expect("allowed");
    session.seek(at(60), u64::MAX);
    assert!(!same(&session));
    for node in ["1", "2", "3"] {
        let calls = |pane: usize| -> Vec<_> {
            let sent = sent(&session, pane, node).into_iter();
            let calls = sent.filter(|entry| &*entry.label == "Push");
            calls.map(|e| (e.at, e.peer)).collect()
        };
        assert!(calls(0).len() > 20 && calls(0) == calls(1), "node {node}");
    }
}

#[test]
fn the_listing_says_which_panes_a_command_belongs_to() {
    let mut session = open("bully", &[]);
    session.insert(at(2), "crash 1").expect("allowed");
    let later = session.insert(at(8), "restart 1").expect("allowed");
    session.seek(at(5), u64::MAX);
    session.fork(0).expect("allowed");
    session.insert_in(FIRST, at(6), "crash 2").expect("allowed");
    session
        .insert_in(SECOND, at(6), "crash 3")
        .expect("allowed");
    session.insert(at(6), "loss 5").expect("allowed");
    let entry = |at: u64, text: &str, panes| (at, text.to_owned(), panes);
    let all = [
        entry(2, "crash 1", Panes::All),
        entry(6, "crash 2", FIRST),
        entry(6, "crash 3", SECOND),
        entry(6, "loss 5", Panes::All),
        entry(8, "restart 1", Panes::All),
    ];
    assert_eq!(listing(&session), all);
    assert_eq!(listing(&again(&session)), all);

    // A shared command moved in one pane becomes two, and one again when it is moved back.
    let moved = session
        .edit_in(SECOND, later, at(9), "restart 1")
        .expect("allowed");
    assert_ne!(moved, later);
    assert_eq!(
        listing(&session)[4..],
        [entry(8, "restart 1", FIRST), entry(9, "restart 1", SECOND)]
    );
    session.edit(moved, at(8), "restart 1").expect("allowed");
    assert_eq!(listing(&again(&session)), all);
    session.remove_in(FIRST, later).expect("it is there");
    assert_eq!(listing(&session)[4..], [entry(8, "restart 1", SECOND)]);
}

#[test]
fn what_a_fork_does_not_allow_is_refused_and_changes_nothing() {
    let mut session = open("bully", &[]);
    let refused = session
        .insert_in(SECOND, at(1), "crash 1")
        .expect_err("no fork");
    assert_eq!(refused, RunError::NotForked);
    assert_eq!(session.keep(0).expect_err("no fork"), RunError::NotForked);
    session.fork(1).expect_err("there is one pane");
    let early = session.insert(at(2), "crash 1").expect("allowed");
    let late = session.insert(at(8), "restart 1").expect("allowed");
    session.seek(at(5), u64::MAX);
    session.fork(0).expect("allowed");
    let before = (session.run(), session.fingerprints());
    let shared = |error: RunError| assert!(matches!(error, RunError::Shared { .. }), "{error}");
    shared(
        session
            .insert_in(FIRST, at(4), "crash 2")
            .expect_err("before the fork"),
    );
    shared(
        session
            .remove_in(SECOND, early)
            .expect_err("before the fork"),
    );
    shared(
        session
            .edit_in(SECOND, early, at(6), "crash 1")
            .expect_err("before the fork"),
    );
    shared(
        session
            .edit_in(SECOND, late, at(4), "restart 1")
            .expect_err("before the fork"),
    );
    assert_eq!(session.fork(0).expect_err("forked"), RunError::Forked);
    assert_eq!(session.compare(&[]).expect_err("forked"), RunError::Forked);
    session.keep(2).expect_err("there are two panes");
    session
        .insert_in(Panes::Only(2), at(9), "heal")
        .expect_err("there are two panes");
    assert_eq!((session.run(), session.fingerprints()), before);
    // What is shared can be changed in both.
    assert!(session.remove(early) && session.can_undo());
}

#[test]
fn either_branch_can_be_kept_and_all_of_it_undone() {
    let mut session = open("bully", &[]);
    session.seek(at(5), u64::MAX);
    let plain = session.run();
    session.fork(0).expect("allowed");
    session.insert_in(FIRST, at(6), "crash 2").expect("allowed");
    session
        .insert_in(SECOND, at(6), "crash 3")
        .expect("allowed");
    session
        .set_in(SECOND, &[("poll_every".into(), "4s".into())])
        .expect("allowed");
    session.seek(at(20), u64::MAX);
    let (forked, prints) = (session.run(), session.fingerprints());
    for pane in [0, 1] {
        session.keep(pane).expect("allowed");
        assert_eq!((session.pane_count(), session.pane_id(0)), (1, "run"));
        assert_eq!(session.fingerprint(), prints[pane]);
        assert_eq!(again(&session).fingerprint(), prints[pane]);
        assert_eq!(session.run().params.len(), pane);
        assert_eq!(session.commands()[0].text, ["crash 2", "crash 3"][pane]);
        assert!(session.undo());
        assert_eq!(
            (session.run(), session.fingerprints()),
            (forked.clone(), prints.clone())
        );
        assert!(session.redo());
        assert_eq!(session.fingerprint(), prints[pane]);
        assert!(session.undo());
    }
    while session.undo() {}
    session.seek(at(5), u64::MAX);
    assert_eq!(session.run(), plain);
    while session.redo() {}
    session.seek(at(20), u64::MAX);
    assert_eq!(session.fingerprints(), prints[1..]);
}

#[test]
fn a_parameter_can_differ_and_be_made_equal_again() {
    let mut session = open("bully", &[]);
    session.seek(at(5), u64::MAX);
    session.fork(0).expect("allowed");
    let set = |session: &mut Session, panes, value: &str| {
        let outcome = session.set_in(panes, &[("poll_every".into(), value.into())]);
        outcome.expect("allowed");
        let of =
            |pane: usize| session.lab(pane).values().span("poll_every").as_nanos() / 1_000_000_000;
        assert_eq!(again(session).fingerprints(), session.fingerprints());
        (of(0), of(1))
    };
    assert_eq!(set(&mut session, SECOND, "4s"), (3, 4));
    assert_eq!(set(&mut session, FIRST, "2s"), (2, 4));
    assert_eq!(set(&mut session, SECOND, "2s"), (2, 2));
    assert!(same(&session) && session.run().compare.expect("forked").params.is_empty());
    assert_eq!(set(&mut session, FIRST, "5s"), (5, 2));
    assert_eq!(set(&mut session, Panes::All, "3s"), (3, 3));
    assert!(same(&session));
}

#[test]
fn a_lesson_with_several_panes_forks_one_of_them() {
    let mut session = tiny();
    session.insert(at(1), "add D").expect("allowed");
    session.seek(at(2), u64::MAX);
    let (opening, prints) = (session.run(), session.fingerprints());
    session.fork(0).expect("allowed");
    assert_eq!(
        (session.pane_id(0), session.pane_id(1)),
        ("left", "compare")
    );
    assert_eq!(session.fingerprints(), [prints[0], prints[0]]);
    session
        .insert_in(SECOND, at(3), "crash A")
        .expect("allowed");
    session
        .set_in(SECOND, &[("strategy".into(), "jump".into())])
        .expect("allowed");
    let error = session.set("strategy", "ring").expect_err("the pane's own");
    assert!(
        matches!(&error, RunError::PaneOwn { pane, .. } if pane == "left"),
        "{error}"
    );
    session.seek(at(4), u64::MAX);
    let link = session.run().to_link().expect("it fits");
    let mut reopened = tiny();
    std::mem::swap(&mut reopened, &mut session);
    let run = Run::from_link(&link).expect("our own link");
    assert_eq!(run, reopened.run());
    reopened.keep(1).expect("allowed");
    assert_eq!(reopened.pane_count(), 2);
    assert_eq!(
        (reopened.pane_id(0), reopened.pane_id(1)),
        ("left", "right")
    );
    assert_eq!(reopened.commands().len(), 2);
    assert_eq!(reopened.lab(0).values().choice("strategy"), "modulo");
    assert!(reopened.undo() && reopened.forked_at().is_some());
    while reopened.undo() {}
    reopened.redo();
    reopened.seek(at(2), u64::MAX);
    assert_eq!((reopened.run(), reopened.fingerprints()), (opening, prints));

    let wrong = Run {
        of: "bully".into(),
        compare: run.compare,
        ..Run::default()
    };
    let error = Session::open(&Course::default(), wrong)
        .err()
        .expect("no such pane");
    assert!(matches!(error, RunError::NoPane { .. }), "{error}");
}

/// Whatever is done in one pane, the other is the run that it would be alone.
#[test]
fn each_pane_is_the_run_that_it_would_be_alone() {
    for_each_case(
        "each_pane_is_the_run_that_it_would_be_alone",
        60,
        |case, random| {
            let of = ["gossip", "bully", "quorum"][case as usize % 3];
            let mut session = open(of, &[]);
            let mut alone = [open(of, &[]), open(of, &[])];
            let fork = random.next() % 6;
            for _ in 0..random.below(3) {
                let (time, text) = command(random, 0);
                if session.insert(time, text).is_ok() {
                    for one in &mut alone {
                        one.insert(time, text).expect("allowed");
                    }
                }
            }
            session.seek(at(fork), u64::MAX);
            session.fork(0).expect("allowed");
            for _ in 0..random.below(8) {
                let (time, text) = command(random, fork);
                let panes = *random.pick(&[Panes::All, FIRST, SECOND]);
                if session.insert_in(panes, time, text).is_ok() {
                    for pane in (0..2).filter(|&pane| panes.contain(pane)) {
                        alone[pane].insert(time, text).expect("allowed in the fork");
                    }
                }
            }
            for _ in 0..3 {
                let to = Time::from_millis(random.next() % 30_000);
                session.seek(to, u64::MAX);
                for one in &mut alone {
                    one.seek(to, u64::MAX);
                }
                let wanted = [alone[0].fingerprint(), alone[1].fingerprint()];
                assert_eq!(session.fingerprints(), wanted, "at {to}");
                assert_eq!(again(&session).fingerprints(), wanted);
            }
            let kept = random.below(2);
            session.keep(kept).expect("allowed");
            assert_eq!(session.fingerprint(), alone[kept].fingerprint());
            alone[kept].seek(session.now(), u64::MAX);
            assert_eq!(session.run(), alone[kept].run());
        },
    );
}

fn command(random: &mut Random, from: u64) -> (Time, &'static str) {
    let texts = [
        "crash 1",
        "restart 1",
        "crash 2",
        "restart 2",
        "loss 20",
        "heal",
        "pause 3",
    ];
    let time = Time::from_millis(from * 1_000 + random.next() % 20 * 500);
    (time, *random.pick(&texts))
}
