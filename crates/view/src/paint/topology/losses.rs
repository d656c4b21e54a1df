//! Messages that were lost a moment ago: the way they went, and a cross where they died.

use super::ends;
use super::split::{Split, crossing};
use crate::display::Stroke;
use crate::paint::kit::{Kit, cross};
use crate::panel::Topology;

/// Sizes in which a cross is painted as it grows old: one shape each.
const SIZES: u8 = 4;
/// A message that was lost by the network has gone this much of its way.
const HALF: f32 = 0.5;

pub(super) fn paint(
    topology: &Topology,
    kit: &mut Kit,
    places: &[crate::display::Point],
    radius: f32,
    splits: &[Split],
) {
    if topology.losses.is_empty() {
        return;
    }
    let Some(tone) = topology.losses.first().map(|loss| loss.tone) else {
        return;
    };
    // A mark that fades would be hard to see; it shrinks instead.
    let arm = (radius * 0.24).clamp(2.5, 40.0);
    for size in 0..SIZES {
        let left = 1.0 - f32::from(size) / f32::from(SIZES);
        let found = |age: f32| (age.clamp(0.0, 0.999) * f32::from(SIZES)) as u8 == size;
        let ways = || {
            let losses = topology.losses.iter().filter(|loss| found(loss.age));
            losses.filter_map(|loss| {
                let (from, to) = ends(places, loss.from, loss.to, radius)?;
                // What the network lost at a split, it lost there.
                let way = match loss.way {
                    HALF => crossing(splits, from, to),
                    way => way.clamp(0.0, 1.0),
                };
                Some((from, from.toward(to, way)))
            })
        };
        let width = (arm * 0.16).max(1.0);
        let way = Stroke::new(tone, width).faded(0.35 * left);
        kit.list.segments(ways(), way);
        let crosses = ways().flat_map(|(_, died)| cross(died, arm * left));
        let stroke = Stroke::new(tone, (arm * 0.4 * left).clamp(1.5, 12.0));
        kit.list.segments(crosses, stroke);
    }
}
