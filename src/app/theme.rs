//! Light, dark or for a projector: as the device wishes until the reader chooses.

use faultline_view::theme::Theme;

use super::icon::Icon;

/// The name under which the choice is kept.
pub const KEY: &str = "faultline.theme";

/// What the reader chose.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Choice {
    /// As the device wishes.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// For a room: the strongest contrast, and larger letters.
    Projector,
}

impl Choice {
    /// The next choice when the button is pressed: first the other look than the one seen, so
    /// that the first press always shows something.
    pub fn next(self, device_dark: bool) -> Self {
        match (self, device_dark) {
            (Self::Auto, true) | (Self::Dark, false) => Self::Light,
            (Self::Auto, false) | (Self::Light, true) => Self::Dark,
            (Self::Light, false) | (Self::Dark, true) => Self::Projector,
            (Self::Projector, _) => Self::Auto,
        }
    }

    /// The colours for the painter.
    pub fn theme(self, device_dark: bool) -> &'static Theme {
        match self {
            Self::Light => &Theme::LIGHT,
            Self::Dark => &Theme::DARK,
            Self::Projector => &Theme::PROJECTOR,
            Self::Auto if device_dark => &Theme::DARK,
            Self::Auto => &Theme::LIGHT,
        }
    }

    /// Its icon and its name, under which it is kept.
    pub fn face(self) -> (Icon, &'static str) {
        match self {
            Self::Auto => (Icon::Auto, "automatic"),
            Self::Light => (Icon::Sun, "light"),
            Self::Dark => (Icon::Moon, "dark"),
            Self::Projector => (Icon::Screen, "projector"),
        }
    }

    /// The choice of a name; none for any other text.
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::Auto, Self::Light, Self::Dark, Self::Projector];
        all.into_iter().find(|choice| choice.face().1 == name)
    }
}

/// Sets the theme on the document, where the style sheet reads it.
pub fn apply(theme: &Theme) {
    let root = super::dom::document().document_element();
    if let Some(root) = root {
        let _ = root.set_attribute("data-theme", theme.name);
    }
}

/// The device's wish, as a query that also tells of changes.
pub fn device() -> Option<web_sys::MediaQueryList> {
    super::dom::window()
        .match_media("(prefers-color-scheme: dark)")
        .ok()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_presses_come_round_and_the_first_changes_the_look() {
        for dark in [false, true] {
            let first = Choice::Auto.next(dark);
            assert_ne!(first.theme(dark), Choice::Auto.theme(dark));
            assert_eq!(first.next(dark).next(dark).next(dark), Choice::Auto);
            assert_eq!(Choice::parse(first.face().1), Some(first));
        }
    }

    /// The style sheet repeats the painter's colours; this keeps them the same.
    #[test]
    fn the_style_sheet_has_the_painters_colours() {
        let css = include_str!("../../static/base.css");
        let (light, rest) = css.split_once(":root[data-theme=\"dark\"]").unwrap();
        let (dark, projector) = rest.split_once(":root[data-theme=\"projector\"]").unwrap();
        for (theme, css) in [
            (&Theme::LIGHT, light),
            (&Theme::DARK, dark),
            (&Theme::PROJECTOR, projector),
        ] {
            for (role, colour) in [
                ("paper", theme.paper),
                ("surface", theme.surface),
                ("hair", theme.hair),
                ("ink", theme.ink.text),
                ("muted", theme.muted.text),
                ("accent", theme.accent.text),
                ("ok", theme.ok.text),
                ("bad", theme.bad.text),
            ] {
                let line = format!("--{role}: {colour};");
                assert!(css.contains(&line), "{} lacks {line}", theme.name);
            }
        }
    }
}
