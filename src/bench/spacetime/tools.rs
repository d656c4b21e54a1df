//! The diagram's buttons: what can be done to the selected thing, which pane, how close.

use faultline_sim::Span;
use faultline_view::Selection;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::diagram::Diagram;
use super::{Content, Msg};
use crate::app::dom;
use crate::app::el::{El, el};
use crate::bench::intent::Intent;

/// How much more of the run one press shows.
const ZOOM: f64 = 1.6;
/// The field of the form that asks how much later.
const LATER: &str = "st-later";

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tool {
    /// Less of the run, larger.
    Closer,
    /// More of the run, smaller.
    Wider,
    /// All of it.
    Whole,
    /// With the cursor.
    Follow,
    /// Another pane.
    Pane(usize),
    /// The selected message so many nanoseconds later.
    Delay(u64),
    /// What is selected by so many steps.
    Shift(i64),
    /// The selected message lost, or the selected command taken away.
    Remove,
    /// The selected message twice.
    Copy,
    /// The selected message as it was.
    Restore,
}

impl Diagram {
    /// Does what a button says; what is beyond the diagram is an intent.
    pub fn use_tool(&mut self, tool: Tool) -> Option<Intent> {
        let (cursor, end) = self.times();
        match tool {
            Tool::Closer => self.camera.zoom(1.0 / ZOOM, None, cursor, end),
            Tool::Wider => self.camera.zoom(ZOOM, None, cursor, end),
            Tool::Whole => self.camera.whole(end),
            Tool::Follow => self.camera.follow(),
            Tool::Pane(pane) => {
                self.show_pane(pane);
                self.look();
                return Some(self.select(Selection::None));
            }
            Tool::Delay(by) => return self.delay_selected(by),
            Tool::Shift(steps) => return self.shift_selected(steps),
            Tool::Remove => return self.remove_selected(),
            Tool::Copy => return self.copy_selected(),
            Tool::Restore => return self.restore_selected(),
        }
        None
    }
}

fn tool(ctx: &Context<Content>, tool: Tool, name: &'static str, title: &'static str) -> El {
    el("button")
        .class("btn quiet")
        .set("type", "button")
        .set("title", title)
        .on_click(ctx.link().callback(move |_| Msg::Tool(tool)))
        .text(name)
}

/// What can be done to the selected thing.
pub fn editing(diagram: &Diagram, asks: bool, ctx: &Context<Content>) -> El {
    let tools = el("div")
        .class("st-edit")
        .set("role", "group")
        .set("aria-label", "The selected message or command");
    match &diagram.selected {
        Selection::Message(id) => match diagram.message(id) {
            Some(_) if asks => tools.child(later(diagram, ctx)),
            Some(message) => {
                let delay = el("button")
                    .class("btn quiet")
                    .id("st-delay")
                    .set("type", "button")
                    .set("title", "Let it arrive later: drag its head, or Shift+→")
                    .on_click(ctx.link().callback(|_| Msg::Ask(true)))
                    .text("Delay…");
                let drop = tool(
                    ctx,
                    Tool::Remove,
                    "Drop",
                    "Lose it on its way: tear its head off, or Delete",
                );
                let copy = tool(
                    ctx,
                    Tool::Copy,
                    "Copy",
                    "Let it arrive twice: Alt-drag its head, or C",
                );
                let undo = message.command.map(|_| {
                    tool(
                        ctx,
                        Tool::Restore,
                        "Undo",
                        "As it was before you changed it",
                    )
                });
                tools
                    .child(name(&message.label, id))
                    .children([delay, drop.id("st-drop"), copy.id("st-copy")])
                    .child_some(undo.map(|undo| undo.id("st-undo")))
            }
            None => tools.child(name("message", id)),
        },
        Selection::Mark(id) => match diagram.mark(id) {
            Some(mark) if mark.command.is_some() => {
                let earlier = tool(ctx, Tool::Shift(-1), "Earlier", "Drag its flag, or Shift+←");
                let later = tool(ctx, Tool::Shift(1), "Later", "Drag its flag, or Shift+→");
                let remove = tool(
                    ctx,
                    Tool::Remove,
                    "Remove",
                    "Take it off the timeline: Delete",
                );
                tools.child(name(&mark.label, "")).children([
                    earlier.id("st-earlier"),
                    later.id("st-later-by"),
                    remove.id("st-remove"),
                ])
            }
            Some(mark) => tools.child(name(&mark.label, "")),
            None => tools,
        },
        Selection::Node(node) => tools.child(name("node", node)),
        Selection::None => tools.child(
            el("p")
                .class("st-hint")
                .text("Drag an arrow’s head to delay or lose it."),
        ),
    }
}

fn name(what: &str, id: &str) -> El {
    el("p")
        .class("st-name")
        .child(el("b").text(what.to_owned()))
        .text(format!(" {id}"))
}

/// Asks how much later the selected message is to arrive.
fn later(diagram: &Diagram, ctx: &Context<Content>) -> El {
    let default = Span::from_nanos(diagram.key_step() * 2).to_string();
    let fallback = diagram.key_step() * 2;
    let on_submit = ctx.link().callback(move |event: SubmitEvent| {
        event.prevent_default();
        let field = dom::document().get_element_by_id(LATER);
        let field = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
        let span = field.and_then(|field| field.value().trim().parse::<Span>().ok());
        Msg::Tool(Tool::Delay(span.map_or(fallback, Span::as_nanos)))
    });
    el("form")
        .class("st-later")
        .on_submit(on_submit)
        .child(el("label").set("for", LATER).text("Later by"))
        .child(
            el("input")
                .id(LATER)
                .set("type", "text")
                .set("autocomplete", "off")
                .set("size", "7")
                .value(default),
        )
        .child(
            el("button")
                .class("btn")
                .set("type", "submit")
                .text("Delay"),
        )
        .child(
            el("button")
                .class("btn quiet")
                .set("type", "button")
                .on_click(ctx.link().callback(|_| Msg::Ask(false)))
                .text("Cancel"),
        )
}

/// How close one looks, and whether the window follows time.
pub fn zoom(diagram: &Diagram, ctx: &Context<Content>) -> El {
    let (_, end) = diagram.times();
    let (whole, follows) = (diagram.camera.is_whole(end), diagram.camera.follows());
    let wider = tool(ctx, Tool::Wider, "−", "Show more of the run: minus");
    let closer = tool(ctx, Tool::Closer, "+", "Look closer: plus");
    let all = tool(ctx, Tool::Whole, "Whole run", "Show the whole run: W");
    let follow = tool(ctx, Tool::Follow, "Follow", "Go with the cursor: F");
    el("div")
        .class("st-zoom")
        .set("role", "group")
        .set("aria-label", "What the diagram shows")
        .children([
            wider
                .set("aria-label", "Show more of the run")
                .id("st-wider"),
            closer.set("aria-label", "Look closer").id("st-closer"),
            all.state("aria-pressed", whole).id("st-whole"),
            follow
                .state("aria-pressed", follows && !whole)
                .id("st-follow"),
        ])
}
