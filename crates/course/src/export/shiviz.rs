//! The trace as a log for ShiViz (<https://bestchai.bitbucket.io/shiviz/>), a viewer of
//! distributed executions.
//!
//! An entry takes two lines, as its default parser `(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`
//! expects: the host with its vector clock as JSON, then what happened.
//! The clocks follow from the causes of the entries (Fidge 1988, Mattern 1989): an entry's clock
//! is the latest of its host's and its cause's, with its own host's part one higher.

use litemap::LiteMap;
use std::fmt::Write as _;

use faultline_systems::LogEntry;
use faultline_view::Label;

use super::replay::Replay;
use super::{ExportError, MAX_CLOCK_CELLS, MAX_LOG_ENTRIES, Progress, write_json};
use crate::session::Session;

/// Where entries stand that happened at no node: commands, changes of the network.
const NOWHERE: &str = "network";

/// A log being written.
pub(super) struct Log {
    replay: Replay,
    clocks: Clocks,
}

impl Log {
    pub(super) fn of(session: &Session, pane: usize) -> Result<Self, ExportError> {
        Ok(Self {
            replay: Replay::of(session, pane)?,
            clocks: Clocks::default(),
        })
    }

    pub(super) fn step(
        &mut self,
        max_events: u64,
        out: &mut String,
    ) -> Result<Progress, ExportError> {
        let (clocks, until) = (&mut self.clocks, self.replay.until());
        self.replay.step(max_events, &mut |entry| {
            if clocks.add(entry, out) {
                Ok(())
            } else {
                Err(ExportError::Log { until })
            }
        })
    }
}

/// The clocks of all entries so far: any of them may be the cause of one to come.
#[derive(Default)]
struct Clocks {
    /// Hosts in the order in which they first act.
    hosts: Vec<Host>,
    /// By a node's name; none for what happens at no node.
    known: LiteMap<Option<Label>, usize>,
    /// By entry, from id 1 on. A clock has a part for every host that there was then.
    all: Vec<Box<[u32]>>,
    cells: usize,
}

struct Host {
    /// Without white space, and no other host's.
    name: String,
    /// The name as JSON.
    quoted: String,
    /// Its last entry's clock.
    clock: Vec<u32>,
}

impl Clocks {
    /// Writes an entry; false if there is no room for it.
    fn add(&mut self, entry: &LogEntry, out: &mut String) -> bool {
        let index = self.host_of(entry);
        let count = self.hosts.len();
        self.cells += count;
        if self.all.len() >= MAX_LOG_ENTRIES || self.cells > MAX_CLOCK_CELLS {
            return false;
        }
        let host = &mut self.hosts[index];
        host.clock.resize(count, 0);
        let cause = entry.cause.and_then(|id| id.checked_sub(1));
        if let Some(cause) = cause.and_then(|place| self.all.get(place as usize)) {
            for (mine, its) in host.clock.iter_mut().zip(cause) {
                *mine = (*mine).max(*its);
            }
        }
        host.clock[index] += 1;
        let clock: Box<[u32]> = host.clock.as_slice().into();

        out.push_str(&host.name);
        let mut before = " {";
        for (ticks, host) in clock.iter().zip(&self.hosts) {
            if *ticks > 0 {
                // Writing to a text cannot fail.
                let _ = write!(out, "{before}{}:{ticks}", host.quoted);
                before = ",";
            }
        }
        out.push_str("}\n");
        event(entry, out);
        out.push('\n');
        self.all.push(clock);
        true
    }

    fn host_of(&mut self, entry: &LogEntry) -> usize {
        if let Some(&index) = self.known.get(&entry.node) {
            return index;
        }
        let name = self.free_name(entry.node.as_deref().unwrap_or(NOWHERE));
        self.known.insert(entry.node.clone(), self.hosts.len());
        let mut quoted = String::new();
        write_json::text(&name, &mut quoted);
        self.hosts.push(Host {
            name,
            quoted,
            clock: Vec::new(),
        });
        self.hosts.len() - 1
    }

    /// "Node A" as "Node_A", or as "Node_A_2" where that is taken.
    fn free_name(&self, node: &str) -> String {
        // The parser's idea of white space has one character more than ours.
        let is_space = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
        let mut name = node.replace(is_space, "_");
        if name.is_empty() {
            name.push('_');
        }
        let mut free = name.clone();
        let mut number = 1;
        while self.hosts.iter().any(|host| host.name == free) {
            number += 1;
            free = format!("{name}_{number}");
        }
        free
    }
}

/// What happened, on one line: `delivered Transfer 2.17 peer=B key=key_7 @1.5s`.
fn event(entry: &LogEntry, out: &mut String) {
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
    // All that ends a line for the parser.
    out.push_str(&text.replace(['\n', '\r', '\u{2028}', '\u{2029}'], " "));
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
            arrives: None,
            node: node.map(Into::into),
            kind,
            message: Some("1.1".into()),
            peer: None,
            label: "Ping".into(),
            fields: vec![("n", "1\u{2028}2".into())],
        }
    }

    fn text(entries: &[LogEntry]) -> String {
        let (mut clocks, mut out) = (Clocks::default(), String::new());
        for entry in entries {
            assert!(clocks.add(entry, &mut out));
        }
        out
    }

    #[test]
    fn clocks_follow_the_causes() {
        let entries = [
            entry(1, None, Some("Node A"), "sent"),
            entry(2, None, Some("Node B"), "noted"),
            entry(3, Some(1), Some("Node B"), "delivered"),
            entry(4, Some(3), Some("Node B"), "sent"),
            entry(5, Some(4), Some("Node A"), "delivered"),
            entry(6, None, None, "command"),
        ];
        let expected = "\
Node_A {\"Node_A\":1}
sent Ping 1.1 n=1 2 @10ms
Node_B {\"Node_B\":1}
noted Ping 1.1 n=1 2 @20ms
Node_B {\"Node_A\":1,\"Node_B\":2}
delivered Ping 1.1 n=1 2 @30ms
Node_B {\"Node_A\":1,\"Node_B\":3}
sent Ping 1.1 n=1 2 @40ms
Node_A {\"Node_A\":2,\"Node_B\":3}
delivered Ping 1.1 n=1 2 @50ms
network {\"network\":1}
command Ping 1.1 n=1 2 @60ms
";
        assert_eq!(text(&entries), expected);
    }

    #[test]
    fn hosts_have_no_spaces_and_are_told_apart() {
        let entries = [
            entry(1, None, Some("a b"), "noted"),
            entry(2, None, Some("a\u{feff}b"), "noted"),
            entry(3, None, Some("network"), "noted"),
            entry(4, None, None, "noted"),
            entry(5, None, Some(""), "noted"),
        ];
        let log = text(&entries);
        let hosts: Vec<_> = log
            .lines()
            .step_by(2)
            .map(|line| line.split(' ').next().unwrap())
            .collect();
        assert_eq!(hosts, ["a_b", "a_b_2", "network", "network_2", "_"]);
    }

    #[test]
    fn there_is_room_for_so_many_clocks_and_no_more() {
        let mut clocks = Clocks {
            cells: MAX_CLOCK_CELLS - 1,
            ..Clocks::default()
        };
        let mut out = String::new();
        assert!(clocks.add(&entry(1, None, Some("A"), "noted"), &mut out));
        let written = out.clone();
        assert!(!clocks.add(&entry(2, None, Some("A"), "noted"), &mut out));
        assert_eq!(out, written);
    }
}
