//! Commands and faults as flags, and what nodes did by themselves as ticks.

use super::frame::SpaceTimeFrame;
use crate::display::{Bounds, Dash, Point, Rect, Stroke, TargetKind};
use crate::paint::kit::{Kit, Style};
use crate::panel::Tone;
use crate::sentences;
use crate::spacetime::{LaneEvent, Selection, SpaceTime, SpaceTimeMark};

/// What a flag that did nothing says after its name.
const REFUSED: &str = " (no effect)";

fn tone(mark: &SpaceTimeMark) -> Tone {
    if mark.command.is_some() && mark.refused.is_none() {
        Tone::Accent
    } else {
        Tone::Muted
    }
}

/// Flags at the top, each with its pole down to the node it concerns, or through all lanes.
pub(super) fn flags(data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    let small = kit.sizes.small;
    let limit = frame.plot().width * 0.45;
    // The later flag of two keeps its name where both cannot: what was done last matters most.
    // The selected one keeps it before all.
    let selected = |mark: &SpaceTimeMark| data.selected.is_mark(&mark.id);
    let count = data.marks.len();
    let order = (0..count)
        .filter(|index| selected(&data.marks[*index]))
        .chain(
            (0..count)
                .rev()
                .filter(|index| !selected(&data.marks[*index])),
        );
    for index in order {
        let mark = &data.marks[index];
        if !frame.is_in_window(mark.at_ns) {
            continue;
        }
        let x = frame.x_of(mark.at_ns);
        let style = Style::new(small, tone(mark)).strong().halo();
        let extra = if mark.refused.is_some() { REFUSED } else { "" };
        let width = (style.width(&mark.label) + style.width(extra)).min(limit);
        let gap = small * if mark.command.is_some() { 0.85 } else { 0.4 };
        let mut top = frame.plot().y - small * 0.3;
        // Right of its pole in any row, else left of it.
        let places = [x + gap, x - small * 0.4 - width]
            .into_iter()
            .flat_map(|left| {
                let rows = (0..frame.flag_rows()).rev();
                rows.map(move |row| Rect::new(left, frame.flag_row(row, small), width, small * 1.2))
            });
        for place in places {
            let pole = Rect::new(x - 1.0, place.y, 2.0, frame.plot().y - place.y);
            let crosses = kit.list.scratch.taken.iter().any(|one| one.overlaps(&pole));
            if !crosses && kit.claim(place.inset(-small * 0.25, 0.0)) {
                let content = kit.list.add_text(|out| {
                    out.push_str(&mark.label);
                    out.push_str(extra);
                });
                let at = Point::new(place.x, place.y + small * 0.95);
                kit.fitted(content, at, style, width + 0.1);
                top = place.y;
                break;
            }
        }
        pole(data, mark, (x, top), kit, frame);
    }
}

/// A flag's pole and cloth, and the target to point at and drag.
fn pole(
    data: &SpaceTime,
    mark: &SpaceTimeMark,
    (x, top): (f32, f32),
    kit: &mut Kit,
    frame: &SpaceTimeFrame,
) {
    let small = kit.sizes.small;
    let tone = tone(mark);
    let thin = (small * 0.11).max(1.2);
    let selected = data.selected.is_mark(&mark.id);
    let width = if selected { thin * 2.0 } else { thin };
    let dash = if mark.command.is_none() || mark.refused.is_some() {
        Dash::Dashed
    } else {
        Dash::Solid
    };
    let lane = mark.lane.and_then(|lane| frame.y_of(lane));
    let bottom = lane.unwrap_or(frame.plot().bottom());
    let line = (Point::new(x, top + small * 0.15), Point::new(x, bottom));
    kit.list
        .segments([line], Stroke::new(tone, width).dashed(dash));
    // No other text may stand on it.
    let taken = Rect::new(x - thin, top, thin * 2.0, bottom - top);
    kit.list.scratch.taken.push(taken);
    if lane.is_some() {
        let foot = [Point::new(x, bottom)];
        kit.list
            .circles(foot, small * 0.22, Some(tone.into()), None);
    }
    if mark.command.is_some() {
        let cloth = [(0.0, 0.15), (0.62, 0.5), (0.0, 0.85)];
        let corners = cloth.map(|(dx, dy)| Point::new(x + dx * small, top + dy * small));
        kit.list.polyline(corners, true, Some(tone.into()), None);
    }
    let bounds = Rect::new(x - small * 0.4, top, small * 1.1, bottom - top);
    let kind = match mark.command {
        Some(_) => TargetKind::Command,
        None => TargetKind::Mark,
    };
    kit.list
        .add_target(kind, Bounds::Rect(bounds), &mark.id, |out| {
            sentences::push_space_time_mark(out, mark);
        });
}

/// Ticks on the lanes; what a node noted is a ring.
pub(super) fn events(data: &SpaceTime, kit: &mut Kit, frame: &SpaceTimeFrame) {
    let small = kit.sizes.small;
    let reach = (frame.pitch() * 0.2).clamp(1.6, small * 0.34);
    let places = |note: bool| {
        let own = data.events.iter().filter(move |event| event.note == note);
        own.filter_map(|event| {
            let middle = event.from_ns + event.to_ns.saturating_sub(event.from_ns) / 2;
            let y = frame
                .y_of(event.lane)
                .filter(|_| frame.is_in_window(middle))?;
            Some((event, Point::new(frame.x_of(middle), y)))
        })
    };
    let ticks = places(false).map(|(event, at)| {
        let reach = if event.count > 1 { reach * 1.5 } else { reach };
        (at.moved(0.0, -reach), at.moved(0.0, reach))
    });
    kit.list
        .segments(ticks, Stroke::new(Tone::Muted, (small * 0.08).max(0.9)));
    let ring = Stroke::new(Tone::Ink, (small * 0.1).max(1.0));
    let notes = places(true).map(|(_, at)| at);
    kit.list
        .circles(notes, reach * 0.9, Some(Tone::Paper.into()), Some(ring));
    if let Selection::Mark(mark) = &data.selected {
        let entry = mark.strip_prefix('e').and_then(|id| id.parse().ok());
        let is_it = |event: &LaneEvent| Some(event.id) == entry;
        let lit = places(false).chain(places(true));
        let lit = lit.filter(|(event, _)| is_it(event)).map(|(_, at)| at);
        let ring = Stroke::new(Tone::Accent, (small * 0.16).max(1.6));
        kit.list.circles(lit, reach * 1.5, None, Some(ring));
    }
    for (event, at) in places(false).chain(places(true)) {
        let bounds = Bounds::Circle {
            center: at,
            radius: reach,
        };
        let lane = data.lane_name(event.lane);
        let id = kit.list.add_text(|out| {
            out.push('e');
            crate::number::push_plain(out, event.id);
        });
        kit.list
            .add_target_with(TargetKind::Event, bounds, id, |out| {
                sentences::push_space_time_event(out, lane, event);
            });
    }
}
