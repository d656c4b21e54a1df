//! What all links do, as forms with units and ranges; and the two sides of a partition, chosen
//! without drawing.

use std::collections::BTreeSet;

use faultline_sim::Span;
use faultline_systems::commands::partition_command;
use faultline_view::Label;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::inspector::{given, number, section};
use super::intent::{Bench, Intent};
use crate::app::el::{El, el};

/// The longest latency that is offered, milliseconds.
const LATENCY_MS_MAX: u32 = 3_600_000;
/// Of more nodes than this the sides are drawn, or typed as ranges.
const BOXES_MAX: usize = 64;

/// Loss, duplication and latency of all links, and what divides the network.
pub fn network(bench: &Bench) -> Html {
    let report = bench.player.read(|session| session.lab(0).network());
    let (low, high) = report.latency;
    let whole = report.parts.is_empty();
    let cut = el("button")
        .class("btn")
        .set("type", "button")
        .on_click(bench.on_intent.reform(|_| Intent::Cut(true)))
        .text("Divide…");
    let heal = bench.on_intent.reform(move |_| match whole {
        true => Intent::Refuse("Heal: the network is whole.".to_owned()),
        false => Intent::Place {
            at: None,
            text: "heal".to_owned(),
        },
    });
    let heal = el("button")
        .class("btn")
        .set("type", "button")
        .set(
            "title",
            if whole {
                "The network is whole"
            } else {
                "Key J"
            },
        )
        .set_some("aria-disabled", whole.then_some("true"))
        .on_click(heal)
        .text("Heal");
    let high = high.map(millis).unwrap_or_else(|| millis(low));
    el("div")
        .class("network")
        .child(el("h3").text("The network"))
        .child(el("div").class("deeds").children([cut, heal]))
        .child(share(bench, "loss", "Loses", report.loss_percent))
        .child(share(
            bench,
            "duplication",
            "Delivers twice",
            report.duplicate_percent,
        ))
        .child(latency(bench, &millis(low), &high))
        .into()
}

fn share(bench: &Bench, verb: &'static str, label: &'static str, percent: f64) -> El {
    let on_submit = bench.on_intent.reform(move |event: SubmitEvent| {
        event.prevent_default();
        let form = event.target_unchecked_into::<Element>();
        Intent::Place {
            at: None,
            text: format!("{verb} {}", given(&form, "input")),
        }
    });
    let field = number(verb, "0", 100, "any").set("value", percent.to_string());
    el("form")
        .class("deed-field")
        .on_submit(on_submit)
        .children([
            el("label").set("for", verb).text(label),
            field,
            el("span").class("unit").text("%"),
            set(),
        ])
}

fn latency(bench: &Bench, low: &str, high: &str) -> El {
    let on_submit = bench.on_intent.reform(move |event: SubmitEvent| {
        event.prevent_default();
        let form = event.target_unchecked_into::<Element>();
        let (low, high) = (given(&form, "#latency-min"), given(&form, "#latency-max"));
        Intent::Place {
            at: None,
            text: format!("latency {low}-{high}ms"),
        }
    });
    let field = |id: &'static str, label: &'static str, value: &str| {
        number(id, "0", LATENCY_MS_MAX, "any")
            .set("aria-label", label)
            .set("value", value.to_owned())
    };
    el("form")
        .class("deed-field")
        .on_submit(on_submit)
        .children([
            el("label").set("for", "latency-min").text("Takes"),
            field("latency-min", "Takes at least, in milliseconds", low),
            el("span").class("unit").text("to"),
            field("latency-max", "Takes at most, in milliseconds", high),
            el("span").class("unit").text("ms"),
            set(),
        ])
}

fn set() -> El {
    el("button").class("btn").set("type", "submit").text("Set")
}

/// Milliseconds, as short as they are.
fn millis(span: Span) -> String {
    (span.as_nanos() as f64 / 1e6).to_string()
}

/// What is needed to choose the sides.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub bench: Bench,
}

/// The two sides of a partition to be: a box for each node, while a line can be drawn too.
#[component]
pub fn Sides(props: &Props) -> Html {
    let chosen = use_state(BTreeSet::<usize>::new);
    let bench = &props.bench;
    let pane = bench.selected.pane;
    let names = bench.player.read(|session| {
        let pane = pane.min(session.pane_count() - 1);
        session.lab(pane).node_names()
    });
    let on_close = bench.on_intent.reform(|_| Intent::Cut(false));
    let words = "Draw a line across the stage, or choose who is on one side.";
    let sides = section(
        bench,
        "Divide the network".to_owned(),
        String::new(),
        on_close,
    )
    .child(el("p").text(words));
    if names.len() > BOXES_MAX {
        let words = "There are too many nodes for a box each: draw the line.";
        return sides.child(el("p").class("muted").text(words)).into();
    }
    let one = |(index, name): (usize, &Label)| {
        let state = chosen.clone();
        let on_change = Callback::from(move |event: Event| {
            let mut chosen = (*state).clone();
            match event.target_unchecked_into::<HtmlInputElement>().checked() {
                true => chosen.insert(index),
                false => chosen.remove(&index),
            };
            state.set(chosen);
        });
        let input = el("input")
            .set("type", "checkbox")
            .checked(chosen.contains(&index))
            .on_change(on_change);
        let words = el("span").text(name.to_string());
        el("label").class("flag").child(input).child(words)
    };
    let boxes = el("fieldset")
        .class("sides")
        .child(el("legend").text("On one side"))
        .children(names.iter().enumerate().map(one));
    let command = partition_command(&names, |index| chosen.contains(&index));
    let ready = command.is_ok();
    let on_intent = bench.on_intent.clone();
    let on_cut = Callback::from(move |_: MouseEvent| match &command {
        Ok(text) => {
            on_intent.emit(Intent::Place {
                at: None,
                text: text.clone(),
            });
            on_intent.emit(Intent::Cut(false));
        }
        Err(why) => on_intent.emit(Intent::Refuse(format!("Divide: {why}"))),
    });
    let cut = el("button")
        .class("btn primary")
        .id("divide")
        .set("type", "button")
        .set_some("aria-disabled", (!ready).then_some("true"))
        .on_click(on_cut)
        .text("Divide here");
    sides
        .child(boxes)
        .child(el("div").class("deeds").child(cut))
        .into()
}
