//! The trace as a log for ShiViz (<https://bestchai.bitbucket.io/shiviz/>), a viewer of
//! distributed executions.
//!
//! An entry takes two lines, as its default parser `(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`
//! expects: the host with its vector clock as JSON, then what happened.
//! The clocks follow from the causes of the entries (Fidge 1988, Mattern 1989): an entry's clock
//! is the latest of its host's and its cause's, with its own host's part one higher.

use std::collections::BTreeMap;
use std::io::Write;

use faultline_systems::LogEntry;

use crate::failure::Failure;

/// Entries times hosts. The clocks of a log are as many numbers as that, in our memory and in
/// the viewer's.
const CELLS_MAX: usize = 20_000_000;

/// Entries of a log: more than the viewer can draw.
const ENTRIES_MAX: usize = 500_000;

/// Where entries stand that happened at no node: commands, changes of the network.
const NOWHERE: &str = "network";

/// Refuses a trace that is too long while it is being collected.
pub fn check_length(entries: usize) -> Result<(), Failure> {
    if entries <= ENTRIES_MAX {
        return Ok(());
    }
    Err(Failure::Failed(format!(
        "the trace has more than {ENTRIES_MAX} entries, which ShiViz cannot draw; use a shorter \
         --until"
    )))
}

/// Writes the entries, which are in the order of their ids.
pub fn write(entries: &[LogEntry], out: &mut dyn Write) -> Result<(), Failure> {
    let hosts = Hosts::of(entries);
    if entries.len().saturating_mul(hosts.names.len()) > CELLS_MAX {
        return Err(Failure::Failed(format!(
            "the trace has {} entries at {} hosts, which is more than a vector clock each can \
             be drawn for (entries times hosts at most {CELLS_MAX}); use a shorter --until",
            entries.len(),
            hosts.names.len()
        )));
    }
    let mut latest: Vec<Option<usize>> = vec![None; hosts.names.len()];
    let mut clocks: Vec<Vec<u32>> = Vec::with_capacity(entries.len());
    let mut place: BTreeMap<u64, usize> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let host = hosts.of_entry[index];
        let mut clock = match latest[host] {
            Some(before) => clocks[before].clone(),
            None => vec![0; hosts.names.len()],
        };
        if let Some(&cause) = entry.cause.and_then(|id| place.get(&id)) {
            for (mine, its) in clock.iter_mut().zip(&clocks[cause]) {
                *mine = (*mine).max(*its);
            }
        }
        clock[host] += 1;

        let parts: Vec<_> = clock
            .iter()
            .zip(&hosts.quoted)
            .filter(|(ticks, _)| **ticks > 0)
            .map(|(ticks, name)| format!("{name}:{ticks}"))
            .collect();
        writeln!(out, "{} {{{}}}", hosts.names[host], parts.join(","))?;
        writeln!(out, "{}", event(entry))?;

        latest[host] = Some(index);
        clocks.push(clock);
        place.insert(entry.id, index);
    }
    Ok(())
}

/// What happened, on one line: `delivered Transfer 2.17 peer=B key=key_7 @1.5s`.
fn event(entry: &LogEntry) -> String {
    let mut text = entry.kind.to_owned();
    let mut add = |word: &str| {
        if !word.is_empty() {
            text.push(' ');
            text.push_str(word);
        }
    };
    add(&entry.label);
    add(entry.message.as_deref().unwrap_or_default());
    if let Some(peer) = &entry.peer {
        add(&format!("peer={peer}"));
    }
    for (name, value) in &entry.fields {
        add(&format!("{name}={value}"));
    }
    add(&format!("@{}", entry.at));
    text.replace(['\n', '\r'], " ")
}

/// The hosts of a log, in the order in which they first act.
struct Hosts {
    /// Names without white space, each different.
    names: Vec<String>,
    /// The names as JSON texts.
    quoted: Vec<String>,
    /// For each entry, its host's index.
    of_entry: Vec<usize>,
}

impl Hosts {
    fn of(entries: &[LogEntry]) -> Self {
        let mut hosts = Self {
            names: vec![],
            quoted: vec![],
            of_entry: vec![],
        };
        let mut known: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        for entry in entries {
            let node = entry.node.as_deref();
            let index = *known.entry(node).or_insert_with(|| {
                let name = hosts.free_name(node.unwrap_or(NOWHERE));
                hosts
                    .quoted
                    .push(serde_json::Value::from(name.as_str()).to_string());
                hosts.names.push(name);
                hosts.names.len() - 1
            });
            hosts.of_entry.push(index);
        }
        hosts
    }

    /// "Node A" as "Node_A", or as "Node_A_2" where that is taken.
    fn free_name(&self, node: &str) -> String {
        let mut name = node.replace(char::is_whitespace, "_");
        if name.is_empty() {
            name.push('_');
        }
        let mut free = name.clone();
        let mut number = 1;
        while self.names.contains(&free) {
            number += 1;
            free = format!("{name}_{number}");
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use faultline_sim::Time;

    use super::*;

    fn entry(id: u64, cause: Option<u64>, node: Option<&str>, kind: &'static str) -> LogEntry {
        LogEntry {
            id,
            cause,
            at: Time::from_millis(id * 10),
            node: node.map(Into::into),
            kind,
            message: Some("1.1".into()),
            peer: None,
            arrives: None,
            label: "Ping".into(),
            fields: vec![("n", "1".into())],
        }
    }

    fn text(entries: &[LogEntry]) -> String {
        let mut out = Vec::new();
        write(entries, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn clocks_follow_the_causes() {
        let entries = [
            entry(0, None, Some("Node A"), "sent"),
            entry(1, None, Some("Node B"), "noted"),
            entry(2, Some(0), Some("Node B"), "delivered"),
            entry(3, Some(2), Some("Node B"), "sent"),
            entry(4, Some(3), Some("Node A"), "delivered"),
            entry(5, None, None, "command"),
        ];
        let expected = "\
Node_A {\"Node_A\":1}
sent Ping 1.1 n=1 @0s
Node_B {\"Node_B\":1}
noted Ping 1.1 n=1 @10ms
Node_B {\"Node_A\":1,\"Node_B\":2}
delivered Ping 1.1 n=1 @20ms
Node_B {\"Node_A\":1,\"Node_B\":3}
sent Ping 1.1 n=1 @30ms
Node_A {\"Node_A\":2,\"Node_B\":3}
delivered Ping 1.1 n=1 @40ms
network {\"network\":1}
command Ping 1.1 n=1 @50ms
";
        assert_eq!(text(&entries), expected);
    }

    #[test]
    fn hosts_have_no_spaces_and_are_told_apart() {
        let entries = [
            entry(0, None, Some("a b"), "noted"),
            entry(1, None, Some("a_b"), "noted"),
            entry(2, None, Some("network"), "noted"),
            entry(3, None, None, "noted"),
        ];
        let log = text(&entries);
        let hosts: Vec<_> = log
            .lines()
            .step_by(2)
            .map(|line| line.split(' ').next().unwrap())
            .collect();
        assert_eq!(hosts, ["a_b", "a_b_2", "network", "network_2"]);
    }

    #[test]
    fn a_cause_that_the_trace_has_dropped_is_passed_over() {
        assert!(text(&[entry(9, Some(2), Some("A"), "delivered")]).starts_with("A {\"A\":1}\n"));
    }
}
