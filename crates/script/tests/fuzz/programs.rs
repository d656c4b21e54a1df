//! Makes programs from a seed: sound grammar with dangerous parts, and good programs gone wrong.

use faultline_sim::{Purpose, Stream};

/// Names that a program has from its first lines.
const NAMES: [&str; 8] = ["x", "s", "d", "n", "t", "f", "r", "key"];

const PRELUDE: &str = "\
state = {}
nothing = None
def helper(a, b=2, *rest):
    state[a if type(a) == \"int\" else 0] = b
    return [a, b, rest]
";

const NUMBERS: [&str; 14] = [
    "0",
    "1",
    "2",
    "3",
    "7",
    "-1",
    "100",
    "1000",
    "100000",
    "1000000000000",
    "0xFFFFFFFF",
    "123456789012345678901234567890",
    "1.5",
    "1e300",
];

const TEXTS: [&str; 9] = [
    "\"\"",
    "\"a\"",
    "\"ab,c\"",
    "\"%s\"",
    "\"{}{}\"",
    "\"é✓\"",
    "\"1\"",
    "\"\\n\"",
    "\"x y z\"",
];

const OPERATORS: [&str; 21] = [
    "+", "-", "*", "/", "//", "%", "&", "|", "^", "<<", ">>", "==", "!=", "<", ">", "<=", ">=",
    "in", "not in", "and", "or",
];

const MODIFIERS: [&str; 11] = [
    "+=", "-=", "*=", "/=", "//=", "%=", "&=", "|=", "^=", "<<=", ">>=",
];

const ONE: [&str; 33] = [
    "len",
    "str",
    "repr",
    "list",
    "tuple",
    "dict",
    "sorted",
    "reversed",
    "enumerate",
    "min",
    "max",
    "sum",
    "any",
    "all",
    "int",
    "float",
    "bool",
    "abs",
    "ord",
    "chr",
    "hash",
    "type",
    "range",
    "sha256",
    "round",
    "bytes",
    "print",
    "choice",
    "struct",
    "ModuloStrategy",
    "ConsistentHashingStrategy",
    "dir",
    "fail",
];

const TWO: [&str; 11] = [
    "zip",
    "map",
    "filter",
    "pow",
    "range",
    "randint",
    "helper",
    "getattr",
    "hasattr",
    "max",
    "ModuloStrategy",
];

const METHODS: [&str; 46] = [
    "append",
    "extend",
    "insert",
    "pop",
    "remove",
    "index",
    "clear",
    "get",
    "items",
    "keys",
    "values",
    "update",
    "setdefault",
    "popitem",
    "join",
    "split",
    "rsplit",
    "splitlines",
    "replace",
    "format",
    "upper",
    "lower",
    "title",
    "capitalize",
    "strip",
    "lstrip",
    "rstrip",
    "find",
    "rfind",
    "rindex",
    "count",
    "startswith",
    "endswith",
    "elems",
    "codepoints",
    "partition",
    "rpartition",
    "isalpha",
    "isdigit",
    "removeprefix",
    "removesuffix",
    "get_node",
    "add",
    "union",
    "nosuch",
    "x",
];

/// What an expression gives.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    Text,
    List,
}

struct Maker {
    dice: Stream,
    out: String,
    /// Lines that may still be written.
    lines: usize,
}

impl Maker {
    fn new(seed: u64, index: u64) -> Self {
        Self {
            dice: Stream::derive(seed, Purpose::Chaos, index),
            out: String::new(),
            lines: 25,
        }
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.dice.index(list.len())]
    }

    fn name(&mut self) -> &'static str {
        self.of(&NAMES)
    }

    fn expr(&mut self, depth: u32) -> String {
        if depth == 0 || self.dice.percent(15.0) {
            return match self.dice.range(0, 9) {
                0..=4 => self.name().into(),
                5 | 6 => self.of(&NUMBERS).into(),
                7 | 8 => self.of(&TEXTS).into(),
                _ => self.of(&["[]", "{}", "()", "None", "True", "state"]).into(),
            };
        }
        let depth = depth - 1;
        match self.dice.range(0, 23) {
            0..=4 => {
                let (a, b) = (self.expr(depth), self.expr(depth));
                format!("({a} {} {b})", self.of(&OPERATORS))
            }
            5..=7 => {
                let a = self.expr(depth);
                format!("{}({a})", self.of(&ONE))
            }
            8 => {
                let (a, b) = (self.expr(depth), self.expr(depth));
                format!("{}({a}, {b})", self.of(&TWO))
            }
            9..=11 => {
                let a = self.expr(depth);
                let method = self.of(&METHODS);
                match self.dice.range(0, 3) {
                    0 => format!("{a}.{method}()"),
                    1 | 2 => format!("{a}.{method}({})", self.expr(depth)),
                    _ => format!("{a}.{method}({}, {})", self.expr(depth), self.expr(depth)),
                }
            }
            12 => format!("{}[{}]", self.expr(depth), self.expr(depth)),
            13 => format!(
                "{}[{}:{}]",
                self.expr(depth),
                self.expr(depth),
                self.expr(depth)
            ),
            14 => format!("[{}, {}]", self.expr(depth), self.expr(depth)),
            15 => format!("({}, {})", self.expr(depth), self.expr(depth)),
            16 => format!("{{{}: {}}}", self.expr(depth), self.expr(depth)),
            17 => format!("[{} for i in {}]", self.expr(depth), self.expr(depth)),
            18 => format!("{{i: {} for i in {}}}", self.expr(depth), self.expr(depth)),
            19 => format!("(lambda i: {})", self.expr(depth)),
            20 => format!(
                "({} if {} else {})",
                self.expr(depth),
                self.expr(depth),
                self.expr(depth)
            ),
            21 => {
                let (a, b) = (self.name(), self.name());
                format!("f\"{{{a}}}-{{{b}!r}}\"")
            }
            22 => format!(
                "{}(*{})",
                self.of(&["helper", "max", "print", "zip"]),
                self.expr(depth)
            ),
            _ => format!("{}{}", self.of(&["-", "not ", "~"]), self.expr(depth)),
        }
    }

    /// An expression that is very likely of this kind.
    fn typed(&mut self, kind: Kind, depth: u32) -> String {
        let last = depth == 0 || self.dice.percent(10.0);
        let depth = depth.saturating_sub(1);
        let choice = if last { 0 } else { self.dice.range(1, 9) };
        match (kind, choice) {
            (Kind::Number, 0) => self.of(&["n", "2", "3", "7", "100", "len(s)", "i"]).into(),
            (Kind::Number, 1..=5) => {
                let (a, b) = (self.typed(kind, depth), self.typed(kind, depth));
                let sign = self.of(&["+", "-", "*", "*", "//", "%", "&", "|", "^", "<<", ">>"]);
                format!("({a} {sign} {b})")
            }
            (Kind::Number, 6) => format!("len({})", self.typed(Kind::Text, depth)),
            (Kind::Number, 7) => format!("len({})", self.typed(Kind::List, depth)),
            (Kind::Number, 8) => format!("sum(range({}))", self.typed(kind, depth)),
            (Kind::Number, _) => format!("abs({})", self.typed(kind, depth)),
            (Kind::Text, 0) => self.of(&["s", "key", "\"ab\"", "\"a,b\"", "str(n)"]).into(),
            (Kind::Text, 1 | 2) => {
                let (a, b) = (self.typed(kind, depth), self.typed(kind, depth));
                format!("({a} + {b})")
            }
            (Kind::Text, 3) => {
                let (a, b) = (self.typed(kind, depth), self.typed(Kind::Number, depth));
                format!("({a} * {b})")
            }
            (Kind::Text, 4) => {
                let (a, b) = (self.typed(kind, depth), self.typed(kind, depth));
                format!("{a}.replace(\"a\", {b})")
            }
            (Kind::Text, 5) => {
                let (a, b) = (self.typed(kind, depth), self.typed(Kind::List, depth));
                format!("{a}.join([str(i) for i in {b}])")
            }
            (Kind::Text, 6) => format!("\"%s-%s\" % (s, {})", self.typed(kind, depth)),
            (Kind::Text, 7) => format!("\"{{}}{{}}\".format(s, {})", self.typed(Kind::List, depth)),
            (Kind::Text, 8) => format!("str({})", self.typed(Kind::List, depth)),
            (Kind::Text, _) => format!("{}[1:]", self.typed(kind, depth)),
            (Kind::List, 0) => self
                .of(&["x", "[n]", "list(t)", "[[], x]", "d.items()"])
                .into(),
            (Kind::List, 1 | 2) => {
                let (a, b) = (self.typed(kind, depth), self.typed(kind, depth));
                format!("({a} + {b})")
            }
            (Kind::List, 3) => {
                let (a, b) = (self.typed(kind, depth), self.typed(Kind::Number, depth));
                format!("({a} * {b})")
            }
            (Kind::List, 4) => format!("list(range({}))", self.typed(Kind::Number, depth)),
            (Kind::List, 5) => {
                let (a, b) = (self.typed(kind, depth), self.typed(kind, depth));
                format!("[{a} for i in {b}]")
            }
            (Kind::List, 6) => format!("{}.split(\"a\")", self.typed(Kind::Text, depth)),
            (Kind::List, 7) => format!("sorted({}, key=str)", self.typed(kind, depth)),
            (Kind::List, 8) => format!("enumerate({})", self.typed(kind, depth)),
            (Kind::List, _) => format!("[x, {}]", self.typed(kind, depth)),
        }
    }

    /// A line that keeps the kinds of the names, so that a program goes on for long.
    fn growth(&mut self, indent: usize) {
        let text = match self.dice.range(0, 11) {
            0 => format!("n = {}", self.typed(Kind::Number, 3)),
            1 => format!(
                "n {} {}",
                self.of(&["+=", "*=", "<<=", "|=", "^="]),
                self.typed(Kind::Number, 2)
            ),
            2 => format!("s = {}", self.typed(Kind::Text, 3)),
            3 => format!("s += {}", self.typed(Kind::Text, 2)),
            4 => format!("x = {}", self.typed(Kind::List, 3)),
            5 => format!("x += {}", self.typed(Kind::List, 2)),
            6 => format!("x.append({})", self.typed(Kind::List, 2)),
            7 => "x.extend(x)".into(),
            8 => format!(
                "d[{}] = {}",
                self.typed(Kind::Number, 2),
                self.typed(Kind::List, 2)
            ),
            9 => format!("t = (t, {})", self.typed(Kind::Number, 1)),
            10 => format!("d.update([({}, x)])", self.typed(Kind::Text, 1)),
            _ => format!(
                "if x == {}:\n{}    n += 1",
                self.typed(Kind::List, 1),
                "    ".repeat(indent)
            ),
        };
        self.line(indent, &text);
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.lines = self.lines.saturating_sub(1);
        self.out.push_str(&"    ".repeat(indent));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn block(&mut self, indent: usize) {
        let count = self.dice.range(1, 5);
        for _ in 0..count {
            self.statement(indent);
        }
    }

    fn statement(&mut self, indent: usize) {
        if self.lines == 0 || indent > 5 {
            return self.line(indent, "pass");
        }
        match self.dice.range(0, 15) {
            0..=3 => {
                let text = format!("{} = {}", self.name(), self.expr(3));
                self.line(indent, &text);
            }
            4 | 5 => {
                let text = format!("{} {} {}", self.name(), self.of(&MODIFIERS), self.expr(2));
                self.line(indent, &text);
            }
            6 => {
                let text = format!("{}[{}] = {}", self.name(), self.expr(1), self.expr(2));
                self.line(indent, &text);
            }
            7 => {
                let operator = self.of(&MODIFIERS);
                let text = format!(
                    "{}[{}] {operator} {}",
                    self.name(),
                    self.expr(1),
                    self.expr(2)
                );
                self.line(indent, &text);
            }
            8 => {
                let text = self.expr(3);
                self.line(indent, &text);
            }
            9 | 10 => {
                let text = format!("for {} in {}:", self.name(), self.expr(2));
                self.line(indent, &text);
                self.block(indent + 1);
            }
            11 => {
                let text = format!("for i in range({}):", self.of(&NUMBERS));
                self.line(indent, &text);
                self.block(indent + 1);
            }
            12 => {
                let text = format!("if {}:", self.expr(2));
                self.line(indent, &text);
                self.block(indent + 1);
            }
            13 => {
                let text = format!("def f({}):", self.name());
                self.line(indent, &text);
                self.block(indent + 1);
                let text = format!("return {}", self.expr(2));
                self.line(indent + 1, &text);
            }
            14 => {
                let text = format!("{}, {} = {}", self.name(), self.name(), self.expr(2));
                self.line(indent, &text);
            }
            _ => {
                let text = format!("state[{}] = {}", self.expr(1), self.expr(2));
                self.line(indent, &text);
            }
        }
    }
}

/// A program of sound grammar.
pub fn random(seed: u64) -> String {
    let mut maker = Maker::new(seed, 0);
    maker.out.push_str(PRELUDE);
    maker.out.push_str("def hash(key):\n");
    for first in [
        "x = [1, [2], \"c\"]",
        "s = key + \"é\"",
        "d = {\"a\": 1, 2: [3]}",
        "n = 5",
        "t = (1, \"a\", (2,))",
        "f = lambda a: a",
        "r = struct(x=1, y=[2])",
    ] {
        maker.line(1, first);
    }
    maker.line(1, "i = 1");
    if maker.dice.percent(60.0) {
        let rounds = maker.of(&["3", "20", "1000", "100000"]);
        maker.line(1, &format!("for i in range({rounds}):"));
        for _ in 0..maker.dice.range(1, 5) {
            maker.growth(2);
        }
    }
    for _ in 0..maker.dice.range(0, 5) {
        maker.statement(1);
    }
    let answer = maker.expr(2);
    maker.line(1, &format!("return {answer}"));
    maker.out
}

/// Good programs that mutation starts from.
pub const GOOD: [&str; 6] = [
    include_str!("good/fnv.star"),
    include_str!("good/router.star"),
    include_str!("good/policy.star"),
    include_str!("good/bucket.star"),
    include_str!("good/words.star"),
    include_str!("good/odd.star"),
];

/// What a mutation puts in.
const PIECES: [&str; 40] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    "f\"{",
    ":",
    ",",
    ".",
    "=",
    "==",
    "+=",
    "**",
    "*",
    "<<",
    " 1000000000 ",
    " range(1000000000000)",
    "\n",
    "\n    ",
    "    ",
    "\t",
    "\\",
    "#",
    " for ",
    " in ",
    " if ",
    " else ",
    " lambda x: ",
    " not ",
    "return ",
    "def f():\n",
    "while True:\n",
    "import os\n",
    "é",
    "\u{0}",
    "\u{feff}",
];

/// What may stand for another without harm to the grammar.
const ALIKE: [&[&str]; 5] = [
    &[
        " + ", " - ", " * ", " // ", " % ", " & ", " | ", " ^ ", " << ", " >> ", " == ", " < ",
    ],
    &[
        "0",
        "1",
        "2",
        "10",
        "100",
        "1000000",
        "123456789012345678901",
        "-1",
        "0.5",
    ],
    &[
        "len(",
        "str(",
        "list(",
        "sorted(",
        "sum(",
        "range(",
        "enumerate(",
        "min(",
        "tuple(",
    ],
    &["key", "h", "nodes", "counts", "workers", "state", "None"],
    &[" += ", " -= ", " *= ", " <<= ", " |= ", " = "],
];

/// A good program with some parts in the place of others.
fn swapped(text: &str, dice: &mut Stream) -> String {
    let mut text = text.to_owned();
    for _ in 0..dice.range(1, 6) {
        let alike = ALIKE[dice.index(ALIKE.len())];
        let old = alike[dice.index(alike.len())];
        let places: Vec<usize> = text.match_indices(old).map(|(at, _)| at).collect();
        if !places.is_empty() {
            let at = places[dice.index(places.len())];
            text.replace_range(at..at + old.len(), alike[dice.index(alike.len())]);
        }
    }
    text
}

/// A good program with a few changes: bytes, pieces, lines.
pub fn mutated(seed: u64) -> String {
    let mut dice = Stream::derive(seed, Purpose::Chaos, 1);
    if dice.percent(50.0) {
        let good = GOOD[dice.index(GOOD.len())];
        return swapped(good, &mut dice);
    }
    let mut text: Vec<char> = match dice.percent(20.0) {
        true => random(seed),
        false => GOOD[dice.index(GOOD.len())].to_owned(),
    }
    .chars()
    .collect();
    for _ in 0..dice.range(1, 3) {
        let at = dice.index(text.len() + 1);
        let end = (at + dice.range(1, 12) as usize).min(text.len());
        match dice.range(0, 6) {
            0 => {
                text.drain(at..end);
            }
            1 | 2 => {
                let piece = PIECES[dice.index(PIECES.len())];
                text.splice(at..at, piece.chars());
            }
            3 => {
                let part: Vec<char> = text[at..end].to_vec();
                let to = dice.index(text.len() + 1);
                text.splice(to..to, part);
            }
            4 => {
                let piece = PIECES[dice.index(PIECES.len())].repeat(dice.range(2, 300) as usize);
                text.splice(at..at, piece.chars());
            }
            5 => {
                if let Some(character) = text.get_mut(at) {
                    *character = char::from(dice.range(1, 127) as u8);
                }
            }
            _ => {
                let mut lines: Vec<String> =
                    String::from_iter(&text).lines().map(String::from).collect();
                let (one, other) = (dice.index(lines.len()), dice.index(lines.len()));
                if !lines.is_empty() {
                    lines.swap(one, other);
                }
                text = lines.join("\n").chars().collect();
            }
        }
    }
    text.into_iter().collect()
}
