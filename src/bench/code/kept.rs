//! The texts of a lesson: what the reader wrote, what the lesson brings, and how the last run
//! went. They outlive the tab, which may be closed and opened again.

use std::cell::{Cell, RefCell};

use faultline_course::ProgramFault;
use yew::Callback;

use crate::app::storage;
use crate::content::LessonRef;

/// How the last run of a program went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Last {
    /// What is wrong with it.
    pub fault: Option<ProgramFault>,
    /// The same, or how it went, in a sentence.
    pub said: String,
    /// What it printed.
    pub printed: Vec<String>,
}

impl Last {
    /// Nothing but a sentence.
    pub fn said(said: &str) -> Self {
        Self {
            said: said.to_owned(),
            ..Self::default()
        }
    }
}

thread_local! {
    static LAST: RefCell<Last> = RefCell::default();
    static WATCHER: RefCell<Callback<()>> = RefCell::new(Callback::noop());
    static ATTEMPTED: Cell<bool> = const { Cell::new(false) };
    /// The program that ran when the tab looked last.
    static SEEN: RefCell<String> = RefCell::default();
    /// What the reader wrote before a link brought another program.
    static BEFORE: RefCell<Option<String>> = RefCell::default();
    /// A text to show first, which does not run.
    static OFFERED: RefCell<Option<String>> = RefCell::default();
    /// What was written before a room, while its program is hidden.
    static ROOM: RefCell<Option<String>> = RefCell::default();
}

/// How the last run went.
pub fn last() -> Last {
    LAST.with_borrow(Clone::clone)
}

/// A run has ended like this.
pub fn came(last: Last) {
    LAST.set(last);
    let watcher = WATCHER.with_borrow(Clone::clone);
    watcher.emit(());
}

/// Tells from now on when a run has ended.
pub fn watch(tell: Callback<()>) {
    WATCHER.set(tell);
}

/// The reader has run a program of their own.
pub fn attempt() {
    ATTEMPTED.set(true);
}

/// Whether the reader has done that.
pub fn attempted() -> bool {
    ATTEMPTED.get()
}

/// A text that failed is what the editor shows first.
pub fn offer(text: String) {
    OFFERED.set(Some(text));
}

/// Whether another program runs than when this was asked last.
pub fn brought(running: &str) -> bool {
    SEEN.with_borrow_mut(|seen| {
        let other = seen != running;
        if other {
            running.clone_into(seen);
        }
        other
    })
}

/// The text that the tab opens with: what runs; else what the reader wrote last; else what the
/// lesson begins with.
pub fn first_text(lesson: LessonRef, running: &str, template: &str) -> String {
    brought(running);
    if let Some(offered) = OFFERED.take() {
        return offered;
    }
    let kept = |key: String| -> String { storage::read(&key, |text| Some(text.to_owned())) };
    let (wrote, ran) = (kept(key(lesson)), kept(ran_key(lesson)));
    let starter = starter(lesson, template);
    // What the reader ran here last may have been changed since, and is still theirs.
    if running.is_empty() || running == starter || running == ran {
        return if wrote.is_empty() { starter } else { wrote };
    }
    if !wrote.is_empty() && wrote != running {
        BEFORE.set(Some(wrote));
    }
    running.to_owned()
}

/// The text that a room sees first: what runs, or what was written before this room last. What is
/// kept on the device may be a solution, and is for its writer alone.
pub fn room_text(lesson: LessonRef, running: &str, template: &str) -> String {
    let written = ROOM.take();
    if !brought(running)
        && let Some(written) = written
    {
        return written;
    }
    let own: String = storage::read(&key(lesson), |text| Some(text.to_owned()));
    if !own.is_empty() && own != running {
        BEFORE.set(Some(own));
    }
    match running.is_empty() {
        true => starter(lesson, template),
        false => running.to_owned(),
    }
}

/// Keeps what is written before a room until the room has gone.
pub fn keep_for_room(text: &str) {
    ROOM.set(Some(text.to_owned()));
}

/// Another room: nothing was written before it.
pub fn new_room() {
    ROOM.take();
}

/// What the lesson begins with.
pub fn starter(lesson: LessonRef, template: &str) -> String {
    let Some(code) = &lesson.0.code else {
        return template.to_owned();
    };
    if !code.starter.is_empty() {
        return code.starter.clone();
    }
    let first = code.examples.first();
    first.map_or_else(|| template.to_owned(), |example| example.code.clone())
}

/// Texts that can be loaded: the lesson's, and what the reader wrote before, each with a label.
pub fn choices(lesson: LessonRef) -> Vec<(String, String)> {
    let examples = lesson.0.code.iter().flat_map(|code| &code.examples);
    let mut choices: Vec<_> = examples
        .map(|example| (example.label.clone(), example.code.clone()))
        .collect();
    if let Some(before) = BEFORE.with_borrow(Clone::clone) {
        choices.push(("What you wrote before".to_owned(), before));
    }
    choices
}

/// Keeps what the reader wrote.
pub fn keep(lesson: LessonRef, text: &str) {
    storage::write(&key(lesson), text);
}

/// Keeps what the reader has run.
pub fn ran(lesson: LessonRef, text: &str) {
    storage::write(&ran_key(lesson), text);
}

fn ran_key(lesson: LessonRef) -> String {
    format!("faultline.ran.{}", lesson.0.slug)
}

fn key(lesson: LessonRef) -> String {
    format!("faultline.code.{}", lesson.0.slug)
}
