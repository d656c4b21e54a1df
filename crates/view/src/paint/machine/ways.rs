//! The ways between states: an arrow, and beside it when it is taken and how near that is.

use super::boxes::Boxes;
use super::quiet;
use crate::display::{Anchor, Point, Rect, Stroke};
use crate::measure;
use crate::paint::kit::{Kit, Style, baseline};
use crate::panel::{MachineTransition, StateMachine, Tone};

/// Pieces in which a curve is drawn.
const PIECES: u32 = 32;
/// Up to so many steps are shown as beads.
const BEADS: u32 = 12;
/// Where along its way a label is tried, best first.
const ALONG: [f32; 9] = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];
/// How far from its way a label is tried, and how large, best first.
const TRIES: [(f32, f32); 2] = [(0.75, 1.0), (0.75, 0.86)];
/// The most lines of a label, without that of its progress.
const LINES: usize = 3;

/// A curve from box to box.
#[derive(Clone, Copy)]
struct Way {
    from: Point,
    /// Where both tangents meet.
    bend: Point,
    to: Point,
    /// A way from a state to itself: half an ellipse above `from` with these radii, or
    /// beneath it if the second is negative.
    turn: Option<(f32, f32)>,
    /// There is a way back, at its right.
    twin: bool,
    /// The part of it outside of the boxes.
    visible: (f32, f32),
    within: Rect,
}

impl Way {
    /// The way of a transition; none where it leads nowhere, or the boxes leave no room.
    fn of(
        one: &MachineTransition,
        machine: &StateMachine,
        kit: &Kit,
        places: &[Point],
        boxes: &Boxes,
    ) -> Option<Self> {
        let from = *places.get(one.from as usize)?;
        let to = *places.get(one.to as usize)?;
        let within = kit.area;
        if one.from == one.to {
            let up = if from.y > within.center().y + 1.0 {
                -1.0
            } else {
                1.0
            };
            let from = from.moved(0.0, -up * (boxes.height / 2.0 + boxes.rim));
            let turn = Some((boxes.width * 0.2, up * boxes.loop_rise()));
            return Some(Self {
                from,
                bend: from,
                to: from,
                turn,
                twin: false,
                visible: (0.0, 1.0),
                within,
            });
        }
        let distance = from.distance(to);
        if distance < 1.0 {
            return None;
        }
        let there_and_back = machine
            .transitions
            .iter()
            .any(|other| (other.from, other.to) == (one.to, one.from));
        // Of two ways between the same states each keeps to its left.
        let aside = if there_and_back {
            (distance * 0.1).max(kit.sizes.body * 0.9) * 2.0
        } else {
            0.0
        };
        let (along_x, along_y) = ((to.x - from.x) / distance, (to.y - from.y) / distance);
        let bend = from
            .toward(to, 0.5)
            .moved(along_y * aside, -along_x * aside);
        let mut way = Self {
            from,
            bend,
            to,
            turn: None,
            twin: there_and_back,
            visible: (0.0, 1.0),
            within,
        };
        let gap = boxes.rim + 2.0;
        let (first, last) = (
            boxes.around(from).inset(-gap, -gap),
            boxes.around(to).inset(-gap, -gap),
        );
        const FINE: u32 = 128;
        let part = |step: u32| step as f32 / FINE as f32;
        let leaves = (0..=FINE).find(|&step| !holds(&first, way.at(part(step))))?;
        let arrives = (0..=FINE).rfind(|&step| !holds(&last, way.at(part(step))))?;
        way.visible = (part(leaves), part(arrives));
        let length = way.on(0.0).distance(way.on(1.0));
        (leaves < arrives && length > kit.sizes.body * 0.8).then_some(way)
    }

    /// A point of the whole curve, from 0 to 1.
    fn at(&self, t: f32) -> Point {
        let at = if let Some((across, up)) = self.turn {
            let (sin, cos) = libm::sincosf(core::f32::consts::PI * t);
            self.from.moved(-across * cos, -up * sin)
        } else {
            let (a, b) = (self.from.toward(self.bend, t), self.bend.toward(self.to, t));
            a.toward(b, t)
        };
        let area = &self.within;
        Point::new(
            at.x.clamp(area.x, area.right().max(area.x)),
            at.y.clamp(area.y, area.bottom().max(area.y)),
        )
    }

    /// A point of its visible part, from 0 to 1.
    fn on(&self, share: f32) -> Point {
        let (from, to) = self.visible;
        self.at(from + (to - from) * share)
    }

    /// The points of a stretch of its visible part.
    fn stretch(self, from: f32, to: f32) -> impl Iterator<Item = Point> {
        (0..=PIECES).map(move |piece| self.on(from + (to - from) * piece as f32 / PIECES as f32))
    }

    /// The unit vector along which it goes at a share of its visible part.
    fn along(&self, share: f32) -> Point {
        let (a, b) = (
            self.on((share - 0.03).max(0.0)),
            self.on((share + 0.03).min(1.0)),
        );
        let length = a.distance(b).max(1e-3);
        Point::new((b.x - a.x) / length, (b.y - a.y) / length)
    }
}

fn holds(rect: &Rect, at: Point) -> bool {
    at.x > rect.x && at.x < rect.right() && at.y > rect.y && at.y < rect.bottom()
}

/// A share as it may be drawn: what is no number is not above 0 either.
fn share_of(share: f32) -> f32 {
    if share > 0.0 { share.min(1.0) } else { 0.0 }
}

pub(super) fn lines(machine: &StateMachine, kit: &mut Kit, places: &[Point], boxes: &Boxes) {
    for one in &machine.transitions {
        if let Some(way) = Way::of(one, machine, kit, places, boxes) {
            line(one, kit, way);
        }
    }
}

fn line(one: &MachineTransition, kit: &mut Kit, way: Way) {
    let body = kit.sizes.body;
    let thin = (body * 0.1).clamp(1.2, 4.0);
    let (tone, width) = if one.taken {
        (Tone::Ink, thin * 2.0)
    } else {
        (Tone::Muted, thin)
    };
    let head = body * if one.taken { 0.95 } else { 0.75 };
    let whole = way.on(0.0).distance(way.on(1.0)).max(head);
    let end = 1.0 - head * 0.7 / whole;
    let stroke = Stroke::new(tone, width);
    kit.list
        .polyline(way.stretch(0.0, end), false, None, Some(stroke));
    let tip = way.on(1.0);
    let back = way.on(end.max(0.0));
    let length = tip.distance(back).max(1e-3);
    let along = Point::new((tip.x - back.x) / length, (tip.y - back.y) / length);
    kit.list.arrows([(tip, along)], head, tone.into());
    let Some(progress) = &one.progress else {
        return;
    };
    let share = share_of(progress.share);
    let strong = Stroke::new(Tone::Accent, thin * 2.4);
    let beads = Some(progress.steps).filter(|steps| (1..=BEADS).contains(steps));
    // Beads stand apart from the boxes and from the arrow's head.
    let bead_at = |bead: u32, of: u32| bead as f32 / (of + 1) as f32;
    let reached = match beads {
        Some(of) => bead_at(libm::roundf(share * of as f32) as u32, of),
        None => share * end,
    };
    if reached > 0.0 {
        kit.list
            .polyline(way.stretch(0.0, reached), false, None, Some(strong));
    }
    let Some(of) = beads else { return };
    let radius = (body * 0.34).min(whole / (of + 1) as f32 * 0.4).max(1.5);
    let full = libm::roundf(share * of as f32) as u32;
    for (range, fill, outline) in [
        (1..=full, Tone::Accent, Tone::Accent),
        (full + 1..=of, Tone::Surface, Tone::Muted),
    ] {
        let centers = range.map(|bead| way.on(bead_at(bead, of)));
        let stroke = Stroke::new(outline, thin);
        kit.list
            .circles(centers, radius, Some(fill.into()), Some(stroke));
    }
}

pub(super) fn labels(machine: &StateMachine, kit: &mut Kit, places: &[Point], boxes: &Boxes) {
    let with_way = |one| Some((one, Way::of(one, machine, kit, places, boxes)?));
    let ways: Vec<(&MachineTransition, Way)> =
        machine.transitions.iter().filter_map(with_way).collect();
    // Labels keep off the lines where they can.
    let first = kit.list.scratch.taken.len();
    let apart = kit.sizes.body * 0.3;
    for (_, way) in &ways {
        let rects = way
            .stretch(0.0, 1.0)
            .map(|at| Rect::new(at.x - apart, at.y - apart, 2.0 * apart, 2.0 * apart));
        kit.list.scratch.taken.extend(rects);
    }
    let last = kit.list.scratch.taken.len();
    // What the machine is about comes first; then the last way taken.
    let mut left: Vec<(&MachineTransition, Way)> = Vec::new();
    for urgent in [true, false] {
        for (one, way) in &ways {
            let is_urgent = one.progress.is_some() || one.taken;
            if is_urgent == urgent && !label(one, kit, way) {
                left.push((one, *way));
            }
        }
    }
    kit.list.scratch.taken[first..last].fill(Rect::default());
    for (one, way) in left {
        label(one, kit, &way);
    }
}

/// Sets a label beside its way; false if there is no room for it.
fn label(one: &MachineTransition, kit: &mut Kit, way: &Way) -> bool {
    TRIES
        .iter()
        .any(|(away, scale)| label_so(one, kit, way, *away, *scale))
}

fn label_so(one: &MachineTransition, kit: &mut Kit, way: &Way, away: f32, scale: f32) -> bool {
    let style = quiet(kit);
    let style = Style {
        size: (style.size * scale).max(kit.sizes.small),
        ..style
    };
    let style = if one.taken || one.progress.is_some() {
        Style {
            tone: Tone::Ink,
            ..style
        }
    } else {
        style
    };
    let counted = style.strong();
    let counted = Style {
        tone: Tone::Accent,
        ..counted
    };
    let text = one.progress.as_ref().map_or("", |progress| &progress.text);
    // Rather how near it is alone than nothing.
    let alone = (!text.is_empty()).then_some((1, ""));
    let shapes = (1..=LINES).map(|count| (count, &*one.label));
    for (count, label) in shapes.chain(alone) {
        // Lines are a little longer than their share, for words do not break where it suits.
        let spare = if count > 1 { 1.15 } else { 1.0 };
        let limit = style.width(label) / count as f32 * spare + 1.0;
        let limit = limit.min(kit.area.width * 0.5);
        let Some(lines) = wrapped(label, style, limit) else {
            continue;
        };
        let used = lines.iter().filter(|line| !line.is_empty()).count();
        let rows = used + usize::from(!text.is_empty());
        if rows == 0 {
            return true;
        }
        let width = style
            .widest(lines.iter().copied(), f32::MAX)
            .max(counted.width(text));
        let leading = style.size * 1.25;
        let height = leading * rows as f32;
        for share in ALONG {
            // On the other side of one of two ways, a label would be taken for that of the other.
            let sides = if way.twin { &[1.0][..] } else { &[1.0, -1.0] };
            for side in sides {
                let (at, along) = (way.on(share), way.along(share));
                // To the left of the way, as it bends.
                let (nx, ny) = (along.y * side, -along.x * side);
                let gap = style.size * away;
                let reach = gap + nx.abs() * width / 2.0 + ny.abs() * height / 2.0;
                let center = at.moved(nx * reach, ny * reach);
                let (x, y) = (center.x - width / 2.0, center.y - height / 2.0);
                if !kit.claim(Rect::new(x, y, width, height)) {
                    continue;
                }
                let (anchor, x) = match nx {
                    nx if nx > 0.5 => (Anchor::Start, x),
                    nx if nx < -0.5 => (Anchor::End, x + width),
                    _ => (Anchor::Middle, center.x),
                };
                let shown = lines.iter().filter(|line| !line.is_empty());
                let shown = shown.map(|line| (*line, style));
                let progress = (!text.is_empty()).then_some((text, counted));
                for (row, (line, style)) in shown.chain(progress).enumerate() {
                    let middle = y + leading * (row as f32 + 0.5);
                    let at = Point::new(x, baseline(middle, style.size));
                    kit.label(line, at, style.anchor(anchor).halo(), width + 1.0);
                }
                return true;
            }
        }
    }
    false
}

/// A text in lines that are no wider than a limit; none if it takes more than [`LINES`].
fn wrapped(text: &str, style: Style, limit: f32) -> Option<[&str; LINES]> {
    let mut lines = [""; LINES];
    let mut rest = text.trim();
    for line in &mut lines {
        let (part, cut) = measure::fit(
            rest,
            limit,
            style.size,
            style.weight,
            crate::display::Family::Sans,
        );
        if !cut {
            *line = rest;
            return Some(lines);
        }
        let end = if rest[part.len()..].starts_with(' ') {
            part.len()
        } else {
            part.rfind(' ')?
        };
        (*line, rest) = (rest[..end].trim(), rest[end..].trim());
    }
    None
}
