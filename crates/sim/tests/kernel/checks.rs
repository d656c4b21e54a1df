//! Checks that read the trace alone, and so know nothing of how the kernel works.

use std::collections::{BTreeMap, BTreeSet};

use faultline_sim::{Counts, DropReason, Entry, EntryId, Fault, Kind, MessageId, NodeId, Time};

type Trace = [Entry];

/// All checks.
pub fn all(trace: &Trace, counts: Counts) -> Result<(), String> {
    ids_and_causes(trace)?;
    nobody_acts_while_down(trace)?;
    nothing_crosses_a_partition(trace)?;
    messages_are_conserved(trace, counts)?;
    deliveries_were_sent(trace)?;
    timers_fire_when_due(trace)
}

/// Ids count up by one, time never runs back, causes come before their effects.
pub fn ids_and_causes(trace: &Trace) -> Result<(), String> {
    let mut last = (EntryId(0), Time::ZERO);
    for entry in trace {
        if entry.id.0 != last.0.0 + 1 || entry.time < last.1 {
            return Err(format!("out of order after {last:?}: {entry}"));
        }
        if entry.cause.is_some_and(|cause| cause >= entry.id) {
            return Err(format!("caused by a later entry: {entry}"));
        }
        last = (entry.id, entry.time);
    }
    Ok(())
}

/// A node that is down or paused neither sends, nor receives, nor has its timers fire; and a
/// message that it sent before is the only trace of it.
pub fn nobody_acts_while_down(trace: &Trace) -> Result<(), String> {
    let mut down = BTreeSet::new();
    let mut paused = BTreeSet::new();
    for entry in trace {
        let Some(node) = entry.node else { continue };
        match &entry.kind {
            Kind::Faulted { fault } => match fault {
                Fault::Crash { .. } => {
                    down.insert(node);
                    paused.remove(&node);
                }
                Fault::Restart { .. } => {
                    down.remove(&node);
                    paused.remove(&node);
                }
                Fault::Pause { .. } => {
                    paused.insert(node);
                }
                Fault::Resume { .. } => {
                    paused.remove(&node);
                }
                _ => {}
            },
            // These are the network's doing, though they are noted at the node.
            Kind::Dropped { .. } | Kind::Duplicated { .. } | Kind::Delayed { .. } => {}
            Kind::Unheard => {}
            _ if down.contains(&node) => return Err(format!("a node that is down: {entry}")),
            _ if paused.contains(&node) => return Err(format!("a paused node: {entry}")),
            _ => {}
        }
    }
    Ok(())
}

/// What separates nodes, as the trace tells it.
#[derive(Default)]
struct Cuts {
    groups: Option<BTreeMap<NodeId, usize>>,
    links: BTreeSet<(NodeId, NodeId)>,
}

impl Cuts {
    fn note(&mut self, fault: &Fault) {
        match fault {
            Fault::Partition { groups } => {
                let numbered = groups.iter().enumerate();
                let pairs = numbered.flat_map(|(n, group)| group.iter().map(move |&id| (id, n)));
                let groups: BTreeMap<_, _> = pairs.collect();
                self.groups = (!groups.is_empty()).then_some(groups);
            }
            Fault::Heal => *self = Self::default(),
            Fault::Link { from, to, change } => match change.cut {
                Some(true) => {
                    self.links.insert((*from, *to));
                }
                Some(false) => {
                    self.links.remove(&(*from, *to));
                }
                None => {}
            },
            _ => {}
        }
    }

    fn separate(&self, from: NodeId, to: NodeId) -> bool {
        let parted = self
            .groups
            .as_ref()
            .is_some_and(|groups| groups.get(&from) != groups.get(&to));
        from != to && (parted || self.links.contains(&(from, to)))
    }
}

/// No message is sent into, or arrives across, a partition or a cut link; and none is lost to
/// one that is not there.
pub fn nothing_crosses_a_partition(trace: &Trace) -> Result<(), String> {
    let mut cuts = Cuts::default();
    for entry in trace {
        match &entry.kind {
            Kind::Faulted { fault } => cuts.note(fault),
            Kind::Sent {
                id,
                to,
                arrives: Some(_),
                ..
            } if cuts.separate(id.from, *to) => {
                return Err(format!("sent across a partition: {entry}"));
            }
            Kind::Delivered { id, .. } => {
                let to = entry.node.ok_or("delivered nowhere")?;
                if cuts.separate(id.from, to) {
                    return Err(format!("crossed a partition: {entry}"));
                }
            }
            Kind::Dropped { id, to, why }
                if *why == DropReason::Partition && !cuts.separate(id.from, *to) =>
            {
                return Err(format!("no partition there: {entry}"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// sent + duplicated = delivered + dropped + in flight, and the world counts as the trace does.
pub fn messages_are_conserved(trace: &Trace, counts: Counts) -> Result<(), String> {
    let count =
        |wanted: fn(&Kind) -> bool| trace.iter().filter(|entry| wanted(&entry.kind)).count() as u64;
    let traced = Counts {
        sent: count(|kind| matches!(kind, Kind::Sent { .. })),
        duplicated: count(|kind| matches!(kind, Kind::Duplicated { .. })),
        delivered: count(|kind| matches!(kind, Kind::Delivered { .. })),
        dropped: count(|kind| matches!(kind, Kind::Dropped { .. })),
        in_flight: counts.in_flight,
    };
    if traced != counts {
        return Err(format!("the world counts {counts:?}, the trace {traced:?}"));
    }
    let made = counts.sent + counts.duplicated;
    let ended = counts.delivered + counts.dropped + counts.in_flight;
    if made != ended {
        return Err(format!("{made} made, {ended} accounted for: {counts:?}"));
    }
    Ok(())
}

/// Every message ends at most once, at the time it was announced for (or later, if its receiver
/// was paused), with the sending as its cause.
pub fn deliveries_were_sent(trace: &Trace) -> Result<(), String> {
    let mut flying: BTreeMap<MessageId, (EntryId, Time)> = BTreeMap::new();
    let mut was_paused = BTreeSet::new();
    for entry in trace {
        match &entry.kind {
            Kind::Sent { id, arrives, .. } => {
                let at = arrives.unwrap_or(entry.time);
                if flying.insert(*id, (entry.id, at)).is_some() {
                    return Err(format!("sent twice: {entry}"));
                }
            }
            Kind::Duplicated { id, arrives, .. } => {
                let known = flying.insert(*id, (entry.id, *arrives));
                if known.is_some() {
                    return Err(format!("made twice: {entry}"));
                }
            }
            Kind::Delayed { id, arrives, .. } => {
                let flight = flying.get_mut(id).ok_or("delayed but not in flight")?;
                flight.1 = *arrives;
            }
            Kind::Delivered { id, .. } => {
                let (cause, at) = flying
                    .remove(id)
                    .ok_or_else(|| format!("delivered but not in flight: {entry}"))?;
                let late_allowed = entry.node.is_some_and(|node| was_paused.contains(&node));
                if entry.cause != Some(cause)
                    || entry.time < at
                    || (entry.time > at && !late_allowed)
                {
                    return Err(format!("announced for {at} by {cause}: {entry}"));
                }
            }
            Kind::Dropped { id, .. } => {
                let known = flying.remove(id);
                if known.is_none() {
                    return Err(format!("dropped but not in flight: {entry}"));
                }
            }
            Kind::Faulted {
                fault: Fault::Pause { node },
            } => {
                was_paused.insert(*node);
            }
            _ => {}
        }
    }
    Ok(())
}

/// A timer fires once, when its latest setting said, unless its node was paused; never after a
/// cancel or a crash.
pub fn timers_fire_when_due(trace: &Trace) -> Result<(), String> {
    let mut set = BTreeMap::new();
    let mut was_paused = BTreeSet::new();
    for entry in trace {
        let node = entry.node;
        match &entry.kind {
            Kind::TimerSet { id, due, .. } => {
                set.insert(*id, (node, *due));
            }
            Kind::TimerCancelled { id } => {
                set.remove(id);
            }
            Kind::TimerFired { id, .. } => {
                let (owner, due) = set
                    .remove(id)
                    .ok_or_else(|| format!("fired but not set: {entry}"))?;
                let late_allowed = was_paused.contains(&node);
                if owner != node || entry.time < due || (entry.time > due && !late_allowed) {
                    return Err(format!("due at {due} on {owner:?}: {entry}"));
                }
            }
            Kind::Faulted { fault } => match fault {
                Fault::Crash { .. } | Fault::Restart { .. } => {
                    set.retain(|_, (owner, _)| *owner != node);
                }
                Fault::Pause { .. } => {
                    was_paused.insert(node);
                }
                _ => {}
            },
            _ => {}
        }
    }
    Ok(())
}
