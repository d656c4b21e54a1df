//! Versions 1 and 2 of the form: a run as bytes.
//!
//! Whole numbers are in LEB128, seven bits a byte with the low ones first, as short as can be;
//! a text is its number of bytes and then UTF-8; a list is its number of entries and then the
//! entries. A run is, in this order: what it is of, the seed, the list of parameters (name,
//! value), the program, the list of commands (time, text), the cursor's time and steps, the
//! second run, and the step.
//!
//! The second run is, in version 1, 0 for none, or 1 and the list of its parameters: it has the
//! first one's commands. In version 2 it is there: the pane, where it leaves the first one, and
//! the lists of its parameters and commands.
//!
//! All of it is apart from the fields of [`Run`], so that a change there does not make old links
//! unreadable.

use super::{LinkError, MAX_COMMANDS, MAX_PARAMS, at_most};
use crate::run::{Branch, Run};

/// Writes a run in the oldest version that can hold it.
pub(super) fn write(run: &Run) -> (u32, Vec<u8>) {
    let mut out = Vec::new();
    let version = if run.forks() { 2 } else { 1 };
    write_text(&mut out, &run.of);
    write_number(&mut out, run.seed);
    write_params(&mut out, &run.params);
    write_text(&mut out, &run.code);
    write_commands(&mut out, &run.commands);
    write_number(&mut out, run.at);
    write_number(&mut out, run.steps);
    match &run.compare {
        Some(branch) if version == 2 => {
            write_text(&mut out, &branch.pane);
            write_number(&mut out, branch.from);
            write_params(&mut out, &branch.params);
            write_commands(&mut out, &branch.commands);
        }
        Some(branch) => {
            write_number(&mut out, 1);
            write_params(&mut out, &branch.params);
        }
        None => write_number(&mut out, 0),
    }
    write_text(&mut out, &run.step);
    (version, out)
}

#[inline(never)]
fn write_number(out: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[inline(never)]
fn write_text(out: &mut Vec<u8>, text: &str) {
    write_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

#[inline(never)]
fn write_params(out: &mut Vec<u8>, params: &[(String, String)]) {
    write_number(out, params.len() as u64);
    for (name, value) in params {
        write_text(out, name);
        write_text(out, value);
    }
}

#[inline(never)]
fn write_commands(out: &mut Vec<u8>, commands: &[(u64, String)]) {
    write_number(out, commands.len() as u64);
    for (at, text) in commands {
        write_number(out, *at);
        write_text(out, text);
    }
}

/// Reads what [`write()`] wrote, and nothing else. How many entries a list may have is checked
/// before they are read, so that a small code cannot take much memory.
pub(super) fn read(version: u64, bytes: &[u8]) -> Result<Run, LinkError> {
    let mut reader = Reader { rest: bytes };
    let mut run = Run {
        of: reader.text("lesson")?,
        seed: reader.number("seed")?,
        params: reader.params("parameter")?,
        code: reader.text("program")?,
        commands: reader.commands("command")?,
        at: reader.number("cursor")?,
        steps: reader.number("cursor")?,
        ..Run::default()
    };
    run.compare = match version {
        2 => Some(Branch {
            pane: reader.text("compared pane")?,
            from: reader.number("fork")?,
            params: reader.params("compared parameter")?,
            commands: reader.commands("compared command")?,
        }),
        _ => match reader.number("comparison")? {
            0 => None,
            1 => Some(Branch {
                params: reader.params("compared parameter")?,
                ..run.branch(0)
            }),
            _ => return Err(not_a_run("comparison", "neither there nor absent")),
        },
    };
    run.step = reader.text("step")?;
    match reader.rest {
        [] => Ok(run),
        _ => Err(not_a_run("end", "followed by more")),
    }
}

#[inline(never)]
fn not_a_run(what: &str, problem: &str) -> LinkError {
    LinkError::NotARun {
        why: format!("its {what} is {problem}"),
    }
}

/// What is still to be read.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    #[inline(never)]
    fn number(&mut self, what: &str) -> Result<u64, LinkError> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte, rest @ ..] = self.rest else {
                return Err(not_a_run(what, "cut off"));
            };
            self.rest = rest;
            let bits = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if bits << shift >> shift != bits {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return match (*byte, shift) {
                    (0, 1..) => Err(not_a_run(what, "a number with needless zeros")),
                    _ => Ok(number),
                };
            }
        }
        Err(not_a_run(what, "a number of more than 64 bits"))
    }

    #[inline(never)]
    fn text(&mut self, what: &str) -> Result<String, LinkError> {
        let length = self.number(what)?;
        let text = usize::try_from(length)
            .ok()
            .and_then(|length| self.rest.split_at_checked(length));
        let Some((text, rest)) = text else {
            return Err(not_a_run(what, "cut off"));
        };
        self.rest = rest;
        match std::str::from_utf8(text) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(not_a_run(what, "not UTF-8")),
        }
    }

    #[inline(never)]
    fn count(&mut self, what: &str, allowed: usize) -> Result<u64, LinkError> {
        let count = self.number(what)?;
        // Every entry has bytes of its own.
        match usize::try_from(count) {
            Ok(given) if given <= self.rest.len() => at_most(what, given, allowed, "entries")?,
            _ => return Err(not_a_run(what, "cut off")),
        }
        Ok(count)
    }

    #[inline(never)]
    fn params(&mut self, what: &str) -> Result<Vec<(String, String)>, LinkError> {
        let count = self.count(&format!("list of {what}s"), MAX_PARAMS)?;
        let pair = |_| Ok((self.text(what)?, self.text(what)?));
        (0..count).map(pair).collect()
    }

    #[inline(never)]
    fn commands(&mut self, what: &str) -> Result<Vec<(u64, String)>, LinkError> {
        let count = self.count(&format!("list of {what}s"), MAX_COMMANDS)?;
        let pair = |index| {
            let what = format!("{what} {}", index + 1);
            Ok((self.number(&what)?, self.text(&what)?))
        };
        (0..count).map(pair).collect()
    }
}
