//! What a first visit downloads, and what learner code does, against their budgets.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::needs::{self, Needs};
use crate::{finish, icons, learner_code, offline, split};

/// The budget for all files of a first visit together, compressed.
const BUDGET_BYTES: usize = 300_000;

/// The budget for the editor and the engine of learner code together, compressed.
const CODE_BUDGET_BYTES: usize = 1_300_000;

/// A number of the table by which the standard library reads floating-point numbers. The table is
/// 10 KB that no compression makes smaller; `faultline_systems::number::read` needs none.
const FLOAT_TABLE: u64 = 0xeef4_53d6_923b_d65a;

/// Files that no first visit loads, by the start of their path in `dist`.
///
/// Anything not named here counts, so that a new file cannot escape the budget. Of the parts
/// that load on demand, those that a lesson needs count for that lesson.
const LATER: [&str; 4] = [
    split::ON_DEMAND,
    learner_code::FOLDER,
    icons::FOLDER,
    offline::SCRIPT,
];

/// The compressed size of every file of a first visit.
pub struct Report {
    /// Whatever is visited.
    files: Vec<Entry>,
    /// What each lesson needs besides, the most first.
    lessons: Vec<Entry>,
    /// What a link to a run needs besides its lesson.
    link: Entry,
    /// The editor and the engine, which load when code is opened.
    code: Entry,
}

#[derive(Clone, Default)]
struct Entry {
    name: String,
    bytes: usize,
    compressed_bytes: usize,
    has_float_table: bool,
}

impl Report {
    /// Measures the site in `dist`.
    pub fn new(dist: &Path) -> Result<Self> {
        let mut files = Vec::new();
        collect(dist, dist, &mut files)?;
        let loader = format!("{}/{}", split::folder(dist)?, split::LOADER);
        files.push(Entry::of(dist, &loader)?);
        let (mut lessons, mut link) = (Vec::new(), Entry::default());
        for (name, page) in Needs::read(dist)?.0 {
            let mut lesson = Entry::of(dist, &page.pack)?;
            if name == needs::LINK {
                lesson.name = "a link besides".to_owned();
                link = lesson;
                continue;
            }
            if name == needs::COURSE {
                for file in fs::read_dir(dist)? {
                    let file = file?.file_name().to_string_lossy().into_owned();
                    if is_later_sheet(&file) {
                        let sheet = Entry::of(dist, &file)?;
                        lesson.bytes += sheet.bytes;
                        lesson.compressed_bytes += sheet.compressed_bytes;
                    }
                }
                lesson.name = "all lessons".to_owned();
            } else {
                lesson.name = name;
            }
            lessons.push(lesson);
        }
        let mut code = Vec::new();
        gather(dist, &dist.join(learner_code::FOLDER), &mut code)?;
        for list in [&mut files, &mut lessons] {
            list.sort_by_key(|entry| std::cmp::Reverse(entry.compressed_bytes));
        }
        Ok(Self {
            files,
            lessons,
            link,
            code: sum("editor and engine", &code),
        })
    }

    /// What every visit loads.
    fn common_bytes(&self) -> usize {
        self.files.iter().map(|entry| entry.compressed_bytes).sum()
    }

    /// Fails if a first visit of any lesson, by a link to a run of it, is over the budget, or what
    /// learner code needs is over its own.
    pub fn check(&self) -> Result<()> {
        let mut all = self.files.iter().chain(&self.lessons).chain([&self.link]);
        if let Some(entry) = all.find(|entry| entry.has_float_table) {
            bail!(
                "{} reads f64 by the standard library: use faultline_systems::number::read",
                entry.name
            );
        }
        for lesson in &self.lessons {
            let bytes = self.common_bytes() + lesson.compressed_bytes + self.link.compressed_bytes;
            if bytes > BUDGET_BYTES {
                bail!(
                    "a first visit of a run of {} loads {bytes} bytes, the budget is {BUDGET_BYTES}",
                    lesson.name
                );
            }
        }
        let bytes = self.code.compressed_bytes;
        if bytes > CODE_BUDGET_BYTES {
            bail!("editor and engine have {bytes} bytes, the budget is {CODE_BUDGET_BYTES}");
        }
        Ok(())
    }
}

impl Entry {
    fn of(dist: &Path, name: &str) -> Result<Self> {
        let path = dist.join(name);
        let content = fs::read(&path).with_context(|| format!("reading {path:?}"))?;
        Ok(Self {
            name: name.to_owned(),
            bytes: content.len(),
            compressed_bytes: gzip_bytes(&content),
            has_float_table: content
                .windows(size_of::<u64>())
                .any(|window| window == FLOAT_TABLE.to_le_bytes()),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |entry: &Entry, note: &str| {
            let Entry {
                name,
                bytes,
                compressed_bytes,
                ..
            } = entry;
            writeln!(out, "{bytes:>10} {compressed_bytes:>10}  {name}{note}")
        };
        let common_bytes = self.common_bytes();
        for entry in &self.files {
            line(entry, "")?;
        }
        line(&sum("every visit", &self.files), "")?;
        line(&self.link, "")?;
        for lesson in &self.lessons {
            let bytes = common_bytes + lesson.compressed_bytes;
            let verdict = match bytes > BUDGET_BYTES {
                true => ": OVER BUDGET",
                false => "",
            };
            line(lesson, &format!(", together {bytes}{verdict}"))?;
        }
        line(&self.code, &format!(", of {CODE_BUDGET_BYTES}"))?;
        write!(
            out,
            "  the columns are bytes and bytes after gzip; the budget is {BUDGET_BYTES}"
        )
    }
}

/// Some entries together.
fn sum(name: &str, entries: &[Entry]) -> Entry {
    Entry {
        name: name.to_owned(),
        bytes: entries.iter().map(|entry| entry.bytes).sum(),
        compressed_bytes: entries.iter().map(|entry| entry.compressed_bytes).sum(),
        ..Entry::default()
    }
}

/// The style sheet that a lesson can wait for, and the course page cannot.
fn is_later_sheet(name: &str) -> bool {
    name.starts_with(finish::LATER_SHEET) && name.ends_with(".css")
}

/// The files of a first visit in a folder.
fn collect(dist: &Path, folder: &Path, files: &mut Vec<Entry>) -> Result<()> {
    walk(dist, folder, files, &|name| {
        !LATER.contains(&name) && !is_later_sheet(name)
    })
}

/// All files of a folder; none if there is no such folder.
fn gather(dist: &Path, folder: &Path, files: &mut Vec<Entry>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    walk(dist, folder, files, &|_| true)
}

fn walk(
    dist: &Path,
    folder: &Path,
    files: &mut Vec<Entry>,
    counts: &dyn Fn(&str) -> bool,
) -> Result<()> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("reading {folder:?}; build the site first: cargo xtask build"))?;
    for entry in entries {
        let path = entry?.path();
        let name = path
            .strip_prefix(dist)?
            .to_string_lossy()
            .replace('\\', "/");
        if !counts(&name) {
            continue;
        }
        match path.is_dir() {
            true => walk(dist, &path, files, counts)?,
            false => files.push(Entry::of(dist, &name)?),
        }
    }
    Ok(())
}

/// The size after `gzip -9`, which a web server sends.
fn gzip_bytes(content: &[u8]) -> usize {
    const HEADER_AND_TRAILER: usize = 18;
    const LEVEL: u8 = 9;
    miniz_oxide::deflate::compress_to_vec(content, LEVEL).len() + HEADER_AND_TRAILER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_its_budget_fails() {
        let entry = |compressed_bytes| Entry {
            compressed_bytes,
            ..Entry::default()
        };
        let report = |lesson_bytes, code_bytes| Report {
            files: vec![entry(BUDGET_BYTES - 12), entry(4)],
            lessons: vec![entry(lesson_bytes), entry(1)],
            link: entry(2),
            code: entry(code_bytes),
        };
        assert!(report(6, CODE_BUDGET_BYTES).check().is_ok());
        assert!(report(7, CODE_BUDGET_BYTES).check().is_err());
        assert!(report(6, CODE_BUDGET_BYTES + 1).check().is_err());
    }

    #[test]
    fn repetition_compresses() {
        assert!(gzip_bytes(&[7; 10_000]) < 100);
    }
}
