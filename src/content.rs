//! The course, compiled from the lesson folders when the page was built.

use std::sync::OnceLock;

use faultline_course::{Course, Lesson, Run, RunError, Session};
use faultline_systems::{SystemInfo, Values};
use wasm_split_helpers::SplitLoaderError;

/// Written by `build.rs`.
const COMPILED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/course.bin"));

// `load`, which loads the system of a name: also written by `build.rs`.
include!(concat!(env!("OUT_DIR"), "/systems.rs"));

/// A part of the program did not load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unloaded;

impl From<SplitLoaderError> for Unloaded {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// Why a run cannot be shown.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OpenError {
    /// The run's own fault.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The network's; another try may help.
    #[error("this lesson's part of the program did not load")]
    Unloaded,
}

/// Loads a lesson's system, unless that has been done, and opens a run of the lesson.
///
/// # Errors
/// What is wrong with the run, or that the system did not load.
pub async fn open(lesson: LessonRef, run: Run) -> Result<Session, OpenError> {
    let system = load(&lesson.0.system).await;
    let system = system.map_err(|Unloaded| OpenError::Unloaded)?;
    Ok(Session::open_among(&[system], course(), run)?)
}

/// The whole course.
pub fn course() -> &'static Course {
    static COURSE: OnceLock<Course> = OnceLock::new();
    COURSE.get_or_init(|| {
        postcard::from_bytes(COMPILED).expect("the build has written the course in this form")
    })
}

/// A lesson of the course; equal only to itself, so that comparing costs nothing.
#[derive(Clone, Copy, Debug)]
pub struct LessonRef(pub &'static Lesson);

impl LessonRef {
    /// The lesson at a slug.
    pub fn find(slug: &str) -> Option<Self> {
        let lessons = &course().lessons;
        lessons.iter().find(|lesson| lesson.slug == slug).map(Self)
    }

    /// The lesson that follows in the course.
    pub fn following(self) -> Option<Self> {
        let mut lessons = course().lessons.iter().map(Self);
        lessons.find(|other| *other == self)?;
        lessons.next()
    }

    /// Its own parameters, over the system's defaults.
    pub fn values(self, system: &SystemInfo) -> Values {
        // The build has checked that the system takes them.
        Values::parse(system.params, &self.0.params)
            .unwrap_or_else(|_| Values::defaults(system.params))
    }

    /// The title of its track.
    pub fn track_title(self) -> &'static str {
        let track = course()
            .tracks
            .iter()
            .find(|track| track.id == self.0.track);
        track.map_or("", |track| &track.title)
    }
}

impl PartialEq for LessonRef {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}
