//! The machines of the stampede system: the clients, the application with its cache, and the
//! database behind it.

use std::rc::Rc;

use faultline_sim::{NodeId, Outbox, Process, Span};

use super::app::App;
use super::cache::Protection;
use super::clients::Clients;
use super::database::Database;
use super::message::{Ask, Message, Timer};

/// The machines' numbers in the kernel.
pub const CLIENTS: NodeId = NodeId(0);
/// The application.
pub const APP: NodeId = NodeId(1);
/// The database.
pub const DATABASE: NodeId = NodeId(2);

/// What all machines know from the start.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How the database is protected.
    pub protection: Protection,
    /// How many clients there are.
    pub clients: u32,
    /// The mean gap between requests of one client; none: all ask once, at the same moment.
    pub gap: Option<Span>,
    /// How many keys clients ask for.
    pub keys: u32,
    /// How long a value is fresh.
    pub ttl: Span,
    /// How long the database works on a query.
    pub query_time: Span,
    /// How many queries it works on at once.
    pub connections: u32,
    /// A query that takes longer is taken for lost: the next request may make another.
    pub lease: Span,
    /// The clients draw their requests from a stream of their own, so that no protection moves
    /// a later request.
    pub seed: u64,
}

/// A machine.
#[derive(Clone, Debug)]
pub enum Machine {
    /// They ask.
    Clients(Box<Clients>),
    /// It answers from its cache, or asks the database.
    App(App),
    /// It works off its queue.
    Database(Database),
}

impl Machine {
    /// The clients, if it is they.
    pub fn clients(&self) -> Option<&Clients> {
        match self {
            Self::Clients(clients) => Some(clients),
            _ => None,
        }
    }

    /// The application, if it is that.
    pub fn app(&self) -> Option<&App> {
        match self {
            Self::App(app) => Some(app),
            _ => None,
        }
    }

    /// The database, if it is that.
    pub fn database(&self) -> Option<&Database> {
        match self {
            Self::Database(database) => Some(database),
            _ => None,
        }
    }
}

impl Process for Machine {
    type Config = Rc<Setup>;
    type Message = Message;
    type Timer = Timer;
    /// How often the machine has restarted.
    type Disk = u32;
    type Command = Ask;

    fn boot(setup: &Rc<Setup>, id: NodeId) -> Self {
        match id {
            CLIENTS => Self::Clients(Box::new(Clients::new(setup, 0))),
            APP => Self::App(App::new(setup, 0)),
            _ => Self::Database(Database::new(setup)),
        }
    }

    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        match self {
            Self::Clients(clients) => clients.start(out),
            Self::App(app) => app.warm_up(out),
            Self::Database(_) => {}
        }
    }

    fn on_restart(&mut self, out: &mut Outbox<'_, Self>) {
        let lives = out.write_disk(|lives| {
            *lives = lives.wrapping_add(1);
            *lives
        });
        let setup = Rc::clone(out.config());
        match self {
            Self::Clients(clients) => {
                **clients = Clients::new(&setup, lives);
                clients.restart(out);
            }
            // What was in memory is gone: the cache is cold.
            Self::App(app) => *app = App::new(&setup, lives),
            Self::Database(_) => {}
        }
    }

    fn on_message(&mut self, from: NodeId, message: Message, out: &mut Outbox<'_, Self>) {
        match (self, message) {
            (Self::App(app), Message::Get { number, asked }) => app.asked(number, asked, out),
            (Self::App(app), Message::Row { query, key }) => app.answered(query, key, out),
            (Self::Database(database), Message::Query { query, key }) => {
                database.asked(from, query, key, out);
            }
            (Self::Clients(clients), Message::Value { number, source }) => {
                clients.answered(number, source, out);
            }
            // Nobody sends the rest.
            _ => {}
        }
    }

    fn on_timer(&mut self, _timer: Timer, out: &mut Outbox<'_, Self>) {
        match self {
            Self::Clients(clients) => clients.next(out),
            Self::Database(database) => database.done(out),
            Self::App(_) => {}
        }
    }

    fn on_command(&mut self, ask: Ask, out: &mut Outbox<'_, Self>) {
        match (self, ask) {
            (Self::Clients(clients), Ask::Herd) => clients.herd(out),
            (Self::App(app), Ask::Expire) => app.expire(out),
            (Self::App(app), Ask::Flush) => app.flush(out),
            _ => {}
        }
    }

    fn on_pace(&mut self, out: &mut Outbox<'_, Self>) {
        if let Self::Database(database) = self {
            database.schedule(out);
        }
    }

    fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Clients(clients) => clients.size_bytes(),
                Self::App(app) => app.size_bytes(),
                Self::Database(database) => database.station().size_bytes(),
            }
    }
}
