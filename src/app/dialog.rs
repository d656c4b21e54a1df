//! A dialog over the page: the browser keeps the focus inside it and closes it on Escape.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::el::{button, el};
use super::icon::Icon;

/// What a dialog shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// Names the dialog in the page, e.g. "share".
    pub id: AttrValue,
    /// Its heading.
    pub title: AttrValue,
    /// Called when it has closed, however it was.
    pub on_close: Callback<()>,
    /// What is in it.
    pub children: Html,
}

/// A dialog that is open as long as it is on the page.
#[component]
pub fn Dialog(props: &Props) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                let _ = dialog.show_modal();
            }
        });
    }
    let heading = AttrValue::from(format!("{}-title", props.id));
    let close = button("close", Icon::Cross, "Close")
        .class("btn quiet icon")
        .on_click(props.on_close.reform(|_| ()));
    let head = el("div")
        .class("dialog-head")
        .child(el("h2").id(heading.clone()).text(props.title.clone()))
        .child(close);
    el("dialog")
        .node(&node)
        .id(props.id.clone())
        .set("aria-labelledby", heading)
        .on_close(props.on_close.reform(|_| ()))
        .child(head)
        .child(props.children.clone())
        .into()
}
