//! Running other programs: a clean environment, and errors that name the command.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// A command in `folder` without what `cargo run` left in the environment.
///
/// Cargo tells the xtask about the xtask's own package; a nested cargo must not
/// take that for its own, nor be told to use the outer cargo's binary.
pub fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text == "CARGO"
            || text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || text.starts_with("CARGO_BIN_")
        {
            command.env_remove(name);
        }
    }
    command
}

/// A command as one would type it: settings of the environment, the program, its arguments.
pub fn parsed(line: &str, folder: &Path) -> Command {
    let mut words = line.split_whitespace();
    let mut settings = Vec::new();
    let program = loop {
        match words.next().map(|word| (word, word.split_once('='))) {
            Some((_, Some(setting))) => settings.push(setting),
            Some((program, None)) => break program,
            None => break "",
        }
    };
    let mut command = command(program, folder);
    command.args(words).envs(settings);
    command
}

/// Runs a command with its output shown, and fails if it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("could not start: {}", shown(command)))?;
    if !status.success() {
        bail!("failed ({status}): {}", shown(command));
    }
    Ok(())
}

/// Runs two commands side by side, and fails if either fails.
pub fn run_both(one: &mut Command, other: &mut Command) -> Result<()> {
    let mut child = one
        .spawn()
        .with_context(|| format!("could not start: {}", shown(one)))?;
    if let Err(error) = run(other) {
        // Nobody waits for it any more.
        let _ = child.kill();
        let _ = child.wait();
        return Err(error);
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("failed ({status}): {}", shown(one));
    }
    Ok(())
}

/// Runs a command, gives its standard output, and fails if it fails; its errors are shown.
pub fn captured(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("could not start: {}", shown(command)))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("failed ({}): {}\n{text}", output.status, shown(command));
    }
    Ok(text)
}

/// Runs a command and gives its standard output, or nothing if it fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it, without the environment.
pub fn shown(command: &Command) -> String {
    let mut text = quoted(command.get_program());
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&quoted(argument));
    }
    text
}

fn quoted(text: &OsStr) -> String {
    let text = text.to_string_lossy();
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "-_./=:,+@".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// The first executable called `name` on PATH.
pub fn find(name: &str) -> Option<PathBuf> {
    find_all(name).into_iter().next()
}

/// Every executable called `name` on PATH, in order.
pub fn find_all(name: &str) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .filter(|candidate| candidate.is_file())
        .collect()
}

/// PATH with `folders` put before everything else.
pub fn path_with(folders: &[PathBuf]) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&path));
    env::join_paths(all).context("a folder on PATH has a name that PATH cannot hold")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_settings_a_program_and_arguments() {
        let command = parsed("A=1 B= cargo doc --config x=1", Path::new("/"));
        assert_eq!(shown(&command), "cargo doc --config x=1");
        let set = |name: &str| {
            let mut all = command.get_envs();
            all.any(|(found, value)| found == name && value.is_some())
        };
        assert!(set("A") && set("B") && !set("--config"));
    }

    #[test]
    fn shown_commands_can_be_typed() {
        let mut command = Command::new("my program");
        command.args(["it's", "--a=b", ""]);
        assert_eq!(shown(&command), r"'my program' 'it'\''s' --a=b ''");
    }
}
