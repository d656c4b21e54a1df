//! The course page: what this is, and the tracks as a map of lessons. It is a part of the program
//! of its own, since who opens a lesson does not see it.

mod card;
mod find;
mod picture;

use faultline_course::{Address, Track};
use yew::prelude::*;

use crate::app::Site;
use crate::app::el::{El, el};
use crate::app::header::header;
use crate::app::later::Later;
use crate::bench::workbench::Workbench;
use crate::content::{LessonRef, Unloaded, course};
use card::card;
use find::find;
use picture::Picture;

/// Makes the page.
pub type Page = fn(&Site) -> Html;

#[wasm_split_helpers::wasm_split(course_page, fallible)]
fn part() -> Result<Page, Unloaded> {
    Ok(page)
}

/// Loads the part, unless that has been done.
///
/// # Errors
/// It did not load.
pub async fn load() -> Result<Page, Unloaded> {
    part().await
}

/// All lessons.
fn page(site: &Site) -> Html {
    let lessons = &course().lessons;
    let steps = lessons
        .iter()
        .map(|lesson| (lesson.slug.as_str(), lesson.steps.len()));
    let next = site.progress.next(steps).and_then(LessonRef::find);
    let first = next.or_else(|| lessons.first().map(LessonRef));
    let tracks = course().tracks.iter().map(|one| track(site, one));
    let map = el("ol")
        .class("map")
        .set("aria-label", "Tracks")
        .children(tracks);
    let main = el("main")
        .id("main")
        .class("course")
        .set("tabindex", "-1")
        .child(hero(site, first))
        .child_some((lessons.len() >= MANY).then(find))
        .child(map);
    html! { <>{ header(site, &[], Vec::new()) }{ main }<Foot site={site.clone()} /></> }
}

/// Of so many lessons one wants to find some.
const MANY: usize = 4;

#[derive(PartialEq, Properties)]
struct FootProps {
    site: Site,
}

/// What is beneath the lessons: a promise, and the way to take progress along.
#[component]
fn Foot(props: &FootProps) -> Html {
    let open = use_state(|| false);
    let (show, hide) = (open.clone(), open.clone());
    let dialog = open.then(|| {
        let site = props.site.clone();
        let content =
            Callback::from(move |workbench: &'static Workbench| (workbench.progress)(&site));
        let on_close = Callback::from(move |()| hide.set(false));
        html! { <Later id="progress-dialog" title="Your progress" {content} {on_close} /> }
    });
    let button = el("button")
        .class("btn quiet")
        .id("your-progress")
        .set("type", "button")
        .on_click(Callback::from(move |_| show.set(true)))
        .text("Your progress");
    el("footer")
        .class("foot")
        .child(el("p").text("Everything runs on this device. Nothing is sent anywhere."))
        .child(button)
        .child_some(dialog)
        .into()
}

fn hero(site: &Site, first: Option<LessonRef>) -> El {
    let words = el("div")
        .class("hero-words")
        .child(el("h1").text("Put a fault on the timeline. Watch what holds."))
        .child(el("p").class("lede").text(
            "Small clusters that run in this page: real protocols, on a simulated network, with \
             a clock you can stop, turn back and share.",
        ))
        .child_some(first.map(|lesson| begin(site, lesson)));
    el("section")
        .class("hero")
        .set("aria-label", "What this is")
        .child(words)
        .child_some(
            first.map(
                |lesson| html! { <Picture {lesson} theme={site.theme} class="hero-picture" /> },
            ),
        )
}

fn begin(site: &Site, lesson: LessonRef) -> El {
    let done = site.progress.of(&lesson.0.slug).done.len();
    let verb = match done {
        0 => "Start with",
        _ if done < lesson.0.steps.len() => "Continue",
        _ => "Again",
    };
    let link = el("a")
        .class("btn primary big")
        .id("begin")
        .set("href", Address::lesson(&lesson.0.slug).to_string())
        .text(format!("{verb}: {}", lesson.0.title));
    let time = format!("{} minutes, nothing to install", lesson.0.minutes);
    el("p")
        .class("row")
        .child(link)
        .child(el("span").class("muted").text(time))
}

fn track(site: &Site, track: &'static Track) -> El {
    let lessons = course()
        .lessons
        .iter()
        .filter(|lesson| lesson.track == track.id);
    let cards: Vec<Html> = lessons
        .map(|lesson| card(site, LessonRef(lesson)))
        .collect();
    let coming = cards.is_empty();
    let tag = coming.then(|| el("span").class("tag").text("in the making"));
    let head = el("div")
        .class("track-head")
        .child(el("h2").text(track.title.as_str()))
        .child_some(tag)
        .child(el("p").text(track.summary.as_str()));
    el("li")
        .class_if("track", coming, "coming")
        .child(head)
        .child_some((!coming).then(|| el("ul").class("cards").children(cards)))
}
