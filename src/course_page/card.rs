//! A lesson on the course page: a still of its stage, its promise and how far one has come.

use faultline_course::Address;
use yew::prelude::*;

use super::picture::picture;
use crate::app::Site;
use crate::app::icon::{Icon, icon};
use crate::content::LessonRef;

/// The whole card leads to the lesson, by the link in its title.
pub fn card(site: &Site, lesson: LessonRef) -> Html {
    let progress = site.progress.of(&lesson.0.slug);
    let steps = &lesson.0.steps;
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
    let dot = |done: bool| html! { <i class={done.then_some("done")} /> };
    html! {
        <li class={classes!("card", complete.then_some("complete"))} key={lesson.0.slug.as_str()}
            data-lesson={lesson.0.slug.as_str()}>
            { picture(site, lesson, "card-picture") }
            <div class="card-words">
                <p class="kicker">{ format!("{}  {}", lesson.0.number, lesson.0.short_title) }</p>
                <h3><a href={Address::lesson(&lesson.0.slug).to_string()}>{ &lesson.0.title }</a></h3>
                <p class="promise">{ &lesson.0.promise }</p>
                <p class="card-foot figures">
                    <span>{ format!("{} min", lesson.0.minutes) }</span>
                    <span class="dots" aria-hidden="true">
                        { for steps.iter().map(|step| dot(progress.is_done(&step.id))) }
                    </span>
                    <span class="icon">
                        if complete { { icon(Icon::Check) } }
                        { state }
                    </span>
                </p>
            </div>
        </li>
    }
}
