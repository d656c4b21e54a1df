//! Pages that are broken on purpose.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use faultline_e2e::Visit;

/// A visit to a page of our own making, with this in its body.
pub fn page(name: &str, body: &str) -> Result<Visit> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder)?;
    let head = "<title>Canary</title><link rel=icon href=data:,>";
    let page = format!("<!doctype html><html lang=en>{head}<main><h1>Canary</h1>{body}</main>");
    fs::write(folder.join("index.html"), page)?;
    Ok(Visit {
        folder: Some(folder),
        ..Visit::at_start()
    })
}
