//! What steps, buttons, predictions and panes keep to, whatever the system is.

use std::ops::Range;

use super::Rules;
use super::text::listed;
use crate::author::fault::{Faults, Source};
use crate::author::manifest::{ActionEntry, Manifest, PredictEntry, StepEntry};
use crate::author::prose::Prose;
use crate::author::{MAX_STEPS_PER_LESSON, MIN_STEPS};

/// Panes that fit side by side.
const MAX_PANES: usize = 3;
/// Buttons of one step.
const MAX_ACTIONS: usize = 4;
/// Failure modes of a lesson.
const MAX_FAILURES: usize = 8;

impl Rules<'_, '_> {
    pub fn failures(&mut self) {
        let failures = &self.manifest.failures;
        if let Some(action) = failures.get(MAX_FAILURES) {
            self.at(
                &action.label,
                format!("a lesson has at most {MAX_FAILURES} failures"),
            );
        }
        for action in failures {
            self.action(action);
        }
    }

    pub fn panes(&mut self) {
        let panes = &self.manifest.panes;
        if let Some(pane) = panes.get(MAX_PANES) {
            self.at(&pane.id, format!("a lesson has at most {MAX_PANES} panes"));
        }
        for (index, pane) in panes.iter().enumerate() {
            self.id("a pane's id", &pane.id);
            if panes[..index].iter().any(|other| other.id == pane.id) {
                self.at(
                    &pane.id,
                    format!("there are two panes {:?}", pane.id.get_ref()),
                );
            }
        }
    }

    pub fn steps(&mut self) {
        let steps = &self.manifest.steps;
        let count = steps.get_ref().len();
        if !(MIN_STEPS..=MAX_STEPS_PER_LESSON).contains(&count) {
            // The place of a list of tables is its first head.
            let span: Range<usize> = steps
                .get_ref()
                .first()
                .map_or(steps.span(), |step| step.id.span());
            let message = format!(
                "the lesson has {count} steps; {MIN_STEPS} to {MAX_STEPS_PER_LESSON} are allowed"
            );
            self.faults.add(self.source, span, message);
        }
        for (index, step) in steps.get_ref().iter().enumerate() {
            self.id("a step's id", &step.id);
            if steps.get_ref()[..index]
                .iter()
                .any(|other| other.id == step.id)
            {
                self.at(
                    &step.id,
                    format!("there are two steps {:?}", step.id.get_ref()),
                );
            }
            self.step(step);
        }
    }

    fn step(&mut self, step: &StepEntry) {
        let fewest = usize::from(!step.by_code);
        if !(fewest..=MAX_ACTIONS).contains(&step.actions.len()) {
            let message = format!(
                "a step has 1 to {MAX_ACTIONS} actions, each a button, or is by_code = true"
            );
            self.at(&step.id, message);
        }
        for action in &step.actions {
            self.action(action);
        }
        if !step.checks.is_empty() && step.checks.iter().all(|check| check.already) {
            self.at(
                &step.id,
                "all checks hold already: one must tell when the step is done",
            );
        }
        if let Some(predict) = &step.predict {
            self.prediction(predict);
        }
    }

    fn action(&mut self, action: &ActionEntry) {
        self.text("a button's label", &action.label, 40);
        let changes = !action.set.is_empty() || action.code.is_some();
        if !changes && action.commands.is_empty() && action.play.is_none() {
            self.at(
                &action.label,
                "this button does nothing: give it set, code, commands or play",
            );
        }
    }

    fn prediction(&mut self, predict: &PredictEntry) {
        self.text("the question", &predict.question, 200);
        self.text("because", &predict.because, 400);
        let options = predict.options.get_ref();
        if !(2..=4).contains(&options.len()) {
            self.at(&predict.options, "a prediction has 2 to 4 options");
        }
        for (index, option) in options.iter().enumerate() {
            self.text("an option", option, 60);
            if options[..index].contains(option) {
                self.at(
                    option,
                    format!("the option {:?} is there twice", option.get_ref()),
                );
            }
        }
        if !options.contains(&predict.answer) {
            let allowed = listed(options.iter().map(|option| option.get_ref().as_str()));
            self.at(
                &predict.answer,
                format!("the answer is one of the options: {allowed}"),
            );
        }
    }
}

/// Checks that both files have the same steps in the same order.
pub(in crate::author) fn check_steps_match(
    manifest: &Manifest,
    toml: &Source,
    prose: &Prose,
    md: &Source,
    faults: &mut Faults,
) {
    let acted: Vec<&str> = manifest
        .steps
        .get_ref()
        .iter()
        .map(|s| s.id.get_ref().as_str())
        .collect();
    let said: Vec<&str> = prose.steps.iter().map(|step| step.id.as_str()).collect();
    for step in manifest.steps.get_ref() {
        if !said.contains(&step.id.get_ref().as_str()) {
            let message = format!("no ### {} under ## Steps in lesson.md", step.id.get_ref());
            faults.add(toml, step.id.span(), message);
        }
    }
    for (index, step) in prose.steps.iter().enumerate() {
        if !acted.contains(&step.id.as_str()) {
            let allowed = listed(acted.iter().copied());
            let message = format!("no step {:?} in lesson.toml, which has: {allowed}", step.id);
            faults.add(md, step.span.clone(), message);
        } else if said[..index].contains(&step.id.as_str()) {
            let message = format!("the step {:?} is written twice", step.id);
            faults.add(md, step.span.clone(), message);
        }
    }
    let in_both = |ids: &[&str], other: &[&str]| -> Vec<String> {
        ids.iter()
            .filter(|id| other.contains(id))
            .map(|id| (*id).to_owned())
            .collect()
    };
    let (acted, said) = (in_both(&acted, &said), in_both(&said, &acted));
    if let Some(index) = acted.iter().zip(&said).position(|(a, b)| a != b) {
        let message = format!(
            "the steps are in another order than in lesson.toml, where {:?} comes here",
            acted[index]
        );
        let step = prose.steps.iter().find(|step| step.id == said[index]);
        faults.add(md, step.map_or(0..0, |step| step.span.clone()), message);
    }
}
