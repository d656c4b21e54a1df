//! What stands above a view's panels on a page: its title and its figures.

use super::kit::{Kit, Style};
use crate::display::{DisplayList, Point, Rect};
use crate::panel::{Tone, View};

/// A page being set.
pub(crate) struct Page<'a>(Kit<'a>);

impl<'a> Page<'a> {
    pub fn new(within: Rect, scale: f32, list: &'a mut DisplayList) -> Self {
        Self(Kit::new(within, scale, list))
    }

    /// Sets title and figures, and gives the place that is left beneath them.
    pub fn heading(mut self, view: &View) -> Rect {
        let kit = &mut self.0;
        let (left, right) = (kit.area.x, kit.area.right());
        let body = kit.sizes.body;
        let mut y = kit.area.y;
        if !view.title.is_empty() {
            let title = Style::new(body * 1.15, Tone::Ink).strong();
            let at = Point::new(left, y + title.size);
            kit.label(&view.title, at, title, right - left);
            let after = left + title.width(&view.title) + body * 0.7;
            let subtitle = Style::new(body * 1.15, Tone::Muted);
            let at = Point::new(after, y + title.size);
            kit.label(&view.subtitle, at, subtitle, right - after);
            y += title.size * 1.5;
        }
        if !view.figures.is_empty() {
            figures(view, kit, y);
            y += body * 5.6;
        }
        Rect::new(left, y, right - left, kit.area.bottom() - y)
    }
}

/// Figures side by side, the number set large.
fn figures(view: &View, kit: &mut Kit, top: f32) {
    let body = kit.sizes.body;
    let width = kit.area.width / view.figures.len() as f32;
    for (index, figure) in view.figures.iter().enumerate() {
        let x = kit.area.x + index as f32 * width;
        let limit = width - body;
        let number = Style::new(body * 3.1, Tone::Ink).strong();
        let base = top + number.size * 0.95;
        kit.label(&figure.value, Point::new(x, base), number, limit);
        let after = number.width(&figure.value) + body * 0.4;
        let unit = Style::new(body * 1.25, Tone::Muted);
        kit.label(
            &figure.unit,
            Point::new(x + after, base),
            unit,
            limit - after,
        );
        let detail = Style::new(body, Tone::Muted);
        let at = Point::new(x, base + body * 1.7);
        kit.label(&figure.detail, at, detail, limit);
    }
}
