//! Nothing in the simulated part may depend on the machine it runs on.

use std::fs;
use std::path::{Path, PathBuf};

/// What must not be in the sources, and why.
const FORBIDDEN: [(&[&str], &str); 5] = [
    (
        &["HashMap", "HashSet", "RandomState"],
        "iterates in an order that differs from run to run: use BTreeMap or Vec",
    ),
    (
        &["std::time", "Instant::now", "SystemTime", "UNIX_EPOCH"],
        "reads a clock: time is virtual",
    ),
    (
        &[
            "thread_rng",
            "rand::rng(",
            "StdRng",
            "SmallRng",
            "OsRng",
            "SysRng",
            "getrandom",
            "from_entropy",
            "from_os_rng",
            "rand::random",
        ],
        "is entropy, or differs between platforms: the seed is all there is",
    ),
    (
        &[
            ".exp()",
            ".exp2()",
            ".exp_m1()",
            ".ln()",
            ".ln_1p()",
            ".log(2",
            ".log(10",
            ".log(base",
            ".log2()",
            ".log10()",
            ".powf(",
            ".powi(",
            ".sin()",
            ".cos()",
            ".tan()",
            ".sin_cos()",
            ".asin()",
            ".acos()",
            ".atan()",
            ".atan2(",
            ".sinh()",
            ".cosh()",
            ".tanh()",
            ".cbrt()",
            ".hypot(",
            "f64::exp",
            "f64::ln",
            "f64::powf",
            "f64::powi",
            "f64::sin",
            "f64::cos",
            "f64::log",
        ],
        "differs in the last digit between platforms: use libm",
    ),
    (
        &[
            "std::fs",
            "std::net",
            "std::env",
            "std::process",
            "std::thread",
            "web_sys",
            "js_sys",
        ],
        "reaches out of the simulation",
    ),
];

const CRATES: [&str; 4] = ["sim", "systems", "view", "course"];

/// What is wrong in a source text: the line's number and the complaint.
fn faults(source: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in source.lines().enumerate() {
        // Comments may speak of these things.
        let code = line.split("//").next().unwrap_or(line);
        for (words, why) in FORBIDDEN {
            for word in words.iter().filter(|word| code.contains(**word)) {
                found.push((number + 1, format!("{word} {why}")));
            }
        }
    }
    found
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).expect("the source folder is there");
    for entry in entries {
        let path = entry.expect("its entries can be read").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn the_simulated_part_depends_on_no_machine() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut paths = Vec::new();
    for name in CRATES {
        sources(&crates.join(name).join("src"), &mut paths);
    }
    assert!(paths.len() > 20, "only {} source files found", paths.len());
    let mut complaints = Vec::new();
    for path in paths {
        let source = fs::read_to_string(&path).expect("sources are readable text");
        for (line, complaint) in faults(&source) {
            complaints.push(format!("{}:{line}: {complaint}", path.display()));
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn canary_each_kind_of_fault_is_found() {
    for bad in [
        "let seen: HashMap<u32, u32> = HashMap::new();",
        "use std::time::Instant;",
        "let mut rng = SmallRng::seed_from_u64(1);",
        "let wait = -(1.0 - u).ln() / rate;",
        "let text = std::fs::read_to_string(path)?;",
    ] {
        assert!(!faults(bad).is_empty(), "{bad}");
    }
    for good in [
        "let wait = -libm::log(1.0 - u) / rate; // not .ln(), which differs",
        "stream.exp(1.0)",
        "//! No `HashMap`, no `std::time`.",
    ] {
        assert_eq!(faults(good), [], "{good}");
    }
}
