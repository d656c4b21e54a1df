//! The thundering herd: a popular key expires, and everybody who asks for it goes to the
//! database.
//!
//! Clients ([`clients`]) ask an application ([`app`]) that answers from its cache ([`cache`]) or
//! asks a database with a limited number of connections ([`database`]). Either all ask once, at
//! the same moment, for a key that has just expired: the workshop's herd. Or each asks again and
//! again, for keys that were all cached at the start and so expire together, and then again
//! whenever their time to live is over: there jitter and early expiry show what they are for.

pub mod app;
pub mod cache;
pub mod clients;
pub mod database;
mod info;
mod inspect;
pub mod message;
mod picture;
pub mod process;
mod report;
pub mod watch;

use std::rc::Rc;

use faultline_sim::{Network, NodeId, Property, World};
use faultline_view::{Label, View};

use crate::commands::{Names, Words};
use crate::text::grouped;
use crate::{CommandError, Holdings, Metrics, Scene, System, SystemInfo, Values};
use cache::Protection;
use message::Ask;
use process::{APP, CLIENTS, Machine, Setup};
use watch::Watch;

pub use info::INFO;

/// How long a message takes, at least and at most, in mean latencies.
const LATENCY: (f64, f64) = (0.5, 1.5);
/// The machines, in the kernel's order.
const NAMES: [&str; 3] = ["clients", "app", "db"];

/// What the run keeps besides its machines.
#[derive(Clone)]
pub struct Stampede {
    names: Rc<[Label]>,
    title: Label,
    subtitle: Label,
    watch: Watch,
}

impl Stampede {
    /// The run's books.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }
}

impl System for Stampede {
    type Process = Machine;
    type Command = Ask;

    fn info() -> &'static SystemInfo {
        &INFO
    }

    fn build(values: &Values, seed: u64) -> (Self, World<Machine>) {
        // The ranges of the parameters keep these in bounds.
        let count = |name: &str| u32::try_from(values.int(name)).unwrap_or(1);
        let (protection, title) = match values.choice("protection") {
            "single-flight" => (Protection::SingleFlight, "Single flight"),
            "stale-lock" => (
                Protection::StaleLock {
                    stale_for: values.span("stale_for"),
                },
                "Lock, old value meanwhile",
            ),
            "jitter" => (Protection::Jitter, "Jittered expiry"),
            "early" => (
                Protection::Early {
                    beta: values.float("beta"),
                },
                "Early expiry, by chance",
            ),
            _ => (Protection::None, "No protection"),
        };
        let again = values.choice("asks") == "again";
        let setup = Setup {
            protection,
            clients: count("clients"),
            gap: again.then(|| values.span("gap")),
            keys: if again { count("keys") } else { 1 },
            ttl: values.span("ttl"),
            query_time: values.span("query_time"),
            connections: count("connections"),
            lease: values.span("lease"),
            seed,
        };
        let system = Self {
            names: NAMES.map(Label::from).into(),
            title: title.into(),
            subtitle: subtitle(&setup).into(),
            watch: Watch::default(),
        };
        let latency = values.span("latency");
        let network = Network::uniform(latency.scaled(LATENCY.0), latency.scaled(LATENCY.1));
        let machines = NAMES.len() as u32;
        (system, World::new(Rc::new(setup), machines, network, seed))
    }

    fn node_name(&self, node: NodeId) -> Label {
        self.names.get(node.index()).cloned().unwrap_or_default()
    }

    fn read(&self, words: &Words, _: Names) -> Option<Result<Ask, CommandError>> {
        let (usage, ask) = match words.verb() {
            "ask" => ("ask", Ask::Herd),
            "expire" => ("expire", Ask::Expire),
            "flush" => ("flush", Ask::Flush),
            _ => return None,
        };
        Some(words.arguments::<0>(usage).map(|_| ask))
    }

    fn write(&self, command: &Ask) -> String {
        match command {
            Ask::Herd => "ask",
            Ask::Expire => "expire",
            Ask::Flush => "flush",
        }
        .into()
    }

    fn apply(scene: &mut Scene<Self>, command: &Ask) -> Result<(), CommandError> {
        let (node, down) = match command {
            Ask::Herd => (CLIENTS, "the clients are down"),
            Ask::Expire | Ask::Flush => (APP, "the application is down"),
        };
        if scene.world.command(node, *command) {
            Ok(())
        } else {
            Err(CommandError(down.into()))
        }
    }

    fn observe(&mut self, world: &World<Machine>) {
        self.watch.observe(world);
    }

    fn properties() -> Vec<(Property<Scene<Self>>, &'static str)> {
        let counter = |scene: &Scene<Self>, name| watch::counter(&scene.world, name);
        vec![
            (
                Property::always("nothing_stale", move |scene: &Scene<Self>| {
                    counter(scene, clients::STALE) == 0
                }),
                "Nobody gets a value that has expired",
            ),
            (
                Property::sometimes("herd", move |scene: &Scene<Self>| {
                    counter(scene, app::DUPLICATES) > 0
                }),
                "A key is queried while it is being queried already",
            ),
            (
                Property::eventually("all_answered", move |scene: &Scene<Self>| {
                    let asked = counter(scene, clients::REQUESTS);
                    asked > 0 && counter(scene, clients::ANSWERED) == asked
                }),
                "All who have asked have their answer",
            ),
        ]
    }

    fn title(scene: &Scene<Self>) -> Label {
        scene.system.title.clone()
    }

    fn view(scene: &Scene<Self>) -> View {
        picture::view(scene)
    }

    fn inspect(scene: &Scene<Self>, node: NodeId, into: &mut Holdings) {
        inspect::node(scene, node, into);
    }

    fn metrics(scene: &Scene<Self>) -> Metrics {
        report::metrics(scene)
    }

    fn text(scene: &Scene<Self>) -> String {
        report::text(scene)
    }

    fn size_bytes(&self) -> usize {
        size_of::<Self>() + self.watch.size_bytes()
    }
}

/// E.g. "5 clients ask for user_42 at once".
fn subtitle(setup: &Setup) -> String {
    let clients = match setup.clients {
        1 => "one client asks".to_owned(),
        many => format!("{} clients ask", grouped(many.into())),
    };
    let what = match setup.keys {
        1 => message::Key(0).to_string(),
        many => format!("{} keys", grouped(many.into())),
    };
    match setup.gap {
        None => format!("{clients} for {what} at once"),
        Some(gap) => format!("{clients} for {what} every {gap}"),
    }
}

#[cfg(test)]
mod tests;
