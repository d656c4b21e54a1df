//! Arguments, help and lists. A change of the wording is accepted with
//! `INSTA_UPDATE=always cargo test -p faultline-cli`.

mod common;

use std::io::Read;
use std::process::{Command, Stdio};

use common::{Expect, check, faultline, json_of, stdout};
use serde_json::{Value, json};

/// A call that must be refused, and what the line about it must hold.
type Refusal<'a> = (&'a [&'a str], &'a [&'a str]);

/// Refusals in the command line's own words.
#[test]
fn arguments_that_make_no_sense_are_refused_in_one_line() {
    let nowhere = std::env::temp_dir().join("no-such-lessons");
    let nowhere = nowhere.to_str().expect("the folder has a name in text");
    let table: &[Refusal] = &[
        (&[], &["list, run, replay, lint, bench"]),
        (&["rn"], &["did you mean \"run\"?", "replay"]),
        (&["run"], &["SYSTEM_OR_LESSON", "faultline list"]),
        (
            &["run", "shardng"],
            &["did you mean \"sharding\"?", "01-small"],
        ),
        (&["run", ""], &["sharding"]),
        (&["run", "a\nb"], &["a\\nb", "sharding"]),
        (
            &["run", "01-small", "--lessons", nowhere],
            &["no-such-lessons"],
        ),
        (&["run", "sharding", "--set", "nodes"], &["name=value"]),
        (
            &["run", "sharding", "--seed", "-1"],
            &["--seed", "whole number"],
        ),
        (
            &["run", "sharding", "--seed", "one"],
            &["--seed", "whole number"],
        ),
        (
            &["run", "sharding", "--seed", "1", "--seed", "2"],
            &["once"],
        ),
        (
            &["run", "sharding", "--at", "1s"],
            &["<TIME> <COMMAND>", "2 values"],
        ),
        (
            &["run", "sharding", "--until", "1s", "--at", "2s", "heal"],
            &["--until", "1s"],
        ),
        (
            &["run", "sharding", "--code", "x.star"],
            &["--code x.star: there is no such file"],
        ),
        (
            &["run", "sharding", "--format", "xml"],
            &["text, json, jsonl, shiviz, csv, svg, run"],
        ),
        (
            &["run", "sharding", "--formt", "json"],
            &["did you mean \"--format\"?", "--until"],
        ),
        (
            &["run", "sharding", "--link", "--format", "json"],
            &["--link", "--format"],
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
        (
            &["run", "sharding", "--every", "1s"],
            &["--every 1s", "--format csv"],
        ),
        (
            &["run", "sharding", "--format", "csv", "--every", "often"],
            &["--every", "250ms"],
        ),
        (
            &["run", "sharding", "--format", "csv", "--every", "0s"],
            &["--every", "100000 rows"],
        ),
        (
            &["run", "sharding", "--format", "csv", "--every", "1us"],
            &["every 1us until", "100000 rows", "every 110us or less"],
        ),
        (
            &["run", "gone.json"],
            &["gone.json", "there is no such file"],
        ),
        (
            &["replay", "gone.json", "--format", "text"],
            &["gone.json", "there is no such file"],
        ),
        (
            &["run", "lesson.toml"],
            &["lesson.toml: this is not a run file", "line 1"],
        ),
        (&["run", "sharding", "extra"], &["extra", "--set"]),
        (&["replay"], &["LINK_OR_FILE", "address", "run file"]),
        (&["list", "shardng"], &["did you mean \"sharding\"?"]),
        (&["lint", nowhere], &["no-such-lessons"]),
        (&["bench"], &["WORKLOAD", "mm1, pingring, timers"]),
        (
            &["bench", "mm2"],
            &["mm1, pingring, timers", "did you mean \"mm1\"?"],
        ),
        (
            &["bench", "mm1", "--seed", "4294967296"],
            &["--seed", "4294967295"],
        ),
    ];
    // Systems come and go without a change here.
    let systems = names(&json_of(&["list", "--format", "json"])["systems"]).join(", ");
    let mut lines = String::new();
    for (args, texts) in table {
        check(args, Expect::Refused(texts));
        let line = String::from_utf8(faultline(args).stderr).expect("the error is text");
        lines.push_str(&format!("faultline {args:?}\n    {line}"));
    }
    let lines = lines
        .replace(nowhere, "NOWHERE")
        .replace(&systems, "SYSTEMS");
    insta::assert_snapshot!("refusals", lines);
}

/// Refusals in the words of systems and links, which say them alike everywhere.
#[test]
fn parameters_commands_and_links_that_make_no_sense_are_refused_in_one_line() {
    let long = "x".repeat(40_000);
    let table: &[Refusal] = &[
        (
            &["--set", "strategy=bogus"],
            &["modulo", "ring", "rendezvous", "jump"],
        ),
        (&["--set", "strategy=rng"], &["did you mean \"ring\"?"]),
        (
            &["--set", "stratgy=ring"],
            &["did you mean \"strategy\"?", "nodes"],
        ),
        (&["--set", "nodes=-1"], &["nodes", "-1", "25"]),
        (&["--set", "nodes=many"], &["nodes", "whole number"]),
        (&["--until", "60"], &["--until", "ms"]),
        (&["--until", "soon"], &["--until", "250ms"]),
        (&["--at", "now", "heal"], &["--at", "250ms"]),
        (&["--at", "1s", "explode"], &["explode", "crash", "heal"]),
        (&["--at", "1s", "crash Z"], &["Z", "A"]),
        (&["--at", "1s", ""], &["1s"]),
    ];
    for (args, texts) in table {
        check(
            &[&["run", "sharding"], *args].concat(),
            Expect::Refused(texts),
        );
    }
    let table: &[(&str, &[&str])] = &[
        ("", &["run=1."]),
        ("-", &["1."]),
        ("junk", &["1."]),
        ("1.!!", &["A-Z a-z 0-9"]),
        ("1.AAAA", &["damaged"]),
        (
            "9.AAAA",
            &["version 9, made by a newer Faultline", "up to 2"],
        ),
        ("https://example.org/faultline/#/05-sharding", &["run=1."]),
        (&long, &["32768"]),
    ];
    for (link, texts) in table {
        check(&["replay", link], Expect::Refused(texts));
    }
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

/// The names in a list of JSON objects.
fn names(list: &Value) -> Vec<String> {
    let entries = list.as_array().expect("an array");
    let name = |entry: &Value| entry["name"].as_str().expect("a name").to_owned();
    entries.iter().map(name).collect()
}

#[test]
fn lists_are_complete() {
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
    let system = &list["systems"][0];
    let params = names(&system["params"]);
    for name in ["strategy", "nodes", "change", "virtual_nodes", "keys"] {
        assert!(
            params.iter().any(|param| param == name),
            "no {name} in {params:?}"
        );
    }
    assert_eq!(system["params"][0]["type"], "choice");
    // What JSON tells a program, text tells a person.
    let text = stdout(&["list", "sharding"]);
    for name in params.into_iter().chain(names(&system["metrics"])) {
        assert!(text.contains(&name), "no {name} in\n{text}");
    }
    for command in system["commands"].as_array().expect("an array") {
        let usage = command["usage"].as_str().expect("a usage");
        assert!(text.contains(usage), "no {usage} in\n{text}");
    }
    assert!(text.contains("modulo|ring|rendezvous|jump"), "{text}");
    assert!(text.contains("1..1000 "), "{text}");
    assert!(text.contains("default 100 "), "{text}");
}

#[test]
fn lint_finds_the_lessons_and_their_faults() {
    check(&["lint"], Expect::Text(&["1 lesson checked: no faults"]));
    let folder = "../../../faulty";
    check(
        &["lint", folder],
        Expect::Failed(&[
            "faulty/01-faulty/lesson.toml:11:1: unknown field `sped`",
            "faulty/02-rules/lesson.md:13:1: ",
            "faulty/02-rules/lesson.toml:1:9: ",
            "rong",
            "keys_moovd",
        ]),
    );
    let text = stdout(&["lint", folder]);
    let (faults, last) = text.trim_end().rsplit_once('\n').expect("several lines");
    for fault in faults.lines() {
        let parts: Vec<&str> = fault.splitn(4, ':').collect();
        let place: Vec<u32> = parts[1..3]
            .iter()
            .map(|number| number.parse().unwrap())
            .collect();
        assert!(place.iter().all(|number| *number >= 1), "{fault}");
        assert!(parts[3].len() > 10, "{fault}");
    }
    assert_eq!(
        last,
        format!("2 lessons checked: {} faults", faults.lines().count())
    );
    check(
        &["run", "01-small", "--lessons", folder],
        Expect::Failed(&["faultline lint"]),
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
