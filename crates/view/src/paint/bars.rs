//! One bar per thing, the value in a column at the right, the expected end dashed.

use super::kit::{Kit, Style, TypeSizes, baseline, short_form};
use crate::display::{Anchor, Bounds, Dash, Point, Rect, Stroke, TargetKind};
use crate::number::push_readable;
use crate::panel::{Bar, Bars, Tone};

/// Height of a bar's row in units of the type's size: what it likes, and what it can bear.
const ROW: f32 = 2.1;
const LARGEST_ROW: f32 = 5.5;
/// Below this a row has no label.
const SMALLEST_LABELLED_ROW: f32 = 1.15;

/// The height at which every bar has its row.
pub(super) fn preferred_height(bars: &Bars, sizes: &TypeSizes) -> f32 {
    let note = if expected(bars).is_some() {
        1.6 * sizes.small
    } else {
        0.0
    };
    bars.bars.len().max(1) as f32 * ROW * sizes.body + note + 2.0 * sizes.margin
}

/// The columns: labels, bars, values.
struct Columns {
    label: f32,
    left: f32,
    length: f32,
    /// The value that fills the length.
    full: f64,
}

pub(super) fn paint(bars: &Bars, kit: &mut Kit) {
    if bars.bars.is_empty() {
        return;
    }
    let (body, small) = (kit.sizes.body, kit.sizes.small);
    let note = expected(bars).filter(|_| kit.area.height > 4.0 * body);
    let note_height = if note.is_some() { small * 1.6 } else { 0.0 };
    let count = bars.bars.len() as f32;
    let row = ((kit.area.height - note_height) / count).min(body * LARGEST_ROW);
    let labelled = row >= body * SMALLEST_LABELLED_ROW;
    let columns = columns(bars, kit, labelled);
    let top = kit.area.y + (kit.area.height - note_height - row * count) / 2.0;

    for (index, bar) in bars.bars.iter().enumerate() {
        let y = top + index as f32 * row;
        one(bars, bar, kit, &columns, y, row, labelled);
    }
    if let Some(value) = note {
        expectation(bars, value, kit, &columns, top, row * count);
    }
}

/// The expected value where it is the same for every bar.
fn expected(bars: &Bars) -> Option<f64> {
    let first = bars.bars.first()?.expected?;
    bars.bars
        .iter()
        .all(|bar| bar.expected == Some(first))
        .then_some(first)
}

fn columns(bars: &Bars, kit: &Kit, labelled: bool) -> Columns {
    let label = Style::new(kit.sizes.body, Tone::Ink).strong();
    let value = Style::new(kit.sizes.body, Tone::Ink);
    let most = |widths: &mut dyn Iterator<Item = f32>| widths.fold(0.0, f32::max);
    let area = &kit.area;
    let (mut label_width, mut value_width) = (0.0, 0.0);
    if labelled {
        let widths = &mut bars.bars.iter().map(|bar| label.width(&bar.label));
        label_width = most(widths).min(area.width * 0.3);
        let widths = &mut bars.bars.iter().map(|bar| value.width(&bar.text));
        value_width = most(widths).min(area.width * 0.3);
    }
    let gap = kit.sizes.body * 0.6;
    let left = if label_width > 0.0 {
        // In some readers' fonts words are wider than reckoned.
        label_width * 1.1 + gap
    } else {
        0.0
    };
    let right = if value_width > 0.0 {
        value_width + gap
    } else {
        0.0
    };
    let full = bars
        .bars
        .iter()
        .map(|bar| bar.value.max(bar.expected.unwrap_or(0.0)))
        .fold(0.0, f64::max);
    Columns {
        label: label_width,
        left: area.x + left,
        length: (area.width - left - right).max(1.0),
        full: if full > 0.0 { full } else { 1.0 },
    }
}

impl Columns {
    fn x(&self, value: f64) -> f32 {
        self.left + self.length * (value / self.full).clamp(0.0, 1.0) as f32
    }
}

fn one(bars: &Bars, bar: &Bar, kit: &mut Kit, columns: &Columns, y: f32, row: f32, labelled: bool) {
    let body = kit.sizes.body;
    let height = if row > 3.0 { row * 0.66 } else { row };
    let top = y + (row - height) / 2.0;
    let end = columns.x(bar.value);
    let rect = Rect::new(columns.left, top, end - columns.left, height);
    let corner = (height * 0.18).min(body * 0.4).min(rect.width / 2.0);
    kit.list.rect(rect, corner, Some(bar.tone.into()), None);
    if labelled {
        let base = baseline(y + row / 2.0, body);
        let name = Style::new(body, bar.tone).strong();
        let label = short_form(&bar.label, columns.label, name);
        kit.label(
            label,
            Point::new(kit.area.x, base),
            name,
            columns.label + 0.1,
        );
        let value = Style::new(body, Tone::Ink).anchor(Anchor::End);
        let limit = kit.area.right() - columns.left - columns.length;
        kit.label(&bar.text, Point::new(kit.area.right(), base), value, limit);
    }
    if let Some(value) = bar.expected
        && expected(bars).is_none()
    {
        let x = columns.x(value);
        let line = (Point::new(x, y), Point::new(x, y + row));
        kit.list.segments([line], mark(kit.sizes.body));
    }
    let whole = Rect::new(kit.area.x, y, kit.area.width, row);
    kit.list
        .add_target(TargetKind::Bar, Bounds::Rect(whole), &bar.label, |out| {
            out.push_str(&bar.label);
            out.push_str(", ");
            out.push_str(&bar.text);
            if !bars.unit.is_empty() {
                out.push(' ');
                out.push_str(&bars.unit);
            }
            if let Some(value) = bar.expected {
                out.push_str(", expected ");
                push_readable(out, value);
            }
        });
}

fn mark(body: f32) -> Stroke {
    Stroke::new(Tone::Ink, (body * 0.11).max(1.2)).dashed(Dash::Dashed)
}

/// One dashed line through all bars, named beneath them.
fn expectation(bars: &Bars, value: f64, kit: &mut Kit, columns: &Columns, top: f32, height: f32) {
    let x = columns.x(value);
    let bottom = top + height;
    let line = (Point::new(x, top), Point::new(x, bottom + 2.0));
    kit.list.segments([line], mark(kit.sizes.body));
    let style = Style::new(kit.sizes.small, Tone::Muted).anchor(Anchor::Middle);
    let text = kit.list.add_text(|out| {
        out.push_str("expected ");
        push_readable(out, value);
        if !bars.unit.is_empty() {
            out.push(' ');
            out.push_str(&bars.unit);
        }
    });
    let half = style.width(kit.list.str(text)) / 2.0;
    let center = kit.area.center().x;
    let (first, last) = (kit.area.x + half, kit.area.right() - half);
    let x = if first <= last {
        x.clamp(first, last)
    } else {
        center
    };
    let at = Point::new(x, bottom + 2.0 + style.size * 1.15);
    kit.fitted(text, at, style, kit.area.width);
}
