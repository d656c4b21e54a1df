//! The whole run as a strip: how much was sent when, what was done, and which part of it the
//! diagram shows.

use faultline_sim::Time;
use faultline_systems::SpaceTimeModel;
use faultline_view::display::{DisplayList, Paint, Point, Rect, Stroke};
use faultline_view::theme::Theme;
use faultline_view::{SpaceTime, Tone};
use web_sys::HtmlCanvasElement;

use crate::bench::canvas::Canvas;

/// One bar for so many pixels across.
const BAR: f32 = 3.0;
/// The window is at least so wide, so that it can be seen and taken.
const NARROWEST: f32 = 6.0;

/// The strip.
#[derive(Default)]
pub struct Overview {
    canvas: Option<Canvas>,
    list: DisplayList,
    traffic: Vec<u32>,
    stale: bool,
}

impl Overview {
    /// Paints on this from now on.
    pub fn attach(&mut self, element: Option<HtmlCanvasElement>) {
        self.canvas = element.and_then(Canvas::new);
        self.stale = true;
    }

    /// The canvas has another size.
    pub fn fit(&mut self) {
        self.canvas.iter_mut().for_each(Canvas::fit);
        self.stale = true;
    }

    /// The run may have changed.
    pub fn refresh(&mut self) {
        self.stale = true;
    }

    /// Paints the strip around what a diagram shows.
    pub fn paint(&mut self, model: &SpaceTimeModel, data: &SpaceTime, end: u64, theme: &Theme) {
        let Some(canvas) = &self.canvas else {
            return;
        };
        let size = canvas.size();
        if size.width < 1.0 {
            return;
        }
        if std::mem::take(&mut self.stale) {
            self.traffic.resize((size.width / BAR) as usize, 0);
            model.traffic(Time::from_nanos(end), &mut self.traffic);
        }
        let list = &mut self.list;
        list.clear();
        let x = |ns: u64| (ns as f64 / end.max(1) as f64).min(1.0) as f32 * size.width;
        let (top, bottom) = (2.0, size.height - 2.0);
        let most = self.traffic.iter().copied().max().unwrap_or(0).max(1);
        let bars = self
            .traffic
            .iter()
            .enumerate()
            .filter(|(_, sent)| **sent > 0);
        let bars = bars.map(|(index, sent)| {
            // The square root: one message among thousands is still to be seen.
            let height = libm::sqrtf(*sent as f32 / most as f32) * (bottom - top);
            let x = (index as f32 + 0.5) * BAR;
            (
                Point::new(x, bottom),
                Point::new(x, bottom - height.max(2.0)),
            )
        });
        list.segments(bars, Stroke::new(Tone::Muted, BAR - 1.0).faded(0.5));
        for cut in &data.partitions {
            let (from, to) = (x(cut.from_ns), x(cut.to_ns.unwrap_or(data.known_ns)));
            let rect = Rect::new(from, bottom - 1.0, (to - from).max(1.0), 2.0);
            list.rect(rect, 0.0, Some(Tone::Bad.into()), None);
        }
        let (from, to) = (x(data.from_ns), x(data.to_ns));
        let width = (to - from).max(NARROWEST);
        let window = Rect::new(from.min(size.width - width), 0.75, width, size.height - 1.5);
        let fill = Paint::new(Tone::Ink, 0.07);
        let edge = Stroke::new(Tone::Muted, 1.2);
        list.rect(window, 3.0, Some(fill), Some(edge));
        let marks = model.command_times().map(|at| {
            let x = x(at.as_nanos());
            (Point::new(x, top), Point::new(x, bottom))
        });
        list.segments(marks, Stroke::new(Tone::Accent, 2.0));
        let at = x(data.cursor_ns);
        let cursor = (Point::new(at, 0.0), Point::new(at, size.height));
        list.segments([cursor], Stroke::new(Tone::Ink, 1.6));
        canvas.paint(list, theme);
    }
}
