//! Parameters: what can be set before a run starts, with units, ranges and defaults.

use faultline_sim::Span;

/// A parameter of a system.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamSpec {
    /// The public, stable name used by `--set`, lessons and links, e.g. "virtual_nodes".
    pub name: &'static str,
    /// The name beside its control, e.g. "Virtual nodes".
    pub label: &'static str,
    /// One sentence: what it changes.
    pub help: &'static str,
    /// Unit shown after the value; empty for a bare number.
    pub unit: &'static str,
    /// Its type, range and default.
    pub kind: ParamKind,
}

/// Type, range and default of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParamKind {
    /// One of a few named values.
    Choice {
        /// Allowed values with their labels, in the order shown.
        options: &'static [(&'static str, &'static str)],
        /// One of `options`.
        default: &'static str,
    },
    /// A whole number, both ends included.
    Int {
        /// Smallest allowed.
        min: i64,
        /// Largest allowed.
        max: i64,
        /// Used when nothing is set.
        default: i64,
        /// The control moves by ratios rather than by steps.
        log: bool,
    },
    /// A number, both ends included.
    Float {
        /// Smallest allowed.
        min: f64,
        /// Largest allowed.
        max: f64,
        /// Used when nothing is set.
        default: f64,
        /// The control moves by ratios rather than by steps.
        log: bool,
    },
    /// A length of time such as "250ms", both ends included.
    Span {
        /// Smallest allowed.
        min: Span,
        /// Largest allowed.
        max: Span,
        /// Used when nothing is set.
        default: Span,
    },
    /// On or off.
    Bool {
        /// Used when nothing is set.
        default: bool,
    },
}

/// A parameter's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// Of [`ParamKind::Choice`].
    Choice(&'static str),
    /// Of [`ParamKind::Int`].
    Int(i64),
    /// Of [`ParamKind::Float`].
    Float(f64),
    /// Of [`ParamKind::Span`].
    Span(Span),
    /// Of [`ParamKind::Bool`].
    Bool(bool),
}
