//! Nodes: what state they are in shows in their outline and in a mark, not in hue alone.

use super::Layout;
use crate::display::{Anchor, Bounds, Dash, Paint, Point, Rect, Stroke, TargetKind};
use crate::paint::kit::{Kit, Style, baseline, cross, push_node_name, tone_number};
use crate::panel::{NodeStatus, Tone, Topology, TopologyNode};

pub(super) fn paint(topology: &Topology, kit: &mut Kit, places: &[Point], layout: &Layout) {
    if layout.large {
        let captions = captions_fit(topology, kit, places, layout.radius);
        for (node, place) in topology.nodes.iter().zip(places) {
            large(node, kit, *place, layout.radius, captions);
        }
    } else {
        dots(topology, kit, places, layout.radius);
    }
    for (node, place) in topology.nodes.iter().zip(places) {
        let bounds = Bounds::Circle {
            center: *place,
            radius: layout.radius,
        };
        kit.list
            .add_target(TargetKind::Node, bounds, &node.name, |out| {
                push_words(out, node)
            });
    }
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
    if !node.caption.is_empty() {
        out.push_str(", ");
        out.push_str(&node.caption);
    }
}

fn large(node: &TopologyNode, kit: &mut Kit, place: Point, radius: f32, captions: bool) {
    let line = (radius * 0.08).clamp(1.4, 16.0);
    let down = node.status == NodeStatus::Down;
    let tone = if down { Tone::Muted } else { node.tone };
    let outline = Stroke::new(tone, line);
    let outline = if down {
        outline.dashed(Dash::Dashed)
    } else {
        outline
    };
    kit.list
        .circles([place], radius, Some(Tone::Surface.into()), Some(outline));
    if node.lead {
        let second = Stroke::new(tone, (line * 0.6).max(1.0));
        kit.list.circles([place], radius * 1.25, None, Some(second));
    }
    let size = (radius * 0.62).clamp(kit.sizes.small, kit.sizes.large * 3.0);
    let label_tone = if down { Tone::Muted } else { Tone::Ink };
    let label = Style::new(size, label_tone).strong().anchor(Anchor::Middle);
    let room = radius * 1.6;
    if radius > kit.sizes.small * 0.7 {
        let label = Style {
            size: fitting(&node.label, label, room, kit.sizes.small),
            ..label
        };
        if label.width(&node.label) <= room || radius > kit.sizes.small * 1.6 {
            let at = Point::new(place.x, baseline(place.y, label.size));
            kit.label(&node.label, at, label, room);
        }
    }
    badge(node, kit, place, radius);
    if captions && !node.caption.is_empty() {
        let (at, style) = caption(node, kit, place, radius);
        kit.label(&node.caption, at, style, kit.area.width);
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

fn caption(node: &TopologyNode, kit: &Kit, place: Point, radius: f32) -> (Point, Style) {
    let mut style = Style::new(kit.sizes.small, Tone::Muted)
        .anchor(Anchor::Middle)
        .halo();
    if node.lead {
        style = style.strong();
    }
    let reach = radius * if node.lead { 1.3 } else { 1.08 };
    let half = style.width(&node.caption) / 2.0;
    let (first, last) = (kit.area.x + half, kit.area.right() - half);
    let x = if first <= last {
        place.x.clamp(first, last)
    } else {
        kit.area.center().x
    };
    let at = Point::new(x, place.y + reach + style.size * 1.1);
    (at, style)
}

/// Captions are shown for all nodes or for none, and only where none meets another or a node.
fn captions_fit(topology: &Topology, kit: &mut Kit, places: &[Point], radius: f32) -> bool {
    let mut taken = core::mem::take(&mut kit.list.scratch.taken);
    let before = taken.len();
    taken.extend(places.iter().map(|place| {
        let reach = radius * 0.95;
        Rect::new(place.x - reach, place.y - reach, 2.0 * reach, 2.0 * reach)
    }));
    let nodes = taken.len();
    let mut fit = true;
    for (node, place) in topology.nodes.iter().zip(places) {
        if node.caption.is_empty() {
            continue;
        }
        let (at, style) = caption(node, kit, *place, radius);
        let width = style.width(&node.caption);
        let rect = Rect::new(
            at.x - width / 2.0,
            at.y - style.size * 0.8,
            width,
            style.size * 1.1,
        );
        fit &= width <= kit.area.width
            && rect.bottom() <= kit.area.bottom() + kit.sizes.margin * 0.5
            && !taken.iter().any(|one| one.overlaps(&rect));
        taken.push(rect);
    }
    if !fit {
        taken.truncate(nodes.max(before));
    }
    kit.list.scratch.taken = taken;
    fit
}

/// Very many nodes: filled dots by tone, hollow where paused, a cross where down.
fn dots(topology: &Topology, kit: &mut Kit, places: &[Point], radius: f32) {
    let all = || topology.nodes.iter().zip(places);
    let mut tones: u32 = 0;
    for node in &topology.nodes {
        let bit = tone_number(node.tone);
        if tones & (1 << bit) != 0 {
            continue;
        }
        tones |= 1 << bit;
        let of_tone = |status: NodeStatus| {
            all()
                .filter(move |(one, _)| tone_number(one.tone) == bit && one.status == status)
                .map(|(_, place)| *place)
        };
        let fill = Some(Paint::from(node.tone));
        kit.list
            .circles(of_tone(NodeStatus::Up), radius, fill, None);
        let outline = Stroke::new(node.tone, (radius * 0.4).max(1.0));
        let surface = Some(Paint::from(Tone::Surface));
        kit.list
            .circles(of_tone(NodeStatus::Paused), radius, surface, Some(outline));
    }
    let down = all().filter(|(node, _)| node.status == NodeStatus::Down);
    let crosses = down.flat_map(|(_, place)| cross(*place, radius * 0.9));
    kit.list
        .segments(crosses, Stroke::new(Tone::Bad, (radius * 0.5).max(1.2)));
    let leads = all().filter(|(node, _)| node.lead).map(|(_, place)| *place);
    let outline = Stroke::new(Tone::Ink, (radius * 0.4).max(1.2));
    kit.list.circles(leads, radius * 2.0, None, Some(outline));
}
