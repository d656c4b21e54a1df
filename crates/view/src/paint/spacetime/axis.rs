//! The axis of time, the cursor, and what is not known yet.

use super::frame::{HANDLE, SpaceTimeFrame};
use crate::display::{Anchor, Bounds, Paint, Point, Rect, Stroke, TargetKind};
use crate::number::{push_moment, push_tick};
use crate::paint::kit::{Kit, Style};
use crate::panel::Tone;
use crate::spacetime::SpaceTime;

/// How much of what came after the cursor shines through.
const VEIL: f32 = 0.62;
/// How grey what is not known yet is.
const UNKNOWN: f32 = 0.38;
/// The most ticks, whatever the width.
const TICKS: u64 = 40;

/// Greys the parts of the window that have not been computed, or are not kept.
pub(super) fn unknown(data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    let plot = frame.plot();
    let known = frame.x_of(data.known_ns.max(data.cursor_ns));
    let since = frame.x_of(data.since_ns);
    for (from, to) in [(plot.x, since), (known, plot.right())] {
        if to - from >= 1.0 {
            let rect = Rect::new(from, plot.y, to - from, plot.height);
            let fill = Paint::new(Tone::Hair, UNKNOWN);
            kit.list.rect(rect, 0.0, Some(fill), None);
        }
    }
}

/// Fades what came after the cursor, when the run was taken back.
pub(super) fn veil(data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    let plot = frame.plot();
    let (from, to) = (frame.x_of(data.cursor_ns), frame.x_of(data.known_ns));
    if to - from >= 1.0 {
        let rect = Rect::new(from, plot.y, to - from, plot.height);
        let fill = Paint::new(Tone::Paper, VEIL);
        kit.list.rect(rect, 0.0, Some(fill), None);
    }
}

/// The cursor: a line through all lanes with a handle at the top.
pub(super) fn cursor(data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    if !frame.is_in_window(data.cursor_ns) {
        return;
    }
    let small = kit.sizes.small;
    let x = frame.x_of(data.cursor_ns);
    let (top, bottom) = (
        frame.flag_row(0, small) - HANDLE * small,
        frame.plot().bottom(),
    );
    let line = (Point::new(x, top), Point::new(x, bottom + small * 0.35));
    kit.list
        .segments([line], Stroke::new(Tone::Ink, (small * 0.14).max(1.6)));
    let half = small * 0.5;
    let handle = [
        (-half, 0.0),
        (half, 0.0),
        (half, half * 0.5),
        (0.0, half * 1.6),
        (-half, half * 0.5),
    ];
    let corners = handle.map(|(dx, dy)| Point::new(x + dx, top + dy));
    kit.list
        .polyline(corners, true, Some(Tone::Ink.into()), None);
}

/// The cursor as a target, the last and so on top.
pub(super) fn cursor_target(data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    if !frame.is_in_window(data.cursor_ns) {
        return;
    }
    let small = kit.sizes.small;
    let center = Point::new(
        frame.x_of(data.cursor_ns),
        frame.flag_row(0, small) - HANDLE * small * 0.4,
    );
    let bounds = Bounds::Circle {
        center,
        radius: small * 0.7,
    };
    kit.list
        .add_target(TargetKind::Cursor, bounds, "cursor", |out| {
            out.push_str("Cursor at ");
            push_moment(out, data.cursor_ns, 3);
        });
}

/// Ticks and their times; the cursor's time takes its place among them.
pub(super) fn ticks(data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    let plot = frame.plot();
    let small = kit.sizes.small;
    let quiet = Style::new(small, Tone::Muted).anchor(Anchor::Middle);
    let y = plot.bottom() + small * 1.45;
    let (from, to) = frame.window();
    if frame.is_in_window(data.cursor_ns) {
        let style = Style::new(small, Tone::Ink).strong().anchor(Anchor::Middle);
        let content = kit.list.add_text(|out| push_moment(out, data.cursor_ns, 3));
        let width = style.width(kit.list.str(content));
        let x = between(frame.x_of(data.cursor_ns), width, kit.area);
        if kit.claim(Rect::new(
            x - width / 2.0 - small * 0.4,
            y - small,
            width + small * 0.8,
            small,
        )) {
            kit.span(content, Point::new(x, y), style);
        }
    }
    // The widest label decides how many ticks there can be.
    let step = step_ns(frame.length_ns(), |step| {
        let text = kit
            .list
            .add_text(|out| push_tick(out, to - to % step, step, to));
        let width = quiet.width(kit.list.str(text)) + small * 1.8;
        (plot.width / width) as u64
    });
    let first = from.div_ceil(step);
    let last = to / step;
    let times = (first..=last)
        .take(TICKS as usize)
        .map(|index| index * step);
    let marks = times.clone().map(|ns| {
        let at = Point::new(frame.x_of(ns), plot.bottom());
        (at, at.moved(0.0, small * 0.35))
    });
    kit.list
        .segments(marks, Stroke::new(Tone::Muted, (small * 0.08).max(1.0)));
    for ns in times {
        let content = kit.list.add_text(|out| push_tick(out, ns, step, to));
        let width = quiet.width(kit.list.str(content));
        let x = frame.x_of(ns);
        let place = Rect::new(x - width / 2.0, y - small, width, small);
        if kit.claim(place.inset(-small * 0.3, 0.0)) {
            kit.span(content, Point::new(x, y), quiet);
        }
    }
}

/// A middle near `x` at which a text of a width stays within an area.
fn between(x: f32, width: f32, area: Rect) -> f32 {
    let half = width / 2.0 + 0.5;
    x.min(area.right() - half).max(area.x + half)
}

/// The least of 1, 2, 5, 10, 20, 50 ... nanoseconds with no more ticks than there is room for.
fn step_ns(length: u64, mut room: impl FnMut(u64) -> u64) -> u64 {
    let mut step: u64 = 1;
    // Begin where there are few enough to ask for the room they need.
    let mut factors = [2u64, 5, 10].into_iter().cycle();
    let mut factor = factors.next().unwrap_or(2);
    let mut decade: u64 = 1;
    while length / step > TICKS || length / step > room(step) {
        let Some(next) = decade.checked_mul(factor) else {
            break;
        };
        step = next;
        if factor == 10 {
            decade = step;
        }
        factor = factors.next().unwrap_or(2);
    }
    step
}

/// How many messages are not drawn, at the upper right.
pub(super) fn hidden(data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    if data.hidden == 0 {
        return;
    }
    let style = Style::new(kit.sizes.small, Tone::Muted).anchor(Anchor::End);
    let limit = frame.plot().width * 0.6;
    let content = kit.list.add_text(|out| {
        crate::number::push_count(out, data.hidden);
        out.push_str(" more messages");
    });
    let width = style.width(kit.list.str(content)).min(limit);
    let top = frame.flag_row(0, style.size);
    let place = Rect::new(kit.area.right() - width, top, width, style.size * 1.2);
    if kit.claim(place) {
        let at = Point::new(kit.area.right(), top + style.size * 0.95);
        kit.fitted(content, at, style, limit);
    }
}
