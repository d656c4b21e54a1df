//! A step as a room sees it. It loads on demand, with the workbench.

use faultline_course::{Action, Prediction};
use yew::prelude::*;

use crate::app::el::{El, button, el};
use crate::app::icon::{Icon, icon};
use crate::app::prose::{blocks, tight};
use crate::bench::code;
use crate::bench::dock::{Tab, has_code};
use crate::bench::intent::Bench;
use crate::bench::keys::Press;
use crate::content::LessonRef;

/// What the slide shows.
pub struct Slide {
    /// The lesson.
    pub lesson: LessonRef,
    /// The step: its index.
    pub step: usize,
    /// It is done.
    pub done: bool,
    /// The answer is shown.
    pub revealed: bool,
    /// The presenter's notes are shown.
    pub notes: bool,
    /// The program is shown, beside the stage.
    pub code: bool,
    /// The run.
    pub bench: Bench,
    /// A button was pressed.
    pub on_press: Callback<Press>,
    /// An action was pressed: the step's index and the action.
    pub on_act: Callback<(Option<usize>, Action)>,
}

/// The step in large letters, with the presenter's few buttons, and the program if it is shown.
pub fn slide(props: &Slide) -> Html {
    let lesson = props.lesson.0;
    let (number, of) = (props.step + 1, lesson.steps.len());
    let head = el("div").class("slide-head").children([
        el("p").class("kicker").text(format!(
            "{} \u{b7} Step {number} of {of}",
            lesson.short_title
        )),
        buttons(props),
    ]);
    let notes = (props.notes).then(|| {
        let words = match lesson.notes.is_empty() {
            true => el("p")
                .text("This lesson has no notes for presenters.")
                .into(),
            false => blocks(&lesson.notes, 3).into_iter().collect::<Html>(),
        };
        el("aside")
            .class("slide-notes")
            .set("tabindex", "0")
            .set("aria-label", "Your notes")
            .child(words)
    });
    let body = lesson.steps.get(props.step).map(|step| {
        let question = step.predict.as_ref();
        let hidden = question.is_some() && !props.revealed;
        let after = props.done && !hidden && !step.after.is_empty();
        let actions = step.actions.iter().map(|action| {
            let index = props.step;
            el("button")
                .class("btn")
                .set("type", "button")
                .on_click(props.on_act.reform(move |_| (Some(index), action.clone())))
                .text(action.label.as_str())
        });
        let told = el("div").class_if("slide-told", after, "seen");
        // Once it is done, what was seen takes the place of what was to do.
        let told = match after {
            true => told.children(blocks(&step.after, 2)),
            false => told
                .children(tight(&step.body, 2))
                .child(el("div").class("acts").children(actions)),
        };
        let asked = question.map(|question| ask(question, props.revealed));
        let beside = asked.map(|asked| el("div").class("slide-beside").child(asked));
        el("div")
            .class("slide-body")
            .set("tabindex", "0")
            .set("aria-label", format!("Step {number}"))
            .set("role", "group")
            .child(told)
            .child_some(beside)
    });
    let words = el("section")
        .class("slide")
        .id("slide")
        .set("aria-label", "The step")
        .child(el("h1").class("said").text(lesson.title.as_str()))
        .child(head)
        .child_some(body)
        .child_some(notes);
    let code = (props.code).then(|| code::beside(&props.bench, props.lesson, props.revealed));
    [Some(words.into()), code].into_iter().flatten().collect()
}

fn buttons(props: &Slide) -> El {
    let press = |id, face, name: &'static str, press| {
        button(id, face, name)
            .class("btn quiet icon")
            .on_click(props.on_press.reform(move |_| press))
    };
    let asks = props.lesson.0.steps.get(props.step);
    // To a step in which the room writes, a program that works is the answer.
    let asks = asks.is_some_and(|step| step.predict.is_some() || step.by_code);
    let answer = el("button")
        .class("btn quiet")
        .id("slide-answer")
        .set("type", "button")
        .state("aria-pressed", props.revealed)
        .flag("disabled", !asks)
        .on_click(props.on_press.reform(|_| Press::Reveal))
        .text("Answer");
    let notes = el("button")
        .class("btn quiet")
        .id("slide-notes")
        .set("type", "button")
        .state("aria-pressed", props.notes)
        .on_click(props.on_press.reform(|_| Press::Notes))
        .text("Notes");
    let code = has_code(props.lesson).then(|| {
        el("button")
            .class("btn quiet")
            .id("slide-program")
            .set("type", "button")
            .state("aria-pressed", props.code)
            .on_click(props.on_press.reform(|_| Press::Dock(Tab::Code)))
            .text("Code")
    });
    el("div")
        .class("row")
        .child(press("slide-back", Icon::Back, "Back", Press::Backward))
        .child(press("slide-on", Icon::Forward, "Forward", Press::Onward))
        .child_some(code)
        .child(answer)
        .child(notes)
        .child(press("slide-leave", Icon::Cross, "Leave", Press::Present))
}

/// The question with its options; the answer only once it is asked for.
fn ask(question: &'static Prediction, revealed: bool) -> El {
    let option = |(index, text): (usize, &'static String)| {
        let right = revealed && index == question.answer;
        el("li")
            .class_if("option", right, "right")
            .child_some(right.then(|| icon(Icon::Check)))
            .child_some(right.then(|| el("span").class("said").text("The answer: ")))
            .text(text.as_str())
    };
    let options = question.options.iter().enumerate().map(option);
    let because = revealed.then(|| el("p").text(question.because.as_str()));
    el("div")
        .class("slide-ask")
        .child(el("p").child(el("b").text(question.question.as_str())))
        .child(el("ol").children(options))
        .child_some(because)
}
