//! The bench: the stage with its pictures, time and its controls.

pub mod canvas;
pub mod clock;
pub mod keys;
pub mod picture;
pub mod player;
pub mod stage;
pub mod transport;
pub mod watch;
