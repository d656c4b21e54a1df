//! Starlark's errors in words for a beginner.

use starlark::ErrorKind;
use starlark::codemap::FileSpan;

use crate::builtins::Wrong;
use crate::emit::Guarded;
use crate::fault::{Fault, Kind};
use crate::limits::Limits;
use crate::meter::{self, OutOfTime, OverLimit};
use crate::program::{Code, MODULE};
use crate::text::{Part, Text};

/// A fault of the text itself.
pub fn syntax(text: &Text, error: &starlark::Error) -> Fault {
    let part = error
        .span()
        .map_or(Part { begin: 0, end: 0 }, |span| span.span.into());
    text.fault(Kind::Syntax, part, error.without_diagnostic().to_string())
}

/// A fault that shows only once the guards are in.
pub fn guarded(text: &Text, guarded: &Guarded, error: &starlark::Error) -> Fault {
    let part = origin(guarded, error.span()).unwrap_or(Part { begin: 0, end: 0 });
    text.fault(Kind::Syntax, part, error.without_diagnostic().to_string())
}

fn origin(guarded: &Guarded, span: Option<&FileSpan>) -> Option<Part> {
    let span = span.filter(|span| span.filename() == MODULE)?;
    guarded.origin(span.span.into())
}

/// A fault of the program while it ran. Its line is 0 where it is in no line of the program.
pub fn fault(code: &Code, limits: &Limits, error: &starlark::Error) -> Fault {
    let stopped = meter::stopped();
    let said = stopped.as_ref().unwrap_or(error);
    let (kind, message) = say(said, limits);
    let mut calls = Vec::new();
    let mut inner = origin(code.guarded(), error.span());
    for frame in error.call_stack().frames.iter().rev() {
        let Some(part) = origin(code.guarded(), frame.location.as_ref()) else {
            continue;
        };
        if inner.is_none() {
            inner = Some(part);
        }
        if !frame.name.starts_with("__") {
            calls.push(code.text().call(&frame.name, part));
        }
    }
    calls.reverse();
    let mut fault = match inner {
        Some(part) => code.text().fault(kind, part, message),
        None => Fault {
            line: 0,
            ..code.text().fault(kind, Part { begin: 0, end: 0 }, message)
        },
    };
    fault.trace = calls;
    fault
}

fn say(error: &starlark::Error, _limits: &Limits) -> (Kind, String) {
    let inner = match error.kind() {
        ErrorKind::Other(inner) | ErrorKind::Native(inner) | ErrorKind::Value(inner) => inner,
        _ => return (Kind::Runtime, error.without_diagnostic().to_string()),
    };
    if let Some(over) = inner.downcast_ref::<OverLimit>() {
        return (Kind::Limit, over.0.clone());
    }
    if let Some(wrong) = inner.downcast_ref::<Wrong>() {
        return (Kind::Runtime, wrong.0.clone());
    }
    if inner.is::<OutOfTime>() {
        return (Kind::Stopped, inner.to_string());
    }
    (Kind::Runtime, error.without_diagnostic().to_string())
}
