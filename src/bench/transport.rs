//! The controls of time: always in one place, under the stage.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::clock::{self, SPEEDS};
use super::keys::Press;
use crate::app::el::{El, button, el};
use crate::app::icon::Icon;

/// What the transport shows. The time and the slider's place are written by the player, at
/// display rate and outside the virtual DOM.
pub struct Time<'a> {
    /// Whether time runs.
    pub playing: bool,
    /// What is looked for, and the cursor on its way there.
    pub hunting: bool,
    /// The cursor stands at the start.
    pub at_start: bool,
    /// The cursor stands at the end.
    pub at_end: bool,
    /// Nothing happens after the cursor, ever.
    pub over: bool,
    /// Length of the timeline, nanoseconds.
    pub end: u64,
    /// By how much it can be extended, nanoseconds; 0 where it is as long as can be.
    pub extension: u64,
    /// Index into [`SPEEDS`].
    pub speed: usize,
    /// The commands on the timeline, over the slider.
    pub marks: Option<Html>,
    /// Where a condition to run until is chosen, if that is open.
    pub until: Option<Html>,
    /// The time's element.
    pub time: &'a NodeRef,
    /// The slider.
    pub scrub: &'a NodeRef,
    /// A button was pressed.
    pub on_press: Callback<Press>,
    /// The slider was moved: nanoseconds.
    pub on_seek: Callback<u64>,
    /// Another speed was chosen: index.
    pub on_speed: Callback<usize>,
}

/// Buttons, time, speed and the slider.
pub fn transport(props: &Time) -> Html {
    let (face, name) = match (props.playing, props.hunting) {
        (_, true) => (Icon::Pause, "Stop looking"),
        (true, _) => (Icon::Pause, "Pause"),
        _ if props.at_end => (Icon::Play, "Play again from the start"),
        _ => (Icon::Play, "Play"),
    };
    let play = button("press-play", face, name)
        .class("btn primary icon play")
        .on_click(props.on_press.reform(|_| Press::Play));
    let (first, over) = (props.at_start, props.over);
    let presses = el("div").class("presses").children([
        press(props, Press::Start, "Back to the start", first),
        press(
            props,
            Press::Previous,
            "Back to the last event of interest",
            first,
        ),
        press(props, Press::Back, "One event back", first),
        play,
        press(props, Press::Forward, "One event forward", over),
        press(
            props,
            Press::Next,
            "On to the next event of interest",
            props.at_end,
        ),
        press(props, Press::End, "On to the end", props.at_end),
        press(props, Press::Until, "Run until\u{2026}", false)
            .state("aria-expanded", props.until.is_some()),
    ]);
    let now = el("b")
        .node(props.time)
        .set("data-time", "")
        .text("00:00.000");
    let end = format!(" / {}", clock::short(props.end));
    let time = el("p").class("time figures").children([
        el("span").class("said").text("Time "),
        now,
        el("span").text(end),
    ]);
    let line = el("div")
        .class("timeline")
        .child_some(props.marks.clone())
        .child(slider(props));
    let scrub = el("div").class("scrub").children([line, extend(props)]);
    el("section")
        .class("transport")
        .set("aria-label", "Time")
        .child_some(props.until.clone())
        .children([presses, time, speed(props), scrub])
        .into()
}

fn press(props: &Time, press: Press, name: &'static str, off: bool) -> El {
    let (id, face) = match press {
        Press::Start => ("press-start", Icon::Start),
        Press::Previous => ("press-previous", Icon::Previous),
        Press::Back => ("press-back", Icon::Back),
        Press::Forward => ("press-forward", Icon::Forward),
        Press::Next => ("press-next", Icon::Next),
        Press::Until => ("press-until", Icon::Until),
        _ => ("press-end", Icon::End),
    };
    button(id, face, name)
        .class("btn quiet icon")
        .flag("disabled", off)
        .on_click(props.on_press.reform(move |_| press))
}

/// A slider over the list of speeds, which is by equal factors, with the one chosen in figures.
fn speed(props: &Time) -> El {
    let on_slide = props.on_speed.reform(|event: InputEvent| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        input.value_as_number().max(0.0) as usize
    });
    let (_, text) = SPEEDS[props.speed.min(SPEEDS.len() - 1)];
    let slider = el("input")
        .id("speed")
        .set("type", "range")
        .set("min", "0")
        .set("max", (SPEEDS.len() - 1).to_string())
        .set("aria-label", "Speed")
        .set("aria-valuetext", format!("{text} times real time"))
        .set("title", "Virtual seconds per second")
        .value(props.speed.to_string())
        .on_input(on_slide);
    let shown = el("output")
        .class("figures")
        .set("for", "speed")
        .text(format!("{text}\u{d7}"));
    el("div").class("speed").children([slider, shown])
}

fn slider(props: &Time) -> El {
    let on_slide = props.on_seek.reform(|event: InputEvent| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        // Milliseconds: whole numbers of them are exact, and finer than a hand.
        (input.value_as_number().max(0.0) * 1e6) as u64
    });
    let millis = props.end.div_ceil(1_000_000);
    el("input")
        .id("scrub")
        .node(props.scrub)
        .set("type", "range")
        .set("min", "0")
        .set("max", millis.to_string())
        .set("step", (millis / 1000).max(1).to_string())
        .set("aria-label", "Time in the run")
        .on_input(on_slide)
}

/// The timeline goes on beyond its end.
fn extend(props: &Time) -> El {
    let (by, more) = (clock::brief(props.extension), props.extension > 0);
    let name = match more {
        true => format!("{by} more: the run goes on"),
        false => "The timeline is as long as it can be".to_owned(),
    };
    el("button")
        .id("press-extend")
        .class("btn quiet extend")
        .set("type", "button")
        .set("aria-label", name.clone())
        .set("title", name)
        .flag("disabled", !more)
        .on_click(props.on_press.reform(|_| Press::Extend))
        .text(format!("+{by}"))
}
