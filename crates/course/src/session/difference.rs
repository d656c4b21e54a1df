//! How the figures of two panes differ.

use faultline_systems::{MetricValue, Metrics};
use faultline_view::Label;

use super::Session;

/// A metric in both panes of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Its public name.
    pub name: Label,
    /// Its unit; empty for a count.
    pub unit: &'static str,
    /// Its value in the first pane; none where that has no such metric.
    pub first: Option<MetricValue>,
    /// Its value in the second pane.
    pub second: Option<MetricValue>,
    /// How much more the second pane has; none where one of them is no number.
    pub by: Option<MetricValue>,
}

impl Session {
    /// Every metric of the first two panes at the cursor, in the registry's order; empty where
    /// there is one pane.
    pub fn differences(&self) -> Vec<Difference> {
        let [first, second, ..] = &self.panes[..] else {
            return Vec::new();
        };
        let (first, second) = (first.lab.metrics(), second.lab.metrics());
        let of = |metrics: &Metrics, place: usize, name: &Label| {
            let here = metrics.get(place).filter(|(other, _)| other == name);
            let found = here.or_else(|| metrics.iter().find(|(other, _)| other == name));
            found.map(|(_, value)| value.clone())
        };
        // What only the second pane has comes after what comes before it there.
        let mut names: Vec<&Label> = first.iter().map(|(name, _)| name).collect();
        let mut next = 0;
        for (name, _) in &second {
            // Of thousands, most stand in the same order in both.
            let here = names.get(next).is_some_and(|other| *other == name);
            let found = || names.iter().position(|other| *other == name);
            match here.then_some(next).or_else(found) {
                Some(index) => next = index + 1,
                None => {
                    names.insert(next, name);
                    next += 1;
                }
            }
        }
        let specs = self.setup.info.metrics;
        names
            .into_iter()
            .enumerate()
            .map(|(place, name)| {
                let spec = specs.iter().find(|spec| spec.describes(name));
                let (first, second) = (of(&first, place, name), of(&second, place, name));
                Difference {
                    name: name.clone(),
                    unit: spec.map_or("", |spec| spec.unit),
                    by: first.as_ref().zip(second.as_ref()).and_then(by),
                    first,
                    second,
                }
            })
            .collect()
    }
}

fn by(values: (&MetricValue, &MetricValue)) -> Option<MetricValue> {
    use MetricValue::{Float, Int};
    let measure = |value: &MetricValue| match value {
        Int(count) => Some(*count as f64),
        Float(measure) => Some(*measure),
        MetricValue::Text(_) => None,
    };
    match values {
        (Int(first), Int(second)) => second.checked_sub(*first).map(Int),
        (first, second) => Some(Float(measure(second)? - measure(first)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_differ_by_a_number_and_names_by_none() {
        use MetricValue::{Float, Int, Text};
        assert_eq!(by((&Int(3), &Int(1))), Some(Int(-2)));
        assert_eq!(by((&Int(3), &Float(3.5))), Some(Float(0.5)));
        assert_eq!(by((&Int(i64::MIN), &Int(1))), None);
        assert_eq!(by((&Int(3), &Text("A".into()))), None);
    }
}
