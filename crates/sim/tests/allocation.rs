//! In steady state, an event allocates nothing.

// Counting allocations takes an allocator, and an allocator is unsafe to write.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

use faultline_sim::conformance::{Chat, Chatter};
use faultline_sim::workloads::{Options, run};
use faultline_sim::{Network, Recording, Span, Time, World};

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations() -> u64 {
    ALLOCATIONS.load(Ordering::Relaxed)
}

/// Allocations within the event loop: the workload asks the clock just before and just after.
fn in_the_loop(name: &str, n: u32, trace: bool) -> (u64, u64) {
    let mut readings = [0; 3];
    let mut asked = 0;
    let mut clock = || {
        readings[asked] = allocations();
        asked += 1;
        0.0
    };
    let options = Options {
        trace,
        n: Some(n),
        ..Options::default()
    };
    let report = run(name, 42, &options, &mut clock).expect("a known workload");
    (report.events, readings[2] - readings[1])
}

/// One test, so that no other thread allocates meanwhile.
#[test]
fn events_allocate_nothing_in_steady_state() {
    for trace in [false, true] {
        for (name, n) in [("mm1", 200_000), ("pingring", 400_000), ("timers", 2_000)] {
            let (events, made) = in_the_loop(name, n, trace);
            // The stores grow to their size by doubling, and that is all.
            assert!(events >= 400_000, "{name}: {events}");
            assert!(made < 120, "{name}: {made} allocations in {events} events");
        }
    }
    // A process that uses everything, once its stores and counters have grown.
    let network = Network::uniform(Span::from_millis(1), Span::from_millis(20));
    let recording = Recording::Fingerprint;
    let mut world = World::<Chatter>::with_recording(Chat::default(), 50, network, 1, recording);
    world.run_until(Time::from_secs(60), u64::MAX);
    let before = allocations();
    let outcome = world.run_until(Time::from_secs(70), u64::MAX);
    let made = allocations() - before;
    assert!(outcome.events > 50_000);
    assert!(made < 20, "{made} allocations in {} events", outcome.events);
}
