//! The built `faultline`, run as a user runs it.
//! A change of the wording is accepted with `INSTA_UPDATE=always cargo test -p faultline-cli`.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// What a call must do.
enum Expect<'a> {
    /// Exit code 0, and on standard output one line of JSON with these values at these pointers.
    Json(&'a [(&'a str, Value)]),
    /// Exit code 0, and these texts on standard output.
    Text(&'a [&'a str]),
    /// Exit code 2, nothing on standard output, and one line on standard error with these texts.
    Refused(&'a [&'a str]),
    /// Exit code 1, and these texts on standard output or standard error.
    Failed(&'a [&'a str]),
}

fn faultline(args: &[&str]) -> Output {
    // Within a course of its own, so that the real one may change freely.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/course/lessons/01-small");
    Command::new(env!("CARGO_BIN_EXE_faultline"))
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the command starts")
}

fn stdout(args: &[&str]) -> String {
    String::from_utf8(faultline(args).stdout).expect("the output is text")
}

fn json_of(args: &[&str]) -> Value {
    let text = stdout(args);
    assert_eq!(text.lines().count(), 1, "{args:?}: {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{args:?}: {error}: {text}"))
}

fn check(args: &[&str], expect: Expect) {
    let output = faultline(args);
    let out = String::from_utf8_lossy(&output.stdout);
    let err = String::from_utf8_lossy(&output.stderr);
    let shown = format!("faultline {args:?}\n{out}\n{err}");
    let (code, texts, place) = match expect {
        Expect::Json(values) => {
            let found = json_of(args);
            for (pointer, value) in values {
                assert_eq!(found.pointer(pointer), Some(value), "{pointer}: {shown}");
            }
            (0, [].as_slice(), &out)
        }
        Expect::Text(texts) => (0, texts, &out),
        Expect::Refused(texts) => {
            assert_eq!(err.lines().count(), 1, "{shown}");
            assert!(out.is_empty(), "{shown}");
            (2, texts, &err)
        }
        Expect::Failed(texts) => (1, texts, if err.is_empty() { &out } else { &err }),
    };
    assert_eq!(output.status.code(), Some(code), "{shown}");
    for text in texts {
        assert!(place.contains(text), "no {text:?} in {shown}");
    }
}

#[test]
fn the_figures_of_the_guide() {
    let figures = |moved: i64, percent: f64| {
        [
            ("/system", json!("sharding")),
            ("/metrics/keys_total", json!(1000)),
            ("/metrics/keys_moved", json!(moved)),
            ("/metrics/moved_percent", json!(percent)),
        ]
    };
    let run = |set: &[&str]| {
        let mut args = vec!["run", "sharding", "--format", "json"];
        args.extend(set.iter().flat_map(|set| ["--set", set]));
        args.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    for (set, moved, percent) in [
        (["strategy=modulo"].as_slice(), 746, 74.6),
        (&["strategy=ring"], 246, 24.6),
        (&["strategy=ring", "change=remove", "nodes=4"], 246, 24.6),
    ] {
        let args = run(set);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        check(&args, Expect::Json(&figures(moved, percent)));
    }
    check(
        &[
            "run",
            "sharding",
            "--set",
            "strategy=modulo",
            "--format",
            "json",
        ],
        Expect::Json(&[
            ("/metrics/node.A.keys", json!(230)),
            ("/metrics/node.B.keys", json!(262)),
            ("/metrics/node.C.keys", json!(257)),
            ("/metrics/node.D.keys", json!(251)),
            ("/params/strategy", json!("modulo")),
            ("/params/nodes", json!(3)),
        ]),
    );
}

#[test]
fn the_text_is_the_guides() {
    let text = stdout(&[
        "run",
        "sharding",
        "--set",
        "strategy=modulo",
        "--format",
        "text",
    ]);
    for line in [
        "🧪 Testing Strategy: MODULO",
        "Generating 1000 keys...",
        "Phase 1: Keys distributed across 3 nodes.",
        "Phase 2: Adding 'Node D'...",
        "📊 RESULTS:",
        "Keys Moved:   746/1000",
        "Percentage:   74.6%",
        "⚠️ HIGH IMPACT! (Naive sharding requires moving most data)",
    ] {
        assert!(text.contains(line), "no {line:?} in\n{text}");
    }
    let bar = format!("[{}{}]", "▓".repeat(37), "░".repeat(12));
    assert!(text.contains(&bar), "no {bar} in\n{text}");
    check(
        &["run", "sharding", "--set", "strategy=ring"],
        Expect::Text(&[
            "✅ LOW IMPACT! (Consistent hashing minimizes movement)",
            "246/1000",
        ]),
    );
    insta::assert_snapshot!("run_text", text);
}

#[test]
fn what_is_not_there_is_refused_in_one_line() {
    let shown = std::env::temp_dir().join("no-such-lessons");
    let shown = shown.to_str().expect("the folder has a name in text");
    let long = "x".repeat(40_000);
    let table: &[(&[&str], &[&str])] = &[
        (&[], &["list, run, replay, lint, bench"]),
        (&["rn"], &["\"rn\"", "did you mean \"run\"?", "replay"]),
        (&["run"], &["SYSTEM_OR_LESSON", "faultline list"]),
        (
            &["run", "shardng"],
            &["did you mean \"sharding\"?", "sharding"],
        ),
        (&["run", ""], &["sharding"]),
        (&["run", "a\nb"], &["a\\nb"]),
        (
            &["run", "sharding", "--set", "strategy=bogus"],
            &["modulo", "ring", "rendezvous", "jump"],
        ),
        (
            &["run", "sharding", "--set", "strategy=rng"],
            &["did you mean \"ring\"?"],
        ),
        (
            &["run", "sharding", "--set", "stratgy=ring"],
            &["did you mean \"strategy\"?", "nodes"],
        ),
        (&["run", "sharding", "--set", "nodes"], &["name=value"]),
        (
            &["run", "sharding", "--set", "nodes=-1"],
            &["nodes", "from"],
        ),
        (
            &["run", "sharding", "--set", "nodes=many"],
            &["nodes", "whole number"],
        ),
        (
            &["run", "sharding", "--seed", "-1"],
            &["--seed", "whole number"],
        ),
        (
            &["run", "sharding", "--seed", "one"],
            &["--seed", "whole number"],
        ),
        (&["run", "sharding", "--until", "60"], &["--until", "ms"]),
        (
            &["run", "sharding", "--until", "soon"],
            &["--until", "250ms"],
        ),
        (
            &["run", "sharding", "--at", "1s"],
            &["--at <TIME> <COMMAND>", "2 values"],
        ),
        (
            &["run", "sharding", "--at", "now", "heal"],
            &["--at", "250ms"],
        ),
        (
            &["run", "sharding", "--at", "1s", "explode"],
            &["explode", "crash", "heal"],
        ),
        (&["run", "sharding", "--at", "1s", "crash Z"], &["Z", "A"]),
        (
            &["run", "sharding", "--until", "1s", "--at", "2s", "heal"],
            &["--until", "1s"],
        ),
        (
            &["run", "sharding", "--code", "x.star"],
            &["no system takes a program yet"],
        ),
        (
            &["run", "sharding", "--format", "xml"],
            &["text, json, jsonl, shiviz, svg"],
        ),
        (
            &["run", "sharding", "--formt", "json"],
            &["did you mean \"--format\"?", "--until"],
        ),
        (
            &["run", "sharding", "--seed", "1", "--seed", "2"],
            &["once"],
        ),
        (
            &["run", "sharding", "--seeds", "1..3", "--seed", "2"],
            &["--seeds", "--seed"],
        ),
        (
            &["run", "sharding", "--seeds", "3..1"],
            &["--seeds", "1..200"],
        ),
        (&["run", "sharding", "--seeds", "1..100001"], &["100000"]),
        (
            &["run", "sharding", "--seeds", "1..3", "--format", "svg"],
            &["text, json"],
        ),
        (&["run", "sharding", "extra"], &["extra"]),
        (
            &["run", "01-small", "--lessons", shown],
            &["no-such-lessons"],
        ),
        (&["replay"], &["LINK", "address"]),
        (&["replay", ""], &["run=1."]),
        (&["replay", "junk"], &["1."]),
        (&["replay", "1.!!"], &["A-Z a-z 0-9"]),
        (&["replay", "1.AAAA"], &["damaged"]),
        (&["replay", "9.AAAA"], &["version 9"]),
        (&["replay", "-"], &["1."]),
        (&["replay", &long], &["32768"]),
        (&["list", "shardng"], &["did you mean \"sharding\"?"]),
        (&["lint", shown], &["no-such-lessons"]),
        (&["bench"], &["WORKLOAD"]),
        (
            &["bench", "mm2"],
            &["mm1, pingring, timers", "did you mean \"mm1\"?"],
        ),
        (
            &["bench", "mm1", "--seed", "4294967296"],
            &["--seed", "4294967295"],
        ),
    ];
    let mut lines = String::new();
    for (args, texts) in table {
        check(args, Expect::Refused(texts));
        let line = String::from_utf8(faultline(args).stderr).expect("the error is text");
        let line = line.replace(shown, "NOWHERE");
        if args.iter().all(|arg| arg.len() < 1000) {
            lines.push_str(&format!(
                "faultline {}\n    {line}",
                args.join(" ").replace(shown, "NOWHERE")
            ));
        }
    }
    insta::assert_snapshot!("refusals", lines);
}

#[test]
fn help_says_what_there_is() {
    for args in [
        ["--help"].as_slice(),
        &["list", "--help"],
        &["run", "--help"],
        &["replay", "--help"],
        &["lint", "--help"],
        &["bench", "--help"],
    ] {
        check(args, Expect::Text(&["Usage:", "Examples:"]));
        insta::assert_snapshot!(format!("help_{}", args[0].trim_matches('-')), stdout(args));
    }
    check(&["--version"], Expect::Text(&["faultline "]));
}

#[test]
fn lists_are_complete() {
    insta::assert_snapshot!("list_sharding", stdout(&["list", "sharding"]));
    check(
        &["list"],
        Expect::Text(&["01-small", "sharding: ", "crash <node>"]),
    );
    check(
        &["list", "--format", "json"],
        Expect::Json(&[
            ("/lessons/0/slug", json!("01-small")),
            ("/lessons/0/system", json!("sharding")),
        ]),
    );
    let list = json_of(&["list", "sharding", "--format", "json"]);
    let names = |list: &Value| -> Vec<String> {
        let entries = list.as_array().expect("an array");
        entries
            .iter()
            .map(|entry| entry["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    let params = names(&list["systems"][0]["params"]);
    for name in ["strategy", "nodes", "change", "virtual_nodes", "keys"] {
        assert!(
            params.iter().any(|param| param == name),
            "no {name} in {params:?}"
        );
    }
    assert_eq!(list["systems"][0]["params"][0]["type"], "choice");
}

#[test]
fn the_same_run_gives_the_same_output() {
    let args = [
        "run",
        "sharding",
        "--at",
        "1s",
        "crash A",
        "--at",
        "1s",
        "restart A",
    ];
    for format in ["text", "json", "jsonl", "shiviz", "svg"] {
        let mut args = args.to_vec();
        args.extend(["--format", format]);
        let first = stdout(&args);
        assert!(!first.is_empty(), "{format}");
        assert_eq!(first, stdout(&args), "{format}");
    }
}

#[test]
fn a_command_changes_the_run() {
    let plain = json_of(&["run", "sharding", "--format", "json"]);
    let crashed = json_of(&[
        "run", "sharding", "--format", "json", "--at", "1ms", "crash A",
    ]);
    assert_ne!(plain["fingerprint"], crashed["fingerprint"]);
    let fingerprint = plain["fingerprint"].as_str().expect("a text");
    assert_eq!(fingerprint.len(), 16);
    assert!(
        fingerprint.bytes().all(|b| b.is_ascii_hexdigit()),
        "{fingerprint}"
    );
}

#[test]
fn a_link_replays_to_the_same_run() {
    for of in ["sharding", "01-small"] {
        let args = [
            "run", of, "--set", "nodes=5", "--seed", "9", "--at", "100ms", "crash A", "--until",
            "2s",
        ];
        let link = stdout(&[args.as_slice(), &["--link"]].concat());
        assert!(link.starts_with(&format!("#/{of}?run=1.")), "{link}");
        let ran = stdout(&[args.as_slice(), &["--format", "json"]].concat());
        let address = format!("https://example.org/faultline/{link}");
        assert_eq!(stdout(&["replay", &link]), ran);
        assert_eq!(stdout(&["replay", address.trim()]), ran);
    }
}

#[test]
fn a_lesson_gives_all_its_panes() {
    check(
        &["run", "01-small", "--format", "json"],
        Expect::Json(&[
            ("/params/strategy", json!("modulo")),
            ("/metrics/keys_moved", json!(746)),
            ("/panes/0/pane", json!("modulo")),
            ("/panes/0/metrics/keys_moved", json!(746)),
            ("/panes/1/pane", json!("ring")),
            ("/panes/1/metrics/keys_moved", json!(246)),
            ("/panes/1/params/strategy", json!("ring")),
        ]),
    );
}

#[test]
fn the_trace_is_one_entry_a_line() {
    let text = stdout(&["run", "sharding", "--format", "jsonl"]);
    let mut last = None;
    for line in text.lines() {
        let entry: Value = serde_json::from_str(line).expect("each line is JSON");
        let id = entry["id"].as_u64().expect("an id");
        assert!(last < Some(id), "ids rise: {line}");
        if let Some(cause) = entry["cause"].as_u64() {
            assert!(cause < id, "a cause is earlier: {line}");
        }
        last = Some(id);
    }
    assert!(last.is_some());
}

/// Reads a log as ShiViz does: pairs of lines, and every host's own clock counts its events.
#[test]
fn shiviz_accepts_the_log() {
    let log = stdout(&["run", "sharding", "--format", "shiviz"]);
    let lines: Vec<&str> = log.lines().collect();
    assert!(!lines.is_empty() && lines.len().is_multiple_of(2));
    let mut counts = std::collections::BTreeMap::new();
    for pair in lines.chunks(2) {
        let (host, clock) = pair[0].split_once(' ').expect("a host and a clock");
        let clock: std::collections::BTreeMap<String, u64> =
            serde_json::from_str(clock).expect("the clock is JSON");
        let own = counts.entry(host.to_owned()).or_insert(0_u64);
        *own += 1;
        assert_eq!(clock.get(host), Some(&*own), "{}", pair[0]);
        for (other, ticks) in &clock {
            assert!(
                counts.get(other) >= Some(ticks),
                "{} names the future",
                pair[0]
            );
        }
        assert!(!pair[1].is_empty());
    }
}

#[test]
fn the_picture_is_svg() {
    check(
        &["run", "sharding", "--format", "svg"],
        Expect::Text(&["<svg xmlns=\"http://www.w3.org/2000/svg\"", "</svg>"]),
    );
}

#[test]
fn a_sweep_sums_up_every_number() {
    check(
        &[
            "run",
            "sharding",
            "--set",
            "strategy=ring",
            "--seeds",
            "1..8",
            "--format",
            "json",
        ],
        Expect::Json(&[
            ("/seeds", json!({"from": 1, "to": 8})),
            ("/metrics/keys_moved/runs", json!(8)),
            ("/metrics/keys_moved/mean", json!(246.0)),
            ("/metrics/keys_moved/standard_deviation", json!(0.0)),
            ("/metrics/keys_moved/min", json!(246)),
            ("/metrics/keys_moved/p50", json!(246)),
            ("/metrics/keys_moved/p95", json!(246)),
            ("/metrics/keys_moved/max", json!(246)),
            ("/metrics/keys_moved/max_seed", json!(1)),
        ]),
    );
    check(
        &["run", "01-small", "--seeds", "3..4"],
        Expect::Text(&["2 runs", "modulo\n", "ring\n", "keys_moved"]),
    );
    // Threads finish in any order; the sums do not show it.
    let on = |threads: &str| {
        Command::new(env!("CARGO_BIN_EXE_faultline"))
            .args(["run", "sharding", "--seeds", "1..20", "--format", "json"])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .expect("the command starts")
            .stdout
    };
    let alone = on("1");
    assert!(!alone.is_empty());
    assert_eq!(alone, on("4"));
}

#[test]
fn lint_finds_the_lessons_and_their_faults() {
    check(&["lint"], Expect::Text(&["1 lesson checked"]));
    check(
        &["lint", "../../../faulty"],
        Expect::Failed(&["lesson.toml:", "faults"]),
    );
    insta::assert_snapshot!("lint_faulty", stdout(&["lint", "../../../faulty"]));
}

/// The values of BENCH, seed 42, through the command; the times are the machine's.
#[test]
fn bench_computes_the_reference_values() {
    let found = json_of(&["bench", "mm1", "--format", "json"]);
    let number = |pointer: &str| {
        let value = found.pointer(pointer).and_then(Value::as_f64);
        value.unwrap_or_else(|| panic!("no {pointer} in {found}"))
    };
    assert_eq!(number("/events"), 2_000_000.0);
    assert!(
        (number("/mean_wait") - 10.139_346_401).abs() < 1e-6,
        "{found}"
    );
    assert_eq!(number("/check/mean_wait"), number("/mean_wait"));
    assert_eq!(number("/check/end_ns"), 1_111_191_149_030_321.0);
    let per_s = number("/events") / number("/seconds");
    assert!(
        (number("/events_per_s") / per_s - 1.0).abs() < 1e-9,
        "{found}"
    );
    assert!(
        number("/setup_s") >= 0.0 && number("/peak_bytes") > 0.0,
        "{found}"
    );
    assert_eq!(found["trace"], json!(false));

    check(
        &["bench", "pingring", "--format", "json", "--trace"],
        Expect::Json(&[
            ("/events", json!(2_000_000)),
            ("/check/end_ns", json!(11_005_757_529_u64)),
            ("/check/hash", json!(2_822_956_032_u32)),
            ("/trace", json!(true)),
        ]),
    );
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt as _;
    let output = Command::new(env!("CARGO_BIN_EXE_faultline"))
        .args(["run".as_ref(), std::ffi::OsStr::from_bytes(b"a\xff")])
        .output()
        .expect("the command starts");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stderr, b"error: an argument is not UTF-8 text\n");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_faultline"))
        .args(["run", "sharding", "--format", "jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let mut said = String::new();
    child
        .stderr
        .take()
        .expect("a pipe")
        .read_to_string(&mut said)
        .expect("text");
    assert_eq!(said, "");
    assert!(child.wait().expect("it ends").success());
}
