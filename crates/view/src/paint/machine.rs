//! A state machine: a box for each state, arrows between them, the present state filled and
//! with a second outline, and on each arrow how near the machine is to taking it.

mod boxes;
mod ways;

use super::kit::{Kit, Style};
use crate::display::{Point, Rect};
use crate::panel::{StateMachine, Tone};
use boxes::Boxes;

/// How much wider than high the ellipse of the states may be.
const WIDEST: f32 = 2.6;
/// A box may come so much too near to an edge or to another one.
const SLACK: f32 = 0.5;

pub(super) fn paint(machine: &StateMachine, kit: &mut Kit) {
    if machine.states.is_empty() {
        return;
    }
    let boxes = Boxes::sized(machine, kit);
    let mut places = core::mem::take(&mut kit.list.scratch.places);
    layout(machine, kit, &boxes, &mut places);
    // Labels keep off the boxes. Where boxes would cover each other, the present state's stays.
    let mut room = 0_u64;
    let present = |index: &usize| machine.current == Some(*index as u32);
    let others = (0..places.len()).filter(|index| !present(index));
    for index in (0..places.len()).filter(present).chain(others).take(64) {
        // The outermost boxes touch the edge: a little less, for sums of such places are not exact.
        let rim = SLACK - boxes.rim;
        if kit.claim(boxes.around(places[index]).inset(rim, rim)) {
            room |= 1 << index;
        }
    }
    let clear = -boxes.rim - kit.sizes.body * 0.5;
    let around = places
        .iter()
        .map(|place| boxes.around(*place).inset(clear, clear));
    kit.list.scratch.taken.extend(around);
    ways::lines(machine, kit, &places, &boxes);
    let has_room = |index: usize| index < 64 && room & (1 << index) != 0;
    boxes::paint(machine, kit, &places, &boxes, has_room);
    ways::labels(machine, kit, &places, &boxes);
    kit.list.scratch.places = places;
}

/// Where the states stand: on an ellipse that fills the place, clockwise from the upper left.
fn layout(machine: &StateMachine, kit: &Kit, boxes: &Boxes, places: &mut Vec<Point>) {
    let count = machine.states.len();
    let area = kit.area;
    let center = area.center();
    // Where a state leads to itself there is a loop above its box, or beneath a low one.
    let loops = machine.transitions.iter().any(|way| way.from == way.to);
    let loops = if loops { boxes.loop_height() } else { 0.0 };
    let inner = Rect::new(
        area.x + boxes.width / 2.0 + boxes.rim,
        area.y + boxes.height / 2.0 + boxes.rim + loops,
        area.width - boxes.width - 2.0 * boxes.rim,
        area.height - boxes.height - 2.0 * (boxes.rim + loops),
    );
    let (half_width, half_height) = (inner.width / 2.0, inner.height / 2.0);
    let half_width = half_width.min((half_height + boxes.height) * WIDEST);
    let first = match count {
        0 | 1 => 0.0,
        // Side by side, or one above the other where the place is narrow.
        2 if area.width >= area.height * 0.8 => 0.75,
        2 => 0.0,
        many => -0.5 / many as f32,
    };
    let unit = |index: usize| Point::default().at_turn(1.0, first + index as f32 / count as f32);
    // The corners of a triangle or a square reach into the corners of the place.
    let across = Reach::of((0..count).map(|index| unit(index).x));
    let down = Reach::of((0..count).map(|index| unit(index).y));
    places.clear();
    places.extend(machine.states.iter().enumerate().map(|(index, state)| {
        if let Some((x, y)) = state.place {
            return Point::new(
                inner.x + inner.width * x.clamp(0.0, 1.0),
                inner.y + inner.height * y.clamp(0.0, 1.0),
            );
        }
        let at = unit(index);
        Point::new(
            center.x + half_width * across.share(at.x),
            center.y + half_height * down.share(at.y),
        )
    }));
}

/// From the least to the most of some numbers.
struct Reach {
    least: f32,
    most: f32,
}

impl Reach {
    fn of(numbers: impl Iterator<Item = f32>) -> Self {
        let none = Self {
            least: f32::MAX,
            most: f32::MIN,
        };
        numbers.fold(none, |reach, number| Self {
            least: reach.least.min(number),
            most: reach.most.max(number),
        })
    }

    /// Where a number stands, from -1 to 1; 0 where all are the same.
    fn share(&self, number: f32) -> f32 {
        let length = self.most - self.least;
        if length < 0.01 {
            0.0
        } else {
            2.0 * (number - self.least) / length - 1.0
        }
    }
}

/// The quiet label of a way.
fn quiet(kit: &Kit) -> Style {
    let size = kit.sizes.body * (1.0 + (growth(kit) - 1.0) * 0.5);
    Style::new(size, Tone::Muted)
}

/// There are few words in the picture: where it has room, they are larger than elsewhere.
fn growth(kit: &Kit) -> f32 {
    let side = (kit.area.width / 560.0).min(kit.area.height / 400.0);
    (side / (kit.sizes.body / 14.0)).clamp(1.0, 1.6)
}
