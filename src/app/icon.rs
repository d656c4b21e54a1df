//! Icons, each one path on a 24 by 24 grid, drawn in the colour of the text around them.

use yew::Html;

use super::el::{El, el};

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Icon {
    /// To the start.
    Start,
    /// One event back.
    Back,
    /// Back to something of interest.
    Previous,
    /// On to something of interest.
    Next,
    /// Until a condition holds.
    Until,
    /// A screen for a room.
    Screen,
    /// Run.
    Play,
    /// Hold.
    Pause,
    /// One event forward.
    Forward,
    /// To the end.
    End,
    /// Light theme.
    Sun,
    /// Dark theme.
    Moon,
    /// As the device wishes.
    Auto,
    /// Keys and help.
    Help,
    /// One way becomes two.
    Fork,
    /// Pass on.
    Share,
    /// Done.
    Check,
    /// Close or take away.
    Cross,
    /// Sliders: the drawer of parameters.
    Sliders,
    /// Up.
    Up,
    /// Back to the default; the last change taken back.
    Undo,
    /// What was taken back done again.
    Redo,
}

impl Icon {
    /// The path, and whether it is filled.
    const fn path(self) -> (&'static str, bool) {
        match self {
            Self::Start => ("M7 5v14M19 6v12l-9-6z", true),
            Self::Back => ("M18 5v14M14 7v10l-7-5z", true),
            Self::Previous => ("M12 6v12l-8-6zM21 6v12l-8-6z", true),
            Self::Next => ("M12 6v12l8-6zM3 6v12l8-6z", true),
            Self::Until => ("M5 21V4M5 5h13l-3 4 3 4H5", false),
            Self::Screen => ("M3 5h18v11H3zM12 16v4M8 20h8", false),
            Self::Play => ("M8 5.5v13l10.5-6.5z", true),
            Self::Pause => ("M8 5v14M16 5v14", false),
            Self::Forward => ("M6 5v14M10 7v10l7-5z", true),
            Self::End => ("M17 5v14M5 6v12l9-6z", true),
            Self::Sun => (
                "M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5",
                false,
            ),
            Self::Moon => (
                "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
                false,
            ),
            Self::Auto => (
                "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 3v18M12 7.5l5.5-2M12 12h9M12 16.5l5.5 2",
                false,
            ),
            Self::Help => (
                "M9 9.2a3 3 0 1 1 4.6 2.6c-1 .6-1.6 1.2-1.6 2.4M12 17.5v.1M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19",
                false,
            ),
            Self::Fork => ("M6 3v18M6 14c0-5 4-7 11-7M13.5 3.5L17 7l-3.5 3.5", false),
            Self::Share => ("M12 15V4M8 7.5l4-4l4 4M6 11H5v9h14v-9h-1", false),
            Self::Check => ("M5 12.5l4.5 4.5L19 7.5", false),
            Self::Cross => ("M6 6l12 12M18 6L6 18", false),
            Self::Sliders => ("M4 8h8M18 8h2M15 5v6M4 16h2M12 16h8M9 13v6", false),
            Self::Up => ("M5 15l7-7l7 7", false),
            Self::Undo => ("M8 5L4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11H9", false),
            Self::Redo => ("M16 5l4 4-4 4M20 9H10a5.5 5.5 0 0 0 0 11h5", false),
        }
    }
}

/// Draws an icon. It says nothing to a screen reader: its button has the name.
pub fn icon(icon: Icon) -> Html {
    let (path, solid) = icon.path();
    let path = el("path")
        .set("d", path)
        .set_some("class", solid.then_some("solid"));
    picture("0 0 24 24").child(path).into()
}

/// Faultline's mark: a trace with one beat out of line.
pub fn mark() -> Html {
    let path = el("path").set("d", "M1 8h7l2-6 3 12 2-6h6");
    picture("0 0 22 16").child(path).into()
}

fn picture(view_box: &'static str) -> El {
    el("svg")
        .set("viewBox", view_box)
        .set("aria-hidden", "true")
        .set("focusable", "false")
}
