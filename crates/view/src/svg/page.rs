//! A whole view on one page: what a reader would cut out and keep.

use crate::display::{DisplayList, Rect, Size};
use crate::paint::{self, Page};
use crate::panel::View;
use crate::sentences;
use crate::theme::Theme;

/// Writes a view as a stand-alone SVG: title, figures, the main panel, and the others beside
/// it (beneath it on a narrow page). Its description is the view in sentences.
#[must_use]
pub fn view(view: &View, size: Size, theme: &Theme) -> String {
    let mut list = DisplayList::new();
    let whole = Rect::new(0.0, 0.0, size.width, size.height);
    let below = Page::new(whole, size.scale, &mut list).heading(view);
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
                .map(|panel| paint::preferred_height(panel, below.width, size.scale))
                .sum();
            let height = wanted.min(below.height * 0.5);
            let top = below.height - height;
            (
                Rect::new(below.x, below.y, below.width, top),
                Rect::new(below.x, below.y + top, below.width, height),
            )
        };
        paint::paint_into(first, main, size.scale, &mut list);
        let heights = others
            .iter()
            .map(|panel| paint::preferred_height(panel, beside.width, size.scale));
        let wanted: f32 = heights.clone().sum();
        let squeeze = (beside.height / wanted.max(1.0)).min(1.0);
        let mut y = beside.y;
        for (panel, height) in others.iter().zip(heights) {
            let height = height * squeeze;
            let within = Rect::new(beside.x, y, beside.width, height);
            paint::paint_into(panel, within, size.scale, &mut list);
            y += height;
        }
    }
    let description = sentences::view(view).join(" ");
    let words = super::Words {
        title: &view.title,
        description: &description,
    };
    super::write(&list, size, theme, words)
}
