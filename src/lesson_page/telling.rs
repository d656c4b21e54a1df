//! What comes of what happens in a run: steps tick, the live region speaks, the address follows.
//! It loads on demand, with the workbench.

use faultline_course::{Hunted, Session, Step};
use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::later::address;
use super::{LessonPage, Msg, reading};
use crate::app::dom;
use crate::app::progress::LessonProgress;
use crate::bench::clock;
use crate::bench::player::Player;

/// Between two writings of the address; browsers refuse when it is written too often, and while
/// time runs each costs a frame.
const ADDRESS_AFTER_MS: u32 = 700;
const ADDRESS_EVERY_PLAYING_MS: u32 = 9_000;

impl LessonPage {
    /// Ticks the steps that are done, says so, and keeps it.
    pub(super) fn tick(&mut self, ctx: &Context<Self>, player: &Player) {
        let steps = &self.lesson.0.steps;
        let mut ticked = None;
        // Several may hold at once, each only once the one before is done.
        for _ in steps {
            // A run that goes on by itself does not answer what has not been asked; a room is
            // asked aloud.
            let now = player.read(|session| session.current_step().to_owned());
            if self.talk.is_none() && self.awaits_guess(&now) {
                break;
            }
            match player.quietly(Session::tick) {
                Some(id) => ticked = Some(id),
                None => break,
            }
        }
        let Some(id) = ticked else {
            return;
        };
        let index = steps.iter().position(|step| step.id == id);
        let number = index.map_or(0, |index| index + 1);
        self.fresh = index;
        // What was seen stands with the step; the column may show another part of it.
        self.reveal = index
            .and_then(|index| steps.get(index))
            .map(answer_selector);
        self.said = match number == steps.len() {
            true => format!("Step {number} is done. That was the last step."),
            false => format!("Step {number} of {} is done.", steps.len()),
        }
        .into();
        self.keep_progress(ctx, player);
    }

    /// Whether a step's prediction is still to be made.
    pub(super) fn awaits_guess(&self, step: &str) -> bool {
        let asks = |one: &Step| one.id == step && one.predict.is_some();
        self.lesson.0.steps.iter().any(asks) && !self.guesses.iter().any(|(id, _)| id == step)
    }

    pub(super) fn keep_progress(&self, ctx: &Context<Self>, player: &Player) {
        let steps = self.lesson.0.steps.iter().map(|step| &step.id);
        let done = player.read(|session| {
            let done = steps.filter(|id| session.is_done(id));
            done.cloned().collect()
        });
        let progress = LessonProgress {
            done,
            guesses: self.guesses.clone(),
        };
        let on_progress = &ctx.props().site.on_progress;
        on_progress.emit((&self.lesson.0.slug, progress));
    }

    /// When time has come to rest, says what there is to see; while it runs that would be noise.
    pub(super) fn say(&mut self, player: &Player) {
        let at = player.read(|session| clock::spoken(session.now().as_nanos()));
        let seen = reading::headline(player);
        self.said = format!("At {at}: {seen}").into();
    }

    /// Says how a search has ended.
    pub(super) fn hunted(&mut self, player: &Player) {
        let Some(end) = player.hunted() else {
            return;
        };
        let at = player.read(|session| session.now().as_nanos());
        let (shown, spoken) = (clock::long(at), clock::spoken(at));
        let words = match (end, &self.sought) {
            (Hunted::Going, _) => return,
            (Hunted::Found(what), None) => format!("At {spoken}: {what}"),
            (Hunted::Found(what), Some(check)) => {
                format!("Reached at {shown}: {} is {what}.", check.metric)
            }
            (Hunted::Ended(_), None) => {
                format!("The end, {shown}: nothing of interest until here.")
            }
            (Hunted::Ended(last), Some(check)) => {
                let last = last.map_or_else(String::new, |last| {
                    format!(" {} is {last} there.", check.metric)
                });
                format!("The end of the timeline, {shown}, was reached without it.{last}")
            }
        };
        self.found = match self.sought {
            Some(_) => words.clone().into(),
            None => AttrValue::from(""),
        };
        self.said = words.into();
    }

    pub(super) fn back_to_notable(&mut self, player: &Player) {
        player.pause();
        let what = player.change(Session::back_to_notable);
        let at = player.read(|session| clock::spoken(session.now().as_nanos()));
        self.said = match what {
            Some(what) => format!("At {at}: {what}"),
            None => "The start".to_owned(),
        }
        .into();
    }

    /// Sees to it that the address follows the run: now and then while time runs, and once it
    /// has stood for a while.
    pub(super) fn follow(&mut self, ctx: &Context<Self>, player: &Player) {
        let playing = player.playing();
        if ctx.props().address.embeds() || playing && self.address.is_some() {
            return;
        }
        let after_ms = if playing {
            ADDRESS_EVERY_PLAYING_MS
        } else {
            ADDRESS_AFTER_MS
        };
        let link = ctx.link().clone();
        let write = move || link.send_message(Msg::Address);
        self.address = Some(Timeout::new(after_ms, write));
    }

    pub(super) fn write_address(&mut self, player: &Player) {
        self.address = None;
        // A run too large for a link keeps the address it had; Share says why.
        if let Ok(address) = player.read(address) {
            dom::replace_fragment(&address);
        }
    }

    /// Moves the focus once the page shows what has the id.
    pub(super) fn focus_soon(&mut self, id: &'static str) {
        self.focus = Some(id);
    }
}

/// Finds on the page what a step that is done has to say: the verdict on the prediction and what
/// comes after it, so that a long question does not push it out of sight. Ids are words: letters,
/// digits and dashes.
pub(super) fn answer_selector(step: &Step) -> String {
    let part = match step.predict {
        Some(_) => " .verdict",
        None => "",
    };
    format!("[data-step=\"{}\"]{part}", step.id)
}
