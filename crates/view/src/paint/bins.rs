//! Containers of dots, stacked from the bottom, a moved one lit.

use super::kit::{Kit, QUIET, Style, last_word};
use crate::display::{Anchor, Bounds, Paint, Point, Rect, Stroke, TargetKind};
use crate::number::push_count;
use crate::panel::{Bin, Bins, Tone};

/// How the containers stand: in rows and columns, each with its grid of dots.
struct Layout {
    columns: usize,
    /// Of one container with its labels, and the free space between two.
    cell: (f32, f32),
    gap: f32,
    /// Height of the labels beneath a container; 0 where there is no room for any.
    labels: f32,
    /// All names are short, since one does not fit as it is.
    short: bool,
    /// Distance between two dots.
    pitch: f32,
}

pub(super) fn paint(bins: &Bins, kit: &mut Kit) {
    if bins.bins.is_empty() {
        return;
    }
    let layout = layout(bins, kit);
    for (index, bin) in bins.bins.iter().enumerate() {
        let (column, row) = (index % layout.columns, index / layout.columns);
        let cell = Rect::new(
            kit.area.x + column as f32 * (layout.cell.0 + layout.gap),
            kit.area.y + row as f32 * (layout.cell.1 + layout.gap),
            layout.cell.0,
            layout.cell.1,
        );
        container(bins, bin, kit, &layout, cell);
    }
}

fn layout(bins: &Bins, kit: &Kit) -> Layout {
    let count = bins.bins.len();
    let most = bins.bins.iter().map(|bin| bin.moved.len()).max();
    let most = most.unwrap_or(0).max(1);
    let (width, height) = (kit.area.width, kit.area.height);
    let names = bins.bins.iter().map(|bin| &*bin.label);
    let widest = name_style(kit).widest(names, f32::MAX) + kit.sizes.body * 0.3;
    let labels = kit.sizes.body * 1.35 + kit.sizes.small * 1.25;
    let mut best: Option<Layout> = None;
    // Of all numbers of rows, the one whose dots are largest; a container must keep room for
    // its labels, or all go without.
    for with_labels in [true, false] {
        for rows in 1..=count.min(40) {
            let columns = count.div_ceil(rows);
            let gap = (width / columns as f32 * 0.14).min(kit.sizes.margin * 1.5);
            let cell = (
                (width - gap * (columns - 1) as f32) / columns as f32,
                (height - gap * (rows - 1) as f32) / rows as f32,
            );
            let labels = if with_labels { labels } else { 0.0 };
            let narrow = with_labels && cell.0 < kit.sizes.body * 2.6;
            if narrow || cell.1 < labels + 8.0 {
                continue;
            }
            let pitch = pitch(cell.0 * 0.9, (cell.1 - labels) * 0.94, most);
            if best.as_ref().is_none_or(|best| pitch > best.pitch * 1.2) {
                best = Some(Layout {
                    columns,
                    cell,
                    gap,
                    labels,
                    short: widest > cell.0,
                    pitch,
                });
            }
        }
        if best.is_some() {
            break;
        }
    }
    best.unwrap_or(Layout {
        columns: count,
        cell: (width / count as f32, height),
        gap: 0.0,
        labels: 0.0,
        short: true,
        pitch: pitch(width / count as f32, height, most),
    })
}

/// The largest distance between dots at which `count` of them fit a rectangle in full rows: of
/// the two numbers of columns about as square as the rectangle, the better one.
fn pitch(width: f32, height: f32, count: usize) -> f32 {
    let count = count as f32;
    let columns = libm::floorf((width * count / height.max(1.0)).sqrt()).max(1.0);
    let with = |columns: f32| (width / columns).min(height / libm::ceilf(count / columns));
    with(columns).max(with(columns + 1.0))
}

fn container(bins: &Bins, bin: &Bin, kit: &mut Kit, layout: &Layout, cell: Rect) {
    let body = Rect::new(cell.x, cell.y, cell.width, cell.height - layout.labels);
    let corner = (body.width * 0.12).min(12.0);
    kit.list.rect(
        body,
        corner,
        None,
        Some(Stroke::new(Tone::Hair, (kit.sizes.body * 0.1).max(1.2))),
    );

    let pitch = layout.pitch;
    let inner = body.inset(body.width * 0.05, body.height * 0.03);
    let columns = (libm::floorf(inner.width / pitch + 0.01) as usize).max(1);
    let left = inner.center().x - pitch * (columns as f32 - 1.0) / 2.0;
    let place = |index: usize| {
        let (column, row) = (index % columns, index / columns);
        Point::new(
            left + column as f32 * pitch,
            inner.bottom() - pitch * (row as f32 + 0.5),
        )
    };
    let most = kit.sizes.body * 0.55;
    for (moved, share, paint) in [
        (false, 0.27, Paint::new(Tone::Muted, QUIET)),
        (true, 0.37, Paint::from(Tone::Accent)),
    ] {
        let items = bin.moved.iter().enumerate();
        let places = items
            .filter(|(_, one)| **one == moved)
            .map(|(index, _)| place(index));
        let radius = (pitch * share).min(most * share / 0.27);
        kit.list.circles(places, radius, Some(paint), None);
    }
    if let Some(index) = bin.highlight
        && (index as usize) < bin.moved.len()
    {
        let radius = (pitch * 0.75).max(5.0);
        let ring = Stroke::new(Tone::Ink, (radius * 0.22).clamp(1.6, 12.0));
        let center = place(index as usize);
        kit.list.circles(
            [center],
            radius + 2.0,
            None,
            Some(Stroke::new(Tone::Paper, 3.0)),
        );
        kit.list.circles([center], radius, None, Some(ring));
    }
    captions(bins, bin, kit, layout, cell);
}

fn name_style(kit: &Kit) -> Style {
    Style::new(kit.sizes.body, Tone::Ink)
        .strong()
        .anchor(Anchor::Middle)
}

fn captions(bins: &Bins, bin: &Bin, kit: &mut Kit, layout: &Layout, cell: Rect) {
    let held = bin.held();
    if layout.labels > 0.0 {
        let mut name = name_style(kit);
        name.tone = bin.tone;
        let middle = cell.center().x;
        let mut y = cell.bottom() - layout.labels + kit.sizes.body * 1.2;
        let label = match layout.short {
            true => last_word(&bin.label),
            false => &bin.label,
        };
        kit.label(label, Point::new(middle, y), name, cell.width);
        y += kit.sizes.small * 1.25;
        let count = Style::new(kit.sizes.small, Tone::Muted).anchor(Anchor::Middle);
        let text = kit
            .list
            .add_text(|out| push_count(out, u64::from(held.items)));
        kit.fitted(text, Point::new(middle, y), count, cell.width);
    }
    kit.list
        .add_target(TargetKind::Bin, Bounds::Rect(cell), &bin.label, |out| {
            out.push_str(&bin.label);
            out.push_str(", ");
            push_count(out, u64::from(held.items));
            out.push(' ');
            out.push_str(&bins.item);
            if held.items != 1 {
                out.push('s');
            }
            if held.moved > 0 {
                out.push_str(", ");
                push_count(out, u64::from(held.moved));
                out.push_str(" moved");
            }
        });
}
