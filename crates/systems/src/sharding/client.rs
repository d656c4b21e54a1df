//! The client: it keeps the list of nodes, announces it until everyone knows, and looks keys up.

use std::collections::VecDeque;
use std::rc::Rc;

use faultline_sim::{NodeId, Outbox, Span, Time, TimerId};

use super::message::{Cluster, Message, Timer};
use super::placement::{Key, SLOTS_MAX, Slot};
use super::process::{Machine, ask, write};

/// How long a client waits for an answer before it counts the look-up as unanswered.
const ANSWER_TIMEOUT: Span = Span::from_millis(500);
/// How often an announcement is repeated to nodes that have not acknowledged it.
const ANNOUNCE_EVERY: Span = Span::from_millis(100);
/// The most look-ups a client waits for; older ones count as unanswered.
const WAITING_MAX: usize = 1_000;

/// Counter: the client's look-ups that found their key where it belongs.
pub const LOOKUPS_OK: &str = "lookups_ok";
/// Counter: look-ups answered with "not here".
pub const LOOKUPS_MISSED: &str = "lookups_missed";
/// Counter: look-ups that got no answer in time.
pub const LOOKUPS_UNANSWERED: &str = "lookups_unanswered";

// The client's `told` has one bit per slot.
const _: () = assert!(SLOTS_MAX as u32 <= u32::BITS);

/// A look-up that a user asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct LookUp {
    /// The key.
    pub key: Key,
    /// Which of the client's look-ups.
    request: u32,
    /// Whether the key was there; none while there is no answer.
    pub found: Option<bool>,
}

/// The client. The list of nodes is on its disk.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// Nodes that have acknowledged the present list, one bit per slot.
    told: u32,
    timer: Option<TimerId>,
    last_request: u32,
    /// Look-ups without an answer, with the time at which the client gives up.
    waiting: VecDeque<(u32, Time)>,
    last_asked: Option<LookUp>,
}

impl Client {
    /// The last look-up that a user asked for.
    pub fn last_asked(&self) -> Option<&LookUp> {
        self.last_asked.as_ref()
    }

    /// How many look-ups have no answer so far.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn assume_told(&mut self) {
        self.told = u32::MAX;
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.waiting.len() * size_of::<(u32, Time)>()
    }

    pub(super) fn start(&mut self, out: &mut Outbox<'_, Machine>) {
        // Numbers that grow faster than look-ups are made, so that an answer to a look-up from
        // before a crash is not taken for one to a later look-up.
        self.last_request = (out.now().as_nanos() / Span::from_millis(1).as_nanos()) as u32;
        if out.disk().cluster.is_none() {
            ask(out);
        } else {
            self.announce(out);
        }
        if let Some(gap) = out.config().lookup_gap {
            out.set_timer(Timer::LookUp, gap);
        }
    }

    /// Announces the list to every node that has not acknowledged it, and again later.
    pub(super) fn announce(&mut self, out: &mut Outbox<'_, Machine>) {
        let Some(cluster) = out.disk().cluster.clone() else {
            return;
        };
        let nodes: Vec<NodeId> = out.others().filter(|node| !self.has_told(*node)).collect();
        if nodes.is_empty() {
            return;
        }
        for node in nodes {
            out.send(node, Message::Membership(cluster.clone()));
        }
        let under_way = self
            .timer
            .is_some_and(|timer| out.reset_timer(timer, ANNOUNCE_EVERY));
        if !under_way {
            self.timer = Some(out.set_timer(Timer::Announce, ANNOUNCE_EVERY));
        }
    }

    fn has_told(&self, node: NodeId) -> bool {
        Slot::of(node).is_none_or(|slot| self.told >> slot.0 & 1 == 1)
    }

    pub(super) fn hear(&mut self, from: NodeId, epoch: u32, out: &mut Outbox<'_, Machine>) {
        let Some(slot) = Slot::of(from) else { return };
        if epoch == out.disk().epoch() {
            self.told |= 1 << slot.0;
            let all_told = out.others().all(|node| self.has_told(node));
            if all_told && let Some(timer) = self.timer.take() {
                out.cancel_timer(timer);
            }
        }
    }

    /// A client whose disk was emptied takes the list from whoever knows it best.
    pub(super) fn recover(&mut self, cluster: Cluster, out: &mut Outbox<'_, Machine>) {
        if cluster.epoch > out.disk().epoch() {
            write(out, |disk| disk.cluster = Some(cluster));
            self.told = 0;
            self.announce(out);
        }
    }

    pub(super) fn change(&mut self, slot: Slot, add: bool, out: &mut Outbox<'_, Machine>) {
        let setup = Rc::clone(out.config());
        let Some(cluster) = out.disk().cluster.clone() else {
            out.note(|| "No change: the list of nodes is not known here");
            return;
        };
        let mut members = cluster.placement.members().to_vec();
        let name = slot.node_name();
        if add == cluster.placement.has(slot) {
            let state = if add {
                "is a member already"
            } else {
                "is no member"
            };
            out.note(|| format!("No change: {name} {state}"));
            return;
        }
        if !add && members.len() == 1 {
            out.note(|| format!("No change: {name} is the last node"));
            return;
        }
        if add {
            members.push(slot);
        } else {
            members.retain(|member| *member != slot);
        }
        let verb = if add { "joins" } else { "leaves" };
        out.note(|| format!("{name} {verb}"));
        let next = Cluster {
            epoch: cluster.epoch + 1,
            placement: setup.catalog.place(&members),
        };
        write(out, |disk| disk.cluster = Some(next));
        self.told = 0;
        self.announce(out);
    }

    pub(super) fn look_up_any(&mut self, out: &mut Outbox<'_, Machine>) {
        self.give_up(out);
        let keys = u64::from(out.config().catalog.keys());
        let number = out.random().range(0, keys - 1) as u32;
        if self.get(Key::Number(number), out).is_some() {
            let deadline = out.now() + ANSWER_TIMEOUT;
            self.waiting.push_back((self.last_request, deadline));
        }
        if let Some(gap) = out.config().lookup_gap {
            out.set_timer(Timer::LookUp, gap);
        }
    }

    pub(super) fn look_up(&mut self, key: Key, out: &mut Outbox<'_, Machine>) {
        if let Some(request) = self.get(key.clone(), out) {
            self.last_asked = Some(LookUp {
                key,
                request,
                found: None,
            });
        }
    }

    /// Asks the key's owner for it; none if the list of nodes is not known.
    fn get(&mut self, key: Key, out: &mut Outbox<'_, Machine>) -> Option<u32> {
        let cluster = out.disk().cluster.as_ref()?;
        let hash = out.config().catalog.hash(&key);
        let owner = cluster.placement.owner(&key, hash);
        self.last_request += 1;
        let request = self.last_request;
        out.send(owner.node(), Message::Get { request, key });
        Some(request)
    }

    pub(super) fn answer(&mut self, request: u32, found: bool, out: &mut Outbox<'_, Machine>) {
        if let Some(asked) = &mut self.last_asked
            && asked.request == request
        {
            asked.found = Some(found);
        }
        let Some(index) = self
            .waiting
            .iter()
            .position(|(waiting, _)| *waiting == request)
        else {
            // A copy, an answer that came too late, or a user's own look-up.
            return;
        };
        self.waiting.remove(index);
        out.count(if found { LOOKUPS_OK } else { LOOKUPS_MISSED }, 1);
    }

    fn give_up(&mut self, out: &mut Outbox<'_, Machine>) {
        let now = out.now();
        let late = |waiting: &VecDeque<(u32, Time)>| {
            let due = waiting
                .front()
                .is_some_and(|(_, deadline)| *deadline <= now);
            due || waiting.len() >= WAITING_MAX
        };
        while late(&self.waiting) {
            self.waiting.pop_front();
            out.count(LOOKUPS_UNANSWERED, 1);
        }
    }
}
