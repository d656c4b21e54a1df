//! A run from its start to its end.

use faultline_course::{Course, Run, RunError, Session};
use faultline_systems::{ParamError, ParamKind, SystemInfo, registry};

use crate::failure::{Failure, one_line, say};
use crate::nearest::did_you_mean;
use crate::program;

/// Events of one run, in all its panes. A run that takes more is a mistake, or an attack by a
/// link: without a limit it would go on for days.
const EVENTS_MAX: u64 = 200_000_000;
/// Events between two looks at the limit.
const EVENTS_AT_ONCE: u64 = 1_000_000;

/// Opens a run and brings it to where its cursor stands.
///
/// A program is called by this name in what is said of it.
pub fn execute(course: &Course, run: Run, program: &str) -> Result<Session, Failure> {
    let of = run.of.clone();
    check_name(course, &of)?;
    let mut session = Session::open(course, run)
        .map_err(|error| Failure::Refused(format!("{error}{}", hint(&error, course, &of))))?;
    if let Some(recording) = session.recording(session.opens_at()) {
        let recorded = program::record(&recording, program)?;
        session.play(recorded).map_err(Failure::refused)?;
    }
    while !session.settle(EVENTS_AT_ONCE).reached {
        if session.events() > EVENTS_MAX {
            return Err(Failure::Failed(format!(
                "stopped at {} after {EVENTS_MAX} events, which is the most a run may take; use \
                 a shorter --until",
                session.now()
            )));
        }
    }
    Ok(session)
}

/// Says on standard error which commands did nothing, and why, and whether a program was asked
/// nothing: that is no mistake of the run, but probably one of who wrote it.
pub fn note_what_did_nothing(session: &Session) {
    for command in session.commands() {
        if let Some(why) = &command.refused {
            let line = format!(
                "note: at {}, {:?} did nothing: {why}",
                command.at, command.text
            );
            say(&one_line(&line));
        }
    }
    if session.asked_nothing() {
        let choice = session.asking_choice();
        let hint = choice.map_or_else(String::new, |(param, (value, _))| {
            format!("; use --set {}={value}", param.name)
        });
        say(&format!("note: the run asked the program nothing{hint}"));
    }
}

/// Refuses a name that is neither a lesson's nor a system's before anything else is looked at: it
/// is what matters, whatever else may be wrong with the run.
fn check_name(course: &Course, of: &str) -> Result<(), Failure> {
    let lessons = course.lessons.iter().map(|lesson| lesson.slug.as_str());
    let names: Vec<&str> = lessons
        .chain(registry().iter().map(|info| info.name))
        .collect();
    if names.contains(&of) {
        return Ok(());
    }
    let no_lessons = if course.lessons.is_empty() {
        " (no lessons folder was found here or above; see --lessons)"
    } else {
        ""
    };
    Err(Failure::Refused(format!(
        "{of:?} is neither a lesson nor a system; allowed: {}{no_lessons}{}",
        names.join(", "),
        did_you_mean(of, names.iter().copied())
    )))
}

/// What was probably meant, for an error that lists what is allowed.
fn hint(error: &RunError, course: &Course, of: &str) -> String {
    let params = || system_of(course, of).map_or([].as_slice(), |system| system.params);
    match error {
        RunError::Param(ParamError::UnknownName { given, .. }) => {
            did_you_mean(given, params().iter().map(|spec| spec.name))
        }
        RunError::Param(ParamError::NotAllowed { name, given, .. }) => {
            match params()
                .iter()
                .find(|spec| spec.name == *name)
                .map(|spec| spec.kind)
            {
                Some(ParamKind::Choice { options, .. }) => {
                    did_you_mean(given, options.iter().map(|(option, _)| *option))
                }
                _ => String::new(),
            }
        }
        _ => String::new(),
    }
}

fn system_of(course: &Course, of: &str) -> Option<&'static SystemInfo> {
    let system = course
        .lesson(of)
        .map_or(of, |lesson| lesson.system.as_str());
    faultline_systems::find(system)
}
