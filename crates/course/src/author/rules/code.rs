//! What a lesson's programs must keep to, as far as reading them shows.

use std::collections::BTreeSet;

use super::super::fault::Faults;
use super::super::folder::{Folder, SOLUTION, STARTER};
use super::super::manifest::Manifest;
use super::text::{listed, text_problem};
use crate::link::MAX_CODE_BYTES;

/// Checks what `lesson.toml` says of programs against the files that there are.
pub(in super::super) fn check_code(manifest: &Manifest, folder: &Folder, faults: &mut Faults) {
    let has = |name: &str| folder.programs.contains_key(name);
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let steps = manifest.steps.get_ref();
    let actions = steps
        .iter()
        .flat_map(|step| &step.actions)
        .chain(&manifest.failures);
    let examples = manifest.code.iter().flat_map(|code| &code.examples);
    let named = actions
        .filter_map(|action| action.code.as_ref())
        .chain(examples.clone().map(|example| &example.file));
    for file in named {
        let name = file.get_ref().as_str();
        used.insert(name);
        if !has(name) {
            let allowed = listed(folder.programs.keys().copied());
            let message = match allowed.is_empty() {
                true => format!("there is no file {name:?} beside this one"),
                false => format!("there is no file {name:?} beside this one; there are: {allowed}"),
            };
            faults.add(&folder.toml, file.span(), message);
        }
    }
    for example in examples {
        if let Some(problem) = text_problem(example.label.get_ref(), 60) {
            faults.add(
                &folder.toml,
                example.label.span(),
                format!("an example's label {problem}"),
            );
        }
    }
    for step in steps.iter().filter(|step| step.by_code) {
        for name in [STARTER, SOLUTION].into_iter().filter(|name| !has(name)) {
            let message = format!("a step that is done by code needs a {name} beside this file");
            faults.add(&folder.toml, step.id.span(), message);
        }
        if step.checks.is_empty() {
            let message = "a step that is done by code is done when its checks hold; it has none";
            faults.add(&folder.toml, step.id.span(), message);
        }
    }
    let written = steps.iter().any(|step| step.by_code);
    for (name, source) in &folder.programs {
        let wanted = used.contains(name) || written && [STARTER, SOLUTION].contains(name);
        if !wanted {
            faults.add_file(source.path, "no step and no example uses this program");
        }
        let bytes = source.text.len();
        if bytes > MAX_CODE_BYTES {
            let message = format!("has {bytes} bytes; a program has at most {MAX_CODE_BYTES}");
            faults.add_file(source.path, message);
        }
    }
    let system = faultline_systems::find(manifest.system.get_ref());
    if system.is_some_and(|info| info.code.is_none()) && !folder.programs.is_empty() {
        let message = "this system takes no program, but the lesson has some";
        faults.add(&folder.toml, manifest.system.span(), message);
    }
}
