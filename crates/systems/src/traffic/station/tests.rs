//! The station by hand, and against what queueing theory says of long runs.

use faultline_sim::{Purpose, Stream};

use super::*;
use crate::traffic::{Arrivals, Demand, erlang_c};

fn plan(discipline: Discipline, workers: u32, cores: u32) -> Plan {
    Plan {
        discipline,
        workers,
        cores,
        limit: None,
    }
}

fn ms(millis: u64) -> Time {
    Time::from_millis(millis)
}

/// Runs a station until it is empty: who is done when, and by which worker.
fn drain(station: &mut Station<&'static str>) -> Vec<(&'static str, u64, u32)> {
    let mut all = Vec::new();
    while let Some(at) = station.next() {
        while let Some(done) = station.finish(at) {
            all.push((done.job.about, at.as_nanos() / 1_000_000, done.worker));
        }
    }
    all
}

const WORK: Span = Span::from_millis(100);

#[test]
fn one_worker_shares_its_processor_equally() {
    let mut station = Station::new(plan(Discipline::Sharing, 1, 1));
    for name in ["a", "b", "c"] {
        station.arrive(ms(0), WORK, name).unwrap();
    }
    assert_eq!(station.active(), 3);
    assert_eq!(
        drain(&mut station),
        [("a", 300, 0), ("b", 300, 0), ("c", 300, 0)]
    );
}

#[test]
fn who_comes_later_shares_what_is_left() {
    let mut station = Station::new(plan(Discipline::Sharing, 1, 1));
    station.arrive(ms(0), WORK, "a").unwrap();
    // "a" has half of its work done; the rest takes twice as long, until "a" leaves.
    station.arrive(ms(50), WORK, "b").unwrap();
    assert_eq!(drain(&mut station), [("a", 150, 0), ("b", 200, 0)]);
}

#[test]
fn workers_add_processors_up_to_the_core_count() {
    let mut station = Station::new(plan(Discipline::Sharing, 4, 2));
    for name in ["a", "b", "c", "d"] {
        station.arrive(ms(0), WORK, name).unwrap();
    }
    // Four busy workers on two cores: each at half speed.
    let done = [("a", 200, 0), ("b", 200, 1), ("c", 200, 2), ("d", 200, 3)];
    assert_eq!(drain(&mut station), done);
    assert_eq!(station.busy(), 0);
}

#[test]
fn a_request_goes_to_a_worker_with_the_fewest_in_turn() {
    let mut station = Station::new(plan(Discipline::Sharing, 3, 3));
    let mut served = Vec::new();
    for round in 0..6 {
        let at = ms(round * 1_000);
        station.arrive(at, WORK, "one").unwrap();
        served.extend(drain(&mut station).iter().map(|(_, _, worker)| *worker));
    }
    assert_eq!(served, [0, 1, 2, 0, 1, 2]);
}

#[test]
fn the_first_in_line_is_served_first() {
    let mut station = Station::new(plan(Discipline::Fifo, 2, 2));
    for (at, name) in [(0, "a"), (10, "b"), (20, "c"), (30, "d")] {
        station.arrive(ms(at), WORK, name).unwrap();
    }
    assert_eq!((station.waiting(), station.active()), (2, 4));
    let line: Vec<_> = station.line().map(|job| job.about).collect();
    assert_eq!(line, ["c", "d"]);
    let done = [("a", 100, 0), ("b", 110, 1), ("c", 200, 0), ("d", 210, 1)];
    assert_eq!(drain(&mut station), done);
}

#[test]
fn a_full_station_gives_the_request_back() {
    for discipline in [Discipline::Fifo, Discipline::Sharing] {
        let mut station = Station::new(Plan {
            limit: Some(2),
            ..plan(discipline, 1, 1)
        });
        assert_eq!(station.arrive(ms(0), WORK, "a"), Ok(()));
        assert_eq!(station.arrive(ms(0), WORK, "b"), Ok(()));
        assert_eq!(station.arrive(ms(0), WORK, "c"), Err("c"));
        assert_eq!(drain(&mut station).len(), 2);
        assert_eq!(station.arrive(ms(300), WORK, "c"), Ok(()));
        assert_eq!(station.arrived(), 3);
    }
}

#[test]
fn a_change_of_speed_holds_for_what_is_left() {
    let mut station = Station::new(plan(Discipline::Fifo, 1, 1));
    station.arrive(ms(0), WORK, "a").unwrap();
    station.set_slowness(ms(50), 4.0);
    assert_eq!(station.next(), Some(ms(250)));
    station.set_slowness(ms(150), 0.5);
    assert_eq!(station.next(), Some(Time::from_micros(162_500)));
}

#[test]
fn progress_goes_from_nothing_to_all() {
    let mut station = Station::new(plan(Discipline::Sharing, 1, 1));
    station.arrive(ms(0), WORK, "a").unwrap();
    station.arrive(ms(50), WORK, "b").unwrap();
    let at = |when: u64| {
        let serving = station.serving(0, ms(when));
        serving
            .map(|(job, progress)| (job.about, (progress * 100.0) as u32))
            .collect::<Vec<_>>()
    };
    assert_eq!(at(50), [("a", 50), ("b", 0)]);
    assert_eq!(at(100), [("a", 75), ("b", 25)]);
    assert_eq!(at(150), [("a", 100), ("b", 50)]);
}

#[test]
fn a_request_without_work_is_done_at_once_and_after_those_before_it() {
    let mut station = Station::new(plan(Discipline::Fifo, 1, 1));
    station.arrive(ms(0), WORK, "a").unwrap();
    station.arrive(ms(0), Span::ZERO, "b").unwrap();
    assert_eq!(drain(&mut station), [("a", 100, 0), ("b", 100, 0)]);
    station.arrive(ms(200), Span::ZERO, "c").unwrap();
    assert_eq!(station.next(), Some(ms(200)));
}

#[test]
fn what_rounding_loses_is_too_little_to_see() {
    let mut station = Station::new(plan(Discipline::Sharing, 3, 2));
    let mut random = Stream::derive(1, Purpose::Workload, 0);
    station.arrive(ms(0), Span::from_secs(10), "long").unwrap();
    // Ten thousand changes of speed at odd times, and the end is still right to a microsecond:
    // the sum of all speeds is what theory says it is.
    let mut now = Time::ZERO;
    let mut work = 0.0;
    for _ in 0..10_000 {
        let gap = random.span(Span::ZERO, Span::from_micros(1_500));
        let slowness = 1.0 + random.unit();
        station.set_slowness(now, slowness);
        now += gap;
        let millionths = libm::round(slowness * 1e6);
        work += gap.as_secs_f64() * 1e6 / millionths;
    }
    station.set_slowness(now, 1.0);
    let end = station.next().unwrap();
    let expected = now.as_secs_f64() + 10.0 - work;
    assert!(
        (end.as_secs_f64() - expected).abs() < 1e-6,
        "{end}: {expected}"
    );
}

/// Mean waiting and sojourn times of a long run, in seconds.
struct Means {
    wait: f64,
    sojourn: f64,
}

fn long_run(plan: Plan, arrivals: Arrivals, demand: Demand, requests: u32) -> Means {
    let mut random = Stream::derive(7, Purpose::Workload, 0);
    let mut station = Station::new(plan);
    let mut now = Time::ZERO;
    let (mut sojourn, mut work) = (0.0, 0.0);
    let mut left = requests;
    let mut take = |station: &mut Station<()>, at: Time| {
        while let Some(done) = station.finish(at) {
            sojourn += (at - done.job.arrived).as_secs_f64();
            work += done.job.work.as_secs_f64();
        }
    };
    while left > 0 {
        now += arrivals.gap(&mut random).unwrap_or_default();
        while let Some(at) = station.next().filter(|&at| at <= now) {
            take(&mut station, at);
        }
        let work = demand.draw(&mut random);
        assert_eq!(station.arrive(now, work, ()), Ok(()));
        left -= 1;
    }
    while let Some(at) = station.next() {
        take(&mut station, at);
    }
    let mean = |sum: f64| sum / f64::from(requests);
    Means {
        wait: mean(sojourn - work),
        sojourn: mean(sojourn),
    }
}

fn agrees(measured: f64, expected: f64, what: &str) {
    let off = measured / expected - 1.0;
    assert!(
        off.abs() < 0.03,
        "{what}: measured {measured:.4} s, expected {expected:.4} s, {:.1} % off",
        off * 100.0
    );
}

/// Services per second, of one worker.
const MU: f64 = 10.0;
const MEAN: Span = Span::from_millis(100);
const REQUESTS: u32 = 1_000_000;

#[test]
fn one_worker_with_random_arrivals_agrees_with_m_m_1() {
    for load in [0.5, 0.8] {
        let lambda = load * MU;
        let (arrivals, demand) = (Arrivals::poisson(lambda), Demand::Exponential(MEAN));
        let fifo = long_run(plan(Discipline::Fifo, 1, 1), arrivals, demand, REQUESTS);
        let sharing = long_run(plan(Discipline::Sharing, 1, 1), arrivals, demand, REQUESTS);
        agrees(fifo.sojourn, 1.0 / (MU - lambda), "M/M/1");
        agrees(fifo.wait, load / (MU - lambda), "wait in M/M/1");
        // Sharing changes who waits, not how long all are there on average.
        agrees(sharing.sojourn, 1.0 / (MU - lambda), "M/M/1 with sharing");
    }
}

#[test]
fn several_workers_agree_with_erlang_c() {
    for (servers, load) in [(2, 0.8), (4, 0.8), (10, 0.9)] {
        let lambda = load * MU * f64::from(servers);
        let (arrivals, demand) = (Arrivals::poisson(lambda), Demand::Exponential(MEAN));
        let plan = plan(Discipline::Fifo, servers, servers);
        let measured = long_run(plan, arrivals, demand, REQUESTS);
        let chance = erlang_c(servers, lambda / MU);
        let expected = chance / (f64::from(servers) * MU - lambda);
        agrees(measured.wait, expected, &format!("M/M/{servers}"));
    }
}

#[test]
fn constant_service_agrees_with_m_d_1() {
    for load in [0.5, 0.8] {
        let lambda = load * MU;
        let (arrivals, demand) = (Arrivals::poisson(lambda), Demand::Constant(MEAN));
        let measured = long_run(plan(Discipline::Fifo, 1, 1), arrivals, demand, REQUESTS);
        let expected = load / (2.0 * MU * (1.0 - load));
        agrees(measured.wait, expected, "M/D/1");
    }
}

#[test]
fn sharing_does_not_care_how_work_is_distributed() {
    // A property of processor sharing alone: the mean time in M/G/1-PS is that of M/M/1.
    let (arrivals, demand) = (Arrivals::poisson(8.0), Demand::Constant(MEAN));
    let measured = long_run(plan(Discipline::Sharing, 1, 1), arrivals, demand, REQUESTS);
    agrees(measured.sojourn, 1.0 / (MU - 8.0), "M/D/1 with sharing");
}
