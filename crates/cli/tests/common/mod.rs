//! Calling the built `faultline` as a user does, and saying what must come of it.

// Each file of tests compiles this for itself and uses its own part of it.
#![allow(dead_code)]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// What a call must do.
pub enum Expect<'a> {
    /// Exit code 0, and on standard output one line of JSON with these values at these pointers.
    Json(&'a [(&'a str, Value)]),
    /// Exit code 0, and these texts on standard output.
    Text(&'a [&'a str]),
    /// Exit code 2, nothing on standard output, and one line on standard error with these texts.
    Refused(&'a [&'a str]),
    /// Exit code 1, and these texts on standard output or standard error.
    Failed(&'a [&'a str]),
}

/// Calls the command.
pub fn faultline(args: &[&str]) -> Output {
    // Within a course of its own, so that the real one may change freely.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/course/lessons/01-small");
    Command::new(env!("CARGO_BIN_EXE_faultline"))
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the command starts")
}

/// What a call writes to standard output.
pub fn stdout(args: &[&str]) -> String {
    String::from_utf8(faultline(args).stdout).expect("the output is text")
}

/// The one line of JSON that a call writes.
pub fn json_of(args: &[&str]) -> Value {
    let text = stdout(args);
    assert_eq!(text.lines().count(), 1, "{args:?}: {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{args:?}: {error}: {text}"))
}

/// Calls the command and compares.
pub fn check(args: &[&str], expect: Expect) {
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
