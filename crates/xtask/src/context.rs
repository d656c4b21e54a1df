//! Where things are: the checkout, its target folders and the tool cache.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// The folders every task works with.
pub struct Context {
    /// The checkout.
    pub root: PathBuf,
    /// Tools and the wasm32 standard library, shared by all checkouts.
    pub cache: PathBuf,
}

impl Context {
    /// Finds the folders; the cache follows the XDG base directory rules.
    pub fn new() -> Result<Self> {
        // Cargo names the package's folder when it runs this program, which is the better
        // answer where a checkout was moved after it was built.
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = package
            .ancestors()
            .nth(2)
            .context("crates/xtask lies two folders below the checkout")?
            .to_path_buf();
        let base = match env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()) {
            Some(folder) => PathBuf::from(folder),
            None => env::home_dir()
                .context("no home folder; set XDG_CACHE_HOME to a folder for tools")?
                .join(".cache"),
        };
        Ok(Self {
            root,
            cache: base.join("faultline"),
        })
    }

    /// Cargo's target folder for native builds.
    pub fn target(&self) -> PathBuf {
        match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
            Some(folder) => self.root.join(folder),
            None => self.root.join("target"),
        }
    }

    /// Cargo's target folder for wasm32 builds.
    ///
    /// The two kinds of build may use different compilers, which would throw
    /// away each other's work in one folder.
    pub fn wasm_target(&self) -> PathBuf {
        self.target().join("wasm")
    }

    /// The folder of the finished static site.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The version of a package in `Cargo.lock`.
    pub fn locked_version(&self, package: &str) -> Result<String> {
        #[derive(serde::Deserialize)]
        struct Lock {
            package: Vec<Package>,
        }
        #[derive(serde::Deserialize)]
        struct Package {
            name: String,
            version: String,
        }
        let path = self.root.join("Cargo.lock");
        let text = fs::read_to_string(&path).with_context(|| format!("reading {path:?}"))?;
        let lock: Lock = toml::from_str(&text).with_context(|| format!("parsing {path:?}"))?;
        match lock.package.into_iter().find(|found| found.name == package) {
            Some(found) => Ok(found.version),
            None => bail!("Cargo.lock has no package named {package}"),
        }
    }

    /// Waits until no other xtask holds `name`, then holds it until dropped.
    ///
    /// Two builds at once would write the same `dist` or install the same tool.
    pub fn lock(&self, folder: &Path, name: &str) -> Result<File> {
        fs::create_dir_all(folder).with_context(|| format!("creating {folder:?}"))?;
        let path = folder.join(format!("{name}.lock"));
        let file = File::create(&path).with_context(|| format!("creating {path:?}"))?;
        if file.try_lock().is_err() {
            eprintln!("  waiting for another xtask that holds {}", path.display());
            file.lock().with_context(|| format!("locking {path:?}"))?;
        }
        Ok(file)
    }
}
