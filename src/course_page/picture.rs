//! A still of a lesson's stage, from a real run of the lesson.

use std::cell::RefCell;
use std::rc::Rc;

use faultline_view::Panel;
use faultline_view::theme::Theme;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::bench::picture::Still;
use crate::content::{LessonRef, open};

/// Events that a still may take: a picture on a card is not worth more than a moment.
const EVENTS: u64 = 50_000;

thread_local! {
    /// Stills made so far.
    static MADE: RefCell<Vec<(LessonRef, Rc<Panel>)>> = const { RefCell::new(Vec::new()) };
}

/// Which lesson's picture, and how it is shown.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The lesson.
    pub lesson: LessonRef,
    /// The colours.
    pub theme: &'static Theme,
    /// Classes of its box.
    pub class: &'static str,
}

/// The picture, in a box of a class; empty until the lesson's system has loaded. It adorns: what
/// it shows is what the lesson is about, and the words beside it say that.
#[component]
pub fn Picture(props: &Props) -> Html {
    let Props {
        lesson,
        theme,
        class,
    } = *props;
    let made = use_state(|| known(lesson));
    {
        let made = made.clone();
        use_effect_with(lesson, move |&lesson| {
            if made.is_none() {
                spawn_local(async move { made.set(still(lesson).await) });
            }
        });
    }
    match &*made {
        Some(panel) => html! { <Still panel={Rc::clone(panel)} {theme} {class} /> },
        None => html! { <div {class} /> },
    }
}

fn known(lesson: LessonRef) -> Option<Rc<Panel>> {
    MADE.with_borrow(|made| {
        let known = made.iter().find(|(other, _)| *other == lesson);
        known.map(|(_, panel)| Rc::clone(panel))
    })
}

async fn still(lesson: LessonRef) -> Option<Rc<Panel>> {
    let panel = Rc::new(make(lesson).await?);
    MADE.with_borrow_mut(|made| made.push((lesson, Rc::clone(&panel))));
    Some(panel)
}

/// The last pane's picture after the first action that a prediction is made about: a lesson's
/// first prediction is its question, and the picture is the answer.
async fn make(lesson: LessonRef) -> Option<Panel> {
    let (lesson, mut session) = open(lesson, lesson.0.opening()).await.ok()?;
    let asked = lesson.0.steps.iter().find(|step| step.predict.is_some());
    if let Some(action) = asked.and_then(|step| step.actions.first()) {
        session.act(action).ok()?;
    }
    session.seek(session.end(), EVENTS);
    let view = session.view(session.pane_count() - 1);
    view.panels.into_iter().next()
}
