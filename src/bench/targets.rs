//! What is on the stage, reachable by pointer, finger, keyboard and screen reader.
//!
//! Pointers are answered from the picture's own targets, wherever they are in this frame. For
//! the keyboard and for screen readers, buttons lie over the picture, of which one at a time is
//! a stop of Tab and the arrow keys go from one to the next. Of a thousand nodes only those
//! around that one have buttons, and they are kept outside the virtual DOM: the one with the
//! focus follows its target in every frame, the others now and then.

mod buttons;
mod pointer;

use std::cell::RefCell;
use std::rc::Rc;

use faultline_systems::commands::partition_command;
use faultline_view::display::{DisplayList, TargetKind};
use faultline_view::paint::node_name;
use faultline_view::{Label, Selection};
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, MouseEvent, PointerEvent};
use yew::Callback;

use super::intent::{Bench, Intent, Selected};
use super::overlay::{self, Line};
use super::player::Player;
use super::stage::Touch;
use crate::app::dom;
use buttons::Buttons;
use pointer::{place, slop};

/// How many targets Page Up and Page Down pass.
const PAGE: isize = 10;

/// What names a target from frame to frame.
#[derive(Clone, Debug, PartialEq)]
struct Spot {
    kind: TargetKind,
    id: String,
}

/// The stage as the reader handles it.
struct Stage {
    player: Player,
    on_intent: Callback<Intent>,
    panes: Vec<Pane>,
    selected: Selected,
    cutting: bool,
    /// What the mouse is over, in which pane.
    hover: Option<(usize, Spot)>,
    /// The line being drawn, in which pane.
    line: Option<(usize, Line)>,
}

struct Pane {
    /// The box of canvas and buttons.
    picture: HtmlElement,
    buttons: Buttons,
}

type Shared = Rc<RefCell<Stage>>;

/// Keeps it all alive; dropped, the stage is a picture again.
struct Handle {
    stage: Shared,
    _listeners: Vec<EventListener>,
}

/// Makes what is on a stage reachable.
pub fn touch(bench: &Bench, stage: &Element) -> Box<dyn Touch> {
    let pictures = elements(stage, ".picture");
    let groups = elements(stage, ".targets");
    let panes = pictures.iter().zip(&groups).map(|(picture, group)| Pane {
        picture: picture.clone(),
        buttons: Buttons::new(group.clone()),
    });
    let shared = Rc::new(RefCell::new(Stage {
        player: bench.player.clone(),
        on_intent: bench.on_intent.clone(),
        panes: panes.collect(),
        selected: Selected::default(),
        cutting: false,
        hover: None,
        line: None,
    }));
    let weak = Rc::downgrade(&shared);
    bench.player.set_overlay(Rc::new(move |pane, moving, list| {
        if let Some(stage) = weak.upgrade() {
            stage.borrow_mut().painted(pane, moving, list);
        }
    }));
    let mut listeners = Vec::new();
    for (pane, picture) in pictures.iter().enumerate() {
        for (event, handle) in HANDLERS {
            let shared = Rc::clone(&shared);
            let options = EventListenerOptions::enable_prevent_default();
            listeners.push(EventListener::new_with_options(
                picture,
                event,
                options,
                move |event| handle(&shared, pane, event),
            ));
        }
    }
    Box::new(Handle {
        stage: shared,
        _listeners: listeners,
    })
}

type Handler = fn(&Shared, usize, &Event);

/// What is done on which event within a pane's picture.
const HANDLERS: [(&str, Handler); 10] = [
    // A mouse that clicks a node leaves the focus where it is: Space still plays.
    ("mousedown", |_, _, event| event.prevent_default()),
    ("pointerdown", on_down),
    ("pointermove", on_move),
    ("pointerup", on_up),
    ("pointercancel", on_cancel),
    ("pointerleave", on_leave),
    ("click", on_click),
    ("keydown", on_key),
    ("focusin", on_focus),
    ("focusout", on_blur),
];

impl Touch for Handle {
    fn look(&self, bench: &Bench) {
        let mut stage = self.stage.borrow_mut();
        if stage.selected != bench.selected || stage.cutting != bench.cutting {
            stage.selected = bench.selected.clone();
            stage.cutting = bench.cutting;
            stage.line = None;
            stage.player.repaint();
        }
    }
}

fn elements(within: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = within.query_selector_all(selector) else {
        return Vec::new();
    };
    let all = (0..found.length()).filter_map(|index| found.item(index));
    all.filter_map(|node| node.dyn_into().ok()).collect()
}

impl Stage {
    /// A pane's picture is painted: adds the marks, and has the buttons follow. This is called
    /// from within the player, which must be left alone.
    fn painted(&mut self, pane: usize, moving: bool, list: &mut DisplayList) {
        let selected = spot_of(list, &self.selected.what);
        if let Some(pane) = self.panes.get_mut(pane) {
            let now_ms = moving.then(dom::clock_ms);
            let said = pane.buttons.follow(list, selected.as_ref(), now_ms);
            if let Some(words) = said {
                self.on_intent.emit(Intent::Say(words));
            }
        }
        if let Some(spot) = &selected {
            overlay::select(list, spot.kind, &spot.id);
        }
        if let Some((_, spot)) = self.hover.as_ref().filter(|(hovered, _)| *hovered == pane)
            && selected.as_ref() != Some(spot)
        {
            overlay::hover(list, spot.kind, &spot.id);
        }
        if let Some((_, line)) = self.line.as_ref().filter(|(drawn, _)| *drawn == pane) {
            overlay::divide(list, line);
        }
    }

    /// What is at a pointer.
    fn at(&self, pane: usize, event: &MouseEvent) -> Option<(Spot, String)> {
        let at = place(&self.panes.get(pane)?.picture, event);
        let hit = |list: &DisplayList| {
            let target = list.hit(at, slop(event))?;
            let id = list.str(target.id).to_owned();
            let kind = target.kind;
            Some((Spot { kind, id }, list.str(target.label).to_owned()))
        };
        self.player.picture(pane, hit).flatten()
    }

    /// The node of a name, as pictures write it.
    fn node(&self, pane: usize, written: &str) -> Option<Label> {
        let names = self.player.read(|session| session.lab(pane).node_names());
        let same = |name: &Label| **name == *written || node_name(name) == written;
        names.into_iter().find(same)
    }

    fn selection(&self, pane: usize, spot: &Spot) -> Option<Selection> {
        match spot.kind {
            TargetKind::Message => Some(Selection::Message(spot.id.as_str().into())),
            TargetKind::Node | TargetKind::Bin | TargetKind::Bar => {
                self.node(pane, &spot.id).map(Selection::Node)
            }
            _ => None,
        }
    }

    /// The command that a line across a pane means.
    fn partition(&self, pane: usize, line: &Line) -> Intent {
        let names = self.player.read(|session| session.lab(pane).node_names());
        let sides = |list: &DisplayList| -> Vec<(String, bool)> {
            let nodes = list.targets().iter().filter(|one| overlay::is_node(one));
            let side = nodes.map(|target| {
                let left = line.is_left(overlay::center(&target.bounds));
                (list.str(target.id).to_owned(), left)
            });
            side.collect()
        };
        let drawn = self.player.picture(pane, sides).unwrap_or_default();
        let left = drawn.iter().filter(|(_, left)| *left).count();
        if left == 0 || left == drawn.len() {
            return Intent::Refuse("The line leaves all nodes on one side.".to_owned());
        }
        // Nodes that are not in the picture go with the larger part.
        let rest = 2 * left > drawn.len();
        // Of a thousand nodes most stand in the order of their names.
        let find = |index: usize, name: &Label| {
            let is = |(id, _): &&(String, bool)| **name == **id || node_name(name) == *id;
            let guess = drawn.get(index).filter(|one| is(one));
            guess.or_else(|| drawn.iter().find(is))
        };
        let sides: Vec<bool> = names
            .iter()
            .enumerate()
            .map(|(index, name)| find(index, name).map_or(rest, |(_, left)| *left))
            .collect();
        match partition_command(&names, |index| sides[index]) {
            Ok(text) => Intent::Place { at: None, text },
            Err(why) => Intent::Refuse(why.to_string()),
        }
    }
}

/// The target of what is selected, in this picture.
fn spot_of(list: &DisplayList, selection: &Selection) -> Option<Spot> {
    let spot = |kind, id: &str| {
        let id = id.to_owned();
        list.find(kind, &id).map(|_| Spot { kind, id })
    };
    match selection {
        Selection::Message(id) => spot(TargetKind::Message, id),
        Selection::Node(name) => spot(TargetKind::Node, name)
            .or_else(|| spot(TargetKind::Bin, name))
            .or_else(|| spot(TargetKind::Bin, &node_name(name))),
        Selection::Mark(_) | Selection::None => None,
    }
}

/// Says that something is to be looked at.
fn select(shared: &Shared, pane: usize, spot: &Spot, label: &str, aloud: bool) {
    let (on_intent, what) = {
        let stage = shared.borrow();
        (stage.on_intent.clone(), stage.selection(pane, spot))
    };
    let Some(what) = what else {
        return on_intent.emit(Intent::Say(label.to_owned()));
    };
    let doing = match what {
        Selection::Message(_) => "Delete drops it, H holds it back, C copies it",
        _ => "Delete crashes it, O starts it, H pauses it",
    };
    on_intent.emit(Intent::Select(Selected { pane, what }));
    if aloud {
        on_intent.emit(Intent::Say(format!(
            "{label}: selected. {doing}, I goes to the inspector."
        )));
    }
}

fn on_down(shared: &Shared, pane: usize, event: &Event) {
    let Some(event) = event.dyn_ref::<PointerEvent>() else {
        return;
    };
    let mut stage = shared.borrow_mut();
    if !stage.cutting || !event.is_primary() {
        return;
    }
    event.prevent_default();
    let Some(picture) = stage.panes.get(pane).map(|pane| pane.picture.clone()) else {
        return;
    };
    // The line goes on where the pointer leaves the picture.
    let _ = picture.set_pointer_capture(event.pointer_id());
    let from = place(&picture, event);
    stage.line = Some((pane, Line { from, to: from }));
}

fn on_move(shared: &Shared, pane: usize, event: &Event) {
    let Some(event) = event.dyn_ref::<PointerEvent>() else {
        return;
    };
    let mut stage = shared.borrow_mut();
    if stage.cutting {
        let Some(picture) = stage.panes.get(pane).map(|pane| pane.picture.clone()) else {
            return;
        };
        if let Some((_, line)) = &mut stage.line {
            line.to = place(&picture, event);
            stage.player.repaint();
        }
        return;
    }
    if event.pointer_type() == "touch" {
        return;
    }
    let found = stage.at(pane, event);
    stage.point_at(pane, found);
}

fn on_up(shared: &Shared, pane: usize, _: &Event) {
    let mut stage = shared.borrow_mut();
    let Some((_, line)) = stage.line.take() else {
        return;
    };
    stage.player.repaint();
    if line.is_short() {
        return;
    }
    let on_intent = stage.on_intent.clone();
    let intent = stage.partition(pane, &line);
    drop(stage);
    let done = matches!(intent, Intent::Place { .. });
    on_intent.emit(intent);
    if done {
        on_intent.emit(Intent::Cut(false));
    }
}

fn on_cancel(shared: &Shared, _: usize, _: &Event) {
    let mut stage = shared.borrow_mut();
    stage.line = None;
    stage.player.repaint();
}

fn on_leave(shared: &Shared, pane: usize, _: &Event) {
    shared.borrow_mut().point_at(pane, None);
}

impl Stage {
    fn point_at(&mut self, pane: usize, found: Option<(Spot, String)>) {
        let (spot, label) = found.unzip();
        let hover = spot.map(|spot| (pane, spot));
        if self.hover == hover {
            return;
        }
        if let Some(pane) = self.panes.get(pane) {
            let _ = match label {
                Some(label) => pane.picture.set_attribute("title", &label),
                None => pane.picture.remove_attribute("title"),
            };
            let cursor = if hover.is_some() { "pointer" } else { "" };
            let _ = pane.picture.style().set_property("cursor", cursor);
        }
        self.hover = hover;
        self.player.repaint();
    }
}

fn on_click(shared: &Shared, pane: usize, event: &Event) {
    let Some(event) = event.dyn_ref::<MouseEvent>() else {
        return;
    };
    let stage = shared.borrow();
    if stage.cutting {
        return;
    }
    // The keyboard and screen readers click a button; a pointer clicks what it sees.
    let by_hand = event.detail() > 0;
    let found = match by_hand {
        true => stage.at(pane, event),
        false => stage
            .panes
            .get(pane)
            .and_then(|pane| pane.buttons.at(event)),
    };
    let on_intent = stage.on_intent.clone();
    drop(stage);
    match found {
        Some((spot, label)) => select(shared, pane, &spot, &label, !by_hand),
        None if by_hand => on_intent.emit(Intent::Select(Selected::default())),
        None => {}
    }
}

fn on_key(shared: &Shared, pane: usize, event: &Event) {
    let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
        return;
    };
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let go = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => Go::By(1),
        "ArrowLeft" | "ArrowUp" => Go::By(-1),
        "PageDown" => Go::By(PAGE),
        "PageUp" => Go::By(-PAGE),
        "Home" => Go::To(0),
        "End" => Go::To(usize::MAX),
        // What these keys do, they do to what has the focus.
        "Delete" | "o" | "h" | "c" | "O" | "H" | "C" => {
            let found = shared.borrow().panes[pane].buttons.at(event);
            if let Some((spot, label)) = found {
                select(shared, pane, &spot, &label, false);
            }
            return;
        }
        _ => return,
    };
    event.prevent_default();
    let mut stage = shared.borrow_mut();
    let selected = stage.selected.what.clone();
    let Stage { player, panes, .. } = &mut *stage;
    let Some(buttons) = panes.get_mut(pane).map(|pane| &mut pane.buttons) else {
        return;
    };
    let element = player.picture(pane, |list| {
        buttons.go(list, spot_of(list, &selected).as_ref(), go)
    });
    // Giving the focus calls back here at once.
    drop(stage);
    if let Some(element) = element.flatten() {
        let _ = element.focus();
    }
}

/// Where an arrow key goes among the targets.
#[derive(Clone, Copy)]
enum Go {
    By(isize),
    To(usize),
}

fn on_focus(shared: &Shared, pane: usize, event: &Event) {
    if let Some(pane) = shared.borrow_mut().panes.get_mut(pane) {
        pane.buttons.focused(event, true);
    }
}

fn on_blur(shared: &Shared, pane: usize, event: &Event) {
    if let Some(pane) = shared.borrow_mut().panes.get_mut(pane) {
        pane.buttons.focused(event, false);
    }
}
