//! A still of a lesson's stage, from a real run of the lesson that the build has made.

use std::cell::RefCell;
use std::rc::Rc;

use faultline_view::Panel;
use faultline_view::theme::Theme;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::bench::picture::Still;
use crate::content::{LessonRef, still};

thread_local! {
    /// Stills loaded so far.
    static LOADED: RefCell<Vec<(LessonRef, Rc<Panel>)>> = const { RefCell::new(Vec::new()) };
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

/// The picture, in a box of a class; empty until it has loaded. It adorns: what
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
                spawn_local(async move { made.set(load(lesson).await) });
            }
        });
    }
    match &*made {
        Some(panel) => html! { <Still panel={Rc::clone(panel)} {theme} {class} /> },
        None => html! { <div {class} /> },
    }
}

fn known(lesson: LessonRef) -> Option<Rc<Panel>> {
    LOADED.with_borrow(|made| {
        let known = made.iter().find(|(other, _)| *other == lesson);
        known.map(|(_, panel)| Rc::clone(panel))
    })
}

async fn load(lesson: LessonRef) -> Option<Rc<Panel>> {
    let panel = Rc::new(still(lesson).await?);
    LOADED.with_borrow_mut(|made| made.push((lesson, Rc::clone(&panel))));
    Some(panel)
}
