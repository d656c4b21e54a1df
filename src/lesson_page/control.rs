//! A parameter's control: a segmented choice, a slider with a number field, or a switch.

use faultline_systems::{ParamKind, ParamSpec, Value};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::scale;
use crate::app::icon::{Icon, icon};

/// More options than this, or longer words, go into a list that opens.
const MAX_SEGMENTS: usize = 4;
const MAX_SEGMENT_CHARS: usize = 28;

/// A parameter and its value.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The parameter.
    pub spec: &'static ParamSpec,
    /// Its value now.
    pub value: Value,
    /// The lesson's own value.
    pub own: Value,
    /// Sets it: name and text.
    pub on_set: Callback<(&'static str, String)>,
}

/// A control with its label, its help and a way back to the lesson's value.
#[component]
pub fn Control(props: &Props) -> Html {
    let Props {
        spec,
        value,
        own,
        on_set,
    } = props;
    let fault = use_state(|| None::<AttrValue>);
    let id = format!("param-{}", spec.name);
    let help = format!("{id}-help");
    let reset = {
        let (on_set, fault) = (on_set.clone(), fault.clone());
        let (name, own) = (spec.name, own.to_string());
        Callback::from(move |_: MouseEvent| {
            fault.set(None);
            on_set.emit((name, own.clone()));
        })
    };
    let set = {
        let (on_set, fault, spec) = (on_set.clone(), fault.clone(), *spec);
        Callback::from(move |text: String| match spec.parse(&text) {
            Ok(_) => {
                fault.set(None);
                on_set.emit((spec.name, text));
            }
            Err(error) => fault.set(Some(error.to_string().into())),
        })
    };
    let undo = html! {
        if value != own {
            <button type="button" class="undo" onclick={reset} title="Back to the lesson's value"
                aria-label={format!("{}: back to the lesson's value", spec.label)}>
                { icon(Icon::Undo) }
            </button>
        }
    };
    let body = match spec.kind {
        ParamKind::Choice { options, .. } => choice(spec, &id, options, *value, &set, undo),
        ParamKind::Bool { .. } => switch(spec, &id, *value, &set, undo),
        ParamKind::Int { .. } | ParamKind::Float { .. } | ParamKind::Span { .. } => {
            number(spec, &id, *value, &set, undo, fault.is_some())
        }
    };
    html! {
        <div class="control" data-param={spec.name} title={spec.help}>
            { body }
            <p class="said" id={help}>{ spec.help }</p>
            if let Some(fault) = (*fault).clone() {
                <p class="fault" role="alert" id={format!("{id}-fault")}>{ fault }</p>
            }
        </div>
    }
}

fn choice(
    spec: &ParamSpec,
    id: &str,
    options: &'static [(&'static str, &'static str)],
    value: Value,
    set: &Callback<String>,
    undo: Html,
) -> Html {
    let chars: usize = options.iter().map(|(_, label)| label.chars().count()).sum();
    if options.len() > MAX_SEGMENTS || chars > MAX_SEGMENT_CHARS {
        return list(spec, id, options, value, set, undo);
    }
    let segment = |&(name, label): &(&'static str, &'static str)| {
        let on_pick = set.reform(move |_: Event| name.to_owned());
        html! {
            <label class="segment">
                <input type="radio" name={id.to_owned()} value={name} onchange={on_pick}
                    checked={value == Value::Choice(name)} />
                <span>{ label }</span>
            </label>
        }
    };
    html! {
        <fieldset aria-describedby={format!("{id}-help")}>
            <legend><span>{ spec.label }</span>{ undo }</legend>
            <div class="segments">{ for options.iter().map(segment) }</div>
        </fieldset>
    }
}

fn list(
    spec: &ParamSpec,
    id: &str,
    options: &'static [(&'static str, &'static str)],
    value: Value,
    set: &Callback<String>,
    undo: Html,
) -> Html {
    let on_pick =
        set.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    let option = |&(name, label): &(&'static str, &'static str)| {
        html! { <option value={name} selected={value == Value::Choice(name)}>{ label }</option> }
    };
    html! {
        <>
            <div class="control-head">
                <label for={id.to_owned()}>{ spec.label }</label>{ undo }
            </div>
            <select id={id.to_owned()} class="select" onchange={on_pick}
                aria-describedby={format!("{id}-help")}>
                { for options.iter().map(option) }
            </select>
        </>
    }
}

fn switch(spec: &ParamSpec, id: &str, value: Value, set: &Callback<String>, undo: Html) -> Html {
    let on = value == Value::Bool(true);
    let on_flip = set.reform(|event: Event| {
        let on = event.target_unchecked_into::<HtmlInputElement>().checked();
        Value::Bool(on).to_string()
    });
    html! {
        <div class="control-head">
            <label class="switch" for={id.to_owned()}>
                <input type="checkbox" id={id.to_owned()} checked={on} onchange={on_flip}
                    aria-describedby={format!("{id}-help")} />
                <span>{ spec.label }</span>
            </label>
            { undo }
        </div>
    }
}

fn number(
    spec: &'static ParamSpec,
    id: &str,
    value: Value,
    set: &Callback<String>,
    undo: Html,
    invalid: bool,
) -> Html {
    let field_id = format!("{id}-number");
    let on_type =
        set.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().value());
    let slider = scale::range(&spec.kind).map(|range| {
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
        html! {
            <input type="range" id={id.to_owned()} min={range.min.to_string()}
                max={range.max.to_string()} step={range.step.to_string()}
                value={position.round().to_string()} style={format!("--filled:{filled:.1}%")}
                aria-valuetext={spoken} aria-describedby={format!("{id}-help")}
                oninput={on_slide} />
        }
    });
    let mode = if matches!(spec.kind, ParamKind::Span { .. }) {
        "text"
    } else {
        "decimal"
    };
    html! {
        <>
            <div class="control-head">
                <label for={id.to_owned()}>{ spec.label }</label>
                { undo }
                <input type="text" inputmode={mode} id={field_id} class="number figures"
                    value={value.to_string()} size="7" onchange={on_type}
                    aria-label={format!("{}, exactly", spec.label)}
                    aria-invalid={invalid.then_some("true")}
                    aria-errormessage={invalid.then(|| format!("{id}-fault"))} />
                if !spec.unit.is_empty() {
                    <span class="unit">{ spec.unit }</span>
                }
            </div>
            { slider }
        </>
    }
}
