//! The course: lesson folders, their checks, and the run with its link.

pub mod lesson;
pub mod run;

pub use lesson::*;
pub use run::*;
