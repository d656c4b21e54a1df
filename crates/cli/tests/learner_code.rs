//! Runs with a learner's program.

mod common;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use common::{Expect, check, faultline, json_of};
use serde_json::{Value, json};

const FNV: &str = "\
def hash(key):
    h = 2166136261
    for letter in key:
        h = ((h ^ ord(letter)) * 16777619) & 0xFFFFFFFF
    return h
";

/// Puts a program into a file of its own.
fn program(name: &str, text: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("programs");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// FNV-1a with 32 bits, apart from the engine.
fn fnv_1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[test]
fn a_hash_is_judged() {
    let file = program("judged.star", FNV);
    let run = |strategy: &str| {
        let set = format!("strategy={strategy}");
        json_of(&[
            "run", "sharding", "--set", &set, "--code", &file, "--format", "json",
        ])
    };
    let modulo = run("modulo");
    let moved = (0..1_000).filter(|key| {
        let hash = fnv_1a(&format!("key_{key}"));
        hash % 3 != hash % 4
    });
    assert_eq!(modulo["metrics"]["keys_moved"], json!(moved.count()));
    let ring = run("ring");
    for name in [
        "load_max_over_mean",
        "chi_square",
        "avalanche",
        "hash_steps",
    ] {
        assert!(
            ring["metrics"][name].as_f64().unwrap() > 0.0,
            "{name}: {ring}"
        );
    }
}

#[test]
fn a_run_with_a_program_is_the_same_by_its_link() {
    let file = program("linked.star", FNV);
    let args = ["run", "sharding", "--code", &file, "--at", "2s", "add"];
    let here = json_of(&[&args[..], &["--format", "json"]].concat());
    let link = faultline(&[&args[..], &["--link"]].concat());
    let link = String::from_utf8(link.stdout).unwrap();
    let there = json_of(&["replay", link.trim()]);
    assert_eq!(here["fingerprint"], there["fingerprint"]);
    assert_eq!(here["metrics"], there["metrics"]);
}

#[test]
fn a_policy_has_the_metrics_of_the_others() {
    let file = program(
        "least.star",
        "def pick(request, workers):\n    return min(workers, key=lambda one: one.active)\n",
    );
    let run = |more: &[&str]| json_of(&[&["run", "service", "--format", "json"], more].concat());
    let own = run(&["--set", "policy=custom", "--code", &file]);
    let other = run(&["--set", "policy=least-connections"]);
    let names = |value: &Value| {
        let metrics = value["metrics"].as_object().unwrap();
        metrics.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(names(&own), names(&other));
    assert_eq!(own["metrics"]["timeouts"], json!(0));
    // Each seed has a recording of its own.
    let seeds = run(&["--set", "policy=custom", "--code", &file, "--seeds", "1..3"]);
    assert!(seeds.to_string().contains("latency_ms_p95"), "{seeds}");
}

#[test]
fn a_program_that_is_asked_nothing_is_noted() {
    let file = program(
        "unasked.star",
        "def pick(request, workers): return workers[0]\n",
    );
    let output = faultline(&["run", "service", "--code", &file]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let note = "note: the run asked the program nothing; use --set policy=custom";
    assert_eq!(said.trim(), note);
}

#[test]
fn what_is_wrong_has_its_place() {
    let refused = |name: &str, text: &str, says: &str| {
        let file = program(name, text);
        check(
            &["run", "sharding", "--code", &file],
            Expect::Refused(&[name, says]),
        );
    };
    refused(
        "wrong.star",
        "def hash(key):\n    return key.nosuch\n",
        ":2:12: a text has no .nosuch",
    );
    refused(
        "minus.star",
        "def hash(key):\n    return -1\n",
        ":1:5: hash must return a whole number",
    );
    refused(
        "none.star",
        "def hush(key):\n    return 1\n",
        "def hash(key):",
    );
    refused("open.star", "def hash(key:\n    return 1\n", "open.star:");
    refused("empty.star", " \n", "empty");
    check(
        &["run", "gossip", "--code", &program("gossip.star", FNV)],
        Expect::Refused(&["gossip takes no program"]),
    );
    check(
        &["run", "service", "--set", "policy=custom"],
        Expect::Refused(&["policy=custom needs a program with pick(request, workers)"]),
    );
    check(
        &[
            "run",
            "service",
            "--set",
            "policy=custom",
            "--code",
            &program("hash.star", FNV),
        ],
        Expect::Refused(&["def pick(request, workers):"]),
    );
}

#[test]
fn an_endless_program_ends_within_seconds() {
    for (name, text) in [
        (
            "loop.star",
            "def hash(key):\n    for i in range(1000000000000):\n        pass\n",
        ),
        (
            "loops.star",
            "def hash(key):\n    for i in range(1000000):\n        for j in range(1000000):\n            \
             pass\n    return 1\n",
        ),
        (
            "large.star",
            "def hash(key):\n    return len(\"a\" * 1000000000)\n",
        ),
    ] {
        let begun = Instant::now();
        let file = program(name, text);
        check(
            &["run", "sharding", "--code", &file],
            Expect::Refused(&[&format!("{name}:"), ": "]),
        );
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(20), "{name} took {took:?}");
    }
}
