//! The few things that are asked of the browser directly.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, HtmlElement, ScrollBehavior, ScrollIntoViewOptions, ScrollLogicalPosition, Window,
};

/// The window. A page always has one; without it nothing here could have started.
pub fn window() -> Window {
    web_sys::window().expect("the page runs in a window")
}

/// The document.
pub fn document() -> Document {
    window().document().expect("the window has a document")
}

/// The document's outermost element.
pub fn root() -> Option<HtmlElement> {
    document().document_element()?.dyn_into().ok()
}

/// Whether the reader asked for less motion.
pub fn reduced_motion() -> bool {
    matches("(prefers-reduced-motion: reduce)")
}

/// Whether a media query holds now.
pub fn matches(query: &str) -> bool {
    window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches())
}

/// Tells the page's scripts something, as an event of the window.
pub fn announce(what: &str) {
    if let Ok(event) = web_sys::Event::new(what) {
        let _ = window().dispatch_event(&event);
    }
}

/// Milliseconds on a clock that never goes back.
pub fn clock_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// Lets the browser do what is due, such as painting and answering the reader, before the program
/// goes on. Of a page that nobody sees nobody waits for that, and its timers are slow.
pub async fn breathe() {
    if document().hidden() {
        return;
    }
    let soon = Promise::new(&mut |resolve, _| {
        // Where there are no timers, there is nothing to wait for.
        if window().set_timeout_with_callback(&resolve).is_err() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    });
    let _ = JsFuture::from(soon).await;
}

/// The part of the address after `#`, without it.
pub fn fragment() -> String {
    let hash = window().location().hash().unwrap_or_default();
    hash.strip_prefix('#').unwrap_or(&hash).to_owned()
}

/// The page's address without its fragment.
pub fn base_address() -> String {
    let address = window().location().href().unwrap_or_default();
    match address.split_once('#') {
        Some((before, _)) => before.to_owned(),
        None => address,
    }
}

/// Rewrites the fragment (with its `#`) in the address bar, without adding to the history or
/// navigating.
pub fn replace_fragment(fragment: &str) {
    if let Ok(history) = window().history() {
        // Browsers refuse when called too often; the next call then catches up.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(fragment));
    }
}

/// Goes to a fragment (with its `#`), as a link does.
pub fn go(fragment: &str) {
    let _ = window().location().set_hash(fragment);
}

/// Moves the focus to the element of an id, if it is there.
pub fn focus(id: &str) {
    if let Some(element) = document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
    {
        let _ = element.focus();
    }
}

/// Asks for the whole screen; where that is refused, the page fills its window.
pub fn enter_full_screen() {
    if let Some(root) = document().document_element() {
        let _ = root.request_fullscreen();
    }
}

/// Gives the screen back.
pub fn leave_full_screen() {
    if is_full_screen() {
        document().exit_fullscreen();
    }
}

/// Whether the page has the whole screen.
pub fn is_full_screen() -> bool {
    document().fullscreen_element().is_some()
}

/// Has Escape come to the page rather than leave full screen, where the browser can do that; it
/// then leaves full screen when it is held.
pub fn hold_escape(holds: bool) {
    let get = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).ok();
    let keyboard = get(&window().navigator(), "keyboard").unwrap_or_default();
    let method = get(&keyboard, if holds { "lock" } else { "unlock" });
    if let Some(method) = method.and_then(|method| method.dyn_into::<Function>().ok()) {
        let keys = Array::of1(&"Escape".into());
        let _ = method.call1(&keyboard, &keys);
    }
}

/// Scrolls the first element that a selector finds to the start of its column.
pub fn reveal(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Start);
        if !reduced_motion() {
            options.set_behavior(ScrollBehavior::Smooth);
        }
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
