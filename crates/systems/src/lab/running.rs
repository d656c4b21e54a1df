//! A scene whose system is not known: what the timeline and the lab are compiled for, once for
//! all systems.

use std::any::Any;
use std::rc::Rc;

use faultline_sim::{
    Entry, EntryId, Fault, FaultError, MessageId, Network, NodeId, Outcome, Payload, Property,
    Status, Time, World,
};
use faultline_view::{Label, View};

use super::{CommandError, Holdings, Metrics, Scene, System, SystemInfo};
use crate::commands::{Names, Words};

/// One of a system's own commands.
pub(super) type Own = Rc<dyn Any>;

/// A scene of any system. Every method is as thin as can be, because there is one of each for
/// each system.
pub(super) trait Running {
    fn info(&self) -> &'static SystemInfo;
    fn as_any(&self) -> &dyn Any;
    fn fork(&self) -> Box<dyn Running>;

    fn now(&self) -> Time;
    fn next_time(&self) -> Option<Time>;
    fn event_count(&self) -> u64;
    fn next_entry(&self) -> EntryId;
    fn keep_entries_from(&mut self, id: EntryId);
    fn drain_entries(&mut self, into: &mut Vec<Entry>);
    fn fingerprint(&self) -> u64;
    fn size_bytes(&self) -> usize;
    fn node_count(&self) -> u32;
    fn status(&self, node: NodeId) -> Option<Status>;
    fn network(&self) -> &Network;
    fn inspect(&self, node: NodeId, into: &mut Holdings);
    /// Calls back with every timer of a node, and when it is due.
    fn timers(&self, node: NodeId, each: &mut dyn FnMut(&dyn Payload, Time));
    /// Calls back if a message is in flight: what it says, its receiver, sent, arrives.
    fn flight(&self, id: MessageId, found: &mut dyn FnMut(&dyn Payload, NodeId, Time, Time));

    /// Runs at most one event, and has the system look at the world.
    fn run_one(&mut self, until: Time) -> Outcome;
    fn apply_fault(&mut self, fault: &Fault) -> Result<(), FaultError>;
    fn apply_own(&mut self, own: &Own) -> Result<(), CommandError>;
    fn observe(&mut self);

    fn node_name(&self, node: NodeId) -> Label;
    fn possible_nodes(&self, at_start: u32, placed: &[&Own]) -> u32;
    fn read(&self, words: &Words, names: Names) -> Option<Result<Own, CommandError>>;
    fn write(&self, own: &Own) -> String;
    fn title(&self) -> Label;
    fn view(&self) -> View;
    fn metrics(&self) -> Metrics;
    fn text(&self) -> String;
}

impl<S: System> Running for Scene<S> {
    fn info(&self) -> &'static SystemInfo {
        S::info()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn fork(&self) -> Box<dyn Running> {
        Box::new(self.clone())
    }

    fn now(&self) -> Time {
        self.world.now()
    }

    fn next_time(&self) -> Option<Time> {
        self.world.next_time()
    }

    fn event_count(&self) -> u64 {
        self.world.event_count()
    }

    fn next_entry(&self) -> EntryId {
        self.world.next_entry()
    }

    fn keep_entries_from(&mut self, id: EntryId) {
        self.world.keep_entries_from(id);
    }

    fn drain_entries(&mut self, into: &mut Vec<Entry>) {
        self.world.drain_entries(into);
    }

    fn fingerprint(&self) -> u64 {
        self.world.fingerprint()
    }

    fn size_bytes(&self) -> usize {
        self.world.size_bytes() + self.system.size_bytes()
    }

    fn node_count(&self) -> u32 {
        self.world.node_count()
    }

    fn status(&self, node: NodeId) -> Option<Status> {
        self.world.status(node)
    }

    fn network(&self) -> &Network {
        self.world.network()
    }

    fn inspect(&self, node: NodeId, into: &mut Holdings) {
        S::inspect(self, node, into);
    }

    fn timers(&self, node: NodeId, each: &mut dyn FnMut(&dyn Payload, Time)) {
        for (_, timer, due) in self.world.timers(node) {
            each(timer, due);
        }
    }

    fn flight(&self, id: MessageId, found: &mut dyn FnMut(&dyn Payload, NodeId, Time, Time)) {
        if let Some(flight) = self.world.in_flight().find(|flight| flight.id == id) {
            found(flight.message, flight.to, flight.sent, flight.arrives);
        }
    }

    fn run_one(&mut self, until: Time) -> Outcome {
        let outcome = self.world.run_until(until, 1);
        self.observe();
        outcome
    }

    fn apply_fault(&mut self, fault: &Fault) -> Result<(), FaultError> {
        self.world.apply(fault)
    }

    fn apply_own(&mut self, own: &Own) -> Result<(), CommandError> {
        S::apply(self, command::<S>(own))
    }

    fn observe(&mut self) {
        self.system.observe(&self.world);
    }

    fn node_name(&self, node: NodeId) -> Label {
        self.system.node_name(node)
    }

    fn possible_nodes(&self, at_start: u32, placed: &[&Own]) -> u32 {
        let placed: Vec<_> = placed.iter().map(|own| command::<S>(own)).collect();
        self.system.node_count(at_start, &placed)
    }

    fn read(&self, words: &Words, names: Names) -> Option<Result<Own, CommandError>> {
        let read = self.system.read(words, names)?;
        Some(read.map(|command| Rc::new(command) as Own))
    }

    fn write(&self, own: &Own) -> String {
        self.system.write(command::<S>(own))
    }

    fn title(&self) -> Label {
        if cfg!(feature = "view") {
            S::title(self)
        } else {
            Label::default()
        }
    }

    fn view(&self) -> View {
        if cfg!(feature = "view") {
            S::view(self)
        } else {
            View::default()
        }
    }

    fn metrics(&self) -> Metrics {
        S::metrics(self)
    }

    fn text(&self) -> String {
        if cfg!(feature = "text") {
            S::text(self)
        } else {
            String::new()
        }
    }
}

/// A command as its own system knows it.
fn command<S: System>(own: &Own) -> &S::Command {
    own.downcast_ref()
        .expect("a run holds the commands of its own system alone")
}

/// The start of a run: all that a lab needs of a system.
pub(super) struct Beginning {
    pub(super) scene: AnyScene,
    pub(super) properties: Vec<(Property<AnyScene>, &'static str)>,
    /// What happens by itself.
    pub(super) script: Vec<(Time, Own)>,
}

/// The start of a run that a system has built.
pub(super) fn begin<S: System>((system, world): (S, World<S::Process>)) -> Beginning {
    let mut script = Vec::new();
    for (at, own) in system.script() {
        script.push((at, Rc::new(own) as Own));
    }
    let mut properties = Vec::new();
    for (property, text) in S::properties() {
        properties.push((property.within(scene::<S>), text));
    }
    Beginning {
        scene: AnyScene(Box::new(Scene { world, system })),
        properties,
        script,
    }
}

/// A scene of any system as a value: what properties are predicates over.
pub(super) struct AnyScene(pub(super) Box<dyn Running>);

impl Clone for AnyScene {
    fn clone(&self) -> Self {
        Self(self.0.fork())
    }
}

/// The scene as its own system knows it.
pub(super) fn scene<S: System>(any: &AnyScene) -> &Scene<S> {
    any.0
        .as_any()
        .downcast_ref()
        .expect("a run is asked for the scene of its own system alone")
}
