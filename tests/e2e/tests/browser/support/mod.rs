//! What several tests need: a lesson as its user handles it, and the checkers of what is seen.

pub mod canary;
pub mod cli;
pub mod keyboard;
pub mod layout;
pub mod lesson;
pub mod pixels;
pub mod run;
pub mod saved;
