//! Counts the memory that this thread has from the allocator.
//!
//! Much of what a program makes lies outside of Starlark's own heap (dictionaries, big numbers),
//! so only the allocator knows what it takes.
//! A binary that runs learner code installs [`Counting`]; without it the engine sees Starlark's
//! heap alone.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static TAKEN: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator, with a count of what each thread has taken from it.
///
/// ```
/// use faultline_script::memory::Counting;
///
/// #[global_allocator]
/// static ALLOCATOR: Counting = Counting;
/// # fn main() {}
/// ```
pub struct Counting;

/// Bytes that this thread has taken and not given back; stays 0 where [`Counting`] is not
/// installed, and may be negative in a thread that frees what others took.
pub fn taken() -> isize {
    TAKEN.get()
}

/// The most bytes that this thread had since [`reset_peak`].
pub fn peak() -> isize {
    PEAK.get()
}

/// Starts measuring the most anew, from what is taken now.
pub fn reset_peak() {
    PEAK.set(TAKEN.get());
}

fn count(bytes: isize) {
    // A thread's last frees come after its counters are gone.
    let _ = TAKEN.try_with(|taken| {
        let now = taken.get() + bytes;
        taken.set(now);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(now)));
    });
}

// SAFETY: every call goes to the system's allocator unchanged; counting takes no memory, because
// the counters are constants to begin with and need no dropping.
#[expect(unsafe_code, reason = "an allocator is unsafe to write")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let pointer = unsafe { System.alloc(layout) };
        if !pointer.is_null() {
            count(layout.size() as isize);
        }
        pointer
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let pointer = unsafe { System.alloc_zeroed(layout) };
        if !pointer.is_null() {
            count(layout.size() as isize);
        }
        pointer
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) };
        count(-(layout.size() as isize));
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let moved = unsafe { System.realloc(pointer, layout, size) };
        if !moved.is_null() {
            count(size as isize - layout.size() as isize);
        }
        moved
    }
}
