//! `cargo xtask build`: the finished static site in `dist/`.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Args;
use sha2::{Digest, Sha256};

use crate::context::Context;
use crate::process;
use crate::setup::{Page, npm};
use crate::size;
use crate::{bindings, finish, learner_code, split};

/// How binaryen is called: for size, with every feature that the compiler's
/// default for this target already uses.
const WASM_OPT: [&str; 11] = [
    // What the first time leaves is worth a second.
    "-Os",
    "-Os",
    // Functions with similar names have similar code, which compresses better side by side;
    // the names go only after this.
    "--reorder-functions-by-name",
    "--strip-debug",
    "--strip-producers",
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Options of `cargo xtask build`.
#[derive(Args)]
pub struct Options {
    /// Where the site will be found on its server, such as /faultline/ for
    /// GitHub Pages; by default it works in any folder.
    #[arg(long, default_value = "./", value_parser = public_url)]
    pub public_url: String,
    /// Quick to build and slow to run: to look at a change.
    #[arg(long)]
    pub dev: bool,
}

fn public_url(text: &str) -> Result<String, String> {
    let given = text.trim_end_matches('/');
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./:".contains(character);
    let somewhere = text.starts_with('/') || text.starts_with("https://");
    if text == "./" || (somewhere && text.chars().all(plain)) {
        Ok(format!("{given}/"))
    } else {
        Err("expected ./ or a path such as /name/ or an https address".to_owned())
    }
}

/// Sets up, builds, and prints what a first visit will download.
pub fn run(context: &Context, options: &Options) -> Result<()> {
    let page = Page::new(context)?;
    let _lock = context.lock(&context.target(), "dist")?;
    if options.dev {
        let packages = npm::Packages::new(context)?;
        bundle(context, &page, packages.as_ref(), &options.public_url, &[])?;
        finish::site(context, &context.dist(), None)?;
        println!("The site is in {}", context.dist().display());
        return Ok(());
    }
    let packages = npm::Packages::new(context)?;
    site(context, &page, packages.as_ref(), &options.public_url)?;
    println!("{}", size::Report::new(&context.dist())?);
    println!("The site is in {}", context.dist().display());
    Ok(())
}

/// Builds the site into `dist/`, which nobody else may be writing.
pub fn site(
    context: &Context,
    page: &Page,
    packages: Option<&npm::Packages>,
    public_url: &str,
) -> Result<()> {
    println!("  building the page (about 90 s the first time, a few when nothing changed)");
    bundle(
        context,
        page,
        packages,
        public_url,
        &["--release", "--cargo-profile", "page"],
    )?;
    match packages {
        Some(packages) => optimise(context, packages, &context.dist())?,
        None => println!(
            "  npm is not installed: the page stays without wasm-opt, about a third larger"
        ),
    }
    let dist = context.dist();
    let script = dist.join(split::page_script(&dist)?);
    let module = script.to_string_lossy().replace(".js", "_bg.wasm");
    bindings::shorten(Path::new(&module), &script)?;
    finish::site(context, &dist, packages)
}

/// Compiles, splits and binds the page, and puts it together in `dist/`.
fn bundle(
    context: &Context,
    page: &Page,
    packages: Option<&npm::Packages>,
    public_url: &str,
    options: &[&str],
) -> Result<()> {
    let dist = context.dist();
    let mut trunk = page.trunk(context)?;
    learner_code::build(context, page, packages, &mut trunk)?;
    trunk
        .args(["build", "--public-url", public_url, "--dist"])
        .arg(&dist)
        .args(options);
    process::run(&mut trunk)
}

/// Runs binaryen over the page's WebAssembly, unless it did so before: as many files at a time as
/// the machine has processors.
fn optimise(context: &Context, packages: &npm::Packages, dist: &Path) -> Result<()> {
    let mut modules = Vec::new();
    collect(dist, &mut modules)?;
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(module) = modules.get(next.fetch_add(1, Ordering::Relaxed)) {
            let optimised = optimised(context, packages, module)?;
            fs::copy(&optimised, module).with_context(|| format!("writing {module:?}"))?;
        }
        Ok(())
    };
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut ends = workers.into_iter().map(|worker| worker.join());
        ends.try_for_each(|end| end.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Every WebAssembly file of a folder and of the folders in it.
fn collect(folder: &Path, modules: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, modules)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            modules.push(path);
        }
    }
    Ok(())
}

/// The optimised form of a file, kept under the hash of what went into it.
fn optimised(context: &Context, packages: &npm::Packages, input: &Path) -> Result<PathBuf> {
    let mut hash = Sha256::new();
    hash.update(fs::read(input).with_context(|| format!("reading {input:?}"))?);
    hash.update(WASM_OPT.join(" "));
    hash.update(fs::read(context.root.join("package-lock.json"))?);
    let name: String = hash.finalize()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let folder = context.target().join("wasm-opt");
    let output = folder.join(format!("{name}.wasm"));
    if output.is_file() {
        return Ok(output);
    }
    fs::create_dir_all(&folder)?;
    let start = Instant::now();
    let file = input.file_name().unwrap_or_default().display();
    let partial = folder.join(format!("{name}.{file}.partial"));
    let mut wasm_opt = process::command("node", &context.root);
    wasm_opt
        .arg(packages.wasm_opt())
        .args(WASM_OPT)
        .arg(input)
        .arg("--output")
        .arg(&partial);
    process::run(&mut wasm_opt)?;
    fs::rename(&partial, &output)?;
    let kilobytes = |path: &Path| fs::metadata(path).map(|data| data.len() / 1000);
    println!(
        "  {file}: wasm-opt made {} KB of {} in {:.0} s",
        kilobytes(&output)?,
        kilobytes(input)?,
        start.elapsed().as_secs_f64()
    );
    Ok(output)
}
