//! From what trunk and binaryen leave to the site that is published.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use sha2::{Digest, Sha256};

use crate::context::Context;
use crate::html::Html;
use crate::needs::Needs;
use crate::process;
use crate::setup::npm;
use crate::{icons, learner_code, offline, split};

/// The part of the Content-Security-Policy that only a live-reloading server
/// fills in; a static site has no inline script and needs none.
const NONCE: &str = " 'nonce-LIVE-RELOAD-NONCE'";

/// The style sheets of the first look at a lesson.
const FIRST_SHEETS: [&str; 3] = ["base", "bench", "lesson"];
/// How the sheet that has the others is called.
pub const LATER_SHEET: &str = "later";

/// Finishes the site; with `packages` its scripts become smaller.
pub fn site(context: &Context, site: &Path, packages: Option<&npm::Packages>) -> Result<()> {
    let mut html = Html::read(site)?;
    html.replace(NONCE, "")?;
    ensure!(
        !html.text.contains("LIVE-RELOAD-NONCE"),
        "index.html still has a placeholder that a static site cannot fill"
    );
    join_style_sheets(site, &mut html)?;
    if let Some(packages) = packages {
        minify_scripts(context, packages, site)?;
    }
    name_start_script(site, &mut html)?;
    learner_code::name(site, &mut html)?;
    Needs::new(context, site)?.write(&mut html)?;
    let parts = split::folder(site)?;
    // What the program's script asks for in turn would otherwise wait for it.
    html.add_to_head(&format!(
        "<link rel=\"modulepreload\" href=\"{parts}/{}\">\
         <link rel=\"apple-touch-icon\" href=\"{}\">\
         <link rel=\"serviceworker\" id=\"keeper\" href=\"{}\">",
        split::LOADER,
        icons::FOR_APPLE,
        offline::SCRIPT
    ))?;
    html.write()?;
    icons::write(site)?;
    offline::fill(site)?;
    if let Some(packages) = packages {
        minify(context, packages, &site.join(offline::SCRIPT))?;
    }
    Ok(())
}

/// Two requests instead of many, and words that occur in several sheets are compressed once: what
/// the first look at a lesson needs, and what can wait for static/start.js.
fn join_style_sheets(site: &Path, html: &mut Html) -> Result<()> {
    const PLACE: &str = "style.css";
    let (mut first, mut later) = (String::new(), String::new());
    for address in html.take_style_sheets(PLACE) {
        let name = address.rsplit('/').next().unwrap_or_default();
        let path = site.join(name);
        let text = fs::read_to_string(&path).with_context(|| format!("reading {path:?}"))?;
        let at_first = FIRST_SHEETS.iter().any(|sheet| name.starts_with(sheet));
        *(if at_first { &mut first } else { &mut later }) += &text;
        fs::remove_file(&path)?;
    }
    let name = format!("style-{}.css", short_hash(first.as_bytes()));
    fs::write(site.join(&name), first)?;
    html.replace(PLACE, &name)?;
    let name = format!("{LATER_SHEET}-{}.css", short_hash(later.as_bytes()));
    fs::write(site.join(&name), later)?;
    html.add_to_head(&format!(
        "<link id=\"later\" rel=\"later\" href=\"{name}\">"
    ))
}

/// Names the start script by its content, so that no other version's is taken for it.
fn name_start_script(site: &Path, html: &mut Html) -> Result<()> {
    const OLD: &str = "start.js";
    let path = site.join(OLD);
    let content = fs::read(&path).with_context(|| format!("reading {path:?}"))?;
    let new = format!("start-{}.js", short_hash(&content));
    fs::rename(path, site.join(&new))?;
    html.replace(OLD, &new)
}

/// Makes the scripts of a folder and of the folders in it small.
fn minify_scripts(context: &Context, packages: &npm::Packages, folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() {
            minify_scripts(context, packages, &path)?;
        } else if path.extension().is_some_and(|kind| kind == "js") && name != offline::SCRIPT {
            minify(context, packages, &path)?;
        }
    }
    Ok(())
}

fn minify(context: &Context, packages: &npm::Packages, script: &Path) -> Result<()> {
    let mut esbuild = process::command("node", &context.root);
    esbuild
        .arg(packages.esbuild())
        .args(["--minify", "--charset=utf8", "--log-level=error"])
        .arg("--allow-overwrite")
        .arg(format!("--outfile={}", script.display()))
        .arg(script);
    process::run(&mut esbuild)
}

/// Enough of a hash to tell the versions of a file apart.
fn short_hash(content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    hash[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}
