//! Compiles the lesson folders to the data that the page embeds, so that the page reads neither
//! TOML nor Markdown. A fault in a lesson fails the build, with its file and line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use faultline_course::{Course, Lesson};

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
            let write = |name: &str, bytes: &[u8]| {
                fs::write(out.join(name), bytes).expect("OUT_DIR can be written");
            };
            // Postcard: its reader is a tenth of a JSON reader's size, and nobody else reads this.
            let entries = course.lessons.iter().map(Lesson::entry).collect();
            let index = Course {
                tracks: course.tracks.clone(),
                lessons: entries,
            };
            let bytes = postcard::to_allocvec(&index).expect("a course is plain data");
            write("course.bin", &bytes);
            for lesson in &course.lessons {
                let bytes = postcard::to_allocvec(lesson).expect("a lesson is plain data");
                write(&format!("{}.bin", lesson.slug), &bytes);
                let still = faultline_course::still(&course, lesson);
                let bytes = postcard::to_allocvec(&still).expect("a panel is plain data");
                write(&format!("{}.still", lesson.slug), &bytes);
            }
            write("parts.rs", parts(&course).as_bytes());
        }
        Err(faults) => {
            for fault in faults {
                println!("cargo::error={fault}");
            }
        }
    }
}

/// Loaders as Rust, for each system that the lessons teach, each lesson's data, and each lesson's
/// picture: each is a part of the program of its own, which loads when it is wanted.
/// A system's file is called as the system is, with an underscore for each hyphen.
fn parts(course: &Course) -> String {
    let names: BTreeSet<_> = course.lessons.iter().map(|lesson| &lesson.system).collect();
    let systems = names.into_iter().map(|name| {
        let module = name.replace('-', "_");
        let value = format!("&faultline_systems::{module}::INFO");
        (name.as_str(), module, value)
    });
    let data = |kind: &'static str, extension: &'static str| {
        course.lessons.iter().map(move |lesson| {
            let slug = lesson.slug.as_str();
            let name = format!("{kind}_{}", slug.replace('-', "_"));
            let file = format!("concat!(env!(\"OUT_DIR\"), \"/{slug}.{extension}\")");
            (slug, name, format!("include_bytes!({file})"))
        })
    };
    loader("load_system", "&'static SystemInfo", systems)
        + &loader("load_lesson", "&'static [u8]", data("lesson", "bin"))
        + &loader("load_still", "&'static [u8]", data("still", "still"))
}

/// A function that loads the part of a name, and the parts: each a name, an identifier and an
/// expression.
fn loader<'a>(
    function: &str,
    returns: &str,
    parts: impl Iterator<Item = (&'a str, String, String)>,
) -> String {
    let mut code = String::new();
    let mut arms = String::new();
    for (name, part, value) in parts {
        code += &format!(
            "#[wasm_split_helpers::wasm_split({part}, fallible)]\n\
             fn {part}() -> Result<{returns}, Unloaded> {{\n    Ok({value})\n}}\n\n"
        );
        arms += &format!("        {name:?} => {part}().await,\n");
    }
    format!(
        "{code}async fn {function}(name: &str) -> Result<{returns}, Unloaded> {{\n\
         \x20   match name {{\n{arms}        _ => Err(Unloaded),\n    }}\n}}\n\n"
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
