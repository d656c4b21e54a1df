//! A whole view on one page: what a reader would cut out and keep.

use crate::display::{DisplayList, Size};
use crate::paint::paint_view;
use crate::panel::View;
use crate::sentences;
use crate::theme::Theme;

/// Writes a view as a stand-alone SVG: title, figures, the main panel, and the others beside
/// it (beneath it on a narrow page). Its description is the view in sentences.
#[must_use]
pub fn view(view: &View, size: Size, theme: &Theme) -> String {
    let mut list = DisplayList::new();
    paint_view(view, size, &mut list);
    let description = sentences::view(view).join(" ");
    let words = super::Words {
        title: &view.title,
        description: &description,
    };
    super::write(&list, size, theme, words)
}
