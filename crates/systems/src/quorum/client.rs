//! The client: it sends each operation to every node, counts the replies, and repairs.

use std::rc::Rc;

use faultline_sim::{NodeId, Outbox, Span, Time, TimerId};
use faultline_view::Label;

use super::message::{Message, Timer, Versioned};
use super::process::{Machine, Workload};

/// Counters of the run.
pub(super) const READS_OK: &str = "reads_ok";
pub(super) const READS_FAILED: &str = "reads_failed";
pub(super) const WRITES_OK: &str = "writes_ok";
pub(super) const WRITES_FAILED: &str = "writes_failed";
pub(super) const REPAIRS: &str = "repairs";
pub(super) const HINTS_DELIVERED: &str = "hints_delivered";
pub(super) const DECIDED: &str = "decided";
pub(super) const CLOSED: &str = "closed";
/// Summaries of the run.
pub(super) const READ_MS: &str = "read_ms";
pub(super) const WRITE_MS: &str = "write_ms";

/// When the workload begins.
const FIRST_AFTER: Span = Span::from_millis(500);
/// From one attempt to hand over what nodes missed to the next.
const HAND_OFF_EVERY: Span = Span::from_secs(1);

/// What an operation does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It reads the key.
    Read,
    /// It writes this.
    Write(Versioned),
}

/// An operation, from its start until every node has replied or the time is up.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Which of the client's requests.
    pub request: u32,
    /// What it does.
    pub kind: Kind,
    /// When it began.
    pub started: Time,
    /// The nodes that replied, in order, with what they hold; of a write the versions alone.
    pub replies: Vec<(NodeId, Versioned)>,
    /// Once enough have replied: the value read, or the value written.
    pub answer: Option<Versioned>,
    /// Whether the nodes hold something newer than what it writes.
    pub refused: bool,
    /// Whether the workload began it.
    own: bool,
    timer: TimerId,
}

/// The client.
#[derive(Clone, Debug, Default)]
pub struct Client {
    requests: u32,
    open: Vec<Operation>,
    /// The last operation that was answered or given up, as it was then.
    decided: Option<Rc<Operation>>,
    /// The last operation that all nodes replied to, or that ran out of time.
    closed: Option<Rc<Operation>>,
    /// Whether the workload reads next.
    reads_next: bool,
    handing_off: bool,
}

impl Client {
    /// The operations under way.
    pub fn open(&self) -> &[Operation] {
        &self.open
    }

    /// The last operation that was answered, or given up without an answer.
    pub fn decided(&self) -> Option<&Rc<Operation>> {
        self.decided.as_ref()
    }

    /// The last operation that is over.
    pub fn closed(&self) -> Option<&Rc<Operation>> {
        self.closed.as_ref()
    }

    /// The operation that was begun last, as far as it has come.
    pub fn latest(&self) -> Option<&Operation> {
        let over = [&self.decided, &self.closed].into_iter().flatten();
        let all = over.map(Rc::as_ref).chain(&self.open);
        all.max_by_key(|one| (one.request, one.replies.len()))
    }

    pub(super) fn size_bytes(&self) -> usize {
        let replies = |one: &Operation| one.replies.capacity() * size_of::<(NodeId, Versioned)>();
        self.open.iter().map(replies).sum::<usize>() + self.open.capacity() * size_of::<Operation>()
    }

    pub(super) fn start(&mut self, out: &mut Outbox<'_, Machine>) {
        if out.config().workload.is_some() {
            out.set_timer(Timer::Next, FIRST_AFTER);
        }
        if !out.disk().hints.is_empty() {
            self.schedule_hand_off(out);
        }
    }

    /// The next operation of the workload.
    pub(super) fn next(&mut self, out: &mut Outbox<'_, Machine>) {
        if self.reads_next {
            self.reads_next = false;
            self.read(true, out);
        } else {
            self.reads_next = true;
            let value = format!("value_{}", out.disk().issued + 1);
            self.write(value.into(), true, out);
        }
    }

    /// Goes on with the workload after one of its operations.
    fn go_on(&mut self, out: &mut Outbox<'_, Machine>) {
        let Some(Workload { pause, think }) = out.config().workload else {
            return;
        };
        let after = if self.reads_next { think } else { pause };
        if after == Span::ZERO {
            self.next(out);
        } else {
            out.set_timer(Timer::Next, after);
        }
    }

    pub(super) fn read(&mut self, own: bool, out: &mut Outbox<'_, Machine>) {
        self.begin(Kind::Read, own, out);
    }

    pub(super) fn write(&mut self, value: Label, own: bool, out: &mut Outbox<'_, Machine>) {
        // The counter is on the disk before the version is out.
        let version = out.write_disk(|disk| {
            disk.issued = disk.issued.saturating_add(1);
            disk.issued
        });
        self.begin(Kind::Write(Versioned { version, value }), own, out);
    }

    fn begin(&mut self, kind: Kind, own: bool, out: &mut Outbox<'_, Machine>) {
        self.requests = self.requests.wrapping_add(1);
        let request = self.requests;
        for node in out.others() {
            let message = match &kind {
                Kind::Read => Message::Read { request },
                Kind::Write(new) => Message::Write {
                    request,
                    new: new.clone(),
                },
            };
            out.send(node, message);
        }
        let timer = out.set_timer(Timer::Timeout { request }, out.config().timeout);
        self.open.push(Operation {
            request,
            kind,
            started: out.now(),
            replies: Vec::with_capacity(out.config().n as usize),
            answer: None,
            refused: false,
            own,
            timer,
        });
    }

    /// A node has replied.
    pub(super) fn hear(
        &mut self,
        from: NodeId,
        request: u32,
        held: Versioned,
        out: &mut Outbox<'_, Machine>,
    ) {
        let Some(index) = self.open.iter().position(|one| one.request == request) else {
            return;
        };
        self.check_counter(held.version, out);
        let one = &mut self.open[index];
        // The network may deliver a reply twice.
        if one.replies.iter().any(|(node, _)| *node == from) {
            return;
        }
        one.replies.push((from, held));
        let count = one.replies.len() as u32;
        if count == needed(&one.kind, out) && !one.refused {
            one.answer = Some(answer(one));
            let answered = Rc::new(one.clone());
            self.decide(answered, out);
        }
        if count == out.config().n {
            self.end(request, out);
        }
    }

    /// A client that lost its disk has lost its counter. What it wrote since is older than what
    /// the nodes hold, so they did not keep it.
    fn check_counter(&mut self, version: u32, out: &mut Outbox<'_, Machine>) {
        if version > out.disk().issued {
            out.write_disk(|disk| disk.issued = version);
            for one in &mut self.open {
                one.refused |= one.kind != Kind::Read;
            }
        }
    }

    /// Every node has replied to an operation, or the time is up.
    pub(super) fn end(&mut self, request: u32, out: &mut Outbox<'_, Machine>) {
        let Some(index) = self.open.iter().position(|one| one.request == request) else {
            return;
        };
        let one = self.open.remove(index);
        out.cancel_timer(one.timer);
        if one.answer.is_none() {
            self.decide(Rc::new(one.clone()), out);
        }
        self.close(one, out);
    }

    /// An operation is answered, or has failed.
    fn decide(&mut self, one: Rc<Operation>, out: &mut Outbox<'_, Machine>) {
        let elapsed = out.now().since(one.started).as_millis_f64();
        let (ok, failed, latency) = match one.kind {
            Kind::Read => (READS_OK, READS_FAILED, READ_MS),
            Kind::Write(_) => (WRITES_OK, WRITES_FAILED, WRITE_MS),
        };
        if one.answer.is_some() {
            out.count(ok, 1);
            out.sample(latency, elapsed);
        } else {
            out.count(failed, 1);
        }
        out.count(DECIDED, 1);
        let own = one.own;
        self.decided = Some(one);
        if own {
            self.go_on(out);
        }
    }

    fn close(&mut self, one: Operation, out: &mut Outbox<'_, Machine>) {
        let config = Rc::clone(out.config());
        match &one.kind {
            Kind::Read if config.read_repair => repair(&one, out),
            Kind::Write(new) if config.hinted_handoff => self.keep_hints(&one, new, out),
            _ => {}
        }
        out.note(|| super::report::result(&one, &config));
        out.count(CLOSED, 1);
        self.closed = Some(Rc::new(one));
    }

    /// Keeps what the nodes that did not reply have missed.
    fn keep_hints(&mut self, one: &Operation, new: &Versioned, out: &mut Outbox<'_, Machine>) {
        let replied = |node: NodeId| one.replies.iter().any(|(other, _)| *other == node);
        let silent: Vec<NodeId> = out.others().filter(|&node| !replied(node)).collect();
        if silent.is_empty() {
            return;
        }
        out.write_disk(|disk| {
            for node in silent {
                match disk.hints.iter_mut().find(|(other, _)| *other == node) {
                    Some((_, kept)) if kept.version >= new.version => {}
                    Some((_, kept)) => *kept = new.clone(),
                    None => disk.hints.push((node, new.clone())),
                }
            }
        });
        self.schedule_hand_off(out);
    }

    fn schedule_hand_off(&mut self, out: &mut Outbox<'_, Machine>) {
        if !self.handing_off {
            self.handing_off = true;
            out.set_timer(Timer::HandOff, HAND_OFF_EVERY);
        }
    }

    pub(super) fn hand_off(&mut self, out: &mut Outbox<'_, Machine>) {
        self.handing_off = false;
        let hints = out.disk().hints.clone();
        if hints.is_empty() {
            return;
        }
        for (node, new) in hints {
            out.send(node, Message::Hint { new });
        }
        self.schedule_hand_off(out);
    }

    /// A node holds this version now: what it missed up to there is no hint any more.
    pub(super) fn forget_hint(node: NodeId, version: u32, out: &mut Outbox<'_, Machine>) {
        let done = |(other, hint): &(NodeId, Versioned)| *other == node && hint.version <= version;
        if out.disk().hints.iter().any(done) {
            out.write_disk(|disk| disk.hints.retain(|hint| !done(hint)));
            out.count(HINTS_DELIVERED, 1);
        }
    }
}

/// How many replies an operation needs.
fn needed(kind: &Kind, out: &Outbox<'_, Machine>) -> u32 {
    match kind {
        Kind::Read => out.config().r,
        Kind::Write(_) => out.config().w,
    }
}

/// What an operation that has enough replies comes to.
fn answer(one: &Operation) -> Versioned {
    match &one.kind {
        Kind::Write(new) => new.clone(),
        Kind::Read => newest(one),
    }
}

/// The newest of the replies.
fn newest(one: &Operation) -> Versioned {
    let held = one.replies.iter().map(|(_, held)| held);
    held.max_by_key(|held| held.version)
        .cloned()
        .unwrap_or_default()
}

/// Sends the newest value of a read to the nodes that replied with an older one.
fn repair(one: &Operation, out: &mut Outbox<'_, Machine>) {
    let new = newest(one);
    for (node, held) in &one.replies {
        if held.version < new.version {
            let new = new.clone();
            out.send(*node, Message::Repair { new });
            out.count(REPAIRS, 1);
        }
    }
}
