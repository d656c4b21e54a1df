//! The program in parts: what a first visit needs, and what loads on demand.
//!
//! The page marks where its program may be split (`wasm_split`). Splitting comes after the
//! compiler and before wasm-bindgen, where trunk has no hook. So trunk finds this very program
//! under the name of wasm-bindgen: it splits, then calls the real one. A hook of trunk's, for
//! which this program has a name too, puts the parts into the finished site.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, anyhow, bail};
use sha2::{Digest, Sha256};

use crate::context::Context;
use crate::learner_code;
use crate::process;

/// The folder of a site's parts.
pub const ON_DEMAND: &str = "on-demand";

/// The name under which trunk calls this program instead of wasm-bindgen.
const SPLITTER: &str = "wasm-bindgen";
/// The name under which trunk's hook calls it; Trunk.toml has the same.
const PLACER: &str = "place-parts";

/// Where the real wasm-bindgen is.
const REAL: &str = "FAULTLINE_WASM_BINDGEN";
/// Where the parts wait between the two calls.
const PARTS: &str = "FAULTLINE_PARTS";

/// The script that loads parts, in their folder.
pub const LOADER: &str = "load.js";
/// The file that tells, by a split of the program, which parts have to be loaded for it.
const NEEDS: &str = "needs.json";

/// Before the loader's own text: how a part is loaded. What has come in the page's pack, by
/// static/start.js, is not loaded again. Each is put in place after the one before, and now and
/// then the browser gets its turn: there are dozens.
const LOADER_HEAD: &str = "\
const load = async ({ href }) => {
    await globalThis.unpacked;
    const part = globalThis.parts?.get(href);
    globalThis.parts?.delete(href);
    return part ?? fetch(href);
};
let last, since = 0;
const turn = async (before) => {
    await before;
    if (document.hidden || performance.now() - since < 8) return;
    await new Promise((then) => setTimeout(then));
    since = performance.now();
};
const part = (name) => () => {
    const answer = load(new URL(`./${name}.wasm`, import.meta.url));
    answer.catch(() => {});
    return async (imports) => {
        const put = turn(last).then(() => WebAssembly.instantiateStreaming(answer, imports));
        last = put.catch(() => {});
        return put;
    };
};
";

/// What the loader's own text has for each part instead, around its name.
const LOADS_PART: (&str, &str) = (
    "() => {\n    const src = fetch(new URL(\"./",
    ".wasm\", import.meta.url));\n    src.catch(() => {});\n    return async (imports) => \
     (WebAssembly.instantiateStreaming(src, imports));\n}\n",
);

/// How the script that loads parts names the page's own script, until that has its final name.
const PAGE_SCRIPT: &str = "./page-script.js";

/// Puts this program under its other names into a folder.
pub fn programs(context: &Context) -> Result<PathBuf> {
    let programs = context.target().join("split/bin");
    fs::create_dir_all(&programs)?;
    let this = env::current_exe()?;
    for name in [SPLITTER, PLACER] {
        let path = programs.join(format!("{name}{}", env::consts::EXE_SUFFIX));
        // Tests may build this program anew while it runs, and then its file is gone; what was
        // put there at the start is the same program.
        if !this.is_file() && path.is_file() {
            continue;
        }
        // A running program cannot be written over, but its name can be given to another.
        let fresh = programs.join(format!("{name}.fresh"));
        fs::copy(&this, &fresh).with_context(|| format!("copying {this:?} to {fresh:?}"))?;
        fs::rename(&fresh, &path).with_context(|| format!("writing {path:?}"))?;
    }
    Ok(programs)
}

/// Sets a command up that will run trunk. Gives the folder to put first on PATH.
pub fn prepare(context: &Context, trunk: &mut Command, wasm_bindgen: &Path) -> Result<PathBuf> {
    trunk.env(REAL, wasm_bindgen).env(PARTS, parts(context));
    programs(context)
}

fn parts(context: &Context) -> PathBuf {
    context.target().join("split/parts")
}

/// By split: the files, without their extension, that have to be loaded for it.
pub fn needs(context: &Context) -> Result<BTreeMap<String, Vec<String>>> {
    let path = parts(context).join(NEEDS);
    let text = fs::read_to_string(&path).with_context(|| format!("reading {path:?}"))?;
    Ok(serde_json::from_str(&text)?)
}

/// The folder of a site's parts, within the site.
pub fn folder(site: &Path) -> Result<String> {
    let path = site.join(ON_DEMAND);
    let version = fs::read_dir(&path)
        .with_context(|| format!("reading {path:?}"))?
        .next()
        .context("the site has no parts")??;
    Ok(format!(
        "{ON_DEMAND}/{}",
        version.file_name().to_string_lossy()
    ))
}

/// What this program does under one of its other names; none under its own.
pub fn other_name() -> Option<Result<()>> {
    let name = PathBuf::from(env::args_os().next()?);
    match name.file_stem()?.to_str()? {
        SPLITTER => Some(split_and_bind()),
        PLACER => Some(place()),
        _ => None,
    }
}

fn variable(name: &str) -> Result<PathBuf> {
    let value = env::var_os(name);
    Ok(value
        .with_context(|| format!("{name} is not set: trunk is to be called by cargo xtask"))?
        .into())
}

/// Splits the program that is named among the arguments, then lets wasm-bindgen bind what is
/// left of it.
fn split_and_bind() -> Result<()> {
    let mut arguments: Vec<_> = env::args_os().skip(1).collect();
    let input = arguments
        .iter_mut()
        .find(|argument| argument.to_string_lossy().ends_with(".wasm"));
    if let Some(input) = input {
        let split = split(Path::new(input), &variable(PARTS)?)?;
        *input = split.into_os_string();
        // The parts use the table of functions, which is the linker's.
        arguments.push("--keep-lld-exports".into());
    }
    process::run(process::command(variable(REAL)?, Path::new(".")).args(arguments))
}

/// Splits a program into `parts`; gives the one that a visit starts with.
fn split(input: &Path, parts: &Path) -> Result<PathBuf> {
    let program = fs::read(input).with_context(|| format!("reading {input:?}"))?;
    let _ = fs::remove_dir_all(parts);
    // Parts fit only the program they were split from, so its hash is in their address.
    let hash: String = Sha256::digest(&program)[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let folder = parts.join(ON_DEMAND).join(&hash);
    fs::create_dir_all(&folder)?;
    let first = parts.join("first.wasm");
    let link = format!("./{ON_DEMAND}/{hash}/{LOADER}");
    let mut options = wasm_split_cli_support::Options::new(&program);
    options.output_dir = parts;
    options.main_out_path = &first;
    options.link_name = &link;
    options.main_module = PAGE_SCRIPT;
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("splitting {}: {error:?}", input.display()))?;
    for part in split.split_modules {
        let name = part.file_name().context("a part is a file")?;
        fs::rename(&part, folder.join(name))?;
    }
    let needs: BTreeMap<_, _> = split.prefetch_map.into_iter().collect();
    fs::write(parts.join(NEEDS), serde_json::to_string(&needs)?)?;
    Ok(first)
}

/// Puts the parts into the site that trunk is about to finish.
fn place() -> Result<()> {
    let site = variable("TRUNK_STAGING_DIR")?;
    let script = page_script(&site)?;
    for version in fs::read_dir(variable(PARTS)?.join(ON_DEMAND))? {
        let version = version?;
        let to = site.join(ON_DEMAND).join(version.file_name());
        fs::create_dir_all(&to)?;
        for part in fs::read_dir(version.path())? {
            let part = part?;
            let to = to.join(part.file_name());
            if to.extension().is_some_and(|extension| extension == "js") {
                let text = fs::read_to_string(part.path())?;
                let text = shorter(&text).replace(PAGE_SCRIPT, &format!("../../{script}"));
                fs::write(to, LOADER_HEAD.to_owned() + &text)?;
            } else {
                fs::copy(part.path(), to)?;
            }
        }
    }
    learner_code::place(&site)
}

/// The loader with a call where it has the same lines for each of two hundred parts. A build for
/// development has other lines, which stay: its parts are loaded one by one.
fn shorter(loader: &str) -> String {
    let (before, after) = LOADS_PART;
    let mut pieces = loader.split(before);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once(after) {
            Some((name, rest)) => text += &format!("part(\"{name}\")\n{rest}"),
            None => text += &format!("{before}{piece}"),
        }
    }
    text
}

/// The name of the page's own script, which trunk has given a hash.
pub fn page_script(site: &Path) -> Result<String> {
    for entry in fs::read_dir(site)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("app-") && name.ends_with(".js") {
            return Ok(name);
        }
    }
    bail!("trunk has made no app-….js in {}", site.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A loader of one part, as the splitter writes it; `wrap` is what it calls in a build for
    /// development.
    fn loader(wrap: &str) -> String {
        format!(
            "import {{ initSync }} from \"./page-script.js\";\n\
             const __chunk_36 = makeLoad(() => {{\n    \
             const src = fetch(new URL(\"./chunk_36.wasm\", import.meta.url));\n    \
             src.catch(() => {{}});\n    \
             return async (imports) => {wrap}(WebAssembly.instantiateStreaming(src, imports));\n\
             }}\n, []);\n"
        )
    }

    #[test]
    fn a_release_has_a_call_for_each_part() {
        let calls = "import { initSync } from \"./page-script.js\";\n\
                     const __chunk_36 = makeLoad(part(\"chunk_36\")\n, []);\n";
        assert_eq!(shorter(&loader("")), calls);
    }

    #[test]
    fn a_build_for_development_keeps_its_own_loader() {
        let loader = loader("debugWrap");
        assert_eq!(shorter(&loader), loader);
    }
}
