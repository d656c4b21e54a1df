//! Command-line tools that cargo installs: trunk and wasm-bindgen.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::wasm::Toolchain;
use crate::context::Context;
use crate::process;

/// The newest trunk that a current stable compiler builds.
const TRUNK_VERSION: &str = "0.21.14";

/// A program in the version that is needed.
pub struct Tool {
    /// The executable.
    pub path: PathBuf,
}

impl Tool {
    /// The folder to put on PATH.
    pub fn folder(&self) -> Result<PathBuf> {
        let folder = self.path.parent().context("a tool lies in a folder")?;
        Ok(folder.to_path_buf())
    }
}

/// A program to be installed from a package of the same or another name.
struct Wanted<'a> {
    program: &'a str,
    package: &'a str,
    version: &'a str,
    minutes: u32,
    /// How it is compiled: arguments and settings.
    arguments: &'static [&'static str],
    settings: &'static [(&'static str, &'static str)],
}

/// wasm-bindgen's command line, which must match the library to the last digit.
pub fn wasm_bindgen(context: &Context, toolchain: &Toolchain) -> Result<Tool> {
    let version = context.locked_version("wasm-bindgen")?;
    let wanted = Wanted {
        program: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version: &version,
        minutes: 3,
        arguments: &[],
        settings: &[],
    };
    wanted.provide(context, toolchain)
}

/// Trunk, which bundles the page.
pub fn trunk(context: &Context, toolchain: &Toolchain) -> Result<Tool> {
    let wanted = Wanted {
        program: "trunk",
        package: "trunk",
        version: TRUNK_VERSION,
        minutes: 3,
        // What it would ask the network for, there already is; and what it does itself is little.
        arguments: &["--no-default-features"],
        settings: &[("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")],
    };
    wanted.provide(context, toolchain)
}

impl Wanted<'_> {
    /// From the cache, from PATH, or installed into the cache.
    fn provide(&self, context: &Context, toolchain: &Toolchain) -> Result<Tool> {
        let tools = context.cache.join("tools");
        let name = format!("{}-{}", self.program, self.version);
        let folder = tools.join(&name);
        let cached =
            folder
                .join("bin")
                .join(format!("{}{}", self.program, std::env::consts::EXE_SUFFIX));
        if self.is_right(&cached) {
            return Ok(Tool { path: cached });
        }
        if let Some(path) = self.on_path(toolchain) {
            return Ok(Tool { path });
        }
        let _lock = context.lock(&tools, &name)?;
        if !self.is_right(&cached) {
            self.install(context, &folder)?;
        }
        if !self.is_right(&cached) {
            bail!(
                "{} was installed, but is not version {}",
                cached.display(),
                self.version
            );
        }
        Ok(Tool { path: cached })
    }

    fn on_path(&self, toolchain: &Toolchain) -> Option<PathBuf> {
        process::find_all(self.program).into_iter().find(|path| {
            // A tool's folder goes first on PATH; one that also holds rustup's
            // cargo would hide the distribution's compiler.
            let hides_cargo =
                toolchain.is_distributions() && path.with_file_name("cargo").is_file();
            !hides_cargo && self.is_right(path)
        })
    }

    fn is_right(&self, path: &Path) -> bool {
        path.is_file()
            && process::output(process::command(path, Path::new(".")).arg("--version"))
                .is_some_and(|text| version(&text) == Some(self.version))
    }

    fn install(&self, context: &Context, folder: &Path) -> Result<()> {
        let package = format!("{}@{}", self.package, self.version);
        if process::find("cargo-binstall").is_some() {
            println!("  downloading {package} with cargo binstall (about 20 s)");
            let mut binstall = process::command("cargo", &context.root);
            binstall
                .args(["binstall", "--no-confirm", "--root"])
                .arg(folder)
                .arg(&package);
            if process::run(&mut binstall).is_ok() {
                return Ok(());
            }
        }
        println!(
            "  installing {package} with cargo (about {} minutes, once)",
            self.minutes
        );
        // The lock file of a package may name a version that a registry mirror
        // does not serve; then the newest compatible ones must do.
        let locked = self.cargo_install(context, folder, &package, true);
        if locked.is_err() {
            println!("  not with the package's own lock file; trying without");
            self.cargo_install(context, folder, &package, false)?;
        }
        Ok(())
    }

    fn cargo_install(
        &self,
        context: &Context,
        folder: &Path,
        package: &str,
        locked: bool,
    ) -> Result<()> {
        let mut install = process::command("cargo", &context.root);
        install
            .args(["install", "--quiet", "--root"])
            .arg(folder)
            .arg(package)
            .args(self.arguments)
            .envs(self.settings.iter().copied());
        if locked {
            install.arg("--locked");
        }
        // A tool that runs for a second need not be optimised for minutes.
        install
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env("CARGO_TARGET_DIR", context.target().join("tools"));
        process::run(&mut install)
    }
}

/// The version in "name 1.2.3" or "name 1.2.3 (more)".
fn version(text: &str) -> Option<&str> {
    text.split_whitespace().nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_tell_their_version() {
        assert_eq!(version("wasm-bindgen 0.2.130"), Some("0.2.130"));
        assert_eq!(version("trunk 0.21.14 (abc)"), Some("0.21.14"));
        assert_eq!(version(""), None);
    }
}
