//! What a lesson must keep to, as far as reading it shows: limits, names, and the registry.

use std::ops::Range;

use faultline_sim::{Span, Time};
use faultline_systems::{ParamKind, SystemInfo, Values};
use toml::Spanned;

use super::fault::{Faults, Source};
use super::manifest::{
    ActionEntry, CheckEntry, Manifest, PredictEntry, Settings, StepEntry, Text, plain,
};
use super::prose::Prose;
use super::{MAX_STEPS_PER_LESSON, MIN_STEPS};
use crate::lesson::{Comparison, Track};
use crate::link::{MAX_TIME_NS, is_name};

/// Panes that fit side by side.
const MAX_PANES: usize = 3;
/// Buttons of one step.
const MAX_ACTIONS: usize = 4;
/// Failure modes of a lesson.
const MAX_FAILURES: usize = 8;
/// Virtual seconds per real second.
const SPEED: (f64, f64) = (0.001, 1000.0);

/// Checks all of `lesson.toml` that can be checked without running anything but the start.
pub(super) fn check_manifest(
    manifest: &Manifest,
    tracks: &[(Track, usize)],
    source: &Source,
    faults: &mut Faults,
) {
    let mut rules = Rules {
        source,
        faults,
        manifest,
    };
    if !tracks
        .iter()
        .any(|(track, _)| track.id == *manifest.track.get_ref())
    {
        let allowed = listed(tracks.iter().map(|(track, _)| track.id.as_str()));
        rules.at(
            &manifest.track,
            format!("there is no such track; allowed: {allowed}"),
        );
    }
    rules.text("kicker", &manifest.kicker, 60);
    rules.text("title", &manifest.title, 80);
    rules.text("short_title", &manifest.short_title, 30);
    rules.text("promise", &manifest.promise, 200);
    if !is_one_sentence(manifest.promise.get_ref()) {
        rules.at(
            &manifest.promise,
            "the promise is one sentence, ending in . ! or ?",
        );
    }
    if !(1..=120).contains(manifest.minutes.get_ref()) {
        rules.at(&manifest.minutes, "minutes is a whole number from 1 to 120");
    }
    if let Some(speed) = &manifest.speed
        && !(SPEED.0..=SPEED.1).contains(speed.get_ref())
    {
        rules.at(
            speed,
            format!("speed is a number from {} to {}", SPEED.0, SPEED.1),
        );
    }
    let system = faultline_systems::find(manifest.system.get_ref());
    match system {
        Some(info) => rules.against(info),
        None => {
            let allowed = listed(faultline_systems::registry().iter().map(|info| info.name));
            rules.at(
                &manifest.system,
                format!("there is no such system; allowed: {allowed}"),
            );
        }
    }
    rules.panes();
    rules.steps();
    if manifest.failures.len() > MAX_FAILURES {
        let label = &manifest.failures[MAX_FAILURES].label;
        rules.at(
            label,
            format!("a lesson has at most {MAX_FAILURES} failures"),
        );
    }
    for action in &manifest.failures {
        rules.action(action);
    }
}

/// Checks that both files have the same steps in the same order.
pub(super) fn check_steps_match(
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

struct Rules<'a, 'f> {
    source: &'a Source<'a>,
    faults: &'f mut Faults,
    manifest: &'a Manifest,
}

impl Rules<'_, '_> {
    fn at<T>(&mut self, place: &Spanned<T>, message: impl Into<String>) {
        self.faults.add(self.source, place.span(), message);
    }

    fn text(&mut self, what: &str, text: &Text, most: usize) {
        if let Some(problem) = text_problem(text.get_ref(), most) {
            self.at(text, format!("{what} {problem}"));
        }
    }

    fn id(&mut self, what: &str, id: &Text) {
        if id.get_ref().len() > 40 || id.get_ref().is_empty() || !is_name(id.get_ref()) {
            self.at(
                id,
                format!("{what} is 1 to 40 of the characters a-z 0-9 - _"),
            );
        }
    }

    /// What depends on the system: times, parameters and checks.
    fn against(&mut self, info: &'static SystemInfo) {
        let manifest = self.manifest;
        let duration = self.duration().unwrap_or(info.duration);
        if let Some(text) = &manifest.open_at {
            match text.get_ref().parse::<Time>() {
                Ok(at) if at <= Time::ZERO + duration => {}
                Ok(_) => self.at(text, format!("open_at is at most the duration, {duration}")),
                Err(error) => self.at(text, error.to_string()),
            }
        }
        self.settings(&manifest.params, info);
        for pane in &manifest.panes {
            self.settings(&pane.set, info);
        }
        for (index, name) in manifest.controls.iter().enumerate() {
            self.control(name, &manifest.controls[..index], info);
        }
        let actions = manifest
            .steps
            .get_ref()
            .iter()
            .flat_map(|step| &step.actions);
        for action in actions.chain(&manifest.failures) {
            self.settings(&action.set, info);
            if let Some(play) = &action.play {
                match play.get_ref().parse::<Span>() {
                    Ok(span) if span <= duration => {}
                    Ok(_) => self.at(play, format!("play is at most the duration, {duration}")),
                    Err(error) => self.at(play, error.to_string()),
                }
            }
        }
        let Ok(values) = Values::parse(info.params, &plain(&manifest.params)) else {
            return;
        };
        let properties: Vec<&str> = (info.start)(&values, *manifest.seed.get_ref())
            .properties()
            .iter()
            .map(|report| report.name)
            .collect();
        for step in manifest.steps.get_ref() {
            for check in &step.checks {
                self.check(check, info, &properties);
            }
        }
    }

    /// The lesson's own duration, if it has a good one.
    fn duration(&mut self) -> Option<Span> {
        let text = self.manifest.duration.as_ref()?;
        match text.get_ref().parse::<Span>() {
            Ok(span) if span > Span::ZERO && span.as_nanos() <= MAX_TIME_NS => return Some(span),
            Ok(_) => {
                let most = Span::from_nanos(MAX_TIME_NS);
                self.at(text, format!("duration is more than 0s and at most {most}"));
            }
            Err(error) => self.at(text, error.to_string()),
        }
        None
    }

    fn settings(&mut self, settings: &Settings, info: &'static SystemInfo) {
        for (name, value) in settings {
            let one = [(name.get_ref(), &value.get_ref().0)];
            if let Err(error) = Values::parse(info.params, &one) {
                let known = info.params.iter().any(|spec| spec.name == name.get_ref());
                let span = if known { value.span() } else { name.span() };
                self.faults.add(self.source, span, error.to_string());
            }
        }
    }

    fn control(&mut self, name: &Text, earlier: &[Text], info: &'static SystemInfo) {
        let given = name.get_ref();
        if !info.params.iter().any(|spec| spec.name == given) {
            let allowed = listed(info.params.iter().map(|spec| spec.name));
            self.at(
                name,
                format!("{given:?} is not a parameter; allowed: {allowed}"),
            );
        } else if earlier.iter().any(|other| other.get_ref() == given) {
            self.at(name, format!("the control {given:?} is listed twice"));
        } else if !self.manifest.panes.is_empty()
            && self
                .manifest
                .panes
                .iter()
                .all(|pane| pane.set.contains_key(given.as_str()))
        {
            self.at(
                name,
                format!("every pane sets {given:?} itself: the control changes nothing"),
            );
        }
    }

    fn panes(&mut self) {
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

    fn steps(&mut self) {
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
        if step.actions.is_empty() || step.actions.len() > MAX_ACTIONS {
            let message = format!("a step has 1 to {MAX_ACTIONS} actions, each a button");
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
        if action.set.is_empty() && action.commands.is_empty() && action.play.is_none() {
            self.at(
                &action.label,
                "this button does nothing: give it set, commands or play",
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

    fn check(&mut self, check: &CheckEntry, info: &'static SystemInfo, properties: &[&str]) {
        if let Some(pane) = &check.pane {
            let panes: Vec<&str> = self
                .manifest
                .panes
                .iter()
                .map(|pane| pane.id.get_ref().as_str())
                .collect();
            if !panes.contains(&pane.get_ref().as_str()) {
                let allowed = listed(panes.into_iter());
                self.at(pane, format!("there is no such pane; allowed: {allowed}"));
            }
        }
        let value = check.value.get_ref().0.as_str();
        let is_order = !matches!(check.is, Comparison::Equals | Comparison::Not);
        if is_order && !value.parse().is_ok_and(f64::is_finite) {
            self.at(
                &check.value,
                format!("{value:?} is not a number; texts can only be equal"),
            );
        }
        let metric = check.metric.get_ref().as_str();
        if let Some(name) = metric.strip_prefix("property.") {
            if !properties.contains(&name) {
                let allowed = listed(properties.iter().copied());
                self.at(
                    &check.metric,
                    format!("no property {name:?}; allowed: {allowed}"),
                );
            }
            if is_order || !["open", "held", "violated"].contains(&value) {
                let message = "a property is equal, or not, to \"open\", \"held\" or \"violated\"";
                self.at(&check.value, message);
            }
        } else if let Some(name) = metric.strip_prefix("param.") {
            match info.params.iter().find(|spec| spec.name == name) {
                None => {
                    let allowed = listed(info.params.iter().map(|spec| spec.name));
                    self.at(
                        &check.metric,
                        format!("no parameter {name:?}; allowed: {allowed}"),
                    );
                }
                Some(spec) if !is_order && spec.kind.read(value).is_none() => {
                    let error = spec.parse(value).err().map(|e| e.to_string());
                    self.at(&check.value, error.unwrap_or_default());
                }
                Some(spec) if is_order && !is_number(&spec.kind) => {
                    self.at(&check.metric, format!("{name} is not a number"));
                }
                Some(_) => {}
            }
        } else if !info
            .metrics
            .iter()
            .any(|spec| matches_pattern(metric, spec.name))
        {
            let allowed = listed(info.metrics.iter().map(|spec| spec.name));
            let message = format!(
                "{} has no metric {metric:?}; allowed: {allowed}, property.<name>, param.<name>",
                info.name
            );
            self.at(&check.metric, message);
        }
    }
}

fn is_number(kind: &ParamKind) -> bool {
    matches!(kind, ParamKind::Int { .. } | ParamKind::Float { .. })
}

/// Whether a metric's name is of a pattern such as `node.<name>.keys`.
fn matches_pattern(name: &str, pattern: &str) -> bool {
    let (mut names, mut patterns) = (name.split('.'), pattern.split('.'));
    loop {
        match (names.next(), patterns.next()) {
            (None, None) => return true,
            (Some(name), Some(part)) => {
                let is_place = part.starts_with('<') && part.ends_with('>');
                if name != part && (!is_place || name.is_empty()) {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

/// Why a text will not do as a title or label; none if it will.
pub(super) fn text_problem(text: &str, most: usize) -> Option<String> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        Some("is empty".to_owned())
    } else if length > most {
        Some(format!(
            "has {length} characters; at most {most} are allowed"
        ))
    } else if text.chars().any(char::is_control) {
        Some("holds a line break or control character".to_owned())
    } else if text.trim() != text {
        Some("begins or ends with a space".to_owned())
    } else {
        None
    }
}

/// One end mark, at the end.
fn is_one_sentence(text: &str) -> bool {
    let Some(body) = text.strip_suffix(['.', '!', '?']) else {
        return false;
    };
    // "1.5" and "e.g. this" are within a sentence; an end mark before a capital is not.
    let words: Vec<&str> = body.split_whitespace().collect();
    !body.ends_with(['.', '!', '?'])
        && words.windows(2).all(|pair| {
            !(pair[0].ends_with(['.', '!', '?']) && pair[1].starts_with(char::is_uppercase))
        })
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sentence_is_told_from_two() {
        for text in [
            "A node joins.",
            "Version 1.5 runs!",
            "Why? no, when?",
            "See e.g. this.",
        ] {
            assert!(is_one_sentence(text), "{text}");
        }
        for text in [
            "A node joins",
            "A node joins. It leaves.",
            "What? Why?",
            "",
            "So...",
        ] {
            assert!(!is_one_sentence(text), "{text}");
        }
    }

    #[test]
    fn metrics_match_the_registry_s_patterns() {
        assert!(matches_pattern("keys_moved", "keys_moved"));
        assert!(matches_pattern("node.A.keys", "node.<name>.keys"));
        for name in [
            "node..keys",
            "node.A",
            "node.A.keys.x",
            "nodes.A.keys",
            "",
            "keys_move",
        ] {
            assert!(!matches_pattern(name, "node.<name>.keys"), "{name}");
            assert!(!matches_pattern(name, "keys_moved"), "{name}");
        }
    }
}
