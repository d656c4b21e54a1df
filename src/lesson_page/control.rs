//! A parameter's control: a segmented choice, a slider with a number field, or a switch.

use faultline_systems::{ParamKind, ParamSpec, Value};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::scale;
use crate::app::el::{El, el};
use crate::app::icon::{Icon, icon};

/// More options than this, or longer words, go into a list that opens.
const MAX_SEGMENTS: usize = 4;
const MAX_SEGMENT_CHARS: usize = 28;

/// A parameter that the lesson shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The parameter.
    pub spec: &'static ParamSpec,
    /// Its value now.
    pub value: Value,
    /// The lesson's own value.
    pub own: Value,
    /// Why what was given last is not allowed.
    pub fault: Option<AttrValue>,
}

/// A control with its label, its help and a way back to the lesson's value. `on_set` takes the
/// parameter's name and what was given.
pub fn control(shown: &Shown, on_set: &Callback<(&'static str, String)>) -> El {
    let Shown {
        spec, value, own, ..
    } = *shown;
    let id = format!("param-{}", spec.name);
    let set = on_set.reform(move |text: String| (spec.name, text));
    let reset = set.reform(move |_: MouseEvent| own.to_string());
    let undo = (value != own).then(|| {
        el("button")
            .class("undo")
            .set("type", "button")
            .set("title", "Back to the lesson's value")
            .set(
                "aria-label",
                format!("{}: back to the lesson's value", spec.label),
            )
            .on_click(reset)
            .child(icon(Icon::Undo))
    });
    let body = match spec.kind {
        ParamKind::Choice { options, .. } => choice(spec, &id, options, value, &set, undo),
        ParamKind::Bool { .. } => vec![switch(spec, &id, value, &set, undo)],
        ParamKind::Int { .. } | ParamKind::Float { .. } | ParamKind::Span { .. } => {
            number(spec, &id, value, &set, undo, shown.fault.is_some())
        }
    };
    let why = shown.fault.clone().map(|why| {
        el("p")
            .class("fault")
            .set("role", "alert")
            .id(format!("{id}-fault"))
            .text(why)
    });
    el("div")
        .class("control")
        .set("data-param", spec.name)
        .set("title", spec.help)
        .children(body)
        .child(el("p").class("said").id(help_id(&id)).text(spec.help))
        .child_some(why)
}

fn help_id(id: &str) -> String {
    format!("{id}-help")
}

/// The line above a control: its name, and what else stands there.
fn heading(spec: &ParamSpec, id: &str, undo: Option<El>) -> El {
    let label = el("label").set("for", id.to_owned()).text(spec.label);
    el("div")
        .class("control-head")
        .child(label)
        .child_some(undo)
}

fn choice(
    spec: &ParamSpec,
    id: &str,
    options: &'static [(&'static str, &'static str)],
    value: Value,
    set: &Callback<String>,
    undo: Option<El>,
) -> Vec<El> {
    let chars: usize = options.iter().map(|(_, label)| label.chars().count()).sum();
    if options.len() > MAX_SEGMENTS || chars > MAX_SEGMENT_CHARS {
        return vec![heading(spec, id, undo), list(id, options, value, set)];
    }
    let segment = |&(name, label): &(&'static str, &'static str)| {
        let input = el("input")
            .set("type", "radio")
            .set("name", id.to_owned())
            .value(name)
            .checked(value == Value::Choice(name))
            .on_change(set.reform(move |_| name.to_owned()));
        el("label")
            .class("segment")
            .child(input)
            .child(el("span").text(label))
    };
    let legend = el("legend")
        .child(el("span").text(spec.label))
        .child_some(undo);
    let segments = el("div")
        .class("segments")
        .children(options.iter().map(segment));
    let field = el("fieldset").set("aria-describedby", help_id(id));
    vec![field.child(legend).child(segments)]
}

fn list(
    id: &str,
    options: &'static [(&'static str, &'static str)],
    value: Value,
    set: &Callback<String>,
) -> El {
    let on_pick =
        set.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    let option = |&(name, label): &(&'static str, &'static str)| {
        let chosen = value == Value::Choice(name);
        el("option")
            .set("value", name)
            .flag("selected", chosen)
            .text(label)
    };
    el("select")
        .class("select")
        .id(id.to_owned())
        .set("aria-describedby", help_id(id))
        .on_change(on_pick)
        .children(options.iter().map(option))
}

fn switch(
    spec: &ParamSpec,
    id: &str,
    value: Value,
    set: &Callback<String>,
    undo: Option<El>,
) -> El {
    let on_flip = set.reform(|event: Event| {
        let on = event.target_unchecked_into::<HtmlInputElement>().checked();
        Value::Bool(on).to_string()
    });
    let input = el("input")
        .set("type", "checkbox")
        .id(id.to_owned())
        .set("aria-describedby", help_id(id))
        .checked(value == Value::Bool(true))
        .on_change(on_flip);
    let label = el("label").class("switch").set("for", id.to_owned());
    let label = label.child(input).child(el("span").text(spec.label));
    el("div")
        .class("control-head")
        .child(label)
        .child_some(undo)
}

fn number(
    spec: &'static ParamSpec,
    id: &str,
    value: Value,
    set: &Callback<String>,
    undo: Option<El>,
    invalid: bool,
) -> Vec<El> {
    let on_type =
        set.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().value());
    let is_span = matches!(spec.kind, ParamKind::Span { .. });
    let field = el("input")
        .class("number figures")
        .id(format!("{id}-number"))
        .set("type", "text")
        .set("inputmode", if is_span { "text" } else { "decimal" })
        .set("size", "7")
        .set("aria-label", format!("{}, exactly", spec.label))
        .set_some("aria-invalid", invalid.then_some("true"))
        .set_some("aria-errormessage", invalid.then(|| format!("{id}-fault")))
        .value(value.to_string())
        .on_change(on_type);
    let unit = (!spec.unit.is_empty()).then(|| el("span").class("unit").text(spec.unit));
    let head = heading(spec, id, undo).child(field).child_some(unit);
    let range = scale::range(&spec.kind);
    let slider = range.map(|range| slider(spec, id, value, set, range));
    [Some(head), slider].into_iter().flatten().collect()
}

fn slider(
    spec: &'static ParamSpec,
    id: &str,
    value: Value,
    set: &Callback<String>,
    range: scale::Range,
) -> El {
    let kind = &spec.kind;
    let position = scale::position(kind, value);
    let filled = (position - range.min) / (range.max - range.min).max(1e-9) * 100.0;
    let on_slide = set.reform(move |event: InputEvent| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        scale::text_toward(kind, value, input.value_as_number())
    });
    let spoken = match spec.unit {
        "" => value.to_string(),
        unit => format!("{value} {unit}"),
    };
    el("input")
        .set("type", "range")
        .id(id.to_owned())
        .set("min", range.min.to_string())
        .set("max", range.max.to_string())
        .set("step", range.step.to_string())
        .set("style", format!("--filled:{filled:.1}%"))
        .set("aria-valuetext", spoken)
        .set("aria-describedby", help_id(id))
        .value(position.round().to_string())
        .on_input(on_slide)
}
