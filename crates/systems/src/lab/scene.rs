//! A world with its system's own state.

use faultline_sim::World;
use faultline_view::Label;

use super::System;

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
}
