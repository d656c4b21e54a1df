//! Small parts of sentences.

use crate::number::{push_count, push_readable};

/// Most things that are named one by one; beyond, they are counted.
pub const NAMED: usize = 12;

/// A sentence being put together.
#[derive(Debug, Default)]
pub struct Sentence(pub String);

impl Sentence {
    /// Adds words as they are.
    pub fn say(mut self, words: &str) -> Self {
        self.0.push_str(words);
        self
    }

    /// Adds a node's name: "D" becomes "Node D".
    pub fn node(mut self, label: &str) -> Self {
        self.0.push_str(&crate::paint::node_name(label));
        self
    }

    /// Adds "1,000".
    pub fn number(mut self, value: usize) -> Self {
        push_count(&mut self.0, value as u64);
        self
    }

    /// Adds "24.6".
    pub fn value(mut self, value: f64) -> Self {
        push_readable(&mut self.0, value);
        self
    }

    /// Adds "1 key", "2 keys".
    pub fn count(self, value: usize, noun: &str) -> Self {
        let ending = if value == 1 { "" } else { "s" };
        self.number(value).say(" ").say(noun).say(ending)
    }

    /// Ends it.
    pub fn end(mut self) -> String {
        self.0.push('.');
        self.0
    }
}

/// Begins a sentence.
pub fn sentence() -> Sentence {
    Sentence::default()
}

/// Joins "a", "b" and "c" to "a, b and c".
pub fn list(parts: &[String]) -> String {
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            let last = index + 1 == parts.len();
            out.push_str(if last { " and " } else { ", " });
        }
        out.push_str(part);
    }
    out
}
