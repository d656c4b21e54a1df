//! The bench: the stage with its pictures, time and its controls, and what is known of the run
//! beneath them.

pub mod canvas;
mod charts;
pub mod clock;
pub mod code;
pub mod compare;
pub mod dock;
pub mod doing;
mod download;
mod edge;
mod frames;
mod inspector;
pub mod intent;
mod keeping;
pub mod keys;
mod log;
mod marks;
mod network;
mod overlay;
pub mod picture;
pub mod player;
pub mod preview;
pub mod rules;
pub mod share;
mod spacetime;
pub mod stage;
mod targets;
mod tools;
pub mod transport;
mod until;
pub mod watch;
pub mod workbench;
