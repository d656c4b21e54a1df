//! The names of a chart's lines, each beside a piece of it.

use super::line_width;
use crate::display::{Dash, Point, Stroke};
use crate::number::push_count;
use crate::paint::kit::{Kit, Style, baseline};
use crate::panel::{Series, Tone};

/// Rows that the legend may take; lines beyond are counted, not named.
const ROWS: usize = 3;

/// Sets the legend at the top and takes its room from the place.
pub(super) fn paint(series: &Series, dashes: &[Dash], kit: &mut Kit) {
    let style = Style::new(kit.sizes.small, Tone::Ink);
    let (piece, gap) = (style.size * 2.4, style.size * 1.4);
    let row_height = style.size * 1.6;
    let limit = kit.area.width - piece - gap;
    let (mut x, mut row) = (kit.area.x, 0);
    let mut named = 0;
    for (line, dash) in series.lines.iter().zip(dashes) {
        if line.label.is_empty() {
            named += 1;
            continue;
        }
        let text = style.width(&line.label).min(limit);
        let whole = piece + style.size * 0.5 + text;
        if x > kit.area.x && x + whole > kit.area.right() {
            if row + 1 == ROWS {
                break;
            }
            row += 1;
            x = kit.area.x;
        }
        let y = kit.area.y + row as f32 * row_height + row_height / 2.0;
        let stroke = Stroke::new(line.tone, line_width(style.size)).dashed(*dash);
        kit.list
            .segments([(Point::new(x, y), Point::new(x + piece, y))], stroke);
        let at = Point::new(x + piece + style.size * 0.5, baseline(y, style.size));
        kit.label(&line.label, at, style, text + 0.1);
        x += whole + gap;
        named += 1;
    }
    let rows = if x > kit.area.x || row > 0 {
        row + 1
    } else {
        0
    };
    let mut taken = rows as f32 * row_height;
    if named < series.lines.len() {
        let y = kit.area.y + taken + row_height / 2.0;
        let style = Style::new(kit.sizes.small, Tone::Muted);
        let text = kit.list.add_text(|out| {
            out.push_str("and ");
            push_count(out, (series.lines.len() - named) as u64);
            out.push_str(" more");
        });
        let at = Point::new(kit.area.x, baseline(y, style.size));
        kit.fitted(text, at, style, kit.area.width);
        taken += row_height;
    }
    if taken > 0.0 {
        taken = (taken + style.size * 0.5).min(kit.area.height);
        kit.area.y += taken;
        kit.area.height -= taken;
    }
}
