//! Where a pointer is.

use faultline_systems::number;
use faultline_view::display::Point;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, MouseEvent, PointerEvent};

/// How far from a target a mouse still hits it, pixels.
const MOUSE_SLOP: f32 = 5.0;
/// A finger is wider.
const FINGER_SLOP: f32 = 16.0;

/// Where an event is on a picture.
pub fn place(picture: &HtmlElement, event: &MouseEvent) -> Point {
    let bounds = picture.get_bounding_client_rect();
    // Where letters are larger, so is the picture's unit.
    let zoom = picture.style().get_property_value("--zoom");
    let zoom = zoom
        .ok()
        .and_then(|zoom| number::read(&zoom))
        .unwrap_or(1.0);
    Point::new(
        ((f64::from(event.client_x()) - bounds.left()) / zoom) as f32,
        ((f64::from(event.client_y()) - bounds.top()) / zoom) as f32,
    )
}

/// How far from a target an event still hits it.
pub fn slop(event: &MouseEvent) -> f32 {
    let pointer = event.dyn_ref::<PointerEvent>();
    match pointer.is_some_and(|pointer| pointer.pointer_type() == "touch") {
        true => FINGER_SLOP,
        false => MOUSE_SLOP,
    }
}
