//! One test walks every system. A failure names the command that replays it.

use std::collections::BTreeSet;

use faultline_sim::Time;
use faultline_view::display::{DisplayList, Size};

use super::{find, registry};
use crate::testing::replay;
use crate::{
    COMMON_COMMANDS, CommandSpec, Lab, MetricValue, Metrics, ParamKind, PropertyState, SystemInfo,
    Values,
};

const SEED: u64 = 42;
/// Events that one walk to a time may take: enough for every system's default run.
const EVENTS_MAX: u64 = 5_000_000;

fn lab(info: &'static SystemInfo, given: &[(String, String)]) -> Box<dyn Lab> {
    let values = Values::parse(info.params, given).unwrap_or_else(|error| panic!("{error}"));
    (info.start)(&values, SEED)
}

fn end(info: &SystemInfo) -> Time {
    Time::ZERO + info.duration
}

fn run(info: &'static SystemInfo, given: &[(String, String)]) -> Box<dyn Lab> {
    let mut lab = lab(info, given);
    seek(&mut *lab, end(info));
    lab
}

fn seek(lab: &mut dyn Lab, to: Time) {
    let progress = lab.seek(to, EVENTS_MAX);
    assert!(progress.reached, "{} takes too many events", replay(lab));
    assert_eq!(lab.now(), to);
}

/// All that can be compared of a run at its cursor.
fn state(lab: &dyn Lab) -> (u64, u64, Time, Metrics, String) {
    (
        lab.fingerprint(),
        lab.events(),
        lab.now(),
        lab.metrics(),
        lab.text(),
    )
}

/// Whether a metric's name is of a declared one, whose `<...>` stands for any word.
fn is_of(name: &str, declared: &str) -> bool {
    let (names, patterns): (Vec<_>, Vec<_>) =
        (name.split('.').collect(), declared.split('.').collect());
    names.len() == patterns.len()
        && names
            .iter()
            .zip(&patterns)
            .all(|(name, pattern)| pattern.starts_with('<') || name == pattern)
}

fn check_metrics(lab: &dyn Lab) {
    let info = lab.info();
    let metrics = lab.metrics();
    for (name, value) in &metrics {
        let declared = info.metrics.iter().any(|spec| is_of(name, spec.name));
        assert!(declared, "{name} is not declared: {}", replay(lab));
        if let MetricValue::Float(value) = value {
            assert!(value.is_finite(), "{name} is {value}: {}", replay(lab));
        }
    }
    for spec in info.metrics {
        let present = metrics.iter().any(|(name, _)| is_of(name, spec.name));
        assert!(present, "{} is missing: {}", spec.name, replay(lab));
    }
    let names: BTreeSet<_> = metrics.iter().map(|(name, _)| name).collect();
    assert_eq!(
        names.len(),
        metrics.len(),
        "a metric twice: {}",
        replay(lab)
    );
}

fn check_face(lab: &dyn Lab) {
    check_metrics(lab);
    let view = lab.view();
    assert!(!view.panels.is_empty(), "nothing to see: {}", replay(lab));
    assert!(!view.figures.is_empty(), "no headline: {}", replay(lab));
    assert!(!lab.text().trim().is_empty(), "no text: {}", replay(lab));
    assert!(!lab.node_names().is_empty(), "no nodes: {}", replay(lab));
}

#[test]
fn every_system_is_found_by_its_name_and_documented() {
    let mut names = BTreeSet::new();
    for info in registry() {
        assert!(names.insert(info.name), "{} twice", info.name);
        assert!(std::ptr::eq(find(info.name).unwrap(), *info));
        assert!(info.summary.ends_with('.'), "{}", info.summary);
        for spec in info.params {
            assert!(spec.help.ends_with('.'), "{}: {}", spec.name, spec.help);
            let text = spec.kind.default_value().to_string();
            assert_eq!(
                spec.parse(&text),
                Ok(spec.kind.default_value()),
                "{}",
                spec.name
            );
        }
        for spec in info.commands.iter().chain(COMMON_COMMANDS) {
            assert!(spec.help.ends_with('.'), "{}: {}", spec.usage, spec.help);
        }
        for spec in info.metrics {
            assert!(spec.help.ends_with('.'), "{}: {}", spec.name, spec.help);
        }
    }
    assert!(find("no such system").is_none());
}

#[test]
fn what_is_worth_a_chart_is_a_number() {
    for info in registry() {
        assert!(!info.charts.is_empty(), "{} has no chart", info.name);
        for name in info.charts {
            let spec = info.metrics.iter().find(|spec| spec.name == *name);
            let spec = spec.unwrap_or_else(|| panic!("{}: no metric {name}", info.name));
            let lab = run(info, &[]);
            let metrics = lab.metrics();
            let mut values = metrics
                .iter()
                .filter(|(name, _)| spec.describes(name))
                .map(|(_, value)| value);
            let is_text = |value: &MetricValue| matches!(value, MetricValue::Text(_));
            assert!(!values.any(is_text), "{}: {name} is no number", info.name);
        }
    }
}

#[test]
fn every_system_names_the_painters_of_its_stage() {
    let mut list = DisplayList::new();
    for &info in registry() {
        for spec in info.params {
            let ParamKind::Choice { options, .. } = spec.kind else {
                continue;
            };
            for (option, _) in options {
                let lab = run(info, &[(spec.name.to_owned(), (*option).to_owned())]);
                let view = lab.view();
                let stage = view.panels.first().expect("a view has a picture");
                let painted = info
                    .stage
                    .iter()
                    .filter(|paint| paint(stage, Size::new(800.0, 500.0), &mut list))
                    .count();
                assert_eq!(painted, 1, "painters of the stage: {}", replay(&*lab));
            }
        }
    }
}

#[test]
fn every_system_runs_twice_alike_and_keeps_its_properties() {
    for info in registry() {
        let (one, other) = (run(info, &[]), run(info, &[]));
        assert_eq!(state(&*one), state(&*other), "{}", replay(&*one));
        assert_eq!(one.view(), other.view(), "{}", replay(&*one));
        check_face(&*one);
        for property in one.properties() {
            let held = !matches!(property.state, PropertyState::Violated { .. });
            assert!(held, "{} is violated: {}", property.name, replay(&*one));
        }
    }
}

#[test]
fn another_seed_gives_another_run() {
    for info in registry() {
        let values = Values::defaults(info.params);
        let mut prints = BTreeSet::new();
        for seed in 1..=3 {
            let mut lab = (info.start)(&values, seed);
            seek(&mut *lab, end(info));
            prints.insert(lab.fingerprint());
        }
        assert_eq!(prints.len(), 3, "{}", info.name);
    }
}

#[test]
fn going_anywhere_equals_running_straight_to_it() {
    for info in registry() {
        let mut wandering = run(info, &[]);
        let nanos = info.duration.as_nanos();
        for part in [3, 1, 7, 0, 9, 5, 10, 2] {
            let to = Time(nanos / 10 * part);
            seek(&mut *wandering, to);
            let mut straight = lab(info, &[]);
            seek(&mut *straight, to);
            assert_eq!(
                state(&*wandering),
                state(&*straight),
                "{to}: {}",
                replay(&*straight)
            );
            assert_eq!(
                wandering.view(),
                straight.view(),
                "{to}: {}",
                replay(&*straight)
            );
            check_face(&*wandering);
        }
    }
}

#[test]
fn steps_forward_and_back_cancel_out() {
    for info in registry() {
        let mut lab = lab(info, &[]);
        seek(&mut *lab, Time(info.duration.as_nanos() / 8));
        // Going back ends just after an event, so that is where the way must begin.
        assert!(lab.step(), "{}", replay(&*lab));
        let mut states = vec![state(&*lab)];
        for _ in 0..20 {
            assert!(lab.step(), "{}", replay(&*lab));
            states.push(state(&*lab));
        }
        while let Some(expected) = states.pop() {
            assert_eq!(state(&*lab), expected, "{}", replay(&*lab));
            if !states.is_empty() {
                assert!(lab.step_back());
            }
        }
    }
}

#[test]
fn every_parameter_runs_at_its_extremes() {
    for info in registry() {
        for spec in info.params {
            for value in spec.kind.extremes() {
                let given = [(spec.name.to_string(), value.to_string())];
                let lab = run(info, &given);
                check_face(&*lab);
            }
        }
        // All numbers at their least together, then all at their greatest.
        for last in [false, true] {
            let given: Vec<_> = info
                .params
                .iter()
                .filter(|spec| !matches!(spec.kind, ParamKind::Choice { .. }))
                .filter_map(|spec| {
                    let extremes = spec.kind.extremes();
                    let value = if last {
                        extremes.last()
                    } else {
                        extremes.first()
                    };
                    value.map(|value| (spec.name.to_string(), value.to_string()))
                })
                .collect();
            let mut lab = lab(info, &given);
            // A second is enough: such a run may be long.
            lab.seek(Time::from_millis(1_500), 200_000);
            check_face(&*lab);
        }
    }
}

/// Commands to try: each usage with its places filled in.
fn examples(specs: &[CommandSpec], lab: &dyn Lab) -> Vec<String> {
    let names = lab.node_names();
    let last = names.last().unwrap();
    let fill = |spec: &CommandSpec| {
        spec.usage
            .replace("<nodes>|<nodes>", &format!("{}|{last}", names[0]))
            .replace("<node>", last)
            .replace("[node]", "")
            .replace("[--empty]", "--empty")
            .replace("<factor>", "2.5")
            .replace("<percent>", "10")
            .replace("<a>-<b>ms", "5-20ms")
            .replace("<message>", &format!("{last}.1"))
            .replace("<time>", "50ms")
            .replace("<key>", "user_123")
    };
    specs.iter().map(fill).collect()
}

#[test]
fn every_command_reads_its_own_normal_form_and_can_be_taken_back() {
    for info in registry() {
        let at = Time(info.duration.as_nanos() / 5);
        let untouched = state(&*run(info, &[]));
        let start = lab(info, &[]);
        for text in examples(info.commands, &*start)
            .iter()
            .chain(&examples(COMMON_COMMANDS, &*start))
        {
            let mut lab = lab(info, &[]);
            seek(&mut *lab, at);
            let id = lab
                .insert(at, text)
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            let normal = lab.commands()[0].text.clone();
            lab.edit(id, at, &normal)
                .unwrap_or_else(|error| panic!("{normal}: {error}"));
            assert_eq!(lab.commands()[0].text, normal);
            assert_eq!(lab.commands()[0].id, id);
            seek(&mut *lab, end(info));
            check_face(&*lab);
            // From the end, in the past: the cursor stays, and all is as it was.
            let ran = state(&*lab);
            assert!(lab.remove(id));
            assert!(!lab.remove(id));
            assert_eq!(state(&*lab), untouched, "{text}: {}", replay(&*lab));
            lab.insert(at, text).unwrap();
            assert_eq!(state(&*lab), ran, "{text}: {}", replay(&*lab));
        }
    }
}

#[test]
fn a_fork_with_the_same_commands_equals_its_original() {
    for info in registry() {
        let mut lab = lab(info, &[]);
        seek(&mut *lab, Time(info.duration.as_nanos() / 20));
        let mut fork = lab.fork();
        let crash = format!("crash {}", lab.node_names().last().unwrap());
        let at = Time(info.duration.as_nanos() / 10);
        lab.insert(at, &crash).unwrap();
        seek(&mut *lab, end(info));
        let alone = state(&*run(info, &[]));
        assert_ne!(state(&*lab).0, alone.0);
        fork.insert(at, &crash).unwrap();
        seek(&mut *fork, end(info));
        assert_eq!(state(&*lab), state(&*fork), "{}", replay(&*lab));
    }
}

#[test]
fn unknown_commands_and_nodes_are_refused_with_what_is_allowed() {
    for info in registry() {
        let mut lab = lab(info, &[]);
        let error = lab.insert(Time::ZERO, "explode").unwrap_err().to_string();
        for spec in COMMON_COMMANDS.iter().chain(info.commands) {
            let verb = spec.usage.split(' ').next().unwrap();
            assert!(error.contains(verb), "{error}");
        }
        let error = lab
            .insert(Time::ZERO, "crash nobody")
            .unwrap_err()
            .to_string();
        for name in lab.node_names() {
            assert!(error.contains(&*name), "{error}");
        }
        assert!(lab.insert(Time::ZERO, &"x".repeat(10_000)).is_err());
        assert!(lab.edit(12_345, Time::ZERO, "heal").is_err());
        assert!(!lab.remove(12_345));
        assert!(lab.commands().is_empty());
    }
}

#[test]
fn the_trace_reads_in_pages_and_ends_at_the_cursor() {
    for info in registry() {
        let mut lab = run(info, &[]);
        seek(&mut *lab, Time(info.duration.as_nanos() / 8));
        let mut all = Vec::new();
        loop {
            let from = all.last().map_or(0, |entry: &crate::LogEntry| entry.id + 1);
            let page = lab.trace(from, 100);
            assert!(page.len() <= 100);
            if page.is_empty() {
                break;
            }
            all.extend(page);
        }
        assert!(all.len() > 1, "nothing follows another: {}", replay(&*lab));
        for (entry, next) in all.iter().zip(all.iter().skip(1)) {
            assert_eq!(entry.id + 1, next.id);
            assert!(entry.at <= next.at && next.at <= lab.now());
            assert!(next.cause.is_none_or(|cause| cause < next.id));
        }
    }
}
