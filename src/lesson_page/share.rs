//! Sharing: the link that holds the whole run.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::app::dialog::dialog;
use crate::app::dom;
use crate::app::el::{El, el};

/// The id of the field that holds the link.
const FIELD: &str = "link";

/// How copying went.
#[derive(Clone, Copy, PartialEq)]
pub enum Copied {
    /// It has not been tried, or is not done.
    NotYet,
    /// The link is on the clipboard.
    Yes,
    /// The browser does not let the page copy.
    ByHand,
}

/// What is shared.
pub struct Shared {
    /// The link, or why there is none.
    pub link: Result<String, String>,
    /// The run's fingerprint.
    pub fingerprint: String,
    /// How copying went.
    pub copied: Copied,
}

/// The dialog with the link.
pub fn share(shared: Shared, node: &NodeRef, on_copy: Callback<()>, on_close: &Callback<()>) -> El {
    let body = match shared.link {
        Ok(link) => with_link(link, shared.copied, on_copy),
        Err(why) => vec![el("p").class("fault").set("role", "alert").text(why)],
    };
    let fingerprint = el("code")
        .set("data-fingerprint", "shared")
        .text(shared.fingerprint);
    let foot = el("p")
        .class("muted")
        .text("Fingerprint ")
        .child(fingerprint)
        .text(": equal wherever the run is replayed.");
    dialog(node, "share-dialog", "Share this run", on_close)
        .children(body)
        .child(foot)
}

fn with_link(link: String, copied: Copied, on_copy: Callback<()>) -> Vec<El> {
    let said = match copied {
        Copied::NotYet => "",
        Copied::Yes => "Copied.",
        Copied::ByHand => {
            "This browser does not let the page copy. The link is selected: press Ctrl+C or ⌘C."
        }
    };
    let field = el("input")
        .class("field")
        .id(FIELD)
        .flag("readonly", true)
        .set("aria-label", "Link")
        .value(link);
    let button = el("button")
        .class("btn primary")
        .id("copy")
        .set("type", "button")
        .on_click(on_copy.reform(|_| ()))
        .text("Copy the link");
    vec![
        el("p").text(
            "This link is the run: lesson, parameters, seed, what you did, and this moment. \
             Whoever opens it sees what you see.",
        ),
        el("p").class("row link-row").child(field).child(button),
        el("p").set("role", "status").id("copied").text(said),
    ]
}

/// Selects the link on the page and copies it, then says how that went.
pub fn copy(done: Callback<Copied>) {
    let field = dom::document()
        .get_element_by_id(FIELD)
        .and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    let Some(field) = field else {
        return;
    };
    field.select();
    spawn_local(async move {
        let copied = to_clipboard(&field.value()).await;
        done.emit(if copied { Copied::Yes } else { Copied::ByHand });
    });
}

async fn to_clipboard(text: &str) -> bool {
    // Pages that are not served securely have no clipboard at all.
    let navigator = dom::window().navigator();
    let has = js_sys::Reflect::get(&navigator, &"clipboard".into());
    if !has.is_ok_and(|clipboard| clipboard.is_object()) {
        return false;
    }
    let written = JsFuture::from(navigator.clipboard().write_text(text));
    written.await.is_ok()
}
