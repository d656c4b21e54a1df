//! When nodes did not work, and where the network was cut.

use super::frame::SpaceTimeFrame;
use super::messages::Arrows;
use crate::display::{Anchor, Dash, Point, Rect, Stroke};
use crate::paint::kit::{Kit, Style, baseline, cross};
use crate::panel::{NodeStatus, Tone};
use crate::spacetime::{PartitionSpan, SpaceTime, SpaceTimeLane, StatusSpan};

/// The rectangles of the times in which lanes did not work.
fn stops<'d>(
    data: &'d SpaceTime,
    frame: &'d SpaceTimeFrame,
    small: f32,
) -> impl Iterator<Item = (&'d SpaceTimeLane, &'d StatusSpan, Rect)> {
    let height = frame.box_height(small);
    let shown = frame
        .rows()
        .filter_map(|(lane, y)| Some((data.lanes.get(lane as usize)?, y)));
    shown.flat_map(move |(lane, y)| {
        let stops = lane.stops.iter();
        stops.filter_map(move |stop| {
            let until = stop.to_ns.unwrap_or(data.known_ns);
            let (from, to) = (frame.x_of(stop.from_ns), frame.x_of(until));
            let (first, last) = frame.window();
            let seen = stop.from_ns <= last && until >= first;
            let rect = Rect::new(from, y - height / 2.0, (to - from).max(1.5), height);
            let inside = rect.right() <= frame.plot().right() + 2.0;
            (seen && inside).then_some((lane, stop, rect))
        })
    })
}

/// Boxes over the lanes while their nodes did not work.
pub(super) fn boxes(data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    let small = kit.sizes.small;
    for (_, stop, rect) in stops(data, frame, small) {
        let tone = tone(stop.status);
        let dash = match stop.status {
            NodeStatus::Down => Dash::Dashed,
            NodeStatus::Paused | NodeStatus::Up => Dash::Dotted,
        };
        let radius = (rect.height * 0.18).min(rect.width / 2.0);
        kit.list.rect(rect, radius, Some(Tone::Paper.into()), None);
        let line = (small * 0.09).max(1.0);
        if stop.status == NodeStatus::Down {
            let stroke = Stroke::new(tone, line * 0.8).faded(0.28);
            kit.list.segments(hatch(rect, small * 0.55), stroke);
        }
        let stroke = Stroke::new(tone, line).dashed(dash);
        kit.list.rect(rect, radius, None, Some(stroke));
    }
}

/// Slanting lines that fill a rectangle.
fn hatch(rect: Rect, step: f32) -> impl Iterator<Item = (Point, Point)> {
    let count = (rect.width + rect.height) / step;
    (1..=count as u32).map(move |index| {
        // The line x + y = reach, cut off by the rectangle.
        let reach = index as f32 * step;
        let (low, high) = (reach.min(rect.height), (reach - rect.width).max(0.0));
        (
            Point::new(rect.x + reach - low, rect.y + low),
            Point::new(rect.x + reach - high, rect.y + high),
        )
    })
}

/// What the boxes say, over the arrows but not over what was lost.
pub(super) fn box_labels(arrows: &Arrows, data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    let small = kit.sizes.small;
    let mut losses = core::mem::take(&mut kit.list.scratch.places);
    arrows.losses_at_nodes(&mut losses);
    for (lane, stop, rect) in stops(data, frame, small) {
        if !box_label(lane, stop.status, rect, &losses, kit) && rect.width > small {
            let center = Point::new(rect.x + small * 0.5, rect.center().y);
            sign(stop.status, center, small * 0.3, kit);
        }
        kit.list.scratch.taken.push(rect);
    }
    kit.list.scratch.places = losses;
}

/// Writes "B down" in a box, or "down"; false if there is no room.
fn box_label(
    lane: &SpaceTimeLane,
    status: NodeStatus,
    rect: Rect,
    losses: &[Point],
    kit: &mut Kit,
) -> bool {
    let small = kit.sizes.small;
    let state = match status {
        NodeStatus::Down => " down",
        NodeStatus::Paused | NodeStatus::Up => " paused",
    };
    let style = Style::new(small, tone(status)).strong().halo();
    let before = small * 1.05;
    let room = rect.width - small;
    let whole = before + style.width(&lane.label) + style.width(state);
    let named = whole <= room;
    let width = if named {
        whole
    } else {
        before + style.width(&state[1..])
    };
    if rect.height < small * 1.1 || width > room {
        return false;
    }
    let y = rect.center().y;
    // As far left as nothing was lost there; if there is no such place, at the left.
    let first = rect.x + small * 0.5;
    let steps = ((room - width) / small) as u32;
    let place = |step: u32| {
        let left = first + step as f32 * small;
        Rect::new(left, y - small * 0.55, width, small * 1.1)
    };
    let clear = |place: &Rect| {
        let around = place.inset(-small * 0.4, 0.0);
        let within = |at: &Point| {
            (around.x..around.right()).contains(&at.x)
                && (around.y..around.bottom()).contains(&at.y)
        };
        !losses.iter().any(within)
    };
    let place = (0..=steps.min(60))
        .map(place)
        .find(clear)
        .unwrap_or(place(0));
    if !kit.claim(place) {
        return false;
    }
    sign(
        status,
        Point::new(place.x + small * 0.3, y),
        small * 0.3,
        kit,
    );
    let content = kit.list.add_text(|out| {
        if named {
            out.push_str(&lane.label);
            out.push_str(state);
        } else {
            out.push_str(&state[1..]);
        }
    });
    let at = Point::new(place.x + before, baseline(y, small));
    kit.span(content, at, style);
    true
}

fn tone(status: NodeStatus) -> Tone {
    match status {
        NodeStatus::Down => Tone::Bad,
        NodeStatus::Paused | NodeStatus::Up => Tone::Muted,
    }
}

/// A cross, or two bars.
fn sign(status: NodeStatus, center: Point, size: f32, kit: &mut Kit) {
    let stroke = Stroke::new(tone(status), size * 0.5);
    let lines = if status == NodeStatus::Down {
        cross(center, size * 0.85)
    } else {
        [-0.5, 0.5].map(|side| {
            let top = center.moved(side * size, -size);
            (top, top.moved(0.0, size * 2.0))
        })
    };
    kit.list.segments(lines, stroke);
}

/// The heights of the lines between lanes on different sides of a partition.
fn cuts<'d>(span: &'d PartitionSpan, frame: &'d SpaceTimeFrame) -> impl Iterator<Item = f32> + 'd {
    let side = |row: u32| {
        let lane = frame.lane_of(row)?;
        span.sides.get(lane as usize).copied()
    };
    let rows = frame.rows().count() as u32;
    (1..rows).filter_map(move |row| {
        let (above, below) = (side(row - 1)?, side(row)?);
        (above != below).then(|| (frame.y_of_row(row - 1) + frame.y_of_row(row)) / 2.0)
    })
}

/// A line between the sides of each partition while it lasted.
pub(super) fn partitions(data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    let stroke = Stroke::new(Tone::Bad, (kit.sizes.small * 0.15).max(1.6));
    for (span, from, to) in splits(data, frame) {
        let lines = cuts(span, frame).map(|y| (Point::new(from, y), Point::new(to, y)));
        kit.list.segments(lines, stroke);
    }
}

/// The partitions in the window with their extent across.
fn splits<'d>(
    data: &'d SpaceTime,
    frame: &'d SpaceTimeFrame,
) -> impl Iterator<Item = (&'d PartitionSpan, f32, f32)> {
    data.partitions.iter().filter_map(|span| {
        let until = span.to_ns.unwrap_or(data.known_ns);
        let (first, last) = frame.window();
        let seen = span.from_ns <= last && until >= first;
        seen.then(|| (span, frame.x_of(span.from_ns), frame.x_of(until)))
    })
}

/// What the partitions are called, at the start of their first line.
pub(super) fn partition_labels(data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    let small = kit.sizes.small;
    let style = Style::new(small, Tone::Bad)
        .strong()
        .halo()
        .anchor(Anchor::Start);
    for (span, from, to) in splits(data, frame) {
        for y in cuts(span, frame) {
            let limit = (to - from - small * 0.4).max(style.width("partition"));
            let width = style.width("partition").min(limit);
            let left = from + small * 0.4;
            let place = Rect::new(left, y - small * 1.25, width, small * 1.1);
            if frame.pitch() > small * 1.5
                && place.right() <= frame.plot().right()
                && kit.claim(place)
            {
                let at = Point::new(left, y - small * 0.4);
                kit.label("partition", at, style, width + 0.1);
                break;
            }
        }
        // No message's label may stand on the line.
        let lines = cuts(span, frame).map(|y| Rect::new(from, y - 1.0, to - from, 2.0));
        kit.list.scratch.taken.extend(lines);
    }
}
