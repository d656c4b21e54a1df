//! A node: it registers, and from then on says once a period that it is still there.

use faultline_sim::{Outbox, Span, TimerId};

use super::message::{Message, Timer};
use super::process::{Machine, NOT_FOUND, REGISTRY};

/// A node.
#[derive(Clone, Debug, Default)]
pub struct Service {
    /// Whether the registry has said that it is listed, and not the contrary since.
    listed: bool,
    beats: bool,
    /// Runs while a registration waits for its answer.
    retry: Option<TimerId>,
}

impl Service {
    /// Whether the node believes that it is listed.
    pub fn is_listed(&self) -> bool {
        self.listed
    }

    /// Whether it waits for the answer to a registration.
    pub fn is_registering(&self) -> bool {
        self.retry.is_some()
    }

    /// The first start: nodes begin at random moments, as those do that people start one by one.
    pub(super) fn start(&self, out: &mut Outbox<'_, Machine>) {
        let every = out.config().heartbeat_every;
        let after = out.random().span(Span::ZERO, every);
        out.set_timer(Timer::Begin, after);
    }

    pub(super) fn register(&mut self, out: &mut Outbox<'_, Machine>) {
        if self.retry.is_none() {
            out.send(REGISTRY, Message::Register);
            self.retry = Some(out.set_timer(Timer::Retry, out.config().timeout));
        }
    }

    pub(super) fn registered(&mut self, out: &mut Outbox<'_, Machine>) {
        if let Some(timer) = self.retry.take() {
            out.cancel_timer(timer);
        }
        self.listed = true;
        if !self.beats {
            self.beats = true;
            out.set_timer(Timer::Heartbeat, out.config().heartbeat_every);
        }
    }

    pub(super) fn retry(&mut self, out: &mut Outbox<'_, Machine>) {
        self.retry = None;
        self.register(out);
    }

    pub(super) fn beat(&self, out: &mut Outbox<'_, Machine>) {
        out.set_timer(Timer::Heartbeat, out.config().heartbeat_every);
        out.send(REGISTRY, Message::Heartbeat);
    }

    pub(super) fn answered(&mut self, status: u16, out: &mut Outbox<'_, Machine>) {
        if status == NOT_FOUND {
            self.listed = false;
            self.register(out);
        }
    }
}
