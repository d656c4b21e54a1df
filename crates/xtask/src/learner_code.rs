//! What learner code needs in the page, and nothing else does: the engine, which runs in a Web
//! Worker, and the editor. They stand in a folder of their own and load when code is opened.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use sha2::{Digest, Sha256};

use crate::context::Context;
use crate::html::Html;
use crate::process;
use crate::setup::{Page, npm};

/// The folder in a site.
pub const FOLDER: &str = "code";
/// Where trunk's hook finds what was built.
const BUILT: &str = "FAULTLINE_CODE";
/// The crate that becomes the worker's program.
const CRATE: &str = "faultline-worker";
/// Its profile: smaller than the page's.
const PROFILE: &str = "engine";
/// Its module as cargo names it, and as the site does.
const MODULE: (&str, &str) = ("faultline_worker.wasm", "engine");

/// The command that compiles the engine.
pub fn cargo(context: &Context, page: &Page) -> Result<Command> {
    let mut cargo = page.wasm.cargo(context, "build")?;
    cargo.args(["--quiet", "--package", CRATE, "--profile", PROFILE]);
    Ok(cargo)
}

/// Builds both and tells the hook of this trunk where they are.
///
/// Without npm there is no editor; the page has a plain text area then.
pub fn build(
    context: &Context,
    page: &Page,
    packages: Option<&npm::Packages>,
    trunk: &mut Command,
) -> Result<()> {
    println!("  building the engine for learner code (3 minutes the first time, then seconds)");
    process::run(&mut cargo(context, page)?)?;
    let folder = context.target().join(FOLDER);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let module = context
        .wasm_target()
        .join("wasm32-unknown-unknown")
        .join(PROFILE)
        .join(MODULE.0);
    let mut bind = process::command(&page.wasm_bindgen.path, &context.root);
    bind.args(["--target", "web", "--no-typescript", "--out-name", MODULE.1])
        .arg("--out-dir")
        .arg(&folder)
        .arg(module);
    process::run(&mut bind)?;
    let source = context.root.join("static").join(FOLDER);
    fs::copy(source.join("worker.js"), folder.join("worker.js"))?;
    match packages {
        Some(packages) => bundle_editor(context, packages, &source, &folder)?,
        None => println!("  npm is not installed: the editor is a plain text area"),
    }
    trunk.env(BUILT, folder);
    Ok(())
}

fn bundle_editor(
    context: &Context,
    packages: &npm::Packages,
    source: &Path,
    folder: &Path,
) -> Result<()> {
    let mut esbuild = process::command("node", &context.root);
    esbuild
        .arg(packages.esbuild())
        .args([
            "--bundle",
            "--minify",
            "--charset=utf8",
            "--log-level=error",
        ])
        .arg(format!("--outfile={}", folder.join("editor.js").display()))
        .arg(source.join("editor.js"));
    process::run(&mut esbuild)
}

/// Copies what was built into the site that trunk is about to finish.
pub fn place(site: &Path) -> Result<()> {
    let Some(built) = std::env::var_os(BUILT).map(PathBuf::from) else {
        return Ok(());
    };
    let to = site.join(FOLDER);
    fs::create_dir_all(&to)?;
    for file in files(&built)? {
        let name = file.file_name().context("a file has a name")?;
        fs::copy(&file, to.join(name))?;
    }
    Ok(())
}

/// Names the folder by its content, so that no other version's is taken for it, and tells the
/// page.
pub fn name(site: &Path, html: &mut Html) -> Result<()> {
    let folder = site.join(FOLDER);
    let files = files(&folder)?;
    let mut hash = Sha256::new();
    for file in &files {
        hash.update(fs::read(file)?);
    }
    let hash: String = hash.finalize()[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let named = folder.join(&hash);
    fs::create_dir_all(&named)?;
    for file in files {
        fs::rename(
            &file,
            named.join(file.file_name().context("a file has a name")?),
        )?;
    }
    html.add_to_head(&format!(
        "<link id=\"learner-code\" rel=\"learner-code\" href=\"{FOLDER}/{hash}/\">"
    ))
}

/// The files of a folder, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {folder:?}"))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
