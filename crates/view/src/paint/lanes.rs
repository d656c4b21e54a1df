//! What things were over time: a lane each, thick where it matters, thin, or broken.

use super::kit::{Kit, Style, TypeSizes, baseline};
use crate::display::{Anchor, Dash, Paint, Point, Rect, Stroke};
use crate::number::push_readable;
use crate::panel::{Lane, LaneSpan, LaneWeight, Lanes, Tone};

/// Height of a lane in units of the type's size: what it likes, and what it can bear.
const ROW: f32 = 1.9;
const LARGEST_ROW: f32 = 7.0;
/// Below this a lane has no name.
const SMALLEST_NAMED_ROW: f32 = 1.1;
/// The most ticks of the axis.
const TICKS: f64 = 6.0;

/// The height at which every lane has its row.
pub(super) fn preferred_height(lanes: &Lanes, sizes: &TypeSizes) -> f32 {
    lanes.lanes.len().max(1) as f32 * ROW * sizes.body + axis_height(sizes) + 2.0 * sizes.margin
}

fn axis_height(sizes: &TypeSizes) -> f32 {
    sizes.small * 2.0
}

/// Where time runs.
struct Plot {
    area: Rect,
    length: f64,
}

impl Plot {
    fn x(&self, at: f64) -> f32 {
        let share = (at / self.length) as f32;
        // What is no number is not above 0 either.
        let share = if share > 0.0 { share.min(1.0) } else { 0.0 };
        self.area.x + self.area.width * share
    }
}

pub(super) fn paint(lanes: &Lanes, kit: &mut Kit) {
    if lanes.lanes.is_empty() {
        return;
    }
    let (body, small) = (kit.sizes.body, kit.sizes.small);
    let whole = kit.area;
    let height = (whole.height - axis_height(&kit.sizes)).max(1.0);
    let row = (height / lanes.lanes.len() as f32).min(body * LARGEST_ROW);
    let style = Style::new(small, Tone::Ink);
    let named = row >= small * SMALLEST_NAMED_ROW;
    let names = lanes.lanes.iter().map(|lane| &*lane.label);
    let column = if named {
        style.widest(names, whole.width * 0.3) + small * 0.8
    } else {
        0.0
    };
    let plot = Plot {
        area: Rect::new(
            whole.x + column,
            whole.y,
            whole.width - column,
            row * lanes.lanes.len() as f32,
        ),
        length: if lanes.to > 0.0 { lanes.to } else { 1.0 },
    };
    for (index, lane) in lanes.lanes.iter().enumerate() {
        let middle = whole.y + row * (index as f32 + 0.5);
        if named {
            let at = Point::new(whole.x, baseline(middle, small));
            kit.label(&lane.label, at, style, column - small * 0.4);
        }
        one(lane, kit, &plot, (middle, row));
    }
    axis(lanes, kit, &plot);
}

fn one(lane: &Lane, kit: &mut Kit, plot: &Plot, (middle, row): (f32, f32)) {
    let ground = Stroke::new(Tone::Hair, 1.0);
    let (left, right) = (plot.area.x, plot.area.right());
    let line = (Point::new(left, middle), Point::new(right, middle));
    kit.list.segments([line], ground);
    for span in &lane.spans {
        let (from, to) = (plot.x(span.from), plot.x(span.to));
        let width = (to - from).max(1.0);
        match span.weight {
            LaneWeight::Thick => thick(span, kit, Rect::new(from, middle, width, row * 0.62)),
            LaneWeight::Thin => {
                let height = (row * 0.16).max(2.0);
                let rect = Rect::new(from, middle - height / 2.0, width, height);
                kit.list.rect(rect, 0.0, Some(span.tone.into()), None);
            }
            LaneWeight::Broken => {
                let stroke = Stroke::new(span.tone, 1.4).dashed(Dash::Dotted);
                let line = (Point::new(from, middle), Point::new(from + width, middle));
                kit.list.segments([line], stroke);
            }
        }
    }
}

/// A thick span; `rect` has its middle where its top should be.
fn thick(span: &LaneSpan, kit: &mut Kit, rect: Rect) {
    let rect = Rect::new(rect.x, rect.y - rect.height / 2.0, rect.width, rect.height);
    let corner = (rect.height * 0.2).min(rect.width / 2.0);
    kit.list
        .rect(rect, corner, Some(Paint::from(span.tone)), None);
}

/// Whole seconds beneath, as many as there is room for.
fn axis(lanes: &Lanes, kit: &mut Kit, plot: &Plot) {
    let small = kit.sizes.small;
    let style = Style::new(small, Tone::Muted).anchor(Anchor::Middle);
    let y = plot.area.bottom() + small * 1.5;
    let unit = style.anchor(Anchor::End);
    let right = plot.area.right();
    let width = unit.width(&lanes.x_label);
    if kit.claim(Rect::new(right - width, y - small, width, small)) {
        kit.label(&lanes.x_label, Point::new(right, y), unit, width + 1.0);
    }
    let step = step(plot.length);
    for index in 0..=TICKS as u32 {
        let at = f64::from(index) * step;
        if at > plot.length {
            break;
        }
        let x = plot.x(at);
        let content = kit.list.add_text(|out| push_readable(out, at));
        let half = style.width(kit.list.str(content)) / 2.0;
        let x = x.max(kit.area.x + half);
        if kit.claim(Rect::new(
            x - half - 2.0,
            y - small,
            2.0 * half + 4.0,
            small,
        )) {
            kit.span(content, Point::new(x, y), style);
        }
    }
}

/// The least of 0.1, 0.2, 0.5, 1, 2, 5 ... that makes no more than [`TICKS`] ticks.
pub(super) fn step(length: f64) -> f64 {
    let mut decade = 0.1;
    // A run is never longer than a few days.
    for _ in 0..9 {
        for factor in [1.0, 2.0, 5.0] {
            if length / (decade * factor) <= TICKS {
                return decade * factor;
            }
        }
        decade *= 10.0;
    }
    length
}
