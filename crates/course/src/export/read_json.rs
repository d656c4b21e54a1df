//! Reading JSON (RFC 8259), strictly, from untrusted text.
//!
//! By hand for the same reason as the writer.

use std::iter::Peekable;
use std::str::CharIndices;

/// How deep lists and objects may stand in each other. What is read here needs three levels.
const DEPTH_MAX: u32 = 16;

/// A value. Numbers stay as they are written, since seeds do not fit in a double.
#[derive(Debug, PartialEq)]
pub(super) enum Json<'a> {
    Null,
    Bool,
    Number(&'a str),
    Text(String),
    List(Vec<Json<'a>>),
    /// In order; names may stand twice.
    Object(Vec<(String, Json<'a>)>),
}

/// Reads a text that is one value.
///
/// # Errors
/// What is wrong, with line and column.
pub(super) fn read(text: &str) -> Result<Json<'_>, String> {
    let mut reader = Reader {
        text,
        chars: text.char_indices().peekable(),
    };
    let whole = reader.value(0).and_then(|value| {
        reader.skip_space();
        match reader.chars.peek() {
            None => Ok(value),
            Some(_) => Err("something follows its end"),
        }
    });
    whole.map_err(|what| {
        let before = &text[..reader.position()];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[start..].chars().count() + 1;
        format!("{what} at line {line}, column {column}")
    })
}

struct Reader<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
}

impl<'a> Reader<'a> {
    fn position(&mut self) -> usize {
        self.chars.peek().map_or(self.text.len(), |&(at, _)| at)
    }

    fn peek(&mut self) -> Option<char> {
        self.chars.peek().map(|&(_, c)| c)
    }

    fn take(&mut self, wanted: char) -> bool {
        self.chars.next_if(|&(_, c)| c == wanted).is_some()
    }

    fn skip_space(&mut self) {
        while self
            .chars
            .next_if(|(_, c)| matches!(c, ' ' | '\t' | '\n' | '\r'))
            .is_some()
        {}
    }

    fn value(&mut self, depth: u32) -> Result<Json<'a>, &'static str> {
        if depth > DEPTH_MAX {
            return Err("lists within lists, too deep,");
        }
        self.skip_space();
        match self.peek().ok_or("it ends too early")? {
            '{' => self.object(depth),
            '[' => self.list(depth),
            '"' => self.string().map(Json::Text),
            '-' | '0'..='9' => self.number(),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: u32) -> Result<Json<'a>, &'static str> {
        self.chars.next();
        let mut members = Vec::new();
        self.skip_space();
        if self.take('}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_space();
            if self.peek() != Some('"') {
                return Err(self.or_end("no name in quotation marks"));
            }
            let name = self.string()?;
            self.skip_space();
            if !self.take(':') {
                return Err(self.or_end("no colon after a name"));
            }
            members.push((name, self.value(depth + 1)?));
            self.skip_space();
            if self.take('}') {
                return Ok(Json::Object(members));
            }
            if !self.take(',') {
                return Err(self.or_end("neither a comma nor a brace"));
            }
        }
    }

    fn list(&mut self, depth: u32) -> Result<Json<'a>, &'static str> {
        self.chars.next();
        let mut values = Vec::new();
        self.skip_space();
        if self.take(']') {
            return Ok(Json::List(values));
        }
        loop {
            values.push(self.value(depth + 1)?);
            self.skip_space();
            if self.take(']') {
                return Ok(Json::List(values));
            }
            if !self.take(',') {
                return Err(self.or_end("neither a comma nor a bracket"));
            }
        }
    }

    fn string(&mut self) -> Result<String, &'static str> {
        self.chars.next();
        let mut text = String::new();
        loop {
            match self.peek() {
                None => return Err("it ends too early"),
                Some('\0'..='\u{1f}') => return Err("a control character in a text"),
                Some('"') => {
                    self.chars.next();
                    return Ok(text);
                }
                Some('\\') => {
                    self.chars.next();
                    text.push(self.escaped()?);
                }
                Some(c) => {
                    self.chars.next();
                    text.push(c);
                }
            }
        }
    }

    /// What stands after a backslash.
    fn escaped(&mut self) -> Result<char, &'static str> {
        let c = match self.peek() {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                self.chars.next();
                return self.unicode();
            }
            _ => return Err(self.or_end("an unknown character after a backslash")),
        };
        self.chars.next();
        Ok(c)
    }

    /// A character by its number, or by two that are a pair of surrogates (RFC 8259 section 7).
    fn unicode(&mut self) -> Result<char, &'static str> {
        const NO_CHARACTER: &str = "a number of no character";
        let first = self.four_digits()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first).ok_or(NO_CHARACTER);
        }
        if !(self.take('\\') && self.take('u')) {
            return Err(self.or_end(NO_CHARACTER));
        }
        let second = self.four_digits()?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400);
        let number = low.map(|low| 0x1_0000 + (first - 0xd800) * 0x400 + low);
        number.and_then(char::from_u32).ok_or(NO_CHARACTER)
    }

    fn four_digits(&mut self) -> Result<u32, &'static str> {
        let mut number = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|c| c.to_digit(16));
            number = number * 16 + digit.ok_or_else(|| self.or_end("no hexadecimal digit"))?;
            self.chars.next();
        }
        Ok(number)
    }

    fn number(&mut self) -> Result<Json<'a>, &'static str> {
        const NO_NUMBER: &str = "no number as JSON has them";
        let start = self.position();
        self.take('-');
        let zero = self.take('0');
        if !zero && !self.digits() {
            return Err(self.or_end(NO_NUMBER));
        }
        if self.take('.') && !self.digits() {
            return Err(self.or_end(NO_NUMBER));
        }
        if self.take('e') || self.take('E') {
            let _signed = self.take('+') || self.take('-');
            if !self.digits() {
                return Err(self.or_end(NO_NUMBER));
            }
        }
        if self.peek().is_some_and(|c| c.is_alphanumeric() || c == '.') {
            return Err(NO_NUMBER);
        }
        let end = self.position();
        Ok(Json::Number(&self.text[start..end]))
    }

    /// Takes digits; false if there is none.
    fn digits(&mut self) -> bool {
        let mut any = false;
        while self.chars.next_if(|(_, c)| c.is_ascii_digit()).is_some() {
            any = true;
        }
        any
    }

    fn word(&mut self) -> Result<Json<'a>, &'static str> {
        let rest = &self.text[self.position()..];
        let words = [
            ("null", Json::Null),
            ("true", Json::Bool),
            ("false", Json::Bool),
        ];
        for (word, value) in words {
            if rest.starts_with(word) {
                self.chars.nth(word.len() - 1);
                return Ok(value);
            }
        }
        Err("no value")
    }

    /// What is wrong, unless it is that the text ends here.
    fn or_end(&mut self, what: &'static str) -> &'static str {
        match self.peek() {
            Some(_) => what,
            None => "it ends too early",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a library has it, without what is not kept here.
    fn same(ours: &Json, theirs: &serde_json::Value) -> bool {
        match (ours, theirs) {
            (Json::Null, serde_json::Value::Null) | (Json::Bool, serde_json::Value::Bool(_)) => {
                true
            }
            (Json::Number(text), serde_json::Value::Number(number)) => {
                text.parse::<f64>().ok() == number.as_f64()
            }
            (Json::Text(ours), serde_json::Value::String(theirs)) => ours == theirs,
            (Json::List(ours), serde_json::Value::Array(theirs)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| same(a, b))
            }
            (Json::Object(ours), serde_json::Value::Object(theirs)) => {
                theirs.iter().all(|(name, b)| {
                    ours.iter()
                        .rfind(|(n, _)| n == name)
                        .is_some_and(|(_, a)| same(a, b))
                })
            }
            _ => false,
        }
    }

    #[test]
    fn it_takes_what_a_library_takes_and_nothing_else() {
        let texts = [
            "null",
            "true",
            " false ",
            "0",
            "-0.5e+3",
            "18446744073709551615",
            "\"\"",
            "[]",
            "{}",
            "[1, [2], {\"a\": null}]",
            "{\"a\":1,\"b\":{\"c\":[\"d\"]}}",
            "\"\\u00e9\\n\\/\\\"\"",
            "\"\\ud83e\\uddea\"",
            "\"é世\"",
            "\t\r\n1",
            "",
            " ",
            "nul",
            "truely",
            "01",
            "1.",
            ".5",
            "-",
            "+1",
            "1e",
            "1e+",
            "0x1",
            "1 2",
            "[1,]",
            "[1 2]",
            "[",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{1:1}",
            "\"",
            "\"\n\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\\udc00\"",
            "'a'",
            "[1]]",
            "NaN",
            "1a",
            "1.2.3",
            "\u{a0}1",
        ];
        for text in texts {
            let theirs = serde_json::from_str::<serde_json::Value>(text);
            match (read(text), theirs) {
                (Ok(ours), Ok(theirs)) => assert!(same(&ours, &theirs), "{text}: {ours:?}"),
                (Err(_), Err(_)) => {}
                (ours, theirs) => panic!("{text:?}: {ours:?}, but {theirs:?}"),
            }
        }
    }

    #[test]
    fn faults_have_their_place() {
        for (text, says) in [
            ("", "it ends too early at line 1, column 1"),
            ("{\n  \"é\" 1}", "no colon after a name at line 2, column 7"),
            ("[1,\n2", "it ends too early at line 2, column 2"),
            ("1 1", "something follows its end at line 1, column 3"),
        ] {
            assert_eq!(read(text), Err(says.to_owned()), "{text:?}");
        }
        let deep = "[".repeat(1_000_000);
        assert!(read(&deep).is_err_and(|why| why.contains("too deep")));
    }
}
