//! The cache: what it holds, and how a request finds a key.
//!
//! Pure decisions, without messages: [`look`] says what a request finds, [`Cache::life`] how long
//! a value lives.

use faultline_sim::{Span, Stream, Time};

/// How the database is protected from a herd.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Protection {
    /// Not at all: whoever finds nothing fresh asks the database.
    None,
    /// Who finds nothing fresh while somebody asks already waits for that answer, as Go's
    /// package `singleflight` does.
    SingleFlight,
    /// One asks while all get the old value: "stale-while-revalidate" (RFC 5861, 2010) with a
    /// lock.
    StaleLock {
        /// For so long after it expired an old value may be given away.
        stale_for: Span,
    },
    /// A value lives for a random time longer, so that many do not expire together.
    Jitter,
    /// Who finds a value that will expire soon may ask anew before that, by chance
    /// (Vattani, Chierichetti, Lowenstein, "Optimal Probabilistic Cache Stampede Prevention",
    /// VLDB 2015).
    Early {
        /// More than 1 asks earlier.
        beta: f64,
    },
}

/// A value in the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which query brought it; 0: it was there at the start.
    pub query: u32,
    /// When it was written.
    pub written: Time,
    /// Until when it is fresh.
    pub fresh_until: Time,
    /// How long the query took that brought it.
    pub cost: Span,
}

/// What a request finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A fresh value.
    Fresh,
    /// A fresh value that this request is to renew.
    Early,
    /// A value that has expired and may be given away.
    Stale,
    /// Nothing that may be given away.
    Nothing,
}

/// What a request finds at a moment. `draw` is random, above 0 and at most 1; it counts only
/// where values are renewed early.
pub fn look(entry: Option<&Entry>, now: Time, protection: Protection, draw: f64) -> Found {
    let Some(entry) = entry else {
        return Found::Nothing;
    };
    if now < entry.fresh_until {
        return match protection {
            Protection::Early { beta } if is_early(entry, now, beta, draw) => Found::Early,
            _ => Found::Fresh,
        };
    }
    match protection {
        Protection::StaleLock { stale_for } if now < entry.fresh_until + stale_for => Found::Stale,
        _ => Found::Nothing,
    }
}

/// Algorithm 2 ("XFetch") of the paper: `now - cost * beta * ln(draw) >= expiry`.
fn is_early(entry: &Entry, now: Time, beta: f64, draw: f64) -> bool {
    // `scaled` sends what is not a number to 0, so an odd draw renews nothing.
    let ahead = entry.cost.scaled(-beta * libm::log(draw));
    now + ahead >= entry.fresh_until
}

/// What the application has cached, by the number of the key.
#[derive(Clone, Debug)]
pub struct Cache {
    ttl: Span,
    jittered: bool,
    entries: Vec<Option<Entry>>,
}

impl Cache {
    /// An empty cache for so many keys, whose values live so long.
    pub fn new(keys: u32, ttl: Span, protection: Protection) -> Self {
        Self {
            ttl,
            jittered: protection == Protection::Jitter,
            entries: vec![None; keys as usize],
        }
    }

    /// How long a value lives: the base, and with jitter a random time up to as long more.
    pub fn life(&self, random: &mut Stream) -> Span {
        // One draw in every case, so that another protection moves no later draw.
        let more = random.span(Span::ZERO, self.ttl);
        if self.jittered {
            self.ttl + more
        } else {
            self.ttl
        }
    }

    /// What it holds of a key.
    pub fn get(&self, key: u32) -> Option<&Entry> {
        self.entries.get(key as usize)?.as_ref()
    }

    /// Keeps a value of a key.
    pub fn put(&mut self, key: u32, entry: Entry) {
        if let Some(place) = self.entries.get_mut(key as usize) {
            *place = Some(entry);
        }
    }

    /// Lets every value expire now.
    pub fn expire(&mut self, now: Time) {
        for entry in self.entries.iter_mut().flatten() {
            entry.fresh_until = entry.fresh_until.min(now);
        }
    }

    /// Forgets everything.
    pub fn flush(&mut self) {
        self.entries.fill(None);
    }

    /// How many values are fresh.
    pub fn fresh(&self, now: Time) -> usize {
        let held = self.entries.iter().flatten();
        held.filter(|entry| now < entry.fresh_until).count()
    }

    /// About how many bytes it holds, besides the value itself.
    pub fn size_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Option<Entry>>()
    }
}

#[cfg(test)]
mod tests {
    use faultline_sim::Purpose;

    use super::*;

    const ENTRY: Entry = Entry {
        query: 1,
        written: Time::ZERO,
        fresh_until: Time::from_secs(10),
        cost: Span::from_secs(2),
    };

    fn at(millis: u64, protection: Protection, draw: f64) -> Found {
        look(Some(&ENTRY), Time::from_millis(millis), protection, draw)
    }

    #[test]
    fn a_value_is_fresh_until_it_expires() {
        for protection in [
            Protection::None,
            Protection::SingleFlight,
            Protection::Jitter,
        ] {
            assert_eq!(at(9_999, protection, 0.5), Found::Fresh);
            assert_eq!(at(10_000, protection, 0.5), Found::Nothing);
        }
        let none = look(None, Time::ZERO, Protection::None, 0.5);
        assert_eq!(none, Found::Nothing);
    }

    #[test]
    fn an_old_value_is_given_away_for_a_while() {
        let stale_for = Span::from_secs(5);
        let lock = Protection::StaleLock { stale_for };
        assert_eq!(at(9_999, lock, 0.5), Found::Fresh);
        assert_eq!(at(10_000, lock, 0.5), Found::Stale);
        assert_eq!(at(14_999, lock, 0.5), Found::Stale);
        assert_eq!(at(15_000, lock, 0.5), Found::Nothing);
    }

    /// A draw of 1/e renews exactly the cost ahead of the expiry.
    #[test]
    fn the_nearer_the_end_the_likelier_it_is_renewed() {
        let early = Protection::Early { beta: 1.0 };
        let draw = libm::exp(-1.0);
        assert_eq!(at(7_999, early, draw), Found::Fresh);
        assert_eq!(at(8_001, early, draw), Found::Early);
        assert_eq!(at(9_999, early, 1.0), Found::Fresh);
        assert_eq!(at(1, early, 0.005), Found::Early);
        let eager = Protection::Early { beta: 4.0 };
        assert_eq!(at(2_001, eager, draw), Found::Early);
        assert_eq!(at(10_000, early, 1.0), Found::Nothing, "it has expired");
    }

    /// The paper's gap before the expiry is exponential: its mean is beta times the cost.
    #[test]
    fn the_gap_before_the_end_has_its_mean() {
        let mut random = Stream::derive(42, Purpose::Workload, 0);
        let early = Protection::Early { beta: 0.5 };
        let n = 20_000;
        let gaps = (0..n).map(|_| {
            let draw = 1.0 - random.unit();
            // The last moment at which this draw renews nothing, by halving.
            let (mut low, mut high) = (0_u64, 10_000_000_u64);
            while high - low > 1 {
                let middle = (low + high) / 2;
                let now = Time::from_micros(middle);
                match look(Some(&ENTRY), now, early, draw) {
                    Found::Fresh => low = middle,
                    _ => high = middle,
                }
            }
            10.0 - high as f64 / 1e6
        });
        let mean = gaps.sum::<f64>() / f64::from(n);
        assert!((mean - 1.0).abs() < 0.02, "{mean}");
    }

    #[test]
    fn jitter_is_up_to_as_long_again() {
        let ttl = Span::from_secs(10);
        let mut random = Stream::derive(42, Purpose::Workload, 0);
        let plain = Cache::new(1, ttl, Protection::None);
        assert_eq!(plain.life(&mut random), ttl);
        let jittered = Cache::new(1, ttl, Protection::Jitter);
        let lives: Vec<Span> = (0..10_000).map(|_| jittered.life(&mut random)).collect();
        assert!(lives.iter().all(|life| *life >= ttl && *life <= ttl + ttl));
        let mean = lives.iter().map(|life| life.as_secs_f64()).sum::<f64>() / 10_000.0;
        assert!((mean - 15.0).abs() < 0.1, "{mean}");
    }

    #[test]
    fn what_expires_is_old_and_what_is_flushed_is_gone() {
        let mut cache = Cache::new(2, Span::from_secs(10), Protection::None);
        cache.put(1, ENTRY);
        cache.put(9, ENTRY);
        assert_eq!(cache.fresh(Time::from_secs(3)), 1);
        cache.expire(Time::from_secs(3));
        assert_eq!(cache.fresh(Time::from_secs(3)), 0);
        assert!(cache.get(1).is_some() && cache.get(0).is_none());
        cache.flush();
        assert_eq!(cache.get(1), None);
    }
}
