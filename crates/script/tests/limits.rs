//! Greedy, endless and deep programs: each ends with a fault that has a place, in bounded time
//! and memory.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use faultline_script::memory::{self, Counting};
use faultline_script::{Fault, Kind, Limits, Source, record};
use faultline_sim::Time;
use faultline_systems::code::{Datum, FunctionSpec, Turn};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const HASH: FunctionSpec = FunctionSpec {
    usage: "hash(key)",
    help: "A whole number for a key.",
};

/// Runs a program with one key: its fault or its answer, the seconds and the most bytes it took.
fn run(text: &str, limits: &Limits) -> (Result<Datum, Fault>, f64, usize) {
    let source = Source {
        name: "hash.star",
        text,
    };
    let keys = ["user_1".to_owned()];
    let before = memory::taken();
    memory::reset_peak();
    let start = Instant::now();
    let result = record(source, limits, 1, &[HASH], |program| {
        program.each("hash", &[], &keys)
    });
    let seconds = start.elapsed().as_secs_f64();
    let bytes = usize::try_from(memory::peak() - before).unwrap_or(0);
    let answer = result.map(|(answers, ..)| answers.unwrap().values[0].clone());
    (answer, seconds, bytes)
}

/// A program with this body of `hash(key)`.
fn body(lines: &str) -> String {
    let lines = lines.trim().lines().map(|line| format!("    {line}\n"));
    format!(
        "def hash(key):\n{}    return 1\n",
        lines.collect::<String>()
    )
}

/// Bodies of `hash(key)` that ask for too much.
const GREEDY: &[&str] = &[
    // Loops.
    "for i in range(1000000000000):\n    pass",
    "for i in range(10000000):\n    pass",
    "for i in range(100000):\n    for j in range(100000):\n        pass",
    "x = [1]\nfor i in range(100000):\n    for j in range(100000):\n        x[0] += 1",
    "[[i + j for i in range(100000)] for j in range(100000)]",
    "[1 for i in range(10000000) if False]",
    // Texts.
    "x = \"a\" * 1000000000",
    "x = 1000000000 * \"a\"",
    "x = \"a\"\nfor i in range(100):\n    x = x + x",
    "x = \"a\"\nfor i in range(100):\n    x += x",
    "x = \"a\"\nfor i in range(100):\n    x *= 2",
    "x = \"a\"\nfor i in range(100):\n    x = \"%s%s\" % (x, x)",
    "x = \"a\"\nfor i in range(100):\n    x = \"%s%s\"\n    x %= (x, x)\n    x = x + x",
    "x = \"a\"\nfor i in range(100):\n    x = \"{}{}\".format(x, x)",
    "x = \"a\"\nfor i in range(100):\n    x = \"{0}{0}{0}\".format(x)",
    "x = \"a\"\nfor i in range(100):\n    x = f\"{x}{x}\"",
    "x = \"a\"\nfor i in range(100):\n    x = x.join([x] * 1000)",
    "x = \"aa\"\nfor i in range(100):\n    x = x.replace(\"a\", x)",
    "x = \"aa\"\nfor i in range(100):\n    x = x.replace(\"\", x)",
    "x = [\"a\"]\nfor i in range(100):\n    x[0] += x[0]",
    "x = \"a\" * 200000\ny = []\nfor i in range(100000):\n    y.append(x + str(i))",
    "x = \"a\" * 200000\ny = [x[1:] for i in range(100000)]",
    "x = \"a\" * 200000\ny = [x.upper() for i in range(100000)]",
    "x = \"a,\" * 100000\ny = [x.split(\",\") for i in range(100000)]",
    "x = \"a\" * 200000\ny = [list(x.elems()) for i in range(100000)]",
    "x = \"a\" * 200000\ny = [repr(x) for i in range(100000)]",
    "x = \"a\" * 200000\ny = [bytes(x) for i in range(100000)]",
    "x = \"a\" * 200000\ny = [x.partition(\"b\") for i in range(100000)]",
    "x = \"ab\" * 100000\ny = [x.title() for i in range(1000000)]",
    "x = \"a\" * 200000\ny = [x.startswith(x) for i in range(10000000)]",
    "x = \"a\" * 200000\ny = [x.isalpha() for i in range(10000000)]",
    "x = bytes(\"ab\") * 1000000000",
    "x = b\"ab\"\nfor i in range(100):\n    x = x + x",
    "x = b\"ab\" * 100000\ny = str(x)",
    "x = \"aa\"\nfor i in range(100):\n    f = x.replace\n    x = f(\"a\", x)",
    "x = \"aa\"\nfor i in range(100):\n    x = getattr(x, \"replace\")(\"a\", x)",
    "x = \"aa\"\nfor i in range(100):\n    x = max(map(x.join, [[x] * 1000]))",
    "x = [1]\nf = x.extend\nfor i in range(100):\n    f(x)",
    // Lists.
    "x = [0] * 1000000000",
    "x = 1000000000 * [0]",
    "x = (0,) * 1000000000",
    "x = list(range(1000000000000))",
    "x = list(range(10000000))",
    "x = tuple(range(10000000))",
    "x = sorted(range(10000000))",
    "x = [0]\nfor i in range(100):\n    x = x + x",
    "x = [0]\nfor i in range(100):\n    x += x",
    "x = [0]\nfor i in range(100):\n    x.extend(x)",
    "x = [0]\nfor i in range(100):\n    x *= 2",
    "x = []\nfor i in range(100000000):\n    x.append(i)",
    "x = []\nfor i in range(3000000):\n    x.append([i])",
    "x = []\nfor i in range(1000000):\n    x.insert(0, i)",
    "x = list(range(1000000))\nfor i in range(1000000):\n    x.pop(0)",
    "x = list(range(1000000))\ny = [(-1 in x) for i in range(1000000)]",
    "x = list(range(1000000))\ny = [x == list(x) for i in range(1000000)]",
    "x = list(range(1000000))\ny = [sum(x) for i in range(1000000)]",
    "x = list(range(1000000))\ny = [max(x) for i in range(1000000)]",
    "x = list(range(1000000))\ny = [sorted(x) for i in range(1000000)]",
    "x = list(range(1000000))\ny = [reversed(x) for i in range(1000000)]",
    "x = list(range(1000000))\ny = [enumerate(x) for i in range(1000000)]",
    "x = list(range(1000000))\ny = [zip(x, x, x) for i in range(1000000)]",
    "x = list(range(1000000))\ny = [x[1:] for i in range(1000000)]",
    "x = list(range(1000000))\ny = [str(x) for i in range(1000000)]",
    "x = list(range(1000000))\nprint(*x)",
    "x = list(range(100000))\ny = [any([False] * 100000) for i in range(1000000)]",
    "print(*range(1000000000))",
    "x = max(*range(10000000))",
    "x = [map(str, range(1000000)) for i in range(100000)]",
    "x = [filter(None, range(1000000)) for i in range(100000)]",
    "x = [() for i in range(10000000)]",
    "x = [struct(a=i) for i in range(10000000)]",
    "x = [lambda: i for i in range(10000000)]",
    // Dictionaries.
    "x = {}\nfor i in range(10000000):\n    x[i] = i",
    "x = {i: i for i in range(10000000)}",
    "x = {}\nfor i in range(10000000):\n    x.setdefault(i, [])",
    "x = [{} for i in range(10000000)]",
    "x = [{i: i} for i in range(10000000)]",
    "x = {i: i for i in range(100000)}\ny = [dict(x) for i in range(100000)]",
    "x = {i: i for i in range(100000)}\ny = [x.items() for i in range(100000)]",
    "x = {i: i for i in range(100000)}\ny = [x.keys() for i in range(100000)]",
    "x = {i: i for i in range(100000)}\ny = [x | {} for i in range(100000)]",
    "x = {i: i for i in range(100000)}\ny = [x == dict(x) for i in range(100000)]",
    // Numbers.
    "x = 1 << 1000000000",
    "x = 1\nx <<= 1000000000",
    "x = 3\nfor i in range(100):\n    x = x * x",
    "x = 3\nfor i in range(100):\n    x *= x",
    "x = 3\nfor i in range(10000000):\n    x = x * 3",
    "x = 3\nfor i in range(10000000):\n    x <<= 1",
    "x = pow(3, 1000000000)",
    "x = pow(3, pow(3, 5000), pow(3, 9000))\nfor i in range(1000):\n    x = pow(3, pow(3, 5000), pow(3, 9000))",
    "x = int(\"9\" * 100000)",
    "x = [pow(3, 9000) + i for i in range(1000000)]",
    "x = pow(3, 9000)\ny = [x // 7 + x % 11 for i in range(10000000)]",
    "x = pow(3, 9000)\ny = [str(x) for i in range(10000000)]",
    // Deep values.
    "x = []\nfor i in range(100000):\n    x = [x]\ny = str(x)",
    "x = []\nfor i in range(100000):\n    x = [x]\nprint(x)",
    "x = []\ny = []\nfor i in range(100000):\n    x = [x]\n    y = [y]\nz = x == y",
    "x = []\ny = []\nfor i in range(100000):\n    x = [x]\n    y = [y]\nz = x < y",
    "x = []\ny = []\nfor i in range(100000):\n    x = [x]\n    y = [y]\nz = x in [y]",
    "x = []\ny = []\nfor i in range(100000):\n    x = [x]\n    y = [y]\nz = [y].index(x)",
    "x = []\ny = []\nfor i in range(100000):\n    x = [x]\n    y = [y]\nz = sorted([x, y])",
    "x = []\ny = []\nfor i in range(100000):\n    x = [x]\n    y = [y]\nz = max(x, y)",
    "x = []\nfor i in range(100000):\n    x = [x]\ny = \"%s\" % x",
    "x = []\nfor i in range(100000):\n    x = [x]\ny = \"%s\" % (x,)",
    "x = []\nfor i in range(100000):\n    x = [x]\ny = f\"{x}\"",
    "x = []\nfor i in range(100000):\n    x = [x]\ny = \"{}\".format(x)",
    "x = []\nfor i in range(100000):\n    x = [x]\ny = repr(x)",
    "x = []\nfor i in range(100000):\n    x = [x]\nfail(x)",
    "x = []\nfor i in range(100000):\n    x = {1: x}\ny = str(x)",
    "x = ()\nfor i in range(100000):\n    x = (x,)",
    "x = ()\nfor i in range(100000):\n    x = (x, x)",
    "x = ()\nfor i in range(100000):\n    x = struct(x=x)",
    "x = ()\nfor i in range(100000):\n    x = tuple([x])",
    "x = ()\nfor i in range(100000):\n    x = zip([x])[0]",
    "x = ()\nfor i in range(100000):\n    x = enumerate([x])[0]",
    "x = ()\nfor i in range(100000):\n    x = {1: x}.items()[0]",
    "x = ()\nfor i in range(100000):\n    x = (1,) + (x,)",
    "def f(*a):\n    return a\nx = ()\nfor i in range(100000):\n    x = f(x)\ny = {x: 1}",
    "x = []\nfor i in range(60):\n    x = [x, x]\ny = str(x)",
    "x = []\ny = []\nfor i in range(60):\n    x = [x, x]\n    y = [y, y]\nz = x == y",
    "x = []\nx.append(x)\ny = str(x)",
    "x = []\nx.append(x)\ny = [x] == [x, 1]\nz = [[x]] < [[x, 1]]",
    "x = {}\nx[1] = x\nprint(x)",
    "x = []\nx.append(x)\ny = []\ny.append(y)\nz = x == y",
    // Calls.
    "def f(n):\n    return f(n)\nx = f(1)",
    "def f(n):\n    return sorted([n], key=f)\nx = f(1)",
    "f = lambda n: f(n)\nx = f(1)",
    "def f(n):\n    return [f(n) for i in range(2)]\nx = f(1)",
    "def f(n):\n    return map(f, [n])\nx = f(1)",
    "def f(n):\n    return max([n], key=f)\nx = f(1)",
    "s = [None]\ns[0] = ConsistentHashingStrategy([\"a\"], hash=lambda k: s[0].get_node(k))\nfor i in range(10000):\n    ConsistentHashingStrategy([\"a\"] * 100, virtual_nodes=1000)",
    "x = [ConsistentHashingStrategy([\"a\"] * 100, virtual_nodes=1000) for i in range(10000)]",
    "x = [sha256(\"a\" * 200000) for i in range(10000000)]",
    "for i in range(10000000):\n    print(\"a\" * 1000)",
];

#[test]
fn greedy_programs_end_in_time_within_memory_and_with_a_place() {
    // Smaller than those of a lesson, so that the test is quick.
    let limits = Limits {
        question_steps: 300_000,
        memory_bytes: 32 << 20,
        ..Limits::default()
    };
    let mut slowest = (0.0, "");
    let mut largest = (0, "");
    for lines in GREEDY {
        let (answer, seconds, bytes) = run(&body(lines), &limits);
        println!(
            "{seconds:7.3} s {:6.1} MB  {}  <- {lines:?}",
            bytes as f64 / 1e6,
            match &answer {
                Ok(answer) => format!("fine: {}", answer.describe()),
                Err(fault) => fault.to_string(),
            }
        );
        if seconds > slowest.0 {
            slowest = (seconds, lines);
        }
        if bytes > largest.0 {
            largest = (bytes, lines);
        }
        if let Err(fault) = answer {
            assert!(fault.line > 1, "{fault}: {lines}");
            assert!(
                matches!(fault.kind, Kind::Limit | Kind::Runtime),
                "{fault:?}"
            );
        }
    }
    println!("slowest {slowest:?}, largest {largest:?}");
    assert!(slowest.0 < 5.0, "{slowest:?}");
    assert!(largest.0 < 2 * limits.memory_bytes, "{largest:?}");
}

/// Texts that would make a parser call itself too often.
fn deep_texts() -> Vec<String> {
    let many = |part: &str, times: usize| part.repeat(times);
    let indented = |times: usize| -> String {
        let line = |depth: usize| format!("{}if 1:\n", " ".repeat(depth));
        (0..times).map(line).collect::<String>() + &" ".repeat(times) + "x = 1\n"
    };
    vec![
        format!("x = {}1{}\n", many("(", 9000), many(")", 9000)),
        format!("x = {}{}\n", many("[", 9000), many("]", 9000)),
        format!("x = {}1{}\n", many("{1:", 4000), many("}", 4000)),
        format!("x = {}\n", many("(", 9000)),
        format!("x = {}1\n", many("not ", 4000)),
        format!("x = {}1\n", many("-", 9000)),
        format!("x = {}1\n", many("~", 9000)),
        format!("x = {}1\n", many("1+", 9000)),
        format!("x = {}1\n", many("1 and ", 3000)),
        format!("x = {}1\n", many("1 or ", 3000)),
        format!("x = {}1\n", many("1 if 1 else ", 1500)),
        format!("x = {}1\n", many("lambda: ", 2000)),
        format!("x = {}1{}\n", many("len(", 3000), many(")", 3000)),
        format!("x = len{}\n", many("()", 9000)),
        format!("x = \"\"{}\n", many(".upper()", 2000)),
        format!("x = \"\"{}\n", many(".a", 9000)),
        format!("x = [0]{}\n", many("[0]", 6000)),
        format!("x = [0]{}\n", many("[:]", 6000)),
        format!("x = {}1{}\n", many("[i for i in ", 1200), many("]", 1200)),
        format!("x = [1{}]\n", many(" for i in [1]", 1000)),
        format!("x = [1{}]\n", many(" if 1", 3000)),
        format!("x = f\"{}1{}\"\n", many("{f'{", 1500), many("}'}", 1500)),
        format!("x = {}1{}\n", many("f\"{(", 2000), many(")}\"", 2000)),
        format!("{}x = 1\n", many("def f():\n ", 1000)),
        indented(150),
        format!("if 1:\n pass\n{}", many("elif 1:\n pass\n", 1000)),
        format!(
            "if 1:\n pass\n{}",
            many("elif [x for x in []]:\n pass\n", 500)
        ),
        format!("x{} = 1\n", many("[0]", 6000)),
        format!("{}x{} = 1\n", many("(", 9000), many(")", 9000)),
        format!("{}x = 1\n", many("x, ", 6000)),
        format!("x = [{}]\n", many("1,", 9000)),
        format!("x = len({})\n", many("1,", 9000)),
        format!("def f({}): pass\n", many("x,", 9000)),
        format!("x = {}\n", many("9", 19_000)),
        format!("x = 0x{}\n", many("f", 19_000)),
        format!("x = 1e{}\n", many("9", 19_000)),
        many("x = 1\n", 3300),
        many("x", 30_000),
        many("\n", 20_000),
        many(";", 20_000),
        many("\\\n", 10_000),
        many("\"", 20_000),
        many("f\"{", 6000),
    ]
}

#[test]
fn deep_texts_are_refused_and_shallow_ones_read_on_a_browsers_stack() {
    // A browser's worker has about 1 MB; frames of this build are larger than there.
    let small = std::thread::Builder::new().stack_size(2 << 20);
    let thread = small.spawn(|| {
        for text in deep_texts() {
            let start: String = text.chars().take(30).collect();
            let (answer, seconds, _) = run(&text, &Limits::default());
            assert!(seconds < 1.0, "{seconds} s: {start}");
            if let Err(fault) = answer {
                assert!(fault.line > 0, "{fault}: {start}");
            }
        }
        for (part, times) in [("-", 95), ("1 + ", 90), ("not ", 90), ("1 if 0 else ", 40)] {
            let text = format!("def hash(key):\n    return {}1\n", part.repeat(times));
            let (answer, ..) = run(&text, &Limits::default());
            answer.unwrap_or_else(|fault| panic!("{fault}"));
        }
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn a_program_stops_when_its_time_is_up_and_the_next_one_runs() {
    let asked = Rc::new(Cell::new(0));
    let counted = asked.clone();
    let limits = Limits {
        clock: Some(Rc::new(move || {
            counted.set(counted.get() + 1);
            counted.get() >= 5
        })),
        ..Limits::default()
    };
    let endless = body("for i in range(10000000):\n    pass");
    let (answer, ..) = run(&endless, &limits);
    let fault = answer.unwrap_err();
    assert_eq!(fault.kind, Kind::Stopped);
    assert_eq!((fault.line, fault.column), (2, 5));
    assert!(asked.get() >= 5);
    let (answer, ..) = run(&body("pass"), &Limits::default());
    assert_eq!(answer, Ok(Datum::Int(1)));
}

#[test]
fn what_questions_leave_behind_is_freed() {
    let text = "\
state = {}

def hash(key):
    parts = [key + str(i) for i in range(200)]
    state[key] = state.get(key, 0) + 1
    return [min(parts, key=lambda part: part + key), state[key]]
";
    let limits = Limits {
        memory_bytes: 16 << 20,
        steps: u64::MAX,
        ..Limits::default()
    };
    let source = Source {
        name: "hash.star",
        text,
    };
    let questions = 10_000;
    let recorded = record(source, &limits, 1, &[HASH], |program| {
        let mut last = None;
        for number in 0..questions {
            let turn = Turn {
                node: 0,
                life: Time(0),
                number,
            };
            let key = || vec![Datum::Text(format!("user_{}", number % 100))];
            last = program.ask("hash", turn, &key);
        }
        last
    });
    let (last, _, stats) = recorded.unwrap_or_else(|fault| panic!("{fault}"));
    let Some(Datum::List(last)) = last else {
        panic!("{last:?}");
    };
    assert_eq!(last[1], Datum::Int(questions as i64 / 100));
    // Each question makes 200 texts of 24 bytes and more: 150 MB in all.
    assert!(stats.memory_bytes < limits.memory_bytes, "{stats:?}");
}

#[test]
fn a_million_questions_stay_within_memory() {
    let limits = Limits {
        // Its answers alone are 40 MB.
        memory_bytes: 80 << 20,
        ..Limits::default()
    };
    let source = Source {
        name: "hash.star",
        text: "def hash(key):\n    return len(key + key)\n",
    };
    let keys: Vec<String> = (0..1_000_000).map(|index| format!("{index:08}")).collect();
    let recorded = record(source, &limits, 1, &[HASH], |program| {
        program.each("hash", &[], &keys)
    });
    let (answers, _, stats) = recorded.unwrap_or_else(|fault| panic!("{fault}"));
    let answers = answers.unwrap();
    assert!(
        answers
            .values
            .iter()
            .all(|answer| *answer == Datum::Int(16))
    );
    assert_eq!(stats.questions, 1_000_000);
}

#[test]
fn what_is_nested_too_deep_to_be_freed_ends_at_the_memory_limit() {
    for state in [
        "state = [[]]\ndef grow():\n    for i in range(10000):\n        state[0] = [state[0]]\n",
        "state = [None]\ndef held(x):\n    return lambda: x\ndef grow():\n    for i in range(10000):\n        state[0] = held(state[0])\n",
        "state = [None]\ndef grow():\n    for i in range(10000):\n        def held(x=state[0]):\n            return x\n        state[0] = held\n",
        "_state = [[]]\ndef grow():\n    for i in range(10000):\n        _state[0] = [_state[0]]\n",
        "state = []\ndef grow():\n    state.append(state)\n    y = [0] * 10000\n",
    ] {
        let text = format!("{state}\ndef hash(key):\n    grow()\n    return 1\n");
        let limits = Limits {
            memory_bytes: 16 << 20,
            ..Limits::default()
        };
        let source = Source {
            name: "hash.star",
            text: &text,
        };
        let keys: Vec<String> = (0..1000).map(|index| index.to_string()).collect();
        let recorded = record(source, &limits, 1, &[HASH], |program| {
            program.each("hash", &[], &keys)
        });
        let fault = recorded.unwrap_err();
        assert_eq!(fault.kind, Kind::Limit, "{fault}");
        assert!(fault.message.contains("memory"), "{fault}");
    }
}
