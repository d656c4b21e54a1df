//! Commands read, refused and written.

use super::*;
use proptest::prelude::*;

fn names() -> Vec<Label> {
    ["client", "A", "B", "C", "D"].map(Label::from).to_vec()
}

fn read(text: &str) -> Result<Fault, String> {
    let names = names();
    let words = Words::new(text).map_err(|error| error.to_string())?;
    match read_fault(&words, Names(&names)) {
        Some(read) => read.map_err(|error| error.to_string()),
        None => Err(unknown_command(&words, &[]).to_string()),
    }
}

#[test]
fn every_spelling_has_one_normal_form() {
    let names = names();
    for (given, normal) in [
        ("crash A", "crash A"),
        ("  kill   b ", "crash B"),
        ("fail client", "crash client"),
        ("start C", "restart C"),
        ("restart C --empty", "restart C --empty"),
        ("pause A", "pause A"),
        ("resume A", "resume A"),
        ("partition A,B|C, D", "partition A,B|C,D"),
        ("partition A", "partition A"),
        ("partition a-C|D", "partition A,B,C|D"),
        ("heal", "heal"),
        ("slow B 2.50", "slow B 2.5"),
        ("loss 30%", "loss 30"),
        ("loss -0", "loss 0"),
        ("duplication 5.0%", "duplication 5"),
        ("latency 5-15ms", "latency 5-15ms"),
        ("latency 500us-1s", "latency 0.5-1000ms"),
        ("latency 10ms", "latency 10-10ms"),
        ("drop a.17", "drop A.17"),
        ("duplicate client.c2", "duplicate client.c2"),
        ("delay D.1 0.05s", "delay D.1 50ms"),
    ] {
        let fault = read(given).unwrap_or_else(|error| panic!("{given}: {error}"));
        let text = fault_text(&fault, Names(&names));
        assert_eq!(text, normal);
        assert_eq!(read(&text), Ok(fault));
    }
}

#[test]
fn a_large_group_is_written_by_its_ranges() {
    let names: Vec<Label> = (1..=1000).map(|id| id.to_string().into()).collect();
    let names = Names(&names);
    let words = Words::new("partition 1-20,25,30-31|999,998,40-600").unwrap();
    let fault = read_fault(&words, names).unwrap().unwrap();
    assert_eq!(
        fault_text(&fault, names),
        "partition 1-20,25,30-31|999,998,40-600"
    );
}

#[test]
fn two_sides_are_named_in_as_few_words_as_they_need() {
    let few = names();
    let split = |names: &[Label], aside: &[usize]| {
        let command = partition_command(names, |index| aside.contains(&index));
        command.map_err(|error| error.to_string())
    };
    assert_eq!(split(&few, &[0, 2]), Ok("partition client,B|A,C,D".into()));
    let one_side = "all nodes are on one side; a partition needs some on each";
    assert_eq!(split(&few, &[]), Err(one_side.into()));
    assert_eq!(split(&few, &[0, 1, 2, 3, 4]), Err(one_side.into()));
    let many: Vec<Label> = (1..=1000).map(|id| id.to_string().into()).collect();
    let half: Vec<usize> = (200..700).collect();
    assert_eq!(split(&many, &half), Ok("partition 201-700".into()));
    let odd: Vec<usize> = (0..500).map(|index| index * 2).collect();
    assert!(split(&many, &odd).unwrap_err().contains("256 characters"));
}

#[test]
fn every_common_command_is_read() {
    for spec in COMMON_COMMANDS {
        let verb = spec.usage.split(' ').next().unwrap();
        let error = read(&format!("{verb} one two three four")).unwrap_err();
        assert!(!error.contains("is not a command"), "{error}");
    }
}

#[test]
fn errors_name_what_is_allowed() {
    for (given, message) in [
        ("", "an empty command does nothing"),
        (
            "explode A",
            "'explode' is not a command; use crash, restart, pause, resume, partition, heal, \
             slow, loss, duplication, latency, drop, duplicate or delay",
        ),
        ("crash E", "there is no node 'E'; use client, A, B, C or D"),
        ("crash", "'crash' is not complete; use crash <node>"),
        ("kill A B", "'kill A B' is not complete; use crash <node>"),
        ("heal now", "'heal now' is not complete; use heal"),
        (
            "slow A 0",
            "factor '0' is not allowed; use a number from 0.001 to 1000",
        ),
        (
            "loss 101",
            "loss '101' is not allowed; use a number from 0 to 100 percent",
        ),
        (
            "loss NaN",
            "loss 'NaN' is not allowed; use a number from 0 to 100 percent",
        ),
        (
            "latency 9-3ms",
            "latency '9-3ms' is not allowed; use latency <a>-<b>ms such as 5-15ms, at most 1h",
        ),
        (
            "drop 17",
            "'17' names no message; use sender.number such as D.17",
        ),
        (
            "drop A.0",
            "'A.0' names no message; use sender.number such as D.17",
        ),
        ("drop E.1", "there is no node 'E'; use client, A, B, C or D"),
        (
            "delay A.1 soon",
            "delay 'soon' is not allowed; use a time such as 50ms, at most 1h",
        ),
        (
            "partition A|A",
            "partition: node A stands twice; name each node once",
        ),
        (
            "partition C-A",
            "there is no node 'C-A'; use client, A, B, C or D",
        ),
        (
            "partition A|",
            "there is no node ''; use client, A, B, C or D",
        ),
    ] {
        let message = message.replace("1h", &SPAN_MAX.to_string());
        assert_eq!(read(given), Err(message), "{given}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_in_one_line(text in ".{0,400}") {
        if let Err(error) = read(&text) {
            prop_assert!(!error.chars().any(char::is_control));
            prop_assert!(error.chars().count() < 400);
        }
    }

    #[test]
    fn what_is_read_reads_back(
        verb in prop::sample::select(vec![
            "crash", "start", "slow", "loss", "latency", "drop", "delay", "partition",
        ]),
        rest in "[ABCD.,|0-9ms -]{0,20}",
    ) {
        let names = names();
        if let Ok(fault) = read(&format!("{verb} {rest}")) {
            let text = fault_text(&fault, Names(&names));
            prop_assert_eq!(read(&text), Ok(fault));
        }
    }
}
