//! Counts what the program allocates while `bench` measures.
//!
//! A switched-off counter costs one load per allocation, so the other commands do not notice.

use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};

// It counts what learner code takes, in each thread.
use faultline_script::memory::Counting as Engine;

static COUNTING: AtomicBool = AtomicBool::new(false);
/// Bytes allocated less bytes freed since counting began. Signed: what was allocated before may
/// be freed during it.
static LIVE: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

/// The engine's allocator with a counter before it.
pub struct Counting;

/// What was allocated since [`start`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Usage {
    /// The most that was in use at once, bytes.
    pub peak_bytes: u64,
    /// How often memory was asked for, growing included.
    pub allocations: u64,
}

/// Starts counting from nothing.
pub fn start() {
    LIVE.store(0, Relaxed);
    PEAK.store(0, Relaxed);
    ALLOCATIONS.store(0, Relaxed);
    COUNTING.store(true, Relaxed);
}

/// What has been counted so far; counting goes on.
pub fn usage() -> Usage {
    Usage {
        peak_bytes: u64::try_from(PEAK.load(Relaxed)).unwrap_or(0),
        allocations: ALLOCATIONS.load(Relaxed),
    }
}

/// Stops counting.
pub fn stop() {
    COUNTING.store(false, Relaxed);
}

fn count(grown: usize, freed: usize) {
    if !COUNTING.load(Relaxed) {
        return;
    }
    if grown > 0 {
        ALLOCATIONS.fetch_add(1, Relaxed);
    }
    // An allocation is at most isize::MAX bytes, so neither conversion loses anything.
    let change = grown as i64 - freed as i64;
    let live = LIVE.fetch_add(change, Relaxed) + change;
    PEAK.fetch_max(live, Relaxed);
}

// An allocator can be written in no other way. Every call is handed to the system's allocator
// with the caller's own arguments, so its contract is the caller's.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        unsafe { Engine.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        unsafe { Engine.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, layout.size());
        unsafe { Engine.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size, layout.size());
        unsafe { Engine.realloc(pointer, layout, size) }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_large_vector_is_seen() {
        super::start();
        let vector: Vec<u8> = Vec::with_capacity(3_000_000);
        std::hint::black_box(&vector);
        let usage = super::usage();
        super::stop();
        assert!(usage.peak_bytes >= 3_000_000, "{usage:?}");
        assert!(usage.allocations >= 1, "{usage:?}");
    }
}
