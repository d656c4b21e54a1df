//! What is kept on the device. Storage may be missing (private windows, embedded pages), full
//! or hold nonsense: the page then works without it and says so once.

use std::cell::{Cell, RefCell};

use yew::Callback;

/// What the learner is told when the device keeps nothing.
const OFF: &str = "This browser keeps nothing for this page, so progress lasts until you close it. \
                   Links still hold whole runs.";
const CORRUPT: &str = "What this browser kept for this page was not readable and is set aside. \
                       Progress starts afresh.";

thread_local! {
    static SAID: Cell<bool> = const { Cell::new(false) };
    static TELL: RefCell<Callback<String>> = RefCell::new(Callback::noop());
}

/// Whom to tell when storage fails.
pub fn on_trouble(tell: Callback<String>) {
    TELL.with(|slot| *slot.borrow_mut() = tell);
}

/// Reads a value by `parse`; the default where there is none or it cannot be read.
pub fn read<T: Default>(key: &str, parse: fn(&str) -> Option<T>) -> T {
    let Some(text) = get(key) else {
        return T::default();
    };
    parse(&text).unwrap_or_else(|| {
        set_aside(key, &text);
        T::default()
    })
}

/// Keeps a text, if the device can.
pub fn write(key: &str, text: &str) {
    let kept = storage().is_some_and(|storage| storage.set_item(key, text).is_ok());
    if !kept {
        say(OFF);
    }
}

fn get(key: &str) -> Option<String> {
    match storage().map(|storage| storage.get_item(key)) {
        Some(Ok(text)) => text,
        _ => {
            say(OFF);
            None
        }
    }
}

/// Keeps what is unreadable under another name, for a later version or a curious person.
fn set_aside(key: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&format!("{key}.unreadable"), text);
        let _ = storage.remove_item(key);
    }
    say(CORRUPT);
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn say(what: &str) {
    if !SAID.with(|said| said.replace(true)) {
        TELL.with(|tell| tell.borrow().emit(what.to_owned()));
    }
}
