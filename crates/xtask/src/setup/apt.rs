//! Debian packages, where the machine is Debian and we may install them.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::process;

/// What this machine lets us do.
#[derive(Clone, Copy)]
struct Machine {
    debian: bool,
    apt_get: bool,
    root: bool,
}

/// Installs the packages, or fails with the command that a person must run.
///
/// `what` completes the sentence "… is missing".
pub fn install(what: &str, packages: &[&str]) -> Result<()> {
    let machine = Machine {
        debian: is_debian(),
        apt_get: process::find("apt-get").is_some(),
        root: is_root(),
    };
    let list = packages.join(" ");
    if let Some(refusal) = refusal(machine, what, &list) {
        bail!(refusal);
    }
    println!("  installing {list} with apt-get (a minute or two)");
    let root = Path::new("/");
    process::run(process::command("apt-get", root).args(["update", "-qq"]))?;
    process::run(
        process::command("apt-get", root)
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

/// What a person must do where we may not install.
fn refusal(machine: Machine, what: &str, list: &str) -> Option<String> {
    let Machine {
        debian,
        apt_get,
        root,
    } = machine;
    if debian && apt_get && root {
        None
    } else if debian {
        Some(format!(
            "{what} is missing; install it with: sudo apt-get install {list}"
        ))
    } else {
        Some(format!(
            "{what} is missing; on Debian it would be: apt-get install {list}"
        ))
    }
}

/// Whether the packages below have Debian's names here.
pub fn is_debian() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| names_debian(&text))
}

/// Whether an os-release file is Debian's own, not that of a system derived from it, whose
/// packages differ.
fn names_debian(os_release: &str) -> bool {
    os_release.lines().any(|line| line == "ID=debian")
}

fn is_root() -> bool {
    process::output(process::command("id", Path::new("/")).arg("-u")).is_some_and(|id| id == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_root_on_debian_installs() {
        let advice = |debian, apt_get, root| {
            let machine = Machine {
                debian,
                apt_get,
                root,
            };
            refusal(machine, "a browser", "chromium")
        };
        assert_eq!(advice(true, true, true), None);
        let not_root = advice(true, true, false).unwrap();
        assert_eq!(
            not_root,
            "a browser is missing; install it with: sudo apt-get install chromium"
        );
        assert!(advice(false, true, true).unwrap().contains("on Debian"));
    }

    #[test]
    fn a_system_derived_from_debian_is_not_debian() {
        assert!(names_debian("NAME=\"Debian GNU/Linux\"\nID=debian\n"));
        assert!(!names_debian("ID=ubuntu\nID_LIKE=debian\n"));
    }
}
