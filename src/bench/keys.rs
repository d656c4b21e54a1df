//! The keys: one table, from which both the handler and the help are made.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// What a key does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Press {
    /// Play or pause.
    Play,
    /// One event forward.
    Forward,
    /// One event back.
    Back,
    /// To the start.
    Start,
    /// To the end.
    End,
    /// Faster.
    Faster,
    /// Slower.
    Slower,
    /// The current step's first action.
    Act,
    /// Take the last change back.
    Undo,
    /// Do it again.
    Redo,
    /// Crash the node that is selected, or drop the message.
    Break,
    /// Start the node that is selected.
    Restart,
    /// Pause the node that is selected or let it go on; delay the message.
    Hold,
    /// Duplicate the message that is selected.
    Copy,
    /// Divide the network.
    Divide,
    /// Join it again.
    Join,
    /// To what is known of what is selected.
    Inspect,
    /// Share the run.
    Share,
    /// The next theme.
    Theme,
    /// This help.
    Help,
    /// Puts away what lies over the stage.
    Close,
}

/// A line of the table.
pub struct HotKey {
    /// Names as the browser reports them; letters count in either case.
    keys: &'static [&'static str],
    /// How they are written in the help.
    pub shown: &'static [&'static str],
    /// What they do.
    pub press: Press,
    /// In words.
    pub help: &'static str,
}

/// Every hot-key.
pub const HOT_KEYS: &[HotKey] = &[
    key(&[" ", "k"], &["Space", "K"], Press::Play, "Play or pause"),
    key(
        &["ArrowRight", "."],
        &["→", "."],
        Press::Forward,
        "One event forward",
    ),
    key(
        &["ArrowLeft", ","],
        &["←", ","],
        Press::Back,
        "One event back",
    ),
    key(&["Home"], &["Home"], Press::Start, "Back to the start"),
    key(&["End"], &["End"], Press::End, "On to the end"),
    key(&["+", "="], &["+"], Press::Faster, "Faster"),
    key(&["-", "_"], &["−"], Press::Slower, "Slower"),
    key(&["a"], &["A"], Press::Act, "Do what the current step says"),
    key(&["z"], &["Z"], Press::Undo, "Take the last change back"),
    key(&["y"], &["Y"], Press::Redo, "Do it again"),
    key(
        &["Delete"],
        &["Del"],
        Press::Break,
        "Crash the selected node, or drop the selected message",
    ),
    key(&["o"], &["O"], Press::Restart, "Start the selected node"),
    key(
        &["h"],
        &["H"],
        Press::Hold,
        "Pause or resume the selected node, or delay the selected message",
    ),
    key(
        &["c"],
        &["C"],
        Press::Copy,
        "Duplicate the selected message",
    ),
    key(
        &["d"],
        &["D"],
        Press::Divide,
        "Divide the network: draw a line, or choose",
    ),
    key(&["j"], &["J"], Press::Join, "Join the network again"),
    key(&["i"], &["I"], Press::Inspect, "To the inspector"),
    key(&["s"], &["S"], Press::Share, "Share this run"),
    key(&["t"], &["T"], Press::Theme, "Light or dark"),
    key(&["?"], &["?"], Press::Help, "These keys"),
    key(
        &["Escape"],
        &["Esc"],
        Press::Close,
        "Put away what lies over the stage",
    ),
];

const fn key(
    keys: &'static [&'static str],
    shown: &'static [&'static str],
    press: Press,
    help: &'static str,
) -> HotKey {
    HotKey {
        keys,
        shown,
        press,
        help,
    }
}

/// What a key press means, if it means anything: not within fields, nor where the focused
/// element has a use for the key itself, nor while a dialog is open.
pub fn read(event: &KeyboardEvent) -> Option<Press> {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
        return None;
    }
    let name = event.key();
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok());
    if target.is_some_and(|target| keeps(&target, &name)) {
        return None;
    }
    meaning(&name)
}

/// Whether an element needs the key for itself.
fn keeps(target: &HtmlElement, key: &str) -> bool {
    let selector = match key {
        " " | "Enter" => "button, a, summary, input, select, textarea, dialog *",
        "ArrowLeft" | "ArrowRight" | "Home" | "End" => {
            "input, select, textarea, pre, [role=tab], dialog *"
        }
        // A slider takes no letters, a field does.
        _ => {
            "input:not([type=range]):not([type=checkbox]):not([type=radio]), select, textarea, dialog *"
        }
    };
    target.matches(selector).unwrap_or(false)
}

fn meaning(name: &str) -> Option<Press> {
    let name = if name.len() == 1 {
        name.to_ascii_lowercase()
    } else {
        name.to_owned()
    };
    HOT_KEYS
        .iter()
        .find(|line| line.keys.contains(&name.as_str()))
        .map(|line| line.press)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_and_every_line_is_reached() {
        for line in HOT_KEYS {
            for key in line.keys {
                assert_eq!(meaning(key), Some(line.press), "{key}");
            }
            assert!(!line.shown.is_empty() && !line.help.is_empty());
        }
        assert_eq!(meaning("K"), Some(Press::Play));
        assert_eq!(meaning("F5"), None);
    }
}
