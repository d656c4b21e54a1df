//! A step: what to do, a prediction to make first, its actions, and what was seen.

use faultline_course::{Action, Prediction, Step};
use yew::prelude::*;

use super::prose::Props;
use crate::app::icon::{Icon, icon};
use crate::app::prose::{blocks, tight};

/// One step, by its index. Its actions are offered once the prediction, if there is one, is
/// made.
pub fn step(props: &Props, index: usize, step: &'static Step) -> Html {
    let one = One {
        index,
        step,
        done: props.done.get(index).copied().unwrap_or_default(),
        now: index == props.now,
        guess: props.guess(&step.id),
    };
    let (state, spoken) = match (one.done, one.now) {
        (true, _) => ("done", "Done: "),
        (false, true) => ("now", "To do now: "),
        (false, false) => ("later", "Later: "),
    };
    let waits = step.predict.is_some() && one.guess.is_none() && !one.done;
    html! {
        <li class={classes!("step", state)} data-step={step.id.as_str()} key={step.id.as_str()}
            aria-current={one.now.then_some("step")}>
            { tick(props, &one) }
            <div>
                <span class="said">{ spoken }</span>
                { tight(&step.body, 3) }
                if one.now || one.done {
                    { predict(props, &one) }
                    if !waits { { actions(props, &one) } }
                }
                if one.done && !step.after.is_empty() {
                    <div class="after">{ blocks(&step.after, 3) }</div>
                }
            </div>
        </li>
    }
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
fn tick(props: &Props, one: &One) -> Html {
    if one.done || one.now {
        return html! { <span class="tick">if one.done { { icon(Icon::Check) } }</span> };
    }
    let label = format!("Go to step {}", one.index + 1);
    let id = one.step.id.as_str();
    let on_step = props.on_step.reform(move |_: MouseEvent| id);
    html! {
        <button type="button" class="tick" aria-label={label.clone()} title={label}
            onclick={on_step} />
    }
}

fn actions(props: &Props, one: &One) -> Html {
    let (index, step) = (one.index, one.step);
    let button = |(place, action): (usize, &'static Action)| {
        let strong = one.now && place == 0;
        let class = classes!("btn", strong.then_some("primary"));
        let on_act = props
            .on_act
            .reform(move |_: MouseEvent| (Some(index), action.clone()));
        html! { <button type="button" {class} onclick={on_act}>{ &action.label }</button> }
    };
    html! {
        if !step.actions.is_empty() {
            <div class="acts">{ for step.actions.iter().enumerate().map(button) }</div>
        }
    }
}

fn predict(props: &Props, one: &One) -> Html {
    let Some(question) = &one.step.predict else {
        return Html::default();
    };
    let (index, settled) = (one.index, one.done);
    let option = |(place, text): (usize, &'static String)| {
        let on_guess = props.on_guess.reform(move |_: MouseEvent| (index, place));
        html! {
            <button type="button" class="btn guess" aria-pressed={(one.guess == Some(place)).to_string()}
                disabled={settled} onclick={on_guess}>
                { text }
            </button>
        }
    };
    html! {
        <div class="predict" role="group" aria-label="Predict first">
            <p><b>{ "Predict first. " }</b>{ &question.question }</p>
            <div class="acts">{ for question.options.iter().enumerate().map(option) }</div>
            if let Some(guess) = one.guess {
                { verdict(question, guess, settled) }
            }
        </div>
    }
}

/// Before the run has shown it, only that the guess is noted: the run has the answer.
fn verdict(question: &Prediction, guess: usize, settled: bool) -> Html {
    let right = question
        .options
        .get(question.answer)
        .map_or("", String::as_str);
    html! {
        <p class="verdict">
            if !settled {
                { "Noted. Now let the run answer." }
            } else if guess == question.answer {
                <b>{ "You called it. " }</b>{ &question.because }
            } else {
                <b>{ format!("It is {right}. ") }</b>{ &question.because }
            }
        </p>
    }
}
