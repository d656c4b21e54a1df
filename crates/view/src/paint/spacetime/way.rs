//! The way of a message through the picture: from its sending to its end.

use super::frame::SpaceTimeFrame;
use crate::display::Point;
use crate::spacetime::{DropPlace, MessageFate, SpaceTime, SpaceTimeMessage};

/// How far a message comes that the network loses at once, of its usual flight.
const LOST_AFTER: f32 = 0.42;

/// The visible part of a message's way.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// Where it begins, or enters the window.
    pub start: Point,
    /// Where it ends, or leaves the window.
    pub end: Point,
    /// The unit vector along it.
    pub along: Point,
    /// Up to here it is certain: the place where what is known ends, or `end`.
    pub certain: Point,
    /// It ends within the window.
    pub ends_inside: bool,
    /// Where it would have ended if it had not been lost; else `end`.
    pub aim: Point,
    /// A message to its own sender: the top of its bow.
    pub bow: Option<Point>,
}

/// What ways are computed from.
pub struct Ways<'a> {
    pub data: &'a SpaceTime,
    pub frame: &'a SpaceTimeFrame,
    /// How long a flight usually takes, for messages that never had an arrival.
    usual_ns: u64,
}

impl<'a> Ways<'a> {
    pub fn new(data: &'a SpaceTime, frame: &'a SpaceTimeFrame) -> Self {
        let flights = data.messages.iter().filter_map(|message| {
            let flight = message.arrives_ns?.checked_sub(message.sent_ns)?;
            Some(u128::from(flight))
        });
        let (sum, count) = flights.fold((0, 0), |(sum, count), flight| (sum + flight, count + 1));
        let most = frame.length_ns() / 6;
        let usual_ns = match count {
            0 => frame.length_ns() / 16,
            count => ((sum / count) as u64).min(most),
        };
        Self {
            data,
            frame,
            usual_ns,
        }
    }

    /// The way of a message; none if nothing of it is to be seen.
    pub fn of(&self, message: &SpaceTimeMessage) -> Option<Way> {
        let (frame, data) = (self.frame, self.data);
        let (from, to) = (frame.row_of(message.from)?, frame.row_of(message.to)?);
        if from == to && frame.lane_of(from).is_none() {
            // Between two nodes without lanes.
            return None;
        }
        let due = match message.arrives_ns {
            Some(arrives) => arrives.max(message.sent_ns),
            None => message.sent_ns.saturating_add(self.usual_ns),
        };
        let start = Point::new(frame.x_beyond(message.sent_ns), frame.y_of_row(from));
        let aim = Point::new(frame.x_beyond(due), frame.y_of_row(to));
        let share = self.share(message, (from, to), due);
        let end = start.toward(aim, share);
        let certain = match message.fate {
            MessageFate::InFlight => fraction(message.sent_ns, due, data.known_ns),
            _ => 1.0,
        };
        let length = start.distance(aim).max(1e-3);
        let along = Point::new((aim.x - start.x) / length, (aim.y - start.y) / length);
        if from == to {
            return self.bow(start, aim);
        }
        let (left, right) = (frame.plot().x, frame.plot().right());
        if end.x < left || start.x > right {
            return None;
        }
        let clip = |point: Point| clip(start, end, point, (left, right));
        Some(Way {
            start: clip(start),
            end: clip(end),
            along,
            certain: clip(start.toward(end, certain)),
            ends_inside: (left..=right).contains(&end.x),
            aim: self::clip(start, aim, aim, (left, right)),
            bow: None,
        })
    }

    /// A message to its own sender goes up and comes back.
    fn bow(&self, start: Point, aim: Point) -> Option<Way> {
        let plot = self.frame.plot();
        if aim.x < plot.x || start.x > plot.right() {
            return None;
        }
        let height = self.frame.pitch() * 0.38;
        let start = Point::new(start.x.clamp(plot.x, plot.right()), start.y);
        let width = (aim.x - start.x).max(height * 0.6);
        let end = Point::new((start.x + width).min(plot.right()), start.y);
        let bow = start.toward(end, 0.5).moved(0.0, -height);
        let length = bow.distance(end).max(1e-3);
        Some(Way {
            start,
            end,
            along: Point::new((end.x - bow.x) / length, (end.y - bow.y) / length),
            certain: end,
            ends_inside: true,
            aim: end,
            bow: Some(bow),
        })
    }

    /// How much of its way a message comes.
    fn share(&self, message: &SpaceTimeMessage, (from, to): (u32, u32), due: u64) -> f32 {
        let MessageFate::Dropped { at_ns, place, .. } = &message.fate else {
            return 1.0;
        };
        match place {
            DropPlace::AtTheReceiver => 1.0,
            DropPlace::OnTheWay if message.arrives_ns.is_none() => LOST_AFTER,
            DropPlace::OnTheWay => fraction(message.sent_ns, due, *at_ns),
            DropPlace::AtTheCut => self.cut(message, (from, to), due, *at_ns),
        }
    }

    /// Where a message meets the cut that is in its way: at the first line between two sides,
    /// or, if it was past that when the network was split, where it was then.
    fn cut(&self, message: &SpaceTimeMessage, (from, to): (u32, u32), due: u64, at: u64) -> f32 {
        let covers = |from_ns: u64, to_ns: Option<u64>| {
            from_ns <= at && to_ns.is_none_or(|until| until >= at)
        };
        let span = self.data.partitions.iter().rev();
        let Some(span) = span.clone().find(|span| covers(span.from_ns, span.to_ns)) else {
            return 0.5;
        };
        let side = |row: u32| {
            let lane = self.frame.lane_of(row)?;
            span.sides.get(lane as usize).copied()
        };
        let rows = from.abs_diff(to);
        let step = |count: u32| {
            if to > from {
                from + count
            } else {
                from - count
            }
        };
        let crossed = (1..=rows).find(|count| side(step(*count)) != side(from));
        let line = crossed.map_or(0.5, |count| (count as f32 - 0.5) / rows as f32);
        if message.arrives_ns.is_none() {
            return line;
        }
        line.max(fraction(message.sent_ns, due, span.from_ns))
    }
}

/// Where a moment lies between two others, from 0 to 1.
fn fraction(from: u64, to: u64, at: u64) -> f32 {
    if at >= to {
        return 1.0;
    }
    (at.saturating_sub(from) as f64 / (to - from).max(1) as f64) as f32
}

/// A point of a line, moved along it until it is between two bounds.
fn clip(start: Point, end: Point, point: Point, (left, right): (f32, f32)) -> Point {
    let width = end.x - start.x;
    if width < 1e-3 || (left..=right).contains(&point.x) {
        return point;
    }
    let x = point.x.clamp(left, right);
    Point::new(x, start.toward(end, (x - start.x) / width).y)
}
