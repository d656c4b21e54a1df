//! A dialog over the page: the browser keeps the focus inside it and closes it on Escape.
//!
//! No first look has one, so it is in the parts of the program that load on demand.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::el::{button, el};
use super::icon::Icon;

/// A dialog's name, and what is in it.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// Its id.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Its contents.
    pub content: Html,
    /// It has closed, however that was done.
    pub on_close: Callback<()>,
}

/// A dialog with a heading and a button that closes it, shown as soon as it is on the page.
#[component]
pub fn Dialog(props: &Props) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| show(&node));
    }
    let Props { id, title, .. } = *props;
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
        .node(&node)
        .id(id)
        .set("aria-labelledby", heading)
        .on_close(props.on_close.reform(|_| ()))
        .child(head)
        .child(props.content.clone())
        .into()
}

fn show(node: &NodeRef) {
    if let Some(dialog) = node.cast::<HtmlDialogElement>()
        && !dialog.open()
    {
        let _ = dialog.show_modal();
    }
}
