//! Starlark's errors in words for a beginner: what is wrong, and what to write instead.

mod running;
mod syntax;

use starlark::ErrorKind;
use starlark::codemap::FileSpan;

pub use running::{nearest, no_field};

use crate::builtins::Wrong;
use crate::emit::Guarded;
use crate::fault::{Fault, Kind};
use crate::meter::{self, OutOfTime, OverLimit};
use crate::program::{Code, MODULE};
use crate::text::{Part, Text};

/// Longest part of a learner's own value in a message, characters.
const SHOWN_CHARS: usize = 40;
/// Calls that a fault names: the innermost ones.
const CALLS_SHOWN: usize = 10;
/// A call that is not in the program's text.
pub const THIS_CALL: &str = "this call";
const START: Part = Part { begin: 0, end: 0 };

/// A fault of the text, at a place of the text for the parser, which is that of the learner's.
pub fn syntax(text: &Text, prepared: &str, error: &starlark::Error) -> Fault {
    let part = error.span().map_or(START, |span| span.span.into());
    let said = error.without_diagnostic().to_string();
    let (place, mut message) = syntax::say(prepared, part, &said);
    if text.is_put_in(part) {
        // What the learner sees there is the bracket after it.
        message = message.replace(']', ")");
    }
    let part = place;
    text.fault(Kind::Syntax, part, message)
}

/// A fault that shows only once the guards are in, which does not happen.
pub fn guarded(text: &Text, guarded: &Guarded, error: &starlark::Error) -> Fault {
    let part = origin(guarded, error.span()).unwrap_or(START);
    let said = error.without_diagnostic().to_string();
    let (_, message) = syntax::say(text.written(), part, &said);
    text.fault(Kind::Syntax, part, message)
}

fn origin(guarded: &Guarded, span: Option<&FileSpan>) -> Option<Part> {
    let span = span.filter(|span| span.filename() == MODULE)?;
    guarded.origin(span.span.into())
}

/// A fault of the program while it ran. Its line is 0 where it is in no line of the program.
pub fn fault(code: &Code, error: &starlark::Error) -> Fault {
    let stopped = meter::stopped();
    let mut inner = origin(code.guarded(), error.span());
    let mut calls = Vec::new();
    for frame in error.call_stack().frames.iter().rev() {
        let Some(part) = origin(code.guarded(), frame.location.as_ref()) else {
            continue;
        };
        inner = inner.or(Some(part));
        if code.defines(&frame.name) {
            calls.push(code.text().call(&frame.name, part));
        }
    }
    calls.truncate(CALLS_SHOWN);
    calls.reverse();
    let part = inner.unwrap_or(START);
    let (kind, message) = say(stopped.as_ref().unwrap_or(error), code.text().part(part));
    let mut fault = code.text().fault(kind, part, message);
    fault.trace = calls;
    if inner.is_none() {
        fault.line = 0;
    }
    fault
}

fn say(error: &starlark::Error, code: &str) -> (Kind, String) {
    if let ErrorKind::StackOverflow(_) = error.kind() {
        let message = "too many calls within calls: does a function call itself without end? \
                       Write a loop instead";
        return (Kind::Limit, message.into());
    }

    if let ErrorKind::Other(inner) | ErrorKind::Native(inner) | ErrorKind::Value(inner) =
        error.kind()
    {
        if let Some(over) = inner.downcast_ref::<OverLimit>() {
            return (Kind::Limit, over.0.clone());
        }
        if let Some(wrong) = inner.downcast_ref::<Wrong>() {
            return (Kind::Runtime, wrong.0.clone());
        }
        if inner.is::<OutOfTime>() {
            return (Kind::Stopped, inner.to_string());
        }
    }
    let said = error.without_diagnostic().to_string();
    if said.contains("ticks has been exceeded") {
        return (Kind::Limit, meter::too_many_steps());
    }
    (Kind::Runtime, running::say(&said, code))
}

/// The beginning of a text, as much as a message has room for.
fn shown(text: &str, most_chars: usize) -> String {
    let mut chars = text.chars();
    let mut out: String = chars.by_ref().take(most_chars).collect();
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

/// The texts between backticks.
fn quoted(said: &str) -> Vec<&str> {
    said.split('`').skip(1).step_by(2).collect()
}
