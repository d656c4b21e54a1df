//! Arguments that make no sense, answered in one line that names what is allowed.
//!
//! clap knows what was wrong and what would have been right, but says so over several lines and
//! with a usage text; a script, a log and a reader in a hurry want one.

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::nearest::did_you_mean;

/// What clap refused, as one line.
pub fn one_line(error: &clap::Error, command: &Command) -> String {
    let told = Told(error);
    let argument = told.one(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let given = told.one(ContextKind::InvalidSubcommand);
            let names: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
            format!(
                "no command {given:?}{}; allowed: {}",
                did_you_mean(&given, names.iter().copied()),
                names.join(", ")
            )
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let names: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
            format!(
                "which command? allowed: {}; see faultline --help",
                names.join(", ")
            )
        }
        ErrorKind::InvalidValue => {
            let given = told.one(ContextKind::InvalidValue);
            let allowed = told.many(ContextKind::ValidValue);
            if given.is_empty() {
                let allowed = match allowed.is_empty() {
                    true => String::new(),
                    false => format!("; allowed: {}", allowed.join(", ")),
                };
                format!("{argument} needs a value{allowed}")
            } else {
                format!(
                    "{argument}: {given:?} is not one of {}{}",
                    allowed.join(", "),
                    did_you_mean(&given, allowed.iter().map(String::as_str))
                )
            }
        }
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error)
                .map_or_else(|| "is not allowed".to_owned(), ToString::to_string);
            format!("{argument}: {reason}")
        }
        ErrorKind::UnknownArgument => {
            let options = options(command, error);
            let hint = did_you_mean(&argument, options.iter().map(String::as_str));
            format!(
                "no argument {argument:?}{hint}; allowed: {}",
                options.join(", ")
            )
        }
        ErrorKind::WrongNumberOfValues => format!(
            "{argument} needs {} values, not {}",
            told.one(ContextKind::ExpectedNumValues),
            told.one(ContextKind::ActualNumValues)
        ),
        ErrorKind::TooFewValues => {
            format!(
                "{argument} needs {} values",
                told.one(ContextKind::MinValues)
            )
        }
        ErrorKind::TooManyValues => {
            let given = told.one(ContextKind::InvalidValue);
            format!("{argument}: {given:?} is one value too many")
        }
        ErrorKind::ArgumentConflict => {
            let others = told.many(ContextKind::PriorArg).join(", ");
            if others.is_empty() || others == argument {
                format!("{argument} can be given only once")
            } else {
                format!("{argument} cannot be used with {others}")
            }
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = told.many(ContextKind::InvalidArg).join(", ");
            format!("{missing} is missing; see --help")
        }
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8 text".to_owned(),
        // What clap adds in later versions: its first line is the message.
        _ => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            first.trim_start_matches("error: ").to_owned()
        }
    }
}

/// What clap's error says about what was given.
struct Told<'a>(&'a clap::Error);

impl Told<'_> {
    fn one(&self, kind: ContextKind) -> String {
        self.many(kind).join(", ")
    }

    fn many(&self, kind: ContextKind) -> Vec<String> {
        match self.0.get(kind) {
            Some(ContextValue::String(text)) => vec![text.clone()],
            Some(ContextValue::Strings(texts)) => texts.clone(),
            Some(ContextValue::Number(number)) => vec![number.to_string()],
            _ => Vec::new(),
        }
    }
}

/// The options of the command that refused, which clap names only in its usage text:
/// "Usage: faultline run ...".
fn options(command: &Command, error: &clap::Error) -> Vec<String> {
    let usage = error
        .get(ContextKind::Usage)
        .map(ToString::to_string)
        .unwrap_or_default();
    let refusing = usage
        .split_whitespace()
        .find_map(|word| command.find_subcommand(word))
        .unwrap_or(command);
    refusing
        .get_arguments()
        .filter_map(|argument| argument.get_long())
        .map(|long| format!("--{long}"))
        .collect()
}
