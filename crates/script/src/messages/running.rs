//! Faults of a running program.

use starlark::values::Heap;
use starlark::values::dict::AllocDict;
use starlark::values::list::AllocList;

use super::{SHOWN_CHARS, quoted, shown};
use crate::strategies::a;

/// Methods that a message lists, at most.
const LISTED: usize = 12;

const FORMAT: &str = "this % or format() does not fit its values: f\"{x}\" is easier";

/// What is wrong, from what Starlark said and the code at that place.
pub fn say(said: &str, code: &str) -> String {
    let named = quoted(said);
    let part = |index: usize| named.get(index).copied().unwrap_or_default();
    let short = |index: usize| shown(part(index), SHOWN_CHARS);
    if said.starts_with("Object of type") {
        return no_field(part(0), part(1), &[]);
    }
    if said.starts_with("Operation") && said.contains("not supported for types") {
        return operation(part(0), part(1), part(2));
    }
    if said.starts_with("Operation") {
        return not_supported(part(0), part(1));
    }
    if said.contains("ivision by zero") || said.contains("divide by zero") {
        return "division by 0: check before with if n != 0:".into();
    }
    if said.contains("odulo by zero") {
        return "the rest of a division by 0: check before with if n != 0:".into();
    }
    if said.starts_with("Key") {
        return format!(
            "this dict has no key {}: check before with if key in table:, or write \
             table.get(key, 0)",
            short(0)
        );
    }
    if said.starts_with("Index") {
        return format!(
            "there is no element {}: the first is [0], the last is [len(x) - 1]",
            short(0)
        );
    }
    if said.contains("referenced before assignment") {
        let name = part(0);
        let name = name
            .strip_prefix(crate::emit::HIDDEN)
            .filter(|rest| rest.starts_with('_'))
            .unwrap_or(name);
        return format!(
            "{name} has no value here yet. A function cannot change a name outside of it: keep \
             what changes in a dict, as in state = {{\"{name}\": 0}} and state[\"{name}\"] += 1"
        );
    }
    if said.contains("Immutable") {
        return "this cannot be changed".into();
    }
    if said.contains("mutates an iterable") {
        return "a list cannot change while a loop goes through it: go through list(x) instead"
            .into();
    }
    if said.contains("not hashable") {
        return "only texts, numbers and tuples of them can be keys of a dict".into();
    }
    if let Some(counts) = said.strip_prefix("Unpacked ") {
        let mut numbers = counts
            .split(|c: char| !c.is_ascii_digit())
            .filter(|n| !n.is_empty());
        let (got, wanted) = (numbers.next().unwrap_or("?"), numbers.next().unwrap_or("?"));
        return format!("there are {got} values here for {wanted} names");
    }
    if let Some(message) = arguments(said, &named, code) {
        return message;
    }
    if let Some((_, got)) = said.split_once(": expected string or bytes, got '") {
        let got = a(got.trim_end_matches('\''));
        return format!("this takes a text, and it is given {got}");
    }
    if said.contains("not callable") {
        return "this is no function, so it cannot be called with ( )".into();
    }
    if said.contains("format") || said.contains("Format") {
        return FORMAT.into();
    }
    if said.starts_with("Type of parameter") || said.starts_with("Expected") {
        return format!("this takes another type: {}", shown(said, 100));
    }
    if said.contains("Too many recursion levels") {
        return "this is nested too deep".into();
    }
    if said.contains("Negative") {
        return "a shift cannot be negative".into();
    }
    shown(said, 160)
}

/// What a learner is told of `x.name` where x has no such field; `own` are those it has, if
/// they are not the same for all of its kind.
pub fn no_field(kind: &str, name: &str, own: &[String]) -> String {
    let owner = a(kind);
    if let Some(instead) = instead(kind, name) {
        return format!("{owner} has no .{name}: {instead}");
    }
    let names = match own {
        [] => fields(kind),
        own => own.to_vec(),
    };
    if let Some(near) = nearest(name, names.iter().map(String::as_str)) {
        return format!("{owner} has no .{name}: did you mean .{near}?");
    }
    if matches!(kind, "function" | "native_function") {
        return format!("{owner} has no .{name}: write it alone with ( ), as in random()");
    }
    if names.is_empty() {
        return format!("{owner} has no .{name}");
    }
    let more = if names.len() > LISTED { ", ..." } else { "" };
    let listed = names[..names.len().min(LISTED)].join(", ");
    format!("{owner} has no .{name}; it has {listed}{more}")
}

/// What to write instead of a method that Python has.
fn instead(kind: &str, name: &str) -> Option<&'static str> {
    Some(match (kind, name) {
        ("string", "encode") => {
            "a text is its letters here: write for letter in key:, and ord(letter) for its number"
        }
        ("string", "zfill" | "rjust" | "ljust" | "center") => {
            "put the spaces in front yourself, as in \" \" * 3 + text"
        }
        ("string", "isnumeric" | "isdecimal") => "write text.isdigit()",
        ("list", "sort") => "write names = sorted(names)",
        ("list", "copy") => "write list(x)",
        ("list", "reverse") => "write names = names[::-1]",
        ("dict", "copy") => "write dict(x)",
        _ => return None,
    })
}

/// The names that follow the dot of a value of this type.
fn fields(kind: &str) -> Vec<String> {
    // What learners need most comes first.
    let first: &[&str] = match kind {
        "string" => &[
            "elems",
            "split",
            "join",
            "find",
            "startswith",
            "upper",
            "lower",
            "strip",
        ],
        "list" => &["append", "pop", "insert", "index"],
        "dict" => &["get", "items", "keys", "values"],
        "strategy" => return vec!["get_node".into()],

        _ => return Vec::new(),
    };
    let all = Heap::temp(|heap| match kind {
        "string" => heap.alloc("").dir_attr(),
        "list" => heap.alloc(AllocList::EMPTY).dir_attr(),
        _ => heap.alloc(AllocDict::EMPTY).dir_attr(),
    });
    let rest = all
        .into_iter()
        .filter(|name| !first.contains(&name.as_str()));
    first
        .iter()
        .map(|name| name.to_string())
        .chain(rest)
        .collect()
}

/// The name that is most likely meant.
pub fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let far = if name.chars().count() <= 3 { 1 } else { 2 };
    names
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(distance, _)| *distance <= far)
        .min()
        .map(|(_, known)| known)
}

fn operation(sign: &str, left: &str, right: &str) -> String {
    let (one, other) = (a(left), a(right));
    let is_text = |kind: &str| kind == "string";
    match sign {
        "+" if is_text(left) || is_text(right) => {
            format!("{one} + {other}: make both texts, with str(x) or f\"{{x}}\"")
        }
        "in" => format!("{one} cannot be looked up in {other}"),
        "compare" | "cmp()" | "<" | ">" => format!("{one} cannot be compared with {other}"),
        "[]" => format!("{one} takes no {other} in [ ]"),
        _ if left == "NoneType" || right == "NoneType" => {
            format!("{one} {sign} {other}: one side has no value; does a function lack its return?")
        }
        _ => format!("{one} {sign} {other} means nothing"),
    }
}

fn not_supported(what: &str, kind: &str) -> String {
    let owner = a(kind);
    match what {
        "(iter)" | "iterate" => match kind {
            "string" => "a loop cannot go through a text: write for c in text.elems():".into(),
            "int" => "a loop cannot go through a whole number: write for i in range(n):".into(),
            _ => format!("a loop cannot go through {owner}"),
        },
        "call()" => format!("{owner} is no function, so it cannot be called with ( )"),
        "len" | "len()" | "length" => {
            format!("{owner} has no length: len() takes a text, a list or a dict")
        }
        "[]" => format!("{owner} has no elements: [ ] needs a list, a text or a dict"),
        "[] =" | "[]=" => format!("an element of {owner} cannot be changed"),
        "[::]" => format!("{owner} has no parts: [a:b] needs a list or a text"),
        _ if what.starts_with('.') && what.ends_with('=') => {
            format!("a field of {owner} cannot be changed: keep what changes in a dict")
        }
        _ if what.starts_with('.') => format!("{owner} has no {what}"),
        _ if what.starts_with("format") => FORMAT.into(),
        _ => format!("{owner} cannot do {what}"),
    }
}

/// Calls with too many or too few values.
fn arguments(said: &str, named: &[&str], code: &str) -> Option<String> {
    let first = named.first().copied().unwrap_or_default();
    let function = code.split('(').next().unwrap_or_default().trim();
    let call = |fallback: &str| match function.is_empty() || function.contains('\n') {
        true => fallback.to_owned(),
        false => format!("{}()", shown(function, SHOWN_CHARS)),
    };
    if said.starts_with("Missing") && said.contains("parameter") {
        return Some(format!(
            "{} needs a value for {first}",
            call(super::THIS_CALL)
        ));
    }
    if said.contains("extra positional argument") {
        let count = said.split_whitespace().nth(1).unwrap_or("some");
        return Some(format!(
            "{} is given {count} too many",
            call(super::THIS_CALL)
        ));
    }
    if said.contains("extra named parameter") {
        return Some(format!(
            "{} takes nothing that is called {first}",
            call(super::THIS_CALL)
        ));
    }
    if said.contains("occurs more than once") {
        return Some(format!("{first} is given twice"));
    }
    if said.contains("Wrong number of positional") {
        return Some(format!(
            "{} is given the wrong number of values",
            call(super::THIS_CALL)
        ));
    }
    None
}
