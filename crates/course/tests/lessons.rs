//! The real lessons: they compile, and each of them can be played to its end.

use std::path::Path;

use faultline_course::author::{Files, compile, lint};
use faultline_course::{Course, Session};

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
    let faults: Vec<String> = lint(&lessons()).iter().map(ToString::to_string).collect();
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

/// As a learner does it: every button in order, and each step ticks itself, in order.
#[test]
fn every_lesson_ticks_to_its_end() {
    let course = course();
    for lesson in &course.lessons {
        let mut session = Session::open(&course, lesson.opening()).expect("it opens");
        let mut ticked = Vec::new();
        for step in &lesson.steps {
            assert_eq!(session.current_step(), step.id);
            assert_eq!(session.tick(), None, "{} ticks before it is done", step.id);
            for action in &step.actions {
                let span = session.act(action).expect("the button works");
                session.seek(session.now() + span, u64::MAX);
                if let Some(id) = session.tick() {
                    ticked.push(id);
                    break;
                }
            }
        }
        let all: Vec<String> = lesson.steps.iter().map(|step| step.id.clone()).collect();
        assert_eq!(ticked, all, "{}", lesson.slug);
        assert!(session.step_status().iter().all(|step| step.done));
    }
}
