//! A dialog whose contents load on demand, with the part of the program that a first visit does
//! without.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::dialog::Dialog;
use super::el::el;
use crate::bench::workbench::{self, Workbench};
use crate::content::Unloaded;

/// What is in it.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The dialog's id.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Makes its contents, once they have loaded.
    pub content: Callback<&'static Workbench, Html>,
    /// The dialog has closed.
    pub on_close: Callback<()>,
}

/// The dialog.
#[component]
pub fn Later(props: &Props) -> Html {
    let loaded = use_state(|| None::<Result<&'static Workbench, Unloaded>>);
    {
        let loaded = loaded.clone();
        use_effect_with((), move |()| {
            spawn_local(async move { loaded.set(Some(workbench::load().await)) });
        });
    }
    let said = |words: &'static str| el("p").set("role", "status").text(words).into();
    let content = match *loaded {
        Some(Ok(workbench)) => props.content.emit(workbench),
        Some(Err(Unloaded)) => said("This part did not load. Close it and open it again."),
        None => said("Loading\u{2026}"),
    };
    let Props { id, title, .. } = *props;
    html! { <Dialog {id} {title} {content} on_close={props.on_close.clone()} /> }
}
