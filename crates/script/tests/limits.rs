//! Greedy, endless and deep programs: each ends with a fault that has a place, in bounded time
//! and memory.

use std::time::Instant;

use faultline_script::memory::{self, Counting};
use faultline_script::{Fault, Kind, Limits, Source, record};
use faultline_systems::code::{Datum, FunctionSpec};

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
