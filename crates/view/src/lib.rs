//! What a moment of a run looks like.
//!
//! A system describes its moment as a [`View`]: figures and panels of plain data, with no
//! positions on a screen, no colours and no fonts.
//! The painter ([`paint::paint`]) turns a panel into a [`display::DisplayList`] of shapes for a
//! given size; one adapter paints that list on a canvas, [`svg`] writes it as SVG, and
//! [`sentences`] says the same view in words for a screen reader.
//! Colours stay roles ([`Tone`]) until a [`theme::Theme`] resolves them.

pub mod display;
pub mod measure;
pub mod number;
pub mod paint;
pub mod panel;
pub mod sentences;
pub mod spacetime;
pub mod svg;
pub mod theme;

pub use panel::*;
pub use spacetime::*;
