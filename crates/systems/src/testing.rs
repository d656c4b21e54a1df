//! What the systems' tests ask of a run.

use crate::{Lab, MetricValue, PropertyState};

/// The command that repeats a run up to its cursor; a failing test prints it.
pub fn replay(lab: &dyn Lab) -> String {
    let mut text = format!(
        "faultline run {} --seed {} --until {}",
        lab.info().name,
        lab.seed(),
        lab.now()
    );
    for (name, value) in lab.values().differences() {
        text.push_str(&format!(" --set {name}={value}"));
    }
    for command in lab.commands() {
        text.push_str(&format!(" --at {} \"{}\"", command.at, command.text));
    }
    text
}

/// A metric that is a number.
pub fn number(lab: &dyn Lab, name: &str) -> f64 {
    let metrics = lab.metrics();
    let found = metrics.iter().find(|(other, _)| &**other == name);
    match found {
        Some((_, MetricValue::Int(value))) => *value as f64,
        Some((_, MetricValue::Float(value))) => *value,
        other => panic!("{name} is {other:?}: {}", replay(lab)),
    }
}

/// How a property stands.
pub fn property(lab: &dyn Lab, name: &str) -> PropertyState {
    let reports = lab.properties();
    let found = reports.iter().find(|one| one.name == name);
    found.unwrap_or_else(|| panic!("no property {name}")).state
}
