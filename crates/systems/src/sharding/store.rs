//! A storage node: it holds keys, hands over what belongs elsewhere, and deletes a copy only
//! when its owner has acknowledged it.

use faultline_sim::{NodeId, Outbox, Span, TimerId};

use super::key_set::KeySet;
use super::message::{Cluster, Message, Timer};
use super::placement::{Key, Slot};
use super::process::{ASK_EVERY, Machine, write};

/// How long a node waits for outstanding acknowledgements before it sends those keys again.
const RETRY_AFTER: Span = Span::from_millis(200);

/// A storage node. Its keys are on its disk.
#[derive(Clone, Debug)]
pub struct Store {
    slot: Slot,
    /// Keys held here that belong elsewhere, not acknowledged yet.
    pending: KeySet,
    /// Keys from this one on have not been sent in the present pass.
    cursor: u32,
    timer: Option<TimerId>,
}

impl Store {
    pub(super) fn new(slot: Slot, keys: u32) -> Self {
        Self {
            slot,
            pending: KeySet::new(keys),
            cursor: 0,
            timer: None,
        }
    }

    pub(super) fn slot(&self) -> Slot {
        self.slot
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.pending.size_bytes()
    }

    /// Whether every key held here belongs here, as far as the node knows.
    pub fn is_settled(&self) -> bool {
        self.pending.is_empty()
    }

    /// How many keys held here belong elsewhere, as far as the node knows.
    pub fn to_hand_over(&self) -> u32 {
        self.pending.len()
    }

    pub(super) fn start(&mut self, out: &mut Outbox<'_, Machine>) {
        if out.disk().cluster.is_none() {
            // A node that has just been added hears of it at once; one whose disk is empty asks.
            out.set_timer(Timer::Ask, ASK_EVERY);
        }
        self.sort_out(out);
    }

    /// Finds the keys that belong elsewhere and begins to hand them over.
    fn sort_out(&mut self, out: &mut Outbox<'_, Machine>) {
        let disk = out.disk();
        let Some(cluster) = &disk.cluster else { return };
        self.pending = disk.held.clone();
        self.pending.subtract(cluster.placement.owned(self.slot));
        self.cursor = 0;
        self.wake(out);
    }

    /// Has the next key handed over one gap from now, if there is one.
    fn wake(&mut self, out: &mut Outbox<'_, Machine>) {
        if self.pending.is_empty() {
            return;
        }
        let gap = out.config().transfer_gap.scaled(out.slowness());
        let under_way = self.timer.is_some_and(|timer| out.reset_timer(timer, gap));
        if !under_way {
            self.timer = Some(out.set_timer(Timer::HandOver, gap));
        }
    }

    pub(super) fn adopt(&mut self, from: NodeId, cluster: Cluster, out: &mut Outbox<'_, Machine>) {
        let epoch = cluster.epoch;
        if epoch > out.disk().epoch() {
            write(out, |disk| disk.cluster = Some(cluster));
            self.sort_out(out);
        }
        // A repeated or an old announcement is acknowledged too: the first answer may be lost.
        out.send(from, Message::MembershipAck { epoch });
    }

    /// The timer is due: sends the next key that belongs elsewhere.
    pub(super) fn hand_over(&mut self, out: &mut Outbox<'_, Machine>) {
        self.timer = None;
        if self.pending.is_empty() {
            return;
        }
        let Some(key) = self.pending.next_from(self.cursor) else {
            // Every key has been sent in this pass. Wait for the answers, then send again what
            // is left.
            self.cursor = 0;
            self.timer = Some(out.set_timer(Timer::HandOver, RETRY_AFTER));
            return;
        };
        self.cursor = key + 1;
        let Some(cluster) = out.disk().cluster.clone() else {
            return;
        };
        let owner = cluster.placement.owners()[key as usize];
        let epoch = cluster.epoch;
        out.send(owner.node(), Message::Transfer { key, epoch });
        if !out.config().acknowledged {
            // The broken setting: whether the key arrives is left to luck.
            self.forget(key, out);
        }
        self.wake(out);
    }

    pub(super) fn store(
        &mut self,
        from: NodeId,
        key: u32,
        epoch: u32,
        out: &mut Outbox<'_, Machine>,
    ) {
        let acknowledged = out.config().acknowledged;
        if acknowledged && epoch > out.disk().epoch() {
            // Not this node's to keep as far as it knows. The sender will send it again, and by
            // then the announcement will have arrived here too.
            return;
        }
        if !out.disk().held.contains(key) {
            write(out, |disk| {
                disk.held.insert(key);
            });
        }
        let mine =
            out.disk().cluster.as_ref().is_none_or(|cluster| {
                cluster.placement.owners().get(key as usize) == Some(&self.slot)
            });
        if !mine && self.pending.insert(key) {
            self.wake(out);
        }
        if acknowledged {
            out.send(from, Message::TransferAck { key, epoch });
        }
    }

    pub(super) fn release(&mut self, key: u32, epoch: u32, out: &mut Outbox<'_, Machine>) {
        if epoch == out.disk().epoch() && self.pending.contains(key) {
            self.forget(key, out);
        }
    }

    fn forget(&mut self, key: u32, out: &mut Outbox<'_, Machine>) {
        self.pending.remove(key);
        write(out, |disk| {
            disk.held.remove(key);
        });
        if self.pending.is_empty() {
            let slot = self.slot;
            let member = out
                .disk()
                .cluster
                .as_ref()
                .is_some_and(|one| one.placement.has(slot));
            out.note(|| {
                if member {
                    format!("{} holds only keys of its own", slot.node_name())
                } else {
                    format!("{} is empty and leaves", slot.node_name())
                }
            });
        }
    }
}

/// Says whether a key is here.
pub(super) fn answer(client: NodeId, request: u32, key: &Key, out: &mut Outbox<'_, Machine>) {
    let here = matches!(key, Key::Number(number) if out.disk().held.contains(*number));
    let answer = if here {
        Message::Found { request }
    } else {
        Message::Missing { request }
    };
    out.send(client, answer);
}
