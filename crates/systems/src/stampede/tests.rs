//! The workshop's herd, larger ones, and what each protection is for.

use faultline_sim::Time;

use super::{INFO, Stampede};
use crate::testing::number;
use crate::{Lab, SimLab, Values};

fn start(set: &[(&str, &str)], seed: u64) -> SimLab<Stampede> {
    let values = Values::parse(INFO.params, set).unwrap_or_else(|error| panic!("{error}"));
    SimLab::new(&values, seed)
}

fn seek(lab: &mut SimLab<Stampede>, to: &str) {
    let to: Time = to.parse().unwrap();
    assert!(lab.seek(to, 5_000_000).reached);
}

fn run(set: &[(&str, &str)], until: &str) -> SimLab<Stampede> {
    let mut lab = start(set, 1);
    seek(&mut lab, until);
    lab
}

fn all(lab: &SimLab<Stampede>, names: &[&str]) -> Vec<f64> {
    names.iter().map(|name| number(lab, name)).collect()
}

#[test]
fn the_workshops_herd() {
    for seed in 1..=50 {
        for (protection, queries, total) in [
            ("none", 5.0, 2.0),
            ("single-flight", 1.0, 2.0),
            ("stale-lock", 1.0, 0.0),
            // These are for keys that have not expired yet.
            ("jitter", 5.0, 2.0),
            ("early", 5.0, 2.0),
        ] {
            let mut lab = start(&[("protection", protection)], seed);
            seek(&mut lab, "10s");
            assert_eq!(number(&lab, "db_queries"), queries, "{protection}");
            let seconds = number(&lab, "total_ms") / 1e3;
            assert!((seconds - total).abs() < 0.005, "{protection}: {seconds}");
            assert_eq!(number(&lab, "answered"), 5.0);
        }
    }
}

/// Ten connections, two seconds each: a thousand queries take two hundred seconds.
#[test]
fn a_thousand_queue_at_the_door_and_one_flight_answers_all() {
    let herd = |protection| {
        let set = [("clients", "1000"), ("protection", protection)];
        let lab = run(&set, "300s");
        assert_eq!(number(&lab, "answered"), 1_000.0);
        let names = ["db_queries", "db_queue_max", "waited", "stale_served"];
        (all(&lab, &names), number(&lab, "total_ms") / 1e3)
    };
    let (counts, total) = herd("none");
    assert_eq!(counts, [1_000.0, 990.0, 0.0, 0.0]);
    assert!((total - 200.0).abs() < 0.1, "{total}");
    let (counts, total) = herd("single-flight");
    assert_eq!(counts, [1.0, 0.0, 999.0, 0.0]);
    assert!((total - 2.0).abs() < 0.05, "{total}");
    let (counts, total) = herd("stale-lock");
    assert_eq!(counts, [1.0, 0.0, 0.0, 1_000.0]);
    assert!(total < 0.01, "{total}");
}

#[test]
fn everybody_gets_the_same_requests() {
    let requests = |protection| {
        let set = [
            ("asks", "again"),
            ("clients", "50"),
            ("protection", protection),
        ];
        let mut lab = start(&set, 3);
        ["7s", "15s", "30s"].map(|until| {
            seek(&mut lab, until);
            number(&lab, "requests")
        })
    };
    let none = requests("none");
    for protection in ["single-flight", "stale-lock", "jitter", "early"] {
        assert_eq!(requests(protection), none, "{protection}");
    }
}

/// One popular key that expires again and again.
fn popular(protection: &str, set: &[(&str, &str)]) -> SimLab<Stampede> {
    let popular = [
        ("asks", "again"),
        ("clients", "50"),
        ("ttl", "30s"),
        ("protection", protection),
    ];
    run(&[&popular, set].concat(), "195s")
}

#[test]
fn a_popular_key_is_queried_once_by_who_is_protected() {
    let herds = popular("none", &[]);
    assert!(number(&herds, "db_queries") > 300.0);
    assert!(number(&herds, "total_ms") > 15_000.0);
    // It expires after 30 s and two for the query, so six times.
    let single = popular("single-flight", &[]);
    assert_eq!(number(&single, "db_queries"), 6.0);
    assert_eq!(number(&single, "duplicate_queries"), 0.0);
    assert!(
        number(&single, "latency_ms_p99") > 1_000.0,
        "all wait for it"
    );
    let stale = popular("stale-lock", &[]);
    assert_eq!(number(&stale, "db_queries"), 6.0);
    assert!(number(&stale, "total_ms") < 5.0, "nobody waits");
    assert!(number(&stale, "stale_served") > 500.0);
}

/// The chance to renew grows by the factor e in beta times the time that a query takes. While
/// the first who renews waits for its query, about e^(1/beta) - 1 others do the same.
#[test]
fn early_expiry_renews_a_few_times_and_before_the_end() {
    let long = [("ttl", "60s")];
    for (beta, least, most) in [("1", 1.5, 5.0), ("4", 1.0, 2.2)] {
        let set = [&long[..], &[("beta", beta), ("connections", "100")]].concat();
        let lab = popular("early", &set);
        let queries = number(&lab, "db_queries");
        assert_eq!(number(&lab, "early_queries"), queries, "none came too late");
        // Only who renews waits: two seconds, and nobody in line.
        assert!(number(&lab, "latency_ms_p99") < 5.0);
        let renewals = queries - number(&lab, "duplicate_queries");
        let each = queries / renewals;
        assert!((least..most).contains(&each), "beta {beta}: {each}");
    }
}

/// Many keys that were cached together expire together, unless their lives differ.
#[test]
fn jitter_spreads_what_was_cached_together() {
    let many = |protection| {
        let set = [
            ("asks", "again"),
            ("clients", "100"),
            ("keys", "200"),
            ("query_time", "200ms"),
            ("protection", protection),
        ];
        run(&set, "60s")
    };
    let (plain, jittered) = (many("none"), many("jitter"));
    let queue = |lab: &SimLab<Stampede>| number(lab, "db_queue_max");
    assert!(queue(&plain) > 40.0 && queue(&jittered) < 10.0);
    let p99 = |lab: &SimLab<Stampede>| number(lab, "latency_ms_p99");
    assert!(p99(&plain) > 1_000.0, "{}", p99(&plain));
    assert!(p99(&jittered) < 250.0, "{}", p99(&jittered));
}

#[test]
fn a_herd_can_be_called_again() {
    let mut lab = start(&[("protection", "stale-lock")], 1);
    for (at, command) in [
        (4, "ask"),
        (5, "expire"),
        (6, "ask"),
        (9, "flush"),
        (10, "ask"),
    ] {
        lab.insert(Time::from_secs(at), command).unwrap();
    }
    let names = ["requests", "hits", "stale_served", "waited", "db_queries"];
    let mut at = |until| {
        seek(&mut lab, until);
        all(&lab, &names)
    };
    assert_eq!(at("3.9s"), [5.0, 0.0, 5.0, 0.0, 1.0]);
    assert_eq!(at("4.9s"), [10.0, 5.0, 5.0, 0.0, 1.0], "it is fresh");
    assert_eq!(at("8.9s"), [15.0, 5.0, 10.0, 0.0, 2.0], "it has expired");
    // Without an old value the lock makes them wait, as a single flight does.
    assert_eq!(at("13s"), [20.0, 5.0, 10.0, 4.0, 3.0], "it is gone");
    assert!(lab.insert(Time::ZERO, "ask twice").is_err());
}

#[test]
fn a_lost_query_blocks_nobody_for_longer_than_its_lease() {
    let set = [("protection", "single-flight"), ("lease", "3s")];
    let mut lab = start(&set, 1);
    for (at, command) in [(2, "crash db"), (3, "restart db"), (4, "ask"), (5, "ask")] {
        lab.insert(Time::from_secs(at), command).unwrap();
    }
    seek(&mut lab, "4.5s");
    assert_eq!(
        number(&lab, "db_queries"),
        1.0,
        "they wait for what is lost"
    );
    seek(&mut lab, "8s");
    assert_eq!(number(&lab, "db_queries"), 2.0);
    assert_eq!(number(&lab, "answered"), 5.0);
}

#[test]
fn an_application_that_restarts_has_a_cold_cache() {
    let set = [
        ("asks", "again"),
        ("clients", "50"),
        ("protection", "stale-lock"),
    ];
    let mut lab = start(&set, 1);
    lab.insert(Time::from_secs(5), "crash app").unwrap();
    lab.insert(Time::from_secs(6), "restart app").unwrap();
    seek(&mut lab, "7.9s");
    assert_eq!(number(&lab, "db_queries"), 1.0);
    assert_eq!(number(&lab, "stale_served"), 0.0, "there is no old value");
    assert!(number(&lab, "waited") > 50.0);
}

/// The query has a second left when the database is paused, or slowed down to half its speed.
#[test]
fn a_query_waits_with_its_database() {
    for commands in [
        [("2.5s", "pause db"), ("3.5s", "resume db")].as_slice(),
        &[("2.5s", "slow db 2")],
    ] {
        let mut lab = start(&[], 1);
        for (at, command) in commands {
            lab.insert(at.parse().unwrap(), command).unwrap();
        }
        seek(&mut lab, "10s");
        let total = number(&lab, "total_ms");
        assert!((total - 3_000.0).abs() < 5.0, "{commands:?}: {total}");
    }
}
