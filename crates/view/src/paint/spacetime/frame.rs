//! Where times and lanes are in the picture, and what is at a place in it.

use crate::display::Rect;
use crate::paint::kit::{Style, TypeSizes};
use crate::panel::Tone;
use crate::spacetime::{OTHERS, SpaceTime, choose_lanes};

/// Least height of a lane in units of the small type.
const PITCH_MIN: f32 = 1.14;
/// Height of a row of flags in units of the small type.
pub const FLAG_ROW: f32 = 1.5;
/// Height of the row of the axis.
const AXIS_ROW: f32 = 1.75;
/// Height of the cursor's handle.
pub const HANDLE: f32 = 0.8;

/// Where a space-time diagram has its times and lanes; what a page needs to drag in it.
#[derive(Clone, Debug, Default)]
pub struct SpaceTimeFrame {
    plot: Rect,
    flags_top: f32,
    flag_rows: u32,
    from_ns: u64,
    to_ns: u64,
    pitch: f32,
    /// The row of each lane; [`OTHERS`] for a lane that found no room.
    rows: Vec<u32>,
    /// The lane of each row; [`OTHERS`] for the row of the others.
    lanes: Vec<u32>,
    /// Nodes without a row of their own.
    others: u32,
}

impl SpaceTimeFrame {
    /// The place of the lanes, without labels, flags and axis.
    #[must_use]
    pub fn plot(&self) -> Rect {
        self.plot
    }

    /// Where a moment is across the picture; a moment out of the window is at its nearer edge.
    #[must_use]
    pub fn x_of(&self, ns: u64) -> f32 {
        self.x_beyond(ns).clamp(self.plot.x, self.plot.right())
    }

    /// The moment at a place across the picture, within the window.
    #[must_use]
    pub fn time_at(&self, x: f32) -> u64 {
        let share = f64::from(x - self.plot.x) / f64::from(self.plot.width.max(1e-3));
        // What is not a number becomes the window's start.
        let offset = libm::round(share.clamp(0.0, 1.0) * self.length()) as u64;
        self.from_ns.saturating_add(offset).min(self.to_ns)
    }

    /// How long a distance across the picture lasts, in nanoseconds; what a drag of an arrow's
    /// head to the right adds to its flight.
    #[must_use]
    pub fn duration_of(&self, width: f32) -> u64 {
        let share = f64::from(width) / f64::from(self.plot.width.max(1e-3));
        libm::round(share.max(0.0) * self.length()) as u64
    }

    /// The height of a lane's line; none for a lane that is not shown.
    #[must_use]
    pub fn y_of(&self, lane: u32) -> Option<f32> {
        self.row_of(lane).map(|row| self.y_of_row(row))
    }

    /// The lane nearest to a place; none outside the lanes, and on the lane of the others.
    #[must_use]
    pub fn lane_at(&self, y: f32) -> Option<u32> {
        if !(self.plot.y..self.plot.bottom()).contains(&y) {
            return None;
        }
        let row = (y - self.plot.y) / self.pitch.max(1e-3);
        let lane = self.lanes.get(row as usize).copied()?;
        (lane != OTHERS).then_some(lane)
    }

    /// How many nodes have no lane of their own in the picture.
    #[must_use]
    pub fn others(&self) -> u32 {
        self.others
    }

    pub(super) fn new(data: &SpaceTime, area: Rect, sizes: &TypeSizes) -> Self {
        let small = sizes.small;
        let flag_rows = flag_rows(area, small);
        let flags_top = area.y + HANDLE * small;
        let top = flags_top + flag_rows as f32 * FLAG_ROW * small;
        let height = area.bottom() - AXIS_ROW * small - top;
        let fit = ((height / (small * PITCH_MIN)) as usize).max(1);
        let mut frame = Self {
            flags_top,
            flag_rows,
            from_ns: data.from_ns,
            to_ns: data.to_ns.max(data.from_ns.saturating_add(1)),
            rows: vec![OTHERS; data.lanes.len()],
            ..Self::default()
        };
        frame.choose(data, fit);
        let gutter = (Style::new(sizes.body, Tone::Ink).strong())
            .widest(frame.labels(data), area.width * 0.24)
            + small * 0.8;
        let pad = small * 0.7;
        frame.plot = Rect::new(area.x + gutter, top, area.width - gutter - pad, height);
        frame.pitch = frame.plot.height / frame.lanes.len().max(1) as f32;
        frame
    }

    /// Gives the lanes rows as far as there is room, in their order.
    fn choose(&mut self, data: &SpaceTime, fit: usize) {
        let count = data.lanes.len();
        let all = count + usize::from(data.others > 0) <= fit;
        let chosen = if all {
            vec![true; count]
        } else {
            let mut busy: Vec<(bool, u32)> = data
                .lanes
                .iter()
                .map(|lane| {
                    let selected = data.selected.is_node(&lane.name);
                    (selected || !lane.stops.is_empty(), 0)
                })
                .collect();
            for message in &data.messages {
                let selected = data.selected.is_message(&message.id);
                for end in [message.from, message.to] {
                    if let Some(lane) = busy.get_mut(end as usize) {
                        lane.0 |= selected;
                        lane.1 += 1;
                    }
                }
            }
            choose_lanes(&busy, fit.saturating_sub(1).max(1))
        };
        for (lane, _) in chosen.iter().enumerate().filter(|(_, chosen)| **chosen) {
            self.rows[lane] = self.lanes.len() as u32;
            self.lanes.push(lane as u32);
        }
        self.others = data.others + (count - self.lanes.len()) as u32;
        if self.others > 0 && self.lanes.len() < fit {
            self.lanes.push(OTHERS);
        }
    }

    /// The texts beside the lanes, one for each row; none for the others, whose text is made.
    fn labels<'d>(&self, data: &'d SpaceTime) -> impl Iterator<Item = &'d str> {
        let others = self.others > 0;
        let shown = |lane: &&u32| **lane != OTHERS;
        let own: Vec<&str> = self
            .lanes
            .iter()
            .filter(shown)
            .map(|lane| &*data.lanes[*lane as usize].label)
            .collect();
        own.into_iter().chain(others.then_some("+ 1,000"))
    }

    /// Whether there is room for anything.
    pub(super) fn has_room(&self, small: f32) -> bool {
        self.plot.width >= small * 4.0 && self.plot.height >= small
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = (u32, f32)> {
        (0u32..)
            .zip(&self.lanes)
            .map(|(row, lane)| (*lane, self.y_of_row(row)))
    }

    /// The row of a lane; where it has none, that of the others.
    pub(super) fn row_of(&self, lane: u32) -> Option<u32> {
        let own = self.rows.get(lane as usize).copied();
        let row = own.filter(|row| *row != OTHERS).unwrap_or_else(|| {
            let last = self.lanes.len() as u32;
            match self.lanes.last() {
                Some(&OTHERS) => last - 1,
                _ => OTHERS,
            }
        });
        (row != OTHERS).then_some(row)
    }

    /// The lane of a row; none for the row of the others.
    pub(super) fn lane_of(&self, row: u32) -> Option<u32> {
        let lane = self.lanes.get(row as usize).copied();
        lane.filter(|lane| *lane != OTHERS)
    }

    pub(super) fn y_of_row(&self, row: u32) -> f32 {
        self.plot.y + (row as f32 + 0.5) * self.pitch
    }

    /// How far a height is from the nearest lane.
    pub(super) fn lane_near(&self, y: f32) -> f32 {
        let rows = (y - self.plot.y) / self.pitch.max(1e-3);
        ((rows - libm::floorf(rows)) - 0.5).abs() * self.pitch
    }

    pub(super) fn pitch(&self) -> f32 {
        self.pitch
    }

    /// The height of the boxes over times in which a node did not work.
    pub(super) fn box_height(&self, small: f32) -> f32 {
        (self.pitch * 0.66).min(small * 1.9)
    }

    /// Like `x_of`, also beyond the edges.
    pub(super) fn x_beyond(&self, ns: u64) -> f32 {
        let offset = if ns >= self.from_ns {
            (ns - self.from_ns) as f64
        } else {
            -((self.from_ns - ns) as f64)
        };
        // Far outside, a float's precision would bend lines.
        let share = (offset / self.length()).clamp(-1e3, 1e3);
        self.plot.x + self.plot.width * share as f32
    }

    pub(super) fn is_in_window(&self, ns: u64) -> bool {
        (self.from_ns..=self.to_ns).contains(&ns)
    }

    /// The upper edge of a row of flags.
    pub(super) fn flag_row(&self, row: u32, small: f32) -> f32 {
        self.flags_top + row as f32 * FLAG_ROW * small
    }

    pub(super) fn flag_rows(&self) -> u32 {
        self.flag_rows
    }

    pub(super) fn length_ns(&self) -> u64 {
        self.to_ns - self.from_ns
    }

    pub(super) fn window(&self) -> (u64, u64) {
        (self.from_ns, self.to_ns)
    }

    fn length(&self) -> f64 {
        (self.to_ns - self.from_ns) as f64
    }
}

/// Rows for flags: one in a strip, more where there is height.
fn flag_rows(area: Rect, small: f32) -> u32 {
    match area.height / small {
        rows if rows >= 36.0 => 3,
        rows if rows >= 15.0 => 2,
        _ => 1,
    }
}

/// How many lanes find room at a size; ask for no more, and the choice among them stays
/// steady while the window moves.
#[must_use]
pub fn lanes_that_fit(size: crate::display::Size) -> usize {
    let sizes = TypeSizes::at(size.width, size.height, size.scale);
    let whole = Rect::new(0.0, 0.0, size.width, size.height);
    let area = whole.inset(sizes.margin, sizes.margin);
    let small = sizes.small;
    let taken = HANDLE + flag_rows(area, small) as f32 * FLAG_ROW + AXIS_ROW;
    (((area.height - taken * small) / (small * PITCH_MIN)) as usize).max(1)
}
