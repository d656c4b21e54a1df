//! The course: lesson folders, their checks, and the run with its link.

pub mod address;
pub mod lesson;
pub mod link;
pub mod run;

pub use address::*;
pub use lesson::*;
pub use link::*;
pub use run::*;
