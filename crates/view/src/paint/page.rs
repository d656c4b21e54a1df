//! A whole view on a page: its title and its figures above its panels.

use super::kit::{Kit, Style};
use super::{paint_into, preferred_height};
use crate::display::{DisplayList, Point, Rect, Size};
use crate::panel::{Tone, View};

/// A large number may be so much wider than measured, in the typeface of who looks at the page;
/// what follows it must not run into it.
const WIDEST: f32 = 1.17;

/// Empties the list and paints a whole view: title, figures, the main panel, and the others
/// beside it (beneath it on a narrow page).
pub fn paint_view(view: &View, size: Size, list: &mut DisplayList) {
    list.clear();
    let whole = Rect::new(0.0, 0.0, size.width, size.height);
    let below = Page::new(whole, size.scale, list).heading(view);
    if let Some((first, others)) = view.panels.split_first() {
        let (main, beside) = if others.is_empty() {
            (below, below)
        } else if size.width >= size.height {
            let width = (below.width * 0.3).max(220.0).min(below.width * 0.45);
            let left = below.width - width;
            (
                Rect::new(below.x, below.y, left, below.height),
                Rect::new(below.x + left, below.y, width, below.height),
            )
        } else {
            let wanted: f32 = others
                .iter()
                .map(|panel| preferred_height(panel, below.width, size.scale))
                .sum();
            let height = wanted.min(below.height * 0.5);
            let top = below.height - height;
            (
                Rect::new(below.x, below.y, below.width, top),
                Rect::new(below.x, below.y + top, below.width, height),
            )
        };
        paint_into(first, main, size.scale, list);
        let heights = others
            .iter()
            .map(|panel| preferred_height(panel, beside.width, size.scale));
        let wanted: f32 = heights.clone().sum();
        let squeeze = (beside.height / wanted.max(1.0)).min(1.0);
        let mut y = beside.y;
        for (panel, height) in others.iter().zip(heights) {
            let height = height * squeeze;
            let within = Rect::new(beside.x, y, beside.width, height);
            paint_into(panel, within, size.scale, list);
            y += height;
        }
    }
}

/// A page being set.
struct Page<'a>(Kit<'a>);

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
            let after = left + title.width(&view.title) * WIDEST + body * 0.5;
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
        let after = number.width(&figure.value) * WIDEST + body * 0.2;
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
