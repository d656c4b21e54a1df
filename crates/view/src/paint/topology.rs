//! Nodes on a circle (or where they say), links between them, messages moving along.

mod losses;
mod messages;
mod nodes;
mod plates;
mod split;

use super::kit::{Kit, cross};
use crate::display::{Bounds, Dash, Point, Stroke};
use crate::panel::{Tone, Topology, TopologyNode};
use split::Split;

/// Most nodes that stand on one circle each with its own outline and label; beyond, they are
/// dots.
const LABELLED_NODES: usize = 64;
/// Up to so many nodes have room to be larger.
const FEW_NODES: usize = 4;

/// Where the nodes are.
struct Layout {
    /// Radius of a node.
    radius: f32,
    /// Nodes are drawn one by one, with outlines and labels.
    large: bool,
}

pub(super) fn paint(topology: &Topology, kit: &mut Kit) {
    if topology.nodes.is_empty() {
        return;
    }
    let mut places = core::mem::take(&mut kit.list.scratch.places);
    let layout = layout(topology, kit, &mut places);
    let splits = split::find(&topology.sides, &places, layout.large);
    links(topology, kit, &places, layout.radius, &splits);
    split::lines(&splits, kit);
    messages::paths(topology, kit, &places, layout.radius);
    nodes::paint(topology, kit, &places, &layout);
    split::names(&splits, kit);
    messages::paint(topology, kit, &places, layout.radius);
    losses::paint(topology, kit, &places, layout.radius, &splits);
    kit.list.scratch.places = places;
}

/// A node's way to another: the messages on it, and the node at its end. The other, the first of
/// the two, has the place up to which the way goes; who calls this paints it.
pub(super) fn way(topology: &Topology, kit: &mut Kit, places: [Point; 2], radius: f32) {
    links(topology, kit, &places, radius, &[]);
    messages::paths(topology, kit, &places, radius);
    if let Some(node) = topology.nodes.get(1) {
        nodes::alone(node, kit, places[1], radius);
    }
    messages::paint(topology, kit, &places, radius);
    losses::paint(topology, kit, &places, radius, &[]);
}

/// Makes a node that is not painted as a circle one that can be pointed at.
pub(super) fn target(node: &TopologyNode, kit: &mut Kit, bounds: Bounds) {
    nodes::target(node, kit, bounds);
}

fn layout(topology: &Topology, kit: &Kit, places: &mut Vec<Point>) -> Layout {
    let count = topology.nodes.len();
    let area = kit.area;
    let large = count <= LABELLED_NODES;
    // Beneath the lowest node there is room for its caption and for what it holds.
    let below = if large {
        plates::height(topology, kit)
    } else {
        0.0
    };
    let (width, height) = (area.width, (area.height - below).max(1.0));
    let side = width.min(height);
    let center = Point::new(area.x + width / 2.0, area.y + height / 2.0);

    // On a circle of the size that then remains, two neighbours keep a node's width apart.
    let sine = libm::sinf(core::f32::consts::PI / count.max(2) as f32);
    let share = if count <= FEW_NODES { 0.13 } else { 0.1 };
    let mut radius = (side / 2.0 * sine / (2.0 + sine)).min(side * share);
    // A wide pane holds an ellipse: the circle is stretched as far as looks calm.
    let outline = if large { radius * 1.35 } else { radius };
    let mut reach = (width / 2.0 - outline, height / 2.0 - outline);
    reach.0 = reach.0.min(reach.1 * 1.45);
    reach.1 = reach.1.min(reach.0 * 1.45);
    // Too many for one circle: they stand on several, in turn, so that each keeps a dot.
    let circumference = core::f32::consts::TAU * reach.0.min(reach.1);
    let wanted = 7.0;
    let circles = libm::ceilf(wanted * count as f32 / circumference).clamp(1.0, 6.0);
    if circles > 1.0 {
        radius = (circumference * circles / count as f32 * 0.36).min(4.0);
    }
    radius = radius.max(1.2);
    places.clear();
    places.extend(
        topology
            .nodes
            .iter()
            .enumerate()
            .map(|(index, node)| match node.place {
                Some((x, y)) => Point::new(
                    area.x + outline + (width - 2.0 * outline) * x.clamp(0.0, 1.0),
                    area.y + outline + (height - 2.0 * outline) * y.clamp(0.0, 1.0),
                ),
                None if count == 1 => center,
                None => {
                    // Two nodes stand side by side, so that messages between them have room for words.
                    let first = if count == 2 { 0.75 } else { 0.0 };
                    let unit = Point::default().at_turn(1.0, first + index as f32 / count as f32);
                    let shrink = 1.0 - (index as f32 % circles) * 0.055;
                    center.moved(unit.x * reach.0 * shrink, unit.y * reach.1 * shrink)
                }
            }),
    );
    if topology.nodes.iter().any(|node| node.place.is_some()) {
        radius = radius.min(nearest(places) * 0.36).max(2.0);
    }
    Layout { radius, large }
}

/// The least distance between two places; of very many, between neighbours in order.
fn nearest(places: &[Point]) -> f32 {
    let mut least = f32::MAX;
    for (index, one) in places.iter().enumerate() {
        for other in places.iter().skip(index + 1).take(LABELLED_NODES) {
            least = least.min(one.distance(*other));
        }
    }
    least
}

fn links(topology: &Topology, kit: &mut Kit, places: &[Point], radius: f32, splits: &[Split]) {
    // Where a line shows the split, the links across it need not shout.
    let alarm = if splits.is_empty() { 1.0 } else { 0.45 };
    for cut in [false, true] {
        let lines = topology
            .links
            .iter()
            .filter(|link| link.cut == cut)
            .filter_map(|link| ends(places, link.a, link.b, radius));
        let width = (radius * 0.04).clamp(1.0, 8.0);
        let stroke = if cut {
            let stroke = Stroke::new(Tone::Bad, width).dashed(Dash::Dashed);
            stroke.faded(alarm)
        } else {
            Stroke::new(Tone::Hair, width)
        };
        kit.list.segments(lines, stroke);
    }
    let arm = (radius * 0.2).clamp(3.0, 40.0);
    let crosses = topology
        .links
        .iter()
        .filter(|link| link.cut)
        .filter_map(|link| ends(places, link.a, link.b, radius))
        .flat_map(|(a, b)| cross(a.toward(b, split::crossing(splits, a, b)), arm));
    let stroke = Stroke::new(Tone::Bad, (arm * 0.3).clamp(1.5, 12.0));
    kit.list.segments(crosses, stroke);
}

/// A line between the edges of two nodes; none between a node and itself.
fn ends(places: &[Point], a: u32, b: u32, radius: f32) -> Option<(Point, Point)> {
    let (a, b) = (*places.get(a as usize)?, *places.get(b as usize)?);
    let distance = a.distance(b);
    if distance < radius * 2.0 || distance < 1e-3 {
        return None;
    }
    let inset = radius / distance;
    Some((a.toward(b, inset), b.toward(a, inset)))
}
