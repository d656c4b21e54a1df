//! What a recording answers and keeps.

use std::rc::Rc;

use faultline_script::{Fault, Kind, Limits, Source, Stats, check, record};
use faultline_sim::Time;
use faultline_systems::code::{Datum, FunctionSpec, Player, Program, Tape, Turn};
use faultline_systems::sharding::hashing::{Hash, Placer, Strategy};

const HASH: FunctionSpec = FunctionSpec {
    usage: "hash(key)",
    help: "A whole number for a key.",
};
const GET_NODE: FunctionSpec = FunctionSpec {
    usage: "get_node(key)",
    help: "The node of a key.",
};
const PICK: FunctionSpec = FunctionSpec {
    usage: "pick(request, workers)",
    help: "One of the workers.",
};
const FUNCTIONS: [FunctionSpec; 3] = [HASH, GET_NODE, PICK];

fn run<R>(text: &str, work: impl FnOnce(Rc<dyn Program>) -> R) -> Result<(R, Tape, Stats), Fault> {
    let source = Source {
        name: "code.star",
        text,
    };
    record(source, &Limits::default(), 42, &FUNCTIONS, work)
}

fn keys(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("user_{index}")).collect()
}

fn turn(number: u64) -> Turn {
    Turn {
        node: 0,
        life: Time(0),
        number,
    }
}

fn one_key() -> Vec<Datum> {
    vec![Datum::Text("user_1".into())]
}

/// FNV-1a, 32 bits, in Rust.
fn fnv(text: &str) -> i64 {
    let fold = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(16_777_619);
    i64::from(text.bytes().fold(2_166_136_261, fold))
}

const FNV: &str = "\
import simulator

def hash(key):
    h = 2166136261
    for c in key.elems():
        h = ((h ^ ord(c)) * 16777619) & 0xFFFFFFFF
    return h
";

#[test]
fn a_hash_in_python_gives_what_the_same_hash_gives_in_rust() {
    let keys = keys(1_000);
    let (answers, tape, stats) = run(FNV, |program| program.each("hash", &[], &keys)).unwrap();
    let expected: Vec<_> = keys.iter().map(|key| Datum::Int(fnv(key))).collect();
    assert_eq!(answers.unwrap().values, expected);
    assert_eq!(tape.functions, ["hash"]);
    assert_eq!(stats.questions, 1_000);
    let player = Player::new(Rc::new(tape));
    let played = player.each("hash", &[], &keys).unwrap();
    assert_eq!(played.values, expected);
    assert!(!player.ended());
}

#[test]
fn a_hundred_thousand_keys_are_hashed_in_well_under_a_second() {
    let keys = keys(100_000);
    let start = std::time::Instant::now();
    run(FNV, |program| program.each("hash", &[], &keys)).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    println!("{seconds:.3} s");
    // In a build without optimisation, on a busy machine.
    assert!(seconds < 10.0, "{seconds} s");
}

#[test]
fn sha256_is_the_same_whole_number_as_in_the_sharding_lesson() {
    let text = "def hash(key):\n    return sha256(key)\n";
    let keys = keys(10);
    let (answers, ..) = run(text, |program| program.each("hash", &[], &keys)).unwrap();
    for (key, answer) in keys.iter().zip(&answers.unwrap().values) {
        let Datum::Large(bytes) = answer else {
            panic!("{answer:?}");
        };
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, Hash::of(key).hex());
    }
}

#[test]
fn strategies_place_keys_as_the_sharding_lesson_does() {
    let nodes: Vec<String> = ["Node A", "Node B", "Node C", "Node D"]
        .map(String::from)
        .into();
    let keys = keys(500);
    for (code, strategy, points) in [
        ("ModuloStrategy()", Strategy::Modulo, 1),
        ("ModuloStrategy(nodes)", Strategy::Modulo, 1),
        ("ConsistentHashingStrategy(nodes)", Strategy::Ring, 100),
        (
            "ConsistentHashingStrategy(nodes, virtual_nodes=7)",
            Strategy::Ring,
            7,
        ),
        (
            "ConsistentHashingStrategy(nodes, hash=lambda key: sha256(key))",
            Strategy::Ring,
            100,
        ),
        ("ModuloStrategy(nodes, hash=sha256)", Strategy::Modulo, 1),
    ] {
        let text =
            format!("strategy = {code}\n\ndef get_node(key):\n    return strategy.get_node(key)\n");
        let context = [("nodes", nodes.clone())];
        let (answers, ..) =
            run(&text, |program| program.each("get_node", &context, &keys)).unwrap();
        let placer = Placer::new(strategy, nodes.clone(), points);
        for (key, answer) in keys.iter().zip(&answers.unwrap().values) {
            let node =
                &nodes[placer.place_all(std::slice::from_ref(key), &[Hash::of(key)])[0] as usize];
            assert_eq!(*answer, Datum::Text(node.clone()), "{code}");
        }
    }
}

#[test]
fn a_picked_record_comes_back_as_it_was_given() {
    let text = "def pick(request, workers):\n    return min(workers, key=lambda w: w.active)\n";
    let worker = |id: i64, active: i64| {
        Datum::Record(vec![
            ("id".into(), Datum::Int(id)),
            ("active".into(), Datum::Int(active)),
            ("mean_ms".into(), Datum::Float(2.0)),
            ("name".into(), Datum::Text(format!("worker {id}"))),
        ])
    };
    let workers = vec![worker(1, 5), worker(2, 1), worker(3, 1)];
    let given = workers.clone();
    let (answer, ..) = run(text, |program| {
        program.ask("pick", turn(0), &|| {
            vec![Datum::Int(0), Datum::List(given.clone())]
        })
    })
    .unwrap();
    assert_eq!(answer, Some(workers[1].clone()));
}

const COUNTING: &str = "\
_state = {\"asked\": 0}

def hash(key):
    _state[\"asked\"] += 1
    return _state[\"asked\"]
";

#[test]
fn a_program_remembers_until_its_node_begins_a_new_life() {
    let ((), tape, _) = run(COUNTING, |program| {
        let ask = |node, life, number| {
            let life = Time(life);
            let turn = Turn { node, life, number };
            program.ask("hash", turn, &one_key)
        };
        assert_eq!(ask(0, 0, 0), Some(Datum::Int(1)));
        assert_eq!(ask(0, 0, 1), Some(Datum::Int(2)));
        assert_eq!(ask(7, 0, 0), Some(Datum::Int(1)), "another node's program");
        assert_eq!(ask(0, 0, 1), Some(Datum::Int(2)), "from the tape");
        assert_eq!(ask(0, 0, 2), Some(Datum::Int(3)));
        assert_eq!(ask(0, 1, 0), Some(Datum::Int(1)), "a new life");
        assert_eq!(ask(7, 0, 1), Some(Datum::Int(2)));
    })
    .unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(tape.turns.len(), 6);
}

#[test]
fn pure_functions_remember_nothing_from_one_question_to_the_next() {
    let keys = keys(2);
    run(COUNTING, |program| {
        let nodes = vec!["Node A".to_owned()];
        let first = program.each("hash", &[], &keys).unwrap();
        let second = program.each("hash", &[("nodes", nodes)], &keys).unwrap();
        assert_eq!(first.values, [Datum::Int(1), Datum::Int(2)]);
        assert_eq!(first, second);
    })
    .unwrap();
}

#[test]
fn the_same_seed_gives_the_same_random_numbers() {
    let text = "\
def hash(key):
    return [random(), randint(1, 6), choice([\"a\", \"b\", \"c\"])]
";
    let once = || {
        run(text, |program| {
            (0..20)
                .map(|number| program.ask("hash", turn(number), &one_key).unwrap())
                .collect::<Vec<_>>()
        })
        .unwrap()
    };
    let (first, tape, _) = once();
    assert_eq!((&first, &tape), (&once().0, &once().1));
    assert_ne!(first[0], first[1]);
}

#[test]
fn after_a_fault_no_question_is_answered() {
    let text = "def hash(key):\n    return key.nosuch\n";
    let mut asked = 0;
    let fault = run(text, |program| {
        let keys = keys(1);
        assert!(program.each("hash", &[], &keys).is_none());
        assert!(program.ask("hash", turn(0), &one_key).is_none());
        program.refuse("hash", "a later fault");
        asked += 1;
    })
    .unwrap_err();
    assert_eq!(asked, 1);
    assert_eq!((fault.line, fault.column), (2, 12));
    assert_eq!(fault.kind, Kind::Runtime);
}

#[test]
fn a_refused_answer_is_a_fault_at_the_function() {
    let text = "x = 1\n\ndef hash(key):\n    return key\n";
    let fault = run(text, |program| {
        program.refuse("hash", "hash has to return a whole number");
    })
    .unwrap_err();
    assert_eq!(
        fault.to_string(),
        "code.star:3:5: hash has to return a whole number"
    );
    assert_eq!(fault.kind, Kind::Answer);
}

#[test]
fn printed_lines_are_kept_with_and_without_a_fault() {
    let text = "def hash(key):\n    print(\"key\", key, 1)\n    return 1 // len(key[1:])\n";
    let asked = |key: &str| {
        let key = key.to_owned();
        run(text, move |program| program.each("hash", &[], &[key]))
    };
    assert_eq!(asked("ab").unwrap().2.printed, ["key ab 1"]);
    assert_eq!(asked("a").unwrap_err().printed, ["key a 1"]);
}

#[test]
fn checking_names_the_functions() {
    let source = Source {
        name: "code.star",
        text: FNV,
    };
    assert_eq!(check(source).unwrap(), ["hash"]);
}

#[test]
fn a_missing_field_is_told_with_those_that_are_there() {
    let worker = Datum::Record(vec![
        ("id".into(), Datum::Int(1)),
        ("active".into(), Datum::Int(0)),
    ]);
    for (field, message) in [
        ("actve", "a struct has no .actve: did you mean .active?"),
        ("busy", "a struct has no .busy; it has id, active"),
    ] {
        let text = format!("def pick(request, workers):\n    return workers[0].{field}\n");
        let given = || vec![Datum::Int(0), Datum::List(vec![worker.clone()])];
        let fault = run(&text, |program| program.ask("pick", turn(0), &given)).unwrap_err();
        assert_eq!(fault.message, message);
        assert_eq!((fault.line, fault.column), (2, 12));
    }
}

/// Answers as one number: FNV-1a, 64 bits, over how they are written.
fn fingerprint(text: &str, count: usize) -> String {
    let keys = keys(count);
    let (answers, ..) = run(text, |program| program.each("hash", &[], &keys)).unwrap();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for answer in &answers.unwrap().values {
        for byte in format!("{answer:?}").bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

#[test]
fn answers_are_those_that_the_engine_gives_in_a_browser() {
    // These numbers came from a WebAssembly build.
    for (body, count, expected) in [
        (
            "h = 2166136261\n    for c in key:\n        h = ((h ^ ord(c)) * 16777619) & 0xFFFFFFFF\n    return h",
            100_000,
            "eb6727c9d43f1c8a",
        ),
        ("return sha256(key) % 1000003", 100_000, "c31728a0892ca304"),
        (
            "x = 0.1\n    for c in key:\n        x = x * 1.37 + ord(c) / 7\n    return [x, str(x), f\"{x}\", round(x, 3), int(x)]",
            1_000,
            "e0f963660ca97907",
        ),
        (
            "return [random(), randint(1, 6), choice([\"a\", \"b\"])]",
            1_000,
            "5054dd95f0782ec2",
        ),
    ] {
        let text = format!("def hash(key):\n    {body}\n");
        assert_eq!(fingerprint(&text, count), expected, "{text}");
    }
}

#[test]
fn sorting_keeps_the_order_of_equals_and_refuses_what_has_none() {
    let text = "\
def hash(key):
    rows = [(i * 7919 % 10, i) for i in range(100)]
    up = sorted(rows, key=lambda row: row[0])
    down = sorted(rows, key=lambda row: row[0], reverse=True)
    for rows in [up, down]:
        for i in range(99):
            a, b = rows[i], rows[i + 1]
            if a[0] == b[0] and a[1] > b[1]:
                fail(\"equals are out of order\", a, b)
    return [row[0] for row in up] == [row[0] for row in reversed(down)]
";
    let keys = keys(1);
    let (answers, ..) = run(text, |program| program.each("hash", &[], &keys)).unwrap();
    assert_eq!(answers.unwrap().values, [Datum::Bool(true)]);
    let mixed = "def hash(key):\n    return sorted([1, \"a\", 2.5, None, []] * 20)\n";
    let fault = run(mixed, |program| program.each("hash", &[], &keys)).unwrap_err();
    assert_eq!((fault.line, fault.column), (2, 12));
    assert!(fault.message.contains("cannot be compared"), "{fault}");
}
