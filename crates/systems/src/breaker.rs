//! The circuit breaker: after a few failures in a row calls fail at once.
//!
//! The breaker is a pure state machine ([`machine`]). Clients ([`client`]) call a flaky server
//! ([`server`]) through it, or without one and with retries: then a server that has just
//! recovered is kept busy with calls whose callers have given up ("Metastable failures in
//! distributed systems", Bronson and others, 2021). The books ([`watch`]) say how many calls the
//! server was spared, and how long calls went on failing after it had recovered.

pub mod client;
mod info;
mod inspect;
pub mod machine;
pub mod message;
mod picture;
pub mod process;
mod report;
pub mod server;
pub mod watch;

use std::rc::Rc;

use faultline_sim::{Network, NodeId, Property, Time, World};
use faultline_view::{Label, View};

use crate::commands::{Names, Words};
use crate::text::excerpt;
use crate::traffic::{Arrivals, Demand};
use crate::{CommandError, Holdings, Metrics, Scene, System, SystemInfo, Values};
use client::{CLOSED, LATE, OPENED};
use message::Ask;
use process::{Backoff, Failing, Machine, PORT, SERVER, Setup};
use watch::Watch;

pub use info::INFO;

/// How long a message takes, at least and at most, in mean latencies.
const LATENCY: (f64, f64) = (0.5, 1.5);

/// What the run keeps besides its machines.
#[derive(Clone)]
pub struct Breaker {
    names: Rc<[Label]>,
    title: Label,
    subtitle: Label,
    /// When the server fails by itself, and when it recovers, in seconds.
    outage: Option<(u64, u64)>,
    watch: Watch,
}

impl Breaker {
    /// The run's books.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }
}

impl System for Breaker {
    type Process = Machine;
    type Command = Ask;

    fn info() -> &'static SystemInfo {
        &INFO
    }

    fn build(values: &Values, seed: u64) -> (Self, World<Machine>) {
        // The ranges of the parameters keep these in bounds.
        let count = |name: &str| u32::try_from(values.int(name)).unwrap_or(1);
        let clients = count("clients");
        let pause = values.span("pause");
        let settings = machine::Settings {
            threshold: count("threshold"),
            recovery: values.span("recovery"),
            probes: count("probes"),
        };
        let setup = Setup {
            breaker: values.bool("breaker").then_some(settings),
            failing: match values.choice("failing") {
                "hang" => Failing::Hang,
                _ => Failing::Error,
            },
            arrivals: match values.choice("arrivals") {
                "poisson" => Arrivals::Poisson(pause),
                _ => Arrivals::Batches { size: 1, pause },
            },
            demand: Demand::Constant(values.span("work")),
            timeout: values.span("timeout"),
            retries: u32::try_from(values.int("retries")).unwrap_or(0),
            backoff: match values.choice("backoff") {
                "exponential" => Backoff::Exponential,
                "jitter" => Backoff::Jitter,
                _ => Backoff::None,
            },
            retry_pause: values.span("retry_pause"),
            workers: count("workers"),
            queue: count("queue"),
            seed,
        };
        let names = match clients {
            1 => vec!["server".into(), "client".into()],
            many => std::iter::once("server".into())
                .chain((1..=many).map(|client| format!("c{client}").into()))
                .collect(),
        };
        let system = Self {
            names: names.into(),
            title: if setup.breaker.is_some() {
                "Circuit breaker"
            } else {
                "No circuit breaker"
            }
            .into(),
            subtitle: subtitle(&setup, clients).into(),
            outage: match values.choice("outage") {
                "guide" => Some((2, 13)),
                "short" => Some((5, 8)),
                _ => None,
            },
            watch: Watch::new(clients + 1, setup.breaker.is_some()),
        };
        let latency = values.span("latency");
        let network = Network::uniform(latency.scaled(LATENCY.0), latency.scaled(LATENCY.1));
        let world = World::new(Rc::new(setup), clients + 1, network, seed);
        (system, world)
    }

    fn script(&self) -> Vec<(Time, Ask)> {
        let asks = |(fails, recovers)| [(fails, Ask::Fail), (recovers, Ask::Recover)];
        let asks = self.outage.into_iter().flat_map(asks);
        asks.map(|(at, ask)| (Time::from_secs(at), ask)).collect()
    }

    fn node_name(&self, node: NodeId) -> Label {
        self.names.get(node.index()).cloned().unwrap_or_default()
    }

    fn read(&self, words: &Words, _: Names) -> Option<Result<Ask, CommandError>> {
        match words.verb() {
            // With a node it is the common command, which crashes that node.
            "fail" if words.rest().is_empty() => Some(Ok(Ask::Fail)),
            "recover" => Some(words.arguments::<0>("recover").map(|_| Ask::Recover)),
            "curl" => Some(read_curl(words)),
            _ => None,
        }
    }

    fn write(&self, command: &Ask) -> String {
        match command {
            Ask::Fail => "fail",
            Ask::Recover => "recover",
        }
        .into()
    }

    fn apply(scene: &mut Scene<Self>, command: &Ask) -> Result<(), CommandError> {
        let server = scene.world.node(SERVER).server();
        let failing = server.is_some_and(server::Server::failing);
        let error = |text: &str| Err(CommandError(text.into()));
        match (command, failing) {
            (Ask::Fail, true) => error("the server fails already"),
            (Ask::Recover, false) => error("the server does not fail"),
            _ if scene.world.command(SERVER, *command) => Ok(()),
            _ => error("the server is down"),
        }
    }

    fn observe(&mut self, world: &World<Machine>) {
        self.watch.observe(world);
    }

    fn properties() -> Vec<(Property<Scene<Self>>, &'static str)> {
        let counted = |scene: &Scene<Self>, name| scene.world.counters().contains_key(name);
        vec![
            (
                Property::always("nothing_in_vain", move |scene: &Scene<Self>| {
                    !counted(scene, LATE)
                }),
                "The server works on no call whose caller has given up",
            ),
            (
                Property::sometimes("circuit_opens", move |scene: &Scene<Self>| {
                    counted(scene, OPENED)
                }),
                "A circuit opens",
            ),
            (
                Property::sometimes("circuit_closes_again", move |scene: &Scene<Self>| {
                    counted(scene, CLOSED)
                }),
                "A circuit closes again",
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

/// E.g. "20 clients, 3 retries at once".
fn subtitle(setup: &Setup, clients: u32) -> String {
    let clients = match clients {
        1 => "one client".to_owned(),
        many => format!("{many} clients"),
    };
    let retries = match (setup.retries, setup.backoff) {
        (0, _) => "no retries".to_owned(),
        (1, _) => "one retry".to_owned(),
        (many, _) => format!("{many} retries"),
    };
    let when = match (setup.retries, setup.backoff) {
        (0, _) => "",
        (_, Backoff::None) => " at once",
        (_, Backoff::Exponential) => " with back-off",
        (_, Backoff::Jitter) => " with back-off and jitter",
    };
    format!("{clients}, {retries}{when}")
}

/// Reads the workshop's way: `curl -X POST http://localhost:9001/fail`.
fn read_curl(words: &Words) -> Result<Ask, CommandError> {
    let path = words
        .rest()
        .strip_prefix("-X POST ")
        .and_then(|url| url.trim().strip_prefix("http://localhost:"))
        .and_then(|rest| rest.split_once('/'))
        .filter(|(port, _)| port.parse() == Ok(PORT))
        .map(|(_, path)| path);
    match path {
        Some("fail") => Ok(Ask::Fail),
        Some("recover") => Ok(Ask::Recover),
        _ => Err(CommandError(format!(
            "'curl {}' does nothing here; use curl -X POST http://localhost:{PORT}/fail or \
             http://localhost:{PORT}/recover",
            excerpt(words.rest())
        ))),
    }
}

#[cfg(test)]
mod tests;
