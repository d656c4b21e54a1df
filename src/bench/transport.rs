//! The controls of time: always in one place, under the stage.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::clock::{self, SPEEDS};
use super::keys::Press;
use crate::app::icon::{Icon, icon};

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
    let button = |press: Press, face: Icon, label: &'static str, off: bool| {
        let on_press = props.on_press.reform(move |_: MouseEvent| press);
        html! {
            <button type="button" class="btn quiet icon" id={format!("press-{press:?}").to_lowercase()}
                aria-label={label} title={label} disabled={off} onclick={on_press}>
                { icon(face) }
            </button>
        }
    };
    let (face, name) = match props.playing {
        true => (Icon::Pause, "Pause"),
        false if props.at_end => (Icon::Play, "Play again from the start"),
        false => (Icon::Play, "Play"),
    };
    let on_play = props.on_press.reform(|_: MouseEvent| Press::Play);
    html! {
        <section class="transport" aria-label="Time">
            <div class="presses">
                { button(Press::Start, Icon::Start, "Back to the start", props.at_start) }
                { button(Press::Back, Icon::Back, "One event back", props.at_start) }
                <button type="button" id="press-play" class="btn primary icon play"
                    aria-label={name} title={format!("{name} (space)")} onclick={on_play}>
                    { icon(face) }
                </button>
                { button(Press::Forward, Icon::Forward, "One event forward", props.at_end) }
                { button(Press::End, Icon::End, "On to the end", props.at_end) }
            </div>
            <p class="time figures">
                <span class="said">{ "Time " }</span>
                <b ref={props.time.clone()} data-time="">{ "00:00.000" }</b>
                <span>{ format!(" / {}", clock::short(props.duration)) }</span>
            </p>
            { speeds(props) }
            <div class="scrub">
                { marks(props) }
                { slider(props) }
            </div>
        </section>
    }
}

fn speeds(props: &Time) -> Html {
    let on_pick = props.on_speed.reform(|event: Event| {
        let chosen = event
            .target_unchecked_into::<HtmlSelectElement>()
            .selected_index();
        usize::try_from(chosen).unwrap_or_default()
    });
    let options = SPEEDS.iter().enumerate().map(|(index, (_, text))| {
        html! { <option selected={index == props.speed}>{ format!("{text}× speed") }</option> }
    });
    html! {
        <select id="speed" class="select quiet" aria-label="Speed" onchange={on_pick}>
            { for options }
        </select>
    }
}

fn slider(props: &Time) -> Html {
    let on_slide = props.on_seek.reform(|event: InputEvent| {
        // Milliseconds: whole numbers of them are exact, and finer than a hand.
        let millis = event
            .target_unchecked_into::<HtmlInputElement>()
            .value_as_number();
        (millis.max(0.0) * 1e6) as u64
    });
    let millis = props.duration / 1_000_000;
    html! {
        <input type="range" id="scrub" ref={props.scrub.clone()} min="0" max={millis.to_string()}
            step={(millis / 1000).max(1).to_string()} aria-label="Time in the run"
            oninput={on_slide} />
    }
}

/// Marks nearer to each other than this, in percent of the timeline, become one.
const MARKS_APART: f64 = 3.0;
/// A mark's words take about this much of the timeline; where the next is nearer, they are left
/// to the tooltip.
const WORDS_APART: f64 = 11.0;

fn marks(props: &Time) -> Html {
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
        let label = format!("Go to {}: {words}", clock::long(at));
        let on_seek = props.on_seek.reform(move |_: MouseEvent| at);
        html! {
            <li style={format!("left:{:.2}%", place(at))}>
                <button type="button" class="mark" aria-label={label.clone()} title={label}
                    onclick={on_seek}>
                    if fits { <span aria-hidden="true">{ words }</span> }
                </button>
            </li>
        }
    };
    html! {
        if !groups.is_empty() {
            <ul class="marks" aria-label="What you did">
                { for groups.iter().enumerate().map(group) }
            </ul>
        }
    }
}
