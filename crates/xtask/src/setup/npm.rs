//! Build-time packages from npm, where npm is there: axe-core, binaryen and esbuild.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::context::Context;
use crate::process;

/// The installed packages.
pub struct Packages {
    folder: PathBuf,
}

impl Packages {
    /// Installs what the lock file names; `None` where npm is not installed.
    pub fn new(context: &Context) -> Result<Option<Self>> {
        let folder = context.root.join("node_modules");
        let lock_file = context.root.join("package-lock.json");
        let wanted = fs::read(&lock_file).with_context(|| format!("reading {lock_file:?}"))?;
        let stamp = folder.join(".faultline-lock.json");
        if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(Some(Self { folder }));
        }
        let Some(npm) = process::find("npm").or_else(|| process::find("npm.cmd")) else {
            return Ok(None);
        };
        let _lock = context.lock(&context.target(), "npm")?;
        if !fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
            println!("  installing npm packages (about 10 s)");
            let mut install = process::command(npm, &context.root);
            // Without install scripts esbuild stays a script for node, as binaryen is.
            process::run(install.args([
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ]))?;
            fs::write(&stamp, wanted).with_context(|| format!("writing {stamp:?}"))?;
        }
        Ok(Some(Self { folder }))
    }

    /// Binaryen, the optimiser, a module for node.
    pub fn binaryen(&self) -> PathBuf {
        self.folder.join("binaryen/index.js")
    }

    /// The minifier of scripts, a script for node.
    pub fn esbuild(&self) -> PathBuf {
        self.folder.join("esbuild/bin/esbuild")
    }

    /// The accessibility checker that end-to-end tests load into the page.
    pub fn axe(&self) -> PathBuf {
        self.folder.join("axe-core/axe.min.js")
    }
}
