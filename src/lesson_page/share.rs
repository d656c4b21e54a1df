//! Sharing: the link that holds the whole run.

use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::app::dialog::Dialog;
use crate::app::dom;
use crate::app::el::{El, el};

/// What is shared.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The link, or why there is none.
    pub link: Result<AttrValue, AttrValue>,
    /// The run's fingerprint.
    pub fingerprint: AttrValue,
    /// Called when the dialog has closed.
    pub on_close: Callback<()>,
}

/// How copying went.
#[derive(Clone, Copy, PartialEq)]
enum Copied {
    NotYet,
    Yes,
    ByHand,
}

/// A dialog that copies the link at once and leaves it selected.
#[component]
pub fn Share(props: &Props) -> Html {
    let field = use_node_ref();
    let copied = use_state(|| Copied::NotYet);
    let copy = {
        let (field, copied) = (field.clone(), copied.setter());
        let link = props.link.clone().unwrap_or_default();
        Callback::from(move |()| {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                field.select();
            }
            let (copied, link) = (copied.clone(), link.clone());
            spawn_local(async move {
                copied.set(if to_clipboard(&link).await {
                    Copied::Yes
                } else {
                    Copied::ByHand
                });
            });
        })
    };
    {
        let (copy, shares) = (copy.clone(), props.link.is_ok());
        use_effect_with((), move |()| {
            if shares {
                copy.emit(());
            }
        });
    }
    let body = match &props.link {
        Ok(link) => shared(link, &field, *copied, copy),
        Err(why) => vec![
            el("p")
                .class("fault")
                .set("role", "alert")
                .text(why.clone()),
        ],
    };
    let fingerprint = el("code")
        .set("data-fingerprint", "shared")
        .text(props.fingerprint.clone());
    let foot = el("p")
        .class("muted")
        .text("Fingerprint ")
        .child(fingerprint)
        .text(": equal wherever the run is replayed.");
    html! {
        <Dialog id="share-dialog" title="Share this run" on_close={props.on_close.clone()}>
            { for body }
            { foot }
        </Dialog>
    }
}

fn shared(link: &AttrValue, field: &NodeRef, copied: Copied, copy: Callback<()>) -> Vec<El> {
    let said = match copied {
        Copied::NotYet => "",
        Copied::Yes => "Copied.",
        Copied::ByHand => {
            "This browser does not let the page copy. The link is selected: press Ctrl+C or ⌘C."
        }
    };
    let field = el("input")
        .class("field")
        .id("link")
        .node(field)
        .flag("readonly", true)
        .set("aria-label", "Link")
        .value(link.clone());
    let button = el("button")
        .class("btn primary")
        .id("copy")
        .set("type", "button")
        .on_click(copy.reform(|_| ()))
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

async fn to_clipboard(text: &str) -> bool {
    // Pages that are not served securely have no clipboard at all.
    let navigator = dom::window().navigator();
    let has = js_sys::Reflect::get(&navigator, &"clipboard".into());
    if !has.is_ok_and(|clipboard| clipboard.is_object()) {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text))
        .await
        .is_ok()
}
