//! What one system file implements.

use std::rc::Rc;

use faultline_sim::{NodeId, Process, Property, Time, World};
use faultline_view::{Label, View};

use super::{CommandError, Holdings, Metrics, Scene, SystemInfo};
use crate::Values;
use crate::code::Program;
use crate::commands::{Names, Words};

/// A system that Faultline teaches: the glue between a protocol, which is a [`Process`] for the
/// kernel, and the [`Lab`](super::Lab) that everything else holds.
///
/// The value itself is what the run as a whole keeps besides its nodes: settings, shared tables,
/// and whatever [`observe`](System::observe) writes down. It is cloned into every checkpoint, so
/// big tables belong behind an `Rc`.
///
/// A system is complete with this trait, its [`SystemInfo`] whose `start` is
/// [`start::<Self>`](super::start), and one line in the registry.
pub trait System: Clone + 'static {
    /// The machines.
    type Process: Process + 'static;
    /// The system's own commands.
    type Command: Clone + PartialEq + 'static;

    /// The registry's entry.
    fn info() -> &'static SystemInfo;

    /// The run at time 0.
    fn build(values: &Values, seed: u64) -> (Self, World<Self::Process>);

    /// What happens by itself because of the parameters. It stands on the timeline before all
    /// that a user does.
    fn script(&self) -> Vec<(Time, Self::Command)> {
        Vec::new()
    }

    /// A node's name as the lesson shows it; also of nodes that commands may add later.
    fn node_name(&self, node: NodeId) -> Label;

    /// How many nodes there can be, given the nodes at the start and these commands.
    fn node_count(&self, at_start: u32, placed: &[&Self::Command]) -> u32 {
        let _ = placed;
        at_start
    }

    /// Reads one of the system's own commands; none if its first word is not one of theirs.
    ///
    /// # Errors
    /// What is not allowed, with what is.
    fn read(&self, words: &Words, names: Names) -> Option<Result<Self::Command, CommandError>>;

    /// The normal form of a command, which reads back as the same.
    fn write(&self, command: &Self::Command) -> String;

    /// Does what a user asked.
    ///
    /// # Errors
    /// Why nothing was done, and nothing has changed.
    fn apply(scene: &mut Scene<Self>, command: &Self::Command) -> Result<(), CommandError>;

    /// Looks at the world after every event and command. It must be cheap when nothing of
    /// interest has changed, and depend on what it sees alone.
    fn observe(&mut self, world: &World<Self::Process>) {
        let _ = world;
    }

    /// Properties that are watched, each with its sentence.
    fn properties() -> Vec<(Property<Scene<Self>>, &'static str)> {
        Vec::new()
    }

    /// The title of what there is to see; worth writing where a view is a great deal of work.
    fn title(scene: &Scene<Self>) -> Label {
        Self::view(scene).title
    }

    /// What there is to see. Called up to sixty times a second.
    fn view(scene: &Scene<Self>) -> View;

    /// What a node knows and what its disk holds, for who looks at it closely. Its memory is
    /// left out while it is down, its timers are added: neither is of concern here.
    fn inspect(scene: &Scene<Self>, node: NodeId, into: &mut Holdings);

    /// The metrics, in the order of [`SystemInfo::metrics`].
    fn metrics(scene: &Scene<Self>) -> Metrics;

    /// The run as text, as the command line prints it.
    fn text(scene: &Scene<Self>) -> String;

    /// About how many bytes the value holds, to bound the memory of checkpoints.
    fn size_bytes(&self) -> usize {
        size_of::<Self>()
    }
}

/// A system that can ask a learner's program.
pub trait Programmable: System {
    /// The run at time 0, with a program.
    fn build_with(
        values: &Values,
        seed: u64,
        program: Rc<dyn Program>,
    ) -> (Self, World<Self::Process>);
}
