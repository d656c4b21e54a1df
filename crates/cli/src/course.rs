//! The lessons, from their folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use faultline_course::{Course, compile};
use faultline_systems::{SystemInfo, find, registry};

use crate::failure::Failure;
use crate::nearest::did_you_mean;

/// Where lessons are looked for in the working directory and above it.
const FOLDER: &str = "lessons";
/// The largest file read, bytes. A lesson is text.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// The most files read.
const FILES_MAX: usize = 10_000;
/// How deep folders within the folder are read.
const DEPTH_MAX: usize = 4;

/// Where the lessons are.
#[derive(clap::Args)]
pub struct LessonsFolder {
    /// The lessons' folder; the nearest `lessons` from here upward when not given.
    #[arg(long, value_name = "FOLDER")]
    lessons: Option<PathBuf>,
}

impl LessonsFolder {
    /// The course, if there is a folder; without one, a course without lessons.
    pub fn course_if_any(&self) -> Result<Course, Failure> {
        match &self.lessons {
            Some(folder) => read_course(folder),
            None => nearest_folder().map_or_else(|| Ok(Course::default()), |f| read_course(&f)),
        }
    }

    /// The course that a run of this name needs: a system's name needs none.
    pub fn course_for(&self, of: &str) -> Result<Course, Failure> {
        if find(of).is_some() {
            Ok(Course::default())
        } else {
            self.course_if_any()
        }
    }
}

/// The system of this name.
pub fn system_named(name: &str) -> Result<&'static SystemInfo, Failure> {
    find(name).ok_or_else(|| {
        let names: Vec<_> = registry().iter().map(|info| info.name).collect();
        let hint = did_you_mean(name, names.iter().copied());
        Failure::Refused(format!(
            "{name:?} is not a system; allowed: {}{hint}",
            names.join(", ")
        ))
    })
}

/// The nearest folder of lessons, from the working directory upward.
pub fn nearest_folder() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors()
        .map(|folder| folder.join(FOLDER))
        .find(|folder| folder.is_dir())
}

fn read_course(folder: &Path) -> Result<Course, Failure> {
    compile(&read_files(folder)?).map_err(|faults| {
        let first = faults.first().map_or_else(String::new, ToString::to_string);
        Failure::Failed(format!(
            "{}: {first} ({} in all; see faultline lint)",
            folder.display(),
            faults.len()
        ))
    })
}

/// Every text file below a folder, by its path within it, with `/` between the parts.
pub fn read_files(folder: &Path) -> Result<BTreeMap<String, String>, Failure> {
    if !folder.is_dir() {
        return Err(Failure::Refused(format!(
            "{} is not a folder; give the folder that holds the lessons' folders",
            folder.display()
        )));
    }
    let mut files = BTreeMap::new();
    read_below(folder, "", 0, &mut files)?;
    Ok(files)
}

fn read_below(
    folder: &Path,
    prefix: &str,
    depth: usize,
    files: &mut BTreeMap<String, String>,
) -> Result<(), Failure> {
    let unreadable = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::Failed(format!("cannot read {}: {error}", path.display()))
    };
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        let path = entry.path();
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
            return Err(unreadable(&path, &"its name is not UTF-8 text"));
        };
        // Editors and file managers leave their own files about.
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        let within = format!("{prefix}{name}");
        if path.is_dir() {
            if depth < DEPTH_MAX {
                read_below(&path, &format!("{within}/"), depth + 1, files)?;
            }
            continue;
        }
        let length = entry
            .metadata()
            .map_err(|error| unreadable(&path, &error))?
            .len();
        if length > FILE_BYTES_MAX || files.len() >= FILES_MAX {
            let limit = format!("at most {FILES_MAX} files of {FILE_BYTES_MAX} bytes are read");
            return Err(unreadable(&path, &limit));
        }
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        files.insert(within, text);
    }
    Ok(())
}
