//! Pages that explain what cannot be opened, and where to go instead.

use faultline_course::Address;
use yew::prelude::*;

use super::Site;
use super::el::{El, el};
use super::header::header;
use crate::content::{LessonRef, course};

/// An address that leads nowhere, with every lesson there is.
pub fn nowhere(site: &Site, title: &'static str, why: String) -> Html {
    let lesson = |lesson: &'static faultline_course::Lesson| {
        let address = Address::lesson(&lesson.slug).to_string();
        let words = format!("{} {}", lesson.number, lesson.title);
        el("li").child(el("a").set("href", address).text(words))
    };
    let body = el("div")
        .class("text")
        .child(el("p").text("These lessons are open:"))
        .child(el("ul").children(course().lessons.iter().map(lesson)));
    let way = ("#/".to_owned(), "To the course".to_owned());
    page(site, "Not found", title, why, body, way)
}

/// A link whose run cannot be opened, with the lesson afresh.
pub fn broken_link(site: &Site, lesson: LessonRef, why: String) -> Html {
    let body = el("p").text(
        "The lesson itself is fine. Ask for the link again, or begin with the lesson as it opens.",
    );
    let afresh = Address::lesson(&lesson.0.slug).to_string();
    let words = format!("Open \u{201c}{}\u{201d} afresh", lesson.0.title);
    page(
        site,
        "A broken link",
        "This run cannot be opened",
        why,
        body,
        (afresh, words),
    )
}

fn page(
    site: &Site,
    kicker: &'static str,
    title: &'static str,
    why: String,
    body: El,
    (to, words): (String, String),
) -> Html {
    let ways = el("div").class("row").children([
        el("a")
            .class("btn primary")
            .id("afresh")
            .set("href", to)
            .text(words),
        el("a")
            .class("btn quiet")
            .set("href", "#/")
            .text("All lessons"),
    ]);
    let main = el("main")
        .id("main")
        .class("sorry")
        .set("tabindex", "-1")
        .children([
            el("p").class("kicker").text(kicker),
            el("h1").text(title),
            el("p").class("why").id("why").text(why),
            body,
            ways,
        ]);
    html! { <>{ header(site, &[AttrValue::from(title)], Vec::new()) }{ main }</> }
}
