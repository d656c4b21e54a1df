//! Commands as buttons: each place in a command's usage becomes a field or a list of nodes.

use faultline_systems::{COMMON_COMMANDS, CommandSpec};
use faultline_view::Label;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::side::part;
use crate::app::el::{El, el};
use crate::app::icon::{Icon, icon};
use crate::bench::clock;

/// A command that was placed.
#[derive(Clone, Debug, PartialEq)]
pub struct Did {
    /// Names it.
    pub id: u64,
    /// When, nanoseconds.
    pub at: u64,
    /// What.
    pub text: AttrValue,
}

/// What the section shows.
pub struct Doing<'a> {
    /// The system's own commands.
    pub own: &'static [CommandSpec],
    /// Names of the nodes.
    pub nodes: &'a [Label],
    /// Commands on the timeline.
    pub did: &'a [Did],
    /// Why the last command was refused.
    pub refused: &'a Option<AttrValue>,
    /// Places a command at the cursor.
    pub on_command: &'a Callback<String>,
    /// Takes a command off the timeline.
    pub on_remove: &'a Callback<u64>,
}

/// The system's commands, the faults that every system knows, and what was done.
pub fn commands(props: &Doing) -> El {
    let form = |spec: &'static CommandSpec| -> Html {
        html! {
            <CommandForm key={spec.usage} {spec} nodes={props.nodes.to_vec()}
                on_command={props.on_command.clone()} />
        }
    };
    let own = el("div")
        .class("commands")
        .children(props.own.iter().map(form));
    let faults = el("div")
        .class("commands")
        .children(COMMON_COMMANDS.iter().map(form));
    let refused = props.refused.clone();
    let refused = refused.map(|why| {
        el("p")
            .class("fault")
            .id("refused")
            .set("role", "alert")
            .text(why)
    });
    part("set", "commands-title", "Do")
        .child(own)
        .child_some(refused)
        .child(
            el("details")
                .class("faults")
                .child(el("summary").text("Faults"))
                .child(faults),
        )
        .child_some((!props.did.is_empty()).then(|| did(props)))
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
            .on_click(props.on_remove.reform(move |_| id))
            .child(icon(Icon::Cross));
        el("li").children([
            el("time").class("figures").text(at),
            el("span").text(did.text.clone()),
            undo,
        ])
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

#[derive(PartialEq, Properties)]
struct FormProps {
    spec: &'static CommandSpec,
    nodes: Vec<Label>,
    on_command: Callback<String>,
}

/// One command: a button alone, or fields and a button.
#[component]
fn CommandForm(props: &FormProps) -> Html {
    let spec = props.spec;
    // What was typed or chosen, by place in the usage.
    let given = use_mut_ref(Vec::<Option<String>>::new);
    let on_press = {
        let (given, nodes, on_command) =
            (given.clone(), props.nodes.clone(), props.on_command.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            on_command.emit(compose(spec.usage, &given.borrow(), &nodes));
        })
    };
    let keep = move |place: usize| {
        let given = given.clone();
        Callback::from(move |text: Option<String>| {
            let mut given = given.borrow_mut();
            if given.len() <= place {
                given.resize(place + 1, None);
            }
            given[place] = text;
        })
    };
    let mut fields = Vec::new();
    for (place, piece) in pieces(spec.usage).enumerate() {
        match piece {
            Piece::Word(_) => {}
            Piece::Node => fields.push(node_list(spec, &props.nodes, keep(place))),
            Piece::Text(hint) | Piece::Option(hint) => {
                fields.push(text_field(spec, hint, keep(place)))
            }
            Piece::Flag(flag) => fields.push(flag_box(flag, keep(place))),
        }
    }
    let submit = el("button")
        .class("btn")
        .set("type", "submit")
        .set("title", spec.help)
        .text(spec.label);
    el("form")
        .class_if("command", !fields.is_empty(), "with-input")
        .set("data-command", spec.usage)
        .on_submit(on_press)
        .children(fields)
        .child(submit)
        .into()
}

fn node_list(spec: &CommandSpec, nodes: &[Label], keep: Callback<Option<String>>) -> El {
    let on_pick = keep
        .reform(|event: Event| Some(event.target_unchecked_into::<HtmlSelectElement>().value()));
    let option = |name: &Label| {
        el("option")
            .set("value", name.to_string())
            .text(name.to_string())
    };
    el("select")
        .class("select")
        .set("aria-label", format!("{}: node", spec.label))
        .on_change(on_pick)
        .children(nodes.iter().map(option))
}

fn text_field(spec: &CommandSpec, hint: &str, keep: Callback<Option<String>>) -> El {
    let on_type = keep.reform(|event: InputEvent| {
        Some(event.target_unchecked_into::<HtmlInputElement>().value())
    });
    let hint = hint.replace(['<', '>', '[', ']'], "");
    el("input")
        .set("type", "text")
        .set("aria-label", format!("{}: {hint}", spec.label))
        .set("placeholder", hint)
        .set("autocomplete", "off")
        .set("spellcheck", "false")
        .on_input(on_type)
}

fn flag_box(flag: &'static str, keep: Callback<Option<String>>) -> El {
    let on_flip = keep.reform(|event: Event| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        input.checked().then(String::new)
    });
    let input = el("input").set("type", "checkbox").on_change(on_flip);
    el("label")
        .class("flag")
        .child(input)
        .text(flag.trim_start_matches('-'))
}

/// The command's text: what was given in the places, the first node where none was chosen.
fn compose(usage: &'static str, given: &[Option<String>], nodes: &[Label]) -> String {
    let given = |place: usize| given.get(place).and_then(Option::as_deref);
    let words = pieces(usage)
        .enumerate()
        .filter_map(|(place, piece)| match piece {
            Piece::Word(word) => Some(word.to_owned()),
            Piece::Node => given(place)
                .map(str::to_owned)
                .or_else(|| nodes.first().map(|name| name.to_string())),
            Piece::Text(_) | Piece::Option(_) => {
                Some(given(place).unwrap_or_default().trim().to_owned())
            }
            Piece::Flag(flag) => given(place).map(|_| flag.to_owned()),
        });
    words.collect::<Vec<_>>().join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usage_becomes_a_command() {
        let nodes = [Label::from("A"), Label::from("B")];
        let text = |usage, given: &[Option<&str>]| {
            let given: Vec<_> = given.iter().map(|text| text.map(str::to_owned)).collect();
            compose(usage, &given, &nodes)
        };
        assert_eq!(text("add", &[]), "add");
        assert_eq!(text("add [node]", &[]), "add");
        assert_eq!(text("add [node]", &[None, Some("E")]), "add E");
        assert_eq!(text("crash <node>", &[]), "crash A");
        assert_eq!(text("crash <node>", &[None, Some("B")]), "crash B");
        assert_eq!(text("restart <node> [--empty]", &[]), "restart A");
        assert_eq!(
            text("restart <node> [--empty]", &[None, None, Some("")]),
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
