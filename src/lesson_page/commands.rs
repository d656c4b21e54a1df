//! Commands as buttons: each place in a command's usage becomes a field or a list of nodes.

use std::rc::Rc;

use faultline_systems::{COMMON_COMMANDS, CommandSpec};
use faultline_view::Label;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::side::part;
use crate::app::el::{El, button, el, refused};
use crate::app::icon::{Icon, icon};
use crate::bench::clock;
use crate::bench::intent::Intent;

/// A command that was placed.
#[derive(Clone, Debug, PartialEq)]
pub struct Did {
    /// Names it.
    pub id: u64,
    /// When, nanoseconds.
    pub at: u64,
    /// What.
    pub text: AttrValue,
    /// Why it did nothing, if it applied and did nothing.
    pub refused: Option<AttrValue>,
}

/// What the section shows.
pub struct Doing<'a> {
    /// The system's own commands.
    pub own: &'static [CommandSpec],
    /// Names of the nodes.
    pub nodes: &'a Rc<Vec<Label>>,
    /// Commands on the timeline.
    pub did: &'a [Did],
    /// Whether there is a change to take back.
    pub can_undo: bool,
    /// Whether there is one to do again.
    pub can_redo: bool,
    /// Why the last command was refused.
    pub refused: &'a Option<AttrValue>,
    /// What all links do, once that has loaded.
    pub network: Option<Html>,
    /// Says what the reader wants.
    pub on_intent: &'a Callback<Intent>,
}

/// The system's commands, the faults that every system knows, and what was done.
pub fn commands(props: &Doing) -> El {
    let own = el("div")
        .class("commands")
        .children(props.own.iter().map(|spec| form(props, spec)));
    // Messages are chosen on the stage, and the network has a form of its own.
    let to_nodes = COMMON_COMMANDS
        .iter()
        .filter(|spec| spec.usage.contains(" <node>"));
    let faults = el("div")
        .class("commands")
        .children(to_nodes.map(|spec| form(props, spec)));
    let why = props.refused.clone().map(refused);
    part("set doing", "commands-title", "Do")
        .child(
            el("div")
                .class("history")
                .child(back_and_forth(props, "undo", props.can_undo))
                .child(back_and_forth(props, "redo", props.can_redo)),
        )
        .child(own)
        .child_some(why)
        .child(
            el("details")
                .class("faults")
                .child(el("summary").text("Faults"))
                .child(faults)
                .child_some(props.network.clone()),
        )
        .child_some((!props.did.is_empty()).then(|| did(props)))
}

/// The button that takes the last change back, or does it again.
fn back_and_forth(props: &Doing, id: &'static str, possible: bool) -> El {
    let (face, name, intent) = match id {
        "undo" => (Icon::Undo, "Take the last change back (Z)", Intent::Undo),
        _ => (Icon::Redo, "Do it again (Y)", Intent::Redo),
    };
    button(id, face, name)
        .class("btn quiet icon")
        .state("aria-disabled", !possible)
        .on_click(props.on_intent.reform(move |_| intent.clone()))
}

fn did(props: &Doing) -> El {
    let line = |did: &Did| {
        let id = did.id;
        let at = clock::long(did.at);
        let label = AttrValue::from(format!("Undo {} at {at}", did.text));
        let undo = el("button")
            .class("undo")
            .set("type", "button")
            .set("aria-label", label.clone())
            .set("title", label)
            .on_click(props.on_intent.reform(move |_| Intent::Remove(id)))
            .child(icon(Icon::Cross));
        let refused = did.refused.as_ref();
        let refused = refused.map(|why| el("p").class("fault").text(format!("did nothing: {why}")));
        el("li")
            .children([
                el("time").class("figures").text(at),
                el("span").text(did.text.clone()),
                undo,
            ])
            .child_some(refused)
    };
    let lines = props.did.iter().map(line);
    el("ol")
        .class("did")
        .set("aria-label", "What you did")
        .children(lines)
}

/// A piece of a command's usage.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    /// As it stands.
    Word(&'static str),
    /// The name of a node.
    Node,
    /// Free text, with a hint.
    Text(&'static str),
    /// Free text that may be left out, with a hint.
    Option(&'static str),
    /// A word that may be left out.
    Flag(&'static str),
}

fn pieces(usage: &'static str) -> impl Iterator<Item = Piece> {
    usage.split_whitespace().map(|piece| match piece {
        "<node>" => Piece::Node,
        _ if piece.contains('<') => Piece::Text(piece),
        _ => match piece
            .strip_prefix('[')
            .and_then(|flag| flag.strip_suffix(']'))
        {
            Some(flag) if flag.starts_with('-') => Piece::Flag(flag),
            Some(hint) => Piece::Option(hint),
            None => Piece::Word(piece),
        },
    })
}

/// One command: a button alone, or fields and a button.
fn form(props: &Doing, spec: &'static CommandSpec) -> El {
    let fields: Vec<El> = pieces(spec.usage)
        .enumerate()
        .filter_map(|(place, piece)| {
            let field = match piece {
                Piece::Word(_) => return None,
                Piece::Node => node_list(spec, props.nodes),
                Piece::Text(hint) | Piece::Option(hint) => text_field(spec, hint),
                Piece::Flag(flag) => return Some(flag_box(flag, place)),
            };
            Some(field.set("data-place", place.to_string()))
        })
        .collect();
    let on_intent = props.on_intent.clone();
    let on_submit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        let form = event.target_unchecked_into::<Element>();
        let text = compose(spec.usage, |place| given(&form, place));
        on_intent.emit(Intent::Place { at: None, text });
    });
    let submit = el("button")
        .class("btn")
        .set("type", "submit")
        .set("title", spec.help)
        .text(spec.label);
    el("form")
        .class_if("command", !fields.is_empty(), "with-input")
        .set("data-command", spec.usage)
        .on_submit(on_submit)
        .children(fields)
        .child(submit)
}

fn node_list(spec: &CommandSpec, nodes: &Rc<Vec<Label>>) -> El {
    el("select")
        .class("select")
        .set("aria-label", format!("{}: node", spec.label))
        .child(html! { <Options nodes={Rc::clone(nodes)} /> })
}

#[derive(PartialEq, Properties)]
struct OptionsProps {
    nodes: Rc<Vec<Label>>,
}

/// The nodes of a list. A component, so that a list of thousands is made anew only when it is
/// another one.
#[component]
fn Options(props: &OptionsProps) -> Html {
    let option = |name: &Label| Html::from(el("option").text(name.to_string()));
    props.nodes.iter().map(option).collect()
}

fn text_field(spec: &CommandSpec, hint: &str) -> El {
    let hint = hint.replace(['<', '>', '[', ']'], "");
    el("input")
        .set("type", "text")
        .set("aria-label", format!("{}: {hint}", spec.label))
        .set("placeholder", hint)
        .set("autocomplete", "off")
        .set("spellcheck", "false")
}

fn flag_box(flag: &'static str, place: usize) -> El {
    let input = el("input")
        .set("type", "checkbox")
        .set("data-place", place.to_string());
    el("label")
        .class("flag")
        .child(input)
        .text(flag.trim_start_matches('-'))
}

/// What stands in a form at a place of the usage; none for a box that is not checked.
fn given(form: &Element, place: usize) -> Option<String> {
    let field = form
        .query_selector(&format!("[data-place=\"{place}\"]"))
        .ok()??;
    if let Some(list) = field.dyn_ref::<HtmlSelectElement>() {
        return Some(list.value());
    }
    let input = field.dyn_ref::<HtmlInputElement>()?;
    (input.type_() != "checkbox" || input.checked()).then(|| input.value())
}

/// The command's text, with what was given at the places of its usage.
fn compose(usage: &'static str, given: impl Fn(usize) -> Option<String>) -> String {
    let words = pieces(usage)
        .enumerate()
        .filter_map(|(place, piece)| match piece {
            Piece::Word(word) => Some(word.to_owned()),
            Piece::Node | Piece::Text(_) | Piece::Option(_) => given(place),
            Piece::Flag(flag) => given(place).map(|_| flag.to_owned()),
        });
    let words = words.map(|word| word.trim().to_owned()).collect::<Vec<_>>();
    words.join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usage_becomes_a_command() {
        let text = |usage, places: &[Option<&str>]| {
            compose(usage, |place| {
                places.get(place).copied().flatten().map(str::to_owned)
            })
        };
        assert_eq!(text("add", &[]), "add");
        assert_eq!(text("add [node]", &[None, Some("")]), "add");
        assert_eq!(text("add [node]", &[None, Some("E")]), "add E");
        assert_eq!(text("crash <node>", &[None, Some("B")]), "crash B");
        assert_eq!(
            text("restart <node> [--empty]", &[None, Some("A")]),
            "restart A"
        );
        assert_eq!(
            text("restart <node> [--empty]", &[None, Some("A"), Some("on")]),
            "restart A --empty"
        );
        assert_eq!(
            text("lookup <key>", &[None, Some(" user_123 ")]),
            "lookup user_123"
        );
        assert_eq!(
            text("partition <nodes>|<nodes>", &[None, Some("A|B")]),
            "partition A|B"
        );
        assert_eq!(text("lookup <key>", &[]), "lookup");
    }
}
