//! Which files a lessons folder has, and lessons made of them.

use std::collections::BTreeMap;

use faultline_sim::Time;

use super::fault::{Faults, Source};
use super::manifest::{
    self, ActionEntry, CheckEntry, ExampleEntry, Manifest, PlacedEntry, PredictEntry, StepEntry,
    plain,
};
use super::prose::Prose;
use super::{Files, MAX_FILE_BYTES};
use crate::lesson::{Action, Check, Code, Example, Lesson, Pane, Prediction, Step, Track};

/// The file that names the tracks.
const COURSE_FILE: &str = "course.toml";
/// What a lesson's folder must hold.
const LESSON_FILES: [&str; 2] = ["lesson.toml", "lesson.md"];
/// What else it may hold: programs.
const PROGRAM_END: &str = ".star";
/// The program that the learner begins with, and the one that makes every check true.
pub(super) const STARTER: &str = "starter.star";
pub(super) const SOLUTION: &str = "solution.star";

/// A lesson's folder with its files.
pub(super) struct Folder<'a> {
    pub slug: &'a str,
    pub number: u32,
    pub toml: Source<'a>,
    pub md: Source<'a>,
    /// By name.
    pub programs: BTreeMap<&'a str, Source<'a>>,
}

impl Folder<'_> {
    /// A program's text; empty if there is none of that name, which is a fault.
    fn program(&self, name: &str) -> String {
        self.programs
            .get(name)
            .map_or_else(String::new, |source| source.text.to_owned())
    }
}

/// The lesson folders, in order. Files with no place here are faults.
pub(super) fn sort_out<'a>(files: &'a Files, faults: &mut Faults) -> Vec<Folder<'a>> {
    let mut by_slug: BTreeMap<&str, BTreeMap<&str, Source>> = BTreeMap::new();
    for (path, text) in files {
        if text.len() > MAX_FILE_BYTES {
            let given = text.len();
            let message = format!("has {given} bytes; at most {MAX_FILE_BYTES} are allowed");
            faults.add_file(path, message);
            continue;
        }
        match path.split_once('/') {
            Some((slug, name))
                if LESSON_FILES.contains(&name)
                    || name.ends_with(PROGRAM_END) && !name.contains('/') =>
            {
                by_slug
                    .entry(slug)
                    .or_default()
                    .insert(name, Source { path, text });
            }
            Some(_) => {
                let allowed = format!("{}, *{PROGRAM_END}", LESSON_FILES.join(", "));
                faults.add_file(
                    path,
                    format!("has no place in a lesson's folder: {allowed}"),
                );
            }
            None if path == COURSE_FILE || path == "README.md" => {}
            None => {
                let message =
                    format!("has no place here: lesson folders, {COURSE_FILE}, README.md");
                faults.add_file(path, message);
            }
        }
    }
    let mut folders: Vec<Folder> = Vec::new();
    for (slug, found) in by_slug {
        let Some(number) = number_of(slug) else {
            let message = "a lesson's folder is named with two digits, a hyphen and small \
                           letters, digits or hyphens, as in 05-sharding";
            faults.add_file(&format!("{slug}/lesson.toml"), message);
            continue;
        };
        if let Some(other) = folders.iter().find(|folder| folder.number == number) {
            let message = format!("the number {number} is taken by {}", other.slug);
            faults.add_file(&format!("{slug}/lesson.toml"), message);
        }
        match (found.get("lesson.toml"), found.get("lesson.md")) {
            (Some(&toml), Some(&md)) => folders.push(Folder {
                slug,
                number,
                toml,
                md,
                programs: found
                    .into_iter()
                    .filter(|(name, _)| name.ends_with(PROGRAM_END))
                    .collect(),
            }),
            (toml, _) => {
                let missing = if toml.is_none() {
                    LESSON_FILES[0]
                } else {
                    LESSON_FILES[1]
                };
                faults.add_file(&format!("{slug}/{missing}"), "this file is missing");
            }
        }
    }
    folders
}

/// The number in front of a well-formed slug.
fn number_of(slug: &str) -> Option<u32> {
    let (digits, name) = slug.split_once('-')?;
    let formed = digits.len() == 2
        && digits.bytes().all(|b| b.is_ascii_digit())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && slug.len() <= crate::link::MAX_NAME_BYTES;
    if formed { digits.parse().ok() } else { None }
}

/// The tracks, each with where it stands in `course.toml`.
pub(super) fn tracks(files: &Files, faults: &mut Faults) -> Vec<(Track, usize)> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct CourseFile {
        tracks: Vec<toml::Spanned<Track>>,
    }
    let Some(text) = files.get(COURSE_FILE) else {
        faults.add_file(COURSE_FILE, "this file is missing; it names the tracks");
        return Vec::new();
    };
    let source = Source {
        path: COURSE_FILE,
        text,
    };
    let read: Option<CourseFile> = manifest::read(&source, faults);
    let mut tracks: Vec<(Track, usize)> = Vec::new();
    for track in read.map(|file| file.tracks).unwrap_or_default() {
        let span = track.span();
        let track = track.into_inner();
        if tracks.iter().any(|(other, _)| other.id == track.id) {
            faults.add(
                &source,
                span.clone(),
                format!("there are two tracks {:?}", track.id),
            );
        }
        for (name, text, most) in [
            ("id", &track.id, 40),
            ("title", &track.title, 60),
            ("summary", &track.summary, 200),
        ] {
            if let Some(problem) = super::rules::text_problem(text, most) {
                faults.add(&source, span.clone(), format!("a track's {name} {problem}"));
            }
        }
        tracks.push((track, span.start));
    }
    tracks
}

/// A lesson of its two files.
pub(super) fn assemble(folder: &Folder, manifest: &Manifest, prose: Prose) -> Lesson {
    let system = faultline_systems::find(manifest.system.get_ref());
    let duration = system.map_or_else(String::new, |info| info.duration.to_string());
    let mut panes: Vec<Pane> = manifest
        .panes
        .iter()
        .map(|pane| Pane {
            id: pane.id.get_ref().clone(),
            set: plain(&pane.set),
        })
        .collect();
    if panes.is_empty() {
        panes.push(Pane {
            id: "main".to_owned(),
            set: Vec::new(),
        });
    }
    let mut said = prose.steps;
    let mut step = |entry: &StepEntry| {
        let said = said.iter_mut().find(|step| step.id == *entry.id.get_ref());
        let (body, after) = said
            .map(|said| {
                (
                    std::mem::take(&mut said.body),
                    std::mem::take(&mut said.after),
                )
            })
            .unwrap_or_default();
        Step {
            id: entry.id.get_ref().clone(),
            body,
            predict: entry.predict.as_ref().map(prediction),
            actions: entry
                .actions
                .iter()
                .map(|entry| action(entry, folder))
                .collect(),
            by_code: entry.by_code,
            checks: entry.checks.iter().map(check).collect(),
            after,
        }
    };
    Lesson {
        slug: folder.slug.to_owned(),
        number: folder.number,
        track: manifest.track.get_ref().clone(),
        kicker: manifest.kicker.get_ref().clone(),
        title: manifest.title.get_ref().clone(),
        short_title: manifest.short_title.get_ref().clone(),
        promise: manifest.promise.get_ref().clone(),
        minutes: *manifest.minutes.get_ref(),
        system: manifest.system.get_ref().clone(),
        seed: *manifest.seed.get_ref(),
        params: plain(&manifest.params),
        controls: manifest
            .controls
            .iter()
            .map(|name| name.get_ref().clone())
            .collect(),
        panes,
        timeline: manifest.timeline.iter().map(placed).collect(),
        open_at: text(&manifest.open_at, "0s"),
        duration: text(&manifest.duration, &duration),
        speed: manifest
            .speed
            .as_ref()
            .map_or(1.0, |speed| *speed.get_ref()),
        intro: prose.intro,
        steps: manifest.steps.get_ref().iter().map(&mut step).collect(),
        failures: manifest
            .failures
            .iter()
            .map(|entry| action(entry, folder))
            .collect(),
        code: code(folder, manifest),
        remember: prose.remember,
        reading: prose.reading,
        notes: prose.notes,
    }
}

/// What is written, or what holds where nothing is.
fn text(text: &Option<manifest::Text>, default: &str) -> String {
    let given = text.as_ref().map(|text| text.get_ref().as_str());
    given.unwrap_or(default).to_owned()
}

fn placed(entry: &PlacedEntry) -> (u64, String) {
    // A time that is none is a fault, and the lesson is not used.
    let at = entry.at.get_ref().parse().map_or(0, Time::as_nanos);
    (at, entry.command.get_ref().clone())
}

fn code(folder: &Folder, manifest: &Manifest) -> Option<Code> {
    let example = |entry: &ExampleEntry| Example {
        label: entry.label.get_ref().clone(),
        code: folder.program(entry.file.get_ref()),
    };
    let entries = manifest
        .code
        .as_ref()
        .map_or(&[][..], |code| &code.examples);
    let code = Code {
        starter: folder.program(STARTER),
        solution: folder.program(SOLUTION),
        examples: entries.iter().map(example).collect(),
    };
    (code != Code::default()).then_some(code)
}

pub(super) fn action(entry: &ActionEntry, folder: &Folder) -> Action {
    let code = entry.code.as_ref();
    Action {
        code: code.map_or_else(String::new, |file| folder.program(file.get_ref())),
        label: entry.label.get_ref().clone(),
        set: plain(&entry.set),
        from: text(&entry.from, ""),
        commands: entry
            .commands
            .iter()
            .map(|text| text.get_ref().clone())
            .collect(),
        play: text(&entry.play, ""),
    }
}

fn check(entry: &CheckEntry) -> Check {
    Check {
        pane: entry
            .pane
            .as_ref()
            .map_or_else(String::new, |pane| pane.get_ref().clone()),
        metric: entry.metric.get_ref().clone(),
        is: entry.is,
        value: entry.value.get_ref().0.clone(),
    }
}

fn prediction(entry: &PredictEntry) -> Prediction {
    let options: Vec<String> = entry
        .options
        .get_ref()
        .iter()
        .map(|option| option.get_ref().clone())
        .collect();
    let answer = options
        .iter()
        .position(|option| option == entry.answer.get_ref());
    Prediction {
        question: entry.question.get_ref().clone(),
        // An answer that is not among them is a fault, and the lesson is not used.
        answer: answer.unwrap_or_default(),
        options,
        because: entry.because.get_ref().clone(),
    }
}
