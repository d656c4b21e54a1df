//! Changing the run: commands, parameters, seed, comparison; and taking changes back.

use faultline_sim::{Span, Time};
use faultline_systems::Lab;

use super::placing::{keep_in_order, place};
use super::{MAX_UNDO, Placed, RunError, Session};
use crate::lesson::Action;
use crate::link::{LinkError, MAX_COMMANDS};
use crate::run::Run;

impl Session {
    /// Places a command at a time, in all panes; the cursor stays, and what comes after the
    /// command is computed again. Returns the command's id.
    ///
    /// # Errors
    /// A command that any pane refuses; it is placed in none then.
    pub fn insert(&mut self, at: Time, text: &str) -> Result<u64, RunError> {
        let before = self.doings();
        let id = self.insert_quietly(at, text)?;
        self.remember(before);
        Ok(id)
    }

    /// Moves or rewrites a command in all panes; it keeps its id, and comes last among those of
    /// equal time.
    ///
    /// # Errors
    /// As [`Session::can_edit`]; nothing is changed then.
    pub fn edit(&mut self, id: u64, at: Time, text: &str) -> Result<(), RunError> {
        self.can_edit(id, at, text)?;
        let index = self.index_of(id).ok_or(RunError::NoCommand { id })?;
        let (before, cursor) = (self.doings(), self.target());
        let placed = place(&mut self.panes, id, at, text)?;
        self.take_off(index);
        keep_in_order(&mut self.placed, placed);
        self.return_to(cursor);
        self.remember(before);
        Ok(())
    }

    /// Whether a command can be moved or rewritten like this.
    ///
    /// # Errors
    /// An unknown id, or a command that any pane refuses.
    pub fn can_edit(&self, id: u64, at: Time, text: &str) -> Result<(), RunError> {
        check_command(at, text)?;
        let index = self.index_of(id).ok_or(RunError::NoCommand { id })?;
        let mut after = self.doings();
        after.commands.remove(index);
        let place_of = after
            .commands
            .partition_point(|(other, _)| *other <= at.as_nanos());
        after
            .commands
            .insert(place_of, (at.as_nanos(), text.to_owned()));
        // Others may have needed what the old one did.
        self.setup.build(&after, 0).map_err(|(_, error)| error)?;
        Ok(())
    }

    /// Takes a command off the timeline of all panes, and with it those that make no sense
    /// without it: without "add D" there is no "crash D". False when there is none of that id.
    pub fn remove(&mut self, id: u64) -> bool {
        let Some(index) = self.index_of(id) else {
            return false;
        };
        let (before, cursor) = (self.doings(), self.target());
        self.take_off(index);
        while let Err((Some(index), _)) = self.setup.build(&self.doings(), 0) {
            self.take_off(index);
        }
        self.return_to(cursor);
        self.remember(before);
        true
    }

    /// Sets a parameter, which starts the run again with the same commands; the cursor comes
    /// back to where it was.
    ///
    /// # Errors
    /// A name or value that is not allowed, or a command that is refused under the new value;
    /// nothing is changed then.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), RunError> {
        self.set_all(&[(name.to_owned(), value.to_owned())])
    }

    /// Sets several parameters at once.
    ///
    /// # Errors
    /// As [`Session::set`].
    pub fn set_all(&mut self, params: &[(String, String)]) -> Result<(), RunError> {
        self.change(|run| run.params = over(&run.params, params))
    }

    /// Runs everything again with another seed.
    ///
    /// # Errors
    /// A command that is refused under it.
    pub fn set_seed(&mut self, seed: u64) -> Result<(), RunError> {
        self.change(|run| run.seed = seed)
    }

    /// Shows the run beside one that sets these parameters over it; none: the lesson's panes.
    ///
    /// # Errors
    /// As [`Session::set`].
    pub fn compare(&mut self, set: Option<Vec<(String, String)>>) -> Result<(), RunError> {
        self.change(|run| run.compare = set)
    }

    /// Back to how the lesson opens (or a bare system with its defaults): parameters, seed,
    /// commands and cursor. Can be undone.
    ///
    /// # Errors
    /// A lesson whose own opening does not run.
    pub fn reset(&mut self) -> Result<(), RunError> {
        let opening = match &self.setup.lesson {
            Some(lesson) => lesson.opening(),
            None => Run {
                of: self.run.of.clone(),
                seed: self.run.seed,
                ..Run::default()
            },
        };
        let at = Time::from_nanos(opening.at);
        self.change(|run| *run = opening)?;
        self.return_to(at);
        self.acted.clear();
        Ok(())
    }

    /// Does what a step's or failure's button does: sets its parameters, then places its
    /// commands at the cursor. Returns how long to play now; zero: stay. The whole can be
    /// undone as one.
    ///
    /// # Errors
    /// As [`Session::set`] and [`Session::insert`]; nothing is changed then.
    pub fn act(&mut self, action: &Action) -> Result<Span, RunError> {
        let before = self.doings();
        let cursor = self.target();
        let outcome = self.act_quietly(action, cursor);
        if let Err(error) = outcome {
            self.restore(&before)?;
            return Err(error);
        }
        self.remember(before);
        self.acted.insert(self.current_step().to_owned());
        Ok(action.play.parse().unwrap_or(Span::ZERO))
    }

    /// Makes the run what it was once, its cursor included: a presenter's step back. Can be
    /// undone.
    ///
    /// # Errors
    /// None for a run that this session had.
    pub fn go_back_to(&mut self, run: &Run) -> Result<(), RunError> {
        let before = self.doings();
        self.restore(run)?;
        self.open_at(Time::from_nanos(run.at), run.steps);
        if self.doings() != before {
            self.remember(before);
        }
        Ok(())
    }

    /// Takes the last change back; false when there is none.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.undo.pop() else {
            return false;
        };
        let now = self.doings();
        // It ran before, so it runs again.
        let done = self.restore(&before).is_ok();
        self.redo.push(now);
        done
    }

    /// Does what was undone last again; false when there is nothing.
    pub fn redo(&mut self) -> bool {
        let Some(after) = self.redo.pop() else {
            return false;
        };
        let now = self.doings();
        let done = self.restore(&after).is_ok();
        self.undo.push(now);
        done
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is something to do again.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    fn act_quietly(&mut self, action: &Action, cursor: Time) -> Result<(), RunError> {
        if !action.set.is_empty() {
            let mut run = self.doings();
            run.params = over(&run.params, &action.set);
            self.restart(&run)?;
            self.return_to(cursor);
        }
        for text in &action.commands {
            self.insert_quietly(cursor, text)?;
        }
        Ok(())
    }

    fn insert_quietly(&mut self, at: Time, text: &str) -> Result<u64, RunError> {
        check_command(at, text)?;
        if self.placed.len() >= MAX_COMMANDS {
            let problem = format!("is full; at most {MAX_COMMANDS} are allowed");
            return Err(LinkError::Limit {
                what: "list of commands".into(),
                problem,
            }
            .into());
        }
        let (id, cursor) = (self.next_id, self.target());
        let placed = place(&mut self.panes, id, at, text);
        // Also after a refusal: panes that took the command may have gone back to its time.
        self.return_to(cursor);
        keep_in_order(&mut self.placed, placed?);
        self.next_id += 1;
        Ok(id)
    }

    /// Every pane's run once more, at its start, with all commands placed: for going through it
    /// from its first event, while this one stays where it is.
    ///
    /// # Errors
    /// None that this session's own opening did not have.
    pub(crate) fn again(&self) -> Result<Vec<Box<dyn Lab>>, RunError> {
        let (panes, _) = self
            .setup
            .build(&self.doings(), 1)
            .map_err(|(_, error)| error)?;
        Ok(panes.into_iter().map(|pane| pane.lab).collect())
    }

    /// Starts every pane's run as [`Session::again`] does, with another seed each time. It is of
    /// the session as it is now, and goes on when that changes.
    pub(crate) fn starter(&self) -> impl Fn(u64) -> Result<Vec<Box<dyn Lab>>, RunError> + use<> {
        let (setup, doings) = (self.setup.clone(), self.doings());
        move |seed| {
            let run = Run {
                seed,
                ..doings.clone()
            };
            let (panes, _) = setup.build(&run, 1).map_err(|(_, error)| error)?;
            Ok(panes.into_iter().map(|pane| pane.lab).collect())
        }
    }

    /// The run without its cursor: what undo goes back to.
    pub(crate) fn doings(&self) -> Run {
        let commands = self
            .placed
            .iter()
            .map(|p| (p.at.as_nanos(), p.text.clone()))
            .collect();
        Run {
            commands,
            ..self.run.clone()
        }
    }

    /// A change that needs a new start.
    fn change(&mut self, change: impl FnOnce(&mut Run)) -> Result<(), RunError> {
        let (before, cursor) = (self.doings(), self.target());
        let mut run = before.clone();
        change(&mut run);
        run.check_limits()?;
        self.restart(&run)?;
        self.return_to(cursor);
        self.remember(before);
        Ok(())
    }

    /// Builds the panes anew; nothing is changed when one refuses.
    fn restart(&mut self, run: &Run) -> Result<(), RunError> {
        let built = self.setup.build(run, self.next_id);
        let (panes, mut placed) = built.map_err(|(_, error)| error)?;
        let same = |(new, old): (&Placed, &Placed)| (new.at, &new.text) == (old.at, &old.text);
        if placed.len() == self.placed.len() && placed.iter().zip(&self.placed).all(same) {
            // The same commands keep their ids.
            placed
                .iter_mut()
                .zip(&self.placed)
                .for_each(|(new, old)| new.id = old.id);
        }
        self.next_id += run.commands.len() as u64;
        let step = std::mem::take(&mut self.run.step);
        self.run = Run {
            step,
            ..self.setup.normal_form(run)?
        };
        (self.panes, self.placed) = (panes, placed);
        self.within_instant = false;
        Ok(())
    }

    /// Goes back to an earlier run, with the cursor where it stands. If only commands differ,
    /// the runs go on; otherwise they start again.
    fn restore(&mut self, target: &Run) -> Result<(), RunError> {
        let (now, cursor) = (self.doings(), self.target());
        let same_start = now.seed == target.seed
            && now.params == target.params
            && now.compare == target.compare
            && now.code == target.code;
        // Commands that need each other may not go in one by one, but they do from the start.
        if !same_start || self.replay_commands(target).is_err() {
            self.restart(target)?;
        }
        self.return_to(cursor);
        Ok(())
    }

    /// Makes the commands those of `target`, leaving alone the ones they begin and end with in
    /// common.
    fn replay_commands(&mut self, target: &Run) -> Result<(), RunError> {
        let target = &target.commands[..];
        let same = |(placed, (at, text)): (&Placed, &(u64, String))| {
            placed.at.as_nanos() == *at && placed.text == *text
        };
        let first = self
            .placed
            .iter()
            .zip(target)
            .take_while(|&pair| same(pair))
            .count();
        let (old, new) = (&self.placed[first..], &target[first..]);
        let backwards = old.iter().rev().zip(new.iter().rev());
        let mut last = backwards.take_while(|&pair| same(pair)).count();
        // A command placed now comes after all of its time, so those of its time come again too.
        while let [.., (placed_last, _)] = new[..new.len() - last]
            && last > 0
            && new[new.len() - last].0 <= placed_last
        {
            last -= 1;
        }
        for index in (first..self.placed.len() - last).rev() {
            self.take_off(index);
        }
        for (at, text) in &new[..new.len() - last] {
            let id = self.next_id;
            let placed = place(&mut self.panes, id, Time::from_nanos(*at), text)?;
            keep_in_order(&mut self.placed, placed);
            self.next_id += 1;
        }
        Ok(())
    }

    fn take_off(&mut self, index: usize) {
        let placed = self.placed.remove(index);
        for (pane, id) in self.panes.iter_mut().zip(placed.in_panes) {
            pane.lab.remove(id);
        }
    }

    fn remember(&mut self, before: Run) {
        if self.undo.len() == MAX_UNDO {
            self.undo.remove(0);
        }
        self.undo.push(before);
        self.redo.clear();
    }

    fn index_of(&self, id: u64) -> Option<usize> {
        self.placed.iter().position(|placed| placed.id == id)
    }
}

/// The limits of links, so that every run can be shared.
fn check_command(at: Time, text: &str) -> Result<(), RunError> {
    let probe = Run {
        of: "run".into(),
        commands: vec![(at.as_nanos(), text.to_owned())],
        ..Run::default()
    };
    Ok(probe.check_limits()?)
}

/// `set` over `params`: each name once, in the order first met.
fn over(params: &[(String, String)], set: &[(String, String)]) -> Vec<(String, String)> {
    let mut all = params.to_vec();
    for (name, value) in set {
        match all.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => old.clone_from(value),
            None => all.push((name.clone(), value.clone())),
        }
    }
    all
}
