//! The door for learner code, with programs that are written in Rust here.

use std::cell::RefCell;

use super::*;
use crate::lab::Lab;
use crate::testing::{number, replay};
use crate::{SystemInfo, Values, rate_limit, service, sharding};

type Remembers = dyn FnMut(&[Datum]) -> Datum;

/// A program, with the tape of its answers: what an engine is for learner code.
struct InRust {
    functions: &'static [&'static str],
    pure: fn(&str) -> Datum,
    remembers: RefCell<Box<Remembers>>,
    tape: RefCell<Tape>,
    refused: RefCell<Option<String>>,
}

impl InRust {
    fn pure(functions: &'static [&'static str], pure: fn(&str) -> Datum) -> Rc<Self> {
        Rc::new(Self {
            functions,
            pure,
            remembers: RefCell::new(Box::new(|_| Datum::None)),
            tape: RefCell::default(),
            refused: RefCell::default(),
        })
    }

    fn remembers(name: &'static [&'static str], answer: Box<Remembers>) -> Rc<Self> {
        let program = Self {
            remembers: RefCell::new(answer),
            ..Rc::into_inner(Self::pure(name, |_| Datum::None)).unwrap()
        };
        Rc::new(program)
    }

    fn tape(&self) -> Rc<Tape> {
        let functions = self.functions.iter().map(ToString::to_string).collect();
        Rc::new(Tape {
            functions,
            ..self.tape.borrow().clone()
        })
    }
}

impl Program for InRust {
    fn defines(&self, function: &str) -> bool {
        self.functions.contains(&function)
    }

    fn each(
        &self,
        function: &'static str,
        context: &[(&'static str, Vec<String>)],
        arguments: &[String],
    ) -> Option<Rc<Answers>> {
        let answers = Rc::new(Answers {
            values: arguments.iter().map(|text| (self.pure)(text)).collect(),
            steps: arguments.len() as u64,
        });
        let question = question(function, context, arguments);
        self.tape
            .borrow_mut()
            .each
            .insert(question, Rc::clone(&answers));
        Some(answers)
    }

    fn ask(
        &self,
        _function: &'static str,
        turn: Turn,
        arguments: &dyn Fn() -> Vec<Datum>,
    ) -> Option<Datum> {
        if let Some(known) = self.tape.borrow().turns.get(&turn) {
            return Some(known.clone());
        }
        let answer = (self.remembers.borrow_mut())(&arguments());
        self.tape.borrow_mut().turns.insert(turn, answer.clone());
        Some(answer)
    }

    fn refuse(&self, _function: &'static str, what: &str) {
        self.refused.borrow_mut().get_or_insert(what.into());
    }

    fn ended(&self) -> bool {
        self.refused.borrow().is_some()
    }
}

fn values(info: &SystemInfo, set: &[(&str, &str)]) -> Values {
    Values::parse(info.params, set).unwrap_or_else(|error| panic!("{error}"))
}

/// A run that asks a program, with its commands, at a time.
fn run(
    info: &SystemInfo,
    set: &[(&str, &str)],
    commands: &[(u64, &str)],
    seconds: u64,
    program: Rc<dyn Program>,
) -> Box<dyn Lab> {
    let code = info.code.as_ref().unwrap();
    let mut lab = (code.start)(&values(info, set), 7, program);
    for (at, text) in commands {
        lab.insert(Time::from_secs(*at), text).unwrap();
    }
    assert!(lab.seek(Time::from_secs(seconds), 10_000_000).reached);
    lab
}

/// FNV-1a, 32 bits, apart from the program that a learner would write.
fn fnv_1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[test]
fn a_learners_hash_places_keys_and_points() {
    let program = || InRust::pure(&["hash"], |text| Datum::Int(fnv_1a(text).into()));
    let lab = |strategy| {
        run(
            &sharding::INFO,
            &[("strategy", strategy)],
            &[],
            10,
            program(),
        )
    };
    let modulo = lab("modulo");
    let moved = (0..1_000).filter(|key| {
        let hash = fnv_1a(&format!("key_{key}"));
        hash % 3 != hash % 4
    });
    assert_eq!(number(&*modulo, "keys_moved"), moved.count() as f64);
    let ring = lab("ring");
    let moved = number(&*ring, "keys_moved");
    assert!(
        (150.0..350.0).contains(&moved),
        "{moved}: {}",
        replay(&*ring)
    );
    // A key that moves goes to the node that joined.
    assert_eq!(moved, number(&*ring, "node.D.keys"));
    for strategy in ["rendezvous", "jump"] {
        let moved = number(&*lab(strategy), "moved_percent");
        assert!((15.0..35.0).contains(&moved), "{strategy}: {moved}");
    }
    assert_eq!(number(&*ring, "hash_steps"), 1.0);
}

#[test]
fn a_bad_hash_is_judged_bad() {
    let judged = |pure| {
        let lab = run(
            &sharding::INFO,
            &[("strategy", "modulo")],
            &[],
            10,
            InRust::pure(&["hash"], pure),
        );
        ["chi_square", "avalanche", "load_max_over_mean"].map(|name| number(&*lab, name))
    };
    let [even, half, low] = judged(|text| Datum::Int(fnv_1a(text).into()));
    let [uneven, little, high] = judged(|text| Datum::Int(text.len() as i64));
    assert!(even < 7.8 && uneven > 1_000.0, "{even} {uneven}");
    assert!(half > 0.1 && little == 0.0, "{half} {little}");
    assert!(low < 1.4 && high > 2.0, "{low} {high}");
}

#[test]
fn a_router_says_where_each_key_lives() {
    let router = |text: &str| {
        let nodes = ["Node A", "Node B", "Node C"];
        Datum::Text(nodes[text.len() % 3].into())
    };
    let lab = run(
        &sharding::INFO,
        &[],
        &[],
        10,
        InRust::pure(&["get_node"], router),
    );
    // key_0 to key_9 have 5 letters, key_10 to key_99 six.
    assert_eq!(number(&*lab, "node.C.keys"), 10.0);
    assert_eq!(number(&*lab, "node.A.keys"), 90.0);
    assert_eq!(number(&*lab, "keys_moved"), 0.0);
}

#[test]
fn answers_of_no_use_are_refused_with_what_is_allowed() {
    let refusal = |functions, pure| {
        let program = InRust::pure(functions, pure);
        run(&sharding::INFO, &[], &[], 1, program.clone());
        program.refused.take().unwrap()
    };
    assert_eq!(
        refusal(&["hash"], |_| Datum::Int(-5)),
        "hash must return a whole number from 0 to 2**256 - 1, but hash(\"key_0\") is -5; \
         % (2**32) of a negative number is not negative"
    );
    assert_eq!(
        refusal(&["get_node"], |_| Datum::Text("Node Z".into())),
        "get_node must return one of the nodes, Node A, Node B or Node C, but \
         get_node(\"key_0\") is \"Node Z\""
    );
    let picks = InRust::remembers(&["pick"], Box::new(|_| Datum::Int(9)));
    run(
        &service::INFO,
        &[("policy", "custom")],
        &[],
        1,
        picks.clone(),
    );
    assert_eq!(
        picks.refused.take().unwrap(),
        "pick must return one of the workers, its id (1, 2, 3), or None to turn the request \
         away, but it returned 9"
    );
    let allows = InRust::remembers(&["allow"], Box::new(|_| Datum::Text("yes".into())));
    run(
        &rate_limit::INFO,
        &[("algorithm", "custom")],
        &[],
        1,
        allows.clone(),
    );
    assert_eq!(
        allows.refused.take().unwrap(),
        "allow must return True, False, or the seconds to wait from 0 to 3600, but it returned \
         \"yes\""
    );
}

/// Picks the workers in turn.
fn in_turn() -> Rc<InRust> {
    let mut turn = 0;
    let pick = move |arguments: &[Datum]| {
        let [Datum::Record(_), Datum::List(workers)] = arguments else {
            panic!("{arguments:?}");
        };
        turn += 1;
        workers[(turn - 1) % workers.len()].clone()
    };
    InRust::remembers(&["pick"], Box::new(pick))
}

#[test]
fn a_learners_policy_gets_the_requests_of_the_others() {
    let info = &service::INFO;
    let own = run(info, &[("policy", "custom")], &[], 20, in_turn());
    let mut built_in = (info.start)(&values(info, &[("policy", "round-robin")]), 7);
    assert!(built_in.seek(Time::from_secs(20), 10_000_000).reached);
    assert_eq!(own.fingerprint(), built_in.fingerprint());
    assert_eq!(own.metrics(), built_in.metrics());
}

#[test]
fn a_learners_limiter_takes_the_place_of_a_bucket() {
    // A token bucket: capacity 5, refill 5/s, one for each client.
    let mut buckets: Vec<(String, f64, f64)> = Vec::new();
    let allow = move |arguments: &[Datum]| {
        let [Datum::Text(client), Datum::Float(now)] = arguments else {
            panic!("{arguments:?}");
        };
        let known = buckets.iter().position(|(name, ..)| name == client);
        let at = known.unwrap_or_else(|| {
            buckets.push((client.clone(), 5.0, *now));
            buckets.len() - 1
        });
        let (_, tokens, last) = &mut buckets[at];
        *tokens = (*tokens + (now - *last) * 5.0).min(5.0);
        *last = *now;
        let passes = *tokens >= 1.0;
        *tokens -= f64::from(u8::from(passes));
        Datum::Bool(passes)
    };
    let info = &rate_limit::INFO;
    let program = InRust::remembers(&["allow"], Box::new(allow));
    let lab = run(info, &[("algorithm", "custom")], &[], 10, program);
    assert_eq!(number(&*lab, "client.good.rejected"), 0.0);
    let passed = number(&*lab, "client.bad.allowed");
    assert!(
        (50.0..60.0).contains(&passed),
        "{passed}: {}",
        replay(&*lab)
    );
}

#[test]
fn a_run_that_plays_the_tape_is_the_recorded_one() {
    let set = [("policy", "custom")];
    let commands = [
        (3, "kill 2"),
        (5, "crash balancer"),
        (6, "restart balancer --empty"),
    ];
    let program = in_turn();
    let recorded = run(&service::INFO, &set, &commands, 12, program.clone());
    let player = Rc::new(Player::new(program.tape()));
    let mut played = run(&service::INFO, &set, &commands, 12, player.clone());
    assert_eq!(played.fingerprint(), recorded.fingerprint());
    let at_the_end = played.metrics();
    for seconds in [1, 7, 4, 12] {
        assert!(played.seek(Time::from_secs(seconds), 10_000_000).reached);
    }
    assert_eq!(played.fingerprint(), recorded.fingerprint());
    assert_eq!(played.metrics(), at_the_end);
    assert!(!player.ended());
    // Beyond it nothing is known.
    assert!(played.seek(Time::from_secs(14), 10_000_000).reached);
    assert!(player.ended());
}

#[test]
fn a_question_is_named_by_all_of_it() {
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    let plain = question("hash", &[], &texts(&["ab", "c"]));
    assert_eq!(plain, question("hash", &[], &texts(&["ab", "c"])));
    for other in [
        question("hush", &[], &texts(&["ab", "c"])),
        question("hash", &[], &texts(&["a", "bc"])),
        question("hash", &[], &texts(&["abc"])),
        question("hash", &[("nodes", texts(&["A"]))], &texts(&["ab", "c"])),
    ] {
        assert_ne!(plain, other);
    }
}

#[test]
fn a_tape_says_when_it_has_ended() {
    let turn = |number| Turn {
        node: 1,
        life: Time::ZERO,
        number,
    };
    let mut tape = Tape {
        functions: vec!["pick".into()],
        ..Tape::default()
    };
    tape.turns.insert(turn(0), Datum::Int(2));
    let player = Player::new(Rc::new(tape));
    assert!(player.defines("pick") && !player.defines("hash"));
    assert_eq!(player.ask("pick", turn(0), &Vec::new), Some(Datum::Int(2)));
    assert!(!player.ended());
    assert_eq!(player.ask("pick", turn(1), &Vec::new), None);
    assert!(player.ended());
}

#[test]
fn names_of_functions_are_what_stands_before_the_bracket() {
    for system in crate::registry() {
        for function in system.code.iter().flat_map(|code| code.functions) {
            let (name, usage) = (function.name(), function.usage);
            assert!(usage.starts_with(&format!("{name}(")), "{usage}");
            assert!(!name.is_empty() && usage.ends_with(')'), "{usage}");
        }
    }
}
