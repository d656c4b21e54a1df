//! Lesson folders: reading them, saying what is wrong with them, playing them through.
//!
//! A lesson is a folder `NN-slug` with `lesson.toml` (everything a machine acts on) and
//! `lesson.md` (everything a person reads); `course.toml` beside the folders names the tracks.
//! The caller reads the files and hands them over as a map from path to text, so that this crate
//! needs no file system.

mod fault;
mod folder;
mod manifest;
mod markdown;
mod play;
mod prose;
mod rules;
mod still;

use std::collections::{BTreeMap, BTreeSet};

pub use fault::Fault;
pub use still::still;

use crate::lesson::{Course, Lesson};
use crate::recording::Engine;
use fault::{Faults, Source};
use manifest::Manifest;

/// Files of a lessons folder: path within it, with `/` between folders, to text. E.g.
/// `05-sharding/lesson.toml`.
pub type Files = BTreeMap<String, String>;

/// Bytes that one file of a lessons folder may have.
pub const MAX_FILE_BYTES: usize = 64 * 1024;
/// The fewest steps of a lesson.
pub const MIN_STEPS: usize = 3;
/// The most steps of a lesson.
pub const MAX_STEPS_PER_LESSON: usize = 8;

/// A lesson as read, with where its parts stand in its files.
struct Draft<'a> {
    lesson: Lesson,
    manifest: Manifest,
    toml: Source<'a>,
}

/// Reads a lessons folder.
///
/// # Errors
/// Everything that is wrong with it, by file, line and column, except what shows only when the
/// lessons are played: [`lint`] finds that too.
pub fn compile(files: &Files) -> Result<Course, Vec<Fault>> {
    let mut faults = Faults::default();
    let (course, _) = read(files, &mut faults);
    let faults = faults.sorted();
    if faults.is_empty() {
        Ok(course)
    } else {
        Err(faults)
    }
}

/// Everything that is wrong with a lessons folder: what [`compile`] refuses, and lessons whose
/// steps, done one after the other, do not do what they promise.
/// Lessons with code are played by an engine, if there is one: the starter must fail where the
/// learner is to write something, and the solution must do it.
pub fn lint(files: &Files, engine: Option<&dyn Engine>) -> Vec<Fault> {
    let mut faults = Faults::default();
    let (course, drafts) = read(files, &mut faults);
    for draft in &drafts {
        // One that cannot be opened is faulted already.
        if !faults.any_in(&draft.lesson.slug) {
            play::play(&course, draft, engine, &mut faults);
        }
    }
    faults.sorted()
}

/// Reads what can be read.
fn read<'a>(files: &'a Files, faults: &mut Faults) -> (Course, Vec<Draft<'a>>) {
    let folders = folder::sort_out(files, faults);
    let tracks = folder::tracks(files, faults);
    let slugs: BTreeSet<&str> = folders.iter().map(|folder| folder.slug).collect();
    let mut drafts = Vec::new();
    for folder in &folders {
        let manifest = manifest::read(&folder.toml, faults);
        let prose = prose::read(&folder.md, &slugs, faults);
        let Some(manifest) = manifest else {
            continue;
        };
        rules::check_manifest(&manifest, &tracks, &folder.toml, faults);
        rules::check_code(&manifest, folder, faults);
        rules::check_steps_match(&manifest, &folder.toml, &prose, &folder.md, faults);
        let lesson = folder::assemble(folder, &manifest, prose);
        drafts.push(Draft {
            lesson,
            manifest,
            toml: folder.toml,
        });
    }
    let lessons = drafts.iter().map(|draft| draft.lesson.clone()).collect();
    (
        Course {
            tracks: tracks.into_iter().map(|(track, _)| track).collect(),
            lessons,
        },
        drafts,
    )
}
