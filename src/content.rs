//! The course, compiled from the lesson folders when the page was built.

use std::cell::RefCell;
use std::sync::OnceLock;

use faultline_course::{Address, Course, Lesson, LinkError, Run, RunError, Session};
use faultline_systems::{SystemInfo, Values};
use faultline_view::Panel;
use futures_util::future::join3;
use wasm_split_helpers::SplitLoaderError;

use crate::app::dom;

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
pub enum OpenError {
    /// The run's own fault.
    Run(RunError),
    /// The network's; another try may help.
    Unloaded,
}

impl From<RunError> for OpenError {
    fn from(why: RunError) -> Self {
        Self::Run(why)
    }
}

impl From<Unloaded> for OpenError {
    fn from(_: Unloaded) -> Self {
        Self::Unloaded
    }
}

/// While a run is computed up to where it opens, the browser gets its turn so often; and so many
/// events are processed between two looks at the clock.
const BITE_MS: f64 = 6.0;
const BITE_EVENTS: u64 = 64;

/// Reads the run in an address.
type ReadRun = fn(&Address) -> Result<Option<Run>, LinkError>;

/// What reads links: most visits begin without one.
#[wasm_split_helpers::wasm_split(link, fallible)]
fn link() -> Result<ReadRun, Unloaded> {
    Ok(Address::run)
}

/// Loads a lesson with its system, unless that has been done, and opens the run in its address,
/// by default its own. Gives the whole lesson: what [`LessonRef::find`] gives has no prose.
///
/// # Errors
/// What is wrong with the run, or that something did not load.
pub async fn open(lesson: LessonRef, address: &Address) -> Result<(LessonRef, Session), OpenError> {
    let LessonRef(entry) = lesson;
    // All asked for together: none waits for the others.
    let given = async {
        match address.has_run() {
            true => Ok(link().await?(address).map_err(RunError::Limit)?),
            false => Ok::<_, OpenError>(None),
        }
    };
    let (lesson, system, run) = join3(whole(entry), load_system(&entry.system), given).await;
    let (lesson, system, run) = (lesson?, system?, run?);
    let only = Course {
        tracks: Vec::new(),
        lessons: vec![lesson.0.clone()],
    };
    let run = run.unwrap_or_else(|| lesson.0.opening());
    dom::breathe().await;
    let mut session = Session::open_among(&[system], &only, run)?;
    let mut until = dom::clock_ms() + BITE_MS;
    while !session.settle(BITE_EVENTS).reached {
        if dom::clock_ms() >= until {
            dom::breathe().await;
            until = dom::clock_ms() + BITE_MS;
        }
    }
    dom::breathe().await;
    Ok((lesson, session))
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
