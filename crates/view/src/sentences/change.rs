//! What is different between two moments.

use super::figure;
use super::panels::{cut, machine_state};
use super::words::sentence;
use crate::panel::{Bins, NodeStatus, Panel, Queues, Ring, Series, StateMachine, Topology, View};

/// Most changes said at once; a listener cannot hold more.
const MOST: usize = 6;

/// What changed from one view to the next, in a few short sentences; empty when nothing did
/// that a listener must know. Bars, tables, lines and messages in flight change all the time
/// and are left to [`view`](super::view).
#[must_use]
pub fn change(before: &View, after: &View) -> Vec<String> {
    let mut out = Vec::new();
    if before.title != after.title || before.subtitle != after.subtitle {
        let begin = sentence().say(&after.title);
        let begin = if after.subtitle.is_empty() {
            begin
        } else {
            begin.say(", ").say(&after.subtitle)
        };
        out.push(begin.end());
    }
    for (index, panel) in after.panels.iter().enumerate() {
        match (before.panels.get(index), panel) {
            (Some(Panel::Topology(before)), Panel::Topology(after)) => {
                topology(before, after, &mut out);
            }
            (Some(Panel::Queues(before)), Panel::Queues(after)) => queues(before, after, &mut out),
            (Some(Panel::Ring(before)), Panel::Ring(after)) => ring(before, after, &mut out),
            (Some(Panel::Bins(before)), Panel::Bins(after)) => bins(before, after, &mut out),
            (Some(Panel::Series(before)), Panel::Series(after)) => series(before, after, &mut out),
            (Some(Panel::StateMachine(before)), Panel::StateMachine(after)) => {
                machine(before, after, &mut out);
            }
            _ => {}
        }
    }
    for (index, now) in after.figures.iter().enumerate() {
        if before.figures.get(index) != Some(now) {
            out.push(figure(now));
        }
    }
    // Two panels may show the same event.
    let mut index = 0;
    while index < out.len() {
        if out[..index].contains(&out[index]) {
            out.remove(index);
        } else {
            index += 1;
        }
    }
    if out.len() > MOST {
        let rest = out.len() - (MOST - 1);
        out.truncate(MOST - 1);
        out.push(sentence().say("And ").count(rest, "more change").end());
    }
    out
}

fn topology(before: &Topology, after: &Topology, out: &mut Vec<String>) {
    let old = before.nodes.iter().map(|node| &*node.name);
    let new = after.nodes.iter().map(|node| &*node.name);
    comings(old, new, out);
    for node in &after.nodes {
        let Some(earlier) = before.nodes.iter().find(|one| one.name == node.name) else {
            continue;
        };
        status(&node.name, earlier.status, node.status, out);
        if earlier.lead != node.lead {
            let now = if node.lead {
                " leads"
            } else {
                " no longer leads"
            };
            out.push(sentence().node(&node.name).say(now).end());
        }
    }
    let split = super::panels::split(after);
    if let Some(split) = &split
        && before.sides != after.sides
    {
        out.push(split.clone());
    }
    for link in after.links.iter().filter(|_| split.is_none()) {
        let earlier = before.links.iter();
        let mut earlier = earlier.filter(|one| (one.a, one.b) == (link.a, link.b));
        if link.cut && !earlier.any(|one| one.cut) {
            out.push(cut(&after.nodes, link.a, link.b));
        }
    }
    let is_cut = |one: &Topology| !one.sides.is_empty() || one.links.iter().any(|link| link.cut);
    if is_cut(before) && !is_cut(after) {
        out.push(sentence().say("No link is cut any more").end());
    }
}

/// That a node crashed, came back, stands still or goes on.
fn status(name: &str, before: NodeStatus, after: NodeStatus, out: &mut Vec<String>) {
    let now = match (before, after) {
        (before, after) if before == after => return,
        (_, NodeStatus::Down) => " crashed",
        (_, NodeStatus::Paused) => " paused",
        (NodeStatus::Paused, NodeStatus::Up) => " resumed",
        (_, NodeStatus::Up) => " restarted",
    };
    out.push(sentence().node(name).say(now).end());
}

/// Requests come and go all the time; who takes them is what a listener must know.
fn queues(before: &Queues, after: &Queues, out: &mut Vec<String>) {
    for (earlier, source) in before.sources.iter().zip(&after.sources) {
        if earlier.name == source.name {
            status(&source.name, earlier.status, source.status, out);
        }
    }
    // Lanes keep their order, and new ones follow.
    for (earlier, lane) in before.lanes.iter().zip(&after.lanes) {
        status(&lane.name, earlier.status, lane.status, out);
        if earlier.out != lane.out {
            let now = if lane.out {
                " gets no more requests"
            } else {
                " gets requests again"
            };
            out.push(sentence().node(&lane.name).say(now).end());
        }
    }
    for lane in after.lanes.iter().skip(before.lanes.len()) {
        out.push(sentence().node(&lane.name).say(" joined").end());
    }
}

fn ring(before: &Ring, after: &Ring, out: &mut Vec<String>) {
    let old = before.owners.iter().map(|owner| &*owner.label);
    let new = after.owners.iter().map(|owner| &*owner.label);
    comings(old, new, out);
    if let Some(lookup) = &after.lookup
        && before.lookup.as_ref() != Some(lookup)
        && let Some(owner) = after.owners.get(lookup.owner as usize)
    {
        let begin = sentence().say(&lookup.key).say(" belongs to ");
        out.push(begin.node(&owner.label).end());
    }
}

fn bins(before: &Bins, after: &Bins, out: &mut Vec<String>) {
    let old = before.bins.iter().map(|bin| &*bin.label);
    let new = after.bins.iter().map(|bin| &*bin.label);
    comings(old, new, out);
    let marked = |bins: &Bins| {
        let bin = bins.bins.iter().find(|bin| bin.highlight.is_some())?;
        Some((bin.label.clone(), bin.highlight))
    };
    if let Some((label, _)) = marked(after).filter(|now| marked(before).as_ref() != Some(now)) {
        let begin = sentence()
            .say("The marked ")
            .say(&after.item)
            .say(" is in ");
        out.push(begin.node(&label).end());
    }
}

fn series(before: &Series, after: &Series, out: &mut Vec<String>) {
    for mark in &after.marks {
        if !before.marks.contains(mark) {
            out.push(sentence().say(&mark.label).end());
        }
    }
}

fn machine(before: &StateMachine, after: &StateMachine, out: &mut Vec<String>) {
    if before.current != after.current {
        let begin = sentence();
        let begin = if after.node.is_empty() {
            begin.say("Now ")
        } else {
            begin.node(&after.node).say(": ")
        };
        out.push(begin.say(&machine_state(after)).end());
    }
}

/// Who joined and who left.
fn comings<'n>(
    before: impl Iterator<Item = &'n str>,
    after: impl Iterator<Item = &'n str>,
    out: &mut Vec<String>,
) {
    let before: Vec<&str> = before.collect();
    let after: Vec<&str> = after.collect();
    for (list, others, what) in [(&after, &before, " joined"), (&before, &after, " left")] {
        for name in list.iter().filter(|name| !others.contains(name)) {
            out.push(sentence().node(name).say(what).end());
        }
    }
}
