//! A small process that uses everything the kernel offers.

use std::borrow::Cow;
use std::fmt::Display;

use crate::{NodeId, Outbox, Payload, Process, Span, TimerId};

/// Settings of a [`Chatter`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chat {
    /// Mean time between a node's pings.
    pub mean_gap: Span,
    /// How long a node waits for an answer.
    pub patience: Span,
}

impl Default for Chat {
    fn default() -> Self {
        Self {
            mean_gap: Span::from_millis(20),
            patience: Span::from_millis(30),
        }
    }
}

/// A node that pings random others, answers, passes pings on, gives up waiting, and counts its
/// pings on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Chatter {
    mean_gap: Span,
    patience: Span,
    waiting: Option<TimerId>,
    /// Answers received since the node booted.
    pub answers: u64,
    /// Numbers heard since the node booted, the latest last.
    pub heard: Vec<u32>,
}

/// What chatters say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// A question, passed on at most `hops` more times.
    Ping {
        /// The asker's count of pings.
        number: u32,
        /// How often it may be passed on.
        hops: u32,
    },
    /// An answer.
    Pong {
        /// The number asked.
        number: u32,
    },
}

impl Payload for Word {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Word::Ping { .. } => "Ping",
            Word::Pong { .. } => "Pong",
        })
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        match self {
            Word::Ping { number, hops } => {
                field("number", number);
                field("hops", hops);
            }
            Word::Pong { number } => field("number", number),
        }
    }
}

/// A chatter's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bell {
    /// Time for a ping.
    Talk,
    /// No answer came.
    GiveUp,
}

impl Payload for Bell {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Bell::Talk => "Talk",
            Bell::GiveUp => "GiveUp",
        })
    }
}

/// What a user can ask of a chatter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// To ping every other node with this number.
    Shout(u32),
}

impl Payload for Ask {
    fn label(&self) -> Cow<'static, str> {
        Cow::Borrowed("Shout")
    }

    fn details(&self, field: &mut dyn FnMut(&'static str, &dyn Display)) {
        let Ask::Shout(number) = self;
        field("number", number);
    }
}

const HEARD_MAX: usize = 16;

impl Chatter {
    fn talk_later(&self, out: &mut Outbox<'_, Self>) {
        let gap = out.random().exp_span(self.mean_gap);
        out.set_timer(Bell::Talk, gap);
    }

    fn someone(out: &mut Outbox<'_, Self>) -> NodeId {
        let count = out.node_count();
        NodeId(out.random().index(count as usize) as u32)
    }

    fn wait(&mut self, out: &mut Outbox<'_, Self>) {
        let armed = self
            .waiting
            .is_some_and(|timer| out.reset_timer(timer, self.patience));
        if !armed {
            self.waiting = Some(out.set_timer(Bell::GiveUp, self.patience));
        }
    }
}

impl Process for Chatter {
    type Config = Chat;
    type Message = Word;
    type Timer = Bell;
    /// How many pings the node has sent in its life.
    type Disk = u32;
    type Command = Ask;

    fn boot(config: &Chat, _id: NodeId) -> Self {
        Self {
            mean_gap: config.mean_gap,
            patience: config.patience,
            waiting: None,
            answers: 0,
            heard: Vec::new(),
        }
    }

    fn on_start(&mut self, out: &mut Outbox<'_, Self>) {
        self.talk_later(out);
    }

    fn on_restart(&mut self, out: &mut Outbox<'_, Self>) {
        let pings = *out.disk();
        out.note(|| format!("back with {pings} pings on disk"));
        out.count("restarts", 1);
        self.on_start(out);
    }

    fn on_message(&mut self, from: NodeId, word: Word, out: &mut Outbox<'_, Self>) {
        match word {
            Word::Ping { number, hops } => {
                if self.heard.len() == HEARD_MAX {
                    self.heard.remove(0);
                }
                self.heard.push(number);
                if hops > 0 && out.random().chance(0.4) {
                    let next = Self::someone(out);
                    let hops = hops - 1;
                    out.send(next, Word::Ping { number, hops });
                } else {
                    out.send(from, Word::Pong { number });
                }
            }
            Word::Pong { .. } => {
                self.answers += 1;
                out.count("answers", 1);
                // Every third answer the node stays alert, else it stops waiting.
                if self.answers.is_multiple_of(3) {
                    self.wait(out);
                } else if let Some(timer) = self.waiting.take() {
                    out.cancel_timer(timer);
                }
            }
        }
    }

    fn on_timer(&mut self, bell: Bell, out: &mut Outbox<'_, Self>) {
        match bell {
            Bell::Talk => {
                let number = out.write_disk(|pings| {
                    *pings += 1;
                    *pings
                });
                let to = Self::someone(out);
                out.send(to, Word::Ping { number, hops: 2 });
                self.wait(out);
                self.talk_later(out);
            }
            Bell::GiveUp => {
                self.waiting = None;
                out.note(|| "nobody answers");
                out.count("given_up", 1);
                let waited = self.patience.as_millis_f64();
                out.sample("waited_ms", waited);
            }
        }
    }

    fn on_command(&mut self, ask: Ask, out: &mut Outbox<'_, Self>) {
        let Ask::Shout(number) = ask;
        for other in out.others() {
            out.send(other, Word::Ping { number, hops: 0 });
        }
    }

    fn size_bytes(&self) -> usize {
        size_of::<Self>() + self.heard.capacity() * size_of::<u32>()
    }
}
