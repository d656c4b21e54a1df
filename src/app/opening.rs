//! What is on the page while its own part of the program is on its way, or did not arrive.

use yew::prelude::*;

use super::Site;
use super::el::{El, el};
use super::header::header;

/// A part is being loaded, of the page of this title and what it belongs to.
pub fn loading(site: &Site, within: &'static str, title: &'static str) -> Html {
    let said = el("p").id("loading").set("role", "status");
    page(site, within, title, [said.text("Loading\u{2026}")])
}

/// A part did not load; `retry` tries again.
pub fn unloaded(
    site: &Site,
    within: &'static str,
    title: &'static str,
    retry: Callback<MouseEvent>,
) -> Html {
    let why = el("p").class("why").id("why").set("role", "alert").text(
        "A part of this page did not load. \
         Check the connection, then try again; nothing of yours is lost.",
    );
    let again = el("button")
        .class("btn primary")
        .id("retry")
        .set("type", "button")
        .on_click(retry)
        .text("Try again");
    let course = el("a")
        .class("btn quiet")
        .set("href", "#/")
        .text("All lessons");
    let ways = el("div").class("row").children([again, course]);
    page(site, within, title, [why, ways])
}

/// The right column of a lesson's page is being loaded, or will be once more.
pub fn column() -> Html {
    let said = el("p").class("muted").text("Loading\u{2026}");
    let column = el("aside").class("side").id("side");
    column.state("aria-busy", true).child(said).into()
}

fn page<const N: usize>(
    site: &Site,
    within: &'static str,
    title: &'static str,
    body: [El; N],
) -> Html {
    let main = el("main")
        .id("main")
        .class("sorry")
        .set("tabindex", "-1")
        .child(el("p").class("kicker").text(within))
        .child(el("h1").text(title))
        .children(body);
    let crumbs = [within, title].map(AttrValue::from);
    html! { <>{ header(site, &crumbs, Vec::new()) }{ main }</> }
}
