//! What a pointer can hit and the keyboard can reach.

use super::shape::{Point, Rect, Span};

/// What a target is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TargetKind {
    /// A node, or the part of a ring it owns.
    Node,
    /// A message.
    Message,
    /// The head of a message's arrow, which can be dragged. The message itself is a target too:
    /// the keyboard needs one of them only.
    MessageHead,
    /// A key.
    Key,
    /// A container of items.
    Bin,
    /// A bar.
    Bar,
    /// A row of a table.
    Row,
    /// A marked moment.
    Mark,
    /// A user's command on the timeline, which can be dragged; its id is the command's.
    Command,
    /// A node's lane in a space-time diagram.
    Lane,
    /// Something that a node did by itself.
    Event,
    /// The cursor in time, which can be dragged.
    Cursor,
}

/// Where a target is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bounds {
    /// Within a circle.
    Circle {
        /// Its middle.
        center: Point,
        /// Its radius.
        radius: f32,
    },
    /// Within a rectangle.
    Rect(Rect),
    /// On a line; what is near it is as far outside as it is from the line.
    Line {
        /// One end.
        from: Point,
        /// The other.
        to: Point,
    },
}

impl Bounds {
    /// How far a point lies outside; 0 within.
    #[must_use]
    pub fn distance(&self, at: Point) -> f32 {
        match self {
            Self::Circle { center, radius } => (center.distance(at) - radius).max(0.0),
            Self::Rect(rect) => {
                let dx = (rect.x - at.x).max(at.x - rect.right()).max(0.0);
                let dy = (rect.y - at.y).max(at.y - rect.bottom()).max(0.0);
                (dx * dx + dy * dy).sqrt()
            }
            Self::Line { from, to } => {
                let (dx, dy) = (to.x - from.x, to.y - from.y);
                let length = (dx * dx + dy * dy).max(1e-6);
                let along = ((at.x - from.x) * dx + (at.y - from.y) * dy) / length;
                from.toward(*to, along.clamp(0.0, 1.0)).distance(at)
            }
        }
    }

    /// The smallest upright rectangle around it, e.g. for a focus outline.
    #[must_use]
    pub fn rect(&self) -> Rect {
        match *self {
            Self::Circle { center, radius } => Rect::new(
                center.x - radius,
                center.y - radius,
                2.0 * radius,
                2.0 * radius,
            ),
            Self::Rect(rect) => rect,
            Self::Line { from, to } => Rect::new(
                from.x.min(to.x),
                from.y.min(to.y),
                (to.x - from.x).abs(),
                (to.y - from.y).abs(),
            ),
        }
    }
}

/// Something in the picture that can be pointed at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// What it is.
    pub kind: TargetKind,
    /// How commands name it, e.g. a node's name; read it by
    /// [`DisplayList::str`](super::DisplayList::str).
    pub id: Span,
    /// What it is called aloud, e.g. "Node D, 246 keys"; read it the same way.
    pub label: Span,
    /// Where it is.
    pub bounds: Bounds,
}
