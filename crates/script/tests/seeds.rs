//! Runs with a program over many seeds: what the engine says that they come to is what each seed's
//! own run comes to when it is recorded and played.

use faultline_course::ranking::SeedRanking;
use faultline_course::sweep::Outcome;
use faultline_course::{Course, Engine as _, Recording, Run, Session};
use faultline_script::{Limits, Starlark};
use faultline_sim::Time;
use faultline_systems::registry;

const UNTIL: Time = Time::from_secs(10);

fn engine() -> Starlark<'static> {
    Starlark {
        systems: registry(),
        name: "program",
        limits: Limits::default(),
        progress: &|_| {},
    }
}

fn session(of: &str, params: &[(&str, &str)], code: &str, command: &str, seed: u64) -> Session {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let run = Run {
        of: of.to_owned(),
        seed,
        params: params.iter().map(pair).collect(),
        code: code.to_owned(),
        commands: vec![(Time::from_secs(3).as_nanos(), command.to_owned())],
        at: UNTIL.as_nanos(),
        ..Run::default()
    };
    Session::open(&Course::default(), run).unwrap()
}

/// What the runs come to by both ways, seed by seed.
fn compare(of: &str, params: &[(&str, &str)], code: &str, command: &str) {
    // Any seed will do for what is to be run.
    let recording = session(of, params, code, command, 77).recording_of_seeds(UNTIL);
    let recording = recording.unwrap();
    for seed in 1..=4 {
        let mut played = session(of, params, code, command, seed);
        let recorded = engine().record(&played.recording(UNTIL).unwrap()).unwrap();
        played.play(recorded).unwrap();
        while !played.settle(1_000_000).reached {}
        let recording = Recording {
            seed,
            ..recording.clone()
        };
        let outcome = engine().outcome(&recording).unwrap();
        assert_eq!(outcome, Outcome::of(&played), "{of}, seed {seed}");
        assert_eq!(outcome.seed, seed);
    }
}

#[test]
fn a_policy_with_chance_and_a_memory() {
    let code = "
seen = {}
def pick(request, workers):
    worker = choice(workers)
    seen[worker.id] = seen.get(worker.id, 0) + 1
    return min(workers, key=lambda one: seen.get(one.id, 0)) if random() < 0.5 else worker
";
    compare(
        "service",
        &[("policy", "custom"), ("rate", "20")],
        code,
        "crash 1",
    );
}

#[test]
fn a_limiter_that_counts() {
    let code = "
counts = {}
def allow(client, now):
    counts[client] = counts.get(client, 0) + 1
    return counts[client] % 2 == 0
";
    compare(
        "rate-limit",
        &[("algorithm", "custom")],
        code,
        "crash server",
    );
}

#[test]
fn a_hash_on_a_ring() {
    let code = "def hash(key): return len(key) * 7 + ord(key[4])";
    compare("sharding", &[("keys", "200")], code, "lookup some key");
}

#[test]
fn a_run_without_a_program_is_not_for_the_engine() {
    let run = Run {
        of: "service".to_owned(),
        ..Run::default()
    };
    let session = Session::open(&Course::default(), run).unwrap();
    assert_eq!(session.recording_of_seeds(UNTIL), None);
}

#[test]
fn policies_are_ranked_by_what_each_comes_to_under_the_same_seeds() {
    let code = "def pick(request, workers): return min(workers, key=lambda one: one.active)";
    let own = session("service", &[("policy", "custom")], code, "slow 1 4", 1);
    let ranking = SeedRanking::new(&own, 0).unwrap().unwrap();
    let seeds = 1..=3;
    let outcomes: Vec<_> = seeds
        .clone()
        .map(|seed| {
            let recording = Recording {
                seed,
                ..ranking.recording.clone()
            };
            engine().outcome(&recording).unwrap()
        })
        .collect();
    let ranked = ranking.ranked(&outcomes);
    assert!(ranked.len() > 5, "{ranked:?}");
    let scores: Vec<f64> = ranked
        .iter()
        .map(|one| one.score.unwrap().value())
        .collect();
    assert!(scores.is_sorted(), "{ranked:?}");
    // What a policy that is built in comes to by itself.
    let by_itself = |seed| {
        let run = Run {
            of: "service".to_owned(),
            seed,
            params: vec![("policy".to_owned(), "round-robin".to_owned())],
            commands: vec![(Time::from_secs(3).as_nanos(), "slow 1 4".to_owned())],
            at: own.end().as_nanos(),
            ..Run::default()
        };
        let session = Session::open(&Course::default(), run).unwrap();
        let number = Outcome::of(&session).number(0, ranking.metric());
        number.unwrap().value()
    };
    let mean = seeds.clone().map(by_itself).sum::<f64>() / seeds.count() as f64;
    let turn = ranked
        .iter()
        .find(|one| one.value == "round-robin")
        .unwrap();
    assert!(
        (turn.score.unwrap().value() - mean).abs() < 1e-9,
        "{ranked:?}, not {mean}"
    );
}
