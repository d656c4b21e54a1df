//! The left column: the lesson's words and its steps. On a phone it is a sheet.

use faultline_course::{Action, Address, Block};
use yew::prelude::*;

use super::step::step;
use crate::app::el::{El, el};
use crate::app::icon::{Icon, icon};
use crate::app::prose::blocks;
use crate::content::LessonRef;

/// What the column shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The lesson.
    pub lesson: LessonRef,
    /// Which steps are done, in order.
    pub done: Vec<bool>,
    /// The step to do now; as many as there are steps when all are done.
    pub now: usize,
    /// Predictions made: the option's index, by step id.
    pub guesses: Vec<(String, usize)>,
    /// The step that was ticked last, until something else is done: its index.
    pub fresh: Option<usize>,
    /// On a phone: the sheet is up.
    pub open: bool,
    /// The sheet's handle was pressed.
    pub on_open: Callback<()>,
    /// An action was pressed: the step's index, if it belongs to one, and the action.
    pub on_act: Callback<(Option<usize>, Action)>,
    /// A prediction was made: the step's index and the option's.
    pub on_guess: Callback<(usize, usize)>,
    /// Another step is to be the one to do now.
    pub on_step: Callback<&'static str>,
    /// The editor is to be seen.
    pub on_code: Callback<()>,
    /// The lesson is to begin again.
    pub on_again: Callback<()>,
}

impl Props {
    /// The prediction made at a step.
    pub fn guess(&self, step: &str) -> Option<usize> {
        let mut guesses = self.guesses.iter();
        guesses
            .find(|(id, _)| id == step)
            .map(|(_, option)| *option)
    }
}

/// Words and steps.
#[component]
pub fn Prose(props: &Props) -> Html {
    let lesson = props.lesson;
    let steps = lesson.0.steps.iter().enumerate();
    let steps = steps.map(|(index, one)| step(props, index, one));
    el("article")
        .class_if("prose", props.open, "open")
        .id("prose")
        .set("aria-label", "The lesson")
        .child(peek(props))
        .child(el("p").class("kicker").text(lesson.0.kicker.as_str()))
        .child(
            el("h1")
                .id("title")
                .set("tabindex", "-1")
                .text(lesson.0.title.as_str()),
        )
        .child(el("p").class("lede").text(lesson.0.promise.as_str()))
        .child(el("div").class("text").children(blocks(&lesson.0.intro, 2)))
        .child(heading("Steps"))
        .child(el("ol").class("steps").set("role", "list").children(steps))
        .children(failures(props))
        .children(part("What to remember", &lesson.0.remember))
        .children(part("Read on", &lesson.0.reading))
        .child(next(props))
        .into()
}

fn heading(title: &'static str) -> El {
    el("h2").class("label").text(title)
}

fn part(title: &'static str, text: &[Block]) -> Vec<El> {
    if text.is_empty() {
        return Vec::new();
    }
    vec![
        heading(title),
        el("div").class("text").children(blocks(text, 3)),
    ]
}

/// The lesson's failure modes, one click each.
fn failures(props: &Props) -> Vec<El> {
    let failures = &props.lesson.0.failures;
    if failures.is_empty() {
        return Vec::new();
    }
    let acts = failures
        .iter()
        .map(|action| act(props, None, action, "btn"));
    vec![
        heading("Break it"),
        el("div").class("acts").id("failures").children(acts),
    ]
}

/// An action's button.
pub fn act(props: &Props, step: Option<usize>, action: &'static Action, class: &'static str) -> El {
    el("button")
        .class(class)
        .set("type", "button")
        .on_click(props.on_act.reform(move |_| (step, action.clone())))
        .text(action.label.as_str())
}

fn next(props: &Props) -> El {
    let lesson = props.lesson;
    let (to, words) = match lesson.following() {
        Some(next) => (
            Address::lesson(&next.0.slug).to_string(),
            format!("Next: {}", next.0.title),
        ),
        None => (Address::Course.to_string(), "All lessons".to_owned()),
    };
    let again = el("button")
        .class("btn quiet")
        .id("again")
        .set("type", "button")
        .on_click(props.on_again.reform(|_| ()))
        .text("Begin this lesson again");
    el("p")
        .class("next row")
        .child(el("a").class("btn").set("href", to).text(words))
        .child(again)
}

/// On a phone: the line that stays in sight when the sheet is down, with the step to do now or
/// the one that was just done.
fn peek(props: &Props) -> El {
    let steps = &props.lesson.0.steps;
    let index = props.now;
    let now = steps.get(index);
    let fresh = props.fresh.filter(|_| !props.open);
    let asked = now.is_some_and(|step| step.predict.is_some() && props.guess(&step.id).is_none());
    let action = now
        .and_then(|step| step.actions.first())
        .filter(|_| !asked && fresh.is_none());
    let (line, title) = match (fresh, now) {
        (Some(done), _) => (
            format!("Step {} is done", done + 1),
            "See what happened, and why",
        ),
        (None, Some(_)) => {
            let title = match action {
                Some(action) => action.label.as_str(),
                None if asked => "Predict first",
                None => "What to do",
            };
            (format!("Step {} of {}", index + 1, steps.len()), title)
        }
        (None, None) => ("All steps done".to_owned(), "What to remember"),
    };
    let toggle = el("button")
        .class("peek-toggle")
        .id("sheet")
        .set("type", "button")
        .set("aria-controls", "prose")
        .state("aria-expanded", props.open)
        .on_click(props.on_open.reform(|_| ()))
        .child(el("small").text(line))
        .child(el("b").text(title))
        .child(icon(Icon::Up));
    let act = action.map(|action| {
        el("button")
            .class("btn primary")
            .set("type", "button")
            .set("aria-label", format!("Do it: {}", action.label))
            .on_click(props.on_act.reform(move |_| (Some(index), action.clone())))
            .text("Do it")
    });
    el("div")
        .class_if("peek", fresh.is_some(), "fresh")
        .child(toggle)
        .child_some(act)
}
