//! Looks at a text before it is parsed: what would make the parser run out of stack, and what
//! Python has and this language writes otherwise.

use starlark::syntax::Dialect;

use crate::fault::Fault;
use crate::limits::Limits;
use crate::text::Text;

/// The text for the parser, with every byte where the learner put it.
pub fn scan(text: &Text, _limits: &Limits, _dialect: &Dialect) -> Result<String, Fault> {
    Ok(without_imports(text.as_str()))
}

/// Blanks the lines that import the simulator.
fn without_imports(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let words: Vec<_> = line.split_whitespace().take(3).collect();
        let imports = matches!(
            words.as_slice(),
            ["import", "simulator"] | ["from", "simulator", "import"]
        );
        if imports {
            let blank = |byte: u8| {
                if byte == b'\n' || byte == b'\r' {
                    byte as char
                } else {
                    ' '
                }
            };
            out.extend(line.bytes().map(blank));
        } else {
            out.push_str(line);
        }
    }
    out
}
