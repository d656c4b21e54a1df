//! The run as a file: what a link holds, for people to read, to keep and to change by hand.
//!
//! ```json
//! {
//!   "product": "Faultline",
//!   "version": 1,
//!   "of": "sharding",
//!   "seed": 1,
//!   "params": { "strategy": "ring" },
//!   "commands": [{ "at": "1s", "command": "crash A" }],
//!   "at": "10s"
//! }
//! ```
//!
//! What comes in is untrusted, as a link is: it has a size limit, a strict schema and the limits
//! of links, and every error is one line.

use std::fmt;

use faultline_sim::Time;
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::link::{LinkError, one_line};
use crate::run::{Run, is_zero};

/// The version of the form that this Faultline writes; it reads this one and all before it.
const VERSION: u32 = 1;
/// Bytes of a run file: several times what a link can hold.
pub const MAX_FILE_BYTES: usize = 1 << 20;
/// What a file says it is of.
const PRODUCT: &str = "Faultline";

/// Why a text is no run file, or a run does not fit in one.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RunFileError {
    /// Larger than any run.
    #[error("the file has {given} bytes; a run file has at most {MAX_FILE_BYTES}")]
    TooLarge {
        /// How many.
        given: usize,
    },
    /// Not JSON, or JSON of something else.
    #[error("this is not a run file, {{\"product\": \"Faultline\", \"version\": 1, ...}}: {why}")]
    NotARunFile {
        /// What the reader met, with line and column.
        why: String,
    },
    /// Made by a later Faultline.
    #[error(
        "the run file has version {given}, made by a newer Faultline; this one reads versions up \
         to {VERSION}: update it, or reload its page"
    )]
    Newer {
        /// The version given.
        given: u64,
    },
    /// A run file that does not keep to its form.
    #[error("the run file is not well formed: {why}")]
    Malformed {
        /// What the reader met, with line and column.
        why: String,
    },
    /// A part of the run breaks a limit.
    #[error(transparent)]
    Limit(#[from] LinkError),
}

/// What every version begins with.
#[derive(Deserialize)]
struct Head {
    product: String,
    version: u64,
}

/// Version 1 of the form, apart from [`Run`], so that a change there does not make old files
/// unreadable.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct V1 {
    product: String,
    version: u32,
    of: String,
    seed: u64,
    #[serde(default, skip_serializing_if = "Params::is_empty")]
    params: Params,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compare: Option<Params>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    commands: Vec<Command>,
    #[serde(default)]
    at: Moment,
    #[serde(default, skip_serializing_if = "is_zero")]
    steps: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    step: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    code: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Command {
    at: Moment,
    command: String,
}

impl Run {
    /// The run as a run file, which [`Run::from_file`] reads back as the same run.
    ///
    /// # Errors
    /// A run that breaks the limits of links.
    pub fn to_file(&self) -> Result<String, RunFileError> {
        self.check_limits()?;
        let run = self.clone();
        let file = V1 {
            product: PRODUCT.to_owned(),
            version: VERSION,
            of: run.of,
            seed: run.seed,
            params: Params(run.params),
            compare: run.compare.map(Params),
            commands: run
                .commands
                .into_iter()
                .map(|(at, command)| Command {
                    at: Moment(Time::from_nanos(at)),
                    command,
                })
                .collect(),
            at: Moment(Time::from_nanos(run.at)),
            steps: run.steps,
            step: run.step,
            code: run.code,
        };
        let mut text =
            serde_json::to_string_pretty(&file).map_err(|error| RunFileError::Malformed {
                why: error.to_string(),
            })?;
        text.push('\n');
        check_size(&text)?;
        Ok(text)
    }

    /// Reads a run file.
    ///
    /// # Errors
    /// Everything that is not a run file within the limits, by what is wrong with it. No text
    /// makes it panic.
    pub fn from_file(text: &str) -> Result<Run, RunFileError> {
        check_size(text)?;
        // Editors of some systems put a mark in front.
        let text = text.trim_start_matches('\u{feff}');
        let head: Head = serde_json::from_str(text).map_err(|error| RunFileError::NotARunFile {
            why: reason(&error),
        })?;
        if head.product != PRODUCT {
            return Err(RunFileError::NotARunFile {
                why: format!("its product is {:?}", one_line(&head.product, 40)),
            });
        }
        if head.version > u64::from(VERSION) {
            return Err(RunFileError::Newer {
                given: head.version,
            });
        }
        if head.version == 0 {
            return Err(RunFileError::Malformed {
                why: "versions begin at 1".to_owned(),
            });
        }
        let file: V1 = serde_json::from_str(text).map_err(|error| RunFileError::Malformed {
            why: reason(&error),
        })?;
        let mut commands: Vec<_> = file
            .commands
            .into_iter()
            .map(|command| (command.at.0.as_nanos(), command.command))
            .collect();
        // Written by hand, they may be in any order; those of equal times keep theirs.
        commands.sort_by_key(|(at, _)| *at);
        let run = Run {
            of: file.of,
            seed: file.seed,
            params: file.params.0,
            code: file.code,
            commands,
            at: file.at.0.as_nanos(),
            steps: file.steps,
            compare: file.compare.map(|params| params.0),
            step: file.step,
        };
        run.check_limits()?;
        Ok(run)
    }
}

fn check_size(text: &str) -> Result<(), RunFileError> {
    if text.len() <= MAX_FILE_BYTES {
        return Ok(());
    }
    Err(RunFileError::TooLarge { given: text.len() })
}

/// The reader's words, which quote what it met.
fn reason(error: &serde_json::Error) -> String {
    one_line(&error.to_string(), 200)
}

/// A time as people write it: `1.5s`.
#[derive(Default)]
struct Moment(Time);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(MomentVisitor)
    }
}

struct MomentVisitor;

impl Visitor<'_> for MomentVisitor {
    type Value = Moment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time such as \"1.5s\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Moment, E> {
        text.parse().map(Moment).map_err(E::custom)
    }
}

/// Parameters as an object, in their order.
#[derive(Default)]
struct Params(Vec<(String, String)>);

impl Params {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Params {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Params {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ParamsVisitor)
    }
}

struct ParamsVisitor;

impl<'de> Visitor<'de> for ParamsVisitor {
    type Value = Params;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("parameters such as {\"nodes\": \"5\"}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Params, A::Error> {
        let mut params = Vec::new();
        while let Some(pair) = map.next_entry()? {
            params.push(pair);
        }
        Ok(Params(params))
    }
}
