//! A chart that is painted again and again while its lines grow: its axes are drawn anew only
//! when their ticks change, and it says where its values are.

use plotters::element::Rectangle;
use plotters::prelude::IntoDrawingArea;

use super::adapter::Adapter;
use super::scale::Scale;
use super::{DASHES, Layout, dashes, legend, marks, nothing_yet, style};
use crate::display::{Dash, DisplayList, Rect, Size};
use crate::paint::kit::Kit;
use crate::panel::{Series, Tone};

/// Rows of numbers on the vertical axis, in units of the type's size: a chart is often low.
const ROW: f32 = 1.9;

/// What a chart shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// Lines, marks and the names of the axes.
    pub series: Series,
    /// Where the horizontal axis begins and ends; none: at the first and the last value.
    pub span: Option<(f64, f64)>,
    /// Which lines belong together: those of one number have one dash. Empty: each has its own.
    pub groups: Vec<usize>,
    /// Bars of a histogram.
    pub bars: Vec<ChartBar>,
}

/// A bar that stands on the horizontal axis.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChartBar {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// How high it is.
    pub height: f64,
}

/// Where a chart has its values; what a page needs to point at them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartFrame {
    layout: Layout,
    xs: Scale,
    ys: Scale,
}

impl ChartFrame {
    /// The place between the axes.
    #[must_use]
    pub fn plot(&self) -> Rect {
        self.layout.plot
    }

    /// Where a value of the horizontal axis is across the picture; the nearer end for one that
    /// lies outside.
    #[must_use]
    pub fn x_of(&self, value: f64) -> f32 {
        self.layout.plot.x + self.layout.plot.width * self.xs.share(value) as f32
    }

    /// Where a value of the vertical axis is.
    #[must_use]
    pub fn y_of(&self, value: f64) -> f32 {
        self.layout.plot.bottom() - self.layout.plot.height * self.ys.share(value) as f32
    }

    /// The value of the horizontal axis at a place across the picture, within its ends.
    #[must_use]
    pub fn value_at(&self, x: f32) -> f64 {
        let share = f64::from((x - self.layout.plot.x) / self.layout.plot.width.max(1e-3));
        self.xs.first + (self.xs.last - self.xs.first) * share.clamp(0.0, 1.0)
    }
}

/// Paints a chart, and keeps its axes for the next time.
#[derive(Debug, Default)]
pub struct ChartPainter {
    axes: DisplayList,
    over: DisplayList,
    /// What the axes were drawn for.
    frame: Option<ChartFrame>,
}

impl ChartPainter {
    /// Paints; the lists then hold the picture. None where there is nothing to see, or no room.
    pub fn paint(&mut self, chart: &Chart, size: Size) -> Option<ChartFrame> {
        let frame = self.paint_over(chart, size);
        if frame != self.frame {
            self.axes.clear();
            if let Some(ChartFrame { layout, xs, ys }) = &frame {
                layout.axes(ROW, &mut self.axes, xs, ys);
            }
            self.frame = frame;
        }
        frame
    }

    /// What is to be drawn, one list after the other.
    #[must_use]
    pub fn lists(&self) -> [&DisplayList; 2] {
        [&self.axes, &self.over]
    }

    /// Everything but the axes.
    fn paint_over(&mut self, chart: &Chart, size: Size) -> Option<ChartFrame> {
        self.over.clear();
        if size.width < 1.0 || size.height < 1.0 {
            return None;
        }
        let whole = Rect::new(0.0, 0.0, size.width, size.height);
        let kit = &mut Kit::new(whole, size.scale, &mut self.over);
        let series = &chart.series;
        let dashes = match chart.groups.is_empty() {
            true => dashes(series),
            false => {
                let groups = chart.groups.iter();
                groups.map(|group| DASHES[group % DASHES.len()]).collect()
            }
        };
        legend::paint(series, &dashes, kit);
        let heights = chart.bars.iter().map(|bar| bar.height);
        let ys = Scale::vertical_in_steps(Scale::values(series).chain(heights));
        let xs = match chart.span {
            Some((first, last)) => Some(Scale::new(first, last)),
            None => Scale::horizontal(series),
        };
        let (Some(xs), Some(ys)) = (xs, ys) else {
            nothing_yet(kit);
            return None;
        };
        let layout = super::lay_out(series, kit, &xs, &ys)?;
        layout.bars(&chart.bars, kit.list, &xs, &ys);
        kit.area = layout.whole;
        marks(series, kit, layout.plot, layout.whole.y, &xs);
        layout.lines(series, &dashes, kit.list, &xs, &ys);
        Some(ChartFrame { layout, xs, ys })
    }
}

impl Layout {
    fn bars(&self, bars: &[ChartBar], list: &mut DisplayList, xs: &Scale, ys: &Scale) {
        // The first tone of a series, filled.
        let style = style(Tone::Series(0), Dash::Solid, 1.0).filled();
        let root = Adapter::new(list, self.area).into_drawing_area();
        let chart = self.context(&root, xs, ys);
        let _ = chart.and_then(|mut chart| {
            let rects = bars.iter().filter(|bar| bar.height > 0.0).map(|bar| {
                // A gap tells one from the next.
                let gap = (bar.to - bar.from) * 0.04;
                let corners = [(bar.from + gap, bar.height), (bar.to - gap, 0.0)];
                Rectangle::new(corners, style)
            });
            chart.draw_series(rects)?;
            Ok(())
        });
    }
}
