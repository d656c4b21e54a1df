//! Exports of real runs, read back by readers written for these tests alone.

#[path = "export/csv.rs"]
mod csv;
#[path = "export/shiviz.rs"]
mod shiviz;

use std::collections::BTreeMap;

use faultline_course::author::{Files, compile};
use faultline_course::export::{Export, Format};
use faultline_course::{Course, Run, Session};
use faultline_sim::{Span, Time};
use faultline_systems::MetricValue;
use serde_json::Value;

const FORMATS: [Format; 6] = [
    Format::Json,
    Format::JsonLines,
    Format::ShiViz,
    Format::Csv { every: None },
    Format::Csv {
        every: Some(Span::from_millis(70)),
    },
    Format::RunFile,
];

fn course() -> Course {
    let files: Files = [
        ("course.toml", include_str!("tiny/course.toml")),
        ("01-tiny/lesson.toml", include_str!("tiny/lesson.toml")),
        ("01-tiny/lesson.md", include_str!("tiny/lesson.md")),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    compile(&files).expect("no faults")
}

fn open(of: &str, commands: &[(u64, &str)], until_ms: u64) -> Session {
    const NANOS_PER_MILLI: u64 = 1_000_000;
    let commands = commands.iter();
    let run = Run {
        of: of.into(),
        seed: 5,
        commands: commands
            .map(|(at_ms, text)| (at_ms * NANOS_PER_MILLI, (*text).to_owned()))
            .collect(),
        at: until_ms * NANOS_PER_MILLI,
        ..Run::default()
    };
    Session::open(&course(), run).expect("it opens")
}

fn exported(session: &Session, format: Format) -> String {
    let export = Export::new(session, 0, format).expect("it can be exported");
    export.finish().expect("it is exported")
}

fn trace(session: &Session) -> Vec<Value> {
    let text = exported(session, Format::JsonLines);
    text.lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect()
}

/// A crash, a partition, a message lost on purpose and one doubled.
fn troubled() -> Session {
    let mut session = open(
        "sharding",
        &[
            (0, "latency 40-90ms"),
            (900, "partition client,A|B,C"),
            (1_100, "crash B"),
            (1_400, "heal"),
            (1_500, "restart B"),
        ],
        1_600,
    );
    let now = session.now();
    let in_flight: Vec<String> = trace(&session)
        .iter()
        .filter(|entry| entry["arrives"].as_u64() > Some(now.as_nanos()))
        .map(|entry| entry["message"].as_str().expect("a text").to_owned())
        .collect();
    let [first, second, ..] = &in_flight[..] else {
        panic!("two messages in flight, not {in_flight:?}");
    };
    for text in [format!("drop {first}"), format!("duplicate {second}")] {
        session.insert(now, &text).expect("it is in flight");
    }
    session.seek(Time::from_secs(3), u64::MAX);
    let refused = session.commands().into_iter().find_map(|c| c.refused);
    assert_eq!(refused, None);
    session
}

#[test]
fn the_trace_says_what_the_lab_says() {
    let session = troubled();
    let lines = trace(&session);
    let lab = session.lab(0);
    let entries = lab.trace(0, usize::MAX);
    assert_eq!(lines.len(), entries.len());
    assert_eq!(lines.len() as u64, lab.last_entry());
    for (line, entry) in lines.iter().zip(&entries) {
        assert_eq!(line["id"], entry.id);
        assert_eq!(line["cause"].as_u64(), entry.cause);
        assert_eq!(line["at"], entry.at.as_nanos());
        assert_eq!(line["node"].as_str(), entry.node.as_deref());
        assert_eq!(line["kind"], entry.kind);
        assert_eq!(line["peer"].as_str(), entry.peer.as_deref());
        assert_eq!(line["label"], *entry.label);
        let fields = line["fields"].as_object().expect("an object");
        assert_eq!(fields.len(), entry.fields.len(), "{line}");
        for (name, value) in &entry.fields {
            assert_eq!(fields[*name], **value, "{line}");
        }
    }
    let count = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
    for kind in ["crashed", "restarted", "partitioned", "healed", "dropped"] {
        assert!(count(kind) > 0, "none of kind {kind}");
    }
    assert!(count("duplicated") == 1 && count("message_fault") == 2);
}

#[test]
fn exports_are_the_same_in_any_bites() {
    for session in [troubled(), open("01-tiny", &[(500, "add D")], 1_234)] {
        for format in FORMATS {
            let whole = exported(&session, format);
            assert!(!whole.is_empty(), "{format:?}");
            for bite in [1, 7, 1_000] {
                let mut export = Export::new(&session, 0, format).unwrap();
                let (mut text, mut share) = (String::new(), 0.0);
                loop {
                    let progress = export.step(bite, &mut text).unwrap();
                    assert!((share..=1.0).contains(&progress.share), "{progress:?}");
                    share = progress.share;
                    if progress.done {
                        break;
                    }
                }
                assert!(text == whole, "{format:?} in bites of {bite} differs");
            }
        }
    }
}

/// Also where the session came to its cursor by other ways than from the start.
#[test]
fn exports_depend_on_where_the_cursor_stands_and_on_nothing_else() {
    let commands = [(1_000, "crash A"), (1_700, "restart A")];
    let end = 2_500;
    let mut session = open("sharding", &commands, end);
    session.seek(Time::from_secs(300), u64::MAX);
    for at in [end, 1_000, 999, 0] {
        session.seek(Time::from_millis(at), u64::MAX);
        let straight = open("sharding", &commands, at);
        for format in FORMATS {
            assert!(
                exported(&session, format) == exported(&straight, format),
                "{format:?} at {at} ms"
            );
        }
    }

    // Between two events of one instant, and back to before anything happened.
    session.seek(Time::from_millis(1_000), u64::MAX);
    let mut last = usize::MAX;
    let mut within = 0;
    loop {
        let lines = trace(&session).len();
        assert_eq!(lines as u64, session.lab(0).last_entry());
        assert!(lines <= last, "a step back adds nothing");
        last = lines;
        within += u32::from(session.next_time() == Some(session.now()));
        if !session.step_back() {
            break;
        }
    }
    assert!(within > 0, "no two events of one instant");

    // A table that ends within an instant ends with what the session shows.
    while session.next_time() != Some(session.now()) {
        assert!(session.step());
    }
    let every = Some(Span::from_secs(1));
    let table = csv::read(&exported(&session, Format::Csv { every })).unwrap();
    let sent = table[0].iter().position(|name| name == "messages_sent");
    let shown = number(&session, 0, "messages_sent").map(|count| count.to_string());
    assert_eq!(table.last().unwrap().get(sent.unwrap()), shown.as_ref());
}

/// A lab keeps some 200,000 entries. This run has more.
#[test]
fn a_long_trace_is_whole_and_is_written_in_small_parts() {
    let mut session = open("sharding", &[(0, "loss 10"), (900_000, "crash A")], 0);
    while session.lab(0).last_entry() < 300_000 {
        let to = session.now() + Span::from_secs(500);
        session.seek(to, u64::MAX);
    }
    let lab = session.lab(0);
    assert!(lab.trace(0, 1)[0].id > 1, "the lab keeps it all");
    let mut export = Export::new(&session, 0, Format::JsonLines).unwrap();
    let (mut part, mut next, mut parts) = (String::new(), 1, 0);
    loop {
        let progress = export.step(1_000, &mut part).unwrap();
        assert!(part.len() < 5_000_000, "{} bytes at once", part.len());
        for line in part.lines() {
            assert!(
                line.starts_with(&format!("{{\"id\":{next},")),
                "{next}: {line}"
            );
            next += 1;
        }
        part.clear();
        parts += 1;
        if progress.done {
            break;
        }
    }
    assert_eq!(next - 1, lab.last_entry());
    assert!(parts > 50, "{parts} parts");
}

#[test]
fn commands_that_need_later_ones_are_exported_too() {
    let session = open("sharding", &[(1_000, "crash D"), (2_000, "add D")], 3_000);
    assert_eq!(trace(&session).len() as u64, session.lab(0).last_entry());
}

#[test]
fn an_export_is_of_the_run_as_it_was() {
    let mut session = troubled();
    for format in FORMATS {
        let before = exported(&session, format);
        let mut export = Export::new(&session, 0, format).unwrap();
        let mut text = String::new();
        export.step(10, &mut text).unwrap();
        session.insert(Time::from_millis(100), "crash C").unwrap();
        session.seek(Time::from_millis(200), u64::MAX);
        text.push_str(&export.finish().unwrap());
        assert!(text == before || format == Format::Json, "{format:?}");
        session.undo();
        session.seek(Time::from_secs(3), u64::MAX);
    }
}

#[test]
fn what_cannot_be_exported_is_refused() {
    let mut session = open("sharding", &[], 0);
    let refusal = |session: &Session, pane, format| {
        let export = Export::new(session, pane, format);
        export.err().expect("it is refused").to_string()
    };
    let said = refusal(&session, 1, Format::ShiViz);
    assert_eq!(said, "there is no pane 1; allowed are 0 to 0");
    session.seek(Time::from_secs(10), 1);
    let said = refusal(&session, 0, Format::Json);
    assert!(said.contains("still being computed"), "{said}");
    session.settle(u64::MAX);
    for (every, least) in [(0, "110us"), (99_999, "110us")] {
        let every = Some(Span::from_nanos(every));
        let said = refusal(&session, 0, Format::Csv { every });
        assert!(
            said.contains("100000 rows") && said.contains(least),
            "{said}"
        );
    }
    let every = Some(Span::from_micros(110));
    assert!(Export::new(&session, 0, Format::Csv { every }).is_ok());
}

fn number(session: &Session, pane: usize, name: &str) -> Option<f64> {
    let metrics = session.lab(pane).metrics().into_iter();
    let values: BTreeMap<_, _> = metrics.collect();
    match values.get(name)? {
        MetricValue::Int(count) => Some(*count as f64),
        MetricValue::Float(measure) => Some(*measure),
        MetricValue::Text(_) => None,
    }
}

#[test]
fn a_table_holds_the_metrics_of_every_moment() {
    for (of, panes) in [("sharding", 1), ("01-tiny", 2)] {
        let commands = [
            (500, "add D"),
            (1_200, "crash B"),
            (2_000, "lookup =1+1,\"x\""),
        ];
        let session = open(of, &commands, 3_210);
        let every = Some(Span::from_millis(100));
        let table = csv::read(&exported(&session, Format::Csv { every })).expect("a table");
        assert_eq!(table.len(), 1 + panes * 34, "{of}");
        let head = &table[0];
        assert!(head.iter().any(|name| name == "node.D.keys"), "{head:?}");
        let first = if panes > 1 { 2 } else { 1 };
        let mut fresh = open(of, &commands, 0);
        for row in &table[1..] {
            let time_ms: u64 = row[0].parse().unwrap();
            assert!(time_ms.is_multiple_of(100) || time_ms == 3_210);
            fresh.seek(Time::from_millis(time_ms), u64::MAX);
            let pane = (0..panes).find(|&pane| panes == 1 || fresh.pane_id(pane) == row[1]);
            for (name, cell) in head.iter().zip(row).skip(first) {
                let expected = number(&fresh, pane.expect("a pane"), name);
                assert_eq!(cell.parse().ok(), expected, "{name} at {time_ms} ms");
            }
        }

        // Once, at the end, with the texts: one of them a formula if one let it.
        let table = csv::read(&exported(&session, Format::Csv { every: None })).expect("a table");
        let of_text: Vec<_> = table
            .iter()
            .filter(|row| row.iter().any(|cell| cell == "lookup_key"))
            .map(|row| &*row[first])
            .collect();
        assert_eq!(of_text, vec!["'=1+1,\"x\""; panes]);
        assert!(table.iter().flatten().all(|cell| !cell.starts_with('=')));
    }
}

#[test]
fn the_object_says_what_the_session_shows() {
    let session = open("01-tiny", &[(500, "add D")], 1_500);
    let found: Value = serde_json::from_str(&exported(&session, Format::Json)).unwrap();
    assert_eq!(found["system"], "sharding");
    assert_eq!(found["time_ms"], 1_500);
    for pane in 0..2 {
        let (figures, lab) = (&found["panes"][pane], session.lab(pane));
        assert_eq!(figures["pane"], session.pane_id(pane));
        assert_eq!(figures["events"], lab.events());
        assert_eq!(
            figures["fingerprint"],
            format!("{:016x}", lab.fingerprint())
        );
        assert_eq!(
            figures["metrics"]["keys_moved"].as_f64(),
            number(&session, pane, "keys_moved")
        );
    }
    assert_eq!(found["metrics"], found["panes"][0]["metrics"]);
}
