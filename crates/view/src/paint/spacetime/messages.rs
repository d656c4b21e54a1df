//! Messages as arrows from their sending to their arrival.

use super::frame::SpaceTimeFrame;
use super::way::{Way, Ways};
use crate::display::{Bounds, Dash, Point, Stroke, TargetKind};
use crate::paint::kit::{Kit, cross, tone_number};
use crate::panel::Tone;
use crate::sentences;
use crate::spacetime::{MessageFate, SpaceTime, SpaceTimeMessage};

/// Of what is not certain, only a hint is drawn.
const HINT: f32 = 0.45;
/// Up to this many messages what is lost shows where it was bound.
const AIMS: usize = 80;

/// An arrow of the many: (style, index of its first point, 0, index of its message). Sorted,
/// what looks alike is together.
type Drawn = (u32, u32, u32, u32);

/// The messages of a diagram, to be drawn.
pub struct Arrows<'a> {
    data: &'a SpaceTime,
    frame: &'a SpaceTimeFrame,
    /// The way of each message; none where nothing of it is to be seen.
    ways: Vec<Option<Way>>,
    /// The ways of messages held back, as they were planned.
    plans: Vec<Way>,
    /// The more there are, the finer.
    width: f32,
    head: f32,
    /// Of very many the lines are faint, and only what stands out is strong.
    strength: f32,
}

impl<'a> Arrows<'a> {
    pub fn new(data: &'a SpaceTime, frame: &'a SpaceTimeFrame, small: f32) -> Self {
        let (width, head, strength) = match data.messages.len() {
            0..=60 => (0.115, 0.72, 1.0),
            61..=400 => (0.095, 0.58, 1.0),
            _ => (0.075, 0.42, HINT),
        };
        let ways = Ways::new(data, frame);
        let plans = data.messages.iter().filter_map(|message| {
            let planned = message.planned_ns?;
            ways.of(&SpaceTimeMessage {
                arrives_ns: Some(planned),
                fate: MessageFate::Delivered { at_ns: planned },
                ..message.clone()
            })
        });
        Self {
            data,
            frame,
            plans: plans.collect(),
            ways: data.messages.iter().map(|one| ways.of(one)).collect(),
            width: (small * width).max(0.75),
            head: (small * head).max(4.0),
            strength,
        }
    }

    pub fn paint(&self, kit: &mut Kit) {
        self.plans(kit);
        self.aims(kit);
        self.many(kit);
        for (message, way) in self.seen() {
            if self.is_drawn_alone(message, way) {
                self.alone(message, way, kit);
            }
        }
        self.losses(kit);
        self.waits(kit);
    }

    /// The messages of which something is to be seen.
    fn seen(&self) -> impl Iterator<Item = (&SpaceTimeMessage, &Way)> {
        let pairs = self.data.messages.iter().zip(&self.ways);
        pairs.filter_map(|(message, way)| Some((message, way.as_ref()?)))
    }

    /// The messages that carry labels where there is room, with their ways; the selected one
    /// alone, or the others.
    pub fn labelled(&self, selected: bool) -> impl Iterator<Item = (&SpaceTimeMessage, &Way)> {
        let is_so = move |id: &str| self.data.selected.is_message(id) == selected;
        self.seen().filter(move |(message, _)| is_so(&message.id))
    }

    /// Selected, or changed by a command.
    pub fn stands_out(&self, message: &SpaceTimeMessage) -> bool {
        message.command.is_some() || self.data.selected.is_message(&message.id)
    }

    /// The lines of all arrows, as pairs of points.
    pub fn lines(&self, out: &mut Vec<Point>) {
        out.clear();
        for (_, way) in self.seen() {
            match way.bow {
                Some(bow) => out.extend([way.start, bow, bow, way.end]),
                None => out.extend([way.start, way.end]),
            }
        }
    }

    fn is_drawn_alone(&self, message: &SpaceTimeMessage, way: &Way) -> bool {
        self.stands_out(message) || way.bow.is_some()
    }

    /// The tone of a message's arrow and label.
    pub fn tone(&self, message: &SpaceTimeMessage) -> Tone {
        if self.stands_out(message) {
            Tone::Accent
        } else {
            message.tone
        }
    }

    /// All that look alike are drawn in one go.
    fn many(&self, kit: &mut Kit) {
        let mut order = core::mem::take(&mut kit.list.scratch.order);
        let mut points = core::mem::take(&mut kit.list.scratch.places);
        order.clear();
        points.clear();
        for (index, way) in self.ways.iter().enumerate() {
            let message = &self.data.messages[index];
            if let Some(way) = way.filter(|way| !self.is_drawn_alone(message, way)) {
                let style = tone_number(message.tone) * 2 + u32::from(message.copy);
                order.push((style, points.len() as u32, 0, index as u32));
                let tip = tip(message, &way).unwrap_or(Point::new(f32::NAN, f32::NAN));
                points.extend([way.start, way.certain, way.end, tip, way.along]);
            }
        }
        order.sort_unstable();
        for group in order.chunk_by(|one, other| one.0 == other.0) {
            let first = &self.data.messages[group[0].3 as usize];
            let at = |drawn: &Drawn, part: usize| points[drawn.1 as usize + part];
            let stroke = Stroke::new(first.tone, self.width);
            let hints = group.iter().map(|drawn| (at(drawn, 1), at(drawn, 2)));
            let hints = hints.filter(|(from, to)| from != to);
            kit.list
                .segments(hints, stroke.faded(HINT).dashed(Dash::Dotted));
            let lines = group.iter().map(|drawn| (at(drawn, 0), at(drawn, 1)));
            kit.list
                .segments(lines, stroke.faded(self.strength).dashed(dash(first)));
            let heads = group.iter().map(|drawn| (at(drawn, 3), at(drawn, 4)));
            let heads = heads.filter(|(tip, _)| tip.x.is_finite());
            kit.list.arrows(heads, self.head, first.tone.into());
        }
        kit.list.scratch.order = order;
        kit.list.scratch.places = points;
    }

    /// A message that stands out, or goes in a bow.
    fn alone(&self, message: &SpaceTimeMessage, way: &Way, kit: &mut Kit) {
        let selected = self.data.selected.is_message(&message.id);
        let tone = self.tone(message);
        let (thicker, larger) = match (selected, self.stands_out(message)) {
            (true, _) => (2.2, 1.4),
            (false, true) => (1.4, 1.15),
            (false, false) => (1.0, 1.0),
        };
        let width = self.width * thicker;
        let stroke = Stroke::new(tone, width).dashed(dash(message));
        if let Some(bow) = way.bow {
            let corners = [way.start, bow, way.end];
            kit.list.polyline(corners, false, None, Some(stroke));
        } else {
            if way.certain != way.end {
                let hint = stroke.faded(HINT).dashed(Dash::Dotted);
                kit.list.segments([(way.certain, way.end)], hint);
            }
            kit.list.segments([(way.start, way.certain)], stroke);
        }
        if let Some(tip) = tip(message, way) {
            let heads = [(tip, way.along)];
            kit.list.arrows(heads, self.head * larger, tone.into());
        }
        if selected {
            let fill = Some(tone.into());
            kit.list.circles([way.start], width * 1.3, fill, None);
        }
    }

    /// Where a command held a message back, its way as it was planned.
    fn plans(&self, kit: &mut Kit) {
        let plans = self.plans.iter().map(|way| (way.start, way.end));
        let stroke = Stroke::new(Tone::Accent, self.width).faded(HINT);
        kit.list.segments(plans, stroke.dashed(Dash::Dotted));
    }

    /// The messages that were lost within the window, with their ways.
    fn lost(&self) -> impl Iterator<Item = Way> {
        let lost = self.seen().filter(|(message, _)| is_lost(message));
        lost.map(|(_, way)| *way).filter(|way| way.ends_inside)
    }

    /// Where messages were lost at a node.
    pub fn losses_at_nodes(&self, out: &mut Vec<Point>) {
        out.clear();
        if self.strength >= 1.0 {
            out.extend(
                self.lost()
                    .filter(|way| way.end == way.aim)
                    .map(|way| way.end),
            );
        }
    }

    /// What is lost goes on as a hint of where it was bound.
    fn aims(&self, kit: &mut Kit) {
        if self.data.messages.len() > AIMS {
            return;
        }
        let aims = self.lost().map(|way| (way.end, way.aim));
        let stroke = Stroke::new(Tone::Bad, self.width).faded(HINT * 0.7);
        kit.list.segments(aims, stroke.dashed(Dash::Dotted));
    }

    /// A cross where a message was lost.
    fn losses(&self, kit: &mut Kit) {
        let arm = (self.head * 0.5).max(2.6);
        let crosses = self.lost().flat_map(|way| cross(way.end, arm));
        let stroke = Stroke::new(Tone::Bad, (arm * 0.42).max(1.3));
        kit.list.segments(crosses, stroke);
    }

    /// What reached a node that was paused waits: a line along its lane until it was handled.
    fn waits(&self, kit: &mut Kit) {
        let frame = self.frame;
        let waits = self.data.messages.iter().filter_map(|message| {
            let until = match message.fate {
                MessageFate::Delivered { at_ns } => at_ns,
                MessageFate::InFlight => self.data.known_ns,
                MessageFate::Dropped { .. } => return None,
            };
            let since = message.arrives_ns.filter(|since| *since < until)?;
            // At the lower edge of the box that says so.
            let y = frame.y_of(message.to)? + frame.box_height(kit.sizes.small) * 0.38;
            let (from, to) = (frame.x_of(since), frame.x_of(until));
            (to - from > 1.0).then_some((Point::new(from, y), Point::new(to, y)))
        });
        kit.list
            .segments(waits, Stroke::new(Tone::Ink, self.width * 1.8));
    }

    /// A dot on each message in flight at the cursor, where it is on the stage.
    pub fn dots(&self, kit: &mut Kit) {
        let cursor = self.data.cursor_ns;
        if !self.frame.is_in_window(cursor) {
            return;
        }
        let x = self.frame.x_of(cursor);
        let radius = self.head * 0.42;
        let places = self.seen().filter_map(|(message, way)| {
            let arrives = message.arrives_ns?.min(message.end_ns());
            let flies = (message.sent_ns..arrives).contains(&cursor);
            let width = way.end.x - way.start.x;
            if !flies || way.bow.is_some() || width < 1.0 {
                return None;
            }
            let share = ((x - way.start.x) / width).clamp(0.0, 1.0);
            Some(way.start.toward(way.end, share))
        });
        let ring = Stroke::new(Tone::Paper, radius * 0.5);
        let fill = Some(Tone::Ink.into());
        kit.list.circles(places, radius, fill, Some(ring));
    }

    /// Every message can be pointed at, and every head dragged.
    pub fn targets(&self, kit: &mut Kit) {
        for (message, way) in self.seen() {
            let line = Bounds::Line {
                from: way.bow.unwrap_or(way.start),
                to: way.end,
            };
            kit.list
                .add_target(TargetKind::Message, line, &message.id, |out| {
                    sentences::push_space_time_message(out, self.data, message);
                });
            if let Some(tip) = tip(message, way) {
                let back = self.head * 0.5;
                let bounds = Bounds::Circle {
                    center: tip.moved(-way.along.x * back, -way.along.y * back),
                    radius: self.head * 0.6,
                };
                kit.list.add_twin_target(TargetKind::MessageHead, bounds);
            }
        }
    }
}

fn dash(message: &SpaceTimeMessage) -> Dash {
    if message.copy {
        Dash::Dashed
    } else {
        Dash::Solid
    }
}

fn is_lost(message: &SpaceTimeMessage) -> bool {
    matches!(message.fate, MessageFate::Dropped { .. })
}

/// Where the head is; none for a message that is lost, or ends outside the window.
fn tip(message: &SpaceTimeMessage, way: &Way) -> Option<Point> {
    (way.ends_inside && !is_lost(message)).then_some(way.end)
}
