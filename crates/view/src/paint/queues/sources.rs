//! Whom requests come from and pass: a circle each.

use super::Layout;
use crate::display::{Anchor, Bounds, Dash, Paint, Point, Rect, Stroke, TargetKind};
use crate::paint::kit::{Kit, Style, baseline, cross};
use crate::panel::{NodeStatus, QueueSource, Queues, Tone};

pub(super) fn paint(queues: &Queues, kit: &mut Kit, layout: &Layout) {
    for (index, source) in queues.sources.iter().enumerate() {
        let Some(&place) = layout.sources.get(index) else {
            continue;
        };
        circle(source, kit, place, layout.radius);
        texts(source, kit, place, layout, index % 2 == 1);
        let bounds = Bounds::Circle {
            center: place,
            radius: layout.radius,
        };
        kit.list
            .add_target(TargetKind::Node, bounds, &source.name, |out| {
                out.push_str(&source.name);
                match source.status {
                    NodeStatus::Up => {}
                    NodeStatus::Down => out.push_str(", crashed"),
                    NodeStatus::Paused => out.push_str(", paused"),
                }
                if !source.label.is_empty() {
                    out.push_str(", ");
                    out.push_str(&source.label);
                    out.push_str(" under way");
                }
                if !source.caption.is_empty() {
                    out.push_str(", ");
                    out.push_str(&source.caption);
                }
            });
    }
}

fn circle(source: &QueueSource, kit: &mut Kit, place: Point, radius: f32) {
    let line = (radius * 0.11).clamp(1.4, 8.0);
    let (tone, dash) = match source.status {
        NodeStatus::Down => (Tone::Muted, Dash::Dashed),
        _ => (Tone::Ink, Dash::Solid),
    };
    let outline = Stroke::new(tone, line).dashed(dash);
    let ground = Paint::from(Tone::Surface);
    kit.list
        .circles([place], radius, Some(ground), Some(outline));
    mark(kit, place, radius * 0.45, source.status);
    let style = Style::new(kit.sizes.small, Tone::Ink)
        .strong()
        .anchor(Anchor::Middle);
    let fits = style.width(&source.label) <= radius * 1.7 && radius > style.size * 0.6;
    if source.status == NodeStatus::Up && fits {
        let at = Point::new(place.x, baseline(place.y, style.size));
        kit.label(&source.label, at, style, radius * 2.0);
    }
}

/// A cross is down, two bars are paused.
pub(super) fn mark(kit: &mut Kit, center: Point, size: f32, status: NodeStatus) {
    let line = (size * 0.36).max(1.5);
    match status {
        NodeStatus::Up => {}
        NodeStatus::Down => {
            let stroke = Stroke::new(Tone::Bad, line);
            kit.list.segments(cross(center, size), stroke);
        }
        NodeStatus::Paused => {
            let bar = |dx: f32| {
                let middle = center.moved(dx * size, 0.0);
                (middle.moved(0.0, -size), middle.moved(0.0, size))
            };
            let stroke = Stroke::new(Tone::Ink, line);
            kit.list.segments([bar(-0.45), bar(0.45)], stroke);
        }
    }
}

/// Name and caption: below the circle, or above it where the neighbour's are below.
fn texts(source: &QueueSource, kit: &mut Kit, place: Point, layout: &Layout, above: bool) {
    let small = kit.sizes.small;
    let name = Style::new(small, Tone::Ink)
        .strong()
        .anchor(Anchor::Middle)
        .halo();
    let caption = Style::new(small, Tone::Muted).anchor(Anchor::Middle).halo();
    // As far as the lines and workers begin there is nothing else to read.
    let end = layout.line - small * 0.5;
    let clear = layout.radius * 1.25;
    let (first, second) = if above {
        (
            place.y - clear - small * 1.6,
            place.y - clear - small * 0.35,
        )
    } else {
        (
            place.y + clear + small * 0.95,
            place.y + clear + small * 2.2,
        )
    };
    for (text, style, base) in [
        (
            &source.name,
            name,
            if source.caption.is_empty() && above {
                second
            } else {
                first
            },
        ),
        (&source.caption, caption, second),
    ] {
        let limit = (end - kit.area.x).min(small * 14.0);
        let width = style.width(text).min(limit);
        if text.is_empty() || width < small {
            continue;
        }
        let half = width / 2.0;
        let x = place
            .x
            .clamp(kit.area.x + half, (end - half).max(kit.area.x + half));
        let rect = Rect::new(x - half, base - small * 0.85, width, small * 1.15);
        if kit.claim(rect) {
            kit.label(text, Point::new(x, base), style, width + 0.5);
        }
    }
}
