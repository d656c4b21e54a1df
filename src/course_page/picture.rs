//! A still of a lesson's stage, from a real run of the lesson.

use std::cell::RefCell;
use std::rc::Rc;

use faultline_view::Panel;
use yew::prelude::*;

use crate::app::Site;
use crate::bench::picture::Still;
use crate::content::{LessonRef, open};

/// Events that a still may take: a picture on a card is not worth more than a moment.
const EVENTS: u64 = 50_000;

thread_local! {
    /// Stills made so far.
    static MADE: RefCell<Vec<(LessonRef, Rc<Panel>)>> = const { RefCell::new(Vec::new()) };
}

/// The picture, in a box of a class. It adorns: what it shows is what the lesson is about, and
/// the words beside it say that.
pub fn picture(site: &Site, lesson: LessonRef, class: &'static str) -> Html {
    match still(lesson) {
        Some(panel) => html! { <Still {panel} theme={site.theme} {class} /> },
        None => html! { <div {class} /> },
    }
}

fn still(lesson: LessonRef) -> Option<Rc<Panel>> {
    let made = MADE.with_borrow(|made| {
        let known = made.iter().find(|(other, _)| *other == lesson);
        known.map(|(_, panel)| Rc::clone(panel))
    });
    made.or_else(|| {
        let panel = Rc::new(make(lesson)?);
        MADE.with_borrow_mut(|made| made.push((lesson, Rc::clone(&panel))));
        Some(panel)
    })
}

/// The last pane's picture after the first action that a prediction is made about: a lesson's
/// first prediction is its question, and the picture is the answer.
fn make(lesson: LessonRef) -> Option<Panel> {
    let mut session = open(lesson.0.opening()).ok()?;
    let asked = lesson.0.steps.iter().find(|step| step.predict.is_some());
    if let Some(action) = asked.and_then(|step| step.actions.first()) {
        session.act(action).ok()?;
    }
    session.seek(session.end(), EVENTS);
    let view = session.view(session.pane_count() - 1);
    view.panels.into_iter().next()
}
