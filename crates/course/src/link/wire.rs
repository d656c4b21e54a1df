//! Version 1 of the form: a run as bytes.
//!
//! Whole numbers are in LEB128, seven bits a byte with the low ones first, as short as can be;
//! a text is its number of bytes and then UTF-8; a list is its number of entries and then the
//! entries. A run is, in this order: what it is of, the seed, the list of parameters (name,
//! value), the program, the list of commands (time, text), the cursor's time and steps, the
//! compared parameters (0 for none, or 1 and the list), and the step. It is apart from the
//! fields of [`Run`], so that a change there does not make old links unreadable.

use super::{LinkError, MAX_COMMANDS, MAX_PARAMS, at_most};
use crate::run::Run;

/// Writes a run.
pub(super) fn write(run: &Run) -> Vec<u8> {
    let mut out = Vec::new();
    write_text(&mut out, &run.of);
    write_number(&mut out, run.seed);
    write_params(&mut out, &run.params);
    write_text(&mut out, &run.code);
    write_number(&mut out, run.commands.len() as u64);
    for (at, text) in &run.commands {
        write_number(&mut out, *at);
        write_text(&mut out, text);
    }
    write_number(&mut out, run.at);
    write_number(&mut out, run.steps);
    write_number(&mut out, u64::from(run.compare.is_some()));
    if let Some(params) = &run.compare {
        write_params(&mut out, params);
    }
    write_text(&mut out, &run.step);
    out
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

/// Reads what [`write()`] wrote, and nothing else. How many entries a list may have is checked
/// before they are read, so that a small code cannot take much memory.
pub(super) fn read(bytes: &[u8]) -> Result<Run, LinkError> {
    let mut reader = Reader { rest: bytes };
    let run = Run {
        of: reader.text("lesson")?,
        seed: reader.number("seed")?,
        params: reader.params("parameter")?,
        code: reader.text("program")?,
        commands: reader.commands()?,
        at: reader.number("cursor")?,
        steps: reader.number("cursor")?,
        compare: match reader.number("comparison")? {
            0 => None,
            1 => Some(reader.params("compared parameter")?),
            _ => return Err(not_a_run("comparison", "neither there nor absent")),
        },
        step: reader.text("step")?,
    };
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
    fn commands(&mut self) -> Result<Vec<(u64, String)>, LinkError> {
        let count = self.count("list of commands", MAX_COMMANDS)?;
        let pair = |index| {
            let what = format!("command {}", index + 1);
            Ok((self.number(&what)?, self.text(&what)?))
        };
        (0..count).map(pair).collect()
    }
}
