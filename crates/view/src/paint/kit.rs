//! What all painters use: the place left, type sizes, labels that fit.

use crate::display::{Anchor, DisplayList, Family, Paint, Point, Rect, Span, Text, Weight};
use crate::measure;
use crate::panel::Tone;

/// Marks that carry meaning but are not the point: as faint as 3:1 against the paper allows.
pub const QUIET: f32 = 0.72;

/// Type sizes in pixels for a place.
#[derive(Clone, Copy, Debug)]
pub struct TypeSizes {
    /// Quiet labels and figures.
    pub small: f32,
    /// Ordinary labels.
    pub body: f32,
    /// What is read first.
    pub large: f32,
    /// Free space at the edge.
    pub margin: f32,
}

impl TypeSizes {
    /// Sizes for a place: 12 pixels on a phone, 14 on a laptop's stage, 18 where a picture
    /// fills a screen of 1080 lines, 31 on one of 2160.
    pub fn at(width: f32, height: f32, scale: f32) -> Self {
        let side = width.min(height * 1.25);
        let room = (side - 220.0) * 0.0055 + (side - 750.0).max(0.0) * 0.0045;
        let body = (11.5 + room).clamp(12.0, 36.0) * scale.clamp(0.5, 4.0);
        Self {
            small: body * 0.92,
            body,
            large: body * 1.3,
            margin: (side * 0.025).clamp(4.0, 60.0),
        }
    }

    /// Room that a title takes above a picture.
    pub fn title_height(&self) -> f32 {
        self.body * 1.2 + self.margin
    }
}

/// How a label is set.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub size: f32,
    pub tone: Tone,
    pub anchor: Anchor,
    pub weight: Weight,
    pub halo: bool,
}

impl Style {
    pub const fn new(size: f32, tone: Tone) -> Self {
        Self {
            size,
            tone,
            anchor: Anchor::Start,
            weight: Weight::Regular,
            halo: false,
        }
    }

    pub const fn anchor(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    pub const fn strong(mut self) -> Self {
        self.weight = Weight::Strong;
        self
    }

    pub const fn halo(mut self) -> Self {
        self.halo = true;
        self
    }

    pub fn width(&self, text: &str) -> f32 {
        measure::width(text, self.size, self.weight, Family::Sans)
    }

    /// The width of the widest of some texts, at most `limit`.
    pub fn widest<'t>(&self, texts: impl Iterator<Item = &'t str>, limit: f32) -> f32 {
        texts
            .map(|text| self.width(text))
            .fold(0.0, f32::max)
            .min(limit)
    }
}

/// The list being filled and the place that is left in it.
pub struct Kit<'a> {
    pub list: &'a mut DisplayList,
    pub area: Rect,
    pub sizes: TypeSizes,
}

impl<'a> Kit<'a> {
    pub fn new(within: Rect, scale: f32, list: &'a mut DisplayList) -> Self {
        let sizes = TypeSizes::at(within.width, within.height, scale);
        list.scratch.taken.clear();
        Self {
            list,
            area: within.inset(sizes.margin, sizes.margin),
            sizes,
        }
    }

    /// Sets a title at the upper left and takes its room from the place.
    pub fn title(&mut self, title: &str) {
        if title.is_empty() {
            return;
        }
        let size = self.sizes.body;
        let at = Point::new(self.area.x, self.area.y + size * 0.9);
        self.label(
            title,
            at,
            Style::new(size, Tone::Ink).strong(),
            self.area.width,
        );
        let taken = self.sizes.title_height().min(self.area.height);
        self.area.y += taken;
        self.area.height -= taken;
    }

    /// Sets a label, shortened to a width.
    pub fn label(&mut self, text: &str, at: Point, style: Style, limit: f32) {
        let (part, cut) = measure::fit(text, limit, style.size, style.weight, Family::Sans);
        if part.is_empty() {
            return;
        }
        let content = self.list.add_text(|out| {
            out.push_str(part);
            if cut {
                out.push('…');
            }
        });
        self.span(content, at, style);
    }

    /// Sets a text that is in the list already, shortened to a width.
    pub fn fitted(&mut self, content: Span, at: Point, style: Style, limit: f32) {
        let text = self.list.str(content);
        let (part, cut) = measure::fit(text, limit, style.size, style.weight, Family::Sans);
        if !cut {
            self.span(content, at, style);
        } else if !part.is_empty() {
            let length = part.len();
            let content = self.list.add_shortened(content, length);
            self.span(content, at, style);
        }
    }

    /// Sets a text that is in the list already.
    pub fn span(&mut self, content: Span, at: Point, style: Style) {
        let text = Text {
            content,
            at,
            anchor: style.anchor,
            size: style.size,
            weight: style.weight,
            family: Family::Sans,
            halo: style.halo,
        };
        self.list.text_span(text, Paint::from(style.tone));
    }

    /// Claims a rectangle for a label, unless it leaves the place or another label has it.
    pub fn claim(&mut self, rect: Rect) -> bool {
        let inside = rect.x >= self.area.x
            && rect.right() <= self.area.right()
            && rect.y >= self.area.y
            && rect.bottom() <= self.area.bottom();
        let free = inside
            && !self
                .list
                .scratch
                .taken
                .iter()
                .any(|one| one.overlaps(&rect));
        if free {
            self.list.scratch.taken.push(rect);
        }
        free
    }
}

/// The radius of the smallest dot that has an arrow in it, pixels. A smaller one would look hollow:
/// there the arrow head stands alone.
pub const DOT_RADIUS_MIN: f32 = 3.0;

/// Where the base line lies for a text whose middle is at `y`.
pub fn baseline(y: f32, size: f32) -> f32 {
    y + size * 0.35
}

/// A node's label as it is said: "D" becomes "Node D", "Node D" stays.
pub fn push_node_name(out: &mut String, label: &str) {
    if needs_prefix(label) {
        out.push_str("Node ");
    }
    out.push_str(label);
}

/// A node's label as it is said: "D" becomes "Node D", "Node D" and "client 2" stay.
#[must_use]
pub fn node_name(label: &str) -> String {
    let mut out = String::new();
    push_node_name(&mut out, label);
    out
}

/// One letter or a number alone does not read as a name.
fn needs_prefix(label: &str) -> bool {
    label.chars().count() == 1 || label.bytes().all(|byte| byte.is_ascii_digit())
}

/// The widest form of a label that fits: whole, or its last word ("Node A" becomes "A").
pub fn short_form(text: &str, limit: f32, style: Style) -> &str {
    match style.width(text) <= limit {
        true => text,
        false => last_word(text),
    }
}

/// A label's last word: of "Node A" that is "A".
pub fn last_word(text: &str) -> &str {
    text.rsplit(' ').next().unwrap_or(text)
}

/// The two strokes of a cross.
pub fn cross(center: Point, arm: f32) -> [(Point, Point); 2] {
    [
        (center.moved(-arm, -arm), center.moved(arm, arm)),
        (center.moved(-arm, arm), center.moved(arm, -arm)),
    ]
}

/// A small number for a tone: series share one each eight, as in the theme.
pub fn tone_number(tone: Tone) -> u32 {
    match tone {
        Tone::Ink => 0,
        Tone::Muted => 1,
        Tone::Hair => 2,
        Tone::Accent => 3,
        Tone::Ok => 4,
        Tone::Bad => 5,
        Tone::Paper => 6,
        Tone::Surface => 7,
        Tone::Series(index) => 8 + u32::from(index % 8),
    }
}
