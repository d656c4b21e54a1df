//! A chart of values over time: plotters sets the axes and scales, the list takes its shapes.

mod adapter;
mod chart;
mod legend;
mod scale;

use plotters::chart::ChartBuilder;
use plotters::element::PathElement;
use plotters::prelude::IntoDrawingArea;
use plotters::style::text_anchor::Pos;
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, ShapeStyle, TextStyle};

use super::kit::{Kit, Style};
use crate::display::{Anchor, Bounds, Dash, DisplayList, Point, Rect, Stroke, TargetKind};
use crate::panel::{Series, Tone};
use adapter::{Adapter, FINE, colour};
pub use chart::{Chart, ChartBar, ChartFrame, ChartPainter};
use scale::Scale;

/// A line of theory, and of measurements in their order; they repeat after the last.
const EXPECTED: Dash = Dash::Dashed;
const DASHES: [Dash; 4] = [Dash::Solid, Dash::Long, Dash::DashDot, Dash::Dotted];

/// Height of a row of names in units of the type's size.
const MARK_ROW: f32 = 1.45;

/// Rows of numbers on the vertical axis, in units of the type's size.
const ROW: f32 = 2.8;

/// The dash of every line: its tone is never the only difference.
fn dashes(series: &Series) -> Vec<Dash> {
    let mut measured = DASHES.iter().cycle();
    let lines = series.lines.iter();
    lines
        .map(|line| match line.expected {
            true => EXPECTED,
            false => *measured.next().unwrap_or(&Dash::Solid),
        })
        .collect()
}

pub(super) fn paint(series: &Series, kit: &mut Kit) {
    let dashes = dashes(series);
    legend::paint(series, &dashes, kit);
    let (Some(xs), Some(ys)) = (Scale::horizontal(series), Scale::vertical(series)) else {
        return nothing_yet(kit);
    };
    let Some(layout) = lay_out(series, kit, &xs, &ys) else {
        return;
    };
    let below = core::mem::replace(&mut kit.area, layout.whole);
    marks(series, kit, layout.plot, layout.whole.y, &xs);
    kit.area = below;
    layout.axes(ROW, kit.list, &xs, &ys);
    layout.lines(series, &dashes, kit.list, &xs, &ys);
}

fn nothing_yet(kit: &mut Kit) {
    let style = Style::new(kit.sizes.small, Tone::Muted).anchor(Anchor::Middle);
    let limit = kit.area.width;
    kit.label("no values yet", kit.area.center(), style, limit);
}

/// Where the parts of a chart are.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Layout {
    /// All of it, with the rows of the marks' names above.
    whole: Rect,
    /// The plot with its axes.
    area: Rect,
    /// Between the axes.
    plot: Rect,
    /// Size of the type.
    small: f32,
    /// Width of the widest number of the horizontal axis.
    label_width: f32,
}

/// Sets the axes' names, and finds the place of everything else; none where there is no room.
///
/// The names are above the vertical axis, and beneath the horizontal one's end. The names of
/// marked moments stand in the same rows, so they never cover a line.
fn lay_out(series: &Series, kit: &mut Kit, xs: &Scale, ys: &Scale) -> Option<Layout> {
    let small = kit.sizes.small;
    let quiet = Style::new(small, Tone::Muted);
    let whole = kit.area;
    let mut above = 0.0;
    if !series.y_label.is_empty() {
        let at = Point::new(kit.area.x, kit.area.y + small * 0.95);
        kit.label(&series.y_label, at, quiet, kit.area.width * 0.5);
        let taken = quiet.width(&series.y_label).min(kit.area.width * 0.5);
        kit.claim(Rect::new(kit.area.x, whole.y, taken, small * 1.2));
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
    let tick = small * TICK;
    let plot = Rect::new(
        kit.area.x + axis_width + tick * 2.0 + small * 0.7,
        kit.area.y,
        kit.area.width - axis_width - tick * 2.0 - small * 0.7 - label_width * 0.6,
        kit.area.height - small * 1.3 - tick * 2.0,
    );
    let has_room = plot.width >= small * 3.0 && plot.height >= small * 2.0;
    has_room.then_some(Layout {
        whole,
        area: kit.area,
        plot,
        small,
        label_width,
    })
}

/// Length of a tick in units of the type's size.
const TICK: f32 = 0.3;

fn fine(length: f32) -> u32 {
    (length * FINE) as u32
}

fn style(tone: Tone, dash: Dash, width: f32) -> ShapeStyle {
    ShapeStyle {
        color: colour(tone, dash),
        filled: false,
        stroke_width: fine(width).max(1),
    }
}

type Drawing<T> = Result<T, plotters::drawing::DrawingAreaErrorKind<core::convert::Infallible>>;
type Area<'a> = plotters::drawing::DrawingArea<Adapter<'a>, plotters::coord::Shift>;
type Context<'a> = plotters::chart::ChartContext<
    'a,
    Adapter<'a>,
    plotters::prelude::Cartesian2d<
        plotters::coord::types::RangedCoordf64,
        plotters::coord::types::RangedCoordf64,
    >,
>;

impl Layout {
    // A drawing error cannot happen: the adapter only adds to a list.

    fn axes(&self, row: f32, list: &mut DisplayList, xs: &Scale, ys: &Scale) {
        let root = Adapter::new(list, self.area).into_drawing_area();
        let chart = self.context(&root, xs, ys);
        let _ = chart.and_then(|mut chart| self.mesh(row, &mut chart, xs, ys));
    }

    fn lines(
        &self,
        series: &Series,
        dashes: &[Dash],
        list: &mut DisplayList,
        xs: &Scale,
        ys: &Scale,
    ) {
        let root = Adapter::new(list, self.area).into_drawing_area();
        let chart = self.context(&root, xs, ys);
        let _ = chart.and_then(|mut chart| {
            let width = line_width(self.small);
            for (one, dash) in series.lines.iter().zip(dashes) {
                let width = if one.expected { width * 0.75 } else { width };
                let mut points = scale::thin(&one.points, xs, self.plot.width);
                if one.step {
                    points = scale::stepped(&points);
                }
                let style = style(one.tone, *dash, width);
                chart.draw_series([PathElement::new(points, style)])?;
            }
            Ok(())
        });
    }

    fn context<'a>(&self, root: &Area<'a>, xs: &Scale, ys: &Scale) -> Drawing<Context<'a>> {
        let (area, plot) = (self.area, self.plot);
        ChartBuilder::on(root)
            .margin_right(fine(area.right() - plot.right()))
            .x_label_area_size(fine(area.bottom() - plot.bottom()))
            .y_label_area_size(fine(plot.x - area.x))
            .build_cartesian_2d(xs.first..xs.last, ys.first..ys.last)
    }

    fn mesh(&self, row: f32, chart: &mut Context, xs: &Scale, ys: &Scale) -> Drawing<()> {
        let small = self.small;
        let text = TextStyle {
            font: FontDesc::new(
                FontFamily::SansSerif,
                f64::from(small * FINE),
                FontStyle::Normal,
            ),
            color: colour(Tone::Muted, Dash::Solid).to_backend_color(),
            pos: Pos::default(),
        };
        let columns = (self.plot.width / (self.label_width + small * 2.2)).clamp(2.0, 11.0);
        let rows = (self.plot.height / (small * row)).clamp(2.0, 9.0);
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(colour(Tone::Hair, Dash::Solid).mix(0.0))
            .bold_line_style(style(Tone::Hair, Dash::Solid, small * 0.08))
            .axis_style(style(Tone::Muted, Dash::Solid, small * 0.08))
            .set_all_tick_mark_size(fine(small * TICK))
            .x_labels(columns as usize)
            .y_labels(rows as usize)
            .label_style(text)
            .x_label_formatter(&|value| xs.text(*value))
            .y_label_formatter(&|value| ys.text(*value))
            .draw()
    }
}

/// The width of a line for a size of type.
fn line_width(small: f32) -> f32 {
    (small * 0.16).clamp(1.8, 5.0)
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
