//! Finding a lesson by a word of it.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, InputEvent};
use yew::{Callback, TargetCast};

use crate::app::dom;
use crate::app::el::{El, el};

/// A field that leaves only the cards that have all its words. It hides them itself: the course
/// page is made once, and need not be made anew for every letter.
pub fn find() -> El {
    let on_type = Callback::from(|event: InputEvent| {
        let field = event.target_unchecked_into::<HtmlInputElement>();
        show(&field.value());
    });
    let field = el("input")
        .class("field")
        .id("find")
        .set("type", "search")
        .set("placeholder", "Find a lesson: leader, hash, gossip\u{2026}")
        .set("aria-label", "Find a lesson")
        .set("autocomplete", "off")
        .on_input(on_type);
    let found = el("p").class("muted").id("found").set("role", "status");
    el("div")
        .class("find")
        .set("role", "search")
        .children([field, found])
}

/// Hides the cards that lack a word.
fn show(words: &str) {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let Ok(cards) = dom::document().query_selector_all("[data-lesson]") else {
        return;
    };
    let mut found = 0;
    for index in 0..cards.length() {
        let Some(card) = cards
            .get(index)
            .and_then(|card| card.dyn_into::<HtmlElement>().ok())
        else {
            continue;
        };
        let mut text = card.text_content().unwrap_or_default();
        text += &card.get_attribute("data-lesson").unwrap_or_default();
        text += &card.get_attribute("data-system").unwrap_or_default();
        let text = text.to_lowercase();
        let has = words.iter().all(|word| text.contains(word.as_str()));
        found += u32::from(has);
        card.set_hidden(!has);
    }
    if let Some(said) = dom::document().get_element_by_id("found") {
        said.set_text_content(Some(&match found {
            _ if words.is_empty() => String::new(),
            0 => "No lesson has these words.".to_owned(),
            1 => "1 lesson".to_owned(),
            _ => format!("{found} lessons"),
        }));
    }
}
