//! What the start script knows of each page before the program has loaded: which parts of the
//! program the page needs beside the one that every visit starts with, and what it promises.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::html::Html;
use crate::split;

/// The id of the element of index.html that tells static/start.js.
const ELEMENT: &str = "needs";

/// The name of the page of all lessons.
pub const COURSE: &str = "";

/// The name under which stands what a link's run needs besides its lesson's page.
pub const LINK: &str = "?run";

/// By the lesson's folder, which is its name in addresses, or [`COURSE`], or [`LINK`].
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
    /// The file of the site that has all its parts, one after the other, behind a line that says
    /// what they are: one request instead of many, and what they have in common is compressed
    /// once.
    pub pack: String,
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
        let packer = Packer {
            site,
            folder: split::folder(site)?,
            needs: split::needs(context)?,
        };
        let mut needs = Self::default();
        let course = packer.page("course", &["course_page".to_owned()])?;
        needs.0.insert(COURSE.to_owned(), course);
        let link = packer.page("link", &["link".to_owned()])?;
        needs.0.insert(LINK.to_owned(), link);
        for folder in fs::read_dir(context.root.join("lessons"))? {
            let folder = folder?;
            let path = folder.path().join("lesson.toml");
            if path.is_file() {
                let slug = folder.file_name().to_string_lossy().into_owned();
                let lesson = Lesson::read(&path)?;
                // As `build.rs` of the page names the parts: the lesson's own, and its system's.
                let names = [format!("lesson_{slug}"), lesson.system];
                let mut page = packer.page(&slug, &names.map(|name| name.replace('-', "_")))?;
                (page.title, page.promise) = (lesson.title, lesson.promise);
                needs.0.insert(slug, page);
            }
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

/// Writes packs.
struct Packer<'a> {
    site: &'a Path,
    folder: String,
    /// By split: the files that have to be loaded for it.
    needs: BTreeMap<String, Vec<String>>,
}

impl Packer<'_> {
    /// A page that needs these splits; its pack has a name.
    fn page(&self, name: &str, splits: &[String]) -> Result<Page> {
        let mut files = BTreeSet::new();
        for split in splits {
            let needed = self.needs.get(split);
            files.extend(needed.with_context(|| format!("the program has no part {split}"))?);
        }
        let page = Page {
            // Hosts compress by the file's kind, and this one they know.
            pack: format!("{}/{name}.pack.wasm", self.folder),
            ..Page::default()
        };
        // Each part's name, which is that of its own file beside the pack, and its length.
        let mut parts: Vec<(&str, usize)> = Vec::new();
        let mut bodies = Vec::new();
        for file in files {
            let path = self.site.join(format!("{}/{file}.wasm", self.folder));
            let body = fs::read(&path).with_context(|| format!("reading {path:?}"))?;
            parts.push((file, body.len()));
            bodies.extend(body);
        }
        let mut pack = serde_json::to_vec(&parts)?;
        pack.push(b'\n');
        pack.extend(bodies);
        fs::write(self.site.join(&page.pack), pack)?;
        Ok(page)
    }
}

impl Lesson {
    fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("reading {path:?}"))?;
        toml::from_str(&text).with_context(|| format!("parsing {path:?}"))
    }
}
