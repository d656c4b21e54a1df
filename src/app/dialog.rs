//! A dialog over the page: the browser keeps the focus inside it and closes it on Escape.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::icon::{Icon, icon};

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
    let on_close = props.on_close.clone();
    let close = props.on_close.reform(|_: MouseEvent| ());
    let heading = format!("{}-title", props.id);
    html! {
        <dialog
            ref={node}
            id={props.id.clone()}
            aria-labelledby={heading.clone()}
            onclose={move |_: Event| on_close.emit(())}
        >
            <div class="dialog-head">
                <h2 id={heading}>{ &props.title }</h2>
                <button type="button" class="btn quiet icon" aria-label="Close" onclick={close}>
                    { icon(Icon::Cross) }
                </button>
            </div>
            { props.children.clone() }
        </dialog>
    }
}
