//! The site without a network: tells the service worker which files a version of the site has.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

/// The service worker, static/sw.js.
pub const SCRIPT: &str = "sw.js";

/// What the script has in the place of the version and of the files.
const NO_VERSION: &str = "VERSION = \"\"";
const NO_FILES: &str = "FILES = {}";

/// Fills the finished site's version and files into its service worker.
pub fn fill(site: &Path) -> Result<()> {
    let mut files = BTreeMap::new();
    collect(site, site, &mut files)?;
    let path = site.join(SCRIPT);
    let script = fs::read_to_string(&path).with_context(|| format!("reading {path:?}"))?;
    fs::write(&path, filled(&script, &files)?).with_context(|| format!("writing {path:?}"))
}

/// The files of a folder by their addresses within the site, each with its hash in the form
/// of integrity attributes.
fn collect(site: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(site, &path, files)?;
            continue;
        }
        let within = path.strip_prefix(site)?;
        let name = within.to_string_lossy().replace('\\', "/");
        let address = match name.as_str() {
            SCRIPT => continue,
            // The browser asks for the folder.
            "index.html" => "./".to_owned(),
            _ => name,
        };
        let content = fs::read(&path).with_context(|| format!("reading {path:?}"))?;
        let hash = BASE64.encode(Sha256::digest(content));
        files.insert(address, format!("sha256-{hash}"));
    }
    Ok(())
}

/// The script with the files in it. Its version is the hash of everything that makes it up.
fn filled(script: &str, files: &BTreeMap<String, String>) -> Result<String> {
    for place in [NO_VERSION, NO_FILES] {
        ensure!(script.contains(place), "{SCRIPT} has no {place} to fill");
    }
    let list = serde_json::to_string(files)?;
    let script = script.replace(NO_FILES, &format!("FILES = {list}"));
    let version: String = Sha256::digest(&script)[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(script.replace(NO_VERSION, &format!("VERSION = \"{version}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = include_str!("../../../static/sw.js");

    #[test]
    fn another_file_is_another_version() {
        let files = |hash: &str| BTreeMap::from([("./".to_owned(), hash.to_owned())]);
        let one = filled(TEMPLATE, &files("sha256-1")).unwrap();
        let two = filled(TEMPLATE, &files("sha256-2")).unwrap();
        assert!(one.contains("FILES = {\"./\":\"sha256-1\"}"), "{one}");
        let version = |script: &str| {
            let (_, rest) = script.split_once("VERSION = \"").unwrap();
            rest.split_once('"').unwrap().0.to_owned()
        };
        assert_eq!(version(&one).len(), 12);
        assert_ne!(version(&one), version(&two));
        assert!(filled(&one, &files("")).is_err());
    }
}
