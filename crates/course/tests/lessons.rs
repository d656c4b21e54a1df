//! The real lessons: they compile, and each of them can be played to its end.

use std::path::Path;

use faultline_course::author::{Files, compile, lint};
use faultline_course::{Course, Engine as _, Lesson, Session, Step};
use faultline_script::{Limits, Starlark};
use faultline_systems::MetricValue;

fn lessons() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons");
    let mut files = Files::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the lessons folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).expect("within the folder");
            let name = name.to_string_lossy().replace('\\', "/");
            files.insert(name, std::fs::read_to_string(&path).expect("a text file"));
        }
    }
    files
}

fn course() -> Course {
    let refuse = |faults: Vec<faultline_course::Fault>| {
        panic!(
            "{}",
            faults
                .iter()
                .map(|fault| format!("{fault}\n"))
                .collect::<String>()
        )
    };
    compile(&lessons()).unwrap_or_else(refuse)
}

#[test]
fn the_lessons_have_no_fault() {
    let faults: Vec<String> = lint(&lessons(), Some(&engine()))
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn a_course_comes_back_from_its_json() {
    let course = course();
    assert!(!course.lessons.is_empty());
    assert_eq!(
        Course::from_json(&course.to_json()).expect("our own JSON"),
        course
    );
}

/// Has a run's program asked, if it has one, as the command line does.
fn settle(session: &mut Session) {
    if let Some(recording) = session.recording(session.end().max(session.opens_at())) {
        let recorded = engine().record(&recording);
        let recorded = recorded.unwrap_or_else(|fault| panic!("{}: {fault}", recording.code));
        session.play(recorded).expect("its own recording");
    }
}

fn engine() -> Starlark<'static> {
    Starlark {
        systems: faultline_systems::registry(),
        name: "program",
        limits: Limits::default(),
        progress: &|_| {},
    }
}

/// Does what a step asks, one thing after the other, until it is ticked; says which it was.
fn take(session: &mut Session, lesson: &Lesson, step: &Step) -> Option<String> {
    for action in &step.actions {
        let span = session.act(action).expect("the button works");
        settle(session);
        session.seek(session.now() + span, u64::MAX);
        let ticked = session.tick();
        if ticked.is_some() {
            return ticked;
        }
    }
    let code = lesson.code.as_ref().filter(|_| step.by_code)?;
    session.set_code(&code.solution).expect("a program");
    settle(session);
    session.seek(session.end(), u64::MAX);
    session.tick()
}

/// As a learner does it: every button in order, and each step ticks itself, in order.
#[test]
fn every_lesson_ticks_to_its_end() {
    let course = course();
    for lesson in &course.lessons {
        let mut session = Session::open(&course, lesson.opening()).expect("it opens");
        settle(&mut session);
        let mut ticked = Vec::new();
        for step in &lesson.steps {
            assert_eq!(session.current_step(), step.id);
            assert_eq!(session.tick(), None, "{} ticks before it is done", step.id);
            ticked.extend(take(&mut session, lesson, step));
        }
        let all: Vec<String> = lesson.steps.iter().map(|step| step.id.clone()).collect();
        assert_eq!(ticked, all, "{}", lesson.slug);
        assert!(session.step_status().iter().all(|step| step.done));
    }
}

/// What the prose of a lesson says after a step: the pane, the metric, the figure, and how far
/// off the run may be, by rounding.
type Figure = (&'static str, &'static str, usize, &'static str, f64, f64);

const FIGURES: &[Figure] = &[
    ("01-nodes", "five", 0, "active_max", 5.0, 0.0),
    ("01-nodes", "late", 0, "late", 1.0, 0.0),
    ("01-nodes", "workers", 0, "misses", 6.0, 0.0),
    (
        "02-scaling",
        "one-worker",
        0,
        "latency_ms_p50",
        4_430.0,
        5.0,
    ),
    ("02-scaling", "ten-workers", 0, "latency_ms_p50", 890.0, 5.0),
    ("02-scaling", "twenty", 0, "latency_ms_p50", 2_220.0, 5.0),
    ("02-scaling", "bigger", 0, "latency_ms_p50", 890.0, 5.0),
    (
        "02-scaling",
        "three-nodes",
        0,
        "node.1.latency_ms_p50",
        9.0,
        0.5,
    ),
    (
        "02-scaling",
        "three-nodes",
        0,
        "node.2.latency_ms_p50",
        892.0,
        0.5,
    ),
    (
        "02-scaling",
        "stop-node-2",
        0,
        "throughput_per_s",
        160.0,
        0.5,
    ),
    ("02-scaling", "stop-node-2", 0, "timeouts", 7.0, 0.0),
    ("03-balancing", "chance", 0, "latency_ms_mean", 145.0, 0.5),
    ("03-balancing", "chance", 1, "latency_ms_mean", 206.0, 0.5),
    (
        "03-balancing",
        "chance",
        1,
        "latency_expected_ms",
        183.0,
        0.5,
    ),
    ("03-balancing", "look", 0, "latency_ms_mean", 138.0, 0.5),
    ("03-balancing", "look", 1, "latency_ms_mean", 115.0, 0.5),
    ("03-balancing", "two", 0, "latency_ms_mean", 119.0, 0.5),
    ("03-balancing", "two", 0, "active_max", 7.0, 0.0),
    ("03-balancing", "two", 1, "latency_ms_mean", 116.0, 0.5),
    ("03-balancing", "two", 1, "latency_ms_p99", 488.0, 0.5),
    ("03-balancing", "two", 1, "active_max", 4.0, 0.0),
    ("03-balancing", "kill", 0, "timeouts", 14.0, 0.0),
    ("03-balancing", "kill", 1, "timeouts", 4.0, 0.0),
    ("03-balancing", "slow", 0, "timeouts", 56.0, 0.0),
    ("03-balancing", "slow", 0, "node.3.active", 66.0, 0.0),
    ("03-balancing", "slow", 1, "timeouts", 6.0, 0.0),
    ("03-balancing", "slow", 1, "node.3.share_percent", 4.8, 0.05),
    ("03-balancing", "adaptive", 1, "timeouts", 4.0, 0.0),
    (
        "03-balancing",
        "adaptive",
        1,
        "node.3.share_percent",
        0.6,
        0.05,
    ),
];

/// Checks leave room for a learner who takes their time; the prose tells of who does not.
#[test]
fn the_prose_says_what_comes_out_of_the_run() {
    let course = course();
    let mut wrong = Vec::new();
    for lesson in &course.lessons {
        let mut session = Session::open(&course, lesson.opening()).expect("it opens");
        settle(&mut session);
        for step in &lesson.steps {
            take(&mut session, lesson, step);
            for (slug, of, pane, name, figure, within) in FIGURES {
                if *slug != lesson.slug || *of != step.id {
                    continue;
                }
                let metrics = session.lab(*pane).metrics();
                let found = metrics.iter().find(|(metric, _)| &**metric == *name);
                let found = match found {
                    Some((_, MetricValue::Int(value))) => *value as f64,
                    Some((_, MetricValue::Float(value))) => *value,
                    _ => f64::NAN,
                };
                let off = (found - figure).abs();
                if off.is_nan() || off > *within {
                    wrong.push(format!("{slug} {of} {pane} {name}: {found}, not {figure}"));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
