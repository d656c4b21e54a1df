//! Messages along their lanes: requests below the line, answers above it. A dot goes well, a
//! diamond says no, a hollow dot comes too late, a square is a health check, a cross is lost.

use super::Layout;
use crate::display::{Bounds, Point, Rect, Stroke, TargetKind};
use crate::paint::kit::{DOT_RADIUS_MIN, Kit, Style, baseline, cross, tone_number};
use crate::panel::{QueueMessage, QueueMessageKind, Queues, Tone};

/// Up to so many messages have their labels beside them.
const WORDED_MAX: usize = 12;
/// From so many messages on they are as small as can be.
const DOTS_MAX: usize = 400;

/// A message with its place and the way it goes.
struct Placed<'a> {
    message: &'a QueueMessage,
    at: Point,
    along: Point,
    tone: Tone,
}

pub(super) fn paint(queues: &Queues, kit: &mut Kit, layout: &Layout, ports: &[Point]) {
    let count = queues.messages.len();
    let worded = queues.worded && count <= WORDED_MAX;
    let radius = if count > DOTS_MAX {
        (kit.sizes.body * 0.14).max(1.5)
    } else {
        (kit.sizes.body * 0.36)
            .min(layout.row * 0.12)
            .clamp(2.2, 14.0)
            * if worded { 1.5 } else { 1.0 }
    };
    let way = |lane: Option<u32>| match lane {
        Some(lane) => Some((layout.exit(), *ports.get(lane as usize)?)),
        None => layout.trunk(),
    };
    let place = |lane: Option<u32>, back: bool, progress: f32| {
        let (from, to) = way(lane)?;
        let distance = from.distance(to).max(1e-3);
        let along = Point::new((to.x - from.x) / distance, (to.y - from.y) / distance);
        let progress = if progress > 0.0 {
            progress.min(1.0)
        } else {
            0.0
        };
        let (along, gone) = if back {
            (Point::new(-along.x, -along.y), 1.0 - progress)
        } else {
            (along, progress)
        };
        // It keeps right of the line: requests are below it, answers above.
        let at = from.toward(to, gone);
        let aside = radius * 1.25;
        Some((at.moved(-along.y * aside, along.x * aside), along))
    };
    let placed: Vec<Placed> = queues
        .messages
        .iter()
        .filter_map(|message| {
            let (at, along) = place(message.lane, message.back, message.progress)?;
            let lane = message
                .lane
                .and_then(|lane| queues.lanes.get(lane as usize));
            let tone = lane.map_or(Tone::Ink, |lane| lane.tone);
            Some(Placed {
                message,
                at,
                along,
                tone,
            })
        })
        .collect();
    for kind in [
        QueueMessageKind::Check,
        QueueMessageKind::Late,
        QueueMessageKind::Plain,
        QueueMessageKind::Failed,
    ] {
        let of_kind = placed.iter().filter(|one| one.message.kind == kind);
        let of_kind: Vec<&Placed> = of_kind.collect();
        match kind {
            QueueMessageKind::Check => squares(&of_kind, kit, radius * 0.6),
            QueueMessageKind::Late => {
                let outline = Stroke::new(Tone::Muted, (radius * 0.35).max(1.2));
                let centers = of_kind.iter().map(|one| one.at);
                kit.list
                    .circles(centers, radius * 0.85, None, Some(outline));
            }
            QueueMessageKind::Plain => dots(&of_kind, kit, radius),
            QueueMessageKind::Failed => diamonds(&of_kind, kit, radius * 1.25),
        }
    }
    if worded {
        let right = ports.iter().map(|port| port.x).fold(f32::MAX, f32::min);
        words(&placed, kit, radius, (layout.leave, right));
    }
    for loss in &queues.losses {
        if let Some((at, _)) = place(loss.lane, loss.back, loss.way) {
            // A mark that fades would be hard to see; it shrinks instead.
            let age = if loss.age > 0.0 {
                loss.age.min(1.0)
            } else {
                0.0
            };
            let stroke = Stroke::new(Tone::Bad, (radius * 0.45).max(1.5));
            let arm = radius * (1.3 - 0.8 * age);
            kit.list.segments(cross(at, arm), stroke);
        }
    }
    for one in placed.iter().filter(|one| !one.message.id.is_empty()) {
        let (message, center) = (one.message, one.at);
        let bounds = Bounds::Circle { center, radius };
        kit.list
            .add_target(TargetKind::Message, bounds, &message.id, |out| {
                out.push_str(&message.label);
                let lane = message
                    .lane
                    .and_then(|lane| queues.lanes.get(lane as usize));
                if let Some(lane) = lane {
                    out.push_str(if message.back { ", from " } else { ", to " });
                    crate::paint::kit::push_node_name(out, &lane.name);
                }
            });
    }
}

/// What each message says, beside it: requests below, answers above, so that one that goes and
/// one that comes do not write over each other, and clear of the machines at either end. Who
/// finds no room says nothing.
fn words(placed: &[Placed], kit: &mut Kit, radius: f32, (from, to): (f32, f32)) {
    let size = kit.sizes.small;
    // Nothing is written over a message.
    let dot = |one: &Placed| {
        let corner = one.at.moved(-radius, -radius);
        Rect::new(corner.x, corner.y, radius * 2.0, radius * 2.0)
    };
    let mut taken: Vec<Rect> = placed.iter().map(dot).collect();
    for one in placed {
        let message = one.message;
        if message.label.is_empty() || message.kind == QueueMessageKind::Check {
            continue;
        }
        let style = Style::new(size, one.tone).strong();
        let width = style.width(&message.label);
        let (least, most) = (from + size * 0.4, to - width - size);
        if least > most {
            continue;
        }
        let left = (one.at.x - width / 2.0).clamp(least, most);
        let away = radius * 1.4 + size * 0.75;
        let middle = one.at.y + if message.back { -away } else { away };
        let place = Rect::new(left, middle - size * 0.6, width + size * 0.5, size * 1.2);
        if taken.iter().any(|other| other.overlaps(&place)) {
            continue;
        }
        let at = Point::new(left, baseline(middle, size));
        kit.label(&message.label, at, style, width + 0.5);
        taken.push(place);
    }
}

/// Dots with an arrow in them, or arrow heads alone where those would be too small.
fn dots(placed: &[&Placed], kit: &mut Kit, radius: f32) {
    let mut tones: u32 = 0;
    for one in placed {
        let bit = 1 << tone_number(one.tone);
        if tones & bit != 0 {
            continue;
        }
        tones |= bit;
        let number = tone_number(one.tone);
        let of_tone = || {
            let all = placed.iter();
            all.filter(move |other| tone_number(other.tone) == number)
        };
        let tip = |other: &Placed, reach: f32| {
            let at = other.at;
            (
                at.moved(other.along.x * reach, other.along.y * reach),
                other.along,
            )
        };
        if radius < DOT_RADIUS_MIN {
            let heads = of_tone().map(|other| tip(other, radius));
            kit.list.arrows(heads, radius * 2.4, one.tone.into());
        } else {
            let centers = of_tone().map(|other| other.at);
            kit.list
                .circles(centers, radius, Some(one.tone.into()), None);
            let heads = of_tone().map(|other| tip(other, radius * 0.62));
            kit.list.arrows(heads, radius * 1.05, Tone::Surface.into());
        }
    }
}

fn squares(placed: &[&Placed], kit: &mut Kit, half: f32) {
    let sides = placed.iter().flat_map(|one| {
        let at = one.at;
        let corners = [
            at.moved(-half, -half),
            at.moved(half, -half),
            at.moved(half, half),
            at.moved(-half, half),
        ];
        (0..4).map(move |side| (corners[side], corners[(side + 1) % 4]))
    });
    let stroke = Stroke::new(Tone::Muted, (half * 0.4).max(1.0));
    kit.list.segments(sides, stroke);
}

fn diamonds(placed: &[&Placed], kit: &mut Kit, reach: f32) {
    for one in placed {
        let corners = (0..4).map(|corner| one.at.at_turn(reach, corner as f32 / 4.0));
        let outline = Stroke::new(Tone::Bad, (reach * 0.3).max(1.4));
        kit.list
            .polyline(corners, true, Some(Tone::Paper.into()), Some(outline));
    }
}
