//! A lesson on the course page: a still of its stage, its promise and how far one has come.

use faultline_course::Address;
use yew::{Html, html};

use super::picture::Picture;
use crate::app::Site;
use crate::app::el::el;
use crate::app::icon::{Icon, icon};
use crate::content::LessonRef;

/// The whole card leads to the lesson, by the link in its title.
pub fn card(site: &Site, lesson: LessonRef) -> Html {
    let progress = site.progress.of(&lesson.0.slug);
    let LessonRef(data) = lesson;
    let steps = &data.steps;
    // Steps may have been renamed since they were done.
    let done = steps
        .iter()
        .filter(|step| progress.is_done(&step.id))
        .count();
    let complete = done == steps.len();
    let state = match done {
        0 => format!("{} steps", steps.len()),
        _ if complete => "done".to_owned(),
        _ => format!("{done} of {} steps done", steps.len()),
    };
    let dots = steps.iter().map(|step| {
        let done = progress.is_done(&step.id);
        el("i").set_some("class", done.then_some("done"))
    });
    let foot = el("p").class("card-foot figures").children([
        el("span").text(format!("{} min", data.minutes)),
        el("span")
            .class("dots")
            .set("aria-hidden", "true")
            .children(dots),
        el("span")
            .class("icon")
            .child_some(complete.then(|| icon(Icon::Check)))
            .text(state),
    ]);
    let address = Address::lesson(&data.slug).to_string();
    let title = el("a").set("href", address).text(data.title.as_str());
    let words = el("div").class("card-words").children([
        el("p")
            .class("kicker")
            .text(format!("{}  {}", data.number, data.short_title)),
        el("h3").child(title),
        el("p").class("promise").text(data.promise.as_str()),
        foot,
    ]);
    el("li")
        .class_if("card", complete, "complete")
        .set("data-lesson", data.slug.as_str())
        .set("data-system", data.system.as_str())
        .child(html! { <Picture {lesson} theme={site.theme} class="card-picture" /> })
        .child(words)
        .into()
}
