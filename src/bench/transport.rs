//! The controls of time: always in one place, under the stage.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::clock::{self, SPEEDS};
use super::keys::Press;
use crate::app::el::{El, button, el};
use crate::app::icon::Icon;

/// A command on the timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When, nanoseconds.
    pub at: u64,
    /// What.
    pub text: AttrValue,
}

/// What the transport shows. The time and the slider's place are written by the player, at
/// display rate and outside the virtual DOM.
pub struct Time<'a> {
    /// Whether time runs.
    pub playing: bool,
    /// The cursor stands at the start.
    pub at_start: bool,
    /// The cursor stands at the end.
    pub at_end: bool,
    /// Length of the timeline, nanoseconds.
    pub duration: u64,
    /// Index into [`SPEEDS`].
    pub speed: usize,
    /// Commands on the timeline.
    pub marks: Vec<Mark>,
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
    let at_end = props.at_end;
    let (face, name) = match props.playing {
        true => (Icon::Pause, "Pause"),
        false if at_end => (Icon::Play, "Play again from the start"),
        false => (Icon::Play, "Play"),
    };
    let play = button("press-play", face, name)
        .class("btn primary icon play")
        .on_click(props.on_press.reform(|_| Press::Play));
    let presses = el("div").class("presses").children([
        press(
            props,
            Press::Start,
            Icon::Start,
            "Back to the start",
            props.at_start,
        ),
        press(
            props,
            Press::Back,
            Icon::Back,
            "One event back",
            props.at_start,
        ),
        play,
        press(
            props,
            Press::Forward,
            Icon::Forward,
            "One event forward",
            at_end,
        ),
        press(props, Press::End, Icon::End, "On to the end", at_end),
    ]);
    let now = el("b")
        .node(props.time)
        .set("data-time", "")
        .text("00:00.000");
    let end = format!(" / {}", clock::short(props.duration));
    let time = el("p").class("time figures").children([
        el("span").class("said").text("Time "),
        now,
        el("span").text(end),
    ]);
    let scrub = el("div")
        .class("scrub")
        .child_some(marks(props))
        .child(slider(props));
    el("section")
        .class("transport")
        .set("aria-label", "Time")
        .children([presses, time, speeds(props), scrub])
        .into()
}

fn press(props: &Time, press: Press, face: Icon, name: &'static str, off: bool) -> El {
    let id = match press {
        Press::Start => "press-start",
        Press::Back => "press-back",
        Press::Forward => "press-forward",
        _ => "press-end",
    };
    button(id, face, name)
        .class("btn quiet icon")
        .flag("disabled", off)
        .on_click(props.on_press.reform(move |_| press))
}

fn speeds(props: &Time) -> El {
    let on_pick = props.on_speed.reform(|event: Event| {
        let list = event.target_unchecked_into::<HtmlSelectElement>();
        usize::try_from(list.selected_index()).unwrap_or_default()
    });
    let option = |(index, (_, text)): (usize, &(f64, &str))| {
        el("option")
            .flag("selected", index == props.speed)
            .text(format!("{text}× speed"))
    };
    el("select")
        .id("speed")
        .class("select quiet")
        .set("aria-label", "Speed")
        .on_change(on_pick)
        .children(SPEEDS.iter().enumerate().map(option))
}

fn slider(props: &Time) -> El {
    let on_slide = props.on_seek.reform(|event: InputEvent| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        // Milliseconds: whole numbers of them are exact, and finer than a hand.
        (input.value_as_number().max(0.0) * 1e6) as u64
    });
    let millis = props.duration / 1_000_000;
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

/// Marks nearer to each other than this, in percent of the timeline, become one.
const MARKS_APART: f64 = 3.0;
/// A mark's words take about this much of the timeline; where the next is nearer, they are left
/// to the tooltip.
const WORDS_APART: f64 = 11.0;

fn marks(props: &Time) -> Option<El> {
    let place = |at: u64| at as f64 / props.duration.max(1) as f64 * 100.0;
    // Commands come in the order of their times.
    let groups: Vec<&[Mark]> = props
        .marks
        .chunk_by(|one, next| place(next.at) - place(one.at) < MARKS_APART)
        .collect();
    let group = |(index, group): (usize, &&[Mark])| {
        let at = group.first().map_or(0, |mark| mark.at);
        let words: Vec<&str> = group.iter().map(|mark| mark.text.as_str()).collect();
        let words = words.join(", ");
        let next = groups.get(index + 1).and_then(|next| next.first());
        let fits = next.is_none_or(|next| place(next.at) - place(at) > WORDS_APART);
        let label = AttrValue::from(format!("Go to {}: {words}", clock::long(at)));
        let shown = fits.then(|| el("span").set("aria-hidden", "true").text(words));
        let mark = el("button")
            .class("mark")
            .set("type", "button")
            .set("aria-label", label.clone())
            .set("title", label)
            .on_click(props.on_seek.reform(move |_| at))
            .child_some(shown);
        el("li")
            .set("style", format!("left:{:.2}%", place(at)))
            .child(mark)
    };
    let marks = groups.iter().enumerate().map(group);
    let list = || {
        el("ul")
            .class("marks")
            .set("aria-label", "What you did")
            .children(marks)
    };
    (!groups.is_empty()).then(list)
}
