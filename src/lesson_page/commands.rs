//! Commands as buttons: each place in a command's usage becomes a field or a list of nodes.

use faultline_systems::{COMMON_COMMANDS, CommandSpec};
use faultline_view::Label;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

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
pub fn commands(props: &Doing) -> Html {
    let form = |spec: &'static CommandSpec| {
        html! {
            <CommandForm key={spec.usage} {spec} nodes={props.nodes.to_vec()}
                on_command={props.on_command.clone()} />
        }
    };
    html! {
        <section class="set" aria-labelledby="commands-title">
            <h2 class="label" id="commands-title">{ "Do" }</h2>
            <div class="commands">{ for props.own.iter().map(form) }</div>
            if let Some(refused) = props.refused {
                <p class="fault" role="alert" id="refused">{ refused }</p>
            }
            <details class="faults">
                <summary>{ "Faults" }</summary>
                <div class="commands">{ for COMMON_COMMANDS.iter().map(form) }</div>
            </details>
            { did(props) }
        </section>
    }
}

fn did(props: &Doing) -> Html {
    let line = |did: &Did| {
        let id = did.id;
        let label = format!("Undo {} at {}", did.text, clock::long(did.at));
        html! {
            <li key={id}>
                <time class="figures">{ clock::long(did.at) }</time>
                <span>{ &did.text }</span>
                <button type="button" class="undo" aria-label={label.clone()} title={label}
                    onclick={props.on_remove.reform(move |_: MouseEvent| id)}>
                    { icon(Icon::Cross) }
                </button>
            </li>
        }
    };
    html! {
        if !props.did.is_empty() {
            <ol class="did" aria-label="What you did">{ for props.did.iter().map(line) }</ol>
        }
    }
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
    let class = classes!("command", (!fields.is_empty()).then_some("with-input"));
    html! {
        <form {class} onsubmit={on_press} data-command={spec.usage}>
            { for fields }
            <button type="submit" class="btn" title={spec.help}>{ spec.label }</button>
        </form>
    }
}

fn node_list(spec: &CommandSpec, nodes: &[Label], keep: Callback<Option<String>>) -> Html {
    let on_pick = keep
        .reform(|event: Event| Some(event.target_unchecked_into::<HtmlSelectElement>().value()));
    let option = |name: &Label| html! { <option value={name.to_string()}>{ &**name }</option> };
    html! {
        <select class="select" aria-label={format!("{}: node", spec.label)} onchange={on_pick}>
            { for nodes.iter().map(option) }
        </select>
    }
}

fn text_field(spec: &CommandSpec, hint: &str, keep: Callback<Option<String>>) -> Html {
    let on_type = keep.reform(|event: InputEvent| {
        Some(event.target_unchecked_into::<HtmlInputElement>().value())
    });
    let hint = hint.replace(['<', '>'], "");
    html! {
        <input type="text" placeholder={hint.clone()} autocomplete="off" spellcheck="false"
            aria-label={format!("{}: {hint}", spec.label)} oninput={on_type} />
    }
}

fn flag_box(flag: &'static str, keep: Callback<Option<String>>) -> Html {
    let on_flip = keep.reform(|event: Event| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        input.checked().then(String::new)
    });
    html! {
        <label class="flag">
            <input type="checkbox" onchange={on_flip} />{ flag.trim_start_matches('-') }
        </label>
    }
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
