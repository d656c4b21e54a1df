//! What a learner is told, for every kind of fault: a table that is read like a page.

use std::fmt::Write as _;

use faultline_script::{Limits, Source, record};
use faultline_systems::code::{Datum, FunctionSpec};

const HASH: FunctionSpec = FunctionSpec {
    usage: "hash(key)",
    help: "A whole number for a key.",
};
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/messages.txt");

/// What a program says: its fault, or the answer.
fn outcome(text: &str) -> String {
    let source = Source {
        name: "hash.star",
        text,
    };
    let keys = ["user_1".to_owned()];
    let recorded = record(source, &Limits::default(), 1, &[HASH], |program| {
        program.each("hash", &[], &keys)
    });
    match recorded {
        Ok((answers, ..)) => match answers {
            Some(answers) if matches!(answers.values[0], Datum::List(_)) => {
                format!("fine: {:?}", answers.values[0])
            }
            Some(answers) => format!("fine: {}", answers.values[0].describe()),
            None => "no answer".into(),
        },
        Err(fault) => {
            assert!(fault.line > 0, "{fault}");
            let mut out = format!("{fault}\n    {:?}", fault.kind);
            let (line, column) = (fault.end_line, fault.end_column);
            if (line, column) != (fault.line, fault.column) {
                let _ = write!(out, ", to {line}:{column}");
            }
            for call in &fault.trace {
                let _ = write!(out, ", {} called in line {}", call.function, call.line);
            }
            out
        }
    }
}

#[test]
fn every_fault_says_where_it_is_and_what_to_write_instead() {
    let table = std::fs::read_to_string(TABLE).unwrap();
    let mut out = String::new();
    let mut parts = table.split("--- ");
    out.push_str(parts.next().unwrap());
    for part in parts {
        let (name, rest) = part.split_once('\n').unwrap();
        let program = rest.split("=== ").next().unwrap();
        let said = outcome(program);
        let _ = write!(out, "--- {name}\n{program}=== {said}\n");
    }
    if std::env::var_os("UPDATE_MESSAGES").is_some() {
        std::fs::write(TABLE, &out).unwrap();
    }
    // Line by line, so that the first difference is seen.
    for (told, expected) in out.lines().zip(table.lines()) {
        assert_eq!(told, expected);
    }
    assert_eq!(out.lines().count(), table.lines().count());
}
