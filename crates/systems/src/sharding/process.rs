//! The machines of the sharding system: storage nodes that hand keys over, and a client that
//! keeps the list of nodes, announces it, and looks keys up.
//!
//! The protocol:
//! - A change of the list of nodes is a new [`Cluster`] with the next epoch. The client writes
//!   it to its disk and announces it to every node until each has acknowledged it.
//! - A node that learns of a new epoch streams every key it holds but does not own to the key's
//!   owner, one [`Message::Transfer`] at a time.
//! - The owner stores the key and acknowledges it; only then does the sender delete its copy.
//!   What is not acknowledged is sent again.
//!
//! Why no key is lost, whatever the network does: a copy is deleted only on an acknowledgement
//! that carries the sender's *present* epoch, and a node stores keys only for epochs that it
//! knows itself. If two nodes were to delete on each other's acknowledgements, each of them
//! would have had to be in a later epoch than the other.

use std::rc::Rc;

use faultline_sim::{NodeId, Outbox, Process, Span};

use super::client::Client;
use super::key_set::KeySet;
use super::message::{Ask, Cluster, Message, Timer};
use super::placement::{Catalog, Placement, Slot};
use super::store::{self, Store};

/// The client's number in the kernel; the nodes follow it.
pub const CLIENT: NodeId = NodeId(0);
/// How often a machine whose disk is empty asks for the list of nodes.
pub(super) const ASK_EVERY: Span = Span::from_millis(100);

/// What all machines know from the start.
#[derive(Debug)]
pub struct Setup {
    /// The keys and the strategy.
    pub catalog: Catalog,
    /// The nodes before any change.
    pub initial: Rc<Placement>,
    /// The pause between two keys that a node hands over.
    pub transfer_gap: Span,
    /// Whether a node keeps its copy until the receiver has acknowledged it.
    pub acknowledged: bool,
    /// The pause between two look-ups of the client; none: it makes none of its own accord.
    pub lookup_gap: Option<Span>,
}

/// What survives a crash.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// The latest list of nodes known here.
    pub cluster: Option<Cluster>,
    /// The keys stored here; empty on the client.
    pub held: KeySet,
    /// Counts the writes, to see cheaply that something changed.
    pub writes: u32,
}

impl Disk {
    /// The epoch of that list; 0 while none is known.
    pub fn epoch(&self) -> u32 {
        self.cluster.as_ref().map_or(0, |cluster| cluster.epoch)
    }
}

/// A machine.
#[derive(Clone, Debug)]
pub enum Machine {
    /// It keeps the list of nodes and looks keys up.
    Client(Client),
    /// It stores keys.
    Store(Store),
}

impl Process for Machine {
    type Config = Rc<Setup>;
    type Message = Message;
    type Timer = Timer;
    type Disk = Disk;
    type Command = Ask;

    fn boot(setup: &Rc<Setup>, id: NodeId) -> Self {
        match Slot::of(id) {
            None => Self::Client(Client::default()),
            Some(slot) => Self::Store(Store::new(slot, setup.catalog.keys())),
        }
    }

    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        let setup = Rc::clone(out.config());
        let initial = Cluster {
            epoch: 1,
            placement: Rc::clone(&setup.initial),
        };
        match self {
            Self::Client(client) => {
                write(out, |disk| disk.cluster = Some(initial));
                // Everybody there at the start knows the list.
                client.assume_told();
                client.start(out);
            }
            Self::Store(store) => {
                let slot = store.slot();
                write(out, |disk| {
                    disk.held = KeySet::new(setup.catalog.keys());
                    if initial.placement.has(slot) {
                        disk.held = initial.placement.owned(slot).clone();
                        disk.cluster = Some(initial);
                    }
                });
                store.start(out);
            }
        }
    }

    fn on_restart(&mut self, out: &mut Outbox<'_, Self>) {
        match self {
            Self::Client(client) => client.start(out),
            Self::Store(store) => {
                let keys = out.config().catalog.keys();
                if out.disk().held.size_bytes() == 0 {
                    write(out, |disk| disk.held = KeySet::new(keys));
                }
                store.start(out);
            }
        }
    }

    fn on_message(&mut self, from: NodeId, message: Message, out: &mut Outbox<'_, Self>) {
        match (self, message) {
            (_, Message::Hello) => {
                if let Some(cluster) = out.disk().cluster.clone() {
                    out.send(from, Message::Membership(cluster));
                }
            }
            (Self::Client(client), Message::Membership(cluster)) => client.recover(cluster, out),
            (Self::Client(client), Message::MembershipAck { epoch }) => {
                client.hear(from, epoch, out);
            }
            (Self::Client(client), Message::Found { request }) => {
                client.answer(request, true, out);
            }
            (Self::Client(client), Message::Missing { request }) => {
                client.answer(request, false, out);
            }
            (Self::Store(store), Message::Membership(cluster)) => store.adopt(from, cluster, out),
            (Self::Store(store), Message::Transfer { key, epoch }) => {
                store.store(from, key, epoch, out);
            }
            (Self::Store(store), Message::TransferAck { key, epoch }) => {
                store.release(key, epoch, out);
            }
            (Self::Store(_), Message::Get { request, key }) => {
                store::answer(from, request, &key, out);
            }
            // Nobody sends the rest: only nodes are asked for keys, only the client announces.
            _ => {}
        }
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Outbox<'_, Self>) {
        match (self, timer) {
            (_, Timer::Ask) => ask(out),
            (Self::Client(client), Timer::Announce) => client.announce(out),
            (Self::Client(client), Timer::LookUp) => client.look_up_any(out),
            (Self::Store(store), Timer::HandOver) => store.hand_over(out),
            _ => {}
        }
    }

    fn on_command(&mut self, command: Ask, out: &mut Outbox<'_, Self>) {
        let Self::Client(client) = self else { return };
        match command {
            Ask::Add(slot) => client.change(slot, true, out),
            Ask::Remove(slot) => client.change(slot, false, out),
            Ask::LookUp(key) => client.look_up(key, out),
        }
    }

    fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Client(client) => client.size_bytes(),
                Self::Store(store) => store.size_bytes(),
            }
    }

    fn disk_size_bytes(disk: &Disk) -> usize {
        size_of::<Disk>() + disk.held.size_bytes()
    }
}

/// Writes to the disk, and counts it.
pub(super) fn write(out: &mut Outbox<'_, Machine>, change: impl FnOnce(&mut Disk)) {
    out.write_disk(|disk| {
        change(disk);
        disk.writes += 1;
    });
}

/// Asks for the list of nodes until it is known: a node asks the client, a client every node.
pub(super) fn ask(out: &mut Outbox<'_, Machine>) {
    if out.disk().cluster.is_some() {
        return;
    }
    if out.me() == CLIENT {
        let nodes: Vec<NodeId> = out.others().collect();
        for node in nodes {
            out.send(node, Message::Hello);
        }
    } else {
        out.send(CLIENT, Message::Hello);
    }
    out.set_timer(Timer::Ask, ASK_EVERY);
}
