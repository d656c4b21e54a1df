//! Colours for roles.
//!
//! The data palette is Okabe and Ito's ("Color Universal Design", 2008), with each hue darkened
//! or lightened as far as a theme's paper asks: at least 3:1 for graphics and 4.5:1 for text
//! (WCAG 2.2, 1.4.11 and 1.4.3).
//! Vermillion is not among a series' colours: the accent is its neighbour, and what is a
//! member of a series must never look like what is pointed at.

use crate::panel::Tone;

/// One role's colours as `#rrggbb`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Swatch {
    /// For shapes: at least 3:1 against paper and surface.
    pub graphic: &'static str,
    /// For letters: at least 4.5:1 against paper and surface.
    pub text: &'static str,
}

impl Swatch {
    const fn one(colour: &'static str) -> Self {
        Self::two(colour, colour)
    }

    const fn two(graphic: &'static str, text: &'static str) -> Self {
        Self { graphic, text }
    }
}

/// What every [`Tone`] looks like.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Theme {
    /// Its name, e.g. "light".
    pub name: &'static str,
    /// The background.
    pub paper: &'static str,
    /// The background of a panel.
    pub surface: &'static str,
    /// Hairlines; no meaning rests on them alone.
    pub hair: &'static str,
    /// Text and strong lines.
    pub ink: Swatch,
    /// Quiet text and marks.
    pub muted: Swatch,
    /// The one thing to look at now.
    pub accent: Swatch,
    /// Good.
    pub ok: Swatch,
    /// Bad.
    pub bad: Swatch,
    /// Members of a series: blue, green, purple, yellow, sky, orange, grey, black (white on
    /// dark paper).
    pub series: [Swatch; 8],
}

impl Theme {
    /// Dark letters on warm paper.
    pub const LIGHT: Self = Self {
        name: "light",
        paper: "#fbfaf7",
        surface: "#ffffff",
        hair: "#e4e1d9",
        ink: Swatch::one("#1d1f21"),
        muted: Swatch::one("#5f646b"),
        accent: Swatch::one("#c2410c"),
        ok: Swatch::one("#00734f"),
        bad: Swatch::one("#b3261e"),
        series: [
            Swatch::one("#0072b2"),
            Swatch::two("#009e73", "#007d5b"),
            Swatch::two("#c474a0", "#9b5c7f"),
            Swatch::two("#9b9300", "#746e00"),
            Swatch::two("#4795c1", "#367498"),
            Swatch::two("#bd8200", "#926500"),
            Swatch::one("#5f646b"),
            Swatch::one("#1d1f21"),
        ],
    };

    /// Light letters on near-black.
    pub const DARK: Self = Self {
        name: "dark",
        paper: "#14161a",
        surface: "#1a1d22",
        hair: "#2b2f36",
        ink: Swatch::one("#e8e6e1"),
        muted: Swatch::one("#9aa0a8"),
        accent: Swatch::one("#ff8a4c"),
        ok: Swatch::one("#4fd1a5"),
        bad: Swatch::one("#ff8a80"),
        series: [
            Swatch::one("#56a8e0"),
            Swatch::one("#2fc79a"),
            Swatch::one("#e3a1c6"),
            Swatch::one("#f0e442"),
            Swatch::one("#9ad4f5"),
            Swatch::one("#e6a817"),
            Swatch::one("#a9aeb5"),
            Swatch::one("#e8e6e1"),
        ],
    };

    /// Black on white with stronger colours, for a room with the lights on: text at least 7:1,
    /// graphics at least 4.5:1.
    pub const PROJECTOR: Self = Self {
        name: "projector",
        paper: "#ffffff",
        surface: "#ffffff",
        hair: "#cfccc4",
        ink: Swatch::one("#000000"),
        muted: Swatch::one("#4b4f55"),
        accent: Swatch::one("#96320a"),
        ok: Swatch::one("#006546"),
        bad: Swatch::one("#a3211a"),
        series: [
            Swatch::one("#005d91"),
            Swatch::two("#008561", "#006449"),
            Swatch::two("#a26085", "#7a4964"),
            Swatch::two("#7d7722", "#5e591a"),
            Swatch::two("#3b7ba0", "#2c5d78"),
            Swatch::two("#9c6c00", "#755100"),
            Swatch::one("#4b4f55"),
            Swatch::one("#000000"),
        ],
    };

    /// Every theme.
    pub const ALL: [&'static Self; 3] = [&Self::LIGHT, &Self::DARK, &Self::PROJECTOR];

    /// The colour of a shape in a tone.
    #[must_use]
    pub const fn graphic(&self, tone: Tone) -> &'static str {
        self.swatch(tone).graphic
    }

    /// The colour of letters in a tone.
    #[must_use]
    pub const fn text(&self, tone: Tone) -> &'static str {
        self.swatch(tone).text
    }

    const fn swatch(&self, tone: Tone) -> Swatch {
        match tone {
            Tone::Ink => self.ink,
            Tone::Muted => self.muted,
            Tone::Hair => Swatch::one(self.hair),
            Tone::Accent => self.accent,
            Tone::Ok => self.ok,
            Tone::Bad => self.bad,
            Tone::Paper => Swatch::one(self.paper),
            Tone::Surface => Swatch::one(self.surface),
            Tone::Series(index) => self.series[index as usize % self.series.len()],
        }
    }
}
