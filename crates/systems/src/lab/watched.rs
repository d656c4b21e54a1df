//! A scene of any system with its properties watched: the timeline's model.

use faultline_sim::{
    Entry, EntryId, Fault, FaultError, Model, Monitor, NodeId, Outcome, Property, Status, Stop,
    Time,
};
use faultline_view::Label;

use super::CommandError;
use super::running::{AnyScene, Own};
use crate::commands::{Command, Names};

impl AnyScene {
    /// The names of all nodes there are now, in the kernel's order.
    pub(super) fn node_names(&self) -> Vec<Label> {
        let ids = (0..self.0.node_count()).map(NodeId);
        ids.map(|id| self.0.node_name(id)).collect()
    }

    fn apply_fault(&mut self, fault: &Fault) -> Result<(), CommandError> {
        // To the kernel, a restart of what runs is a crash first. A user who types it, or types
        // `start`, is mistaken about the node: saying so beats losing its memory.
        if let Fault::Restart {
            node,
            empty_disk: false,
        } = *fault
            && self.0.status(node) == Some(Status::Up)
        {
            let name = self.0.node_name(node);
            return Err(CommandError(format!(
                "node {name} is up; crash it first, or restart it with --empty"
            )));
        }
        self.0
            .apply_fault(fault)
            .map_err(|error| refusal(&error, fault, Names(&self.node_names())))
    }
}

/// Properties are predicates over scenes, which the kernel's monitor takes as a model.
impl Model for AnyScene {
    type Command = Command<Own>;
    type Refused = CommandError;

    fn now(&self) -> Time {
        self.0.now()
    }

    fn next_time(&self) -> Option<Time> {
        self.0.next_time()
    }

    fn event_count(&self) -> u64 {
        self.0.event_count()
    }

    fn run_until(&mut self, until: Time, max_events: u64) -> Outcome {
        let mut events = 0;
        while events < max_events {
            let outcome = self.0.run_one(until);
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
            Command::Fault(fault) => self.apply_fault(fault),
            Command::Own(own) => self.0.apply_own(own),
        };
        self.0.observe();
        done
    }

    fn drain_entries(&mut self, into: &mut Vec<Entry>) {
        self.0.drain_entries(into);
    }

    fn next_entry(&self) -> EntryId {
        self.0.next_entry()
    }

    fn keep_entries_from(&mut self, id: EntryId) {
        self.0.keep_entries_from(id);
    }

    fn fingerprint(&self) -> u64 {
        self.0.fingerprint()
    }

    fn size_bytes(&self) -> usize {
        self.0.size_bytes()
    }
}

/// A scene with its properties watched.
#[derive(Clone)]
pub(super) struct Watched {
    pub(super) scene: AnyScene,
    pub(super) monitor: Monitor<AnyScene>,
}

impl Watched {
    pub(super) fn new(scene: AnyScene, properties: Vec<Property<AnyScene>>) -> Self {
        let mut watched = Self {
            scene,
            monitor: Monitor::new(properties),
        };
        watched.scene.0.observe();
        watched.monitor.observe(&watched.scene);
        watched
    }
}

impl Model for Watched {
    type Command = Command<Own>;
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

    fn drain_entries(&mut self, into: &mut Vec<Entry>) {
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

#[cfg(test)]
mod tests {
    use crate::Values;
    use faultline_sim::Time;

    /// What a system's first node answers to a command, after those before it.
    fn answers(info: &crate::SystemInfo, commands: &[&str]) -> Vec<Option<String>> {
        let mut lab = (info.start)(&Values::defaults(info.params), 1);
        let node = lab.node_names()[0].to_string();
        for (index, command) in (1..).zip(commands) {
            let text = command.replace("NODE", &node);
            lab.insert(Time::from_millis(index), &text).unwrap();
        }
        lab.seek(Time::from_secs(1), u64::MAX);
        let answers = lab.commands().into_iter();
        answers
            .map(|command| command.refused.map(|why| why.replace(&node, "NODE")))
            .collect()
    }

    #[test]
    fn what_is_up_is_not_restarted_by_mistake() {
        let up = Some("node NODE is up; crash it first, or restart it with --empty".to_owned());
        for info in crate::registry() {
            let name = info.name;
            assert_eq!(
                answers(info, &["restart NODE", "start NODE"]),
                [up.clone(), up.clone()],
                "{name}"
            );
            for meant in [
                ["crash NODE", "restart NODE"],
                ["pause NODE", "restart NODE"],
                ["heal", "restart NODE --empty"],
            ] {
                assert_eq!(answers(info, &meant), [None, None], "{name}: {meant:?}");
            }
        }
    }
}
