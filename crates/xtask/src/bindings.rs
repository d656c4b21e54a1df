//! Short names between the page's WebAssembly and its script.
//!
//! wasm-bindgen names every function of the script by what it does and a hash, in both files;
//! that is a fortieth of a first visit. Nobody else calls them, so any name will do.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

/// The section of a WebAssembly module that holds its imports.
const IMPORTS: u8 = 2;

/// Shortens the names in a module and in the script that goes with it.
///
/// # Errors
/// If either file is not as wasm-bindgen writes it.
pub fn shorten(module: &Path, script: &Path) -> Result<()> {
    let bytes = fs::read(module).with_context(|| format!("reading {module:?}"))?;
    let text = fs::read_to_string(script).with_context(|| format!("reading {script:?}"))?;
    let (bytes, names) = short_imports(&bytes).with_context(|| format!("in {module:?}"))?;
    let text = renamed(&text, &names).with_context(|| format!("in {script:?}"))?;
    fs::write(module, bytes)?;
    Ok(fs::write(script, text)?)
}

/// The module with short names, and the short name of each long one.
fn short_imports(module: &[u8]) -> Result<(Vec<u8>, BTreeMap<String, String>)> {
    let mut names = BTreeMap::new();
    let mut reader = Reader(module);
    let mut short = reader.take(8)?.to_vec();
    while !reader.0.is_empty() {
        let kind = reader.byte()?;
        let length = reader.number()?;
        let content = reader.take(length)?;
        let content = match kind {
            IMPORTS => short_section(content, &mut names)?,
            _ => content.to_vec(),
        };
        short.push(kind);
        put_number(&mut short, content.len());
        short.extend(content);
    }
    Ok((short, names))
}

fn short_section(section: &[u8], names: &mut BTreeMap<String, String>) -> Result<Vec<u8>> {
    let mut reader = Reader(section);
    let count = reader.number()?;
    let mut short = Vec::new();
    put_number(&mut short, count);
    for _ in 0..count {
        let (module, name) = (reader.text()?, reader.text()?);
        let start = reader.0;
        reader.import()?;
        let described = &start[..start.len() - reader.0.len()];
        put_text(&mut short, module);
        // The others load parts, and are named by the script that does.
        let own = name.starts_with("__wb");
        if own {
            let next = short_name(names.len());
            let new = names.entry(name.to_owned()).or_insert(next);
            put_text(&mut short, new);
        } else {
            put_text(&mut short, name);
        }
        short.extend(described);
    }
    Ok(short)
}

/// `a` to `Z`, then `aa`, `ab` and so on.
fn short_name(mut number: usize) -> String {
    const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut name = String::new();
    loop {
        name.insert(0, char::from(LETTERS[number % LETTERS.len()]));
        number /= LETTERS.len();
        if number == 0 {
            return name;
        }
        number -= 1;
    }
}

/// The script with the short names; each long one must be there once, as a key.
fn renamed(script: &str, names: &BTreeMap<String, String>) -> Result<String> {
    let mut script = script.to_owned();
    for (long, short) in names {
        let key = format!("{long}: ");
        let count = script.matches(&key).count();
        ensure!(count == 1, "{count} functions are called {long}");
        script = script.replace(&key, &format!("{short}: "));
    }
    Ok(script)
}

/// Reads the binary form of WebAssembly.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).context("it is cut short")?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    /// A number in LEB128.
    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        anyhow::bail!("a number is too large")
    }

    fn text(&mut self) -> Result<&'a str> {
        let length = self.number()?;
        Ok(std::str::from_utf8(self.take(length)?)?)
    }

    /// Passes over what an import is.
    fn import(&mut self) -> Result<()> {
        match self.byte()? {
            // A function's type.
            0 => self.number().map(drop),
            // A table of references, then its limits.
            1 => {
                self.byte()?;
                self.limits()
            }
            // A memory.
            2 => self.limits(),
            // A global's type and whether it changes.
            3 => self.take(2).map(drop),
            other => anyhow::bail!("an import of the unknown kind {other}"),
        }
    }

    fn limits(&mut self) -> Result<()> {
        let has_end = self.byte()? & 1 == 1;
        self.number()?;
        if has_end {
            self.number()?;
        }
        Ok(())
    }
}

fn put_number(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_number(bytes, text.len());
    bytes.extend(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module that imports functions of type 0 by these names, and has an empty section after.
    fn module(names: &[&str]) -> Vec<u8> {
        let mut section = Vec::new();
        put_number(&mut section, names.len());
        for name in names {
            put_text(&mut section, "./app_bg.js");
            put_text(&mut section, name);
            section.extend([0, 0]);
        }
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.push(IMPORTS);
        put_number(&mut module, section.len());
        module.extend(section);
        module.extend([11, 1, 0]);
        module
    }

    #[test]
    fn both_files_get_the_same_short_names() {
        let long = ["__wbg_log_0123456789abcdef", "load", "__wbindgen_throw"];
        let (short, names) = short_imports(&module(&long)).unwrap();
        assert_eq!(short, module(&["a", "load", "b"]));
        let script = "{ __wbg_log_0123456789abcdef: f, __wbindgen_throw: g, load: h }";
        let script = renamed(script, &names).unwrap();
        assert_eq!(script, "{ a: f, b: g, load: h }");
    }

    #[test]
    fn a_function_that_the_script_lacks_is_an_error() {
        let (_, names) = short_imports(&module(&["__wbg_log_0"])).unwrap();
        assert!(renamed("{}", &names).is_err());
        assert!(short_imports(&module(&["__wbg_log_0"])[..20]).is_err());
    }

    #[test]
    fn no_two_names_are_the_same() {
        let names: std::collections::BTreeSet<_> = (0..4000).map(short_name).collect();
        assert_eq!(names.len(), 4000);
        assert_eq!((short_name(51), short_name(52)), ("Z".into(), "aa".into()));
    }
}
