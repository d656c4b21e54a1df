//! Shapes to draw, in order, with the places a pointer or the keyboard can reach.
//!
//! A [`DisplayList`] is made once and refilled for every frame: its buffers keep their
//! capacity, so that a steady picture allocates nothing.
//! Shapes that come in numbers (dots, line segments, arcs, arrow heads) are one [`Shape`] with
//! many points, so that an adapter sets its style once and fills one path.

mod shape;
mod target;

pub use shape::{
    Anchor, Dash, Family, Geometry, Paint, Point, Rect, Shape, Size, Span, Stroke, Text, Weight,
    arrow_corners,
};
pub use target::{Bounds, Target, TargetKind};

use crate::panel::Tone;

/// Shapes in painting order, the last on top, and the targets among them.
#[derive(Clone, Debug, Default)]
pub struct DisplayList {
    shapes: Vec<Shape>,
    points: Vec<Point>,
    text: String,
    targets: Vec<Target>,
    pub(crate) scratch: Scratch,
}

/// Buffers that painters sort and compare in; kept here so that they are allocated once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    pub order: Vec<(u32, u32, u32, u32)>,
    pub taken: Vec<Rect>,
    pub places: Vec<Point>,
    pub spots: Vec<(Point, Point)>,
}

impl DisplayList {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Empties the list and keeps its buffers.
    pub fn clear(&mut self) {
        self.shapes.clear();
        self.points.clear();
        self.text.clear();
        self.targets.clear();
    }

    /// The shapes, in painting order.
    #[must_use]
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// The targets, in reading order.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// The points that a shape's span names; empty where the span is not of this list.
    #[must_use]
    pub fn points(&self, span: Span) -> &[Point] {
        self.points
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// The text that a span names; empty where the span is not of this list.
    #[must_use]
    pub fn str(&self, span: Span) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// The target at a point of the canvas, or the nearest within `slop_px` of it (a finger is
    /// wider than a dot).
    #[must_use]
    pub fn hit(&self, at: Point, slop_px: f32) -> Option<&Target> {
        let mut best: Option<(&Target, f32)> = None;
        for target in &self.targets {
            let distance = target.bounds.distance(at);
            // Later targets lie on top, so an equal distance goes to the later one.
            if distance <= slop_px && best.is_none_or(|(_, least)| distance <= least) {
                best = Some((target, distance));
            }
        }
        best.map(|(target, _)| target)
    }

    /// The target of a kind and id, e.g. the one that had the focus in the frame before.
    #[must_use]
    pub fn find(&self, kind: TargetKind, id: &str) -> Option<&Target> {
        self.targets
            .iter()
            .find(|target| target.kind == kind && self.str(target.id) == id)
    }

    /// Adds a shape.
    pub fn push(&mut self, shape: Shape) {
        self.shapes.push(shape);
    }

    /// Adds points for a shape to come.
    pub fn add_points(&mut self, points: impl IntoIterator<Item = Point>) -> Span {
        let start = self.points.len() as u32;
        self.points.extend(points);
        Span {
            start,
            end: self.points.len() as u32,
        }
    }

    /// Adds text for a shape or target to come, written by `write`.
    pub fn add_text(&mut self, write: impl FnOnce(&mut String)) -> Span {
        let start = self.text.len() as u32;
        write(&mut self.text);
        Span {
            start,
            end: self.text.len() as u32,
        }
    }

    /// Adds a copy of a text.
    pub fn add_str(&mut self, text: &str) -> Span {
        self.add_text(|out| out.push_str(text))
    }

    /// Adds a copy of the first bytes of a text that is in the list already, with an ellipsis.
    pub(crate) fn add_shortened(&mut self, span: Span, bytes: usize) -> Span {
        self.add_text(|out| {
            let start = span.start as usize;
            out.extend_from_within(start..start + bytes);
            out.push('…');
        })
    }

    /// The rectangle that a text takes, estimated as [`crate::measure`] does.
    #[must_use]
    pub fn text_bounds(&self, text: &Text) -> Rect {
        let content = self.str(text.content);
        let width = crate::measure::width(content, text.size, text.weight, text.family);
        let x = match text.anchor {
            Anchor::Start => text.at.x,
            Anchor::Middle => text.at.x - width / 2.0,
            Anchor::End => text.at.x - width,
        };
        Rect::new(x, text.at.y - text.size * 0.8, width, text.size * 1.02)
    }

    /// Adds a target.
    pub fn add_target(
        &mut self,
        kind: TargetKind,
        bounds: Bounds,
        id: &str,
        label: impl FnOnce(&mut String),
    ) {
        let id = self.add_str(id);
        self.add_target_with(kind, bounds, id, label);
    }

    /// Adds a target whose id is in the list already.
    pub(crate) fn add_target_with(
        &mut self,
        kind: TargetKind,
        bounds: Bounds,
        id: Span,
        label: impl FnOnce(&mut String),
    ) {
        let label = self.add_text(label);
        self.push_target(Target {
            kind,
            id,
            label,
            bounds,
        });
    }

    /// Adds a target whose texts are in the list already.
    pub(crate) fn push_target(&mut self, target: Target) {
        self.targets.push(target);
    }

    /// Adds a target of another kind with the id and the label of the one before it.
    pub(crate) fn add_twin_target(&mut self, kind: TargetKind, bounds: Bounds) {
        if let Some(&twin) = self.targets.last() {
            self.push_target(Target {
                kind,
                bounds,
                ..twin
            });
        }
    }

    /// Adds line segments, each a pair of points.
    pub fn segments(&mut self, pairs: impl IntoIterator<Item = (Point, Point)>, stroke: Stroke) {
        let points = self.add_points(pairs.into_iter().flat_map(|(from, to)| [from, to]));
        self.push_some(points, Geometry::Segments { points }, None, Some(stroke));
    }

    /// Adds a line through points; `closed` joins the last to the first.
    pub fn polyline(
        &mut self,
        points: impl IntoIterator<Item = Point>,
        closed: bool,
        fill: Option<Paint>,
        stroke: Option<Stroke>,
    ) {
        let points = self.add_points(points);
        self.push_some(points, Geometry::Polyline { points, closed }, fill, stroke);
    }

    /// Adds circles of one radius.
    pub fn circles(
        &mut self,
        centers: impl IntoIterator<Item = Point>,
        radius: f32,
        fill: Option<Paint>,
        stroke: Option<Stroke>,
    ) {
        let centers = self.add_points(centers);
        self.push_some(centers, Geometry::Circles { centers, radius }, fill, stroke);
    }

    /// Adds one rectangle with rounded corners.
    pub fn rect(&mut self, rect: Rect, radius: f32, fill: Option<Paint>, stroke: Option<Stroke>) {
        self.push(Shape {
            geometry: Geometry::Rect { rect, radius },
            fill,
            stroke,
        });
    }

    /// Adds annular sectors around one centre; spans are (from, to) in turns, clockwise from
    /// the top.
    pub fn sectors(
        &mut self,
        center: Point,
        inner: f32,
        outer: f32,
        spans: impl IntoIterator<Item = (f32, f32)>,
        fill: Paint,
    ) {
        let spans = self.add_points(spans.into_iter().map(|(from, to)| Point::new(from, to)));
        let geometry = Geometry::Sectors {
            center,
            inner,
            outer,
            spans,
        };
        self.push_some(spans, geometry, Some(fill), None);
    }

    /// Adds arrow heads: pairs of the tip and the unit vector it points along.
    pub fn arrows(
        &mut self,
        heads: impl IntoIterator<Item = (Point, Point)>,
        length: f32,
        fill: Paint,
    ) {
        let heads = self.add_points(heads.into_iter().flat_map(|(tip, along)| [tip, along]));
        self.push_some(heads, Geometry::Arrows { heads, length }, Some(fill), None);
    }

    /// Adds text that `add_str` or `add_text` has stored.
    pub fn text_span(&mut self, text: Text, fill: Paint) {
        self.push_some(text.content, Geometry::Text(text), Some(fill), None);
    }

    /// Adds an arc as a stroked line, from and to in turns, clockwise from the top.
    pub fn arc(&mut self, center: Point, radius: f32, from: f32, to: f32, stroke: Stroke) {
        // A chord every 1/128 turn stays within 0.0003 of the radius of the arc.
        let pieces = libm::ceilf((to - from).abs() * 128.0).max(1.0);
        let points = (0..=pieces as u32).map(|index| {
            let turn = from + (to - from) * index as f32 / pieces;
            center.at_turn(radius, turn)
        });
        self.polyline(points, false, None, Some(stroke));
    }

    fn push_some(
        &mut self,
        span: Span,
        geometry: Geometry,
        fill: Option<Paint>,
        stroke: Option<Stroke>,
    ) {
        if !span.is_empty() {
            self.push(Shape {
                geometry,
                fill,
                stroke,
            });
        }
    }
}

/// A paint of full opacity.
impl From<Tone> for Paint {
    fn from(tone: Tone) -> Self {
        Self { tone, opacity: 1.0 }
    }
}
