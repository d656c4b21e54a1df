//! What a timeline can hold, and a world as one.

use std::fmt::Display;

use thiserror::Error;

use crate::{Entry, EntryId, Fault, FaultError, NodeId, Outcome, Process, Time, World};

/// A state that runs forward by events, and that commands change.
///
/// A clone goes on exactly as the original does.
pub trait Model: Clone {
    /// What a user can do to it, as data.
    type Command: Clone;
    /// Why a command did nothing.
    type Refused: Clone + Display;

    /// The time.
    fn now(&self) -> Time;
    /// When the next event runs; `None` if nothing is pending.
    fn next_time(&self) -> Option<Time>;
    /// How many events have run.
    fn event_count(&self) -> u64;
    /// Runs every event up to and including a time, at most `max_events` of them, and unless
    /// that many ran, moves the clock to the time (but not to [`Time::MAX`]).
    fn run_until(&mut self, until: Time, max_events: u64) -> Outcome;
    /// Runs the next event; false if nothing is pending.
    fn step(&mut self) -> bool {
        self.run_until(Time::MAX, 1).events == 1
    }
    /// Does what a user asked, now.
    ///
    /// # Errors
    /// Why nothing was done, and nothing has changed.
    fn apply(&mut self, command: &Self::Command) -> Result<(), Self::Refused>;
    /// Moves the recorded entries to the end of a list, in the order of their ids.
    fn drain_entries(&mut self, into: &mut Vec<Entry>);
    /// The id that the next entry will get; ids count up by one.
    fn next_entry(&self) -> EntryId;
    /// Entries before this one need not be recorded, they are known.
    fn keep_entries_from(&mut self, id: EntryId) {
        let _ = id;
    }
    /// A hash of all that happened so far.
    fn fingerprint(&self) -> u64;
    /// About how many bytes a clone takes.
    fn size_bytes(&self) -> usize;
}

/// What a user can do to a world.
#[derive(Clone, Debug, PartialEq)]
pub enum Action<C> {
    /// Something that happens to the cluster.
    Fault(Fault),
    /// Something asked of a node.
    Command {
        /// The node.
        node: NodeId,
        /// What is asked.
        command: C,
    },
}

/// Why an action did nothing.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Refusal {
    /// The fault makes no sense at that moment.
    #[error(transparent)]
    Fault(#[from] FaultError),
    /// The node is down.
    #[error("node {node} is down and did not hear it")]
    Unheard {
        /// The node.
        node: NodeId,
    },
}

impl<P: Process> Model for World<P> {
    type Command = Action<P::Command>;
    type Refused = Refusal;

    fn now(&self) -> Time {
        self.now()
    }

    fn next_time(&self) -> Option<Time> {
        self.next_time()
    }

    fn event_count(&self) -> u64 {
        self.event_count()
    }

    fn run_until(&mut self, until: Time, max_events: u64) -> Outcome {
        self.run_until(until, max_events)
    }

    fn apply(&mut self, action: &Self::Command) -> Result<(), Refusal> {
        match action {
            Action::Fault(fault) => Ok(self.apply(fault)?),
            Action::Command { node, command } => {
                if self.command(*node, command.clone()) {
                    Ok(())
                } else {
                    Err(Refusal::Unheard { node: *node })
                }
            }
        }
    }

    fn drain_entries(&mut self, into: &mut Vec<Entry>) {
        self.drain_entries(into);
    }

    fn next_entry(&self) -> EntryId {
        self.next_entry()
    }

    fn keep_entries_from(&mut self, id: EntryId) {
        self.keep_entries_from(id);
    }

    fn fingerprint(&self) -> u64 {
        self.fingerprint()
    }

    fn size_bytes(&self) -> usize {
        self.size_bytes()
    }
}
