//! A split network: a broken line between the sides.

use crate::display::{Anchor, Dash, Point, Rect, Stroke};
use crate::paint::kit::{Kit, Style};
use crate::panel::Tone;

/// A line between two sides is looked for in so many directions: at least, at most, and for
/// each node. Two neighbours on a circle leave room for lines of a whole turn over the number
/// of nodes, on an ellipse for less.
const DIRECTIONS: (usize, usize, usize) = (48, 256, 4);
/// Sides beyond so many get no line of their own.
const LINES_MAX: usize = 4;
/// What stands at the line.
const NAME: &str = "partition";

/// A straight line that has one side of a split on its left and all others on its right.
pub(super) struct Split {
    /// The unit vector across it.
    across: Point,
    /// Its distance from the origin, along `across`.
    offset: f32,
}

/// The lines between the sides, where straight lines can tell them apart.
pub(super) fn find(sides: &[u32], places: &[Point], large: bool) -> Vec<Split> {
    let mut found = Vec::new();
    let mut distinct: Vec<u32> = sides.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    // Of two sides one line tells both apart.
    if distinct.len() == 2 {
        distinct.pop();
    }
    if !large {
        distinct.truncate(1);
    }
    for side in distinct.into_iter().take(LINES_MAX) {
        found.extend(between(sides, places, side));
    }
    found
}

/// The line with the widest gap between this side and the others.
fn between(sides: &[u32], places: &[Point], side: u32) -> Option<Split> {
    let mut best: Option<(f32, Split)> = None;
    let (least, most, each) = DIRECTIONS;
    let directions = (each * places.len()).clamp(least, most);
    for direction in 0..directions {
        let across = Point::default().at_turn(1.0, direction as f32 / directions as f32);
        let (mut inner, mut outer) = (f32::MIN, f32::MAX);
        for (one, place) in sides.iter().zip(places) {
            let far = along(across, *place);
            if *one == side {
                inner = inner.max(far);
            } else {
                outer = outer.min(far);
            }
        }
        let gap = outer - inner;
        // Also false for what is no number.
        if gap > best.as_ref().map_or(0.0, |(gap, _)| *gap) && gap < f32::MAX {
            let offset = inner + gap / 2.0;
            best = Some((gap, Split { across, offset }));
        }
    }
    best.map(|(_, split)| split)
}

fn along(across: Point, place: Point) -> f32 {
    across.x * place.x + across.y * place.y
}

/// How much of the way from `a` to `b` lies before the first line, else half.
pub(super) fn crossing(splits: &[Split], a: Point, b: Point) -> f32 {
    let cross = |split: &Split| {
        let before = along(split.across, a) - split.offset;
        let after = along(split.across, b) - split.offset;
        (before * after < 0.0).then(|| before / (before - after))
    };
    splits.iter().find_map(cross).unwrap_or(0.5)
}

impl Split {
    /// The part of the line within a rectangle, its upper end first.
    fn within(&self, area: Rect) -> Option<(Point, Point)> {
        let origin = Point::new(self.across.x * self.offset, self.across.y * self.offset);
        let way = Point::new(-self.across.y, self.across.x);
        let (mut from, mut to) = (f32::MIN, f32::MAX);
        for (start, step, low, high) in [
            (origin.x, way.x, area.x, area.right()),
            (origin.y, way.y, area.y, area.bottom()),
        ] {
            if step.abs() < 1e-4 {
                if start < low || start > high {
                    return None;
                }
                continue;
            }
            let (one, other) = ((low - start) / step, (high - start) / step);
            from = from.max(one.min(other));
            to = to.min(one.max(other));
        }
        let at = |t: f32| origin.moved(way.x * t, way.y * t);
        let (one, other) = (at(from), at(to));
        let ends = if one.y <= other.y {
            (one, other)
        } else {
            (other, one)
        };
        (from < to).then_some(ends)
    }
}

/// The lines, beneath the nodes.
pub(super) fn lines(splits: &[Split], kit: &mut Kit) {
    let lines = splits.iter().filter_map(|split| split.within(kit.area));
    let width = (kit.sizes.body * 0.14).max(1.5);
    let stroke = Stroke::new(Tone::Bad, width).dashed(Dash::Dashed);
    kit.list.segments(lines, stroke);
}

/// What they are, where there is room.
pub(super) fn names(splits: &[Split], kit: &mut Kit) {
    let style = Style::new(kit.sizes.small, Tone::Bad)
        .strong()
        .halo()
        .anchor(Anchor::Middle);
    let (width, height) = (style.width(NAME), style.size * 1.1);
    for split in splits {
        let Some((upper, lower)) = split.within(kit.area) else {
            continue;
        };
        for fraction in [0.0, 1.0, 0.12, 0.88, 0.25, 0.75] {
            let point = upper.toward(lower, fraction);
            let (left, right) = (kit.area.x, kit.area.right() - width);
            let x = (point.x - width / 2.0).min(right).max(left);
            let (top, bottom) = (kit.area.y, kit.area.bottom() - height);
            let y = (point.y - height / 2.0).min(bottom).max(top);
            if kit.claim(Rect::new(x, y, width, height)) {
                let at = Point::new(x + width / 2.0, y + style.size * 0.85);
                kit.label(NAME, at, style, width + 1.0);
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places on a circle.
    fn circle(count: usize) -> Vec<Point> {
        let turn = |index| index as f32 / count as f32;
        let place = |index| Point::new(200.0, 150.0).at_turn(100.0, turn(index));
        (0..count).map(place).collect()
    }

    #[test]
    fn a_line_has_each_side_to_itself() {
        for count in 2..=64 {
            let places = circle(count);
            for cut in 1..count {
                let sides: Vec<u32> = (0..count).map(|index| u32::from(index >= cut)).collect();
                let splits = find(&sides, &places, true);
                assert_eq!(splits.len(), 1, "{cut} of {count}");
                for (place, side) in places.iter().zip(&sides) {
                    let beyond = along(splits[0].across, *place) > splits[0].offset;
                    assert_eq!(beyond, *side == 1, "{cut} of {count}");
                }
                let way = crossing(&splits, places[0], places[count - 1]);
                let met = places[0].toward(places[count - 1], way);
                let off = along(splits[0].across, met) - splits[0].offset;
                assert!(
                    off.abs() < 0.01,
                    "a link is cut on the line, not {off} beside it"
                );
            }
        }
    }

    #[test]
    fn sides_that_no_line_tells_apart_have_none() {
        assert!(find(&[0, 1, 0, 1], &circle(4), true).is_empty());
        assert!(find(&[], &circle(4), true).is_empty());
        assert!(find(&[2, 2, 2], &circle(3), true).is_empty());
        assert_eq!(find(&[0, 1, 2], &circle(3), true).len(), 3);
    }
}
