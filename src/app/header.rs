//! The line at the top of every page.

use yew::prelude::*;

use super::Site;
use super::el::{button, el};
use super::icon::mark;

/// Logo, crumbs (from the general to the particular; the last is this page), the page's own
/// buttons, and the theme.
pub fn header(site: &Site, crumbs: &[AttrValue], buttons: Vec<Html>) -> Html {
    let wide_only = (!crumbs.is_empty()).then_some("wide-only");
    let logo = el("a")
        .class("logo")
        .set("href", "#/")
        .set("aria-label", "Faultline, all lessons")
        .child(mark())
        .child(el("span").set_some("class", wide_only).text("Faultline"));
    let (face, name) = site.choice.face();
    let theme = button("theme", face, format!("Theme: {name}"))
        .class("btn quiet icon")
        .on_click(site.on_theme.reform(|_| ()));
    let trail = wide_only.map(|_| trail(crumbs));
    el("header")
        .class("top")
        .child(logo)
        .child_some(trail)
        .child(el("span").class("space"))
        .children(buttons)
        .child(theme)
        .into()
}

fn trail(crumbs: &[AttrValue]) -> Html {
    let last = crumbs.len().saturating_sub(1);
    let crumb = |(index, text): (usize, &AttrValue)| {
        let item = el("li").text(text.clone());
        match index == last {
            true => item.set("aria-current", "page"),
            false => item.class("wide-only"),
        }
    };
    let list = el("ol").children(crumbs.iter().enumerate().map(crumb));
    el("nav")
        .class("crumb")
        .set("aria-label", "You are here")
        .child(list)
        .into()
}
