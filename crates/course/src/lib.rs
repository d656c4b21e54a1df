//! The course: lesson folders, their checks, and the run with its link.
//!
//! - [`lesson`] and [`run`] are plain data: what a page shows, and what a user did.
//! - [`link`] and [`address`] write a run into an address and read it back from untrusted text.
//! - [`export`] writes a run into files: figures, trace, metrics, the run itself.
//! - [`ranking`] runs a learner's program beside what is built in.
//! - [`recording`] is a run with a learner's program on its way to the engine and back.
//! - [`samples`] are a run's numbers over time, [`sweep`] and [`statistics`] those of many runs.
//! - [`session`] is a lesson being run: what the page and the command line both hold.
//! - [`author`] (feature `author`) reads lesson folders, says what is wrong with them, and plays
//!   them through.

pub mod address;
#[cfg(feature = "author")]
pub mod author;
pub mod check;
pub mod export;
pub mod lesson;
pub mod link;
pub mod ranking;
pub mod recording;
pub mod run;
pub mod samples;
pub mod session;
pub mod statistics;
pub mod sweep;

pub use address::*;
#[cfg(feature = "author")]
pub use author::{Fault, compile, lint, still};
pub use check::{Found, Moment};
pub use lesson::*;
pub use link::*;
pub use recording::*;
pub use run::*;
pub use session::*;
