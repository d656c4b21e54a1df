//! The kernel's promises, tested on random programs of faults and commands.
//!
//! Every checker has a canary: a broken run that it must catch.

mod checks;
mod faults;
mod program;
mod properties;
mod sweep;
mod timeline;
