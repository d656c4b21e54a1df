//! Pages that explain what cannot be opened, and where to go instead.

use faultline_course::Address;
use yew::prelude::*;

use super::Site;
use super::header::header;
use crate::content::{LessonRef, course};

/// An address that leads nowhere, with every lesson there is.
pub fn nowhere(site: &Site, title: &'static str, why: String) -> Html {
    let lessons = course().lessons.iter().map(|lesson| {
        let address = Address::lesson(&lesson.slug).to_string();
        html! { <li><a href={address}>{ format!("{} {}", lesson.number, lesson.title) }</a></li> }
    });
    let body = html! {
        <div class="text">
            <p>{ "These lessons are open:" }</p>
            <ul>{ for lessons }</ul>
        </div>
    };
    page(
        site,
        "Not found",
        title,
        why,
        body,
        ("#/".to_owned(), "To the course".to_owned()),
    )
}

/// A link whose run cannot be opened, with the lesson afresh.
pub fn broken_link(site: &Site, lesson: LessonRef, why: String) -> Html {
    let body = html! {
        <p>
            { "The lesson itself is fine. Ask for the link again, or begin with the lesson as it \
               opens." }
        </p>
    };
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
    body: Html,
    (to, words): (String, String),
) -> Html {
    html! {
        <>
            { header(site, &[AttrValue::from(title)], Html::default()) }
            <main id="main" class="sorry" tabindex="-1">
                <p class="kicker">{ kicker }</p>
                <h1>{ title }</h1>
                <p class="why" id="why">{ why }</p>
                { body }
                <div class="row">
                    <a class="btn primary" id="afresh" href={to}>{ words }</a>
                    <a class="btn quiet" href="#/">{ "All lessons" }</a>
                </div>
            </main>
        </>
    }
}
