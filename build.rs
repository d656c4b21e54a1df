//! Compiles the lesson folders to the data that the page embeds, so that the page reads neither
//! TOML nor Markdown. A fault in a lesson fails the build, with its file and line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use faultline_course::Course;

fn main() {
    if env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        // Tells what splits the program which code and data belong together.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    let lessons = Path::new("lessons");
    println!("cargo::rerun-if-changed={}", lessons.display());
    let mut files = BTreeMap::new();
    if let Err(error) = read(lessons, lessons, &mut files) {
        println!("cargo::error=cannot read {}: {error}", lessons.display());
        return;
    }
    match faultline_course::compile(&files) {
        Ok(course) => {
            let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
            // Postcard: its reader is a tenth of a JSON reader's size, and nobody else reads this.
            let bytes = postcard::to_allocvec(&course).expect("a course is plain data");
            fs::write(out.join("course.bin"), bytes).expect("OUT_DIR can be written");
            fs::write(out.join("systems.rs"), systems(&course)).expect("OUT_DIR can be written");
        }
        Err(faults) => {
            for fault in faults {
                println!("cargo::error={fault}");
            }
        }
    }
}

/// A loader for each system that the lessons teach, as Rust: a system's code is a part of the
/// program of its own, which loads when one of its lessons is opened.
/// A system's file is called as the system is, with an underscore for each hyphen.
fn systems(course: &Course) -> String {
    let names: BTreeSet<_> = course.lessons.iter().map(|lesson| &lesson.system).collect();
    let mut code = String::new();
    let mut arms = String::new();
    for name in names {
        let module = name.replace('-', "_");
        code += &format!(
            "#[wasm_split_helpers::wasm_split({module}, fallible)]\n\
             fn {module}() -> Result<&'static SystemInfo, Unloaded> {{\n\
             \x20   Ok(&faultline_systems::{module}::INFO)\n\
             }}\n"
        );
        arms += &format!("        {name:?} => {module}().await,\n");
    }
    format!(
        "{code}\n\
         async fn load(name: &str) -> Result<&'static SystemInfo, Unloaded> {{\n\
         \x20   match name {{\n{arms}        _ => Err(Unloaded),\n    }}\n}}\n"
    )
}

/// Reads every text file of a folder and of the folders in it, by its path within `root`.
fn read(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(root, &path, files)?;
        } else if let Ok(within) = path.strip_prefix(root) {
            let name = within.to_string_lossy().replace('\\', "/");
            files.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(())
}
