//! Runs, their figures and their forms.

mod common;

use std::collections::BTreeMap;
use std::process::Command;

use common::{Expect, check, faultline, json_of, stdout};
use serde_json::{Value, json};

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
fn a_rate_limiter_spares_the_good_user_and_cuts_a_burst() {
    let good = ("/metrics/client.good.rejected", json!(0));
    check(
        &["run", "rate-limit", "--until", "10s", "--format", "json"],
        Expect::Json(&[good.clone(), ("/metrics/client.bad.sent", json!(100))]),
    );
    let found = json_of(&["run", "rate-limit", "--until", "10s", "--format", "json"]);
    let allowed = found["metrics"]["client.bad.allowed"].as_u64();
    assert!(allowed.is_some_and(|allowed| (52..=55).contains(&allowed)));
    check(
        &["run", "rate-limit", "--set", "burst=12", "--format", "json"],
        Expect::Json(&[
            good,
            ("/metrics/client.burst.allowed", json!(5)),
            ("/metrics/client.burst.rejected", json!(7)),
        ]),
    );
    check(
        &["run", "rate-limit"],
        Expect::Text(&[
            "😇 Good User: ✅ SUCCESS (200)\n",
            "😈 Bad Actor: ⛔ BLOCKED (429) - Rate Limit Working!\n",
            "😈 Bad Actor: ✅ SUCCESS (200) - Server Vulnerable!\n",
        ]),
    );
}

#[test]
fn a_killed_node_is_struck_out_of_the_registry() {
    let run = [
        "run",
        "registry",
        "--at",
        "10s",
        "kill node1",
        "--until",
        "20s",
    ];
    check(
        &[&run[..], &["--format", "json"]].concat(),
        Expect::Json(&[
            ("/metrics/registered", json!(1)),
            ("/metrics/expired", json!(1)),
            ("/metrics/expired_running", json!(0)),
        ]),
    );
    check(
        &run,
        Expect::Text(&[
            "✅ Node node1 registered on port 6001\n",
            "💀 Node node1 expired (No heartbeat)\n",
            "\nnode2 | 6002 | ",
        ]),
    );
    check(
        &[
            "run",
            "registry",
            "--at",
            "1s",
            "kill node1",
            "--at",
            "1s",
            "kill node2",
        ],
        Expect::Text(&["No active nodes registered.\n"]),
    );
}

#[test]
fn a_breaker_opens_probes_and_closes() {
    let args = [
        "run", "breaker", "--at", "2s", "fail", "--at", "13s", "recover", "--until", "20s",
    ];
    check(
        &[args.as_slice(), &["--format", "json"]].concat(),
        Expect::Json(&[
            ("/metrics/state", json!("closed")),
            ("/metrics/failures", json!(0)),
            ("/metrics/opened", json!(2)),
            ("/metrics/spared", json!(8)),
        ]),
    );
    let text = stdout(&[args.as_slice(), &["--format", "text"]].concat());
    for line in [
        "I am healthy!",
        "💥 Circuit split: Entering OPEN state (Failures: 3)",
        "Circuit is OPEN (Fast Fail)",
        "⚡ Circuit semi-closed: Entering HALF_OPEN",
        "✅ Circuit closed: Recovery successful!",
        "🟢 CLOSED (Healthy)",
    ] {
        assert!(text.contains(line), "no {line:?} in\n{text}");
    }
    let trace = stdout(&[args.as_slice(), &["--format", "jsonl"]].concat());
    assert!(trace.contains("Entering OPEN state (Failures: 4)"));
    insta::assert_snapshot!("breaker_text", text);
}

#[test]
fn a_herd_queries_five_times_or_once() {
    for (set, queries) in [("protection=none", 5), ("protection=single-flight", 1)] {
        let run = ["run", "stampede", "--set", set];
        let json = json_of(&[run.as_slice(), &["--format", "json"]].concat());
        assert_eq!(json["metrics"]["db_queries"], json!(queries), "{set}");
        let total = json["metrics"]["total_ms"].as_f64().expect("a number");
        assert!((2_000.0..2_005.0).contains(&total), "{set}: {total}");
        let text = stdout(&run);
        let totals = format!("TOTAL DB QUERIES: {queries}\nTOTAL TIME: 2.00s\n");
        assert!(text.ends_with(&totals), "{text}");
        // All but the one who makes the query.
        let waits = text.matches("  [SingleFlight] Client ").count();
        assert_eq!(waits, 5 - queries, "{text}");
    }
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
    for format in ["text", "json", "jsonl", "shiviz", "csv", "svg", "run"] {
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

/// Latencies fall with more workers, rise with more requests, and a slow node stays slow.
#[test]
fn the_scaling_journey_in_figures() {
    let metrics = |set: &str| {
        let mut run = json_of(&["run", "service", "--set", set, "--format", "json"]);
        run["metrics"].take()
    };
    let number = |metrics: &Value, name: &str| metrics[name].as_f64().expect("a number");
    let p50 = |metrics: &Value| number(metrics, "latency_ms_p50");
    let [one, two, three, four] = ["phase=1", "phase=2", "phase=3", "phase=4"].map(metrics);
    assert!(p50(&one) > 2_000.0, "{one}");
    assert_eq!(one["active_max"], 5);
    assert!(p50(&two) < p50(&one) / 2.0, "{two}");
    assert!(p50(&three) > p50(&two), "{three}");
    assert!(number(&four, "node.1.latency_ms_p50") < 50.0, "{four}");
    assert!(number(&four, "node.2.latency_ms_p50") > 500.0, "{four}");
    assert!(number(&four, "node.3.latency_ms_p50") < 50.0, "{four}");
    let balanced = metrics("policy=round-robin");
    for node in 1..=3 {
        let share = number(&balanced, &format!("node.{node}.share_percent"));
        assert!((share - 100.0 / 3.0).abs() <= 0.5, "{balanced}");
    }
    let guide = [
        "🚀 Starting Client with 20 threads.",
        "🔄 Round-Robin across 3 nodes.",
        "✅ [http://localhost:5002] 200 | Latency: ",
    ];
    check(
        &["run", "service", "--set", "phase=4"],
        Expect::Text(&guide),
    );
}

/// A run that forks, kept as a file or shared as a link, gives both of its panes.
#[test]
fn a_fork_is_replayed_in_both_panes() {
    let file = r#"{"product": "Faultline", "version": 2, "of": "bully", "seed": 1,
        "commands": [{"at": "2s", "command": "pause 1"}, {"at": "3s", "command": "resume 1"}],
        "fork": {"at": "5s", "params": {"timeout": "2s"},
            "commands": [{"at": "10s", "command": "crash 3"}]},
        "at": "20s"}"#;
    let path = std::env::temp_dir().join(format!("faultline-fork-{}.json", std::process::id()));
    std::fs::write(&path, file).expect("the file is written");
    let path = path.to_str().expect("a plain name");
    let of_file = json_of(&["replay", path]);
    let link = stdout(&["run", path, "--until", "20s", "--link"]);
    assert!(link.starts_with("#/bully?run=2."), "{link}");
    assert_eq!(json_of(&["replay", link.trim()]), of_file);
    let panes = of_file["panes"].as_array().expect("panes");
    let figures = |index: usize| {
        let pane = &panes[index];
        (
            &pane["pane"],
            &pane["metrics"]["leader"],
            &pane["params"]["timeout"],
        )
    };
    assert_eq!(figures(0), (&json!("run"), &json!(3), &json!("1s")));
    assert_eq!(figures(1), (&json!("compare"), &json!(2), &json!("2s")));
    // What is given on the command line goes to both.
    let both = json_of(&["run", path, "--at", "15s", "crash 2", "--format", "json"]);
    let leader = |index: usize| both["panes"][index]["metrics"]["leader"].clone();
    assert_eq!((leader(0), leader(1)), (json!(3), json!(1)));
    let text = stdout(&["replay", path, "--format", "text"]);
    std::fs::remove_file(path).expect("the file is there");
    insta::assert_snapshot!("fork_text", text);
}

#[test]
fn a_command_that_does_nothing_is_noted() {
    let args = [
        "run", "sharding", "--at", "2s", "crash A", "--at", "3s", "crash A",
    ];
    let output = faultline(&args);
    assert!(output.status.success());
    let notes = String::from_utf8(output.stderr).expect("the notes are text");
    assert_eq!(notes.lines().count(), 1, "{notes}");
    assert!(
        notes.starts_with("note: at 3s, \"crash A\" did nothing: "),
        "{notes}"
    );
}

#[test]
fn a_restart_of_what_is_up_is_noted() {
    let output = faultline(&["run", "sharding", "--at", "2s", "start A"]);
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8(output.stderr).expect("the notes are text"),
        "note: at 2s, \"restart A\" did nothing: node A is up; crash it first, or restart it with \
         --empty\n"
    );
}

/// A file of this process in the system's folder for such, removed when done with.
struct TemporaryFile(std::path::PathBuf);

impl TemporaryFile {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let name = format!("faultline-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, bytes).expect("the file is written");
        Self(path)
    }

    fn name(&self) -> &str {
        self.0.to_str().expect("the file has a name in text")
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        // One that stays behind does no harm.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn a_run_file_replays_to_the_same_run_and_can_be_run_on() {
    for of in ["sharding", "01-small"] {
        let args = [
            "run", of, "--set", "nodes=5", "--seed", "9", "--at", "1.5s", "crash A", "--until",
            "2s",
        ];
        let file = stdout(&[args.as_slice(), &["--format", "run"]].concat());
        let file = TemporaryFile::new(&format!("{of}.json"), file.as_bytes());
        let ran = stdout(&[args.as_slice(), &["--format", "json"]].concat());
        assert_eq!(stdout(&["replay", file.name()]), ran);
        assert_eq!(
            stdout(&["run", file.name(), "--format", "json"]),
            ran,
            "{of}"
        );
        assert_eq!(
            stdout(&["replay", file.name(), "--format", "run"]),
            stdout(&["run", file.name(), "--format", "run"]),
        );
        let more = ["--set", "nodes=4", "--at", "1.2s", "heal", "--until", "3s"];
        let whole = [
            "run", of, "--seed", "9", "--set", "nodes=4", "--at", "1.2s", "heal", "--at", "1.5s",
            "crash A", "--until", "3s", "--link",
        ];
        let run_on = [&["run", file.name(), "--link"], more.as_slice()].concat();
        assert_eq!(stdout(&run_on), stdout(&whole));
    }
}

#[test]
fn a_file_that_is_no_run_file_is_refused() {
    let link = stdout(&["run", "sharding", "--link"]);
    let trace = stdout(&["run", "sharding", "--format", "jsonl"]);
    let newer = r#"{"product": "Faultline", "version": 3, "of": "sharding", "news": []}"#;
    let extra = r#"{"product": "Faultline", "version": 1, "of": "sharding", "sed": 1}"#;
    let unknown = r#"{"product": "Faultline", "version": 1, "of": "shardng", "seed": 1}"#;
    let large = " ".repeat(1 << 21);
    for (name, bytes, texts) in [
        (
            "empty.json",
            b"".as_slice(),
            ["not a run file", "too early"],
        ),
        ("link.json", link.as_bytes(), ["not a run file", "line 1"]),
        (
            "trace.json",
            trace.as_bytes(),
            ["not a run file", "something follows"],
        ),
        (
            "newer.json",
            newer.as_bytes(),
            ["version 3", "newer Faultline"],
        ),
        (
            "extra.json",
            extra.as_bytes(),
            ["\"seed\" is missing", "extra.json"],
        ),
        ("name.json", unknown.as_bytes(), ["shardng", "did you mean"]),
        ("large.json", large.as_bytes(), ["2097152 bytes", "1048576"]),
        ("bytes.json", b"\xff\xfe{", ["UTF-8", "bytes.json"]),
    ] {
        let file = TemporaryFile::new(name, bytes);
        check(&["replay", file.name()], Expect::Refused(&texts));
        check(&["run", file.name()], Expect::Refused(&texts));
    }
}

#[test]
fn metrics_over_time_are_a_table() {
    let table = |args: &[&str]| -> Vec<Vec<String>> {
        let text = stdout(&[args, &["--format", "csv"]].concat());
        let lines = text.strip_suffix("\r\n").expect("lines end so");
        let cells = |line: &str| line.split(',').map(str::to_owned).collect();
        lines.split("\r\n").map(cells).collect()
    };
    let run = [
        "run",
        "sharding",
        "--set",
        "strategy=modulo",
        "--until",
        "2.25s",
    ];
    let rows = table(&[run.as_slice(), &["--every", "500ms"]].concat());
    let times: Vec<&str> = rows.iter().map(|row| &*row[0]).collect();
    assert_eq!(
        times,
        ["time_ms", "0", "500", "1000", "1500", "2000", "2250"]
    );
    let last: BTreeMap<_, _> = rows[0].iter().zip(&rows[6]).collect();
    let ran = json_of(&[run.as_slice(), &["--format", "json"]].concat());
    let metrics = ran["metrics"].as_object().expect("an object");
    assert!(metrics.len() > 10, "{metrics:?}");
    for (name, value) in metrics {
        match value.as_f64() {
            Some(number) => assert_eq!(last[name].parse(), Ok(number), "{name}"),
            None => assert_eq!(last.get(name), None, "{name} is a text"),
        }
    }

    // Once, at the end, with units and also what is no number.
    let rows = table(&run);
    assert_eq!(rows[0], ["metric", "value", "unit"]);
    assert!(rows.contains(&["moved_percent", "74.6", "%"].map(str::to_owned).to_vec()));

    // Several panes: which one stands beside the time.
    let rows = table(&["run", "01-small", "--until", "1s", "--every", "1s"]);
    let heads: Vec<_> = rows.iter().map(|row| [&*row[0], &*row[1]]).collect();
    let expected = [
        ["0", "modulo"],
        ["0", "ring"],
        ["1000", "modulo"],
        ["1000", "ring"],
    ];
    assert_eq!(
        heads,
        [&[["time_ms", "pane"]], expected.as_slice()].concat()
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

/// Also of a run whose trace is longer than what a lab keeps of it.
#[test]
fn the_trace_is_whole_and_one_entry_a_line() {
    for until in ["10s", "4000s"] {
        let text = stdout(&["run", "sharding", "--until", until, "--format", "jsonl"]);
        let mut last = 0;
        for line in text.lines() {
            let entry: Value = serde_json::from_str(line).expect("each line is JSON");
            assert_eq!(entry["id"], json!(last + 1), "{line}");
            assert!(entry["fields"].is_object(), "{line}");
            last += 1;
            if let Some(cause) = entry["cause"].as_u64() {
                assert!(cause < last, "a cause is earlier: {line}");
            }
        }
        assert!(last > 3_000, "{until}: {last} entries");
    }
}

/// Reads a log as ShiViz does: pairs of lines, where a host's own clock counts its events and no
/// clock names an event that has not been. What is wrong with it, if anything.
fn fault_of_shiviz_log(log: &str) -> Option<String> {
    let lines: Vec<&str> = log.lines().collect();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for pair in lines.chunks(2) {
        let [head, event] = pair else {
            return Some("half an entry".to_owned());
        };
        let Some((host, clock)) = head.split_once(' ') else {
            return Some(format!("no clock in {head}"));
        };
        let Ok(clock) = serde_json::from_str::<BTreeMap<String, u64>>(clock) else {
            return Some(format!("no JSON in {head}"));
        };
        *counts.entry(host.to_owned()).or_insert(0) += 1;
        if clock.get(host) != counts.get(host) {
            return Some(format!("{head} miscounts its host"));
        }
        if clock
            .iter()
            .any(|(other, ticks)| counts.get(other) < Some(ticks))
        {
            return Some(format!("{head} names the future"));
        }
        if event.is_empty() {
            return Some(format!("no event at {head}"));
        }
    }
    lines.is_empty().then(|| "an empty log".to_owned())
}

#[test]
fn shiviz_accepts_the_log() {
    let log = stdout(&["run", "sharding", "--format", "shiviz"]);
    assert_eq!(fault_of_shiviz_log(&log), None);
    // The reader bites: without its third entry, the log is not sound any more.
    let without: Vec<&str> = log
        .lines()
        .enumerate()
        .filter(|(n, _)| n / 2 != 2)
        .map(|l| l.1)
        .collect();
    let fault = fault_of_shiviz_log(&without.join("\n"));
    assert!(fault.is_some_and(|fault| fault.contains("miscounts")));
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
