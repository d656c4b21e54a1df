//! A step: what to do, a prediction to make first, its actions, and what was seen.

use faultline_course::{Prediction, Step};

use super::prose::{Props, act};
use crate::app::el::{El, el};
use crate::app::icon::{Icon, icon};
use crate::app::prose::{blocks, tight};

/// One step, by its index. Its actions are offered once the prediction, if there is one, is
/// made.
pub fn step(props: &Props, index: usize, step: &'static Step) -> El {
    let one = One {
        index,
        step,
        done: props.done.get(index).copied().unwrap_or_default(),
        now: index == props.now,
        guess: props.guess(&step.id),
    };
    let (state, spoken) = match (one.done, one.now) {
        (true, _) => ("step done", "Done: "),
        (false, true) => ("step now", "To do now: "),
        (false, false) => ("step later", "Later: "),
    };
    let open = one.now || one.done;
    let waits = step.predict.is_some() && one.guess.is_none() && !one.done;
    let question = step.predict.as_ref().filter(|_| open);
    let after = one.done && !step.after.is_empty();
    let body = el("div")
        .child(el("span").class("said").text(spoken))
        .children(tight(&step.body, 3))
        .child_some(question.map(|question| predict(props, &one, question)))
        .child_some((open && !waits && !step.actions.is_empty()).then(|| actions(props, &one)))
        .child_some((open && step.by_code).then(|| code(props, &one)))
        .child_some(after.then(|| el("div").class("after").children(blocks(&step.after, 3))));
    el("li")
        .class(state)
        .key(&step.id)
        .set("data-step", step.id.as_str())
        .set_some("aria-current", one.now.then_some("step"))
        .child(tick(props, &one))
        .child(body)
}

/// A step and how it stands.
struct One {
    index: usize,
    step: &'static Step,
    done: bool,
    now: bool,
    guess: Option<usize>,
}

/// The step's mark; of a later step it is a button that goes there.
fn tick(props: &Props, one: &One) -> El {
    if one.done || one.now {
        return el("span")
            .class("tick")
            .child_some(one.done.then(|| icon(Icon::Check)));
    }
    let label = format!("Go to step {}", one.index + 1);
    let id = one.step.id.as_str();
    el("button")
        .class("tick")
        .set("type", "button")
        .set("aria-label", label)
        .on_click(props.on_step.reform(move |_| id))
}

fn actions(props: &Props, one: &One) -> El {
    let button = |(place, action)| {
        let strong = one.now && place == 0;
        let class = if strong { "btn primary" } else { "btn" };
        act(props, Some(one.index), action, class)
    };
    el("div")
        .class("acts")
        .children(one.step.actions.iter().enumerate().map(button))
}

/// To the editor, where the step is done.
fn code(props: &Props, one: &One) -> El {
    let button = el("button")
        .class(if one.now { "btn primary" } else { "btn" })
        .set("type", "button")
        .on_click(props.on_code.reform(|_| ()))
        .text("Open the code");
    el("div").class("acts").child(button)
}

fn predict(props: &Props, one: &One, question: &'static Prediction) -> El {
    let (index, settled) = (one.index, one.done);
    let option = |(place, text): (usize, &'static String)| {
        el("button")
            .class("btn guess")
            .set("type", "button")
            .state("aria-pressed", one.guess == Some(place))
            .flag("disabled", settled)
            .on_click(props.on_guess.reform(move |_| (index, place)))
            .text(text.as_str())
    };
    let ask = el("p")
        .child(el("b").text("Predict first. "))
        .text(question.question.as_str());
    let options = question.options.iter().enumerate().map(option);
    el("div")
        .class("predict")
        .set("role", "group")
        .set("aria-label", "Predict first")
        .child(ask)
        .child(el("div").class("acts").children(options))
        .child_some(one.guess.map(|guess| verdict(question, guess, settled)))
}

/// Before the run has shown it, only that the guess is noted: the run has the answer.
fn verdict(question: &'static Prediction, guess: usize, settled: bool) -> El {
    let line = el("p").class("verdict");
    if !settled {
        return line.text("Noted. Now let the run answer.");
    }
    let right = question
        .options
        .get(question.answer)
        .map_or("", String::as_str);
    let words = match guess == question.answer {
        true => "You called it. ".to_owned(),
        false => format!("It is {right}. "),
    };
    line.child(el("b").text(words))
        .text(question.because.as_str())
}
