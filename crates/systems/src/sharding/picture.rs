//! What there is to see: keys and nodes, load, moves, the course of the move, the messages.

use std::fmt::Write;

use faultline_sim::{Flight, NodeId};
use faultline_view::{
    Bar, Bars, Bin, Bins, Column, Figure, Held, Label, Panel, Ring, RingKey, RingLookup, RingOwner,
    RingPoint, Series, SeriesLine, SeriesMark, Table, Tone, TopologyNode, View,
};

use super::client::LookUp;
use super::hashing::{Hash, Strategy};
use super::judge;
use super::key_set::KeySet;
use super::ledger::holders;
use super::message::Message;
use super::placement::{Key, RENDEZVOUS_MAX, SLOTS_MAX, Slot};
use super::process::Machine;
use super::{Sharding, Share, report};
use crate::text::{grouped, listed};
use crate::{Scene, topology};

/// The moment, sorted for drawing.
struct Moment<'a> {
    scene: &'a Scene<Sharding>,
    /// The keys that each node is the holder of, by slot.
    held: Vec<KeySet>,
    /// The nodes shown: members, and nodes that still hold keys.
    shown: Vec<Slot>,
    asked: Option<(&'a LookUp, Slot, Hash)>,
}

pub(super) fn view(scene: &Scene<Sharding>) -> View {
    let moment = Moment::new(scene);
    let catalog = scene.system.catalog();
    let (title, subtitle): (_, String) = match catalog.strategy() {
        Strategy::Modulo => ("Modulo", "hash mod n".into()),
        Strategy::Router => ("Your router", "get_node(key)".into()),
        Strategy::Ring => match catalog.virtual_nodes() {
            1 => ("Hash ring", "1 virtual node each".into()),
            count => (
                "Hash ring",
                format!("{} virtual nodes each", grouped(count.into())),
            ),
        },
        Strategy::Rendezvous => ("Rendezvous", "highest hash of node and key".into()),
        Strategy::Jump => ("Jump hash", "numbered buckets, no ring".into()),
    };
    let stage = match catalog.strategy() {
        Strategy::Ring => Panel::Ring(moment.ring()),
        _ => Panel::Bins(moment.bins()),
    };
    let mut panels = vec![stage, Panel::Bars(moment.bars())];
    if catalog.is_learners() && catalog.strategy() != Strategy::Router {
        panels.push(Panel::Table(moment.verdict()));
        panels.push(Panel::Series(moment.avalanche()));
    }
    panels.extend(moment.moves().map(Panel::Table));
    panels.push(Panel::Series(moment.course()));
    panels.push(Panel::Topology(moment.machines()));
    let (title, mut subtitle) =
        match catalog.is_learners() && catalog.strategy() != Strategy::Router {
            true => (
                "Your hash",
                format!("{}: {subtitle}", title.to_ascii_lowercase()),
            ),
            false => (title, subtitle),
        };
    if catalog.strategy() == Strategy::Rendezvous && catalog.keys() == RENDEZVOUS_MAX {
        let _ = write!(
            subtitle,
            " · at most {} keys",
            grouped(RENDEZVOUS_MAX.into())
        );
    }
    if catalog.keys_per_dot() > 1 {
        let _ = write!(subtitle, " · a dot for {} keys", catalog.keys_per_dot());
    }
    View {
        title: title.into(),
        subtitle: subtitle.into(),
        figures: moment.figures(),
        panels,
    }
}

fn tone(slot: Slot) -> Tone {
    Tone::Series(slot.0)
}

impl<'a> Moment<'a> {
    fn new(scene: &'a Scene<Sharding>) -> Self {
        let placement = scene.system.ledger().placement();
        let held = holders(&scene.world, placement);
        let shown = (0..SLOTS_MAX)
            .map(Slot)
            .filter(|slot| placement.has(*slot) || !held[slot.index()].is_empty())
            .collect();
        let asked = report::asked(scene)
            .map(|(asked, owner)| (asked, owner, scene.system.catalog().hash(&asked.key)));
        Self {
            scene,
            held,
            shown,
            asked,
        }
    }

    fn keys(&self) -> u64 {
        u64::from(self.scene.system.catalog().keys())
    }

    fn load(&self, slot: Slot) -> u32 {
        self.held[slot.index()].len()
    }

    fn position(&self, slot: Slot) -> Option<u32> {
        let position = self.shown.iter().position(|shown| *shown == slot)?;
        Some(position as u32)
    }

    /// Whether a key has a new holder since the last change.
    fn has_moved(&self, key: u32, holder: Slot) -> bool {
        let change = self.scene.system.ledger().change();
        change.is_some_and(|change| !change.held[holder.index()].contains(key))
    }

    fn figures(&self) -> Vec<Figure> {
        let system = &self.scene.system;
        let moved = system.moved();
        let counts = format!("{} of {}", grouped(moved.part), grouped(moved.whole));
        let theory = match system.expected() {
            Some(expected) => format!("expected {:.1} %", expected.percent()),
            None => "no change yet".into(),
        };
        let moved = Figure {
            value: format!("{:.1}", moved.percent()).into(),
            unit: "% moved".into(),
            detail: format!("{counts} · {theory}").into(),
        };
        let looked_up = self.lookup_figure();
        if system.ledger().change().is_none() && !system.ledger().awaits_change {
            // Nothing moves: the load is what there is to see.
            let other = looked_up.or_else(|| self.avalanche_figure());
            return vec![self.balance_figure(), other.unwrap_or(moved)];
        }
        vec![moved, looked_up.unwrap_or_else(|| self.balance_figure())]
    }

    /// How much of the hash one bit of the key turns over; none for a router.
    fn avalanche_figure(&self) -> Option<Figure> {
        let catalog = self.scene.system.catalog();
        (catalog.strategy() != Strategy::Router).then(|| Figure {
            value: format!("{:.0}", catalog.avalanche() * 100.0).into(),
            unit: "% of the bits turn over".into(),
            detail: "with one bit of the key · a good hash: 50 %".into(),
        })
    }

    fn balance_figure(&self) -> Figure {
        let loads: Vec<(Slot, u32)> = self
            .shown
            .iter()
            .map(|slot| (*slot, self.load(*slot)))
            .collect();
        let ratio = report::max_over_mean(self.scene, &loads);
        let most = loads.iter().map(|(_, keys)| *keys).max().unwrap_or(0);
        let fullest = loads
            .iter()
            .filter(|(_, keys)| *keys == most)
            .map(|(slot, _)| slot);
        Figure {
            value: format!("{ratio:.2}").into(),
            unit: "× the mean load".into(),
            detail: format!(
                "{} keys on {} · mean {}",
                grouped(most.into()),
                listed(fullest, "and"),
                grouped(libm::rint(self.mean()) as u64),
            )
            .into(),
        }
    }

    fn mean(&self) -> f64 {
        let members = self.scene.system.ledger().placement().members().len();
        Share {
            part: self.keys(),
            whole: members as u64,
        }
        .value()
    }

    fn lookup_figure(&self) -> Option<Figure> {
        let (asked, owner, hash) = self.asked.as_ref()?;
        let catalog = self.scene.system.catalog();
        let placement = self.scene.system.ledger().placement();
        let n = placement.members().len();
        let path = match catalog.strategy() {
            Strategy::Modulo => {
                format!(
                    "{} mod {n} = {}",
                    catalog.hash_start(*hash),
                    hash.modulo(n as u32)
                )
            }
            Strategy::Router => "your get_node says so".into(),
            Strategy::Ring => format!("next clockwise: {}", self.point(*hash).0),
            Strategy::Rendezvous => format!("the highest of {n} hashes"),
            Strategy::Jump => format!("bucket {} of {n}", self.bucket(*owner)),
        };
        // Of a text that is none of the run's keys nothing is stored anywhere.
        let state = match (asked.found, &asked.key) {
            (_, Key::Text(_)) => "",
            (None, _) => " · asking",
            (Some(true), _) => " · found there",
            (Some(false), _) => " · not there yet",
        };
        Some(Figure {
            value: owner.node_name().into(),
            unit: format!("is the home of {}", asked.key).into(),
            detail: format!("{path}{state}").into(),
        })
    }

    fn bucket(&self, owner: Slot) -> usize {
        let members = self.scene.system.ledger().placement().members();
        members.iter().position(|slot| *slot == owner).unwrap_or(0)
    }

    /// The virtual node a hash belongs to: its label, and its place.
    fn point(&self, hash: Hash) -> (String, f64) {
        let placement = self.scene.system.ledger().placement();
        match placement.placer().point(hash) {
            Some(point) => {
                let owner = placement.members()[point.owner as usize];
                let label = format!("{}-{}", owner.node_name(), point.replica);
                (label, self.scene.system.catalog().turn(point.hash))
            }
            None => (String::new(), 0.0),
        }
    }

    fn ring(&self) -> Ring {
        let system = &self.scene.system;
        let catalog = system.catalog();
        let placement = system.ledger().placement();
        let before = system.ledger().change().map(|change| &change.before);
        let owners = self.shown.iter().map(|&slot| RingOwner {
            label: system.names[slot.index() + 1].clone(),
            tone: tone(slot),
            joined: before.is_some_and(|before| !before.has(slot)),
        });
        // Positions of the list of members in the list of nodes shown.
        let members: Vec<u32> = placement
            .members()
            .iter()
            .filter_map(|slot| self.position(*slot))
            .collect();
        let points = placement.placer().points().iter().map(|point| RingPoint {
            at: catalog.turn(point.hash),
            owner: members[point.owner as usize],
        });
        let hashes = catalog.hashes();
        let holder = |key: u32| {
            let mut holders = (0u32..).zip(&self.shown);
            holders.find(|(_, slot)| self.held[slot.index()].contains(key))
        };
        let keys = catalog.dots().iter().filter_map(|&key| {
            let (owner, &slot) = holder(key)?;
            Some(RingKey {
                at: catalog.turn(hashes[key as usize]),
                owner,
                moved: self.has_moved(key, slot),
            })
        });
        let held = self.shown.iter().map(|slot| self.counted(*slot));
        let held = match catalog.keys_per_dot() {
            1 => Vec::new(),
            _ => held.collect(),
        };
        let lookup = self.asked.as_ref().and_then(|(asked, owner, hash)| {
            let (point, point_at) = self.point(*hash);
            Some(RingLookup {
                key: asked.key.to_string().into(),
                at: catalog.turn(*hash),
                point_at,
                point: point.into(),
                owner: self.position(*owner)?,
            })
        });
        Ring {
            title: Label::default(),
            owners: owners.collect(),
            points: points.collect(),
            keys: keys.collect(),
            held,
            lookup,
        }
    }

    /// What a node holds, and how much of it came in the last change.
    fn counted(&self, slot: Slot) -> Held {
        let (held, change) = (
            &self.held[slot.index()],
            self.scene.system.ledger().change(),
        );
        let items = held.len();
        let moved = change.map_or(0, |change| items - held.common(&change.held[slot.index()]));
        Held { items, moved }
    }

    /// Keys that stayed lie at the bottom, keys that moved on top of them.
    fn bins(&self) -> Bins {
        let per_dot = self.scene.system.catalog().keys_per_dot();
        let bins = self.shown.iter().map(|&slot| {
            let held = self.counted(slot);
            let stayed = held.items - held.moved;
            // A key alone gets a dot too, or what is there could not be seen.
            let [stayed_dots, moved_dots] = [stayed, held.moved].map(|one| one.div_ceil(per_dot));
            let asked = self.asked.as_ref().and_then(|(asked, ..)| match asked.key {
                Key::Number(key) => self.place_in_bin(slot, key, stayed),
                Key::Text(_) => None,
            });
            let highlight = asked.map(|place| match place.checked_sub(stayed) {
                None => place / per_dot,
                Some(among_moved) => stayed_dots + among_moved / per_dot,
            });
            let mut moved = vec![false; stayed_dots as usize];
            moved.resize((stayed_dots + moved_dots) as usize, true);
            Bin {
                label: slot.node_name().into(),
                tone: tone(slot),
                moved,
                held: (per_dot > 1).then_some(held),
                highlight,
            }
        });
        Bins {
            title: Label::default(),
            item: "key".into(),
            bins: bins.collect(),
        }
    }

    /// Where a key is in a node's bin, of which so many have stayed; none if it is elsewhere.
    fn place_in_bin(&self, slot: Slot, key: u32, stayed: u32) -> Option<u32> {
        let held = &self.held[slot.index()];
        if !held.contains(key) {
            return None;
        }
        let Some(change) = self.scene.system.ledger().change() else {
            return Some(held.rank(key));
        };
        let before = &change.held[slot.index()];
        let mut part = held.clone();
        Some(if before.contains(key) {
            part.keep(before);
            part.rank(key)
        } else {
            part.subtract(before);
            stayed + part.rank(key)
        })
    }

    fn bars(&self) -> Bars {
        let placement = self.scene.system.ledger().placement();
        let mean = self.mean();
        let bars = self.shown.iter().map(|&slot| {
            let load = self.load(slot);
            Bar {
                label: self.scene.system.names[slot.index() + 1].clone(),
                tone: tone(slot),
                value: f64::from(load),
                text: grouped(load.into()).into(),
                expected: Some(if placement.has(slot) { mean } else { 0.0 }),
            }
        });
        Bars {
            title: "Load per node".into(),
            unit: "keys".into(),
            bars: bars.collect(),
        }
    }

    /// How good the learner's hash is, beside an even one.
    fn verdict(&self) -> Table {
        let catalog = self.scene.system.catalog();
        let loads = report::loads(self.scene);
        let members = self.scene.system.ledger().placement().members().len();
        let chi_square = report::chi_square(self.scene, &loads);
        let limit = judge::chi_square_limit(members);
        let most = report::max_over_mean(self.scene, &loads);
        let column = |label: &'static str, numeric| Column {
            label: label.into(),
            numeric,
        };
        let row = |what: &'static str, yours: String, good: String| {
            vec![what.into(), yours.into(), good.into()]
        };
        Table {
            title: "Is your hash good?".into(),
            columns: vec![
                column("measure", false),
                column("yours", true),
                column("good", true),
            ],
            rows: vec![
                row(
                    "Chi-square: how uneven the load is",
                    format!("{chi_square:.1}"),
                    format!("below {limit:.1}"),
                ),
                row(
                    "Fullest node, × the mean",
                    format!("{most:.2}"),
                    "near 1.00".into(),
                ),
                row(
                    "Bits that turn over with one bit of the key",
                    format!("{:.0} %", catalog.avalanche() * 100.0),
                    "50 %".into(),
                ),
                row(
                    "Steps for a key",
                    format!("{:.0}", catalog.steps_per_key()),
                    "few".into(),
                ),
            ],
        }
    }

    /// How often each bit of the hash turns over when one bit of the key does.
    fn avalanche(&self) -> Series {
        let bits = self.scene.system.catalog().avalanche_bits();
        let points = bits.iter().enumerate();
        let points = points
            .map(|(bit, share)| (bit as f64, share * 100.0))
            .collect();
        let end = bits.len().saturating_sub(1) as f64;
        let line = |label: &'static str, tone, points, step, expected| SeriesLine {
            label: label.into(),
            tone,
            points,
            step,
            expected,
        };
        Series {
            title: "Avalanche: what one bit of the key turns over".into(),
            x_label: "bit of the hash, lowest first".into(),
            y_label: "% of the time".into(),
            lines: vec![
                line("yours", Tone::Accent, points, true, false),
                line(
                    "good",
                    Tone::Muted,
                    vec![(0.0, 50.0), (end, 50.0)],
                    false,
                    true,
                ),
            ],
            marks: Vec::new(),
        }
    }

    /// How many keys went from where to where since the last change.
    fn moves(&self) -> Option<Table> {
        let change = self.scene.system.ledger().change()?;
        let column = |label: Label, numeric| Column { label, numeric };
        let head = self
            .shown
            .iter()
            .map(|slot| column(slot.to_string().into(), true));
        let rows = change.before.members().iter().map(|&from| {
            let had = &change.held[from.index()];
            let cells = self.shown.iter().map(|&to| {
                if to == from {
                    "·".into()
                } else {
                    had.common(&self.held[to.index()]).to_string().into()
                }
            });
            std::iter::once(from.to_string().into())
                .chain(cells)
                .collect()
        });
        Some(Table {
            title: "Moves from (row) to (column)".into(),
            columns: std::iter::once(column("from".into(), false))
                .chain(head)
                .collect(),
            rows: rows.collect(),
        })
    }

    /// Keys moved over time.
    fn course(&self) -> Series {
        let system = &self.scene.system;
        let ledger = system.ledger();
        let now = self.scene.world.now();
        let mut points: Vec<(f64, f64)> = ledger
            .chart()
            .iter()
            .map(|(at, moved)| (at.as_secs_f64(), f64::from(*moved)))
            .collect();
        points.push((now.as_secs_f64(), f64::from(ledger.moved())));
        let mut lines = vec![SeriesLine {
            label: "moved".into(),
            tone: Tone::Accent,
            points,
            step: true,
            expected: false,
        }];
        if let (Some(change), Some(expected)) = (ledger.change(), system.expected()) {
            let level = expected.value() * self.keys() as f64;
            let ends = [change.at, now].map(|at| (at.as_secs_f64(), level));
            lines.push(SeriesLine {
                label: "expected".into(),
                tone: Tone::Muted,
                points: ends.to_vec(),
                step: false,
                expected: true,
            });
        }
        let marks = ledger.changes().iter().map(|(at, label)| SeriesMark {
            x: at.as_secs_f64(),
            label: label.clone(),
        });
        Series {
            title: "Keys moved".into(),
            x_label: "time (s)".into(),
            y_label: "keys".into(),
            lines,
            marks: marks.collect(),
        }
    }

    /// The client and the nodes, and what they say to each other.
    fn machines(&self) -> faultline_view::Topology {
        let names = &self.scene.system.names;
        let node = |id: NodeId| match Slot::of(id) {
            None => Some(TopologyNode {
                label: "?".into(),
                caption: "client".into(),
                tone: Tone::Ink,
                ..TopologyNode::default()
            }),
            Some(slot) => {
                self.position(slot)?;
                Some(TopologyNode {
                    label: names[id.index()].clone(),
                    caption: format!("{} keys", grouped(self.load(slot).into())).into(),
                    tone: tone(slot),
                    ..TopologyNode::default()
                })
            }
        };
        let message_tone =
            |flight: &Flight<'_, Message>| match (flight.message, Slot::of(flight.from)) {
                (Message::Transfer { .. }, _) => Tone::Accent,
                (_, Some(slot)) => tone(slot),
                (_, None) => Tone::Ink,
            };
        topology::<Machine>(
            &self.scene.world,
            names,
            "Machines".into(),
            node,
            message_tone,
        )
    }
}
