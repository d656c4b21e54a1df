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
    let argument = short(&told.one(ContextKind::InvalidArg)).to_owned();
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let given = told.one(ContextKind::InvalidSubcommand);
            let names: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
            format!(
                "no command {given:?}; allowed: {}{}",
                names.join(", "),
                did_you_mean(&given, names.iter().copied())
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
                "no argument {argument:?}; allowed: {}{hint}",
                options.join(", ")
            )
        }
        ErrorKind::WrongNumberOfValues => format!(
            "{} needs {} values, not {}",
            told.one(ContextKind::InvalidArg),
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
            let others = short(&told.one(ContextKind::PriorArg)).to_owned();
            if others.is_empty() || others == argument {
                format!("{argument} can be given only once")
            } else {
                format!("{argument} cannot be used with {others}")
            }
        }
        ErrorKind::MissingRequiredArgument => {
            format!("{argument} is missing{}", allowed_for(&argument, command))
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

/// `--seed` of `--seed <NUMBER>`, and `WORKLOAD` of `<WORKLOAD>`.
fn short(argument: &str) -> &str {
    let first = argument.split(' ').next().unwrap_or_default();
    first.trim_matches(['<', '>'])
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

/// What an argument may be: its names where it is one of a few, else what its help says.
fn allowed_for(value_name: &str, command: &Command) -> String {
    let named = |argument: &&clap::Arg| {
        let names = argument.get_value_names().unwrap_or_default();
        let named = names.iter().any(|name| name == value_name);
        argument.is_positional() && (named || argument.get_id().as_str() == value_name)
    };
    let mut arguments = command.get_subcommands().flat_map(Command::get_arguments);
    let Some(argument) = arguments.find(named) else {
        return "; see --help".to_owned();
    };
    let values = argument.get_possible_values();
    if values.is_empty() {
        let help = argument
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        return format!("; it is: {help}");
    }
    let names: Vec<_> = values.iter().map(|value| value.get_name()).collect();
    format!("; allowed: {}", names.join(", "))
}
