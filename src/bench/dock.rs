//! Beneath the stage and time: the diagram, the log and the charts, one at a time.
//!
//! They are in a part of the program that loads when one of them is first opened.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::intent::Bench;
use super::workbench::{self, Workbench};
use crate::app::el::el;
use crate::content::Unloaded;

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
