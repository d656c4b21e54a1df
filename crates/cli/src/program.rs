//! Learner code on the command line: its file, and the engine that runs it.

use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use faultline_course::{Engine as _, MAX_CODE_BYTES, ProgramFault, Recorded, Recording};
use faultline_script::{Limits, Starlark};
use faultline_systems::registry;

use crate::failure::Failure;

/// How long a pane's program may run.
const TIME_MAX: Duration = Duration::from_secs(10);
/// How a program is called that came with a link or a run file.
pub const UNNAMED: &str = "program";

/// Reads a program. Lines may end as on Windows.
pub fn read(path: &Path) -> Result<String, Failure> {
    let refused = |why: String| Failure::Refused(format!("--code {}: {why}", path.display()));
    let length = fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => refused("there is no such file".into()),
        _ => refused(error.to_string()),
    })?;
    if length.len() > MAX_CODE_BYTES as u64 {
        return Err(refused(format!(
            "it has {} bytes; a program has at most {MAX_CODE_BYTES}",
            length.len()
        )));
    }
    let bytes = fs::read(path).map_err(|error| refused(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| refused("a program is UTF-8 text".into()))?;
    if text.trim().is_empty() {
        return Err(refused("the file is empty".into()));
    }
    Ok(text.replace("\r\n", "\n"))
}

/// How a program is called in messages: by its file's name.
pub fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Asks a run's program all that the run will ask it.
///
/// # Errors
/// What is wrong with the program: `name:line:column: message`.
pub fn record(recording: &Recording, name: &str) -> Result<Recorded, Failure> {
    engine(recording, name).map_err(|fault| Failure::Refused(format!("{name}:{fault}")))
}

/// The same for the lint.
pub fn engine(recording: &Recording, name: &str) -> Result<Recorded, ProgramFault> {
    let end = Instant::now() + TIME_MAX;
    let engine = Starlark {
        systems: registry(),
        name,
        limits: Limits {
            clock: Some(Rc::new(move || Instant::now() > end)),
            ..Limits::default()
        },
        progress: &|_| {},
    };
    engine.record(recording)
}
