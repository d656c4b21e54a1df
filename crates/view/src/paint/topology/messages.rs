//! Messages in flight: dots with an arrow, moved along the line from sender to receiver.

use super::ends;
use crate::display::{Anchor, Bounds, Paint, Point, Rect, Span, Stroke, Target, TargetKind};
use crate::paint::kit::{DOT_RADIUS_MIN, Kit, Style, tone_number};
use crate::panel::{Tone, Topology, TopologyMessage, TopologyNode, push_message_id};

/// Up to this many messages their path is drawn beneath them.
const PATHS: usize = 60;
/// Up to this many messages each is called by its ends too.
const SPOKEN: usize = 200;
/// Up to this many messages they carry their labels where there is room.
const LABELS: usize = 12;
/// Among so many nodes at most: beyond, a label would cover several of them.
const LABELLED_NODES: usize = 16;
/// Lanes beside a line for messages that would cover each other; then they do.
const LANES: u32 = 6;
/// Up to this many messages are set beside each other where they would cover each other.
const LANED: usize = 1000;
/// Tones as `tone_number` counts them.
const TONES: u32 = 16;

/// Steps in which progress is compared: enough for a link as long as a 4K screen.
const STEPS: f32 = 4096.0;

pub(super) fn paint(topology: &Topology, kit: &mut Kit, places: &[Point], node_radius: f32) {
    let messages = &topology.messages;
    if messages.is_empty() {
        return;
    }
    let radius = dot_radius(messages.len(), node_radius, kit);
    // (from, to, progress and then lane, index): sorted, those of one link are in the order in
    // which they travel. Where there are very many, they cover each other anyway.
    let mut order = core::mem::take(&mut kit.list.scratch.order);
    order.clear();
    order.extend(messages.iter().enumerate().map(|(index, message)| {
        let progress = (message.progress.clamp(0.0, 1.0) * STEPS) as u32;
        (message.from, message.to, progress, index as u32)
    }));
    if order.len() <= LANED {
        order.sort_unstable();
        lanes(&mut order, places, radius);
    } else {
        for entry in &mut order {
            entry.2 = 0;
        }
    }
    let mut spots = core::mem::take(&mut kit.list.scratch.spots);
    spots.clear();
    order.retain(|&(_, _, lane, index)| {
        let spot = place(
            &messages[index as usize],
            lane,
            places,
            (node_radius, radius),
        );
        spots.extend(spot);
        spot.is_some()
    });

    let mut tones: u32 = 0;
    for message in messages {
        tones |= 1 << tone_number(message.tone);
    }
    let placed = Placed {
        messages,
        order: &order,
        spots: &spots,
        radius,
    };
    for tone in (0..TONES).filter(|tone| tones & (1 << tone) != 0) {
        dots(&placed, kit, tone);
    }
    targets(&placed, kit, &topology.nodes);
    kit.list.scratch.order = order;
    kit.list.scratch.spots = spots;
}

/// Messages with their places.
struct Placed<'a> {
    messages: &'a [TopologyMessage],
    /// The last of each is its message's index.
    order: &'a [(u32, u32, u32, u32)],
    /// Where each in this order is, and which way it goes.
    spots: &'a [(Point, Point)],
    radius: f32,
}

impl<'a> Placed<'a> {
    fn each(&self) -> impl Iterator<Item = (&'a TopologyMessage, Point, Point)> + use<'a> {
        let messages = self.messages;
        let both = self.order.iter().zip(self.spots);
        both.map(move |(entry, (at, along))| (&messages[entry.3 as usize], *at, *along))
    }
}

/// The way of each message, beneath the nodes, where there are few.
pub(super) fn paths(topology: &Topology, kit: &mut Kit, places: &[Point], node_radius: f32) {
    if topology.messages.len() > PATHS {
        return;
    }
    for message in &topology.messages {
        if let Some(line) = ends(places, message.from, message.to, node_radius) {
            let stroke = Stroke::new(message.tone, (node_radius * 0.04).max(1.5)).faded(0.3);
            kit.list.segments([line], stroke);
        }
    }
}

fn dot_radius(count: usize, node_radius: f32, kit: &Kit) -> f32 {
    let side = kit.area.width.min(kit.area.height);
    // As many as there are, they cover at most a twentieth of the pane.
    let crowd = (kit.area.width * kit.area.height * 0.05 / count as f32 / 3.2).sqrt();
    (side * 0.014)
        .min(node_radius.max(4.0) * 0.45)
        .min(crowd)
        .clamp(1.4, 40.0)
}

/// Gives each message the lane beside its line in which it covers no other of its link.
/// What was the message's progress becomes its lane.
fn lanes(order: &mut [(u32, u32, u32, u32)], places: &[Point], radius: f32) {
    let mut before: Option<(u32, u32, u32, u32)> = None;
    let mut lane = 0;
    for entry in order {
        let (from, to, progress, _) = *entry;
        let near = before.is_some_and(|(other_from, other_to, other, _)| {
            let (Some(a), Some(b)) = (places.get(from as usize), places.get(to as usize)) else {
                return false;
            };
            let apart = (progress - other.min(progress)) as f32 / STEPS * a.distance(*b);
            (from, to) == (other_from, other_to) && apart < radius * 2.2
        });
        lane = if near { (lane + 1) % LANES } else { 0 };
        before = Some(*entry);
        entry.2 = lane;
    }
}

/// Where a message is, and which way it goes. It keeps right of the line, so that traffic
/// both ways does not collide.
fn place(
    message: &TopologyMessage,
    lane: u32,
    places: &[Point],
    (node_radius, radius): (f32, f32),
) -> Option<(Point, Point)> {
    let (from, to) = ends(places, message.from, message.to, node_radius)?;
    let distance = from.distance(to).max(1e-3);
    let along = Point::new((to.x - from.x) / distance, (to.y - from.y) / distance);
    let aside = radius * (0.8 + 2.2 * lane as f32);
    let progress = message.progress.clamp(0.0, 1.0);
    let at = from.toward(to, progress);
    Some((at.moved(-along.y * aside, along.x * aside), along))
}

fn dots(placed: &Placed, kit: &mut Kit, tone: u32) {
    let of_tone = || {
        let each = placed.each();
        each.filter(move |(message, ..)| tone_number(message.tone) == tone)
    };
    let Some((first, ..)) = of_tone().next() else {
        return;
    };
    let radius = placed.radius;
    let paint = Paint::from(first.tone);
    if radius < DOT_RADIUS_MIN {
        let heads =
            of_tone().map(|(_, at, along)| (at.moved(along.x * radius, along.y * radius), along));
        kit.list.arrows(heads, radius * 2.4, paint);
        return;
    }
    kit.list
        .circles(of_tone().map(|(_, at, _)| at), radius, Some(paint), None);
    let heads = of_tone().map(|(_, at, along)| {
        let reach = radius * 0.62;
        (at.moved(along.x * reach, along.y * reach), along)
    });
    kit.list.arrows(heads, radius * 1.05, Tone::Surface.into());
}

fn targets(placed: &Placed, kit: &mut Kit, nodes: &[TopologyNode]) {
    let radius = placed.radius;
    let labelled = placed.messages.len() <= LABELS && nodes.len() <= LABELLED_NODES;
    if labelled {
        for (_, at, _) in placed.each() {
            let dot = Rect::new(at.x - radius, at.y - radius, 2.0 * radius, 2.0 * radius);
            kit.list.scratch.taken.push(dot);
        }
    }
    let style = Style::new(kit.sizes.small, Tone::Ink)
        .anchor(Anchor::Middle)
        .halo();
    let spoken = placed.messages.len() <= SPOKEN;
    // Of a crowd, messages of a kind have one name.
    let mut shared: Option<(&str, Span)> = None;
    for (message, center, _) in placed.each() {
        let sender = nodes.get(message.from as usize);
        let sender = sender.map_or("", |node| &*node.name);
        let id = kit
            .list
            .add_text(|out| push_message_id(out, sender, message.number, message.copy));
        let label = match shared {
            Some((text, span)) if !spoken && *text == *message.label => span,
            _ => kit.list.add_text(|out| {
                out.push_str(&message.label);
                if spoken {
                    push_way(out, message, nodes);
                }
            }),
        };
        shared = Some((&message.label, label));
        kit.list.push_target(Target {
            kind: TargetKind::Message,
            id,
            label,
            bounds: Bounds::Circle { center, radius },
        });
        let label = if labelled { brief(&message.label) } else { "" };
        if label.is_empty() {
            continue;
        }
        let width = style.width(label);
        let base = center.y - radius - style.size * 0.4;
        let (top, height) = (base - style.size * 0.85, style.size * 1.1);
        let rect = Rect::new(center.x - width / 2.0 - 4.0, top, width + 8.0, height);
        if kit.claim(rect) {
            kit.label(label, Point::new(center.x, base), style, width + 1.0);
        }
    }
}

/// Whose it is and for whom: ", A to B".
fn push_way(out: &mut String, message: &TopologyMessage, nodes: &[TopologyNode]) {
    let ends = [message.from, message.to].map(|end| nodes.get(end as usize));
    if let [Some(from), Some(to)] = ends {
        out.push_str(", ");
        out.push_str(&from.name);
        out.push_str(" to ");
        out.push_str(&to.name);
    }
}

/// A message's label without the fields that it carries: "Push versions=1:0" is a "Push".
fn brief(label: &str) -> &str {
    let Some(field) = label.find('=') else {
        return label;
    };
    label[..field].rsplit_once(' ').map_or("", |(kind, _)| kind)
}
