//! Properties: named predicates over the states of a run.
//!
//! The three kinds are those of explicit-state model checkers: *always* must hold in every
//! state, *eventually* must hold in some state before the run ends, *sometimes* is an example
//! that one looks for.

use std::fmt;
use std::sync::Arc;

use crate::{EntryId, Model, Outcome, Stop, Time};

/// When a predicate must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// In every state.
    Always,
    /// In some state before the run ends.
    Eventually,
    /// In some state, if an example can be found; a run without one proves nothing.
    Sometimes,
}

/// A moment of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub time: Time,
    /// How many events had run.
    pub event: u64,
    /// The last trace entry before it, if entries were counted.
    pub entry: Option<EntryId>,
}

/// What is known of a property so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// *Always* has held so far; *eventually* and *sometimes* have not yet.
    Open,
    /// *Eventually* or *sometimes* held, first at this moment; *always* held to the end.
    Holds(Moment),
    /// *Always* was broken, first at this moment; *eventually* was not met by the end.
    Violated(Moment),
}

/// A predicate over states.
type Predicate<W> = Arc<dyn Fn(&W) -> bool + Send + Sync>;

/// A named predicate over the states of a run.
pub struct Property<W> {
    name: &'static str,
    quantifier: Quantifier,
    holds: Predicate<W>,
}

impl<W> Clone for Property<W> {
    fn clone(&self) -> Self {
        Self {
            holds: Arc::clone(&self.holds),
            ..*self
        }
    }
}

impl<W> fmt::Debug for Property<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.quantifier, self.name)
    }
}

impl<W> Property<W> {
    /// Must hold in every state.
    pub fn always(name: &'static str, holds: impl Fn(&W) -> bool + Send + Sync + 'static) -> Self {
        Self::new(name, Quantifier::Always, holds)
    }

    /// Must hold in some state before the run ends.
    pub fn eventually(
        name: &'static str,
        holds: impl Fn(&W) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::new(name, Quantifier::Eventually, holds)
    }

    /// An example to look for.
    pub fn sometimes(
        name: &'static str,
        holds: impl Fn(&W) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::new(name, Quantifier::Sometimes, holds)
    }

    fn new(
        name: &'static str,
        quantifier: Quantifier,
        holds: impl Fn(&W) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            quantifier,
            holds: Arc::new(holds),
        }
    }

    /// The same predicate, of a part of a larger state.
    pub fn within<V: 'static>(&self, part: fn(&V) -> &W) -> Property<V>
    where
        W: 'static,
    {
        let holds = Arc::clone(&self.holds);
        Property {
            name: self.name,
            quantifier: self.quantifier,
            holds: Arc::new(move |whole| holds(part(whole))),
        }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// When it must hold.
    pub fn quantifier(&self) -> Quantifier {
        self.quantifier
    }

    /// Whether the predicate holds in a state.
    pub fn holds(&self, state: &W) -> bool {
        (self.holds)(state)
    }
}

/// Watches properties as a run advances.
#[derive(Debug)]
pub struct Monitor<W> {
    watched: Vec<(Property<W>, Verdict)>,
}

impl<W> Clone for Monitor<W> {
    fn clone(&self) -> Self {
        Self {
            watched: self.watched.clone(),
        }
    }
}

impl<W: Model> Monitor<W> {
    /// Nothing is known yet of any of these.
    pub fn new(properties: impl IntoIterator<Item = Property<W>>) -> Self {
        Self {
            watched: properties
                .into_iter()
                .map(|property| (property, Verdict::Open))
                .collect(),
        }
    }

    /// Looks at a state. Later states must come later in the run.
    pub fn observe(&mut self, state: &W) {
        for (property, verdict) in &mut self.watched {
            if *verdict != Verdict::Open {
                continue;
            }
            match (property.quantifier, property.holds(state)) {
                (Quantifier::Always, false) => *verdict = Verdict::Violated(moment(state)),
                (Quantifier::Eventually | Quantifier::Sometimes, true) => {
                    *verdict = Verdict::Holds(moment(state));
                }
                _ => {}
            }
        }
    }

    /// The run ends in this state: *always* that was not broken holds, *eventually* that was not
    /// met is violated, *sometimes* stays open.
    pub fn finish(&mut self, state: &W) {
        self.observe(state);
        for (property, verdict) in &mut self.watched {
            match (property.quantifier, *verdict) {
                (Quantifier::Always, Verdict::Open) => *verdict = Verdict::Holds(moment(state)),
                (Quantifier::Eventually, Verdict::Open) => {
                    *verdict = Verdict::Violated(moment(state));
                }
                _ => {}
            }
        }
    }

    /// Runs a model like [`Model::run_until`], looking at the state after every event.
    pub fn run(&mut self, model: &mut W, until: Time, max_events: u64) -> Outcome {
        self.observe(model);
        let mut events = 0;
        while events < max_events {
            let outcome = model.run_until(until, 1);
            self.observe(model);
            events += outcome.events;
            if outcome.stop != Stop::Budget {
                return Outcome {
                    events,
                    stop: outcome.stop,
                };
            }
        }
        Outcome {
            events,
            stop: Stop::Budget,
        }
    }

    /// The properties with what is known of each, in the order given.
    pub fn verdicts(&self) -> impl Iterator<Item = (&Property<W>, Verdict)> {
        self.watched
            .iter()
            .map(|(property, verdict)| (property, *verdict))
    }

    /// What is known of a property.
    pub fn verdict(&self, name: &str) -> Option<Verdict> {
        self.watched
            .iter()
            .find(|(property, _)| property.name == name)
            .map(|&(_, verdict)| verdict)
    }

    /// The names of the properties that are violated.
    pub fn violated(&self) -> impl Iterator<Item = &'static str> {
        self.watched
            .iter()
            .filter(|(_, verdict)| matches!(verdict, Verdict::Violated(_)))
            .map(|(property, _)| property.name)
    }
}

fn moment<W: Model>(state: &W) -> Moment {
    let last = state.next_entry().0.saturating_sub(1);
    Moment {
        time: state.now(),
        event: state.event_count(),
        entry: (last > 0).then_some(EntryId(last)),
    }
}
