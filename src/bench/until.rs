//! Run until: a metric or a property, how to compare, and with what.

use faultline_course::{Check, Comparison, Found, Moment};
use web_sys::{HtmlInputElement, HtmlSelectElement, KeyboardEvent};
use yew::prelude::*;

use super::clock;
use super::compare::title;
use super::intent::{Bench, Intent};
use crate::app::el::{El, button, el};
use crate::app::icon::Icon;

/// Every comparison with how it is said.
const COMPARISONS: [(Comparison, &str); 6] = [
    (Comparison::AtLeast, "is at least"),
    (Comparison::AtMost, "is at most"),
    (Comparison::Above, "is above"),
    (Comparison::Below, "is below"),
    (Comparison::Equals, "is"),
    (Comparison::Not, "is not"),
];

/// How a property can stand, by the names that checks have, with how that is said.
const STATES: [(&str, &str); 3] = [
    ("violated", "is violated"),
    ("held", "has been seen"),
    ("open", "is open"),
];

/// The form.
pub fn content(bench: &Bench) -> Html {
    html! { <Until bench={bench.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct Props {
    bench: Bench,
}

/// What can be waited for in a pane: metrics and properties, by the names that checks have.
fn choices(bench: &Bench, pane: usize) -> Vec<(String, String)> {
    bench.player.read(|session| {
        let lab = session.lab(pane.min(session.pane_count() - 1));
        let properties = lab.properties().into_iter();
        let properties = properties.map(|one| (format!("property.{}", one.name), one.text.into()));
        let metrics = lab.metrics().into_iter();
        let metrics = metrics.map(|(name, _)| (name.to_string(), name.to_string()));
        metrics.chain(properties).collect()
    })
}

#[component]
fn Until(props: &Props) -> Html {
    let bench = &props.bench;
    let (pane, what) = (use_state(|| 0_usize), use_state(|| 0_usize));
    let (is, value) = (use_node_ref(), use_node_ref());
    let choices = choices(bench, *pane);
    let chosen = choices.get(*what).or(choices.first());
    let name = chosen.map_or("", |(name, _)| name.as_str()).to_owned();
    let is_property = name.starts_with("property.");

    let panes = bench.player.read(|session| {
        let panes = 0..session.pane_count();
        panes
            .map(|index| title(session, index).to_string())
            .collect::<Vec<_>>()
    });
    let pane_list = (panes.len() > 1).then(|| list("until-pane", "In", &panes, *pane, &pane));
    let texts: Vec<String> = choices.iter().map(|(_, text)| text.clone()).collect();
    let what_list = list("until-what", "Run until", &texts, *what, &what);
    let compare: Vec<&str> = match is_property {
        true => STATES.iter().map(|(_, text)| *text).collect(),
        false => COMPARISONS.iter().map(|(_, text)| *text).collect(),
    };
    let compare = el("select")
        .id("until-is")
        .key(if is_property { "state" } else { "number" })
        .class("select")
        .node(&is)
        .set("aria-label", "Comparison")
        .children(compare.into_iter().enumerate().map(|(index, text)| {
            // Without one chosen, a browser takes the one that came into the page first.
            el("option").flag("selected", index == 0).text(text)
        }));
    let now = bench.player.read(|session| {
        let pane = (*pane).min(session.pane_count() - 1);
        Moment::of(session.lab(pane)).find(&name)
    });
    let number = (!is_property).then(|| {
        el("input")
            .id("until-value")
            .class("field")
            .node(&value)
            .set("type", "text")
            .set("inputmode", "decimal")
            .set("aria-label", "Value")
            .set("autocomplete", "off")
            .set(
                "placeholder",
                now.as_ref().map_or("1".into(), Found::to_string),
            )
    });
    let on_submit = {
        let bench = bench.clone();
        let pane_id = bench.player.read(|session| {
            session
                .pane_id((*pane).min(session.pane_count() - 1))
                .to_owned()
        });
        let now = now.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let index = is
                .cast::<HtmlSelectElement>()
                .map_or(0, |list| list.selected_index());
            let index = usize::try_from(index).unwrap_or(0);
            let (is, value) = match is_property {
                true => (Comparison::Equals, STATES[index.min(2)].0.to_owned()),
                false => {
                    let typed = value.cast::<HtmlInputElement>().map(|field| field.value());
                    let typed = typed.filter(|typed| !typed.trim().is_empty());
                    let shown = now.as_ref().map_or("1".into(), Found::to_string);
                    (COMPARISONS[index.min(5)].0, typed.unwrap_or(shown))
                }
            };
            bench.intend(Intent::Until(Check {
                pane: pane_id.clone(),
                metric: name.clone(),
                is,
                value: value.trim().to_owned(),
            }));
        })
    };
    let hunting = bench.player.hunting();
    let stop = el("button")
        .class("btn")
        .id("until-stop")
        .set("type", "button")
        .on_click(bench.on_intent.reform(|_| Intent::Hold))
        .text("Stop");
    let go = el("button")
        .class("btn primary")
        .id("until-go")
        .set("type", "submit")
        .text("Run");
    let close = button("until-close", Icon::Cross, "Close")
        .class("btn quiet icon")
        .on_click(bench.on_intent.reform(|_| Intent::CloseUntil));
    let on_key = bench.on_intent.clone();
    let on_key = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            on_key.emit(Intent::CloseUntil);
        }
    });
    let (at, end) = bench
        .player
        .read(|session| (session.now().as_nanos(), session.end().as_nanos()));
    let progress = hunting.then(|| {
        el("p").class("figures").text(format!(
            "Looking: {} of {}",
            clock::long(at),
            clock::short(end)
        ))
    });
    el("form")
        .set("aria-label", "Run until a condition holds")
        .on_submit(on_submit)
        .on_key_down(on_key)
        .child(
            el("div")
                .class("row")
                .child(el("span").class("label").text("Run until"))
                .child_some(pane_list)
                .child(what_list)
                .child(compare)
                .child_some(number)
                .child(if hunting { stop } else { go })
                .child(close),
        )
        .child_some(progress)
        .into()
}

fn list(
    id: &'static str,
    label: &'static str,
    texts: &[String],
    at: usize,
    state: &UseStateHandle<usize>,
) -> El {
    let state = state.clone();
    let on_pick = Callback::from(move |event: Event| {
        let list = event.target_unchecked_into::<HtmlSelectElement>();
        state.set(usize::try_from(list.selected_index()).unwrap_or_default());
    });
    let option = |(index, text): (usize, &String)| {
        el("option")
            .flag("selected", index == at)
            .text(text.clone())
    };
    el("select")
        .id(id)
        .class("select")
        .set("aria-label", label)
        .on_change(on_pick)
        .children(texts.iter().enumerate().map(option))
}
