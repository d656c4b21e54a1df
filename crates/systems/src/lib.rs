//! The systems that Faultline teaches.
//!
//! One file per system and one line in [`registry()`].
//! The page, the tests and the command line hold a [`Lab`]: an object-safe face that hides
//! which protocol runs behind it.

pub mod breaker;
pub mod bully;
pub mod catalogue;
pub mod code;
pub mod commands;
pub mod gossip;
pub mod lab;
pub mod number;
pub mod param;
pub mod quorum;
pub mod rate_limit;
pub mod registry;
pub mod service;
pub mod sharding;
pub mod stampede;
#[cfg(test)]
mod testing;
pub mod text;
pub mod traffic;
pub mod values;

pub use catalogue::{find, registry};
pub use commands::{COMMAND_CHARS_MAX, COMMON_COMMANDS};
pub use lab::*;
pub use param::*;
pub use values::*;
