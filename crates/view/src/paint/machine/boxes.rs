//! The states: boxes of one size. The present one is full, has a second outline and a strong
//! label; the others are hollow.

use crate::display::{Anchor, Bounds, Point, Rect, Stroke, TargetKind};
use crate::paint::kit::{Kit, Style, push_node_name};
use crate::panel::{MachineState, StateMachine, Tone};

/// The widest a box may be, as a share of the place.
const WIDEST: f32 = 0.33;
/// Where the place is narrow, labels shrink so far rather than being cut.
const SMALLEST: f32 = 0.72;

/// The size of every box.
pub(super) struct Boxes {
    pub width: f32,
    pub height: f32,
    /// From a box's edge to its second outline.
    pub rim: f32,
    label: f32,
    caption: f32,
    note: f32,
}

impl Boxes {
    /// Boxes that hold the longest of the labels and captions.
    pub fn sized(machine: &StateMachine, kit: &Kit) -> Self {
        let area = kit.area;
        let grown = super::growth(kit);
        let label = Style::new(kit.sizes.large * grown, Tone::Ink).strong();
        let caption = Style::new(kit.sizes.small * grown, Tone::Ink);
        let limit = area.width * WIDEST;
        let states = || machine.states.iter();
        let label_width = label.widest(states().map(|state| &*state.label), f32::MAX);
        let least = SMALLEST.max(kit.sizes.small / label.size).min(1.0);
        let shrunk = (limit / label_width.max(1.0)).clamp(least, 1.0);
        let label = Style {
            size: label.size * shrunk,
            ..label
        };
        let padding = label.size * if shrunk < 1.0 { 0.5 } else { 0.7 };
        // A line that would be cut in one box is left out of all.
        let width = |text: fn(&MachineState) -> &str| {
            let width = caption.widest(states().map(text), f32::MAX);
            if width <= limit + padding { width } else { 0.0 }
        };
        let (captions, notes) = (width(|state| &state.caption), width(|state| &state.note));
        let widest = (label_width * shrunk).min(limit).max(captions).max(notes);
        let line = |width: f32| if width > 0.0 { caption.size * 1.3 } else { 0.0 };
        let (captions, notes) = (line(captions), line(notes));
        let height = label.size * 1.2 + padding + captions + notes;
        // Where states stand above each other, there is a way between them to be seen.
        let fits = |height: f32| height * 3.2 <= area.height;
        let (captions, notes, height) = if fits(height) {
            (captions, notes, height)
        } else if fits(height - notes) {
            (captions, 0.0, height - notes)
        } else {
            (0.0, 0.0, label.size * 1.2 + padding)
        };
        Self {
            width: widest + 2.0 * padding,
            height: height.min(area.height),
            rim: (label.size * 0.3).max(4.0),
            label: label.size,
            caption: if captions > 0.0 { caption.size } else { 0.0 },
            note: if notes > 0.0 { caption.size } else { 0.0 },
        }
    }

    /// The box around a place.
    pub fn around(&self, place: Point) -> Rect {
        let (width, height) = (self.width, self.height);
        Rect::new(place.x - width / 2.0, place.y - height / 2.0, width, height)
    }

    /// How far a way from a state to itself and its label rise above its box.
    pub fn loop_height(&self) -> f32 {
        self.loop_rise() + self.label * 1.4
    }

    /// How far the way itself does.
    pub fn loop_rise(&self) -> f32 {
        self.label * 0.9
    }

    /// The radius of the corners.
    fn corner(&self) -> f32 {
        self.height * 0.28
    }
}

/// A state without room for its box is a dot.
pub(super) fn paint(
    machine: &StateMachine,
    kit: &mut Kit,
    places: &[Point],
    boxes: &Boxes,
    has_room: impl Fn(usize) -> bool,
) {
    for (index, (state, place)) in machine.states.iter().zip(places).enumerate() {
        let current = machine.current == Some(index as u32);
        if has_room(index) {
            one(state, kit, *place, boxes, current);
        } else {
            let tone = if current { state.tone } else { Tone::Muted };
            kit.list
                .circles([*place], boxes.rim, Some(tone.into()), None);
        }
        if current && !machine.node.is_empty() {
            let bounds = Bounds::Rect(boxes.around(*place));
            kit.list
                .add_target(TargetKind::Node, bounds, &machine.node, |out| {
                    push_node_name(out, &machine.node);
                    for part in [&state.label, &state.caption, &state.note] {
                        if !part.is_empty() {
                            out.push_str(", ");
                            out.push_str(part);
                        }
                    }
                });
        }
    }
}

fn one(state: &MachineState, kit: &mut Kit, place: Point, boxes: &Boxes, current: bool) {
    let rect = boxes.around(place);
    let line = (boxes.label * 0.1).clamp(1.2, 6.0);
    let (tone, ground, ink, quiet) = if current {
        (state.tone, state.tone, Tone::Surface, Tone::Surface)
    } else {
        (Tone::Muted, Tone::Surface, Tone::Ink, Tone::Muted)
    };
    kit.list.rect(
        rect,
        boxes.corner(),
        Some(ground.into()),
        Some(Stroke::new(tone, line)),
    );
    if current {
        let rim = rect.inset(-boxes.rim + line, -boxes.rim + line);
        let second = Stroke::new(tone, line);
        kit.list
            .rect(rim, boxes.corner() + boxes.rim - line, None, Some(second));
    }
    let label = Style::new(boxes.label, ink).anchor(Anchor::Middle);
    let label = if current { label.strong() } else { label };
    let small = |size: f32| Style::new(size, quiet).anchor(Anchor::Middle);
    let lines = [(&state.caption, boxes.caption), (&state.note, boxes.note)];
    let shown = || {
        lines
            .into_iter()
            .filter(|(text, size)| *size > 0.0 && !text.is_empty())
    };
    let below: f32 = shown().map(|(_, size)| size * 1.3).sum();
    let mut y = place.y - (boxes.label * 1.2 + below) / 2.0 + boxes.label;
    let limit = boxes.width - boxes.label * 0.6;
    kit.label(&state.label, Point::new(place.x, y), label, limit);
    y += boxes.label * 0.2;
    for (text, size) in shown() {
        kit.label(text, Point::new(place.x, y + size), small(size), limit);
        y += size * 1.3;
    }
}
