//! Runs with a program over many seeds: what the engine says that they come to is what each seed's
//! own run comes to when it is recorded and played.

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
