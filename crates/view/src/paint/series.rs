//! A chart of values over time: plotters sets the axes and scales, the list takes its shapes.

mod adapter;
mod legend;
mod scale;

use plotters::chart::ChartBuilder;
use plotters::element::PathElement;
use plotters::prelude::IntoDrawingArea;
use plotters::style::text_anchor::Pos;
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, ShapeStyle, TextStyle};

use super::kit::{Kit, Style};
use crate::display::{Anchor, Bounds, Dash, Point, Rect, Stroke, TargetKind};
use crate::panel::{Series, Tone};
use adapter::{Adapter, FINE, colour};
use scale::Scale;

/// A line of theory, and of measurements in their order; they repeat after the last.
const EXPECTED: Dash = Dash::Dashed;
const DASHES: [Dash; 4] = [Dash::Solid, Dash::Long, Dash::DashDot, Dash::Dotted];

/// Height of a row of names in units of the type's size.
const MARK_ROW: f32 = 1.45;

/// The dash of a line: its tone is never the only difference.
fn dash(series: &Series, index: usize) -> Dash {
    if series.lines[index].expected {
        return EXPECTED;
    }
    let before = series.lines[..index].iter().filter(|line| !line.expected);
    DASHES[before.count() % DASHES.len()]
}

pub(super) fn paint(series: &Series, kit: &mut Kit) {
    legend::paint(series, kit);
    let small = kit.sizes.small;
    let quiet = Style::new(small, Tone::Muted);
    let (Some(xs), Some(ys)) = (Scale::horizontal(series), Scale::vertical(series)) else {
        let style = quiet.anchor(Anchor::Middle);
        let limit = kit.area.width;
        kit.label("no values yet", kit.area.center(), style, limit);
        return;
    };
    // The axes' names: above the vertical one, beneath the horizontal one's end. The names of
    // marked moments stand in the same rows, so they never cover a line.
    let rows_top = kit.area.y;
    let whole = kit.area;
    let mut above = 0.0;
    if !series.y_label.is_empty() {
        let at = Point::new(kit.area.x, kit.area.y + small * 0.95);
        kit.label(&series.y_label, at, quiet, kit.area.width * 0.5);
        let taken = quiet.width(&series.y_label).min(kit.area.width * 0.5);
        kit.claim(Rect::new(kit.area.x, rows_top, taken, small * 1.2));
        above = small * 1.8;
    }
    if !series.marks.is_empty() {
        let rows = series.marks.len().min(MARK_ROWS) as f32;
        above = small * MARK_ROW * rows.min((kit.area.height * 0.3 / small / MARK_ROW).max(1.0));
    }
    kit.area.y += above;
    kit.area.height -= above;
    if !series.x_label.is_empty() {
        let at = Point::new(kit.area.right(), kit.area.bottom() - small * 0.25);
        let style = quiet.anchor(Anchor::End);
        kit.label(&series.x_label, at, style, kit.area.width);
        kit.area.height -= small * 1.4;
    }
    let axis_width = quiet
        .width(&ys.text(ys.last))
        .max(quiet.width(&ys.text(ys.first)));
    let label_width = quiet
        .width(&xs.text(xs.last))
        .max(quiet.width(&xs.text(xs.first)));
    let tick = small * 0.3;
    let plot = Rect::new(
        kit.area.x + axis_width + tick * 2.0 + small * 0.7,
        kit.area.y,
        kit.area.width - axis_width - tick * 2.0 - small * 0.7 - label_width * 0.6,
        kit.area.height - small * 1.3 - tick * 2.0,
    );
    if plot.width < small * 3.0 || plot.height < small * 2.0 {
        return;
    }
    let below = core::mem::replace(&mut kit.area, whole);
    marks(series, kit, plot, rows_top, &xs);
    kit.area = below;
    // A drawing error cannot happen: the adapter only adds to a list.
    let _ = chart(series, kit, plot, (&xs, &ys), tick, label_width);
}

type Drawing = plotters::drawing::DrawingAreaErrorKind<core::convert::Infallible>;

fn chart(
    series: &Series,
    kit: &mut Kit,
    plot: Rect,
    (xs, ys): (&Scale, &Scale),
    tick: f32,
    label_width: f32,
) -> Result<(), Drawing> {
    let small = kit.sizes.small;
    let area = kit.area;
    let fine = |length: f32| (length * FINE) as u32;
    let text = TextStyle {
        font: FontDesc::new(
            FontFamily::SansSerif,
            f64::from(small * FINE),
            FontStyle::Normal,
        ),
        color: colour(Tone::Muted, Dash::Solid).to_backend_color(),
        pos: Pos::default(),
    };
    let line = |tone: Tone, dash: Dash, width: f32| ShapeStyle {
        color: colour(tone, dash),
        filled: false,
        stroke_width: fine(width).max(1),
    };
    let root = Adapter::new(kit.list, area).into_drawing_area();
    let mut chart = ChartBuilder::on(&root)
        .margin_right(fine(area.right() - plot.right()))
        .x_label_area_size(fine(area.bottom() - plot.bottom()))
        .y_label_area_size(fine(plot.x - area.x))
        .build_cartesian_2d(xs.first..xs.last, ys.first..ys.last)?;
    let columns = (plot.width / (label_width + small * 2.2)).clamp(2.0, 11.0);
    let rows = (plot.height / (small * 2.8)).clamp(2.0, 9.0);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(colour(Tone::Hair, Dash::Solid).mix(0.0))
        .bold_line_style(line(Tone::Hair, Dash::Solid, small * 0.08))
        .axis_style(line(Tone::Muted, Dash::Solid, small * 0.08))
        .set_all_tick_mark_size(fine(tick))
        .x_labels(columns as usize)
        .y_labels(rows as usize)
        .label_style(text)
        .x_label_formatter(&|value| xs.text(*value))
        .y_label_formatter(&|value| ys.text(*value))
        .draw()?;
    let width = (small * 0.16).clamp(1.8, 5.0);
    for (index, one) in series.lines.iter().enumerate() {
        let width = if one.expected { width * 0.75 } else { width };
        let points = scale::thin(&one.points, xs, plot.width);
        let style = line(one.tone, dash(series, index), width);
        chart.draw_series([PathElement::new(points, style)])?;
    }
    Ok(())
}

/// Rows above the chart in which the names of marked moments stand.
const MARK_ROWS: usize = 2;

/// A line through the chart at each marked moment, up to its name in the rows above, where
/// there is room for it.
fn marks(series: &Series, kit: &mut Kit, plot: Rect, rows_top: f32, xs: &Scale) {
    let small = kit.sizes.small;
    let style = Style::new(small, Tone::Accent).strong();
    let stroke = Stroke::new(Tone::Accent, (small * 0.12).clamp(1.4, 4.0));
    for mark in series.marks.iter().filter(|mark| mark.x.is_finite()) {
        let x = plot.x + plot.width * xs.share(mark.x) as f32;
        let wide = style.width(&mark.label).min(plot.width * 0.5);
        let gap = small * 0.45;
        let mut top = plot.y;
        // The name stands right of its line, or left of it at the chart's end.
        let places = (0..MARK_ROWS).flat_map(|row| {
            let row_top = rows_top + row as f32 * small * MARK_ROW;
            [x + gap, x - gap - wide].map(|left| Rect::new(left, row_top, wide, small * 1.2))
        });
        for place in places {
            let fits = place.bottom() <= plot.y && !mark.label.is_empty();
            let line = Rect::new(x - 1.0, place.y, 2.0, plot.y - place.y);
            let crosses = kit.list.scratch.taken.iter().any(|one| one.overlaps(&line));
            if fits && !crosses && kit.claim(place.inset(-small * 0.3, 0.0)) {
                let at = Point::new(place.x, place.y + small * 0.95);
                kit.label(&mark.label, at, style, wide + 0.1);
                top = place.y;
                break;
            }
        }
        let line = (Point::new(x, top), Point::new(x, plot.bottom()));
        kit.list.segments([line], stroke);
        let bounds = Rect::new(x - small * 0.5, top, small, plot.bottom() - top);
        kit.list
            .add_target(TargetKind::Mark, Bounds::Rect(bounds), &mark.label, |out| {
                out.push_str(&mark.label);
                out.push_str(" at ");
                out.push_str(&xs.text(mark.x));
            });
    }
}
