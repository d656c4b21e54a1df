//! A learner's progress taken to another device, brought from one, or forgotten.

use faultline_course::export::{
    LessonSteps, MAX_PROGRESS_BYTES, progress_file, read_progress_file,
};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::download::File;
use crate::app::Site;
use crate::app::el::{El, el};
use crate::app::progress::{LessonProgress, Progress};
use crate::content::course;

/// What the dialog holds.
pub fn content(site: &Site) -> Html {
    html! { <Keeping site={site.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct Props {
    site: Site,
}

/// What is asked or said.
#[derive(Clone, Default, PartialEq)]
enum Said {
    #[default]
    Nothing,
    Done(String),
    Failed(String),
    /// Whether progress is really to be forgotten.
    Sure,
}

#[component]
fn Keeping(props: &Props) -> Html {
    let site = &props.site;
    let said = use_state(Said::default);
    let button = |id: &'static str, class: &'static str, words: &'static str| {
        el("button")
            .class(class)
            .id(id)
            .set("type", "button")
            .text(words)
    };
    let (mut done, mut all) = (0, 0);
    for lesson in &course().lessons {
        let progress = site.progress.of(&lesson.slug);
        all += lesson.steps.len();
        done += lesson
            .steps
            .iter()
            .filter(|step| progress.is_done(&step.id))
            .count();
    }
    let on_save = {
        let (progress, said) = (site.progress.clone(), said.clone());
        Callback::from(move |_: MouseEvent| {
            let mut file = File::new();
            file.text().push_str(&progress_file(&steps(&progress)));
            let name = "faultline-progress.json";
            said.set(match file.save(name, "application/json") {
                true => Said::Done(format!("Saved as {name}.")),
                false => Said::Failed("This browser does not let the page save a file.".into()),
            });
        })
    };
    let on_pick = {
        let (site, said) = (site.clone(), said.clone());
        Callback::from(move |event: Event| {
            let field = event.target_unchecked_into::<HtmlInputElement>();
            let file = field.files().and_then(|files| files.get(0));
            field.set_value("");
            if let Some(file) = file {
                let (site, said) = (site.clone(), said.clone());
                spawn_local(async move {
                    said.set(match take_over(&site, &file).await {
                        Ok(steps) => Said::Done(format!("Taken over: {steps} steps done.")),
                        Err(why) => Said::Failed(why),
                    });
                });
            }
        })
    };
    let ask = {
        let said = said.clone();
        Callback::from(move |_: MouseEvent| said.set(Said::Sure))
    };
    let forget = {
        let (on_all, said) = (site.on_all_progress.clone(), said.clone());
        Callback::from(move |_: MouseEvent| {
            on_all.emit(Progress::default());
            said.set(Said::Done(
                "Forgotten. Every lesson begins afresh.".to_owned(),
            ));
        })
    };
    let keep = {
        let said = said.clone();
        Callback::from(move |_: MouseEvent| said.set(Said::Nothing))
    };
    let words = match &*said {
        Said::Done(words) => el("p").id("kept").set("role", "status").text(words.clone()),
        Said::Failed(why) => el("p")
            .id("kept")
            .class("fault")
            .set("role", "alert")
            .text(why.clone()),
        _ => el("p").id("kept").set("role", "status"),
    };
    let sure = (*said == Said::Sure).then(|| {
        let ask = el("p").text("Forget every step and prediction on this device?");
        let ways = el("p").class("row").children([
            button("forget-yes", "btn primary", "Forget all").on_click(forget),
            button("forget-no", "btn", "Keep it").on_click(keep),
        ]);
        el("div")
            .set("role", "group")
            .set("aria-label", "Are you sure?")
            .children([ask, ways])
    });
    let field = el("input")
        .id("open-progress")
        .set("type", "file")
        .set("accept", ".json,application/json")
        .on_change(on_pick);
    let label = el("label")
        .set("for", "open-progress")
        .text("Take over a saved file. What you have done here stays done.");
    let part = |children: [El; 2]| el("section").class("share-part").children(children);
    el("div")
        .child(el("p").text(format!(
            "{done} of {all} steps are done. That is kept in this browser, and nowhere else."
        )))
        .child(part([
            el("p")
                .class("muted")
                .text("For another device, or to be safe:"),
            el("p")
                .child(button("save-progress", "btn", "Save progress as a file").on_click(on_save)),
        ]))
        .child(part([
            el("p").class("muted").child(label),
            el("p").child(field),
        ]))
        .child(part([
            el("p").child(button("forget", "btn", "Begin afresh\u{2026}").on_click(ask)),
            el("div").child_some(sure),
        ]))
        .child(words)
        .into()
}

fn steps(progress: &Progress) -> Vec<LessonSteps> {
    let steps = |(slug, lesson): (&str, &LessonProgress)| LessonSteps {
        slug: slug.to_owned(),
        done: lesson.done.clone(),
        guesses: lesson.guesses.clone(),
    };
    progress.lessons().map(steps).collect()
}

/// Adds what is in a file to the progress here; how many steps are done then.
async fn take_over(site: &Site, file: &web_sys::File) -> Result<usize, String> {
    if file.size() > MAX_PROGRESS_BYTES as f64 {
        return Err(format!("{} is too large to be progress.", file.name()));
    }
    let text = JsFuture::from(file.text()).await;
    let text = text.ok().and_then(|text| text.as_string());
    let text = text.ok_or("the browser could not read it")?;
    let lessons = read_progress_file(&text).map_err(|why| why.to_string())?;
    let mut progress = (*site.progress).clone();
    for LessonSteps {
        slug,
        done,
        guesses,
    } in lessons
    {
        let mut here = progress.of(&slug);
        for step in done {
            if !here.is_done(&step) {
                here.done.push(step);
            }
        }
        for (step, option) in guesses {
            if here.guess(&step).is_none() {
                here.guesses.push((step, option));
            }
        }
        progress.set(&slug, here);
    }
    let steps = progress
        .lessons()
        .map(|(_, lesson)| lesson.done.len())
        .sum();
    site.on_all_progress.emit(progress);
    Ok(steps)
}
