//! The upper edge of the dock: dragged, or moved by keys, it sets the dock's height.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, PointerEvent};
use yew::prelude::*;

use super::dock;
use crate::app::dom;
use crate::app::el::el;

/// Lower than this there is nothing to see, pixels.
const LEAST: f64 = 110.0;
/// Of the window's height the stage keeps the rest.
const MOST: f64 = 0.62;
/// What an arrow key changes, pixels.
const STEP: f64 = 24.0;

/// The edge, as what it bounds.
#[component]
pub fn Edge() -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let listeners = node.cast::<Element>().map(|edge| {
                show(&edge, bounded(&edge).map_or(0.0, |height| height));
                [
                    listen(&edge, "pointerdown", hold),
                    listen(&edge, "pointermove", drag),
                    listen(&edge, "pointerup", release),
                    listen(&edge, "keydown", key),
                ]
            });
            move || drop(listeners)
        });
    }
    el("div")
        .class("dock-edge")
        .id("dock-edge")
        .node(&node)
        .set("role", "separator")
        .set("tabindex", "0")
        .set("aria-orientation", "horizontal")
        .set("aria-label", "Height of what is open here")
        .set("aria-controls", "dock-content")
        .set("aria-valuemin", LEAST.to_string())
        .into()
}

fn listen<E: JsCast + 'static>(
    edge: &Element,
    name: &'static str,
    handle: fn(&Element, &E),
) -> EventListener {
    let own = edge.clone();
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(edge, name, options, move |event: &Event| {
        if let Some(event) = event.dyn_ref::<E>() {
            handle(&own, event);
        }
    })
}

/// The height that the edge sets now.
fn bounded(edge: &Element) -> Option<f64> {
    let content: HtmlElement = edge.parent_element()?.dyn_into().ok()?;
    Some(f64::from(content.offset_height()))
}

fn most() -> f64 {
    let height = dom::window().inner_height().ok();
    height.and_then(|height| height.as_f64()).unwrap_or(800.0) * MOST
}

fn hold(edge: &Element, event: &PointerEvent) {
    event.prevent_default();
    let _ = edge.set_pointer_capture(event.pointer_id());
    if let Some(edge) = edge.dyn_ref::<HtmlElement>() {
        let _ = edge.focus();
    }
}

fn drag(edge: &Element, event: &PointerEvent) {
    let held = edge.has_pointer_capture(event.pointer_id());
    if let (true, Some(content)) = (held, edge.parent_element()) {
        let bottom = content.get_bounding_client_rect().bottom();
        set(edge, bottom - f64::from(event.client_y()));
    }
}

fn release(edge: &Element, _: &PointerEvent) {
    keep(edge);
}

fn key(edge: &Element, event: &KeyboardEvent) {
    let Some(height) = bounded(edge) else {
        return;
    };
    let height = match &*event.key() {
        "ArrowUp" => height + STEP,
        "ArrowDown" => height - STEP,
        "Home" => LEAST,
        "End" => most(),
        _ => return,
    };
    event.prevent_default();
    set(edge, height);
    keep(edge);
}

fn set(edge: &Element, height: f64) {
    let height = height.min(most()).max(LEAST);
    dock::set_height(height as u32);
    show(edge, height);
}

/// For a screen reader.
fn show(edge: &Element, height: f64) {
    let _ = edge.set_attribute("aria-valuenow", &format!("{height:.0}"));
    let _ = edge.set_attribute("aria-valuemax", &format!("{:.0}", most()));
}

fn keep(edge: &Element) {
    if let Some(height) = bounded(edge) {
        dock::keep_height(height as u32);
    }
}
