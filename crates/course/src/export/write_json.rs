//! Writing JSON (RFC 8259).
//!
//! By hand, because the page needs it for little else: a library's writer and reader would be a
//! tenth of its download.

use std::fmt::{Display, Write as _};

/// Writes a text in quotation marks.
pub(super) fn text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' => plain(&format_args!("\\u{:04x}", u32::from(c)), out),
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// Writes a whole number, or anything else that is JSON as it displays.
pub(super) fn plain(value: &dyn Display, out: &mut String) {
    // Writing to a text cannot fail.
    let _ = write!(out, "{value}");
}

/// Writes a number that may have a fraction, and shows that it may: `2.0`. What is no number,
/// which JSON has no word for, is null.
pub(super) fn float(number: f64, out: &mut String) {
    if !number.is_finite() {
        return out.push_str("null");
    }
    let start = out.len();
    plain(&number, out);
    if !out[start..].contains('.') {
        out.push_str(".0");
    }
}

/// Writes a time in milliseconds to its last digit.
pub(super) fn millis(nanos: u64, out: &mut String) {
    const PER_MILLI: u64 = 1_000_000;
    let (whole, rest) = (nanos / PER_MILLI, nanos % PER_MILLI);
    plain(&whole, out);
    if rest > 0 {
        let rest = format!(".{rest:06}");
        out.push_str(rest.trim_end_matches('0'));
    }
}

/// An object on one line. Every member begins by its name.
pub(super) struct Object<'a> {
    out: &'a mut String,
    is_empty: bool,
}

impl<'a> Object<'a> {
    pub(super) fn new(out: &'a mut String) -> Self {
        out.push('{');
        Self {
            out,
            is_empty: true,
        }
    }

    /// Begins a member, and gives the text to write its value to.
    pub(super) fn member(&mut self, name: &str) -> &mut String {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(',');
        }
        text(name, self.out);
        self.out.push(':');
        self.out
    }

    pub(super) fn text(&mut self, name: &str, value: &str) {
        text(value, self.member(name));
    }

    /// A text, or null.
    pub(super) fn maybe_text(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(name, value),
            None => self.plain(name, &"null"),
        }
    }

    pub(super) fn plain(&mut self, name: &str, value: &dyn Display) {
        plain(value, self.member(name));
    }

    pub(super) fn end(self) {
        self.out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn texts_are_as_a_library_writes_them() {
        let all: String = (0..0x300).filter_map(char::from_u32).collect();
        for given in ["", "plain", "\"\\/", "é世🧪\u{2028}", &all] {
            let found = written(|out| text(given, out));
            let read: String = serde_json::from_str(&found).unwrap();
            assert_eq!(read, given);
            assert!(!found.contains('\n'));
        }
    }

    #[test]
    fn numbers_are_as_a_library_reads_them() {
        for number in [
            0.0,
            -0.1,
            24.6,
            246.0,
            1.0 / 3.0,
            1e-9,
            1e21,
            f64::MIN_POSITIVE,
        ] {
            let found = written(|out| float(number, out));
            assert!(found.contains('.'), "{found}");
            assert_eq!(serde_json::from_str::<f64>(&found).unwrap(), number);
        }
        assert_eq!(written(|out| float(f64::NAN, out)), "null");
        for (nanos, text) in [
            (10_000_000_000, "10000"),
            (1_500_000, "1.5"),
            (1, "0.000001"),
            (u64::MAX, "18446744073709.551615"),
        ] {
            assert_eq!(written(|out| millis(nanos, out)), text);
        }
    }
}
