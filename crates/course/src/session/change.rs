//! Changing the run: commands, parameters, seed; and taking changes back.

use faultline_sim::{Span, Time};
use faultline_systems::Lab;

use super::placing::{Given, givens, keep_in_order, place, take_out};
use super::{MAX_UNDO, Panes, Placed, RunError, Session, Unbuilt};
use crate::lesson::Action;
use crate::link::{LinkError, MAX_COMMANDS};
use crate::run::{Branch, Run};

impl Session {
    /// Places a command at a time, in all panes; the cursor stays, and what comes after the
    /// command is computed again. Returns the command's id.
    ///
    /// # Errors
    /// A command that any pane refuses; it is placed in none then.
    pub fn insert(&mut self, at: Time, text: &str) -> Result<u64, RunError> {
        self.insert_in(Panes::All, at, text)
    }

    /// Places a command in some panes.
    ///
    /// # Errors
    /// As [`Session::insert`]; and in one pane alone where there is no fork, or before it.
    pub fn insert_in(&mut self, panes: Panes, at: Time, text: &str) -> Result<u64, RunError> {
        let before = self.doings();
        let id = self.insert_quietly(panes, at, text)?;
        self.remember(before);
        Ok(id)
    }

    /// Moves or rewrites a command in all panes that have it; it keeps its id, and comes last
    /// among those of equal time.
    ///
    /// # Errors
    /// As [`Session::can_edit`]; nothing is changed then.
    pub fn edit(&mut self, id: u64, at: Time, text: &str) -> Result<(), RunError> {
        self.edit_in(Panes::All, id, at, text).map(drop)
    }

    /// Whether a command can be moved or rewritten like this.
    ///
    /// # Errors
    /// An unknown id, or a command that any pane refuses.
    pub fn can_edit(&self, id: u64, at: Time, text: &str) -> Result<(), RunError> {
        self.plan_edit(Panes::All, id, at, text).map(drop)
    }

    /// Moves or rewrites a command in those of its panes that are named. Returns its id, which
    /// is a new one if another pane keeps it as it was.
    ///
    /// # Errors
    /// As [`Session::can_edit`]; and in one pane alone where there is no fork, or before it.
    pub fn edit_in(
        &mut self,
        panes: Panes,
        id: u64,
        at: Time,
        text: &str,
    ) -> Result<u64, RunError> {
        let (index, given) = self.plan_edit(panes, id, at, text)?;
        let (before, cursor) = (self.doings(), self.target());
        let whole = self.placed[index].panes == given.panes;
        let id = if whole { id } else { self.next_id };
        let placed = place(&mut self.panes, id, &given).map_err(|(_, error)| error)?;
        self.next_id += u64::from(!whole);
        self.take_off(index, given.panes);
        keep_in_order(&mut self.placed, placed);
        self.return_to(cursor);
        self.remember(before);
        Ok(id)
    }

    /// Which command an edit takes off, and what it places in its stead.
    fn plan_edit(
        &self,
        panes: Panes,
        id: u64,
        at: Time,
        text: &str,
    ) -> Result<(usize, Given), RunError> {
        check_command(at, text)?;
        let (index, panes) = self.find(panes, id)?;
        self.check_panes(panes, at)?;
        let given = Given {
            at,
            text: text.to_owned(),
            panes,
        };
        let mut after = self.givens();
        match panes.other() {
            Some(other) if after[index].panes != panes => {
                self.check_room()?;
                after[index].panes = other;
            }
            _ => drop(after.remove(index)),
        }
        let last = after.partition_point(|other| other.at <= at);
        after.insert(last, given.clone());
        // Others may have needed what the old one did.
        self.setup.build(&self.run, &after, 0)?;
        Ok((index, given))
    }

    /// Takes a command off the timeline of all panes, and with it those that make no sense
    /// without it: without "add D" there is no "crash D". False when there is none of that id.
    pub fn remove(&mut self, id: u64) -> bool {
        self.remove_in(Panes::All, id).is_ok()
    }

    /// Takes a command off the timelines of some panes, as [`Session::remove`] does.
    ///
    /// # Errors
    /// An unknown id; and in one pane alone where there is no fork, or before it.
    pub fn remove_in(&mut self, panes: Panes, id: u64) -> Result<(), RunError> {
        let (index, here) = self.find(panes, id)?;
        let (before, cursor) = (self.doings(), self.target());
        self.take_off(index, here);
        while let Err(Unbuilt::Command(refusal)) = self.setup.build(&self.run, &self.givens(), 0) {
            let at = self.placed[refusal.index].at;
            let alone = self.forked_at().is_some_and(|from| at >= from);
            let panes = if alone {
                Panes::Only(refusal.pane)
            } else {
                Panes::All
            };
            self.take_off(refusal.index, panes);
        }
        self.return_to(cursor);
        self.remember(before);
        Ok(())
    }

    /// Sets a parameter in all panes, which starts the run again with the same commands; the
    /// cursor comes back to where it was.
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
        self.set_in(Panes::All, params)
    }

    /// Runs everything again with another seed.
    ///
    /// # Errors
    /// A command that is refused under it.
    pub fn set_seed(&mut self, seed: u64) -> Result<(), RunError> {
        self.change(|run| run.seed = seed)
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
        self.act_in(Panes::All, action)
    }

    /// Does it in some panes.
    ///
    /// # Errors
    /// As [`Session::set_in`] and [`Session::insert_in`]; nothing is changed then.
    pub fn act_in(&mut self, panes: Panes, action: &Action) -> Result<Span, RunError> {
        let before = self.doings();
        let at = self.target();
        let outcome = self.act_quietly(panes, action, action.from.parse().unwrap_or(at));
        if let Err(error) = outcome {
            self.restore(&before)?;
            self.return_to(at);
            return Err(error);
        }
        self.remember(before);
        self.acted.push(self.current_step().to_owned());
        Ok(action.play.parse().unwrap_or(Span::ZERO))
    }

    /// Does it in some panes as part of a step, even if the learner is at another one. Who presses
    /// a button of a step that is done stays where they are.
    ///
    /// # Errors
    /// As [`Session::act_in`]; nothing is changed then.
    pub fn act_for(&mut self, step: &str, panes: Panes, action: &Action) -> Result<Span, RunError> {
        let at = self.current_step().to_owned();
        let is_over = self.done.iter().any(|one| one == step);
        self.go_to_step(step);
        let outcome = self.act_in(panes, action);
        if is_over || outcome.is_err() {
            self.go_to_step(&at);
        }
        outcome
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

    fn act_quietly(&mut self, panes: Panes, action: &Action, cursor: Time) -> Result<(), RunError> {
        self.check_panes(panes, cursor)?;
        if !action.set.is_empty() || !action.code.is_empty() {
            let mut run = self.doings();
            self.set_params(&mut run, panes, &action.set)?;
            if !action.code.is_empty() {
                run.code.clone_from(&action.code);
            }
            self.restart(&run)?;
        }
        self.return_to(cursor);
        for text in &action.commands {
            self.insert_quietly(panes, cursor, text)?;
        }
        Ok(())
    }

    fn insert_quietly(&mut self, panes: Panes, at: Time, text: &str) -> Result<u64, RunError> {
        check_command(at, text)?;
        self.check_panes(panes, at)?;
        self.check_room()?;
        let (id, cursor) = (self.next_id, self.target());
        let given = Given {
            at,
            text: text.to_owned(),
            panes,
        };
        let placed = place(&mut self.panes, id, &given);
        // Also after a refusal: panes that took the command may have gone back to its time.
        self.return_to(cursor);
        keep_in_order(&mut self.placed, placed.map_err(|(_, error)| error)?);
        self.next_id += 1;
        Ok(id)
    }

    /// Whether one command more can be shared.
    fn check_room(&self) -> Result<(), RunError> {
        if self.placed.len() < MAX_COMMANDS {
            return Ok(());
        }
        Err(RunError::Limit(LinkError::Limit {
            what: "list of commands".into(),
            problem: format!("is full; at most {MAX_COMMANDS} are allowed"),
        }))
    }

    /// Every pane's run once more, at its start, with all commands placed: for going through it
    /// from its first event, while this one stays where it is.
    ///
    /// # Errors
    /// None that this session's own opening did not have.
    pub(crate) fn again(&self) -> Result<Vec<Box<dyn Lab>>, RunError> {
        let (panes, _) = self.setup.build(&self.run, &self.givens(), 1)?;
        Ok(panes.into_iter().map(|pane| pane.lab).collect())
    }

    /// Starts every pane's run as [`Session::again`] does, with another seed each time. It is of
    /// the session as it is now, and goes on when that changes.
    pub(crate) fn starter(&self) -> impl Fn(u64) -> Result<Vec<Box<dyn Lab>>, RunError> + use<> {
        let (setup, run, givens) = (self.setup.clone(), self.run.clone(), self.givens());
        let own = self.run.seed;
        move |seed| {
            if !run.code.is_empty() && seed != own {
                return Err(RunError::OtherSeeds);
            }
            let run = Run {
                seed,
                ..run.clone()
            };
            let (panes, _) = setup.build(&run, &givens, 1)?;
            Ok(panes.into_iter().map(|pane| pane.lab).collect())
        }
    }

    /// The run without its cursor: what undo goes back to.
    pub fn doings(&self) -> Run {
        let of = |pane: usize, from: u64| {
            let placed = self.placed.iter();
            placed
                .filter(|p| p.panes.contain(pane) && p.at.as_nanos() >= from)
                .map(|p| (p.at.as_nanos(), p.text.clone()))
                .collect()
        };
        let mut run = self.run.clone();
        run.commands = of(0, 0);
        if let Some(branch) = &mut run.compare {
            branch.commands = of(1, branch.from);
        }
        run
    }

    /// The commands as they would be placed again.
    fn givens(&self) -> Vec<Given> {
        self.placed.iter().map(Placed::given).collect()
    }

    /// A change that needs a new start.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Run)) -> Result<(), RunError> {
        let mut run = self.doings();
        change(&mut run);
        self.change_to(run)
    }

    pub(super) fn change_to(&mut self, run: Run) -> Result<(), RunError> {
        let (before, cursor) = (self.doings(), self.target());
        run.check_limits()?;
        self.restart(&run)?;
        self.return_to(cursor);
        self.remember(before);
        Ok(())
    }

    /// Builds the panes anew; nothing is changed when one refuses.
    pub(super) fn restart(&mut self, run: &Run) -> Result<(), RunError> {
        let givens = givens(run);
        let (panes, mut placed) = self.setup.build(run, &givens, self.next_id)?;
        let same = |(new, old): (&Placed, &Placed)| new.given() == old.given();
        if placed.len() == self.placed.len() && placed.iter().zip(&self.placed).all(same) {
            // The same commands keep their ids.
            placed
                .iter_mut()
                .zip(&self.placed)
                .for_each(|(new, old)| new.id = old.id);
        }
        self.next_id += givens.len() as u64;
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
    pub(super) fn restore(&mut self, target: &Run) -> Result<(), RunError> {
        let (now, cursor) = (self.doings(), self.target());
        let start = |run: &Run| Run {
            commands: Vec::new(),
            compare: run.compare.clone().map(|branch| Branch {
                commands: Vec::new(),
                ..branch
            }),
            step: String::new(),
            ..run.clone()
        };
        // Commands that need each other may not go in one by one, but they do from the start.
        if start(&now) != start(target) || self.replay_commands(&givens(target)).is_err() {
            self.restart(target)?;
        }
        self.return_to(cursor);
        Ok(())
    }

    /// Makes the commands those of `target`, leaving alone the ones they begin and end with in
    /// common.
    fn replay_commands(&mut self, target: &[Given]) -> Result<(), RunError> {
        let now = self.givens();
        let same = |(one, other): &(&Given, &Given)| one == other;
        let first = now.iter().zip(target).take_while(same).count();
        let (old, new) = (&now[first..], &target[first..]);
        let backwards = old.iter().rev().zip(new.iter().rev());
        let mut last = backwards.take_while(same).count();
        // A command placed now comes after all of its time, so those of its time come again too.
        while let [.., placed_last] = &new[..new.len() - last]
            && last > 0
            && new[new.len() - last].at <= placed_last.at
        {
            last -= 1;
        }
        for index in (first..now.len() - last).rev() {
            self.take_off(index, Panes::All);
        }
        for given in &new[..new.len() - last] {
            let placed = place(&mut self.panes, self.next_id, given);
            keep_in_order(&mut self.placed, placed.map_err(|(_, error)| error)?);
            self.next_id += 1;
        }
        Ok(())
    }

    /// Takes a command off some panes.
    fn take_off(&mut self, index: usize, panes: Panes) {
        let placed = &mut self.placed[index];
        let ids = placed.in_panes.iter_mut().enumerate();
        let taken: Vec<_> = ids
            .map(|(pane, id)| panes.contain(pane).then(|| id.take()).flatten())
            .collect();
        match panes.other() {
            Some(other) if placed.in_panes.iter().any(Option::is_some) => placed.panes = other,
            _ => drop(self.placed.remove(index)),
        }
        take_out(&mut self.panes, &taken);
    }

    pub(super) fn remember(&mut self, before: Run) {
        if self.undo.len() == MAX_UNDO {
            self.undo.remove(0);
        }
        self.undo.push(before);
        self.redo.clear();
    }

    /// A command's index, and which of the panes named have it. What is in both panes can be
    /// changed in one of them from the fork on.
    fn find(&self, panes: Panes, id: u64) -> Result<(usize, Panes), RunError> {
        let nothing = RunError::NoCommand { id };
        let index = self.placed.iter().position(|placed| placed.id == id);
        let index = index.ok_or_else(|| nothing.clone())?;
        let placed = &self.placed[index];
        let here = placed.panes.and(panes).ok_or(nothing)?;
        self.check_panes(here, placed.at)?;
        Ok((index, here))
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
