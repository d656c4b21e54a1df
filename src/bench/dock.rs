//! Beneath the stage and time: the diagram, the log and the charts, one at a time.
//!
//! They are in a part of the program that loads when one of them is first opened.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::intent::Bench;
use super::workbench::{self, Workbench};
use crate::app::el::el;
use crate::app::{dom, storage};
use crate::content::Unloaded;

/// Where the device keeps what is open, and how high it is.
const KEPT: &str = "faultline.dock";
const KEPT_HEIGHT: &str = "faultline.dock-height";
/// Where there is room enough for the stage and the diagram, the diagram is open at first.
const ROOMY: &str = "(min-width: 1100px) and (min-height: 860px)";
/// The style sheet's name for the height.
const HEIGHT: &str = "--dock-height";

/// What can be opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tab {
    /// The space-time diagram.
    SpaceTime,
    /// The log.
    Log,
    /// The charts.
    Charts,
}

/// Every tab with its name and its id.
const TABS: [(Tab, &str, &str); 3] = [
    (Tab::SpaceTime, "Space-time", "tab-space-time"),
    (Tab::Log, "Log", "tab-log"),
    (Tab::Charts, "Charts", "tab-charts"),
];

/// What is open when a lesson opens: what was open last; else, where there is room, the diagram.
pub fn at_first() -> Option<Tab> {
    let kept = storage::read(KEPT, |name| {
        let tab = TABS.iter().find(|tab| tab.2 == name).map(|tab| tab.0);
        (tab.is_some() || name.is_empty()).then_some(Some(tab))
    });
    let height: u32 = storage::read(KEPT_HEIGHT, |height| height.parse().ok());
    if height > 0 {
        set_height(height);
    }
    kept.unwrap_or_else(|| dom::matches(ROOMY).then_some(Tab::SpaceTime))
}

/// Keeps what is open now.
pub fn keep(tab: Option<Tab>) {
    let mut tabs = TABS.iter();
    let name = tabs.find(|one| Some(one.0) == tab).map_or("", |one| one.2);
    storage::write(KEPT, name);
}

/// Keeps a height in pixels.
pub fn keep_height(height: u32) {
    storage::write(KEPT_HEIGHT, &height.to_string());
}

/// Makes what is open so many pixels high.
pub fn set_height(height: u32) {
    if let Some(root) = dom::root() {
        let _ = root.style().set_property(HEIGHT, &format!("{height}px"));
    }
}

/// The run, and which tab is open.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// What its contents need.
    pub bench: Bench,
    /// What is open.
    pub tab: Option<Tab>,
    /// Opens a tab; the one that is open closes.
    pub on_tab: Callback<Option<Tab>>,
}

/// The tabs, and what is open.
#[component]
pub fn Dock(props: &Props) -> Html {
    let loaded = use_state(|| None::<Result<&'static Workbench, Unloaded>>);
    {
        let loaded = loaded.clone();
        // Asked for again each time a tab is opened after a failure.
        use_effect_with(props.tab, move |tab| {
            if tab.is_some() && !matches!(*loaded, Some(Ok(_))) {
                spawn_local(async move { loaded.set(Some(workbench::load().await)) });
            }
        });
    }
    let tabs = TABS.map(|(tab, name, id)| {
        el("button")
            .class("btn quiet")
            .id(id)
            .set("type", "button")
            .state("aria-expanded", props.tab == Some(tab))
            .set("aria-controls", "dock-content")
            .on_click(props.on_tab.reform(move |_| Some(tab)))
            .text(name)
    });
    let content = props.tab.map(|tab| {
        let body = match *loaded {
            Some(Ok(workbench)) => workbench.content(tab, &props.bench),
            Some(Err(Unloaded)) => said("This part did not load. Close it and open it again."),
            None => said("Loading\u{2026}"),
        };
        el("div")
            .class("dock-content")
            .id("dock-content")
            .child(body)
    });
    el("section")
        .class_if("dock", props.tab.is_some(), "open")
        .set("aria-label", "Diagram, log and charts")
        .child(el("div").class("dock-tabs").children(tabs))
        .child_some(content)
        .into()
}

fn said(words: &'static str) -> Html {
    el("p")
        .class("dock-said")
        .set("role", "status")
        .text(words)
        .into()
}
