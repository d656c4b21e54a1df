//! Every system is looked at closely.

use faultline_sim::{Span, Time};
use faultline_view::NodeStatus;

use super::{MessageEnd, NetworkReport};
use crate::{Lab, LogEntry, SystemInfo, Values, registry};

/// A run of a system, a while after its start.
fn begun(info: &SystemInfo) -> Box<dyn Lab> {
    let mut lab = (info.start)(&Values::defaults(info.params), 1);
    lab.seek(Time::from_millis(1), u64::MAX);
    lab
}

fn place(lab: &mut dyn Lab, text: &str) {
    let now = lab.now();
    lab.insert(now, text)
        .unwrap_or_else(|error| panic!("{text}: {error}"));
}

/// Goes on until a message is on its way, and names it.
fn next_message(lab: &mut dyn Lab) -> String {
    let mut seen = lab.last_entry() + 1;
    loop {
        let sent = |entry: &&LogEntry| entry.kind == "sent" && entry.arrives > Some(lab.now());
        let page = lab.trace(seen, 1_000);
        if let Some(sent) = page.iter().find(sent) {
            return sent.message.as_ref().unwrap().to_string();
        }
        seen = lab.last_entry() + 1;
        assert!(lab.step(), "{} sends nothing", lab.info().name);
    }
}

#[test]
fn every_node_of_every_system_shows_what_it_holds() {
    for info in registry() {
        let mut lab = begun(info);
        lab.seek(Time::from_secs(2), u64::MAX);
        for name in lab.node_names() {
            let report = lab.inspect(&name).unwrap();
            assert_eq!(report.name, name);
            assert_eq!(report.status, NodeStatus::Up, "{} {name}", info.name);
            assert!(!report.state.is_empty(), "{} {name}", info.name);
            let fields = report.state.iter().chain(&report.disk);
            for (field, value) in fields {
                assert!(!field.is_empty() && !value.is_empty(), "{field}: {value}");
            }
            assert!(report.timers.is_sorted_by_key(|timer| timer.due));
            assert!(report.timers.iter().all(|timer| timer.due >= lab.now()));
        }
        assert_eq!(lab.inspect("nobody"), None, "{}", info.name);
    }
}

#[test]
fn a_node_that_is_down_has_its_disk_alone() {
    for info in registry() {
        let mut lab = begun(info);
        let name = lab.node_names().last().unwrap().to_string();
        let before = lab.inspect(&name).unwrap();
        place(&mut *lab, &format!("crash {name}"));
        let down = lab.inspect(&name).unwrap();
        assert_eq!(down.status, NodeStatus::Down, "{}", info.name);
        assert!(down.state.is_empty() && down.timers.is_empty(), "{down:?}");
        assert_eq!(down.disk, before.disk, "{}", info.name);
        place(&mut *lab, &format!("restart {name}"));
        place(&mut *lab, &format!("slow {name} 3"));
        place(&mut *lab, &format!("pause {name}"));
        let paused = lab.inspect(&name).unwrap();
        assert_eq!((paused.status, paused.slowness), (NodeStatus::Paused, 3.0));
    }
}

#[test]
fn a_message_is_followed_to_its_end() {
    for info in registry() {
        for fault in ["", "drop ", "duplicate ", "delay "] {
            let mut lab = begun(info);
            let id = next_message(&mut *lab);
            let flying = lab.message(&id).unwrap();
            assert_eq!((&*flying.id, flying.end.as_ref()), (&*id, None));
            assert!(!flying.kind.is_empty() && flying.from != flying.to);
            let mut arrives = flying.arrives.unwrap();
            match fault {
                "" => {}
                "delay " => {
                    place(&mut *lab, &format!("delay {id} 50ms"));
                    arrives += Span::from_millis(50);
                }
                _ => place(&mut *lab, &format!("{fault}{id}")),
            }
            lab.seek(arrives, u64::MAX);
            let over = lab.message(&id).unwrap();
            assert_eq!(
                (over.kind, over.to),
                (flying.kind, flying.to),
                "{fault}{id}"
            );
            assert_eq!((over.sent, over.fields), (flying.sent, flying.fields));
            match over.end.unwrap() {
                MessageEnd::Lost { why, .. } => assert_eq!(fault, "drop ", "{why}"),
                MessageEnd::Delivered { at } => assert_eq!(at, arrives, "{fault}{id}"),
            }
        }
    }
}

#[test]
fn a_copy_says_what_its_original_said() {
    for info in registry() {
        let mut lab = begun(info);
        let id = next_message(&mut *lab);
        let original = lab.message(&id).unwrap();
        place(&mut *lab, &format!("duplicate {id}"));
        let entries = lab.trace(1, usize::MAX);
        let copy = entries.iter().find(|entry| entry.kind == "duplicated");
        let copy = copy.unwrap().message.as_ref().unwrap().to_string();
        place(&mut *lab, &format!("drop {copy}"));
        let report = lab.message(&copy).unwrap();
        assert!(report.copy && matches!(report.end, Some(MessageEnd::Lost { .. })));
        assert_eq!(
            (report.kind, report.fields),
            (original.kind, original.fields)
        );
    }
}

#[test]
fn what_is_in_force_is_read_back() {
    for info in registry() {
        let mut lab = begun(info);
        let names = lab.node_names();
        assert!(lab.network().parts.is_empty(), "{}", info.name);
        place(&mut *lab, &format!("partition {}", names[0]));
        place(&mut *lab, "loss 12.5");
        place(&mut *lab, "duplication 30%");
        place(&mut *lab, "latency 5-15ms");
        let latency = (Span::from_millis(5), Some(Span::from_millis(15)));
        let expected = NetworkReport {
            parts: vec![names[..1].to_vec(), names[1..].to_vec()],
            loss_percent: 12.5,
            duplicate_percent: 30.0,
            latency,
        };
        assert_eq!(lab.network(), expected, "{}", info.name);
        place(&mut *lab, "heal");
        assert!(lab.network().parts.is_empty(), "{}", info.name);
    }
}
