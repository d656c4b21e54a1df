//! Which parts of the program each page needs beside the one that every visit starts with.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::html::Html;
use crate::split;

/// The id of the element of index.html that tells static/start.js.
const ELEMENT: &str = "needs";

/// The name of the page of all lessons.
pub const COURSE: &str = "";

/// By the lesson's folder, which is its name in addresses, or [`COURSE`]: files of the site.
#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Needs(pub BTreeMap<String, Vec<String>>);

impl Needs {
    /// For a site that was just put together.
    pub fn new(context: &Context, site: &Path) -> Result<Self> {
        let parts = split::needs(context)?;
        let folder = split::folder(site)?;
        let files = |names: &[String]| {
            let mut files = BTreeSet::new();
            for name in names {
                let needed = parts
                    .get(name)
                    .with_context(|| format!("the program has no part {name}"))?;
                files.extend(needed.iter().map(|file| format!("{folder}/{file}.wasm")));
            }
            anyhow::Ok(files.into_iter().collect())
        };
        let mut needs = Self::default();
        needs
            .0
            .insert(COURSE.to_owned(), files(&["course_page".to_owned()])?);
        for lesson in fs::read_dir(context.root.join("lessons"))? {
            let lesson = lesson?;
            let path = lesson.path().join("lesson.toml");
            if path.is_file() {
                let slug = lesson.file_name().to_string_lossy().into_owned();
                // As `build.rs` of the page names the parts: the lesson's own, and its system's.
                let names = [format!("lesson_{slug}"), system(&path)?];
                let names = names.map(|name| name.replace('-', "_"));
                needs.0.insert(slug, files(&names)?);
            }
        }
        for file in needs.0.values().flatten() {
            ensure!(site.join(file).is_file(), "the site has no {file}");
        }
        Ok(needs)
    }

    /// From a finished site.
    pub fn read(site: &Path) -> Result<Self> {
        let html = Html::read(site)?;
        let text = html
            .script(ELEMENT)
            .context("index.html does not say which parts lessons need")?;
        Ok(serde_json::from_str(text)?)
    }

    /// Writes it into index.html, as data: the security policy allows no script there.
    pub fn write(&self, html: &mut Html) -> Result<()> {
        let text = serde_json::to_string(self)?;
        html.add_to_head(&format!(
            "<script type=\"application/json\" id=\"{ELEMENT}\">{text}</script>"
        ))
    }
}

/// The system of a lesson.
fn system(path: &Path) -> Result<String> {
    #[derive(Deserialize)]
    struct Lesson {
        system: String,
    }
    let text = fs::read_to_string(path).with_context(|| format!("reading {path:?}"))?;
    let lesson: Lesson = toml::from_str(&text).with_context(|| format!("parsing {path:?}"))?;
    Ok(lesson.system)
}
