//! What `cargo xtask` says and does on machines that lack something, tried with a PATH of our own
//! making.
#![cfg(unix)]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A start page as trunk leaves it, with the placeholder that only a live-reloading server
/// fills in.
const PAGE: &str = "<head><meta content=script-src 'self' 'nonce-LIVE-RELOAD-NONCE'>\
    <link href=./base-1.css rel=stylesheet><link href=./more-2.css rel=stylesheet>\
    <script src=./start.js></script></head><p>";

/// A checkout and a PATH with nothing in them but what a test puts there.
struct Machine {
    root: PathBuf,
}

impl Machine {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("bin")).unwrap();
        let machine = Self { root };
        let lock = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.1\"\n";
        machine
            .with_file("package-lock.json", "{}")
            .with_file("Cargo.lock", lock)
    }

    /// Adds a file, with the folders that it is in.
    fn with_file(self, name: &str, content: &str) -> Self {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.root.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Adds a lesson, the parts of a program, and what else trunk would leave.
    fn with_a_site(self) -> Self {
        let sw = include_str!("../../../static/sw.js");
        let icon = include_str!("../../../static/icon.svg");
        self.with_file(
            "lessons/01-a/lesson.toml",
            "system = \"one-two\"\ntitle = \"A <b>\"\npromise = \"B.\"",
        )
        .with_file(
            "target/split/parts/needs.json",
            r#"{"course_page":["chunk_1"],"link":["chunk_1"],"one_two":["chunk_1","split_one_two"],
                    "lesson_01_a":["split_lesson_01_a"]}"#,
        )
        .with_file("dist/on-demand/0f/load.js", "")
        .with_file("dist/on-demand/0f/chunk_1.wasm", "1")
        .with_file("dist/on-demand/0f/split_lesson_01_a.wasm", "2")
        .with_file("dist/on-demand/0f/split_one_two.wasm", "3")
        .with_file("dist/app-1.js", "")
        .with_file("dist/app-1_bg.wasm", "\0asm\u{1}\0\0\0")
        .with_file("dist/icon.svg", icon)
        .with_file("dist/sw.js", sw)
        .with_file("dist/start.js", "")
        .with_file("static/code/worker.js", "")
        .with_file("dist/code/worker.js", "")
        .with_file("dist/base-1.css", "a{}")
        .with_file("dist/more-2.css", "b{}")
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
            .with("cargo", "")
            .with("trunk", &trunk)
    }

    fn xtask(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments)
            .env("CARGO_MANIFEST_DIR", self.root.join("crates/xtask"))
            .env("XDG_CACHE_HOME", self.root.join("cache"))
            .env("PATH", self.root.join("bin"))
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("RUSTUP_AUTO_INSTALL")
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
    let machine = Machine::new("no-npm").with_tools().with_a_site();
    let output = machine.xtask(&["build"]);
    let text = printed(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("npm is not installed"), "{text}");

    let html = machine.read("dist/index.html");
    assert!(!html.contains("nonce"), "{html}");
    assert_eq!(html.matches("stylesheet").count(), 1, "{html}");
    let pack = |name| format!("\"pack\":\"on-demand/0f/{name}.pack.wasm\"");
    let needs = format!(
        "{{\"\":{{{}}},\"01-a\":{{\"title\":\"A \\u003cb>\",\"promise\":\"B.\",{}}},\"?run\":{{{}}}}}",
        pack("course"),
        pack("01-a"),
        pack("link"),
    );
    assert!(html.contains(&needs), "{html}");
    let pack = machine.read("dist/on-demand/0f/01-a.pack.wasm");
    let parts = pack.lines().next().unwrap_or_default();
    for part in ["chunk_1", "split_lesson_01_a", "split_one_two"] {
        assert!(parts.contains(&format!("[\"{part}\",")), "{parts}");
    }

    // The service worker has the hash of every file but its own.
    let script = machine.read("dist/sw.js");
    assert!(!script.contains("VERSION = \"\""), "{script}");
    for file in [
        "./",
        "icons/512.png",
        "on-demand/0f/chunk_1.wasm",
        "start-e3b0c44298fc.js",
    ] {
        assert!(
            script.contains(&format!("\"{file}\":\"sha256-")),
            "{file}: {script}"
        );
    }
    assert!(!script.contains("\"sw.js\""), "{script}");
    assert!(text.contains("01-a"), "{text}");
}

#[test]
fn rustup_is_asked_for_the_source_of_the_standard_library() {
    let machine = Machine::new("no-source").with_tools().with_a_site();
    let asked = machine.root.join("asked").display().to_string();
    let machine = machine.with("rustup", &format!("echo \"$*\" >> '{asked}'"));
    // It does not come, and the page is built all the same.
    let output = machine.xtask(&["build"]);
    let text = printed(&output);
    assert!(output.status.success(), "{text}");
    assert_eq!(machine.read("asked"), "component add rust-src\n", "{text}");
    assert!(text.contains("there is no rust-src"), "{text}");
}

#[test]
fn a_toolchain_with_the_source_builds_its_own_standard_library() {
    let machine = Machine::new("source")
        .with_tools()
        .with_a_site()
        .with_file("lib/rustlib/src/rust/library/std/Cargo.toml", "");
    // This machine's compiler is none, so that is as far as it comes; the page is built all the
    // same.
    let output = machine.xtask(&["build"]);
    let text = printed(&output);
    assert!(output.status.success(), "{text}");
    assert!(!text.contains("there is no rust-src"), "{text}");
    assert!(text.contains("rustc -vV says nothing of release"), "{text}");
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
