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

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt::Display;
use std::rc::Rc;

use faultline_sim::{NodeId, Outbox, Payload, Process, Span, Time, TimerId};

use super::key_set::KeySet;
use super::placement::{Catalog, Key, Placement, SLOTS_MAX, Slot};

/// The client's number in the kernel; the nodes follow it.
pub const CLIENT: NodeId = NodeId(0);
/// How long a client waits for an answer before it counts the look-up as unanswered.
const ANSWER_TIMEOUT: Span = Span::from_millis(500);
/// How often an announcement is repeated to nodes that have not acknowledged it.
const ANNOUNCE_EVERY: Span = Span::from_millis(100);
/// How long a node waits for outstanding acknowledgements before it sends those keys again.
const RETRY_AFTER: Span = Span::from_millis(200);
/// The most look-ups a client waits for; older ones count as unanswered.
const WAITING_MAX: usize = 1_000;

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

/// The list of nodes in force.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Counts the changes, from 1; the higher one is in force.
    pub epoch: u32,
    /// The nodes, and where they place every key.
    pub placement: Rc<Placement>,
}

/// What machines say to each other.
#[derive(Clone, Debug)]
pub enum Message {
    /// "I know no list of nodes": said by a machine whose disk is empty.
    Hello,
    /// The list of nodes.
    Membership(Cluster),
    /// The list of nodes of this epoch has arrived.
    MembershipAck {
        /// Its epoch.
        epoch: u32,
    },
    /// A key that is the receiver's from now on.
    Transfer {
        /// Which key.
        key: u32,
        /// The sender's epoch.
        epoch: u32,
    },
    /// The key is stored here.
    TransferAck {
        /// Which key.
        key: u32,
        /// The epoch of the transfer.
        epoch: u32,
    },
    /// A look-up.
    Get {
        /// Which of the client's look-ups.
        request: u32,
        /// Which key.
        key: Key,
    },
    /// The key is here.
    Found {
        /// Which look-up.
        request: u32,
    },
    /// The key is not here.
    Missing {
        /// Which look-up.
        request: u32,
    },
}

impl Payload for Message {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Hello => "Hello",
            Self::Membership(_) => "Membership",
            Self::MembershipAck { .. } => "MembershipAck",
            Self::Transfer { .. } => "Transfer",
            Self::TransferAck { .. } => "TransferAck",
            Self::Get { .. } => "Get",
            Self::Found { .. } => "Found",
            Self::Missing { .. } => "Missing",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Self::Hello => {}
            Self::Membership(cluster) => {
                let letters = cluster.placement.members().iter().map(|slot| slot.letter());
                field("epoch", &cluster.epoch);
                field("nodes", &letters.collect::<String>());
            }
            Self::MembershipAck { epoch } => field("epoch", epoch),
            Self::Transfer { key, epoch } | Self::TransferAck { key, epoch } => {
                field("key", &Key::Number(*key));
                field("epoch", epoch);
            }
            Self::Get { request, key } => {
                field("key", key);
                field("request", request);
            }
            Self::Found { request } | Self::Missing { request } => field("request", request),
        }
    }
}

/// What machines remind themselves of.
#[derive(Clone, Debug)]
pub enum Timer {
    /// Ask for the list of nodes, if it is still unknown.
    Ask,
    /// Announce the list of nodes to those that have not acknowledged it.
    Announce,
    /// Hand over the next key.
    HandOver,
    /// Look the next key up.
    LookUp,
}

impl Payload for Timer {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Ask => "Ask",
            Self::Announce => "Announce",
            Self::HandOver => "HandOver",
            Self::LookUp => "LookUp",
        })
    }
}

/// What a user asks of the client.
#[derive(Clone, Debug)]
pub enum Ask {
    /// Put a node on the list.
    Add(Slot),
    /// Take a node off the list.
    Remove(Slot),
    /// Look a key up.
    LookUp(Key),
}

impl Payload for Ask {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Add(_) => "Add",
            Self::Remove(_) => "Remove",
            Self::LookUp(_) => "LookUp",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Self::Add(slot) | Self::Remove(slot) => field("node", slot),
            Self::LookUp(key) => field("key", key),
        }
    }
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
    fn epoch(&self) -> u32 {
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
            Some(slot) => Self::Store(Store {
                slot,
                pending: KeySet::new(setup.catalog.keys()),
                cursor: 0,
                timer: None,
            }),
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
                client.told = u32::MAX;
                client.start(out);
            }
            Self::Store(store) => {
                let slot = store.slot;
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
                let here = matches!(key, Key::Number(number) if out.disk().held.contains(number));
                let answer = if here {
                    Message::Found { request }
                } else {
                    Message::Missing { request }
                };
                out.send(from, answer);
            }
            // Nobody sends the rest: only nodes are asked for keys, only the client announces.
            _ => {}
        }
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Outbox<'_, Self>) {
        match (self, timer) {
            (_, Timer::Ask) => ask(out),
            (Self::Client(client), Timer::Announce) => {
                client.timer = None;
                client.announce(out);
            }
            (Self::Client(client), Timer::LookUp) => client.look_up_any(out),
            (Self::Store(store), Timer::HandOver) => {
                store.timer = None;
                store.hand_over(out);
            }
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
                Self::Client(client) => client.waiting.len() * size_of::<(u32, Time)>(),
                Self::Store(store) => store.pending.size_bytes(),
            }
    }

    fn disk_size_bytes(disk: &Disk) -> usize {
        size_of::<Disk>() + disk.held.size_bytes()
    }
}

/// Writes to the disk, and counts it.
fn write(out: &mut Outbox<'_, Machine>, change: impl FnOnce(&mut Disk)) {
    out.write_disk(|disk| {
        change(disk);
        disk.writes += 1;
    });
}

/// Asks for the list of nodes until it is known: a node asks the client, a client every node.
fn ask(out: &mut Outbox<'_, Machine>) {
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
    out.set_timer(Timer::Ask, ANNOUNCE_EVERY);
}

/// A storage node. Its keys are on its disk.
#[derive(Clone, Debug)]
pub struct Store {
    slot: Slot,
    /// Keys held here that belong elsewhere, not acknowledged yet.
    pending: KeySet,
    /// Keys from this one on have not been sent in the present pass.
    cursor: u32,
    timer: Option<TimerId>,
}

impl Store {
    /// Whether every key held here belongs here, as far as the node knows.
    pub fn is_settled(&self) -> bool {
        self.pending.is_empty()
    }

    fn start(&mut self, out: &mut Outbox<'_, Machine>) {
        if out.disk().cluster.is_none() {
            // A node that has just been added hears of it at once; one whose disk is empty asks.
            out.set_timer(Timer::Ask, ANNOUNCE_EVERY);
        }
        self.sort_out(out);
    }

    /// Finds the keys that belong elsewhere and begins to hand them over.
    fn sort_out(&mut self, out: &mut Outbox<'_, Machine>) {
        let disk = out.disk();
        let Some(cluster) = &disk.cluster else { return };
        self.pending = disk.held.clone();
        self.pending.subtract(cluster.placement.owned(self.slot));
        self.cursor = 0;
        self.wake(out);
    }

    /// Has the next key handed over one gap from now, if there is one.
    fn wake(&mut self, out: &mut Outbox<'_, Machine>) {
        if self.pending.is_empty() {
            return;
        }
        let gap = out.config().transfer_gap.scaled(out.slowness());
        let under_way = self.timer.is_some_and(|timer| out.reset_timer(timer, gap));
        if !under_way {
            self.timer = Some(out.set_timer(Timer::HandOver, gap));
        }
    }

    fn adopt(&mut self, from: NodeId, cluster: Cluster, out: &mut Outbox<'_, Machine>) {
        let epoch = cluster.epoch;
        if epoch > out.disk().epoch() {
            write(out, |disk| disk.cluster = Some(cluster));
            self.sort_out(out);
        }
        // A repeated or an old announcement is acknowledged too: the first answer may be lost.
        out.send(from, Message::MembershipAck { epoch });
    }

    fn hand_over(&mut self, out: &mut Outbox<'_, Machine>) {
        if self.pending.is_empty() {
            return;
        }
        let Some(key) = self.pending.next_from(self.cursor) else {
            // Every key has been sent in this pass. Wait for the answers, then send again what
            // is left.
            self.cursor = 0;
            self.timer = Some(out.set_timer(Timer::HandOver, RETRY_AFTER));
            return;
        };
        self.cursor = key + 1;
        let Some(cluster) = out.disk().cluster.clone() else {
            return;
        };
        let owner = cluster.placement.owners()[key as usize];
        let epoch = cluster.epoch;
        out.send(owner.node(), Message::Transfer { key, epoch });
        if !out.config().acknowledged {
            // The broken setting: whether the key arrives is left to luck.
            self.forget(key, out);
        }
        self.wake(out);
    }

    fn store(&mut self, from: NodeId, key: u32, epoch: u32, out: &mut Outbox<'_, Machine>) {
        let acknowledged = out.config().acknowledged;
        if acknowledged && epoch > out.disk().epoch() {
            // Not this node's to keep as far as it knows. The sender will send it again, and by
            // then the announcement will have arrived here too.
            return;
        }
        if !out.disk().held.contains(key) {
            write(out, |disk| {
                disk.held.insert(key);
            });
        }
        let mine =
            out.disk().cluster.as_ref().is_none_or(|cluster| {
                cluster.placement.owners().get(key as usize) == Some(&self.slot)
            });
        if !mine && self.pending.insert(key) {
            self.wake(out);
        }
        if acknowledged {
            out.send(from, Message::TransferAck { key, epoch });
        }
    }

    fn release(&mut self, key: u32, epoch: u32, out: &mut Outbox<'_, Machine>) {
        if epoch == out.disk().epoch() && self.pending.contains(key) {
            self.forget(key, out);
        }
    }

    fn forget(&mut self, key: u32, out: &mut Outbox<'_, Machine>) {
        self.pending.remove(key);
        write(out, |disk| {
            disk.held.remove(key);
        });
        if self.pending.is_empty() {
            let slot = self.slot;
            let member = out
                .disk()
                .cluster
                .as_ref()
                .is_some_and(|one| one.placement.has(slot));
            out.note(|| {
                if member {
                    format!("{} holds only keys of its own", slot.node_name())
                } else {
                    format!("{} is empty and leaves", slot.node_name())
                }
            });
        }
    }
}

/// A look-up that a user asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct LookUp {
    /// The key.
    pub key: Key,
    /// Which of the client's look-ups.
    request: u32,
    /// Whether the key was there; none while there is no answer.
    pub found: Option<bool>,
}

/// The client. The list of nodes is on its disk.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// Nodes that have acknowledged the present list, one bit per slot.
    told: u32,
    timer: Option<TimerId>,
    last_request: u32,
    /// Look-ups without an answer, with the time at which the client gives up.
    waiting: VecDeque<(u32, Time)>,
    last_asked: Option<LookUp>,
}

impl Client {
    /// The last look-up that a user asked for.
    pub fn last_asked(&self) -> Option<&LookUp> {
        self.last_asked.as_ref()
    }

    fn start(&mut self, out: &mut Outbox<'_, Machine>) {
        if out.disk().cluster.is_none() {
            ask(out);
        } else {
            self.announce(out);
        }
        if let Some(gap) = out.config().lookup_gap {
            out.set_timer(Timer::LookUp, gap);
        }
    }

    /// Announces the list to every node that has not acknowledged it, and again later.
    fn announce(&mut self, out: &mut Outbox<'_, Machine>) {
        let Some(cluster) = out.disk().cluster.clone() else {
            return;
        };
        let nodes: Vec<NodeId> = out.others().filter(|node| !self.has_told(*node)).collect();
        if nodes.is_empty() {
            return;
        }
        for node in nodes {
            out.send(node, Message::Membership(cluster.clone()));
        }
        let under_way = self
            .timer
            .is_some_and(|timer| out.reset_timer(timer, ANNOUNCE_EVERY));
        if !under_way {
            self.timer = Some(out.set_timer(Timer::Announce, ANNOUNCE_EVERY));
        }
    }

    fn has_told(&self, node: NodeId) -> bool {
        Slot::of(node).is_none_or(|slot| self.told >> slot.0 & 1 == 1)
    }

    fn hear(&mut self, from: NodeId, epoch: u32, out: &mut Outbox<'_, Machine>) {
        let Some(slot) = Slot::of(from) else { return };
        if epoch == out.disk().epoch() {
            self.told |= 1 << slot.0;
            let all_told = out.others().all(|node| self.has_told(node));
            if all_told && let Some(timer) = self.timer.take() {
                out.cancel_timer(timer);
            }
        }
    }

    /// A client whose disk was emptied takes the list from whoever knows it best.
    fn recover(&mut self, cluster: Cluster, out: &mut Outbox<'_, Machine>) {
        if cluster.epoch > out.disk().epoch() {
            write(out, |disk| disk.cluster = Some(cluster));
            self.told = 0;
            self.announce(out);
        }
    }

    fn change(&mut self, slot: Slot, add: bool, out: &mut Outbox<'_, Machine>) {
        let setup = Rc::clone(out.config());
        let Some(cluster) = out.disk().cluster.clone() else {
            out.note(|| "No change: the list of nodes is not known here");
            return;
        };
        let mut members = cluster.placement.members().to_vec();
        let name = slot.node_name();
        if add == cluster.placement.has(slot) {
            let state = if add {
                "is a member already"
            } else {
                "is no member"
            };
            out.note(|| format!("No change: {name} {state}"));
            return;
        }
        if !add && members.len() == 1 {
            out.note(|| format!("No change: {name} is the last node"));
            return;
        }
        if add {
            members.push(slot);
        } else {
            members.retain(|member| *member != slot);
        }
        let verb = if add { "joins" } else { "leaves" };
        out.note(|| format!("{name} {verb}"));
        let next = Cluster {
            epoch: cluster.epoch + 1,
            placement: setup.catalog.place(&members),
        };
        write(out, |disk| disk.cluster = Some(next));
        self.told = 0;
        self.announce(out);
    }

    fn look_up_any(&mut self, out: &mut Outbox<'_, Machine>) {
        self.give_up(out);
        let keys = u64::from(out.config().catalog.keys());
        let number = out.random().range(0, keys - 1) as u32;
        if self.get(Key::Number(number), out).is_some() {
            let deadline = out.now() + ANSWER_TIMEOUT;
            self.waiting.push_back((self.last_request, deadline));
        }
        if let Some(gap) = out.config().lookup_gap {
            out.set_timer(Timer::LookUp, gap);
        }
    }

    fn look_up(&mut self, key: Key, out: &mut Outbox<'_, Machine>) {
        if let Some(request) = self.get(key.clone(), out) {
            self.last_asked = Some(LookUp {
                key,
                request,
                found: None,
            });
        }
    }

    /// Asks the key's owner for it; none if the list of nodes is not known.
    fn get(&mut self, key: Key, out: &mut Outbox<'_, Machine>) -> Option<u32> {
        let cluster = out.disk().cluster.as_ref()?;
        let hash = out.config().catalog.hash(&key);
        let owner = cluster.placement.owner(&key, hash);
        self.last_request += 1;
        let request = self.last_request;
        out.send(owner.node(), Message::Get { request, key });
        Some(request)
    }

    fn answer(&mut self, request: u32, found: bool, out: &mut Outbox<'_, Machine>) {
        if let Some(asked) = &mut self.last_asked
            && asked.request == request
        {
            asked.found = Some(found);
        }
        let Some(index) = self
            .waiting
            .iter()
            .position(|(waiting, _)| *waiting == request)
        else {
            // A copy, an answer that came too late, or a user's own look-up.
            return;
        };
        self.waiting.remove(index);
        out.count(if found { LOOKUPS_OK } else { LOOKUPS_MISSED }, 1);
    }

    fn give_up(&mut self, out: &mut Outbox<'_, Machine>) {
        let now = out.now();
        let late = |waiting: &VecDeque<(u32, Time)>| {
            let due = waiting
                .front()
                .is_some_and(|(_, deadline)| *deadline <= now);
            due || waiting.len() >= WAITING_MAX
        };
        while late(&self.waiting) {
            self.waiting.pop_front();
            out.count(LOOKUPS_UNANSWERED, 1);
        }
    }
}

/// Counter: the client's look-ups that found their key where it belongs.
pub const LOOKUPS_OK: &str = "lookups_ok";
/// Counter: look-ups answered with "not here".
pub const LOOKUPS_MISSED: &str = "lookups_missed";
/// Counter: look-ups that got no answer in time.
pub const LOOKUPS_UNANSWERED: &str = "lookups_unanswered";

// The client's `told` has one bit per slot.
const _: () = assert!(SLOTS_MAX as u32 <= u32::BITS);
