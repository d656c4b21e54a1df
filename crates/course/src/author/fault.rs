//! What is wrong with a lessons folder, and where.

use std::fmt;
use std::ops::Range;

/// Something wrong in a file.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Fault {
    /// Path within the lessons folder.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong and what is allowed, one line.
    pub message: String,
}

/// As compilers write it: `file:line:column: message`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.file, self.line, self.column, self.message
        )
    }
}

/// A file, for finding the line of a byte.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub path: &'a str,
    pub text: &'a str,
}

impl Source<'_> {
    /// A fault at the start of a span of bytes.
    pub fn fault(&self, span: Range<usize>, message: impl Into<String>) -> Fault {
        let at = (0..=span.start.min(self.text.len()))
            .rev()
            .find(|&at| self.text.is_char_boundary(at))
            .unwrap_or(0);
        let before = &self.text[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Fault {
            file: self.path.to_owned(),
            line: before.matches('\n').count() as u32 + 1,
            column: before[line_start..].chars().count() as u32 + 1,
            message: one_line(&message.into()),
        }
    }
}

/// All faults found so far.
#[derive(Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub fn add(&mut self, source: &Source, span: Range<usize>, message: impl Into<String>) {
        self.0.push(source.fault(span, message));
    }

    /// A fault of a whole file.
    pub fn add_file(&mut self, path: &str, message: impl Into<String>) {
        self.add(&Source { path, text: "" }, 0..0, message);
    }

    /// Whether anything is wrong within a folder or with the course as a whole.
    pub fn any_in(&self, folder: &str) -> bool {
        let in_folder = |file: &str| {
            file.split_once('/')
                .is_none_or(|(first, _)| first == folder)
        };
        self.0.iter().any(|fault| in_folder(&fault.file))
    }

    pub fn sorted(mut self) -> Vec<Fault> {
        self.0.sort();
        self.0.dedup();
        self.0
    }
}

/// Messages quote files, which may hold anything.
fn one_line(text: &str) -> String {
    let flat: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if flat.chars().count() <= 400 {
        return flat;
    }
    flat.chars().take(399).chain(['…']).collect()
}
