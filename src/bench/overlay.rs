//! What is painted over a pane's picture: what is selected, what is pointed at, and the line that
//! is to divide the network.

use faultline_view::Tone;
use faultline_view::display::{
    Bounds, Dash, DisplayList, Geometry, Point, Shape, Stroke, Target, TargetKind,
};

/// How far a mark stands off what it marks, pixels.
const GAP: f32 = 4.0;
/// A line across the stage goes on so far on both sides, in its own lengths.
const BEYOND: f32 = 40.0;

/// A line drawn across a pane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Where it began.
    pub from: Point,
    /// Where it is now.
    pub to: Point,
}

impl Line {
    /// Whether a point is on its left, seen along it.
    pub fn is_left(&self, at: Point) -> bool {
        let Self { from, to } = self;
        (to.x - from.x) * (at.y - from.y) < (to.y - from.y) * (at.x - from.x)
    }

    /// Whether it is too short to say where it goes.
    pub fn is_short(&self) -> bool {
        self.from.distance(self.to) < 12.0
    }
}

/// Marks what is selected.
pub fn select(list: &mut DisplayList, kind: TargetKind, id: &str) {
    mark(list, kind, id, Stroke::new(Tone::Accent, 3.0));
}

/// Marks what is pointed at.
pub fn hover(list: &mut DisplayList, kind: TargetKind, id: &str) {
    mark(list, kind, id, Stroke::new(Tone::Ink, 1.5));
}

/// Shows on which side of a line every node is.
pub fn divide(list: &mut DisplayList, line: &Line) {
    let nodes: Vec<Target> = list.targets().iter().copied().filter(is_node).collect();
    for target in nodes {
        let stroke = match line.is_left(center(&target.bounds)) {
            true => Stroke::new(Tone::Accent, 3.0),
            false => Stroke::new(Tone::Ink, 2.0).dashed(Dash::Dashed),
        };
        outline(list, &target.bounds, stroke);
    }
    let Line { from, to } = *line;
    let (dx, dy) = ((to.x - from.x) * BEYOND, (to.y - from.y) * BEYOND);
    let ends = (from.moved(-dx, -dy), to.moved(dx, dy));
    list.segments([ends], Stroke::new(Tone::Bad, 1.5).dashed(Dash::Dashed));
    list.segments([(from, to)], Stroke::new(Tone::Bad, 3.0));
}

/// Whether a target stands for a node: in some pictures it is the container of what a node holds.
pub fn is_node(target: &Target) -> bool {
    matches!(target.kind, TargetKind::Node | TargetKind::Bin)
}

/// The middle of a target.
pub fn center(bounds: &Bounds) -> Point {
    bounds.rect().center()
}

fn mark(list: &mut DisplayList, kind: TargetKind, id: &str, stroke: Stroke) {
    if let Some(bounds) = list.find(kind, id).map(|target| target.bounds) {
        outline(list, &bounds, stroke);
    }
}

fn outline(list: &mut DisplayList, bounds: &Bounds, stroke: Stroke) {
    match *bounds {
        Bounds::Circle { center, radius } => {
            list.circles([center], radius + GAP, None, Some(stroke));
        }
        Bounds::Rect(rect) => list.push(Shape {
            geometry: Geometry::Rect {
                rect: rect.inset(-GAP, -GAP),
                radius: 5.0,
            },
            fill: None,
            stroke: Some(stroke),
        }),
        Bounds::Line { from, to } => list.segments([(from, to)], stroke),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_two_sides() {
        let up = Line {
            from: Point::new(10.0, 100.0),
            to: Point::new(10.0, 0.0),
        };
        assert!(up.is_left(Point::new(0.0, 50.0)));
        assert!(!up.is_left(Point::new(20.0, 500.0)));
        let short = Line {
            to: Point::new(10.0, 95.0),
            ..up
        };
        assert!(short.is_short() && !up.is_short());
    }
}
