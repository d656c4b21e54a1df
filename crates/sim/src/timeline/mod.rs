//! A run with its history: go to any moment, change what was done, fork.
//!
//! The commands are the truth; every state is computed from them.
//! Checkpoints (clones of the model) only make it quick.
//!
//! A command at time t applies when no event at or before t is pending; commands of equal time
//! keep the order in which they were inserted.
//! The state *at* t has all events and all commands up to and including t.

mod checkpoints;
mod entries;
mod goal;
mod model;

pub use model::{Action, Model, Refusal};

use checkpoints::Checkpoints;
use entries::Entries;
use goal::{Goal, steps};

use crate::{Entry, EntryId, Time};

/// A command on a timeline; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub u64);

/// A command with its time.
#[derive(Clone, Debug)]
pub struct Placed<M: Model> {
    /// Which command.
    pub id: CommandId,
    /// When it applies.
    pub at: Time,
    /// What it does.
    pub command: M::Command,
    /// Why it did nothing when it was last applied: the crash of a node that was down, say.
    pub refused: Option<M::Refused>,
}

/// How much a timeline may keep and do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes that checkpoints may hold, by [`Model::size_bytes`]. The first checkpoint,
    /// the start of the run, is kept in any case.
    pub checkpoint_bytes: usize,
    /// The most checkpoints.
    pub checkpoints: usize,
    /// The least number of steps between two checkpoints; it doubles whenever they are thinned.
    pub interval_steps: u64,
    /// The most trace entries kept, the latest.
    pub entries: usize,
    /// The most events that one call of [`Timeline::seek`] runs.
    pub seek_events: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            checkpoint_bytes: 128 << 20,
            checkpoints: 128,
            interval_steps: 256,
            entries: 200_000,
            seek_events: 20_000_000,
        }
    }
}

/// How far a seek came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Events that ran in this call.
    pub events: u64,
    /// Whether the goal is reached; if not, call again to go on.
    pub done: bool,
}

/// A run with its history.
pub struct Timeline<M: Model> {
    model: M,
    /// How many of the commands are applied to `model`.
    applied: usize,
    /// By time, then by insertion.
    commands: Vec<Placed<M>>,
    next_command: u64,
    checkpoints: Checkpoints<M>,
    entries: Entries,
    furthest: Time,
    limits: Limits,
}

/// A fork: both go their own way from here, sharing the checkpoints they have in common.
impl<M: Model> Clone for Timeline<M> {
    fn clone(&self) -> Self {
        Self {
            model: self.model.clone(),
            applied: self.applied,
            commands: self.commands.clone(),
            next_command: self.next_command,
            checkpoints: self.checkpoints.clone(),
            entries: self.entries.clone(),
            furthest: self.furthest,
            limits: self.limits,
        }
    }
}

impl<M: Model> Timeline<M> {
    /// A timeline that starts with the model as it is.
    pub fn new(model: M) -> Self {
        Self::with_limits(model, Limits::default())
    }

    /// Like [`new`](Self::new), with limits of the caller's.
    pub fn with_limits(mut model: M, limits: Limits) -> Self {
        let mut entries = Entries::new(limits.entries);
        entries.take_from(&mut model);
        Self {
            checkpoints: Checkpoints::new(&model, limits),
            entries,
            furthest: model.now(),
            model,
            applied: 0,
            commands: Vec::new(),
            next_command: 1,
            limits,
        }
    }

    /// The state at the cursor.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// The cursor.
    pub fn now(&self) -> Time {
        self.model.now()
    }

    /// When the next thing happens, event or command; `None` if nothing ever does.
    pub fn next_time(&self) -> Option<Time> {
        let command = self.commands.get(self.applied).map(|placed| placed.at);
        match (self.model.next_time(), command) {
            (Some(event), Some(command)) => Some(event.min(command)),
            (event, command) => event.or(command),
        }
    }

    /// How many events have run up to the cursor.
    pub fn event_count(&self) -> u64 {
        self.model.event_count()
    }

    /// How many events and commands have happened up to the cursor.
    pub fn step_count(&self) -> u64 {
        steps(&self.model, self.applied)
    }

    /// The latest time the cursor has ever been at. It stays when the past is edited, though
    /// what is between the edit and it is computed again.
    pub fn furthest(&self) -> Time {
        self.furthest
    }

    /// The fingerprint of the run up to the cursor.
    pub fn fingerprint(&self) -> u64 {
        self.model.fingerprint()
    }

    /// The commands, by time, then by insertion.
    pub fn commands(&self) -> &[Placed<M>] {
        &self.commands
    }

    /// How many checkpoints there are, and how many bytes they hold.
    pub fn checkpoint_size(&self) -> (usize, usize) {
        self.checkpoints.size()
    }

    /// Goes to a time, forwards or back, running at most [`Limits::seek_events`] events.
    pub fn seek(&mut self, time: Time) -> Progress {
        self.seek_within(time, self.limits.seek_events)
    }

    /// Goes to a time in bites: at most `max_events` events per call, so that a page never
    /// freezes. Call again with the same time until it is done.
    pub fn seek_within(&mut self, time: Time, max_events: u64) -> Progress {
        self.go(Goal::Time(time), max_events)
    }

    /// Goes to the moment just after the `n`-th event (0 is the start), or to the end of a run
    /// that has fewer.
    pub fn seek_event(&mut self, n: u64) -> Progress {
        self.go(Goal::Event(n), self.limits.seek_events)
    }

    /// Lets the next thing happen, event or command; false if there is none.
    pub fn step(&mut self) -> bool {
        let next = self.step_count() + 1;
        self.go(Goal::Step(next), 1);
        self.step_count() == next
    }

    /// Takes back the last thing that happened; false at the start.
    pub fn step_back(&mut self) -> bool {
        let Some(previous) = self.step_count().checked_sub(1) else {
            return false;
        };
        self.go(Goal::Step(previous), self.limits.seek_events).done
    }

    /// A second timeline with the same past, cursor and commands.
    pub fn fork(&self) -> Self {
        self.clone()
    }

    /// Inserts a command; one before the cursor takes the cursor back to its time.
    /// At the cursor it applies at once, unless events of the same time are still pending.
    pub fn insert(&mut self, at: Time, command: M::Command) -> CommandId {
        let id = CommandId(self.next_command);
        self.next_command += 1;
        self.place(Placed {
            id,
            at,
            command,
            refused: None,
        });
        id
    }

    /// Removes a command; one before the cursor takes the cursor back to its time.
    /// `None` if there is no such command.
    pub fn remove(&mut self, id: CommandId) -> Option<Placed<M>> {
        let index = self.commands.iter().position(|placed| placed.id == id)?;
        let placed = self.commands.remove(index);
        self.recompute(index, placed.at);
        Some(placed)
    }

    /// Moves a command to another time; false if there is no such command.
    /// The cursor goes back to the earlier of the two times if it was later.
    pub fn move_to(&mut self, id: CommandId, at: Time) -> bool {
        self.replace(id, |placed| placed.at = at)
    }

    /// Replaces what a command does; false if there is no such command.
    /// It keeps its time, and comes last among those of equal time.
    pub fn edit(&mut self, id: CommandId, command: M::Command) -> bool {
        self.replace(id, |placed| placed.command = command)
    }

    fn replace(&mut self, id: CommandId, change: impl FnOnce(&mut Placed<M>)) -> bool {
        match self.remove(id) {
            Some(mut placed) => {
                change(&mut placed);
                self.place(placed);
                true
            }
            None => false,
        }
    }

    fn place(&mut self, placed: Placed<M>) {
        let at = placed.at;
        let index = self.commands.partition_point(|other| other.at <= at);
        self.commands.insert(index, placed);
        self.recompute(index, at);
    }

    /// Forgets what depended on the commands from `index` on, one of which has changed at `at`.
    fn recompute(&mut self, index: usize, at: Time) {
        self.checkpoints.forget(index, at);
        let cursor_stands = self.applied <= index && self.model.now() <= at;
        if cursor_stands {
            // The cursor may have come back from a later time: what is known of the stretch up to
            // the change stays so, since going on may leap over it from checkpoint to checkpoint.
            self.entries.forget_at(at, self.model.next_entry());
            self.model
                .keep_entries_from(self.entries.resume_from(self.model.next_entry()));
            // At the cursor's own time, the command applies now if nothing else comes first.
            if self.model.now() == at && self.model.next_time().is_none_or(|next| next > at) {
                self.go(Goal::Time(at), 0);
            }
        } else {
            self.restore(Goal::Time(at));
            self.entries.forget_from(self.model.next_entry());
            self.model.keep_entries_from(EntryId(0));
            self.go(Goal::Time(at), self.limits.seek_events);
        }
    }

    /// Goes back to the latest checkpoint at or before a goal.
    fn restore(&mut self, goal: Goal) {
        let checkpoint = self.checkpoints.latest(goal);
        self.model = checkpoint.model.as_ref().clone();
        self.applied = checkpoint.applied;
        self.model
            .keep_entries_from(self.entries.resume_from(self.model.next_entry()));
    }

    fn go(&mut self, goal: Goal, max_events: u64) -> Progress {
        let cursor_is_before = goal.is_at_or_after(&self.model, self.applied);
        let checkpoint = self.checkpoints.latest(goal);
        if !cursor_is_before || checkpoint.steps > self.step_count() {
            self.restore(goal);
        }
        let progress = self.advance(goal, max_events);
        self.entries.take_from(&mut self.model);
        self.furthest = self.furthest.max(self.model.now());
        progress
    }

    fn advance(&mut self, goal: Goal, max_events: u64) -> Progress {
        let start = self.model.event_count();
        let horizon = match goal {
            Goal::Time(time) => time,
            Goal::Event(_) | Goal::Step(_) => Time::MAX,
        };
        loop {
            let events = self.model.event_count() - start;
            let left = goal.steps_left(&self.model, self.applied);
            if left == 0 {
                return Progress { events, done: true };
            }
            let command = self.commands.get(self.applied).map(|placed| placed.at);
            let until = command.map_or(horizon, |at| at.min(horizon));
            if self.model.next_time().is_some_and(|event| event <= until) {
                let bite = left
                    .min(max_events - events)
                    .min(self.checkpoints.steps_to_next(self.step_count()));
                if bite == 0 {
                    return Progress {
                        events,
                        done: false,
                    };
                }
                self.model.run_until(until, bite);
                self.entries.take_from(&mut self.model);
            } else {
                // No event is pending up to here: this only moves the clock.
                self.model.run_until(until, 1);
                if command.is_none_or(|at| at > horizon) {
                    return Progress { events, done: true };
                }
                self.apply_next();
            }
            self.checkpoints.offer(&self.model, self.applied);
        }
    }

    fn apply_next(&mut self) {
        if let Some(placed) = self.commands.get_mut(self.applied) {
            placed.refused = self.model.apply(&placed.command).err();
            self.applied += 1;
        }
    }

    /// The entries after `after` up to the cursor, the oldest first, at most `limit`.
    pub fn entries_since(&self, after: EntryId, limit: usize) -> impl Iterator<Item = &Entry> {
        self.entries
            .range(EntryId(after.0.saturating_add(1)), self.model.next_entry())
            .take(limit)
    }

    /// The entries from one time to another, both included, as far as they are known: also
    /// after the cursor, if it has been there.
    pub fn entries_between(&self, from: Time, to: Time) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.between(from, to)
    }

    /// An entry, if it is still kept.
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// How many of the entries before the cursor are not kept any more.
    pub fn entries_dropped(&self) -> u64 {
        self.entries.dropped(self.model.next_entry())
    }
}
