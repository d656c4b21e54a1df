//! The commands on the timeline as marks over the slider: each can be reached, moved, rewritten
//! and taken off.

mod editor;
mod layout;

use std::rc::Rc;

use faultline_course::Session;
use faultline_systems::PlacedCommand;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, PointerEvent};
use yew::prelude::*;

use super::clock;
use super::compare::only;
use super::intent::{Bench, Intent, Selected, mark_of};
use crate::app::dom;
use crate::app::el::{El, el};
use editor::Editor;

/// Pixels that a pointer moves before a press becomes a drag.
const DRAG_FROM: f64 = 4.0;
/// A mark's words take about so many pixels for a letter, beside its stem.
const LETTER: f64 = 6.6;

/// The marks.
pub fn content(bench: &Bench) -> Html {
    html! { <Marks bench={bench.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct Props {
    bench: Bench,
}

/// A mark that is being dragged.
#[derive(Clone, Debug, PartialEq)]
struct Drag {
    id: u64,
    from_x: f64,
    from: u64,
    /// Where it would go; none before the pointer has moved far enough.
    to: Option<u64>,
}

/// What the marks' handlers share.
#[derive(Clone)]
struct Handles {
    bench: Bench,
    list: NodeRef,
    end: u64,
    open: UseStateHandle<Option<u64>>,
    drag: UseStateHandle<Option<Drag>>,
    /// The mark that has the focus once the page shows what was done.
    moved: UseStateHandle<Option<u64>>,
}

#[component]
fn Marks(props: &Props) -> Html {
    let (commands, end) = props
        .bench
        .player
        .read(|session| (session.commands(), session.end().as_nanos().max(1)));
    let handles = Handles {
        bench: props.bench.clone(),
        list: use_node_ref(),
        end,
        open: use_state(|| None),
        drag: use_state(|| None),
        moved: use_state(|| None),
    };
    let width = use_state(|| 0.0);
    {
        let (list, width, moved) = (handles.list.clone(), width.clone(), handles.moved.clone());
        use_effect(move || {
            let now = list
                .cast::<Element>()
                .map_or(0.0, |list| list.client_width().into());
            if now != *width {
                width.set(now);
            }
            if let Some(id) = *moved {
                dom::focus(&mark_id(id));
                moved.set(None);
            }
        });
    }
    let side = match dom::matches("(pointer: coarse)") {
        true => 40.0,
        false => 24.0,
    };
    let times: Vec<f64> = commands
        .iter()
        .map(|one| handles.time_of(one) as f64 / end as f64)
        .collect();
    let places = layout::places(&times, *width, side);
    let marks = commands.iter().enumerate().map(|(index, one)| {
        let room = places.get(index + 1).copied().unwrap_or(*width) - places[index];
        mark(&handles, one, places[index], room)
    });
    let stems = commands.iter().zip(&times).map(|(one, part)| {
        el("i")
            .class_if("stem", one.refused.is_some(), "refused")
            .set("style", format!("left:{:.3}%", part * 100.0))
    });
    let forked = props.bench.player.read(Session::forked_at).map(|from| {
        let part = from.as_nanos() as f64 / end as f64;
        el("i")
            .class("stem fork")
            .set("style", format!("left:{:.3}%", part * 100.0))
    });
    let opened = commands.iter().find(|one| Some(one.id) == *handles.open);
    let editor = opened.map(|one| {
        let (open, moved, id) = (handles.open.clone(), handles.moved.clone(), one.id);
        let on_close = Callback::from(move |()| {
            open.set(None);
            moved.set(Some(id));
        });
        html! { <Editor key={id} bench={props.bench.clone()} command={Rc::new(one.clone())} {on_close} /> }
    });
    html! {
        <>
            { el("ul")
                .class("marks")
                .node(&handles.list)
                .set("aria-label", "What you did")
                .children(marks) }
            { el("div").class("stems").set("aria-hidden", "true").children(stems).child_some(forked) }
            { for editor }
        </>
    }
}

fn mark_id(id: u64) -> String {
    format!("mark-{id}")
}

fn mark(handles: &Handles, one: &PlacedCommand, place: f64, room: f64) -> El {
    let at = handles.time_of(one);
    let selected = &handles.bench.selected;
    let open = *handles.open == Some(one.id);
    let name = mark_of(&handles.bench.player, selected.pane, one.id);
    let chosen = open || name.is_some_and(|name| name == selected.what);
    let fate = match &one.refused {
        Some(why) => format!(", did nothing: {why}"),
        None => String::new(),
    };
    let only = handles.bench.player.read(|session| only(session, one.id));
    let text = match only {
        Some(pane) => format!("{pane}: {}", one.text),
        None => one.text.clone(),
    };
    let name = format!("{text} at {}{fate}", clock::long(at));
    let words = text.len() as f64 * LETTER + 14.0;
    let shown = (words <= room).then(|| el("span").text(text));
    let class = match (&one.refused, shown.is_some()) {
        (Some(_), true) => "mark refused",
        (Some(_), false) => "mark refused short",
        (None, true) => "mark",
        (None, false) => "mark short",
    };
    let button = el("button")
        .class_if(class, chosen, "chosen")
        .id(mark_id(one.id))
        .set("type", "button")
        .set("aria-label", name.clone())
        .state("aria-expanded", open)
        .set("title", name)
        .on_click(handles.on_click(one))
        .on_key_down(handles.on_key(one))
        .on_pointer_down(handles.on_grab(one))
        .on_pointer_move(handles.on_drag())
        .on_pointer_up(handles.on_drop(one))
        .child_some(shown);
    el("li")
        .number_key(one.id)
        .set("style", format!("left:{place:.1}px"))
        .child(button)
}

impl Handles {
    /// When a command applies, or would if it were let go of now.
    fn time_of(&self, one: &PlacedCommand) -> u64 {
        let dragged = self.drag.as_ref().filter(|drag| drag.id == one.id);
        dragged
            .and_then(|drag| drag.to)
            .unwrap_or(one.at.as_nanos())
    }

    /// How far an arrow key moves a mark: a fine step of the timeline, in whole milliseconds.
    fn step(&self) -> u64 {
        (self.end / 200_000_000).max(1) * 1_000_000
    }

    fn on_click(&self, one: &PlacedCommand) -> Callback<MouseEvent> {
        let (handles, id) = (self.clone(), one.id);
        Callback::from(move |_| {
            // The click that ends a drag opens nothing.
            let dragged = handles.drag.as_ref().is_some_and(|drag| drag.to.is_some());
            handles.drag.set(None);
            if dragged {
                return;
            }
            let open = *handles.open != Some(id);
            handles.open.set(open.then_some(id));
            // In the pane that is looked at already.
            let pane = handles.bench.selected.pane;
            if let Some(what) = mark_of(&handles.bench.player, pane, id) {
                handles
                    .bench
                    .intend(Intent::Select(Selected { pane, what }));
            }
        })
    }

    fn on_key(&self, one: &PlacedCommand) -> Callback<KeyboardEvent> {
        let (handles, one) = (self.clone(), one.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            let far = if event.shift_key() { 10 } else { 1 };
            let (at, step) = (one.at.as_nanos(), handles.step() * far);
            match event.key().as_str() {
                "ArrowLeft" => handles.put(&one, at.saturating_sub(step)),
                "ArrowRight" => handles.put(&one, (at + step).min(handles.end)),
                "Delete" | "Backspace" => handles.bench.intend(Intent::Remove(one.id)),
                _ => return,
            }
            event.prevent_default();
        })
    }

    /// Moves a command; the mark keeps the focus.
    fn put(&self, one: &PlacedCommand, at: u64) {
        if at != one.at.as_nanos() {
            self.moved.set(Some(one.id));
            self.bench.intend(Intent::Edit {
                id: one.id,
                at,
                text: one.text.clone(),
            });
        }
    }

    fn on_grab(&self, one: &PlacedCommand) -> Callback<PointerEvent> {
        let (handles, id, from) = (self.clone(), one.id, one.at.as_nanos());
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            // Words within the button may be the target.
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(button) = target.and_then(|one| one.closest("button").ok().flatten()) {
                let _ = button.set_pointer_capture(event.pointer_id());
            }
            let from_x = event.client_x().into();
            handles.drag.set(Some(Drag {
                id,
                from_x,
                from,
                to: None,
            }));
        })
    }

    fn on_drag(&self) -> Callback<PointerEvent> {
        let handles = self.clone();
        Callback::from(move |event: PointerEvent| {
            let Some(drag) = handles.drag.as_ref() else {
                return;
            };
            // Let go of where nobody saw it.
            if event.buttons() == 0 {
                return handles.drag.set(None);
            }
            let by = f64::from(event.client_x()) - drag.from_x;
            let list = handles.list.cast::<HtmlElement>();
            let width = list.map_or(1.0, |list| f64::from(list.client_width()).max(1.0));
            if drag.to.is_some() || by.abs() >= DRAG_FROM {
                let to = drag.from as f64 + by / width * handles.end as f64;
                // Whole milliseconds, as the slider.
                let to = (to.clamp(0.0, handles.end as f64) / 1e6).round() * 1e6;
                handles.drag.set(Some(Drag {
                    to: Some(to as u64),
                    ..drag.clone()
                }));
            }
        })
    }

    fn on_drop(&self, one: &PlacedCommand) -> Callback<PointerEvent> {
        let (handles, one) = (self.clone(), one.clone());
        Callback::from(move |_: PointerEvent| {
            // The click that follows ends the drag.
            if let Some(to) = handles.drag.as_ref().and_then(|drag| drag.to) {
                handles.put(&one, to);
            }
        })
    }
}
