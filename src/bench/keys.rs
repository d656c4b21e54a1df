//! The keys: one table, from which both the handler and the help are made.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::dock::Tab;

/// What a key does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Press {
    /// Play or pause.
    Play,
    /// One event forward.
    Forward,
    /// One event back.
    Back,
    /// On to the next event of interest.
    Next,
    /// Back to the last event of interest.
    Previous,
    /// Choose what to run until.
    Until,
    /// Make the timeline longer.
    Extend,
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
    /// Full screen for a room, and back.
    Present,
    /// Presenting: the step's action, then the next step.
    Onward,
    /// Presenting: back by one such move.
    Backward,
    /// Presenting: shows the answer, or hides it.
    Reveal,
    /// Presenting: shows the presenter's notes, or hides them.
    Notes,
    /// Fork the run; then, the next choice of panes.
    Compare,
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
    /// Open something beneath the stage, or close it.
    Dock(Tab),
    /// The next theme.
    Theme,
    /// This help.
    Help,
    /// Puts away what lies over the stage.
    Close,
}

/// What a line is about: the help has a heading for each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Group {
    /// Moving in time.
    Time,
    /// The lesson's steps.
    Steps,
    /// Changes of the run, and taking them back.
    Faults,
    /// What is shown, and how.
    View,
    /// Only while presenting.
    Presenting,
}

impl Group {
    /// Every group with its heading.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Time, "Time"),
        (Self::Steps, "Steps"),
        (Self::Faults, "Changes and faults"),
        (Self::View, "View"),
        (Self::Presenting, "While presenting"),
    ];
}

/// A line of the table.
pub struct HotKey {
    /// What it is about.
    pub group: Group,
    /// Names as the browser reports them; letters count in either case.
    keys: &'static [&'static str],
    /// How they are written in the help.
    pub shown: &'static [&'static str],
    /// What they do.
    pub press: Press,
    /// In words.
    pub help: &'static str,
}

use Group::{Faults, Presenting, Steps, Time, View};

/// Every hot-key.
#[rustfmt::skip]
pub const HOT_KEYS: &[HotKey] = &[
    key(Time, &[" ", "k"], &["Space", "K"], Press::Play, "Play or pause"),
    key(Time, &["ArrowRight", "."], &["→", "."], Press::Forward, "One event forward"),
    key(Time, &["ArrowLeft", ","], &["←", ","], Press::Back, "One event back"),
    key(Time, &["n"], &["N"], Press::Next, "On to the next event of interest"),
    key(Time, &["p"], &["P"], Press::Previous, "Back to the last event of interest"),
    key(Time, &["Home"], &["Home"], Press::Start, "Back to the start"),
    key(Time, &["End"], &["End"], Press::End, "On to the end"),
    key(Time, &["+", "="], &["+"], Press::Faster, "Faster"),
    key(Time, &["-", "_"], &["−"], Press::Slower, "Slower"),
    key(Time, &["u"], &["U"], Press::Until, "Run until a condition holds"),
    key(Time, &["x"], &["X"], Press::Extend, "A longer timeline"),
    key(Steps, &["a"], &["A"], Press::Act, "Do what the current step says"),
    key(Faults, &["b"], &["B"], Press::Compare,
        "Fork here and compare; then change A, B or both"),
    key(Faults, &["z"], &["Z"], Press::Undo, "Take the last change back"),
    key(Faults, &["y"], &["Y"], Press::Redo, "Do it again"),
    key(Faults, &["Delete"], &["Del"], Press::Break,
        "Crash the selected node, or drop the selected message"),
    key(Faults, &["o"], &["O"], Press::Restart, "Start the selected node"),
    key(Faults, &["h"], &["H"], Press::Hold,
        "Pause or resume the selected node, or delay the selected message"),
    key(Faults, &["c"], &["C"], Press::Copy, "Duplicate the selected message"),
    key(Faults, &["d"], &["D"], Press::Divide, "Divide the network: draw a line, or choose"),
    key(Faults, &["j"], &["J"], Press::Join, "Join the network again"),
    key(View, &["i"], &["I"], Press::Inspect, "To the inspector"),
    key(View, &["g"], &["G"], Press::Dock(Tab::SpaceTime), "Space-time diagram"),
    key(View, &["l"], &["L"], Press::Dock(Tab::Log), "Log"),
    key(View, &["v"], &["V"], Press::Dock(Tab::Charts), "Charts"),
    key(View, &["e"], &["E"], Press::Dock(Tab::Code),
        "Code, in lessons with code; beside the stage while presenting"),
    key(View, &["f"], &["F"], Press::Present, "Present: full screen for a room"),
    key(View, &["s"], &["S"], Press::Share, "Share this run"),
    key(View, &["t"], &["T"], Press::Theme, "The next theme"),
    key(View, &["?"], &["?"], Press::Help, "These keys"),
    key(View, &["Escape"], &["Esc"], Press::Close, "Put away what lies over the stage"),
    key(Presenting, &["PageDown", "Enter"], &["Page ↓", "Enter"], Press::Onward,
        "The step's action, its answer, then the next step"),
    key(Presenting, &["PageUp", "Backspace"], &["Page ↑", "⌫"], Press::Backward,
        "Back by one such move"),
    key(Presenting, &["r"], &["R"], Press::Reveal, "Show or hide the answer"),
    key(Presenting, &["m"], &["M"], Press::Notes, "Show or hide your notes"),
];

const fn key(
    group: Group,
    keys: &'static [&'static str],
    shown: &'static [&'static str],
    press: Press,
    help: &'static str,
) -> HotKey {
    HotKey {
        group,
        keys,
        shown,
        press,
        help,
    }
}

/// What a key press means, if it means anything: not within fields, nor where the focused
/// element has a use for the key itself, nor while a dialog is open.
pub fn read(event: &KeyboardEvent, presenting: bool) -> Option<Press> {
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
    meaning(&name, presenting)
}

/// Whether an element needs the key for itself.
fn keeps(target: &HtmlElement, key: &str) -> bool {
    let selector = match key {
        " " | "Enter" => "button, a, summary, input, select, textarea, dialog *",
        "ArrowLeft" | "ArrowRight" | "Home" | "End" => {
            "input, select, textarea, pre, [role=tab], dialog *"
        }
        "PageDown" | "PageUp" | "Backspace" => "input, select, textarea, dialog *",
        // A slider takes no letters, a field does.
        _ => {
            "input:not([type=range]):not([type=checkbox]):not([type=radio]), select, textarea, dialog *"
        }
    };
    target.matches(selector).unwrap_or(false)
}

fn meaning(name: &str, presenting: bool) -> Option<Press> {
    let name = if name.len() == 1 {
        name.to_ascii_lowercase()
    } else {
        name.to_owned()
    };
    HOT_KEYS
        .iter()
        .filter(|line| presenting || line.group != Presenting)
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
                assert_eq!(meaning(key, true), Some(line.press), "{key}");
                let elsewhere = (line.group != Presenting).then_some(line.press);
                assert_eq!(meaning(key, false), elsewhere, "{key}");
            }
            assert!(!line.shown.is_empty() && !line.help.is_empty());
        }
        assert_eq!(meaning("K", false), Some(Press::Play));
        assert_eq!(meaning("F5", true), None);
        for (group, _) in Group::ALL {
            assert!(HOT_KEYS.iter().any(|line| line.group == group), "{group:?}");
        }
    }
}
