//! Controls that several parts of the dock have.

use faultline_view::Label;
use yew::Callback;

use super::compare::title;
use super::player::Player;
use crate::app::el::{El, el};

/// Which of several panes a part shows; none where there is only one.
pub fn panes(
    player: &Player,
    label: &'static str,
    shown: usize,
    on_pane: Callback<usize>,
) -> Option<El> {
    let names: Vec<(Label, Label)> = player.read(|session| {
        let count = session.pane_count();
        let panes = 0..if count > 1 { count } else { 0 };
        panes
            .map(|pane| (title(session, pane), player.view(pane).subtitle.clone()))
            .collect()
    });
    // Where all have one title, what differs is in the second half.
    let alike = names.windows(2).all(|pair| pair[0].0 == pair[1].0);
    let button = |(pane, (title, subtitle)): (usize, &(Label, Label))| {
        let name = if alike { subtitle } else { title };
        el("button")
            .class("btn quiet")
            .set("type", "button")
            .set("title", format!("{title} {subtitle}"))
            .state("aria-pressed", pane == shown)
            .on_click(on_pane.reform(move |_| pane))
            .text(name.to_string())
    };
    let group = || {
        el("div")
            .class("st-panes")
            .set("role", "group")
            .set("aria-label", label)
            .children(names.iter().enumerate().map(button))
    };
    (!names.is_empty()).then(group)
}
