//! Very many nodes: a grid of small bars, as high as the node has requests.

use super::{Layout, grid, push_words};
use crate::display::{Anchor, Bounds, Dash, Point, Rect, Stroke, TargetKind};
use crate::number::push_count;
use crate::paint::kit::{Kit, Style, cross};
use crate::panel::{NodeStatus, QueueLane, Queues, Tone};

/// Bars are as high as their cell at so many requests at least, so that one request looks little.
const LEAST_FULL: u32 = 4;

/// Paints the grid, and gives the place of each node.
pub(super) fn paint(queues: &Queues, kit: &mut Kit, layout: &Layout) -> Vec<Point> {
    let small = kit.sizes.small;
    let left = layout.line;
    let legend = small * 1.7;
    let within = Rect::new(
        left,
        kit.area.y,
        layout.right - left,
        (kit.area.height - legend).max(1.0),
    );
    let (columns, cell) = grid(queues.lanes.len(), &within, 1.0);
    let place = |index: usize| {
        let gap = (cell.0.min(cell.1) * 0.12).min(6.0);
        Rect::new(
            within.x + cell.0 * (index % columns) as f32,
            within.y + cell.1 * (index / columns) as f32,
            cell.0,
            cell.1,
        )
        .inset(gap, gap)
    };
    let most = queues.lanes.iter().map(QueueLane::active).max();
    let full = most.unwrap_or(0).max(LEAST_FULL);
    bars(queues, kit, full, &place);
    marks(queues, kit, &place);
    for (index, lane) in queues.lanes.iter().enumerate() {
        let bounds = Bounds::Rect(place(index));
        kit.list
            .add_target(TargetKind::Node, bounds, &lane.name, |out| {
                push_words(out, lane);
            });
    }
    let style = Style::new(small, Tone::Muted).anchor(Anchor::End);
    let text = kit.list.add_text(|out| {
        push_count(out, queues.lanes.len() as u64);
        out.push_str(" nodes; a full bar is ");
        push_count(out, u64::from(full));
        out.push_str(" requests");
    });
    let at = Point::new(layout.right, kit.area.bottom() - small * 0.35);
    kit.fitted(text, at, style, layout.right - left);
    (0..queues.lanes.len())
        .map(|index| place(index).center())
        .collect()
}

/// A ground line for each node, and a bar upon it. One shape for all of a height's step.
fn bars(queues: &Queues, kit: &mut Kit, full: u32, place: &dyn Fn(usize) -> Rect) {
    let lanes = || queues.lanes.iter().enumerate();
    let up = |lane: &QueueLane| lane.status != NodeStatus::Down;
    let ground = lanes().filter(|(_, lane)| up(lane)).map(|(index, _)| {
        let cell = place(index);
        (
            Point::new(cell.x, cell.bottom()),
            Point::new(cell.right(), cell.bottom()),
        )
    });
    kit.list.segments(ground, Stroke::new(Tone::Muted, 1.0));
    let width = queues.lanes.first().map_or(1.0, |_| place(0).width);
    // The nodes with the most requests are what to look at.
    let most = lanes().map(|(_, lane)| lane.active()).max().unwrap_or(0);
    for (is_most, tone) in [(false, Tone::Series(0)), (true, Tone::Accent)] {
        let of_kind = lanes().filter(|(_, lane)| {
            let active = lane.active();
            up(lane) && active > 0 && (active == most && most >= LEAST_FULL) == is_most
        });
        let columns = of_kind.map(|(index, lane)| {
            let cell = place(index);
            let height = cell.height * lane.active() as f32 / full as f32;
            let middle = cell.center().x;
            (
                Point::new(middle, cell.bottom()),
                Point::new(middle, cell.bottom() - height),
            )
        });
        kit.list
            .segments(columns, Stroke::new(tone, (width * 0.8).max(1.0)));
    }
}

/// Crosses are down, broken outlines are out or paused.
fn marks(queues: &Queues, kit: &mut Kit, place: &dyn Fn(usize) -> Rect) {
    let lanes = || queues.lanes.iter().enumerate();
    let size = (place(0).width.min(place(0).height) * 0.32).min(12.0);
    let down = lanes().filter(|(_, lane)| lane.status == NodeStatus::Down);
    let crosses = down.flat_map(|(index, _)| cross(place(index).center(), size));
    kit.list
        .segments(crosses, Stroke::new(Tone::Bad, (size * 0.4).max(1.2)));
    for (index, lane) in lanes() {
        if lane.status == NodeStatus::Paused || (lane.out && lane.status == NodeStatus::Up) {
            let dash = match lane.status {
                NodeStatus::Paused => Dash::Dashed,
                _ => Dash::Dotted,
            };
            let outline = Stroke::new(Tone::Ink, 1.2).dashed(dash);
            kit.list.rect(place(index), 1.0, None, Some(outline));
        }
    }
}
