//! What the reader does to a lesson. It loads on demand, with the workbench; what is done before
//! that has loaded waits for it.

use faultline_course::{Action, RunError, Session, Sought};
use faultline_sim::Time;
use faultline_view::Selection;
use yew::prelude::*;

use super::compare::Compare;
use super::telling::answer_selector;
use super::{LessonPage, Msg, Open};
use crate::app::dom;
use crate::bench::clock::{self, SPEEDS};
use crate::bench::dock::{self, Tab};
use crate::bench::intent::{Intent, Selected};
use crate::bench::keys::Press;
use crate::bench::player::Player;
use crate::bench::{code, doing};

impl LessonPage {
    /// Does what is said; whether the page looks different then.
    pub fn do_it(&mut self, ctx: &Context<Self>, player: &Player, msg: Msg) -> bool {
        let shows = self.doing_it(ctx, player, msg);
        code::record(&self.bench(ctx, player));
        shows
    }

    fn doing_it(&mut self, ctx: &Context<Self>, player: &Player, msg: Msg) -> bool {
        match msg {
            // These are the page's own.
            Msg::Opened(_) | Msg::Retry | Msg::Load | Msg::Loaded(_) | Msg::Speed(_) => {}
            Msg::Build => self.tick(ctx, player),
            Msg::Dock(tab) => self.open_dock(tab),
            Msg::Changed => {
                self.hunted(player);
                self.tick(ctx, player);
                self.follow(ctx, player);
            }
            Msg::Press(press) => self.press(ctx, player, press),
            Msg::Act(step, action) => {
                self.sheet_open = false;
                let of = step.and_then(|index| self.lesson.0.steps.get(index));
                let place = of.and_then(|step| step.actions.iter().position(|one| *one == action));
                self.before_move(player, place.map_or(0, |place| place + 1));
                self.act(player, step, &action);
            }
            Msg::Guess(step, option) => {
                if let Some(step) = self.lesson.0.steps.get(step) {
                    self.guesses.retain(|(id, _)| *id != step.id);
                    self.guesses.push((step.id.clone(), option));
                    self.keep_progress(ctx, player);
                    self.tick(ctx, player);
                }
            }
            Msg::Set(name, text) => {
                let (to, param) = (self.to(player), [(name.to_owned(), text)]);
                let refused = refusal(player.change(|session| session.set_in(to, &param)));
                self.fault = refused.map(|why| (name, why));
            }
            Msg::Seed(seed) => {
                self.refused = refusal(player.change(|session| session.set_seed(seed)));
            }
            Msg::Compare(said) => self.compare(player, said),
            Msg::Intent(intent) => self.intend(ctx, player, intent),
            Msg::Step(id) => {
                player.change(|session| session.go_to_step(id));
            }
            Msg::Again => {
                self.guesses.clear();
                player.pause();
                self.refused = refusal(player.change(|session| {
                    session.forget_progress();
                    session.reset()
                }));
            }
            Msg::Sheet => {
                self.sheet_open = !self.sheet_open;
                let steps = &self.lesson.0.steps;
                let seen = self.fresh.take().and_then(|index| steps.get(index));
                self.reveal = seen.filter(|_| self.sheet_open).map(answer_selector);
            }
            Msg::Pane(pane) => self.pane = Some(pane),
            Msg::Drawer => self.side_open = !self.side_open,
            Msg::Tab(measured) => self.measured = measured,
            Msg::Close => self.open = None,
            Msg::Screen => {
                // Escape leaves full screen without a key for the page.
                let left = self.talk.is_some() && !dom::is_full_screen();
                if left && !code::leave_editor() {
                    self.present(player);
                    self.project(ctx);
                }
            }
            Msg::Address => {
                self.write_address(player);
                return false;
            }
        }
        true
    }

    /// Opens something beneath the stage; what is open already closes.
    fn open_dock(&mut self, tab: Option<Tab>) {
        self.dock = tab.filter(|_| self.dock != tab);
        dock::keep(self.dock);
    }

    fn press(&mut self, ctx: &Context<Self>, player: &Player, press: Press) {
        let (now, end) = player.read(|session| (session.now(), session.end()));
        match press {
            // The page's own.
            Press::Play => {}
            Press::Forward => player.step(true),
            Press::Back => player.step(false),
            Press::Next => {
                self.sought = None;
                player.hunt(Sought::Notable);
            }
            Press::Previous => self.back_to_notable(player),
            Press::Until => {
                self.until = !self.until;
                self.found = AttrValue::from("");
                self.focus_soon(if self.until {
                    "until-what"
                } else {
                    "press-until"
                });
            }
            Press::Extend => {
                let at_end = now >= end;
                if player.change(Session::extend) {
                    let end = player.read(Session::end);
                    self.said = format!("The end is {} now.", clock::spoken(end.as_nanos())).into();
                    if at_end {
                        player.play_until(end);
                    }
                }
            }
            Press::Start => player.seek(Time::ZERO),
            Press::End => player.seek(end),
            Press::Faster | Press::Slower => {
                let index = clock::nearest_speed(player.speed());
                let index = match press {
                    Press::Faster => (index + 1).min(SPEEDS.len() - 1),
                    _ => index.saturating_sub(1),
                };
                player.set_speed(SPEEDS[index].0);
                self.said = format!("Speed {}", SPEEDS[index].1).into();
            }
            Press::Act => self.act_on_current(player),
            Press::Compare => self.compare(player, Compare::Next),
            Press::Undo => {
                let undone = player.change(Session::undo);
                self.said = if undone {
                    "Taken back."
                } else {
                    "Nothing to take back."
                }
                .into();
            }
            Press::Redo => {
                let redone = player.change(Session::redo);
                self.said = if redone {
                    "Done again."
                } else {
                    "Nothing to do again."
                }
                .into();
            }
            Press::Share => {
                self.open = Some(Open::Share);
            }
            Press::Dock(Tab::Code) if !dock::has_code(self.lesson) => {}
            Press::Dock(Tab::Code) if self.talk.is_some() => {
                let shown = self.talk.as_ref().is_some_and(|talk| talk.code);
                self.show_code(!shown);
            }
            Press::Dock(tab) => self.open_dock(Some(tab)),
            Press::Theme => ctx.props().site.on_theme.emit(()),
            Press::Help => self.open = Some(Open::Help),
            Press::Present => {
                self.present(player);
                self.project(ctx);
            }
            Press::Onward => self.onward(player),
            Press::Backward => self.backward(player),
            Press::Reveal | Press::Notes => {
                if let Some(talk) = &mut self.talk {
                    match press {
                        Press::Reveal => talk.revealed = !talk.revealed,
                        _ => talk.notes = !talk.notes,
                    }
                }
            }
            Press::Close if self.until => {
                self.until = false;
                self.focus_soon("press-until");
            }
            Press::Close if self.talk.is_some() => {
                self.present(player);
                self.project(ctx);
            }
            Press::Close => {
                self.sheet_open = false;
                self.side_open = false;
                self.cutting = false;
                self.selected = Selected::default();
            }
            Press::Break
            | Press::Restart
            | Press::Hold
            | Press::Copy
            | Press::Divide
            | Press::Join
            | Press::Inspect => doing::press(&self.bench(ctx, player), press),
        }
        if matches!(
            press,
            Press::Forward | Press::Back | Press::Start | Press::End
        ) {
            self.say(player);
        }
    }

    /// The first action of the step to do now, once its prediction is made.
    fn act_on_current(&mut self, player: &Player) {
        let Some(index) = self.current(player) else {
            return;
        };
        let step = &self.lesson.0.steps[index];
        if self.awaits_guess(&step.id) {
            self.said = AttrValue::from("Predict first: choose an answer in the current step.");
        } else if let Some(action) = step.actions.first() {
            self.act(player, Some(index), action);
        }
    }

    pub(super) fn act(&mut self, player: &Player, step: Option<usize>, action: &Action) {
        player.pause();
        self.fresh = None;
        let to = self.to(player);
        let step = step.and_then(|index| self.lesson.0.steps.get(index));
        let outcome = player.change(|session| match step {
            Some(step) => session.act_for(&step.id, to, action),
            None => session.act_in(to, action),
        });
        match outcome {
            Ok(span) => {
                self.refused = None;
                let now = player.read(Session::now);
                player.play_until(now + span);
            }
            Err(error) => self.refused = Some(error.to_string().into()),
        }
        self.say(player);
    }

    /// Does what the reader wants, whichever part of the bench it was said to.
    fn intend(&mut self, ctx: &Context<Self>, player: &Player, intent: Intent) {
        match intent {
            Intent::Select(selected) => {
                // What is looked at closely stands still.
                if selected.what != Selection::None && player.playing() {
                    player.pause();
                }
                self.refused = None;
                // The column may show another part of itself.
                self.reveal = (selected.what != Selection::None).then(|| "#inspector".to_owned());
                self.selected = selected;
            }
            Intent::Cut(cutting) => {
                if cutting && player.playing() {
                    player.pause();
                }
                self.cutting = cutting;
                self.reveal = cutting.then(|| "#inspector".to_owned());
            }
            // The page's own.
            Intent::Seek(_) => {}
            Intent::Place { at, text } => {
                let to = self.to(player);
                let placed = player.change(|session| {
                    let at = at.map_or_else(|| session.now(), Time::from_nanos);
                    session.insert_in(to, at, &text)
                });
                self.refused = refusal(placed);
                self.say(player);
                if self.refused.is_none() {
                    self.said = format!("{text}. {}", self.said).into();
                }
            }
            Intent::Edit { id, at, text } => {
                let (to, at) = (self.to_command(player, id), Time::from_nanos(at));
                let edited = player.change(|session| session.edit_in(to, id, at, &text));
                self.refused = refusal(edited);
                self.say(player);
            }
            Intent::Remove(id) => {
                let to = self.to_command(player, id);
                self.refused = refusal(player.change(|session| session.remove_in(to, id)));
            }
            Intent::Undo => {
                self.press(ctx, player, Press::Undo);
            }
            Intent::Redo => {
                self.press(ctx, player, Press::Redo);
            }
            Intent::Code(code) => {
                player.pause();
                self.refused = refusal(player.change(|session| session.set_code(&code)));
            }
            Intent::Show(tab) => {
                self.sheet_open = false;
                self.dock = Some(tab);
                if tab == Tab::Code {
                    self.show_code(true);
                }
            }
            Intent::Until(check) => {
                self.found = AttrValue::from("");
                self.sought = Some(check.clone());
                player.hunt(Sought::Check(check));
            }
            Intent::Hold => player.pause(),
            Intent::CloseUntil => {
                self.until = false;
                self.focus_soon("press-until");
            }
            Intent::Refuse(why) => self.refused = Some(why.into()),
            Intent::Say(words) => self.said = words.into(),
        }
    }
}

/// Why something was refused, if it was.
pub(super) fn refusal<T>(outcome: Result<T, RunError>) -> Option<AttrValue> {
    outcome.err().map(|error| error.to_string().into())
}
