//! Rate limiting: a server holds each client to a quota, by one of five algorithms, and answers
//! 429 to what goes beyond it.
//!
//! The decision is [`limiter`]'s alone, in whole numbers. The machines ([`process`], [`client`])
//! send and answer requests; the books ([`watch`]) keep each client's trace over the level of
//! its bucket.

pub mod client;
mod info;
mod inspect;
mod learner;
pub mod limiter;
pub mod message;
mod picture;
pub mod process;
mod report;
pub mod watch;

use std::rc::Rc;

use faultline_sim::{Network, NodeId, Property, Span, World};
use faultline_view::{Label, View};

use crate::code::Program;
use crate::commands::{Names, Words};
use crate::text::listed;
use crate::traffic::Arrivals;
use crate::{CommandError, Holdings, Metrics, Programmable, Scene, System, SystemInfo, Values};
use limiter::{Algorithm, Quota};
use message::Burst;
use process::{Machine, Profile, SERVER, Setup};
use watch::Watch;

pub use info::INFO;

/// How long a message takes, at least and at most, in mean latencies.
const LATENCY: (f64, f64) = (0.5, 1.5);
/// Requests of the command `burst`.
const BURST: u32 = 12;
/// A burst is aimed at the end of the first window that ends after this.
const BURST_AFTER: Span = Span::from_secs(2);
/// So many mean latencies before a window's end a request is sent that must arrive before it.
const AHEAD_LATENCIES: f64 = 2.0;

/// The counters of each client: sent, allowed, rejected.
const GOOD: [&str; 3] = [
    "client.good.sent",
    "client.good.allowed",
    "client.good.rejected",
];
const BAD: [&str; 3] = [
    "client.bad.sent",
    "client.bad.allowed",
    "client.bad.rejected",
];
const BURSTING: [&str; 3] = [
    "client.burst.sent",
    "client.burst.allowed",
    "client.burst.rejected",
];

/// How an algorithm is spoken of.
#[derive(Clone, Copy, Debug)]
struct Wording {
    title: &'static str,
    /// What its level counts, e.g. "tokens", and to how many decimals that is worth telling.
    level: &'static str,
    decimals: usize,
}

/// What the run keeps besides its machines.
#[derive(Clone)]
pub struct RateLimit {
    names: Rc<[Label]>,
    title: Label,
    subtitle: Label,
    wording: Wording,
    watch: Watch,
}

/// The system's own command: a client sends many requests at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Command(NodeId);

impl RateLimit {
    /// The run's books.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }
}

impl RateLimit {
    /// The run at time 0; a program is asked if the algorithm is a learner's own.
    fn asking(
        program: Option<Rc<dyn Program>>,
        values: &Values,
        seed: u64,
    ) -> (Self, World<Machine>) {
        // The ranges of the parameters keep these in bounds.
        let count = |name: &str| u32::try_from(values.int(name)).unwrap_or(1);
        let (algorithm, wording) = algorithm(values.choice("algorithm"));
        let quota = Quota {
            capacity: count("capacity"),
            per_s: count("refill"),
        };
        let shared = values.choice("key") == "address";
        let setup = Rc::new(Setup {
            algorithm,
            program,
            quota,
            shared,
            honours: values.bool("honour_retry_after"),
            clients: clients(values, quota),
        });
        let latency = values.span("latency");
        let network = Network::uniform(latency.scaled(LATENCY.0), latency.scaled(LATENCY.1));
        let names = setup.clients.iter().map(|client| client.name.into());
        let whose = if shared { "for all" } else { "for each user" };
        let system = Self {
            names: std::iter::once("server".into()).chain(names).collect(),
            title: wording.title.into(),
            subtitle: format!(
                "capacity {}, {}/s, one {whose}",
                quota.capacity, quota.per_s
            )
            .into(),
            wording,
            watch: Watch::new(&setup),
        };
        let machines = setup.clients.len() as u32 + 1;
        (system, World::new(setup, machines, network, seed))
    }
}

impl Programmable for RateLimit {
    fn build_with(values: &Values, seed: u64, program: Rc<dyn Program>) -> (Self, World<Machine>) {
        Self::asking(Some(program), values, seed)
    }
}

impl System for RateLimit {
    type Process = Machine;
    type Command = Command;

    fn info() -> &'static SystemInfo {
        &INFO
    }

    fn build(values: &Values, seed: u64) -> (Self, World<Machine>) {
        Self::asking(None, values, seed)
    }

    fn node_name(&self, node: NodeId) -> Label {
        self.names.get(node.index()).cloned().unwrap_or_default()
    }

    fn read(&self, words: &Words, names: Names) -> Option<Result<Command, CommandError>> {
        (words.verb() == "burst").then(|| {
            let [node] = words.arguments("burst <node>")?;
            match names.node(node)? {
                SERVER => Err(CommandError(format!(
                    "the server makes no requests; use burst {}",
                    listed(self.names.iter().skip(1), "or")
                ))),
                client => Ok(Command(client)),
            }
        })
    }

    fn write(&self, Command(client): &Command) -> String {
        format!("burst {}", self.node_name(*client))
    }

    fn apply(scene: &mut Scene<Self>, Command(client): &Command) -> Result<(), CommandError> {
        if scene.world.command(*client, Burst(BURST)) {
            Ok(())
        } else {
            let name = scene.system.node_name(*client);
            Err(CommandError(format!("client {name} is down")))
        }
    }

    fn observe(&mut self, world: &World<Machine>) {
        self.watch.observe(world);
    }

    fn properties() -> Vec<(Property<Scene<Self>>, &'static str)> {
        vec![
            (
                Property::always("good_user_served", |scene: &Scene<Self>| {
                    let [_, _, rejected] = GOOD;
                    !scene.world.counters().contains_key(rejected)
                }),
                "The good user never hears 429",
            ),
            (
                Property::always("no_double_burst", |scene: &Scene<Self>| {
                    // What a bucket gains within a tenth of a window comes on top.
                    let capacity = scene.world.config().quota.capacity;
                    scene.system.watch.at_once_max() <= capacity + capacity / 10
                }),
                "No client gets more through at once than the capacity",
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

fn algorithm(name: &str) -> (Algorithm, Wording) {
    let (algorithm, title, level, decimals) = match name {
        "leaky-bucket" => (Algorithm::LeakyBucket, "Leaky bucket", "queued", 1),
        "fixed-window" => (Algorithm::FixedWindow, "Fixed window", "counted", 0),
        "sliding-log" => (Algorithm::SlidingLog, "Sliding log", "counted", 0),
        "custom" => (Algorithm::Custom, "Your own", "passed in a window", 0),
        "sliding-counter" => (Algorithm::SlidingCounter, "Sliding counter", "estimated", 1),
        _ => (Algorithm::TokenBucket, "Token bucket", "tokens", 1),
    };
    let wording = Wording {
        title,
        level,
        decimals,
    };
    (algorithm, wording)
}

fn clients(values: &Values, quota: Quota) -> Vec<Profile> {
    let arrivals = |every: &str| {
        let gap = values.span(every);
        Some(match values.choice("arrivals") {
            "poisson" => Arrivals::Poisson(gap),
            _ => Arrivals::Every(gap),
        })
    };
    let user = |name, title, counters, every| Profile {
        name,
        title,
        counters,
        arrivals: arrivals(every),
        bursts: Vec::new(),
    };
    let mut clients = vec![
        user("good", "😇 Good User", GOOD, "good_every"),
        user("bad", "😈 Bad Actor", BAD, "bad_every"),
    ];
    // The range of the parameter keeps it in bounds.
    let burst = u32::try_from(values.int("burst")).unwrap_or(0);
    if burst > 0 {
        clients.push(Profile {
            name: "burst",
            title: "💥 Burst",
            counters: BURSTING,
            arrivals: None,
            bursts: bursts(values, quota, burst),
        });
    }
    clients
}

/// When the third client makes how many requests.
fn bursts(values: &Values, quota: Quota, burst: u32) -> Vec<(Span, u32)> {
    let window = quota.window().as_nanos().max(1);
    let end = Span(window * BURST_AFTER.as_nanos().div_ceil(window));
    if values.choice("burst_timing") == "boundary" {
        let ahead = values.span("latency").scaled(AHEAD_LATENCIES);
        let before = Span(end.as_nanos().saturating_sub(ahead.as_nanos()));
        vec![(before, burst / 2), (end, burst - burst / 2)]
    } else {
        vec![(Span(end.as_nanos() + window / 2), burst)]
    }
}

#[cfg(test)]
mod tests;
