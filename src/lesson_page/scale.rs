//! Where on a slider a parameter's value stands, and back.

use faultline_systems::{ParamKind, Value};
use libm::{exp, log};

/// Steps of a slider whose scale is not its values themselves.
pub const STEPS: f64 = 200.0;

/// A slider's range and step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Left end.
    pub min: f64,
    /// Right end.
    pub max: f64,
    /// From one position to the next.
    pub step: f64,
}

/// The slider of a parameter; none for choices and switches.
pub fn range(kind: &ParamKind) -> Option<Range> {
    match *kind {
        ParamKind::Int {
            min,
            max,
            log: false,
            ..
        } => Some(Range {
            min: min as f64,
            max: max as f64,
            step: 1.0,
        }),
        ParamKind::Int { .. } | ParamKind::Float { .. } | ParamKind::Span { .. } => Some(Range {
            min: 0.0,
            max: STEPS,
            step: 1.0,
        }),
        ParamKind::Choice { .. } | ParamKind::Bool { .. } => None,
    }
}

/// Where a value stands on its slider.
pub fn position(kind: &ParamKind, value: Value) -> f64 {
    match (*kind, value) {
        (ParamKind::Int { log: false, .. }, Value::Int(value)) => value as f64,
        (ParamKind::Int { min, max, .. }, Value::Int(value)) => {
            STEPS * Ratio::new(min as f64, max as f64, true).part(value as f64)
        }
        (ParamKind::Float { min, max, log, .. }, Value::Float(value)) => {
            STEPS * Ratio::new(min, max, log).part(value)
        }
        (ParamKind::Span { min, max, .. }, Value::Span(value)) => {
            let ratio = Ratio::new(min.as_nanos() as f64, max.as_nanos() as f64, true);
            STEPS * ratio.part(value.as_nanos() as f64)
        }
        _ => 0.0,
    }
}

/// The value at a position, as text that the parameter reads.
pub fn text_at(kind: &ParamKind, position: f64) -> String {
    let part = (position / STEPS).clamp(0.0, 1.0);
    match *kind {
        ParamKind::Int {
            min,
            max,
            log: false,
            ..
        } => (position.round() as i64).clamp(min, max).to_string(),
        ParamKind::Int { min, max, .. } => {
            let value = two_digits(Ratio::new(min as f64, max as f64, true).at(part));
            (value.round() as i64).clamp(min, max).to_string()
        }
        ParamKind::Float { min, max, log, .. } => {
            let value = two_digits(Ratio::new(min, max, log).at(part));
            value.clamp(min, max).to_string()
        }
        ParamKind::Span { min, max, .. } => {
            let ratio = Ratio::new(min.as_nanos() as f64, max.as_nanos() as f64, true);
            let nanos = two_digits(ratio.at(part)).round() as u64;
            format!("{}ns", nanos.clamp(min.as_nanos(), max.as_nanos()))
        }
        ParamKind::Choice { .. } | ParamKind::Bool { .. } => String::new(),
    }
}

/// The value at a position, or where that rounds to the value there was, the next one in the
/// direction of the move: an arrow key on a slider must not be stuck.
pub fn text_toward(kind: &ParamKind, from: Value, to: f64) -> String {
    let start = position(kind, from);
    let step = if to < start { -1.0 } else { 1.0 };
    let Some(range) = range(kind) else {
        return String::new();
    };
    let mut place = to;
    let mut text = text_at(kind, place);
    while kind.read(&text) == Some(from) && to != start && (range.min..=range.max).contains(&place)
    {
        place += step;
        text = text_at(kind, place);
    }
    text
}

/// A scale from 0 to 1 over a range, by differences or by ratios.
struct Ratio {
    min: f64,
    max: f64,
    /// Added before the logarithm where the range begins at 0.
    lift: Option<f64>,
}

impl Ratio {
    fn new(min: f64, max: f64, log: bool) -> Self {
        // A scale by ratios cannot begin at 0; lifted by a thousandth of the range it can.
        let lift = if min > 0.0 {
            0.0
        } else {
            (max - min) / 1000.0 - min
        };
        Self {
            min,
            max,
            lift: log.then_some(lift),
        }
    }

    fn part(&self, value: f64) -> f64 {
        let part = match self.lift {
            Some(lift) => {
                log((value + lift) / (self.min + lift)) / log((self.max + lift) / (self.min + lift))
            }
            None => (value - self.min) / (self.max - self.min),
        };
        // An empty range divides by zero.
        if part.is_finite() {
            part.clamp(0.0, 1.0)
        } else {
            0.0
        }
    }

    fn at(&self, part: f64) -> f64 {
        match self.lift {
            Some(lift) => {
                let ratio = (self.max + lift) / (self.min + lift);
                (self.min + lift) * exp(part * log(ratio)) - lift
            }
            None => self.min + (self.max - self.min) * part,
        }
    }
}

/// A number as a person would choose it: two digits that count.
fn two_digits(value: f64) -> f64 {
    // Powers of ten by multiplication: exact, where logarithms would be a hair off.
    let mut unit = 1.0;
    while value.abs() >= unit * 100.0 {
        unit *= 10.0;
    }
    let mut parts = 1.0;
    while value != 0.0 && value.abs() * parts < 10.0 && parts < 1e6 {
        parts *= 10.0;
    }
    if parts > 1.0 {
        (value * parts).round() / parts
    } else {
        (value / unit).round() * unit
    }
}

#[cfg(test)]
mod tests {
    use faultline_sim::Span;

    use super::*;

    const NODES: ParamKind = ParamKind::Int {
        min: 1,
        max: 1000,
        default: 100,
        log: true,
    };
    const RATE: ParamKind = ParamKind::Float {
        min: 0.0,
        max: 50.0,
        default: 1.0,
        log: true,
    };
    const WAIT: ParamKind = ParamKind::Span {
        min: Span::from_millis(1),
        max: Span::from_secs(10),
        default: Span::from_millis(250),
    };

    #[test]
    fn ends_are_the_ends() {
        for (kind, low, high) in [
            (NODES, Value::Int(1), Value::Int(1000)),
            (RATE, Value::Float(0.0), Value::Float(50.0)),
            (
                WAIT,
                Value::Span(Span::from_millis(1)),
                Value::Span(Span::from_secs(10)),
            ),
        ] {
            assert_eq!(kind.read(&text_at(&kind, 0.0)), Some(low));
            assert_eq!(kind.read(&text_at(&kind, STEPS)), Some(high));
            assert_eq!(position(&kind, low), 0.0);
            assert!((position(&kind, high) - STEPS).abs() < 1e-6);
        }
    }

    #[test]
    fn every_position_reads_as_a_value_and_the_scale_rises() {
        for kind in [NODES, RATE, WAIT] {
            let mut last = -1.0;
            for step in 0..=200 {
                let text = text_at(&kind, f64::from(step));
                let value = kind
                    .read(&text)
                    .unwrap_or_else(|| panic!("{text} at {step}"));
                let back = position(&kind, value);
                assert!(back >= last, "{text} at {step}");
                last = back;
            }
        }
    }

    #[test]
    fn a_step_of_the_slider_always_moves_the_value_until_the_end() {
        for kind in [NODES, RATE, WAIT] {
            let mut value = kind.default_value();
            let mut steps = 0;
            loop {
                let start = position(&kind, value);
                let text = text_toward(&kind, value, (start + 1.0).min(STEPS));
                let next = kind.read(&text).unwrap();
                if next == value {
                    break;
                }
                assert!(position(&kind, next) > start, "{text}");
                value = next;
                steps += 1;
            }
            assert_eq!(position(&kind, value), STEPS);
            assert!(steps <= 200);
        }
        assert_eq!(text_toward(&NODES, Value::Int(100), 133.0), "99");
    }

    #[test]
    fn the_middle_of_a_scale_by_ratios_is_the_geometric_mean() {
        assert_eq!(text_at(&NODES, STEPS / 2.0), "32");
    }
}
