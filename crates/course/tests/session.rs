//! Sessions: panes in lock-step, changes that can be taken back, and runs that come back from
//! their links event for event.

mod fuzz;

use faultline_course::author::{Files, compile};
use faultline_course::{
    Action, Branch, Check, Comparison, Course, Hunted, MAX_COMMANDS, MAX_END, Panes, Run, RunError,
    Session, Sought,
};
use faultline_sim::Time;
use fuzz::{Random, for_each_case};

fn course() -> Course {
    let files: Files = [
        ("course.toml", include_str!("tiny/course.toml")),
        ("01-tiny/lesson.toml", include_str!("tiny/lesson.toml")),
        ("01-tiny/lesson.md", include_str!("tiny/lesson.md")),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    compile(&files).expect("no faults")
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn open(run: Run) -> Session {
    Session::open(&course(), run).expect("it opens")
}

/// A session of the tiny lesson, which has two panes.
fn tiny() -> Session {
    open(course().lessons[0].opening())
}

/// A session of the bare system.
fn bare() -> Session {
    open(Run {
        of: "sharding".into(),
        seed: 3,
        ..Run::default()
    })
}

fn refusal(run: Run) -> String {
    Session::open(&course(), run)
        .err()
        .expect("it is refused")
        .to_string()
}

/// All there is to see of where a session stands.
fn state(session: &Session) -> (Time, u64, Vec<u64>, Option<Time>) {
    (
        session.now(),
        session.events(),
        session.fingerprints(),
        session.next_time(),
    )
}

#[test]
fn a_lesson_opens_with_its_own_parameters_and_panes() {
    let session = tiny();
    assert_eq!(session.pane_count(), 2);
    assert_eq!((session.pane_id(0), session.pane_id(1)), ("left", "right"));
    assert_eq!(session.now(), Time::from_millis(100));
    assert_eq!(session.end(), Time::from_secs(10));
    assert_eq!(session.lab(0).values().choice("strategy"), "modulo");
    assert_eq!(session.lab(1).values().choice("strategy"), "ring");
    assert_eq!(session.lab(1).values().int("keys"), 100);
    assert_eq!(session.seed(), 7);
    assert_eq!(session.run(), course().lessons[0].opening());
}

#[test]
fn a_pane_goes_over_the_run_and_the_run_over_the_lesson() {
    let params = pairs(&[("strategy", "jump"), ("keys", "50"), ("change", "none")]);
    let session = open(Run {
        of: "01-tiny".into(),
        seed: 1,
        params,
        ..Run::default()
    });
    assert_eq!(session.lab(0).values().choice("strategy"), "modulo");
    assert_eq!(session.lab(1).values().choice("strategy"), "jump");
    assert_eq!(session.lab(0).values().int("keys"), 50);
    // What the lesson has anyway is not kept.
    assert_eq!(
        session.run().params,
        pairs(&[("strategy", "jump"), ("keys", "50")])
    );
}

#[test]
fn what_cannot_be_opened_says_why() {
    let of = |of: &str| Run {
        of: of.into(),
        ..Run::default()
    };
    let check = |run: Run, wanted: &str| {
        let message = refusal(run);
        assert!(
            message.contains(wanted),
            "{message:?} does not say {wanted:?}"
        );
        assert!(!message.contains('\n'), "{message:?}");
    };
    check(
        of("nope"),
        "\"nope\" is neither a lesson nor a system; allowed: 01-tiny, service",
    );
    check(
        Run {
            params: pairs(&[("keys", "x")]),
            ..of("sharding")
        },
        "a whole number from 1 to",
    );
    check(
        Run {
            params: pairs(&[("k", "1")]),
            ..of("01-tiny")
        },
        "'k' is not a parameter",
    );
    check(
        Run {
            code: "x".into(),
            ..of("bully")
        },
        "bully takes no program",
    );
    let commands = vec![(5, "crash A".into()), (9, "explode".into())];
    check(
        Run {
            commands,
            ..of("sharding")
        },
        "at 9ns: 'explode'",
    );
    let commands = vec![(1_000, "crash Q".into())];
    check(
        Run {
            commands,
            ..of("01-tiny")
        },
        "at 1us, in left: ",
    );
    check(
        Run {
            commands: vec![(0, "heal".into()); MAX_COMMANDS + 1],
            ..of("sharding")
        },
        "1000",
    );
    check(
        Run {
            compare: Some(Branch {
                params: pairs(&[("keys", "-1")]),
                ..Branch::default()
            }),
            ..of("sharding")
        },
        "keys: '-1'",
    );
}

#[test]
fn stepping_goes_through_every_event_of_every_pane_and_back() {
    let mut session = tiny();
    session
        .insert(Time::from_millis(150), "add D")
        .expect("allowed");
    session
        .insert(Time::from_millis(150), "lookup x")
        .expect("allowed");
    let mut trail = vec![state(&session)];
    for _ in 0..400 {
        assert!(session.step());
        trail.push(state(&session));
    }
    assert!(
        trail.windows(2).all(|pair| pair[0].0 <= pair[1].0),
        "time goes forward"
    );
    let within = trail
        .windows(2)
        .filter(|pair| pair[0].0 == pair[1].0)
        .count();
    assert!(
        within > 0,
        "no two events of one instant: the test does not reach that case"
    );
    for before in trail.iter().rev().skip(1) {
        assert!(session.step_back());
        assert_eq!(state(&session), *before);
    }
    while session.step_back() {}
    assert_eq!(session.now(), Time::ZERO);
    session.seek(trail.last().expect("a trail").0, u64::MAX);
    session.seek(Time::from_millis(100), u64::MAX);
    assert_eq!(state(&session), trail[0]);
}

#[test]
fn a_link_made_between_two_events_of_an_instant_opens_there() {
    let mut session = tiny();
    session
        .insert(Time::from_millis(150), "add D")
        .expect("allowed");
    let mut within = 0;
    for _ in 0..300 {
        assert!(session.step());
        let run = session.run();
        within += u32::from(run.steps > 0);
        let link = run.to_link().expect("it fits");
        let again = open(Run::from_link(&link).expect("our own link"));
        assert_eq!(state(&again), state(&session));
        assert_eq!(again.run(), run);
        // The page asks for the cursor's own time again and again; that must not move it.
        let before = state(&session);
        session.seek(session.now(), u64::MAX);
        assert_eq!(state(&session), before);
    }
    assert!(
        within > 0,
        "no instant with several events: the test does not reach that case"
    );
}

#[test]
fn a_seek_in_small_bites_comes_to_the_same_state() {
    let mut whole = tiny();
    whole
        .insert(Time::from_millis(200), "add D")
        .expect("allowed");
    let mut bites = open(whole.run());
    let to = Time::from_secs(1);
    assert!(whole.seek(to, u64::MAX).reached);
    let mut calls = 1;
    while !bites.seek(to, 10).reached {
        assert!(!bites.is_settled());
        calls += 1;
    }
    assert!(calls > 5 && bites.is_settled());
    assert_eq!(state(&bites), state(&whole));
}

#[test]
fn a_command_that_one_pane_refuses_is_placed_in_none() {
    let mut session = tiny();
    session
        .insert(Time::from_millis(50), "add D")
        .expect("allowed");
    let before = (state(&session), session.run());
    let error = session
        .insert(Time::from_millis(60), "crash Z")
        .expect_err("there is no Z");
    assert!(matches!(&error, RunError::Command { pane: Some(pane), .. } if pane == "left"));
    let id = session.commands()[0].id;
    session
        .edit(id, Time::from_millis(70), "crash Z")
        .expect_err("there is no Z");
    session
        .edit(99, Time::ZERO, "heal")
        .expect_err("there is no 99");
    session.set("keys", "none").expect_err("not a number");
    let far = Time::from_nanos(u64::MAX);
    session
        .insert(far, "heal")
        .expect_err("beyond the limit of links");
    let long = "x".repeat(2_000);
    session
        .insert(Time::ZERO, &long)
        .expect_err("longer than commands may be");
    assert_eq!((state(&session), session.run()), before);
    let labs = [session.lab(0), session.lab(1)];
    assert!(labs.iter().all(|lab| lab.commands().len() == 1));
}

#[test]
fn an_action_is_done_whole_or_not_at_all_and_undone_as_one() {
    let mut session = tiny();
    let before = (state(&session), session.run());
    let action = |commands: &[&str]| Action {
        label: "Try".into(),
        set: pairs(&[("keys", "200")]),
        from: String::new(),
        commands: commands.iter().map(|text| (*text).to_owned()).collect(),
        play: "2s".into(),
        ..Action::default()
    };
    session
        .act(&action(&["add D", "crash Z"]))
        .expect_err("there is no Z");
    assert_eq!((state(&session), session.run()), before);
    assert!(!session.can_undo());

    let play = session
        .act(&action(&["add D", "crash D"]))
        .expect("allowed");
    assert_eq!(play, faultline_sim::Span::from_secs(2));
    let after = session.run();
    assert_eq!(after.commands.len(), 2);
    assert!(session.undo() && !session.can_undo());
    assert_eq!((state(&session), session.run()), before);
    assert!(session.redo() && !session.can_redo());
    assert_eq!(session.run(), after);
}

#[test]
fn an_action_can_begin_where_there_is_something_to_see() {
    let mut session = tiny();
    let action = |command: &str| Action {
        label: "Try".into(),
        set: pairs(&[("keys", "200")]),
        code: String::new(),
        from: "300ms".into(),
        commands: vec![command.into()],
        play: "1s".into(),
    };
    let before = (state(&session), session.run());
    session.act(&action("crash Z")).expect_err("there is no Z");
    assert_eq!((state(&session), session.run()), before);
    session.act(&action("add D")).expect("allowed");
    assert_eq!(session.now(), Time::from_millis(300));
    assert_eq!(session.commands()[0].at, Time::from_millis(300));
}

#[test]
fn commands_keep_their_ids_and_say_when_they_did_nothing() {
    let mut session = tiny();
    let crash = session
        .insert(Time::from_millis(20), "kill A")
        .expect("allowed");
    let again = session
        .insert(Time::from_millis(30), "crash A")
        .expect("allowed");
    let texts = |session: &Session| -> Vec<(u64, String, bool)> {
        let commands = session.commands().into_iter();
        commands
            .map(|c| (c.id, c.text, c.refused.is_some()))
            .collect()
    };
    assert_eq!(
        texts(&session),
        [
            (crash, "crash A".into(), false),
            (again, "crash A".into(), true)
        ]
    );
    session.set("keys", "300").expect("allowed");
    session
        .edit(crash, Time::from_millis(40), "crash B")
        .expect("allowed");
    assert_eq!(
        texts(&session),
        [
            (again, "crash A".into(), false),
            (crash, "crash B".into(), false)
        ]
    );
    assert!(session.remove(again) && !session.remove(again));
    assert_eq!(texts(&session), [(crash, "crash B".into(), false)]);
}

#[test]
fn a_command_that_one_pane_takes_has_done_something() {
    let mut session = tiny();
    session.fork(0).expect("allowed");
    session.seek(Time::from_millis(200), u64::MAX);
    session
        .insert_in(Panes::Only(0), Time::from_millis(120), "crash A")
        .expect("allowed");
    let late = Time::from_millis(130);
    session.insert(late, "crash A").expect("allowed");
    let refused = |session: &Session| {
        let mut commands = session.commands().into_iter();
        let last = commands.rfind(|command| command.at == late);
        last.and_then(|command| command.refused)
    };
    assert_eq!(refused(&session), None, "the second pane had an A to crash");
    session
        .insert_in(Panes::Only(1), Time::from_millis(125), "crash A")
        .expect("allowed");
    assert!(refused(&session).is_some(), "A was down in both");
}

#[test]
fn commands_that_need_each_other_open_in_any_order_and_leave_together() {
    let mut session = tiny();
    let add = session
        .insert(Time::from_secs(2), "add D")
        .expect("allowed");
    session
        .insert(Time::from_secs(1), "add E")
        .expect("D makes E possible");
    session.insert(Time::from_secs(1), "heal").expect("allowed");
    session
        .insert(Time::from_secs(1), "crash E")
        .expect("allowed");
    let run = session.run();
    let texts = |run: &Run| {
        run.commands
            .iter()
            .map(|(_, text)| text.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(&run), ["add E", "heal", "crash E", "add D"]);
    assert_eq!(open(run.clone()).run(), run);
    session
        .edit(add, Time::ZERO, "heal")
        .expect_err("E needs D");
    assert_eq!(session.run(), run);
    assert!(session.remove(add));
    assert_eq!(texts(&session.run()), ["heal"]);
    assert!(session.undo());
    assert_eq!(session.run(), run);
}

#[test]
fn a_command_on_a_node_that_one_pane_lacks_is_for_the_other() {
    let files: Files = [
        ("course.toml", include_str!("tiny/course.toml").to_owned()),
        (
            "01-tiny/lesson.toml",
            include_str!("tiny/lesson.toml").replace(
                "set = { strategy = \"modulo\" }",
                "set = { strategy = \"modulo\", nodes = 5 }",
            ),
        ),
        (
            "01-tiny/lesson.md",
            include_str!("tiny/lesson.md").to_owned(),
        ),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .into();
    let course = compile(&files).expect("no faults");
    let mut session = Session::open(&course, course.lessons[0].opening()).expect("it opens");
    let at = Time::from_millis(200);
    let crash = session.insert(at, "crash E").expect("the left pane has E");
    assert_eq!(session.panes_of(crash), Some(Panes::All));
    let left = session.id_in_pane(crash, 0);
    assert!(left.is_some() && session.id_in_pane(crash, 1).is_none());
    let refused = session.insert(at, "crash Q").expect_err("nobody has Q");
    assert!(refused.to_string().contains("'Q'"), "{refused}");

    // Once the right pane gets an E, the crash is for it too.
    session
        .insert(Time::from_millis(300), "add D")
        .expect("it joins on the right");
    session
        .insert(Time::from_millis(400), "add E")
        .expect("it joins on the right");
    let again = Session::open(&course, session.run()).expect("it opens again");
    let commands = again.commands();
    let crash = commands.iter().find(|command| command.text == "crash E");
    let crash = crash.expect("it is still there").id;
    assert!(again.id_in_pane(crash, 1).is_some());
    assert!(session.remove(crash));
}

#[test]
fn a_comparison_has_two_panes_and_can_be_ended() {
    let mut session = bare();
    assert_eq!(
        (session.pane_count(), session.fingerprint()),
        (1, session.lab(0).fingerprint())
    );
    session
        .compare(&pairs(&[("strategy", "modulo")]))
        .expect("allowed");
    session.seek(Time::from_secs(5), u64::MAX);
    let moved = |session: &Session, pane: usize| {
        let metrics = session.lab(pane).metrics();
        let (_, moved) = metrics
            .iter()
            .find(|(name, _)| &**name == "keys_moved")
            .expect("there");
        format!("{moved:?}")
    };
    assert_eq!(session.pane_count(), 2);
    assert_ne!(moved(&session, 0), moved(&session, 1));
    assert_ne!(session.fingerprint(), session.lab(0).fingerprint());
    let again = open(session.run());
    assert_eq!(again.fingerprint(), session.fingerprint());
    session.keep(0).expect("allowed");
    assert_eq!(session.pane_count(), 1);
}

#[test]
fn steps_tick_in_their_order_when_their_checks_hold() {
    let mut session = tiny();
    assert_eq!(session.current_step(), "ask");
    // What a later step asks for does not tick an earlier one, nor itself before its turn.
    session.set("keys", "200").expect("allowed");
    assert!(session.step_status()[2].holds);
    assert_eq!(session.tick(), None);
    session.undo();

    let steps = course().lessons[0].steps.clone();
    let span = session.act(&steps[0].actions[0]).expect("allowed");
    assert_eq!(session.tick().as_deref(), Some("ask"));
    session.seek(session.now() + span, u64::MAX);
    assert_eq!(session.tick(), None);
    let checks = &session.step_status()[1].checks;
    assert_eq!(
        checks.iter().map(|check| check.holds).collect::<Vec<_>>(),
        [false, false, true]
    );
    assert_eq!(checks[1].found, None, "there is no node D yet");
    session.act(&steps[1].actions[0]).expect("allowed");
    session.seek(Time::from_secs(2), u64::MAX);
    assert_eq!(session.tick().as_deref(), Some("grow"));
    assert_eq!(session.run().step, "more");
    // Ticked stays ticked, also before the action.
    session.seek(Time::ZERO, u64::MAX);
    let status = session.step_status();
    assert!(status[1].done && !status[1].holds && status[2].current);
    session.reset().expect("the opening opens");
    session.forget_progress();
    assert_eq!(session.run(), course().lessons[0].opening());
}

#[test]
fn a_button_of_a_step_that_is_done_leaves_the_learner_where_they_are() {
    let mut session = tiny();
    let steps = course().lessons[0].steps.clone();
    let act = |session: &mut Session, step: usize| {
        let action = &steps[step].actions[0];
        session
            .act_for(&steps[step].id, Panes::All, action)
            .expect("allowed");
    };
    act(&mut session, 0);
    assert_eq!(session.tick().as_deref(), Some("ask"));
    assert_eq!(session.current_step(), "grow");
    act(&mut session, 0);
    assert_eq!(session.current_step(), "grow");
    // One that is not done is gone to, also out of turn.
    act(&mut session, 2);
    assert_eq!(session.current_step(), "more");
}

/// Random doings of a user. After each of them, the run as a value opens to the same state.
#[test]
fn whatever_is_done_the_run_says_it_all() {
    for_each_case(
        "whatever_is_done_the_run_says_it_all",
        100,
        |case, random| {
            let mut session = if case % 2 == 0 { tiny() } else { bare() };
            let mut undone = 0;
            for _ in 0..random.below(14) {
                do_something(&mut session, random, &mut undone);
                let run = session.run();
                let again = open(run.clone());
                assert_eq!(again.run(), run);
                assert_eq!(state(&again), state(&session), "after {run:?}");
                check_fork(&session);
            }
            // All the way back is the opening, with the cursor where it is.
            while session.undo() {}
            let run = session.run();
            assert!(run.commands.is_empty() && run.params.is_empty() && run.compare.is_none());
        },
    );
}

/// A pane of a fork has on its timeline what the listing says, and what one has alone comes
/// after the fork.
fn check_fork(session: &Session) {
    let panes_of = |id| session.panes_of(id).expect("it is listed");
    let Some(from) = session.forked_at() else {
        let mut commands = session.commands().into_iter();
        assert!(commands.all(|command| panes_of(command.id) == Panes::All));
        return;
    };
    for pane in 0..2 {
        let listed = session.commands().into_iter();
        let listed = listed.filter(|command| panes_of(command.id).contain(pane));
        let there = session.lab(pane).commands().into_iter();
        assert_eq!(
            there.map(|c| (c.at, c.text)).collect::<Vec<_>>(),
            listed.map(|c| (c.at, c.text)).collect::<Vec<_>>()
        );
    }
    let alone = session.commands().into_iter();
    let mut alone = alone.filter(|command| panes_of(command.id) != Panes::All);
    assert!(alone.all(|command| command.at >= from));
}

fn do_something(session: &mut Session, random: &mut Random, undone: &mut u32) {
    // Few times, so that commands of equal time are common.
    let at = Time::from_millis(random.next() % 30 * 100);
    let texts = [
        "add",
        "add D",
        "add E",
        "crash D",
        "crash E",
        "remove B",
        "crash A",
        "restart A",
        "crash C",
        "lookup x",
        "heal",
        "loss 20",
        "slow B 4",
        "partition A|B,C",
        "latency 1-90ms",
        "pause B",
        "resume B",
        "nonsense",
    ];
    let ids: Vec<u64> = session
        .commands()
        .iter()
        .map(|command| command.id)
        .collect();
    let text = match random.below(8) {
        0 => format!(
            "lookup {}",
            random.text(&['a', 'é', ' ', '"', '\u{7f}'], 90)
        ),
        _ => (*random.pick(&texts)).to_owned(),
    };
    let panes = *random.pick(&[Panes::All, Panes::Only(0), Panes::Only(1)]);
    // Refusals are part of a user's life; what matters is what is left after them.
    match random.below(16) {
        0..=1 => drop(session.insert(at, &text)),
        2..=3 => drop(session.insert_in(panes, at, &text)),
        4 if !ids.is_empty() => drop(session.edit(*random.pick(&ids), at, &text)),
        5 if !ids.is_empty() => assert!(session.remove(*random.pick(&ids))),
        11 if !ids.is_empty() => {
            drop(session.edit_in(panes, *random.pick(&ids), at, &text));
        }
        12 if !ids.is_empty() => drop(session.remove_in(panes, *random.pick(&ids))),
        13 => drop(session.fork(random.below(2))),
        14 => drop(session.keep(random.below(2))),
        15 => {
            let keys = (random.below(90) + 1).to_string();
            drop(session.set_in(panes, &[("keys".to_owned(), keys)]));
        }
        6 => {
            let keys = (random.below(90) + 1).to_string();
            let strategy = random.pick(&["ring", "jump", "rendezvous"]).to_string();
            let params = [("keys".to_owned(), keys), ("strategy".to_owned(), strategy)];
            drop(session.set_all(&params));
        }
        7 => *undone += u32::from(session.undo()),
        8 => drop(session.redo()),
        9 => {
            for _ in 0..random.below(20) {
                let moved = if random.below(2) == 0 {
                    session.step()
                } else {
                    session.step_back()
                };
                if !moved {
                    break;
                }
            }
        }
        10 => drop(session.set_seed(random.next() % 5)),
        _ => drop(session.seek(at, u64::MAX)),
    }
}

/// The comparison above bites: a run without one of its commands has another fingerprint.
#[test]
fn a_run_that_leaves_something_out_is_told_apart() {
    let mut session = tiny();
    session
        .insert(Time::from_millis(150), "crash A")
        .expect("allowed");
    session.seek(Time::from_secs(1), u64::MAX);
    let run = session.run();
    let without = Run {
        commands: Vec::new(),
        ..run.clone()
    };
    let reseeded = Run {
        seed: run.seed + 1,
        ..run.clone()
    };
    let later = Run {
        commands: vec![(150_000_001, "crash A".into())],
        ..run.clone()
    };
    for other in [without, reseeded, later] {
        assert_ne!(open(other).fingerprint(), session.fingerprint());
    }
    assert_eq!(open(run).fingerprint(), session.fingerprint());
}

/// Goes on with a search until it ends, a few events at a time.
fn hunt(session: &mut Session, sought: Sought) -> Hunted {
    let mut hunt = session.hunt_for(sought);
    for _ in 0..100_000 {
        match session.hunt(&mut hunt, 7) {
            Hunted::Going => {}
            end => return end,
        }
    }
    panic!("the search never ends");
}

fn above(metric: &str, value: &str) -> Sought {
    Sought::Check(Check {
        pane: "right".into(),
        metric: metric.into(),
        is: Comparison::Above,
        value: value.into(),
    })
}

#[test]
fn a_search_stops_at_the_first_event_after_which_it_holds() {
    let mut session = tiny();
    session.insert(Time::from_millis(200), "add D").unwrap();
    let Hunted::Found(found) = hunt(&mut session, above("keys_moved", "5")) else {
        panic!("not found");
    };
    assert_eq!(found, "6");
    let after = state(&session);
    assert!(session.step_back());
    let before = hunt(&mut session, above("keys_moved", "5"));
    assert_eq!(
        before,
        Hunted::Found("6".into()),
        "the event before is too early"
    );
    assert_eq!(state(&session), after);
    assert_eq!(
        hunt(&mut session, above("keys_moved", "5")),
        Hunted::Found("It holds already".into())
    );
    // What never comes is looked for up to the end, and no further.
    let Hunted::Ended(Some(last)) = hunt(&mut session, above("keys_moved", "1000")) else {
        panic!("found");
    };
    assert!(last.to_string().parse::<f64>().unwrap() > 5.0);
    assert_eq!(session.now(), session.end());
    let Hunted::Ended(None) = hunt(&mut session, above("nothing", "0")) else {
        panic!("found");
    };
}

#[test]
fn what_is_worth_a_stop_is_found_forward_and_back() {
    let mut session = tiny();
    session.insert(Time::from_millis(200), "add D").unwrap();
    session.insert(Time::from_secs(2), "crash B").unwrap();
    // It is up, so this does nothing but say so.
    session.insert(Time::from_secs(3), "restart A").unwrap();
    session.seek(Time::ZERO, u64::MAX);
    let mut stops = vec![(Time::ZERO, session.fingerprint())];
    while let Hunted::Found(_) = hunt(&mut session, Sought::Notable) {
        stops.push((session.now(), session.fingerprint()));
    }
    for at in [
        Time::from_millis(200),
        Time::from_secs(2),
        Time::from_secs(3),
    ] {
        assert!(stops.iter().any(|stop| stop.0 == at), "{at} in {stops:?}");
    }
    assert!(stops.windows(2).all(|two| two[0].0 < two[1].0), "{stops:?}");
    assert_eq!(session.now(), session.end());
    for stop in stops.iter().rev() {
        assert!(session.back_to_notable().is_some());
        assert_eq!((session.now(), session.fingerprint()), *stop);
    }
    assert_eq!(session.back_to_notable(), None);
}

#[test]
fn a_timeline_goes_on_beyond_its_end_but_not_for_ever() {
    let mut session = tiny();
    let duration = session.duration();
    assert!(session.extend());
    assert_eq!(session.end(), Time::ZERO + duration + duration);
    while session.extend() {}
    assert_eq!(session.end(), MAX_END);
    // What was reached or is placed beyond the lesson's end belongs to it.
    let mut session = tiny();
    session.insert(Time::from_secs(77), "add D").unwrap();
    assert_eq!(session.end(), Time::from_secs(77));
    session.seek(Time::from_secs(99), u64::MAX);
    session.seek(Time::ZERO, u64::MAX);
    assert_eq!(session.end(), Time::from_secs(99));
}

#[test]
fn a_presenter_goes_back_to_the_very_moment() {
    let mut session = tiny();
    session.insert(Time::from_millis(150), "add D").unwrap();
    session.seek(Time::from_millis(300), u64::MAX);
    session.step();
    let (run, was) = (session.run(), state(&session));
    session.set("keys", "70").unwrap();
    session.insert(Time::from_millis(400), "crash B").unwrap();
    session.seek(Time::from_secs(5), u64::MAX);
    session.go_back_to(&run).unwrap();
    assert_eq!((session.run(), state(&session)), (run, was));
    assert!(session.undo());
    assert_eq!(session.commands().len(), 2);
}
