//! The systems that Faultline teaches.
//!
//! One file per system and one line in [`registry`].
//! The page, the tests and the command line hold a [`Lab`]: an object-safe face that hides
//! which protocol runs behind it.

pub mod lab;
pub mod param;

pub use lab::*;
pub use param::*;
