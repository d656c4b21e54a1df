//! Looking for a moment: going forward, event by event, until something worth a stop happens or
//! a condition holds.

use faultline_sim::Time;
use faultline_systems::{LogEntry, PropertyReport, PropertyState};

use super::Session;
use crate::check::{Found, Moment};
use crate::lesson::Check;

/// What is looked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Sought {
    /// The next moment at which something happened that is worth a stop: a note, a fault, a
    /// command, a property that changed. Messages that come and go are not.
    Notable,
    /// A moment at which this holds.
    Check(Check),
}

/// A search under way. It begins where the cursor stands and goes on with [`Session::hunt`].
pub struct Hunt {
    sought: Sought,
    from: Time,
    /// Of each pane: its last entry that was looked at, and how its properties stood.
    seen: Vec<(u64, Vec<PropertyReport>)>,
    begun: bool,
}

/// How far a search came.
#[derive(Clone, Debug, PartialEq)]
pub enum Hunted {
    /// Not there yet: call again.
    Going,
    /// The cursor stands there; what was found, in words.
    Found(String),
    /// The end of the timeline, and it was not found; for a check, what was there last.
    Ended(Option<Found>),
}

impl Session {
    /// Begins a search at the cursor.
    pub fn hunt_for(&self, sought: Sought) -> Hunt {
        let seen = self.panes.iter();
        Hunt {
            sought,
            from: self.now(),
            seen: seen
                .map(|pane| (pane.lab.last_entry(), pane.lab.properties()))
                .collect(),
            begun: false,
        }
    }

    /// Goes on with a search, by at most `max_events`. What changes the run ends the search:
    /// begin another then.
    pub fn hunt(&mut self, hunt: &mut Hunt, max_events: u64) -> Hunted {
        if !self.is_settled() {
            self.settle(max_events);
            return Hunted::Going;
        }
        if let Sought::Check(check) = &hunt.sought
            && !std::mem::replace(&mut hunt.begun, true)
            && self.holds(check)
        {
            return Hunted::Found("It holds already".to_owned());
        }
        let end = self.end();
        for _ in 0..max_events {
            if self.next_time().is_none_or(|next| next > end) || !self.step() {
                self.seek(end, max_events);
                return Hunted::Ended(match &hunt.sought {
                    Sought::Notable => None,
                    Sought::Check(check) => self.found(check),
                });
            }
            match &hunt.sought {
                Sought::Check(check) if self.holds(check) => {
                    let found = self.found(check).map(|found| found.to_string());
                    return Hunted::Found(found.unwrap_or_else(|| "none".to_owned()));
                }
                Sought::Check(_) => {}
                Sought::Notable => {
                    if let Some(what) = self.notable(hunt) {
                        self.finish_instant();
                        return Hunted::Found(what);
                    }
                }
            }
        }
        Hunted::Going
    }

    /// Goes back to the latest moment before the cursor's at which something worth a stop
    /// happened, and says what; to the start if there is none.
    pub fn back_to_notable(&mut self) -> Option<String> {
        let now = self.target();
        let mut last: Option<(Time, String)> = None;
        let mut offer = |at: Time, what: String| {
            if at < now && last.as_ref().is_none_or(|(other, _)| *other < at) {
                last = Some((at, what));
            }
        };
        for pane in &self.panes {
            if let Some(entry) = pane.lab.notable_before(now) {
                offer(entry.at, words(&entry));
            }
            for report in pane.lab.properties() {
                if let Some(at) = since(&report) {
                    offer(at, property_words(&report));
                }
            }
        }
        for placed in &self.placed {
            offer(placed.at, placed.text.clone());
        }
        let (at, what) = last.map_or((Time::ZERO, None), |(at, what)| (at, Some(what)));
        self.return_to(at);
        what
    }

    /// What happened since the search last looked, if it is worth a stop.
    fn notable(&self, hunt: &mut Hunt) -> Option<String> {
        let now = self.now();
        let mut what = None;
        for (pane, (last, properties)) in self.panes.iter().zip(&mut hunt.seen) {
            let (before, lab) = (*last, &pane.lab);
            *last = lab.last_entry();
            if *last != before
                && let Some(entry) = lab.notable_after(before)
            {
                what = what.or_else(|| Some(words(&entry)));
            }
            let standing = lab.properties();
            let mut pairs = standing.iter().zip(properties.iter());
            if let Some((new, _)) = pairs.find(|(new, old)| new.state != old.state) {
                what = what.or_else(|| Some(property_words(new)));
                *properties = standing;
            }
        }
        let mut placed = self.placed.iter();
        let command = placed.find(|one| one.at == now && one.at > hunt.from);
        // Its refusal may be all that comes of a command, and leaves no entry.
        what.or_else(|| command.map(|one| one.text.clone()))
    }

    /// Lets all that is due at the cursor's time happen.
    fn finish_instant(&mut self) {
        let now = self.now();
        while self.next_time() == Some(now) && self.step() {}
    }

    fn moment_of(&self, check: &Check) -> Option<Moment> {
        let pane = match check.pane.as_str() {
            "" => self.panes.first(),
            id => self.panes.iter().find(|pane| pane.id == id),
        };
        pane.map(|pane| Moment::of(&*pane.lab))
    }

    fn holds(&self, check: &Check) -> bool {
        self.moment_of(check)
            .is_some_and(|moment| moment.holds(check))
    }

    fn found(&self, check: &Check) -> Option<Found> {
        self.moment_of(check)?.find(&check.metric)
    }
}

/// An entry for reading: "Node 2: crashed", "crash 2".
fn words(entry: &LogEntry) -> String {
    match (&entry.node, entry.label.is_empty()) {
        (Some(node), false) => format!("{node}: {}", entry.label),
        (Some(node), true) => format!("{node} {}", entry.kind),
        (None, _) => entry.label.to_string(),
    }
}

fn property_words(report: &PropertyReport) -> String {
    let state = match report.state {
        PropertyState::Violated { .. } => "violated",
        PropertyState::Held { .. } => "seen",
        PropertyState::Open => "open",
    };
    format!("{}: {state}", report.text)
}

/// Since when a property stands as it does; none where nothing has happened to it.
fn since(report: &PropertyReport) -> Option<Time> {
    match report.state {
        PropertyState::Open => None,
        PropertyState::Held { at } | PropertyState::Violated { at } => Some(at),
    }
}
