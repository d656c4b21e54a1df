//! When the program fails, the page says so, keeps the run's link and offers a fresh start.
//!
//! The failed program must not be asked for help: everything here is made of plain elements
//! and of functions that the browser itself provides.

use std::cell::Cell;
use std::panic::PanicHookInfo;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement, Window};

thread_local! {
    static SHOWN: Cell<bool> = const { Cell::new(false) };
}

/// From now on a panic shows a page that explains.
pub fn install() {
    // Yew would otherwise put a hook of its own in this place.
    yew::set_custom_panic_hook(Box::new(|info| {
        web_sys::console::error_1(&JsValue::from_str(&info.to_string()));
        // Events that still reach the broken program may panic again; one page is enough.
        if !SHOWN.with(|shown| shown.replace(true))
            && let Err(error) = show(&reason(info))
        {
            web_sys::console::error_1(&error);
        }
    }));
}

fn reason(info: &PanicHookInfo) -> String {
    let payload = info.payload();
    let what = match (
        payload.downcast_ref::<&str>(),
        payload.downcast_ref::<String>(),
    ) {
        (Some(what), _) => what,
        (None, Some(what)) => what.as_str(),
        (None, None) => "no reason given",
    };
    // Browsers add their stack to a message; the console has it.
    let what = what.lines().next().unwrap_or_default();
    match info.location() {
        Some(place) => format!("{what}\n(at {}:{})", place.file(), place.line()),
        None => what.to_owned(),
    }
}

fn show(reason: &str) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or("no window")?;
    let document = window.document().ok_or("no document")?;
    let body = document.body().ok_or("no body")?;
    let address = window.location().href()?;

    let main = document.create_element("main")?;
    main.set_class_name("sorry");
    main.set_id("panic");
    add(
        &document,
        &main,
        "p",
        "kicker",
        "Something broke, and not on purpose",
    )?;
    let heading = add(&document, &main, "h1", "", "The lab has stopped")?;
    add(
        &document,
        &main,
        "p",
        "",
        "This is a fault in Faultline, not in what you did. Your run is safe: this link holds it.",
    )?;
    let field = add(&document, &main, "input", "field", "")?;
    field.set_attribute("readonly", "")?;
    field.set_attribute("aria-label", "Link to your run")?;
    field.set_attribute("value", &address)?;
    let why = add(&document, &main, "p", "why", reason)?;
    why.set_attribute("role", "alert")?;

    let row = add(&document, &main, "div", "row", "")?;
    let again = add(
        &document,
        &row,
        "button",
        "btn primary",
        "Open the run again",
    )?;
    again.set_attribute("type", "button")?;
    again.add_event_listener_with_callback("click", &reload(&window)?)?;
    let fresh = add(&document, &row, "a", "btn", "Start the lesson afresh")?;
    let afresh = address
        .split_once('?')
        .map_or(address.as_str(), |(lesson, _)| lesson);
    fresh.set_attribute("href", afresh)?;
    let home = add(&document, &row, "a", "btn quiet", "All lessons")?;
    home.set_attribute("href", "#/")?;
    // Both links change the fragment only, which loads nothing by itself.
    window.add_event_listener_with_callback("hashchange", &reload(&window)?)?;

    clear(&body);
    body.append_child(&main)?;
    heading.set_attribute("tabindex", "-1")?;
    heading.unchecked_ref::<HtmlElement>().focus()
}

fn add(
    document: &Document,
    parent: &Element,
    tag: &str,
    class: &str,
    text: &str,
) -> Result<Element, JsValue> {
    let element = document.create_element(tag)?;
    element.set_class_name(class);
    if !text.is_empty() {
        element.set_text_content(Some(text));
    }
    parent.append_child(&element)?;
    Ok(element)
}

fn clear(body: &HtmlElement) {
    body.set_text_content(None);
}

/// The browser's own `location.reload`, bound, so that no code of ours runs.
fn reload(window: &Window) -> Result<js_sys::Function, JsValue> {
    let location = window.location();
    let reload = js_sys::Reflect::get(&location, &"reload".into())?;
    Ok(reload.dyn_into::<js_sys::Function>()?.bind0(&location))
}
