//! A dialog over the page: the browser keeps the focus inside it and closes it on Escape.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::el::{El, button, el};
use super::icon::Icon;

/// A dialog with a heading and a button that closes it; `on_close` is called when it has
/// closed, however it was. It is shown once it is on the page: see [`open`].
pub fn dialog(
    node: &NodeRef,
    id: &'static str,
    title: &'static str,
    on_close: &Callback<()>,
) -> El {
    let heading = AttrValue::from(format!("{id}-title"));
    let shown = node.clone();
    let close = button("close", Icon::Cross, "Close")
        .class("btn quiet icon")
        .on_click(Callback::from(move |_| {
            // Closed by the browser, as on Escape, so that it gives the focus back.
            if let Some(dialog) = shown.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        }));
    let head = el("div")
        .class("dialog-head")
        .child(el("h2").id(heading.clone()).text(title))
        .child(close);
    el("dialog")
        .node(node)
        .id(id)
        .set("aria-labelledby", heading)
        .on_close(on_close.reform(|_| ()))
        .child(head)
}

/// Shows a dialog that is on the page; true if it was not open yet.
pub fn open(node: &NodeRef) -> bool {
    let dialog = node.cast::<HtmlDialogElement>();
    dialog.is_some_and(|dialog| !dialog.open() && dialog.show_modal().is_ok())
}
