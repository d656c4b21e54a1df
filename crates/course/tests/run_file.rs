//! Run files: what is written is read back, and no text does harm.

mod fuzz;

use faultline_course::export::RunFileError;
use faultline_course::{Branch, Course, Run, Session};
use fuzz::{Random, for_each_case};

/// As version 1 was written when it was new. It stays readable.
const V1: &str = r#"{
  "product": "Faultline",
  "version": 1,
  "of": "sharding",
  "seed": 18446744073709551615,
  "params": {
    "strategy": "ring",
    "nodes": "4"
  },
  "compare": {
    "strategy": "modulo"
  },
  "commands": [
    { "at": "1s", "command": "crash A" },
    { "at": "1.5s", "command": "lookup \"ünïcödé\"" }
  ],
  "at": "1m",
  "steps": 3,
  "step": "grow",
  "code": "def hash(key):\n\treturn 1\n"
}
"#;

fn v1() -> Run {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut run = Run {
        of: "sharding".into(),
        seed: u64::MAX,
        params: vec![pair("strategy", "ring"), pair("nodes", "4")],
        code: "def hash(key):\n\treturn 1\n".into(),
        commands: vec![
            (1_000_000_000, "crash A".into()),
            (1_500_000_000, "lookup \"ünïcödé\"".into()),
        ],
        at: 60_000_000_000,
        steps: 3,
        compare: None,
        step: "grow".into(),
    };
    run.compare = Some(Branch {
        params: vec![pair("strategy", "modulo")],
        ..run.branch(0)
    });
    run
}

/// As version 2 was written when it was new: a run that forks. It stays readable.
const V2: &str = r#"{
  "product": "Faultline",
  "version": 2,
  "of": "05-sharding",
  "seed": 7,
  "commands": [
    { "at": "1s", "command": "crash A" },
    { "at": "2s", "command": "heal" }
  ],
  "fork": {
    "at": "1.5s",
    "pane": "ring",
    "params": {
      "virtual_nodes": "9"
    },
    "commands": [
      { "at": "2s", "command": "heal" },
      { "at": "2s", "command": "restart A" }
    ]
  },
  "at": "3s"
}
"#;

fn v2() -> Run {
    let mut run = Run {
        of: "05-sharding".into(),
        seed: 7,
        at: 3_000_000_000,
        ..Run::default()
    };
    run.place(1_000_000_000, "crash A");
    run.compare = Some(Branch {
        pane: "ring".into(),
        params: vec![("virtual_nodes".into(), "9".into())],
        ..run.branch(1_500_000_000)
    });
    run.place(2_000_000_000, "heal");
    let branch = run.compare.as_mut().expect("there");
    branch.commands.push((2_000_000_000, "restart A".into()));
    run
}

#[test]
fn the_form_is_pinned() {
    assert_eq!(v1().to_file().as_deref(), Ok(V1));
    assert_eq!(Run::from_file(V1), Ok(v1()));
    assert_eq!(Run::from_file(&format!("\u{feff}{V1}")), Ok(v1()));
    assert_eq!(v2().to_file().as_deref(), Ok(V2));
    assert_eq!(Run::from_file(V2), Ok(v2()));
}

#[test]
fn a_file_written_by_hand_needs_little_and_its_commands_come_in_order() {
    let run = Run::from_file(
        r#"{"version": 1, "product": "Faultline", "seed": 2, "of": "sharding", "commands": [
            {"command": "heal", "at": "2s"}, {"at": "500ms", "command": "crash A"},
            {"at": "2s", "command": "restart A"}]}"#,
    )
    .expect("a run");
    let commands: Vec<_> = run
        .commands
        .iter()
        .map(|(at, text)| (*at, &**text))
        .collect();
    assert_eq!(
        commands,
        [
            (500_000_000, "crash A"),
            (2_000_000_000, "heal"),
            (2_000_000_000, "restart A")
        ]
    );
    assert_eq!((run.seed, run.at, run.compare), (2, 0, None));
}

#[test]
fn each_fault_has_its_own_answer() {
    let with = |old: &str, new: &str| {
        assert!(V1.contains(old), "{old}");
        V1.replacen(old, new, 1)
    };
    let name = format!("\"{}\"", "x".repeat(65));
    for (text, says) in [
        ("", "not a run file"),
        ("{", "it ends too early at line 1, column 2"),
        ("null", "no object"),
        ("[]", "no object"),
        ("{\"id\":1,\"cause\":null}", "names no product"),
        (&with("Faultline", "Fault Line"), "its product is another"),
        (
            &with("\"version\": 1", "\"version\": \"1\""),
            "no whole number from 1",
        ),
        (
            &with("\"version\": 1", "\"version\": 0"),
            "no whole number from 1",
        ),
        (
            &with("\"version\": 1", "\"version\": 1.5"),
            "no whole number from 1",
        ),
        (
            &with("\"version\": 1", "\"version\": 3, \"new\": 1"),
            "version 3, made by a newer Faultline; this one reads versions up to 2",
        ),
        (
            &with("\"version\": 1", "\"version\": 2"),
            "\"compare\" is unknown or stands twice; allowed: of, seed, params, fork",
        ),
        (
            &V2.replacen("2,", "1,", 1),
            "\"fork\" is unknown or stands twice; allowed: of, seed, params, compare",
        ),
        (&V2.replacen("1.5s", "2.5s", 1), "stands before the fork"),
        (
            &V2.replacen("\"at\": \"1.5s\",", "", 1),
            "the fork's \"at\" is missing",
        ),
        (
            &V2.replacen("\"pane\"", "\"pan\"", 1),
            "the fork's \"pan\" is unknown",
        ),
        (
            &V2.replacen("\"ring\"", "7", 1),
            "the fork's \"pane\" is not a text",
        ),
        (
            &V2.replacen("\"fork\": {", "\"fork\": 7, \"code\": {", 1),
            "\"code\" is not a text",
        ),
        (
            &V2.replacen("\"at\": \"3s\"", "\"fork\": 7", 1),
            "\"fork\" is unknown or stands twice",
        ),
        (&with("\"seed\"", "\"seeds\""), "\"seed\" is missing"),
        (
            &with("\"step\"", "\"stop\""),
            "\"stop\" is unknown or stands twice; allowed: of, seed",
        ),
        (
            &with("18446744073709551615", "-1"),
            "\"seed\" is not a whole number from 0 to",
        ),
        (
            &with("18446744073709551615", "18446744073709551616"),
            "\"seed\" is not",
        ),
        (&with("  \"of\": \"sharding\",\n", ""), "\"of\" is missing"),
        (
            &with("\"sharding\"", "\"sharding\", \"of\": \"x\""),
            "\"of\" is unknown or stands twice",
        ),
        (&with("\"sharding\"", &name), "65 bytes; at most 64"),
        (&with("\"sharding\"", "\"../x\""), "names are made of"),
        (&with("\"sharding\"", "null"), "\"of\" is not a text"),
        (&with("\"nodes\"", "\"strategy\""), "strategy is set twice"),
        (&with("\"4\"", "4"), "\"params\" is not an object of texts"),
        (
            &with("\"1s\"", "\"soon\""),
            "a command's \"at\": \"soon\" is not a time",
        ),
        (&with("\"1s\"", "1"), "a command's \"at\" is not a text"),
        (
            &with("\"at\": \"1s\", ", ""),
            "a command's \"at\" is missing",
        ),
        (&with("\"1m\"", "\"1000000001s\""), "ns are allowed"),
        (&with("crash A", "crash\\nA"), "control character"),
        (
            &with("crash A", "crash\nA"),
            "a control character in a text at line",
        ),
        (
            &with("\"crash A\"", "\"crash A\", \"if\": 1"),
            "a command's \"if\" is unknown",
        ),
        (
            &with("\"commands\": [", "\"commands\": [7, "),
            "a command is not an object",
        ),
        (&with("\"steps\": 3", "\"steps\": 2000000"), "steps"),
        (&V1[..V1.len() - 4], "it ends too early at line"),
        (&format!("{V1}x"), "something follows its end"),
        (&"[".repeat(200_000), "too deep"),
        (&" ".repeat((1 << 20) + 1), "1048577 bytes"),
    ] {
        let error = Run::from_file(text).expect_err(text).to_string();
        assert!(error.contains(says), "{error:?} does not say {says:?}");
        assert!(!error.contains(char::is_control), "{error:?}");
        assert!(error.len() < 500, "{error:?}");
    }
}

#[test]
fn a_run_that_is_too_large_is_not_written() {
    let mut run = v1();
    run.commands = vec![(1, "\"".repeat(1_000)); 1_000];
    assert!(matches!(run.to_file(), Err(RunFileError::TooLarge { given }) if given > 2_000_000));
    run.commands = vec![(1, "x".into()); 1_001];
    assert!(matches!(run.to_file(), Err(RunFileError::Limit(_))));
}

fn any_run(random: &mut Random) -> Run {
    let printed: Vec<char> = " aZ09-_.,:;\"'\\/{}[]<>&=+@é世🧪\u{2028}".chars().collect();
    let params = |random: &mut Random| {
        let count = random.below(4);
        let names = ["nodes", "strategy", "x-1", "y_2"];
        let pair = |name: &&str| ((*name).to_owned(), random.text(&printed, 20));
        names[..count].iter().map(pair).collect::<Vec<_>>()
    };
    let commands = |random: &mut Random, from: u64| -> Vec<_> {
        let time = |random: &mut Random| from + random.next() % (1_000_000_000_000_001 - from);
        let mut commands: Vec<_> = (0..random.below(8))
            .map(|_| (time(random), random.text(&printed, 40)))
            .collect();
        commands.sort_by_key(|(at, _)| *at);
        commands
    };
    let mut run = Run {
        of: "sharding".into(),
        seed: random.next(),
        params: params(random),
        code: random.text(&printed, 60),
        commands: commands(random, 0),
        at: random.next() % 1_000_000_000_000_001,
        steps: random.next() % 3,
        compare: None,
        step: "grow".into(),
    };
    let from = random.next() % 1_000_000_000_000_001;
    run.compare = match random.below(4) {
        0 => Some(Branch {
            params: params(random),
            ..run.branch(0)
        }),
        1 => Some(Branch {
            pane: if random.below(2) == 0 { "ring" } else { "" }.into(),
            from,
            params: params(random),
            commands: commands(random, from),
        }),
        _ => None,
    };
    run
}

#[test]
fn what_is_written_is_read_back() {
    for_each_case("what_is_written_is_read_back", 5_000, |_, random| {
        let run = any_run(random);
        let text = run.to_file().expect("it fits");
        assert_eq!(Run::from_file(&text).as_ref(), Ok(&run), "{text}");
        let link = run.to_link().expect("it fits in a link too");
        assert_eq!(Run::from_link(&link), Ok(run));
    });
}

#[test]
fn a_damaged_file_is_a_run_or_a_clear_error() {
    for_each_case(
        "a_damaged_file_is_a_run_or_a_clear_error",
        20_000,
        |_, random| {
            let mut text: Vec<char> = any_run(random)
                .to_file()
                .expect("it fits")
                .chars()
                .collect();
            let junk: Vec<char> = "{}[]\",:0919eE.-+ \\untrfls\n\u{0}é".chars().collect();
            for _ in 0..=random.below(4) {
                if text.is_empty() {
                    break;
                }
                let at = random.below(text.len());
                match random.below(4) {
                    0 => drop(text.remove(at)),
                    1 => text.insert(at, *random.pick(&junk)),
                    2 => text[at] = *random.pick(&junk),
                    _ => text.truncate(at.max(1)),
                }
            }
            let text: String = text.into_iter().collect();
            match Run::from_file(&text) {
                // It opens or says why not.
                Ok(run) => drop(Session::open(&Course::default(), Run { at: 0, ..run })),
                Err(error) => {
                    let said = error.to_string();
                    assert!(
                        !said.contains(char::is_control) && said.len() < 500,
                        "{said:?}"
                    );
                }
            }
        },
    );
}

#[test]
fn a_session_comes_back_from_its_file_event_for_event() {
    let run = Run {
        of: "sharding".into(),
        seed: 11,
        params: vec![("nodes".into(), "5".into())],
        commands: vec![
            (1_000_000_000, "crash A".into()),
            (1_200_000_000, "restart A".into()),
        ],
        at: 1_234_000_000,
        ..Run::default()
    };
    let mut session = Session::open(&Course::default(), run).expect("it opens");
    for _ in 0..40 {
        let file = session.run().to_file().expect("it fits");
        let again = Run::from_file(&file).expect("a run");
        let again = Session::open(&Course::default(), again).expect("it opens again");
        assert_eq!(again.now(), session.now());
        assert_eq!(again.fingerprints(), session.fingerprints(), "{file}");
        session.step();
    }
}
