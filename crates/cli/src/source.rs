//! A run that somebody kept: a link, or a run file.

use std::path::Path;
use std::{fs, io};

use faultline_course::Run;
use faultline_course::export::{MAX_FILE_BYTES, RunFileError};

use crate::failure::Failure;

/// The run in a file, if this text is the name of one. Lessons, systems and links' codes have
/// no name that ends so, and a file of another ending is one if it is there.
pub fn run_in_file(given: &str) -> Option<Result<Run, Failure>> {
    let path = Path::new(given);
    let is_json = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let is_named = given.contains(['.', '/', '\\']) && path.is_file();
    (is_json || is_named).then(|| read(path))
}

/// The run in a run file or, if there is no such file, in a link.
pub fn kept_run(given: &str) -> Result<Run, Failure> {
    run_in_file(given).unwrap_or_else(|| Run::from_link(given).map_err(Failure::refused))
}

fn read(path: &Path) -> Result<Run, Failure> {
    let refused =
        |why: &dyn std::fmt::Display| Failure::Refused(format!("{}: {why}", path.display()));
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => refused(&"there is no such file"),
        _ => refused(&error),
    };
    let length = fs::metadata(path).map_err(unreadable)?.len();
    if length > MAX_FILE_BYTES as u64 {
        let given = usize::try_from(length).unwrap_or(usize::MAX);
        return Err(refused(&RunFileError::TooLarge { given }));
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|_| refused(&"a run file is UTF-8 text"))?;
    Run::from_file(&text).map_err(|error| refused(&error))
}
