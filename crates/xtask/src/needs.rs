//! What the start script knows of each page before the program has loaded: which parts of the
//! program the page needs beside the one that every visit starts with, and what it promises.

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

/// By the lesson's folder, which is its name in addresses, or [`COURSE`].
#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Needs(pub BTreeMap<String, Page>);

/// A page of the site.
#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Page {
    /// A lesson's title, to be read while the lesson loads; index.html has the one of all lessons.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// A lesson's one-sentence promise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub promise: String,
    /// Files of the site.
    pub parts: Vec<String>,
}

/// What is read of a lesson's lesson.toml.
#[derive(Deserialize)]
struct Lesson {
    system: String,
    title: String,
    promise: String,
}

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
        let course = Page {
            parts: files(&["course_page".to_owned()])?,
            ..Page::default()
        };
        needs.0.insert(COURSE.to_owned(), course);
        for folder in fs::read_dir(context.root.join("lessons"))? {
            let folder = folder?;
            let path = folder.path().join("lesson.toml");
            if path.is_file() {
                let slug = folder.file_name().to_string_lossy().into_owned();
                let lesson = Lesson::read(&path)?;
                // As `build.rs` of the page names the parts: the lesson's own, and its system's.
                let names = [format!("lesson_{slug}"), lesson.system];
                let names = names.map(|name| name.replace('-', "_"));
                let page = Page {
                    title: lesson.title,
                    promise: lesson.promise,
                    parts: files(&names)?,
                };
                needs.0.insert(slug, page);
            }
        }
        for file in needs.0.values().flat_map(|page| &page.parts) {
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
        // No text of a lesson ends the element early.
        let text = serde_json::to_string(self)?.replace('<', "\\u003c");
        html.add_to_head(&format!(
            "<script type=\"application/json\" id=\"{ELEMENT}\">{text}</script>"
        ))
    }
}

impl Lesson {
    fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("reading {path:?}"))?;
        toml::from_str(&text).with_context(|| format!("parsing {path:?}"))
    }
}
