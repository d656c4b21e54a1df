//! What can be done to what is selected: by the inspector's buttons and by keys alike.

use faultline_systems::{MessageEnd, MessageReport, NodeReport};
use faultline_view::{NodeStatus, Selection};

use super::intent::{Bench, Intent};
use super::keys::Press;
use crate::app::dom;

/// The shortest delay that is offered.
const DELAY_MS_MIN: u64 = 1;

/// Something that can be done now, or why it cannot.
pub struct Deed {
    /// The button's text.
    pub label: &'static str,
    /// The key that does it.
    pub key: &'static str,
    /// The command, or why there is none.
    pub command: Result<String, String>,
}

impl Deed {
    fn new(
        label: &'static str,
        key: &'static str,
        allowed: Result<(), &str>,
        text: String,
    ) -> Self {
        Self {
            label,
            key,
            command: allowed.map(|()| text).map_err(str::to_owned),
        }
    }
}

/// What is selected and is still there, in the pane it was selected in.
pub enum Seen {
    /// A node.
    Node(NodeReport),
    /// A message.
    Message(MessageReport),
}

/// Looks at what is selected; none if that is no node or message, or is not there at this time.
pub fn seen(bench: &Bench) -> Option<Seen> {
    let pane = bench.selected.pane;
    bench.player.read(|session| {
        let lab = (pane < session.pane_count()).then(|| session.lab(pane))?;
        match &bench.selected.what {
            Selection::Node(name) => lab.inspect(name).map(Seen::Node),
            Selection::Message(id) => lab.message(id).map(Seen::Message),
            Selection::Mark(_) | Selection::None => None,
        }
    })
}

/// Crash, start, start empty, pause, resume.
pub fn to_node(node: &NodeReport) -> [Deed; 5] {
    let name = &node.name;
    let if_in = |allowed: &[NodeStatus]| match node.status {
        status if allowed.contains(&status) => Ok(()),
        NodeStatus::Up => Err("It is up already."),
        NodeStatus::Down => Err("It is down."),
        NodeStatus::Paused => Err("It is paused already."),
    };
    let (up, down, paused) = (NodeStatus::Up, NodeStatus::Down, NodeStatus::Paused);
    let resume = match node.status {
        NodeStatus::Up => Err("It is not paused."),
        _ => if_in(&[paused]),
    };
    [
        Deed::new(
            "Crash",
            "Del",
            if_in(&[up, paused]),
            format!("crash {name}"),
        ),
        Deed::new(
            "Restart",
            "O",
            if_in(&[down, paused]),
            format!("restart {name}"),
        ),
        Deed::new(
            "Restart empty",
            "",
            Ok(()),
            format!("restart {name} --empty"),
        ),
        Deed::new("Pause", "H", if_in(&[up]), format!("pause {name}")),
        Deed::new("Resume", "H", resume, format!("resume {name}")),
    ]
}

/// Drop, duplicate.
pub fn to_message(message: &MessageReport) -> [Deed; 2] {
    let id = &message.id;
    [
        Deed::new("Drop", "Del", flies(message), format!("drop {id}")),
        Deed::new("Duplicate", "C", flies(message), format!("duplicate {id}")),
    ]
}

/// Whether a message can still be changed; why not.
pub fn flies(message: &MessageReport) -> Result<(), &'static str> {
    match message.end {
        None => Ok(()),
        Some(MessageEnd::Delivered { .. }) => Err("It has arrived already."),
        Some(MessageEnd::Lost { .. }) => Err("It is lost already."),
    }
}

/// A delay that shows: the message takes twice its time.
pub fn delay_ms(message: &MessageReport) -> u64 {
    let way = message.arrives.map(|arrives| arrives.since(message.sent));
    let millis = way.map_or(0, |way| way.as_nanos() / 1_000_000);
    millis.max(DELAY_MS_MIN)
}

/// Does what a key means for what is selected, or says why not.
pub fn press(bench: &Bench, press: Press) {
    let intent = match press {
        Press::Inspect => {
            dom::focus("inspector-title");
            return;
        }
        Press::Divide => Intent::Cut(!bench.cutting),
        Press::Join => Intent::Place {
            at: None,
            text: "heal".to_owned(),
        },
        _ => match command(bench, press) {
            Ok(text) => Intent::Place { at: None, text },
            Err(why) => Intent::Refuse(why),
        },
    };
    bench.intend(intent);
}

fn command(bench: &Bench, press: Press) -> Result<String, String> {
    let deed = match seen(bench) {
        Some(Seen::Node(node)) => {
            let [crash, restart, _, pause, resume] = to_node(&node);
            match press {
                Press::Break => crash,
                Press::Restart => restart,
                Press::Hold if node.status == NodeStatus::Paused => resume,
                Press::Hold => pause,
                _ => return Err("A message can be duplicated, a node cannot.".to_owned()),
            }
        }
        Some(Seen::Message(message)) => {
            let [drop, copy] = to_message(&message);
            match press {
                Press::Break => drop,
                Press::Copy => copy,
                Press::Hold => {
                    let text = format!("delay {} {}ms", message.id, delay_ms(&message));
                    Deed::new("Delay", "H", flies(&message), text)
                }
                _ => return Err("A node can be started, a message cannot.".to_owned()),
            }
        }
        None => return Err("Choose a node or a message first: on the stage.".to_owned()),
    };
    deed.command
        .map_err(|why| format!("{}: {}", deed.label, why))
}
