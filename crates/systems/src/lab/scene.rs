//! A world with its system's own state, and with its properties watched, as the timeline's model.

use faultline_sim::{
    Entry, EntryId, Fault, FaultError, Model, Monitor, NodeId, Outcome, Stop, Time, World,
};
use faultline_view::Label;

use super::{CommandError, System};
use crate::commands::{Command, Names};

/// A run at a moment: the world, and what the system keeps besides.
#[derive(Clone)]
pub struct Scene<S: System> {
    /// Nodes, network and messages.
    pub world: World<S::Process>,
    /// The system's own state.
    pub system: S,
}

impl<S: System> Scene<S> {
    /// The names of all nodes there are now, in the kernel's order.
    pub fn node_names(&self) -> Vec<Label> {
        let name = |id| self.system.node_name(id);
        self.world.ids().map(name).collect()
    }

    fn observe(&mut self) {
        self.system.observe(&self.world);
    }
}

/// Properties are predicates over scenes, which the kernel's monitor takes as a model.
impl<S: System> Model for Scene<S> {
    type Command = Command<S::Command>;
    type Entry = Entry<S::Process>;
    type Refused = CommandError;

    fn now(&self) -> Time {
        self.world.now()
    }

    fn next_time(&self) -> Option<Time> {
        self.world.next_time()
    }

    fn event_count(&self) -> u64 {
        self.world.event_count()
    }

    fn run_until(&mut self, until: Time, max_events: u64) -> Outcome {
        let mut events = 0;
        while events < max_events {
            let outcome = self.world.run_until(until, 1);
            self.observe();
            events += outcome.events;
            if outcome.stop != Stop::Budget {
                let stop = outcome.stop;
                return Outcome { events, stop };
            }
        }
        let stop = Stop::Budget;
        Outcome { events, stop }
    }

    fn apply(&mut self, command: &Self::Command) -> Result<(), CommandError> {
        let done = match command {
            Command::Fault(fault) => self
                .world
                .apply(fault)
                .map_err(|error| refusal(&error, fault, Names(&self.node_names()))),
            Command::Own(own) => S::apply(self, own),
        };
        self.observe();
        done
    }

    fn drain_entries(&mut self, into: &mut Vec<Self::Entry>) {
        self.world.drain_entries(into);
    }

    fn next_entry(&self) -> EntryId {
        self.world.next_entry()
    }

    fn keep_entries_from(&mut self, id: EntryId) {
        self.world.keep_entries_from(id);
    }

    fn fingerprint(&self) -> u64 {
        self.world.fingerprint()
    }

    fn size_bytes(&self) -> usize {
        self.world.size_bytes() + self.system.size_bytes()
    }
}

/// A scene with its properties watched.
#[derive(Clone)]
pub(super) struct Watched<S: System> {
    pub(super) scene: Scene<S>,
    pub(super) monitor: Monitor<Scene<S>>,
}

impl<S: System> Watched<S> {
    pub(super) fn new(system: S, world: World<S::Process>) -> Self {
        let properties = S::properties().into_iter().map(|(property, _)| property);
        let mut watched = Self {
            scene: Scene { world, system },
            monitor: Monitor::new(properties),
        };
        watched.scene.observe();
        watched.monitor.observe(&watched.scene);
        watched
    }
}

impl<S: System> Model for Watched<S> {
    type Command = <Scene<S> as Model>::Command;
    type Entry = <Scene<S> as Model>::Entry;
    type Refused = CommandError;

    fn now(&self) -> Time {
        self.scene.now()
    }

    fn next_time(&self) -> Option<Time> {
        self.scene.next_time()
    }

    fn event_count(&self) -> u64 {
        self.scene.event_count()
    }

    fn run_until(&mut self, until: Time, max_events: u64) -> Outcome {
        self.monitor.run(&mut self.scene, until, max_events)
    }

    fn apply(&mut self, command: &Self::Command) -> Result<(), CommandError> {
        let done = self.scene.apply(command);
        self.monitor.observe(&self.scene);
        done
    }

    fn drain_entries(&mut self, into: &mut Vec<Self::Entry>) {
        self.scene.drain_entries(into);
    }

    fn next_entry(&self) -> EntryId {
        self.scene.next_entry()
    }

    fn keep_entries_from(&mut self, id: EntryId) {
        self.scene.keep_entries_from(id);
    }

    fn fingerprint(&self) -> u64 {
        self.scene.fingerprint()
    }

    fn size_bytes(&self) -> usize {
        self.scene.size_bytes()
    }
}

/// The kernel's refusal in the lesson's names.
fn refusal(error: &FaultError, fault: &Fault, names: Names) -> CommandError {
    let named = |node: &NodeId, what: &str| format!("node {} {what}", names.of(*node));
    CommandError(match error {
        FaultError::Down { node } => named(node, "is down"),
        FaultError::AlreadyPaused { node } => named(node, "is paused already"),
        FaultError::NotPaused { node } => named(node, "is not paused"),
        FaultError::TwoGroups { node } => named(node, "is in two groups of the partition"),
        FaultError::NotInFlight { id } => {
            format!("message {} is not in flight", names.message(*id))
        }
        FaultError::NoSuchNode { .. } => {
            let text = crate::commands::fault_text(fault, names);
            format!("{text}: there is no such node yet")
        }
        other => other.to_string(),
    })
}
