//! The bench: the stage with its pictures, time and its controls, and what is known of the run
//! beneath them.

pub mod canvas;
mod charts;
pub mod clock;
pub mod dock;
pub mod intent;
pub mod keys;
mod log;
pub mod picture;
pub mod player;
mod spacetime;
pub mod stage;
pub mod transport;
pub mod watch;
pub mod workbench;
