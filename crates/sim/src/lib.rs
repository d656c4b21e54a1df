//! The deterministic simulation kernel of Faultline.
//!
//! A [`World`] runs nodes (each a [`Process`]) that send messages over a [`Network`] in virtual
//! [`Time`]; a [`Fault`] disturbs them.
//! The same configuration, seed and commands give the same run, event for event, natively and
//! in WebAssembly.
//! A [`Timeline`] goes to any moment of a run, forwards and back, and edits its past.
//!
//! Rules of this crate, checked by a test: no `HashMap`, no clock, no entropy, no `f64` function
//! whose last digit depends on the platform.

pub mod conformance;
mod counts;
mod fault;
mod fingerprint;
mod heap;
mod ids;
mod network;
mod outbox;
mod payload;
mod process;
pub mod property;
mod queue;
mod slab;
mod stream;
mod time;
mod timeline;
mod timers;
mod trace;
mod wheel;
pub mod workloads;
mod world;

pub use counts::{Counts, Summary};
pub use fault::{Fault, FaultError, LinkChange, MessageAction};
pub use fingerprint::Fingerprint;
pub use ids::{EntryId, MessageId, MessageIdError, NodeId, TimerId};
pub use network::{Latency, Link, Network, RULES_MAX, Rule, Verdict};
pub use outbox::Outbox;
pub use payload::{Described, Payload};
pub use process::Process;
pub use property::{Monitor, Property};
pub use stream::{Purpose, Stream};
pub use time::{Span, Time, TimeError};
pub use timeline::{Action, CommandId, Limits, Model, Placed, Progress, Refusal, Timeline};
pub use trace::{DropReason, Entry, Kind, Recording};
pub use world::{Flight, Loss, Outcome, Status, Stop, World};
