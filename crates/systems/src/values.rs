//! The values of a system's parameters, read from text and checked against their specs.

use std::fmt;

use faultline_sim::Span;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::text::{excerpt, listed};
use crate::{ParamKind, ParamSpec, Value, number};

/// Every parameter of a system with its value, in the order of the system's specs.
///
/// ```
/// use faultline_systems::{ParamKind, ParamSpec, Values};
/// static SPECS: [ParamSpec; 1] = [ParamSpec {
///     name: "nodes", label: "Nodes", help: "How many nodes there are.", unit: "",
///     kind: ParamKind::Int { min: 1, max: 25, default: 3, log: false },
/// }];
/// let values = Values::parse(&SPECS, &[("nodes", "5")]).unwrap();
/// assert_eq!(values.int("nodes"), 5);
/// assert_eq!(values.differences(), [("nodes".to_string(), "5".to_string())]);
/// let error = Values::parse(&SPECS, &[("nodes", "99")]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "nodes: '99' is not allowed; use a whole number from 1 to 25"
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    specs: &'static [ParamSpec],
    values: Vec<Value>,
}

/// A parameter that cannot be set so. The text names what was given and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamError {
    /// No parameter has this name.
    #[error("'{given}' is not a parameter; use {allowed}")]
    UnknownName {
        /// The name as given, shortened.
        given: String,
        /// The names there are.
        allowed: String,
    },
    /// The value is of the wrong type or outside the range.
    #[error("{name}: '{given}' is not allowed; use {allowed}")]
    NotAllowed {
        /// The parameter's name.
        name: &'static str,
        /// The value as given, shortened.
        given: String,
        /// What is allowed.
        allowed: String,
    },
}

impl ParamKind {
    /// The value used when nothing is set.
    pub const fn default_value(&self) -> Value {
        match *self {
            Self::Choice { default, .. } => Value::Choice(default),
            Self::Int { default, .. } => Value::Int(default),
            Self::Float { default, .. } => Value::Float(default),
            Self::Span { default, .. } => Value::Span(default),
            Self::Bool { default } => Value::Bool(default),
        }
    }

    /// Reads a value; none when it is of the wrong type or out of range.
    pub fn read(&self, text: &str) -> Option<Value> {
        let text = text.trim();
        match *self {
            Self::Choice { options, .. } => options
                .iter()
                .find(|(name, _)| *name == text)
                .map(|&(name, _)| Value::Choice(name)),
            Self::Int { min, max, .. } => text
                .parse()
                .ok()
                .filter(|value| (min..=max).contains(value))
                .map(Value::Int),
            Self::Float { min, max, .. } => number::read(text)
                // Adding zero turns -0 into 0, so that it has one text.
                .filter(|value: &f64| (min..=max).contains(value))
                .map(|value| Value::Float(value + 0.0)),
            Self::Span { min, max, .. } => text
                .parse()
                .ok()
                .filter(|value: &Span| (min..=max).contains(value))
                .map(Value::Span),
            Self::Bool { .. } => match text {
                "on" | "true" | "yes" => Some(Value::Bool(true)),
                "off" | "false" | "no" => Some(Value::Bool(false)),
                _ => None,
            },
        }
    }

    /// What is allowed, in words, e.g. "modulo, ring or jump" or "a time from 1ms to 2s".
    fn allowed(&self, unit: &str) -> String {
        let unit = if unit.is_empty() {
            String::new()
        } else {
            format!(" {unit}")
        };
        match *self {
            Self::Choice { options, .. } => listed(options.iter().map(|(name, _)| *name), "or"),
            Self::Int { min, max, .. } => format!("a whole number from {min} to {max}{unit}"),
            Self::Float { min, max, .. } => format!("a number from {min} to {max}{unit}"),
            Self::Span { min, max, .. } => format!("a time from {min} to {max}"),
            Self::Bool { .. } => "on or off".into(),
        }
    }

    /// The values at the ends of the range, or every choice: what tests try.
    pub fn extremes(&self) -> Vec<Value> {
        match *self {
            Self::Choice { options, .. } => options
                .iter()
                .map(|&(name, _)| Value::Choice(name))
                .collect(),
            Self::Int { min, max, .. } => vec![Value::Int(min), Value::Int(max)],
            Self::Float { min, max, .. } => vec![Value::Float(min), Value::Float(max)],
            Self::Span { min, max, .. } => vec![Value::Span(min), Value::Span(max)],
            Self::Bool { .. } => vec![Value::Bool(false), Value::Bool(true)],
        }
    }
}

impl ParamSpec {
    /// Reads a value of this parameter from text.
    pub fn parse(&self, text: &str) -> Result<Value, ParamError> {
        self.kind.read(text).ok_or_else(|| ParamError::NotAllowed {
            name: self.name,
            given: excerpt(text),
            allowed: self.kind.allowed(self.unit),
        })
    }
}

impl fmt::Display for Value {
    /// The text that reads back as the same value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Choice(name) => f.pad(name),
            Self::Int(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Span(value) => value.fmt(f),
            Self::Bool(value) => f.pad(if *value { "on" } else { "off" }),
        }
    }
}

impl Serialize for Value {
    /// Numbers and switches as such, times and choices as text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Choice(name) => serializer.serialize_str(name),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Span(value) => serializer.collect_str(value),
            Self::Bool(value) => serializer.serialize_bool(*value),
        }
    }
}

impl Values {
    /// Every parameter at its default.
    pub fn defaults(specs: &'static [ParamSpec]) -> Self {
        Self {
            specs,
            values: specs.iter().map(|spec| spec.kind.default_value()).collect(),
        }
    }

    /// Defaults with the named parameters set from text; of two values for one name the later
    /// counts.
    ///
    /// # Errors
    /// An unknown name, or a value that its parameter does not allow.
    pub fn parse(
        specs: &'static [ParamSpec],
        given: &[(impl AsRef<str>, impl AsRef<str>)],
    ) -> Result<Self, ParamError> {
        let mut values = Self::defaults(specs);
        for (name, text) in given {
            values.set(name.as_ref(), text.as_ref())?;
        }
        Ok(values)
    }

    /// Sets one parameter from text.
    ///
    /// # Errors
    /// An unknown name, or a value that the parameter does not allow; nothing is changed then.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), ParamError> {
        let index = self
            .index(name.trim())
            .ok_or_else(|| ParamError::UnknownName {
                given: excerpt(name),
                allowed: listed(self.specs.iter().map(|spec| spec.name), "or"),
            })?;
        self.values[index] = self.specs[index].parse(text)?;
        Ok(())
    }

    /// The specs, in order.
    pub fn specs(&self) -> &'static [ParamSpec] {
        self.specs
    }

    /// A parameter's value, or none when there is no such parameter.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.index(name).map(|index| self.values[index])
    }

    /// Every parameter with its value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static ParamSpec, Value)> + '_ {
        self.specs.iter().zip(self.values.iter().copied())
    }

    /// The parameters that differ from `base` (which has the same specs), as text.
    pub fn differences_from(&self, base: &Values) -> Vec<(String, String)> {
        self.iter()
            .filter(|(spec, value)| base.get(spec.name) != Some(*value))
            .map(|(spec, value)| (spec.name.to_string(), value.to_string()))
            .collect()
    }

    /// The parameters that differ from their defaults, as text.
    pub fn differences(&self) -> Vec<(String, String)> {
        self.differences_from(&Self::defaults(self.specs))
    }

    /// A whole number.
    ///
    /// # Panics
    /// Here and in the getters below: when the system declares no such parameter, which is a
    /// mistake in the system's own code.
    pub fn int(&self, name: &str) -> i64 {
        match self.get(name) {
            Some(Value::Int(value)) => value,
            other => undeclared("whole number", name, other),
        }
    }

    /// A number.
    pub fn float(&self, name: &str) -> f64 {
        match self.get(name) {
            Some(Value::Float(value)) => value,
            other => undeclared("number", name, other),
        }
    }

    /// A length of time.
    pub fn span(&self, name: &str) -> Span {
        match self.get(name) {
            Some(Value::Span(value)) => value,
            other => undeclared("time", name, other),
        }
    }

    /// A switch.
    pub fn bool(&self, name: &str) -> bool {
        match self.get(name) {
            Some(Value::Bool(value)) => value,
            other => undeclared("switch", name, other),
        }
    }

    /// A choice.
    pub fn choice(&self, name: &str) -> &'static str {
        match self.get(name) {
            Some(Value::Choice(value)) => value,
            other => undeclared("choice", name, other),
        }
    }

    fn index(&self, name: &str) -> Option<usize> {
        self.specs.iter().position(|spec| spec.name == name)
    }
}

fn undeclared(kind: &str, name: &str, found: Option<Value>) -> ! {
    panic!("the system declares no {kind} named {name} (found {found:?})")
}

impl Serialize for Values {
    /// A map from name to value, in order.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.values.len()))?;
        for (spec, value) in self.iter() {
            map.serialize_entry(spec.name, &value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests;
