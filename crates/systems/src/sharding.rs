//! Sharding and consistent hashing: keys live on nodes, a node joins or leaves, and the keys
//! whose owner changed move over the network.
//!
//! Four strategies place the keys ([`hashing`]), real nodes hand them over ([`process`]), and
//! the books ([`ledger`]) say what moved and whether anything was lost.

mod client;
pub mod hasher;
pub mod hashing;
mod info;
mod inspect;
pub mod judge;
pub mod key_set;
pub mod ledger;
pub mod message;
mod picture;
pub mod placement;
pub mod process;
mod report;
mod store;

use std::rc::Rc;

use faultline_sim::{Network, NodeId, Property, Span, Status, Time, World};
use faultline_view::{Label, View};

use crate::code::Program;
use crate::commands::{Names, Words};
use crate::text::{excerpt, listed};
use crate::{CommandError, Holdings, Metrics, Programmable, Scene, System, SystemInfo, Values};
use hasher::{GET_NODE, Hasher};
use hashing::{Share, Strategy, expected_moves};
use ledger::Ledger;
use message::Ask;
use placement::{Catalog, SLOTS_MAX, Slot};
use process::{CLIENT, Machine, Setup};

pub use client::{Client, LookUp};
pub use info::INFO;
pub use store::Store;

/// When the planned change happens.
const CHANGE_AT: Time = Time::from_secs(1);
/// How long a message takes, at least and at most.
const LATENCY: (Span, Span) = (Span::from_millis(5), Span::from_millis(15));
/// The longest key that can be looked up, characters.
const KEY_CHARS_MAX: usize = 64;

/// What the run keeps besides its nodes.
#[derive(Clone)]
pub struct Sharding {
    setup: Rc<Setup>,
    /// The client's name, then the nodes' letters.
    names: Rc<[Label]>,
    planned: Option<Command>,
    ledger: Ledger,
}

/// The system's own commands.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A node joins; without a name the first free letter.
    Add(Option<Slot>),
    /// A node leaves.
    Remove(Slot),
    /// Somebody wants to know where a key lives.
    LookUp(Label),
}

impl Sharding {
    /// The run's books.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The keys and the strategy.
    pub fn catalog(&self) -> &Catalog {
        &self.setup.catalog
    }

    /// The share of keys that theory expects the last change to move.
    pub fn expected(&self) -> Option<Share> {
        let change = self.ledger.change()?;
        if self.catalog().strategy() == Strategy::Router {
            return None;
        }
        let letters = |slots: &[Slot]| slots.iter().map(|slot| slot.0).collect::<Vec<u8>>();
        Some(expected_moves(
            self.catalog().strategy(),
            &letters(change.before.members()),
            &letters(change.after.members()),
        ))
    }

    /// The share of keys that have moved since the last change.
    pub fn moved(&self) -> Share {
        Share {
            part: u64::from(self.ledger.moved()),
            whole: u64::from(self.catalog().keys()),
        }
    }

    /// The run at time 0, with keys placed by a strategy over a hash.
    fn placed_by(
        strategy: Strategy,
        hasher: Hasher,
        values: &Values,
        seed: u64,
    ) -> (Self, World<Machine>) {
        // The ranges of the parameters keep these in bounds.
        let count = |name: &str| u32::try_from(values.int(name)).unwrap_or(1);
        let nodes = count("nodes") as u8;
        let catalog = Catalog::new(strategy, count("virtual_nodes"), count("keys"), hasher);
        let initial = catalog.place(&(0..nodes).map(Slot).collect::<Vec<_>>());
        let planned = match values.choice("change") {
            "add" => Some(Command::Add(Some(Slot(nodes)))),
            "remove" => Some(Command::Remove(Slot(nodes - 1))),
            _ => None,
        };
        let ledger = Ledger::new(catalog.keys(), &initial, planned.is_some());
        let lookup_gap = match u64::from(count("lookups_per_s")) {
            0 => None,
            per_second => Some(Span::from_nanos(1_000_000_000 / per_second)),
        };
        let setup = Rc::new(Setup {
            catalog,
            initial,
            transfer_gap: values.span("transfer_gap"),
            acknowledged: values.choice("transfer") == "acknowledged",
            lookup_gap,
        });
        let letters = (0..SLOTS_MAX).map(|slot| Slot(slot).to_string().into());
        let names = std::iter::once("client".into()).chain(letters).collect();
        let network = Network::uniform(LATENCY.0, LATENCY.1);
        let world = World::new(Rc::clone(&setup), u32::from(nodes) + 1, network, seed);
        let system = Self {
            setup,
            names,
            planned,
            ledger,
        };
        (system, world)
    }
}

impl Programmable for Sharding {
    /// A program with a router places the keys by itself; with a hash alone, the strategy does.
    fn build_with(values: &Values, seed: u64, program: Rc<dyn Program>) -> (Self, World<Machine>) {
        if values.choice("hash") == "sha-256" {
            return Self::build(values, seed);
        }
        let named = Strategy::named(values.choice("strategy")).unwrap_or(Strategy::Ring);
        let strategy = match program.defines(GET_NODE) {
            true => Strategy::Router,
            false => named,
        };
        Self::placed_by(strategy, Hasher::Learner(program), values, seed)
    }
}

impl System for Sharding {
    type Process = Machine;
    type Command = Command;

    fn info() -> &'static SystemInfo {
        &INFO
    }

    fn build(values: &Values, seed: u64) -> (Self, World<Machine>) {
        let strategy = Strategy::named(values.choice("strategy")).unwrap_or(Strategy::Ring);
        Self::placed_by(strategy, Hasher::Sha256, values, seed)
    }

    fn script(&self) -> Vec<(Time, Command)> {
        self.planned
            .iter()
            .map(|command| (CHANGE_AT, command.clone()))
            .collect()
    }

    fn node_name(&self, node: NodeId) -> Label {
        self.names.get(node.index()).cloned().unwrap_or_default()
    }

    fn node_count(&self, at_start: u32, placed: &[&Command]) -> u32 {
        let after = |count: u32, command: &&Command| match command {
            Command::Add(None) => count + 1,
            Command::Add(Some(slot)) => count.max(slot.node().0 + 1),
            _ => count,
        };
        placed
            .iter()
            .fold(at_start, after)
            .min(u32::from(SLOTS_MAX) + 1)
    }

    fn read(&self, words: &Words, names: Names) -> Option<Result<Command, CommandError>> {
        Some(match words.verb() {
            "add" if words.rest().is_empty() => Ok(Command::Add(None)),
            "add" => read_new_node(words, names).map(|slot| Command::Add(Some(slot))),
            "remove" => read_node(words, names).map(Command::Remove),
            "lookup" => read_key(words).map(Command::LookUp),
            _ => return None,
        })
    }

    fn write(&self, command: &Command) -> String {
        match command {
            Command::Add(None) => "add".into(),
            Command::Add(Some(slot)) => format!("add {slot}"),
            Command::Remove(slot) => format!("remove {slot}"),
            Command::LookUp(key) => format!("lookup {key}"),
        }
    }

    fn apply(scene: &mut Scene<Self>, command: &Command) -> Result<(), CommandError> {
        let now = scene.world.now();
        let done = ask(command, scene).and_then(|ask| {
            // The client may have crashed in the meantime; it says so itself when it is asked.
            if scene.world.command(CLIENT, ask) {
                Ok(())
            } else {
                Err(CommandError("the client is down".into()))
            }
        });
        if done.is_err() && scene.system.planned.as_ref() == Some(command) && now >= CHANGE_AT {
            scene.system.ledger.give_up_change(now);
        }
        done
    }

    fn observe(&mut self, world: &World<Machine>) {
        self.ledger.observe(world);
    }

    fn properties() -> Vec<(Property<Scene<Self>>, &'static str)> {
        vec![
            (
                Property::always("no_key_lost", |scene: &Scene<Self>| {
                    scene.system.ledger.lost() == 0
                }),
                "Every key is on some disk",
            ),
            (
                Property::eventually("every_key_with_its_owner", |scene: &Scene<Self>| {
                    scene.system.ledger.settled_at().is_some()
                }),
                "After the change, every key reaches its owner",
            ),
        ]
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
        size_of::<Self>() + self.ledger.size_bytes()
    }
}

/// What the client is to be asked; adds the machine first where one joins.
fn ask(command: &Command, scene: &mut Scene<Sharding>) -> Result<Ask, CommandError> {
    let refuse = |why: String| Err(CommandError(why));
    if scene.world.status(CLIENT) == Some(Status::Down) {
        return refuse("the client is down".into());
    }
    let Some(cluster) = &scene.world.disk(CLIENT).cluster else {
        return refuse("the client does not know the nodes yet".into());
    };
    let placement = Rc::clone(&cluster.placement);
    match command {
        Command::Add(wanted) => {
            let free = || (0..SLOTS_MAX).map(Slot).find(|slot| !placement.has(*slot));
            let Some(slot) = wanted.or_else(free) else {
                return refuse(format!(
                    "there are {SLOTS_MAX} nodes already, the most allowed"
                ));
            };
            if placement.has(slot) {
                return refuse(format!("node {slot} is a member already"));
            }
            while scene.world.node_count() <= slot.node().0 {
                scene.world.spawn();
            }
            Ok(Ask::Add(slot))
        }
        Command::Remove(slot) if !placement.has(*slot) => {
            let members = listed(placement.members(), "or");
            refuse(format!("node {slot} is no member; use {members}"))
        }
        Command::Remove(slot) if placement.members().len() == 1 => {
            refuse(format!("node {slot} is the last one and cannot leave"))
        }
        Command::Remove(slot) => Ok(Ask::Remove(*slot)),
        Command::LookUp(key) => Ok(Ask::LookUp(scene.system.catalog().key(key))),
    }
}

fn read_new_node(words: &Words, names: Names) -> Result<Slot, CommandError> {
    let [given] = words.arguments("add [node]")?;
    // The nodes there may be, and the next letter.
    let count = (names.0.len() as u8).min(SLOTS_MAX);
    let allowed = || (0..count).map(Slot);
    allowed()
        .find(|slot| given.eq_ignore_ascii_case(&slot.to_string()))
        .ok_or_else(|| {
            CommandError(format!(
                "there is no node '{}' to add; use {}",
                excerpt(given),
                listed(allowed(), "or")
            ))
        })
}

fn read_node(words: &Words, names: Names) -> Result<Slot, CommandError> {
    let [given] = words.arguments("remove <node>")?;
    let stores = Names(names.0.get(1..).unwrap_or_default());
    // Without the client, a node's position is its slot.
    stores.node(given).map(|node| Slot(node.0 as u8))
}

fn read_key(words: &Words) -> Result<Label, CommandError> {
    let key = words.rest();
    if key.is_empty() {
        return Err(CommandError(
            "'lookup' is not complete; use lookup <key>".into(),
        ));
    }
    if key.chars().count() > KEY_CHARS_MAX {
        return Err(CommandError(format!(
            "key '{}' is too long; use at most {KEY_CHARS_MAX} characters",
            excerpt(key)
        )));
    }
    Ok(key.into())
}

#[cfg(test)]
mod tests;
