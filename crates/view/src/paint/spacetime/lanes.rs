//! The lanes themselves.

use super::frame::SpaceTimeFrame;
use crate::display::{Bounds, Dash, Paint, Point, Rect, Stroke, TargetKind};
use crate::number::push_count;
use crate::paint::kit::{Kit, Style, baseline, push_node_name};
use crate::panel::{NodeStatus, Tone};
use crate::spacetime::{SpaceTime, StatusSpan};

/// A line for each lane, and its name beside it.
pub(super) fn lines(data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    let plot = frame.plot();
    let small = kit.sizes.small;
    if let Some(y) = selected_row(data, frame) {
        let height = frame.pitch().min(small * 2.2);
        let band = Rect::new(kit.area.x, y - height / 2.0, kit.area.width, height);
        let fill = Paint::new(Tone::Hair, 0.55);
        kit.list.rect(band, small * 0.25, Some(fill), None);
    }
    let width = (small * 0.09).max(1.0);
    let own = frame.rows().filter_map(|(lane, y)| {
        let since = data.lanes.get(lane as usize)?.since_ns;
        Some((
            Point::new(frame.x_of(since), y),
            Point::new(plot.right(), y),
        ))
    });
    kit.list.segments(own, Stroke::new(Tone::Hair, width));
    let others = frame
        .rows()
        .filter(|(lane, _)| data.lanes.get(*lane as usize).is_none());
    let others = others.map(|(_, y)| (Point::new(plot.x, y), Point::new(plot.right(), y)));
    kit.list
        .segments(others, Stroke::new(Tone::Hair, width).dashed(Dash::Dashed));
}

fn selected_row(data: &SpaceTime, frame: &SpaceTimeFrame) -> Option<f32> {
    let lanes = data.lanes.iter();
    let lane = lanes
        .clone()
        .position(|lane| data.selected.is_node(&lane.name))?;
    let row = frame.row_of(lane as u32)?;
    frame.lane_of(row).map(|_| frame.y_of_row(row))
}

/// The names beside the lanes, which are targets.
pub(super) fn names(data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    let limit = frame.plot().x - kit.area.x - kit.sizes.small * 0.5;
    for (number, y) in frame.rows() {
        let Some(lane) = data.lanes.get(number as usize) else {
            let style = Style::new(kit.sizes.small, Tone::Muted);
            let content = kit.list.add_text(|out| {
                out.push_str("+ ");
                push_count(out, u64::from(frame.others()));
            });
            let at = Point::new(kit.area.x, baseline(y, style.size));
            kit.fitted(content, at, style, limit);
            continue;
        };
        // Bodies of text are a little larger than the least pitch allows.
        let size = kit
            .sizes
            .body
            .min(frame.pitch() * 0.88)
            .max(kit.sizes.small);
        let style = Style::new(size, lane.tone).strong();
        kit.label(
            &lane.label,
            Point::new(kit.area.x, baseline(y, size)),
            style,
            limit,
        );
        let height = frame.pitch().min(size * 2.0);
        let bounds = Rect::new(kit.area.x, y - height / 2.0, limit, height);
        kit.list
            .add_target(TargetKind::Lane, Bounds::Rect(bounds), &lane.name, |out| {
                push_node_name(out, &lane.label);
                let stop = lane.stops.iter().find(|stop| covers(stop, data.cursor_ns));
                out.push_str(match stop.map(|stop| stop.status) {
                    Some(NodeStatus::Down) => ", crashed",
                    Some(NodeStatus::Paused) => ", paused",
                    _ => "",
                });
            });
    }
}

fn covers(stop: &StatusSpan, ns: u64) -> bool {
    stop.from_ns <= ns && stop.to_ns.is_none_or(|to| to > ns)
}
