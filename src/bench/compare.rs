//! Fork and compare: two panes that part at a moment, to which of them the reader's doings go,
//! and how their figures differ.
//!
//! What a lesson shows before its first fork does not need this, so nearly all of it is in the
//! part of the program that loads on demand.

use faultline_course::{Difference, Panes, Session};
use faultline_systems::MetricValue;
use faultline_view::Label;
use yew::prelude::*;

use super::clock;
use super::player::Player;
use crate::app::el::{El, el};

/// What the panes are called.
pub const NAMES: [&str; 2] = ["A", "B"];

/// What a pane is called: by what it shows or, of two that parted, by which of them it is.
pub fn title(session: &Session, pane: usize) -> Label {
    match session.forked_at() {
        Some(_) => ["A \u{b7} As it was", "B \u{b7} Changed"][pane.min(1)].into(),
        None => session.lab(pane).title(),
    }
}

/// The name of the pane that has a command alone; none if both have it.
pub fn only(session: &Session, id: u64) -> Option<&'static str> {
    match session.panes_of(id)? {
        Panes::All => None,
        Panes::Only(pane) => Some(NAMES[pane.min(1)]),
    }
}

/// Where the runs part, what is in one of them alone, to which of them the reader's doings go,
/// and how to end it.
pub fn bar(player: &Player, to: Panes, on_to: Callback<Panes>, on_keep: Callback<usize>) -> Html {
    let from = player.read(Session::forked_at).unwrap_or_default();
    let from = clock::long(from.as_nanos());
    let choices = [
        (Panes::All, "Both"),
        (Panes::Only(0), "A"),
        (Panes::Only(1), "B"),
    ];
    let choice = |(panes, name): (Panes, &'static str)| {
        let input = el("input")
            .set("type", "radio")
            .set("name", "compare-to")
            .set("value", name)
            .checked(panes == to)
            .on_change(on_to.reform(move |_| panes));
        el("label")
            .class("segment")
            .child(input)
            .child(el("span").text(name))
    };
    let chooser = el("div")
        .class("segments")
        .set("role", "radiogroup")
        .set("aria-labelledby", "compare-to")
        .children(choices.map(choice));
    let keep = |(pane, name): (usize, &'static str)| {
        el("button")
            .class("btn")
            .id(["keep-a", "keep-b"][pane])
            .set("type", "button")
            .set("title", "Ends the comparison; the run goes on as this one")
            .on_click(on_keep.reform(move |_| pane))
            .text(name)
    };
    let keeps = [(0, "Keep A"), (1, "Keep B")].map(keep);
    let changed = player.read(changed);
    let changed = if changed.is_empty() {
        "Nothing differs yet: change one thing in one of them.".to_owned()
    } else {
        changed.join(", ")
    };
    el("section")
        .class("compare")
        .set("aria-label", "Comparison")
        .child(
            el("p")
                .class("compare-what")
                .child(el("b").text(format!("Forked at {from}")))
                .child(el("span").set("data-changed", "").text(changed)),
        )
        .child(
            el("div")
                .class("compare-to")
                .child(el("span").id("compare-to").text("What you do goes to"))
                .child(chooser),
        )
        .child(el("div").class("compare-keep").children(keeps))
        .into()
}

/// What one of the runs has alone: its commands, and its parameters where they differ.
fn changed(session: &Session) -> Vec<String> {
    let commands = session.commands().into_iter();
    let commands = commands.filter_map(|command| {
        let name = only(session, command.id)?;
        let at = clock::long(command.at.as_nanos());
        Some(format!("{name}: {} at {at}", command.text))
    });
    let [first, second] = [0, 1].map(|pane| session.lab(pane).values());
    let params = first.iter().filter_map(|(spec, one)| {
        let other = second.get(spec.name).filter(|other| *other != one)?;
        Some(format!("{}: A {one}, B {other}", spec.label))
    });
    params.chain(commands).collect()
}

/// Metrics of both panes, with how much more B has.
pub fn table(session: &Session, differences: &[Difference]) -> El {
    let panes = [0, 1].map(|pane| session.pane_id(pane).to_owned());
    let head = |text: &'static str| el("th").set("scope", "col").text(text);
    let heads = el("tr")
        .child(el("td"))
        .children(["A", "B", "B \u{2212} A"].map(head));
    el("table")
        .class("measured differences")
        .set("aria-labelledby", "measured-title")
        .child(el("thead").child(heads))
        .child(el("tbody").children(differences.iter().map(|one| row(one, &panes))))
}

fn row(difference: &Difference, panes: &[String; 2]) -> El {
    let Difference { name, unit, .. } = difference;
    let value = |pane: usize, value: &Option<MetricValue>| {
        let text = value.as_ref().map_or_else(|| "\u{2013}".to_owned(), text);
        el("td")
            .set("data-pane", panes[pane].clone())
            .set("data-metric", name.to_string())
            .text(text)
    };
    let differs = difference.first != difference.second;
    let by = match &difference.by {
        Some(by) if differs => signed(by),
        _ if difference.first.is_none() => "only in B".to_owned(),
        _ if difference.second.is_none() => "only in A".to_owned(),
        _ if differs => "differs".to_owned(),
        _ => "=".to_owned(),
    };
    let unit = (differs && difference.by.is_some() && !unit.is_empty())
        .then(|| el("span").class("unit").text(format!(" {unit}")));
    el("tr")
        .class_if("", differs, "differs")
        .child(
            el("th")
                .set("scope", "row")
                .text(name.replace(['_', '.'], " ")),
        )
        .child(value(0, &difference.first))
        .child(value(1, &difference.second))
        .child(
            el("td")
                .set("data-difference", name.to_string())
                .text(by)
                .child_some(unit),
        )
}

/// A value for a narrow column: large measures to one decimal place, small ones to three.
fn text(value: &MetricValue) -> String {
    match value {
        MetricValue::Int(count) => count.to_string(),
        MetricValue::Float(measure) => {
            let places = if measure.abs() < 100.0 { 3 } else { 1 };
            let text = format!("{measure:.places$}");
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text
            }
        }
        MetricValue::Text(text) => text.to_string(),
    }
}

/// With its sign, the minus as long as the plus.
fn signed(value: &MetricValue) -> String {
    let text = text(value);
    match text.strip_prefix('-') {
        Some(size) => format!("\u{2212}{size}"),
        None => format!("+{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_have_their_sign_and_fit_a_narrow_column() {
        assert_eq!(signed(&MetricValue::Int(3)), "+3");
        assert_eq!(signed(&MetricValue::Int(-12)), "\u{2212}12");
        assert_eq!(signed(&MetricValue::Float(-0.25)), "\u{2212}0.25");
        assert_eq!(text(&MetricValue::Float(4286.482)), "4286.5");
        assert_eq!(text(&MetricValue::Float(1.0 / 3.0)), "0.333");
        assert_eq!(text(&MetricValue::Float(200.0)), "200");
    }
}
