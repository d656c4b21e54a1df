//! The course, compiled from the lesson folders when the page was built.

use std::cell::RefCell;
use std::sync::OnceLock;

use faultline_course::{Course, Lesson, Run, RunError, Session};
use faultline_systems::{SystemInfo, Values};
use faultline_view::Panel;
use futures_util::future::join;
use wasm_split_helpers::SplitLoaderError;

/// The course without its lessons' prose, written by `build.rs`.
const COMPILED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/course.bin"));

// `load_system`, `load_lesson` and `load_still`, which load a part by its name: also written by
// `build.rs`.
include!(concat!(env!("OUT_DIR"), "/parts.rs"));

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
    #[error("a part of this lesson did not load")]
    Unloaded,
}

impl From<Unloaded> for OpenError {
    fn from(_: Unloaded) -> Self {
        Self::Unloaded
    }
}

/// Loads a lesson with its system, unless that has been done, and opens a run of it. Gives the
/// whole lesson: what [`LessonRef::find`] gives has no prose.
///
/// # Errors
/// What is wrong with the run, or that something did not load.
pub async fn open(lesson: LessonRef, run: Run) -> Result<(LessonRef, Session), OpenError> {
    let LessonRef(entry) = lesson;
    // Asked for together: the second does not wait for the first.
    let (lesson, system) = join(whole(entry), load_system(&entry.system)).await;
    let (lesson, system) = (lesson?, system?);
    let only = Course {
        tracks: Vec::new(),
        lessons: vec![lesson.0.clone()],
    };
    Ok((lesson, Session::open_among(&[system], &only, run)?))
}

/// A lesson with its prose.
async fn whole(entry: &'static Lesson) -> Result<LessonRef, Unloaded> {
    thread_local! {
        static WHOLE: RefCell<Vec<LessonRef>> = const { RefCell::new(Vec::new()) };
    }
    let known =
        || WHOLE.with_borrow(|whole| whole.iter().find(|one| one.0.slug == entry.slug).copied());
    let bytes = load_lesson(&entry.slug).await?;
    if let Some(lesson) = known() {
        return Ok(lesson);
    }
    let lesson: Lesson =
        postcard::from_bytes(bytes).expect("the build has written the lesson in this form");
    // A lesson is part of the program: there are few, and each is read once.
    let lesson = LessonRef(Box::leak(Box::new(lesson)));
    WHOLE.with_borrow_mut(|whole| whole.push(lesson));
    Ok(lesson)
}

/// A lesson's picture for its card, painted from a run when the page was built. None if it did
/// not load: it only adorns.
pub async fn still(lesson: LessonRef) -> Option<Panel> {
    let bytes = load_still(&lesson.0.slug).await.ok()?;
    postcard::from_bytes(bytes).expect("the build has written the picture in this form")
}

/// The whole course.
pub fn course() -> &'static Course {
    static COURSE: OnceLock<Course> = OnceLock::new();
    COURSE.get_or_init(|| {
        postcard::from_bytes(COMPILED).expect("the build has written the course in this form")
    })
}

/// A lesson of the course.
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
        self.0.slug == other.0.slug
    }
}
