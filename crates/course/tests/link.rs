//! Links: what goes in comes out, old ones stay readable, and each fault has its own answer.

mod form;
mod fuzz;

use faultline_course::{
    Address, AddressError, Branch, LinkError, MAX_COMMANDS, MAX_LINK_CHARS, MAX_TIME_NS, Run,
};
use form::{Form, branch, commands, number, pairs, text};
use fuzz::{Random, for_each_case};

fn sample() -> Run {
    Run {
        of: "05-sharding".into(),
        seed: 42,
        params: vec![("virtual_nodes".into(), "200".into())],
        commands: vec![
            (2_000_000_000, "add".into()),
            (4_000_000_000, "crash B".into()),
        ],
        at: 5_000_000_000,
        step: "add-node".into(),
        ..Run::default()
    }
}

fn random_run(random: &mut Random) -> Run {
    let name: Vec<char> = "abcdefghijklmnopqrstuvwxyz0123456789-_".chars().collect();
    let line: Vec<char> = "abc XYZ 019 .,:|<>{}\"'\\/é日😀\u{a0}".chars().collect();
    let program: Vec<char> = "def pick(n):\n\treturn n % 3 # é \"\\".chars().collect();
    let params = |random: &mut Random| {
        let names: std::collections::BTreeMap<String, String> = (0..random.below(6))
            .map(|i| {
                (
                    format!("{}{i}", random.text(&name, 20)),
                    random.text(&line, 30),
                )
            })
            .collect();
        names.into_iter().collect::<Vec<_>>()
    };
    let commands = |random: &mut Random, from: u64| -> Vec<_> {
        let time = |random: &mut Random| from + random.next() % (MAX_TIME_NS + 1 - from);
        (0..random.below(20))
            .map(|_| (time(random), random.text(&line, 40)))
            .collect()
    };
    let mut run = Run {
        of: format!("a{}", random.text(&name, 40)),
        seed: random.next() >> random.below(64),
        params: params(random),
        code: random.text(&program, 400),
        commands: commands(random, 0),
        at: random.next() % (MAX_TIME_NS + 1),
        steps: if random.below(4) == 0 {
            random.next() % 1_000_001
        } else {
            0
        },
        compare: None,
        step: random.text(&name, 20),
    };
    let from = random.next() % (MAX_TIME_NS + 1);
    run.compare = match random.below(4) {
        // Other parameters from the start, which version 1 holds.
        0 => Some(Branch {
            params: params(random),
            ..run.branch(0)
        }),
        // Nothing changed yet.
        1 => Some(run.branch(from)),
        2 => Some(Branch {
            pane: random.text(&name, 20),
            from,
            params: params(random),
            commands: commands(random, from),
        }),
        _ => None,
    };
    run
}

#[test]
fn every_run_comes_back_from_its_link() {
    for_each_case(
        "every_run_comes_back_from_its_link",
        2_000,
        |case, random| {
            let run = random_run(random);
            let code = run.to_link().expect("within the limits");
            assert_eq!(Run::from_link(&code).as_ref(), Ok(&run));
            let address = Address::of_run(&run, case % 2 == 0).expect("within the limits");
            let whole = address.on("https://example.org/faultline/#/old");
            assert_eq!(Run::from_link(&whole).as_ref(), Ok(&run));
            let parsed = Address::parse(&whole).expect("our own address");
            assert_eq!(parsed, address);
            assert_eq!(parsed.run(), Ok(Some(run)));
        },
    );
}

/// Links that somebody may hold. A line is a code, a space, and the run as JSON. Never change a
/// line; add one when a new form is made.
#[test]
fn pinned_links_stay_readable() {
    let lines: Vec<&str> = include_str!("links.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert!(lines.len() >= 4, "links were removed from links.txt");
    for line in lines {
        let (code, json) = line.split_once(' ').expect("a code and a run");
        let mut json: serde_json::Value = serde_json::from_str(json).expect("JSON");
        // As version 1 has it, the second run differs in parameters and shares the commands.
        if json["compare"].is_array() {
            let commands = json.get("commands").cloned().unwrap_or_default();
            let commands = if commands.is_null() {
                "[]".parse().expect("JSON")
            } else {
                commands
            };
            json["compare"] =
                serde_json::json!({ "params": json["compare"], "commands": commands });
        }
        let run: Run = serde_json::from_value(json).expect("a run as JSON");
        assert_eq!(Run::from_link(code), Ok(run), "{code}");
    }
}

#[test]
fn a_run_is_found_in_whatever_was_copied() {
    let run = sample();
    let code = run.to_link().expect("within the limits");
    for text in [
        code.clone(),
        format!("  {code}\n"),
        format!("<https://example.org/f/#/05-sharding?run={code}>"),
        format!("\"#/05-sharding?embed&run={code}\","),
        format!("#/05-sharding?run={code}&embed"),
        format!("?run={code}"),
        format!("run={code}"),
    ] {
        assert_eq!(Run::from_link(&text).as_ref(), Ok(&run), "{text}");
    }
}

#[test]
fn a_typical_link_is_short() {
    let code = sample().to_link().expect("within the limits");
    assert!(code.len() < 220, "{} characters: {code}", code.len());
}

/// Packs any bytes as a version 1 code.
fn pack(bytes: &[u8]) -> String {
    pack_as(1, bytes)
}

/// Packs any bytes as a code of a version.
fn pack_as(version: u32, bytes: &[u8]) -> String {
    use base64::Engine as _;
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(bytes, 9);
    format!(
        "{version}.{}",
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(packed)
    )
}

/// Packs a run whose parts are as good as `change` leaves them.
fn pack_form(change: impl FnOnce(&mut Form)) -> String {
    let mut form = Form::default();
    change(&mut form);
    pack(&form.bytes())
}

#[test]
fn each_fault_has_its_own_answer() {
    let check = |text: &str, wanted: &str| {
        let error = Run::from_link(text).expect_err(text).to_string();
        assert!(error.contains(wanted), "{error:?} does not say {wanted:?}");
        assert!(
            !error.contains('\n') && error.len() < 400,
            "{error:?} is not one short line"
        );
    };
    let code = sample().to_link().expect("within the limits");

    check("", "holds no run");
    check("https://example.org/#/05-sharding", "holds no run");
    check("https://example.org/#/05-sharding?embed", "holds no run");
    check(
        "hello",
        "starts with its version, \"1.\"; this one starts with \"hello\"",
    );
    check("0.abc", "starts with its version");
    check(
        "3.abc",
        "version 3, made by a newer Faultline; this one reads versions up to 2",
    );
    check("99999999999999999999999.abc", "reload its page");
    check(
        &format!("1.{}", "a".repeat(MAX_LINK_CHARS)),
        "at most 32768 are allowed",
    );
    check(
        "1.eJ+rVq",
        "character 3 of the link's code is '+'; allowed are A-Z a-z 0-9 - _",
    );
    check("1.", "cut off or damaged");
    for cut in 3..code.len() {
        check(&code[..cut], "cut off or damaged");
    }
    check(&pack(&[b' '; 300 * 1024]), "more than 262144 bytes");
    check(&pack(&[]), "its lesson is cut off");
    check(&pack(b"{}"), "its lesson is cut off");
    let whole = Form::default().bytes();
    for cut in 1..whole.len() {
        check(&pack(&whole[..cut]), "is cut off");
    }
    let more = [whole.as_slice(), &[0]].concat();
    check(&pack(&more), "its end is followed by more");
    let part = |change: fn(&mut Form)| pack_form(change);
    check(
        &part(|form| form.of = vec![2, 0xff, 0xfe]),
        "its lesson is not UTF-8",
    );
    check(
        &part(|form| form.seed = vec![0x81, 0x00]),
        "its seed is a number with needless zeros",
    );
    for too_large in [[[0xff; 9].as_slice(), &[0x02]].concat(), vec![0xff; 12]] {
        check(
            &pack_form(|form| form.seed = too_large),
            "its seed is a number of more than 64 bits",
        );
    }
    check(
        &part(|form| form.compare = vec![2]),
        "its comparison is neither there nor absent",
    );
    check(
        &part(|form| form.commands = number(u64::MAX)),
        "its list of commands is cut off",
    );
    check(&part(|form| form.of = text("")), "lesson has no name");
    check(
        &part(|form| form.of = text("<b>")),
        "names are made of a-z 0-9 - _",
    );
    check(
        &part(|form| form.at = number(MAX_TIME_NS + 1)),
        "cursor stands at",
    );
    check(
        &part(|form| form.steps = number(1_000_001)),
        "cursor takes 1000001 steps",
    );
    check(
        &part(|form| form.params = form::pairs(&[("a", "1"), ("a", "2")])),
        "a is set twice",
    );
    check(
        &part(|form| form.commands = form::commands(&[(0, "a\0")])),
        "command 1 holds the control",
    );
    check(
        &part(|form| form.code = text("\u{7}")),
        "program holds the control",
    );
    check(
        &part(|form| form.commands = form::commands(&[(0, &"y".repeat(1_025))])),
        "at most 1024 are allowed",
    );
    check(
        &part(|form| form.params = form::pairs(&[("a", &"y".repeat(201))])),
        "parameter a has 201",
    );
    check(
        &part(|form| form.step = text(&"y".repeat(201))),
        "step has 201 bytes",
    );
    check(
        &part(|form| form.commands = form::commands(&[(0, ""); MAX_COMMANDS + 1])),
        "at most 1000 are allowed",
    );
}

#[test]
fn each_fault_of_a_fork_has_its_own_answer() {
    let check = |compare: Vec<u8>, wanted: &str| {
        let mut form = Form {
            commands: commands(&[(1_000, "crash A"), (5_000, "heal")]),
            compare,
            ..Form::default()
        };
        let code = pack_as(2, &form.bytes());
        let error = Run::from_link(&code).expect_err(wanted).to_string();
        assert!(error.contains(wanted), "{error:?} does not say {wanted:?}");
        // In version 1, the same bytes are something else.
        form.compare.insert(0, 7);
        Run::from_link(&pack(&form.bytes())).expect_err("no version 1");
    };
    let (none, heal) = (number(0), commands(&[(5_000, "heal")]));
    let fork = |pane, from, params: &Vec<u8>, commands: &Vec<u8>| {
        branch(pane, from, params.clone(), commands.clone())
    };
    check(
        fork("<i>", 9, &none, &heal),
        "compared pane is named \"<i>\"",
    );
    check(
        fork("", MAX_TIME_NS + 1, &none, &none),
        "fork stands at 1000000000000001 ns",
    );
    check(
        fork("", 5_001, &none, &heal),
        "compared command 1 stands before the fork",
    );
    check(
        fork("", 9, &pairs(&[("a", "1"), ("a", "2")]), &heal),
        "compared parameter a is set twice",
    );
    check(
        fork("", 9, &none, &commands(&[(9, "a\nb")])),
        "compared command 1 holds the control",
    );
    // With the one before the fork, that makes one too many.
    check(
        fork("", 2_000, &none, &commands(&[(5_000, ""); MAX_COMMANDS])),
        "list of compared commands has 1001 entries",
    );
    check(text("left"), "list of compared parameters is cut off");
    check(
        fork("", 9, &none, &number(3)),
        "list of compared commands is cut off",
    );
    // What follows is the step, an empty text, and nothing after it.
    check(vec![], "fork is cut off");
}

/// The link of a run that old versions could make is the one they made.
#[test]
fn a_run_gets_the_oldest_version_that_can_hold_it() {
    let version = |run: &Run| run.to_link().expect("within the limits")[..2].to_owned();
    let (plain, mut forked) = (sample(), sample());
    assert_eq!(version(&plain), "1.");
    forked.compare = Some(forked.branch(0));
    assert_eq!(version(&forked), "1.", "all commands are shared");
    forked.compare = Some(forked.branch(3_000_000_000));
    assert_eq!(version(&forked), "2.");
    let link = forked.to_link().expect("within the limits");
    assert!(link.len() < 240, "{} characters: {link}", link.len());
}

#[test]
fn a_run_that_no_link_can_hold_is_refused_when_written() {
    let mut random = Random::new(1);
    let letters: Vec<char> = ('!'..='~').collect();
    let incompressible: String = (0..60_000).map(|_| *random.pick(&letters)).collect();
    let too_long = Run {
        code: incompressible,
        ..sample()
    };
    assert!(matches!(too_long.to_link(), Err(LinkError::TooLong { .. })));
    let too_many = Run {
        commands: vec![(0, "add".into()); MAX_COMMANDS + 1],
        ..sample()
    };
    assert!(matches!(too_many.to_link(), Err(LinkError::Limit { .. })));
    // Every part within its own limit, and together too much.
    let too_large = Run {
        commands: vec![(0, "é".repeat(100)); MAX_COMMANDS],
        ..sample()
    };
    let too_large = Run {
        code: "\"".repeat(60_000),
        ..too_large
    };
    assert_eq!(too_large.to_link(), Err(LinkError::TooLarge));
}

#[test]
fn addresses_lead_somewhere_or_say_why_not() {
    let lesson = |slug: &str, code: Option<&str>, embed| Address::Lesson {
        slug: slug.into(),
        code: code.map(str::to_owned),
        embed,
    };
    for (text, wanted, written) in [
        ("", Address::Course, "#/"),
        ("#", Address::Course, "#/"),
        ("#/", Address::Course, "#/"),
        ("https://example.org/faultline/", Address::Course, "#/"),
        ("https://example.org/faultline/#/", Address::Course, "#/"),
        (
            "#/05-sharding",
            lesson("05-sharding", None, false),
            "#/05-sharding",
        ),
        (
            "/05-sharding/",
            lesson("05-sharding", None, false),
            "#/05-sharding",
        ),
        (
            "#/sharding?embed",
            lesson("sharding", None, true),
            "#/sharding?embed",
        ),
        (
            "#/a?embed&run=1.x",
            lesson("a", Some("1.x"), true),
            "#/a?run=1.x&embed",
        ),
        (
            "https://e.org/?x=1#/a?run=1.x",
            lesson("a", Some("1.x"), false),
            "#/a?run=1.x",
        ),
    ] {
        let address = Address::parse(text).expect(text);
        assert_eq!(address, wanted, "{text}");
        assert_eq!(address.to_string(), written, "{text}");
        assert_eq!(Address::parse(written).as_ref(), Ok(&address), "{written}");
    }
    for (text, wanted) in [
        ("#main", "\"main\" is not a page"),
        ("#/Ä", "is not a page"),
        ("#/a/b", "is not a page"),
        ("#/?embed", "is not a page"),
        ("#/<script>alert(1)</script>", "is not a page"),
        ("#/a?seed=1", "\"seed=1\" means nothing"),
        ("#/a?embed=1", "\"embed=1\" means nothing"),
        ("#/a?run=1.x&run=1.y", "\"run=1.y\" means nothing"),
    ] {
        let error = Address::parse(text).expect_err(text).to_string();
        assert!(error.contains(wanted), "{error:?} does not say {wanted:?}");
    }
    let long = format!("#/a?run={}", "x".repeat(MAX_LINK_CHARS + 1));
    assert!(matches!(
        Address::parse(&long),
        Err(AddressError::Link(LinkError::TooLong { given })) if given == MAX_LINK_CHARS + 1
    ));
}

#[test]
fn a_run_must_be_of_the_lesson_its_address_names() {
    let code = sample().to_link().expect("within the limits");
    let address = Address::parse(&format!("#/01-rpc?run={code}")).expect("a route");
    assert_eq!(
        address.run(),
        Err(LinkError::OtherLesson {
            address: "01-rpc".into(),
            run: "05-sharding".into()
        })
    );
    assert_eq!(Address::lesson("01-rpc").run(), Ok(None));
}
