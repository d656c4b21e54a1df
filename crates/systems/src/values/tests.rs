//! Values read, refused and written.

use super::*;

static SPECS: [ParamSpec; 5] = [
    spec(
        "strategy",
        ParamKind::Choice {
            options: &[
                ("modulo", "Modulo"),
                ("ring", "Hash ring"),
                ("jump", "Jump"),
            ],
            default: "ring",
        },
    ),
    spec(
        "nodes",
        ParamKind::Int {
            min: 1,
            max: 25,
            default: 3,
            log: false,
        },
    ),
    spec(
        "rate",
        ParamKind::Float {
            min: 0.0,
            max: 10.0,
            default: 0.5,
            log: false,
        },
    ),
    spec(
        "pause",
        ParamKind::Span {
            min: Span::from_millis(1),
            max: Span::from_secs(2),
            default: Span::from_millis(250),
        },
    ),
    spec("repair", ParamKind::Bool { default: true }),
];

const fn spec(name: &'static str, kind: ParamKind) -> ParamSpec {
    ParamSpec {
        name,
        label: name,
        help: "",
        unit: "",
        kind,
    }
}

fn error(name: &str, text: &str) -> String {
    Values::parse(&SPECS, &[(name, text)])
        .unwrap_err()
        .to_string()
}

#[test]
fn errors_name_what_was_given_and_what_is_allowed() {
    for (name, text, expected) in [
        (
            "strategy",
            "bogus",
            "strategy: 'bogus' is not allowed; use modulo, ring or jump",
        ),
        (
            "nodes",
            "0",
            "nodes: '0' is not allowed; use a whole number from 1 to 25",
        ),
        (
            "nodes",
            "3.5",
            "nodes: '3.5' is not allowed; use a whole number from 1 to 25",
        ),
        (
            "rate",
            "NaN",
            "rate: 'NaN' is not allowed; use a number from 0 to 10",
        ),
        (
            "rate",
            "inf",
            "rate: 'inf' is not allowed; use a number from 0 to 10",
        ),
        (
            "pause",
            "3",
            "pause: '3' is not allowed; use a time from 1ms to 2s",
        ),
        (
            "repair",
            "maybe",
            "repair: 'maybe' is not allowed; use on or off",
        ),
        (
            "bogus",
            "1",
            "'bogus' is not a parameter; use strategy, nodes, rate, pause or repair",
        ),
    ] {
        assert_eq!(error(name, text), expected);
    }
}

#[test]
fn an_error_stays_one_short_line_whatever_is_given() {
    for text in [
        "x".repeat(100_000),
        "a\nb\u{1b}[31m".into(),
        "é".repeat(5_000),
    ] {
        for message in [error("nodes", &text), error(&text, "1")] {
            assert!(message.len() < 400, "{message}");
            assert!(!message.chars().any(char::is_control), "{message:?}");
        }
    }
}

#[test]
fn every_value_reads_back_from_its_text() {
    for spec in &SPECS {
        let values = spec
            .kind
            .extremes()
            .into_iter()
            .chain([spec.kind.default_value()]);
        for value in values {
            assert_eq!(spec.parse(&value.to_string()), Ok(value));
        }
    }
    assert_eq!(SPECS[2].parse("-0").unwrap().to_string(), "0");
}

#[test]
fn differences_are_what_was_changed() {
    let given = [
        ("nodes", "7"),
        ("pause", "250ms"),
        ("nodes", "9"),
        ("repair", "off"),
    ];
    let values = Values::parse(&SPECS, &given).unwrap();
    let differences = values.differences();
    assert_eq!(
        differences,
        [
            ("nodes".into(), "9".into()),
            ("repair".into(), "off".into())
        ]
    );
    assert_eq!(Values::parse(&SPECS, &differences).unwrap(), values);
    assert_eq!(
        serde_json::to_string(&values).unwrap(),
        r#"{"strategy":"ring","nodes":9,"rate":0.5,"pause":"250ms","repair":false}"#
    );
}
