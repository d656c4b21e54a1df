//! JSON on one line.

use std::io::Write;

use serde::Serialize;

use crate::failure::Failure;

/// Writes a value as JSON on one line.
pub fn line(value: &impl Serialize, out: &mut dyn Write) -> Result<(), Failure> {
    let text = serde_json::to_string(value)
        .map_err(|error| Failure::Failed(format!("cannot write this as JSON: {error}")))?;
    writeln!(out, "{text}")?;
    Ok(())
}
