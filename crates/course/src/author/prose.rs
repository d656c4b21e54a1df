//! `lesson.md`: an introduction, then `## Steps`, `## Remember`, `## Read on` and `## Notes`.

use std::collections::BTreeSet;
use std::ops::Range;

use super::fault::{Faults, Source};
use super::markdown::{Part, Reader};
use crate::lesson::Block;

/// The sections a lesson has, in this order; `Notes` may be missing.
const SECTIONS: [&str; 4] = ["Steps", "Remember", "Read on", "Notes"];

/// All of `lesson.md`.
#[derive(Default)]
pub(super) struct Prose {
    pub intro: Vec<Block>,
    pub steps: Vec<StepProse>,
    pub remember: Vec<Block>,
    pub reading: Vec<Block>,
    pub notes: Vec<Block>,
}

/// A `### step-id`.
pub(super) struct StepProse {
    pub id: String,
    pub span: Range<usize>,
    pub body: Vec<Block>,
    /// What stands after `---`.
    pub after: Vec<Block>,
    ruled: bool,
}

/// Reads the file. Faults name the place; what is left is usable all the same.
pub(super) fn read<'a>(
    source: &Source<'a>,
    slugs: &'a BTreeSet<&'a str>,
    faults: &mut Faults,
) -> Prose {
    let mut reader = Reader::new(*source, slugs);
    let mut prose = Prose::default();
    // The section being read: an index of SECTIONS, none in the introduction.
    let mut section: Option<usize> = None;
    while let Some(part) = reader.part(faults) {
        match part {
            Part::Section(name, span) => {
                section = enter(&name, span, section, source, faults).or(section);
            }
            Part::Subsection(id, span) if section == Some(0) => {
                let step = StepProse {
                    id,
                    span,
                    body: vec![],
                    after: vec![],
                    ruled: false,
                };
                prose.steps.push(step);
            }
            Part::Subsection(_, span) => {
                faults.add(
                    source,
                    span,
                    "### names a step and stands under ## Steps; use ####",
                );
            }
            Part::Rule(span) => match prose.steps.last_mut() {
                Some(step) if section == Some(0) && !step.ruled => step.ruled = true,
                _ => {
                    let message = "--- stands once within a step, before what is shown when it \
                                   is done";
                    faults.add(source, span, message);
                }
            },
            Part::Block(block) => match section {
                None => prose.intro.push(block),
                Some(0) => match prose.steps.last_mut() {
                    Some(step) if step.ruled => step.after.push(block),
                    Some(step) => step.body.push(block),
                    None => {
                        let message = "text under ## Steps belongs to a step: begin with ### and \
                                       the step's id";
                        faults.add(source, start_of_section(source, 0), message);
                    }
                },
                Some(1) => prose.remember.push(block),
                Some(2) => prose.reading.push(block),
                Some(_) => prose.notes.push(block),
            },
        }
    }
    check_complete(&prose, source, faults);
    prose
}

/// The section of a name, if it may come now.
fn enter(
    name: &str,
    span: Range<usize>,
    current: Option<usize>,
    source: &Source,
    faults: &mut Faults,
) -> Option<usize> {
    let Some(index) = SECTIONS.iter().position(|section| *section == name) else {
        let allowed = SECTIONS.join(", ");
        faults.add(
            source,
            span,
            format!("{name:?} is not a section; allowed: {allowed}"),
        );
        return None;
    };
    if current.is_some_and(|current| current >= index) {
        let order = SECTIONS.join(", ");
        faults.add(
            source,
            span,
            format!("{name:?} comes too late or twice; the order: {order}"),
        );
    }
    Some(index)
}

fn check_complete(prose: &Prose, source: &Source, faults: &mut Faults) {
    if prose.intro.is_empty() {
        faults.add(source, 0..0, "there is no introduction before ## Steps");
    }
    for (index, blocks) in [(1, &prose.remember), (2, &prose.reading)] {
        if blocks.is_empty() {
            let message = format!("there is nothing under ## {}", SECTIONS[index]);
            faults.add(source, start_of_section(source, index), message);
        }
    }
    for step in &prose.steps {
        if step.body.is_empty() {
            let message = format!("step {:?} does not say what to do", step.id);
            faults.add(source, step.span.clone(), message);
        }
        if step.after.is_empty() {
            let message = format!(
                "step {:?} does not say what was seen: write it after a line with ---",
                step.id
            );
            faults.add(source, step.span.clone(), message);
        }
    }
}

/// Where a section's heading stands; the end of the file if there is none.
fn start_of_section(source: &Source, index: usize) -> Range<usize> {
    let heading = format!("## {}", SECTIONS[index]);
    let mut at = 0;
    for line in source.text.split_inclusive('\n') {
        if line.trim_end() == heading {
            return at..at;
        }
        at += line.len();
    }
    at..at
}
