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
//! A run that forks has, in version 2, also where and into what; its commands before the fork
//! are those of the run:
//!
//! ```json
//! "fork": { "at": "4s", "params": {}, "commands": [{ "at": "5s", "command": "crash B" }] }
//! ```
//!
//! What comes in is untrusted, as a link is: it has a size limit, a strict schema and the limits
//! of links, and every error is one line.

use faultline_sim::Time;

use super::read_json::{self, Json};
use super::write_json;
use crate::link::{LinkError, one_line};
use crate::run::{Branch, Run};

/// The newest version of the form that this Faultline writes; it reads this one and all before
/// it. A run gets the oldest that can hold it: version 2 has a fork where 1 has compared
/// parameters.
const VERSION: u32 = 2;
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

impl Run {
    /// The run as a run file, which [`Run::from_file`] reads back as the same run.
    ///
    /// # Errors
    /// A run that breaks the limits of links, or whose file would be larger than is read.
    pub fn to_file(&self) -> Result<String, RunFileError> {
        self.check_limits()?;
        let version = if self.forks() { VERSION } else { 1 };
        let mut members = Members {
            out: format!("{{\n  \"product\": \"{PRODUCT}\",\n  \"version\": {version}"),
            line: "\n  ",
        };
        members.text("of", &self.of);
        write_json::plain(&self.seed, members.begin("seed"));
        if !self.params.is_empty() {
            members.params("params", &self.params);
        }
        match &self.compare {
            Some(branch) if version == 1 => members.params("compare", &branch.params),
            _ => {}
        }
        if !self.commands.is_empty() {
            members.commands(&self.commands);
        }
        if let Some(branch) = self.compare.as_ref().filter(|_| version > 1) {
            members.fork(branch);
        }
        members.text("at", &Time::from_nanos(self.at).to_string());
        if self.steps > 0 {
            write_json::plain(&self.steps, members.begin("steps"));
        }
        if !self.step.is_empty() {
            members.text("step", &self.step);
        }
        if !self.code.is_empty() {
            members.text("code", &self.code);
        }
        let text = members.out + "\n}\n";
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
        let other = |why| RunFileError::NotARunFile { why };
        let mut whole = match read_json::read(text).map_err(other)? {
            Json::Object(list) => Fields { of: "", list },
            _ => return Err(other("it is no object in braces".to_owned())),
        };
        match whole.take("product") {
            Some(Json::Text(product)) if product == PRODUCT => {}
            Some(_) => return Err(other("its product is another".to_owned())),
            None => return Err(other("it names no product".to_owned())),
        }
        let version = match whole.take("version") {
            Some(Json::Number(version)) => version.parse().unwrap_or(0),
            _ => 0,
        };
        if version > u64::from(VERSION) {
            return Err(RunFileError::Newer { given: version });
        }
        if version == 0 {
            return Err(malformed("its version is no whole number from 1 on"));
        }
        let run = read_members(version, whole)?;
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

/// The members of an object being written, each on its line; the first is there.
struct Members {
    out: String,
    /// How a line begins.
    line: &'static str,
}

impl Members {
    fn begin(&mut self, name: &str) -> &mut String {
        self.out.push(',');
        self.out.push_str(self.line);
        write_json::text(name, &mut self.out);
        self.out.push_str(": ");
        &mut self.out
    }

    fn text(&mut self, name: &str, value: &str) {
        write_json::text(value, self.begin(name));
    }

    fn params(&mut self, name: &str, params: &[(String, String)]) {
        let line = self.line;
        let out = self.begin(name);
        let mut before = "{";
        for (name, value) in params {
            out.push_str(before);
            out.push_str(line);
            out.push_str("  ");
            write_json::text(name, out);
            out.push_str(": ");
            write_json::text(value, out);
            before = ",";
        }
        out.push_str(if params.is_empty() { "{" } else { line });
        out.push('}');
    }

    fn commands(&mut self, commands: &[(u64, String)]) {
        let line = self.line;
        let out = self.begin("commands");
        let mut before = "[";
        for (at, command) in commands {
            out.push_str(before);
            out.push_str(line);
            out.push_str("  { \"at\": ");
            write_json::text(&Time::from_nanos(*at).to_string(), out);
            out.push_str(", \"command\": ");
            write_json::text(command, out);
            out.push_str(" }");
            before = ",";
        }
        out.push_str(if commands.is_empty() { "[" } else { line });
        out.push(']');
    }

    fn fork(&mut self, branch: &Branch) {
        let out = self.begin("fork");
        out.push_str("{\n    \"at\": ");
        write_json::text(&Time::from_nanos(branch.from).to_string(), out);
        self.line = "\n    ";
        if !branch.pane.is_empty() {
            self.text("pane", &branch.pane);
        }
        self.params("params", &branch.params);
        self.commands(&branch.commands);
        self.line = "\n  ";
        self.out.push_str("\n  }");
    }
}

/// Reads versions 1 and 2, which are apart from [`Run`], so that a change there does not make
/// old files unreadable.
fn read_members(version: u64, mut whole: Fields) -> Result<Run, RunFileError> {
    let mut run = Run {
        of: whole.text("of")?.ok_or_else(|| whole.missing("of"))?,
        seed: whole.count("seed")?.ok_or_else(|| whole.missing("seed"))?,
        params: whole.params("params")?.unwrap_or_default(),
        compare: None,
        commands: whole.commands()?,
        at: whole.time("at")?.unwrap_or_default(),
        steps: whole.count("steps")?.unwrap_or_default(),
        step: whole.text("step")?.unwrap_or_default(),
        code: whole.text("code")?.unwrap_or_default(),
    };
    run.compare = if version == 1 {
        let params = whole.params("compare")?;
        params.map(|params| Branch {
            params,
            ..run.branch(0)
        })
    } else {
        whole.fork()?
    };
    whole.end(&format!(
        "of, seed, params, {}, commands, at, steps, step, code",
        if version == 1 { "compare" } else { "fork" }
    ))?;
    Ok(run)
}

/// The members of an object that were not taken yet.
struct Fields<'a> {
    /// What stands before their names in a message.
    of: &'static str,
    list: Vec<(String, Json<'a>)>,
}

impl<'a> Fields<'a> {
    fn take(&mut self, name: &str) -> Option<Json<'a>> {
        let index = self.list.iter().position(|(other, _)| other == name)?;
        Some(self.list.remove(index).1)
    }

    fn missing(&self, name: &str) -> RunFileError {
        malformed(&format!("{}{name:?} is missing", self.of))
    }

    fn not(&self, name: &str, wanted: &str) -> RunFileError {
        malformed(&format!("{}{name:?} is not {wanted}", self.of))
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, RunFileError> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(_) => Err(self.not(name, "a text")),
        }
    }

    fn count(&mut self, name: &str) -> Result<Option<u64>, RunFileError> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let count = match value {
            Json::Number(text) => text.parse().ok(),
            _ => None,
        };
        let wanted = || self.not(name, "a whole number from 0 to 18446744073709551615");
        count.map(Some).ok_or_else(wanted)
    }

    /// A time as people write it, in nanoseconds.
    fn time(&mut self, name: &str) -> Result<Option<u64>, RunFileError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let why = |error| malformed(&format!("{}{name:?}: {error}", self.of));
        let time: Time = text.parse().map_err(why)?;
        Ok(Some(time.as_nanos()))
    }

    fn params(&mut self, name: &str) -> Result<Option<Vec<(String, String)>>, RunFileError> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let wanted = || self.not(name, "an object of texts, such as {\"nodes\": \"5\"}");
        let Json::Object(members) = value else {
            return Err(wanted());
        };
        let text = |(name, value)| match value {
            Json::Text(text) => Some((name, text)),
            _ => None,
        };
        let params: Option<_> = members.into_iter().map(text).collect();
        params.map(Some).ok_or_else(wanted)
    }

    /// In the order they apply. Written by hand, they may be in any; those of equal times keep
    /// theirs.
    fn commands(&mut self) -> Result<Vec<(u64, String)>, RunFileError> {
        let list = match self.take("commands") {
            None => return Ok(Vec::new()),
            Some(Json::List(list)) => list,
            Some(_) => return Err(self.not("commands", "a list")),
        };
        let mut commands = Vec::with_capacity(list.len());
        for value in list {
            let Json::Object(list) = value else {
                return Err(malformed(
                    "a command is not an object, such as {\"at\": \"1s\", \"command\": \"heal\"}",
                ));
            };
            let mut fields = Fields {
                of: "a command's ",
                list,
            };
            let at = fields.time("at")?.ok_or_else(|| fields.missing("at"))?;
            let text = fields.text("command")?;
            let text = text.ok_or_else(|| fields.missing("command"))?;
            fields.end("at, command")?;
            commands.push((at, text));
        }
        commands.sort_by_key(|(at, _)| *at);
        Ok(commands)
    }

    fn fork(&mut self) -> Result<Option<Branch>, RunFileError> {
        let list = match self.take("fork") {
            None => return Ok(None),
            Some(Json::Object(list)) => list,
            Some(_) => return Err(self.not("fork", "an object, such as {\"at\": \"4s\"}")),
        };
        let mut fields = Fields {
            of: "the fork's ",
            list,
        };
        let branch = Branch {
            pane: fields.text("pane")?.unwrap_or_default(),
            from: fields.time("at")?.ok_or_else(|| fields.missing("at"))?,
            params: fields.params("params")?.unwrap_or_default(),
            commands: fields.commands()?,
        };
        fields.end("at, pane, params, commands")?;
        Ok(Some(branch))
    }

    /// Refuses what is left over.
    fn end(&self, allowed: &str) -> Result<(), RunFileError> {
        match self.list.first() {
            None => Ok(()),
            Some((name, _)) => Err(malformed(&format!(
                "{}{name:?} is unknown or stands twice; allowed: {allowed}",
                self.of
            ))),
        }
    }
}

/// The text may quote what was given.
fn malformed(why: &str) -> RunFileError {
    RunFileError::Malformed {
        why: one_line(why, 300),
    }
}
