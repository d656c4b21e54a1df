//! What a first visit downloads, against the budget.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// The budget for all files of a first visit together, compressed.
const BUDGET_BYTES: usize = 300_000;

/// What fails the test: rustup's own standard library for wasm32 is about 8 KB larger than the
/// one that is built for size elsewhere. It is only ever lowered.
const CEILING_BYTES: usize = 310_000;

/// Files that no first visit loads, by the start of their path in `dist`.
///
/// Anything not named here counts, so that a new file cannot escape the budget.
const ON_DEMAND: [&str; 1] = ["on-demand/"];

/// The compressed size of every file that counts.
pub struct Report {
    files: Vec<Entry>,
}

struct Entry {
    path: String,
    bytes: usize,
    compressed_bytes: usize,
}

impl Report {
    /// Measures the site in `dist`.
    pub fn new(dist: &Path) -> Result<Self> {
        let mut files = Vec::new();
        collect(dist, dist, &mut files)?;
        files.sort_by_key(|entry| std::cmp::Reverse(entry.compressed_bytes));
        Ok(Self { files })
    }

    fn total_bytes(&self) -> usize {
        self.files.iter().map(|entry| entry.compressed_bytes).sum()
    }

    /// Fails if the site is over the ceiling.
    pub fn check(&self) -> Result<()> {
        if self.total_bytes() > CEILING_BYTES {
            bail!(
                "a first visit loads {} bytes, the ceiling is {CEILING_BYTES} and the budget \
                 {BUDGET_BYTES}",
                self.total_bytes()
            );
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:>10} {:>10}  first visit", "bytes", "gzip")?;
        for entry in &self.files {
            let Entry {
                path,
                bytes,
                compressed_bytes,
            } = entry;
            writeln!(out, "{bytes:>10} {compressed_bytes:>10}  {path}")?;
        }
        let bytes: usize = self.files.iter().map(|entry| entry.bytes).sum();
        write!(
            out,
            "{bytes:>10} {:>10}  total; the budget is {BUDGET_BYTES}{}",
            self.total_bytes(),
            if self.total_bytes() > BUDGET_BYTES {
                ": OVER BUDGET"
            } else {
                ""
            }
        )
    }
}

fn collect(dist: &Path, folder: &Path, files: &mut Vec<Entry>) -> Result<()> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("reading {folder:?}; build the site first: cargo xtask build"))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(dist, &path, files)?;
            continue;
        }
        let name = path
            .strip_prefix(dist)?
            .to_string_lossy()
            .replace('\\', "/");
        if ON_DEMAND.iter().any(|start| name.starts_with(start)) {
            continue;
        }
        let content = fs::read(&path).with_context(|| format!("reading {path:?}"))?;
        files.push(Entry {
            path: name,
            bytes: content.len(),
            compressed_bytes: gzip_bytes(&content),
        });
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
    fn a_site_over_its_budget_fails() {
        let report = |compressed_bytes| Report {
            files: vec![Entry {
                path: "app.wasm".into(),
                bytes: 1,
                compressed_bytes,
            }],
        };
        assert!(report(CEILING_BYTES).check().is_ok());
        assert!(report(CEILING_BYTES + 1).check().is_err());
    }

    #[test]
    fn repetition_compresses() {
        assert!(gzip_bytes(&[7; 10_000]) < 100);
    }
}
