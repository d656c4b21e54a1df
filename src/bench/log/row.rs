//! A trace entry as a row: its cells, and the kinds to choose among.

use faultline_systems::LogEntry;

use crate::bench::clock;

/// The columns, with the classes of their cells.
pub const COLUMNS: [(&str, &str); 7] = [
    ("No.", "log-id"),
    ("Time", "log-time"),
    ("Node", "log-node"),
    ("What", "log-what"),
    ("Message", "log-message"),
    ("Details", "log-details"),
    ("Cause", "log-cause"),
];

/// Kinds of entries to show.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Kinds {
    /// All.
    #[default]
    All,
    /// What is about a message.
    Messages,
    /// Messages that were lost.
    Lost,
    /// What was done to the cluster or asked of it.
    Done,
    /// Timers.
    Timers,
    /// What nodes noted and wrote down.
    Notes,
}

impl Kinds {
    /// Every choice, with its name.
    pub const ALL: [(Self, &str); 6] = [
        (Self::All, "Everything"),
        (Self::Messages, "Messages"),
        (Self::Lost, "Lost messages"),
        (Self::Done, "Faults and commands"),
        (Self::Timers, "Timers"),
        (Self::Notes, "Notes and disks"),
    ];

    /// Whether a kind of entry is among them.
    pub fn has(self, kind: &str) -> bool {
        self == Self::All || self == Self::of(kind) || (self, kind) == (Self::Lost, "dropped")
    }

    /// What a kind of entry counts as.
    fn of(kind: &str) -> Self {
        match kind {
            "sent" | "delivered" | "dropped" | "duplicated" | "delayed" => Self::Messages,
            "timer_set" | "timer_cancelled" | "timer_fired" => Self::Timers,
            "noted" | "disk_written" | "started" => Self::Notes,
            _ => Self::Done,
        }
    }

    /// The class of an entry's row.
    pub fn class(kind: &str) -> &'static str {
        match (kind, Self::of(kind)) {
            ("dropped", _) => "lost",
            (_, Self::Done) => "done",
            (_, Self::Timers) => "quiet",
            _ => "",
        }
    }
}

/// The texts of an entry's cells, in the order of the columns.
pub fn cells(entry: &LogEntry) -> [String; 7] {
    let nanos = entry.at.as_nanos();
    let micros = nanos / 1_000 % 1_000;
    let message = match (&entry.message, &entry.peer) {
        (Some(id), Some(peer)) => {
            let way = if entry.kind == "delivered" {
                '←'
            } else {
                '→'
            };
            format!("{id} {way} {peer}")
        }
        (Some(id), None) => id.to_string(),
        _ => String::new(),
    };
    let mut details = entry.label.to_string();
    for (name, value) in &entry.fields {
        details.push_str(if details.is_empty() { "" } else { " · " });
        details.push_str(name);
        details.push(' ');
        details.push_str(value);
    }
    [
        entry.id.to_string(),
        format!("{}{micros:03}", clock::long(nanos)),
        entry.node.as_deref().unwrap_or_default().to_owned(),
        entry.kind.replace('_', " "),
        message,
        details,
        entry.cause.map(|id| id.to_string()).unwrap_or_default(),
    ]
}

/// Whether a cell has a text, given in small letters; nothing is in none.
pub fn contains(entry: &LogEntry, needle: &str) -> bool {
    let has = |cell: &String| cell.to_ascii_lowercase().contains(needle);
    // Numbers of entries are for going by, not for finding.
    !needle.is_empty() && cells(entry)[1..6].iter().any(has)
}

/// A text in pieces, each with whether it is what was searched for.
pub fn pieces<'a>(text: &'a str, needle: &str) -> Vec<(&'a str, bool)> {
    if needle.is_empty() {
        return vec![(text, false)];
    }
    // Of the same length: only letters of ASCII change.
    let small = text.to_ascii_lowercase();
    let mut pieces = Vec::new();
    let mut done = 0;
    for (at, found) in small.match_indices(needle) {
        pieces.push((&text[done..at], false));
        done = at + found.len();
        pieces.push((&text[at..done], true));
    }
    pieces.push((&text[done..], false));
    pieces.retain(|(text, _)| !text.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_for_is_marked() {
        assert_eq!(
            pieces("Transfer key_7", "key"),
            [("Transfer ", false), ("key", true), ("_7", false)]
        );
        assert_eq!(pieces("→ Ä Key", "key"), [("→ Ä ", false), ("Key", true)]);
        assert_eq!(pieces("aaa", "a"), [("a", true); 3]);
        assert_eq!(pieces("none", ""), [("none", false)]);
        assert!(pieces("", "x").is_empty());
    }

    #[test]
    fn every_kind_is_of_one_choice() {
        for kind in [
            "sent",
            "dropped",
            "timer_set",
            "noted",
            "crashed",
            "command",
        ] {
            let choices = Kinds::ALL.iter().filter(|(kinds, _)| kinds.has(kind));
            let expected = if kind == "dropped" { 3 } else { 2 };
            assert_eq!(choices.count(), expected, "{kind}");
        }
    }
}
