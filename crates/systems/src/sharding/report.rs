//! The run in numbers and in the words of the workshop guide.

use std::fmt::Write;

use faultline_view::Label;

use super::client::{LOOKUPS_MISSED, LOOKUPS_OK, LOOKUPS_UNANSWERED, LookUp};
use super::hashing::Strategy;
use super::ledger::{holders, stores};
use super::placement::Slot;
use super::process::{CLIENT, Machine};
use super::{Sharding, Share, judge};
use crate::{MetricValue, Metrics, Scene};

/// Cells of the guide's bar for all keys; it rounds both parts down.
const BAR_CELLS: u64 = 50;

/// The last look-up that a user asked for, with the node where its key must live now.
pub(super) fn asked(scene: &Scene<Sharding>) -> Option<(&LookUp, Slot)> {
    let Machine::Client(client) = scene.world.node(CLIENT) else {
        return None;
    };
    let asked = client.last_asked()?;
    let hash = scene.system.catalog().hash(&asked.key);
    let owner = scene.system.ledger().placement().owner(&asked.key, hash);
    Some((asked, owner))
}

/// Keys per node that there is, in order, with the node's letter.
pub(super) fn loads(scene: &Scene<Sharding>) -> Vec<(Slot, u32)> {
    let held = holders(&scene.world, scene.system.ledger().placement());
    let load = |slot: Slot| (slot, held[slot.index()].len());
    stores(&scene.world).map(|(slot, _)| load(slot)).collect()
}

/// Keys on the fullest node over the mean.
pub(super) fn max_over_mean(scene: &Scene<Sharding>, loads: &[(Slot, u32)]) -> f64 {
    let members = scene.system.ledger().placement().members().len() as u64;
    let most = loads
        .iter()
        .map(|(_, keys)| u64::from(*keys))
        .max()
        .unwrap_or(0);
    Share {
        part: most * members,
        whole: u64::from(scene.system.catalog().keys()),
    }
    .value()
}

fn members(scene: &Scene<Sharding>) -> usize {
    scene.system.ledger().placement().members().len()
}

/// Chi-square of the load of the members.
pub(super) fn chi_square(scene: &Scene<Sharding>, loads: &[(Slot, u32)]) -> f64 {
    let placement = scene.system.ledger().placement();
    let of_members = loads.iter().filter(|(slot, _)| placement.has(*slot));
    judge::chi_square(&of_members.map(|(_, keys)| *keys).collect::<Vec<_>>())
}

pub(super) fn metrics(scene: &Scene<Sharding>) -> Metrics {
    let system = &scene.system;
    let ledger = system.ledger();
    let int = |value: u64| MetricValue::Int(i64::try_from(value).unwrap_or(i64::MAX));
    let counter = |name: &'static str| {
        let value = scene.world.counters().get(name).copied().unwrap_or(0);
        (name.into(), int(value))
    };
    let loads = loads(scene);
    let expected = system.expected().map_or(0.0, Share::percent);
    let move_time = ledger.change().map_or(0.0, |change| {
        let end = ledger.settled_at().unwrap_or(scene.world.now());
        end.since(change.at).as_millis_f64()
    });
    let (key, node) = match asked(scene) {
        Some((asked, owner)) => (asked.key.to_string().into(), owner.to_string().into()),
        None => (Label::default(), Label::default()),
    };
    let mut metrics: Metrics = vec![
        ("keys_total".into(), int(u64::from(system.catalog().keys()))),
        ("keys_moved".into(), int(u64::from(ledger.moved()))),
        (
            "moved_percent".into(),
            MetricValue::Float(system.moved().percent()),
        ),
        (
            "moved_expected_percent".into(),
            MetricValue::Float(expected),
        ),
        ("move_ms".into(), MetricValue::Float(move_time)),
        ("keys_misplaced".into(), int(u64::from(ledger.misplaced()))),
        ("keys_lost".into(), int(u64::from(ledger.lost()))),
    ];
    for (slot, keys) in &loads {
        metrics.push((format!("node.{slot}.keys").into(), int(u64::from(*keys))));
    }
    metrics.extend([
        (
            "load_max_over_mean".into(),
            MetricValue::Float(max_over_mean(scene, &loads)),
        ),
        (
            "chi_square".into(),
            MetricValue::Float(chi_square(scene, &loads)),
        ),
        (
            "chi_square_limit".into(),
            MetricValue::Float(judge::chi_square_limit(members(scene))),
        ),
        (
            "avalanche".into(),
            MetricValue::Float(system.catalog().avalanche()),
        ),
        (
            "hash_steps".into(),
            MetricValue::Float(system.catalog().steps_per_key()),
        ),
        counter(LOOKUPS_OK),
        counter(LOOKUPS_MISSED),
        counter(LOOKUPS_UNANSWERED),
        ("lookup_key".into(), MetricValue::Text(key)),
        ("lookup_node".into(), MetricValue::Text(node)),
        ("messages_sent".into(), int(scene.world.counts().sent)),
    ]);
    metrics
}

/// What the guide's program prints, with the figures of this run.
pub(super) fn text(scene: &Scene<Sharding>) -> String {
    let system = &scene.system;
    let ledger = system.ledger();
    let (moved, keys) = (
        u64::from(ledger.moved()),
        u64::from(system.catalog().keys()),
    );
    let strategy = system.catalog().strategy();
    let before = match ledger.change() {
        Some(change) => change.before.members().len(),
        None => ledger.placement().members().len(),
    };
    let change = match ledger.change().map(|change| change.node()) {
        Some((slot, true)) => format!("Adding '{}'", slot.node_name()),
        Some((slot, false)) => format!("Removing '{}'", slot.node_name()),
        None => "Changing nothing".into(),
    };
    let title = match strategy {
        Strategy::Modulo => "MODULO",
        Strategy::Ring => "CONSISTENT_HASHING",
        Strategy::Rendezvous => "RENDEZVOUS_HASHING",
        Strategy::Jump => "JUMP_HASHING",
        Strategy::Router => "YOUR_ROUTER",
    };
    let cells = |part: u64| (part * BAR_CELLS / keys) as usize;
    let bar = format!(
        "{}{}",
        "▓".repeat(cells(moved)),
        "░".repeat(cells(keys - moved))
    );
    let high = moved * 2 > keys;
    let verdict = match (high, strategy) {
        (true, Strategy::Modulo) => "⚠️ HIGH IMPACT! (Naive sharding requires moving most data)",
        (true, _) => "⚠️ HIGH IMPACT! (Most of the data had to move)",
        (false, Strategy::Ring) => "✅ LOW IMPACT! (Consistent hashing minimizes movement)",
        (false, Strategy::Rendezvous) => "✅ LOW IMPACT! (Rendezvous hashing minimizes movement)",
        (false, Strategy::Jump) => "✅ LOW IMPACT! (Jump hashing minimizes movement)",
        (false, Strategy::Modulo | Strategy::Router) => {
            "✅ LOW IMPACT! (Little of the data had to move)"
        }
    };
    let plural = if before == 1 { "node" } else { "nodes" };
    let mut out = format!(
        "🧪 Testing Strategy: {title}\n\
         Generating {keys} keys...\n\
         Phase 1: Keys distributed across {before} {plural}.\n\
         Phase 2: {change}...\n\
         \n\
         📊 RESULTS:\n\
         Keys Moved:   {moved}/{keys}\n\
         Percentage:   {:.1}%\n\
         Visualization: [{bar}]\n\
         {verdict}\n",
        system.moved().percent(),
    );
    // The guide's program moves keys in no time and loses none; a simulated cluster may.
    let (misplaced, lost) = (ledger.misplaced(), ledger.lost());
    if lost > 0 {
        let _ = writeln!(out, "Lost:         {lost}/{keys} keys are on no node");
    } else if misplaced > 0 {
        let _ = writeln!(
            out,
            "Still moving: {misplaced}/{keys} keys are not with their owner yet"
        );
    }
    if let Some((asked, owner)) = asked(scene) {
        let _ = writeln!(out, "Key '{}' maps to {}", asked.key, owner.node_name());
    }
    out
}
