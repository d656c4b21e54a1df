//! What must hold in a run: each property with its state, and the way to the moment that decided it.

use faultline_systems::{PropertyReport, PropertyState};
use yew::prelude::*;

use super::clock;
use super::intent::Intent;
use crate::app::el::{El, el};

/// A property in a list. Its state shows in a sign, in words for those who do not see it, and in
/// the colour.
pub fn rule(report: &PropertyReport, on_intent: &Callback<Intent>) -> El {
    let (sign, words, class, at) = match report.state {
        PropertyState::Open => ("…", "so far: ", "open", None),
        PropertyState::Held { at } => ("✓", "seen: ", "held", Some(at)),
        PropertyState::Violated { at } => ("✕", "violated: ", "violated", Some(at)),
    };
    let moment = at.map(|at| {
        let nanos = at.as_nanos();
        let time = clock::short(nanos);
        el("button")
            .class("moment")
            .set("type", "button")
            .set("title", format!("Go to {time}, where it came about"))
            .on_click(on_intent.reform(move |_| Intent::Seek(nanos)))
            .text(time)
    });
    let said = el("span").class("said").text(words);
    let text = el("span").child(said).text(report.text);
    el("li")
        .class(class)
        .set("data-property", report.name)
        .set("title", report.text)
        .child(el("span").set("aria-hidden", "true").text(sign))
        .child(text)
        .child_some(moment)
}

/// What a pane says of a property that is broken: where it came about. What it is stands in the
/// right column, and here too where there is room.
pub fn broken(report: &PropertyReport, on_intent: &Callback<Intent>) -> Option<El> {
    let PropertyState::Violated { at } = report.state else {
        return None;
    };
    let nanos = at.as_nanos();
    let time = clock::short(nanos);
    let button = el("button")
        .class("moment")
        .set("type", "button")
        .set(
            "title",
            format!("{}: not since {time}. Go there", report.text),
        )
        .on_click(on_intent.reform(move |_| Intent::Seek(nanos)))
        .child(el("span").text(format!("{}: ", report.text)))
        .text(format!("broken at {time}"));
    let sign = el("span").set("aria-hidden", "true").text("✕ ");
    Some(el("p").class("pane-rule").child(sign).child(button))
}

/// The first that is broken.
pub fn first_broken(reports: Vec<PropertyReport>) -> Option<PropertyReport> {
    let broken = |report: &PropertyReport| matches!(report.state, PropertyState::Violated { .. });
    reports.into_iter().find(broken)
}
