//! Compiles the lesson folders to the data that the page embeds, so that the page reads neither
//! TOML nor Markdown. A fault in a lesson fails the build, with its file and line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use faultline_course::Course;

fn main() {
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

/// The systems that the lessons teach, as Rust: the page carries no others.
/// A system's file is called as the system is, with an underscore for each hyphen.
fn systems(course: &Course) -> String {
    let names: BTreeSet<_> = course.lessons.iter().map(|lesson| &lesson.system).collect();
    let info = |name: &&String| format!("&faultline_systems::{}::INFO", name.replace('-', "_"));
    let infos: Vec<_> = names.iter().map(info).collect();
    format!("&[{}]", infos.join(", "))
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
