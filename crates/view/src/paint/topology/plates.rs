//! What stands beneath a node: its caption, and beneath that what it holds, in a row of cells.

use crate::display::{Anchor, Dash, Paint, Point, Rect, Stroke};
use crate::paint::kit::{Kit, Style, baseline};
use crate::panel::{Tone, Topology, TopologyCell, TopologyNode};

/// Which parts have room beneath every node.
#[derive(Clone, Copy)]
pub(super) struct Plates {
    pub captions: bool,
    pub cells: bool,
}

/// Room that plates take beneath a node.
pub(super) fn height(topology: &Topology, kit: &Kit) -> f32 {
    let (mut captions, mut cells) = (0.0, 0.0);
    for node in &topology.nodes {
        if !node.caption.is_empty() {
            captions = kit.sizes.body * 1.5;
        }
        if !node.cells.is_empty() {
            cells = cell_height(kit) * 1.2;
        }
    }
    captions + cells
}

fn cell_height(kit: &Kit) -> f32 {
    kit.sizes.small * 1.5
}

/// The style of a node's caption.
fn caption(node: &TopologyNode, kit: &Kit) -> Style {
    let style = Style::new(kit.sizes.small, Tone::Muted)
        .anchor(Anchor::Middle)
        .halo();
    if node.lead {
        Style {
            tone: node.tone,
            ..style
        }
        .strong()
    } else {
        style
    }
}

fn cell_style(kit: &Kit, tone: Tone) -> Style {
    Style::new(kit.sizes.small, tone)
        .strong()
        .anchor(Anchor::Middle)
}

/// The width of one of these cells, and from one to the next.
fn cell_width(cells: &[TopologyCell], kit: &Kit) -> (f32, f32) {
    let labels = cells.iter().map(|cell| &*cell.label);
    let widest = cell_style(kit, Tone::Ink).widest(labels, f32::MAX);
    // In some readers' fonts words are wider than reckoned.
    let width = (widest * 1.08 + kit.sizes.small * 0.6).max(cell_height(kit) * 0.9);
    (width, width + (kit.sizes.small * 0.12).max(1.0))
}

/// A rectangle of this width beneath a node, within the place.
fn beneath(place: Point, top: f32, (width, height): (f32, f32), kit: &Kit) -> Rect {
    let (left, right) = (kit.area.x, kit.area.right() - width);
    let x = (place.x - width / 2.0).min(right).max(left);
    Rect::new(x, top, width, height)
}

/// Where a node's caption and cells go.
fn rects(node: &TopologyNode, kit: &Kit, place: Point, radius: f32, parts: Plates) -> [Rect; 2] {
    let reach = radius * if node.lead { 1.32 } else { 1.08 };
    let mut top = place.y + reach + kit.sizes.small * 0.28;
    let mut both = [Rect::default(); 2];
    if parts.captions && !node.caption.is_empty() {
        let style = caption(node, kit);
        let size = (style.width(&node.caption), style.size * 1.1);
        both[0] = beneath(place, top, size, kit);
        top = both[0].bottom() + style.size * 0.3;
    }
    if parts.cells && !node.cells.is_empty() {
        let (_, step) = cell_width(&node.cells, kit);
        let size = (step * node.cells.len() as f32, cell_height(kit));
        both[1] = beneath(place, top, size, kit);
    }
    both
}

/// Plates are shown for all nodes or for none, and only where none meets another or a node.
pub(super) fn that_fit(
    topology: &Topology,
    kit: &mut Kit,
    places: &[Point],
    radius: f32,
) -> Plates {
    let mut taken = core::mem::take(&mut kit.list.scratch.taken);
    let before = taken.len();
    taken.extend(places.iter().map(|place| {
        let reach = radius * 0.95;
        Rect::new(place.x - reach, place.y - reach, 2.0 * reach, 2.0 * reach)
    }));
    let nodes = taken.len();
    let mut shown = Plates {
        captions: false,
        cells: false,
    };
    for (captions, cells) in [(true, true), (true, false), (false, true)] {
        let parts = Plates { captions, cells };
        taken.truncate(nodes.max(before));
        let mut fit = true;
        for (node, place) in topology.nodes.iter().zip(places) {
            for rect in rects(node, kit, *place, radius, parts) {
                if rect.width <= 0.0 {
                    continue;
                }
                fit &= rect.width <= kit.area.width
                    && rect.bottom() <= kit.area.bottom() + kit.sizes.margin * 0.5
                    && !taken.iter().any(|one| one.overlaps(&rect));
                taken.push(rect);
            }
        }
        if fit {
            shown = parts;
            break;
        }
        taken.truncate(nodes.max(before));
    }
    kit.list.scratch.taken = taken;
    shown
}

/// Paints a node's plate.
pub(super) fn paint(node: &TopologyNode, kit: &mut Kit, place: Point, radius: f32, parts: Plates) {
    let [text, row] = rects(node, kit, place, radius, parts);
    if text.width > 0.0 {
        let style = caption(node, kit);
        let at = Point::new(text.center().x, text.y + style.size * 0.85);
        // A link that runs beneath ends where the words begin.
        let ground = Some(Paint::from(Tone::Paper));
        kit.list.rect(text.inset(-2.0, 0.0), 2.0, ground, None);
        kit.label(&node.caption, at, style, kit.area.width);
    }
    if row.width <= 0.0 {
        return;
    }
    let (width, step) = cell_width(&node.cells, kit);
    for (index, cell) in node.cells.iter().enumerate() {
        let x = row.x + (step - width) / 2.0 + step * index as f32;
        let rect = Rect::new(x, row.y, width, row.height);
        let corner = kit.sizes.small * 0.22;
        let tone = if cell.solid {
            let fill = Some(Paint::from(cell.tone));
            kit.list.rect(rect, corner, fill, None);
            Tone::Surface
        } else {
            let stroke = Stroke::new(cell.tone, 1.2).dashed(Dash::Dashed);
            let fill = Some(Paint::from(Tone::Surface));
            kit.list
                .rect(rect.inset(0.6, 0.6), corner, fill, Some(stroke));
            cell.tone
        };
        let style = cell_style(kit, tone);
        let center = rect.center();
        let at = Point::new(center.x, baseline(center.y, style.size));
        kit.label(&cell.label, at, style, width);
    }
}
