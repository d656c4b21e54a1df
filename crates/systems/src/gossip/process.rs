//! The gossiping node.
//!
//! Once a period it speaks to a few random others (Demers and others, "Epidemic algorithms for
//! replicated database maintenance", 1987): it pushes what it knows, pulls what they know, or
//! both. Whoever hears something keeps the larger of each two versions.
//!
//! With `hot_rounds` a node falls silent some rounds after it last learned something, which is
//! that paper's rumour mongering: cheaper, but a rumour can die before all have heard it. The
//! slow anti-entropy exchange is the paper's remedy.

use faultline_sim::{NodeId, Outbox, Process, Span, Time, TimerId};

use super::message::{Message, Timer, Update};
use super::versions::Versions;

/// Counters of the run.
pub(super) const CHANGES: &str = "changes";
pub(super) const UPDATES: &str = "updates";
pub(super) const RESTARTS: &str = "restarts";
pub(super) const TIMEOUTS: &str = "timeouts";
pub(super) const FORGOTTEN: &str = "forgotten";

/// Who gives in an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The node that begins it.
    Push,
    /// The node that is asked.
    Pull,
    /// Both.
    PushPull,
}

/// What all nodes know from the start.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Who gives in a round.
    pub mode: Mode,
    /// From one round of a node to its next.
    pub period: Span,
    /// How long a node waits for an answer.
    pub timeout: Span,
    /// How many others a node speaks to in a round.
    pub fanout: u32,
    /// How many rounds after its last news a node goes on; none: for ever.
    pub hot_rounds: Option<u32>,
    /// From one anti-entropy exchange of a node to its next, if there are any.
    pub anti_entropy: Option<Span>,
    /// Whether a node keeps the larger version, or whatever came last.
    pub keep_larger: bool,
    /// Knowing nothing; all nodes share it.
    pub blank: Versions,
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    versions: Versions,
    /// When a user last updated it, in this life.
    updated_at: Option<Time>,
    /// Rounds that it still takes part in, where that has an end.
    hot: u32,
    /// How many exchanges it has begun.
    exchanges: u32,
    /// Exchanges without an answer so far.
    waiting: Vec<(u32, TimerId)>,
}

impl Node {
    /// What it knows.
    pub fn versions(&self) -> &Versions {
        &self.versions
    }

    /// When a user last updated it; none if never since it started.
    pub fn updated_at(&self) -> Option<Time> {
        self.updated_at
    }

    /// How many exchanges it has begun in this life.
    pub fn exchanges(&self) -> u32 {
        self.exchanges
    }

    /// How many of them have no answer so far.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Rounds that it still takes part in, where that has an end.
    pub fn hot(&self) -> u32 {
        self.hot
    }

    /// Begins its periods at random moments, as nodes do that people start one by one.
    fn start(&self, out: &mut Outbox<'_, Self>) {
        let periods = [
            (Timer::Round, Some(out.config().period)),
            (Timer::AntiEntropy, out.config().anti_entropy),
        ];
        for (timer, period) in periods {
            if let Some(period) = period {
                let after = out.random().span(Span::ZERO, period);
                out.set_timer(timer, after);
            }
        }
    }

    fn round(&mut self, out: &mut Outbox<'_, Self>) {
        let (mode, fanout) = (out.config().mode, out.config().fanout);
        out.set_timer(Timer::Round, out.config().period);
        if mode != Mode::Pull && out.config().hot_rounds.is_some() {
            if self.hot == 0 {
                return;
            }
            self.hot -= 1;
        }
        for other in others(fanout, out) {
            self.begin(mode, other, out);
        }
    }

    fn anti_entropy(&mut self, out: &mut Outbox<'_, Self>) {
        let Some(period) = out.config().anti_entropy else {
            return;
        };
        out.set_timer(Timer::AntiEntropy, period);
        for other in others(1, out) {
            self.begin(Mode::PushPull, other, out);
        }
    }

    fn begin(&mut self, mode: Mode, other: NodeId, out: &mut Outbox<'_, Self>) {
        self.exchanges = self.exchanges.wrapping_add(1);
        let exchange = self.exchanges;
        let versions = self.versions.clone();
        let message = match mode {
            Mode::Push => Message::Push { exchange, versions },
            Mode::Pull => Message::Pull { exchange },
            Mode::PushPull => Message::PushPull { exchange, versions },
        };
        out.send(other, message);
        let timer = out.set_timer(Timer::Timeout { exchange }, out.config().timeout);
        self.waiting.push((exchange, timer));
    }

    /// An exchange is over; the timer that waits for its answer, if it still does.
    fn settle(&mut self, exchange: u32) -> Option<TimerId> {
        let index = self.waiting.iter().position(|(one, _)| *one == exchange)?;
        Some(self.waiting.swap_remove(index).1)
    }

    fn answered(&mut self, exchange: u32, out: &mut Outbox<'_, Self>) {
        if let Some(timer) = self.settle(exchange) {
            out.cancel_timer(timer);
        }
    }

    fn learn(&mut self, from: NodeId, heard: &Versions, out: &mut Outbox<'_, Self>) {
        let before = self.versions.clone();
        if out.config().keep_larger {
            self.versions.merge(heard);
        } else {
            self.versions = heard.clone();
        }
        let change = self.versions.against(&before);
        if change.older > 0 {
            out.count(FORGOTTEN, u64::from(change.older));
        }
        if change.newer > 0 || change.older > 0 {
            out.note(|| format!("Learned {heard} from Node {}", from.0 + 1));
            self.changed(out);
        }
    }

    /// There is something new to tell, and to keep.
    fn changed(&mut self, out: &mut Outbox<'_, Self>) {
        self.hot = out.config().hot_rounds.unwrap_or(0);
        let versions = self.versions.clone();
        out.write_disk(|disk| *disk = Some(versions));
        out.count(CHANGES, 1);
    }
}

impl Process for Node {
    type Config = Setup;
    type Message = Message;
    type Timer = Timer;
    /// What the node knew when it last learned something.
    type Disk = Option<Versions>;
    type Command = Update;

    fn boot(setup: &Setup, _id: NodeId) -> Self {
        Self {
            versions: setup.blank.clone(),
            updated_at: None,
            hot: setup.hot_rounds.unwrap_or(0),
            exchanges: 0,
            waiting: Vec::new(),
        }
    }

    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        self.start(out);
    }

    fn on_restart(&mut self, out: &mut Outbox<'_, Self>) {
        if let Some(versions) = out.disk() {
            self.versions = versions.clone();
        }
        out.count(RESTARTS, 1);
        out.count(CHANGES, 1);
        self.start(out);
    }

    fn on_message(&mut self, from: NodeId, message: Message, out: &mut Outbox<'_, Self>) {
        match message {
            Message::Push { exchange, versions } => {
                self.learn(from, &versions, out);
                out.send(from, Message::Ack { exchange });
            }
            Message::Ack { exchange } => self.answered(exchange, out),
            Message::Pull { exchange } => {
                let versions = self.versions.clone();
                out.send(from, Message::State { exchange, versions });
            }
            Message::PushPull { exchange, versions } => {
                // The answer is what was known before, or a node that overwrites would only
                // hear its own words again.
                let own = self.versions.clone();
                self.learn(from, &versions, out);
                let versions = if out.config().keep_larger {
                    self.versions.clone()
                } else {
                    own
                };
                out.send(from, Message::State { exchange, versions });
            }
            Message::State { exchange, versions } => {
                self.answered(exchange, out);
                self.learn(from, &versions, out);
            }
        }
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Outbox<'_, Self>) {
        match timer {
            Timer::Round => self.round(out),
            Timer::AntiEntropy => self.anti_entropy(out),
            Timer::Timeout { exchange } => {
                if self.settle(exchange).is_some() {
                    out.count(TIMEOUTS, 1);
                }
            }
        }
    }

    fn on_command(&mut self, _update: Update, out: &mut Outbox<'_, Self>) {
        let me = out.me().0;
        self.versions.raise(me);
        let version = self.versions.of(me);
        self.updated_at = Some(out.now());
        out.note(|| format!(r#"{{"status":"updated","new_version":{version}}}"#));
        out.count(UPDATES, 1);
        self.changed(out);
    }

    fn size_bytes(&self) -> usize {
        size_of::<Self>()
            + self.versions.size_bytes()
            + self.waiting.capacity() * size_of::<(u32, TimerId)>()
    }

    fn disk_size_bytes(disk: &Option<Versions>) -> usize {
        size_of::<Option<Versions>>() + disk.as_ref().map_or(0, Versions::size_bytes)
    }
}

/// `count` different others at random, or all there are (Floyd's sampling: Bentley and Floyd,
/// "A sample of brilliance", 1987).
fn others(count: u32, out: &mut Outbox<'_, Node>) -> Vec<NodeId> {
    let me = out.me().0;
    let all = u64::from(out.node_count() - 1);
    let mut chosen: Vec<u64> = Vec::with_capacity(count as usize);
    for last in all.saturating_sub(u64::from(count))..all {
        let drawn = out.random().range(0, last);
        let new = if chosen.contains(&drawn) { last } else { drawn };
        chosen.push(new);
    }
    // The others are numbered as if this node were not there.
    let skip_me = |number: u64| NodeId(number as u32 + u32::from(number >= u64::from(me)));
    chosen.into_iter().map(skip_me).collect()
}
