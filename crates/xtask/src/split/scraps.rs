//! Scraps: parts of a few hundred bytes, each shared by some systems and not by others.
//!
//! Splitting makes a part for every set of parts that share something, and with each system there
//! are more such sets. A request costs a phone more than a few hundred bytes do, so what is in
//! scraps goes into the part that every visit starts with: its functions are exported while the
//! program is split, which roots them there.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use wasm_encoder::{ExportKind, ExportSection, Module, RawSection};
use wasmparser::{KnownCustom, Name, NameMap, Parser, Payload, TypeRef};

/// The most code of a scrap, before compression.
const MOST_BYTES: u64 = 2_000;

/// Parts that load after a lesson or instead of one: sharing something with a single system does
/// not make that everybody's.
const NOT_SYSTEMS: [&str; 2] = ["course_page", "workbench"];

/// Exports of this name are there only while the program is split.
const EXPORT: &str = "__faultline_scrap_";

/// Whether enough parts use a chunk for its going into the first part, if it is small.
pub fn is_shared(chunk: &str, needs: &BTreeMap<String, Vec<String>>) -> bool {
    let users = needs
        .iter()
        .filter(|(name, files)| {
            !NOT_SYSTEMS.contains(&name.as_str()) && files.iter().any(|file| file == chunk)
        })
        .count();
    chunk.starts_with("chunk_") && users >= 2
}

/// The names of a part's functions, if it is a scrap.
pub fn functions(part: &[u8]) -> Result<Vec<String>> {
    let mut code_bytes = 0;
    let mut imported = 0;
    for payload in Parser::new(0).parse_all(part) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionStart { range, .. } => code_bytes = range.end - range.start,
            _ => {}
        }
    }
    if code_bytes > MOST_BYTES {
        return Ok(Vec::new());
    }
    let named = names(part)?.into_iter();
    Ok(named
        .filter(|(index, _)| *index >= imported)
        .map(|(_, name)| name.to_owned())
        .collect())
}

/// A program's functions that have a name, by their index.
fn names(program: &[u8]) -> Result<Vec<(u32, &str)>> {
    let mut all = Vec::new();
    for payload in Parser::new(0).parse_all(program) {
        let Payload::CustomSection(section) = payload? else {
            continue;
        };
        let KnownCustom::Name(sections) = section.as_known() else {
            continue;
        };
        // Names of other things may be of a later version than the reader.
        let functions = sections.into_iter().filter_map(|section| match section {
            Ok(Name::Function(functions)) => Some(functions),
            _ => None,
        });
        for naming in functions.flat_map(NameMap::into_iter) {
            let naming = naming?;
            all.push((naming.index, naming.name));
        }
    }
    Ok(all)
}

/// The program with the functions of these names exported.
pub fn rooted(program: &[u8], scraps: &BTreeSet<String>) -> Result<Vec<u8>> {
    let names = names(program)?;
    let indices = names.iter().filter(|(_, name)| scraps.contains(*name));
    with_exports(program, |exports| {
        for (number, (index, _)) in indices.clone().enumerate() {
            exports.export(&format!("{EXPORT}{number}"), ExportKind::Func, *index);
        }
    })
}

/// The program without those exports.
pub fn unrooted(program: &[u8]) -> Result<Vec<u8>> {
    with_exports(program, |_| {})
}

/// A copy of the program with more exports, and without those that [`rooted`] added.
fn with_exports(program: &[u8], add: impl Fn(&mut ExportSection)) -> Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(program) {
        let payload = payload?;
        if let Payload::ExportSection(section) = payload {
            let mut exports = ExportSection::new();
            for export in section {
                let export = export?;
                if !export.name.starts_with(EXPORT) {
                    exports.export(export.name, export.kind.into(), export.index);
                }
            }
            add(&mut exports);
            module.section(&exports);
        } else if let Some((id, range)) = payload.as_section() {
            let data = &program[range.start as usize..range.end as usize];
            module.section(&RawSection { id, data });
        }
    }
    Ok(module.finish())
}
