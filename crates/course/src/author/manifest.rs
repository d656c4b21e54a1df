//! `lesson.toml`: everything about a lesson that a machine acts on. Unknown names are refused.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use toml::Spanned;

use super::fault::{Faults, Source};
use crate::lesson::Comparison;

/// Text with its place in the file.
pub(super) type Text = Spanned<String>;
/// Names with values, each with its place.
pub(super) type Settings = BTreeMap<Text, Spanned<Scalar>>;

/// All of `lesson.toml`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub track: Text,
    pub kicker: Text,
    pub title: Text,
    pub short_title: Text,
    pub promise: Text,
    pub minutes: Spanned<u32>,
    pub system: Text,
    pub seed: Spanned<u64>,
    pub open_at: Option<Text>,
    pub duration: Option<Text>,
    pub speed: Option<Spanned<f64>>,
    #[serde(default)]
    pub controls: Vec<Text>,
    #[serde(default)]
    pub params: Settings,
    #[serde(default)]
    pub panes: Vec<PaneEntry>,
    #[serde(default)]
    pub timeline: Vec<PlacedEntry>,
    pub steps: Spanned<Vec<StepEntry>>,
    #[serde(default)]
    pub failures: Vec<ActionEntry>,
    pub code: Option<CodeEntry>,
}

/// `[code]`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeEntry {
    #[serde(default)]
    pub examples: Vec<ExampleEntry>,
}

/// One of `[[code.examples]]`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExampleEntry {
    pub label: Text,
    /// A file of the lesson's folder.
    pub file: Text,
}

/// One of `[[panes]]`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PaneEntry {
    pub id: Text,
    #[serde(default)]
    pub set: Settings,
}

/// One of `timeline`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlacedEntry {
    pub at: Text,
    pub command: Text,
}

/// One of `[[steps]]`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepEntry {
    pub id: Text,
    pub predict: Option<PredictEntry>,
    #[serde(default)]
    pub actions: Vec<ActionEntry>,
    /// The learner does it by writing a program; the solution does it too.
    #[serde(default)]
    pub by_code: bool,
    #[serde(default)]
    pub checks: Vec<CheckEntry>,
}

/// A step's `predict`. The answer is written out, as it stands among the options.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PredictEntry {
    pub question: Text,
    pub options: Spanned<Vec<Text>>,
    pub answer: Text,
    pub because: Text,
}

/// A button of a step, or a failure mode.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ActionEntry {
    pub label: Text,
    #[serde(default)]
    pub set: Settings,
    /// A file of the lesson's folder.
    pub code: Option<Text>,
    pub from: Option<Text>,
    #[serde(default)]
    pub commands: Vec<Text>,
    pub play: Option<Text>,
}

/// A check of a step.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckEntry {
    pub pane: Option<Text>,
    pub metric: Text,
    pub is: Comparison,
    pub value: Spanned<Scalar>,
    /// The check holds before the step's action too, and is there to still hold after it.
    #[serde(default)]
    pub already: bool,
}

/// A value as text; in the file it may be text, a number, or true or false.
pub(super) struct Scalar(pub String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Scalar;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("text, a number, true or false")
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Scalar, E> {
                // As parameters write it.
                Ok(Scalar(if value { "on" } else { "off" }.to_owned()))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Scalar, E> {
                Ok(Scalar(value.to_owned()))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// Settings as plain data.
pub(super) fn plain(settings: &Settings) -> Vec<(String, String)> {
    let text = |(name, value): (&Text, &Spanned<Scalar>)| {
        (name.get_ref().clone(), value.get_ref().0.clone())
    };
    settings.iter().map(text).collect()
}

/// Reads a file into its schema; none, and a fault, if it does not fit.
pub(super) fn read<T: de::DeserializeOwned>(source: &Source, faults: &mut Faults) -> Option<T> {
    match toml::from_str(source.text) {
        Ok(read) => Some(read),
        Err(error) => {
            let span: Range<usize> = error.span().unwrap_or(0..0);
            faults.add(source, span, error.message());
            None
        }
    }
}
