//! What a node of a simulated system is.

use crate::{NodeId, Outbox, Payload};

/// The behaviour of a node.
///
/// A handler gets its own state and an [`Outbox`], and does nothing else: no clock, no entropy,
/// no input or output.
/// That is what makes a run repeatable.
///
/// ```
/// use faultline_sim::{Network, NodeId, Outbox, Process, Span, Time, World};
///
/// /// Two nodes throw a ball.
/// #[derive(Clone)]
/// struct Player { catches: u32 }
///
/// impl Process for Player {
///     type Config = ();
///     type Message = ();
///     type Timer = ();
///     type Disk = ();
///     type Command = ();
///
///     fn boot(_config: &(), _id: NodeId) -> Self { Player { catches: 0 } }
///     fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
///         if out.me() == NodeId(0) { out.send(NodeId(1), ()); }
///     }
///     fn on_message(&mut self, from: NodeId, _ball: (), out: &mut Outbox<'_, Self>) {
///         self.catches += 1;
///         out.send(from, ());
///     }
///     fn on_timer(&mut self, _timer: (), _out: &mut Outbox<'_, Self>) {}
/// }
///
/// let mut world = World::<Player>::new((), 2, Network::constant(Span::from_millis(10)), 1);
/// world.run_until(Time::from_millis(100), u64::MAX);
/// assert_eq!(world.node(NodeId(1)).catches, 5);
/// ```
pub trait Process: Clone + 'static {
    /// Settings shared by all nodes, fixed for the run.
    type Config: Clone;
    /// What nodes send each other.
    type Message: Clone + Payload;
    /// What a timer carries back to its node.
    type Timer: Clone + Payload;
    /// What survives a crash.
    type Disk: Clone + Default;
    /// What a user can ask a node to do.
    type Command: Clone + Payload;

    /// A node as it is before its first instruction; its disk is not at hand yet.
    fn boot(config: &Self::Config, id: NodeId) -> Self;

    /// The node starts for the first time.
    fn on_start(&mut self, out: &mut Outbox<'_, Self>);

    /// A message arrived.
    fn on_message(&mut self, from: NodeId, message: Self::Message, out: &mut Outbox<'_, Self>);

    /// A timer is due.
    fn on_timer(&mut self, timer: Self::Timer, out: &mut Outbox<'_, Self>);

    /// The node starts again after a crash: it was booted afresh, its disk is as it was left
    /// (or empty, if the fault said so).
    fn on_restart(&mut self, out: &mut Outbox<'_, Self>) {
        self.on_start(out);
    }

    /// The node works faster or slower from now on, or goes on after it was paused: what it
    /// meant to be done with at some time will be done at another.
    fn on_pace(&mut self, out: &mut Outbox<'_, Self>) {
        let _ = out;
    }

    /// A user asks the node to do something.
    fn on_command(&mut self, command: Self::Command, out: &mut Outbox<'_, Self>) {
        let _ = (command, out);
    }

    /// About how many bytes this node holds, to bound the memory of checkpoints.
    ///
    /// A process that keeps collections should add what they hold.
    fn size_bytes(&self) -> usize {
        size_of::<Self>()
    }

    /// About how many bytes a disk holds.
    fn disk_size_bytes(disk: &Self::Disk) -> usize {
        let _ = disk;
        size_of::<Self::Disk>()
    }
}
