//! The log's controls: search, filters, and what can be done with the row looked at.

use faultline_systems::LogEntry;
use faultline_view::Label;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::book::{Book, Filter};
use super::row::Kinds;
use super::{Content, Msg, SEARCH};
use crate::app::el::{El, el};
use crate::bench::tools::panes;

/// What can be done with the row looked at, and which pane.
pub fn tools(ctx: &Context<Content>, pane: usize, current: Option<&LogEntry>) -> El {
    let link = ctx.link();
    let button = |id: &'static str, name: &'static str, title: &'static str| {
        el("button")
            .class("btn quiet")
            .id(id)
            .set("type", "button")
            .set("title", title)
            .text(name)
    };
    let editing = current.map(|entry| {
        let id = entry.id;
        let go = button("log-go", "Go to its moment", "Enter, or a double click")
            .on_click(link.callback(move |_| Msg::Go(id)));
        let cause = button(
            "log-cause",
            "Go to its cause",
            "The entry that led to it: C",
        )
        .flag("disabled", entry.cause.is_none())
        .on_click(link.callback(move |_| Msg::Cause(id)));
        el("div").class("st-edit").child(cause).child(go)
    });
    let player = &ctx.props().bench.player;
    el("div")
        .class("dock-tools")
        .child_some(editing)
        .child_some(panes(
            player,
            "The log is of",
            pane,
            link.callback(Msg::Pane),
        ))
}

/// The field to search by, how many rows were found, and the filters.
pub fn search(ctx: &Context<Content>, pane: usize, book: &Book, current: Option<u64>) -> El {
    let link = ctx.link();
    let on_input = link.callback(|event: InputEvent| {
        let field = event.target_unchecked_into::<HtmlInputElement>();
        Msg::Search(field.value())
    });
    let field = el("input")
        .id(SEARCH)
        .set("type", "search")
        .set("placeholder", "Search the log")
        .set("aria-label", "Search the log")
        .set("autocomplete", "off")
        .value(book.needle().to_owned())
        .on_input(on_input);
    let on_submit = link.callback(|event: SubmitEvent| {
        event.prevent_default();
        Msg::Match(true)
    });
    let (count, place) = book.matches(current);
    let none = count == 0;
    let step = |id: &'static str, face: &'static str, name: &'static str, forward: bool| {
        el("button")
            .class("btn quiet")
            .id(id)
            .set("type", "button")
            .set("aria-label", name)
            .set("title", name)
            .flag("disabled", none)
            .on_click(link.callback(move |_| Msg::Match(forward)))
            .text(face)
    };
    let found = (!book.needle().is_empty()).then(|| {
        let text = match place {
            Some(place) => format!("{} of {count}", place + 1),
            None => format!("{count} found"),
        };
        el("span").class("log-found figures").text(text)
    });
    el("form")
        .class("log-search")
        .set("role", "search")
        .on_submit(on_submit)
        .child(field)
        .child_some(found)
        .child(step("log-before", "↑", "The match before", false))
        .child(step("log-next", "↓", "The next match", true))
        .child(nodes(ctx, pane, book.filter()))
        .child(kinds(ctx, book.filter()))
}

fn nodes(ctx: &Context<Content>, pane: usize, filter: &Filter) -> El {
    let player = &ctx.props().bench.player;
    let names: Vec<Label> = player.read(|session| super::lab_of(session, pane).node_names());
    let kinds = filter.kinds;
    let on_pick = ctx.link().callback(move |event: Event| {
        let list = event.target_unchecked_into::<HtmlSelectElement>();
        Msg::Filter(Filter {
            node: list.value(),
            kinds,
        })
    });
    let all = el("option")
        .set("value", "")
        .flag("selected", filter.node.is_empty())
        .text("All nodes");
    let option = |name: &Label| {
        el("option")
            .set("value", name.to_string())
            .flag("selected", *filter.node == **name)
            .text(name.to_string())
    };
    el("select")
        .class("select quiet")
        .id("log-node")
        .set("aria-label", "Only of this node")
        .on_change(on_pick)
        .child(all)
        .children(names.iter().map(option))
}

fn kinds(ctx: &Context<Content>, filter: &Filter) -> El {
    let node = filter.node.clone();
    let on_pick = ctx.link().callback(move |event: Event| {
        let list: Option<HtmlSelectElement> =
            event.target().and_then(|target| target.dyn_into().ok());
        let index = list.map_or(-1, |list| list.selected_index());
        let chosen = Kinds::ALL.get(usize::try_from(index).unwrap_or_default());
        Msg::Filter(Filter {
            node: node.clone(),
            kinds: chosen.map_or(Kinds::All, |chosen| chosen.0),
        })
    });
    let option = |(kinds, name): &(Kinds, &'static str)| {
        el("option")
            .flag("selected", filter.kinds == *kinds)
            .text(*name)
    };
    el("select")
        .class("select quiet")
        .id("log-kind")
        .set("aria-label", "Only of this kind")
        .on_change(on_pick)
        .children(Kinds::ALL.iter().map(option))
}
