//! Beneath the stage and time: the diagram, the log and the charts, one at a time.
//!
//! What they show is in the workbench.

use yew::prelude::*;

use crate::app::el::el;
use crate::app::{dom, storage};
use crate::content::LessonRef;

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
    /// The editor, in lessons with code.
    Code,
}

/// Every tab with its name and its id.
const TABS: [(Tab, &str, &str); 4] = [
    (Tab::SpaceTime, "Space-time", "tab-space-time"),
    (Tab::Log, "Log", "tab-log"),
    (Tab::Charts, "Charts", "tab-charts"),
    (Tab::Code, "Code", "tab-code"),
];

/// Whether a lesson has programs.
pub fn has_code(lesson: LessonRef) -> bool {
    lesson.0.code.is_some()
}

/// What is open when a lesson opens: what was open last; else, where there is room, the diagram. A
/// lesson that opens with a program shows it.
pub fn at_first(lesson: LessonRef) -> Option<Tab> {
    let kept = storage::read(KEPT, |name| {
        let tab = TABS.iter().find(|tab| tab.2 == name).map(|tab| tab.0);
        (tab.is_some() || name.is_empty()).then_some(Some(tab))
    });
    let height: u32 = storage::read(KEPT_HEIGHT, |height| height.parse().ok());
    if height > 0 {
        set_height(height);
    }
    let code = lesson.0.code.as_ref();
    if code.is_some_and(|code| !code.starter.is_empty()) {
        return Some(Tab::Code);
    }
    let kept = kept.filter(|tab| code.is_some() || *tab != Some(Tab::Code));
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

/// The tabs, and what is open with what it shows. Whose tab is pressed opens; what is open already
/// closes.
pub fn dock(
    lesson: LessonRef,
    open: Option<Tab>,
    content: Option<Html>,
    on_tab: Callback<Option<Tab>>,
) -> Html {
    // The last tab is for lessons with code.
    let count = TABS.len() - usize::from(!has_code(lesson));
    let tabs = TABS[..count].iter().map(|&(tab, name, id)| {
        el("button")
            .class("btn quiet")
            .id(id)
            .set("type", "button")
            .state("aria-expanded", open == Some(tab))
            .set("aria-controls", "dock-content")
            .on_click(on_tab.reform(move |_| Some(tab)))
            .text(name)
    });
    let content = content.map(|content| {
        el("div")
            .class("dock-content")
            .id("dock-content")
            .child(content)
    });
    el("section")
        .class_if("dock", open.is_some(), "open")
        .set("aria-label", "Diagram, log and charts")
        .child(el("div").class("dock-tabs").children(tabs))
        .child_some(content)
        .into()
}

/// What is open is on its way.
pub fn loading() -> Html {
    el("p")
        .class("dock-said")
        .set("role", "status")
        .text("Loading\u{2026}")
        .into()
}
