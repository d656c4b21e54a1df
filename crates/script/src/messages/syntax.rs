//! Faults of the text: what Python's grammar, or this smaller one, does not take.

use super::{SHOWN_CHARS, quoted, shown};
use crate::text::Part;

/// What Python has and this language has not, by the word that begins it.
fn missing_word(word: &str) -> &'static str {
    match word {
        "while" => "there is no while: write for i in range(1000): and leave it with break",
        "class" => "there is no class: keep values in a dict, or make one with struct(x=1, y=2)",
        "try" | "except" | "finally" => {
            "there is no try: check before, as in if key in table: or if n != 0:"
        }
        "raise" => "there is no raise: write fail(\"what is wrong\")",
        "assert" => "there is no assert: write if not ok: fail(\"what is wrong\")",
        "import" | "from" => {
            "there is nothing to import: sha256, random, randint, choice, pow and struct are here \
             already. Only import simulator may stand here"
        }
        "is" => "there is no is: write == (and == None)",
        "global" | "nonlocal" => {
            "there is no global: keep what changes in a dict outside of the function, as in \
             state = {\"count\": 0}, and write state[\"count\"] += 1"
        }
        "del" => "there is no del: write table.pop(key)",
        "with" => "there is no with: write the lines without it",
        "yield" => "there is no yield: put the values into a list and return it",
        "as" => "there is no as: give the value a name with =",
        _ => "there is no async: write the function without it",
    }
}

const NO_FORMAT: &str = "no format such as :.2f can stand in the { } of f\"...\": round the number, as in f\"{round(x, 2)}\"";
const NO_EQUALS: &str =
    "no = can stand in the { } of f\"...\": write the name before it, as in f\"x = {x}\"";
const NO_SET: &str =
    "there is no set: use a list, [1, 2, 3], or a dict: seen = {}, and seen[x] = True";

/// Whether a place is within the { } of an f"..." in its line.
fn is_in_f_string(text: &str, at: usize) -> bool {
    let line = text.get(..at).unwrap_or_default().rsplit('\n').next();
    let Some((before, inside)) = line.and_then(|line| line.rsplit_once('{')) else {
        return false;
    };
    (before.contains("f\"") || before.contains("f'")) && !inside.contains('}')
}

/// The bracket that is open at the end of a text; none if all are closed.
fn open_bracket(text: &str) -> Option<char> {
    let mut closed = 0u32;
    for char in text.chars().rev() {
        match (char, closed) {
            (')' | ']' | '}', _) => closed += 1,
            ('(' | '[' | '{', 0) => return Some(char),
            ('(' | '[' | '{', _) => closed -= 1,
            _ => {}
        }
    }
    None
}

/// Where it is wrong, and how.
pub fn say(text: &str, part: Part, said: &str) -> (Part, String) {
    let said = said.strip_prefix("Parse error: ").unwrap_or(said);
    let named = quoted(said);
    let first = named.first().copied().unwrap_or_default();
    let here = |message: &str| (part, message.to_owned());
    if said.starts_with("cannot use reserved keyword") {
        return (reserved(text, part, first), missing_word(first).into());
    }
    if said.starts_with("invalid input") {
        return (part, invalid(text, part, first));
    }
    if said.contains("unfinished string literal") {
        return here("this text has no closing quote in its line");
    }
    if said.contains("string escape") {
        return here(
            "this \\ needs a letter after it that means something, as in \\n; for a \\ alone write \\\\",
        );
    }
    if said.contains("incorrect indentation") {
        let message = "this line begins where no line above it begins: put as many spaces in front \
                       as its neighbours have";
        let line = text.get(..part.end).and_then(|before| before.rfind('\n'));
        let begin = line
            .map_or(part.begin, |newline| newline + 1)
            .max(part.begin);
        return (Part { begin, ..part }, message.into());
    }
    if said.contains("tabs are not allowed") {
        return here("this is a tab: use spaces");
    }
    if is_in_f_string(text, part.begin) {
        let rest = text.get(part.begin..).unwrap_or_default();
        let before = text.get(..part.begin).unwrap_or_default();
        if rest.starts_with(':') || before.ends_with(':') {
            return here(NO_FORMAT);
        }
        if rest.starts_with('=') && !rest.starts_with("==") {
            return here(NO_EQUALS);
        }
    }
    if said.contains("cannot have leading 0") {
        return here("a number cannot begin with 0: leave the 0 out");
    }
    if said.contains("f-string") {
        return here(
            "in f\"...\", each { needs an expression and a }: write f\"{name}\", or {{ for a brace",
        );
    }
    if said.contains("not associative") {
        return here("only one comparison at a time: write a < b and b < c");
    }
    if let Some(rest) = said.strip_prefix("unexpected ") {
        let (found, expected) = rest.split_once(", expected ").unwrap_or((rest, ""));
        return unexpected(text, part, found, expected);
    }
    if said.contains("`return` cannot") {
        return here(
            "return stands inside of a function only: put it under a def, with spaces in front",
        );
    }
    if said.contains("`break` cannot") || said.contains("`continue` cannot") {
        return (part, format!("{first} stands inside of a for loop only"));
    }
    if said.contains("`load`") {
        return here("there is nothing to load");
    }
    if said.contains("duplicated parameter") {
        return here("two parameters have this name: rename one");
    }
    if said.contains("positional parameter after non positional") || said.contains("default") {
        return here("a parameter without = stands before those with =");
    }
    if said.contains("not allowed") || said.contains("assign") {
        return here(
            "nothing can be assigned to this: left of = stands a name, as in x = 1, or an element, as in x[0] = 1",
        );
    }
    if said.contains("trailing comma") || said.contains("tuple") {
        return here("this line ends with a comma: take it away");
    }
    (part, shown(said, 120))
}

/// A reserved word's own place: the lexer may name more than the word.
fn reserved(text: &str, part: Part, word: &str) -> Part {
    let around = text.get(part.begin..part.end).unwrap_or_default();
    match around.find(word) {
        Some(at) => Part {
            begin: part.begin + at,
            end: part.begin + at + word.len(),
        },
        None => part,
    }
}

fn invalid(text: &str, part: Part, input: &str) -> String {
    let rest = text.get(part.begin..).unwrap_or_default();
    let input = match input {
        "" => rest.get(..1).unwrap_or_default(),
        input => input,
    };
    match input.chars().next() {
        Some('!') => "there is no !: write not x, or != for unequal".into(),
        Some('@') => "there is no @ here: take the line away".into(),
        Some('$' | '?') => format!("{input} means nothing here"),
        Some('“' | '”' | '„' | '‘' | '’' | '´' | '«' | '»') => {
            "this quote is of another kind: write \" or '".into()
        }
        Some('–' | '—' | '−') => "this dash is of another kind: write -".into(),
        Some('\t') => "this is a tab: use spaces".into(),
        Some(digit) if digit.is_ascii_digit() => "this is no number".into(),
        _ => format!("{} means nothing here", shown(input, SHOWN_CHARS)),
    }
}

/// The word of a token, as the parser names it: "symbol ':'" is ":".
fn word(token: &str) -> &str {
    match token.split_once('\'') {
        Some((_, rest)) => rest.strip_suffix('\'').unwrap_or(rest),
        None => token,
    }
}

fn unexpected(text: &str, part: Part, found: &str, expected: &str) -> (Part, String) {
    let before = text.get(..part.begin).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line_before = before.get(line_start..).unwrap_or_default();
    let first_word = line_before.split_whitespace().next().unwrap_or_default();
    let last = line_before.trim_end().chars().last();
    let at_end = found == "new line" || found.starts_with("end of");
    // The end of a line is no place to look at: what stands before it is.
    let end_of_line = Part {
        begin: line_start + line_before.trim_end().len(),
        end: line_start + line_before.trim_end().len(),
    };
    let place = if at_end && !line_before.trim().is_empty() {
        end_of_line
    } else {
        part
    };
    let wanted = word(expected);
    let token = word(found);
    let head = matches!(first_word, "if" | "elif" | "for" | "def" | "else" | "else:");
    let message = match (token, wanted) {
        ("," | "}" | "for", ":") if open_bracket(before) == Some('{') => NO_SET.into(),
        (":", _)
            if text
                .get(part.begin..)
                .is_some_and(|rest| rest.starts_with(":=")) =>
        {
            "there is no :=; give the name its value in a line of its own".into()
        }
        ("if", ":") if first_word == "else" => "write elif instead of else if".into(),
        ("=", ":") if head => "= gives a name its value: to compare, write ==".into(),
        ("=", _) if head => "= gives a name its value: to compare, write ==".into(),
        ("=", ")" | "," | "]" | "}") => "= gives a name its value: to compare, write ==".into(),
        ("=", _) => "only one = in a line: write y = 1, and x = y below it".into(),
        ("**", _) => "there is no **: write pow(x, y)".into(),
        ("&", _) if last == Some('&') => "there is no &&: write and".into(),
        ("|", _) if last == Some('|') => "there is no ||: write or".into(),
        (_, "new indentation block") => {
            "the lines of this block need more spaces in front than the line above; write pass \
             for a block that does nothing"
                .into()
        }
        ("new indentation block", _) => {
            "this line has more spaces in front than the line above, and no block begins here"
                .into()
        }
        ("for", ")" | ",") => {
            "a list is missing around this: write sum([f(x) for x in list]), with [ ]".into()
        }
        ("else" | "elif", _) => format!(
            "this {token} belongs to no if: put it right below an if's block, with as many spaces in front"
        ),
        (_, ":") if head => format!(
            "a : is missing at the end of this line: {} ...:",
            first_word.trim_end_matches(':')
        ),
        (_, "else") => "an if in one line needs an else: write a if condition else b".into(),
        (_, "in") => "a for needs an in: write for x in list:".into(),
        (_, "(") if first_word == "def" => {
            "a function has brackets after its name: write def name(key):".into()
        }
        (_, "identifier") if first_word == "def" => {
            "a function needs a name: write def name(key):".into()
        }
        (_, "identifier") if last == Some('.') => "a name is missing after the .".into(),
        (_, "expression")
            if at_end && matches!(last, Some('+')) && line_before.trim_end().ends_with("++") =>
        {
            "there is no ++: write x += 1".into()
        }
        (_, "expression") if at_end && line_before.trim_end().ends_with("--") => {
            "there is no --: write x -= 1".into()
        }
        (_, "expression") if at_end => {
            "this line is not finished: something is missing at its end".into()
        }
        (_, "expression") => format!("there is no place for {} here", named(found)),
        _ if found.starts_with("string literal") && first_word == "print" => {
            "print needs brackets: write print(x)".into()
        }
        _ if found.starts_with("identifier") && first_word == "print" => {
            "print needs brackets: write print(x)".into()
        }
        _ if found.starts_with("string literal") || found.starts_with("f-string start") => {
            "a + or a comma is missing between this text and what is before it".into()
        }
        (":", "new line") => {
            "this : is one too many, or the word in front of it is misspelt: if, for, def and else \
             end with a :"
                .into()
        }
        (_, "new line") => format!(
            "{} does not fit here: is an operator, a comma or the end of a line missing before it",
            named(found)
        ),
        (_, ")" | "]" | "}") => format!("a comma or a {wanted} is missing before {}", named(found)),
        _ if at_end => "this line is not finished: something is missing at its end".into(),
        _ => format!("there is no place for {} here", named(found)),
    };
    (place, message)
}

/// How a token is named in a sentence.
fn named(found: &str) -> String {
    match found {
        "new line" => "the end of the line".into(),
        "end of indentation block" | "end of file" => "the end of the block".into(),
        _ => shown(word(found), SHOWN_CHARS),
    }
}
