//! From a panel to shapes: every picture fills the place it is given, centred.
//!
//! Painters share three rules.
//! Text is never smaller than 11 pixels at scale 1 and grows with the place.
//! A label that does not fit is shortened, or left out where even that would be unreadable;
//! it never overlaps another or leaves the canvas.
//! What a hue says, a shape, dash or word says too.

mod bars;
mod bins;
mod gates;
mod kit;
mod lanes;
mod machine;
mod page;
mod queues;
mod ring;
mod series;
mod spacetime;
mod table;
mod topology;

pub use kit::node_name;
pub(crate) use kit::push_node_name;
pub use page::paint_view;
pub use series::{Chart, ChartBar, ChartFrame, ChartPainter};
pub use spacetime::{SpaceTimeFrame, lanes_that_fit, space_time};
pub(crate) use table::push_row;

use crate::display::{DisplayList, Rect, Size};
use crate::panel::Panel;
use kit::{Kit, TypeSizes};

/// Empties the list and paints a panel, with its title, over a whole canvas.
pub fn paint(panel: &Panel, size: Size, list: &mut DisplayList) {
    list.clear();
    let whole = Rect::new(0.0, 0.0, size.width, size.height);
    paint_into(panel, whole, size.scale, list);
}

/// Adds a panel, with its title, within a rectangle of the list.
pub fn paint_into(panel: &Panel, within: Rect, scale: f32, list: &mut DisplayList) {
    if within.width < 1.0 || within.height < 1.0 {
        return;
    }
    let mut kit = Kit::new(within, scale, list);
    kit.title(title(panel));
    picture(panel, &mut kit);
}

/// Empties the list and paints a panel without its title, for a page that sets the title in
/// its own type.
pub fn paint_untitled(panel: &Panel, size: Size, list: &mut DisplayList) {
    untitled(size, list, |kit| picture(panel, kit));
}

/// Empties the list and paints a panel of one kind without its title; false, and nothing is
/// painted, for a panel of another kind. A system names the painters of its stage, so that a
/// program which loads systems on demand carries no other's.
pub type Painter = fn(&Panel, Size, &mut DisplayList) -> bool;

/// The [`Painter`] of [`Panel::Topology`].
pub fn topology(panel: &Panel, size: Size, list: &mut DisplayList) -> bool {
    let Panel::Topology(panel) = panel else {
        return false;
    };
    untitled(size, list, |kit| topology::paint(panel, kit))
}

/// The [`Painter`] of [`Panel::Ring`].
pub fn ring(panel: &Panel, size: Size, list: &mut DisplayList) -> bool {
    let Panel::Ring(panel) = panel else {
        return false;
    };
    untitled(size, list, |kit| ring::paint(panel, kit))
}

/// The [`Painter`] of [`Panel::Bins`].
pub fn bins(panel: &Panel, size: Size, list: &mut DisplayList) -> bool {
    let Panel::Bins(panel) = panel else {
        return false;
    };
    untitled(size, list, |kit| bins::paint(panel, kit))
}

/// The [`Painter`] of [`Panel::StateMachine`].
pub fn state_machine(panel: &Panel, size: Size, list: &mut DisplayList) -> bool {
    let Panel::StateMachine(panel) = panel else {
        return false;
    };
    untitled(size, list, |kit| machine::paint(panel, kit))
}

/// The [`Painter`] of [`Panel::Queues`].
pub fn queues(panel: &Panel, size: Size, list: &mut DisplayList) -> bool {
    let Panel::Queues(panel) = panel else {
        return false;
    };
    untitled(size, list, |kit| queues::paint(panel, kit))
}

/// The [`Painter`] of [`Panel::Gates`].
pub fn gates(panel: &Panel, size: Size, list: &mut DisplayList) -> bool {
    let Panel::Gates(panel) = panel else {
        return false;
    };
    untitled(size, list, |kit| gates::paint(panel, kit))
}

/// Empties the list and paints something over a whole canvas.
fn untitled(size: Size, list: &mut DisplayList, picture: impl FnOnce(&mut Kit)) -> bool {
    list.clear();
    if size.width >= 1.0 && size.height >= 1.0 {
        let whole = Rect::new(0.0, 0.0, size.width, size.height);
        picture(&mut Kit::new(whole, size.scale, list));
    }
    true
}

/// The height in pixels at which a panel of this width reads best beside a stage: as many
/// rows as it has, or a landscape picture.
#[must_use]
pub fn preferred_height(panel: &Panel, width: f32, scale: f32) -> f32 {
    let sizes = TypeSizes::at(width, width, scale);
    let rows = match panel {
        Panel::Bars(panel) => bars::preferred_height(panel, &sizes),
        Panel::Lanes(panel) => lanes::preferred_height(panel, &sizes),
        Panel::Table(panel) => table::preferred_height(panel, &sizes),
        _ => width * 0.75,
    };
    let title = if title(panel).is_empty() {
        0.0
    } else {
        sizes.title_height()
    };
    rows + title
}

/// A panel's title; empty where it has none.
#[must_use]
pub fn title(panel: &Panel) -> &str {
    match panel {
        Panel::Topology(panel) => &panel.title,
        Panel::Ring(panel) => &panel.title,
        Panel::Bins(panel) => &panel.title,
        Panel::Bars(panel) => &panel.title,
        Panel::Table(panel) => &panel.title,
        Panel::Series(panel) => &panel.title,
        Panel::Lanes(panel) => &panel.title,
        Panel::StateMachine(panel) => &panel.title,
        Panel::Queues(panel) => &panel.title,
        Panel::Gates(panel) => &panel.title,
    }
}

fn picture(panel: &Panel, kit: &mut Kit) {
    match panel {
        Panel::Ring(panel) => ring::paint(panel, kit),
        Panel::Bins(panel) => bins::paint(panel, kit),
        Panel::Bars(panel) => bars::paint(panel, kit),
        Panel::Table(panel) => table::paint(panel, kit),
        Panel::Topology(panel) => topology::paint(panel, kit),
        Panel::Series(panel) => series::paint(panel, kit),
        Panel::Lanes(panel) => lanes::paint(panel, kit),
        Panel::StateMachine(panel) => machine::paint(panel, kit),
        Panel::Queues(panel) => queues::paint(panel, kit),
        Panel::Gates(panel) => gates::paint(panel, kit),
    }
}
