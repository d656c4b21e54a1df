//! What `cargo xtask` says and does on machines that lack something, tried with a PATH of our own
//! making.
#![cfg(unix)]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The placeholder that only a live-reloading server fills in.
const PAGE: &str = "policy: script-src 'self' 'nonce-LIVE-RELOAD-NONCE'";

/// A checkout and a PATH with nothing in them but what a test puts there.
struct Machine {
    root: PathBuf,
}

impl Machine {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("bin")).unwrap();
        fs::create_dir_all(root.join("dist")).unwrap();
        fs::write(root.join("package-lock.json"), "{}").unwrap();
        let lock = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.1\"\n";
        fs::write(root.join("Cargo.lock"), lock).unwrap();
        Self { root }
    }

    /// Adds a program, as a script of the shell's own commands.
    fn with(self, name: &str, script: &str) -> Self {
        let path = self.root.join("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    /// Adds a compiler that has the target, and the tools in the right versions.
    fn with_tools(self) -> Self {
        fs::write(self.root.join("libstd-1.rlib"), "").unwrap();
        let root = self.root.display().to_string();
        let trunk = format!("echo trunk 0.21.14; echo \"{PAGE}\" > '{root}/dist/index.html'");
        self.with("rustc", &format!("echo '{root}'"))
            .with("wasm-bindgen", "echo wasm-bindgen 0.2.1")
            .with("trunk", &trunk)
    }

    fn xtask(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments)
            .env("CARGO_MANIFEST_DIR", self.root.join("crates/xtask"))
            .env("XDG_CACHE_HOME", self.root.join("cache"))
            .env("PATH", self.root.join("bin"))
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("CHROMEDRIVER")
            .env_remove("CHROMEWEBDRIVER")
            .output()
            .unwrap()
    }
}

fn printed(output: &Output) -> String {
    let (out, error) = (&output.stdout, &output.stderr);
    format!(
        "{}\n{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(error)
    )
}

#[test]
fn without_a_browser_the_tests_say_what_to_install_before_anything_is_built() {
    let machine = Machine::new("no-browser").with("id", "echo 1000");
    let output = machine.xtask(&["test", "clippy", "e2e"]);
    let text = printed(&output);
    assert!(!output.status.success(), "{text}");
    assert!(
        text.contains("apt-get install chromium chromium-driver"),
        "{text}"
    );
    assert!(!text.contains("== clippy"), "{text}");
}

#[test]
fn without_npm_the_site_is_built_all_the_same() {
    let machine = Machine::new("no-npm").with_tools();
    let output = machine.xtask(&["build"]);
    let text = printed(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("npm is not installed"), "{text}");
    let html = fs::read_to_string(machine.root.join("dist/index.html")).unwrap();
    assert_eq!(html.trim(), PAGE.replace(" 'nonce-LIVE-RELOAD-NONCE'", ""));
}

#[test]
fn a_tool_of_another_version_is_replaced_or_named() {
    let machine = Machine::new("old-tool")
        .with_tools()
        .with("trunk", "echo trunk 0.1.0")
        .with("cargo", "exit 7");
    let output = machine.xtask(&["build"]);
    let text = printed(&output);
    assert!(!output.status.success(), "{text}");
    assert!(text.contains("installing trunk@0.21.14"), "{text}");
    assert!(text.contains("cargo install --quiet --root"), "{text}");
}

#[test]
fn a_port_in_use_is_named_before_anything_is_built() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let machine = Machine::new("taken-port");
    let output = machine.xtask(&["serve", "--port", &port]);
    let text = printed(&output);
    assert!(!output.status.success(), "{text}");
    assert!(text.contains(&format!("port {port} is taken")), "{text}");
}
