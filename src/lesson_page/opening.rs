//! What is on the page before a lesson is: its system is on its way, or did not arrive.

use yew::prelude::*;

use crate::app::Site;
use crate::app::el::{El, el};
use crate::app::header::header;
use crate::content::LessonRef;

/// The lesson's system is being loaded.
pub fn loading(site: &Site, lesson: LessonRef) -> Html {
    let said = el("p").id("loading").set("role", "status");
    page(site, lesson, [said.text("Loading the lesson\u{2026}")])
}

/// The lesson's system did not load; `retry` tries again.
pub fn unloaded(site: &Site, lesson: LessonRef, retry: Callback<MouseEvent>) -> Html {
    let why = el("p").class("why").id("why").set("role", "alert").text(
        "A part of this lesson did not load. \
         Check the connection, then try again; nothing of yours is lost.",
    );
    let again = el("button")
        .class("btn primary")
        .id("retry")
        .set("type", "button")
        .on_click(retry)
        .text("Try again");
    let course = el("a")
        .class("btn quiet")
        .set("href", "#/")
        .text("All lessons");
    let ways = el("div").class("row").children([again, course]);
    page(site, lesson, [why, ways])
}

fn page<const N: usize>(site: &Site, lesson: LessonRef, body: [El; N]) -> Html {
    let main = el("main")
        .id("main")
        .class("sorry")
        .set("tabindex", "-1")
        .child(el("p").class("kicker").text(lesson.track_title()))
        .child(el("h1").text(lesson.0.title.as_str()))
        .children(body);
    let crumbs = [
        AttrValue::from(lesson.track_title()),
        AttrValue::from(lesson.0.title.as_str()),
    ];
    html! { <>{ header(site, &crumbs, Vec::new()) }{ main }</> }
}
