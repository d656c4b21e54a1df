//! The line at the top of every page.

use yew::prelude::*;

use super::Site;
use super::icon::{icon, mark};

/// Logo, crumbs (from the general to the particular; the last is this page), the page's own
/// buttons, and the theme.
pub fn header(site: &Site, crumbs: &[AttrValue], buttons: Html) -> Html {
    let last = crumbs.len().saturating_sub(1);
    let crumb = |(index, text): (usize, &AttrValue)| {
        let here = index == last;
        html! {
            <li class={(!here).then_some("wide-only")} aria-current={here.then_some("page")}>{ text }</li>
        }
    };
    let (face, name) = site.choice.face();
    let theme = format!("Theme: {name}");
    html! {
        <header class="top">
            <a class="logo" href="#/" aria-label="Faultline, all lessons">
                { mark() }
                <span class={(!crumbs.is_empty()).then_some("wide-only")}>{ "Faultline" }</span>
            </a>
            if !crumbs.is_empty() {
                <nav class="crumb" aria-label="You are here">
                    <ol>{ for crumbs.iter().enumerate().map(crumb) }</ol>
                </nav>
            }
            <span class="space" />
            { buttons }
            <button type="button" id="theme" class="btn quiet icon" aria-label={theme.clone()}
                title={theme} onclick={site.on_theme.reform(|_: MouseEvent| ())}>
                { icon(face) }
            </button>
        </header>
    }
}
