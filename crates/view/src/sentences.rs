//! A view in plain words: for a screen reader, a live region, and tests that read.
//!
//! [`view`] says what matters first and the details after; [`change`] says only what is
//! different between two moments, so that a live region stays quiet while nothing happens.

mod change;
mod holdings;
mod panels;
mod queues;
mod spacetime;
mod words;

pub use change::change;
pub use spacetime::{
    push_space_time_event, push_space_time_mark, push_space_time_message, space_time,
};

use crate::panel::{Figure, Panel, View};

/// A whole view: its title and figures, then each panel in short, then each in detail.
#[must_use]
pub fn view(view: &View) -> Vec<String> {
    let mut out = Vec::new();
    if !view.title.is_empty() {
        let mut title = String::from(&*view.title);
        if !view.subtitle.is_empty() {
            title.push_str(", ");
            title.push_str(&view.subtitle);
        }
        title.push('.');
        out.push(title);
    }
    out.extend(view.figures.iter().map(figure));
    for panel in &view.panels {
        panels::summary(panel, &mut out);
    }
    for panel in &view.panels {
        panels::details(panel, &mut out);
    }
    out
}

/// One panel: in short, then in detail.
#[must_use]
pub fn panel(panel: &Panel) -> Vec<String> {
    let mut out = Vec::new();
    panels::summary(panel, &mut out);
    panels::details(panel, &mut out);
    out
}

/// "74.6 % moved: 746 of 1000, expected 75.0 %."
fn figure(figure: &Figure) -> String {
    let mut out = String::from(&*figure.value);
    if !figure.unit.is_empty() {
        out.push(' ');
        out.push_str(&figure.unit);
    }
    if !figure.detail.is_empty() {
        out.push_str(": ");
        // A middle dot is a pause for the eye; for the ear a comma is.
        for (index, part) in figure.detail.split('·').enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            out.push_str(part.trim());
        }
    }
    out.push('.');
    out
}
