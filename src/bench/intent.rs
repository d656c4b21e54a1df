//! What the bench's parts share: the run, what is looked at, and the way to say what the reader
//! wants. The stage, the diagram, the log, the charts and the inspector all speak this language,
//! so that each is linked with all others.

use faultline_course::Check;
use faultline_view::Selection;
use faultline_view::theme::Theme;
use yew::{AttrValue, Callback};

use super::dock::Tab;
use super::player::Player;

/// What the reader wants, whichever part of the bench it was said to.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// To look at something, in all parts.
    Select(Selected),
    /// The cursor there: nanoseconds.
    Seek(u64),
    /// A command on the timeline: at a time in nanoseconds, or at the cursor.
    Place {
        /// When; none: where the cursor stands.
        at: Option<u64>,
        /// As one would type it.
        text: String,
    },
    /// A command of the timeline moved or rewritten.
    Edit {
        /// Which.
        id: u64,
        /// When now, nanoseconds.
        at: u64,
        /// What now.
        text: String,
    },
    /// A command taken off the timeline.
    Remove(u64),
    /// The last change taken back.
    Undo,
    /// What was taken back done again.
    Redo,
    /// Another program for the run.
    Code(String),
    /// Something opened beneath the stage.
    Show(Tab),
    /// To divide the network by hand, or not any more.
    Cut(bool),
    /// The cursor forward to where this holds.
    Until(Check),
    /// No more looking, and no more running.
    Hold,
    /// The form for what to run until put away.
    CloseUntil,
    /// Something that cannot be done: why not.
    Refuse(String),
    /// Something for the live region.
    Say(String),
}

/// What the reader looks at, and in which pane.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selected {
    /// The pane's index.
    pub pane: usize,
    /// The node, message or mark.
    pub what: Selection,
}

/// A command of the session as a mark of a pane, which has its own names for commands.
pub fn mark_of(player: &Player, pane: usize, command: u64) -> Option<Selection> {
    let own = player.read(|session| session.id_in_pane(command, pane))?;
    Some(Selection::Mark(own.to_string().into()))
}

/// What a part of the bench is given.
#[derive(Clone, PartialEq)]
pub struct Bench {
    /// The run; for reading. What changes it is said as an [`Intent`].
    pub player: Player,
    /// Another number whenever there may be something new to show.
    pub moment: u64,
    /// What the reader looks at.
    pub selected: Selected,
    /// The reader is about to divide the network.
    pub cutting: bool,
    /// Why what the reader wanted last was not done.
    pub refused: Option<AttrValue>,
    /// The colours.
    pub theme: &'static Theme,
    /// Says what the reader wants.
    pub on_intent: Callback<Intent>,
}

impl Bench {
    /// Says what the reader wants.
    pub fn intend(&self, intent: Intent) {
        self.on_intent.emit(intent);
    }
}
