//! The course page: what this is, and the tracks as a map of lessons.

mod card;
mod picture;

use faultline_course::{Address, Track};
use yew::prelude::*;

use crate::app::Site;
use crate::app::header::header;
use crate::content::{LessonRef, course};
use card::card;
use picture::picture;

/// All lessons.
pub fn course_page(site: &Site) -> Html {
    let lessons = &course().lessons;
    let steps = lessons
        .iter()
        .map(|lesson| (lesson.slug.as_str(), lesson.steps.len()));
    let next = site.progress.next(steps).and_then(LessonRef::find);
    let first = next.or_else(|| lessons.first().map(LessonRef));
    html! {
        <>
            { header(site, &[], Html::default()) }
            <main id="main" class="course" tabindex="-1">
                <section class="hero" aria-label="What this is">
                    <div class="hero-words">
                        <h1>{ "Put a fault on the timeline. Watch what holds." }</h1>
                        <p class="lede">
                            { "Small clusters that run in this page: real protocols, on a simulated \
                               network, with a clock you can stop, turn back and share." }
                        </p>
                        { for first.map(|lesson| begin(site, lesson)) }
                    </div>
                    { for first.map(|lesson| picture(site, lesson, "hero-picture")) }
                </section>
                <ol class="map" aria-label="Tracks">
                    { for course().tracks.iter().map(|one| track(site, one)) }
                </ol>
            </main>
            <footer class="foot">
                <p>{ "Everything runs on this device. Nothing is sent anywhere." }</p>
            </footer>
        </>
    }
}

fn begin(site: &Site, lesson: LessonRef) -> Html {
    let done = site.progress.of(&lesson.0.slug).done.len();
    let verb = match done {
        0 => "Start with",
        _ if done < lesson.0.steps.len() => "Continue",
        _ => "Again",
    };
    let address = Address::lesson(&lesson.0.slug).to_string();
    html! {
        <p class="row">
            <a class="btn primary big" id="begin" href={address}>
                { format!("{verb}: {}", lesson.0.title) }
            </a>
            <span class="muted">{ format!("{} minutes, nothing to install", lesson.0.minutes) }</span>
        </p>
    }
}

fn track(site: &Site, track: &'static Track) -> Html {
    let lessons: Vec<LessonRef> = course()
        .lessons
        .iter()
        .filter(|lesson| lesson.track == track.id)
        .map(LessonRef)
        .collect();
    let begun = !lessons.is_empty();
    html! {
        <li class={classes!("track", (!begun).then_some("coming"))} key={track.id.as_str()}>
            <div class="track-head">
                <h2>{ &track.title }</h2>
                if !begun {
                    <span class="tag">{ "in the making" }</span>
                }
                <p>{ &track.summary }</p>
            </div>
            if begun {
                <ul class="cards">{ for lessons.into_iter().map(|lesson| card(site, lesson)) }</ul>
            }
        </li>
    }
}
