//! Controls that several parts of the dock have.

use faultline_view::Label;
use yew::Callback;

use super::player::Player;
use crate::app::el::{El, el};

/// Which of several panes a part shows; none where there is only one.
pub fn panes(
    player: &Player,
    label: &'static str,
    shown: usize,
    on_pane: Callback<usize>,
) -> Option<El> {
    let titles: Vec<Label> = player.read(|session| {
        let panes = 0..session.pane_count();
        panes.map(|pane| session.view(pane).title).collect()
    });
    let button = |(pane, title): (usize, &Label)| {
        el("button")
            .class("btn quiet")
            .set("type", "button")
            .state("aria-pressed", pane == shown)
            .on_click(on_pane.reform(move |_| pane))
            .text(title.to_string())
    };
    let group = || {
        el("div")
            .class("st-panes")
            .set("role", "group")
            .set("aria-label", label)
            .children(titles.iter().enumerate().map(button))
    };
    (titles.len() > 1).then(group)
}
