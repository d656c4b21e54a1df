//! Commands: what a user does to a run, as text.
//!
//! The words that every system knows are read here, into the kernel's faults; a system adds its
//! own. Each command has one normal form, which reads back as the same command.

use faultline_sim::{Fault, MessageAction, MessageId, NodeId, Span};
use faultline_view::Label;
use faultline_view::push_message_id;

use crate::text::{excerpt, listed};
use crate::{CommandError, CommandSpec};

/// The longest command that is read, characters.
pub const COMMAND_CHARS_MAX: usize = 256;
/// The longest latency or delay a command can set.
const SPAN_MAX: Span = Span::from_secs(3600);
/// A group of a partition with more nodes than this is written by its ranges.
const NAMED_NODES_MAX: usize = 12;
/// By how much a node can be made slower or faster.
const FACTOR: (f64, f64) = (0.001, 1000.0);

/// The commands that every system knows.
pub const COMMON_COMMANDS: &[CommandSpec] = &[
    CommandSpec {
        usage: "crash <node>",
        label: "Crash",
        help: "Stops a node at once; its disk stays. Also: kill, fail.",
    },
    CommandSpec {
        usage: "restart <node> [--empty]",
        label: "Restart",
        help: "Starts a node that is down from its disk; with --empty, any node from an empty \
               one. Also: start.",
    },
    CommandSpec {
        usage: "pause <node>",
        label: "Pause",
        help: "Freezes a node; what arrives waits until it resumes.",
    },
    CommandSpec {
        usage: "resume <node>",
        label: "Resume",
        help: "Lets a paused node go on.",
    },
    CommandSpec {
        usage: "partition <nodes>|<nodes>",
        label: "Partition",
        help: "Splits the network, as in partition 1,2|3,4,5 or 1-20; nodes not named form one \
               more part.",
    },
    CommandSpec {
        usage: "heal",
        label: "Heal",
        help: "Ends the partition and joins every cut link.",
    },
    CommandSpec {
        usage: "slow <node> <factor>",
        label: "Slow down",
        help: "Makes a node and its messages take so many times as long; 1 is normal.",
    },
    CommandSpec {
        usage: "loss <percent>",
        label: "Lose messages",
        help: "Every link loses this share of its messages, 0 to 100.",
    },
    CommandSpec {
        usage: "duplication <percent>",
        label: "Duplicate messages",
        help: "Every link delivers this share of its messages twice, 0 to 100.",
    },
    CommandSpec {
        usage: "latency <a>-<b>ms",
        label: "Set the latency",
        help: "Every message takes between a and b milliseconds.",
    },
    CommandSpec {
        usage: "drop <message>",
        label: "Drop",
        help: "Loses a message in flight, named sender.number.",
    },
    CommandSpec {
        usage: "duplicate <message>",
        label: "Duplicate",
        help: "Delivers a message in flight twice.",
    },
    CommandSpec {
        usage: "delay <message> <time>",
        label: "Delay",
        help: "Holds a message in flight back for a time such as 50ms.",
    },
];

/// A command as read: something any system knows, or the system's own.
#[derive(Clone, Debug, PartialEq)]
pub enum Command<C> {
    /// A fault of the kernel.
    Fault(Fault),
    /// The system's own.
    Own(C),
}

/// The words of a command.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    verb: &'a str,
    rest: &'a str,
}

impl<'a> Words<'a> {
    /// Takes a command apart.
    ///
    /// # Errors
    /// Text that is empty or longer than [`COMMAND_CHARS_MAX`], or has control characters.
    pub fn new(text: &'a str) -> Result<Self, CommandError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(CommandError("an empty command does nothing".into()));
        }
        if text.chars().count() > COMMAND_CHARS_MAX {
            return Err(CommandError(format!(
                "'{}' is too long; use at most {COMMAND_CHARS_MAX} characters",
                excerpt(text)
            )));
        }
        if text.chars().any(char::is_control) {
            return Err(CommandError(format!(
                "'{}' has a control character; use one line of plain text",
                excerpt(text)
            )));
        }
        let (verb, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        Ok(Self {
            verb,
            rest: rest.trim(),
        })
    }

    /// The first word.
    pub fn verb(&self) -> &'a str {
        self.verb
    }

    /// All that follows the first word, without blanks at its ends.
    pub fn rest(&self) -> &'a str {
        self.rest
    }

    /// The words after the first, which must be `N` in number.
    ///
    /// # Errors
    /// Another number of words; the text is the command's usage.
    pub fn arguments<const N: usize>(&self, usage: &str) -> Result<[&'a str; N], CommandError> {
        let words: Vec<&str> = self.rest.split_whitespace().collect();
        words.try_into().map_err(|_| {
            let given = format!("{} {}", self.verb, self.rest);
            CommandError(format!(
                "'{}' is not complete; use {usage}",
                excerpt(given.trim())
            ))
        })
    }
}

/// The names of a run's nodes as its lesson shows them, by the kernel's number.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a>(pub &'a [Label]);

impl Names<'_> {
    /// A node's name; its number where it has none.
    pub fn of(&self, node: NodeId) -> String {
        match self.0.get(node.index()) {
            Some(name) => name.to_string(),
            None => node.to_string(),
        }
    }

    /// The same, shared with the list of names.
    pub fn label(&self, node: NodeId) -> Label {
        match self.0.get(node.index()) {
            Some(name) => name.clone(),
            None => node.to_string().into(),
        }
    }

    /// Reads a node's name; case does not matter where it decides nothing.
    ///
    /// # Errors
    /// No node has this name; the text lists the names.
    pub fn node(&self, given: &str) -> Result<NodeId, CommandError> {
        let position = |same: &dyn Fn(&str) -> bool| self.0.iter().position(|name| same(name));
        position(&|name| name == given)
            .or_else(|| position(&|name| name.eq_ignore_ascii_case(given)))
            .map(|index| NodeId(index as u32))
            .ok_or_else(|| {
                CommandError(format!(
                    "there is no node '{}'; use {}",
                    excerpt(given),
                    listed(self.0, "or")
                ))
            })
    }

    /// A message's id with its sender named, e.g. "A.17", or "A.c2" for a copy.
    pub fn message(&self, id: MessageId) -> String {
        let mut text = String::new();
        self.write_message(id, &mut text);
        text
    }

    /// Adds a message's id to a text.
    pub fn write_message(&self, id: MessageId, out: &mut String) {
        let (number, copy) = (Self::number(id), id.is_copy());
        match self.0.get(id.from.index()) {
            Some(name) => push_message_id(out, name, number, copy),
            None => push_message_id(out, &id.from.0.to_string(), number, copy),
        }
    }

    /// A message's number among those of its sender, or among its sender's copies.
    pub fn number(id: MessageId) -> u32 {
        if id.is_copy() {
            id.number - MessageId::COPIES_ABOVE
        } else {
            id.number
        }
    }

    /// Reads a message's id.
    ///
    /// # Errors
    /// Text of another form, or an unknown sender.
    pub fn read_message(&self, given: &str) -> Result<MessageId, CommandError> {
        let bad = || {
            let example = self.0.last().map_or("1", |name| name);
            CommandError(format!(
                "'{}' names no message; use sender.number such as {example}.17",
                excerpt(given)
            ))
        };
        let (sender, number) = given.rsplit_once('.').ok_or_else(bad)?;
        let from = self.node(sender)?;
        format!("{from}.{number}").parse().map_err(|_| bad())
    }
}

/// Reads a command that every system knows; none if its first word is not one of theirs.
///
/// # Errors
/// Names and numbers that are not allowed, with what is.
pub fn read_fault(words: &Words, names: Names) -> Option<Result<Fault, CommandError>> {
    let read = match words.verb() {
        "crash" | "kill" | "fail" => only_node(words, names).map(|node| Fault::Crash { node }),
        "restart" | "start" => restart(words, names),
        "pause" => only_node(words, names).map(|node| Fault::Pause { node }),
        "resume" => only_node(words, names).map(|node| Fault::Resume { node }),
        "partition" => partition(words, names),
        "heal" => words.arguments::<0>("heal").map(|_| Fault::Heal),
        "slow" => slow(words, names),
        "loss" => share(words).map(|percent| Fault::Loss { percent }),
        "duplication" => share(words).map(|percent| Fault::Duplicate { percent }),
        "latency" => latency(words),
        "drop" => message(words, names, MessageAction::Drop),
        "duplicate" => message(words, names, MessageAction::Duplicate),
        "delay" => delay(words, names),
        _ => return None,
    };
    Some(read)
}

/// The normal form of a fault that a command can make.
pub fn fault_text(fault: &Fault, names: Names) -> String {
    match fault {
        Fault::Crash { node } => format!("crash {}", names.of(*node)),
        Fault::Restart { node, empty_disk } => {
            let empty = if *empty_disk { " --empty" } else { "" };
            format!("restart {}{empty}", names.of(*node))
        }
        Fault::Pause { node } => format!("pause {}", names.of(*node)),
        Fault::Resume { node } => format!("resume {}", names.of(*node)),
        Fault::Partition { groups } => {
            let groups: Vec<String> = groups
                .iter()
                .map(|nodes| group_text(nodes, names))
                .collect();
            format!("partition {}", groups.join("|"))
        }
        Fault::Heal => "heal".into(),
        Fault::Slow { node, factor } => format!("slow {} {factor}", names.of(*node)),
        Fault::Loss { percent } => format!("loss {percent}"),
        Fault::Duplicate { percent } => format!("duplication {percent}"),
        Fault::Latency { min, max } => format!("latency {}-{}ms", millis(*min), millis(*max)),
        Fault::Message { id, action } => {
            let id = names.message(*id);
            match action {
                MessageAction::Drop => format!("drop {id}"),
                MessageAction::Duplicate => format!("duplicate {id}"),
                MessageAction::Delay(span) => format!("delay {id} {span}"),
            }
        }
        // No command makes these; lessons' scripts may, and the log shows them.
        Fault::Reorder { percent, by } => format!("hold back {percent} % by up to {by}"),
        Fault::Link { from, to, .. } => {
            format!("change the link {} to {}", names.of(*from), names.of(*to))
        }
        Fault::AddRule { .. } => "add a network rule".into(),
        Fault::ClearRules => "clear the network rules".into(),
    }
}

/// The command that splits the nodes of these names in two: those that are on one side, and the
/// rest.
///
/// # Errors
/// All nodes are on one side, or the command would be longer than a command may be.
pub fn partition_command(
    names: &[Label],
    is_aside: impl Fn(usize) -> bool,
) -> Result<String, CommandError> {
    let side = |aside: bool| -> Vec<NodeId> {
        let on_side = (0..names.len()).filter(|&index| is_aside(index) == aside);
        on_side.map(|index| NodeId(index as u32)).collect()
    };
    let mut groups = vec![side(true), side(false)];
    if groups.iter().any(Vec::is_empty) {
        return Err(CommandError(
            "all nodes are on one side; a partition needs some on each".into(),
        ));
    }
    // The smaller side first; of equal ones, the one that is written in fewer ranges.
    let ranges = |nodes: &[NodeId]| {
        nodes
            .windows(2)
            .filter(|two| two[0].0 + 1 != two[1].0)
            .count()
    };
    groups.sort_by_key(|nodes| (nodes.len(), ranges(nodes), nodes.first().copied()));
    if names.len() > NAMED_NODES_MAX {
        // Who is not named is on the other side.
        groups.truncate(1);
    }
    let text = fault_text(&Fault::Partition { groups }, Names(names));
    if text.chars().count() > COMMAND_CHARS_MAX {
        return Err(CommandError(format!(
            "these sides take more than {COMMAND_CHARS_MAX} characters to name; choose nodes that \
             follow each other"
        )));
    }
    Ok(text)
}

/// What a system answers when it does not know a command either.
pub fn unknown_command(words: &Words, own: &[CommandSpec]) -> CommandError {
    let verb = |spec: &CommandSpec| spec.usage.split(' ').next().unwrap_or_default();
    let verbs = COMMON_COMMANDS.iter().chain(own).map(verb);
    CommandError(format!(
        "'{}' is not a command; use {}",
        excerpt(words.verb()),
        listed(verbs, "or")
    ))
}

fn usage(verb: &str) -> &'static str {
    let of = |spec: &&CommandSpec| spec.usage.split(' ').next() == Some(verb);
    COMMON_COMMANDS
        .iter()
        .find(of)
        .map_or("", |spec| spec.usage)
}

fn only_node(words: &Words, names: Names) -> Result<NodeId, CommandError> {
    let usage = match words.verb() {
        "pause" | "resume" => usage(words.verb()),
        _ => usage("crash"),
    };
    let [node] = words.arguments(usage)?;
    names.node(node)
}

fn restart(words: &Words, names: Names) -> Result<Fault, CommandError> {
    let (rest, empty_disk) = match words.rest().strip_suffix("--empty") {
        Some(rest) => (rest.trim(), true),
        None => (words.rest(), false),
    };
    let words = Words { rest, ..*words };
    let [node] = words.arguments(usage("restart"))?;
    let node = names.node(node)?;
    Ok(Fault::Restart { node, empty_disk })
}

fn partition(words: &Words, names: Names) -> Result<Fault, CommandError> {
    if words.rest().is_empty() {
        return Err(CommandError(format!(
            "'partition' is not complete; use {} such as partition {}",
            usage("partition"),
            listed(names.0.iter().take(2), "|").replace(" | ", "|")
        )));
    }
    let mut seen: Vec<NodeId> = Vec::new();
    let mut groups = Vec::new();
    for group in words.rest().split('|') {
        let mut nodes = Vec::new();
        for part in group.split(',') {
            for node in range(part.trim(), names)? {
                if seen.contains(&node) {
                    return Err(CommandError(format!(
                        "partition: node {} stands twice; name each node once",
                        names.of(node)
                    )));
                }
                seen.push(node);
                nodes.push(node);
            }
        }
        groups.push(nodes);
    }
    Ok(Fault::Partition { groups })
}

/// A node, or all from one to another, as in `3-7`.
fn range(text: &str, names: Names) -> Result<Vec<NodeId>, CommandError> {
    let unknown = match names.node(text) {
        Ok(node) => return Ok(vec![node]),
        Err(unknown) => unknown,
    };
    // A name may have a hyphen of its own.
    for (place, _) in text.match_indices('-') {
        let ends = (names.node(&text[..place]), names.node(&text[place + 1..]));
        if let (Ok(first), Ok(last)) = ends
            && first <= last
        {
            return Ok((first.0..=last.0).map(NodeId).collect());
        }
    }
    Err(unknown)
}

/// The nodes of a group; of many, those that follow each other as a range.
fn group_text(nodes: &[NodeId], names: Names) -> String {
    let of = |node: &NodeId| names.of(*node);
    if nodes.len() <= NAMED_NODES_MAX {
        return nodes.iter().map(of).collect::<Vec<_>>().join(",");
    }
    let runs = nodes.chunk_by(|one, next| one.0 + 1 == next.0);
    let run = |nodes: &[NodeId]| match nodes {
        [first, .., last] => format!("{}-{}", of(first), of(last)),
        nodes => nodes.iter().map(of).collect(),
    };
    runs.map(run).collect::<Vec<_>>().join(",")
}

fn slow(words: &Words, names: Names) -> Result<Fault, CommandError> {
    let [node, factor] = words.arguments(usage("slow"))?;
    let node = names.node(node)?;
    let factor = number(factor, "factor", FACTOR, "")?;
    Ok(Fault::Slow { node, factor })
}

fn share(words: &Words) -> Result<f64, CommandError> {
    let [percent] = words.arguments(usage(words.verb()))?;
    let text = percent.trim_end_matches('%');
    number(text, words.verb(), (0.0, 100.0), " percent")
}

fn latency(words: &Words) -> Result<Fault, CommandError> {
    let bad = || {
        CommandError(format!(
            "latency '{}' is not allowed; use {} such as 5-15ms, at most {SPAN_MAX}",
            excerpt(words.rest()),
            usage("latency")
        ))
    };
    let text: String = words.rest().split_whitespace().collect();
    let (low, high) = text.split_once('-').unwrap_or((&text, &text));
    let max: Span = high.parse().map_err(|_| bad())?;
    // "5-15ms": the first bound has the unit of the second unless it names its own.
    let unit = high.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let min: Span = match low.parse() {
        Ok(min) => min,
        Err(_) => format!("{low}{unit}").parse().map_err(|_| bad())?,
    };
    if min > max || max > SPAN_MAX {
        return Err(bad());
    }
    Ok(Fault::Latency { min, max })
}

fn message(words: &Words, names: Names, action: MessageAction) -> Result<Fault, CommandError> {
    let [id] = words.arguments(usage(words.verb()))?;
    let id = names.read_message(id)?;
    Ok(Fault::Message { id, action })
}

fn delay(words: &Words, names: Names) -> Result<Fault, CommandError> {
    let [id, time] = words.arguments(usage("delay"))?;
    let id = names.read_message(id)?;
    let bad = || {
        CommandError(format!(
            "delay '{}' is not allowed; use a time such as 50ms, at most {SPAN_MAX}",
            excerpt(time)
        ))
    };
    let span: Span = time.parse().map_err(|_| bad())?;
    if span > SPAN_MAX {
        return Err(bad());
    }
    let action = MessageAction::Delay(span);
    Ok(Fault::Message { id, action })
}

fn number(
    text: &str,
    what: &str,
    (low, high): (f64, f64),
    unit: &str,
) -> Result<f64, CommandError> {
    crate::number::read(text)
        // Adding zero turns -0 into 0, so that it has one text.
        .filter(|value: &f64| (low..=high).contains(value))
        .map(|value| value + 0.0)
        .ok_or_else(|| {
            CommandError(format!(
                "{what} '{}' is not allowed; use a number from {low} to {high}{unit}",
                excerpt(text)
            ))
        })
}

/// A span in milliseconds with all its decimals and no more: "5", "0.25".
fn millis(span: Span) -> String {
    let nanos = span.as_nanos();
    let text = format!("{}.{:06}", nanos / 1_000_000, nanos % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests;
