//! A run as text that fits in an address, and back.
//!
//! A code is its version, a dot, and then the run as bytes (see `wire`), zlib-compressed, in
//! base64url without padding (RFC 1950 and RFC 4648 section 5). The version names the form, so
//! that links made today stay readable when the form changes; a run gets the oldest form that
//! can hold it, so that its link does not change. Version 1 is of a run, perhaps beside one with
//! other parameters; version 2 is of a run that forks. zlib's checksum tells a link that was cut
//! off.
//! What comes in is untrusted: every part has a limit, and every error is one line that says
//! what is wrong and what is allowed.

mod wire;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use crate::run::Run;

/// The newest form of link that this Faultline writes; it reads this one and all before it.
pub const LINK_VERSION: u32 = 2;
/// Characters a run's code may have. Browsers and chat programs carry this much.
pub const MAX_LINK_CHARS: usize = 32 * 1024;
/// How hard the bytes are compressed, of 10: runs are small.
const COMPRESSION: u8 = 9;
/// Bytes a code may unpack to.
pub const MAX_RUN_BYTES: usize = 256 * 1024;
/// Commands a run may have.
pub const MAX_COMMANDS: usize = 1_000;
/// Bytes of one command's text.
pub const MAX_COMMAND_BYTES: usize = 1_024;
/// Parameters a run may set, and a comparison besides.
pub const MAX_PARAMS: usize = 64;
/// Bytes of a name: of a lesson, system, step or parameter.
pub const MAX_NAME_BYTES: usize = 64;
/// Bytes of a parameter's value.
pub const MAX_VALUE_BYTES: usize = 200;
/// Steps into one instant.
pub const MAX_STEPS: u64 = 1_000_000;
/// Bytes of the learner's program.
pub const MAX_CODE_BYTES: usize = 64 * 1024;
/// The latest virtual time in a run, nanoseconds: a million seconds. Whole numbers up to here
/// are exact in a browser's numbers too.
pub const MAX_TIME_NS: u64 = 1_000_000_000_000_000;

/// Why a text is no run, or a run does not fit in a link.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LinkError {
    /// An address without a run.
    #[error("the address holds no run; a shared link has ?run=1.… after the lesson's name")]
    NoRun,
    /// No version in front.
    #[error("a run's code starts with its version, \"1.\"; this one starts with \"{start}\"")]
    NoVersion {
        /// The first characters given.
        start: String,
    },
    /// Made by a later Faultline.
    #[error(
        "the link has version {given}, made by a newer Faultline; this one reads versions up to \
         {LINK_VERSION}: update it, or reload its page"
    )]
    Newer {
        /// The version given.
        given: u64,
    },
    /// More characters than a link may have.
    #[error("the link's code has {given} characters; at most {MAX_LINK_CHARS} are allowed")]
    TooLong {
        /// How many.
        given: usize,
    },
    /// A character that no code has.
    #[error(
        "character {position} of the link's code is {character:?}; allowed are A-Z a-z 0-9 - _"
    )]
    Character {
        /// Counted from 1, after the version.
        position: usize,
        /// Which one.
        character: char,
    },
    /// Cut off or changed on its way.
    #[error("the link is cut off or damaged, its checksum does not fit: copy it again, all of it")]
    Damaged,
    /// Unpacks to more than a run may have.
    #[error(
        "the link unpacks to more than {MAX_RUN_BYTES} bytes, which is the most a run may have"
    )]
    TooLarge,
    /// Intact, but what it holds is not a run.
    #[error("the link does not hold a run: {why}")]
    NotARun {
        /// Which part, and what is wrong with it.
        why: String,
    },
    /// A part of the run breaks a limit.
    #[error("the run's {what} {problem}")]
    Limit {
        /// Which part, e.g. "command 3".
        what: String,
        /// What is wrong and what is allowed, e.g. "has 300 bytes; at most 200 are allowed".
        problem: String,
    },
    /// An address that names one lesson and holds a run of another.
    #[error("the address is of {address}, but the run in it is of {run}")]
    OtherLesson {
        /// As the address says.
        address: String,
        /// As the run says.
        run: String,
    },
}

impl Run {
    /// The run's code, e.g. `1.eJyr…`: goes after `?run=` in an address.
    ///
    /// # Errors
    /// A part that breaks a limit, or a run whose code is longer than a link may be: what this
    /// writes, [`Run::from_link`] reads.
    pub fn to_link(&self) -> Result<String, LinkError> {
        self.check_limits()?;
        let (version, bytes) = wire::write(self);
        if bytes.len() > MAX_RUN_BYTES {
            return Err(LinkError::TooLarge);
        }
        let packed = compress_to_vec_zlib(&bytes, COMPRESSION);
        let code = format!("{version}.{}", URL_SAFE_NO_PAD.encode(packed));
        if code.len() > MAX_LINK_CHARS {
            return Err(LinkError::TooLong { given: code.len() });
        }
        Ok(code)
    }

    /// Reads a run from a whole address, its fragment, or the bare code. Space and quotation
    /// marks around it are ignored, since people copy links out of sentences.
    ///
    /// # Errors
    /// Everything that is not a run within the limits, by what is wrong with it. No text makes
    /// it panic, and none makes it take more memory than sixteen times [`MAX_RUN_BYTES`].
    pub fn from_link(text: &str) -> Result<Run, LinkError> {
        let code = find_code(text)?;
        if code.len() > MAX_LINK_CHARS {
            return Err(LinkError::TooLong {
                given: code.chars().count(),
            });
        }
        let (version, body) = match version_and_body(code) {
            Some((version @ (1 | 2), body)) => (version, body),
            Some((given, _)) if given > u64::from(LINK_VERSION) => {
                return Err(LinkError::Newer { given });
            }
            _ => {
                return Err(LinkError::NoVersion {
                    start: one_line(code, 12),
                });
            }
        };
        let run = wire::read(version, &unpack(body)?)?;
        run.check_limits()?;
        Ok(run)
    }

    /// Whether every part keeps the limits that links have.
    ///
    /// # Errors
    /// [`LinkError::Limit`] for the first part that does not.
    pub fn check_limits(&self) -> Result<(), LinkError> {
        check_name("lesson", &self.of, false)?;
        check_name("step", &self.step, true)?;
        check_params("parameter", &self.params)?;
        at_most("program", self.code.len(), MAX_CODE_BYTES, "bytes")?;
        if let Some(bad) = self
            .code
            .chars()
            .find(|c| c.is_control() && !matches!(c, '\n' | '\t'))
        {
            return Err(limit(
                "program",
                format!("holds the control character {bad:?}"),
            ));
        }
        check_commands("", &self.commands, 0)?;
        if let Some(branch) = &self.compare {
            check_name("compared pane", &branch.pane, true)?;
            check_time("fork", branch.from)?;
            check_params("compared parameter", &branch.params)?;
            let shared = self.commands.iter().filter(|(at, _)| *at < branch.from);
            check_commands("compared ", &branch.commands, shared.count())?;
            let mut times = branch.commands.iter().map(|(at, _)| *at);
            if let Some(index) = times.position(|at| at < branch.from) {
                let problem = "stands before the fork, where the runs share theirs".to_owned();
                return Err(limit(&format!("compared command {}", index + 1), problem));
            }
        }
        check_time("cursor", self.at)?;
        if self.steps > MAX_STEPS {
            let problem = format!(
                "takes {} steps; at most {MAX_STEPS} are allowed",
                self.steps
            );
            return Err(limit("cursor", problem));
        }
        Ok(())
    }
}

/// The code within an address, a fragment or alone.
fn find_code(text: &str) -> Result<&str, LinkError> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "<>()\"'`,;".contains(c));
    let is_address = text.contains(['#', '/', '?', '&', '=']);
    if !is_address {
        return if text.is_empty() {
            Err(LinkError::NoRun)
        } else {
            Ok(text)
        };
    }
    let fragment = text.split_once('#').map_or(text, |(_, fragment)| fragment);
    let query = fragment
        .split_once('?')
        .map_or(fragment, |(_, query)| query);
    query
        .split('&')
        .find_map(|part| part.strip_prefix("run="))
        .ok_or(LinkError::NoRun)
}

/// Splits `12.abc` into 12 and `abc`.
fn version_and_body(code: &str) -> Option<(u64, &str)> {
    let (version, body) = code.split_once('.')?;
    let digits = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
    if !digits {
        return None;
    }
    // A version too long for a number is newer than ours all the same.
    Some((version.parse().unwrap_or(u64::MAX), body))
}

/// The bytes in a code.
fn unpack(body: &str) -> Result<Vec<u8>, LinkError> {
    let foreign = |c: &char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if let Some((index, character)) = body.chars().enumerate().find(|(_, c)| foreign(c)) {
        return Err(LinkError::Character {
            position: index + 1,
            character,
        });
    }
    let packed = URL_SAFE_NO_PAD.decode(body);
    let packed = packed.map_err(|_| LinkError::Damaged)?;
    let mut bytes = vec![0; MAX_RUN_BYTES];
    let flags = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER
        | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let state = &mut Box::<DecompressorOxide>::default();
    let (status, read, written) = decompress(state, &packed, &mut bytes, 0, flags);
    match status {
        // Nothing may follow either.
        TINFLStatus::Done if read == packed.len() => {
            bytes.truncate(written);
            Ok(bytes)
        }
        TINFLStatus::HasMoreOutput => Err(LinkError::TooLarge),
        _ => Err(LinkError::Damaged),
    }
}

/// The start of an untrusted text, fit for a message.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    text.chars()
        .take(most)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

fn limit(what: &str, problem: String) -> LinkError {
    LinkError::Limit {
        what: what.to_owned(),
        problem,
    }
}

fn at_most(what: &str, given: usize, allowed: usize, unit: &str) -> Result<(), LinkError> {
    if given <= allowed {
        return Ok(());
    }
    Err(limit(
        what,
        format!("has {given} {unit}; at most {allowed} are allowed"),
    ))
}

fn check_time(what: &str, at: u64) -> Result<(), LinkError> {
    if at <= MAX_TIME_NS {
        return Ok(());
    }
    Err(limit(
        what,
        format!("stands at {at} ns; at most {MAX_TIME_NS} ns are allowed"),
    ))
}

/// The commands of a run, which has `more` besides. `which` is what its commands are called,
/// with a space.
fn check_commands(which: &str, commands: &[(u64, String)], more: usize) -> Result<(), LinkError> {
    at_most(
        &format!("list of {which}commands"),
        commands.len() + more,
        MAX_COMMANDS,
        "entries",
    )?;
    for (index, (at, text)) in commands.iter().enumerate() {
        let what = format!("{which}command {}", index + 1);
        check_time(&what, *at)?;
        check_line(&what, text, MAX_COMMAND_BYTES)?;
    }
    Ok(())
}

/// Text on one line, as commands and values are.
fn check_line(what: &str, text: &str, allowed: usize) -> Result<(), LinkError> {
    at_most(what, text.len(), allowed, "bytes")?;
    match text.chars().find(|c| c.is_control()) {
        Some(bad) => Err(limit(what, format!("holds the control character {bad:?}"))),
        None => Ok(()),
    }
}

/// A name as lessons, systems, steps and parameters have it.
fn check_name(what: &str, name: &str, may_be_empty: bool) -> Result<(), LinkError> {
    at_most(what, name.len(), MAX_NAME_BYTES, "bytes")?;
    if name.is_empty() && !may_be_empty {
        return Err(limit(what, "has no name".to_owned()));
    }
    if is_name(name) {
        return Ok(());
    }
    Err(limit(
        what,
        format!("is named {name:?}; names are made of a-z 0-9 - _"),
    ))
}

fn check_params(what: &str, params: &[(String, String)]) -> Result<(), LinkError> {
    at_most(
        &format!("list of {what}s"),
        params.len(),
        MAX_PARAMS,
        "entries",
    )?;
    for (index, (name, value)) in params.iter().enumerate() {
        check_name(what, name, false)?;
        check_line(&format!("{what} {name}"), value, MAX_VALUE_BYTES)?;
        if params[..index].iter().any(|(earlier, _)| earlier == name) {
            return Err(limit(what, format!("{name} is set twice")));
        }
    }
    Ok(())
}

/// Whether a text is made of the characters that names have.
pub(crate) fn is_name(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}
