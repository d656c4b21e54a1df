//! Learner code: Python syntax on Starlark, bounded and deterministic.
//!
//! [`check`] reads a text while it is typed. [`record`] runs something, such as a lab, with a
//! [`Program`](faultline_systems::code::Program) that can be asked, and gives the
//! [`Tape`](faultline_systems::code::Tape) of what it answered.
//!
//! A learner's text goes through these stages:
//!
//! 1. `scan`: bytes and tokens, before the parser: sizes, nesting, what Python writes otherwise.
//! 2. Starlark's parser; `scope` looks up every name.
//! 3. `emit`: the tree is written out again with guards (`guard`, `methods`) for all that could
//!    be large work in one step, with a map back to the learner's text.
//! 4. `engine`: the guarded program is loaded into a module that can be asked; `meter` counts.
//! 5. `messages`: errors of any stage become a [`Fault`] with a place and words for a beginner.

mod builtins;
mod collect;
mod data;
mod emit;
mod engine;
mod fault;
mod guard;
mod limits;
pub mod memory;
mod messages;
mod meter;
mod methods;
mod panes;
mod program;
mod record;
mod scan;
mod scope;
mod strategies;
mod text;
mod walk;
mod write;

pub use fault::{Call, Fault, Kind};
pub use limits::{Clock, Limits};
pub use panes::Starlark;
pub use record::{Stats, check, record};
pub use text::Source;
