//! Pages that explain what cannot be opened, and where to go instead. They are a part of the
//! program that loads when one of them is wanted.

use faultline_course::{Address, AddressError, RunError};
use yew::prelude::*;

use super::Site;
use super::el::{El, el};
use super::header::header;
use crate::content::{LessonRef, Unloaded, course};

/// The way into the part.
pub struct Pages {
    /// For an address that leads nowhere.
    pub nowhere: fn(&Site, &AddressError) -> Html,
    /// For the address of a lesson that there is not.
    pub no_lesson: fn(&Site, &str) -> Html,
    /// For a link whose run cannot be opened, with the lesson afresh.
    pub broken_link: fn(&Site, LessonRef, &RunError) -> Html,
}

static PAGES: Pages = Pages {
    nowhere: |site, why| nowhere(site, "That address leads nowhere", why.to_string()),
    no_lesson: |site, slug| {
        let why = format!("The address names \"{slug}\".");
        nowhere(site, "There is no such lesson", why)
    },
    broken_link,
};

#[wasm_split_helpers::wasm_split(sorry, fallible)]
fn part() -> Result<&'static Pages, Unloaded> {
    Ok(&PAGES)
}

/// Loads the part, unless that has been done.
///
/// # Errors
/// It did not load.
pub async fn load() -> Result<&'static Pages, Unloaded> {
    part().await
}

/// An address that leads nowhere, with every lesson there is.
fn nowhere(site: &Site, title: &'static str, why: String) -> Html {
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
fn broken_link(site: &Site, lesson: LessonRef, why: &RunError) -> Html {
    let body = el("p").text(
        "The lesson itself is fine. Ask for the link again, or begin with the lesson as it opens.",
    );
    let afresh = Address::lesson(&lesson.0.slug).to_string();
    let words = format!("Open \u{201c}{}\u{201d} afresh", lesson.0.title);
    page(
        site,
        "A broken link",
        "This run cannot be opened",
        why.to_string(),
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
