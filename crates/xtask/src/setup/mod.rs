//! What a task needs beyond a Rust toolchain, set up once and then only checked.

pub mod apt;
pub mod browser;
pub mod npm;
pub mod tools;
pub mod wasm;

use std::process::Command;

use anyhow::Result;

use crate::context::Context;
use crate::process;
use crate::split;

/// All that a build of the page needs.
pub struct Page {
    /// The compiler for wasm32.
    pub wasm: wasm::Toolchain,
    /// The trunk program.
    pub trunk: tools::Tool,
    /// The wasm-bindgen program, in the version of `Cargo.lock`.
    pub wasm_bindgen: tools::Tool,
}

impl Page {
    /// Sets up the compiler and the tools.
    pub fn new(context: &Context) -> Result<Self> {
        let wasm = wasm::Toolchain::new(context)?;
        split::programs(context)?;
        Ok(Self {
            wasm_bindgen: tools::wasm_bindgen(context, &wasm)?,
            trunk: tools::trunk(context, &wasm)?,
            wasm,
        })
    }

    /// A trunk command that finds the right cargo and wasm-bindgen.
    pub fn trunk(&self, context: &Context) -> Result<Command> {
        let mut command = process::command(&self.trunk.path, &context.root);
        let splitter = split::prepare(context, &mut command, &self.wasm_bindgen.path)?;
        let mut folders = vec![splitter, self.wasm_bindgen.folder()?];
        folders.extend(self.wasm.path_folders());
        self.wasm.apply(context, &mut command);
        command
            .env("PATH", process::path_with(&folders)?)
            // It would ask the network whether there is a newer trunk.
            .arg("--skip-version-check")
            // The app does its own logging; trunk's own is enough at this level.
            .env_remove("NO_COLOR");
        Ok(command)
    }
}
