//! `faultline list`: what there is to run.

use std::io::Write;
use std::process::ExitCode;

use faultline_course::Lesson;
use faultline_systems::{
    COMMON_COMMANDS, CommandSpec, MetricSpec, ParamKind, ParamSpec, SystemInfo, registry,
};
use serde::Serialize;

use crate::course::{LessonsFolder, system_named};
use crate::failure::Failure;
use crate::output::{Plain, json, table};

/// Lists the lessons and the systems: parameters, commands and metrics.
///
/// A parameter is shown with what it may be, its default and its unit.
/// Lessons are read from the `lessons` folder of the working directory or of the nearest folder
/// above it; systems are built in.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Only this system.
    system: Option<String>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Plain::Text)]
    format: Plain,
    #[command(flatten)]
    lessons: LessonsFolder,
}

const EXAMPLES: &str = "\
Examples:
  faultline list
  faultline list sharding
  faultline list sharding --format json";

/// Everything, as JSON shows it.
#[derive(Serialize)]
struct Listing<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    lessons: Option<Vec<LessonEntry<'a>>>,
    systems: Vec<SystemEntry>,
    /// The commands that every system knows.
    common_commands: &'static [CommandSpec],
}

#[derive(Serialize)]
struct LessonEntry<'a> {
    slug: &'a str,
    title: &'a str,
    promise: &'a str,
    minutes: u32,
    system: &'a str,
}

#[derive(Serialize)]
struct SystemEntry {
    name: &'static str,
    title: &'static str,
    summary: &'static str,
    duration_ms: serde_json::Number,
    params: Vec<ParamEntry>,
    commands: &'static [CommandSpec],
    metrics: &'static [MetricSpec],
}

#[derive(Serialize)]
struct ParamEntry {
    name: &'static str,
    label: &'static str,
    help: &'static str,
    unit: &'static str,
    #[serde(flatten)]
    range: Range,
    default: faultline_systems::Value,
}

/// What a parameter may be.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Range {
    Choice { options: Vec<&'static str> },
    Int { min: i64, max: i64 },
    Float { min: f64, max: f64 },
    Span { min: String, max: String },
    Bool,
}

pub fn command(args: &Args, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    let (lessons, systems) = match &args.system {
        Some(name) => (None, vec![system_named(name)?]),
        None => (
            Some(args.lessons.course_if_any()?.lessons),
            registry().to_vec(),
        ),
    };
    match args.format {
        Plain::Json => json::line(&listing(lessons.as_deref(), &systems), out)?,
        Plain::Text => text(lessons.as_deref(), &systems, out)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn listing<'a>(lessons: Option<&'a [Lesson]>, systems: &[&'static SystemInfo]) -> Listing<'a> {
    let lessons = lessons.map(|lessons| {
        lessons
            .iter()
            .map(|lesson| LessonEntry {
                slug: &lesson.slug,
                title: &lesson.title,
                promise: &lesson.promise,
                minutes: lesson.minutes,
                system: &lesson.system,
            })
            .collect()
    });
    let systems = systems
        .iter()
        .map(|system| SystemEntry {
            name: system.name,
            title: system.title,
            summary: system.summary,
            duration_ms: crate::output::millis(faultline_sim::Time::ZERO + system.duration),
            params: system.params.iter().map(param).collect(),
            commands: system.commands,
            metrics: system.metrics,
        })
        .collect();
    Listing {
        lessons,
        systems,
        common_commands: COMMON_COMMANDS,
    }
}

fn param(spec: &ParamSpec) -> ParamEntry {
    let range = match spec.kind {
        ParamKind::Choice { options, .. } => Range::Choice {
            options: options.iter().map(|(name, _)| *name).collect(),
        },
        ParamKind::Int { min, max, .. } => Range::Int { min, max },
        ParamKind::Float { min, max, .. } => Range::Float { min, max },
        ParamKind::Span { min, max, .. } => Range::Span {
            min: min.to_string(),
            max: max.to_string(),
        },
        ParamKind::Bool { .. } => Range::Bool,
    };
    ParamEntry {
        name: spec.name,
        label: spec.label,
        help: spec.help,
        unit: spec.unit,
        range,
        default: spec.kind.default_value(),
    }
}

fn text(
    lessons: Option<&[Lesson]>,
    systems: &[&'static SystemInfo],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    if let Some(lessons) = lessons {
        writeln!(out, "Lessons")?;
        let rows: Vec<_> = lessons
            .iter()
            .map(|lesson| {
                let about = format!(
                    "{} ({}, {} min)",
                    lesson.title, lesson.system, lesson.minutes
                );
                vec![lesson.slug.clone(), about]
            })
            .collect();
        table::write(&rows, "  ", &[], out)?;
        if lessons.is_empty() {
            writeln!(
                out,
                "  none here: no lessons folder in this directory or above it"
            )?;
        }
        writeln!(out)?;
    }
    for system in systems {
        writeln!(out, "{}: {}", system.name, system.title)?;
        writeln!(out, "  {}", system.summary)?;
        writeln!(
            out,
            "  A run lasts {}, unless --until says otherwise.",
            system.duration
        )?;
        section(
            "Parameters (--set name=value)",
            system.params.iter().map(param_row),
            out,
        )?;
        section(
            "Commands (--at time \"command\")",
            system.commands.iter().map(command_row),
            out,
        )?;
        let functions = system.code.as_ref().map_or(&[][..], |code| code.functions);
        section(
            "Functions of a program (--code FILE)",
            functions
                .iter()
                .map(|one| vec![one.usage.to_owned(), one.help.to_owned()]),
            out,
        )?;
        section("Metrics", system.metrics.iter().map(metric_row), out)?;
        writeln!(out)?;
    }
    writeln!(out, "Commands of every system")?;
    table::write(
        &COMMON_COMMANDS.iter().map(command_row).collect::<Vec<_>>(),
        "  ",
        &[],
        out,
    )?;
    Ok(())
}

fn section(
    title: &str,
    rows: impl Iterator<Item = Vec<String>>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        writeln!(out, "\n  {title}")?;
        table::write(&rows, "    ", &[], out)?;
    }
    Ok(())
}

/// Name, what it may be with its default and unit, meaning.
fn param_row(spec: &ParamSpec) -> Vec<String> {
    let unit = if spec.unit.is_empty() {
        String::new()
    } else {
        format!(" {}", spec.unit)
    };
    let range = match spec.kind {
        ParamKind::Choice { options, .. } => options
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
            .join("|"),
        ParamKind::Int { min, max, .. } => format!("{min}..{max}{unit}"),
        ParamKind::Float { min, max, .. } => format!("{min}..{max}{unit}"),
        ParamKind::Span { min, max, .. } => format!("{min}..{max}"),
        ParamKind::Bool { .. } => "on|off".to_owned(),
    };
    let default = format!("default {}", spec.kind.default_value());
    vec![spec.name.to_owned(), range, default, spec.help.to_owned()]
}

fn command_row(spec: &CommandSpec) -> Vec<String> {
    vec![spec.usage.to_owned(), spec.help.to_owned()]
}

fn metric_row(spec: &MetricSpec) -> Vec<String> {
    vec![
        spec.name.to_owned(),
        spec.unit.to_owned(),
        spec.help.to_owned(),
    ]
}
