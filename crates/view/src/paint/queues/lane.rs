//! One lane with room for its workers: the line, the workers with what they serve, the name and
//! the share.

use super::sources::mark;
use super::{Layout, grid, push_percent, push_words};
use crate::display::{Anchor, Bounds, Dash, Paint, Point, Rect, Stroke, TargetKind};
use crate::number::push_count;
use crate::paint::kit::{Kit, QUIET, Style, baseline, node_name, short_form};
use crate::panel::{NodeStatus, QueueJob, QueueLane, QueueWorker, Tone};

/// A request that is smaller than this, in pixels, does not show how far it is.
const SMALLEST_PIE: f32 = 3.5;
/// What a node holds takes up to so many rows.
const HELD_ROWS_MAX: usize = 3;
/// A worker's place is that much wider than high where there is a choice.
const WORKER_ASPECT: f32 = 1.5;

pub(super) fn paint(
    lane: &QueueLane,
    kit: &mut Kit,
    layout: &Layout,
    (index, lined): (usize, bool),
) {
    let middle = layout.rows[index];
    let height = (layout.row * 0.8).min(layout.row - 4.0).max(4.0);
    let place = Rect::new(
        layout.workers,
        middle - height / 2.0,
        layout.names - layout.workers,
        height,
    );
    house(lane, kit, place);
    if lined {
        line(lane, kit, layout, middle, height);
    }
    label(lane, kit, layout, middle);
    let whole = Rect::new(
        layout.line,
        middle - layout.row / 2.0,
        layout.right - layout.line,
        layout.row,
    );
    kit.list
        .add_target(TargetKind::Node, Bounds::Rect(whole), &lane.name, |out| {
            push_words(out, lane);
        });
}

/// The node with its workers.
fn house(lane: &QueueLane, kit: &mut Kit, place: Rect) {
    let down = lane.status == NodeStatus::Down;
    let line = (kit.sizes.body * 0.13).clamp(1.4, 5.0);
    let tone = if down { Tone::Muted } else { lane.tone };
    let outline = Stroke::new(tone, line).dashed(if down { Dash::Dashed } else { Dash::Solid });
    let corner = (place.height * 0.12).min(kit.sizes.body * 0.6);
    let ground = Paint::from(Tone::Surface);
    kit.list.rect(place, corner, Some(ground), Some(outline));
    if down {
        let size = (place.height * 0.22).min(kit.sizes.body * 1.4);
        mark(kit, place.center(), size, lane.status);
        return;
    }
    let pad = (place.height * 0.08).clamp(2.0, kit.sizes.body * 0.5);
    let inner = place.inset(pad, pad);
    let (columns, cell) = grid(lane.workers.len(), &inner, WORKER_ASPECT);
    for (index, worker) in lane.workers.iter().enumerate() {
        let slot = Rect::new(
            inner.x + cell.0 * (index % columns) as f32,
            inner.y + cell.1 * (index / columns) as f32,
            cell.0,
            cell.1,
        );
        let gap = (cell.0.min(cell.1) * 0.07).min(4.0);
        slot_of(worker, kit, slot.inset(gap, gap), lane);
    }
    if lane.status == NodeStatus::Paused {
        let size = (place.height * 0.2).min(kit.sizes.body);
        let center = Point::new(place.right() - size * 1.6, place.y + size * 1.6);
        kit.list
            .circles([center], size * 1.5, Some(Tone::Paper.into()), None);
        mark(kit, center, size, lane.status);
    }
}

/// A worker's place: empty, or with a pie for each request that shows how far it is.
fn slot_of(worker: &QueueWorker, kit: &mut Kit, slot: Rect, lane: &QueueLane) {
    let corner = (slot.height * 0.16).min(kit.sizes.body * 0.5);
    let busy = worker.serving > 0;
    let outline = if busy {
        Stroke::new(lane.tone, (kit.sizes.body * 0.07).max(1.0))
    } else {
        Stroke::new(Tone::Muted, (kit.sizes.body * 0.06).max(1.0))
            .dashed(Dash::Dotted)
            .faded(QUIET)
    };
    kit.list.rect(slot, corner, None, Some(outline));
    if !busy {
        return;
    }
    let count = worker.serving as usize;
    let most = (kit.sizes.body * 2.2).min(slot.height * 0.42);
    let (columns, cell) = grid(count, &slot, 1.0);
    let radius = (cell.0.min(cell.1) * 0.42).min(most);
    if radius < SMALLEST_PIE {
        number(kit, slot, count);
        return;
    }
    // All pies together stand in the middle of the slot.
    let pitch = (cell.0.min(radius * 2.4), cell.1.min(radius * 2.4));
    let rows = count.div_ceil(columns);
    let center = slot.center();
    for index in 0..count {
        let (column, row) = (index % columns, index / columns);
        let in_row = columns.min(count - row * columns);
        let at = Point::new(
            center.x + (column as f32 - (in_row as f32 - 1.0) / 2.0) * pitch.0,
            center.y + (row as f32 - (rows as f32 - 1.0) / 2.0) * pitch.1,
        );
        let job = worker.jobs.get(index).copied().unwrap_or_default();
        pie(kit, at, radius, job, lane.tone);
    }
}

/// How far a request is. One that nobody waits for has a broken outline and no middle.
fn pie(kit: &mut Kit, at: Point, radius: f32, job: QueueJob, tone: Tone) {
    let line = (radius * 0.14).clamp(1.0, 4.0);
    let (tone, dash, inner) = if job.given_up {
        (Tone::Muted, Dash::Dashed, 0.55)
    } else {
        (tone, Dash::Solid, 0.0)
    };
    let outline = Stroke::new(tone, line).dashed(dash);
    kit.list
        .circles([at], radius - line / 2.0, None, Some(outline));
    // What is no number is not above 0 either.
    if job.progress > 0.0 {
        let (inner, outer) = (radius * inner, radius - line * 0.5);
        let span = (0.0, job.progress.min(1.0));
        kit.list.sectors(at, inner, outer, [span], tone.into());
    }
}

/// Too many to draw: how many there are.
fn number(kit: &mut Kit, slot: Rect, count: usize) {
    let style = Style::new(kit.sizes.small, Tone::Ink)
        .strong()
        .anchor(Anchor::Middle);
    let text = kit.list.add_text(|out| push_count(out, count as u64));
    let width = style.width(kit.list.str(text));
    if slot.height >= style.size * 1.05 && slot.width >= width {
        let at = Point::new(slot.center().x, baseline(slot.center().y, style.size));
        kit.span(text, at, style);
        return;
    }
    // Not even that: the slot is full.
    let inner = slot.inset(slot.width * 0.15, slot.height * 0.15);
    kit.list.rect(inner, 1.0, Some(Tone::Ink.into()), None);
}

/// Requests in line, the first nearest to the workers; more than there is room for are counted.
fn line(lane: &QueueLane, kit: &mut Kit, layout: &Layout, middle: f32, height: f32) {
    let waiting = lane.waiting as usize;
    if waiting == 0 {
        return;
    }
    let radius = (kit.sizes.body * 0.42).min(height * 0.2).max(1.5);
    let pitch = radius * 2.6;
    let room = layout.workers - layout.line - kit.sizes.body * 0.5;
    let columns = (libm::floorf(room / pitch).max(1.0)) as usize;
    let small = kit.sizes.small;
    let counted = height >= small * 2.4;
    let rows = libm::floorf((height - if counted { small * 1.3 } else { 0.0 }) / pitch);
    let rows = (rows.max(1.0) as usize).min(4);
    let shown = waiting.min(columns * rows);
    let rows = shown.div_ceil(columns);
    let first = layout.workers - kit.sizes.body * 0.5 - radius;
    let rise = if counted { small * 0.55 } else { 0.0 };
    let top = middle - rise - (rows as f32 - 1.0) / 2.0 * pitch;
    let places = (0..shown).map(|index| {
        Point::new(
            first - pitch * (index % columns) as f32,
            top + pitch * (index / columns) as f32,
        )
    });
    kit.list
        .circles(places, radius, Some(lane.tone.into()), None);
    if counted {
        let style = Style::new(small, Tone::Muted).anchor(Anchor::End);
        let base = top + pitch * (rows as f32 - 0.5) + small * 0.95;
        let mut text = String::new();
        push_count(&mut text, waiting as u64);
        let number = text.len();
        text.push_str(" in line");
        if style.width(&text) > room {
            text.truncate(number);
        }
        let at = Point::new(layout.workers - kit.sizes.body * 0.5, base);
        if base <= middle + layout.row / 2.0 {
            kit.label(&text, at, style, room);
        }
    }
}

/// The lane's name, its share as a bar with the expected end marked, and as a number.
fn label(lane: &QueueLane, kit: &mut Kit, layout: &Layout, middle: f32) {
    let (body, small) = (kit.sizes.body, kit.sizes.small);
    let left = layout.names + body * 0.6;
    let width = layout.right - left;
    let down = lane.status == NodeStatus::Down;
    let tone = if down { Tone::Muted } else { lane.tone };
    let name = Style::new(body, tone).strong();
    let whole = node_name(&lane.name);
    let text = short_form(&whole, width, name);
    let Some(share) = lane.share else {
        let style = Style::new(small, Tone::Ink);
        let mut rows = rows_of(&lane.holds, style, width);
        let room = (layout.row - body * 1.3).max(0.0) / (small * 1.4);
        rows.truncate((room as usize).min(HELD_ROWS_MAX));
        let base = baseline(middle - small * 0.7 * rows.len() as f32, body);
        kit.label(text, Point::new(left, base), name, width);
        after(kit, text, (left, base), (name, width), &caption(lane));
        for (index, row) in rows.iter().enumerate() {
            let at = Point::new(left, base + small * 1.4 * (index + 1) as f32);
            kit.label(row, at, style, width);
        }
        return;
    };
    let bar = (small * 0.62).max(4.0);
    let full = layout.row >= body * 1.25 + bar + small * 1.7;
    let height = body * 1.3 + bar + if full { small * 1.5 } else { 0.0 };
    let top = middle - height / 2.0;
    let base = top + body * 0.95;
    let number = Style::new(small, Tone::Ink);
    let percent = kit.list.add_text(|out| push_percent(out, share));
    let number_width = number.width(kit.list.str(percent));
    if full {
        kit.label(text, Point::new(left, base), name, width);
        after(kit, text, (left, base), (name, width), &caption(lane));
        let at = Point::new(left, top + body * 1.3 + bar + small * 1.2);
        kit.span(percent, at, number);
    } else {
        // Both in one row, as far as they fit.
        let limit = width - number_width - small * 0.5;
        let fits = name.width(text) <= limit;
        kit.label(
            text,
            Point::new(left, base),
            name,
            if fits { limit } else { width },
        );
        if fits {
            let at = Point::new(layout.right, base);
            kit.span(percent, at, number.anchor(Anchor::End));
        }
    }
    share_bar(
        lane,
        kit,
        Rect::new(left, top + body * 1.3, width, bar),
        share,
        layout.full_share,
    );
}

/// A text in rows that fit a width, broken between words.
fn rows_of(text: &str, style: Style, width: f32) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match rows.last_mut() {
            Some(row) if style.width(&format!("{row} {word}")) <= width => {
                row.push(' ');
                row.push_str(word);
            }
            _ => rows.push(word.to_owned()),
        }
    }
    rows
}

/// What is said after a lane's name: where it is, or why it gets nothing.
fn caption(lane: &QueueLane) -> String {
    match lane.status {
        NodeStatus::Down => "down".into(),
        NodeStatus::Paused => "paused".into(),
        NodeStatus::Up if lane.out => "out".into(),
        NodeStatus::Up => String::from(&*lane.caption),
    }
}

/// Sets a quiet text after a name, where it fits as it is.
fn after(
    kit: &mut Kit,
    name: &str,
    (left, base): (f32, f32),
    (style, width): (Style, f32),
    text: &str,
) {
    let quiet = Style::new(kit.sizes.small, Tone::Muted);
    let gap = style.width(name) + kit.sizes.small * 0.5;
    if !text.is_empty() && gap + quiet.width(text) <= width {
        kit.label(text, Point::new(left + gap, base), quiet, width - gap);
    }
}

fn share_bar(lane: &QueueLane, kit: &mut Kit, place: Rect, share: f32, full: f32) {
    let corner = (place.height * 0.3).min(3.0);
    let rail = Stroke::new(Tone::Hair, 1.0);
    kit.list.rect(place, corner, None, Some(rail));
    let part = |value: f32| place.width * (value / full).clamp(0.0, 1.0);
    let width = part(share);
    if width > 0.5 {
        let bar = Rect::new(place.x, place.y, width, place.height);
        kit.list
            .rect(bar, corner.min(width / 2.0), Some(lane.tone.into()), None);
    }
    if let Some(expected) = lane.expected {
        let x = place.x + part(expected);
        let over = place.height * 0.35;
        let tick = (
            Point::new(x, place.y - over),
            Point::new(x, place.bottom() + over),
        );
        let stroke = Stroke::new(Tone::Ink, (place.height * 0.18).clamp(1.2, 4.0));
        kit.list.segments([tick], stroke);
    }
}
