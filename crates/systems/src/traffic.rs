//! Traffic: clients, requests, queues, workers and latency, the parts that systems under load
//! are composed of.
//!
//! No part is a process or knows a message. A client is composed of [`arrivals`] (when it makes
//! its next request, and how much work that is) and [`calls`] (what became of its requests); a
//! server of a [`station`] (which of its workers serves what, and when that is done); the books
//! of a run of [`latencies`] (percentiles) and [`window`] (counts in a moving window).
//!
//! Who draws what decides whether two runs can be compared: gaps and demands are drawn by the
//! client from its own stream, and a demand travels in its request; what a policy chooses is
//! drawn by whoever chooses. So two policies get the same requests.

pub mod arrivals;
pub mod calls;
pub mod latencies;
pub mod station;
pub mod theory;
pub mod window;

use litemap::LiteMap;

pub use arrivals::{Arrivals, Demand, Due, Source};
pub use calls::{Answer, Call, Calls};
pub use latencies::{Latencies, Percentiles};
pub use station::{Discipline, Done, Job, Plan, Station};
pub use theory::erlang_c;
pub use window::{Shares, Slices};

/// Takes the entry with the smallest key out of a map.
fn pop_first<K: Copy + Ord, V>(map: &mut LiteMap<K, V>) -> Option<(K, V)> {
    let key = *map.first()?.0;
    let value = map.remove(&key)?;
    Some((key, value))
}
