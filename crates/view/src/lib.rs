//! What a moment of a run looks like.
//!
//! A system describes its moment as a [`View`]: figures and panels of plain data, with no
//! positions on a screen, no colours and no fonts.
//! The painter turns a panel into a [`display::DisplayList`] of shapes for a given size; one
//! adapter paints that list on a canvas, [`svg`] writes it as SVG, and [`sentences`] says the
//! same view in words for a screen reader.

pub mod panel;

pub use panel::*;
