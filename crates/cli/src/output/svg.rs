//! The picture at the end of a run.

use faultline_systems::Lab;
use faultline_view::display::Size;
use faultline_view::svg;
use faultline_view::theme::Theme;

/// Wide enough for a stage with its read-outs beside it, as a slide or a document shows it.
const WIDTH: f32 = 1100.0;
const HEIGHT: f32 = 720.0;

/// The view at the cursor, as a picture that stands alone.
pub fn picture(lab: &dyn Lab) -> String {
    svg::view(&lab.view(), Size::new(WIDTH, HEIGHT), &Theme::LIGHT)
}
