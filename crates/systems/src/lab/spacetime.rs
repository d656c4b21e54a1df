//! The space-time diagram of any run, from its trace and its commands.
//!
//! A [`SpaceTimeModel`] follows a lab: each [`update`](SpaceTimeModel::update) takes in only the
//! trace entries that are new, so that a page can show the diagram many times a second.
//! A run's past is a function of its system, parameters, seed and commands; the model compares
//! these, and forgets what an edited command has made untrue.

mod edit;
mod faults;
mod history;
mod records;
mod window;

use faultline_sim::Time;
use faultline_view::{Panel, Selection, SpaceTime, Tone, View};

use super::{Lab, PlacedCommand};
use crate::Values;
pub use edit::{MessageEdit, message_command};
use history::History;
use window::Drawn;

/// What is to be seen of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Where it begins.
    pub from: Time,
    /// Where it ends, after `from`.
    pub to: Time,
    /// The most nodes that have a lane of their own; ask
    /// [`lanes_that_fit`](faultline_view::paint::lanes_that_fit).
    pub lanes: usize,
    /// The most messages drawn; beyond, every second is left out, or three of four, and so on.
    /// A pane reads well with about one for three of its pixels across.
    pub messages: usize,
    /// What the reader looks at; it is drawn however many there are.
    pub selected: Selection,
}

/// What a run is made of, beside its commands.
#[derive(Clone, Debug, PartialEq)]
struct RunKey {
    system: &'static str,
    values: Values,
    seed: u64,
}

/// Follows a run and draws windows of it.
#[derive(Clone, Debug, Default)]
pub struct SpaceTimeModel {
    run: Option<RunKey>,
    commands: Vec<PlacedCommand>,
    history: History,
    /// The tone of each node, by the kernel's numbers, as the stage last showed them.
    tones: Vec<Option<Tone>>,
    /// What was drawn last.
    drawn: Drawn,
}

impl SpaceTimeModel {
    /// A model that knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in what is new in a lab, at most so many trace entries; false if there are more,
    /// and another call goes on.
    ///
    /// What lies after the cursor stays known when the cursor goes back, until a command
    /// changes it.
    pub fn update(&mut self, lab: &dyn Lab, max_entries: usize) -> bool {
        self.notice_edits(lab);
        let history = &mut self.history;
        if lab.now() < history.kept_from() {
            history.clear();
        }
        history.learn_names(&lab.node_names());
        let mut taken = 0;
        for entry in lab.run().entries(history.next_id(), max_entries) {
            history.take(entry);
            taken += 1;
        }
        let all = taken < max_entries;
        if all {
            history.know_until(lab.now());
        }
        all
    }

    /// Forgets everything, also what lies after the cursor.
    pub fn forget(&mut self) {
        self.history.clear();
        self.drawn = Drawn::default();
    }

    /// How far the run is known.
    #[must_use]
    pub fn known(&self) -> Time {
        self.history.known()
    }

    /// Takes the tones of the nodes that are known from the stage: from a view of the same lab.
    pub fn look_at(&mut self, view: &View) {
        let names = self.history.names().0;
        self.tones.resize(names.len(), None);
        for panel in &view.panels {
            let Panel::Topology(topology) = panel else {
                continue;
            };
            for (index, node) in topology.nodes.iter().enumerate() {
                // Mostly the stage has them in the kernel's order.
                let lane = match names.get(index) {
                    Some(name) if *name == node.name => Some(index),
                    _ => self.history.lane(&node.name).map(|lane| lane as usize),
                };
                if let Some(tone) = lane.and_then(|lane| self.tones.get_mut(lane)) {
                    *tone = Some(node.tone);
                }
            }
        }
    }

    /// When something is to be seen in the diagram, from its beginning to its end; none for what
    /// is not known, or lasts as long as the run.
    #[must_use]
    pub fn when(&self, what: &Selection) -> Option<(Time, Time)> {
        match what {
            Selection::Message(id) => {
                let message = self.history.message(id)?;
                Some((message.sent, message.end()))
            }
            Selection::Mark(id) => {
                let at = match id.strip_prefix('e') {
                    Some(entry) => self.history.when(entry.parse().ok()?)?,
                    None => {
                        let id = id.parse().ok();
                        let mut commands = self.commands.iter();
                        commands.find(|command| Some(command.id) == id)?.at
                    }
                };
                Some((at, at))
            }
            Selection::Node(_) | Selection::None => None,
        }
    }

    /// When each of the reader's commands applies.
    pub fn command_times(&self) -> impl Iterator<Item = Time> {
        self.commands.iter().map(|command| command.at)
    }

    /// How many messages were sent in each of so many equal parts of the run up to `end`.
    pub fn traffic(&self, end: Time, parts: &mut [u32]) {
        let (count, length) = (parts.len() as u128, u128::from(end.0.max(1)));
        let begin = |part: u128| Time((length * part).div_ceil(count) as u64);
        for (index, part) in parts.iter_mut().enumerate() {
            let next = begin(index as u128 + 1);
            // What was sent at the very end is in the last part.
            let last = Time(next.0 - 1).max(if next >= end { end } else { Time::ZERO });
            *part = self.history.count(begin(index as u128), last) as u32;
        }
    }

    fn tone(&self, lane: u32) -> Option<Tone> {
        self.tones.get(lane as usize).copied().flatten()
    }

    /// Draws a window of what is known, with the cursor where it stands.
    pub fn diagram(&mut self, cursor: Time, window: &Window) -> SpaceTime {
        let (diagram, drawn) = window::draw(self, cursor, window);
        self.drawn = drawn;
        diagram
    }

    /// Another run: everything is forgotten. Other commands: what they change is.
    fn notice_edits(&mut self, lab: &dyn Lab) {
        let same = self.run.as_ref().is_some_and(|run| {
            run.system == lab.info().name && run.seed == lab.seed() && run.values == *lab.values()
        });
        if !same {
            *self = Self {
                run: Some(RunKey {
                    system: lab.info().name,
                    values: lab.values().clone(),
                    seed: lab.seed(),
                }),
                ..Self::default()
            };
        }
        let commands = lab.commands();
        if let Some(at) = first_difference(&self.commands, &commands) {
            self.history.forget_from(at);
            self.drawn.words.clear();
        }
        // Ids and refusals may change where times and texts do not.
        self.commands = commands;
    }
}

/// From when on two lists of commands, each in the order they apply, make different runs.
fn first_difference(old: &[PlacedCommand], new: &[PlacedCommand]) -> Option<Time> {
    let mut pairs = old.iter().zip(new);
    let differ = |(a, b): &(&PlacedCommand, &PlacedCommand)| (a.at, &a.text) != (b.at, &b.text);
    if let Some((a, b)) = pairs.find(differ) {
        return Some(a.at.min(b.at));
    }
    let common = old.len().min(new.len());
    let longer = if old.len() > common { old } else { new };
    longer.get(common).map(|command| command.at)
}

/// A window of a run as it is at its cursor, in one call: for exports and tests. A page that
/// shows it again and again keeps a [`SpaceTimeModel`].
#[must_use]
pub fn space_time(lab: &dyn Lab, window: &Window) -> SpaceTime {
    let mut model = SpaceTimeModel::new();
    model.update(lab, usize::MAX);
    model.look_at(&lab.view());
    model.diagram(lab.now(), window)
}

#[cfg(test)]
mod tests;
