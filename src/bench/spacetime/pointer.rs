//! The browser's events on the diagram's canvases.

use std::cell::RefCell;
use std::rc::Rc;

use faultline_view::display::Point;
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{
    Event, EventTarget, HtmlCanvasElement, HtmlElement, KeyboardEvent, PointerEvent, TouchEvent,
    WheelEvent,
};
use yew::{Callback, NodeRef};

use super::diagram::Diagram;
use super::hand::slop;
use super::keys::Key;
use crate::bench::intent::{Intent, Selected};
use crate::bench::player::Beside;

/// Turning a wheel by so many pixels shows twice as much.
const WHEEL_PIXELS: f64 = 320.0;
/// Pixels of a wheel that counts lines.
const LINE_PIXELS: f64 = 20.0;
/// Of the diagram's width, how much a wheel pans by for each pixel.
const PAN_PER_PIXEL: f64 = 1.0 / 900.0;
/// How far the tip stands from the pointer.
const TIP_GAP: f32 = 14.0;

/// What the events act on.
#[derive(Clone)]
pub struct Handling {
    /// The diagram.
    pub diagram: Rc<RefCell<Diagram>>,
    /// Has it painted.
    pub beside: Rc<Beside>,
    /// Keeps what was selected here.
    pub own: Rc<RefCell<Option<Selected>>>,
    /// Says what the reader wants.
    pub on_intent: Callback<Intent>,
    /// The buttons may have something new to show.
    pub on_done: Callback<()>,
    /// The words beside the pointer.
    pub tip: NodeRef,
}

/// Listens to a diagram's canvas, and to that of the whole run.
pub fn listen(
    handling: &Handling,
    canvas: &HtmlCanvasElement,
    over: Option<&HtmlCanvasElement>,
) -> Vec<EventListener> {
    let mut all = Listeners {
        handling,
        list: Vec::new(),
    };
    all.add(canvas, "pointerdown", press);
    all.add(canvas, "pointermove", moved);
    all.add(canvas, "pointerup", release);
    all.add(canvas, "pointercancel", cancel);
    all.add(canvas, "pointerleave", leave);
    all.add(canvas, "wheel", wheel);
    all.add(canvas, "touchstart", touch);
    all.add(canvas, "keydown", key);
    all.add(canvas, "blur", leave);
    if let Some(over) = over {
        all.add(over, "pointerdown", survey);
        all.add(over, "pointermove", survey);
    }
    all.list
}

struct Listeners<'a> {
    handling: &'a Handling,
    list: Vec<EventListener>,
}

impl Listeners<'_> {
    fn add<E: JsCast + 'static>(
        &mut self,
        target: &EventTarget,
        name: &'static str,
        handle: fn(&Handling, &E),
    ) {
        let handling = self.handling.clone();
        let options = EventListenerOptions::enable_prevent_default();
        let on_event = move |event: &Event| {
            if let Some(event) = event.dyn_ref::<E>() {
                handle(&handling, event);
            }
        };
        let listener = EventListener::new_with_options(target, name, options, on_event);
        self.list.push(listener);
    }
}

impl Handling {
    fn intend(&self, intents: impl IntoIterator<Item = Intent>) {
        for intent in intents {
            if let Intent::Select(selected) = &intent {
                self.own.replace(Some(selected.clone()));
            }
            self.on_intent.emit(intent);
        }
    }

    fn done(&self) {
        self.beside.repaint();
        self.on_done.emit(());
    }

    /// Shows words beside a place; none: hides them.
    fn tell(&self, at: Point, words: Option<&str>) {
        let Some(tip) = self.tip.cast::<HtmlElement>() else {
            return;
        };
        tip.set_hidden(words.is_none());
        let Some(words) = words else {
            return;
        };
        tip.set_text_content(Some(words));
        let (width, height) = self.diagram.borrow().extent();
        let (own_width, own_height) = (tip.offset_width() as f32, tip.offset_height() as f32);
        let x = (at.x + TIP_GAP).min(width - own_width - 2.0).max(2.0);
        // Above the pointer where the line below is the one to look at.
        let above = at.y - TIP_GAP - own_height;
        let y = if above < 0.0 { at.y + TIP_GAP } else { above };
        let y = y.min(height - own_height).max(0.0);
        let _ = tip
            .style()
            .set_property("transform", &format!("translate({x:.0}px,{y:.0}px)"));
    }
}

fn place(event: &PointerEvent) -> Point {
    Point::new(event.offset_x() as f32, event.offset_y() as f32)
}

fn touches(event: &PointerEvent) -> bool {
    event.pointer_type() != "mouse"
}

fn copies(event: &PointerEvent) -> bool {
    event.alt_key() || event.ctrl_key() || event.meta_key()
}

fn element(event: &Event) -> Option<HtmlCanvasElement> {
    event.target()?.dyn_into().ok()
}

fn press(handling: &Handling, event: &PointerEvent) {
    if event.button() != 0 {
        return;
    }
    if let Some(canvas) = element(event) {
        // What is dragged out of the picture is still held.
        let _ = canvas.set_pointer_capture(event.pointer_id());
    }
    let at = place(event);
    let mut diagram = handling.diagram.borrow_mut();
    diagram.press(event.pointer_id(), at, touches(event), copies(event));
    drop(diagram);
    handling.beside.repaint();
}

fn moved(handling: &Handling, event: &PointerEvent) {
    let at = place(event);
    let mut diagram = handling.diagram.borrow_mut();
    let intent = diagram.drag(event.pointer_id(), at, copies(event));
    let held = diagram.is_held();
    let slop = slop(touches(event));
    let on = diagram.at(at, slop).filter(|_| !held);
    let words = match &on {
        Some((_, words)) => Some((*words).to_owned()),
        None => diagram.hint(),
    };
    let on = on.map(|(named, _)| named);
    let changed = held || diagram.hover != on;
    diagram.hover = on;
    let grabs = held || diagram.grabs(at, false);
    drop(diagram);
    handling.tell(at, words.as_deref());
    if let Some(canvas) = element(event) {
        let shape = if grabs { "ew-resize" } else { "crosshair" };
        let _ = canvas.style().set_property("cursor", shape);
    }
    handling.intend(intent);
    if changed {
        handling.beside.repaint();
    }
}

fn release(handling: &Handling, event: &PointerEvent) {
    let intents = handling.diagram.borrow_mut().release(event.pointer_id());
    handling.tell(place(event), None);
    handling.intend(intents);
    handling.done();
}

fn cancel(handling: &Handling, event: &PointerEvent) {
    handling.diagram.borrow_mut().cancel(event.pointer_id());
    handling.tell(place(event), None);
    handling.done();
}

fn leave(handling: &Handling, _: &Event) {
    handling.diagram.borrow_mut().hover = None;
    handling.tell(Point::new(0.0, 0.0), None);
    handling.beside.repaint();
}

/// A finger that takes hold of something does not scroll the page.
fn touch(handling: &Handling, event: &TouchEvent) {
    let (Some(touch), Some(canvas)) = (event.touches().get(0), element(event)) else {
        return;
    };
    let bounds = canvas.get_bounding_client_rect();
    let at = Point::new(
        (f64::from(touch.client_x()) - bounds.left()) as f32,
        (f64::from(touch.client_y()) - bounds.top()) as f32,
    );
    if handling.diagram.borrow().grabs(at, true) {
        event.prevent_default();
    }
}

fn wheel(handling: &Handling, event: &WheelEvent) {
    event.prevent_default();
    let scale = match event.delta_mode() {
        WheelEvent::DOM_DELTA_PIXEL => 1.0,
        _ => LINE_PIXELS,
    };
    let (across, along) = (event.delta_x() * scale, event.delta_y() * scale);
    let mut diagram = handling.diagram.borrow_mut();
    if event.shift_key() || across.abs() > along.abs() {
        let by = if across == 0.0 { along } else { across };
        diagram.camera.pan(by * PAN_PER_PIXEL);
    } else {
        let about = diagram.frame().time_at(event.offset_x() as f32);
        let (cursor, end) = diagram.times();
        let factor = libm::exp2(along.clamp(-WHEEL_PIXELS, WHEEL_PIXELS) / WHEEL_PIXELS);
        diagram.camera.zoom(factor, Some(about), cursor, end);
    }
    drop(diagram);
    handling.done();
}

fn key(handling: &Handling, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let key = Key {
        name: &event.key(),
        shift: event.shift_key(),
    };
    let intents = handling.diagram.borrow_mut().key(&key);
    let Some(intents) = intents else {
        return;
    };
    // The page's own meaning of the key does not count here.
    event.prevent_default();
    handling.intend(intents);
    handling.done();
}

/// A press on the strip of the whole run, or a drag along it, moves the window there.
fn survey(handling: &Handling, event: &PointerEvent) {
    let Some(strip) = element(event).filter(|_| event.buttons() & 1 == 1) else {
        return;
    };
    if event.type_() == "pointerdown" {
        let _ = strip.set_pointer_capture(event.pointer_id());
    }
    let width = f64::from(strip.client_width().max(1));
    let share = (f64::from(event.offset_x()) / width).clamp(0.0, 1.0);
    let mut diagram = handling.diagram.borrow_mut();
    let (_, end) = diagram.times();
    let half = diagram.camera.length() / 2;
    let middle = (share * end as f64) as u64;
    diagram.camera.begin_at(middle.saturating_sub(half));
    drop(diagram);
    handling.done();
}
