//! A learner's progress as a file: for another device, or another browser.
//!
//! ```json
//! {
//!   "product": "Faultline progress",
//!   "version": 1,
//!   "lessons": {
//!     "05-sharding": { "done": ["look-up", "add-node"], "guesses": { "add-node": 2 } }
//!   }
//! }
//! ```
//!
//! It is untrusted, as a run file is: it has a size limit and a strict schema, and every error is
//! one line.

use super::read_json::{self, Json};
use super::write_json;
use crate::link::{MAX_NAME_BYTES, is_name, one_line};

/// The version of the form.
const VERSION: &str = "1";
/// What a file says it is of.
const PRODUCT: &str = "Faultline progress";
/// Bytes of a progress file: far more than a course has steps.
pub const MAX_PROGRESS_BYTES: usize = 64 * 1024;

/// Progress in one lesson.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LessonSteps {
    /// The lesson's slug.
    pub slug: String,
    /// Ids of the steps that are done.
    pub done: Vec<String>,
    /// Predictions made: step id and the option's index.
    pub guesses: Vec<(String, usize)>,
}

/// Why a text is no progress file.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("this is not a file of progress, {{\"product\": \"Faultline progress\", ...}}: {0}")]
pub struct ProgressFileError(String);

/// Writes progress as a file.
pub fn progress_file(lessons: &[LessonSteps]) -> String {
    let mut out = format!("{{\n  \"product\": \"{PRODUCT}\",\n  \"version\": {VERSION},\n");
    out.push_str("  \"lessons\": {");
    for (index, lesson) in lessons.iter().enumerate() {
        out.push_str(if index > 0 { ",\n    " } else { "\n    " });
        write_json::text(&lesson.slug, &mut out);
        out.push_str(": { \"done\": [");
        for (index, step) in lesson.done.iter().enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            write_json::text(step, &mut out);
        }
        out.push_str("], \"guesses\": {");
        for (index, (step, option)) in lesson.guesses.iter().enumerate() {
            out.push_str(if index > 0 { ", " } else { " " });
            write_json::text(step, &mut out);
            out.push_str(": ");
            write_json::plain(option, &mut out);
        }
        out.push_str(if lesson.guesses.is_empty() {
            "} }"
        } else {
            " } }"
        });
    }
    out.push_str(if lessons.is_empty() {
        "}\n}\n"
    } else {
        "\n  }\n}\n"
    });
    out
}

/// Reads a file of progress.
///
/// # Errors
/// Everything that is not one, by what is wrong with it. No text makes it panic.
pub fn read_progress_file(text: &str) -> Result<Vec<LessonSteps>, ProgressFileError> {
    let bad = |why: &str| ProgressFileError(one_line(why, 300));
    if text.len() > MAX_PROGRESS_BYTES {
        let bytes = text.len();
        return Err(bad(&format!(
            "it has {bytes} bytes, at most {MAX_PROGRESS_BYTES} are allowed"
        )));
    }
    let text = text.trim_start_matches('\u{feff}');
    let whole = read_json::read(text).map_err(|why| bad(&why))?;
    let Json::Object(members) = whole else {
        return Err(bad("it is no object in braces"));
    };
    let [
        (product, Json::Text(of)),
        (version, Json::Number(number)),
        (name, Json::Object(lessons)),
    ] = &members[..]
    else {
        return Err(bad("its members are not product, version, lessons"));
    };
    if (&**product, &**version, &**name) != ("product", "version", "lessons") || of != PRODUCT {
        return Err(bad("its members are not product, version, lessons"));
    }
    if &**number != VERSION {
        return Err(bad(&format!(
            "its version is {number}; this page reads {VERSION}"
        )));
    }
    lessons
        .iter()
        .map(|(slug, lesson)| {
            read_lesson(slug, lesson).ok_or_else(|| bad(&format!("{slug:?} is not understood")))
        })
        .collect()
}

fn read_lesson(slug: &str, lesson: &Json) -> Option<LessonSteps> {
    let Json::Object(members) = lesson else {
        return None;
    };
    let [
        (done_name, Json::List(done)),
        (guesses_name, Json::Object(guesses)),
    ] = &members[..]
    else {
        return None;
    };
    if (&**done_name, &**guesses_name) != ("done", "guesses") {
        return None;
    }
    let step = |value: &Json| match value {
        Json::Text(id) => word(id),
        _ => None,
    };
    let guess = |(id, option): &(String, Json)| match option {
        Json::Number(option) => Some((word(id)?, option.parse().ok()?)),
        _ => None,
    };
    Some(LessonSteps {
        slug: word(slug)?,
        done: done.iter().map(step).collect::<Option<_>>()?,
        guesses: guesses.iter().map(guess).collect::<Option<_>>()?,
    })
}

fn word(text: &str) -> Option<String> {
    let is_word = !text.is_empty() && text.len() <= MAX_NAME_BYTES && is_name(text);
    is_word.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Vec<LessonSteps> {
        vec![
            LessonSteps {
                slug: "05-sharding".into(),
                done: vec!["look-up".into(), "add-node".into()],
                guesses: vec![("add-node".into(), 2)],
            },
            LessonSteps {
                slug: "08-gossip".into(),
                ..LessonSteps::default()
            },
        ]
    }

    #[test]
    fn a_file_reads_back_as_it_was_and_is_json() {
        for lessons in [some(), Vec::new()] {
            let file = progress_file(&lessons);
            assert_eq!(read_progress_file(&file), Ok(lessons));
            let json: serde_json::Value = serde_json::from_str(&file).unwrap();
            assert_eq!(json["product"], PRODUCT);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        let file = progress_file(&some());
        for (part, other) in [
            ("Faultline progress", "Faultline"),
            ("\"version\": 1", "\"version\": 2"),
            ("[\"look-up\"", "[3"),
            ("\"add-node\": 2", "\"add-node\": -2"),
            ("\"add-node\": 2", "\"add-node\": \"2\""),
            ("\"look-up\"", "\"<b>\""),
            ("\"done\"", "\"undone\""),
            ("05-sharding", ""),
            ("{", "["),
        ] {
            assert!(file.contains(part));
            let wrong = file.replacen(part, other, 1);
            assert!(read_progress_file(&wrong).is_err(), "{wrong}");
        }
        assert!(read_progress_file("").is_err());
        assert!(read_progress_file(&" ".repeat(MAX_PROGRESS_BYTES + 1)).is_err());
    }
}
