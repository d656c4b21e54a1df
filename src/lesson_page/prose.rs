//! The left column: the lesson's words and its steps. On a phone it is a sheet.

use faultline_course::{Action, Address};
use yew::prelude::*;

use super::step::step;
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
    let open = props.open.then_some("open");
    html! {
        <article class={classes!("prose", open)} id="prose" aria-label="The lesson">
            { peek(props) }
            <p class="kicker">{ &lesson.0.kicker }</p>
            <h1 id="title" tabindex="-1">{ &lesson.0.title }</h1>
            <p class="lede">{ &lesson.0.promise }</p>
            <div class="text">{ blocks(&lesson.0.intro, 2) }</div>
            <h2 class="label">{ "Steps" }</h2>
            <ol class="steps">{ for steps }</ol>
            { failures(props) }
            { part("What to remember", &lesson.0.remember) }
            { part("Read on", &lesson.0.reading) }
            { next(props) }
        </article>
    }
}

fn part(title: &str, text: &[faultline_course::Block]) -> Html {
    html! {
        if !text.is_empty() {
            <h2 class="label">{ title.to_owned() }</h2>
            <div class="text">{ blocks(text, 3) }</div>
        }
    }
}

/// The lesson's failure modes, one click each.
fn failures(props: &Props) -> Html {
    let failures = &props.lesson.0.failures;
    let button = |action: &'static Action| {
        let on_act = props
            .on_act
            .reform(move |_: MouseEvent| (None, action.clone()));
        html! { <button type="button" class="btn" onclick={on_act}>{ &action.label }</button> }
    };
    html! {
        if !failures.is_empty() {
            <h2 class="label">{ "Break it" }</h2>
            <div class="acts" id="failures">{ for failures.iter().map(button) }</div>
        }
    }
}

fn next(props: &Props) -> Html {
    let lesson = props.lesson;
    let again = props.on_again.reform(|_: MouseEvent| ());
    let (to, words) = match lesson.following() {
        Some(next) => (
            Address::lesson(&next.0.slug).to_string(),
            format!("Next: {}", next.0.title),
        ),
        None => (Address::Course.to_string(), "All lessons".to_owned()),
    };
    html! {
        <p class="next row">
            <a class="btn" href={to}>{ words }</a>
            <button type="button" class="btn quiet" id="again" onclick={again}>
                { "Begin this lesson again" }
            </button>
        </p>
    }
}

/// On a phone: the line that stays in sight when the sheet is down, with the step to do now or
/// the one that was just done.
fn peek(props: &Props) -> Html {
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
    html! {
        <div class={classes!("peek", fresh.map(|_| "fresh"))}>
            <button type="button" class="peek-toggle" id="sheet" aria-controls="prose"
                aria-expanded={props.open.to_string()}
                onclick={props.on_open.reform(|_: MouseEvent| ())}>
                <small>{ line }</small>
                <b>{ title }</b>
                { icon(Icon::Up) }
            </button>
            if let Some(action) = action {
                <button type="button" class="btn primary" aria-label={format!("Do it: {}", action.label)}
                    onclick={props.on_act.reform(move |_: MouseEvent| (Some(index), action.clone()))}>
                    { "Do it" }
                </button>
            }
        </div>
    }
}
