//! The bully election (Garcia-Molina, "Elections in a distributed computing system", 1982), in
//! the workshop's form.
//!
//! A node that misses its leader asks every higher node. If none answers in time, it leads and
//! tells all others; if one answers, it waits for that one to come forward, and starts again if
//! none does. So the highest node that runs wins, as long as messages and time-outs keep their
//! promises: silence is taken for death.

use faultline_sim::{NodeId, Outbox, Process, Span, Time, TimerId};

use super::message::{Ask, Line, Message, Timer};

/// Counters of the run.
pub(super) const ELECTIONS: &str = "elections";
pub(super) const LINES: &str = "lines";

/// The most lines that a node remembers for whoever reads its log.
const LINES_MAX: usize = 8;

/// What all nodes know from the start.
#[derive(Clone, Debug)]
pub struct Setup {
    /// From one look at the leader to the next.
    pub poll_every: Span,
    /// How long a node waits for a reply or an answer.
    pub timeout: Span,
    /// How long it waits, after an answer, for a leader to come forward.
    pub coordinator_wait: Span,
    /// Whether a poll asks for the leadership, or only for a sign of life.
    pub polls_ask_role: bool,
}

/// How far a node's election is.
#[derive(Clone, Copy, Debug)]
enum Election {
    /// It holds none.
    None,
    /// It has asked the higher nodes.
    Asking(TimerId),
    /// One of them answered, and must come forward now.
    Waiting(TimerId),
}

/// How far a node's election is, for whoever looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It holds none.
    None,
    /// It has asked the higher nodes, and waits for an answer.
    Asking,
    /// A higher node answered; it waits for a leader to come forward.
    Waiting,
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    leader: Option<NodeId>,
    election: Election,
    /// Counts its polls.
    polls: u32,
    /// The poll without a reply so far.
    waiting: Option<TimerId>,
    started_at: Time,
    /// Its last lines, and how many there were in all since it started.
    lines: Vec<Line>,
    line_count: u32,
}

impl Node {
    /// Whom it takes for the leader, itself included.
    pub fn leader(&self) -> Option<NodeId> {
        self.leader
    }

    /// Whether it holds an election.
    pub fn in_election(&self) -> bool {
        !matches!(self.election, Election::None)
    }

    /// How far its election is.
    pub fn stage(&self) -> Stage {
        match self.election {
            Election::None => Stage::None,
            Election::Asking(_) => Stage::Asking,
            Election::Waiting(_) => Stage::Waiting,
        }
    }

    /// How far its election is, in words.
    pub fn election_stage(&self) -> &'static str {
        match self.stage() {
            Stage::None => "none",
            Stage::Asking => "has asked the higher nodes",
            Stage::Waiting => "waits for a higher node to lead",
        }
    }

    /// How many polls it has sent in this life.
    pub fn polls(&self) -> u32 {
        self.polls
    }

    /// When this life of the node began.
    pub fn started_at(&self) -> Time {
        self.started_at
    }

    /// The lines after the first `seen` of this life, as far as it remembers them.
    pub fn lines_after(&self, seen: u32) -> &[Line] {
        let new = self.line_count.saturating_sub(seen) as usize;
        &self.lines[self.lines.len().saturating_sub(new)..]
    }

    /// How many lines it has written in this life.
    pub fn line_count(&self) -> u32 {
        self.line_count
    }

    fn say(&mut self, line: Line, out: &mut Outbox<'_, Self>) {
        out.note(|| line.to_string());
        out.count(LINES, 1);
        if self.lines.len() == LINES_MAX {
            self.lines.remove(0);
        }
        self.lines.push(line);
        self.line_count += 1;
    }

    fn hold_election(&mut self, out: &mut Outbox<'_, Self>) {
        self.end_election(out);
        self.say(Line::Initiating, out);
        out.count(ELECTIONS, 1);
        // Who leads goes on until a higher node shows.
        if self.leader != Some(out.me()) {
            self.leader = None;
        }
        let higher = higher(out);
        if higher.is_empty() {
            return self.lead(out);
        }
        for node in higher {
            out.send(node, Message::Election);
        }
        let timer = out.set_timer(Timer::AnswerTimeout, out.config().timeout);
        self.election = Election::Asking(timer);
    }

    fn lead(&mut self, out: &mut Outbox<'_, Self>) {
        self.end_election(out);
        self.leader = Some(out.me());
        self.say(Line::Leader, out);
        for node in out.others() {
            out.send(node, Message::Coordinator);
        }
    }

    fn follow(&mut self, leader: NodeId, out: &mut Outbox<'_, Self>) {
        if self.leader != Some(leader) || self.in_election() {
            self.say(Line::NewLeader(leader), out);
        }
        self.end_election(out);
        self.leader = Some(leader);
    }

    /// Ends the election, and what goes with the old leader.
    fn end_election(&mut self, out: &mut Outbox<'_, Self>) {
        if let Election::Asking(timer) | Election::Waiting(timer) = self.election {
            out.cancel_timer(timer);
        }
        self.election = Election::None;
        if let Some(timer) = self.waiting.take() {
            out.cancel_timer(timer);
        }
    }

    fn poll(&mut self, out: &mut Outbox<'_, Self>) {
        out.set_timer(Timer::Poll, out.config().poll_every);
        // One look at a time: a time-out may be longer than the way to the next look.
        if self.in_election() || self.waiting.is_some() {
            return;
        }
        self.polls = self.polls.wrapping_add(1);
        let poll = self.polls;
        match self.leader {
            // A leader below another looks whether it is back.
            Some(leader) if leader == out.me() => {
                if out.config().polls_ask_role {
                    for node in higher(out) {
                        out.send(node, Message::Poll { poll });
                    }
                }
            }
            Some(leader) => {
                out.send(leader, Message::Poll { poll });
                let timer = out.set_timer(Timer::PollTimeout, out.config().timeout);
                self.waiting = Some(timer);
            }
            None => self.hold_election(out),
        }
    }

    fn hear_reply(&mut self, from: NodeId, poll: u32, leads: bool, out: &mut Outbox<'_, Self>) {
        if poll != self.polls || self.in_election() {
            return;
        }
        if self.leader == Some(out.me()) {
            self.say(Line::Outranked(from), out);
            self.hold_election(out);
        } else if let Some(timer) = self.waiting.take() {
            out.cancel_timer(timer);
            if !leads && out.config().polls_ask_role {
                self.say(Line::NoLeader(from), out);
                self.hold_election(out);
            }
        }
    }
}

impl Process for Node {
    type Config = Setup;
    type Message = Message;
    type Timer = Timer;
    /// A node remembers nothing over a crash.
    type Disk = ();
    type Command = Ask;

    fn boot(_setup: &Setup, _id: NodeId) -> Self {
        Self {
            leader: None,
            election: Election::None,
            polls: 0,
            waiting: None,
            started_at: Time::ZERO,
            lines: Vec::new(),
            line_count: 0,
        }
    }

    /// Every node holds an election as soon as it runs; it polls from a random moment on, as
    /// nodes do that people start one by one.
    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        self.started_at = out.now();
        let every = out.config().poll_every;
        let first = out.random().span(Span::ZERO, every);
        out.set_timer(Timer::Poll, first);
        self.hold_election(out);
    }

    fn on_message(&mut self, from: NodeId, message: Message, out: &mut Outbox<'_, Self>) {
        match message {
            Message::Election => {
                self.say(Line::Received(from), out);
                out.send(from, Message::Answer);
                if !self.in_election() {
                    self.hold_election(out);
                }
            }
            Message::Answer => {
                if let Election::Asking(timer) = self.election {
                    out.cancel_timer(timer);
                    // Who led in spite of this node leaves it to that one.
                    self.leader = None;
                    let wait = out.config().coordinator_wait;
                    self.election =
                        Election::Waiting(out.set_timer(Timer::CoordinatorTimeout, wait));
                }
            }
            Message::Coordinator if from > out.me() => self.follow(from, out),
            // The highest node that runs leads: a lower one must not.
            Message::Coordinator => {
                if !self.in_election() {
                    self.hold_election(out);
                }
            }
            Message::Poll { poll } => {
                let leads = self.leader == Some(out.me());
                out.send(from, Message::PollReply { poll, leads });
            }
            Message::PollReply { poll, leads } => self.hear_reply(from, poll, leads, out),
        }
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Outbox<'_, Self>) {
        match timer {
            Timer::Poll => self.poll(out),
            Timer::PollTimeout => {
                self.waiting = None;
                if let Some(leader) = self.leader {
                    self.say(Line::Down(leader), out);
                }
                self.hold_election(out);
            }
            Timer::AnswerTimeout => self.lead(out),
            Timer::CoordinatorTimeout => {
                self.say(Line::TimedOut, out);
                self.hold_election(out);
            }
        }
    }

    fn size_bytes(&self) -> usize {
        size_of::<Self>() + self.lines.capacity() * size_of::<Line>()
    }
}

/// The nodes that win against this one.
fn higher(out: &Outbox<'_, Node>) -> Vec<NodeId> {
    (out.me().0 + 1..out.node_count()).map(NodeId).collect()
}
