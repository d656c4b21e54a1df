//! What messages say, along their arrows where there is room.

use super::frame::SpaceTimeFrame;
use super::messages::Arrows;
use super::way::Way;
use crate::display::{Point, Rect};
use crate::paint::kit::{Kit, Style, baseline};
use crate::spacetime::{SpaceTime, SpaceTimeMessage};

/// Up to this many messages they carry their labels.
const LABELS: usize = 40;
/// Where along an arrow its label may stand.
const SHARES: [f32; 5] = [0.5, 0.35, 0.65, 0.2, 0.8];

/// The label of the selected message, however many there are.
pub(super) fn selected(arrows: &Arrows, kit: &mut Kit, frame: &SpaceTimeFrame) {
    for (message, way) in arrows.labelled(true) {
        label(arrows, (message, way), &[], kit, frame);
    }
}

/// The labels of the others, if they are few.
pub(super) fn rest(arrows: &Arrows, data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    if data.messages.len() > LABELS || frame.pitch() < kit.sizes.small * 2.2 {
        return;
    }
    let mut lines = core::mem::take(&mut kit.list.scratch.places);
    arrows.lines(&mut lines);
    for (message, way) in arrows.labelled(false) {
        label(arrows, (message, way), &lines, kit, frame);
    }
    kit.list.scratch.places = lines;
}

/// Sets a message's label beside its arrow, where it covers none of the lines, given as pairs
/// of points, and no lane.
fn label(
    arrows: &Arrows,
    (message, way): (&SpaceTimeMessage, &Way),
    lines: &[Point],
    kit: &mut Kit,
    frame: &SpaceTimeFrame,
) {
    let size = kit.sizes.small;
    let style = Style::new(size, arrows.tone(message)).halo();
    let selected = lines.is_empty();
    let style = if selected { style.strong() } else { style };
    let width = style.width(&message.label).min(frame.plot().width * 0.4);
    // A slanting line needs more room beside it, for the height of the text.
    let lean = (way.along.x / way.along.y).abs().min(4.0);
    let gap = size * (0.4 + 0.5 * lean);
    let places = SHARES.into_iter().flat_map(|share| {
        let middle = way.start.toward(way.end, share);
        let top = middle.y - size * 0.55;
        [middle.x + gap, middle.x - gap - width].map(|left| Rect::new(left, top, width, size * 1.1))
    });
    let within = frame.plot();
    for place in places {
        let inside = place.y >= within.y && place.bottom() <= within.bottom();
        let on_lane = frame.lane_near(place.center().y) < size * 0.6;
        let covers = || {
            lines
                .as_chunks::<2>()
                .0
                .iter()
                .any(|line| meets(line[0], line[1], place))
        };
        // The selected message's label must be seen, whatever lies beneath it.
        let clear = selected || !on_lane && !covers();
        if inside && clear && kit.claim(place.inset(-size * 0.25, 0.0)) {
            let at = Point::new(place.x, baseline(place.center().y, size));
            kit.label(&message.label, at, style, width + 0.1);
            break;
        }
    }
}

/// Whether a line passes through a rectangle: the part of it between the rectangle's sides also
/// lies between its top and bottom (Liang and Barsky, 1984).
fn meets(from: Point, to: Point, rect: Rect) -> bool {
    let (mut first, mut last) = (0.0f32, 1.0f32);
    let axes = [
        (from.x, to.x - from.x, rect.x, rect.right()),
        (from.y, to.y - from.y, rect.y, rect.bottom()),
    ];
    for (start, delta, low, high) in axes {
        if delta.abs() < 1e-6 {
            if !(low..=high).contains(&start) {
                return false;
            }
            continue;
        }
        let (a, b) = ((low - start) / delta, (high - start) / delta);
        first = first.max(a.min(b));
        last = last.min(a.max(b));
    }
    first <= last
}
