//! The hash ring: an annulus of arcs in their owners' tones, keys in a band inside it.

use super::kit::{Kit, QUIET, Style, push_node_name};
use crate::display::{Anchor, Bounds, Paint, Point, Rect, Span, Stroke, TargetKind};
use crate::number::push_count;
use crate::panel::{Ring, RingKey, RingLookup, RingPoint, Tone};

/// How many of an owner's arcs are tried for its label, widest first.
const LABEL_TRIES: usize = 24;

/// The radii of a ring's parts, outermost first.
struct Radii {
    outer: f32,
    /// Thickness of the arcs of an owner that joined, and of the others.
    joined: f32,
    plain: f32,
    /// Where a look-up's path runs.
    path: f32,
    band_outer: f32,
    band_inner: f32,
}

impl Radii {
    fn new(outer: f32) -> Self {
        let joined = (outer * 0.1).max(5.0);
        let path = outer - joined - outer * 0.045;
        Self {
            outer,
            joined,
            plain: joined * 0.62,
            path,
            band_outer: path - outer * 0.04,
            band_inner: outer * 0.54,
        }
    }

    fn middle(&self) -> f32 {
        self.outer - self.joined / 2.0
    }
}

pub(super) fn paint(ring: &Ring, kit: &mut Kit) {
    let label = Style::new(kit.sizes.body * 1.1, Tone::Ink)
        .strong()
        .anchor(Anchor::Middle);
    let limit = kit.area.width * 0.2;
    let widest = ring
        .owners
        .iter()
        .map(|owner| label.width(&owner.label).min(limit))
        .fold(0.0, f32::max);
    let gap = label.size * 0.35;
    let outer = (kit.area.width / 2.0 - widest - gap)
        .min(kit.area.height / 2.0 - label.size * 1.1 - gap)
        .max(12.0);
    let center = kit.area.center();
    let radii = Radii::new(outer);

    arcs(ring, kit, center, &radii);
    keys(&ring.keys, kit, center, &radii);
    middle(ring, kit, center, &radii);
    labels(ring, kit, center, &radii, label, gap, limit);
    if let Some(lookup) = &ring.lookup {
        path(lookup, kit, center, &radii);
    }
}

/// A virtual node's arc: from the one before it to itself, in turns.
fn arc(points: &[RingPoint], index: usize) -> (f32, f32) {
    let to = points[index].at;
    let from = match index.checked_sub(1) {
        Some(before) => points[before].at,
        None => points[points.len() - 1].at - 1.0,
    };
    (from as f32, to as f32)
}

fn arcs(ring: &Ring, kit: &mut Kit, center: Point, radii: &Radii) {
    let points = &ring.points;
    if points.is_empty() {
        let (inner, outer) = (radii.outer - radii.plain, radii.outer);
        let whole = [(0.0, 1.0)];
        kit.list
            .sectors(center, inner, outer, whole, Tone::Hair.into());
        return;
    }
    let middle = radii.middle();
    for (number, owner) in ring.owners.iter().enumerate() {
        let half = if owner.joined {
            radii.joined
        } else {
            radii.plain
        } / 2.0;
        let spans = (0..points.len())
            .filter(|&index| points[index].owner as usize == number)
            .map(|index| arc(points, index));
        kit.list.sectors(
            center,
            middle - half,
            middle + half,
            spans,
            owner.tone.into(),
        );
    }
    // Where there is room the arcs are parted, and each virtual node shows as a bead at its
    // arc's end, since an arc belongs to the virtual node clockwise of it.
    let room = core::f32::consts::TAU * middle / points.len() as f32;
    let places = points.iter().map(|point| point.at as f32);
    if room >= 6.0 {
        let (inner, outer) = (middle - radii.joined / 2.0, middle + radii.joined / 2.0);
        let cuts = places
            .clone()
            .map(|turn| (center.at_turn(inner, turn), center.at_turn(outer, turn)));
        kit.list.segments(cuts, Stroke::new(Tone::Paper, 1.0));
    }
    if room >= 18.0 {
        let beads = places.map(|turn| center.at_turn(middle, turn));
        let bead = radii.plain * 0.26;
        kit.list
            .circles(beads, bead, Some(Tone::Paper.into()), None);
    }
}

/// The band is filled evenly: the golden ratio spreads the keys' distances by their number.
fn key_place(center: Point, radii: &Radii, index: usize, key: &RingKey) -> Point {
    const GOLDEN: u32 = 2_654_435_769; // 2^32 / golden ratio, odd
    let fraction = (index as u32).wrapping_mul(GOLDEN) as f32 / u32::MAX as f32;
    let distance = radii.band_inner + (radii.band_outer - radii.band_inner) * fraction;
    center.at_turn(distance, key.at as f32)
}

fn keys(keys: &[RingKey], kit: &mut Kit, center: Point, radii: &Radii) {
    let band = (radii.band_outer * radii.band_outer - radii.band_inner * radii.band_inner)
        * core::f32::consts::PI;
    let spacing = (band / keys.len().max(1) as f32).sqrt();
    let radius = (spacing * 0.26).clamp(0.6, 1.0 + radii.outer * 0.01);
    for (moved, grown, paint) in [
        (false, 1.0, Paint::new(Tone::Muted, QUIET)),
        (true, 1.6, Paint::from(Tone::Accent)),
    ] {
        let places = keys
            .iter()
            .enumerate()
            .filter(|(_, key)| key.moved == moved)
            .map(|(index, key)| key_place(center, radii, index, key));
        kit.list.circles(places, radius * grown, Some(paint), None);
    }
}

/// In the middle: whose the looked-up key is, or what the ring holds.
fn middle(ring: &Ring, kit: &mut Kit, center: Point, radii: &Radii) {
    let limit = radii.band_inner * 1.7;
    let quiet = Style::new(kit.sizes.body, Tone::Muted).anchor(Anchor::Middle);
    let tone = match &ring.lookup {
        Some(lookup) => ring
            .owners
            .get(lookup.owner as usize)
            .map(|owner| owner.tone),
        None => None,
    };
    let strong = Style::new(kit.sizes.large, tone.unwrap_or(Tone::Ink))
        .strong()
        .anchor(Anchor::Middle);
    let (first, second) = match &ring.lookup {
        Some(lookup) => {
            let owner = ring.owners.get(lookup.owner as usize);
            let first = kit.list.add_str(&lookup.key);
            let second = kit.list.add_text(|out| {
                push_node_name(out, owner.map_or("", |owner| &owner.label));
            });
            ((first, quiet), (second, strong))
        }
        None => {
            let first = kit
                .list
                .add_text(|out| push_counted(out, ring.count(), "key"));
            let second = kit
                .list
                .add_text(|out| push_counted(out, ring.points.len(), "virtual node"));
            ((first, strong), (second, quiet))
        }
    };
    let mut lines = [None; 4];
    for (index, (content, style)) in [first, second].into_iter().enumerate() {
        let (head, tail) = broken(kit.list.str(content), style, limit)
            .map_or((content, None), |at| content.parted(at));
        lines[index * 2] = Some((head, style));
        lines[index * 2 + 1] = tail.map(|tail| (tail, style));
    }
    let height_of = |lines: &[Option<(Span, Style)>]| -> f32 {
        let heights = lines.iter().flatten().map(|(_, style)| style.size * 1.3);
        heights.sum::<f32>() - quiet.size * 0.3
    };
    if height_of(&lines) > radii.band_inner * 1.6 {
        // Of what has no room, the strong words say most.
        for line in &mut lines {
            *line = line.filter(|(_, style)| style.tone == strong.tone);
        }
    }
    let height = height_of(&lines);
    let mut y = center.y - height / 2.0;
    for (content, style) in lines.into_iter().flatten() {
        y += style.size;
        // Half a figure is none: in a thumbnail the ring alone must do.
        if style.width(kit.list.str(content)) <= limit || ring.lookup.is_some() {
            kit.fitted(content, Point::new(center.x, y), style, limit);
        }
        y += style.size * 0.3;
    }
    let half = radii.band_inner * 0.85;
    let taken = Rect::new(center.x - half, center.y - height / 2.0, 2.0 * half, height);
    kit.list.scratch.taken.push(taken);
}

/// Where a text that is wider than a limit breaks in two: the last space before which all fits.
fn broken(text: &str, style: Style, limit: f32) -> Option<usize> {
    let spaces = text.match_indices(' ').map(|(at, _)| at);
    let wide = style.width(text) > limit;
    let fits = |at: &usize| style.width(&text[..*at]) <= limit;
    spaces.rev().find(fits).filter(|_| wide)
}

fn push_counted(out: &mut String, count: usize, noun: &str) {
    push_count(out, count as u64);
    out.push(' ');
    out.push_str(noun);
    if count != 1 {
        out.push('s');
    }
}

/// Each owner's label stands outside its widest stretch of the ring where there is room.
fn labels(
    ring: &Ring,
    kit: &mut Kit,
    center: Point,
    radii: &Radii,
    style: Style,
    gap: f32,
    limit: f32,
) {
    let mut runs = core::mem::take(&mut kit.list.scratch.order);
    stretches(&ring.points, &mut runs);
    for joined in [true, false] {
        for (number, owner) in ring.owners.iter().enumerate() {
            if owner.joined != joined {
                continue;
            }
            let style = Style {
                tone: owner.tone,
                ..style
            };
            let (width, height) = (style.width(&owner.label).min(limit), style.size * 1.1);
            let first = runs.partition_point(|run| (run.0 as usize) < number);
            let own = runs[first..]
                .iter()
                .take_while(|run| run.0 as usize == number)
                .take(LABEL_TRIES);
            for run in own {
                let toward = Point::default().at_turn(1.0, turn(run.2));
                let reach = (toward.x.abs() * width + toward.y.abs() * height) / 2.0;
                let middle = center.at_turn(radii.outer + gap + reach, turn(run.2));
                let (x, y) = (middle.x - width / 2.0, middle.y - height / 2.0);
                let rect = Rect::new(x, y, width, height);
                let padding = style.size * 0.25;
                if kit.claim(rect.inset(-padding, -padding * 0.3)) {
                    let at = Point::new(middle.x, super::kit::baseline(middle.y, style.size));
                    kit.label(&owner.label, at, style, limit);
                    let count = ring.held(number).items as usize;
                    kit.list.add_target(
                        TargetKind::Node,
                        Bounds::Rect(rect),
                        &owner.label,
                        |out| {
                            push_node_name(out, &owner.label);
                            out.push_str(", ");
                            push_counted(out, count, "key");
                            if owner.joined {
                                out.push_str(", joined");
                            }
                        },
                    );
                    break;
                }
            }
        }
    }
    kit.list.scratch.order = runs;
}

/// A turn as a whole number and back: 2^31 to the turn.
const TURN: f64 = 2_147_483_648.0;

fn turn(units: u32) -> f32 {
    (f64::from(units) / TURN) as f32
}

/// The stretches of ring that belong to one owner, as (owner, shortness, middle, 0), by owner
/// and then widest first.
fn stretches(points: &[RingPoint], out: &mut Vec<(u32, u32, u32, u32)>) {
    out.clear();
    if points.is_empty() {
        return;
    }
    // Begin where the owner changes, so that no stretch is cut at the top of the ring.
    let start = points
        .windows(2)
        .position(|pair| pair[0].owner != pair[1].owner);
    let start = start.unwrap_or(points.len() - 1) + 1;
    let mut from = points[start - 1].at;
    let mut base = 0.0;
    let count = points.len();
    for step in 0..count {
        let index = (start + step) % count;
        if index == 0 {
            base = 1.0;
        }
        let end = base + points[index].at;
        let next = &points[(index + 1) % count];
        if next.owner != points[index].owner || step == count - 1 {
            let length = ((end - from) * TURN) as u32;
            let middle = ((from + end) / 2.0 % 1.0 * TURN) as u32;
            out.push((points[index].owner, u32::MAX - length, middle, 0));
            from = end;
        }
    }
    out.sort_unstable();
}

/// From the key clockwise to the first virtual node.
fn path(lookup: &RingLookup, kit: &mut Kit, center: Point, radii: &Radii) {
    let from = lookup.at as f32;
    let mut to = lookup.point_at as f32;
    if to < from {
        to += 1.0;
    }
    let width = (radii.outer * 0.014).clamp(2.0, 9.0);
    let stroke = Stroke::new(Tone::Accent, width);
    let key = center.at_turn(radii.path, from);
    let spoke = (center.at_turn(radii.band_inner, from), key);
    kit.list
        .segments([spoke], Stroke::new(Tone::Accent, width * 0.6));
    // The head is straight: the arc ends where the head begins.
    let head = width * 3.4;
    let head_turns = head / (core::f32::consts::TAU * radii.path);
    if to - from > head_turns * 1.2 {
        kit.list
            .arc(center, radii.path, from, to - head_turns * 0.8, stroke);
        let tip = center.at_turn(radii.path, to);
        let back = center.at_turn(radii.path, to - head_turns);
        let size = tip.distance(back).max(1e-3);
        let along = Point::new((tip.x - back.x) / size, (tip.y - back.y) / size);
        kit.list.arrows([(tip, along)], head, Tone::Accent.into());
    } else {
        kit.list.arc(center, radii.path, from, to, stroke);
    }
    let dot = width * 1.6;
    kit.list.circles(
        [key],
        dot,
        Some(Tone::Accent.into()),
        Some(Stroke::new(Tone::Paper, width * 0.5)),
    );
    let point = center.at_turn(radii.middle(), to);
    kit.list.circles(
        [point],
        radii.plain * 0.5,
        Some(Tone::Paper.into()),
        Some(Stroke::new(Tone::Ink, width)),
    );
    let bounds = Bounds::Circle {
        center: key,
        radius: dot * 1.5,
    };
    kit.list
        .add_target(TargetKind::Key, bounds, &lookup.key, |out| {
            out.push_str(&lookup.key);
            out.push_str(", belongs to ");
            out.push_str(&lookup.point);
        });
}
