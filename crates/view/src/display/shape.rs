//! The vocabulary of shapes. Lengths are CSS pixels, y grows downwards.

use crate::panel::Tone;

/// A place or a vector.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

impl Point {
    /// A point.
    #[must_use]
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The point at a distance from this one, in the direction of a clock's hand: 0 turns is
    /// up, 0.25 turns is right.
    #[must_use]
    pub fn at_turn(self, distance: f32, turn: f32) -> Self {
        let (sin, cos) = libm::sincosf(turn * core::f32::consts::TAU);
        Self::new(self.x + distance * sin, self.y - distance * cos)
    }

    /// This point moved.
    #[must_use]
    pub const fn moved(self, dx: f32, dy: f32) -> Self {
        Self::new(self.x + dx, self.y + dy)
    }

    /// The point a fraction of the way to another.
    #[must_use]
    pub fn toward(self, other: Self, fraction: f32) -> Self {
        Self::new(
            self.x + (other.x - self.x) * fraction,
            self.y + (other.y - self.y) * fraction,
        )
    }

    /// Distance to another point.
    #[must_use]
    pub fn distance(self, other: Self) -> f32 {
        let (dx, dy) = (other.x - self.x, other.y - self.y);
        (dx * dx + dy * dy).sqrt()
    }
}

/// An upright rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width, at least 0.
    pub width: f32,
    /// Height, at least 0.
    pub height: f32,
}

impl Rect {
    /// A rectangle; a negative extent becomes 0.
    #[must_use]
    pub fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self {
            x,
            y,
            width: width.max(0.0),
            height: height.max(0.0),
        }
    }

    /// The right edge.
    #[must_use]
    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    /// The lower edge.
    #[must_use]
    pub fn bottom(&self) -> f32 {
        self.y + self.height
    }

    /// The middle.
    #[must_use]
    pub fn center(&self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// Whether the insides of two rectangles meet.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// The rectangle less a margin on every side.
    #[must_use]
    pub fn inset(&self, dx: f32, dy: f32) -> Self {
        Self::new(
            self.x + dx,
            self.y + dy,
            self.width - 2.0 * dx,
            self.height - 2.0 * dy,
        )
    }
}

/// The size of a canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Width in CSS pixels.
    pub width: f32,
    /// Height in CSS pixels.
    pub height: f32,
    /// Magnification of text: 1 for a desk, more for a projector. Not the density of pixels,
    /// which is the adapter's affair.
    pub scale: f32,
}

impl Size {
    /// A canvas with text at its ordinary size.
    #[must_use]
    pub const fn new(width: f32, height: f32) -> Self {
        Self {
            width,
            height,
            scale: 1.0,
        }
    }
}

/// A run of a display list's points or text.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    /// Whether it names nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// A text before and after the space at a byte.
    pub(crate) fn parted(self, at: usize) -> (Self, Option<Self>) {
        let (start, end) = (self.start, self.end);
        let at = start + at as u32;
        (Self { start, end: at }, Some(Self { start: at + 1, end }))
    }
}

/// A colour by its role, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paint {
    /// The role; a theme gives the colour.
    pub tone: Tone,
    /// From 0 (nothing) to 1.
    pub opacity: f32,
}

impl Paint {
    /// A tone that lets some of what lies beneath through.
    #[must_use]
    pub const fn new(tone: Tone, opacity: f32) -> Self {
        Self { tone, opacity }
    }
}

/// How a line is drawn. Lines end flat and join round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub paint: Paint,
    /// Its width in pixels.
    pub width: f32,
    /// Whole or broken.
    pub dash: Dash,
}

impl Stroke {
    /// A whole line of full opacity.
    #[must_use]
    pub const fn new(tone: Tone, width: f32) -> Self {
        Self {
            paint: Paint::new(tone, 1.0),
            width,
            dash: Dash::Solid,
        }
    }

    /// The same with a dash.
    #[must_use]
    pub const fn dashed(mut self, dash: Dash) -> Self {
        self.dash = dash;
        self
    }

    /// The same with an opacity.
    #[must_use]
    pub const fn faded(mut self, opacity: f32) -> Self {
        self.paint.opacity = opacity;
        self
    }
}

/// Whole or broken lines; a second way, beside tone, to tell lines apart.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Dash {
    /// Whole.
    #[default]
    Solid,
    /// Short dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// Long dashes.
    Long,
    /// A dash, a dot.
    DashDot,
}

impl Dash {
    /// Lengths drawn and left out in turn, in units of the larger of the stroke's width and
    /// one pixel; empty for a whole line.
    #[must_use]
    pub const fn pattern(self) -> &'static [f32] {
        match self {
            Self::Solid => &[],
            Self::Dashed => &[3.5, 2.5],
            Self::Dotted => &[1.2, 2.0],
            Self::Long => &[8.0, 3.0],
            Self::DashDot => &[7.0, 2.5, 1.2, 2.5],
        }
    }
}

/// Which end of a text stands at its place.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Anchor {
    /// Its left end.
    #[default]
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// How strong a text is set.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Weight {
    /// 400.
    #[default]
    Regular,
    /// 600.
    Strong,
}

impl Weight {
    /// The number fonts use.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::Regular => 400,
            Self::Strong => 600,
        }
    }
}

/// The kind of typeface.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Family {
    /// The interface's typeface, with tabular figures.
    #[default]
    Sans,
    /// Every character of one width.
    Mono,
}

/// A line of text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Text {
    /// What it says; read it by [`DisplayList::str`](super::DisplayList::str).
    pub content: Span,
    /// Where its anchor stands, on the base line.
    pub at: Point,
    /// Which end stands there.
    pub anchor: Anchor,
    /// Height of the type in pixels.
    pub size: f32,
    /// How strong.
    pub weight: Weight,
    /// Which typeface.
    pub family: Family,
    /// Set off by an outline in the paper's colour of [`Text::halo_width`], painted before it,
    /// since lines may run beneath.
    pub halo: bool,
}

impl Text {
    /// Width of the outline of a text with a halo, in pixels.
    #[must_use]
    pub fn halo_width(&self) -> f32 {
        self.size * 0.28
    }
}

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Geometry {
    /// Line segments: pairs of points.
    Segments {
        /// From, to, from, to.
        points: Span,
    },
    /// A line through points.
    Polyline {
        /// The corners.
        points: Span,
        /// Joins the last to the first.
        closed: bool,
    },
    /// Circles of one radius.
    Circles {
        /// Their middles.
        centers: Span,
        /// Their radius.
        radius: f32,
    },
    /// A rectangle.
    Rect {
        /// Where.
        rect: Rect,
        /// Radius of its corners.
        radius: f32,
    },
    /// Annular sectors around one centre.
    Sectors {
        /// The centre.
        center: Point,
        /// Inner radius.
        inner: f32,
        /// Outer radius.
        outer: f32,
        /// Points whose x is the start and whose y is the end, in turns clockwise from the
        /// top; the end is never before the start and at most one turn after it.
        spans: Span,
    },
    /// Arrow heads, as long as wide.
    Arrows {
        /// Pairs: the tip, and the unit vector it points along.
        heads: Span,
        /// From tip to base.
        length: f32,
    },
    /// A line of text.
    Text(Text),
}

impl Geometry {
    /// Leaves the first points of a geometry whose pieces are apart, at most so many, and gives the
    /// others, if there are any. Ask for an even number, since some points come in pairs.
    pub fn split_off(&mut self, most: u32) -> Option<Self> {
        let mut others = *self;
        let ((Self::Segments { points: own }, Self::Segments { points: rest })
        | (Self::Circles { centers: own, .. }, Self::Circles { centers: rest, .. })
        | (Self::Arrows { heads: own, .. }, Self::Arrows { heads: rest, .. })) =
            (self, &mut others)
        else {
            return None;
        };
        let middle = own.start.saturating_add(most);
        if middle >= own.end {
            return None;
        }
        (own.end, rest.start) = (middle, middle);
        Some(others)
    }
}

/// The corners of an arrow head: the tip and the two ends of its base.
#[must_use]
pub fn arrow_corners(tip: Point, along: Point, length: f32) -> [Point; 3] {
    let base = tip.moved(-along.x * length, -along.y * length);
    let half = length * 0.5;
    [
        tip,
        base.moved(-along.y * half, along.x * half),
        base.moved(along.y * half, -along.x * half),
    ]
}

/// A geometry with its colours. A text's fill is the colour of its letters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// What is drawn.
    pub geometry: Geometry,
    /// Colour of its inside.
    pub fill: Option<Paint>,
    /// Its outline.
    pub stroke: Option<Stroke>,
}
