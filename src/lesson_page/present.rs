//! Presenting: one step at a time in letters for a room, one key forward and one back.

use faultline_course::{Run, Session};

use super::LessonPage;
use crate::app::dom;
use crate::bench::code;
use crate::bench::dock::Tab;
use crate::bench::player::Player;

/// Where a presenter is in the lesson. It is not the learner's place: that moves on as soon as a
/// step is done, while the room still looks at what happened.
#[derive(Default)]
pub struct Talk {
    /// The step shown: its index.
    pub step: usize,
    /// How many of its actions were taken, in order.
    pub taken: usize,
    /// Its answer is shown.
    pub revealed: bool,
    /// The presenter's notes are shown.
    pub notes: bool,
    /// The program is shown, beside the stage.
    pub code: bool,
    /// What to go back to, move by move.
    past: Vec<Before>,
}

/// What a move forward is taken back to.
struct Before {
    step: usize,
    taken: usize,
    revealed: bool,
    run: Run,
}

impl LessonPage {
    /// Begins to present at the current step, or ends it.
    pub(super) fn present(&mut self, player: &Player) {
        if self.talk.take().is_some() {
            dom::hold_escape(false);
            dom::leave_full_screen();
            return self.focus_soon("present");
        }
        code::begin_talk();
        let now = player.read(|session| session.current_step().to_owned());
        let steps = &self.lesson.0.steps;
        let step = steps.iter().position(|step| step.id == now);
        // What is open beneath the stage is seen by a room too, if it is the program.
        let shows_code = self.dock == Some(Tab::Code);
        self.talk = Some(Talk {
            step: step.unwrap_or_default(),
            code: shows_code,
            ..Talk::default()
        });
        self.side_open = false;
        self.sheet_open = false;
        self.until = false;
        dom::enter_full_screen();
        dom::hold_escape(shows_code);
        self.focus_soon("main");
        self.say_step();
    }

    /// The step's next action; once all were taken, the answer to its question; then the next
    /// step. What still runs is brought to its end first: nobody has to wait.
    pub(super) fn onward(&mut self, player: &Player) {
        if player.playing() {
            player.finish();
            return self.say(player);
        }
        let Some(talk) = &self.talk else { return };
        let (index, steps) = (talk.step, &self.lesson.0.steps);
        let step = steps.get(index);
        let action = step.and_then(|step| step.actions.get(talk.taken));
        let hides = !talk.revealed && step.is_some_and(|step| step.predict.is_some());
        if let Some(action) = action {
            self.before_move(player, talk.taken + 1);
            self.act(player, Some(index), action);
        } else if hides {
            self.before_move(player, talk.taken);
            if let Some(talk) = &mut self.talk {
                talk.revealed = true;
            }
        } else if index + 1 < steps.len() {
            self.before_move(player, talk.taken);
            self.show_step(player, |talk| talk.step += 1);
        } else {
            self.said = "That was the last step.".into();
        }
    }

    /// Keeps what the move that comes now can be taken back to; `taken` actions are then taken.
    pub(super) fn before_move(&mut self, player: &Player, taken: usize) {
        if let Some(talk) = &mut self.talk {
            talk.past.push(Before {
                step: talk.step,
                taken: talk.taken,
                revealed: talk.revealed,
                run: player.read(Session::run),
            });
            talk.taken = taken;
        }
    }

    /// Takes the last move forward back, with all that it did to the run; before the first move,
    /// shows the step before.
    pub(super) fn backward(&mut self, player: &Player) {
        let Some(talk) = &mut self.talk else { return };
        match talk.past.pop() {
            Some(before) => {
                player.pause();
                // The run was as that before, so it can be again.
                let _ = player.change(|session| session.go_back_to(&before.run));
                self.show_step(player, |talk| {
                    (talk.step, talk.taken) = (before.step, before.taken);
                    talk.revealed = before.revealed;
                });
            }
            None => self.show_step(player, |talk| talk.step = talk.step.saturating_sub(1)),
        }
    }

    /// Shows the program beside the stage, or hides it.
    pub(super) fn show_code(&mut self, shows: bool) {
        let Some(talk) = &mut self.talk else { return };
        if talk.code == shows {
            return;
        }
        talk.code = shows;
        // Escape leaves the editor first; the browser would leave full screen with it.
        dom::hold_escape(shows);
        // From there Tab goes into the editor.
        self.focus_soon(if shows { code::BESIDE } else { "main" });
        self.said = if shows {
            "The program. Tab goes into it, Escape out of it."
        } else {
            "The program is hidden."
        }
        .into();
    }

    fn show_step(&mut self, player: &Player, change: impl FnOnce(&mut Talk)) {
        let Some(talk) = &mut self.talk else { return };
        (talk.taken, talk.revealed) = (0, false);
        change(talk);
        if let Some(step) = self.lesson.0.steps.get(talk.step) {
            player.quietly(|session| session.go_to_step(&step.id));
        }
        self.say_step();
    }

    fn say_step(&mut self) {
        if let Some(talk) = &self.talk {
            let (number, of) = (talk.step + 1, self.lesson.0.steps.len());
            self.said = format!("Step {number} of {of}").into();
        }
    }
}
