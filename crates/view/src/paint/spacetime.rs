//! The space-time diagram: time runs to the right, each node has a lane, each message an arrow.
//!
//! A strip of 150 pixels and a whole screen show the same in the same order: flags of commands
//! at the top, the lanes, the axis of time.
//! What is certain is solid; what is only due, or lies after the cursor, is fainter.

mod axis;
mod faults;
mod frame;
mod labels;
mod lanes;
mod marks;
mod messages;
mod way;

pub use frame::{SpaceTimeFrame, lanes_that_fit};

use super::kit::{Kit, Style};
use crate::display::{Anchor, DisplayList, Rect, Size};
use crate::panel::Tone;
use crate::spacetime::SpaceTime;
use messages::Arrows;

/// Empties the list and paints a space-time diagram over a whole canvas.
/// The frame says where its times and lanes are.
pub fn space_time(data: &SpaceTime, size: Size, list: &mut DisplayList) -> SpaceTimeFrame {
    list.clear();
    if size.width < 1.0 || size.height < 1.0 {
        return SpaceTimeFrame::default();
    }
    let whole = Rect::new(0.0, 0.0, size.width, size.height);
    let mut kit = Kit::new(whole, size.scale, list);
    kit.title(&data.title);
    let frame = SpaceTimeFrame::new(data, kit.area, &kit.sizes);
    if data.lanes.is_empty() {
        let style = Style::new(kit.sizes.small, Tone::Muted).anchor(Anchor::Middle);
        let limit = kit.area.width;
        kit.label("no nodes yet", kit.area.center(), style, limit);
        return frame;
    }
    if !frame.has_room(kit.sizes.small) {
        return frame;
    }
    picture(data, &mut kit, &frame);
    frame
}

fn picture(data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    let arrows = Arrows::new(data, frame, kit.sizes.small);
    axis::unknown(data, kit, frame);
    lanes::lines(data, kit, frame);
    faults::boxes(data, kit, frame);
    faults::partitions(data, kit, frame);
    arrows.paint(kit);
    lanes::names(data, kit, frame);
    arrows.targets(kit);
    marks::events(data, kit, frame);
    axis::veil(data, kit, frame);
    axis::cursor(data, kit, frame);
    arrows.dots(kit);
    axis::hidden(data, kit, frame);
    labels::selected(&arrows, kit, frame);
    faults::box_labels(&arrows, data, kit, frame);
    faults::partition_labels(data, kit, frame);
    marks::flags(data, kit, frame);
    labels::rest(&arrows, data, kit, frame);
    axis::ticks(data, kit, frame);
    axis::cursor_target(data, kit, frame);
}
