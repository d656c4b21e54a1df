//! A compiler for wasm32: rustup's, or else the distribution's; and a standard library that we
//! build for size, once, where the compiler comes with its source.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::apt;
use crate::context::Context;
use crate::process;

/// The target triple of the page.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The folder of the distribution's compiler.
const DISTRIBUTION_BIN: &str = "/usr/bin";

/// Changes whenever the way the standard library is built changes, so that an
/// older one in the cache is not taken for a current one.
const SYSROOT_RECIPE: &str = "5";

/// Options for the compiler, through cargo, and what separates them: paths may hold spaces.
const FLAGS: &str = "CARGO_ENCODED_RUSTFLAGS";
const FLAG_SEPARATOR: &str = "\x1f";

/// The component of a toolchain of rustup's that has the standard library's source.
const SOURCE_COMPONENT: &str = "rust-src";

/// A compiler for wasm32 with what it needs.
pub struct Toolchain {
    origin: Origin,
    /// The folder that holds `lib/rustlib/wasm32-unknown-unknown` with a standard library of our
    /// own building; none: the compiler's own.
    sysroot: Option<PathBuf>,
}

/// Where a compiler comes from.
#[derive(Clone, Copy, PartialEq)]
pub enum Origin {
    /// It is the active toolchain's.
    Active,
    /// It is the one in `/usr/bin`.
    Distribution,
}

impl Origin {
    /// One of its programs.
    fn program(self, name: &str) -> PathBuf {
        match self {
            Self::Active => PathBuf::from(name),
            Self::Distribution => Path::new(DISTRIBUTION_BIN).join(name),
        }
    }
}

impl Toolchain {
    /// Finds or sets up a compiler for wasm32.
    pub fn new(context: &Context) -> Result<Self> {
        let rustc = || process::command("rustc", &context.root);
        if has_target(rustc()) {
            return Self::active(context);
        }
        if process::find("rustup").is_some() && may_download() {
            println!("  adding {TARGET} with rustup (about 10 s)");
            if rustup(context, &["target", "add", TARGET]) && has_target(rustc()) {
                return Self::active(context);
            }
            println!("  rustup could not add it; falling back to the distribution's compiler");
        }
        Self::distribution(context)
    }

    /// The active toolchain, which has the target. A standard library built for size makes the
    /// page smaller; where there is no source for it, the compiler's own does.
    fn active(context: &Context) -> Result<Self> {
        let mut toolchain = Self {
            origin: Origin::Active,
            sysroot: None,
        };
        let source = source(context, Origin::Active)?;
        let rustup_may = process::find("rustup").is_some() && may_download();
        match Library::of(source.is_dir(), rustup_may) {
            Library::Own => {}
            Library::OwnOnceAdded => {
                println!("  adding {SOURCE_COMPONENT} with rustup (about 10 s)");
                rustup(context, &["component", "add", SOURCE_COMPONENT]);
            }
            Library::Compilers => return Ok(toolchain),
        }
        if !source.is_dir() {
            println!("  there is no {SOURCE_COMPONENT}: the page will be a few KB larger");
            return Ok(toolchain);
        }
        match standard_library(context, Origin::Active) {
            Ok(sysroot) => toolchain.sysroot = Some(sysroot),
            Err(error) => println!("  {error:#}; the page will be a few KB larger"),
        }
        Ok(toolchain)
    }

    fn distribution(context: &Context) -> Result<Self> {
        let rustc = Path::new(DISTRIBUTION_BIN).join("rustc");
        let complete = || {
            ["rustc", "cargo", "cargo-clippy", "rust-lld"]
                .iter()
                .all(|name| Path::new(DISTRIBUTION_BIN).join(name).is_file())
        };
        if !complete() && !apt::is_debian() {
            bail!(
                "the compiler cannot build for {TARGET}; with rustup: rustup target add {TARGET}"
            );
        }
        if !rustc.is_file() {
            let packages = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"];
            apt::install("a compiler for wasm32", &packages)?;
        }
        if !complete() {
            let linker = linker_package(&verbose_version(&rustc)?)?;
            apt::install("a linker for wasm32", &["rust-web-clippy", &linker])?;
        }
        let mut toolchain = Self {
            origin: Origin::Distribution,
            sysroot: None,
        };
        if !has_target(process::command(&rustc, &context.root)) {
            if !source(context, Origin::Distribution)?.is_dir() {
                apt::install("the source of the standard library", &["rust-web-src"])?;
            }
            toolchain.sysroot = Some(standard_library(context, Origin::Distribution)?);
        }
        Ok(toolchain)
    }

    /// Whether it is the distribution's.
    pub fn is_distributions(&self) -> bool {
        self.origin == Origin::Distribution
    }

    /// What must come first on PATH for this compiler to be found.
    pub fn path_folders(&self) -> Vec<PathBuf> {
        match self.origin {
            Origin::Active => Vec::new(),
            Origin::Distribution => vec![PathBuf::from(DISTRIBUTION_BIN)],
        }
    }

    /// Prepares the environment of a program that will call cargo for wasm32.
    pub fn apply(&self, context: &Context, command: &mut Command) {
        command.env("CARGO_TARGET_DIR", context.wasm_target());
        let mut flags = small_flags();
        match self.origin {
            Origin::Active => {
                // Those of whoever builds come with ours, rather than instead of them.
                let given = env::var("RUSTFLAGS").unwrap_or_default();
                flags.extend(given.split_whitespace().map(str::to_owned));
            }
            Origin::Distribution => {
                // These name or configure rustup's compiler.
                for name in ["RUSTUP_TOOLCHAIN", "RUSTC", "RUSTDOC", "RUSTFLAGS"] {
                    command.env_remove(name);
                }
                command.env_remove("LD_LIBRARY_PATH");
            }
        }
        if let Some(sysroot) = &self.sysroot {
            flags.push(format!("--sysroot={}", sysroot.display()));
            flags.extend(linker(context, self.origin));
        }
        command.env(FLAGS, flags.join(FLAG_SEPARATOR));
    }

    /// A cargo command that builds for wasm32.
    pub fn cargo(&self, context: &Context, subcommand: &str) -> Result<Command> {
        let mut command = process::command(self.origin.program("cargo"), &context.root);
        self.apply(context, &mut command);
        command
            .env("PATH", process::path_with(&self.path_folders())?)
            .args([subcommand, "--target", TARGET]);
        Ok(command)
    }
}

/// Which standard library the active toolchain uses.
#[derive(Debug, PartialEq)]
enum Library {
    /// Ours: its source is there.
    Own,
    /// Ours, if rustup has its source.
    OwnOnceAdded,
    /// The one that the compiler came with.
    Compilers,
}

impl Library {
    fn of(has_source: bool, rustup_may: bool) -> Self {
        match (has_source, rustup_may) {
            (true, _) => Self::Own,
            (false, true) => Self::OwnOnceAdded,
            (false, false) => Self::Compilers,
        }
    }
}

/// Has rustup do something; whether it did.
fn rustup(context: &Context, arguments: &[&str]) -> bool {
    process::run(process::command("rustup", &context.root).args(arguments)).is_ok()
}

/// The folder that a compiler finds its own things in.
fn own_sysroot(context: &Context, origin: Origin) -> Result<PathBuf> {
    let mut rustc = process::command(origin.program("rustc"), &context.root);
    let sysroot = process::output(rustc.args(["--print", "sysroot"]));
    Ok(PathBuf::from(sysroot.context("rustc names no sysroot")?))
}

/// Where the source of a compiler's standard library is, if it is there.
fn source(context: &Context, origin: Origin) -> Result<PathBuf> {
    Ok(own_sysroot(context, origin)?.join("lib/rustlib/src/rust/library/std"))
}

/// Names the linker for a sysroot of our own, where it is one of the compiler's own things.
fn linker(context: &Context, origin: Origin) -> Option<String> {
    let version = verbose_version(&origin.program("rustc")).ok()?;
    let host = field(&version, "host").ok()?;
    let file = format!("rust-lld{}", env::consts::EXE_SUFFIX);
    let sysroot = own_sysroot(context, origin).ok()?;
    let linker = sysroot
        .join("lib/rustlib")
        .join(host)
        .join("bin")
        .join(file);
    let there = linker.is_file();
    there.then(|| format!("-Clinker={}", linker.display()))
}

/// `cargo xtask wasm …`: one cargo command with everything in place.
pub fn run_cargo(context: &Context, arguments: &[String]) -> Result<()> {
    let toolchain = Toolchain::new(context)?;
    let (subcommand, rest) = arguments.split_first().context("no cargo subcommand")?;
    let mut command = toolchain.cargo(context, subcommand)?;
    if subcommand == "test" {
        super::browser::wasm_tests(context, &toolchain, &mut command)?;
    }
    process::run(command.args(rest))
}

/// The compiler's options that make the page smaller without changing what it does.
fn small_flags() -> Vec<String> {
    let mut flags = vec![
        // One round of SHA-256 in a loop instead of all of them in a row.
        "--cfg=sha2_backend_soft=\"compact\"".to_owned(),
    ];
    // The places that panics name, without this machine's folders in front.
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    if let Some(home) = home {
        let registry = home.join("registry/src");
        flags.push(format!(
            "--remap-path-prefix={}=crates.io",
            registry.display()
        ));
    }
    flags
}

/// Whether the compiler comes with the target's standard library.
fn has_target(mut rustc: Command) -> bool {
    let Some(folder) =
        process::output(rustc.args(["--print", "target-libdir", "--target", TARGET]))
    else {
        return false;
    };
    fs::read_dir(folder).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

/// Whether rustup is allowed to fetch things: not where someone has switched that off.
fn may_download() -> bool {
    !env::var("RUSTUP_AUTO_INSTALL").is_ok_and(|value| value == "0")
}

/// What `rustc -vV` says.
fn verbose_version(rustc: &Path) -> Result<String> {
    process::output(process::command(rustc, Path::new("/")).arg("-vV"))
        .with_context(|| format!("{} -vV failed", rustc.display()))
}

/// A field of what `rustc -vV` says.
fn field<'a>(text: &'a str, name: &str) -> Result<&'a str> {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        .with_context(|| format!("rustc -vV says nothing of {name}: {text}"))
}

/// What a standard library built by this compiler is kept as: no other reads it.
fn sysroot_name(verbose_version: &str) -> Result<String> {
    let release = field(verbose_version, "release")?;
    let commit = field(verbose_version, "commit-hash")?;
    let commit = commit.get(..9).unwrap_or(commit);
    Ok(format!("wasm-sysroot-{release}-{commit}-{SYSROOT_RECIPE}"))
}

/// The package of the linker that belongs to the compiler.
fn linker_package(verbose_version: &str) -> Result<String> {
    let llvm = field(verbose_version, "LLVM version")?;
    let (major, _) = llvm.split_once('.').unwrap_or((llvm, ""));
    Ok(format!("lld-{major}"))
}

/// Builds the standard library for wasm32 into the cache, once per compiler, from the source that
/// the compiler comes with.
fn standard_library(context: &Context, origin: Origin) -> Result<PathBuf> {
    let verbose_version = verbose_version(&origin.program("rustc"))?;
    let version = field(&verbose_version, "release")?;
    let name = sysroot_name(&verbose_version)?;
    let sysroot = context.cache.join(&name);
    let _lock = context.lock(&context.cache, &name)?;
    if sysroot.is_dir() {
        return Ok(sysroot);
    }
    println!("  building the wasm32 standard library for rustc {version} (about 30 s, once)");
    let source = own_sysroot(context, origin)?;

    let work = context.cache.join(format!("{name}.building"));
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(work.join("empty/src"))?;
    fs::write(
        work.join("empty/Cargo.toml"),
        "[package]\nname = \"empty\"\nedition = \"2021\"\n[profile.release]\nopt-level = \"z\"\npanic = \"abort\"\n[workspace]\n",
    )?;
    fs::write(work.join("empty/src/lib.rs"), "")?;

    let mut flags = small_flags();
    flags.push(format!(
        "--remap-path-prefix={}/lib/rustlib/src/rust/library=std",
        source.display()
    ));
    // Link-time optimisation of the page needs bitcode in these libraries.
    flags.push("-Cembed-bitcode=yes".to_owned());
    // The dummy crate is built as any page would be, then thrown away.
    let toolchain = Toolchain {
        origin,
        sysroot: None,
    };
    let mut build = toolchain.cargo(context, "build")?;
    build
        .current_dir(work.join("empty"))
        .args(["--release", "--quiet"])
        // Building `std` from source is a nightly feature; compiler and source are of one
        // version, so it is safe here.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort,test")
        // Sorting and formatting by less code; what has to be quick does its own.
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .env("CARGO_TARGET_DIR", work.join("target"))
        .env(FLAGS, flags.join(FLAG_SEPARATOR));
    process::run(&mut build)?;

    let libraries = work.join("sysroot/lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&libraries)?;
    for entry in fs::read_dir(work.join("target").join(TARGET).join("release/deps"))? {
        let path = entry?.path();
        let Some(file) = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
        else {
            continue;
        };
        if file.ends_with(".rlib") && !file.starts_with("libempty-") {
            fs::copy(&path, libraries.join(file))?;
        }
    }
    // Renamed only when whole, so that an interrupted build leaves no half of one.
    fs::rename(work.join("sysroot"), &sysroot)?;
    let _ = fs::remove_dir_all(&work);
    Ok(sysroot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toolchain_with_the_source_builds_its_own_library() {
        assert_eq!(Library::of(true, false), Library::Own);
        assert_eq!(Library::of(true, true), Library::Own);
        assert_eq!(Library::of(false, true), Library::OwnOnceAdded);
        assert_eq!(Library::of(false, false), Library::Compilers);
    }

    #[test]
    fn compilers_of_one_version_keep_their_libraries_apart() {
        let version = |commit| format!("release: 1.96.0\ncommit-hash: {commit}\nhost: here");
        let name = |commit| sysroot_name(&version(commit)).unwrap();
        assert!(name("ac68faa20c58").starts_with("wasm-sysroot-1.96.0-ac68faa20-"));
        assert_ne!(name("ac68faa20c58"), name("unknown"));
        assert!(sysroot_name("release: 1.96.0").is_err());
    }

    #[test]
    fn the_linker_is_of_the_compilers_llvm() {
        let text = "rustc 1.96.0 (abc 2026-05-25)\nrelease: 1.96.0\nLLVM version: 22.1.2";
        assert_eq!(field(text, "release").unwrap(), "1.96.0");
        assert_eq!(linker_package(text).unwrap(), "lld-22");
        assert!(linker_package("rustc 1.96.0").is_err());
    }
}
