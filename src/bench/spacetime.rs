//! The space-time diagram of a pane.

use yew::prelude::*;

use super::intent::Bench;
use crate::app::el::el;

/// What the dock shows.
pub fn content(bench: &Bench) -> Html {
    html! { <Content bench={bench.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct Props {
    bench: Bench,
}

#[component]
fn Content(props: &Props) -> Html {
    let events = props.bench.player.read(|session| session.events());
    el("p").text(format!("{events} events")).into()
}
