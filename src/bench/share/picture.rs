//! The picture of a pane as a file.

use faultline_course::Session;
use faultline_view::display::{DisplayList, Size};
use faultline_view::paint::paint_view;
use faultline_view::svg;
use faultline_view::theme::Theme;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlCanvasElement};
use yew::Callback;

use crate::app::dom;
use crate::bench::canvas::Canvas;
use crate::bench::download::{self, File};

/// Wide enough for a stage with its read-outs beside it, as a slide or a document shows it. The
/// command line's pictures are as large.
const SIZE: Size = Size {
    width: 1100.0,
    height: 720.0,
    scale: 1.0,
};
/// Pixels of a PNG for each of these.
const DENSITY: f64 = 2.0;

/// Saves a pane as SVG; false where the browser cannot.
pub fn svg(session: &Session, pane: usize, theme: &Theme, name: &str) -> bool {
    let mut file = File::new();
    *file.text() = svg::view(&session.view(pane), SIZE, theme);
    file.save(name, "image/svg+xml")
}

/// Begins to save a pane as PNG, and says when it is done; false where the browser cannot.
pub fn png(
    session: &Session,
    pane: usize,
    theme: &Theme,
    name: String,
    said: Callback<Result<String, String>>,
) -> bool {
    let element = dom::document().create_element("canvas").ok();
    let element = element.and_then(|one| one.dyn_into::<HtmlCanvasElement>().ok());
    let canvas = element.clone().and_then(Canvas::new);
    let (Some(element), Some(mut canvas)) = (element, canvas) else {
        return false;
    };
    let mut list = DisplayList::new();
    paint_view(&session.view(pane), SIZE, &mut list);
    canvas.resize(f64::from(SIZE.width), f64::from(SIZE.height), DENSITY);
    canvas.paint_on_paper(&list, theme);
    let done = Closure::once_into_js(move |blob: JsValue| {
        let saved = blob
            .dyn_into::<Blob>()
            .is_ok_and(|blob| download::save(&name, &blob));
        said.emit(super::saved(saved, name));
    });
    element.to_blob(done.unchecked_ref()).is_ok()
}
