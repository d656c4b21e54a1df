//! Requests in lanes: from the client, perhaps by a balancer, along a lane to a node, into line,
//! to a worker. Of many nodes each is a small bar in a grid.

mod flights;
mod lane;
mod many;
mod sources;

use super::kit::Kit;
use crate::display::{Dash, Point, Rect, Stroke};
use crate::panel::{NodeStatus, QueueLane, Queues, Tone};

/// A lane that has less height than this, in units of the type's size, has no room for its
/// workers.
const SMALLEST_ROW: f32 = 2.6;
/// More height than this, in parts of the picture's width, a lane does not need.
const LARGEST_ROW: f32 = 0.75;

/// What stands where, from left to right.
struct Layout {
    /// The middles of the sources, and their radius.
    sources: Vec<Point>,
    radius: f32,
    /// Where messages leave the last source's column.
    leave: f32,
    /// Each lane's middle.
    rows: Vec<f32>,
    row: f32,
    /// From here on requests stand in line; the line's end is where the workers begin.
    line: f32,
    workers: f32,
    /// Where the workers end and the lanes' names begin.
    names: f32,
    right: f32,
    /// The share at which a lane's bar is full.
    full_share: f32,
}

impl Layout {
    fn of(queues: &Queues, kit: &Kit) -> Self {
        let (area, body) = (kit.area, kit.sizes.body);
        let count = queues.sources.len() as f32;
        let radius = (area.width * 0.034)
            .min(area.height * 0.1)
            .clamp(6.0, body * 2.4);
        // Between two sources there is a way for messages; one lane leaves it more room.
        let share = if queues.lanes.len() > 1 { 0.14 } else { 0.18 };
        let column = (area.width * share).clamp(radius * 2.3, body * 11.0);
        let names_width = (area.width * 0.19).clamp((area.width * 0.25).min(64.0), body * 12.0);
        let first = radius * 1.4 + body;
        let leave = area.x + first + column * (count - 0.5).max(0.0);
        let names = area.right() - names_width;
        let rest = (names - leave - body * 0.6).max(1.0);
        let line = leave + rest * if queues.lined { 0.3 } else { 0.36 };
        let workers = if queues.lined {
            line + rest * 0.3
        } else {
            line
        };
        let lanes = queues.lanes.len().max(1) as f32;
        let row = (area.height / lanes).min(area.width * LARGEST_ROW);
        let top = area.y + (area.height - row * lanes) / 2.0;
        let middle = area.y + area.height / 2.0;
        let source = |index: usize| Point::new(area.x + first + column * index as f32, middle);
        Self {
            sources: (0..queues.sources.len()).map(source).collect(),
            radius,
            leave,
            rows: (0..queues.lanes.len())
                .map(|index| top + row * (index as f32 + 0.5))
                .collect(),
            row,
            line,
            workers,
            names: names - body * 0.6,
            right: area.right(),
            full_share: full_share(queues),
        }
    }

    /// Where the way to a lane begins: at the edge of the last source.
    fn exit(&self) -> Point {
        match self.sources.last() {
            Some(last) => last.moved(self.radius * 1.15, 0.0),
            None => Point::new(self.leave, self.rows.first().copied().unwrap_or(0.0)),
        }
    }

    /// Where the way to a lane ends.
    fn port(&self, lane: usize) -> Option<Point> {
        Some(Point::new(self.line, *self.rows.get(lane)?))
    }

    /// The way between the two sources.
    fn trunk(&self) -> Option<(Point, Point)> {
        let [.., from, to] = self.sources.as_slice() else {
            return None;
        };
        let gap = self.radius * 1.15;
        Some((from.moved(gap, 0.0), to.moved(-gap, 0.0)))
    }
}

pub(super) fn paint(queues: &Queues, kit: &mut Kit) {
    if queues.lanes.is_empty() && queues.sources.is_empty() {
        return;
    }
    let mut layout = Layout::of(queues, kit);
    let is_many = layout.row < kit.sizes.small * SMALLEST_ROW;
    if is_many {
        // The nodes take all that lanes, workers and names take otherwise.
        layout.line = layout.leave + (layout.line - layout.leave) * 0.55;
    }
    let ports: Vec<Point> = if is_many {
        many::paint(queues, kit, &layout)
    } else {
        let ports = (0..queues.lanes.len()).filter_map(|lane| layout.port(lane));
        let ports: Vec<Point> = ports.collect();
        tracks(queues, kit, &layout, &ports);
        for (index, lane) in queues.lanes.iter().enumerate() {
            lane::paint(lane, kit, &layout, (index, queues.lined));
        }
        ports
    };
    sources::paint(queues, kit, &layout);
    flights::paint(queues, kit, &layout, &ports);
}

/// All lanes' bars have one scale, with some room beyond the largest share.
fn full_share(queues: &Queues) -> f32 {
    let shares = queues.lanes.iter().map(|lane| {
        let share = lane.share.unwrap_or(0.0);
        share.max(lane.expected.unwrap_or(0.0))
    });
    let most = shares.fold(0.0, f32::max) * 1.25;
    if most > 0.0 { most.min(1.0) } else { 1.0 }
}

/// The ways along which messages go.
fn tracks(queues: &Queues, kit: &mut Kit, layout: &Layout, ports: &[Point]) {
    let width = (kit.sizes.body * 0.09).max(1.0);
    let from = layout.exit();
    for (lane, port) in queues.lanes.iter().zip(ports) {
        let stroke = Stroke::new(Tone::Hair, width * 1.6);
        let stroke = if lane.out || lane.status == NodeStatus::Down {
            stroke.dashed(Dash::Dashed)
        } else {
            stroke
        };
        kit.list.segments([(from, *port)], stroke);
        // Beneath those in line it goes on to the node.
        if layout.workers > port.x {
            let node = Point::new(layout.workers, port.y);
            kit.list.segments([(*port, node)], stroke);
        }
    }
    if let Some(trunk) = layout.trunk() {
        kit.list
            .segments([trunk], Stroke::new(Tone::Hair, width * 1.6));
    }
}

/// A lane in words: "Node 2, 3 requests being served, 4 in line, 33.3 % of the requests".
fn push_words(out: &mut String, lane: &QueueLane) {
    use crate::number::push_count;
    super::kit::push_node_name(out, &lane.name);
    match lane.status {
        NodeStatus::Up if lane.out => out.push_str(", out"),
        NodeStatus::Up => {}
        NodeStatus::Down => out.push_str(", crashed"),
        NodeStatus::Paused => out.push_str(", paused"),
    }
    out.push_str(", ");
    push_count(out, u64::from(lane.serving()));
    out.push_str(" being served");
    if lane.waiting > 0 {
        out.push_str(", ");
        push_count(out, u64::from(lane.waiting));
        out.push_str(" in line");
    }
    if let Some(share) = lane.share {
        out.push_str(", ");
        push_percent(out, share);
        out.push_str(" of the requests");
    }
    if !lane.holds.is_empty() {
        out.push_str(", in memory: ");
        out.push_str(&lane.holds);
    }
}

/// The grid for so many things in a rectangle whose cells are the largest of this aspect: how
/// many columns, and the cells' size.
fn grid(count: usize, within: &Rect, aspect: f32) -> (usize, (f32, f32)) {
    let count = count.max(1);
    let ideal = (count as f32 * within.width / (within.height * aspect).max(1.0)).sqrt();
    let ideal = libm::roundf(ideal).clamp(1.0, count as f32) as usize;
    // Near the ideal, the numbers of columns that leave the last row full are tried too.
    let mut best = (1, (1.0, 1.0), f32::MIN);
    for columns in (ideal.saturating_sub(3)..=ideal + 3).filter(|columns| *columns > 0) {
        let rows = count.div_ceil(columns);
        let columns = count.div_ceil(rows);
        let cell = (within.width / columns as f32, within.height / rows as f32);
        let fullness = count as f32 / (columns * rows) as f32;
        let size = (cell.0 / aspect).min(cell.1) * fullness;
        if size > best.2 {
            best = (columns, cell, size);
        }
    }
    (best.0, best.1)
}

/// Adds a share as percent with one decimal, so that numbers beneath each other line up.
fn push_percent(out: &mut String, share: f32) {
    let tenths = libm::roundf(share.clamp(0.0, 1.0) * 1_000.0) as u64;
    crate::number::push_plain(out, tenths / 10);
    out.push('.');
    crate::number::push_plain(out, tenths % 10);
    out.push_str(" %");
}
