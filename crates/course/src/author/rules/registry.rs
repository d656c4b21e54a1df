//! What depends on the system: times, parameters and checks, against the registry.

use faultline_sim::{Span, Time};
use faultline_systems::{ParamKind, SystemInfo, Values};

use super::Rules;
use super::text::listed;
use crate::author::manifest::{CheckEntry, Settings, Text, plain};
use crate::lesson::Comparison;
use crate::link::MAX_TIME_NS;

impl Rules<'_, '_> {
    /// A time within the lesson.
    fn time(&mut self, name: &str, text: &Text, duration: Span) -> Option<Time> {
        match text.get_ref().parse::<Time>() {
            Ok(at) if at <= Time::ZERO + duration => return Some(at),
            Ok(_) => self.at(text, format!("{name} is at most the duration, {duration}")),
            Err(error) => self.at(text, error.to_string()),
        }
        None
    }

    /// What depends on the system: times, parameters and checks.
    pub fn against(&mut self, info: &'static SystemInfo) {
        let manifest = self.manifest;
        let duration = self.duration().unwrap_or(info.duration);
        if let Some(text) = &manifest.open_at {
            self.time("open_at", text, duration);
        }
        let mut before = Time::ZERO;
        for placed in &manifest.timeline {
            let Some(at) = self.time("at", &placed.at, duration) else {
                continue;
            };
            if at < before {
                self.at(
                    &placed.at,
                    "commands stand in the order of their times".to_owned(),
                );
            }
            before = at;
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
            if let Some(from) = &action.from {
                match from.get_ref().parse::<Time>() {
                    Ok(from) if from.since(Time::ZERO) <= duration => {}
                    Ok(_) => self.at(from, format!("the run ends at {duration}")),
                    Err(error) => self.at(from, error.to_string()),
                }
            }
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
        } else if !info.metrics.iter().any(|spec| spec.describes(metric)) {
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
