//! A server's workers: which request is served by whom, how far it is, and when it is done.
//!
//! A pure model in whole nanoseconds. Its clock is the owner's, who calls it when a request
//! arrives and when [`next`](Station::next) says that one is done; in between nothing changes
//! but how far the requests are.

use std::collections::VecDeque;

use faultline_sim::{Span, Time};
use litemap::LiteMap;

use super::pop_first;

/// How a worker treats the requests it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discipline {
    /// Processor sharing: a worker serves all of its requests at once, each at an equal share of
    /// its speed, as a process with threads does (Kleinrock, "Time-shared systems", 1967). A new
    /// request goes to a worker with the fewest.
    Sharing,
    /// First in, first out: a worker serves one request, the others wait in one line in front of
    /// all workers.
    Fifo,
}

/// What a station is like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// How its workers treat requests.
    pub discipline: Discipline,
    /// How many workers there are, from 1.
    pub workers: u32,
    /// How many processors they have, from 1: when more workers than that are busy, they get
    /// equal shares of them.
    pub cores: u32,
    /// How many requests may be in the station, served or waiting; none: any number. One that
    /// finds so many is refused.
    pub limit: Option<u32>,
}

/// A request in a station.
#[derive(Clone, Debug, PartialEq)]
pub struct Job<T> {
    /// Counted from 1, in the order of arrival.
    pub number: u64,
    /// When it arrived.
    pub arrived: Time,
    /// What serving it takes alone, at full speed.
    pub work: Span,
    /// What its owner keeps with it.
    pub about: T,
}

/// A request that has been served.
#[derive(Clone, Debug, PartialEq)]
pub struct Done<T> {
    /// The request.
    pub job: Job<T>,
    /// Which worker served it, from 0.
    pub worker: u32,
}

/// Work is measured in parts of a nanosecond, so that what rounding loses stays below a
/// nanosecond for a thousand changes of speed.
const PARTS: u64 = 1_024;
/// Slowness is measured in millionths.
const SLOWNESS_UNIT: u64 = 1_000_000;
/// The fastest and the slowest that a station works, in millionths.
const SLOWNESS: (u64, u64) = (100, 10_000_000_000);

#[derive(Clone, Debug)]
struct Worker<T> {
    /// How much work each request would have got that was here from the start, in parts.
    given: u64,
    /// The requests, by the value of `given` at which they are done, then by number.
    jobs: LiteMap<(u64, u64), Job<T>>,
}

impl<T> Worker<T> {
    /// How far a request is that is done at this value of `given`, from 0 to 1.
    fn progress(&self, done: u64, work: Span) -> f64 {
        let left = done.saturating_sub(self.given) as f64;
        let whole = parts(work) as f64;
        if whole > 0.0 { 1.0 - left / whole } else { 1.0 }
    }
}

/// Work in parts of nanoseconds.
fn parts(work: Span) -> u64 {
    work.as_nanos().saturating_mul(PARTS)
}

/// A server's workers and the line in front of them.
#[derive(Clone, Debug)]
pub struct Station<T> {
    plan: Plan,
    workers: Vec<Worker<T>>,
    waiting: VecDeque<Job<T>>,
    /// How many requests are being served, over all workers.
    in_service: u32,
    /// How many workers serve any.
    busy: u32,
    slowness: u64,
    /// Up to when `given` is right.
    now: Time,
    /// How many requests have arrived.
    arrived: u64,
    /// Which worker a request was last given to.
    last: u32,
    /// Busy workers, summed over time, in worker-nanoseconds.
    busy_ns: u128,
}

impl<T> Station<T> {
    /// An empty station at time 0, at full speed.
    pub fn new(plan: Plan) -> Self {
        let worker = |_| Worker {
            given: 0,
            jobs: LiteMap::new(),
        };
        let workers = plan.workers.max(1);
        Self {
            plan,
            workers: (0..workers).map(worker).collect(),
            waiting: VecDeque::new(),
            in_service: 0,
            busy: 0,
            slowness: SLOWNESS_UNIT,
            now: Time::ZERO,
            arrived: 0,
            last: workers - 1,
            busy_ns: 0,
        }
    }

    /// What it is like.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// From now on everything takes so many times as long as at full speed, from 0.0001 to
    /// 10,000.
    pub fn set_slowness(&mut self, now: Time, factor: f64) {
        self.advance(now);
        let millionths = libm::round(factor * SLOWNESS_UNIT as f64) as u64;
        self.slowness = millionths.clamp(SLOWNESS.0, SLOWNESS.1);
    }

    /// A request arrives.
    ///
    /// # Errors
    /// The request itself, if the station holds as many as it may.
    pub fn arrive(&mut self, now: Time, work: Span, about: T) -> Result<(), T> {
        self.advance(now);
        if self.plan.limit.is_some_and(|limit| self.active() >= limit) {
            return Err(about);
        }
        self.arrived += 1;
        let job = Job {
            number: self.arrived,
            arrived: now,
            work,
            about,
        };
        let worker = self.next_worker();
        if self.plan.discipline == Discipline::Fifo && !self.is_idle(worker) {
            self.waiting.push_back(job);
        } else {
            self.serve(worker, job);
        }
        Ok(())
    }

    /// The worker that a request which arrives now is given to, or that is asked first: the one
    /// after the last that has the fewest requests.
    pub fn next_worker(&self) -> u32 {
        let count = self.workers.len() as u32;
        let after_last = (1..=count).map(|step| (self.last + step) % count);
        after_last
            .min_by_key(|&worker| self.workers[worker as usize].jobs.len())
            .unwrap_or(0)
    }

    fn is_idle(&self, worker: u32) -> bool {
        self.workers[worker as usize].jobs.is_empty()
    }

    fn serve(&mut self, index: u32, job: Job<T>) {
        let worker = &mut self.workers[index as usize];
        if worker.jobs.is_empty() {
            self.busy += 1;
        }
        let done = worker.given.saturating_add(parts(job.work));
        worker.jobs.insert((done, job.number), job);
        self.in_service += 1;
        self.last = index;
    }

    /// When the next request is done, if nothing changes before; never earlier than the last
    /// call of a method that changed something.
    pub fn next(&self) -> Option<Time> {
        let left = |worker: &Worker<T>| {
            let (&(done, _), _) = worker.jobs.first()?;
            let left = u128::from(done - worker.given);
            Some(left * worker.jobs.len() as u128)
        };
        let left = self.workers.iter().filter_map(left).min()?;
        // Rounded up: when that time has come the request is done, and not a part too early.
        let (gain, cost) = self.rate();
        let nanos = (left * cost).div_ceil(gain);
        Some(self.now + Span(u64::try_from(nanos).unwrap_or(u64::MAX)))
    }

    /// How many parts of work a busy worker does in how many nanoseconds.
    fn rate(&self) -> (u128, u128) {
        let busy = u128::from(self.busy.max(1));
        let cores = u128::from(self.plan.cores.max(1)).min(busy);
        let gain = cores * u128::from(SLOWNESS_UNIT) * u128::from(PARTS);
        (gain, busy * u128::from(self.slowness))
    }

    /// Takes a request that is done by now; its worker goes on with the next. Call it until
    /// there is none.
    pub fn finish(&mut self, now: Time) -> Option<Done<T>> {
        self.advance(now);
        let is_done = |worker: &Worker<T>| {
            let first = worker.jobs.first();
            first.is_some_and(|(&(done, _), _)| done <= worker.given)
        };
        let index = self.workers.iter().position(is_done)?;
        let worker = &mut self.workers[index];
        let (_, job) = pop_first(&mut worker.jobs)?;
        if worker.jobs.is_empty() {
            // An idle worker's count may begin again, and so never grows too large.
            worker.given = 0;
            self.busy -= 1;
        }
        self.in_service -= 1;
        let worker = index as u32;
        if self.is_idle(worker)
            && let Some(next) = self.waiting.pop_front()
        {
            self.serve(worker, next);
        }
        Some(Done { job, worker })
    }

    /// Brings all requests to where they are now.
    fn advance(&mut self, now: Time) {
        let gone = now.since(self.now);
        if gone == Span::ZERO {
            return;
        }
        self.now = now;
        self.busy_ns += u128::from(gone.as_nanos()) * u128::from(self.busy);
        let (gain, cost) = self.rate();
        let work = u128::from(gone.as_nanos()) * gain;
        for worker in &mut self.workers {
            let Some((&(done, _), _)) = worker.jobs.first() else {
                continue;
            };
            let share = work / (cost * worker.jobs.len() as u128);
            let given = u128::from(worker.given) + share;
            // Nobody gets more than is left: who is done waits to be taken.
            worker.given = given.min(u128::from(done)) as u64;
        }
    }

    /// How many requests are in the station, served or waiting.
    pub fn active(&self) -> u32 {
        self.in_service + self.waiting.len() as u32
    }

    /// How many of them wait in line.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many requests have arrived, not counting refused ones.
    pub fn arrived(&self) -> u64 {
        self.arrived
    }

    /// How many workers are busy.
    pub fn busy(&self) -> u32 {
        self.busy
    }

    /// The share of its time that a worker was busy, over all workers and up to now, 0 to 1.
    pub fn utilization(&self, now: Time) -> f64 {
        let since = now.since(self.now).as_nanos();
        let busy = self.busy_ns + u128::from(since) * u128::from(self.busy);
        let all = u128::from(now.as_nanos()) * self.workers.len() as u128;
        if all == 0 {
            0.0
        } else {
            busy as f64 / all as f64
        }
    }

    /// How many requests a worker serves.
    pub fn load(&self, worker: u32) -> usize {
        self.workers
            .get(worker as usize)
            .map_or(0, |worker| worker.jobs.len())
    }

    /// The requests that a worker serves, the first to be done first, and how far each is, from
    /// 0 to 1, at a moment not before the last change.
    pub fn serving(&self, worker: u32, now: Time) -> impl Iterator<Item = (&Job<T>, f64)> {
        let worker = self.workers.get(worker as usize);
        let count = worker.map_or(1, |worker| worker.jobs.len().max(1)) as u128;
        let (gain, cost) = self.rate();
        let since = u128::from(now.since(self.now).as_nanos());
        let more = (since * gain / (cost * count)) as f64;
        worker.into_iter().flat_map(move |worker| {
            worker.jobs.iter().map(move |(&(done, _), job)| {
                let whole = parts(job.work).max(1) as f64;
                let progress = worker.progress(done, job.work) + more / whole;
                (job, progress.clamp(0.0, 1.0))
            })
        })
    }

    /// The requests in line, the first first.
    pub fn line(&self) -> impl Iterator<Item = &Job<T>> {
        self.waiting.iter()
    }

    /// About how many bytes the requests hold, besides the value itself.
    pub fn size_bytes(&self) -> usize {
        // A tree's nodes are about two thirds full.
        let served = size_of::<((u64, u64), Job<T>)>() * 3 / 2;
        self.workers.capacity() * size_of::<Worker<T>>()
            + self.in_service as usize * served
            + self.waiting.capacity() * size_of::<Job<T>>()
    }
}

#[cfg(test)]
mod tests;
