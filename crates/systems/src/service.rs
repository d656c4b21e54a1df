//! The service: key-value stores over RPC, one client that asks them, and a balancer that hands
//! its requests on by one of several policies.
//!
//! A server's workers are the traffic model's [`station`](crate::traffic::station). Gaps and
//! demands are drawn by the [`client`] from its own stream, choices by the [`balancer`] from
//! its own, so that all [`policy`]s get the same requests. The books ([`watch`]) measure from
//! outside, beside what queueing [`theory`] expects.

pub mod balancer;
pub mod client;
mod info;
mod inspect;
mod learner;
pub mod message;
mod picture;
pub mod policy;
pub mod process;
mod report;
pub mod server;
mod setup;
pub mod theory;
pub mod watch;

use std::rc::Rc;

use faultline_sim::{Network, NodeId, Property, Status, World};
use faultline_view::{Label, View};

use crate::code::Program;
use crate::commands::{Names, Words};
use crate::text::excerpt;
use crate::{CommandError, Holdings, Metrics, Programmable, Scene, System, SystemInfo, Values};
use message::{Ask, Rpc};
use process::{BALANCER, CLIENT, Machine, Setup};
use theory::Theory;
use watch::Watch;

pub use info::INFO;

/// How long a message takes, at least and at most, in mean latencies.
const LATENCY: (f64, f64) = (0.5, 1.5);
/// The most servers there can be, those that are added included.
const SERVERS_MAX: u32 = 1_000;
/// The longest key and the longest value, characters.
const TEXT_CHARS_MAX: usize = 40;

/// What the run keeps besides its machines.
#[derive(Clone)]
pub struct Service {
    setup: Rc<Setup>,
    title: Label,
    subtitle: Label,
    /// Whether this is the scaling journey, whose text is the client's alone.
    guided: bool,
    /// What the servers there may be are called.
    servers: Rc<[ServerNames]>,
    theory: Theory,
    watch: Watch,
}

/// What a server is called.
#[derive(Clone, Debug)]
struct ServerNames {
    name: Label,
    port: Label,
}

/// The system's own commands.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// The client makes a request, of this server or as its own are made.
    Call(Option<NodeId>, Rpc),
    /// One more server starts.
    Add,
}

impl Service {
    /// The run's books.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// What all machines know.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The servers that there are, with their state.
    pub fn servers<'a>(
        &self,
        world: &'a World<Machine>,
    ) -> impl Iterator<Item = (NodeId, &'a server::Server)> + use<'a> {
        let first = self.setup.first_server();
        let nodes = world.nodes().iter().skip(first.index());
        (first.0..)
            .map(NodeId)
            .zip(nodes)
            .filter_map(|(id, node)| match node {
                Machine::Server(server) => Some((id, server)),
                _ => None,
            })
    }

    fn names(&self, node: NodeId) -> Option<&ServerNames> {
        let index = node.0.checked_sub(self.setup.first_server().0)?;
        self.servers.get(index as usize)
    }
}

impl Service {
    /// The run at time 0; a program is asked if the policy is a learner's own.
    fn asking(
        program: Option<Rc<dyn Program>>,
        values: &Values,
        seed: u64,
    ) -> (Self, World<Machine>) {
        let (setup, servers) = setup::shared(values, program);
        let latency = values.span("latency");
        let first = setup.first_server();
        let names = (0..SERVERS_MAX).map(|index| {
            let node = NodeId(first.0 + index);
            ServerNames {
                name: setup.number(node).to_string().into(),
                port: format!(":{}", setup.port(node)).into(),
            }
        });
        let (title, subtitle) = report::titles(&setup, servers);
        let system = Self {
            title,
            subtitle,
            guided: values.choice("phase") != "off",
            servers: names.collect(),
            theory: Theory::of(&setup, servers, latency),
            watch: Watch::new(values.span("window"), setup.first_server()),
            setup: Rc::clone(&setup),
        };
        let network = Network::uniform(latency.scaled(LATENCY.0), latency.scaled(LATENCY.1));
        let machines = first.0 + servers;
        (system, World::new(setup, machines, network, seed))
    }
}

impl Programmable for Service {
    fn build_with(values: &Values, seed: u64, program: Rc<dyn Program>) -> (Self, World<Machine>) {
        Self::asking(Some(program), values, seed)
    }
}

impl System for Service {
    type Process = Machine;
    type Command = Command;

    fn info() -> &'static SystemInfo {
        &INFO
    }

    fn build(values: &Values, seed: u64) -> (Self, World<Machine>) {
        Self::asking(None, values, seed)
    }

    fn node_name(&self, node: NodeId) -> Label {
        match node {
            CLIENT => "client".into(),
            BALANCER if self.setup.balanced => "balancer".into(),
            _ => self
                .names(node)
                .map_or_else(Label::default, |names| names.name.clone()),
        }
    }

    fn node_count(&self, at_start: u32, placed: &[&Command]) -> u32 {
        let added = placed.iter().filter(|command| ***command == Command::Add);
        let most = self.setup.first_server().0 + SERVERS_MAX;
        (at_start + added.count() as u32).min(most)
    }

    fn read(&self, words: &Words, names: Names) -> Option<Result<Command, CommandError>> {
        let by_node = |rpc: Rpc, usage: &str| {
            let [node] = words.arguments(usage)?;
            let node = names.node(node)?;
            if node < self.setup.first_server() {
                return Err(CommandError(format!(
                    "'{}' is no server; use the number of one",
                    self.node_name(node)
                )));
            }
            Ok(Command::Call(Some(node), rpc))
        };
        match words.verb() {
            "health" => Some(by_node(Rpc::Health, "health <node>")),
            "stats" => Some(by_node(Rpc::Stats, "stats <node>")),
            "get" => Some(
                words
                    .arguments("get <key>")
                    .and_then(|[key]| short(key))
                    .map(|key| Command::Call(None, Rpc::Get(key))),
            ),
            "put" => Some(
                words
                    .arguments("put <key> <value>")
                    .and_then(|[key, value]| Ok(Rpc::Put(short(key)?, short(value)?)))
                    .map(|rpc| Command::Call(None, rpc)),
            ),
            "add" => Some(words.arguments::<0>("add").map(|_| Command::Add)),
            "curl" => Some(self.read_curl(words, names)),
            _ => None,
        }
    }

    fn write(&self, command: &Command) -> String {
        match command {
            Command::Add => "add".into(),
            Command::Call(Some(node), rpc) => match rpc {
                Rpc::Health => format!("health {}", self.node_name(*node)),
                Rpc::Stats => format!("stats {}", self.node_name(*node)),
                Rpc::Get(key) => format!("curl {}/data/{key}", self.setup.url(*node)),
                Rpc::Put(key, value) => format!(
                    r#"curl -X POST {}/data -d '{{"key": "{key}", "value": "{value}"}}'"#,
                    self.setup.url(*node)
                ),
            },
            Command::Call(None, Rpc::Get(key)) => format!("get {key}"),
            Command::Call(None, Rpc::Put(key, value)) => format!("put {key} {value}"),
            // Only of a named server.
            Command::Call(None, Rpc::Health | Rpc::Stats) => "health".into(),
        }
    }

    fn apply(scene: &mut Scene<Self>, command: &Command) -> Result<(), CommandError> {
        match command {
            Command::Call(to, rpc) => {
                let is_there = to.is_none_or(|node| node.0 < scene.world.node_count());
                if let Some(node) = to.filter(|_| !is_there) {
                    let name = scene.system.node_name(node);
                    return Err(CommandError(format!("there is no node {name} yet")));
                }
                if scene.world.command(CLIENT, Ask::Call(*to, rpc.clone())) {
                    Ok(())
                } else {
                    Err(CommandError("the client is down".into()))
                }
            }
            Command::Add => {
                let setup = &scene.system.setup;
                if scene.world.node_count() >= setup.first_server().0 + SERVERS_MAX {
                    return Err(CommandError(format!(
                        "there are {SERVERS_MAX} servers already, the most allowed"
                    )));
                }
                let node = scene.world.spawn();
                if setup.balanced && scene.world.status(BALANCER) != Some(Status::Down) {
                    scene.world.command(BALANCER, Ask::Join(node));
                }
                Ok(())
            }
        }
    }

    fn observe(&mut self, world: &World<Machine>) {
        self.watch.observe(world);
    }

    fn properties() -> Vec<(Property<Scene<Self>>, &'static str)> {
        vec![
            (
                Property::always("answered_in_time", |scene: &Scene<Self>| {
                    scene.system.watch.timeouts() == 0
                }),
                "Every request is answered before its time-out",
            ),
            (
                Property::always("none_refused", |scene: &Scene<Self>| {
                    scene.system.watch.refused() == 0
                }),
                "No request is refused",
            ),
            (
                Property::always("puts_are_found", |scene: &Scene<Self>| {
                    scene.system.watch.lost_gets() == 0
                }),
                "Who asks for a key that was stored gets its value",
            ),
            (
                Property::eventually("a_request_succeeds", |scene: &Scene<Self>| {
                    scene.system.watch.ok() > 0
                }),
                "A request succeeds",
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

/// A key or a value.
fn short(text: &str) -> Result<Label, CommandError> {
    let odd = |c: char| matches!(c, '"' | '\'' | '\\' | '/');
    if text.chars().count() > TEXT_CHARS_MAX || text.chars().any(odd) {
        return Err(CommandError(format!(
            "'{}' is not allowed; use at most {TEXT_CHARS_MAX} characters without quotes or \
             slashes",
            excerpt(text)
        )));
    }
    Ok(text.into())
}

impl Service {
    /// Reads the workshop's ways to ask a node: `curl http://localhost:5001/health`, and
    /// `/stats`, `/data/user_123`, and a POST to `/data` with a key and a value as JSON.
    fn read_curl(&self, words: &Words, names: Names) -> Result<Command, CommandError> {
        let first = self.setup.first_server();
        let refused = || {
            CommandError(format!(
                "'curl {}' is not known; use curl {url}/health, {url}/stats, {url}/data/user_123 \
                 or -X POST {url}/data -d '{{\"key\": \"user_123\", \"value\": \"Alice\"}}'",
                excerpt(words.rest()),
                url = self.setup.url(first),
            ))
        };
        let (before, rest) = words
            .rest()
            .split_once("http://localhost:")
            .ok_or_else(refused)?;
        let (port, rest) = rest.split_once('/').ok_or_else(refused)?;
        let (path, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let servers = first.0..names.0.len() as u32;
        let node = servers
            .map(NodeId)
            .find(|&node| port.parse() == Ok(self.setup.port(node)))
            .ok_or_else(refused)?;
        let is_post = format!(" {before} {after} ").contains(" -X POST ");
        let rpc = match (is_post, path.split_once('/')) {
            (false, None) if path == "health" => Rpc::Health,
            (false, None) if path == "stats" => Rpc::Stats,
            (false, Some(("data", key))) if !key.is_empty() => Rpc::Get(short(key)?),
            (true, None) if path == "data" => {
                let field = |name: &str| json_text(words.rest(), name).ok_or_else(refused);
                Rpc::Put(short(field("key")?)?, short(field("value")?)?)
            }
            _ => return Err(refused()),
        };
        Ok(Command::Call(Some(node), rpc))
    }
}

/// The text of a field in a JSON object of plain texts, wherever it stands.
fn json_text<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let quoted = format!("\"{name}\"");
    let after = json.split_once(quoted.as_str())?.1.trim_start();
    let value = after.strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let (text, _) = value.split_once('"')?;
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests;
