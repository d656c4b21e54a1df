//! Checks: whether a condition holds over a pane at its cursor.

use faultline_systems::{Lab, MetricValue, Metrics, PropertyReport, PropertyState, Values, number};

use crate::lesson::{Check, Comparison};

/// What a pane's cursor shows, read once for all the checks on it.
pub struct Moment {
    metrics: Metrics,
    properties: Vec<PropertyReport>,
    values: Values,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A measure or a count.
    Number(f64),
    /// A name or a state.
    Text(String),
}

impl Found {
    fn from_text(text: &str) -> Found {
        match number::read(text) {
            Some(number) => Found::Number(number),
            None => Found::Text(text.to_owned()),
        }
    }
}

/// As a message shows it.
impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Found::Number(number) => number.fmt(f),
            Found::Text(text) => f.pad(text),
        }
    }
}

impl Moment {
    /// Reads a run at its cursor.
    pub fn of(lab: &dyn Lab) -> Moment {
        Moment {
            metrics: lab.metrics(),
            properties: lab.properties(),
            values: lab.values().clone(),
        }
    }

    /// The value of a metric, of `property.<name>` ("open", "held" or "violated") or of
    /// `param.<name>`; none when there is no such thing at this moment.
    pub fn find(&self, metric: &str) -> Option<Found> {
        if let Some(name) = metric.strip_prefix("property.") {
            let report = self.properties.iter().find(|report| report.name == name)?;
            return Some(Found::Text(state_name(report.state).to_owned()));
        }
        if let Some(name) = metric.strip_prefix("param.") {
            return self
                .values
                .get(name)
                .map(|value| Found::from_text(&value.to_string()));
        }
        let (_, value) = self.metrics.iter().find(|(name, _)| &**name == metric)?;
        Some(match value {
            MetricValue::Int(count) => Found::Number(*count as f64),
            MetricValue::Float(measure) => Found::Number(*measure),
            MetricValue::Text(text) => Found::from_text(text),
        })
    }

    /// Whether the check holds. Of what is not there, only "not" holds.
    pub fn holds(&self, check: &Check) -> bool {
        match self.find(&check.metric) {
            Some(found) => compare(&found, check.is, &Found::from_text(&check.value)),
            None => check.is == Comparison::Not,
        }
    }
}

/// How checks name a property's state.
fn state_name(state: PropertyState) -> &'static str {
    match state {
        PropertyState::Open => "open",
        PropertyState::Held { .. } => "held",
        PropertyState::Violated { .. } => "violated",
    }
}

fn compare(found: &Found, is: Comparison, value: &Found) -> bool {
    match (found, value) {
        (Found::Number(found), Found::Number(value)) => {
            // A percentage written with one decimal place equals the one computed from counts.
            let scale = found.abs().max(value.abs()).max(1.0);
            let equal = (found - value).abs() <= scale * 1e-9;
            match is {
                Comparison::Equals => equal,
                Comparison::Not => !equal,
                Comparison::Below => found < value && !equal,
                Comparison::Above => found > value && !equal,
                Comparison::AtMost => found < value || equal,
                Comparison::AtLeast => found > value || equal,
            }
        }
        _ => match is {
            Comparison::Equals => found == value,
            Comparison::Not => found != value,
            Comparison::Below | Comparison::Above => false,
            Comparison::AtMost | Comparison::AtLeast => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_say_what_they_say() {
        let check = |found: &str, is: Comparison, value: &str, wanted: bool| {
            let (left, right) = (Found::from_text(found), Found::from_text(value));
            assert_eq!(compare(&left, is, &right), wanted, "{found} {is:?} {value}");
        };
        use Comparison::*;
        for (is, less, equal, more) in [
            (Equals, false, true, false),
            (Not, true, false, true),
            (Below, true, false, false),
            (Above, false, false, true),
            (AtMost, true, true, false),
            (AtLeast, false, true, true),
        ] {
            check("1", is, "2", less);
            check("2", is, "2.0", equal);
            check("3", is, "2", more);
        }
        check("74.60000000000001", Equals, "74.6", true);
        check("74.60000000000001", Above, "74.6", false);
        check("held", Equals, "held", true);
        check("held", Not, "open", true);
        check("held", Below, "1", false);
        check("inf", AtLeast, "1", false);
    }
}
