//! What is selected, from close by, and what can be done to it.

use faultline_sim::Time;
use faultline_systems::{Field, MessageEnd, MessageReport, NodeReport, PlacedCommand, TimerReport};
use faultline_view::paint::node_name;
use faultline_view::{NodeStatus, Selection};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::clock;
use super::doing::{Deed, Seen, delay_ms, flies, seen, to_message, to_node};
use super::intent::{Bench, Intent, Selected};
use super::network;
use crate::app::el::{El, button, el, refused};
use crate::app::icon::Icon;

/// By how much a node can be slowed down from here.
const FACTORS: [f64; 6] = [1.0, 2.0, 5.0, 10.0, 50.0, 0.5];
/// The longest delay that is offered, milliseconds.
const DELAY_MS_MAX: u32 = 3_600_000;

/// What is selected; while the network is about to be divided, the two sides.
pub fn inspector(bench: &Bench) -> Html {
    if bench.cutting {
        return html! { <network::Sides bench={bench.clone()} /> };
    }
    match &bench.selected.what {
        Selection::None => Html::default(),
        Selection::Mark(id) => mark(bench, id).into(),
        _ => match seen(bench) {
            Some(Seen::Node(report)) => node(bench, &report).into(),
            Some(Seen::Message(report)) => message(bench, &report).into(),
            None => gone(bench).into(),
        },
    }
}

/// The section, with its heading, what stands beside that, and a way to close it.
pub fn section(bench: &Bench, title: String, aside: String, on_close: Callback<MouseEvent>) -> El {
    let close = button("inspector-close", Icon::Cross, "Close the inspector")
        .class("btn quiet icon")
        .on_click(on_close);
    let heading = el("h2")
        .id("inspector-title")
        .set("tabindex", "-1")
        .text(title);
    let head = el("div")
        .class("inspector-head")
        .child(heading)
        .child(el("p").class("muted").text(aside))
        .child(close);
    el("section")
        .class("inspector")
        .id("inspector")
        .set("aria-labelledby", "inspector-title")
        .child(head)
        .child_some(bench.refused.clone().map(refused))
}

fn selected(bench: &Bench, title: String, aside: String) -> El {
    let on_close = bench
        .on_intent
        .reform(|_| Intent::Select(Selected::default()));
    section(bench, title, aside, on_close)
}

fn node(bench: &Bench, report: &NodeReport) -> El {
    let status = match report.status {
        NodeStatus::Up => "runs",
        NodeStatus::Down => "is down",
        NodeStatus::Paused => "is paused",
    };
    let speed = match report.slowness {
        1.0 => String::new(),
        factor => format!(", takes {factor} times as long"),
    };
    let now = bench.player.read(|session| session.now());
    let deeds = to_node(report);
    let memory = match report.status {
        NodeStatus::Down => "Its memory is gone with the crash.",
        _ => "Nothing.",
    };
    selected(bench, node_name(&report.name), format!("{status}{speed}"))
        .child(buttons(bench, &deeds))
        .child(slow(bench, report))
        .children([
            facts("State", &report.state, memory),
            facts("On its disk", &report.disk, "Nothing."),
            timers(&report.timers, now),
        ])
}

fn message(bench: &Bench, report: &MessageReport) -> El {
    let now = bench.player.read(|session| session.now());
    let copy = if report.copy { ", a copy" } else { "" };
    let way = format!("{} → {}{copy}", report.from, report.to);
    let time = |at: Time| clock::long(at.as_nanos());
    let arrives = report.arrives.map(time);
    let (label, end) = match (&report.end, arrives) {
        (Some(MessageEnd::Delivered { at }), _) => ("arrived", time(*at)),
        (Some(MessageEnd::Lost { at, why }), _) => ("lost", format!("{}: {why}", time(*at))),
        (None, Some(at)) if report.arrives <= Some(now) => ("waits since", at),
        (None, at) => ("arrives", at.unwrap_or_else(|| "never".to_owned())),
    };
    let times: [Field; 3] = [
        ("id", report.id.clone()),
        ("sent", time(report.sent).into()),
        (label, end.into()),
    ];
    selected(bench, report.kind.to_string(), way)
        .child(buttons(bench, &to_message(report)))
        .child(delay(bench, report))
        .children([
            facts("On its way", &times, ""),
            facts("What it says", &report.fields, "Nothing more."),
        ])
}

/// A command of the timeline, by its id in the space-time diagram.
fn mark(bench: &Bench, id: &str) -> El {
    let pane = bench.selected.pane;
    let command: Option<PlacedCommand> = bench.player.read(|session| {
        let number: u64 = id.parse().ok()?;
        let lab = (pane < session.pane_count()).then(|| session.lab(pane))?;
        let mut commands = lab.commands().into_iter();
        commands.find(|command| command.id == number)
    });
    let Some(command) = command else {
        return happened(bench, id).unwrap_or_else(|| gone(bench));
    };
    let now = bench.player.read(|session| session.now());
    let what = match &command.refused {
        Some(why) => format!("It did nothing: {why}."),
        None if command.at > now => "It has not applied yet.".to_owned(),
        None => "It was done.".to_owned(),
    };
    let at = format!("at {}", clock::long(command.at.as_nanos()));
    selected(bench, command.text, at).child(el("p").text(what))
}

/// What happened without a command: an entry of the trace, named "e120".
fn happened(bench: &Bench, id: &str) -> Option<El> {
    let number: u64 = id.strip_prefix('e')?.parse().ok()?;
    let pane = bench.selected.pane;
    let entry = bench.player.read(|session| {
        let lab = (pane < session.pane_count()).then(|| session.lab(pane))?;
        let entry = lab.trace(number, 1).into_iter().next();
        entry.filter(|entry| entry.id == number)
    })?;
    let at = format!("at {}", clock::long(entry.at.as_nanos()));
    let what = match entry.label.is_empty() {
        true => entry.kind.replace('_', " "),
        false => entry.label.to_string(),
    };
    let whose = entry.node.as_deref().map(node_name).unwrap_or_default();
    Some(selected(bench, what, at).child(el("p").text(whose)))
}

/// What is selected is not there at this time.
fn gone(bench: &Bench) -> El {
    let title = match &bench.selected.what {
        Selection::Node(name) => node_name(name),
        Selection::Message(id) => format!("Message {id}"),
        Selection::Mark(_) | Selection::None => "Not in this run".to_owned(),
    };
    selected(bench, title, String::new()).child(el("p").text("It is not there at this time."))
}

fn buttons(bench: &Bench, deeds: &[Deed]) -> El {
    el("div")
        .class("deeds")
        .children(deeds.iter().map(|deed| deed_button(bench, deed)))
}

/// A button that stays in reach when it can do nothing, and then says why.
fn deed_button(bench: &Bench, deed: &Deed) -> El {
    let intent = match &deed.command {
        Ok(text) => Intent::Place {
            at: None,
            text: text.clone(),
        },
        Err(why) => Intent::Refuse(format!("{}: {why}", deed.label)),
    };
    let why = deed.command.as_ref().err().cloned();
    let said = why.as_ref().map(|why| {
        let words = format!(" ({why})");
        el("span").class("said").text(words)
    });
    let title = match (&why, deed.key) {
        (Some(why), _) => why.clone(),
        (None, "") => "Forgets its disk too".to_owned(),
        (None, key) => format!("Key {key}"),
    };
    el("button")
        .class("btn")
        .set("type", "button")
        .set("data-deed", deed.label)
        .set("title", title)
        .set_some("aria-disabled", why.is_some().then_some("true"))
        .on_click(bench.on_intent.reform(move |_| intent.clone()))
        .text(deed.label)
        .child_some(said)
}

fn slow(bench: &Bench, report: &NodeReport) -> El {
    let option = |factor: &f64| {
        let words = match factor {
            1.0 => "normal".to_owned(),
            factor => format!("× {factor}"),
        };
        el("option")
            .set("value", factor.to_string())
            .flag("selected", *factor == report.slowness)
            .text(words)
    };
    let name = report.name.clone();
    let on_change = bench.on_intent.reform(move |event: Event| {
        let list = event.target_unchecked_into::<HtmlSelectElement>();
        Intent::Place {
            at: None,
            text: format!("slow {name} {}", list.value()),
        }
    });
    let other = (!FACTORS.contains(&report.slowness)).then(|| option(&report.slowness));
    let list = el("select")
        .class("select")
        .id("slow-factor")
        .on_change(on_change)
        .child_some(other)
        .children(FACTORS.iter().map(option));
    let label = el("label")
        .set("for", "slow-factor")
        .text("Takes so many times as long");
    el("div").class("deed-field").child(label).child(list)
}

fn delay(bench: &Bench, report: &MessageReport) -> El {
    let id = report.id.clone();
    let refused = flies(report).err();
    let on_submit = bench.on_intent.reform(move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(why) = refused {
            return Intent::Refuse(format!("Delay: {why}"));
        }
        let form = event.target_unchecked_into::<Element>();
        Intent::Place {
            at: None,
            text: format!("delay {id} {}ms", given(&form, "#delay-ms")),
        }
    });
    let label = el("label").set("for", "delay-ms").text("Arrives later by");
    let field = number("delay-ms", "1", DELAY_MS_MAX, "1")
        .set("value", delay_ms(report).to_string())
        .flag("disabled", refused.is_some());
    let submit = el("button")
        .class("btn")
        .set("type", "submit")
        .set("data-deed", "Delay")
        .set(
            "title",
            refused.unwrap_or("Key H: as long again as it takes"),
        )
        .set_some("aria-disabled", refused.map(|_| "true"))
        .text("Delay");
    el("form")
        .class("deed-field")
        .on_submit(on_submit)
        .children([label, field, el("span").class("unit").text("ms"), submit])
}

/// A field for a number.
pub fn number(id: &'static str, min: &'static str, max: u32, step: &'static str) -> El {
    el("input")
        .class("number figures")
        .id(id)
        .set("type", "number")
        .set("min", min)
        .set("max", max.to_string())
        .set("step", step)
        .flag("required", true)
}

/// What a field of a form holds.
pub fn given(form: &Element, selector: &str) -> String {
    let field = form.query_selector(selector).ok().flatten();
    let field = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    field.map(|field| field.value()).unwrap_or_default()
}

/// A list of values with their names.
fn facts(title: &'static str, fields: &[Field], none: &'static str) -> El {
    let lines = fields.iter().flat_map(|(name, value)| {
        [
            el("dt").text(name.replace('_', " ")),
            el("dd").text(value.to_string()),
        ]
    });
    let body = match fields.is_empty() {
        true => el("p").class("muted").text(none),
        false => el("dl").class("facts").children(lines),
    };
    el("div").child(el("h3").text(title)).child(body)
}

fn timers(timers: &[TimerReport], now: Time) -> El {
    let line = |timer: &TimerReport| {
        let carried = timer
            .fields
            .iter()
            .map(|(name, value)| format!(" {name} {value}"));
        let name = format!("{}{}", timer.name, carried.collect::<String>());
        let left = match timer.due.since(now).as_nanos() {
            0 => "due".to_owned(),
            left => format!("in {:.2} s", left as f64 / 1e9),
        };
        [el("dt").text(name), el("dd").text(left)]
    };
    let body = match timers.is_empty() {
        true => el("p").class("muted").text("None is set."),
        false => el("dl")
            .class("facts")
            .children(timers.iter().flat_map(line)),
    };
    el("div").child(el("h3").text("Timers")).child(body)
}
