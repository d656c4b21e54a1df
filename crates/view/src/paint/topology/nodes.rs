//! Nodes: what state they are in shows in their outline and in a mark, not in hue alone.

use super::Layout;
use super::plates::{self, Plates};
use crate::display::{Anchor, Bounds, Dash, Paint, Point, Stroke, TargetKind};
use crate::paint::kit::{Kit, Style, baseline, cross, push_node_name, tone_number};
use crate::panel::{NodeStatus, Tone, Topology, TopologyNode};

pub(super) fn paint(topology: &Topology, kit: &mut Kit, places: &[Point], layout: &Layout) {
    if layout.large {
        let parts = plates::that_fit(topology, kit, places, layout.radius);
        for (node, place) in topology.nodes.iter().zip(places) {
            large(node, kit, *place, layout.radius, parts);
        }
    } else {
        dots(topology, kit, places, layout.radius);
    }
    for (node, place) in topology.nodes.iter().zip(places) {
        let bounds = Bounds::Circle {
            center: *place,
            radius: layout.radius,
        };
        target(node, kit, bounds);
    }
}

/// Makes a node one that can be pointed at.
pub(super) fn target(node: &TopologyNode, kit: &mut Kit, bounds: Bounds) {
    kit.list
        .add_target(TargetKind::Node, bounds, &node.name, |out| {
            push_words(out, node)
        });
}

/// A node alone, with nothing beneath it.
pub(super) fn alone(node: &TopologyNode, kit: &mut Kit, center: Point, radius: f32) {
    let none = Plates {
        captions: false,
        cells: false,
    };
    large(node, kit, center, radius, none);
    target(node, kit, Bounds::Circle { center, radius });
}

/// A node in words: "Node 2, crashed, 246 keys".
fn push_words(out: &mut String, node: &TopologyNode) {
    push_node_name(out, &node.name);
    match node.status {
        NodeStatus::Up => {}
        NodeStatus::Down => out.push_str(", crashed"),
        NodeStatus::Paused => out.push_str(", paused"),
    }
    if node.lead {
        out.push_str(", leads");
    }
    for part in [&node.state, &node.caption] {
        if !part.is_empty() {
            out.push_str(", ");
            out.push_str(part);
        }
    }
    let mut before = ", holds ";
    for cell in &node.cells {
        out.push_str(before);
        out.push_str(&cell.label);
        before = " ";
    }
}

fn large(node: &TopologyNode, kit: &mut Kit, place: Point, radius: f32, parts: Plates) {
    let line = (radius * if node.lead { 0.13 } else { 0.08 }).clamp(1.4, 16.0);
    let down = node.status == NodeStatus::Down;
    let tone = if down { Tone::Muted } else { node.tone };
    let outline = Stroke::new(tone, line);
    let outline = if down {
        outline.dashed(Dash::Dashed)
    } else {
        outline
    };
    let filled = node.filled && !down;
    let ground = if filled { tone } else { Tone::Surface };
    kit.list
        .circles([place], radius, Some(ground.into()), Some(outline));
    if node.lead && !down {
        let second = Stroke::new(tone, (line * 0.4).max(1.0));
        kit.list.circles([place], radius * 1.25, None, Some(second));
    }
    let ink = match (filled, down) {
        (true, _) => Tone::Surface,
        (false, true) => Tone::Muted,
        (false, false) => Tone::Ink,
    };
    name(node, kit, place, radius, ink);
    badge(node, kit, place, radius);
    plates::paint(node, kit, place, radius, parts);
}

/// The node's label, and beneath it its state where both have room.
fn name(node: &TopologyNode, kit: &mut Kit, place: Point, radius: f32, ink: Tone) {
    let small = kit.sizes.small;
    if radius <= small * 0.7 {
        return;
    }
    let size = (radius * 0.62).clamp(small, kit.sizes.large * 3.0);
    let label = Style::new(size, ink).strong().anchor(Anchor::Middle);
    let room = radius * 1.6;
    let label = Style {
        size: fitting(&node.label, label, room, small),
        ..label
    };
    let tone = if ink == Tone::Ink { Tone::Muted } else { ink };
    let state = Style::new((radius * 0.3).max(small), tone).anchor(Anchor::Middle);
    let both = !node.state.is_empty()
        && radius >= small * 1.9
        && state.width(&node.state) <= radius * 1.66;
    let raised = if both { radius * 0.2 } else { 0.0 };
    if label.width(&node.label) <= room || radius > small * 1.6 {
        let at = Point::new(place.x, baseline(place.y - raised, label.size));
        // A size that makes a label fit exactly must not cut it.
        kit.label(&node.label, at, label, room + 1.0);
    }
    if both {
        let at = Point::new(place.x, baseline(place.y + radius * 0.44, state.size));
        kit.label(&node.state, at, state, radius * 1.7);
    }
}

/// The largest size, not below `least`, at which a text fits a width.
fn fitting(text: &str, style: Style, room: f32, least: f32) -> f32 {
    let width = style.width(text);
    if width <= room {
        style.size
    } else {
        (style.size * room / width).max(least)
    }
}

/// At the node's upper right: a star leads, a cross is down, two bars are paused.
fn badge(node: &TopologyNode, kit: &mut Kit, place: Point, radius: f32) {
    let size = (radius * 0.32).clamp(3.0, 60.0);
    let center = place.at_turn(radius * 1.12, 0.125);
    if node.status == NodeStatus::Up && !node.lead {
        return;
    }
    let ground = Paint::from(Tone::Paper);
    kit.list.circles([center], size * 1.15, Some(ground), None);
    let line = (size * 0.36).max(1.5);
    match node.status {
        NodeStatus::Down => {
            let stroke = Stroke::new(Tone::Bad, line);
            kit.list.segments(cross(center, size * 0.62), stroke);
        }
        NodeStatus::Paused => {
            let bar = |dx: f32| {
                let middle = center.moved(dx * size, 0.0);
                (
                    middle.moved(0.0, -size * 0.65),
                    middle.moved(0.0, size * 0.65),
                )
            };
            let stroke = Stroke::new(Tone::Ink, line);
            kit.list.segments([bar(-0.35), bar(0.35)], stroke);
        }
        NodeStatus::Up => kit
            .list
            .polyline(star(center, size), true, Some(node.tone.into()), None),
    }
}

/// Ten corners of a five-pointed star.
fn star(center: Point, size: f32) -> impl Iterator<Item = Point> {
    (0..10).map(move |corner| {
        let reach = if corner % 2 == 0 { size } else { size * 0.42 };
        center.at_turn(reach, corner as f32 / 10.0)
    })
}

/// Very many nodes: dots, full or hollow as they are, smaller where paused, a cross where down.
fn dots(topology: &Topology, kit: &mut Kit, places: &[Point], radius: f32) {
    let all = || topology.nodes.iter().zip(places);
    let mut tones: u32 = 0;
    for node in &topology.nodes {
        let bit = tone_number(node.tone);
        if tones & (1 << bit) != 0 {
            continue;
        }
        tones |= 1 << bit;
        let of_tone = |status: NodeStatus, filled: bool| {
            all()
                .filter(move |(one, _)| {
                    (one.status, one.filled) == (status, filled) && tone_number(one.tone) == bit
                })
                .map(|(_, place)| *place)
        };
        let fill = Some(Paint::from(node.tone));
        let outline = Stroke::new(node.tone, (radius * 0.35).max(0.8));
        let (full, hollow) = (radius, radius - outline.width / 2.0);
        for (status, share) in [(NodeStatus::Up, 1.0), (NodeStatus::Paused, 0.6)] {
            kit.list
                .circles(of_tone(status, true), full * share, fill, None);
            kit.list
                .circles(of_tone(status, false), hollow * share, None, Some(outline));
        }
    }
    let down = all().filter(|(node, _)| node.status == NodeStatus::Down);
    let crosses = down.flat_map(|(_, place)| cross(*place, radius * 0.9));
    kit.list
        .segments(crosses, Stroke::new(Tone::Bad, (radius * 0.5).max(1.2)));
    let leads = all().filter(|(node, _)| node.lead).map(|(_, place)| *place);
    let outline = Stroke::new(Tone::Ink, (radius * 0.4).max(1.2));
    kit.list.circles(leads, radius * 2.0, None, Some(outline));
}
