//! How far the learner has come, kept on the device.
//!
//! It is kept as text, a line per lesson: `05-sharding look-up add-node=2`. After the slug come
//! the steps that are done, then the predictions made, each with the option's index.

use std::fmt;

/// The name under which progress is kept.
pub const KEY: &str = "faultline.progress";

/// More than this is no progress of ours.
const MAX_BYTES: usize = 64 * 1024;

/// Progress in every lesson that was begun.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress(Vec<(String, LessonProgress)>);

/// Progress in one lesson.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LessonProgress {
    /// Steps done, by id.
    pub done: Vec<String>,
    /// Predictions made: step id and the option's index.
    pub guesses: Vec<(String, usize)>,
}

impl LessonProgress {
    /// Whether a step is done.
    pub fn is_done(&self, step: &str) -> bool {
        self.done.iter().any(|id| id == step)
    }

    /// The prediction made at a step.
    pub fn guess(&self, step: &str) -> Option<usize> {
        let mut guesses = self.guesses.iter();
        guesses
            .find(|(id, _)| id == step)
            .map(|(_, option)| *option)
    }
}

impl Progress {
    /// Progress in a lesson.
    pub fn of(&self, slug: &str) -> LessonProgress {
        let lesson = self.0.iter().find(|(name, _)| name == slug);
        lesson.map(|(_, lesson)| lesson.clone()).unwrap_or_default()
    }

    /// Every lesson that was begun.
    pub fn lessons(&self) -> impl Iterator<Item = (&str, &LessonProgress)> {
        self.0.iter().map(|(slug, lesson)| (slug.as_str(), lesson))
    }

    /// The lesson of these slugs that was begun and not finished, else the first untouched.
    pub fn next<'a>(&self, lessons: impl Iterator<Item = (&'a str, usize)>) -> Option<&'a str> {
        let mut untouched = None;
        for (slug, steps) in lessons {
            match self.of(slug).done.len() {
                0 => untouched = untouched.or(Some(slug)),
                done if done < steps => return Some(slug),
                _ => {}
            }
        }
        untouched
    }

    /// Replaces the progress in a lesson; true when that changed something.
    pub fn set(&mut self, slug: &str, lesson: LessonProgress) -> bool {
        match self.0.iter_mut().find(|(name, _)| name == slug) {
            Some((_, old)) if *old == lesson => return false,
            Some((_, old)) => *old = lesson,
            None => self.0.push((slug.to_owned(), lesson)),
        }
        true
    }

    /// Reads what was kept; none for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        text.lines().map(line).collect::<Option<Vec<_>>>().map(Self)
    }
}

fn line(line: &str) -> Option<(String, LessonProgress)> {
    if !line.split(' ').all(is_word) {
        return None;
    }
    let mut words = line.split(' ');
    let slug = words.next()?.to_owned();
    let mut lesson = LessonProgress::default();
    for word in words {
        match word.split_once('=') {
            Some((step, option)) => lesson.guesses.push((step.to_owned(), option.parse().ok()?)),
            None => lesson.done.push(word.to_owned()),
        }
    }
    Some((slug, lesson))
}

fn is_word(word: &str) -> bool {
    !word.is_empty()
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_=".contains(&b))
}

/// The text that is kept.
impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (slug, lesson) in &self.0 {
            f.write_str(slug)?;
            for step in &lesson.done {
                write!(f, " {step}")?;
            }
            for (step, option) in &lesson.guesses {
                write!(f, " {step}={option}")?;
            }
            f.write_str("\n")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(steps: &[&str]) -> LessonProgress {
        LessonProgress {
            done: steps.iter().map(|step| (*step).to_owned()).collect(),
            guesses: vec![("x".to_owned(), 2)],
        }
    }

    #[test]
    fn the_next_lesson_is_the_one_begun() {
        let mut progress = Progress::default();
        let lessons = || [("01-a", 2), ("02-b", 2), ("03-c", 2)].into_iter();
        assert_eq!(progress.next(lessons()), Some("01-a"));
        progress.set("01-a", done(&["x", "y"]));
        assert_eq!(progress.next(lessons()), Some("02-b"));
        progress.set("03-c", done(&["x"]));
        assert_eq!(progress.next(lessons()), Some("03-c"));
        progress.set("03-c", done(&["x", "y"]));
        progress.set("02-b", done(&["x", "y"]));
        assert_eq!(progress.next(lessons()), None);
    }

    #[test]
    fn progress_survives_its_own_text() {
        let mut progress = Progress::default();
        assert!(progress.set("01-a", done(&["x", "y"])));
        assert!(!progress.set("01-a", done(&["x", "y"])));
        assert!(progress.set("02-b", LessonProgress::default()));
        let text = progress.to_string();
        assert_eq!(text, "01-a x y x=2\n02-b\n");
        assert_eq!(Progress::parse(&text), Some(progress));
        assert_eq!(Progress::parse(""), Some(Progress::default()));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "{\"a\":1}",
            "a b=c",
            "a  b",
            "<b>",
            "\n",
            &"x".repeat(MAX_BYTES + 1),
        ] {
            assert_eq!(Progress::parse(text), None, "{text:.20}");
        }
    }
}
