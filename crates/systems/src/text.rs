//! Small helpers for text that people read.

use std::fmt;

/// The most characters of a given text that an error repeats.
const EXCERPT_CHARS: usize = 60;

/// A given text as it may stand in a one-line message: short, without control characters.
pub fn excerpt(text: &str) -> String {
    shortened(text, EXCERPT_CHARS)
}

/// The first characters of a text, without control characters, and an ellipsis if there are
/// more.
pub fn shortened(text: &str, chars: usize) -> String {
    let mut out: String = text
        .chars()
        .take(chars)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(chars).is_some() {
        out.push('…');
    }
    out
}

/// Joins words as a sentence does: "a, b or c" with `last` being "or".
pub fn listed<T: fmt::Display>(words: impl IntoIterator<Item = T>, last: &str) -> String {
    let words: Vec<String> = words.into_iter().map(|word| word.to_string()).collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [head @ .., tail] => format!("{} {last} {tail}", head.join(", ")),
    }
}

/// A whole number with its thousands set apart by commas: 10,000.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn words_are_joined_as_in_a_sentence() {
        assert_eq!(listed(["a"], "or"), "a");
        assert_eq!(listed(["a", "b", "c"], "and"), "a, b and c");
        assert_eq!(listed([] as [&str; 0], "or"), "");
    }
}
