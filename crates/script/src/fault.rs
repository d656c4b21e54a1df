//! What is wrong with a program, and where.

use std::fmt;

/// What kind of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The text is no program.
    Syntax,
    /// It failed while it ran.
    Runtime,
    /// It asked for more steps, memory or size than there is.
    Limit,
    /// It answered what the system cannot use.
    Answer,
    /// It was told to stop.
    Stopped,
}

/// A call on the way to a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The function that was called.
    pub function: String,
    /// The line of the call, from 1.
    pub line: u32,
}

/// What is wrong with a program, in words for a beginner, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The program's name, e.g. "hash.star".
    pub file: String,
    /// Where it begins: the line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// Where it ends: the line, from 1.
    pub end_line: u32,
    /// The character after the last one, from 1.
    pub end_column: u32,
    /// What kind of fault it is.
    pub kind: Kind,
    /// One or two sentences, without a full stop at the end.
    pub message: String,
    /// The program's calls on the way to it, the outermost first.
    pub trace: Vec<Call>,
    /// What the program printed before, line by line.
    pub printed: Vec<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            column,
            message,
            ..
        } = self;
        write!(f, "{file}:{line}:{column}: {message}")
    }
}

impl std::error::Error for Fault {}
