//! A mark's own form: when, what, and why it did nothing if it did nothing.

use std::rc::Rc;

use faultline_sim::Time;
use faultline_systems::{COMMON_COMMANDS, CommandSpec, PlacedCommand};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::app::el::{El, button, el};
use crate::app::icon::Icon;
use crate::bench::clock;
use crate::bench::intent::{Bench, Intent};

/// The command, and what closes the form.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub bench: Bench,
    /// The command as it is now.
    pub command: Rc<PlacedCommand>,
    /// Closes the form.
    pub on_close: Callback<()>,
}

/// The form.
#[component]
pub fn Editor(props: &Props) -> Html {
    let command = &props.command;
    let (at, text) = (use_node_ref(), use_node_ref());
    let typed = use_state(|| command.text.clone());
    let fault = use_state(|| None::<AttrValue>);
    {
        let text = text.clone();
        use_effect_with((), move |()| {
            if let Some(field) = text.cast::<HtmlInputElement>() {
                let _ = field.focus();
                field.select();
            }
        });
    }
    let on_submit = {
        let (bench, id, on_close) = (props.bench.clone(), command.id, props.on_close.clone());
        let (at, text, fault) = (at.clone(), text.clone(), fault.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match read(&bench, id, &value(&at), &value(&text)) {
                Ok(intent) => {
                    bench.intend(intent);
                    on_close.emit(());
                }
                Err(why) => fault.set(Some(why.into())),
            }
        })
    };
    let on_key = props.on_close.clone();
    let on_key = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            on_key.emit(());
        }
    });
    let on_type = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            typed.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let id = command.id;
    let remove = el("button")
        .class("btn")
        .id("mark-remove")
        .set("type", "button")
        .on_click(props.bench.on_intent.reform(move |_| Intent::Remove(id)))
        .text("Remove");
    let close = button("mark-close", Icon::Cross, "Close")
        .class("btn quiet icon")
        .on_click(props.on_close.reform(|_| ()));
    let fields = el("div").class("row").children([
        field(
            "mark-at",
            "At, seconds",
            clock::typed(command.at.as_nanos()),
        )
        .node(&at),
        field("mark-text", "Command", command.text.clone())
            .node(&text)
            .on_input(on_type)
            .set("aria-describedby", "mark-usage"),
        el("button")
            .class("btn primary")
            .set("type", "submit")
            .text("Change"),
        remove,
        close,
    ]);
    let refused = command.refused.as_ref().filter(|_| fault.is_none());
    let refused = refused.map(|why| {
        el("p")
            .class("fault")
            .text(format!("It did nothing: {why}."))
    });
    let fault = (*fault).clone();
    let fault = fault.map(|why| el("p").class("fault").set("role", "alert").text(why));
    el("form")
        .class("pop mark-editor")
        .set("aria-label", format!("Change {}", command.text))
        .on_submit(on_submit)
        .on_key_down(on_key)
        .child(fields)
        .child_some(refused)
        .child_some(fault)
        .child(usage(&props.bench, &typed))
        .into()
}

fn field(id: &'static str, label: &'static str, value: String) -> El {
    el("input")
        .id(id)
        .class("field")
        .set("type", "text")
        .set("aria-label", label)
        .set("title", label)
        .set("autocomplete", "off")
        .set("spellcheck", "false")
        .set("value", value)
}

fn value(node: &NodeRef) -> String {
    let field = node.get().and_then(|node| node.dyn_into().ok());
    field.map_or_else(String::new, |field: HtmlInputElement| field.value())
}

/// The change that the fields ask for, or why there is none.
fn read(bench: &Bench, id: u64, at: &str, text: &str) -> Result<Intent, String> {
    let at = clock::read(at).ok_or_else(|| {
        format!("{at:?} is not a time: give seconds, such as 12.4, or minutes and seconds, 1:02.5")
    })?;
    let refused = bench
        .player
        .read(|session| session.can_edit(id, Time::from_nanos(at), text));
    refused.map_err(|error| error.to_string())?;
    Ok(Intent::Edit {
        id,
        at,
        text: text.to_owned(),
    })
}

/// How the command that is being typed goes on; all that there are, where none is recognised.
fn usage(bench: &Bench, typed: &str) -> El {
    let own = bench.player.read(|session| session.system().commands);
    let all = || own.iter().chain(COMMON_COMMANDS);
    let word = |text: &str| text.split_whitespace().next().unwrap_or("").to_owned();
    let first = word(typed);
    let line = el("p").class("usage").id("mark-usage");
    let known: Option<&CommandSpec> = all().find(|spec| word(spec.usage) == first);
    match known {
        Some(spec) => line
            .child(el("code").text(spec.usage))
            .text(format!(" {}", spec.help)),
        None => {
            let names = all().map(|spec| spec.usage).collect::<Vec<_>>();
            line.text(format!("Commands: {}", names.join(", ")))
        }
    }
}
