//! A lesson as plain data: what the page shows and checks. Made from a lesson folder
//! (`lesson.toml`, `lesson.md`) at build time; the page reads it as it is.

use serde::{Deserialize, Serialize};

use crate::Run;

/// The whole course.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Course {
    /// Tracks in order.
    pub tracks: Vec<Track>,
    /// Lessons in order of their number.
    pub lessons: Vec<Lesson>,
}

/// A track of the course, from `lessons/course.toml`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// Stable name that lessons refer to, e.g. "workshop".
    pub id: String,
    /// E.g. "The workshop".
    pub title: String,
    /// One sentence.
    pub summary: String,
}

/// A lesson.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Lesson {
    /// The folder's name, e.g. "05-sharding"; also its address.
    pub slug: String,
    /// From the folder's name, e.g. 5.
    pub number: u32,
    /// The track's id.
    pub track: String,
    /// Above the title, e.g. "Modules 3 and 4".
    pub kicker: String,
    /// E.g. "Where does a key live?".
    pub title: String,
    /// For the course page and crumbs, e.g. "Sharding".
    pub short_title: String,
    /// The promise, one sentence.
    pub promise: String,
    /// How long it takes, minutes.
    pub minutes: u32,
    /// The system's name.
    pub system: String,
    /// The opening seed.
    pub seed: u64,
    /// The opening parameters, as text; what is not named has the system's default.
    pub params: Vec<(String, String)>,
    /// The names of the parameters that the lesson shows, in order.
    pub controls: Vec<String>,
    /// The stage's panes: runs on the same seed and commands, each with its own changes to the
    /// parameters. One pane for most lessons. The first is the run that links and checks mean
    /// when they name no pane.
    pub panes: Vec<Pane>,
    /// Commands that stand on the timeline when the lesson opens: (time in nanoseconds, text), in
    /// the order of their times.
    pub timeline: Vec<(u64, String)>,
    /// Time at which the lesson opens, e.g. "0s"; text, a `Time`.
    pub open_at: String,
    /// How long the timeline is, e.g. "10s"; text, a `Span`.
    pub duration: String,
    /// Virtual seconds per real second when playing, e.g. 0.5.
    pub speed: f64,
    /// Programs to begin with; none for a lesson without code.
    pub code: Option<Code>,
    /// Prose before the steps.
    pub intro: Vec<Block>,
    /// Steps in order.
    pub steps: Vec<Step>,
    /// The lesson's failure modes, one click each.
    pub failures: Vec<Action>,
    /// What to remember: a few sentences.
    pub remember: Vec<Block>,
    /// Where to read on.
    pub reading: Vec<Block>,
    /// For the presenter only.
    pub notes: Vec<Block>,
}

/// A pane of the stage.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Pane {
    /// Stable name that checks refer to, e.g. "modulo".
    pub id: String,
    /// What this pane sets over the lesson's parameters, as text.
    #[serde(default)]
    pub set: Vec<(String, String)>,
}

/// The programs of a lesson with code.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Code {
    /// What the learner begins with, and the lesson opens with; empty where the learner need not
    /// write anything.
    pub starter: String,
    /// What makes every check true; empty where there is no starter.
    pub solution: String,
    /// Others, ready to be loaded.
    pub examples: Vec<Example>,
}

/// A program ready to be loaded.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Example {
    /// What it is, e.g. "FNV-1a".
    pub label: String,
    /// Its text.
    pub code: String,
}

/// A step beside the stage.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Step {
    /// Stable name, for progress and links, e.g. "add-node".
    pub id: String,
    /// What to do, one or two sentences.
    pub body: Vec<Block>,
    /// Asked before the actions are offered.
    pub predict: Option<Prediction>,
    /// Buttons.
    pub actions: Vec<Action>,
    /// It is done by writing a program, not by a button.
    pub by_code: bool,
    /// Ticks when all of these hold at the cursor. Empty: ticks when an action was taken.
    pub checks: Vec<Check>,
    /// Shown when the step is done: what was seen, and why.
    pub after: Vec<Block>,
}

/// A question to answer before the run shows it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// The question.
    pub question: String,
    /// Two to four answers.
    pub options: Vec<String>,
    /// Index of the right one.
    pub answer: usize,
    /// Shown after an answer: why.
    pub because: String,
}

/// A button: what it does, in this order.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Its text, e.g. "Add Node D".
    pub label: String,
    /// Parameters to set (this starts the run again), as text.
    #[serde(default)]
    pub set: Vec<(String, String)>,
    /// A program to run instead of the one there is, as text; empty: none.
    #[serde(default)]
    pub code: String,
    /// Where the cursor goes then, e.g. "9500ms"; empty: it stays.
    #[serde(default)]
    pub from: String,
    /// Commands to place at the cursor, e.g. "add".
    #[serde(default)]
    pub commands: Vec<String>,
    /// Then play for this long, e.g. "3s"; empty: stay paused.
    #[serde(default)]
    pub play: String,
}

/// A condition over a pane at the cursor.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The pane's id; empty: the first.
    #[serde(default)]
    pub pane: String,
    /// A metric's name, or `property.<name>`, or `param.<name>`.
    pub metric: String,
    /// How to compare.
    pub is: Comparison,
    /// With what, as text; a number where the metric is one. For properties "open", "held" or
    /// "violated".
    pub value: String,
}

/// How a check compares.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comparison {
    /// Equal.
    Equals,
    /// Not equal.
    Not,
    /// Less than, numbers only.
    Below,
    /// More than, numbers only.
    Above,
    /// At most, numbers only.
    AtMost,
    /// At least, numbers only.
    AtLeast,
}

/// A block of prose. Made from Markdown; there is no way to write HTML.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A heading within a part.
    Heading(Vec<Inline>),
    /// A list; numbered if `ordered`.
    List {
        /// Numbered.
        ordered: bool,
        /// Items, each of blocks.
        items: Vec<Vec<Block>>,
    },
    /// Code, as it is.
    Code(String),
    /// A quotation.
    Quote(Vec<Block>),
    /// A table: heads, then rows.
    Table {
        /// Column heads.
        head: Vec<Vec<Inline>>,
        /// Rows of cells.
        rows: Vec<Vec<Vec<Inline>>>,
    },
}

/// A run of text within a block.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inline {
    /// Plain text.
    Text(String),
    /// Emphasised text.
    Emphasis(Vec<Inline>),
    /// Strong text.
    Strong(Vec<Inline>),
    /// Code within text.
    Code(String),
    /// A link; `to` is an https address or a lesson's slug.
    Link {
        /// Where it leads.
        to: String,
        /// What it says.
        text: Vec<Inline>,
    },
}

impl Course {
    /// The lesson of this slug.
    pub fn lesson(&self, slug: &str) -> Option<&Lesson> {
        self.lessons.iter().find(|lesson| lesson.slug == slug)
    }

    /// The course as JSON, for a build to embed.
    pub fn to_json(&self) -> Vec<u8> {
        // Plain data with text keys: nothing in it that JSON cannot hold.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads what [`Course::to_json`] wrote.
    ///
    /// # Errors
    /// Anything else.
    pub fn from_json(json: &[u8]) -> Result<Course, serde_json::Error> {
        serde_json::from_slice(json)
    }
}

impl Lesson {
    /// What a list of lessons needs of it: all but its prose and what its steps do.
    pub fn entry(&self) -> Lesson {
        let step = |step: &Step| Step {
            id: step.id.clone(),
            ..Step::default()
        };
        Lesson {
            steps: self.steps.iter().map(step).collect(),
            intro: Vec::new(),
            failures: Vec::new(),
            remember: Vec::new(),
            reading: Vec::new(),
            notes: Vec::new(),
            code: None,
            ..self.clone()
        }
    }

    /// The lesson as it opens, before anybody did anything.
    pub fn opening(&self) -> Run {
        Run {
            of: self.slug.clone(),
            seed: self.seed,
            code: self
                .code
                .as_ref()
                .map_or_else(String::new, |code| code.starter.clone()),
            commands: self.timeline.clone(),
            at: self
                .open_at
                .parse()
                .map_or(0, faultline_sim::Time::as_nanos),
            ..Run::default()
        }
    }
}
