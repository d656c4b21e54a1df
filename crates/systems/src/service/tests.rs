//! The service as the guide tells of it, its policies beside what is known of them, and what
//! faults and broken settings do.

use faultline_sim::{NodeId, Time};
use faultline_view::Panel;

use super::process::{CLIENT, Machine};
use super::{INFO, Service};
use crate::testing::{number, replay};
use crate::{Lab, PropertyState, SimLab, Values};

type Set<'a> = &'a [(&'a str, &'a str)];

fn run(set: Set, commands: Set, until: &str, seed: u64) -> SimLab<Service> {
    let values = Values::parse(INFO.params, set).unwrap_or_else(|error| panic!("{error}"));
    let mut lab = SimLab::new(&values, seed);
    for (at, text) in commands {
        lab.insert(at.parse().unwrap(), text)
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    seek(&mut lab, until);
    lab
}

fn seek(lab: &mut SimLab<Service>, to: &str) {
    let to: Time = to.parse().unwrap();
    assert!(lab.seek(to, 10_000_000).reached);
}

fn is_violated(lab: &SimLab<Service>, name: &str) -> bool {
    let reports = lab.properties();
    let report = reports.iter().find(|one| one.name == name).unwrap();
    matches!(report.state, PropertyState::Violated { .. })
}

/// What was noted, in order.
fn notes(lab: &SimLab<Service>) -> Vec<String> {
    let entries = lab.trace(0, usize::MAX);
    let notes = entries.iter().filter(|entry| entry.kind == "noted");
    notes.map(|entry| entry.label.to_string()).collect()
}

fn phase(phase: &str) -> SimLab<Service> {
    run(&[("phase", phase)], &[], "30s", 42)
}

#[test]
fn the_scaling_journey_goes_as_the_guide_tells() {
    let [one, two, three, four] = ["1", "2", "3", "4"].map(phase);
    let p50 = |lab: &SimLab<Service>| number(lab, "latency_ms_p50");
    assert!(p50(&one) > 2_000.0, "{}", p50(&one));
    assert_eq!(number(&one, "active_max"), 5.0);
    assert!(p50(&two) < p50(&one) / 2.0, "{}", p50(&two));
    assert!(p50(&three) > p50(&two), "{}", p50(&three));
    for node in ["1", "3"] {
        assert!(number(&four, &format!("node.{node}.latency_ms_p50")) < 50.0);
    }
    assert!(number(&four, "node.2.latency_ms_p50") > 500.0);
    for lab in [one, two, three, four] {
        assert_eq!(number(&lab, "timeouts"), 0.0, "{}", replay(&lab));
    }
}

#[test]
fn twenty_heavy_requests_on_one_worker_pass_the_time_out() {
    let lab = run(&[("phase", "1"), ("concurrency", "20")], &[], "30s", 42);
    assert!(number(&lab, "timeouts") >= 20.0, "{}", replay(&lab));
    assert!(is_violated(&lab, "answered_in_time"));
    let text = lab.text();
    assert!(
        text.contains("❌ Failed to reach http://localhost:5002: timed out after 5s"),
        "{text}"
    );
}

#[test]
fn the_text_is_the_clients() {
    let text = phase("1").text();
    assert!(
        text.starts_with("🚀 Starting Client with 5 threads.\n"),
        "{text}"
    );
    assert!(
        text.contains("🎯 Targeting: http://localhost:5002\n"),
        "{text}"
    );
    assert!(
        text.contains("✅ [http://localhost:5002] 200 | Latency: 44"),
        "{text}"
    );
    // As requests finish, fewer are in progress.
    let actives: Vec<&str> = text
        .lines()
        .filter_map(|line| line.rsplit_once("Active: "))
        .map(|(_, active)| active)
        .collect();
    for active in ["1", "2", "3", "4", "5"] {
        assert!(actives.contains(&active), "{text}");
    }
    let text = phase("4").text();
    assert!(text.contains("🔄 Round-Robin across 3 nodes.\n"), "{text}");
    let text = run(&[], &[], "30s", 42).text();
    assert!(text.contains("http://localhost:5003 | "), "{text}");
    assert!(text.contains(" reqs ( "), "{text}");
}

#[test]
fn servers_answer_as_the_guide_shows() {
    let json = r#"curl -X POST http://localhost:5001/data -H "Content-Type: application/json" -d '{"key": "user_123", "value": "Alice"}'"#;
    let commands = [
        ("1s", "curl http://localhost:5001/health"),
        ("2s", json),
        ("3s", "curl http://localhost:5001/data/user_123"),
        ("4s", "curl http://localhost:5001/data/nope"),
        ("5s", "stats 2"),
    ];
    // Nearly no other requests, so that these are alone.
    let lab = run(&[("rate", "0.1")], &commands, "6s", 7);
    assert_eq!(
        notes(&lab),
        [
            r#"{"status":"ok","node_id":1,"active_requests":1}"#,
            r#"{"status":"stored","node_id":1,"key":"user_123","value":"Alice"}"#,
            r#"{"node_id":1,"key":"user_123","value":"Alice"}"#,
            r#"404 {"detail":"Key 'nope' not found on Node 1"}"#,
            r#"{"node_id":2,"active_requests":1,"load_factor":28}"#,
        ],
        "{}",
        replay(&lab)
    );
}

#[test]
fn commands_that_ask_for_what_there_is_not_are_refused() {
    let mut lab = run(&[], &[], "0s", 1);
    for (text, allowed) in [
        (
            "curl http://localhost:5009/health",
            "http://localhost:5001/health",
        ),
        ("curl http://localhost:5001/nope", "/stats"),
        ("curl -X POST http://localhost:5001/data", "Alice"),
        ("health balancer", "no server"),
        ("put onlykey", "put <key> <value>"),
        ("get a/b", "without quotes"),
        ("add 3", "add"),
    ] {
        let error = lab.insert(Time::ZERO, text).unwrap_err().to_string();
        assert!(error.contains(allowed), "{text}: {error}");
    }
}

#[test]
fn all_policies_get_the_same_requests() {
    let requests = |policy: &str| {
        let lab = run(
            &[("policy", policy), ("demand", "exponential")],
            &[],
            "5s",
            3,
        );
        let entries = lab.trace(0, usize::MAX);
        let sent = entries
            .into_iter()
            .filter(|entry| entry.kind == "sent" && entry.node.as_deref() == Some("client"));
        // When, and all that the request says, its work included.
        sent.map(|entry| (entry.at, entry.fields))
            .collect::<Vec<_>>()
    };
    let random = requests("random");
    assert!(random.len() > 200);
    assert!(random[0].1.iter().any(|(name, _)| *name == "work"));
    for policy in [
        "round-robin",
        "least-connections",
        "power-of-two",
        "weighted",
        "adaptive",
    ] {
        assert_eq!(requests(policy), random, "{policy}");
    }
}

#[test]
fn round_robin_shares_equally_and_weights_by_speed() {
    let lab = run(&[("policy", "round-robin")], &[], "30s", 42);
    for node in 1..=3 {
        let share = number(&lab, &format!("node.{node}.share_percent"));
        assert!(
            (share - 100.0 / 3.0).abs() < 0.5,
            "{share}: {}",
            replay(&lab)
        );
    }
    // One step of the load factor is a factor of 1.6 in speed.
    let slow = [
        ("policy", "weighted"),
        ("slow_node", "2"),
        ("slow_load_factor", "29"),
        ("window", "60s"),
    ];
    let lab = run(&slow, &[], "60s", 42);
    let share = number(&lab, "node.2.share_percent");
    let expected = 100.0 / (1.0 + 2.0 * 1.608);
    assert!((share - expected).abs() < 2.0, "{share} {expected}");
}

/// The share of nodes with at least so many requests, over many moments of a long run.
fn tail(policy: &str, at_least: u32) -> (f64, f64) {
    let set = [
        ("policy", policy),
        ("nodes", "200"),
        ("load_factor", "35"),
        ("rate", "180.6"),
        ("demand", "exponential"),
        ("discipline", "fifo"),
        ("timeout", "60s"),
        ("health_check", "0s"),
        ("latency", "1ms"),
    ];
    let mut lab = run(&set, &[], "120s", 11);
    let (mut nodes, mut fuller) = (0, 0);
    for second in 61..=150 {
        seek(&mut lab, &format!("{}s", second * 2));
        for (_, server) in lab.scene().system.servers(&lab.scene().world) {
            nodes += 1;
            fuller += u32::from(server.station().active() >= at_least);
        }
    }
    (
        f64::from(fuller) / f64::from(nodes),
        number(&lab, "active_max"),
    )
}

/// In the limit of many nodes at a load of 0.8, the share of nodes with at least k requests is
/// 0.8^k for one random choice, and 0.8^(2^k - 1) for the better of two (Mitzenmacher 2001,
/// theorem 1).
#[test]
fn power_of_two_choices_beats_random_by_the_known_margin() {
    let (random, random_max) = tail("random", 4);
    let (of_two, of_two_max) = tail("power-of-two", 4);
    let power = |exponent: i32| (0..exponent).fold(1.0, |product, _| product * 0.8);
    assert!((random - power(4)).abs() < 0.04, "{random} {}", power(4));
    assert!((of_two - power(15)).abs() < 0.015, "{of_two} {}", power(15));
    // The longest queue: about log n / log (1 / 0.8) against about log log n.
    assert!(random_max >= 20.0, "{random_max}");
    assert!(of_two_max <= 8.0, "{of_two_max}");
}

#[test]
fn a_single_node_agrees_with_its_formula() {
    for (discipline, demand) in [
        ("fifo", "exponential"),
        ("fifo", "constant"),
        ("sharing", "constant"),
    ] {
        let set = [
            ("policy", "none"),
            ("rate", "20"),
            ("discipline", discipline),
            ("demand", demand),
        ];
        let lab = run(&set, &[], "3000s", 5);
        let expected = number(&lab, "latency_expected_ms");
        let off = number(&lab, "latency_ms_mean") / expected - 1.0;
        assert!(off.abs() < 0.03, "{off}: {}", replay(&lab));
    }
}

#[test]
fn a_killed_node_is_taken_out_and_comes_in_again() {
    let commands = [("5s", "crash 2")];
    let mut lab = run(&[], &commands, "20s", 42);
    assert_eq!(number(&lab, "nodes_in"), 2.0, "{}", replay(&lab));
    assert_eq!(number(&lab, "node.2.share_percent"), 0.0);
    // Until then requests went there and had no answer.
    let lost = number(&lab, "timeouts");
    assert!((20.0..=80.0).contains(&lost), "{lost}");
    seek(&mut lab, "21s");
    assert_eq!(number(&lab, "timeouts"), lost);
    lab.insert(Time::from_secs(22), "restart 2").unwrap();
    seek(&mut lab, "35s");
    assert_eq!(number(&lab, "nodes_in"), 3.0);
    assert!(number(&lab, "node.2.share_percent") > 25.0);
    assert!(
        notes(&lab)
            .iter()
            .any(|note| note.starts_with("Node 2 is out"))
    );
    assert!(notes(&lab).contains(&"Node 2 is in again".to_owned()));
}

#[test]
fn an_added_node_takes_its_share() {
    let lab = run(&[], &[("5s", "add"), ("6s", "add")], "30s", 42);
    assert_eq!(number(&lab, "nodes_in"), 5.0);
    let share = number(&lab, "node.5.share_percent");
    assert!((share - 20.0).abs() < 6.0, "{share}");
    assert_eq!(lab.node_names().len(), 7);
    // It has a lane, and can be killed.
    let view = lab.view();
    assert!(matches!(&view.panels[0], Panel::Queues(queues) if queues.lanes.len() == 5));
    // The journey's one node is 2; those that follow are 1 and 3.
    let lab = run(&[("phase", "1")], &[("1s", "add"), ("2s", "add")], "3s", 42);
    let names: Vec<String> = lab.node_names().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["client", "2", "1", "3"]);
}

#[test]
fn who_knows_how_busy_nodes_are_avoids_a_slow_one() {
    let slowed = |policy: &str| {
        let lab = run(&[("policy", policy)], &[("5s", "slow 2 8")], "30s", 42);
        (number(&lab, "latency_ms_p99"), number(&lab, "timeouts"))
    };
    let (random, timeouts) = slowed("random");
    assert!(timeouts > 100.0, "{timeouts}");
    for policy in ["least-connections", "power-of-two", "adaptive"] {
        let (better, timeouts) = slowed(policy);
        assert!(better < random / 2.0, "{policy}: {better}, random {random}");
        assert_eq!(timeouts, 0.0, "{policy}");
    }
}

/// How long the one request took that a client of phase 1 makes, in milliseconds.
fn alone(commands: Set) -> f64 {
    let set = [
        ("phase", "1"),
        ("concurrency", "1"),
        ("timeout", "60s"),
        ("pause", "10s"),
    ];
    let lab = run(&set, commands, "10s", 42);
    number(&lab, "latency_ms_p50")
}

#[test]
fn a_change_of_pace_holds_for_work_under_way() {
    let usual = alone(&[]);
    assert!((usual - 890.0).abs() < 10.0, "{usual}");
    for (commands, expected) in [
        // Half a second at full speed, the rest at a third; the answer takes longer, too.
        ([("500ms", "slow 2 3"), ("9s", "heal")], 500.0 + 390.0 * 3.0),
        (
            [("500ms", "slow 2 3"), ("800ms", "slow 2 1")],
            890.0 + 200.0,
        ),
        (
            [("300ms", "pause 2"), ("2300ms", "resume 2")],
            890.0 + 2_000.0,
        ),
        ([("300ms", "pause 2"), ("700ms", "resume 2")], 890.0 + 400.0),
    ] {
        let took = alone(&commands);
        assert!(
            (took / expected - 1.0).abs() < 0.015,
            "{commands:?}: {took}, {expected}"
        );
    }
}

#[test]
fn a_memory_for_each_worker_loses_puts() {
    let set = |memory| {
        [
            ("policy", "none"),
            ("workers", "3"),
            ("requests", "gets"),
            ("memory", memory),
            ("rate", "10"),
            ("load_factor", "0"),
        ]
    };
    let shared = run(&set("shared"), &[], "30s", 42);
    assert_eq!(number(&shared, "misses"), 0.0, "{}", replay(&shared));
    assert!(!is_violated(&shared, "puts_are_found"));
    let trap = run(&set("per-worker"), &[], "30s", 42);
    let (misses, all) = (number(&trap, "misses"), number(&trap, "requests_sent"));
    // Two of three workers know nothing of it.
    assert!((misses / all - 2.0 / 3.0).abs() < 0.02, "{misses} of {all}");
    assert!(is_violated(&trap, "puts_are_found"));
    // So it is by hand: a put on one worker, a miss on another.
    let by_hand = [("1s", "put user_9 Bob"), ("2s", "get user_9")];
    let set = [
        ("policy", "none"),
        ("workers", "3"),
        ("memory", "per-worker"),
        ("rate", "0.1"),
    ];
    let lab = run(&set, &by_hand, "3s", 7);
    let last = notes(&lab).pop().unwrap();
    assert_eq!(last, r#"404 {"detail":"Key 'user_9' not found on Node 1"}"#);
}

#[test]
fn a_full_node_refuses() {
    let set = [("rate", "200"), ("queue_limit", "5")];
    let lab = run(&set, &[], "10s", 42);
    assert!(number(&lab, "refused") > 500.0, "{}", replay(&lab));
    assert_eq!(number(&lab, "active_max"), 5.0);
    assert_eq!(number(&lab, "timeouts"), 0.0);
    assert!(is_violated(&lab, "none_refused"));
    // Half of the requests are refused, and the other half is not late.
    assert!(number(&lab, "latency_ms_p99") < 200.0);
}

#[test]
fn answers_may_come_too_late_and_are_not_taken_for_others() {
    let set = [("rate", "110"), ("timeout", "100ms")];
    let commands = [("10s", "crash client"), ("10050ms", "restart client")];
    let lab = run(&set, &commands, "20s", 42);
    assert!(number(&lab, "timeouts") > 100.0, "{}", replay(&lab));
    assert!(number(&lab, "latency_ms_p99") <= 101.0);
    let Machine::Client(client) = lab.scene().world.node(CLIENT) else {
        panic!("the client is the first node");
    };
    let calls = client.calls();
    assert_eq!(
        calls.sent(),
        calls.answered() + calls.timed_out() + calls.open() as u64
    );
    // Without its balancer nothing works, and with it all does again.
    let mut lab = run(
        &[],
        &[("5s", "crash balancer"), ("8s", "restart balancer")],
        "14s",
        42,
    );
    let before = number(&lab, "timeouts");
    assert!(before > 150.0, "{before}");
    seek(&mut lab, "20s");
    assert_eq!(number(&lab, "timeouts"), before);
    assert_eq!(number(&lab, "nodes_in"), 3.0);
}

#[test]
fn a_thousand_nodes_bear_ten_thousand_requests_a_second() {
    let set = [
        ("nodes", "1000"),
        ("rate", "10000"),
        ("policy", "power-of-two"),
    ];
    let lab = run(&set, &[], "2s", 42);
    let sent = number(&lab, "requests_sent");
    assert!((sent - 20_000.0).abs() < 600.0, "{sent}");
    assert_eq!(number(&lab, "refused") + number(&lab, "timeouts"), 0.0);
    assert_eq!(number(&lab, "nodes_in"), 1_000.0);
    let bytes = lab.checkpoint_size();
    assert!(bytes.1 / bytes.0.max(1) < 3_000_000, "{bytes:?}");
    let view = lab.view();
    assert!(view.panels.len() == 4);
}

#[test]
fn looking_at_a_run_in_between_changes_nothing() {
    let commands = [
        ("2s", "crash 3"),
        ("3s", "put a b"),
        ("4s", "add"),
        ("5s", "slow 1 4"),
        ("7s", "restart 3"),
        ("8s", "pause 4"),
        ("9s", "resume 4"),
    ];
    for policy in ["random", "adaptive"] {
        let set = [("policy", policy)];
        let straight = run(&set, &commands, "12s", 42);
        let mut halting = run(&set, &commands, "0s", 42);
        for step in 1..=240 {
            let to = Time::from_millis(step * 50);
            assert!(halting.seek(to, 100_000).reached);
        }
        assert_eq!(
            halting.metrics(),
            straight.metrics(),
            "{}",
            replay(&straight)
        );
        assert_eq!(halting.view(), straight.view(), "{}", replay(&straight));
        assert_eq!(halting.properties(), straight.properties());
    }
}

#[test]
fn nothing_is_down_in_the_picture_but_what_is() {
    let lab = run(&[], &[("1s", "crash 2")], "10s", 42);
    let view = lab.view();
    let Panel::Queues(queues) = &view.panels[0] else {
        panic!("the stage shows lanes");
    };
    assert!(queues.lanes[1].out && queues.lanes[1].active() == 0);
    assert!(!queues.lanes[0].out && !queues.lanes[2].out);
    assert_eq!(lab.scene().system.setup().number(NodeId(2)), 1);
}
