//! The wheel of the event queue: buckets of equal width over the coming window of time.
//!
//! A bucket is a list through a shared store, so that a wheel is four blocks of memory however
//! many buckets it has, and is quickly cloned for a checkpoint.

use crate::Time;
use crate::queue::Key;

/// How wide the buckets are, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// A bucket is 2^shift nanoseconds wide.
    shift: u32,
    /// A power of two, at least 64, or 0 for no wheel.
    buckets: usize,
}

/// A bucket should hold about this many events: enough that few are empty.
const EVENTS_PER_BUCKET: u64 = 4;
/// The window should hold the events pending if they were spread evenly, and this many times as
/// much, because they are not.
const WINDOW_FACTOR: u64 = 3;
const BUCKETS_MIN: usize = 64;
const BUCKETS_MAX: usize = 1 << 16;
/// At least 1, so that the tick after the last of all time is still a number.
const SHIFT_MIN: u32 = 1;
const SHIFT_MAX: u32 = 50;

impl Shape {
    /// The shape for events that come `gap_ns` apart, with so many pending.
    pub(crate) fn new(gap_ns: u64, pending: usize) -> Self {
        let gap_ns = gap_ns.max(1);
        let width_ns = gap_ns.saturating_mul(EVENTS_PER_BUCKET);
        let shift = width_ns.ilog2().clamp(SHIFT_MIN, SHIFT_MAX);
        let window_ns = gap_ns.saturating_mul(pending as u64 * WINDOW_FACTOR);
        Self {
            shift,
            buckets: ((window_ns >> shift) as usize)
                .clamp(BUCKETS_MIN, BUCKETS_MAX)
                .next_power_of_two(),
        }
    }

    /// The same buckets, but twice as many.
    pub(crate) fn stretched(self) -> Self {
        Self {
            buckets: (self.buckets * 2).min(BUCKETS_MAX),
            ..self
        }
    }

    /// Whether changing to the other shape is not worth the work.
    pub(crate) fn is_like(self, other: Self) -> bool {
        self.shift.abs_diff(other.shift) <= 1
            && self.buckets <= other.buckets * 2
            && other.buckets <= self.buckets * 2
    }
}

/// The end of a list.
const NIL: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Node {
    key: Key,
    next: u32,
}

/// A bucket with events in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    tick: u64,
    /// When the bucket begins.
    pub(crate) start: Time,
}

#[derive(Clone, Debug)]
pub(crate) struct Wheel {
    shape: Shape,
    /// The bucket at which the window begins, counted from time 0.
    cursor: u64,
    /// The first node of each bucket's list.
    heads: Vec<u32>,
    /// A bit for each bucket that is not empty.
    occupied: Vec<u64>,
    nodes: Vec<Node>,
    /// The list of unused nodes.
    free: u32,
    len: usize,
}

impl Default for Wheel {
    fn default() -> Self {
        Self {
            shape: Shape {
                shift: 0,
                buckets: 0,
            },
            cursor: 0,
            heads: Vec::new(),
            occupied: Vec::new(),
            nodes: Vec::new(),
            free: NIL,
            len: 0,
        }
    }
}

impl Wheel {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    /// Gives the empty wheel another shape and a window that begins with a time; gives the time
    /// before which nothing may be put in.
    pub(crate) fn reshape(&mut self, shape: Shape, first: Time) -> Time {
        self.shape = shape;
        self.cursor = first.0 >> shape.shift;
        self.heads.clear();
        self.heads.resize(shape.buckets, NIL);
        self.occupied.clear();
        self.occupied.resize(shape.buckets / 64, 0);
        self.start(self.cursor)
    }

    fn start(&self, tick: u64) -> Time {
        // The last bucket of all time has no end.
        Time(tick.checked_shl(self.shape.shift).map_or(u64::MAX, |time| {
            if time >> self.shape.shift == tick {
                time
            } else {
                u64::MAX
            }
        }))
    }

    fn index(&self, tick: u64) -> usize {
        tick as usize & (self.shape.buckets - 1)
    }

    /// Puts a key in, unless it is beyond the window.
    #[inline]
    pub(crate) fn put(&mut self, key: Key) -> bool {
        let tick = key.time.0 >> self.shape.shift;
        if tick.wrapping_sub(self.cursor) >= self.shape.buckets as u64 {
            return false;
        }
        let index = self.index(tick);
        let head = self.heads[index];
        let node = Node { key, next: head };
        let place = self.free;
        if let Some(unused) = self.nodes.get_mut(place as usize) {
            self.free = unused.next;
            *unused = node;
            self.heads[index] = place;
        } else {
            self.heads[index] = self.nodes.len() as u32;
            self.nodes.push(node);
        }
        self.occupied[index / 64] |= 1 << (index % 64);
        self.len += 1;
        true
    }

    /// The first bucket that is not empty.
    #[inline]
    pub(crate) fn first(&self) -> Option<Bucket> {
        if self.len == 0 {
            return None;
        }
        let from = self.index(self.cursor);
        let words = self.occupied.len();
        let mut word = from / 64;
        let mut bits = self.occupied[word] & (u64::MAX << (from % 64));
        // Once round: the word of the cursor is looked at again for the bits below it.
        for _ in 0..=words {
            if bits != 0 {
                let index = word * 64 + bits.trailing_zeros() as usize;
                let ahead = index.wrapping_sub(from) & (self.shape.buckets - 1);
                let tick = self.cursor + ahead as u64;
                return Some(Bucket {
                    tick,
                    start: self.start(tick),
                });
            }
            word = (word + 1) & (words - 1);
            bits = self.occupied[word];
        }
        None
    }

    /// Moves a bucket's keys to the end of a list, and the window to after it; gives the time
    /// before which nothing may be put in any more.
    #[inline]
    pub(crate) fn take(&mut self, bucket: Bucket, into: &mut Vec<Key>) -> Time {
        let index = self.index(bucket.tick);
        let first = std::mem::replace(&mut self.heads[index], NIL);
        self.occupied[index / 64] &= !(1 << (index % 64));
        let before = into.len();
        let (mut place, mut last) = (first, NIL);
        while let Some(node) = self.nodes.get(place as usize) {
            into.push(node.key);
            last = place;
            place = node.next;
        }
        self.len -= into.len() - before;
        // The whole list goes before the unused ones.
        if let Some(node) = self.nodes.get_mut(last as usize) {
            node.next = self.free;
            self.free = first;
        }
        self.cursor = bucket.tick + 1;
        self.start(self.cursor)
    }

    /// Moves the window to after a time that no bucket reaches; gives the time before which
    /// nothing may be put in any more.
    pub(crate) fn advance_past(&mut self, time: Time) -> Time {
        self.cursor = self.cursor.max((time.0 >> self.shape.shift) + 1);
        self.start(self.cursor)
    }

    /// The first key.
    pub(crate) fn peek(&self) -> Option<Key> {
        let bucket = self.first()?;
        let mut place = self.heads[self.index(bucket.tick)];
        let mut least: Option<Key> = None;
        while let Some(node) = self.nodes.get(place as usize) {
            if least.is_none_or(|least| node.key.is_before(&least)) {
                least = Some(node.key);
            }
            place = node.next;
        }
        least
    }

    /// Moves all keys to the end of a list.
    pub(crate) fn take_all(&mut self, into: &mut Vec<Key>) {
        while let Some(bucket) = self.first() {
            self.take(bucket, into);
        }
    }

    /// Bytes held, in use or not.
    pub(crate) fn size_bytes(&self) -> usize {
        self.heads.capacity() * size_of::<u32>()
            + self.occupied.capacity() * size_of::<u64>()
            + self.nodes.capacity() * size_of::<Node>()
    }
}
