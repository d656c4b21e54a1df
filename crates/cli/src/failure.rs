//! How a command ends when it cannot do what was asked: one line on standard error.

use std::io;
use std::process::ExitCode;

/// Why a command stopped.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was asked for does not exist or is not allowed. The text says what is. Exit code 2.
    #[error("{0}")]
    Refused(String),
    /// It was asked for rightly, and did not work out. Exit code 1.
    #[error("{0}")]
    Failed(String),
    /// The output could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// A refusal with this text.
    pub fn refused(text: impl ToString) -> Self {
        Self::Refused(text.to_string())
    }

    /// Says on standard error what went wrong, and gives the exit code.
    ///
    /// A reader that went away (`faultline run ... | head`) is no fault: nothing is said.
    pub fn report(&self) -> ExitCode {
        match self {
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            _ => say(&format!("error: {}", one_line(&self.to_string()))),
        }
        match self {
            Self::Refused(_) => ExitCode::from(2),
            Self::Failed(_) | Self::Output(_) => ExitCode::from(1),
        }
    }
}

/// Writes a line to standard error. That it cannot be written is nothing we could tell anyone.
pub fn say(line: &str) {
    use io::Write as _;
    let _ = writeln!(io::stderr(), "{line}");
}

/// The text on one line: what an argument holds is shown escaped, so that it can neither break
/// the line nor steer the terminal.
pub fn one_line(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let shown: Vec<char> = if c.is_control() {
                c.escape_default().collect()
            } else {
                vec![c]
            };
            shown
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_hostile_argument_stays_on_one_line() {
        assert_eq!(one_line("a\nb\u{1b}[2Jc ✅"), "a\\nb\\u{1b}[2Jc ✅");
    }
}
