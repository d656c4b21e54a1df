//! Paints a display list on a canvas by direct 2d calls, at the density of the screen.

use std::cell::Cell;
use std::f32::consts::PI;
use std::f64::consts::{FRAC_PI_2, TAU};

use faultline_systems::number;
use faultline_view::display::{
    Anchor, DisplayList, Family, Geometry, Paint, Point, Shape, Size, Span, Stroke, Text, Weight,
    arrow_corners,
};
use faultline_view::theme::Theme;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};

const SANS: &str = "system-ui, Inter, \"Segoe UI\", \"Noto Sans\", sans-serif";
const MONO: &str = "ui-monospace, \"SF Mono\", \"JetBrains Mono\", \"Noto Sans Mono\", monospace";

/// More device pixels per CSS pixel than this cost time and show nothing.
const MAX_DENSITY: f64 = 3.0;

/// Letters of the page are this large, in CSS pixels, where those of a picture are as the painter
/// sets them; where they are larger, the picture grows with them.
const LETTERS: f64 = 14.0;

/// A path of thousands of pieces takes a browser longer than as many of a hundred: it sorts all
/// their edges. Even, since points come in pairs.
const PART_POINTS: u32 = 128;

/// Arrow heads up to so many pixels of the screen long have their corners on whole ones. Nobody
/// sees it, and a browser without a graphics card fills thousands of them in half the time: edges
/// that begin and end with a row of pixels are less work than others.
const SNAPPED: f32 = 8.0;
/// Discs up to so many pixels of the screen across are boxes of the same area, whole pixels high:
/// curves are four times the work.
const BOXED: f32 = 3.5;

#[wasm_bindgen]
extern "C" {
    /// A 2d context that is told of whole pixels. A number with a fraction is an object to the
    /// browser's engine, and with twenty thousand of them in a frame it is soon clearing up.
    type Pixels;

    #[wasm_bindgen(method, js_name = moveTo)]
    fn move_to(this: &Pixels, x: i32, y: i32);

    #[wasm_bindgen(method, js_name = lineTo)]
    fn line_to(this: &Pixels, x: i32, y: i32);
}

/// The nearest whole pixel.
fn whole(pixels: f32) -> i32 {
    pixels.round_ties_even() as i32
}

/// The size of the letters around an element, CSS pixels.
fn letters(element: &HtmlCanvasElement) -> f64 {
    let style = web_sys::window().and_then(|window| window.get_computed_style(element).ok()?);
    let size = style.and_then(|style| style.get_property_value("font-size").ok());
    size.and_then(|size| number::read(size.trim_end_matches("px")))
        .unwrap_or(LETTERS)
}

/// A canvas element with its context and the size it was last fitted to.
pub struct Canvas {
    element: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    density: f64,
    /// CSS pixels of one unit of the picture.
    zoom: f64,
    width: f64,
    height: f64,
    set: Set,
}

/// What a context is set to, as far as it is known. Most shapes look as the one before does, and
/// each colour or font told to the browser is a text that it has to read.
#[derive(Default)]
struct Set {
    fill: Cell<Option<&'static str>>,
    stroke: Cell<Option<&'static str>>,
    opacity: Cell<Option<f32>>,
    font: Cell<Option<(Family, Weight, f32)>>,
    anchor: Cell<Option<Anchor>>,
}

impl Set {
    fn forget(&self) {
        self.fill.set(None);
        self.stroke.set(None);
        self.opacity.set(None);
        self.font.set(None);
        self.anchor.set(None);
    }
}

/// Whether a setting has to be made, which then counts as made.
fn changes<T: Copy + PartialEq>(set: &Cell<Option<T>>, to: T) -> bool {
    set.replace(Some(to)) != Some(to)
}

impl Canvas {
    /// Takes hold of a canvas; none where the browser gives no 2d context.
    pub fn new(element: HtmlCanvasElement) -> Option<Self> {
        let context = element.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self {
            element,
            context,
            density: 1.0,
            zoom: 1.0,
            width: 0.0,
            height: 0.0,
            set: Set::default(),
        })
    }

    /// Whether it is that element.
    pub fn is(&self, element: &HtmlCanvasElement) -> bool {
        &self.element == element
    }

    /// The size that a picture on it has, in its own units.
    pub fn size(&self) -> Size {
        Size::new(
            (self.width / self.zoom) as f32,
            (self.height / self.zoom) as f32,
        )
    }

    /// CSS pixels of one unit of the picture.
    pub fn zoom(&self) -> f32 {
        self.zoom as f32
    }

    /// Fits the canvas to its box on the page.
    pub fn fit(&mut self) {
        let (width, height) = (
            f64::from(self.element.client_width()),
            f64::from(self.element.client_height()),
        );
        let density = web_sys::window()
            .map_or(1.0, |window| window.device_pixel_ratio())
            .clamp(1.0, MAX_DENSITY);
        self.zoom = (letters(&self.element) / LETTERS).clamp(1.0, 4.0);
        // What lies over the picture has the same unit.
        if let Some(parent) = self.element.parent_element()
            && let Some(parent) = parent.dyn_ref::<HtmlElement>()
        {
            let _ = parent
                .style()
                .set_property("--zoom", &self.zoom.to_string());
        }
        self.resize(width, height, density);
    }

    /// Makes the canvas so large, with so many pixels for each of these.
    pub fn resize(&mut self, width: f64, height: f64, density: f64) {
        if width != self.width || height != self.height || density != self.density {
            (self.width, self.height, self.density) = (width, height, density);
            self.element.set_width((width * density).round() as u32);
            self.element.set_height((height * density).round() as u32);
            // A canvas that has got another size is set to nothing.
            self.set.forget();
        }
    }

    /// Clears the canvas and paints the list.
    pub fn paint(&self, list: &DisplayList, theme: &Theme) {
        self.paint_all(&[list], theme);
    }

    /// Clears the canvas and paints lists, one over the other.
    pub fn paint_all(&self, lists: &[&DisplayList], theme: &Theme) {
        self.clear();
        for list in lists {
            self.shapes(list, theme);
        }
    }

    /// Paints the list on the theme's paper: a picture that stands alone.
    pub fn paint_on_paper(&self, list: &DisplayList, theme: &Theme) {
        self.clear();
        self.fill_with(theme.paper, 1.0);
        self.context.fill_rect(0.0, 0.0, self.width, self.height);
        self.shapes(list, theme);
    }

    fn clear(&self) {
        let context = &self.context;
        // A transform set anew each time also undoes what a reset of the canvas has undone.
        self.transform(self.density * self.zoom);
        context.clear_rect(0.0, 0.0, self.width, self.height);
        context.set_line_join("round");
        context.set_line_cap("butt");
    }

    fn transform(&self, scale: f64) {
        let context = &self.context;
        let _ = context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0);
    }

    fn shapes(&self, list: &DisplayList, theme: &Theme) {
        for shape in list.shapes() {
            self.shape(list, theme, shape);
        }
    }

    fn fill_with(&self, colour: &'static str, opacity: f32) {
        self.fade(opacity);
        if changes(&self.set.fill, colour) {
            self.context.set_fill_style_str(colour);
        }
    }

    fn stroke_with(&self, colour: &'static str, opacity: f32) {
        self.fade(opacity);
        if changes(&self.set.stroke, colour) {
            self.context.set_stroke_style_str(colour);
        }
    }

    fn fade(&self, opacity: f32) {
        if changes(&self.set.opacity, opacity) {
            self.context.set_global_alpha(f64::from(opacity));
        }
    }

    fn shape(&self, list: &DisplayList, theme: &Theme, shape: &Shape) {
        if let Geometry::Text(text) = &shape.geometry {
            if let Some(fill) = shape.fill {
                self.text(list, theme, text, fill);
            }
            return;
        }
        let see_through = |paint: Paint| paint.opacity < 1.0;
        let stroked = shape.stroke.map(|stroke| stroke.paint);
        // Where they lie over each other, what is beneath would shine through twice.
        let whole = shape.fill.is_some_and(see_through) || stroked.is_some_and(see_through);
        let most = if whole { u32::MAX } else { PART_POINTS };
        let mut rest = Some(shape.geometry);
        while let Some(mut part) = rest {
            rest = part.split_off(most);
            self.trace(list, &part);
            if let Some(fill) = shape.fill {
                self.fill_with(theme.graphic(fill.tone), fill.opacity);
                self.context.fill();
            }
            if let Some(stroke) = shape.stroke {
                self.stroke(theme, stroke);
            }
        }
    }

    fn stroke(&self, theme: &Theme, stroke: Stroke) {
        let context = &self.context;
        self.stroke_with(theme.graphic(stroke.paint.tone), stroke.paint.opacity);
        context.set_line_width(f64::from(stroke.width));
        let pattern = stroke.dash.pattern();
        if pattern.is_empty() {
            context.stroke();
            return;
        }
        let unit = f64::from(stroke.width.max(1.0));
        let lengths: js_sys::Array = pattern
            .iter()
            .map(|length| JsValue::from_f64(f64::from(*length) * unit))
            .collect();
        let _ = context.set_line_dash(&lengths);
        context.stroke();
        let _ = context.set_line_dash(&js_sys::Array::new());
    }

    /// Makes the geometry the current path.
    fn trace(&self, list: &DisplayList, geometry: &Geometry) {
        let context = &self.context;
        context.begin_path();
        match *geometry {
            Geometry::Segments { points } => {
                for [from, to] in list.points(points).as_chunks().0 {
                    context.move_to(f64::from(from.x), f64::from(from.y));
                    context.line_to(f64::from(to.x), f64::from(to.y));
                }
            }
            Geometry::Polyline { points, closed } => {
                let mut points = list.points(points).iter();
                if let Some(first) = points.next() {
                    context.move_to(f64::from(first.x), f64::from(first.y));
                }
                for point in points {
                    context.line_to(f64::from(point.x), f64::from(point.y));
                }
                if closed {
                    context.close_path();
                }
            }
            Geometry::Circles { centers, radius } => {
                if 2.0 * radius * self.scale() <= BOXED {
                    self.small_discs(list.points(centers), radius);
                    return;
                }
                let radius = f64::from(radius);
                for center in list.points(centers) {
                    let (x, y) = (f64::from(center.x), f64::from(center.y));
                    context.move_to(x + radius, y);
                    let _ = context.arc(x, y, radius, 0.0, TAU);
                }
            }
            Geometry::Rect { rect, radius } => {
                let (x, y) = (f64::from(rect.x), f64::from(rect.y));
                let (width, height) = (f64::from(rect.width), f64::from(rect.height));
                if radius > 0.0 {
                    let radius = f64::from(radius);
                    let _ = context.round_rect_with_f64(x, y, width, height, radius);
                } else {
                    context.rect(x, y, width, height);
                }
            }
            Geometry::Sectors {
                center,
                inner,
                outer,
                spans,
            } => self.sectors(center, (inner, outer), list, spans),
            // Heads and sectors are filled, which closes them. To close each by itself is
            // quadratic in Chromium: it walks over the whole path so far.
            Geometry::Arrows { heads, length } => {
                if length * self.scale() <= SNAPPED {
                    self.small_arrows(list.points(heads), length);
                    return;
                }
                for [tip, along] in list.points(heads).as_chunks().0 {
                    let [tip, left, right] = arrow_corners(*tip, *along, length);
                    context.move_to(f64::from(tip.x), f64::from(tip.y));
                    context.line_to(f64::from(left.x), f64::from(left.y));
                    context.line_to(f64::from(right.x), f64::from(right.y));
                }
            }
            Geometry::Text(_) => {}
        }
    }

    /// Pixels of the screen of one unit of the picture.
    fn scale(&self) -> f32 {
        (self.density * self.zoom) as f32
    }

    /// Adds to the path in pixels of the screen.
    fn in_pixels(&self, add: impl FnOnce()) {
        let scaled = self.scale() != 1.0;
        if scaled {
            self.transform(1.0);
        }
        add();
        if scaled {
            self.transform(self.density * self.zoom);
        }
    }

    fn small_arrows(&self, heads: &[Point], length: f32) {
        let scale = self.scale();
        let path: &Pixels = self.context.unchecked_ref();
        self.in_pixels(|| {
            for [tip, along] in heads.as_chunks().0 {
                // The base seen from the tip: as the head moves, it keeps its form.
                let [_, left, right] = arrow_corners(Point::default(), *along, length * scale);
                let (x, y) = (whole(tip.x * scale), whole(tip.y * scale));
                path.move_to(x, y);
                path.line_to(x + whole(left.x), y + whole(left.y));
                path.line_to(x + whole(right.x), y + whole(right.y));
            }
        });
    }

    fn small_discs(&self, centers: &[Point], radius: f32) {
        let scale = self.scale();
        let radius = radius * scale;
        let height = whole(2.0 * radius).max(1) as f32;
        let width = PI * radius * radius / height;
        self.in_pixels(|| {
            for center in centers {
                let left = center.x * scale - width / 2.0;
                let top = whole(center.y * scale - height / 2.0);
                let (left, width) = (f64::from(left), f64::from(width));
                self.context
                    .rect(left, f64::from(top), width, f64::from(height));
            }
        });
    }

    fn sectors(&self, center: Point, (inner, outer): (f32, f32), list: &DisplayList, spans: Span) {
        let context = &self.context;
        let (x, y) = (f64::from(center.x), f64::from(center.y));
        let (inner, outer) = (f64::from(inner), outer);
        for span in list.points(spans) {
            // Turns run clockwise from the top, a canvas' angles clockwise from the right.
            let from = f64::from(span.x) * TAU - FRAC_PI_2;
            let to = f64::from(span.y) * TAU - FRAC_PI_2;
            let start = center.at_turn(outer, span.x);
            context.move_to(f64::from(start.x), f64::from(start.y));
            let _ = context.arc(x, y, f64::from(outer), from, to);
            let _ = context.arc_with_anticlockwise(x, y, inner, to, from, true);
        }
    }

    fn text(&self, list: &DisplayList, theme: &Theme, text: &Text, fill: Paint) {
        let context = &self.context;
        if changes(&self.set.font, (text.family, text.weight, text.size)) {
            let family = match text.family {
                Family::Sans => SANS,
                Family::Mono => MONO,
            };
            let (weight, size) = (text.weight.number(), text.size);
            context.set_font(&format!("{weight} {size}px {family}"));
        }
        if changes(&self.set.anchor, text.anchor) {
            context.set_text_align(match text.anchor {
                Anchor::Start => "left",
                Anchor::Middle => "center",
                Anchor::End => "right",
            });
        }
        let (x, y) = (f64::from(text.at.x), f64::from(text.at.y));
        let content = list.str(text.content);
        if text.halo {
            self.stroke_with(theme.paper, 1.0);
            context.set_line_width(f64::from(text.halo_width()));
            let _ = context.stroke_text(content, x, y);
        }
        self.fill_with(theme.text(fill.tone), fill.opacity);
        let _ = context.fill_text(content, x, y);
    }
}
