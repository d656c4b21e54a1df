//! A program's text, and where in it something is.

use std::rc::Rc;

use starlark::codemap::Span;

use crate::fault::{Call, Fault, Kind};

/// A program, as the learner wrote it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name for messages, e.g. "hash.star".
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// A part of the learner's text: bytes from `begin` to before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub begin: usize,
    pub end: usize,
}

impl From<Span> for Part {
    fn from(span: Span) -> Self {
        Self {
            begin: span.begin().get() as usize,
            end: span.end().get() as usize,
        }
    }
}

/// The learner's text with its name, shared by all that make faults.
#[derive(Clone, Debug)]
pub struct Text {
    name: Rc<str>,
    text: Rc<str>,
    /// The text for the parser; parts are parts of it.
    written: Rc<str>,
    /// Its bytes that are not in the learner's text.
    put_in: Rc<[usize]>,
}

impl Text {
    pub fn new(source: Source<'_>) -> Self {
        Self {
            name: source.name.into(),
            text: source.text.into(),
            written: source.text.into(),
            put_in: Rc::default(),
        }
    }

    /// The text for the parser: as long as the learner's, with brackets put in, which are in the
    /// order of their places.
    pub fn with_brackets(self, prepared: &str, brackets: &[(usize, char)]) -> Self {
        let mut written = String::with_capacity(prepared.len() + brackets.len());
        let mut put_in = Vec::with_capacity(brackets.len());
        let mut done = 0;
        for (at, bracket) in brackets {
            written.push_str(&prepared[done..*at]);
            put_in.push(written.len());
            written.push(*bracket);
            done = *at;
        }
        written.push_str(&prepared[done..]);
        Self {
            written: written.into(),
            put_in: put_in.into(),
            ..self
        }
    }

    /// Whether a part begins with a bracket that is not in the learner's text.
    pub fn is_put_in(&self, part: Part) -> bool {
        self.put_in.contains(&part.begin)
    }

    /// The text for the parser.
    pub fn written(&self) -> &str {
        &self.written
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What a part says; empty where it is none of this text.
    pub fn part(&self, part: Part) -> &str {
        self.written.get(part.begin..part.end).unwrap_or_default()
    }

    /// A fault at a part.
    pub fn fault(&self, kind: Kind, part: Part, message: impl Into<String>) -> Fault {
        let (line, column) = self.place(part.begin);
        let (end_line, end_column) = self.place(part.end.max(part.begin));
        Fault {
            file: self.name.to_string(),
            line,
            column,
            end_line,
            end_column,
            kind,
            message: message.into(),
            trace: Vec::new(),
            printed: Vec::new(),
        }
    }

    /// A call at a part, for a fault's trace.
    pub fn call(&self, function: &str, part: Part) -> Call {
        Call {
            function: function.into(),
            line: self.place(part.begin).0,
        }
    }

    /// Line and column of a byte, both from 1; columns count characters.
    fn place(&self, byte: usize) -> (u32, u32) {
        let put_in = self.put_in.partition_point(|put_in| *put_in < byte);
        let mut byte = (byte - put_in).min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let before = &self.text[..byte];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        (line as u32, column as u32)
    }
}
