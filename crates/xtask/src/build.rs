//! `cargo xtask build`: the finished static site in `dist/`.

use std::cmp::Reverse;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use sha2::{Digest, Sha256};

use crate::context::Context;
use crate::process;
use crate::setup::{Page, npm};
use crate::size;
use crate::{bindings, finish, learner_code, split};

/// The profile of the published page.
const PROFILE: &str = "page";

/// How binaryen is called.
const OPTIMISE: &str = include_str!("optimise.mjs");

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
    compile(context, page)?;
    bundle(
        context,
        page,
        packages,
        public_url,
        &["--release", "--cargo-profile", PROFILE],
    )?;
    match packages {
        Some(packages) => optimise(context, packages, &context.dist())?,
        None => println!(
            "  npm is not installed: the page stays without binaryen, about a third larger"
        ),
    }
    let dist = context.dist();
    let script = dist.join(split::page_script(&dist)?);
    let module = script.to_string_lossy().replace(".js", "_bg.wasm");
    bindings::shorten(Path::new(&module), &script)?;
    finish::site(context, &dist, packages)
}

/// Compiles the page and the engine for learner code side by side: each is linked by a single
/// processor, for minutes. Whoever asks for one of them later finds it there.
fn compile(context: &Context, page: &Page) -> Result<()> {
    println!(
        "  compiling the page and the engine for learner code \
         (4 minutes the first time, seconds when nothing changed)"
    );
    let mut engine = learner_code::cargo(context, page)?;
    let mut app = page.wasm.cargo(context, "build")?;
    app.args(["--package", "faultline", "--bin", "app"])
        .args(["--profile", PROFILE]);
    process::run_both(&mut engine, &mut app)
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

/// Runs binaryen over the page's WebAssembly, unless it did so before, on all processors.
fn optimise(context: &Context, packages: &npm::Packages, dist: &Path) -> Result<()> {
    let mut modules = Vec::new();
    collect(dist, &mut modules)?;
    let kept = context.target().join("binaryen");
    fs::create_dir_all(&kept)?;
    let with = Sha256::new()
        .chain_update(OPTIMISE)
        .chain_update(fs::read(context.root.join("package-lock.json"))?);
    let files: Vec<_> = modules
        .iter()
        .map(|module| optimised(module, with.clone(), &kept).map(|kept| (module, kept)))
        .collect::<Result<_>>()?;
    let missing = files.iter().filter(|(_, kept)| !kept.is_file());
    make(context, packages, &missing.cloned().collect::<Vec<_>>())?;
    for (module, optimised) in &files {
        fs::copy(optimised, module).with_context(|| format!("writing {module:?}"))?;
    }
    Ok(())
}

/// Where the optimised form of a file is kept: under the hash of what goes into it.
fn optimised(input: &Path, with: Sha256, kept: &Path) -> Result<PathBuf> {
    let bytes = fs::read(input).with_context(|| format!("reading {input:?}"))?;
    let name: String = with.chain_update(bytes).finalize()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(kept.join(format!("{name}.wasm")))
}

/// Optimises files, each into another, in as many processes as there are processors.
fn make(context: &Context, packages: &npm::Packages, files: &[(&PathBuf, PathBuf)]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let start = Instant::now();
    let length = |path: &Path| fs::metadata(path).map_or(0, |data| data.len());
    // The largest first, each to whoever has least to do.
    let mut order: Vec<_> = files.iter().collect();
    order.sort_by_key(|(input, _)| Reverse(length(input)));
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let mut shares: Vec<(u64, Vec<_>)> = vec![(0, Vec::new()); workers.min(files.len())];
    for file in order {
        if let Some(share) = shares.iter_mut().min_by_key(|share| share.0) {
            share.0 += length(file.0);
            share.1.push(file);
        }
    }
    let partial = |output: &Path| output.with_extension("partial");
    let mut processes = Vec::new();
    for (_, share) in shares {
        let mut node = process::command("node", &context.root);
        node.arg(context.root.join("crates/xtask/src/optimise.mjs"))
            .arg(packages.binaryen());
        for (input, output) in share {
            node.arg(input).arg(partial(output));
        }
        // It warns of names that it does not know, for each file.
        node.stderr(Stdio::piped());
        processes.push(node.spawn().context("starting node")?);
    }
    // All are waited for, so that none goes on after another has failed.
    let ends = processes.into_iter().map(Child::wait_with_output);
    for end in ends.collect::<Vec<_>>() {
        let output = end?;
        if !output.status.success() {
            bail!("binaryen: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
    for (_, output) in files {
        fs::rename(partial(output), output)?;
    }
    let inputs = files.iter().map(|(input, _)| length(input));
    let outputs = files.iter().map(|(_, output)| length(output));
    println!(
        "  binaryen made {} KB of {} in {:.0} s, {} files",
        outputs.sum::<u64>() / 1000,
        inputs.sum::<u64>() / 1000,
        start.elapsed().as_secs_f64(),
        files.len()
    );
    Ok(())
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
