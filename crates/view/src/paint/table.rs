//! Rows and columns of text under hairlines, numbers flush right.

use super::kit::{Kit, Style, TypeSizes, baseline};
use crate::display::{Anchor, Bounds, Point, Rect, Stroke, TargetKind};
use crate::number::push_count;
use crate::panel::{Table, Tone};

/// Height of a row in units of the type's size: what it likes, and what it can bear.
const ROW: f32 = 1.9;
const LARGEST_ROW: f32 = 2.9;
const SMALLEST_ROW: f32 = 1.35;
/// No table is wider than this times its text: the eye must find the row's end.
const LARGEST_SPREAD: f32 = 2.6;

/// The height at which every row is shown.
pub(super) fn preferred_height(table: &Table, sizes: &TypeSizes) -> f32 {
    (table.rows.len() + 1) as f32 * ROW * sizes.body + 2.0 * sizes.margin
}

/// A column's place.
#[derive(Clone, Copy, Debug)]
struct Place {
    left: f32,
    width: f32,
}

pub(super) fn paint(table: &Table, kit: &mut Kit) {
    if table.columns.is_empty() {
        return;
    }
    let body = kit.sizes.body;
    let places = places(table, kit);
    let height = kit.area.height;
    let wanted = (table.rows.len() + 1) as f32;
    let row = (height / wanted).clamp(body * SMALLEST_ROW, body * LARGEST_ROW);
    let room = (libm::floorf(height / row + 0.01) as usize).max(1);
    // One line is for the head, and where rows are left out the last line says so.
    let all = table.rows.len() < room;
    let shown = if all {
        table.rows.len()
    } else {
        room.saturating_sub(2)
    };
    let lines = 1 + shown + usize::from(!all);
    let top = kit.area.y + ((height - lines as f32 * row) / 2.0).max(0.0);

    let head = Style::new(kit.sizes.small, Tone::Muted);
    for (column, place) in table.columns.iter().zip(&places) {
        let base = baseline(top + row / 2.0, head.size);
        cell(kit, &column.label, *place, base, head, column.numeric);
    }
    for (index, cells) in table.rows.iter().take(shown).enumerate() {
        let y = top + (index + 1) as f32 * row;
        one_row(table, cells, kit, &places, y, row);
    }
    if !all && room > 1 {
        let y = top + (shown + 1) as f32 * row;
        let text = kit.list.add_text(|out| {
            out.push_str("and ");
            push_count(out, (table.rows.len() - shown) as u64);
            out.push_str(" more rows");
        });
        let at = Point::new(places[0].left, baseline(y + row / 2.0, head.size));
        kit.fitted(text, at, head, kit.area.width);
    }
}

fn one_row(
    table: &Table,
    cells: &[crate::Label],
    kit: &mut Kit,
    places: &[Place],
    y: f32,
    row: f32,
) {
    let (Some(first), Some(last)) = (places.first(), places.last()) else {
        return;
    };
    let (left, right) = (first.left, last.left + last.width);
    let rule = (Point::new(left, y), Point::new(right, y));
    kit.list.segments(
        [rule],
        Stroke::new(Tone::Hair, (kit.sizes.body * 0.07).max(1.0)),
    );
    for (index, text) in cells.iter().enumerate().take(places.len()) {
        let mut style = Style::new(kit.sizes.body, Tone::Ink);
        if index == 0 {
            style = style.strong();
        }
        let base = baseline(y + row / 2.0, style.size);
        cell(
            kit,
            text,
            places[index],
            base,
            style,
            table.columns[index].numeric,
        );
    }
    let bounds = Bounds::Rect(Rect::new(left, y, right - left, row));
    let id = cells.first().map_or("", |name| name);
    kit.list.add_target(TargetKind::Row, bounds, id, |out| {
        push_row(out, table, cells);
    });
}

/// A row as a sentence's parts: "A, to B 3, to C 4".
pub(crate) fn push_row(out: &mut String, table: &Table, cells: &[crate::Label]) {
    for (index, (cell, column)) in cells.iter().zip(&table.columns).enumerate() {
        if index > 0 {
            out.push_str(", ");
            out.push_str(&column.label);
            out.push(' ');
        }
        out.push_str(cell);
    }
}

fn cell(kit: &mut Kit, text: &str, place: Place, base: f32, style: Style, numeric: bool) {
    let (x, anchor) = if numeric {
        (place.left + place.width, Anchor::End)
    } else {
        (place.left, Anchor::Start)
    };
    kit.label(
        text,
        Point::new(x, base),
        style.anchor(anchor),
        place.width + 0.1,
    );
}

/// Columns as wide as their texts, with the free room shared out between them; where there is
/// too little, all narrow alike.
fn places(table: &Table, kit: &Kit) -> Vec<Place> {
    let body = kit.sizes.body;
    let gap = body * 1.2;
    let plain = Style::new(body, Tone::Ink);
    let mut widths: Vec<f32> = table
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let style = if index == 0 { plain.strong() } else { plain };
            let cells = table.rows.iter().filter_map(|row| row.get(index));
            cells
                .map(|text| style.width(text))
                .fold(style.width(&column.label), f32::max)
        })
        .collect();
    let gaps = gap * (widths.len() - 1) as f32;
    let natural: f32 = widths.iter().sum();
    let room = (kit.area.width - gaps).max(1.0);
    let mut spare = 0.0;
    if natural > room {
        // Narrow columns keep their width; the wide ones share what is left.
        let mut limit = room / widths.len() as f32;
        for _ in 0..widths.len() {
            let narrow: f32 = widths.iter().filter(|width| **width <= limit).sum();
            let wide = widths.iter().filter(|width| **width > limit).count().max(1);
            limit = (room - narrow) / wide as f32;
        }
        for width in &mut widths {
            *width = width.min(limit);
        }
    } else {
        let wanted = (natural + gaps) * (LARGEST_SPREAD - 1.0);
        spare = (room - natural).min(wanted) / widths.len() as f32;
    }
    let total: f32 = widths.iter().sum::<f32>() + gaps + spare * widths.len() as f32;
    let mut left = kit.area.x + (kit.area.width - total).max(0.0) / 2.0;
    widths
        .into_iter()
        .map(|width| {
            let place = Place {
                left,
                width: width + spare,
            };
            left += place.width + gap;
            place
        })
        .collect()
}
