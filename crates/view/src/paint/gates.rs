//! Requests that pass a gate or are refused, above the gate's level. Time runs to the right, up to
//! the server; the client is beyond it, with what is in flight between.

use super::kit::{Kit, Style, baseline, cross};
use super::lanes::step;
use super::topology;
use crate::display::{Anchor, Bounds, Dash, Paint, Point, Rect, Stroke};
use crate::number::push_readable;
use crate::panel::{Gate, GateMark, GateMarkKind, Gates, NodeStatus, Tone};

/// A plot narrower than this, in pixels for type of its ordinary size, shows less of the past.
const WHOLE_PLOT: f32 = 420.0;
/// It shows at least so much of it.
const LEAST_SHOWN: f32 = 0.4;
/// The level's scale goes so far beyond the capacity.
const HEADROOM: f64 = 1.12;
/// The radius of a mark is at most this share of its row's height and of the gap to the next
/// mark, and at least so many pixels.
const MARK_OF_ROW: f32 = 0.32;
const MARK_OF_GAP: f32 = 0.42;
const MARK_LEAST: f32 = 2.0;
/// Marks closer than this, in pixels, look like one. From so many on, a number says how many; it
/// covers marks before them only from so many on.
const ONE_MARK: f32 = 1.5;
const NUMBERED: usize = 3;
const NUMBERED_OVER_OTHERS: usize = 6;

/// Where things are, for all gates alike.
struct Layout {
    /// Where time runs, from the left end to the server, over all gates.
    plot: Rect,
    /// The server's bar.
    server: Rect,
    /// Radius of a client, and where its middle is.
    radius: f32,
    client_x: f32,
    /// Time at the left end and now.
    from: f64,
    to: f64,
    /// Height of a row of marks.
    row: f32,
    /// Height of the words above a gate.
    head: f32,
}

impl Layout {
    fn x(&self, at: f64) -> f32 {
        let share = ((at - self.from) / (self.to - self.from)) as f32;
        // What is no number is not above 0 either.
        let share = if share > 0.0 { share.min(1.0) } else { 0.0 };
        self.plot.x + self.plot.width * share
    }

    fn shows(&self, at: f64) -> bool {
        (self.from..=self.to).contains(&at)
    }
}

pub(super) fn paint(gates: &Gates, kit: &mut Kit) {
    let Some(first) = gates.gates.first() else {
        return;
    };
    let layout = layout(gates, kit);
    let height = layout.plot.height / gates.gates.len() as f32;
    for (index, gate) in gates.gates.iter().enumerate() {
        let top = layout.plot.y + height * index as f32;
        let lane = Rect::new(kit.area.x, top, kit.area.width, height);
        one(gates, gate, kit, &layout, lane);
    }
    server(first, kit, &layout);
    // No message's label may lie over the server or over another's client.
    kit.list.scratch.taken.push(layout.server);
    for (index, gate) in gates.gates.iter().enumerate() {
        let middle = layout.plot.y + height * (index as f32 + 0.5);
        let client = Point::new(layout.client_x, middle);
        let reach = layout.radius;
        let taken = Rect::new(client.x - reach, middle - reach, 2.0 * reach, 2.0 * reach);
        kit.list.scratch.taken.push(taken);
        // The way goes up to the server's edge, and a way ends a radius before its node's place.
        let edge = Point::new(layout.server.right() - layout.radius, middle);
        topology::way(&gate.way, kit, [edge, client], layout.radius);
    }
    axis(gates, kit, &layout);
}

fn layout(gates: &Gates, kit: &Kit) -> Layout {
    let (small, area) = (kit.sizes.small, kit.area);
    let count = gates.gates.len() as f32;
    let axis = small * 1.9;
    let lane = ((area.height - axis) / count).max(1.0);
    let radius = (lane * 0.24).min(area.width * 0.07).clamp(3.0, 70.0);
    let way = (area.width * 0.13).max(radius * 1.4);
    let client_x = area.right() - radius * 1.3;
    let bar = (small * 0.8).min(area.width * 0.04);
    let server_x = client_x - radius - way - bar;
    let gutter = Style::new(small, Tone::Ink).width("429") + small * 0.5;
    let plot_x = area.x + gutter;
    let plot = Rect::new(plot_x, area.y, server_x - plot_x, area.height - axis);
    let wanted = WHOLE_PLOT * small / 12.0;
    let shown = (plot.width / wanted).clamp(LEAST_SHOWN, 1.0);
    let to = if gates.to.is_finite() { gates.to } else { 0.0 };
    let length = (to - gates.from).clamp(1e-3, 1e9) * f64::from(shown);
    // Words above each gate if there is room for them and for a level beneath.
    let head = if lane >= small * 6.5 {
        small * 1.6
    } else {
        0.0
    };
    let row = (lane * 0.14).clamp(small, small * 1.6).min(lane * 0.3);
    Layout {
        plot,
        server: Rect::new(server_x, area.y, bar, area.height - axis),
        radius,
        client_x,
        from: to - length,
        to,
        row,
        head,
    }
}

fn one(gates: &Gates, gate: &Gate, kit: &mut Kit, layout: &Layout, lane: Rect) {
    let (small, gap) = (kit.sizes.small, kit.sizes.small * 0.5);
    let mut top = lane.y + gap;
    if layout.head > 0.0 {
        words(gate, kit, layout, top);
        top += layout.head;
    }
    for (kind, label, tone) in [(true, "200", Tone::Ok), (false, "429", Tone::Bad)] {
        let middle = top + layout.row / 2.0;
        let style = Style::new(small, tone).strong();
        if layout.row >= small * 0.95 || kind {
            let at = Point::new(lane.x, baseline(middle, small));
            kit.label(label, at, style, layout.plot.x - lane.x);
        }
        marks(&gate.marks, kit, layout, middle, kind);
        top += layout.row;
    }
    let bottom = lane.bottom() - gap;
    let plot = Rect::new(
        layout.plot.x,
        top + gap,
        layout.plot.width,
        bottom - top - gap,
    );
    if plot.height > 3.0 {
        level(gates, gate, kit, layout, plot);
    }
}

/// Who it is, what came of its requests, and the level now.
fn words(gate: &Gate, kit: &mut Kit, layout: &Layout, top: f32) {
    let (small, plot) = (kit.sizes.small, layout.plot);
    let y = top + small;
    let left = kit.area.x;
    let name = gate.way.nodes.get(1).map_or("", |client| &*client.name);
    let style = Style::new(small, Tone::Ink).strong();
    let room = plot.right() - left;
    kit.label(name, Point::new(left, y), style, room * 0.3);
    let x = left + style.width(name).min(room * 0.3) + small * 0.6;
    let muted = Style::new(small, Tone::Muted);
    let level = muted.width(&gate.level_text);
    let beside = room - (x - left) - small * 0.8;
    // The counts come first; the level only where both have room.
    kit.label(&gate.count, Point::new(x, y), muted, beside);
    if muted.width(&gate.count) + level + small <= beside {
        let at = Point::new(plot.right() - small * 0.3, y);
        kit.label(&gate.level_text, at, muted.anchor(Anchor::End), level + 1.0);
    }
}

/// One row of marks: what passed, or what was refused.
fn marks(marks: &[GateMark], kit: &mut Kit, layout: &Layout, middle: f32, passed: bool) {
    let ground = Stroke::new(Tone::Hair, 1.0);
    let (left, right) = (layout.plot.x, layout.plot.right());
    let line = (Point::new(left, middle), Point::new(right, middle));
    kit.list.segments([line], ground);
    let row = || {
        let shown = marks.iter().filter(|mark| layout.shows(mark.at));
        let row = shown.filter(|mark| (mark.kind != GateMarkKind::Refused) == passed);
        row.map(|mark| (mark.kind, layout.x(mark.at)))
    };
    let radius = radius(row().map(|(_, x)| x), layout.row);
    let of_kind = |kind: GateMarkKind| {
        let of_kind = row().filter(move |(other, _)| *other == kind);
        of_kind.map(|(_, x)| Point::new(x, middle))
    };
    let line = (radius * 0.5).max(1.0);
    if passed {
        let fill = Some(Paint::from(Tone::Ok));
        kit.list
            .circles(of_kind(GateMarkKind::Passed), radius, fill, None);
        let ring = Stroke::new(Tone::Ok, line);
        let ground = Some(Paint::from(Tone::Paper));
        kit.list.circles(
            of_kind(GateMarkKind::Waited),
            radius - line / 2.0,
            ground,
            Some(ring),
        );
    } else {
        let crosses = of_kind(GateMarkKind::Refused).flat_map(|at| cross(at, radius * 0.85));
        kit.list.segments(crosses, Stroke::new(Tone::Bad, line));
    }
    let tone = if passed { Tone::Ok } else { Tone::Bad };
    numbers(row().map(|(_, x)| x), kit, layout, (middle, radius), tone);
}

/// The radius at which marks that come evenly touch no other.
fn radius(row: impl Iterator<Item = f32>, height: f32) -> f32 {
    let (mut ends, mut gaps) = (None, 0_u32);
    for x in row {
        match &mut ends {
            None => ends = Some((x, x)),
            Some((_, last)) if x - *last >= ONE_MARK => {
                *last = x;
                gaps += 1;
            }
            Some(_) => {}
        }
    }
    let most = height * MARK_OF_ROW;
    match ends {
        Some((first, last)) if gaps > 0 => {
            let gap = (last - first) / gaps as f32;
            (gap * MARK_OF_GAP).min(most).max(MARK_LEAST.min(most))
        }
        _ => most,
    }
}

/// How many marks lie on each other, at the left of them.
fn numbers(
    row: impl Iterator<Item = f32>,
    kit: &mut Kit,
    layout: &Layout,
    (middle, radius): (f32, f32),
    tone: Tone,
) {
    let small = kit.sizes.small;
    let style = Style::new(small, tone).strong().anchor(Anchor::End).halo();
    // One more beyond the end closes the last heap.
    let mut heap: Option<(f32, f32, usize)> = None;
    let mut before = f32::NEG_INFINITY;
    for x in row.chain([f32::INFINITY]) {
        match &mut heap {
            Some((_, last, count)) if x - *last < ONE_MARK => {
                (*last, *count) = (x, *count + 1);
                continue;
            }
            Some((first, _, count)) if *count >= NUMBERED => {
                let content = kit.list.add_text(|out| {
                    out.push('×');
                    push_readable(out, *count as f64);
                });
                let right = *first - radius - small * 0.25;
                let width = style.width(kit.list.str(content));
                let rect = Rect::new(right - width, middle - small / 2.0, width, small);
                let free = before < rect.x || *count >= NUMBERED_OVER_OTHERS;
                if free && rect.x >= layout.plot.x && kit.claim(rect) {
                    kit.span(content, Point::new(right, baseline(middle, small)), style);
                }
            }
            _ => {}
        }
        before = heap.map_or(before, |(_, last, _)| last + radius);
        heap = Some((x, x, 1));
    }
}

/// The level as an area, with the capacity above it.
fn level(gates: &Gates, gate: &Gate, kit: &mut Kit, layout: &Layout, plot: Rect) {
    let capacity = if gates.capacity > 0.0 {
        gates.capacity
    } else {
        1.0
    };
    let y = |level: f64| {
        let share = (level / (capacity * HEADROOM)) as f32;
        let share = if share > 0.0 { share.min(1.0) } else { 0.0 };
        plot.bottom() - plot.height * share
    };
    let tone = gate
        .way
        .nodes
        .get(1)
        .map_or(Tone::Ink, |client| client.tone);
    let corners = || {
        // The line comes from the left edge, at the level that it has there.
        let before = gate.level.iter().rev().find(|(at, _)| *at < layout.from);
        let first = before.and_then(|before| {
            let after = gate.level.iter().find(|(at, _)| *at >= layout.from)?;
            let share = (layout.from - before.0) / (after.0 - before.0);
            Some((layout.from, before.1 + (after.1 - before.1) * share))
        });
        let shown = gate.level.iter().filter(|(at, _)| layout.shows(*at));
        let all = first.into_iter().chain(shown.copied());
        all.map(|(at, level)| Point::new(layout.x(at), y(level)))
    };
    if let (Some(first), Some(last)) = (corners().next(), corners().next_back()) {
        let base = plot.bottom();
        let ends = [Point::new(last.x, base), Point::new(first.x, base)];
        let fill = Paint::new(tone, 0.16);
        kit.list
            .polyline(corners().chain(ends), true, Some(fill), None);
        kit.list
            .polyline(corners(), false, None, Some(Stroke::new(tone, 1.6)));
    }
    let line = |y| (Point::new(plot.x, y), Point::new(plot.right(), y));
    kit.list
        .segments([line(plot.bottom())], Stroke::new(Tone::Hair, 1.0));
    let full = Stroke::new(Tone::Muted, 1.2).dashed(Dash::Dashed);
    kit.list.segments([line(y(capacity))], full);
    scale(kit, plot, y(capacity), capacity);
}

/// The capacity and 0 beside the level, where there is room for both.
fn scale(kit: &mut Kit, plot: Rect, top: f32, capacity: f64) {
    let small = kit.sizes.small;
    let style = Style::new(small, Tone::Muted);
    let room = plot.x - kit.area.x - small * 0.2;
    let ends = [(capacity, top), (0.0, plot.bottom())];
    let ends = if plot.bottom() - top > small * 1.5 {
        &ends[..]
    } else {
        &ends[..1]
    };
    for &(value, y) in ends {
        let content = kit.list.add_text(|out| push_readable(out, value));
        let bottom = if value > 0.0 { baseline(y, small) } else { y };
        kit.fitted(content, Point::new(kit.area.x, bottom), style, room);
    }
}

/// The server as a bar where time ends.
fn server(gate: &Gate, kit: &mut Kit, layout: &Layout) {
    let Some(node) = gate.way.nodes.first() else {
        return;
    };
    let (rect, small) = (layout.server, kit.sizes.small);
    let down = node.status == NodeStatus::Down;
    let (tone, fill) = match node.status {
        NodeStatus::Up => (Tone::Ink, Tone::Ink),
        NodeStatus::Down => (Tone::Bad, Tone::Surface),
        NodeStatus::Paused => (Tone::Ink, Tone::Surface),
    };
    let stroke = Stroke::new(tone, 1.6);
    let stroke = if down {
        stroke.dashed(Dash::Dashed)
    } else {
        stroke
    };
    let corner = rect.width * 0.3;
    kit.list
        .rect(rect, corner, Some(Paint::from(fill)), Some(stroke));
    topology::target(node, kit, Bounds::Rect(rect));
    let style = Style::new(small, tone).strong().anchor(Anchor::Middle);
    let content = kit.list.add_text(|out| {
        out.push_str(&node.name);
        out.push_str(match node.status {
            NodeStatus::Up => "",
            NodeStatus::Down => " is down",
            NodeStatus::Paused => " is paused",
        });
    });
    let limit = kit.area.width * 0.6;
    let width = style.width(kit.list.str(content)).min(limit);
    let x = rect.center().x.min(kit.area.right() - width / 2.0);
    let y = rect.bottom() + small * 1.4;
    let left = x - width / 2.0 - small;
    let place = Rect::new(left, y - small, width + 2.0 * small, small);
    kit.list.scratch.taken.push(place);
    kit.fitted(content, Point::new(x, y), style, limit);
}

/// Whole moments beneath, as many as there is room for.
fn axis(gates: &Gates, kit: &mut Kit, layout: &Layout) {
    let small = kit.sizes.small;
    let style = Style::new(small, Tone::Muted).anchor(Anchor::Middle);
    let y = layout.plot.bottom() + small * 1.4;
    let step = step(layout.to - layout.from);
    let mut at = libm::ceil(layout.from.max(0.0) / step) * step;
    while at <= layout.to {
        let content = kit.list.add_text(|out| {
            push_readable(out, at);
            out.push(' ');
            out.push_str(&gates.x_label);
        });
        let half = style.width(kit.list.str(content)) / 2.0;
        let x = layout.x(at).max(kit.area.x + half);
        let rect = Rect::new(x - half - 2.0, y - small, 2.0 * half + 4.0, small);
        if kit.claim(rect) {
            kit.span(content, Point::new(x, y), style);
        }
        at += step;
    }
}
