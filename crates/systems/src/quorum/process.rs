//! The machines of the quorum system: one client, and nodes that each hold a copy of one key.
//!
//! The client sends a read or a write to every node, and takes it for done once R or W of them
//! have replied (Gifford, "Weighted voting for replicated data", 1979). The highest version
//! among the first R replies is the answer. A version is written by this one client alone, so
//! a counter orders them.

use std::rc::Rc;

use faultline_sim::{NodeId, Outbox, Process, Span};

use super::client::Client;
use super::message::{Ask, Message, Timer, Versioned};

/// The client's number in the kernel; node 1 is number 1, and so on.
pub const CLIENT: NodeId = NodeId(0);
/// The one key there is.
pub const KEY: &str = "my_key";

/// What a client does of its own accord: it writes, and reads what it has written.
#[derive(Clone, Copy, Debug)]
pub struct Workload {
    /// From the end of a read to the next write.
    pub pause: Span,
    /// From the end of a write to the read that follows it.
    pub think: Span,
}

/// What all machines know from the start.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How many nodes hold the key.
    pub n: u32,
    /// How many must reply to a read.
    pub r: u32,
    /// How many must reply to a write.
    pub w: u32,
    /// How long the client waits for replies.
    pub timeout: Span,
    /// Whether a read writes the newest value back to nodes that replied with an older one.
    pub read_repair: bool,
    /// Whether the client keeps what a node has missed, and hands it over later.
    pub hinted_handoff: bool,
    /// What the client does of its own accord, if anything.
    pub workload: Option<Workload>,
    /// What every node holds at the start.
    pub initial: Versioned,
}

/// What survives a crash.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// What a node holds; unused on the client.
    pub held: Versioned,
    /// The client's highest version so far; unused on nodes.
    pub issued: u32,
    /// What nodes have missed, by node, the newest each; unused on nodes.
    pub hints: Vec<(NodeId, Versioned)>,
}

/// A machine.
#[derive(Clone, Debug)]
pub enum Machine {
    /// It reads and writes.
    Client(Client),
    /// It holds a copy, on its disk alone.
    Store,
}

impl Process for Machine {
    type Config = Rc<Setup>;
    type Message = Message;
    type Timer = Timer;
    type Disk = Disk;
    type Command = Ask;

    fn boot(_setup: &Rc<Setup>, id: NodeId) -> Self {
        if id == CLIENT {
            Self::Client(Client::default())
        } else {
            Self::Store
        }
    }

    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        let initial = out.config().initial.clone();
        match self {
            Self::Client(client) => {
                out.write_disk(|disk| disk.issued = initial.version);
                client.start(out);
            }
            Self::Store => out.write_disk(|disk| disk.held = initial),
        }
    }

    fn on_restart(&mut self, out: &mut Outbox<'_, Self>) {
        if let Self::Client(client) = self {
            client.start(out);
        }
    }

    fn on_message(&mut self, from: NodeId, message: Message, out: &mut Outbox<'_, Self>) {
        match (self, message) {
            (Self::Store, Message::Read { request }) => {
                let held = out.disk().held.clone();
                out.send(from, Message::ReadReply { request, held });
            }
            (Self::Store, Message::Write { request, new }) => {
                let version = store(new, out);
                out.send(from, Message::WriteReply { request, version });
            }
            (Self::Store, Message::Repair { new }) => {
                store(new, out);
            }
            (Self::Store, Message::Hint { new }) => {
                let version = store(new, out);
                out.send(from, Message::HintReply { version });
            }
            (Self::Client(client), Message::ReadReply { request, held }) => {
                client.hear(from, request, held, out);
            }
            (Self::Client(client), Message::WriteReply { request, version }) => {
                let held = Versioned {
                    version,
                    ..Versioned::default()
                };
                client.hear(from, request, held, out);
            }
            (Self::Client(_), Message::HintReply { version }) => {
                Client::forget_hint(from, version, out);
            }
            // Nobody sends the rest: only nodes are asked, only the client is answered.
            _ => {}
        }
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Outbox<'_, Self>) {
        let Self::Client(client) = self else { return };
        match timer {
            Timer::Timeout { request } => client.end(request, out),
            Timer::Next => client.next(out),
            Timer::HandOff => client.hand_off(out),
        }
    }

    fn on_command(&mut self, ask: Ask, out: &mut Outbox<'_, Self>) {
        let Self::Client(client) = self else { return };
        match ask {
            Ask::Read => client.read(false, out),
            Ask::Write(value) => client.write(value, false, out),
        }
    }

    fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Client(client) => client.size_bytes(),
                Self::Store => 0,
            }
    }

    fn disk_size_bytes(disk: &Disk) -> usize {
        size_of::<Disk>() + disk.hints.capacity() * size_of::<(NodeId, Versioned)>()
    }
}

/// Keeps a value if it is newer than the one held; the version held then.
fn store(new: Versioned, out: &mut Outbox<'_, Machine>) -> u32 {
    if new.version > out.disk().held.version {
        out.write_disk(|disk| disk.held = new);
    }
    out.disk().held.version
}
