//! What a first visit downloads, against the budget.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::needs::{self, Needs};
use crate::{finish, icons, learner_code, offline, split};

/// The budget for all files of a first visit together, compressed.
const BUDGET_BYTES: usize = 300_000;

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
        for list in [&mut files, &mut lessons] {
            list.sort_by_key(|entry| std::cmp::Reverse(entry.compressed_bytes));
        }
        Ok(Self {
            files,
            lessons,
            link,
        })
    }

    /// What every visit loads.
    fn common_bytes(&self) -> usize {
        self.files.iter().map(|entry| entry.compressed_bytes).sum()
    }

    /// Fails if a first visit of any lesson, by a link to a run of it, is over the budget.
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
        let common = Entry {
            name: "every visit".to_owned(),
            bytes: self.files.iter().map(|entry| entry.bytes).sum(),
            compressed_bytes: common_bytes,
            ..Entry::default()
        };
        line(&common, "")?;
        line(&self.link, "")?;
        for lesson in &self.lessons {
            let bytes = common_bytes + lesson.compressed_bytes;
            let verdict = match bytes > BUDGET_BYTES {
                true => ": OVER BUDGET",
                false => "",
            };
            line(lesson, &format!(", together {bytes}{verdict}"))?;
        }
        write!(
            out,
            "  the columns are bytes and bytes after gzip; the budget is {BUDGET_BYTES}"
        )
    }
}

/// The style sheet that a lesson can wait for, and the course page cannot.
fn is_later_sheet(name: &str) -> bool {
    name.starts_with(finish::LATER_SHEET) && name.ends_with(".css")
}

fn collect(dist: &Path, folder: &Path, files: &mut Vec<Entry>) -> Result<()> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("reading {folder:?}; build the site first: cargo xtask build"))?;
    for entry in entries {
        let path = entry?.path();
        let name = path
            .strip_prefix(dist)?
            .to_string_lossy()
            .replace('\\', "/");
        if LATER.contains(&name.as_str()) || is_later_sheet(&name) {
            continue;
        }
        match path.is_dir() {
            true => collect(dist, &path, files)?,
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
    fn a_lesson_over_the_budget_fails() {
        let entry = |compressed_bytes| Entry {
            compressed_bytes,
            ..Entry::default()
        };
        let report = |lesson_bytes| Report {
            files: vec![entry(BUDGET_BYTES - 12), entry(4)],
            lessons: vec![entry(lesson_bytes), entry(1)],
            link: entry(2),
        };
        assert!(report(6).check().is_ok());
        assert!(report(7).check().is_err());
    }

    #[test]
    fn repetition_compresses() {
        assert!(gzip_bytes(&[7; 10_000]) < 100);
    }
}
